use massup_model::draft::Spot;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::checker::kept_ids;
use crate::checker::tests::{examples, facts};
use crate::{Facts, Linter, rules};

fn form(text: &str, facts: &Facts) -> Option<Form> {
    let mut document = massup_syntax::read("a.json", text.as_bytes());
    let mut draft = document.calls.pop()?;
    draft.module = draft.module.or_else(|| Some(Spot::outside("Leads")));
    Form::of(&draft, kept_ids(facts))
}

#[test]
fn a_form_leaves_out_what_shapes_ignore_and_nothing_else() {
    let of = |text: &str| form(text, &Facts::default()).unwrap();
    let one = of(r#"{"data":[{"A":"x","B":["y","z"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#);
    for same in [
        r#"{"ids":["9","x","7"],"data":[{"C":{"id":"2"},"B":["q"],"A":"other"}],"cvid":"6"}"#,
        r#" { "cvid": "5", "data":[{"A":"x","B":["y","z"],"C":{"id":"1"}}], "ids":["7","8"] } "#,
    ] {
        assert_eq!(of(same), one, "{same}");
    }
    for other in [
        r#"{"data":[{"A":"","B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":" ","B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":1,"B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":[],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y",1],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"key":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y"],"D":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}}],"ids":["7","7"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}}],"ids":["7",8],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":5}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5","over_write":"true"}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5","trigger":[]}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}},{}],"ids":["7","8"],"cvid":"5"}"#,
        r#"{"data":[{"A":"x","B":["y"],"C":{"id":"1"}},{"A":"x","B":["y"],"C":{"id":"1"}}],"ids":["7","8"],"cvid":"5"}"#,
    ] {
        assert_ne!(of(other), one, "{other}");
    }
    let city = |value: &str| of(&format!(r#"{{"data":[{{"A":"{value}"}}],"ids":["7"]}}"#));
    assert_ne!(city(""), city(" "), "a mandatory field may be blank and not empty");
    let trigger = |value: &str| of(&format!(r#"{{"ids":["7"],"trigger":{value}}}"#));
    assert_ne!(
        trigger(r#""a""#),
        trigger(r#""b""#),
        "what no shape ignores is kept letter for letter"
    );
    let repeated = |first: u8| of(&format!(r#"{{"cvid":"{first}","cvid":[]}}"#));
    assert_eq!(repeated(1), repeated(2));
    assert_ne!(of(r#"{"cvid":[],"cvid":"1"}"#), repeated(1), "duplicate keys stay in order");
}

#[test]
fn a_form_keeps_the_ids_that_facts_are_known_about() {
    let view =
        |id: u8| format!(r#"{{"data":[{{"A":"x"}}],"cvid":"{id}","territory":{{"id":"{id}"}}}}"#);
    let known = facts();
    assert_ne!(form(&view(1), &known), form(&view(2), &known));
    assert_eq!(form(&view(1), &Facts::default()), form(&view(2), &Facts::default()));
}

#[test]
fn a_long_call_has_no_form() {
    let of = |text: &str| form(text, &Facts::default());
    let fields = |number: usize| {
        let all: Vec<_> = (0..number).map(|field| format!("\"F{field}\":1")).collect();
        format!(r#"{{"data":[{{{}}}]}}"#, all.join(","))
    };
    assert!(of(&fields(MEMBERS)).is_some() && of(&fields(MEMBERS + 1)).is_none());
    let key = |length: usize| format!(r#"{{"ids":["7"],"{}":1}}"#, "k".repeat(length));
    assert!(of(&key(900)).is_some() && of(&key(1_100)).is_none() && of(&key(70_000)).is_none());
    let deep = "[".repeat(60) + &"]".repeat(60);
    assert!(of(&format!(r#"{{"data":[{{"A":{deep}}}]}}"#)).is_some());
}

#[test]
fn a_form_is_known_once_it_was_checked() {
    let linter = Linter::new().module("Leads");
    let text = r#"{"data":[{"A":"x"}],"ids":[]}"#;
    let known = || linter.shapes().forms().get(&form(text, &Facts::default()).unwrap());
    assert!(known().is_none());
    linter.lint("a.json", text.as_bytes());
    let few = known().unwrap().rules.len();
    assert!((1..20).contains(&few), "{few} rules run on calls without ids");
}

#[test]
fn forms_are_forgotten_when_there_are_too_many() {
    let linter = Linter::new().module("Leads");
    for number in 0..MOST + 10 {
        linter.lint("a.json", format!(r#"{{"ids":["7"],"k{number}":1}}"#).as_bytes());
    }
    let Forms(known) = linter.shapes().forms();
    assert!((1..=MOST).contains(&known.read().unwrap().len()));
}

/// Linters that have seen the examples of all rules, by what they know.
fn linters(module: Option<&str>) -> [Linter; 2] {
    [Facts::default(), facts()].map(|facts| {
        let linter = module.into_iter().fold(Linter::new().facts(facts), Linter::module);
        for (_, text) in rules().iter().copied().flat_map(examples) {
            linter.lint("a.json", text.as_bytes());
        }
        linter
    })
}

thread_local! {
    static LINTERS: Vec<(Option<&'static str>, [Linter; 2])> = {
        let mut modules: Vec<_> = rules().iter().copied().flat_map(examples).map(|example| example.0).collect();
        modules.sort_unstable();
        modules.dedup();
        modules.into_iter().map(|module| (module, linters(module))).collect()
    };
}

/// Panics unless a linter that knows many forms says of a call what all rules say. Returns whether it knew the form.
fn assert_same(module: Option<&'static str>, informed: bool, text: &str) -> bool {
    LINTERS.with(|linters| {
        let (_, linters) = linters.iter().find(|(known, _)| *known == module).unwrap();
        let linter = &linters[usize::from(informed)];
        let mut document = massup_syntax::read("a.json", text.as_bytes());
        let Forms(known) = linter.shapes().forms();
        let is_known = document.calls.pop().is_some_and(|mut draft| {
            linter.complete(&mut draft);
            let form = Form::of(&draft, kept_ids(linter.known()));
            form.is_some_and(|form| known.read().unwrap().contains_key(&form))
        });
        let expected = linter.lint_in_full("a.json", text.as_bytes());
        assert_eq!(linter.lint("a.json", text.as_bytes()), expected, "{text}");
        is_known
    })
}

#[test]
fn what_was_said_of_a_call_is_said_again() {
    let mut known = 0;
    for (module, text) in rules().iter().copied().flat_map(examples) {
        for informed in [false, true] {
            known += usize::from(assert_same(module, informed, text));
        }
    }
    assert!(known > 250, "only {known} examples have a known form");
}

/// Most changes below leave the form as it is.
#[test]
fn changed_letters_and_digits_leave_most_forms() {
    let known = |text: &str| assert_same(Some("Leads"), true, text);
    let text =
        r#"{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"], "trigger": [] }"#;
    known(text);
    assert!(known(&text.replace("Chennai", "Bern").replace("7007", "7O07")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// A call of a form that is known is checked as by all rules: letters and digits of the examples are changed, which
    /// mostly leaves the form.
    #[test]
    fn a_call_of_a_known_form_is_checked_as_by_all_rules(
        (module, text) in select(rules().iter().copied().flat_map(examples).collect::<Vec<_>>()),
        edits in prop::collection::vec((any::<Index>(), any::<Index>()), 0..6),
        anything in any::<bool>(),
        informed in any::<bool>(),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        let inner: Vec<_> = (0..bytes.len()).filter(|at| anything || bytes[*at].is_ascii_alphanumeric()).collect();
        for (at, byte) in edits {
            bytes[inner[at.index(inner.len())]] = br#"0127 aZ_"[],:{}-."#[byte.index(if anything { 17 } else { 8 })];
        }
        assert_same(module, informed, &String::from_utf8_lossy(&bytes));
    }
}
