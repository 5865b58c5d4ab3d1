//! What is found with facts, and what is left unchecked without them, as a program that links the crate
//! sees it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod options;

use massup_model::ApiVersion::{self, V2, V2_1, V7, V8};
use massup_model::Automation;
use massup_rules::facts::{Facts, Field, PickOption, Territory, View};
use massup_rules::report::Diagnostic;
use massup_rules::{FileReport, Linter, Severity};

fn lint(facts: Facts, version: ApiVersion, body: &str) -> FileReport {
    Linter::new().module("Leads").version(version).facts(facts).lint("a.json", body.as_bytes())
}

/// The body that sets a field on some records, or on those of a view.
fn set(value: &str, selection: &str) -> String {
    format!(r#"{{"data": [{{{value}}}], {selection}}}"#)
}

fn finding<'r>(report: &'r FileReport, name: &str) -> Option<&'r Diagnostic> {
    report.diagnostics.iter().find(|found| found.name == name)
}

fn severity(report: &FileReport, name: &str) -> Option<Severity> {
    finding(report, name).map(|found| found.severity)
}

/// What a rule was not told.
fn needs(report: &FileReport, name: &str) -> Vec<String> {
    let of_rule = report.unchecked.iter().filter(|entry| entry.name == name);
    of_rule.map(|entry| entry.needs.to_string()).collect()
}

/// The answers that a finding foretells: status, code and message.
fn answers(report: &FileReport, name: &str) -> Vec<(Option<u16>, &'static str, &'static str)> {
    let found = finding(report, name).unwrap_or_else(|| panic!("{name}: {report:#?}"));
    found.answers.iter().map(|a| (a.status, a.code, a.message)).collect()
}

fn snapshot(files: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::default();
    for (name, text) in files {
        assert!(facts.add(name, text).unwrap(), "{name}");
    }
    facts
}

const IDS: &str = r#""ids": ["7"]"#;
const TWO: &str = r#""ids": ["7", "8"]"#;
const VIEW: &str = r#""cvid": "9""#;
const IN_TERRITORY: &str = r#""cvid": "9", "territory": {"id": "3"}"#;

#[test]
fn an_answer_is_that_of_the_version() {
    let id = |status| vec![(status, "INVALID_DATA", "The id given seems to be invalid")];
    let cvid = vec![(Some(400), "INVALID_DATA", "the cvid given seems to be invalid")];
    let known = Facts::default().views("Leads", []).territories([Territory::new(1)]);
    for version in [V2, V2_1, V7] {
        let report = lint(known.clone(), version, &set(r#""City": "x""#, IN_TERRITORY));
        assert_eq!(answers(&report, "unknown-view"), id(Some(400)), "{version}");
        assert_eq!(answers(&report, "unknown-territory"), id(Some(400)), "{version}");
    }
    let report = lint(known, V8, &set(r#""City": "x""#, IN_TERRITORY));
    assert_eq!(answers(&report, "unknown-view"), cvid);
    assert_eq!(answers(&report, "unknown-territory"), id(Some(400)));

    let malformed = set(r#""City": "x""#, r#""cvid": "nine""#);
    assert_eq!(answers(&lint(Facts::default(), V7, &malformed), "malformed-id"), id(Some(400)));
    assert_eq!(answers(&lint(Facts::default(), V8, &malformed), "malformed-id"), cvid);

    // Only v8 has these answers; what older versions say of a picklist is written nowhere.
    let mut source = Field::new("Source", "picklist");
    source.options = Some(vec![PickOption::new("Fair")]);
    let facts = Facts::default().fields("Leads", [source, Field::new("Fax", "text")]);
    let odd = set(r#""Source": "Fear""#, IDS);
    assert_eq!(answers(&lint(facts.clone(), V7, &odd), "unknown-option"), []);
    let not_in_layout = (Some(400), "INVALID_DATA", "picklist not found in record layout");
    assert_eq!(answers(&lint(facts.clone(), V8, &odd), "unknown-option"), [not_in_layout]);
    let number = set(r#""Fax": 5"#, IDS);
    let wrong = |status| [(status, "INVALID_DATA", "")];
    assert_eq!(answers(&lint(facts.clone(), V2, &number), "wrong-value-type"), wrong(None));
    assert_eq!(answers(&lint(facts, V8, &number), "wrong-value-type"), wrong(Some(400)));

    let body = set(r#""City": "x""#, IDS);
    let of = |module: &str, version| {
        let linter = Linter::new().module(module).version(version);
        answers(&linter.lint("a.json", body.as_bytes()), "unsupported-module")[0].1
    };
    assert_eq!((of("Services__s", V7), of("Services__s", V8)), ("INVALID_MODULE", "NOT_SUPPORTED"));
    assert_eq!((of("Activities", V7), of("Activities", V8)), ("INVALID_MODULE", "INVALID_MODULE"));
}

#[test]
fn metadata_that_leaves_keys_out_leaves_rules_unchecked() {
    let fields = r#"{"fields": [{"api_name": "City", "mass_update": null, "visible": null},
        {"api_name": "Shape", "data_type": "hologram", "mass_update": true}]}"#;
    let facts = snapshot(&[("fields/Leads.json", fields)]);
    let report = lint(facts.clone(), V8, &set(r#""City": null"#, TWO));
    for (rule, key) in [
        ("field-not-mass-updatable", "mass_update"),
        ("field-type-not-mass-updatable", "data_type"),
        ("field-not-visible", "visible"),
        ("field-edit-not-permitted", "read_only"),
        ("read-only-field", "operation_type"),
        ("null-in-mandatory-field", "system_mandatory"),
    ] {
        assert_eq!(needs(&report, rule), [format!("`{key}` in the field metadata of Leads")]);
    }
    let report = lint(facts.clone(), V8, &set(r#""City": "x""#, TWO));
    assert_eq!(needs(&report, "unique-field"), ["`unique` in the field metadata of Leads"]);
    assert_eq!(needs(&report, "wrong-value-type"), ["`data_type` in the field metadata of Leads"]);
    let report = lint(facts, V8, &set(r#""Shape": "x""#, IDS));
    assert_eq!(report.diagnostics, []);
    assert_eq!(needs(&report, "wrong-value-type"), ["the JSON type of fields of type `hologram`"]);

    // A profile whose permission is told needs no flag of another user.
    let fields = r#"{"fields": [{"api_name": "City", "profiles": [{"id": "5", "permission_type": "read_only"}]}]}"#;
    let facts = snapshot(&[("fields/Leads.json", fields)]).profile("5");
    let report = lint(facts, V8, &set(r#""City": "x""#, IDS));
    assert_eq!(severity(&report, "field-edit-not-permitted"), Some(Severity::Error));
}

#[test]
fn a_list_without_its_last_page_does_not_tell_what_is_missing() {
    let views = r#"{"custom_views": [{"id": "1"}], "info": {"page": 1, "more_records": true}}"#;
    let facts = snapshot(&[("custom_views/Leads.json", views)]);
    let report = lint(facts, V8, &set(r#""City": "x""#, VIEW));
    assert_eq!(finding(&report, "unknown-view"), None);
    assert_eq!(needs(&report, "unknown-view"), ["the complete list of custom views"]);
    assert_eq!(needs(&report, "moving-view"), ["custom view 9"]);
    assert_eq!(needs(&report, "self-changing-view"), ["custom view 9"]);
}

#[test]
fn nobody_counts_the_records_of_a_view_within_a_territory() {
    let uncounted = "the number of records of the custom view in the territory";
    for (count, selection, large, automations) in [
        (999, VIEW, None, None),
        (1_000, VIEW, None, Some(Severity::Note)),
        (60_000, VIEW, Some(Severity::Error), Some(Severity::Note)),
        (60_000, IN_TERRITORY, Some(Severity::Warning), None),
        (1_000, IN_TERRITORY, None, None),
        (999, IN_TERRITORY, None, None),
    ] {
        let facts = Facts::default().count(9, count);
        let report = lint(facts, V8, &set(r#""City": "x""#, selection));
        assert_eq!(severity(&report, "view-too-large"), large, "{count} {selection}");
        assert_eq!(severity(&report, "automations-by-count"), automations, "{count} {selection}");
        let unknown = selection == IN_TERRITORY;
        assert_eq!(needs(&report, "empty-view").contains(&uncounted.to_owned()), unknown);
        let unknown = unknown && count >= 1_000;
        assert_eq!(needs(&report, "automations-by-count").contains(&uncounted.to_owned()), unknown);
    }
    let report = lint(Facts::default().count(9, 0), V8, &set(r#""City": "x""#, IN_TERRITORY));
    assert_eq!(severity(&report, "empty-view"), Some(Severity::Warning));
}

#[test]
fn a_unique_field_is_refused_where_several_records_are_known_to_be_reached() {
    let mut key = Field::new("Key", "text");
    key.unique = Some(true);
    let facts = Facts::default().fields("Leads", [key]);
    for (selection, count, expected) in [
        (IDS, None, None),
        (TWO, None, Some(Severity::Error)),
        (r#""ids": ["7", "07"]"#, None, None),
        (VIEW, None, None),
        (VIEW, Some(1), None),
        (VIEW, Some(2), Some(Severity::Error)),
        (IN_TERRITORY, Some(1), None),
        (IN_TERRITORY, Some(2), Some(Severity::Warning)),
    ] {
        let facts = match count {
            Some(count) => facts.clone().count(9, count),
            None => facts.clone(),
        };
        let report = lint(facts, V8, &set(r#""Key": "A-1""#, selection));
        assert_eq!(severity(&report, "unique-field"), expected, "{selection} {count:?}");
        let uncounted = needs(&report, "unique-field");
        assert_eq!(!uncounted.is_empty(), selection == VIEW && count.is_none(), "{uncounted:?}");
    }
}

#[test]
fn criteria_name_fields_in_groups_filters_lookups_and_values() {
    let criteria = r#"{"group_operator": "AND", "group": [
        {"field": "City", "comparator": "equal", "value": "Fax"},
        {"group_operator": "or", "group": [
            {"field": {"api_name": "State", "id": "1"}, "comparator": "equal", "value": {"field": "Zip"}},
            {"field": {"api_name": "Amount"}, "comparator": "equal", "type": "field", "value": {"api_name": "Budget"}}]},
        {"field": {"api_name": "Account_Name.Industry"}, "comparator": "equal", "value": "x"}]}"#;
    let cross = r#"[{"condition": "has", "criteria": {"field": {"api_name": "Deals__r.Stage"}, "value": "Won"}}]"#;
    let view = format!(
        r#"{{"custom_views": [{{"id": "9", "criteria": {criteria}, "cross_filters": {cross}}}]}}"#
    );
    let facts = snapshot(&[("custom_views/Leads/9.json", &view)]);
    for (field, named) in [
        ("City", true),
        ("State", true),
        ("Amount", true),
        ("Budget", true),
        ("Account_Name", true),
        ("Industry", false),
        ("Stage", false),
        ("Fax", false),
        ("Zip", false),
    ] {
        let report = lint(facts.clone(), V8, &set(&format!(r#""{field}": "x""#), VIEW));
        assert_eq!(finding(&report, "self-changing-view").is_some(), named, "{field}");
        assert_eq!(finding(&report, "moving-view"), None);
    }

    // The list shows no criteria: what is null there is not known to be none.
    let list = r#"{"custom_views": [{"id": "9", "criteria": null}]}"#;
    let of_list = snapshot(&[("custom_views/Leads.json", list)]);
    let report = lint(of_list, V8, &set(r#""City": "x""#, VIEW));
    assert_eq!(needs(&report, "self-changing-view"), ["the criteria of custom view 9"]);
    let of_view = snapshot(&[("custom_views/Leads/9.json", list)]);
    let report = lint(of_view, V8, &set(r#""City": "x""#, VIEW));
    assert_eq!(needs(&report, "self-changing-view"), [""; 0]);

    let recent =
        r#"{"custom_views": {"id": 9, "name": "Fresh", "criteria": {"field": "Modified_Time"}}}"#;
    let facts = snapshot(&[("custom_views/Leads/9.json", recent)]);
    let report = lint(facts, V8, &set(r#""City": "x""#, VIEW));
    assert_eq!(
        finding(&report, "moving-view").unwrap().message,
        "custom view `Fresh` is not a fixed set of records: every update sets `Modified_Time`, which is in its criteria"
    );
}

#[test]
fn the_length_of_a_field_counts_for_every_type_that_has_one() {
    let long = "x".repeat(2_001);
    for (data_type, length, value, holds) in [
        ("double", None, "1234567890123456".to_owned(), true),
        ("double", None, "12345678901234567".to_owned(), false),
        ("double", Some(18), "123456789012345678".to_owned(), true),
        ("double", Some(20), "1234567890123456789".to_owned(), false),
        ("currency", Some(18), "12345678901234567".to_owned(), false),
        ("textarea", Some(2_000), format!("{long:?}"), false),
        ("textarea", None, format!("{long:?}"), true),
        ("textarea", Some(2_001), format!("{long:?}"), true),
    ] {
        let mut field = Field::new("Value", data_type);
        field.length = length;
        let facts = Facts::default().fields("Leads", [field]);
        let report = lint(facts, V8, &set(&format!(r#""Value": {value}"#), IDS));
        assert_eq!(finding(&report, "value-too-long").is_none(), holds, "{data_type} {length:?}");
    }
}

#[test]
fn an_edition_that_no_document_names_is_not_guessed() {
    let body = set(r#""City": "x""#, VIEW);
    for (edition, v7, v8) in [
        ("Professional", Some(Severity::Warning), Some(Severity::Error)),
        ("Free Edition", Some(Severity::Warning), Some(Severity::Error)),
        ("zoho one enterprise", None, None),
        ("Trial", None, None),
    ] {
        let facts = Facts::default().edition(edition);
        let report = lint(facts.clone(), V8, &body);
        assert_eq!(severity(&report, "edition-without-views"), v8, "{edition}");
        let unknown = !needs(&report, "edition-without-views").is_empty();
        assert_eq!(unknown, edition == "Trial");
        let found = severity(&lint(facts, V7, &body), "edition-without-views");
        assert_eq!(found, v7, "{edition}");
    }
}

#[test]
fn labels_lead_to_names() {
    let mut field = Field::new("No_of_Employees", "integer");
    field.label = Some("Headcount (full time)".to_owned());
    let facts = Facts::default().fields("Leads", [field, Field::new("City", "text")]);
    for (written, rule) in [
        ("headcount (full time)", "not-a-field-name"),
        ("Headcount (fulltime)", "not-a-field-name"),
        ("No of Employees", "not-a-field-name"),
        ("HeadcountFullTime", "unknown-field"),
        ("No_of_employee", "unknown-field"),
    ] {
        let report = lint(facts.clone(), V8, &set(&format!(r#""{written}": 4"#), IDS));
        let help = finding(&report, rule).unwrap_or_else(|| panic!("{report:#?}")).help.clone();
        assert_eq!(help.as_deref(), Some("did you mean `No_of_Employees`?"), "{written}");
    }

    let modules = r#"{"modules": [{"api_name": "Leads", "plural_label": "Prospects"},
        {"api_name": "Vehicles", "module_name": "CustomModule3", "singular_label": "Fahrzeug",
         "generated_type": "custom"}, {"api_name": "Visits", "api_supported": false}]}"#;
    let linter = Linter::new().facts(snapshot(&[("modules.json", modules)]));
    let body = set(r#""Color": "Red""#, IDS);
    for (module, meant) in
        [("CustomModule3", "Vehicles"), ("fahrzeug", "Vehicles"), ("Prospects", "Leads")]
    {
        let report = linter.clone().module(module).lint("a.json", body.as_bytes());
        let help = finding(&report, "unknown-module").unwrap().help.clone();
        assert_eq!(help, Some(format!("did you mean `{meant}`?")), "{module}");
    }
}

#[test]
fn the_scope_of_a_module_that_is_misspelt_is_that_of_the_module_meant() {
    let facts = Facts::default().scopes(["ZohoCRM.mass_update.pricebooks.UPDATE"]);
    for module in ["Price_Books", "price_books", "Price Books"] {
        let linter = Linter::new().module(module).facts(facts.clone());
        let report = linter.lint("a.json", set(r#""Active": true"#, IDS).as_bytes());
        assert_eq!(finding(&report, "missing-scope"), None, "{module}");
    }
}

#[test]
fn an_empty_list_of_ids_selects_nothing_and_triggers_nothing() {
    let outcome = |selection: &str| {
        let report = lint(Facts::default(), V7, &set(r#""City": "x""#, selection));
        report.automations.first().map(|call| call.outcome)
    };
    assert_eq!(outcome(r#""ids": []"#), None);
    assert_eq!(outcome(IDS), Some(Automation::Triggered));
    assert_eq!(outcome(VIEW), Some(Automation::Undefined));
}

#[test]
fn only_what_applies_is_left_to_the_server() {
    let left = |module: &str, value: &str, selection: &str| {
        let linter = Linter::new().module(module);
        let report = linter.lint("a.json", set(value, selection).as_bytes());
        report.unchecked.iter().filter(|e| e.code > "MU9").map(|e| e.name).collect::<Vec<_>>()
    };
    assert!(left("Leads", r#""City": "x""#, IDS).contains(&"unknown-record"));
    assert!(!left("Leads", r#""City": "x""#, VIEW).contains(&"unknown-record"));
    assert!(left("Leads", r#""City": "x""#, IDS).contains(&"converted-record"));
    assert!(!left("Deals", r#""City": "x""#, IDS).contains(&"converted-record"));
    assert!(left("Leads", r#""Lead_Manager": {"id": "5"}"#, IDS).contains(&"non-subordinate-user"));
    assert!(!left("Leads", r#""City": "x""#, IDS).contains(&"non-subordinate-user"));
}

#[test]
fn a_view_can_be_told_by_a_program() {
    let facts = Facts::default().views("Leads", [View::new(9)]).modules(["Leads"]);
    let report = lint(facts, V8, &set(r#""City": "x""#, VIEW));
    assert_eq!(finding(&report, "unknown-view"), None);
    assert_eq!(needs(&report, "self-changing-view"), ["the criteria of custom view 9"]);
}

#[test]
fn what_is_written_as_text_is_read_as_what_it_is() {
    let fields = r#"{"fields": [{"api_name": "Age", "field_label": "Age of lead", "data_type": "integer",
        "mass_update": true, "length": "2", "range": {"from": "1", "to": "60"}}]}"#;
    let overrides = "[Leads]\nlayout_rules = [\"Age of lead\"]\nvalidation_rules = []\n";
    let facts = snapshot(&[("fields/Leads.json", fields), ("overrides.toml", overrides)]);
    let report = lint(facts.clone(), V8, &set(r#""Age": 100"#, IDS));
    assert_eq!(severity(&report, "value-too-long"), Some(Severity::Error));
    assert_eq!(severity(&report, "value-out-of-range"), Some(Severity::Error));
    assert_eq!(severity(&report, "layout-rule-field"), Some(Severity::Error), "by its label");
    assert_eq!(severity(&report, "validation-rule-field"), None);
    let report = lint(facts, V8, &set(r#""Age": 60"#, IDS));
    assert_eq!(severity(&report, "value-out-of-range"), None);
}

#[test]
fn what_the_metadata_decides_is_said_once() {
    let mut owner = Field::new("Owner", "ownerlookup");
    owner.mass_update = Some(false);
    let mut id = Field::new("id", "bigint");
    id.mass_update = Some(false);
    let facts = Facts::default().fields("Leads", [owner, id, Field::new("Layout", "layout")]);
    for (value, names) in [
        (r#""Owner": {"id": "5"}"#, ["field-not-mass-updatable"]),
        (r#""Layout": {"id": "5"}"#, ["field-type-not-mass-updatable"]),
        (r#""id": "5""#, ["not-a-field-name"]),
    ] {
        let report = lint(facts.clone(), V8, &set(value, IDS));
        assert_eq!(report.diagnostics.iter().map(|d| d.name).collect::<Vec<_>>(), names);
    }
    let report = lint(facts, V8, &set(r#""Layout": {"id": 5}"#, IDS));
    assert_eq!(finding(&report, "id-as-number").unwrap().pointer, "/data/0/Layout/id");
    let report = lint(Facts::default(), V8, &set(r#""Owner": {"id": "5"}"#, IDS));
    assert_eq!(severity(&report, "structured-value"), Some(Severity::Warning));
}

#[test]
fn a_user_lookup_that_allows_mass_updates_is_clean() {
    for (data_type, flag, severity) in [
        ("userlookup", Some(true), None),
        ("userlookup", Some(false), None),
        ("userlookup", None, Some(Severity::Warning)),
        ("lookup", Some(true), Some(Severity::Warning)),
        ("lookup", None, Some(Severity::Error)),
    ] {
        let mut field = Field::new("Inspector", data_type);
        field.mass_update = flag;
        let facts = Facts::default().fields("Leads", [field]);
        let body = set(r#""Inspector": {"id": "554023000000235011"}"#, IDS);
        let report = lint(facts, V8, &body);
        let found = crate::severity(&report, "field-type-not-mass-updatable");
        assert_eq!(found, severity, "{data_type} {flag:?}");
    }
}

#[test]
fn meetings_have_the_metadata_of_events() {
    let facts = Facts::default().fields("Events", [Field::new("Venue", "text")]);
    let lint = |module: &str, field: &str| {
        let body = set(&format!(r#""{field}": "Town Hall""#), IDS);
        let report =
            Linter::new().module(module).facts(facts.clone()).lint("a.json", body.as_bytes());
        report.diagnostics.iter().map(|d| d.name).collect::<Vec<_>>()
    };
    assert_eq!((lint("Events", "Venue"), lint("Meetings", "Venue")), (vec![], vec![]));
    assert_eq!(lint("Meetings", "Veneu"), ["unknown-field"]);
}

#[test]
fn a_custom_module_can_have_the_name_of_another_one() {
    let lint = |modules: &str, module: &str| {
        let facts = snapshot(&[("modules.json", modules)]);
        let body = set(r#""City": "x""#, IDS);
        let report = Linter::new().module(module).facts(facts).lint("a.json", body.as_bytes());
        report.diagnostics.iter().any(|d| d.name == "unsupported-module")
    };
    let one = |name: &str, kind: &str| {
        format!(r#"{{"modules": [{{"api_name": "{name}", "generated_type": "{kind}"}}]}}"#)
    };
    for (name, kind, refused) in [
        ("Users", "default", true),
        ("Users", "custom", false),
        ("Potentials", "custom", false),
        ("Potentials", "default", true),
        ("Vehicles", "custom", false),
    ] {
        assert_eq!(lint(&one(name, kind), name), refused, "{name} {kind}");
    }
    assert!(lint(r#"{"modules": [{"api_name": "Notes"}]}"#, "Notes"));
    assert!(!lint(r#"{"modules": [{"api_name": "Lead"}]}"#, "Lead"));
}
