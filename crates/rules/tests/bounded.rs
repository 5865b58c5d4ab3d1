//! Memory is bounded: what a small file repeats is counted, not kept.

use allocation_counter::measure;
use massup_rules::{FileReport, Linter};

/// What may be allocated for a file: 12 times its size and a constant. The memory in use is less, since vectors grow ahead.
const FACTOR: usize = 12;
const BASE: usize = 20 << 20;

fn lint(name: &str, text: &str) -> FileReport {
    Linter::new().module("Leads").lint(name, text.as_bytes())
}

fn total(report: &FileReport) -> usize {
    report.diagnostics.iter().map(|found| 1 + found.more).sum::<usize>() + report.omitted.total()
}

#[test]
fn files_that_repeat_one_thing_take_memory_by_their_size() {
    let size = 2_000_000;
    let repeated = |head: &str, item: &str, tail: &str| {
        format!("{head}{}{tail}", item.repeat(size / item.len()))
    };
    let call = r#"{"data":[{"City":"x"}],"ids":["7","7"]}"#;
    let curl = format!(
        "curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d '{call}'\n"
    );
    for (name, text) in [
        ("a.json", repeated("[", "5,", "5]")),
        ("a.json", repeated("[", "5,", ",]")),
        ("a.json", repeated("[", "[],", "5]")),
        ("a.json", repeated("[", "{},", "5]")),
        ("a.json", repeated("[", "{\"body\":0},", "5]")),
        ("a.json", repeated("[", &format!("{call}, {:40},", 5), "5]")),
        ("a.json", repeated("{", "\"\":1,", "\"\":1}")),
        ("a.json", repeated("{", "\"a key\": 1,", "\"\":1}")),
        ("a.json", repeated("{\"data\":[{", "\"a field\": 1,", "\"a\":1}],\"ids\":[\"7\"]}")),
        ("a.json", repeated("{\"ids\":[{\"", "k", "\":{\"a\":1,\"a\":1,\"a\":1}}]}")),
        ("a.json", repeated("{\"", "k", "\":1}")),
        ("a.json", repeated("// massup: allow(MU104) x\n[", "{\"ids\":[\"x\"]},", "5]")),
        ("a.json", repeated("", "// massup: allow(MU123) x\n", "5")),
        ("a.json", repeated("", "/**/", "5")),
        ("a.jsonl", repeated("", "5\n", "")),
        ("a.jsonl", repeated("", "x\n", "")),
        ("a.jsonl", repeated("", &format!("{call}\n"), "")),
        ("a.massup.json", repeated("{\"select\":[", "{\"ids\":[]},", "5]}")),
        ("a.yaml", repeated("", "- 5\n", "")),
        ("a.yaml", repeated("[", "5,", "]")),
        ("a.massup.toml", repeated("a = [", "5,", "]")),
        ("a.sh", repeated("", &curl, "")),
        ("a.sh", repeated("curl mass_update ", "x ", "")),
        ("a.sh", repeated("", "\n", "")),
        ("a.py", repeated("mass_update(", "(", "")),
    ] {
        let taken = measure(|| drop(lint(name, &text))).bytes_max;
        let most = (FACTOR * text.len() + BASE) as u64;
        let start = text.get(..60).unwrap_or_default();
        assert!(taken <= most, "{name}: {start:?} takes {taken} of {most} bytes");
    }
}

#[test]
fn findings_of_many_calls_are_counted() {
    for number in [10, 3_000] {
        let text = "{\"data\":[{\"City\":\"x\"}],\"ids\":[\"7\",\"7\"]}\n".repeat(number);
        let report = lint("a.jsonl", &text);
        let repeated = report.diagnostics.iter().filter(|found| found.name == "repeated-id");
        assert_eq!(repeated.count(), number.min(1_000));
        let kinds = total(&lint("a.jsonl", &text[..text.len() / number]));
        assert_eq!(total(&report), kinds * number);
    }
}

#[test]
fn calls_beyond_the_limit_are_reported() {
    let text = "{\"data\":[{\"City\":\"x\"}],\"ids\":[\"7\",\"7\"]}\n".repeat(10_001);
    let report = lint("a.jsonl", &text);
    let last = report.diagnostics.iter().find(|found| found.name == "malformed-json").unwrap();
    assert_eq!((last.line, report.calls), (Some(9_001), 9_000));
    assert!(last.message.contains("more than 9000 calls"), "{}", last.message);
    // Clean calls are not kept, so there may be any number.
    let clean = "{\"data\":[{\"City\":\"x\"}],\"ids\":[\"7\"]}\n".repeat(10_001);
    assert_eq!(lint("a.jsonl", &clean).calls, 10_001);
    let mixed = format!("{clean}{{\"data\":[{{\"City\":\"x\"}}],\"ids\":[]}}\n{clean}");
    let report = lint("a.jsonl", &mixed);
    let found = report.diagnostics.iter().map(|found| (found.name, found.line, found.call));
    assert_eq!(found.collect::<Vec<_>>(), [("empty-ids", Some(10_002), Some(10_002))]);
    assert_eq!(report.calls, 20_003);
}

#[test]
fn problems_of_one_kind_are_counted() {
    let text = format!("{{\"ids\":[\"7\"],\"data\":[{{{}}}]}}", vec!["\"a\":1"; 5_001].join(","));
    let report = lint("a.json", &text);
    let found = report.diagnostics.iter().filter(|found| found.name == "duplicate-key");
    assert_eq!(found.map(|found| 1 + found.more).sum::<usize>(), 5_000);
}

#[test]
fn a_long_script_is_read_up_to_a_place_that_is_reported() {
    let call = "curl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d '{}'\n";
    let text = format!("{call}echo {}\n{call}", "x ".repeat(40_000));
    let report = lint("a.sh", &text);
    assert_eq!(report.calls, 1);
    let rest = |found: &&massup_rules::Diagnostic| found.message.starts_with("the rest of");
    assert_eq!(report.diagnostics.iter().filter(rest).count(), 1);
    let harmless = format!("{call}echo {}\n", "x ".repeat(40_000));
    assert_eq!(lint("a.sh", &harmless).diagnostics.iter().filter(rest).count(), 0);
}
