//! Laws of the linter on any input.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use massup_model::{ApiVersion, Route};
use massup_project::FileChecker;
use massup_rules::{FileReport, Linter};
use massup_tests::calls::{Call, calls};
use massup_tests::organisation::TOKENS;
use massup_tests::patch;
use massup_tests::strategies::{cases, layouts, texts};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::config;

fn assert_sorted(report: &FileReport) {
    let places: Vec<_> = report
        .diagnostics
        .iter()
        .map(|d| (d.call, d.span.map(|span| span.start), &d.pointer, d.code))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(report.unchecked.is_sorted());
}

/// Found by the short cut's law: a control character before the closing quote went unseen.
#[test]
fn a_line_break_before_a_closing_quote_is_seen() {
    let body = b"{\"data\":[{\"Priority\\r\":\"High\"}],\"ids\":[\"1\"]}";
    let raw: Vec<u8> = String::from_utf8_lossy(body).replace("\\r", "\r").into_bytes();
    let report = Linter::new().module("Deals").lint("a.json", &raw);
    let names: Vec<_> = report.diagnostics.iter().map(|d| d.name).collect();
    assert_eq!(names, ["not-a-field-name", "malformed-json"]);
}

/// Found by the law on plain JSON: several values in a `.json` file passed without a word.
#[test]
fn several_values_in_a_json_file_are_noted() {
    let report = Linter::new().lint("a.json", b"{\"cvid\":\"1\"}\n{\"cvid\":\"2\"}\n");
    assert!(report.diagnostics.iter().any(|d| d.name == "not-plain-json" && d.line == Some(2)));
    let lines = Linter::new().lint("a.jsonl", b"{\"cvid\":\"1\"}\n{\"cvid\":\"2\"}\n");
    assert!(lines.diagnostics.iter().all(|d| d.name != "not-plain-json"));
}

/// Linters by organisation, token, and module with version.
type Linters = HashMap<(usize, usize, Option<(String, ApiVersion)>), Linter>;

/// A linter that has seen the earlier calls to a module with a token, since it remembers their forms.
fn linter_of(call: &Call) -> Linter {
    thread_local! {
        static LINTERS: RefCell<Linters> = RefCell::default();
    }
    let token = call.token.min(TOKENS.len() - 1);
    let route = Route::parse(&call.path).ok();
    let route = route.map(|route| (route.module.to_owned(), route.version));
    let made = || {
        let linter = call.organisation().linter(token).clone();
        match route.clone() {
            Some((module, version)) => linter.module(module).version(version),
            None => linter,
        }
    };
    let key = (call.organisation, token, route.clone());
    LINTERS.with_borrow_mut(|linters| linters.entry(key).or_insert_with(made).clone())
}

/// A clean call that the short cut gives up at only costs time, so no law sees it.
#[test]
fn the_short_cut_decides_almost_all_clean_calls() {
    let mut runner = TestRunner::deterministic();
    let (all, forms) = (cases(), layouts());
    let (mut clean, mut missed) = (0, Vec::new());
    for _ in 0..3_000 {
        let case = all.new_tree(&mut runner).unwrap().current();
        let (name, text) = forms.new_tree(&mut runner).unwrap().current().write(&case);
        let linter = case.linter();
        if linter.lint_in_full(name, text.as_bytes()).diagnostics.is_empty() {
            clean += 1;
            if !linter.checker().proves(name, text.as_bytes()) {
                missed.push(text);
            }
        }
    }
    assert!(clean > 300, "too few clean cases: {clean}");
    assert!(missed.len() * 100 <= clean, "{} of {clean} missed, such as {missed:?}", missed.len());
}

proptest! {
    #![proptest_config(config(2_000))]

    /// Any bytes under any name give a report: no panic, the same twice, sorted, with places inside
    /// the text.
    #[test]
    fn any_bytes_give_a_report(
        bytes in texts(),
        name in select(vec!["a.json", "a.jsonl", "a.yaml", "a.toml", "-", "a.massup.yaml", "a.sh", "a.har"]),
    ) {
        let linter = Linter::new();
        let report = linter.lint(name, &bytes);
        prop_assert_eq!(&report, &linter.lint(name, &bytes));
        assert_sorted(&report);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        for diagnostic in &report.diagnostics {
            let span = diagnostic.span.unwrap();
            prop_assert!(span.start <= span.end && span.start <= bytes.len(), "{:?}", span);
            prop_assert!(diagnostic.line.is_some_and(|line| 1 <= line && line <= lines));
            prop_assert!(diagnostic.column.is_some_and(|column| column >= 1));
        }
    }

    /// The reader takes a text as plain JSON exactly when the JSON library does.
    #[test]
    fn plain_json_is_what_the_library_reads(bytes in texts()) {
        let report = FileChecker::default().check("a.json", &bytes);
        let refused = report.diagnostics.iter().any(|d| d.code == "MU001" || d.code == "MU003");
        let plain = std::str::from_utf8(&bytes).is_ok_and(|text| {
            // The library checks the pairs of surrogates only where it keeps the string.
            if text.contains("\\u") {
                serde_json::from_str::<Value>(text).is_ok()
            } else {
                serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
            }
        });
        // A plan that is not plain JSON Lines is damaged, whatever else it is.
        if report.diagnostics.iter().any(|d| d.code == "MU301") {
            return Ok(());
        }
        prop_assert_eq!(refused, !plain, "{:?}", report.diagnostics);
    }

    /// The short cut for clean bodies finds what the rules find: nothing.
    #[test]
    fn the_short_cut_agrees_with_the_rules(case in cases(), bytes in texts()) {
        for bytes in [case.body.to_string().into_bytes(), bytes] {
            let linter = case.linter();
            prop_assert_eq!(linter.lint("a.json", &bytes), linter.lint_in_full("a.json", &bytes));
        }
    }

    /// So it does however a call is written: order, white space, escapes, call files, arrays, lines.
    #[test]
    fn the_short_cut_agrees_however_a_call_is_written(case in cases(), layout in layouts()) {
        let (name, text) = layout.write(&case);
        let linter = case.linter();
        let full = linter.lint_in_full(name, text.as_bytes());
        prop_assert_eq!(&linter.lint(name, text.as_bytes()), &full, "{}", text);
        let mut checker = linter.checker();
        prop_assert!(!checker.proves(name, text.as_bytes()) || full.diagnostics.is_empty(), "{}", text);
        prop_assert_eq!(&checker.lint(name, text.as_bytes()), &full, "{}", text);
    }

    /// So it does where much is known, for the bodies of calls to an organisation.
    #[test]
    fn the_short_cut_agrees_about_an_organisation(call in calls()) {
        let Some(body) = &call.body else { return Ok(()) };
        let linter = linter_of(&call);
        let body = body.as_bytes();
        prop_assert_eq!(linter.lint("a.json", body), linter.lint_in_full("a.json", body));
    }

    /// Every pointer leads into the body, or to a member that its parent lacks.
    #[test]
    fn pointers_resolve(case in cases()) {
        let report = case.linter().lint("a.json", case.body.to_string().as_bytes());
        assert_sorted(&report);
        if case.body.get("body").is_none() && case.body.get("set").is_none() && case.body.is_object() {
            for diagnostic in &report.diagnostics {
                prop_assert!(case.body.pointer(&diagnostic.pointer).is_some(), "{:?}", diagnostic);
            }
        }
    }

    /// A fix takes its finding away and brings no new kind of error; safe ones come to rest.
    #[test]
    fn fixes_fix(case in cases()) {
        let linter = case.linter();
        let lint = |body: &Value| linter.lint("a.json", body.to_string().as_bytes());
        prop_assume!(case.body.get("data").is_some());
        let mut body = case.body.clone();
        let mut rounds = 0;
        loop {
            let report = lint(&body);
            let Some(found) = report.diagnostics.iter().find(|d| d.fix.is_some()) else { break };
            let fix = found.fix.as_ref().unwrap();
            let after = patch::apply(&body, fix);
            let next = lint(&after);
            let same = |d: &&massup_rules::Diagnostic| d.code == found.code;
            let (before, left) =
                (report.diagnostics.iter().filter(same).count(), next.diagnostics.iter().filter(same).count());
            prop_assert!(left < before, "{:?} leaves as many: {} then {}", fix, body, after);
            body = after;
            rounds += 1;
            prop_assert!(rounds < 2_100, "no rest in sight");
        }
    }

    /// The order of keys changes nothing but places.
    #[test]
    fn order_of_keys_changes_nothing(case in cases()) {
        prop_assume!(case.body.get("data").is_some());
        let Value::Object(members) = &case.body else { return Ok(()) };
        let turned: Vec<String> = members
            .iter()
            .rev()
            .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())))
            .collect();
        let turned = format!("{{{}}}", turned.join(","));
        let set = |report: FileReport| -> BTreeSet<_> {
            report.diagnostics.into_iter().map(|d| (d.code, d.pointer, d.severity, d.message)).collect()
        };
        let linter = case.linter();
        prop_assert_eq!(
            set(linter.lint("a.json", case.body.to_string().as_bytes())),
            set(linter.lint("a.json", turned.as_bytes()))
        );
    }
}
