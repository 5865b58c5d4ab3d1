//! The schemas say what the rules say.

use massup_rules::{Linter, Report, Severity, schema};
use massup_tests::strategies::{cases, texts};
use proptest::prelude::*;
use serde_json::Value;

use super::config;

pub(crate) fn has_whole_float(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.is_f64() && number.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        Value::Array(items) => items.iter().any(has_whole_float),
        Value::Object(members) => members.values().any(has_whole_float),
        _ => false,
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    /// The schema of a request accepts a body exactly when no rule reports an error without facts.
    #[test]
    fn request_schema_accepts_what_the_shape_rules_let_pass(case in cases()) {
        // A body under one of our own keys is read as one of our own files.
        prop_assume!(case.body.get("data").is_some() || !case.body.is_object() && !case.body.is_array());
        // To a schema `5.0` is an integer, to the rules a number that may have lost digits.
        prop_assume!(!has_whole_float(&case.body));
        let schema = schema::request(case.module.as_deref(), Some(case.version)).to_value();
        let accepted = jsonschema::validator_for(&schema).unwrap().is_valid(&case.body);
        let mut linter = Linter::new().version(case.version);
        if let Some(module) = &case.module {
            linter = linter.module(module.clone());
        }
        let report = linter.lint("a.json", case.body.to_string().as_bytes());
        let errors: Vec<_> =
            report.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        prop_assert_eq!(accepted, errors.is_empty(), "{} {:?}", case.body, errors);
    }

    /// Every report fits the schema of reports.
    #[test]
    fn reports_fit_their_schema(bytes in texts()) {
        let report = Report::new(vec![Linter::new().lint("a.json", &bytes)]);
        let schema = schema::report().to_value();
        let report = serde_json::to_value(report).unwrap();
        let errors: Vec<_> =
            jsonschema::validator_for(&schema).unwrap().iter_errors(&report).map(|e| e.to_string()).collect();
        prop_assert!(errors.is_empty(), "{:?}", errors);
    }
}
