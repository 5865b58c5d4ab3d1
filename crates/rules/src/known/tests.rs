//! What is said to be missing, and what would supply it.

use crate::facts::{Associations, Facts, Field, View, Views};
use crate::report::Severity::{Error, Warning};
use crate::{FileReport, Linter};

const IDS: &str = r#""ids":["7"]"#;
const VIEW: &str = r#""cvid":"7""#;
const TERRITORY: &str = r#""cvid":"7","territory":{"id":"6"}"#;

fn report(facts: Facts, data: &str, selection: &str) -> FileReport {
    let body = format!(r#"{{"data":[{{{data}}}],{selection}}}"#);
    Linter::new().module("Leads").facts(facts).lint("a.json", body.as_bytes())
}

/// What a rule lacks, with what supplies it.
fn lacks(report: &FileReport, code: &str) -> Vec<(String, String)> {
    let of_rule = report.unchecked.iter().filter(|entry| entry.code == code);
    of_rule.map(|entry| (entry.needs.to_string(), entry.supply.to_string())).collect()
}

fn view_known(facts: Facts) -> Facts {
    facts.views("Leads", [View::new(7)])
}

#[test]
fn what_a_pull_supplies_names_the_module() {
    let report = report(Facts::default(), r#""City":"a""#, VIEW);
    for (code, needs) in [
        ("MU210", "the field metadata of Leads"),
        ("MU240", "the custom views of Leads"),
        ("MU244", "the number of records in the custom view"),
    ] {
        let expected = (needs.to_owned(), "massup pull --module Leads".to_owned());
        assert_eq!(lacks(&report, code), [expected], "{code}");
    }
}

#[test]
fn a_view_that_is_in_no_list_is_unknown_unless_the_list_is_whole() {
    let criteria = |complete: bool, views: Vec<View>| {
        let mut facts = Facts::default();
        facts.views.insert("Leads".to_owned(), Views::new(views, complete));
        lacks(&report(facts, r#""City":"a""#, VIEW), "MU246")
    };
    let pull = || "massup pull --module Leads".to_owned();
    let of_view = |needs: &str| vec![(needs.to_owned(), pull())];
    assert_eq!(criteria(false, vec![]), of_view("custom view 7"));
    assert_eq!(criteria(true, vec![]), []);
    for complete in [false, true] {
        let known = criteria(complete, vec![View::new(7)]);
        assert_eq!(known, of_view("the criteria of custom view 7"));
    }
}

#[test]
fn how_many_records_a_territory_leaves_nobody_counts() {
    let needs = |records: u64, selection: &str| {
        let facts = view_known(Facts::default()).count(7, records);
        let unchecked = lacks(&report(facts, r#""City":"a""#, selection), "MU245");
        unchecked.into_iter().map(|(needs, _)| needs).collect::<Vec<_>>()
    };
    let uncounted = "the number of records of the custom view in the territory";
    for records in [1, 2, 1_000, 50_001] {
        assert_eq!(needs(records, TERRITORY), [uncounted], "{records}");
        assert_eq!(needs(records, VIEW), [""; 0], "{records}");
    }
    // Of none there are none in a territory.
    assert_eq!(needs(0, TERRITORY), [""; 0]);
    assert_eq!(needs(0, VIEW), [""; 0]);
}

#[test]
fn a_label_or_a_slip_leads_to_the_field_that_was_meant() {
    let mut origin = Field::new("Lead_Source", "text");
    origin.label = Some("Where from".to_owned());
    let mut fax = Field::new("Fax", "text");
    fax.label = Some("Facsimile".to_owned());
    let facts = || Facts::default().fields("Leads", [origin.clone(), fax.clone()]);
    let help = |name: &str| {
        let report = report(facts(), &format!(r#""{name}":"a""#), IDS);
        report.diagnostics.iter().filter_map(|found| found.help.clone()).collect::<Vec<_>>()
    };
    for (written, meant) in [
        ("Lead_Sorce", "Lead_Source"),
        ("where_from", "Lead_Source"),
        ("Faxx", "Fax"),
        ("Facsimille", "Fax"),
        ("Facsimile", "Fax"),
    ] {
        let help = help(written);
        assert!(
            help.iter().any(|text| text.contains(&format!("`{meant}`"))),
            "{written}: {help:?}"
        );
    }
    assert!(help("Industry").iter().all(|text| !text.contains("Fax") && !text.contains("Lead_")));
}

#[test]
fn each_call_of_a_file_lacks_what_it_lacks() {
    let call = |module: &str| {
        format!(
            r#"{{"module":"{module}","api_version":"v8","body":{{"data":[{{"City":"a"}}],"ids":["7"]}}}}"#
        )
    };
    let text = format!("{}\n{}\n", call("Leads"), call("Deals"));
    let report = Linter::new().lint("a.jsonl", text.as_bytes());
    let needs: Vec<_> = lacks(&report, "MU210").into_iter().map(|(needs, _)| needs).collect();
    assert_eq!(needs, ["the field metadata of Deals", "the field metadata of Leads"]);
}

#[test]
fn what_a_field_tells_of_itself_is_read_in_every_form() {
    let found = |field: &str, name: &str| {
        let fields = format!(
            r#"{{"fields":[{{"api_name":"Fax","data_type":"text","mass_update":true,{field}}}]}}"#
        );
        let mut facts = Facts::default().profile("5");
        facts.add("fields/Leads.json", &fields).unwrap();
        let report = report(facts, r#""Fax":"a""#, r#""ids":["7","8"]"#);
        report.diagnostics.iter().any(|found| found.name == name)
    };
    for (unique, expected) in [
        (r#"{"casesensitive":"no"}"#, true),
        ("{}", false),
        ("true", true),
        ("false", false),
        ("null", false),
    ] {
        let field = format!(r#""unique":{unique}"#);
        assert_eq!(found(&field, "unique-field"), expected, "{unique}");
    }
    for (profile, permission, expected) in
        [("5", "read_only", true), ("5", "read_write", false), ("6", "read_only", false)]
    {
        let field =
            format!(r#""profiles":[{{"id":"{profile}","permission_type":"{permission}"}}]"#);
        assert_eq!(found(&field, "field-edit-not-permitted"), expected, "{profile} {permission}");
    }
}

#[test]
fn associations_are_known_by_builder_too() {
    let known = Associations {
        validation_rules: Some(["Fax".to_owned()].into()),
        ..Associations::default()
    };
    let report = report(Facts::default().associations("Leads", known), r#""Fax":"a""#, IDS);
    assert!(report.diagnostics.iter().any(|found| found.name == "validation-rule-field"));
    assert_eq!(lacks(&report, "MU217"), []);
    assert_eq!(lacks(&report, "MU216").len(), 1);
}

#[test]
fn a_number_in_quotes_is_one_only_as_json_writes_it() {
    let rate = || Facts::default().fields("Leads", [Field::new("Rate", "percent")]);
    let found = |value: &str| {
        let report = report(rate(), &format!(r#""Rate":{value}"#), IDS);
        let names = report.diagnostics.iter().map(|found| found.name);
        names.filter(|name| *name == "value-too-long").count()
    };
    for value in ["123456", r#""123456""#] {
        assert_eq!(found(value), 1, "{value}");
    }
    for value in [r#""12345""#, r#"" 123456""#, r#""0123456""#, r#""123456 EUR""#] {
        assert_eq!(found(value), 0, "{value}");
    }
}

#[test]
fn associations_are_listed_by_name_or_label() {
    let mut fax = Field::new("Fax", "text");
    fax.label = Some("Facsimile".to_owned());
    let mut city = Field::new("City", "text");
    city.label = Some("Town".to_owned());
    let primary = |listed: &str, key: &str| {
        let facts = format!("[Leads]\nlayout_rules = [\"{listed}\"]\n");
        let mut known = Facts::default().fields("Leads", [fax.clone(), city.clone()]);
        known.add("overrides.toml", &facts).unwrap();
        let report = report(known, &format!(r#""{key}":"a""#), IDS);
        report.diagnostics.iter().any(|found| found.name == "layout-rule-field")
    };
    for (listed, key, expected) in [
        ("Fax", "Fax", true),
        ("Facsimile", "Fax", true),
        ("Facsimile", "City", false),
        ("Town", "City", true),
        ("Town", "Fax", false),
        ("City", "Fax", false),
    ] {
        assert_eq!(primary(listed, key), expected, "{listed} {key}");
    }
}

#[test]
fn layouts_add_to_what_is_known_of_the_same_pair_alone() {
    let layout = |maps: &[(&str, &str, &str)]| {
        let maps: Vec<_> = maps
            .iter()
            .map(|(parent, child, below)| {
                format!(
                    r#"{{"parent":{{"api_name":"{parent}"}},"child":{{"api_name":"{child}"}},
                    "pick_list_values":[{{"actual_value":"a","maps":[{{"actual_value":"{below}"}}]}}]}}"#
                )
            })
            .collect();
        format!(r#"{{"map_dependency":[{}]}}"#, maps.join(","))
    };
    let text = layout(&[("Country", "State", "x"), ("Country", "Zone", "y")])
        + &layout(&[("Country", "State", "z"), ("Region", "State", "w")]);
    let mut facts = Facts::default();
    facts.add("map_dependency/Leads.json", &text).unwrap();
    let known: Vec<_> = facts.dependencies["Leads"]
        .iter()
        .map(|of| (&*of.parent, &*of.child, of.pairs["a"].iter().map(|s| &**s).collect::<Vec<_>>()))
        .collect();
    let expected = [
        ("Country", "State", vec!["x", "z"]),
        ("Country", "Zone", vec!["y"]),
        ("Region", "State", vec!["w"]),
    ];
    assert_eq!(known, expected);
}

/// A program may fill in the id later.
#[test]
fn a_reference_may_have_an_id_that_nobody_knows() {
    let call = "requests.post('https://www.zohoapis.com/crm/v8/Leads/actions/mass_update', json=";
    let text = |value: &str| format!("{call}{{'data': [{{'Owner': {value}}}], 'ids': ['7']}})");
    let severities = |value: &str| {
        let report = Linter::new().lint("a.py", text(value).as_bytes());
        let found = report.diagnostics.into_iter().filter(|found| found.name == "structured-value");
        found.map(|found| found.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities("{'id': owner}"), [Warning]);
    assert_eq!(severities("{'id': '7'}"), [Warning]);
    assert_eq!(severities("{'name': owner}"), [Error]);
    assert_eq!(severities("owner"), []);
}
