//! The laws, held against the journal and the server when all is over.

use std::collections::{BTreeMap, BTreeSet};

use massup_executor::entry::{Identity, Key, RecordEntry, RecordOutcome, State};
use massup_executor::event::Event;
use massup_executor::rollback::Rollback;
use massup_executor::verify::{Verified, verify};
use massup_executor::{Ahead, InDoubt, Journal, Memory, Options, ReadBack, Report, Run};
use massup_model::{ApiVersion, RecordId, Selection};
use massup_planner::{Action, file};

use crate::process::{Watch, World};
use crate::scenario::{Kind, Scenario, identity};
use crate::world::{Direct, FIELDS, MODULE, id};

impl World {
    pub(crate) fn judge<J: Journal>(&mut self, journal: &mut J) {
        self.hold_laws(journal);
        self.hold_report(journal);
        if self.scenario.options.backup.is_some() {
            self.hold_rollback(journal);
        }
    }

    /// What the report and a verification say is what was found one by one.
    fn hold_report<J: Journal>(&mut self, journal: &mut J) {
        let report = Report::of(journal).unwrap();
        let records = all_records(journal);
        let in_doubt =
            records.iter().filter(|r| r.outcome == RecordOutcome::InDoubt).count() as u64;
        assert_eq!(report.in_doubt, in_doubt);
        let (calls, steps) =
            (all_calls(journal).len() as u64, self.scenario.steps.iter().cloned().map(Ok));
        let ahead = Ahead::of(steps, journal).unwrap();
        let planned = match self.scenario.kind {
            Kind::Frozen => self.scenario.set.len() as u64 * self.scenario.records.div_ceil(500),
            Kind::Ids | Kind::Jobs => self.scenario.steps.len() as u64,
        };
        assert_eq!((calls + ahead.calls, ahead.reads), (planned, 0));
        if self.scenario.kind == Kind::Jobs {
            return;
        }
        assert_eq!(report.failed, (records.len() as u64) - in_doubt);
        assert!(report.errors.iter().all(|error| error.cure.is_some()));
        let direct = Direct(&self.scenario.server.emulator);
        let reader = ReadBack::new(&direct, ApiVersion::V8, MODULE, 1);
        let steps = self.scenario.steps.iter().cloned().map(Ok);
        let mut found = BTreeSet::new();
        let verified = verify(steps, journal, &reader, |difference| {
            found.insert(difference.id);
        });
        let Verified { matched, differs, gone, .. } = verified.unwrap();
        assert_eq!((matched + differs, gone), (report.updated, 0));
        assert!(found.iter().all(|id| self.scenario.server.meddled.contains_key(id)));
    }

    /// The way back leads to where the run came from, but for what others have changed.
    fn hold_rollback<J: Journal>(&mut self, journal: &mut J) {
        let emulator = &self.scenario.server.emulator;
        let direct = Direct(emulator);
        let reader = ReadBack::new(&direct, ApiVersion::V8, MODULE, 1);
        let steps = self.scenario.steps.iter().cloned().map(Ok);
        let rollback = Rollback::of(steps, journal, &reader).unwrap();
        for left in &rollback.left {
            assert!(self.scenario.server.meddled.contains_key(&left.id), "{left:?}");
        }
        let fields = self.scenario.before.keys().cloned();
        let is_theirs =
            |(id, field): &(RecordId, String)| self.scenario.server.value(*id, field) == "theirs";
        let theirs: BTreeSet<(RecordId, String)> = fields.filter(is_theirs).collect();
        emulator.advance(10);
        for plan in &rollback.plans {
            let mut text = Vec::new();
            plan.write(&mut text).unwrap();
            let (_, footer) = file::verify(text.as_slice()).unwrap();
            let mut journal = Memory::new(Identity { plan: footer.digest, ..identity() });
            let steps = file::Reader::new(text.as_slice()).unwrap();
            let options = Options { concurrency: 2, ..Options::default() };
            let mut watch = Watch::default();
            let outcome =
                Run::new(options).apply(steps, &direct, &mut journal, &mut watch).unwrap();
            assert_eq!((outcome.stop, outcome.totals.failed), (None, 0));
        }
        for ((id, field), before) in &self.scenario.before {
            let is_meddled = field == FIELDS[0] && self.scenario.server.meddled.contains_key(id);
            let value = self.scenario.server.value(*id, field);
            assert!(is_meddled || value == *before, "{id} {field} is not restored");
            let is_theirs = theirs.contains(&(*id, field.clone()));
            assert!(!is_theirs || value == "theirs", "{id} {field} of others is changed");
        }
    }

    fn hold_laws<J: Journal>(&mut self, journal: &mut J) {
        let (calls, records) = (all_calls(journal), all_records(journal));
        let Scenario { kind, records: count, set, steps, options, server, .. } = &self.scenario;
        let by_record: BTreeMap<(Key, RecordId), &RecordEntry> =
            records.iter().map(|record| ((record.key, record.id), record)).collect();
        let updated = server.updates_by_record();
        let retries = options.in_doubt == InDoubt::Retry;
        // Each record and field.
        for step in steps {
            let Some((field, wanted)) = step.fields().first() else { continue };
            let selection = match &step.action {
                Action::Update(request) => Some(request.selection()),
                _ => None,
            };
            let ids: Vec<(Key, RecordId)> = match selection {
                Some(Selection::Ids(ids)) => {
                    let key = Key { step: step.number, part: 0 };
                    ids.iter().map(|id| (key, *id)).collect()
                }
                None => (0..*count)
                    .map(|n| {
                        (Key { step: step.number, part: u32::try_from(n / 500).unwrap() }, id(n))
                    })
                    .collect(),
                Some(Selection::View { .. }) => {
                    (0..*count).map(|n| (Key { step: step.number, part: 0 }, id(n))).collect()
                }
            };
            for (key, id) in ids {
                let value = server.value(id, field);
                let old = &self.scenario.before[&(id, field.clone())];
                let refuses = self.scenario.refuses.contains(&id);
                if field == FIELDS[0] && server.meddled.contains_key(&id) {
                    continue;
                }
                match (calls.get(&key), by_record.get(&(key, id))) {
                    (Some(State::Done(_)), None) if *kind != Kind::Jobs => {
                        // Without an image, a record read back with the value may have had it before.
                        let had = old == wanted && options.backup.is_none();
                        assert!(!refuses || had, "{id} refuses, and is called updated");
                        assert_eq!(value, *wanted, "{id} {field} is called updated");
                    }
                    (Some(State::Done(_)), Some(entry))
                        if entry.outcome == RecordOutcome::Failed =>
                    {
                        assert!(refuses, "{id} is called failed: {entry:?}");
                        assert_eq!(value, *old);
                    }
                    (Some(State::Ended(ended)), _) if ended.is_completed() => {
                        let expected = if refuses { old } else { wanted.as_str().unwrap() };
                        assert_eq!(value, expected, "{id} {field} of a job");
                    }
                    // Reported to be in doubt, by the user's decision or not.
                    (Some(State::Done(_) | State::InDoubt { .. } | State::Ended(_)), _) => {
                        assert!(value == *old || value == *wanted);
                    }
                    (state, _) => {
                        // A chain that waits for a decision does not go on.
                        assert!(
                            *kind == Kind::Jobs && options.in_doubt != InDoubt::Skip || *count == 0,
                            "{key:?} {id}: {state:?}"
                        );
                    }
                }
                if retries && *kind != Kind::Jobs && !refuses {
                    assert_eq!(value, *wanted, "{id} {field}");
                }
            }
        }
        // Nothing is done twice, unless the user says so.
        for (id, times) in &updated {
            let most = set.len() as u64;
            assert!(retries || *times <= most, "{id} was updated {times} times for {most} fields");
        }
        // No more calls than are planned, but for those whose records were read back.
        let settled = self.watch.events.iter();
        let again =
            settled.filter(|event| matches!(event, Event::Settled { pending, .. } if *pending > 0));
        let planned = match kind {
            Kind::Frozen => set.len() as u64 * count.div_ceil(500),
            _ => steps.len() as u64,
        };
        let most = planned + again.count() as u64;
        if !retries && *kind != Kind::Jobs {
            assert!(server.updates <= most, "{} calls for {most}", server.updates);
        }
    }
}

fn all_records<J: Journal>(journal: &mut J) -> Vec<RecordEntry> {
    let mut all: Vec<RecordEntry> = Vec::new();
    loop {
        let after = all.last().map(|record| (record.key, record.id));
        let more = journal.records_after(after, 7).unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

fn all_calls<J: Journal>(journal: &mut J) -> BTreeMap<Key, State> {
    let mut all = BTreeMap::new();
    loop {
        let after = all.last_key_value().map(|(key, _)| *key);
        let more = journal.calls_after(after, 5).unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}
