//! The corpus and its verdicts belong together.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use massup_tests::repository_root;
use serde_json::Value;

fn folder() -> PathBuf {
    repository_root().join("tests/corpus")
}

fn verdicts() -> serde_json::Map<String, Value> {
    let text = fs::read_to_string(folder().join("verdicts.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_file_has_a_verdict_and_every_verdict_a_file() {
    let mut files = BTreeSet::new();
    for sub in ["page", "err"] {
        for entry in fs::read_dir(folder().join(sub)).unwrap() {
            files.insert(format!("{sub}/{}", entry.unwrap().file_name().to_str().unwrap()));
        }
    }
    assert_eq!(verdicts().keys().cloned().collect::<BTreeSet<_>>(), files);
}

#[test]
fn verdicts_are_complete_and_well_formed() {
    for (name, verdict) in verdicts() {
        assert!(verdict["source"].is_string(), "{name}");
        let module = &verdict["module"];
        let from = &verdict["module_from"];
        assert_eq!(module.is_string(), from == "file" || from == "page", "{name}");
        for version in ["v2", "v8"] {
            for (rule, severity) in verdict[version].as_object().unwrap() {
                let severity = severity.as_str().unwrap();
                assert!(["error", "warning", "note"].contains(&severity), "{name}: {rule}");
            }
        }
        let main = &verdict["at"]["rule"];
        assert!(name.starts_with("page/") || main.is_string(), "{name}: no main finding");
        assert!(main.as_str().is_none_or(|rule| !verdict["v2"][rule].is_null()), "{name}: {main}");
    }
}

#[test]
fn main_findings_stand_where_the_verdicts_say() {
    for (name, verdict) in verdicts() {
        let at = &verdict["at"];
        if at.is_null() {
            continue;
        }
        let text = fs::read_to_string(folder().join(&name)).unwrap();
        let number = |key: &str| usize::try_from(at[key].as_u64().unwrap()).unwrap() - 1;
        let line = text.lines().nth(number("line")).unwrap_or_default();
        let rest: String = line.chars().skip(number("column")).collect();
        assert!(rest.starts_with(at["text"].as_str().unwrap()), "{name}: found `{rest}`");
    }
}
