//! The modules that a mass update can be sent to.

use crate::ApiVersion;
use crate::source::{self, Source};

/// A module that the documentation names, with its names in all places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// The name in the path of a call, compared with case: `Sales_Orders`.
    pub api_name: &'static str,
    /// The name that people see: `Sales Orders`.
    pub label: &'static str,
    /// The name inside an OAuth scope, compared without case: `salesorders` in
    /// `ZohoCRM.mass_update.salesorders.UPDATE`.
    pub scope_segment: &'static str,
    /// The versions whose documentation lists the module, oldest and newest.
    pub versions: (ApiVersion, ApiVersion),
    /// Only the newest OpenAPI description lists the module, no page does.
    pub only_openapi: bool,
    /// Records of the module can belong to territories.
    pub territories: bool,
    /// The documents that list it.
    pub sources: &'static [Source],
}

impl Module {
    /// The documented module with this API name, letter for letter.
    pub fn find(api_name: &str) -> Option<&'static Self> {
        MODULES.iter().find(|module| module.api_name == api_name)
    }

    /// The documented module that is meant by a name written in another way: in other letter case,
    /// with spaces for underscores, by its label or by its scope segment.
    ///
    /// ```
    /// use massup_model::Module;
    ///
    /// assert_eq!(Module::meant_by("price books").unwrap().api_name, "Price_Books");
    /// assert!(Module::meant_by("Vehicles").is_none());
    /// ```
    pub fn meant_by(name: &str) -> Option<&'static Self> {
        let letters = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let wanted = letters(name);
        MODULES.iter().find(|module| {
            [module.api_name, module.label, module.scope_segment]
                .iter()
                .any(|known| letters(known) == wanted)
        })
    }

    /// Whether the documentation of a version lists the module.
    pub fn listed_in(&self, version: ApiVersion) -> bool {
        self.versions.0 <= version && version <= self.versions.1
    }
}

/// The scope segment that all custom modules share.
pub const CUSTOM_SCOPE_SEGMENT: &str = "custom";

/// The word that the pages write where a custom module's own API name belongs.
pub const CUSTOM_PLACEHOLDER: &str = "Custom";

/// Modules that v8 names as not supported.
pub const NOT_SUPPORTED: &[&str] = &["Services__s", "Appointments__s"];

const fn module(
    api_name: &'static str,
    label: &'static str,
    scope_segment: &'static str,
    territories: bool,
) -> Module {
    Module {
        api_name,
        label,
        scope_segment,
        versions: (ApiVersion::V2, ApiVersion::V8),
        only_openapi: false,
        territories,
        sources: &[source::V2_PAGE, source::V7_PAGE, source::V8_PAGE],
    }
}

/// One of the modules that v2 and v2.1 know together as Activities. The change log of v3 ends the calls to
/// Activities; the lists on the pages of v3 to v7 still have the old label.
const fn since_v3(
    api_name: &'static str,
    label: &'static str,
    scope_segment: &'static str,
) -> Module {
    Module {
        versions: (ApiVersion::V3, ApiVersion::V8),
        sources: &[source::V8_PAGE],
        ..module(api_name, label, scope_segment, false)
    }
}

const fn since_v8(
    api_name: &'static str,
    label: &'static str,
    scope_segment: &'static str,
) -> Module {
    Module {
        versions: (ApiVersion::V8, ApiVersion::V8),
        sources: &[source::V8_PAGE],
        ..module(api_name, label, scope_segment, false)
    }
}

/// Every module that a document names, in the order of the pages.
pub const MODULES: &[Module] = &[
    module("Leads", "Leads", "leads", true),
    module("Accounts", "Accounts", "accounts", true),
    module("Contacts", "Contacts", "contacts", true),
    module("Deals", "Deals", "deals", true),
    module("Campaigns", "Campaigns", "campaigns", false),
    Module {
        versions: (ApiVersion::V2, ApiVersion::V2_1),
        sources: &[source::V2_PAGE],
        ..module("Activities", "Activities", "activities", false)
    },
    since_v3("Tasks", "Tasks", "tasks"),
    since_v3("Calls", "Calls", "calls"),
    // The Modules API names it `Events`, the OpenAPI description writes `Meetings`; both are taken.
    since_v3("Events", "Meetings", "meetings"),
    since_v8("Meetings", "Meetings", "meetings"),
    Module {
        only_openapi: true,
        sources: &[source::V8_OPENAPI],
        ..since_v8("Cases", "Cases", "cases")
    },
    module("Solutions", "Solutions", "solutions", false),
    module("Products", "Products", "products", false),
    module("Vendors", "Vendors", "vendors", false),
    module("Price_Books", "Price Books", "pricebooks", false),
    module("Quotes", "Quotes", "quotes", false),
    module("Sales_Orders", "Sales Orders", "salesorders", false),
    module("Purchase_Orders", "Purchase Orders", "purchaseorders", false),
    module("Invoices", "Invoices", "invoices", false),
];

/// Whether a text can be a module's API name: a letter, then letters, digits and underscores.
///
/// What passes is safe inside the path of a URL.
///
/// ```
/// use massup_model::module::is_api_name;
///
/// assert!(is_api_name("Sales_Orders"));
/// assert!(!is_api_name("../users"));
/// ```
pub fn is_api_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The segment that stands for a module inside an OAuth scope: the documented one, or `custom`.
pub fn scope_segment(api_name: &str) -> &'static str {
    Module::find(api_name).map_or(CUSTOM_SCOPE_SEGMENT, |module| module.scope_segment)
}
