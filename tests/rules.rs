//! Every rule on its own documentation, and the conventions that all of them keep.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use massup_cli::render::human;
use massup_rules::report::Diagnostic;
use massup_rules::rule::Stage;
use massup_rules::rules;
use massup_tests::current::repository;
use massup_tests::{documented, patch};

#[test]
fn documentation_has_its_sections_and_examples() {
    for rule in rules() {
        let headings = documented::headings(rule);
        assert!(!rule.sources.is_empty(), "{} names no source", rule.code);
        if rule.stage() == Stage::Server {
            assert_eq!(headings, ["Why", "What to do"], "{}", rule.code);
            assert!(!rule.answers.is_empty(), "{} has an answer", rule.code);
            continue;
        }
        assert!(
            matches!(
                headings[..],
                ["Why", "Rejected", "Accepted"] | ["Why", "Rejected", "Accepted", "Fix"]
            ),
            "{}: {headings:?}",
            rule.code
        );
        let summary = rule.summary();
        assert!(summary.ends_with('.') && !summary.contains('\n'), "{}: {summary}", rule.code);
        let examples = documented::examples(rule);
        for section in ["Rejected", "Accepted"] {
            assert!(examples.iter().any(|e| e.section == section), "{}: no {section}", rule.code);
        }
    }
}

#[test]
fn examples_do_what_their_section_says() {
    for example in documented::all() {
        let report = example.lint();
        let found = report.diagnostics.iter().filter(|d| d.code == example.rule.code).count();
        let expected = usize::from(example.section == "Rejected");
        assert_eq!(
            found, expected,
            "{} {}: {}\n{report:#?}",
            example.rule.code, example.section, example.source
        );
        if example.section == "Accepted" {
            let errors: Vec<_> = report.diagnostics.iter().map(|d| (d.code, &d.message)).collect();
            assert!(
                errors.is_empty(),
                "{}: an accepted example is clean: {errors:?}",
                example.rule.code
            );
        }
    }
}

/// A fix takes its finding away, brings no new one, and has nothing left to do.
#[test]
fn fixes_of_examples_fix() {
    let mut fixed = BTreeSet::new();
    for example in documented::all() {
        let Some(body) = example.body() else { continue };
        let before = example.lint();
        let code = |d: &Diagnostic| (d.code, d.pointer.clone());
        let known: BTreeSet<_> = before.diagnostics.iter().map(|d| d.code).collect();
        for diagnostic in &before.diagnostics {
            let Some(fix) = &diagnostic.fix else { continue };
            let after = patch::apply(&body, fix);
            let report = example.linter().lint("fixed.json", after.to_string().as_bytes());
            let codes: BTreeSet<_> = report.diagnostics.iter().map(|d| d.code).collect();
            assert!(codes.is_subset(&known), "{}: {codes:?} after {fix:?}", diagnostic.code);
            let still: Vec<_> = report.diagnostics.iter().map(code).collect();
            assert!(!still.contains(&code(diagnostic)), "{fix:?} leaves {diagnostic:?}");
            fixed.insert(diagnostic.code);
        }
    }
    for rule in rules() {
        if documented::headings(rule).contains(&"Fix") {
            assert!(fixed.contains(rule.code), "{} promises a fix and shows none", rule.code);
        }
    }
}

#[test]
fn findings_read_as_documented() {
    for rule in rules().iter().filter(|rule| rule.stage() != Stage::Server) {
        let mut text = String::new();
        for example in documented::examples(rule).iter().filter(|e| e.section == "Rejected") {
            let report = example.lint();
            for diagnostic in &report.diagnostics {
                let shown = human::plain(diagnostic, &example.name(), &example.text());
                writeln!(text, "{shown}\n").unwrap();
                if let Some(fix) = &diagnostic.fix {
                    writeln!(text, "{}\n", serde_json::to_string(fix).unwrap()).unwrap();
                }
            }
            text += "----\n";
        }
        insta::with_settings!({
            snapshot_path => repository().join("tests/snapshots/rules"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(rule.code, text) });
    }
}

/// Snapshots of rules that are no longer there are left-overs.
#[test]
fn snapshots_have_their_rules() {
    let folder = repository().join("tests/snapshots/rules");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let code = name.strip_suffix(".snap").expect("only accepted snapshots stand there");
        assert!(rules().iter().any(|rule| rule.code == code), "{name} has no rule");
    }
}

/// Codes and names are one to one, codes are never used again: the ledger only grows.
#[test]
fn codes_are_unique_and_in_the_ledger() {
    let codes: BTreeSet<_> = rules().iter().map(|rule| rule.code).collect();
    let names: BTreeSet<_> = rules().iter().map(|rule| rule.name).collect();
    assert_eq!((codes.len(), names.len()), (rules().len(), rules().len()));
    for rule in rules() {
        let digits = rule.code.strip_prefix("MU").unwrap_or_default();
        assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{}", rule.code);
        assert!(rule.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", rule.name);
    }
    let ledger: String = rules().iter().map(|r| format!("{} {}\n", r.code, r.name)).collect();
    insta::with_settings!({
        snapshot_path => repository().join("tests/snapshots"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("ledger", ledger) });
}

/// The planner names its findings by code alone: each has its rule, and no rule waits for a finding
/// that nobody makes. Those below 310 are about plan files.
#[test]
fn findings_of_the_planner_have_their_rules() {
    let of_plans = rules().iter().filter(|rule| rule.stage() == Stage::Plan);
    let codes: Vec<_> = of_plans.map(|rule| rule.code).filter(|code| *code >= "MU310").collect();
    assert_eq!(codes, massup_planner::hazard::ALL);
}

#[test]
fn messages_keep_the_style() {
    for example in documented::all() {
        for diagnostic in example.lint().diagnostics {
            let texts = std::iter::once(&diagnostic.message).chain(&diagnostic.help);
            for text in texts {
                let mut letters = text.chars();
                let (first, second) = (letters.next().unwrap(), letters.next().unwrap());
                assert!(!first.is_uppercase() || second.is_uppercase(), "lower case: {text}");
                assert!(!text.ends_with('.'), "no full stop: {text}");
                assert!(text.matches('`').count() % 2 == 0, "backticks in pairs: {text}");
                assert!(!text.contains("Some(") && !text.contains("::"), "no Rust: {text}");
            }
        }
    }
}
