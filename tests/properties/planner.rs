//! Plans pass the lint, as calls and as a file.

use std::sync::LazyLock;

use massup_model::{ApiVersion, RecordId, Selection, Territory};
use massup_planner::{Action, Plan, PlanFacts, file};
use massup_rules::{Linter, Severity};
use massup_tests::strategies::COUNTS;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::config;

const FIELDS: [&str; 7] =
    ["City", "Stage", "Pipeline", "Lead_Source", "Type", "Rating", "Languages_Known"];

/// A plan and ids for it: counts at every limit, some ids twice.
fn plans() -> impl Strategy<Value = (Plan, Vec<RecordId>)> {
    let fields = subsequence(FIELDS.to_vec(), 1..=FIELDS.len()).prop_shuffle();
    let over_write = prop::option::of(any::<bool>());
    (
        select(vec!["Leads", "Deals", "Vehicles"]),
        select(ApiVersion::ALL.to_vec()),
        fields,
        over_write,
        select(COUNTS.to_vec()),
        1_u64..1 << 60,
        0..4_usize,
    )
        .prop_map(|(module, version, fields, over_write, count, first, again)| {
            let fields = fields.into_iter().map(|field| (field.to_owned(), "x".into())).collect();
            let plan = Plan::new(version, module, fields, over_write).unwrap();
            let id = |n: usize| RecordId::from_number(first + n as u64).unwrap();
            let ids = (0..count).chain(0..again.min(count)).map(id).collect();
            (plan, ids)
        })
}

/// The JSON Schema of a line of a plan.
static SCHEMA: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&file::schema().to_value()).unwrap());

/// Every line of a plan fits the schema, and none with a key that plans do not have.
fn fits_the_schema(text: &[u8]) -> Result<(), TestCaseError> {
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut line: serde_json::Value = serde_json::from_slice(line).unwrap();
        prop_assert!(SCHEMA.is_valid(&line), "{}", line);
        line.as_object_mut().unwrap().insert("unknown".to_owned(), true.into());
        prop_assert!(!SCHEMA.is_valid(&line), "{}", line);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(200))]

    /// No call of a plan has an error, and the plan's file has none either.
    #[test]
    fn every_planned_call_passes_the_lint((plan, ids) in plans()) {
        let linter = Linter::new();
        for request in plan.calls(ids.iter().copied().map(Ok)) {
            let request = request.unwrap();
            let report = linter.check(&request);
            prop_assert!(report.worst() < Some(Severity::Error), "{:?}", report.diagnostics);
            let names: Vec<_> = report.diagnostics.iter().map(|d| d.name).collect();
            prop_assert!(!names.contains(&"repeated-id"), "{:?}", names);
        }
        let mut text = Vec::new();
        let summary = file::write(&mut text, plan.calls(ids.into_iter().map(Ok))).unwrap();
        let report = linter.lint("a.plan.jsonl", &text);
        prop_assert!(report.worst() < Some(Severity::Error), "{:?}", report.diagnostics);
        fits_the_schema(&text)?;
        let lines = text.split(|byte| *byte == b'\n').count() as u64;
        prop_assert_eq!(lines, summary.steps + 3);
    }

    /// The same on views, by whatever route: neither the linter nor the rules on plans find an error.
    #[test]
    fn every_step_on_a_view_passes_the_lint(
        (plan, _) in plans(),
        within in prop::option::of(any::<bool>()),
        records in prop::option::of(select(vec![0, 500, 999, 1_000, 1_001, 50_000, 50_001_u64])),
        criteria in prop::option::of(subsequence(FIELDS.to_vec(), 0..=2)),
    ) {
        let mut facts = PlanFacts::default();
        facts.view.records = records;
        facts.view.criteria =
            criteria.map(|names| names.into_iter().map(str::to_owned).collect());
        // A custom module has no territories, and a change file that names one is refused before.
        let territory = within
            .filter(|_| plan.module() != "Vehicles")
            .map(|include_child| Territory { id: "7".parse().unwrap(), include_child });
        let plan = plan.on_view("554023000000091515".parse().unwrap(), territory).with_facts(facts);
        let mut text = Vec::new();
        let summary = file::write_steps(&mut text, &plan).unwrap();
        let linter = Linter::new();
        for step in plan.steps(summary.route).unwrap() {
            let any = || Selection::Ids(vec![RecordId::from_number(1).unwrap()]);
            let request = match step.action {
                Action::Read(_) => continue,
                Action::Update(request) => request,
                Action::UpdateRead { template, .. } => template.request(any()).unwrap(),
            };
            let report = linter.check(&request);
            prop_assert!(report.worst() < Some(Severity::Error), "{:?}", report.diagnostics);
        }
        let report = linter.lint("a.plan.jsonl", &text);
        prop_assert!(report.worst() < Some(Severity::Error), "{:?}", report.diagnostics);
        fits_the_schema(&text)?;
        let found = massup_project::plan::hazards("a.plan.jsonl", &text, None, None).diagnostics;
        prop_assert!(found.is_empty(), "{:?}", found);
    }
}
