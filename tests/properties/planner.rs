//! Plans pass the lint, as calls and as a file.

use massup_model::{ApiVersion, RecordId};
use massup_planner::{Plan, file};
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
        let lines = text.split(|byte| *byte == b'\n').count() as u64;
        prop_assert_eq!(lines, summary.steps + 3);
    }
}
