//! Where one more is too many, with facts about the organisation.

use massup_rules::facts::{Facts, View};
use massup_rules::{FileReport, Linter, Report, Severity};

/// What is found where `City` has this metadata and gets this value.
fn found(field: &str, value: &str) -> Vec<&'static str> {
    let fields = format!(r#"{{"fields": [{{"api_name": "City", "mass_update": true, {field}}}]}}"#);
    let mut facts = Facts::default();
    assert!(matches!(facts.add("fields/Leads.json", &fields), Ok(true)), "{fields}");
    let body = format!(r#"{{"data": [{{"City": {value}}}], "ids": ["7"]}}"#);
    let report = Linter::new().module("Leads").facts(facts).lint("a.json", body.as_bytes());
    report.diagnostics.iter().map(|found| found.name).collect()
}

#[test]
fn an_option_has_120_characters_and_a_field_so_many_options() {
    let too_long = |more: &str, value: &str| {
        let field = format!(r#""data_type": "multiselectpicklist"{more}"#);
        found(&field, value).iter().filter(|name| **name == "value-too-long").count()
    };
    let option = |size: usize| format!(r#""{}""#, "a".repeat(size));
    assert_eq!(too_long("", &format!("[{}]", option(120))), 0);
    assert_eq!(too_long("", &format!("[{}, {}]", option(121), option(122))), 2);
    let two = r#", "length": 2"#;
    assert_eq!(too_long(two, r#"["a", "b"]"#), 0);
    assert_eq!(too_long(two, r#"["a", "b", "a"]"#), 0, "options count once");
    assert_eq!(too_long(two, r#"["a", "b", "c"]"#), 1);
    assert!(
        !found(r#""data_type": "text", "length": 1"#, r#"["a", "b"]"#).contains(&"value-too-long")
    );
}

#[test]
fn digits_in_quotes_count_as_they_stand_where_the_field_takes_text() {
    let long = |length: usize| format!(r#""{}""#, "0".repeat(length));
    assert!(!found(r#""data_type": "bigint""#, &long(18)).contains(&"value-too-long"));
    assert!(found(r#""data_type": "bigint""#, &long(19)).contains(&"value-too-long"));
    // A field of characters may be longer than its type usually is.
    let text = r#""data_type": "text", "length": 300"#;
    assert!(!found(text, &long(300)).contains(&"value-too-long"));
    assert!(found(text, &long(301)).contains(&"value-too-long"));
}

#[test]
fn a_range_includes_its_ends() {
    let field = r#""data_type": "integer", "range": {"from": -5, "to": 9}"#;
    for (value, fits) in [("-6", false), ("-5", true), ("0", true), ("9", true), ("10", false)] {
        assert_eq!(!found(field, value).contains(&"value-out-of-range"), fits, "{value}");
    }
}

#[test]
fn a_job_reaches_50_000_records() {
    let lint = |records: u64, selection: &str| {
        let facts = Facts::default().views("Leads", [View::new(9)]).count(9, records);
        let body = format!(r#"{{"data": [{{"City": "a"}}], {selection}}}"#);
        let report = Linter::new().module("Leads").facts(facts).lint("a.json", body.as_bytes());
        let large = report.diagnostics.into_iter().find(|found| found.name == "view-too-large");
        large.map(|found| found.severity)
    };
    let within = r#""cvid": "9", "territory": {"id": "3"}"#;
    assert_eq!(lint(50_000, r#""cvid": "9""#), None);
    assert_eq!(lint(50_001, r#""cvid": "9""#), Some(Severity::Error));
    assert_eq!(lint(50_000, within), None);
    assert_eq!(lint(50_001, within), Some(Severity::Warning));
}

#[test]
fn a_picklist_that_says_nothing_of_blueprints_is_unchecked() {
    let needs = |data_type: &str| {
        let mut facts = Facts::default();
        let fields = format!(
            r#"{{"fields": [{{"api_name": "City", "mass_update": true, "data_type": "{data_type}"}}]}}"#
        );
        assert!(matches!(facts.add("fields/Leads.json", &fields), Ok(true)));
        let body = br#"{"data": [{"City": "a"}], "ids": ["7"]}"#;
        let report = Linter::new().module("Leads").facts(facts).lint("a.json", body);
        report.unchecked.iter().any(|entry| entry.name == "blueprint-field")
    };
    assert!(needs("picklist"));
    assert!(!needs("text"));
}

#[test]
fn a_field_is_read_only_for_the_reason_that_is_known() {
    let closed = |more: &str| {
        let field = format!(r#""data_type": "text"{more}"#);
        found(&field, r#""a""#).contains(&"read-only-field")
    };
    for (more, expected) in [
        ("", false),
        (r#", "operation_type": {"api_update": false}"#, true),
        (r#", "operation_type": {"api_update": true}"#, false),
        (r#", "virtual_field": true"#, true),
        (r#", "field_read_only": true"#, true),
        (r#", "field_read_only": true, "operation_type": {"api_update": true}"#, false),
    ] {
        assert_eq!(closed(more), expected, "{more}");
    }
}

#[test]
fn a_report_counts_what_its_files_hold() {
    let linter = Linter::new().module("Leads");
    let file = |name: &str, text: &str| linter.lint(name, text.as_bytes());
    let files: Vec<FileReport> = vec![
        file("a.json", r#"{"data": [{"City": "a"}], "ids": ["7", "7"]}"#),
        file("b.json", r#"{"data": [{"City": "a", "Fax": "b"}], "ids": ["7", "7"]}"#),
        file("c.json", r#"{"data": [{"City": "a"}], "ids": ["7"], /* why */ "over_write": false}"#),
    ];
    let unchecked: usize = files.iter().map(|file| file.unchecked.len()).sum();
    let report = Report::new(files);
    let sums = &report.summary;
    assert_eq!((sums.files, sums.errors, sums.warnings, sums.notes), (3, 1, 2, 1));
    assert_eq!(sums.unchecked, unchecked);
    assert_eq!(report.worst(), Some(Severity::Error));
    assert_eq!(Report::new(Vec::new()).worst(), None);
}
