//! The schema of an organisation's module says what the rules say with its snapshot.

use std::collections::{BTreeMap, BTreeSet};

use massup_project::schemas::Draft;
use massup_rules::{Diagnostic, Severity, schema};
use massup_tests::documented;
use massup_tests::snapshots::informed_cases;
use massup_tests::strategies::Case;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::{config, has_whole_float};

fn schema_of(case: &Case) -> Value {
    let module = case.module.as_deref().unwrap();
    schema::of_organisation(module, Some(case.version), case.facts.clone()).to_value()
}

fn errors(case: &Case) -> Vec<Diagnostic> {
    let report = case.linter().all_findings().lint("a.json", case.body.to_string().as_bytes());
    report.diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect()
}

/// Whether a schema cannot see an error, as `docs/schemas.md` lists: the decimals of a number that is not whole,
/// the range of a text, and the digits of a number in quotes with an exponent.
fn is_invisible(found: &Diagnostic, case: &Case) -> bool {
    let fields = case.facts.fields_of(case.module.as_deref().unwrap()).map(Vec::as_slice);
    let name = found.pointer.strip_prefix("/data/0/");
    let field = fields.unwrap_or_default().iter().find(|field| Some(&*field.api_name) == name);
    let (Some(field), Some(value)) = (field, case.body.pointer(&found.pointer)) else {
        return false;
    };
    let is_number = ["integer", "double", "currency", "percent"].contains(&field.data_type());
    let exponent = is_number && value.as_str().is_some_and(|text| text.contains(['e', 'E']));
    let whole = field.data_type() == "integer" || field.decimal_place == Some(0);
    match found.code {
        "MU222" => exponent,
        "MU223" => value.is_string(),
        "MU224" => exponent || (value.is_number() && !whole),
        _ => false,
    }
}

/// Whether a schema refuses what is a warning: an id that is listed twice with a unique field, an option that is
/// listed twice in a field with a limited number.
fn is_strict(case: &Case) -> bool {
    let repeats = |items: Option<&Vec<Value>>| {
        let mut seen = BTreeSet::new();
        let plain =
            |item: &Value| item.to_string().trim_matches('"').trim_start_matches('0').to_owned();
        items.into_iter().flatten().any(|item| !seen.insert(plain(item)))
    };
    let values = case.body.pointer("/data/0").and_then(Value::as_object).into_iter().flatten();
    let mut lists = values.map(|(_, value)| value).chain(case.body.get("ids"));
    lists.any(|list| repeats(list.as_array()))
}

/// Whether an id is a number that a schema takes for another one.
fn has_odd_id(body: &Value) -> bool {
    let mut rest = body.clone();
    if let Some(fields) = rest.pointer_mut("/data/0").and_then(Value::as_object_mut) {
        fields.retain(|_, value| !value.is_number());
    }
    has_whole_float(&rest)
}

proptest! {
    // Each case has a schema of its own to compile, so the long run is shorter than that of other laws.
    #![proptest_config(Config { cases: config(600).cases.min(4_000), max_shrink_iters: 500, ..config(600) })]

    /// The schema of a module accepts a body exactly when the lint with the snapshot reports no error, in every
    /// draft.
    #[test]
    fn organisation_schema_accepts_what_the_lint_lets_pass(
        case in informed_cases(),
        draft in select(vec![Draft::Draft202012, Draft::Draft07, Draft::Draft04]),
    ) {
        prop_assume!(!has_odd_id(&case.body) && !is_strict(&case));
        let mut errors = errors(&case);
        errors.retain(|found| !is_invisible(found, &case));
        let rendered = draft.render(&schema_of(&case));
        let accepted = jsonschema::validator_for(&rendered).unwrap().is_valid(&case.body);
        prop_assert_eq!(
            accepted, errors.is_empty(),
            "{} {} {:?} {:?}\n{:?}", draft.as_str(), case.body, case.module, errors, case.facts
        );
    }
}

#[test]
fn the_generator_reaches_every_error_about_an_organisation_from_both_sides() {
    let mut runner = TestRunner::deterministic();
    let strategy = informed_cases();
    let mut reached = BTreeMap::<&str, usize>::new();
    let mut clean = 0;
    for _ in 0..6_000 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let errors = errors(&case);
        clean += usize::from(errors.is_empty());
        // Alone, so that the schema has to see it.
        let codes: BTreeSet<_> = errors.iter().map(|found| found.code).collect();
        if let (Some(code), 1) = (codes.first(), codes.len()) {
            *reached.entry(code).or_default() += 1;
        }
    }
    for code in [
        "MU103", "MU201", "MU202", "MU203", "MU210", "MU211", "MU212", "MU213", "MU214", "MU215",
        "MU216", "MU217", "MU220", "MU221", "MU222", "MU223", "MU224", "MU225", "MU228", "MU229",
        "MU240", "MU241", "MU242", "MU244", "MU249",
    ] {
        assert!(reached.get(code).is_some_and(|times| *times > 1), "{code} alone: {reached:?}");
    }
    assert!(clean > 600, "too few clean cases: {clean}");
}

#[test]
fn documented_examples_with_a_snapshot_get_the_same_verdict_from_its_schema() {
    let mut examples = 0;
    for example in documented::all().iter().filter(|example| example.knows_the_snapshot()) {
        let (Some(module), Some(body)) = (example.flag("module"), example.body()) else { continue };
        let case = Case {
            module: Some(module.to_owned()),
            version: massup_model::ApiVersion::LATEST,
            facts: documented::snapshot().clone(),
            body,
        };
        let validator = jsonschema::validator_for(&schema_of(&case)).unwrap();
        let errors: Vec<_> =
            errors(&case).into_iter().filter(|found| !is_invisible(found, &case)).collect();
        assert_eq!(validator.is_valid(&case.body), errors.is_empty(), "{} {errors:?}", case.body);
        examples += 1;
    }
    assert!(examples > 60, "{examples}");
}
