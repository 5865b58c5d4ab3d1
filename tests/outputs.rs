//! What the lint writes for other programs, held against their own schemas.

use massup_cli::lint::Linted;
use massup_cli::render::sarif;
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
    let linted: Vec<Linted> = documented::all()
        .iter()
        .map(|example| Linted { bytes: example.text().into_bytes(), report: example.lint() })
        .collect();
    let log = sarif::log(&linted);
    let errors: Vec<_> = validator
        .iter_errors(&log)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .take(5)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(log["runs"][0]["results"].as_array().unwrap().len() > 60);

    let mut broken = log;
    broken["runs"][0]["results"][0]["level"] = Value::from("fatal");
    assert!(!validator.is_valid(&broken), "the schema sees a wrong level");
}
