//! The published schemas: files, drafts, examples, and the table of cases for other languages.

use std::collections::BTreeMap;

use massup_cli::schemas;
use massup_model::ApiVersion;
use massup_project::schemas::{BASE, CLASSES, Draft, Published};
use massup_rules::change::Change;
use massup_rules::{FileReport, Linter, Severity, schema};
use massup_tests::current::{assert_all_current, repository};
use massup_tests::documented;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Whole numbers above 2^53 are rounded by many parsers.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn path(draft: Draft, name: &str) -> String {
    match draft {
        Draft::Draft202012 => format!("schemas/{name}.schema.json"),
        _ => format!("schemas/{}/{name}.schema.json", draft.as_str()),
    }
}

/// Draft-04 is for programs that send requests and read answers.
fn drafts(name: &str) -> Vec<Draft> {
    let mut drafts = vec![Draft::Draft202012, Draft::Draft07];
    if ["request", "response", "job-status"].iter().any(|start| name.starts_with(start)) {
        drafts.push(Draft::Draft04);
    }
    drafts
}

#[test]
fn schemas_are_current() {
    let mut files = Vec::new();
    for published in schemas::all() {
        for draft in drafts(&published.name) {
            files.push((
                path(draft, &published.name),
                massup_project::schemas::text(&draft.render(&published.schema)),
            ));
        }
    }
    files.push(("schemas/rules.json".to_owned(), pretty(&schema::catalogue())));
    files.push(("schemas/errors.json".to_owned(), pretty(&schema::errors())));
    files.push(("schemas/catalog.json".to_owned(), pretty(&schemas::catalogue())));
    files.push(("schemas/tests/request.json".to_owned(), pretty(&request_cases())));
    files.push(("schemas/tests/files.json".to_owned(), pretty(&file_cases())));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    assert_all_current(&files);
}

/// The schemas in a schema.
fn each_schema<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    let Some(members) = value.as_object() else { return };
    found.push(value);
    for (key, value) in members {
        match key.as_str() {
            "properties" | "patternProperties" | "$defs" | "definitions" => {
                value.as_object().unwrap().values().for_each(|one| each_schema(one, found));
            }
            "anyOf" | "oneOf" | "allOf" => {
                value.as_array().unwrap().iter().for_each(|one| each_schema(one, found));
            }
            "items" | "additionalProperties" | "not" | "if" | "then" | "else" => {
                each_schema(value, found);
            }
            _ => {}
        }
    }
}

#[test]
fn every_schema_is_valid_named_and_described() {
    for Published { name, schema, .. } in schemas::all() {
        assert_eq!(schema["$id"], format!("{BASE}{name}.schema.json"));
        for key in ["title", "description"] {
            assert!(schema[key].as_str().is_some_and(|text| text.len() > 3), "{name} has no {key}");
        }
        for draft in [Draft::Draft202012, Draft::Draft07, Draft::Draft04] {
            let rendered = draft.render(&schema);
            assert!(jsonschema::meta::is_valid(&rendered), "{name} in {}", draft.as_str());
            let mut parts = Vec::new();
            each_schema(&rendered, &mut parts);
            let newer: &[&str] = match draft {
                Draft::Draft202012 => &["dependencies", "definitions", "id"],
                Draft::Draft07 => {
                    &["$defs", "dependentRequired", "dependentSchemas", "prefixItems"]
                }
                Draft::Draft04 => &[
                    "$defs",
                    "dependentRequired",
                    "const",
                    "propertyNames",
                    "if",
                    "contains",
                    "$id",
                ],
            };
            for part in parts {
                let other = newer.iter().find(|key| part.get(**key).is_some_and(|_| true));
                assert_eq!(other, None, "{name} in {}: {part}", draft.as_str());
                if draft != Draft::Draft202012 && part.get("$ref").is_some() {
                    assert_eq!(part.as_object().unwrap().len(), 1, "{name}: {part}");
                }
            }
        }
    }
}

#[test]
fn examples_are_accepted_in_every_draft() {
    let mut without = Vec::new();
    for Published { name, schema, .. } in schemas::all() {
        let examples = schema["examples"].as_array().cloned().unwrap_or_default();
        if examples.is_empty() {
            without.push(name.clone());
        }
        for draft in [Draft::Draft202012, Draft::Draft07, Draft::Draft04] {
            let validator = jsonschema::validator_for(&draft.render(&schema)).unwrap();
            for example in &examples {
                let errors: Vec<_> =
                    validator.iter_errors(example).map(|e| e.to_string()).collect();
                assert!(errors.is_empty(), "{name}: {example} {errors:?}");
            }
        }
    }
    // These describe what massup writes, at length; the data itself is the example.
    assert_eq!(without, ["report", "plan", "rules", "errors", "explanation", "planned"]);
    let fits = |name: &str, value: &Value| {
        let schema = schemas::find(name).unwrap().schema;
        jsonschema::validator_for(&schema).unwrap().is_valid(value)
    };
    assert!(fits("rules", &schema::catalogue()));
    assert!(fits("errors", &schema::errors()));
    let mut broken = schema::errors();
    broken["errors"][0]["retry"] = json!("perhaps");
    assert!(!fits("errors", &broken));
}

#[test]
fn examples_of_files_are_read() {
    let examples =
        |name: &str| schemas::find(name).unwrap().schema["examples"].as_array().unwrap().clone();
    for change in examples("change") {
        let read: Result<(Change, FileReport), _> =
            Linter::new().read_change("a.massup.json", change.to_string().as_bytes());
        assert!(read.is_ok(), "{change} {read:?}");
    }
    for (name, file) in [("user", "user.json"), ("counts", "counts.json")] {
        for example in examples(name) {
            let mut facts = massup_rules::Facts::default();
            assert!(facts.add(file, &example.to_string()).unwrap(), "{example}");
        }
    }
}

/// The class of a module in the published schemas.
fn class(module: Option<&str>) -> Option<&'static str> {
    let module = module?;
    CLASSES
        .iter()
        .find(|(_, representative, _)| *representative == module)
        .map(|(class, ..)| *class)
}

fn is_portable(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.as_f64().is_some_and(|n| n.abs() < EXACT)
                && (!number.is_f64() || number.as_f64().is_some_and(|n| n.fract() != 0.0))
        }
        Value::Array(items) => items.iter().all(is_portable),
        Value::Object(members) => members.values().all(is_portable),
        _ => true,
    }
}

fn refused(linter: &Linter, name: &str, body: &Value) -> bool {
    linter.lint(name, body.to_string().as_bytes()).worst() == Some(Severity::Error)
}

/// Bodies of the documentation of the rules and of the corpus with the verdict of the lint, by schema, in the
/// form of the JSON Schema Test Suite. What parsers read in different ways is left out.
fn request_cases() -> Value {
    let mut bodies: Vec<(String, Value)> = documented::all()
        .into_iter()
        .filter_map(|example| {
            let about = format!("{} {}", example.rule.code, example.section.to_lowercase());
            Some((about, example.body()?))
        })
        .collect();
    for folder in ["page", "err"] {
        let folder = repository().join("tests/corpus").join(folder);
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files {
            let text = std::fs::read(&file).unwrap();
            // A parser keeps one of two equal keys, and not every parser the same.
            let twice =
                Linter::new().lint("a.json", &text).diagnostics.iter().any(|d| d.code == "MU006");
            let body: Result<Value, _> = serde_json::from_slice(&text);
            if let (Ok(body), false) = (body, twice) {
                bodies.push((format!("corpus {}", file.file_stem().unwrap().display()), body));
            }
        }
    }
    let is_body = |body: &Value| {
        let own =
            ["body", "path", "method", "set", "select"].iter().any(|key| body.get(key).is_some());
        !own && Linter::new().lint("a.json", body.to_string().as_bytes()).calls == 1
    };
    bodies.retain(|(_, body)| is_portable(body) && is_body(body));
    let mut groups = Vec::new();
    for (version, wanted) in [(ApiVersion::V2, 0), (ApiVersion::V7, 1), (ApiVersion::V8, 2)] {
        for (class, module, _) in CLASSES {
            let linter = Linter::new().module(module).version(version);
            // All bodies for v8, fewer for the versions before.
            let some =
                bodies.iter().enumerate().filter(|(index, _)| wanted == 2 || index % 4 == wanted);
            let tests: Vec<_> = some
                .map(|(_, (about, body))| {
                    json!({ "description": about, "data": body, "valid": !refused(&linter, "a.json", body) })
                })
                .collect();
            groups.push(json!({
                "description": format!("bodies for {module}, {version}"),
                "schema": { "$ref": format!("{BASE}request/{version}.{class}.schema.json") },
                "tests": tests,
            }));
        }
    }
    groups.into()
}

/// Files of massup, and answers of the server.
fn file_cases() -> Value {
    let wrong: BTreeMap<&str, Vec<Value>> = BTreeMap::from([
        ("response", vec![json!({}), json!({ "data": [] }), json!([])]),
        ("job-status", vec![json!({ "data": [] })]),
        (
            "change",
            vec![
                json!({ "module": "Leads", "set": { "City": "a" }, "select": { "id": "7" } }),
                json!({ "module": "Leads", "set": {}, "select": { "ids": ["7"] } }),
                json!({ "module": "Leads", "set": { "City": "a" }, "select": { "ids": [] } }),
                json!({ "module": "Leads", "set": { "City": "a" }, "select": { "view": "7", "ids": ["7"] } }),
                json!({ "module": "Leads", "set": { "Lead Source": "a" }, "select": { "view": "7" } }),
                json!({ "module": "Activities", "set": { "City": "a" }, "select": { "view": "7" } }),
                json!({ "modul": "Leads", "set": { "City": "a" }, "select": { "view": "7" } }),
                json!({
                    "module": "Campaigns", "set": { "City": "a" },
                    "select": { "view": "7", "territory": { "id": "8" } },
                }),
            ],
        ),
        ("settings", vec![json!({ "denny": "note" }), json!({ "rules": { "MU104": "deny" } })]),
        (
            "user",
            vec![json!({ "scopes": 7 }), json!({ "code": "INVALID_TOKEN", "status": "error" })],
        ),
        ("overrides", vec![json!({ "Leads": { "layout_rule": [] } })]),
        (
            "counts",
            vec![
                json!({ "a": { "count": 1 } }),
                json!({ "7": { "count": -1 } }),
                json!({ "7": {} }),
            ],
        ),
        ("snapshot", vec![json!({ "taken_at": 7 })]),
    ]);
    let mut groups = Vec::new();
    for (name, wrong) in wrong {
        let schema = schemas::find(name).unwrap().schema;
        let right = schema
            .get("examples")
            .and_then(Value::as_array)
            .unwrap()
            .iter()
            .map(|data| (data, true));
        let tests: Vec<_> = right
            .chain(wrong.iter().map(|data| (data, false)))
            .enumerate()
            .map(|(index, (data, valid))| {
                let about = if valid { "example" } else { "refused" };
                json!({ "description": format!("{about} {}", index + 1), "data": data, "valid": valid })
            })
            .collect();
        groups.push(json!({
            "description": name,
            "schema": { "$ref": format!("{BASE}{name}.schema.json") },
            "tests": tests,
        }));
    }
    groups.into()
}

#[test]
fn the_table_of_cases_has_the_verdicts_of_every_draft() {
    let (mut right, mut wrong) = (0, 0);
    for group in
        [request_cases(), file_cases()].iter().flat_map(|groups| groups.as_array().unwrap())
    {
        let id = group["schema"]["$ref"].as_str().unwrap();
        let published = schemas::all().into_iter().find(|one| one.schema["$id"] == *id).unwrap();
        for draft in [Draft::Draft202012, Draft::Draft07, Draft::Draft04] {
            let validator = jsonschema::validator_for(&draft.render(&published.schema)).unwrap();
            for test in group["tests"].as_array().unwrap() {
                let valid = test["valid"] == true;
                assert_eq!(
                    validator.is_valid(&test["data"]),
                    valid,
                    "{id} {} {test}",
                    draft.as_str()
                );
                if valid { right += 1 } else { wrong += 1 }
            }
        }
    }
    assert!(right > 300 && wrong > 300, "{right} right, {wrong} wrong");
}

#[test]
fn the_classes_stand_for_their_modules() {
    let body = |schema: &Value| {
        let mut schema = schema.clone();
        schema.as_object_mut().unwrap().remove("title");
        schema
    };
    for (module, like) in [
        ("Accounts", "Leads"),
        ("Contacts", "Leads"),
        ("Campaigns", "Vehicles"),
        ("Invoices", "Vehicles"),
    ] {
        for &version in ApiVersion::ALL {
            let of = |module| body(&schema::request(Some(module), Some(version)).to_value());
            assert_eq!(of(module), of(like), "{module} in {version}");
        }
    }
    assert_eq!(class(Some("Leads")), Some("leads"));
}

#[test]
fn the_catalogue_has_the_shape_of_schemastore() {
    let catalogue = schemas::catalogue();
    let entries = catalogue["schemas"].as_array().unwrap();
    assert!(entries.len() >= 6);
    for entry in entries {
        let name = entry["name"].as_str().unwrap().strip_prefix("massup ").unwrap();
        assert!(entry["description"].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        let globs = entry.get("fileMatch").map(|globs| globs.as_array().unwrap());
        assert!(globs.is_none_or(|globs| !globs.is_empty()), "{entry}");
        assert!(repository().join(path(Draft::Draft07, name)).is_file(), "{entry}");
    }
}

/// The page on schemas shows the settings of editors that `.ci/consumers` uses.
#[test]
fn the_page_shows_the_settings_of_editors() {
    let read = |path: &str| std::fs::read_to_string(repository().join(path)).unwrap();
    let page = read("docs/schemas.md");
    for file in ["settings.json", "taplo.toml"] {
        let settings = read(&format!("tests/consumers/editors/{file}"));
        assert!(page.contains(settings.trim_end()), "docs/schemas.md shows {file}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    /// `user.json` and `counts.json` are accepted exactly when they are read.
    #[test]
    fn schemas_of_snapshot_files_accept_what_is_read(
        scopes in prop::option::of(massup_tests::strategies::json(2)),
        scope in prop::option::of(massup_tests::strategies::json(1)),
        edition in prop::option::of(massup_tests::strategies::json(1)),
        code in prop::option::weighted(0.2, massup_tests::strategies::json(1)),
        error in prop::option::weighted(0.2, massup_tests::strategies::json(1)),
        status in prop::option::weighted(0.3, prop::sample::select(vec!["success", "error"])),
        counts in prop::collection::btree_map("[0-9]{1,20}|[a-z]", massup_tests::strategies::json(1), 0..2),
        number in prop::option::of(prop_oneof![any::<i64>().prop_map(Value::from), "[0-9]{0,5}".prop_map(Value::from)]),
    ) {
        let mut user = json!({});
        let members = user.as_object_mut().unwrap();
        let values = [("scopes", scopes), ("scope", scope), ("edition", edition), ("code", code), ("error", error)];
        members.extend(values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
        members.extend(status.map(|status| ("status".to_owned(), status.into())));
        let counts: serde_json::Map<_, _> = counts
            .into_iter()
            .map(|(id, other)| (id, number.clone().map_or(other, |count| json!({ "count": count }))))
            .collect();
        for (name, file, value) in [("user", "user.json", user), ("counts", "counts.json", counts.into())] {
            let schema = schemas::find(name).unwrap().schema;
            let accepted = jsonschema::validator_for(&schema).unwrap().is_valid(&value);
            let read = massup_rules::Facts::default().add(file, &value.to_string());
            prop_assert_eq!(accepted, read.is_ok(), "{} {} {:?}", name, value, read);
        }
    }

    /// The renderings of the schemas of requests and change files accept the same values.
    #[test]
    fn drafts_agree(case in massup_tests::strategies::cases(), change in massup_tests::changes::change_files()) {
        let request = schema::request(case.module.as_deref(), Some(case.version)).to_value();
        for (schema, value) in [(request, &case.body), (schema::change().to_value(), &change)] {
            let accepted = jsonschema::validator_for(&schema).unwrap().is_valid(value);
            for draft in [Draft::Draft07, Draft::Draft04] {
                let rendered = draft.render(&schema);
                let same = jsonschema::validator_for(&rendered).unwrap().is_valid(value);
                // To draft-04 a number with a fraction of zero is no integer.
                let whole = draft == Draft::Draft04 && crate::properties::has_whole_float(value);
                prop_assert!(accepted == same || whole, "{} {}", draft.as_str(), value);
            }
        }
    }
}
