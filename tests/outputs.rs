//! What the lint writes and reads for other programs, held against schemas.

use massup_cli::render::sarif;
use massup_project::Checked;
use massup_rules::Linter;
use massup_tests::current::repository;
use massup_tests::documented;
use serde_json::Value;

/// The schema is that of OASIS, as published with version 2.1.0.
#[test]
fn sarif_is_valid_by_the_official_schema() {
    let path = repository().join("tests/official/sarif-2.1.0.schema.json");
    // One pattern, of languages, has a bracket that only the regular expressions of browsers forgive.
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let linted: Vec<Checked> = documented::all()
        .iter()
        .map(|example| Checked::new(example.text().into_bytes(), example.lint()))
        .collect();
    let log = sarif::log(&linted);
    let errors: Vec<_> = validator
        .iter_errors(&log)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .take(5)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(log["runs"][0]["results"].as_array().unwrap().len() > 60);

    // The module comes from the caller here, so its finding has no place in the file.
    let body = br#"{"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]}"#;
    let report = Linter::new().module("leads").lint("a.json", body);
    let placeless = sarif::log(&[Checked::new(body.to_vec(), report)]);
    assert_eq!(placeless["runs"][0]["results"][0]["ruleId"], "MU103");
    let place = &placeless["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("a.json"), "{place}");
    assert_eq!(place["region"], Value::Null);
    assert!(validator.is_valid(&placeless));

    let empty = sarif::log(&[]);
    assert!(validator.is_valid(&empty) && empty["runs"][0]["results"] == serde_json::json!([]));

    let mut broken = log;
    broken["runs"][0]["results"][0]["level"] = Value::from("fatal");
    assert!(!validator.is_valid(&broken), "the schema sees a wrong level");
}

/// Whether a text that is read as TOML or JSON is what a schema describes.
fn fits(schema: &str, text: &str) -> bool {
    let path = repository().join("schemas").join(schema);
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let value = serde_json::from_str(text).or_else(|_| toml::from_str::<Value>(text)).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(&value)
}

#[test]
fn the_files_that_people_write_have_schemas() {
    let example =
        |path: &str| std::fs::read_to_string(repository().join("examples").join(path)).unwrap();
    assert!(fits("settings.schema.json", &example("team/massup.toml")));
    assert!(fits("user.schema.json", &example("snapshot/user.json")));
    assert!(fits("overrides.schema.json", &example("snapshot/overrides.toml")));
    for (schema, wrong) in [
        ("settings.schema.json", "denny = 'note'"),
        ("settings.schema.json", "deny = 'all'"),
        ("settings.schema.json", "rules = { MU104 = 'deny' }"),
        ("settings.schema.json", "[[files]]\nmodule = 'Leads'"),
        ("settings.schema.json", "[[files]]\nglob = '*'\napi_version = 'v99'"),
        ("user.schema.json", "{\"scopes\": 7}"),
        ("overrides.schema.json", "[Leads]\nlayout_rule = []"),
    ] {
        assert!(!fits(schema, wrong), "{schema}: {wrong}");
    }
}

/// The output of a command in the root of the repository, whatever its exit code.
fn output(args: &[&str]) -> String {
    let mut command = std::process::Command::new(massup_tests::session::binary());
    let output = command.args(args).current_dir(repository()).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?} {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_commands_write_fits_the_schema_that_describes_it() {
    let snapshot = ["--snapshot", "examples/snapshot"];
    for paths in
        [&["examples"][..], &["tests/corpus"], &["tests/corpus", "--verbose"], &["Cargo.toml"]]
    {
        let report = output(&[&["lint", "--format", "json"], paths, &snapshot].concat());
        assert!(fits("report.schema.json", &report), "{paths:?} {report}");
    }
    assert!(!fits("report.schema.json", "{\"format\": 1, \"files\": [{}]}"));
    assert!(fits("rules.schema.json", &output(&["rules", "--format", "json"])));
    let leads = ["--module", "Leads", "--set", "Lead_Source=Advertisement"];
    for selection in [
        &["--ids", "examples/leads.csv", "--column", "Record Id"][..],
        &["--view", "554023000000091515"],
    ] {
        let plan = output(&[&["plan", "-q", "-o", "-"], &leads[..], selection, &snapshot].concat());
        assert!(plan.lines().count() > 2, "{selection:?} {plan}");
        assert!(plan.lines().all(|line| fits("plan.schema.json", line)), "{plan}");
    }
    for name in output(&["schema"]).lines().filter_map(|line| line.split(' ').next()) {
        let schema: Value = serde_json::from_str(&output(&["schema", name])).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}
