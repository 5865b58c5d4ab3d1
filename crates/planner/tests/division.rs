//! A view that is too large is divided into parts of which each record is in just one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::config;
use massup_model::ApiVersion;
use massup_planner::division::Unknown;
use massup_planner::{Hazard, Plan, PlanFacts};
use proptest::prelude::*;
use serde_json::{Value, json};

fn plan(options: &BTreeSet<String>, records: u64) -> Plan {
    let mut facts = PlanFacts::default();
    facts.view.records = Some(records);
    facts.view.criteria = Some(BTreeSet::new());
    let field = facts.fields.entry("Rating".to_owned()).or_default();
    field.data_type = Some("picklist".to_owned());
    field.options = Some(options.clone());
    let fields = vec![("City".to_owned(), json!("x"))];
    let plan = Plan::new(ApiVersion::V8, "Leads", fields, None).unwrap();
    plan.on_view("7".parse().unwrap(), None).with_facts(facts)
}

/// Whether criteria hold for a record whose `Rating` is this, by the words of the documents.
fn holds(criteria: &Value, value: Option<&str>) -> bool {
    let of = |name: &str| criteria.get(name).unwrap();
    if let Some(group) = criteria.get("group") {
        assert_eq!(of("group_operator"), "AND");
        return group.as_array().unwrap().iter().all(|one| holds(one, value));
    }
    assert_eq!(of("field"), &json!({ "api_name": "Rating" }));
    let wanted = of("value");
    if of("comparator") == "not_in" {
        // Of a record without a value no document tells what this does: it may be either.
        return value.is_none_or(|value| !wanted.as_array().unwrap().contains(&json!(value)));
    }
    assert_eq!(of("comparator"), "equal");
    match wanted.as_str().unwrap() {
        "${EMPTY}" => value.is_none(),
        "${NOTEMPTY}" => value.is_some(),
        wanted => value == Some(wanted),
    }
}

proptest! {
    #![proptest_config(config(500))]

    /// Each record of the view is in one part, whatever its picklist holds.
    #[test]
    fn each_record_is_in_one_part(
        options in prop::collection::btree_set("[A-D]{1,2}", 1..8),
        value in prop::option::of("[A-E]{1,2}"),
        records in 50_001_u64..700_000,
    ) {
        let division = plan(&options, records).decide(None).division.unwrap();
        prop_assert_eq!(division.parts.len(), options.len() + 2);
        let parts = division.parts.iter().filter(|part| holds(&part.criteria(), value.as_deref()));
        prop_assert_eq!(parts.count(), 1);
        // Parts that each hold 50,000 do not hold the view: then one is larger for sure, and this is said.
        let too_few = division.parts.len() as u64 * 50_000 < records;
        prop_assert_eq!(division.unknown.iter().any(|one| matches!(one, Unknown::LargePart { .. })), too_few);
    }
}

#[test]
fn a_view_is_divided_only_where_it_must_and_can_be() {
    let options: BTreeSet<String> = ["Active", "Shut Down"].map(str::to_owned).into();
    assert!(plan(&options, 50_000).decide(None).division.is_none());
    assert!(plan(&BTreeSet::new(), 80_000).decide(None).division.is_none());

    let sets = vec![("Rating".to_owned(), json!("Active"))];
    let facts = plan(&options, 80_000).facts().unwrap().clone();
    let changed = Plan::new(ApiVersion::V8, "Leads", sets, None).unwrap();
    let decision = changed.on_view("7".parse().unwrap(), None).with_facts(facts).decide(None);
    assert!(decision.division.is_none(), "the plan changes the only picklist");
    let hazard = Hazard::ViewToDivide { records: 80_000, by: None };
    assert!(decision.hazards.contains(&hazard), "{:?}", decision.hazards);
}
