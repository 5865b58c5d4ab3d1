//! Fixes edit the text: what is left is right, and all else is as it was.

use std::collections::BTreeMap;

use massup_rules::Linter;
use massup_rules::report::{Applicability, Diagnostic, FileReport};
use massup_tests::patch;
use massup_tests::strategies::cases;
use proptest::prelude::*;
use serde_json::Value;

use super::config;

/// Findings by rule.
fn counts(report: &FileReport) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        *counts.entry(found.code).or_default() += 1;
    }
    counts
}

/// Whether the fix of a finding does what it promises, done alone and to the body as a value.
fn is_good(linter: &Linter, body: &Value, report: &FileReport, found: &Diagnostic) -> bool {
    let Some(fix) = &found.fix else { return false };
    let patched = patch::apply(body, fix).to_string();
    let after = linter.lint("a.json", patched.as_bytes());
    let (before, after) = (counts(report), counts(&after));
    let fewer = after.get(found.code) < before.get(found.code);
    fewer && after.iter().all(|(code, number)| before.get(code).is_some_and(|most| number <= most))
}

proptest! {
    #![proptest_config(config(1_000))]

    /// Fixing brings in nothing new, leaves nothing that could be fixed, and comes to rest.
    #[test]
    fn fixing_comes_to_rest(case in cases(), pretty in any::<bool>()) {
        let text = if pretty { format!("{:#}\n", case.body) } else { case.body.to_string() };
        let linter = case.linter();
        let mut left = counts(&linter.lint("a.json", text.as_bytes()));
        for most in [Applicability::Safe, Applicability::Unsafe] {
            let fixed = linter.fix("a.json", &text, most);
            // What is allowed to be fixed more leaves no more.
            for (code, number) in counts(&fixed.report) {
                let most = left.get(code).copied().unwrap_or(0);
                prop_assert!(number <= most, "{code} is new in {}", fixed.text);
            }
            left = counts(&fixed.report);
            prop_assert_eq!(fixed.applied.is_empty(), fixed.text == text);
            let body: Value = serde_json::from_str(&fixed.text).unwrap();
            for found in &fixed.report.diagnostics {
                // In arrays, call files and change files pointers do not begin at the root.
                let wanted = body.get("data").is_some()
                    && found.fix.as_ref().is_some_and(|fix| fix.applicability <= most);
                prop_assert!(
                    !wanted || !is_good(&linter, &body, &fixed.report, found),
                    "{} is left in {}", found.code, fixed.text
                );
            }
            let again = linter.fix("a.json", &fixed.text, most);
            prop_assert_eq!(&again.text, &fixed.text);
            prop_assert!(again.applied.is_empty());
        }
    }

    /// The lines of a file are fixed as each would be alone.
    #[test]
    fn lines_are_fixed_as_if_alone(many in prop::collection::vec(cases(), 2..5)) {
        let linter = many[0].linter();
        let alone: String = many
            .iter()
            .map(|case| linter.fix("a.json", &case.body.to_string(), Applicability::Unsafe).text + "\n")
            .collect();
        let text: String = many.iter().map(|case| format!("{}\n", case.body)).collect();
        let fixed = linter.fix("a.jsonl", &text, Applicability::Unsafe);
        prop_assert_eq!(fixed.text, alone);
    }
}

#[track_caller]
fn fixes(text: &str, expected: &str) {
    let linter = Linter::new().module("Leads");
    let fixed = linter.fix("a.json", text, Applicability::Unsafe);
    assert_eq!(fixed.text, expected, "{:#?}", fixed.report.diagnostics);
}

#[test]
fn a_change_is_fixed_in_its_line() {
    let call = "{\"data\":[{\"City\":\"a\"}],\"ids\":[\"1\"]}";
    let change = "{\"module\":\"Leads\",\"set\":{\"City\":\"a\"},\"select\":{\"ids\":[\"1\",\"1\"]},\"over_write\":true}";
    let fixed = "{\"module\":\"Leads\",\"set\":{\"City\":\"a\"},\"select\":{\"ids\":[\"1\"]}}";
    let linter = Linter::new().module("Leads");
    let done = linter.fix("a.jsonl", &format!("{call}\n{change}\n{call}\n"), Applicability::Unsafe);
    assert_eq!(done.text, format!("{call}\n{fixed}\n{call}\n"));
}

#[test]
fn a_member_goes_with_one_comma_and_its_line() {
    fixes(
        "{\"data\": [{\"City\": \"x\"}], \"over_write\": true, \"ids\": [\"5\"]}",
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"]}",
    );
    fixes(
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"], \"over_write\": true}",
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"]}",
    );
    fixes(
        "{\n  \"over_write\": true,\n  \"data\": [{\"City\": \"x\"}],\n  \"ids\": [\"5\"]\n}\n",
        "{\n  \"data\": [{\"City\": \"x\"}],\n  \"ids\": [\"5\"]\n}\n",
    );
    fixes(
        "{\r\n  \"data\": [{\"City\": \"x\"}],\r\n  \"ids\": [\"5\"],\r\n  \"over_write\": true\r\n}\r\n",
        "{\r\n  \"data\": [{\"City\": \"x\"}],\r\n  \"ids\": [\"5\"]\r\n}\r\n",
    );
}

#[test]
fn comments_and_formatting_stay() {
    fixes(
        "{ // all of it\n  \"data\" : [ {\"City\":\"x\"} ], // one, field\n  \"ids\" : [ 5 , \"6\" ], /* , */\n  \"over_write\": true // last\n}\n",
        "{ // all of it\n  \"data\" : [ {\"City\":\"x\"} ], // one, field\n  \"ids\" : [ \"5\" , \"6\" ] /* , */\n  // last\n}\n",
    );
}

#[test]
fn a_fix_that_would_do_harm_stops_no_other() {
    // As a boolean, `over_write` would be of no use: another rule's finding.
    fixes(
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [5], \"over_write\": \"true\"}",
        "{\"data\": [{\"City\": \"x\"}], \"ids\": [\"5\"], \"over_write\": \"true\"}",
    );
}

#[test]
fn change_files_are_fixed_in_every_syntax() {
    #[track_caller]
    fn fixes(name: &str, text: &str, expected: &str) {
        let fixed = Linter::new().fix(name, text, Applicability::Unsafe);
        assert_eq!(fixed.text, expected, "{:#?}", fixed.report.diagnostics);
    }
    fixes(
        "a.massup.json",
        "{\n  \"module\": \"Leads\", // ours\n  \"over_write\": true,\n  \"set\": { \"City\": \"x\" },\n  \"select\": { \"ids\": [\" 5\"] }\n}\n",
        "{\n  \"module\": \"Leads\", // ours\n  \"set\": { \"City\": \"x\" },\n  \"select\": { \"ids\": [\"5\"] }\n}\n",
    );
    fixes(
        "a.massup.yaml",
        "module: Leads # ours\nover_write: true\nset:\n  City: x\nselect:\n  ids:\n    - ' 5' # the first\n",
        "module: Leads # ours\nset:\n  City: x\nselect:\n  ids:\n    - \"5\" # the first\n",
    );
    fixes(
        "a.massup.toml",
        "module = 'Leads' # ours\nover_write = true\nset.City = 'x'\nselect.ids = [' 5'] # the first\n",
        "module = 'Leads' # ours\nset.City = 'x'\nselect.ids = [\"5\"] # the first\n",
    );
}
