//! The generators are tested too: they reach every rule, severity and boundary.

use std::collections::BTreeSet;

use massup_rules::rule::Stage;
use massup_rules::{Severity, rules};
use massup_tests::strategies::{COUNTS, cases};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

#[test]
fn generators_reach_every_rule_on_bodies_and_every_boundary() {
    let mut runner = TestRunner::deterministic();
    let strategy = cases();
    let mut codes = BTreeSet::new();
    let mut severities = BTreeSet::new();
    let mut counts = BTreeSet::new();
    let mut clean = 0;
    for _ in 0..6_000 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let report = case.linter().lint("a.json", case.body.to_string().as_bytes());
        clean += usize::from(report.diagnostics.is_empty());
        for diagnostic in &report.diagnostics {
            codes.insert(diagnostic.code);
            severities.insert((diagnostic.code, diagnostic.severity));
        }
        if let Some(ids) = case.body.pointer("/ids").and_then(|ids| ids.as_array()) {
            counts.insert(ids.len());
        }
    }
    // Those on the method and the path are about call files, which bodies are not.
    let on_calls = ["MU101", "MU102", "MU105", "MU106"];
    let missing: Vec<_> = rules()
        .iter()
        .filter(|rule| rule.stage() == Stage::Request && !on_calls.contains(&rule.code))
        .filter(|rule| !codes.contains(rule.code))
        .map(|rule| rule.name)
        .collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    for count in COUNTS {
        assert!(counts.contains(&count), "no body with {count} ids");
    }
    for severity in [Severity::Note, Severity::Warning, Severity::Error] {
        assert!(severities.iter().any(|(_, reached)| *reached == severity), "{severity:?}");
    }
    for both in ["MU104", "MU122", "MU132"] {
        let reached = severities.iter().filter(|(code, _)| *code == both).count();
        assert_eq!(reached, 2, "{both} has two severities");
    }
    assert!(clean > 300, "too few clean cases: {clean}");
}
