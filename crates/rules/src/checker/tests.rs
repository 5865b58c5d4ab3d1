//! Compares the checker with the engine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use massup_model::ApiVersion;
use massup_model::json::Node;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::Rule;
use crate::engine::Origin;
use crate::levels::{Level, Levels};

const CLEAN: &str = r#"{"data":[{"City":"a"}],"ids":["7","8"]}"#;

/// The JSON examples in the documentation of a rule, with their module.
pub(crate) fn examples(rule: &Rule) -> Vec<(Option<&'static str>, &'static str)> {
    let blocks = rule.documentation.split("```json").skip(1);
    let example = |block: &'static str| {
        let (info, text) = block.split_once('\n')?;
        let module = info.split_whitespace().find_map(|word| word.strip_prefix("module="));
        Some((module, text.split("```").next()?))
    };
    blocks.filter_map(example).collect()
}

/// The facts of the example snapshot.
pub(crate) fn facts() -> Facts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/snapshot");
    let mut facts = Facts::default();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            facts.add(&name, &fs::read_to_string(&path).unwrap()).unwrap();
        }
    }
    assert!(facts.fields.contains_key("Leads"));
    facts
}

/// The findings of rules that do not run on each call.
fn found_by_shape(report: &FileReport) -> BTreeSet<&'static str> {
    let found = report.diagnostics.iter().map(|found| found.code);
    found.filter(|code| !runs_on_calls(code)).collect()
}

fn runs_on_calls(code: &str) -> bool {
    let runs = |rule: &Rule| ON_CALLS.iter().chain(&*ON_VALUES).any(|on| on.code == rule.code);
    crate::find(code).is_some_and(runs)
}

/// Panics unless the rules that do not run on each call have the same findings in a call and its specimen.
/// Returns whether the pass reads the call.
fn assert_decided(linter: &Linter, text: &str) -> bool {
    let mut outline = Outline::default();
    let mut pass = Pass::of(text.as_bytes());
    let read = pass.call(&mut outline, &mut Ids::default());
    if read.is_none() || !pass.is_done() {
        return false;
    }
    let specimen = outline.specimen(kept_ids(linter.known()));
    let whole = found_by_shape(&linter.lint_in_full("", text.as_bytes()));
    let known = found_by_shape(&linter.lint_in_full("", specimen.as_bytes()));
    assert_eq!(
        whole, known,
        "findings differ between the call\n{text}\nand its specimen\n{specimen}\nThe rules look at more than \
         the specimen keeps: remove `decided_by` from their files, and they run on each call"
    );
    true
}

#[test]
fn rules_keep_to_what_they_are_decided_by_in_their_own_examples() {
    let mut read = 0;
    for facts in [Facts::default(), facts()] {
        for rule in rules() {
            for (module, text) in examples(rule) {
                let linter = Linter::new().facts(facts.clone());
                let linter = module.into_iter().fold(linter, Linter::module);
                read += usize::from(assert_decided(&linter, text));
            }
        }
    }
    assert!(read > 150, "only {read} examples are read by the pass");
}

/// The report does not depend on where the parts of a text end that is read in parts.
#[test]
fn lines_are_checked_in_parts_as_in_one() {
    let linter = Linter::new().module("Leads");
    let many = format!("{CLEAN}\n").repeat(20);
    let mixed = many.replace(r#":"a""#, r#":"caf\u00e9 é""#).replace("\"8\"]", "\"8\"]\r");
    for (text, is_clean) in [
        (many.clone(), true),
        (many.trim_end().to_owned(), true),
        (format!("\n \n{mixed}\n\n"), true),
        (String::new(), true),
        (format!("[{CLEAN},\n{CLEAN}]\n"), false),
        (format!("{many}{}", CLEAN.replace('8', "7")), false),
        (format!("{many}{}", &CLEAN[..CLEAN.len() - 1]), false),
    ] {
        for capacity in [1, 2, 7, 64, CLEAN.len() + 1, 4096] {
            let mut reader = std::io::BufReader::with_capacity(capacity, text.as_bytes());
            let found = linter.checker().lint_clean_lines("a.jsonl", &mut reader).unwrap();
            let expected = is_clean.then(|| linter.checker().lint("a.jsonl", text.as_bytes()));
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn a_rule_that_says_nothing_runs_on_the_outline_as_on_the_call() {
    for text in [
        CLEAN,
        r#"{"cvid":"7","data":[{"A":[],"B":["x","y\n"],"C":1.5}],"over_write":true}"#,
        r#"{"method":"POST","path":"/crm/v7/Deals/actions/mass_update",
            "body":{"cvid":"7","territory":{"id":"6","include_child":false},"data":[{"A":null}]}}"#,
        r#"{"module":"Deals","api_version":"v2","body":{"ids":["1"]}}"#,
    ] {
        let linter = Linter::new().module("Leads");
        let mut outline = Outline::default();
        Pass::of(text.as_bytes()).call(&mut outline, &mut Ids::default()).unwrap();
        let kept_ids = kept_ids(linter.known());
        let shape = linter.shape(&outline, kept_ids, &mut Findings::alone(linter.shapes()));
        let drafts = massup_syntax::read("", text.as_bytes()).calls;
        let mut read = drafts[0].clone();
        linter.complete(&mut read);
        let plain = |draft: &Draft<'_>| draft.body.as_ref().map(Node::to_plain);
        let seen = with_body(&shape.head, outline.body());
        assert_eq!(plain(&seen), plain(&read));
        let head = |draft: &Draft<'_>| {
            let spots = [&draft.method, &draft.path, &draft.module];
            let texts = spots.map(|spot| spot.as_ref().map(|spot| spot.text.to_string()));
            (draft.kind, draft.version, texts)
        };
        assert_eq!(head(&seen), head(&read), "{text}");
    }
}

#[test]
fn what_a_linter_has_seen_does_not_outlive_its_settings() {
    let is_clean = |linter: &Linter| {
        let clean = linter.lint("a.json", CLEAN.as_bytes()).diagnostics.is_empty();
        assert_eq!(linter.checker().is_clean(CLEAN.as_bytes()), clean);
        clean
    };
    let linter = Linter::new().module("Leads");
    assert!(is_clean(&linter));
    let scopes = linter.clone().facts(Facts::default().scopes(["ZohoCRM.modules.ALL"]));
    assert!(!is_clean(&scopes));
    let mut levels = Levels::default();
    levels.set(crate::find("missing-scope").unwrap(), Level::Allow);
    let allowed = scopes.levels(levels);
    assert!(is_clean(&allowed));
    assert!(!is_clean(&allowed.levels(Levels::default())));
    assert!(!is_clean(&linter.clone().module("Custom")));
    let activities = linter.clone().module("Activities").version(ApiVersion::V2);
    assert!(is_clean(&activities));
    assert!(!is_clean(&activities.version(ApiVersion::V7)));
    assert!(is_clean(&linter));
}

#[test]
fn lines_and_lists_are_proved_call_by_call() {
    let linter = Linter::new().module("Leads");
    let view = r#"{"data":[{"City":"a"}],"cvid":"7"}"#;
    let head = r#"{"massup_plan":1}"#;
    let bad = r#"{"data":[{"City":"a"}],"cvid":"x"}"#;
    for (name, text, clean) in [
        ("a.jsonl", format!("{head}\n{CLEAN}\n\n \t\n{view}\r\n{CLEAN}"), true),
        ("a.jsonl", format!("{CLEAN}\n{CLEAN}\n"), true),
        ("a.jsonl", format!("{CLEAN}\n{bad}\n"), false),
        ("a.jsonl", format!("[{CLEAN},{view}]\n{CLEAN}\n"), true),
        ("a.jsonl", String::new(), true),
        ("a.jsonl", format!("{CLEAN} // massup: allow(no-field) x\n"), false),
        ("a.jsonl", "// a\n".to_owned(), false),
        ("a.json", format!("[ {CLEAN} , {view} ]\n"), true),
        ("a.json", format!("[{CLEAN}]"), true),
        ("a.json", format!("[{CLEAN}"), false),
        ("a.json", format!("{CLEAN}{CLEAN}"), false),
        ("a.yaml", CLEAN.to_owned(), false),
    ] {
        let mut checker = linter.checker();
        let proven = checker.prove(name, text.as_bytes(), &mut |_| ());
        assert_eq!(proven.is_some(), clean, "{name} {text}");
        let report = checker.lint(name, text.as_bytes());
        assert_eq!(report, linter.lint_in_full(name, text.as_bytes()), "{text}");
        assert_eq!(report, linter.lint(name, text.as_bytes()), "{text}");
    }
}

#[test]
fn many_shapes_are_forgotten_and_found_again() {
    let linter = Linter::new().module("Leads");
    let mut checker = linter.checker();
    for round in 0..2 {
        for number in 0..5_000 {
            let text = CLEAN.replace("City", &format!("F{number}"));
            assert!(checker.is_clean(text.as_bytes()), "{round} {number}");
        }
    }
    assert!(checker.kept.as_ref().unwrap().len() <= 4_096);
}

/// Lines of many kinds: clean, faulty, malformed, blank, with comments, with several calls, with none.
fn line() -> impl Strategy<Value = &'static str> {
    select(vec![
        CLEAN,
        CLEAN,
        r#"{"data":[{"City":"a"}],"cvid":"7"}"#,
        r#" {"module":"Deals","api_version":"v2","body":{"data":[{"Stage":"x"}],"ids":["1"]}} "#,
        r#"{"method":"POST","path":"/crm/v8/Leads/actions/mass_update","body":{"data":[{"City":"a"}],"ids":["7"]}}"#,
        r#"[{"data":[{"City":"a"}],"ids":["7"]},{"data":[{"City":"b"}],"cvid":"8"}]"#,
        r#"[{"data":[{"City":"a"}],"ids":["7"]},{"data":[{"City":"b"}],"ids":[]}]"#,
        r#"{"data":[{"City":"a"}],"ids":[]}"#,
        r#"{"data":[{"City":"a","State":"b"}],"ids":["7","7"]}"#,
        r#"{"data":[{"City":null}],"ids":[7],"ids":["8"]}"#,
        r#"{"data":[{"City":"a"}],"ids":["7"]"#,
        r#"{"data":[{"City":"a"}],"ids":[]} // massup: allow(empty-ids) none left"#,
        "// massup: allow(repeated-id) the export has them twice",
        "// massup: allow(no-selection)",
        r#"{"module":"Leads","set":{"City":"a"},"select":{"ids":["7"]}}"#,
        r#"{"name":"Köln"}"#,
        r#"{"url":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"}"#,
        "",
        " \t",
        "5",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Lines that are shown to be clean one by one change nothing of what is said of the text.
    #[test]
    fn clean_lines_are_left_out_unseen(
        lines in prop::collection::vec((line(), select(vec!["\n", "\r\n"]), select(vec![1, 1, 1, 30])), 0..12),
        origin in select(vec![Origin::Named, Origin::Found]),
        all in any::<bool>(),
        mark in any::<bool>(),
    ) {
        let mut text = String::from(if mark { "\u{feff}" } else { "" });
        for (line, end, times) in lines {
            text += &format!("{line}{end}").repeat(times);
        }
        let linter = Linter::new().module("Leads").origin(origin);
        let linter = if all { linter.all_findings() } else { linter };
        let expected = linter.lint_in_full("a.jsonl", text.as_bytes());
        prop_assert_eq!(&linter.checker().lint("a.jsonl", text.as_bytes()), &expected);
        let (report, change) = linter.lint_change("a.jsonl", text.as_bytes());
        prop_assert_eq!(&report, &expected);
        prop_assert!(change.is_none() || expected.calls == 1);
    }

    /// The same for examples with some bytes changed.
    #[test]
    fn rules_keep_to_what_they_are_decided_by(
        (module, text) in select(rules().iter().copied().flat_map(examples).collect::<Vec<_>>()),
        edits in prop::collection::vec((any::<Index>(), any::<Index>(), any::<bool>()), 0..4),
        informed in any::<bool>(),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte, insert) in edits {
            let at = at.index(bytes.len());
            let byte = br#" "\,:0123456789[]{}abtf_EZ"#[byte.index(25)];
            if insert { bytes.insert(at, byte) } else { bytes[at] = byte }
        }
        let linter = Linter::new().facts(if informed { facts() } else { Facts::default() });
        let linter = module.into_iter().fold(linter, Linter::module);
        assert_decided(&linter, &String::from_utf8_lossy(&bytes));
    }
}
