//! The organisation that ships with the emulator.

mod records;
mod tables;

use std::collections::BTreeMap;

use massup_model::{TerritoryId, ViewId};
use serde_json::{Value, json};

use crate::criteria::{Comparator, Criteria};
use crate::metadata::{
    Access, Client, Dependency, Description, Field, Layout, Module, Org, Permission, PickListValue,
    Profile, Territory, Token, User, View,
};

/// The access token of the administrator of the seed; it never expires and has every scope.
pub const DEMO_TOKEN: &str = "1000.demo";

/// The refresh token of the seed.
pub const DEMO_REFRESH_TOKEN: &str = "1000.refresh";

/// The client of the seed that may ask for tokens: id and secret.
pub const DEMO_CLIENT: (&str, &str) = ("1000.client", "secret");

/// What all ids of the seed start from.
const BASE: u64 = 5_725_767_000_000_000_000;

const ADMINISTRATOR: u64 = 26_011;
const STANDARD: u64 = 26_014;

fn id(number: u64) -> String {
    (BASE + number).to_string()
}

/// The organisation that ships with the emulator: every documented module, a custom one, some 6,500
/// records, views, territories, three users. It is the same every time.
///
/// | token | acts as |
/// |---|---|
/// | `1000.demo` | an administrator, all scopes |
/// | `1000.standard` | a user who may mass update but not schedule, and not see or edit some fields |
/// | `1000.guest` | a user who may neither mass update nor read |
/// | `1000.leads` | the administrator, with scopes for Leads alone |
///
/// ```
/// let seed = massup_emulator::seed::organisation();
/// assert!(seed.modules.iter().any(|module| module.api_name == "Deals"));
/// assert_eq!(seed, massup_emulator::seed::organisation());
/// ```
pub fn organisation() -> Description {
    let mut description = without_records();
    let accounts: Vec<String> = (0..400).map(|n| id(record_number(1, n))).collect();
    for (index, (module, row)) in (0u64..).zip(description.modules.iter_mut().zip(tables::MODULES))
    {
        module.records = records::of(index, module, row.4, &accounts);
    }
    description
}

/// Lets the demo token and client act as the first user of an organisation that comes without its secrets, as
/// one read from `/__emulator/organisation` does. With a token or a client of its own it stays as it is.
///
/// ```
/// use massup_emulator::seed;
///
/// let mut organisation = seed::without_records();
/// organisation.tokens.clear();
/// organisation.clients.clear();
/// seed::sign_in(&mut organisation);
/// assert_eq!(organisation.tokens[0].token, seed::DEMO_TOKEN);
/// ```
pub fn sign_in(organisation: &mut Description) {
    let Some(user) = organisation.users.first() else { return };
    if organisation.tokens.is_empty() && organisation.clients.is_empty() {
        organisation.tokens.push(token(DEMO_TOKEN, &user.id, EVERYTHING));
        organisation.clients.push(client(&user.id));
    }
}

/// The same organisation, empty: for tests that bring their own records.
pub fn without_records() -> Description {
    let modules = (0u64..).zip(tables::MODULES).map(|(index, row)| module(index, row)).collect();
    let user = |number: u64, name: &str, profile: u64| User {
        id: id(number),
        name: name.to_owned(),
        email: format!("{}@zylker.example", name.to_lowercase().replace(' ', ".")),
        profile: id(profile),
    };
    let profile = |number, name: &str, mass_update, schedule, read| Profile {
        id: id(number),
        name: name.to_owned(),
        mass_update,
        schedule,
        read,
    };
    Description {
        org: Org::default(),
        profiles: vec![
            profile(ADMINISTRATOR, "Administrator", true, true, true),
            profile(STANDARD, "Standard", true, false, true),
            profile(26_017, "Guest", false, false, false),
        ],
        users: vec![
            user(411_001, "Patricia Boyle", ADMINISTRATOR),
            user(411_002, "Arun Kumar", STANDARD),
            user(411_003, "Guest User", 26_017),
        ],
        territories: territories(),
        modules,
        tokens: vec![
            token(DEMO_TOKEN, &id(411_001), EVERYTHING),
            token("1000.standard", &id(411_002), EVERYTHING),
            token("1000.guest", &id(411_003), EVERYTHING),
            token(
                "1000.leads",
                &id(411_001),
                &["ZohoCRM.mass_update.leads.UPDATE", "ZohoCRM.mass_update.Leads.READ"],
            ),
        ],
        clients: vec![client(&id(411_001))],
    }
}

const EVERYTHING: &[&str] = &[
    "ZohoCRM.mass_update.UPDATE",
    "ZohoCRM.mass_update.READ",
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.ALL",
    "ZohoCRM.org.ALL",
    "ZohoSearch.securesearch.READ",
];

fn token(token: &str, user: &str, scopes: &[&str]) -> Token {
    Token { token: token.to_owned(), user: user.to_owned(), scopes: owned(scopes) }
}

fn client(user: &str) -> Client {
    Client {
        client_id: DEMO_CLIENT.0.to_owned(),
        client_secret: DEMO_CLIENT.1.to_owned(),
        refresh_token: DEMO_REFRESH_TOKEN.to_owned(),
        grant: Some("1000.grant".to_owned()),
        user: user.to_owned(),
        scopes: owned(EVERYTHING),
    }
}

fn owned(scopes: &[&str]) -> Vec<String> {
    scopes.iter().map(ToString::to_string).collect()
}

/// The number of a record of the module at a place of the table.
fn record_number(module: u64, index: u64) -> u64 {
    1_000_001 + module * 100_000 + index
}

fn territory_id(number: u64) -> Option<TerritoryId> {
    TerritoryId::from_number(BASE + 430_400 + number)
}

/// A root, two regions, and two countries below the first.
fn territories() -> Vec<Territory> {
    [
        (0, "Zylker", None),
        (1, "Asia", Some(0)),
        (2, "Europe", Some(0)),
        (3, "India", Some(1)),
        (4, "Japan", Some(1)),
    ]
    .into_iter()
    .filter_map(|(number, name, above)| {
        let reporting_to = above.and_then(territory_id);
        Some(Territory { id: territory_id(number)?, name: name.to_owned(), reporting_to })
    })
    .collect()
}

fn module(index: u64, row: &(&str, &str, &str, &str, u64, &str)) -> Module {
    let (api_name, module_name, singular, plural, _, table) = *row;
    let lines = tables::EVERY.lines().chain(table.lines()).filter(|line| !line.is_empty());
    let fields = (0u64..)
        .zip(lines)
        .map(|(n, line)| field(9_000_000 + index * 10_000 + n * 50, line))
        .collect();
    Module {
        api_name: api_name.to_owned(),
        module_name: module_name.to_owned(),
        singular_label: singular.to_owned(),
        plural_label: plural.to_owned(),
        generated_type: if api_name == "Vehicles" { "custom" } else { "default" }.to_owned(),
        fields,
        layouts: layouts(index, api_name),
        views: views(index, api_name, plural),
        records: Vec::new(),
    }
}

/// Reads a line of the tables.
fn field(number: u64, line: &str) -> Field {
    let mut columns = line.split('|');
    let mut column = || columns.next().unwrap_or_default();
    let (name, data_type, length, marks, options) =
        (column(), column(), column(), column(), column());
    let marked = |mark: &str| marks.split(',').any(|known| known == mark);
    let settable = matches!(
        data_type,
        "text"
            | "phone"
            | "picklist"
            | "multiselectpicklist"
            | "boolean"
            | "integer"
            | "bigint"
            | "currency"
            | "double"
            | "percent"
            | "website"
            | "date"
            | "datetime"
            | "layout"
    );
    let refused = marked("readonly") || marked("unique") || marked("nomass") || marked("invisible");
    let permission = match (marked("hidden"), marked("viewonly")) {
        (true, _) => Some(Permission::Hidden),
        (_, true) => Some(Permission::ReadOnly),
        _ => None,
    };
    let options = (1u64..).zip(options.split(';')).filter(|(_, option)| !option.is_empty());
    Field {
        api_name: name.to_owned(),
        id: id(number),
        field_label: name.trim_end_matches("__s").replace('_', " "),
        data_type: data_type.to_owned(),
        length: length.parse().ok(),
        decimal_place: matches!(data_type, "currency" | "double").then_some(2),
        range: (name == "Probability").then_some((0.0, 100.0)),
        mass_update: (settable && !refused) || marked("mass"),
        field_read_only: marked("readonly"),
        visible: !marked("invisible"),
        system_mandatory: marked("mandatory"),
        unique: marked("unique"),
        custom_field: marked("custom"),
        virtual_field: matches!(data_type, "formula" | "rollup_summary"),
        pick_list_values: options.map(|(n, option)| pick_list_value(number + n, option)).collect(),
        permissions: permission.map(|granted| (id(STANDARD), granted)).into_iter().collect(),
        layout_rule: marked("layoutrule"),
        validation_rule: marked("validationrule"),
        unschedulable: marked("unschedulable"),
        blueprint: marked("blueprint"),
    }
}

/// Reads an option: `actual`, `actual=display`, or `actual!` for an unused one.
fn pick_list_value(number: u64, text: &str) -> PickListValue {
    let unused = text.ends_with('!');
    let text = text.trim_end_matches('!');
    let (actual, display) = text.split_once('=').unwrap_or((text, text));
    PickListValue {
        id: id(number),
        display_value: display.to_owned(),
        actual_value: actual.to_owned(),
        unused,
    }
}

/// One layout; Leads has a second one, with fewer options, and Deals keeps stages to pipelines.
fn layouts(index: u64, api_name: &str) -> Vec<Layout> {
    let number = 91_000 + index * 10;
    let mut standard = Layout { id: id(number), name: "Standard".to_owned(), ..Layout::default() };
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    match api_name {
        "Deals" => {
            let sales = words(&[
                "Qualification",
                "Needs Analysis",
                "Proposal/Price Quote",
                "Negotiation/Review",
                "Closed Won",
                "Closed Lost",
            ]);
            let renewals = words(&["Renewal Due", "Renewal Signed", "Closed Lost"]);
            standard.maps.push(Dependency {
                parent: "Pipeline".to_owned(),
                child: "Stage".to_owned(),
                maps: BTreeMap::from([
                    ("Standard (Standard)".to_owned(), sales),
                    ("Renewals".to_owned(), renewals),
                ]),
                ..Dependency::default()
            });
            vec![standard]
        }
        "Leads" => {
            let rating = words(&["-None-", "Active", "Shut Down"]);
            let partner = Layout {
                id: id(number + 1),
                name: "Partner Lead".to_owned(),
                options: BTreeMap::from([("Rating".to_owned(), rating)]),
                ..Layout::default()
            };
            vec![standard, partner]
        }
        _ => vec![standard],
    }
}

/// The views of a module: what every organisation has, and some that are good for tests.
fn views(index: u64, api_name: &str, plural: &str) -> Vec<View> {
    use Comparator::{Between, Contains, Equal, GreaterEqual, IncludeAny, LessEqual};
    let mut views = Vec::new();
    let mut add = |name: &str, system: Option<&str>, criteria: Option<Criteria>| {
        let number = BASE + 87_500 + index * 100 + views.len() as u64;
        if let Some(view) = ViewId::from_number(number) {
            views.push(View {
                id: view,
                name: name.to_owned(),
                system_name: system.map(str::to_owned),
                access_type: Access::Public,
                shared_to: Vec::new(),
                created_by: system.is_none().then(|| id(411_001)),
                criteria,
                fields: vec!["Owner".to_owned(), "Modified_Time".to_owned()],
            });
        }
    };
    let all = if api_name == "Leads" { "All Open Leads".into() } else { format!("All {plural}") };
    let open = (api_name == "Leads").then(|| test("Converted__s", Equal, false));
    add(&all, Some("ALLVIEWS"), open);
    add(&format!("My {plural}"), Some("MYVIEWS"), Some(test("Owner", Equal, "${CURRENTUSER}")));
    let recently = Some(test("Modified_Time", GreaterEqual, "${TODAY}"));
    add(&format!("Recently Modified {plural}"), Some("RECENTLYMODIFIED"), recently);
    let recently = Some(test("Created_Time", GreaterEqual, "${AGEINDAYS}+7"));
    add(&format!("Recently Created {plural}"), Some("RECENTLYCREATED"), recently);
    add("Private to Patricia", None, Some(test("Owner", Equal, "${NOTEMPTY}")));
    add("Nothing", None, Some(test("Created_Time", LessEqual, "1999-12-31")));
    match api_name {
        "Leads" => {
            add("Converted Leads", Some("CONVERTEDVIEWS"), Some(test("Converted__s", Equal, true)));
            let contacted = test("Lead_Status", Equal, "Not Contacted");
            add("Not Contacted", None, Some(contacted.clone()));
            let asia = test("Country", Comparator::In, json!(["India", "Japan"]));
            add("Not Contacted in Asia", None, Some(Criteria::all(vec![contacted, asia])));
            add("Speaks Tamil", None, Some(test("Languages_Known", IncludeAny, json!(["Tamil"]))));
        }
        "Deals" => {
            add("Big Deals", None, Some(test("Amount", GreaterEqual, 50_000)));
            add("Qualification", None, Some(test("Stage", Equal, "Qualification")));
            let banks = test("Account_Name.Industry", Equal, "Banking");
            add("Deals of Banks", None, Some(banks));
        }
        "Vehicles" => {
            add("First 999", None, Some(test("Number", LessEqual, 999)));
            add("First 1000", None, Some(test("Number", LessEqual, 1_000)));
            add("First 1001", None, Some(test("Number", LessEqual, 1_001)));
            add("Some", None, Some(test("Number", Between, json!([11, 20]))));
            add("Named T", None, Some(test("Name", Contains, "T")));
        }
        _ => {}
    }
    for view in views.iter_mut().filter(|view| view.name == "Private to Patricia") {
        view.access_type = Access::OnlyToMe;
    }
    views
}

fn test(field: &str, comparator: Comparator, value: impl Into<Value>) -> Criteria {
    Criteria::test(field, comparator, value)
}
