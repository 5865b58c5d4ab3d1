//! The ways in, held against each other.

use massup_model::{RecordId, Request, Selection};

use super::*;
use crate::Severity;
use crate::levels::Level;

const BODY: &str = r#"{"data":[{"City":"a","Fax":"b"}],"ids":["7","7"]}"#;

fn names(report: &FileReport) -> Vec<(&'static str, Severity, String)> {
    let found = report.diagnostics.iter();
    found.map(|found| (found.name, found.severity, found.pointer.clone())).collect()
}

#[test]
fn a_draft_gets_the_findings_of_its_text() {
    let linter = Linter::new().module("Leads");
    let report = linter.lint("a.json", BODY.as_bytes());
    assert_eq!(report.diagnostics.len(), 2);
    let value = serde_json::from_str(BODY).unwrap();
    let mut draft = Draft::of_body(Node::from(&value));
    draft.module = Some(Spot::outside("Leads"));
    let checked = Linter::new().check_draft(&draft);
    assert_eq!(names(&checked), names(&report));
    assert_eq!(
        (&checked.unchecked, &checked.automations),
        (&report.unchecked, &report.automations)
    );
    assert!(checked.diagnostics.iter().all(|found| found.line.is_none() && found.span.is_none()));
}

#[test]
fn a_request_is_checked_for_its_module_and_version() {
    let ids = Selection::Ids(vec![RecordId::from_number(7).unwrap()]);
    let facts = || {
        let mut facts = Facts::default();
        let fields =
            r#"{"fields":[{"api_name":"Fax","data_type":"text","length":1,"mass_update":true}]}"#;
        facts.add("fields/Leads.json", fields).unwrap();
        facts
    };
    let check = |module: &str, value: &str| {
        let fields = vec![("Fax".to_owned(), value.into())];
        let request = Request::new(ApiVersion::V2, module, fields, ids.clone()).unwrap();
        let report = Linter::new().facts(facts()).check(&request);
        report.diagnostics.iter().map(|found| found.name).collect::<Vec<_>>()
    };
    assert_eq!(check("Leads", "a"), [""; 0]);
    assert_eq!(check("Leads", "ab"), ["value-too-long"]);
    assert_eq!(check("Contacts", "ab"), [""; 0]);
}

#[test]
fn levels_have_the_last_word_in_every_way_in() {
    let level = |name: &str, level: Level| {
        let mut levels = Levels::default();
        levels.set(find(name).unwrap(), level);
        levels
    };
    let mut levels = level("repeated-id", Level::Error);
    levels.extend(&level("too-many-fields", Level::Note));
    let linter = Linter::new().module("Leads").levels(levels.clone());
    let found = names(&linter.lint("a.json", BODY.as_bytes()));
    let severities: Vec<_> = found.iter().map(|(name, severity, _)| (*name, *severity)).collect();
    let expected = [("too-many-fields", Severity::Note), ("repeated-id", Severity::Error)];
    assert_eq!(severities, expected);
    levels.extend(&level("repeated-id", Level::Allow));
    let linter = linter.levels(levels);
    assert_eq!(names(&linter.lint("a.json", BODY.as_bytes())).len(), 1);

    // A rule that is allowed is not missed either, and no other is forgotten.
    let unchecked = |linter: &Linter| {
        let report = linter.lint("a.json", BODY.as_bytes());
        report.unchecked.iter().map(|entry| entry.name).collect::<Vec<_>>()
    };
    let all = unchecked(&Linter::new().module("Leads"));
    let fewer = unchecked(&linter.clone().levels(level("unknown-field", Level::Allow)));
    let others: Vec<_> = all.iter().copied().filter(|name| *name != "unknown-field").collect();
    assert!(all.len() > others.len());
    assert_eq!(fewer, others);

    let added = |linter: &Linter| {
        let found = Diagnostic::new(find("repeated-id").unwrap(), ApiVersion::V8, "from a plan");
        linter.with_findings(FileReport::default(), vec![found]).diagnostics.len()
    };
    assert_eq!((added(&linter), added(&Linter::new())), (0, 1));
}

#[test]
fn the_quick_pass_is_taken_whatever_is_known() {
    let clean = br#"{"data":[{"City":"a"}],"ids":["7","8","9000000000"]}"#;
    let mut facts = Facts::default().edition("Free");
    for (path, text) in [
        ("fields/Leads.json", r#"{"fields":[{"api_name":"City","unique":{"casesensitive":""}}]}"#),
        ("modules.json", r#"{"modules":[]}"#),
        ("custom_views/Leads.json", r#"{"custom_views":[]}"#),
        ("territories.json", r#"{"territories":[]}"#),
        ("counts.json", r#"{"7":{"count":1}}"#),
    ] {
        facts.add(path, text).unwrap();
    }
    let linter = Linter::new().module("Leads").facts(facts);
    // What the facts tell against it is found at its place.
    let report = linter.lint("a.json", clean);
    assert!(report.diagnostics.iter().any(|d| d.name == "unique-field" && d.column == Some(11)));
}

#[test]
fn what_is_no_change_file_is_said() {
    let report = Linter::new().not_a_change_file("a.yaml", b"- 1");
    assert_eq!(report.path, "a.yaml");
    assert_eq!(names(&report), [("bad-change-file", Severity::Error, String::new())]);
}

#[test]
fn what_cannot_be_checked_follows_from_the_selection() {
    let unchecked = |module: &str, selection: &str| {
        let text = format!(r#"{{"data":[{{"City":"a"}}],{selection}}}"#);
        let report = Linter::new().module(module).lint("a.json", text.as_bytes());
        report.unchecked.iter().map(|entry| entry.code).collect::<Vec<_>>()
    };
    let without = |more: Vec<&'static str>, less: &[&str]| {
        more.into_iter().filter(|code| !less.contains(code)).collect::<Vec<_>>()
    };
    let ids = unchecked("Leads", r#""ids":["7"]"#);
    let view = unchecked("Leads", r#""cvid":"7""#);
    let territory = unchecked("Leads", r#""cvid":"7","territory":{"id":"6"}"#);
    let of_the_server = |codes: &[&'static str]| codes.iter().filter(|code| **code > "MU9").count();
    assert_eq!((ids.len(), of_the_server(&ids)), (30, 8));
    assert_eq!(
        without(view.clone(), &ids),
        [
            "MU202", "MU240", "MU241", "MU244", "MU245", "MU246", "MU247", "MU248", "MU251",
            "MU902", "MU903", "MU911"
        ]
    );
    assert_eq!(without(territory, &view), ["MU242", "MU249"]);
    let deals = unchecked("Deals", r#""ids":["7"]"#);
    assert_eq!(without(deals.clone(), &ids), ["MU230"]);
    assert_eq!(without(ids.clone(), &deals), ["MU910"], "only leads are converted");
    assert_eq!(without(ids, &view), ["MU904"], "the records of a view are there");
    let status = br#"{"method":"GET","path":"/crm/v8/Leads/actions/mass_update?job_id=7"}"#;
    let report = Linter::new().lint("a.json", status);
    assert_eq!(report.unchecked.iter().map(|entry| entry.code).collect::<Vec<_>>(), ["MU201"]);
}

#[test]
fn calls_are_counted_from_one_where_there_are_several() {
    let calls = |text: &str| {
        let report = Linter::new().module("Leads").lint("a.json", text.as_bytes());
        let found: Vec<_> = report.diagnostics.iter().map(|found| found.call).collect();
        let automations: Vec<_> = report.automations.iter().map(|of| of.call).collect();
        (found, automations)
    };
    let repeated = r#"{"data":[{"City":"a"}],"ids":["7","7"]}"#;
    assert_eq!(calls(repeated), (vec![None], vec![None]));
    let both = (vec![Some(1), Some(2)], vec![Some(1), Some(2)]);
    assert_eq!(calls(&format!("[{repeated},{repeated}]")), both);
}

#[test]
fn only_what_is_found_in_a_variable_is_taken_out() {
    let names = |data: &str| {
        let url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
        let script = format!(r#"curl {url} -d "{{\"ids\":[\"7\",\"7\"],\"data\":[{{{data}}}]}}""#);
        let report = Linter::new().lint("a.sh", script.as_bytes());
        report.diagnostics.iter().map(|found| found.name).collect::<Vec<_>>()
    };
    let plain = names(r#"\"City\":\"a\",\"Fax\":\"b\""#);
    assert_eq!(plain, ["repeated-id", "too-many-fields"]);
    // Before the variable, and after it.
    let variable = names(r#"\"City\":\"$CITY\",\"Fax\":\"b\""#);
    assert_eq!(variable, ["repeated-id", "unresolved-variable", "too-many-fields"]);
    // Within it.
    assert_eq!(names(r#"\"City\":\"\""#), ["repeated-id", "empty-value"]);
    assert_eq!(names(r#"\"City\":\"$CITY\""#), ["repeated-id", "unresolved-variable"]);
}
