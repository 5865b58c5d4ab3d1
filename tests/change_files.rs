//! The table of the keys of change files: the documentation, and the policies of the planner.

use std::fmt::Write as _;

use massup_planner::policy::{AutomationPolicy, Credits, Policy};
use massup_syntax::change_file::{CHANGE, CREDITS, Key, POLICY, Part, SELECT, TERRITORY, Takes};
use massup_tests::current::assert_part_current;
use serde_json::{Map, Value, json};

#[test]
fn the_documentation_has_all_keys() {
    let mut page = String::new();
    for (heading, part) in [
        ("", &CHANGE),
        ("`select`, or an item of its list", &SELECT),
        ("`territory`", &TERRITORY),
        ("`policy`", &POLICY),
        ("`credits`, in API credits a call", &CREDITS),
    ] {
        if !heading.is_empty() {
            writeln!(page, "\n### {heading}\n").unwrap();
        }
        page += "| key | value | default | meaning |\n|---|---|---|---|\n";
        for key in part.keys {
            let default = match (key.required, key.default) {
                (true, _) => "required".to_owned(),
                (_, Some(json)) => format!("`{}`", json.trim_matches('"')),
                (_, None) => String::new(),
            };
            writeln!(page, "| `{}` | {} | {default} | {} |", key.name, words(key), key.about)
                .unwrap();
        }
    }
    assert_part_current("docs/change-files.md", "keys", &page);
}

fn words(key: &Key) -> String {
    match key.takes {
        Takes::Text => "text".to_owned(),
        Takes::Module => "API name of a module".to_owned(),
        Takes::Version => "`v2` to `v8`".to_owned(),
        Takes::Fields => "fields with values".to_owned(),
        Takes::Boolean => "`true` or `false`".to_owned(),
        Takes::Selection => "a selection, or a list of them".to_owned(),
        Takes::Id => "id".to_owned(),
        Takes::Ids => "list of ids".to_owned(),
        Takes::Word(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
        Takes::Count => "whole number".to_owned(),
        Takes::Part(part) => format!("{}, see below", part.name),
    }
}

/// What a part has without its keys.
fn defaults(part: &Part) -> Value {
    let default = |key: &Key| Some((key.name.to_owned(), serde_json::from_str(key.default?).ok()?));
    Value::Object(part.keys.iter().filter_map(default).collect())
}

#[test]
fn policies_have_the_keys_the_words_and_the_defaults_of_the_planner() {
    assert_eq!(defaults(&CREDITS), json!(Credits::default()));
    let mut every = Map::new();
    for key in POLICY.keys {
        let values: Vec<Value> = match key.takes {
            Takes::Word(words) => words.iter().map(|word| json!(word)).collect(),
            Takes::Count => vec![json!(7), json!(u64::MAX)],
            Takes::Part(_) => vec![json!({ "other": 2 })],
            _ => panic!("`{}` has another kind of value", key.name),
        };
        for value in values {
            let policy = json!({ key.name: value });
            assert!(serde_json::from_value::<Policy>(policy.clone()).is_ok(), "{policy}");
            every.insert(key.name.to_owned(), value);
        }
    }
    every.insert("automation".to_owned(), json!("require"));
    let policy: Policy = serde_json::from_value(every.into()).unwrap();
    let written = json!(policy);
    let mut names = POLICY.names();
    names.sort_unstable();
    let written: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, written, "the planner writes no key that the table lacks");
    let automation = POLICY.keys.iter().find(|key| key.name == "automation").unwrap();
    let Takes::Word(words) = automation.takes else { panic!("`automation` is a word") };
    assert_eq!(json!(words), json!(AutomationPolicy::ALL));
}
