//! Where one more is too many, with facts about the organisation.

use massup_rules::facts::{Facts, View};
use massup_rules::{FileReport, Linter, Report, Severity};

/// What is said of a call that sets `City`, which has this metadata, to this value.
fn lint(field: &str, value: &str) -> FileReport {
    let fields = format!(r#"{{"fields": [{{"api_name": "City", "mass_update": true, {field}}}]}}"#);
    let mut facts = Facts::default();
    assert!(matches!(facts.add("fields/Leads.json", &fields), Ok(true)), "{fields}");
    let body = format!(r#"{{"data": [{{"City": {value}}}], "ids": ["7"]}}"#);
    Linter::new().module("Leads").facts(facts).lint("a.json", body.as_bytes())
}

fn found(field: &str, value: &str) -> Vec<&'static str> {
    lint(field, value).diagnostics.iter().map(|found| found.name).collect()
}

/// Whether a value for a field of this type, with more metadata, has more than the field holds.
fn too_long(data_type: &str, more: &str, value: &str) -> bool {
    found(&format!(r#""data_type": "{data_type}"{more}"#), value).contains(&"value-too-long")
}

#[test]
fn a_type_without_a_length_has_its_documented_limit() {
    let digits = |count: usize| "1".repeat(count);
    for (data_type, most, start, end) in [
        ("text", 255, "", ""),
        ("phone", 30, "", ""),
        ("email", 100, "", "@example.com"),
        ("picklist", 120, "", ""),
        ("website", 450, "https://", ""),
        ("textarea", 50_000, "", ""),
        ("bigint", 18, "", ""),
    ] {
        let text =
            |size: usize| format!("\"{start}{}{end}\"", digits(size - start.len() - end.len()));
        assert!(!too_long(data_type, "", &text(most)), "{data_type}");
        assert!(too_long(data_type, "", &text(most + 1)), "{data_type}");
    }
    for (data_type, most) in [("integer", 9), ("currency", 16), ("double", 16), ("percent", 5)] {
        assert!(!too_long(data_type, "", &digits(most)), "{data_type}");
        assert!(too_long(data_type, "", &digits(most + 1)), "{data_type}");
    }
    assert!(!too_long("boolean", "", &digits(99)));
}

#[test]
fn a_length_counts_up_to_what_the_type_allows() {
    let digits = |count: usize| "1".repeat(count);
    for (data_type, length, most) in
        [("double", 18, 18), ("double", 99, 18), ("double", 3, 3), ("currency", 18, 16)]
    {
        let length = format!(r#", "length": {length}"#);
        assert!(!too_long(data_type, &length, &digits(most)), "{data_type}{length}");
        assert!(too_long(data_type, &length, &digits(most + 1)), "{data_type}{length}");
    }
}

#[test]
fn an_option_has_120_characters_and_a_field_so_many_options() {
    let number = |more: &str, value: &str| {
        let field = format!(r#""data_type": "multiselectpicklist"{more}"#);
        found(&field, value).iter().filter(|name| **name == "value-too-long").count()
    };
    let option = |size: usize| format!(r#""{}""#, "a".repeat(size));
    assert_eq!(number("", &format!("[{}]", option(120))), 0);
    assert_eq!(number("", &format!("[{}, {}]", option(121), option(122))), 2);
    let two = r#", "length": 2"#;
    assert_eq!(number(two, r#"["a", "b"]"#), 0);
    assert_eq!(number(two, r#"["a", "b", "a"]"#), 0, "options count once");
    assert_eq!(number(two, r#"["a", "b", "c"]"#), 1);
    assert!(!too_long("text", r#", "length": 1"#, r#"["a", "b"]"#));
}

#[test]
fn digits_in_quotes_count_as_they_stand_where_the_field_takes_text() {
    let zeros = |length: usize| format!(r#""{}""#, "0".repeat(length));
    assert!(!too_long("bigint", "", &zeros(18)));
    assert!(too_long("bigint", "", &zeros(19)));
    // A field of characters may be longer than its type usually is.
    assert!(!too_long("text", r#", "length": 300"#, &zeros(300)));
    assert!(too_long("text", r#", "length": 300"#, &zeros(301)));
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
    let large = |records: u64, selection: &str| {
        let facts = Facts::default().views("Leads", [View::new(9)]).count(9, records);
        let body = format!(r#"{{"data": [{{"City": "a"}}], {selection}}}"#);
        let report = Linter::new().module("Leads").facts(facts).lint("a.json", body.as_bytes());
        let large = report.diagnostics.into_iter().find(|found| found.name == "view-too-large");
        large.map(|found| found.severity)
    };
    let within = r#""cvid": "9", "territory": {"id": "3"}"#;
    assert_eq!(large(50_000, r#""cvid": "9""#), None);
    assert_eq!(large(50_001, r#""cvid": "9""#), Some(Severity::Error));
    assert_eq!(large(50_000, within), None);
    assert_eq!(large(50_001, within), Some(Severity::Warning));
}

#[test]
fn a_picklist_that_says_nothing_of_blueprints_is_unchecked() {
    let needs = |data_type: &str| {
        let report = lint(&format!(r#""data_type": "{data_type}""#), r#""a""#);
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
    // What only the server knows is listed, and not counted.
    let counted = |file: &FileReport| {
        file.unchecked.iter().filter(|entry| !entry.code.starts_with("MU9")).count()
    };
    let unchecked: usize = files.iter().map(counted).sum();
    let report = Report::new(files);
    let sums = &report.summary;
    assert_eq!((sums.files, sums.errors, sums.warnings, sums.notes), (3, 1, 2, 1));
    assert_eq!(sums.unchecked, unchecked);
    assert_eq!(report.worst(), Some(Severity::Error));
    assert_eq!(Report::new(Vec::new()).worst(), None);
}
