//! What the documents fix: modules by version, scopes, limits and the form of ids.
//!
//! These tables are transcribed from the documents for the emulator alone. The rest of the workspace has
//! tables of its own, so that a wrong reading of a page is not shared by both.

use massup_model::ApiVersion;

/// Records in one call by ids. Every page from v2 to v8.
pub(crate) const IDS_PER_CALL: usize = 500;

/// Records in one scheduled job. Every page from v2 to v8.
pub(crate) const RECORDS_PER_JOB: u64 = 50_000;

/// Objects in `data`. The OpenAPI description of v8 has `maxItems: 1`; the pages show one.
pub(crate) const OBJECTS_IN_DATA: usize = 1;

/// Jobs of fewer records trigger automations, jobs of more do not. The pages leave open this very number.
pub(crate) const AUTOMATIONS_BELOW: u64 = 1_000;

/// Decimal digits of the longest id that the pages show.
const ID_DIGITS: usize = 19;

/// A module that the documents list for mass updates.
struct Listed {
    name: &'static str,
    /// The segment of the module in scopes of mass updates.
    scope: &'static str,
    since: ApiVersion,
    until: ApiVersion,
    /// Whether records of the module belong to territories.
    territories: bool,
}

const fn listed(name: &'static str, scope: &'static str) -> Listed {
    Listed { name, scope, since: ApiVersion::V2, until: ApiVersion::LATEST, territories: false }
}

const LISTED: &[Listed] = &[
    Listed { territories: true, ..listed("Leads", "leads") },
    Listed { territories: true, ..listed("Accounts", "accounts") },
    Listed { territories: true, ..listed("Contacts", "contacts") },
    Listed { territories: true, ..listed("Deals", "deals") },
    listed("Campaigns", "campaigns"),
    // The change log of v3: no calls to Activities any more, but to each of its three modules. The lists of
    // the pages of v3 to v7 still have the old label.
    Listed { until: ApiVersion::V2_1, ..listed("Activities", "activities") },
    listed("Tasks", "tasks"),
    listed("Calls", "calls"),
    listed("Events", "meetings"),
    // The OpenAPI description of v8 writes `Meetings` where the modules API has `Events`.
    Listed { since: ApiVersion::V8, ..listed("Meetings", "meetings") },
    // In the OpenAPI description of v8 alone.
    Listed { since: ApiVersion::V8, ..listed("Cases", "cases") },
    listed("Solutions", "solutions"),
    listed("Products", "products"),
    listed("Vendors", "vendors"),
    listed("Price_Books", "pricebooks"),
    listed("Quotes", "quotes"),
    listed("Sales_Orders", "salesorders"),
    listed("Purchase_Orders", "purchaseorders"),
    listed("Invoices", "invoices"),
];

/// The modules that v2 and v2.1 know together as Activities.
const ACTIVITIES: [&str; 3] = ["Tasks", "Calls", "Events"];

/// Modules that the OpenAPI description of v8 names as not supported.
const NOT_SUPPORTED: [&str; 2] = ["Services__s", "Appointments__s"];

/// What the documents say of mass updates of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Listed for the version.
    Listed,
    /// One of the modules behind Activities, in a version that lists only Activities.
    Inferred,
    /// Listed for other versions.
    OtherVersions,
    /// Named as not supported.
    NotSupported,
    /// Named nowhere, as custom modules are.
    Unnamed,
}

/// What the documents say of mass updates of a module in a version.
pub(crate) fn standing(module: &str, version: ApiVersion) -> Standing {
    if NOT_SUPPORTED.contains(&module) {
        return Standing::NotSupported;
    }
    let Some(listed) = find(module) else { return Standing::Unnamed };
    if version < listed.since || version > listed.until {
        Standing::OtherVersions
    } else if version < ApiVersion::V3 && ACTIVITIES.contains(&module) {
        Standing::Inferred
    } else {
        Standing::Listed
    }
}

fn find(module: &str) -> Option<&'static Listed> {
    LISTED.iter().find(|listed| listed.name == module)
}

/// Whether records of a module belong to territories.
pub(crate) fn has_territories(module: &str) -> bool {
    find(module).is_some_and(|listed| listed.territories)
}

/// Fields in one call: three in Deals, one in every other module.
pub(crate) fn fields_per_call(module: &str) -> usize {
    if module == "Deals" { 3 } else { 1 }
}

/// The scopes, without `ZohoCRM.`, that allow an operation on mass updates of a module.
pub(crate) fn mass_update_scopes(
    module: &str,
    operation: &str,
    version: ApiVersion,
) -> Vec<String> {
    let segment = find(module).map_or("custom", |listed| listed.scope);
    let mut segments = vec![segment];
    // The pages before v8 list the scope of Activities for its three modules too; from v6 on the page
    // about scopes says that it is refused.
    if version < ApiVersion::V6 && ACTIVITIES.contains(&module) {
        segments.push("activities");
    }
    let of_module = segments.iter().map(|segment| format!("mass_update.{segment}.{operation}"));
    [format!("mass_update.{operation}")].into_iter().chain(of_module).collect()
}

/// The scopes, without `ZohoCRM.`, that allow an operation on records of a module.
pub(crate) fn record_scopes(module: &str, operation: &str) -> Vec<String> {
    let segment = match module {
        "Events" => "events",
        _ => find(module).map_or("custom", |listed| listed.scope),
    };
    let mut scopes = vec![format!("{segment}."), String::new()];
    if ACTIVITIES.contains(&module) {
        scopes.push("activities.".to_owned());
    }
    let of = |part: &String| [format!("modules.{part}ALL"), format!("modules.{part}{operation}")];
    scopes.iter().flat_map(of).collect()
}

/// The scopes, without `ZohoCRM.`, that allow to read settings of a kind.
pub(crate) fn settings_scopes(kind: &str) -> Vec<String> {
    let scopes = [format!("{kind}."), String::new()];
    scopes
        .iter()
        .flat_map(|part| [format!("settings.{part}ALL"), format!("settings.{part}READ")])
        .collect()
}

/// The number of an id: ASCII digits alone, at most 19 of them, within a signed 64-bit integer.
pub(crate) fn id(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.len() <= ID_DIGITS;
    let digits = plain && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = digits.then(|| text.parse().ok()).flatten()?;
    u64::try_from(number).ok()
}

/// Whether a text has the form of an API name of a module: a letter, then letters, digits, underscores.
pub(crate) fn is_api_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists of the pages, as they are printed.
    #[test]
    fn the_lists_of_the_pages_are_listed() {
        let of_v2 = "Leads Accounts Contacts Deals Campaigns Activities Solutions Products Vendors \
                     Price_Books Quotes Sales_Orders Purchase_Orders Invoices";
        for version in [ApiVersion::V2, ApiVersion::V2_1] {
            for module in of_v2.split_whitespace() {
                assert_eq!(standing(module, version), Standing::Listed, "{module}");
            }
            assert_eq!(standing("Cases", version), Standing::OtherVersions);
        }
        let of_v8 = "Leads Accounts Contacts Deals Campaigns Tasks Calls Meetings Cases Solutions Products \
                     Vendors Price_Books Quotes Sales_Orders Purchase_Orders Invoices";
        for module in of_v8.split_whitespace() {
            assert_eq!(standing(module, ApiVersion::V8), Standing::Listed, "{module}");
        }
    }

    #[test]
    fn activities_end_with_v3_and_its_modules_begin() {
        for &version in ApiVersion::ALL {
            let new = version >= ApiVersion::V3;
            let activities = if new { Standing::OtherVersions } else { Standing::Listed };
            assert_eq!(standing("Activities", version), activities, "{version}");
            for module in ACTIVITIES {
                let expected = if new { Standing::Listed } else { Standing::Inferred };
                assert_eq!(standing(module, version), expected, "{module} {version}");
            }
        }
    }

    #[test]
    fn scopes_are_those_of_the_pages() {
        let update = |module, version| mass_update_scopes(module, "UPDATE", version);
        assert_eq!(
            update("Price_Books", ApiVersion::V2),
            ["mass_update.UPDATE", "mass_update.pricebooks.UPDATE"]
        );
        assert!(update("Vehicles", ApiVersion::V2).contains(&"mass_update.custom.UPDATE".into()));
        let activities = "mass_update.activities.UPDATE".to_owned();
        assert!(update("Activities", ApiVersion::V2).contains(&activities));
        assert!(update("Tasks", ApiVersion::V5).contains(&activities));
        assert!(!update("Tasks", ApiVersion::V6).contains(&activities));
        assert!(record_scopes("Events", "READ").contains(&"modules.events.READ".into()));
    }

    #[test]
    fn an_id_is_a_signed_integer_in_digits() {
        assert_eq!(id("0"), Some(0));
        assert_eq!(id("007"), Some(7));
        assert_eq!(id("9223372036854775807"), Some(i64::MAX as u64));
        for wrong in ["", "9223372036854775808", "00000000000000000001", "+1", "1a", "٣", " 1"] {
            assert_eq!(id(wrong), None, "{wrong}");
        }
    }
}
