//! Many findings of a kind are counted; the first ones are listed.

use massup_rules::levels::{Level, Levels};
use massup_rules::report::{Applicability, Summary};
use massup_rules::{FileReport, Linter, Severity, find};

fn lint(text: &str) -> FileReport {
    Linter::new().module("Leads").lint("a.json", text.as_bytes())
}

/// The findings of a rule: how many are listed, and how many further ones are counted.
fn counts(report: &FileReport, name: &str) -> (usize, usize) {
    let found = report.diagnostics.iter().filter(|found| found.name == name);
    (found.clone().count(), found.map(|found| found.more).sum())
}

fn with_ids(ids: &[String]) -> String {
    format!("{{\"data\":[{{\"City\":\"a\"}}],\n\"ids\":[\n{}\n]}}", ids.join(",\n"))
}

#[test]
fn further_findings_of_a_kind_are_counted() {
    for (total, more) in [(20, 0), (21, 1), (5_000, 4_980)] {
        let report = lint(&with_ids(&vec!["\"x\"".to_owned(); total]));
        assert_eq!(counts(&report, "malformed-id"), (20, more), "{total}");
        let last = report.diagnostics.iter().rfind(|found| found.name == "malformed-id").unwrap();
        assert_eq!(last.line, Some(22), "the first ones are listed");
        assert_eq!(last.message.ends_with(" more)"), more > 0, "{}", last.message);
        let summary = Summary::of([&report]);
        assert_eq!(summary.errors, total + usize::from(total > 500));
    }
    let report = lint(&with_ids(&vec!["\"7\"".to_owned(); 500]));
    assert_eq!(counts(&report, "repeated-id"), (20, 479));
    let last = report.diagnostics.iter().find(|found| found.more > 0).unwrap();
    assert!(last.message.ends_with(" (and 479 more)"), "{}", last.message);
    let json = serde_json::to_value(&report).unwrap();
    let more: Vec<_> = json["diagnostics"].as_array().unwrap().iter().map(|d| &d["more"]).collect();
    assert_eq!(more.iter().filter(|more| !more.is_null()).count(), 1);
    let thousands = lint(&with_ids(&vec!["null".to_owned(); 30_020]));
    assert!(thousands.diagnostics.iter().any(|found| found.message.contains("(and 30,000 more)")));
}

#[test]
fn errors_are_listed_among_many_warnings() {
    let mut ids = vec!["7".to_owned(); 30];
    ids.push("5.5".to_owned());
    let report = lint(&with_ids(&ids));
    assert_eq!(counts(&report, "id-as-number"), (21, 10));
    assert_eq!(report.worst(), Some(Severity::Error));
    let mut levels = Levels::default();
    levels.set(find("id-as-number").unwrap(), Level::Note);
    let noted =
        Linter::new().module("Leads").levels(levels).lint("a.json", with_ids(&ids).as_bytes());
    assert_eq!(counts(&noted, "id-as-number"), (21, 10));
}

#[test]
fn each_call_has_its_own_list() {
    let call = with_ids(&vec!["\"x\"".to_owned(); 25]).replace('\n', "");
    let report =
        Linter::new().module("Leads").lint("a.jsonl", format!("{call}\n{call}\n").as_bytes());
    for number in [1, 2] {
        let of_call = report.diagnostics.iter().filter(|found| found.call == Some(number));
        assert_eq!(of_call.clone().count(), 20);
        assert_eq!(of_call.map(|found| found.more).sum::<usize>(), 5, "{number}");
    }
}

#[test]
fn what_a_comment_allows_hides_nothing_else() {
    let allowed = "\"x\" // massup: allow(malformed-id) known".to_owned();
    let mut ids = vec![allowed; 30];
    ids.extend(vec!["\"y\"".to_owned(); 25]);
    let text = with_ids(&ids).replace("known,", "known\n,");
    assert_eq!(counts(&lint(&text), "malformed-id"), (20, 5));
    assert_eq!(counts(&lint(&text), "unused-allow"), (0, 0));
}

#[test]
fn all_findings_are_fixed() {
    let ids: Vec<_> = (1_000_000_001..=1_000_000_100_u64).map(|id| id.to_string()).collect();
    let linter = Linter::new().module("Leads");
    let fixed = linter.fix("a.json", &with_ids(&ids), Applicability::Safe);
    assert_eq!(fixed.applied.len(), 100);
    assert_eq!(fixed.report.diagnostics, []);
    let report = linter.all_findings().lint("a.json", with_ids(&ids).as_bytes());
    assert_eq!(counts(&report, "id-as-number"), (100, 0));
}

#[test]
fn findings_among_many_fields_have_their_places() {
    let mut fields: Vec<_> = (1..40).map(|n| format!("\"F{n}\":1")).collect();
    fields.insert(9, "\"a/b~\":\"\"".to_owned());
    fields.insert(19, "\"F40\":[\"x\",1]".to_owned());
    let text = format!("{{\"data\":[{{\n{}\n}}],\"ids\":[\"7\"]}}", fields.join(",\n"));
    let report = lint(&text);
    let found = |name: &str| report.diagnostics.iter().find(|found| found.name == name).unwrap();
    assert_eq!(
        (&*found("empty-value").pointer, found("empty-value").line),
        ("/data/0/a~1b~0", Some(11))
    );
    let item = found("structured-value");
    assert_eq!((&*item.pointer, item.line, item.column), ("/data/0/F40/1", Some(21), Some(12)));
}
