//! The options of picklists.

use super::*;

#[test]
fn an_empty_list_of_options_is_no_list() {
    let fields = r#"{"fields": [
        {"api_name": "City", "data_type": "text", "mass_update": true, "pick_list_values": []},
        {"api_name": "Source", "data_type": "picklist", "mass_update": true, "pick_list_values": []}]}"#;
    let facts = snapshot(&[("fields/Leads.json", fields)]);
    let text = lint(facts.clone(), V8, &set(r#""City": "Chennai""#, IDS));
    assert_eq!(text.diagnostics, []);
    assert_eq!(needs(&text, "unknown-option"), [""; 0]);
    let picklist = lint(facts, V8, &set(r#""Source": "Fair""#, IDS));
    assert_eq!(picklist.diagnostics, []);
    assert_eq!(needs(&picklist, "unknown-option"), ["the options of `Source`"]);
}

#[test]
fn each_option_of_a_multi_select_picklist_is_looked_at() {
    let mut spoken = Field::new("Spoken", "multiselectpicklist");
    let mut latin = PickOption::new("Latin");
    latin.used = false;
    spoken.options = Some(vec![PickOption::new("Tamil"), latin]);
    let facts = Facts::default().fields("Leads", [spoken]);
    let report = lint(facts, V8, &set(r#""Spoken": ["Tamil", "Latin"]"#, IDS));
    assert_eq!(finding(&report, "unused-option").unwrap().pointer, "/data/0/Spoken/1");
}

#[test]
fn an_option_is_known_by_any_of_its_values() {
    let fields = r#"{"fields": [{"api_name": "Stage", "data_type": "picklist", "mass_update": true,
        "pick_list_values": [
            {"display_value": "Met", "actual_value": "Pitched", "reference_value": "First", "id": "5"},
            {"display_value": "Won", "actual_value": "Met"}]}]}"#;
    let facts = snapshot(&[("fields/Deals.json", fields)]);
    let found = |value: &str| {
        let body = set(&format!(r#""Stage": "{value}""#), IDS);
        let report =
            Linter::new().module("Deals").facts(facts.clone()).lint("a.json", body.as_bytes());
        report.diagnostics.into_iter().find(|d| d.name == "unknown-option")
    };
    // The display value of one option is the actual value of another: the display value counts.
    for (value, severity, told) in [
        ("Met", None, ""),
        ("Won", None, ""),
        ("Pitched", Some(Severity::Warning), "send the display value `Met`"),
        ("First", Some(Severity::Warning), "send the display value `Met`"),
        ("5", Some(Severity::Warning), "send the display value `Met`"),
        ("Wonn", Some(Severity::Error), "did you mean `Won`?"),
        ("Elsewhere", Some(Severity::Error), "the options are `Met`, `Won`"),
    ] {
        let found = found(value);
        assert_eq!(found.as_ref().map(|d| d.severity), severity, "{value}");
        let help = found.and_then(|d| d.help).unwrap_or_default();
        assert_eq!(help, told, "{value}");
    }
}

/// Exports of records write the options of a multi-select picklist as one text.
#[test]
fn options_in_one_text_are_named_one_by_one() {
    let mut languages = Field::new("Languages", "multiselectpicklist");
    languages.options =
        Some(["English", "Tamil", "Tea, black"].map(PickOption::new).into_iter().collect());
    let facts = Facts::default().fields("Leads", [languages]);
    let report =
        |value: &str| lint(facts.clone(), V8, &set(&format!(r#""Languages": {value}"#), IDS));
    let help = |value: &str| {
        let report = report(value);
        finding(&report, "wrong-value-type").unwrap().help.clone().unwrap()
    };
    for text in ["English;Tamil", "English, Tamil", "English ; Tamil"] {
        let value = format!("\"{text}\"");
        assert!(help(&value).ends_with(r#"`["English","Tamil"]`"#), "{}", help(&value));
        assert_eq!(finding(&report(&value), "unknown-option"), None, "{text}");
    }
    assert!(help(r#""English;Latin""#).ends_with(r#"`["English;Latin"]`"#));
    assert!(finding(&report(r#""English;Latin""#), "unknown-option").is_some());
    assert!(help(r#""Tea, black""#).ends_with(r#"`["Tea, black"]`"#));
}
