//! The schema of massup.toml accepts what massup reads.

use std::sync::LazyLock;

use massup_project::config::{Config, schema};
use massup_tests::strategies::{changed, changes, json};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::{config, schema::has_whole_float};

static SETTINGS: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&schema().to_value()).unwrap());

/// Settings with most keys right, some with a place changed.
fn settings() -> impl Strategy<Value = Value> {
    let level = || select(vec!["allow", "note", "warning", "error", "deny"]);
    let rule = select(vec!["MU104", "cvid-and-ids", "MU201", "MU999", "no-such-rule"]);
    let rules = prop::collection::btree_map(rule, level(), 0..3).prop_map(|levels| json!(levels));
    let glob = select(vec!["*.json", "requests/**", ""]);
    let version = prop::option::of(select(vec!["v2.1", "v8", "v99"]));
    let files = (glob, version, rules.clone()).prop_map(|(glob, version, rules)| {
        let mut files = json!({ "glob": glob, "module": "Leads", "rules": rules });
        if let (Some(version), Value::Object(members)) = (version, &mut files) {
            members.insert("api_version".to_owned(), version.into());
        }
        files
    });
    let members: Vec<(&str, BoxedStrategy<Value>)> = vec![
        ("deny", select(vec!["error", "warning", "note", "all"]).prop_map(Value::from).boxed()),
        ("snapshot", Just(json!("crm")).boxed()),
        (
            "snapshot_max_age_days",
            select(vec![json!(0), json!(u32::MAX), json!(1_u64 << 32), json!(-1)]).boxed(),
        ),
        ("exclude", Just(json!(["vendor/**"])).boxed()),
        ("baseline", Just(json!("baseline.json")).boxed()),
        ("rules", rules.boxed()),
        ("files", prop::collection::vec(files, 0..3).prop_map(Value::from).boxed()),
        ("denny", Just(json!("note")).boxed()),
    ];
    let mut object = Just(serde_json::Map::new()).boxed();
    for (key, value) in members {
        let often = if key == "denny" { 0.05 } else { 0.4 };
        object = (object, prop::option::weighted(often, value))
            .prop_map(move |(mut object, value)| {
                object.extend(value.map(|value| (key.to_owned(), value)));
                object
            })
            .boxed();
    }
    let object = object.prop_map(Value::Object);
    let mutated = (object.clone(), changes()).prop_map(|(file, change)| changed(file, &change));
    prop_oneof![3 => object, 2 => mutated, 1 => json(2)]
        .prop_filter("is TOML", |file| file.is_object() && !has_null(file) && globs_are_plain(file))
}

/// TOML has no null.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// Globs are a language of their own, which a schema does not know.
fn globs_are_plain(file: &Value) -> bool {
    let list = |key: &str| file.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let (excluded, files) = (list("exclude"), list("files"));
    let globs = files.iter().filter_map(|files| files.get("glob")).chain(&excluded);
    globs.filter_map(Value::as_str).all(|glob| !glob.contains(['[', '{', '}', '\\']))
}

proptest! {
    #![proptest_config(config(2_000))]

    /// The schema of massup.toml accepts a file exactly when it is read.
    #[test]
    fn settings_schema_accepts_what_is_read(file in settings()) {
        prop_assume!(!has_whole_float(&file));
        let read = Config::deserialize(&file);
        prop_assert_eq!(SETTINGS.is_valid(&file), read.is_ok(), "{} {:?}", file, read.err());
    }
}

#[test]
fn settings_of_both_kinds_are_generated() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let files = (0..1_000).map(|_| settings().new_tree(&mut runner).unwrap().current());
    let accepted = files.filter(|file| SETTINGS.is_valid(file)).count();
    assert!((200..800).contains(&accepted), "{accepted} of 1000 are accepted");
}
