//! The laws of planning.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::config;
use massup_model::{ApiVersion, RecordId, Request, Selection};
use massup_planner::{ErrorKind, Plan, Route, file};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// What someone asks for.
#[derive(Clone, Debug)]
struct Intent {
    version: ApiVersion,
    module: &'static str,
    fields: Vec<(String, Value)>,
    over_write: Option<bool>,
    /// Repeated ones included.
    ids: Vec<RecordId>,
}

impl Intent {
    fn plan(&self) -> Plan {
        Plan::new(self.version, self.module, self.fields.clone(), self.over_write).unwrap()
    }

    fn calls(&self) -> Vec<Request> {
        self.plan().calls(self.ids.iter().copied().map(Ok)).map(Result::unwrap).collect()
    }

    fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        file::write(&mut text, self.plan().calls(self.ids.iter().copied().map(Ok))).unwrap();
        text
    }

    fn records(&self) -> BTreeSet<RecordId> {
        self.ids.iter().copied().collect()
    }
}

/// The numbers of records where behaviour may change.
const EDGES: [usize; 8] = [1, 3, 499, 500, 501, 999, 1000, 1001];

fn counts() -> impl Strategy<Value = usize> {
    prop_oneof![4 => prop::sample::select(&EDGES[..]), 1 => 0_usize..1600]
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e300..1e300_f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::collection::vec("[a-z\"\\\\\n]{1,6}", 0..4).prop_map(|items| json!(items)),
    ]
}

fn fields() -> impl Strategy<Value = Vec<(String, Value)>> {
    let names = prop_oneof![
        Just("Stage".to_owned()),
        Just("Pipeline".to_owned()),
        "[A-Z][a-z]{0,3}(_[a-z]{1,3})?"
    ];
    prop::collection::vec((names, values()), 1..9).prop_map(|mut fields| {
        let mut seen = BTreeSet::new();
        fields.retain(|(name, _)| seen.insert(name.clone()));
        fields
    })
}

/// Ids of which the first `count` differ, and some repetitions, in any order.
fn selections(counts: impl Strategy<Value = usize>) -> impl Strategy<Value = Vec<RecordId>> {
    let starts = prop_oneof![Just(0_u64), Just(554_023_000_000_000_000), 1_u64..1 << 62];
    (counts, starts, 1_u64..5000, 0_usize..30)
        .prop_map(|(count, start, stride, repeats)| {
            let ids = |n: usize| RecordId::from_number(start + stride * n as u64).unwrap();
            (0..count)
                .chain((0..repeats).map(|n| n * 7 % count.max(1)).filter(|_| count > 0))
                .map(ids)
                .collect()
        })
        .prop_shuffle()
}

fn intents_of(counts: impl Strategy<Value = usize>) -> impl Strategy<Value = Intent> {
    (
        prop::sample::select(ApiVersion::ALL),
        prop_oneof![Just("Deals"), Just("Leads"), Just("Vehicles")],
        fields(),
        any::<Option<bool>>(),
        selections(counts),
    )
        .prop_map(|(version, module, fields, over_write, ids)| Intent {
            version,
            module,
            fields,
            over_write,
            ids,
        })
}

fn intents() -> impl Strategy<Value = Intent> {
    intents_of(counts())
}

fn ids_of(call: &Request) -> &[RecordId] {
    match call.selection() {
        Selection::Ids(ids) => ids,
        Selection::View { .. } => &[],
    }
}

/// What a list of calls sets: for each record and field every value, in the order of the calls.
fn effect(calls: &[Request]) -> BTreeMap<(RecordId, &str), Vec<&Value>> {
    let mut effect: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for call in calls {
        for id in ids_of(call) {
            for (name, value) in call.fields() {
                effect.entry((*id, name.as_str())).or_default().push(value);
            }
        }
    }
    effect
}

proptest! {
    #![proptest_config(config(128))]

    /// Every field of every selected record is set exactly once, to the value asked for.
    #[test]
    fn every_record_and_field_once(intent in intents()) {
        let calls = intent.calls();
        let effect = effect(&calls);
        prop_assert_eq!(effect.len(), intent.records().len() * intent.fields.len());
        for id in intent.records() {
            for (name, value) in &intent.fields {
                prop_assert_eq!(effect.get(&(id, name.as_str())), Some(&vec![value]));
            }
        }
        for call in &calls {
            prop_assert_eq!(call.version(), intent.version);
            prop_assert_eq!(call.module(), intent.module);
            prop_assert_eq!(call.over_write(), intent.over_write);
        }
    }

    /// No call exceeds a limit.
    #[test]
    fn no_call_over_a_limit(intent in intents()) {
        for call in intent.calls() {
            prop_assert!((1..=500).contains(&ids_of(&call).len()));
            let most = if intent.module == "Deals" { 3 } else { 1 };
            prop_assert!((1..=most).contains(&call.fields().len()));
        }
    }

    /// `Stage` and `Pipeline` are in the same calls of Deals.
    #[test]
    fn stage_and_pipeline_together(intent in intents()) {
        let both = |call: &Request| {
            let has = |wanted| call.fields().iter().any(|(name, _)| name == wanted);
            (has("Stage"), has("Pipeline"))
        };
        let asked = |wanted| intent.fields.iter().any(|(name, _)| name == wanted);
        if intent.module == "Deals" && asked("Stage") && asked("Pipeline") {
            for call in intent.calls() {
                let (stage, pipeline) = both(&call);
                prop_assert_eq!(stage, pipeline);
            }
        }
    }

    /// The same intent gives the same bytes.
    #[test]
    fn the_same_plan_again(intent in intents()) {
        prop_assert_eq!(intent.text(), intent.text());
    }

    /// The order of the ids decides the order of the calls and nothing else; the first appearance of
    /// an id counts.
    #[test]
    fn a_shuffled_selection_is_equivalent(intent in intents(), seed in any::<u64>()) {
        let mut shuffled = intent.clone();
        shuffled.ids.sort_by_key(|id| (id.get() ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (calls, others) = (intent.calls(), shuffled.calls());
        prop_assert_eq!(calls.len(), others.len());
        prop_assert_eq!(effect(&calls), effect(&others));

        let mut seen = BTreeSet::new();
        let first: Vec<_> = intent.ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        let groups = intent.plan().groups(Route::Ids).len();
        let planned: Vec<_> = calls.iter().step_by(groups).flat_map(ids_of).copied().collect();
        prop_assert_eq!(planned, first);
    }

    /// Fewer ids never need more calls.
    #[test]
    fn fewer_ids_no_more_calls(intent in intents(), kept in 0.0..1.0_f64) {
        let mut fewer = intent.clone();
        let mut at = 0_u32;
        fewer.ids.retain(|_| {
            at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(at) / f64::from(u32::MAX) < kept
        });
        prop_assert!(fewer.calls().len() <= intent.calls().len());
    }

    /// A plan file holds the calls of the plan, and its totals.
    #[test]
    fn a_plan_file_reads_back(intent in intents()) {
        let text = intent.text();
        let mut reader = file::Reader::new(text.as_slice()).unwrap();
        let mut calls = Vec::new();
        for (index, step) in reader.by_ref().enumerate() {
            let step = step.unwrap();
            prop_assert_eq!(step.number, index as u64 + 1);
            calls.push(step.request().unwrap().clone());
        }
        prop_assert_eq!(&calls, &intent.calls());
        let footer = reader.footer().unwrap();
        prop_assert_eq!(footer.steps, calls.len() as u64);
        prop_assert_eq!(footer.records, Some(intent.records().len() as u64));
        let duplicates = intent.ids.len() - intent.records().len();
        prop_assert_eq!(footer.duplicates, duplicates as u64);
        let names: Vec<_> = intent.fields.iter().map(|(name, _)| name.clone()).collect();
        prop_assert_eq!(&reader.header().fields, &names);
    }

    /// A byte changed, taken out or put in anywhere, and every cut, make a plan refused.
    #[test]
    fn an_edited_plan_is_refused(
        intent in intents_of(0_usize..600),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let text = intent.text();
        let at = at.index(text.len());
        check_refused(&text[..at]);
        for edited in edits(&text, at, byte) {
            check_refused(&edited);
        }
    }
}

/// The three edits of one byte at a place; fewer where an edit would leave the text as it is.
fn edits(text: &[u8], at: usize, byte: u8) -> Vec<Vec<u8>> {
    let (before, after) = text.split_at(at);
    let rest = after.get(1..).unwrap_or_default();
    let edits = [[before, &[byte], rest], [before, &[], rest], [before, &[byte], after]];
    edits.into_iter().map(|edit| edit.concat()).filter(|edited| edited != text).collect()
}

#[track_caller]
fn check_refused(text: &[u8]) {
    let error = file::verify(text).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::PlanFile), "{error}");
    assert!(error.plan_fault().is_some_and(|(line, _)| line >= 1));
}

#[test]
fn every_place_of_a_small_plan_is_protected() {
    let intent = Intent {
        version: ApiVersion::V8,
        module: "Leads",
        fields: vec![("City".to_owned(), json!("Chennai"))],
        over_write: Some(true),
        ids: vec!["7".parse().unwrap(), "8".parse().unwrap(), "7".parse().unwrap()],
    };
    let text = intent.text();
    assert!(file::verify(text.as_slice()).is_ok());
    for at in 0..text.len() {
        check_refused(&text[..at]);
        for byte in [b' ', b'\n', b'0', b'9', b'"', text[at] ^ 0x20, text[at].wrapping_add(1)] {
            for edited in edits(&text, at, byte) {
                check_refused(&edited);
            }
        }
    }
    check_refused(&[text.as_slice(), b" "].concat());
    check_refused(&[text.as_slice(), b"\n"].concat());
    check_refused(&[text.as_slice(), text.as_slice()].concat());
}

#[test]
fn the_generators_reach_every_edge() {
    let mut runner = TestRunner::deterministic();
    let (mut counts, mut split_pairs, mut repeats) = (BTreeSet::new(), 0, 0);
    for _ in 0..300 {
        let intent = intents().new_tree(&mut runner).unwrap().current();
        counts.insert(intent.records().len());
        repeats += usize::from(intent.ids.len() > intent.records().len());
        let place = |wanted| intent.fields.iter().position(|(name, _)| name == wanted);
        if let (Some(stage), Some(pipeline), "Deals") =
            (place("Stage"), place("Pipeline"), intent.module)
        {
            split_pairs += usize::from(stage / 3 != pipeline / 3);
        }
    }
    for edge in EDGES {
        assert!(counts.contains(&edge), "{edge} records");
    }
    assert!(split_pairs > 3 && repeats > 100, "{split_pairs} pairs, {repeats} repeats");
}
