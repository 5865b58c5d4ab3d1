//! No plan has fewer calls: held against every way to divide the fields, and against what can be counted.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use common::config;
use massup_model::{ApiVersion, RecordId};
use massup_planner::facts::FieldFacts;
use massup_planner::policy::Policy;
use massup_planner::{Action, Hazard, Plan, PlanFacts, Route};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const FIELDS: [&str; 8] =
    ["City", "Fax", "Stage", "Pipeline", "Type", "Rating", "Website", "Mobile"];

/// Records that calls by ids are made for, where behaviour may change.
const COUNTS: [usize; 8] = [0, 1, 499, 500, 501, 1_000, 1_001, 1_501];

#[derive(Clone, Debug)]
struct Intent {
    module: &'static str,
    fields: Vec<&'static str>,
    /// Parents and children.
    couples: Vec<(&'static str, &'static str)>,
    criteria: BTreeSet<&'static str>,
    route: Route,
    /// For calls by ids; a view holds 2,000.
    records: usize,
}

/// Parents and children: any, or pairs of their own, of which each takes a call.
fn couples() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let couple = (select(&FIELDS[..]), select(&FIELDS[..]));
    let pairs = Just(FIELDS.to_vec())
        .prop_shuffle()
        .prop_map(|fields| fields.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect());
    prop_oneof![2 => prop::collection::vec(couple, 0..4), 1 => pairs]
}

fn intents() -> impl Strategy<Value = Intent> {
    (
        prop_oneof![3 => Just("Deals"), 1 => Just("Leads")],
        prop_oneof![3 => 1..=FIELDS.len(), 1 => Just(FIELDS.len())]
            .prop_flat_map(|count| subsequence(&FIELDS[..], count))
            .prop_shuffle(),
        couples(),
        subsequence(&FIELDS[..], 0..=4),
        select(&[Route::Ids, Route::View, Route::FrozenIds][..]),
        prop_oneof![4 => select(&COUNTS[..]), 1 => 0_usize..2_600],
    )
        .prop_map(|(module, fields, couples, criteria, route, records)| Intent {
            module,
            fields,
            couples: couples.into_iter().filter(|(a, b)| a != b).collect(),
            criteria: criteria.into_iter().collect(),
            route,
            records,
        })
}

impl Intent {
    fn limit(&self) -> usize {
        if self.module == "Deals" { 3 } else { 1 }
    }

    /// Couples of which both are set, `Pipeline` and `Stage` included.
    fn couples(&self) -> Vec<(&'static str, &'static str)> {
        let mut couples = self.couples.clone();
        couples.push(("Pipeline", "Stage"));
        couples
            .retain(|(parent, child)| self.fields.contains(parent) && self.fields.contains(child));
        couples
    }

    /// The fields that jobs set last.
    fn last(&self) -> Vec<&'static str> {
        let named = self.fields.iter().filter(|name| self.criteria.contains(*name));
        if self.route == Route::View { named.copied().collect() } else { Vec::new() }
    }

    fn plan(&self) -> Plan {
        let mut facts = PlanFacts::default();
        for (parent, child) in &self.couples {
            let field: &mut FieldFacts = facts.fields.entry((*parent).to_owned()).or_default();
            field.children.insert((*child).to_owned());
        }
        let fields = self.fields.iter().map(|name| ((*name).to_owned(), json!("x"))).collect();
        let plan = Plan::new(ApiVersion::V8, self.module, fields, None).unwrap();
        if self.route == Route::Ids {
            return plan.with_facts(facts);
        }
        facts.view.records = Some(2_000);
        facts.view.criteria = Some(self.criteria.iter().map(|name| (*name).to_owned()).collect());
        let mut policy = Policy::default();
        policy.route = Some(self.route);
        plan.on_view("7".parse().unwrap(), None).with_facts(facts).with_policy(policy)
    }

    /// The fields of the calls that update, one after another; `None` where the route is not open.
    fn calls(&self) -> Option<Vec<BTreeSet<String>>> {
        let plan = self.plan();
        let names = |fields: &[(String, Value)]| fields.iter().map(|(n, _)| n.clone()).collect();
        if self.route == Route::Ids {
            let ids = (1..=self.records as u64).map(|id| Ok(RecordId::from_number(id).unwrap()));
            return Some(plan.calls(ids).map(|call| names(call.unwrap().fields())).collect());
        }
        let steps = plan.steps(plan.decide(None).route?).unwrap();
        let updates = steps.iter().filter(|step| !matches!(step.action, Action::Read(_)));
        Some(updates.map(|step| names(step.fields())).collect())
    }
}

/// The fewest groups of fields, by putting one field after another into every group with room: `together`
/// are pairs that one group must hold.
fn fewest_groups(
    fields: &[&'static str],
    limit: usize,
    together: &[(&str, &str)],
    groups: &mut Vec<Vec<&'static str>>,
) -> Option<usize> {
    let [field, rest @ ..] = fields else {
        let apart = |group: &Vec<&str>| {
            together.iter().any(|(a, b)| group.contains(a) != group.contains(b))
        };
        return (!groups.iter().any(apart)).then_some(groups.len());
    };
    let mut fewest = None;
    for at in 0..=groups.len() {
        if at == groups.len() {
            groups.push(Vec::new());
        }
        if groups[at].len() < limit {
            groups[at].push(field);
            let found = fewest_groups(rest, limit, together, groups);
            fewest = found.min(fewest).or(found).or(fewest);
            groups[at].pop();
        }
        if groups[at].is_empty() {
            groups.pop();
        }
    }
    fewest
}

/// Calls of 500 ids and `limit` fields that give each of `records` each of `fields` just once, at least:
///
/// * each field is in as many calls as it takes to name all records;
/// * each record is in `passes` calls at least, whose places for fields are more than there are fields: the
///   places that stay empty are shared by at most 500 records.
fn fewest_calls_by_counting(records: usize, fields: usize, limit: usize) -> usize {
    let passes = fields.div_ceil(limit);
    let taken = fields * records.div_ceil(500);
    let empty = ((passes * limit - fields) * records).div_ceil(500);
    (taken + empty).div_ceil(limit)
}

/// Fields that cannot share a call with another of them: each is in a couple, and two couples are four fields.
/// Each such couple takes calls of its own.
fn fewest_calls_by_couples(records: usize, couples: usize) -> usize {
    couples * records.div_ceil(500)
}

proptest! {
    #![proptest_config(config(2_000))]

    /// Nobody can divide the fields into fewer calls and keep together what the plan keeps together; and it
    /// parts a couple only where no division keeps them all.
    #[test]
    fn no_division_of_the_fields_is_smaller(intent in intents()) {
        let Some(calls) = intent.calls().filter(|calls| !calls.is_empty()) else { return Ok(()) };
        let groups: BTreeSet<_> = calls.iter().cloned().collect();
        let limit = intent.limit();
        let ends: Vec<_> = intent.last().windows(2).map(|pair| (pair[0], pair[1])).collect();
        let (kept, apart): (Vec<_>, Vec<_>) = intent.couples().into_iter().partition(|(a, b)| {
            groups.iter().any(|group| group.contains(*a) && group.contains(*b))
        });
        let fewest = |couples: &[_]| {
            fewest_groups(&intent.fields, limit, &[&ends, couples].concat(), &mut Vec::new())
        };
        if !apart.is_empty() {
            prop_assert_eq!(fewest(&[kept.clone(), apart].concat()), None, "they could be together");
        }
        let passes = fewest(&kept).unwrap();
        let chunks = if intent.route == Route::Ids { intent.records.div_ceil(500) } else { 1 };
        prop_assert_eq!(calls.len(), passes * chunks);
    }

    /// Nobody can cover the records with fewer calls either, also where chunks differ from field to field.
    #[test]
    fn no_cover_of_the_records_is_smaller(intent in intents()) {
        if intent.route != Route::Ids {
            return Ok(());
        }
        let calls = intent.calls().unwrap();
        let pairs = calls.iter().collect::<BTreeSet<_>>().into_iter().filter(|call| {
            intent.couples().iter().any(|(a, b)| call.contains(*a) && call.contains(*b))
        });
        let least = fewest_calls_by_counting(intent.records, intent.fields.len(), intent.limit());
        let least = least.max(fewest_calls_by_couples(intent.records, pairs.count()));
        prop_assert_eq!(calls.len(), least);
    }

    /// A chain of jobs sets what the criteria name last.
    #[test]
    fn criteria_come_last(intent in intents()) {
        if intent.route != Route::View {
            return Ok(());
        }
        let Some(calls) = intent.calls() else {
            prop_assert!(intent.last().len() > intent.limit(), "there is no plan for another reason");
            return Ok(());
        };
        for call in &calls[..calls.len() - 1] {
            prop_assert!(!intent.last().iter().any(|name| call.contains(*name)));
        }
    }

    /// A parent that cannot share the call of its only child comes before it.
    #[test]
    fn parents_come_first(intent in intents()) {
        let couples = intent.couples();
        if couples.len() != 1 || !intent.last().is_empty() {
            return Ok(());
        }
        let Some(calls) = intent.calls() else { return Ok(()) };
        let place = |name: &str| calls.iter().position(|call| call.contains(name));
        for (parent, child) in couples {
            prop_assert!(place(parent) <= place(child));
        }
    }
}

#[test]
fn the_generator_reaches_what_makes_it_hard() {
    let mut runner = TestRunner::deterministic();
    let (mut apart, mut criteria, mut routes, mut padded) = (0, 0, BTreeSet::new(), 0);
    for _ in 0..1_000 {
        let intent = intents().new_tree(&mut runner).unwrap().current();
        let Some(calls) = intent.calls() else { continue };
        routes.insert(intent.route);
        let found = intent.plan().decide(None).hazards;
        let is_apart = |hazard: &Hazard| matches!(hazard, Hazard::DependentFieldsApart { .. });
        apart += usize::from(found.iter().any(is_apart));
        criteria += usize::from(calls.len() > 1 && intent.last().len() > 1);
        let least = intent.fields.len().div_ceil(intent.limit());
        let passes = calls.iter().collect::<BTreeSet<_>>().len();
        padded += usize::from(passes > least);
    }
    assert!(apart > 50 && criteria > 20 && padded > 10, "{apart} {criteria} {padded}");
    assert_eq!(routes.len(), 3);
}
