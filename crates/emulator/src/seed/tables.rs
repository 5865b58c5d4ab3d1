//! The modules of the seed, a line a field: name, type, length, marks, options.
//!
//! Marks: `mandatory`, `unique`, `readonly` (nobody changes it), `invisible`, `custom`, `nomass` (not in
//! mass updates), `mass` (in mass updates against its type), `layoutrule`, `validationrule`,
//! `unschedulable`, `blueprint`, `hidden` and `viewonly` (to the profile Standard).

/// What every module has.
pub(super) const EVERY: &str = "
id|bigint||readonly
Owner|ownerlookup||nomass
Created_By|ownerlookup||readonly
Modified_By|ownerlookup||readonly
Created_Time|datetime||readonly
Modified_Time|datetime||readonly
Last_Activity_Time|datetime||readonly
Tag|text||nomass
Layout|layout||
Record_Image|profileimage||nomass
Locked__s|boolean||readonly
";

/// Modules: API name, name inside, singular, plural, number of records, fields.
pub(super) const MODULES: &[(&str, &str, &str, &str, u64, &str)] = &[
    ("Leads", "Leads", "Lead", "Leads", 1_600, LEADS),
    ("Accounts", "Accounts", "Account", "Accounts", 400, ACCOUNTS),
    ("Contacts", "Contacts", "Contact", "Contacts", 1_200, CONTACTS),
    ("Deals", "Deals", "Deal", "Deals", 1_250, DEALS),
    ("Tasks", "Tasks", "Task", "Tasks", 300, TASKS),
    ("Vehicles", "CustomModule3", "Vehicle", "Vehicles", 1_250, VEHICLES),
    ("Events", "Events", "Meeting", "Meetings", 40, EVENTS),
    ("Calls", "Calls", "Call", "Calls", 40, CALLS),
    ("Campaigns", "Campaigns", "Campaign", "Campaigns", 40, CAMPAIGNS),
    ("Cases", "Cases", "Case", "Cases", 40, CASES),
    ("Solutions", "Solutions", "Solution", "Solutions", 40, SOLUTIONS),
    ("Products", "Products", "Product", "Products", 60, PRODUCTS),
    ("Vendors", "Vendors", "Vendor", "Vendors", 40, VENDORS),
    ("Price_Books", "PriceBooks", "Price Book", "Price Books", 20, PRICE_BOOKS),
    ("Quotes", "Quotes", "Quote", "Quotes", 40, QUOTES),
    ("Sales_Orders", "SalesOrders", "Sales Order", "Sales Orders", 40, ORDERS),
    ("Purchase_Orders", "PurchaseOrders", "Purchase Order", "Purchase Orders", 40, ORDERS),
    ("Invoices", "Invoices", "Invoice", "Invoices", 40, INVOICES),
    ("Services__s", "Services", "Service", "Services", 0, ""),
    ("Appointments__s", "Appointments", "Appointment", "Appointments", 0, ""),
];

const LEADS: &str = "
Company|text|200|mandatory
First_Name|text|40|nomass
Last_Name|text|80|mandatory,nomass
Full_Name|text|120|readonly
Designation|text|100|
Email|email|100|
Secondary_Email|email|100|
Phone|phone|30|unique
Mobile|phone|30|
Fax|phone|30|
Website|website|255|
Lead_Source|picklist|120||-None-;Advertisement;Cold Call;Employee Referral;External Referral;Online Store;Partner;Public Relations;Sales Email Alias;Seminar Partner;Trade Show=Trade Fair;Web Download;Fax blast!
Lead_Status|picklist|120|blueprint|-None-;Attempted to Contact;Contact in Future;Contacted;Junk Lead;Lost Lead;Not Contacted;Pre-Qualified;Not Qualified
Rating|picklist|120||-None-;Acquired;Active;Market Failed;Project Cancelled;Shut Down
Industry|picklist|120|layoutrule|-None-;Banking;Communications;Education;Insurance;Manufacturing;Technology
Annual_Revenue|currency|16|
No_of_Employees|integer|9|
Email_Opt_Out|boolean||
Skype_ID|text|50|
Twitter|text|50|nomass
Street|text|250|
City|text|100|
State|text|100|
Zip_Code|text|30|
Country|text|100|validationrule
Description|textarea|32000|
Languages_Known|multiselectpicklist|1000|custom|English;French;German;Hindi;Spanish;Tamil
Score_Percent|percent|5|custom
Budget|double|16|custom
Customer_Number|bigint|18|custom
Follow_Up_Date|date||custom
Next_Call_At|datetime||custom
Reference_Code|text|20|custom,mass,unique
Internal_Note|text|100|custom,hidden
Credit_Limit|currency|12|custom,viewonly
Old_Region|text|50|custom,invisible
Batch_Code|text|20|custom,unschedulable
Converted__s|boolean||readonly
Converted_Account|lookup||readonly
Referred_By|lookup||custom
Account_Manager|userlookup||custom,mass
Annual_Score|formula||readonly
Lead_Number|autonumber|255|readonly
Attachments_Field|fileupload|5|custom
";

const ACCOUNTS: &str = "
Account_Name|text|200|mandatory,nomass
Account_Number|text|40|
Account_Type|picklist|120||-None-;Analyst;Competitor;Customer;Distributor;Integrator;Investor;Partner;Prospect;Reseller
Industry|picklist|120||-None-;Banking;Communications;Education;Insurance;Manufacturing;Technology
Rating|picklist|120||-None-;Acquired;Active;Market Failed;Project Cancelled;Shut Down
Ownership|picklist|120||-None-;Other;Partnership;Private;Public;Subsidiary
Phone|phone|30|
Fax|phone|30|
Website|website|255|
Annual_Revenue|currency|16|
Employees|integer|9|
Parent_Account|lookup||
Billing_City|text|100|
Billing_Country|text|100|
Shipping_City|text|100|
SIC_Code|integer|9|
Description|textarea|32000|
";

const CONTACTS: &str = "
First_Name|text|40|nomass
Last_Name|text|80|mandatory,nomass
Full_Name|text|120|readonly
Account_Name|lookup||
Email|email|100|
Phone|phone|30|
Mobile|phone|30|
Department|text|50|
Title|text|100|
Lead_Source|picklist|120||-None-;Advertisement;Cold Call;Employee Referral;Online Store;Partner;Web Download
Mailing_City|text|100|
Mailing_Country|text|100|
Date_of_Birth|date||
Email_Opt_Out|boolean||
Description|textarea|32000|
";

const DEALS: &str = "
Deal_Name|text|120|mandatory,nomass
Account_Name|lookup||
Contact_Name|lookup||
Stage|picklist|120|mandatory,blueprint|-None-;Qualification;Needs Analysis;Proposal/Price Quote;Negotiation/Review;Closed Won;Closed Lost;Renewal Due;Renewal Signed
Pipeline|picklist|120|mandatory|Standard (Standard);Renewals
Type|picklist|120||-None-;Existing Business;New Business
Lead_Source|picklist|120||-None-;Advertisement;Cold Call;Employee Referral;Online Store;Partner;Web Download
Amount|currency|16|
Expected_Revenue|currency|16|readonly
Probability|integer|3|
Closing_Date|date||mandatory
Next_Step|text|100|
Reason_For_Loss__s|picklist|120||-None-;Price;Competitor;Timing
Languages_Known|multiselectpicklist|1000|custom|English;French;German;Hindi;Spanish;Tamil
Campaign_Source|lookup||
Discount|percent|5|custom
Contract_Signed|boolean||custom
Description|textarea|32000|
";

const TASKS: &str = "
Subject|text|300|mandatory
Due_Date|date||
Status|picklist|120||Not Started;Deferred;In Progress;Completed;Waiting for input
Priority|picklist|120||High;Highest;Low;Lowest;Normal
Who_Id|lookup||
What_Id|lookup||
Send_Notification_Email|boolean||
Description|textarea|32000|
";

const VEHICLES: &str = "
Name|text|120|mandatory,nomass
Number|integer|9|custom
Make|picklist|120|custom|-None-;Tata;Mahindra;Toyota;Volvo
Fuel|picklist|120|custom|-None-;Petrol;Diesel;Electric
Features|multiselectpicklist|1000|custom|ABS;Airbags;GPS;Sunroof
Plate|text|20|custom,unique
Mileage|double|10|custom
Bought_On|date||custom
In_Service|boolean||custom
Remarks|textarea|2000|custom
";

const EVENTS: &str = "
Event_Title|text|255|mandatory
Start_DateTime|datetime||mandatory
End_DateTime|datetime||mandatory
All_day|boolean||
Venue|text|255|
Who_Id|lookup||
Remind_At|multireminder||nomass
Description|textarea|32000|
";

const CALLS: &str = "
Subject|text|300|mandatory
Call_Type|picklist|120||Inbound;Outbound;Missed
Call_Purpose|picklist|120||-None-;Administrative;Demo;Negotiation;Prospecting
Call_Start_Time|datetime||mandatory
Call_Result|text|100|
Description|textarea|32000|
";

const CAMPAIGNS: &str = "
Campaign_Name|text|200|mandatory,nomass
Type|picklist|120||-None-;Advertisement;Banner Ads;Conference;Email;Webinar
Status|picklist|120||-None-;Active;Cancelled;Complete;Inactive;Planning
Start_Date|date||
End_Date|date||
Budgeted_Cost|currency|16|
Expected_Response|bigint|18|
Description|textarea|32000|
";

const CASES: &str = "
Subject|text|300|mandatory
Status|picklist|120||New;Escalated;On Hold;Closed
Priority|picklist|120||-None-;High;Low;Medium
Case_Origin|picklist|120||Email;Phone;Web
Phone|phone|30|
Description|textarea|32000|
";

const SOLUTIONS: &str = "
Solution_Title|text|120|mandatory
Status|picklist|120||-None-;Created;Draft;Reviewed
Question|textarea|32000|
Answer|textarea|32000|
Published|boolean||
";

const PRODUCTS: &str = "
Product_Name|text|200|mandatory,nomass
Product_Code|text|40|
Product_Active|boolean||
Manufacturer|picklist|120||-None-;AltvetPet Inc.;LexPon Inc.;MetBeat Corp.
Product_Category|picklist|120||-None-;CRM Applications;Hardware;Software
Unit_Price|currency|16|
Qty_in_Stock|double|16|
Taxable|boolean||
Tax|multiselectpicklist|1000||Sales Tax;VAT
Vendor_Name|lookup||
Description|textarea|32000|
";

const VENDORS: &str = "
Vendor_Name|text|120|mandatory,nomass
Phone|phone|30|
Email|email|100|
Website|website|255|
Category|text|50|
GL_Account|picklist|120||-None-;Labor-Software;Rental;Sales-Hardware;Sales-Software
City|text|100|
Description|textarea|32000|
";

const PRICE_BOOKS: &str = "
Price_Book_Name|text|120|mandatory,nomass
Active|boolean||
Pricing_Model|picklist|120||-None-;Differential;Flat
Pricing_Details|subform||nomass
Description|textarea|32000|
";

const QUOTES: &str = "
Subject|text|120|mandatory
Quote_Stage|picklist|120||Draft;Negotiation;Delivered;On Hold;Confirmed
Valid_Till|date||
Team|text|50|
Carrier|picklist|120||FedEX;UPS;USPS;DHL
Deal_Name|lookup||
Account_Name|lookup||
Quoted_Items|subform||nomass
Grand_Total|formula||readonly
Description|textarea|32000|
";

const ORDERS: &str = "
Subject|text|120|mandatory
Status|picklist|120||Created;Approved;Delivered;Cancelled
Due_Date|date||
Carrier|picklist|120||FedEX;UPS;USPS;DHL
Excise_Duty|currency|16|
Ordered_Items|subform||nomass
Grand_Total|formula||readonly
Description|textarea|32000|
";

const INVOICES: &str = "
Subject|text|120|mandatory
Status|picklist|120||-None-;Approved;Created;Delivered;Cancelled
Invoice_Date|date||
Due_Date|date||
Sales_Commission|currency|16|
Account_Name|lookup||
Invoiced_Items|subform||nomass
Grand_Total|formula||readonly
Description|textarea|32000|
";
