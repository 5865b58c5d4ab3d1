//! The schemas say what the rules say.

use massup_rules::{Linter, Report, Severity, schema};
use massup_tests::strategies::{cases, texts};
use proptest::prelude::*;

use super::config;

proptest! {
    #![proptest_config(config(2_000))]

    /// The schema of a request accepts a body exactly when no rule on the body reports an error.
    #[test]
    fn request_schema_accepts_what_the_shape_rules_let_pass(case in cases()) {
        // A body under one of our own keys is read as one of our own files.
        prop_assume!(case.body.get("data").is_some() || !case.body.is_object() && !case.body.is_array());
        let schema = schema::request(case.module.as_deref(), Some(case.version)).to_value();
        let accepted = jsonschema::validator_for(&schema).unwrap().is_valid(&case.body);
        let report = case.linter().lint("a.json", case.body.to_string().as_bytes());
        let errors: Vec<_> = report
            .diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error && d.name != "unsupported-module")
            .collect();
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
