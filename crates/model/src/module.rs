//! The modules that support mass updates.

use crate::ApiVersion;
use crate::source::{self, Source};

/// A documented module, with its names in all places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// The case-sensitive name in the path of a call: `Sales_Orders`.
    pub api_name: &'static str,
    /// The name that people see: `Sales Orders`.
    pub label: &'static str,
    /// The name inside an OAuth scope, in any letter case: `salesorders` in
    /// `ZohoCRM.mass_update.salesorders.UPDATE`.
    pub scope_segment: &'static str,
    /// The versions whose documentation lists the module, oldest and newest.
    pub versions: (ApiVersion, ApiVersion),
    /// Only the newest OpenAPI description lists the module, not the pages.
    pub only_openapi: bool,
    /// Records of the module can belong to territories.
    pub territories: bool,
    /// The documents that list it.
    pub sources: &'static [Source],
}

impl Module {
    /// The documented module with exactly this API name.
    pub fn find(api_name: &str) -> Option<&'static Self> {
        MODULES.iter().find(|module| module.api_name == api_name)
    }

    /// The documented module that a differently written name means: with other letter case or separators, in
    /// the singular, by its label, its scope segment, or its former name.
    ///
    /// ```
    /// use massup_model::Module;
    ///
    /// let meant = |name| Module::meant_by(name).map(|module| module.api_name);
    /// assert_eq!(meant("price books"), Some("Price_Books"));
    /// assert_eq!(meant("Lead"), Some("Leads"));
    /// assert_eq!(meant("Potentials"), Some("Deals"));
    /// assert_eq!(meant("Vehicles"), None);
    /// ```
    pub fn meant_by(name: &str) -> Option<&'static Self> {
        if let found @ Some(_) = Self::find(name) {
            return found;
        }
        let letters = |text: &'static str| {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
        };
        let wanted = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let wanted: String = wanted.collect();
        let of = |wanted: &str| {
            let names = |module: &Self| [module.api_name, module.label, module.scope_segment];
            MODULES
                .iter()
                .find(|module| names(module).iter().any(|known| letters(known).eq(wanted.chars())))
        };
        let former = FORMER_NAMES.iter().find(|(former, _)| *former == wanted);
        of(former.map_or(wanted.as_str(), |(_, now)| now))
            .or_else(|| of(&plural(&wanted)))
            .filter(|_| !wanted.is_empty())
    }

    /// Whether the documentation of a version lists the module.
    pub fn listed_in(&self, version: ApiVersion) -> bool {
        let version = version.documented_as();
        self.versions.0 <= version && version <= self.versions.1
    }

    /// Whether the page of a version lists the module under the label of another one: the pages of v3 to v7
    /// list Activities, although the change log of v3 replaces it by Tasks, Calls and Events.
    pub fn listed_as_activities(&self, version: ApiVersion) -> bool {
        let version = version.documented_as();
        self.versions.0 == ApiVersion::V3 && version >= ApiVersion::V3 && version < ApiVersion::V8
    }
}

/// Names that modules had in older APIs, in lower case, with their present names.
const FORMER_NAMES: [(&str, &str); 5] = [
    ("potential", "deals"),
    ("potentials", "deals"),
    ("opportunities", "deals"),
    ("meeting", "events"),
    ("organizations", "accounts"),
];

/// The regular plural of an English word.
fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    }
}

/// The scope segment that all custom modules share.
pub const CUSTOM_SCOPE_SEGMENT: &str = "custom";

/// The placeholder on the pages for the API name of a custom module.
pub const CUSTOM_PLACEHOLDER: &str = "Custom";

/// Modules that v8 documents as not supported.
pub const NOT_SUPPORTED: &[&str] = &["Services__s", "Appointments__s"];

/// System modules that no list of modules for mass updates contains. Names that a custom module could well
/// have, such as `Projects`, are not among them.
pub const SYSTEM: &[&str] = &[
    "Approvals",
    "Attachments",
    "Dashboards",
    "Emails",
    "Feeds",
    "Forecasts",
    "Home",
    "Notes",
    "Profiles",
    "Reports",
    "Roles",
    "Tags",
    "Territories",
    "Users",
];

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

/// All documented modules, in the order of the pages.
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

/// The other name of a module that documents name in two ways: the Modules API lists `Events`, the OpenAPI
/// description of v8 has `Meetings`.
pub fn other_name(api_name: &str) -> Option<&'static str> {
    match api_name {
        "Events" => Some("Meetings"),
        "Meetings" => Some("Events"),
        _ => None,
    }
}

/// The segment for a module inside an OAuth scope: the documented one, or `custom`.
pub fn scope_segment(api_name: &str) -> &'static str {
    Module::find(api_name).map_or(CUSTOM_SCOPE_SEGMENT, |module| module.scope_segment)
}
