//! The laws of plans on views, held against a CRM of a few lines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::config;
use massup_model::{ApiVersion, Automation, Selection, Template};
use massup_planner::facts::{FieldFacts, MovedBy};
use massup_planner::policy::{AutomationPolicy, Policy};
use massup_planner::{Action, Plan, PlanFacts, Route, Step, file};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const FIELDS: [&str; 7] = ["City", "Fax", "Stage", "Pipeline", "Type", "Rating", "Modified_Time"];

/// What someone asks for, and what is true of the view.
#[derive(Clone, Debug)]
struct Intent {
    module: &'static str,
    fields: Vec<&'static str>,
    /// Of which the view holds those whose value is still the old one.
    criteria: BTreeSet<&'static str>,
    criteria_known: bool,
    moved_by: Option<MovedBy>,
    records: u64,
    counted: bool,
    /// Parents and children.
    couples: Vec<(&'static str, &'static str)>,
    policy: Policy,
}

impl Intent {
    fn facts(&self) -> PlanFacts {
        let mut facts = PlanFacts::default();
        facts.view.records = self.counted.then_some(self.records);
        facts.view.criteria =
            self.criteria_known.then(|| self.criteria.iter().map(|f| (*f).to_owned()).collect());
        facts.view.moved_by = self.moved_by;
        for (parent, child) in &self.couples {
            let field: &mut FieldFacts = facts.fields.entry((*parent).to_owned()).or_default();
            field.children.insert((*child).to_owned());
        }
        facts
    }

    fn plan(&self) -> Plan {
        let fields = self.fields.iter().map(|name| ((*name).to_owned(), json!("new"))).collect();
        Plan::new(ApiVersion::V8, self.module, fields, None)
            .unwrap()
            .on_view("554023000000091515".parse().unwrap(), None)
            .with_facts(self.facts())
            .with_policy(self.policy.clone())
    }

    fn steps(&self) -> Option<(Route, Vec<Step>)> {
        let plan = self.plan();
        let route = plan.decide(None).route?;
        Some((route, plan.steps(route).unwrap()))
    }

    fn text(&self) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        file::write_steps(&mut text, &self.plan()).ok().map(|_| text)
    }

    fn limit(&self) -> usize {
        if self.module == "Deals" { 3 } else { 1 }
    }
}

fn policies() -> impl Strategy<Value = Policy> {
    (
        select(&[AutomationPolicy::Any, AutomationPolicy::Forbid, AutomationPolicy::Require][..]),
        prop::option::weighted(0.2, 0_u64..200),
        prop::option::weighted(0.2, 0_u64..2000),
        prop::option::weighted(0.2, select(&[Route::View, Route::FrozenIds, Route::Territory][..])),
    )
        .prop_map(|(automation, max_calls, max_credits, route)| {
            let mut policy = Policy::default();
            policy.automation = automation;
            policy.max_calls = max_calls;
            policy.max_credits = max_credits;
            policy.route = route;
            policy
        })
}

/// Counts where behaviour may change.
const EDGES: [u64; 12] =
    [0, 1, 500, 501, 999, 1_000, 1_001, 2_500, 49_999, 50_000, 50_001, 100_001];

fn intents() -> impl Strategy<Value = Intent> {
    let set = prop::sample::subsequence(&FIELDS[..6], 1..=6).prop_shuffle();
    let criteria = prop::sample::subsequence(&FIELDS[..], 0..=3);
    let couple = (select(&FIELDS[..6]), select(&FIELDS[..6]));
    (
        select(&["Deals", "Leads"][..]),
        set,
        criteria,
        (prop::bool::weighted(0.8), prop::bool::weighted(0.85)),
        prop::option::weighted(0.15, select(&[MovedBy::Caller, MovedBy::Time][..])),
        prop_oneof![3 => select(&EDGES[..]), 1 => 0_u64..120_000],
        prop::collection::vec(couple, 0..3),
        policies(),
    )
        .prop_map(|(module, fields, criteria, known, moved_by, records, couples, policy)| {
            Intent {
                module,
                fields,
                criteria: criteria.into_iter().collect(),
                criteria_known: known.0,
                moved_by,
                records,
                counted: known.1,
                couples: couples.into_iter().filter(|(a, b)| a != b).collect(),
                policy,
            }
        })
}

/// A CRM with two records in the view and one beside it: enough to see who gets what.
#[derive(Clone, Debug, PartialEq)]
struct Crm {
    records: Vec<BTreeMap<String, Vec<Value>>>,
}

/// The numbers of the records that the view holds at first.
const SELECTED: [usize; 2] = [0, 1];

impl Crm {
    fn new() -> Self {
        Self { records: vec![BTreeMap::new(); 3] }
    }

    /// Every value that a record was given, field by field.
    fn set(&mut self, record: usize, call: &Template) {
        let record = self.records.get_mut(record).unwrap();
        for (name, value) in call.fields() {
            record.entry(name.clone()).or_default().push(value.clone());
        }
    }

    /// The records of the view now: those of which no field of the criteria was touched.
    fn view(&self, intent: &Intent) -> Vec<usize> {
        let by_time =
            intent.moved_by == Some(MovedBy::Time) || intent.criteria.contains("Modified_Time");
        let holds = |record: &BTreeMap<String, Vec<Value>>| {
            let touched = intent.criteria.iter().any(|field| record.contains_key(*field));
            !touched && (record.is_empty() || !by_time)
        };
        SELECTED.into_iter().filter(|at| self.records.get(*at).is_some_and(holds)).collect()
    }

    /// What a plan does, one step after another.
    fn run(mut self, intent: &Intent, steps: &[Step]) -> Self {
        let mut read = Vec::new();
        for step in steps {
            match &step.action {
                Action::Read(_) => read = self.view(intent),
                Action::Update(request) => {
                    for record in self.view(intent) {
                        self.set(record, request.template());
                    }
                }
                Action::UpdateRead { template, .. } => {
                    for record in read.clone() {
                        self.set(record, template);
                    }
                }
            }
        }
        self
    }

    /// What was asked for: each field once, on what the view holds at first, and on nothing else.
    fn asked(mut self, intent: &Intent) -> Self {
        for record in self.records.iter_mut().take(SELECTED.len()) {
            for field in &intent.fields {
                record.insert((*field).to_owned(), vec![json!("new")]);
            }
        }
        self
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    /// Running the steps does just what was asked for, whatever the view's criteria are.
    #[test]
    fn a_plan_does_what_was_asked_for(intent in intents()) {
        if let Some((_, steps)) = intent.steps() {
            prop_assert_eq!(Crm::new().run(&intent, &steps), Crm::new().asked(&intent));
        }
    }

    /// No call has more fields than it takes, no job more records, and a view has one job at a time.
    #[test]
    fn no_step_over_a_limit(intent in intents()) {
        let Some((route, steps)) = intent.steps() else { return Ok(()) };
        let mut before = None;
        for step in &steps {
            if !matches!(step.action, Action::Read(_)) {
                prop_assert!((1..=intent.limit()).contains(&step.fields().len()));
            }
            if let Some(request) = step.request()
                && let Selection::View { .. } = request.selection()
            {
                prop_assert!(!intent.counted || intent.records <= 50_000);
                prop_assert_eq!(step.after, before);
                before = Some(step.number);
            }
        }
        if route == Route::FrozenIds {
            prop_assert!(matches!(steps[0].action, Action::Read(_)));
            prop_assert!(steps[1..].iter().all(|step| step.after == Some(1)));
        }
    }

    /// What the criteria name is in the last job alone.
    #[test]
    fn criteria_fields_come_last(intent in intents()) {
        let Some((route, steps)) = intent.steps() else { return Ok(()) };
        if route == Route::View {
            for step in &steps[..steps.len() - 1] {
                let named = |(name, _): &(String, Value)| intent.criteria.contains(name.as_str());
                prop_assert!(!step.fields().iter().any(named));
            }
        }
    }

    /// Automations run as the policy wants them, by the words of the documents.
    #[test]
    fn automations_as_wanted(intent in intents()) {
        let Some((route, _)) = intent.steps() else { return Ok(()) };
        let run = match route {
            Route::FrozenIds => Some(true),
            Route::View if intent.counted && intent.records < 1_000 => Some(true),
            Route::View if intent.counted && intent.records > 1_000 => Some(false),
            _ => None,
        };
        match intent.policy.automation {
            AutomationPolicy::Any => {}
            AutomationPolicy::Forbid => prop_assert_eq!(run, Some(false)),
            AutomationPolicy::Require => prop_assert_eq!(run, Some(true)),
        }
    }

    /// The route is the cheapest of those that nothing speaks against, and within the limits.
    #[test]
    fn the_cheapest_route_within_the_limits(intent in intents()) {
        let decision = intent.plan().decide(None);
        let Some(route) = decision.route else {
            prop_assert!(decision.alternatives.iter().all(|other| !other.objections.is_empty()));
            return Ok(());
        };
        let of = |route| decision.alternatives.iter().find(|other| other.route == route).unwrap();
        let taken = of(route).estimate;
        for other in decision.alternatives.iter().filter(|other| other.objections.is_empty()) {
            prop_assert!(!other.route.is_comparison());
            if let (Some(other), Some(taken)) = (other.estimate.credits, taken.credits) {
                prop_assert!(taken <= other);
            }
        }
        if let Some(most) = intent.policy.max_calls {
            prop_assert!(taken.calls.unwrap() <= most);
        }
        if let Some(most) = intent.policy.max_credits {
            prop_assert!(taken.credits.unwrap() <= most);
        }
        prop_assert!(intent.policy.route.is_none_or(|wanted| wanted == route));
    }

    /// Where everything is allowed there is a plan: at worst the ids are read first. Where there is
    /// none, something is said about what would help.
    #[test]
    fn without_a_policy_there_is_a_plan(mut intent in intents()) {
        let decision = intent.plan().decide(None);
        prop_assert_eq!(decision.route.is_none(), !decision.remedies.is_empty());
        intent.policy = Policy::default();
        prop_assert!(intent.plan().decide(None).route.is_some());
    }

    /// The same intent gives the same bytes; its file reads back, keeps every law, and a byte changed
    /// anywhere makes it refused.
    #[test]
    fn the_file_is_the_plan(intent in intents(), at in any::<prop::sample::Index>()) {
        let Some(text) = intent.text() else {
            prop_assert!(intent.plan().decide(None).route.is_none());
            return Ok(());
        };
        let again = intent.text();
        prop_assert_eq!(Some(&text), again.as_ref());
        let (route, steps) = intent.steps().unwrap();
        let mut reader = file::Reader::new(text.as_slice()).unwrap();
        prop_assert_eq!(reader.header().route, route);
        prop_assert!(reader.header().is_current(&intent.facts()).unwrap());
        let read: Vec<Step> = reader.by_ref().map(Result::unwrap).collect();
        prop_assert_eq!(read, steps);
        let breaches = file::breaches(text.as_slice()).unwrap();
        prop_assert!(breaches.is_empty(), "{:?}", breaches);
        let mut edited = text.clone();
        let at = at.index(edited.len());
        edited[at] = edited[at].wrapping_add(1);
        prop_assert!(file::verify(edited.as_slice()).is_err());
    }

    /// Fewer records never take more calls, on the same terms.
    #[test]
    fn fewer_records_no_more_calls(mut intent in intents(), fewer in 0_u64..120_000) {
        intent.policy = Policy::default();
        intent.policy.route = Some(Route::FrozenIds);
        intent.counted = true;
        let calls = |intent: &Intent| {
            let decision = intent.plan().decide(None);
            let frozen = decision.alternatives.iter().find(|other| other.route == Route::FrozenIds);
            frozen.unwrap().estimate
        };
        let before = calls(&intent);
        intent.records = intent.records.min(fewer);
        let after = calls(&intent);
        prop_assert!(after.calls.unwrap() <= before.calls.unwrap());
        prop_assert!(after.reads.unwrap() <= before.reads.unwrap() || before.reads.unwrap() < 10);
    }
}

#[test]
fn the_generators_reach_what_they_should() {
    let mut runner = TestRunner::deterministic();
    let (mut routes, mut counts, mut infeasible) = (BTreeMap::new(), BTreeSet::new(), 0);
    let mut chains_with_criteria = 0;
    for _ in 0..1_500 {
        let intent = intents().new_tree(&mut runner).unwrap().current();
        counts.insert(intent.records);
        match intent.steps() {
            Some((route, steps)) => {
                *routes.entry(route).or_insert(0) += 1;
                let named = intent.fields.iter().any(|field| intent.criteria.contains(field));
                chains_with_criteria +=
                    usize::from(route == Route::View && steps.len() > 1 && named);
            }
            None => infeasible += 1,
        }
    }
    assert!(EDGES.iter().all(|edge| counts.contains(edge)));
    assert!(routes[&Route::View] > 100 && routes[&Route::FrozenIds] > 100, "{routes:?}");
    assert!(infeasible > 100 && chains_with_criteria > 20, "{infeasible} {chains_with_criteria}");
}

#[test]
fn a_thousand_records_are_neither_above_nor_below() {
    let outcome = |records| Automation::of_job(Some(records));
    assert_eq!(outcome(999), Automation::Triggered);
    assert_eq!(outcome(1_000), Automation::Undefined);
    assert_eq!(outcome(1_001), Automation::NotTriggered);
}
