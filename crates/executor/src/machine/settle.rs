//! Calls by ids in doubt: their records are read back and compared, then the policy decides.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use massup_model::{RecordId, limits};
use massup_transport::{Decision, Failure, Response};

use super::ids::{IdsWork, Stage};
use super::{Machine, Progress};
use crate::answers;
use crate::compare::{holds_all, is_untouched};
use crate::entry::{Doubt, Entry, Image, Key, RecordOutcome, State};
use crate::event::{Choice, Event, Question, Stop};
use crate::options::InDoubt;
use crate::report::GONE;

impl Machine {
    /// Records that were read back.
    pub(super) fn settle_read(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Progress {
        let Stage::Settle { why, early, .. } = work.stage else { return Progress::Goes };
        let page = match (decision, outcome) {
            (Decision::RetryAfter(_), _) => return Progress::Goes,
            (Decision::Done, Ok(answer)) => answers::page(&answer.body),
            (_, Err(_)) => {
                self.halt_by(outcome);
                return Progress::Goes;
            }
            // Without the permission to read records, only the policy can decide.
            _ if early => return self.settle_early(key, work, at, &[], why),
            _ => return self.unsettled(key, work, work.left.clone(), Vec::new(), why),
        };
        let Some(page) = self.readable(page) else { return Progress::Goes };
        let Stage::Settle { from, read, .. } = &mut work.stage else { return Progress::Goes };
        read.extend(page.records);
        *from = from.saturating_add(limits::MAX_READ_IDS);
        if *from < work.left.len() {
            return Progress::Goes;
        }
        let read = std::mem::take(read);
        if early {
            return self.settle_early(key, work, at, &read, why);
        }
        self.settle(key, work, read, why)
    }

    /// Takes the records that have been updated as done. The others are read once more, when the call cannot
    /// arrive any more.
    fn settle_early(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        read: &[Image],
        why: Doubt,
    ) -> Progress {
        let images: BTreeMap<RecordId, &Image> =
            work.images.iter().map(|record| (record.id, record)).collect();
        let server_time = work.sending.server_time.as_deref();
        let is_updated = |record: &&Image| {
            let before = images.get(&record.id).copied();
            !is_untouched(&record.fields, before, server_time)
                && holds_all(&record.fields, &work.request)
        };
        let updated: BTreeSet<RecordId> =
            read.iter().filter(is_updated).map(|record| record.id).collect();
        let entries = vec![Entry::ForgetDoubts(key, updated.iter().copied().collect())];
        work.left.retain(|id| !updated.contains(id));
        let (updated, left) = (updated.len() as u64, work.left.len() as u64);
        self.count(updated, 0);
        if left == 0 {
            self.show(Event::Settled { key, updated, pending: 0, gone: 0, in_doubt: 0 });
            return self.complete(key, work, entries);
        }
        let wait = self.options.settle_after;
        *at = self.now.elapsed.saturating_add(wait);
        let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.show(Event::NotYetSettled { key, updated, left, milliseconds });
        work.stage = Stage::Settle { from: 0, read: Vec::new(), why, early: false };
        if updated > 0 {
            let state = State::InDoubt { sending: work.sending(), why };
            self.write([entries, vec![Entry::Call(key, state)]].concat());
        }
        Progress::Goes
    }

    /// Compares the records with what is known from before the call:
    ///
    /// * A record that is certainly unchanged was not updated, whatever its values are: it is sent again.
    /// * A record that may have changed, and has the values, is done.
    /// * A record that may have changed, and has other values, remains in doubt: the call may have
    ///   updated it before somebody else did.
    /// * A missing record has failed.
    fn settle(&mut self, key: Key, work: &mut IdsWork, read: Vec<Image>, why: Doubt) -> Progress {
        let read: BTreeMap<RecordId, Image> =
            read.into_iter().map(|record| (record.id, record)).collect();
        let images: BTreeMap<RecordId, &Image> =
            work.images.iter().map(|record| (record.id, record)).collect();
        let server_time = work.sending.server_time.as_deref();
        let (mut pending, mut doubtful, mut gone, mut updated) = (Vec::new(), Vec::new(), 0, 0);
        let mut entries = vec![Entry::ForgetDoubts(key, work.left.clone())];
        for id in &work.left {
            match read.get(id) {
                None => {
                    gone += 1;
                    let words = (GONE, "the record is no longer there");
                    entries.push(work.entry(key, *id, RecordOutcome::Failed, words));
                }
                Some(record)
                    if is_untouched(&record.fields, images.get(id).copied(), server_time) =>
                {
                    pending.push(*id);
                }
                Some(record) if holds_all(&record.fields, &work.request) => updated += 1,
                Some(_) => doubtful.push(*id),
            }
        }
        self.count(updated, gone);
        work.sending.failed += gone;
        let [pending_records, in_doubt] = [pending.len(), doubtful.len()].map(|n| n as u64);
        self.show(Event::Settled { key, updated, pending: pending_records, gone, in_doubt });
        work.left = pending;
        self.unsettled(key, work, doubtful, entries, why)
    }

    /// Records stay in doubt: the policy decides.
    fn unsettled(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        doubtful: Vec<RecordId>,
        mut entries: Vec<Entry>,
        why: Doubt,
    ) -> Progress {
        work.left.retain(|id| !doubtful.contains(id));
        let choice = match self.options.in_doubt {
            InDoubt::Retry => Choice::Retry,
            InDoubt::Skip => Choice::Skip,
            InDoubt::Ask if doubtful.is_empty() => Choice::Retry,
            InDoubt::Ask => {
                // Until there is an answer, all that is left is in doubt.
                let mut sending = work.sending();
                sending.ids = Some(work.left.iter().chain(&doubtful).copied().collect());
                entries.push(Entry::Call(key, State::InDoubt { sending, why }));
                self.write(entries);
                let records = Some(doubtful.len() as u64);
                work.stage = Stage::Ask { doubtful };
                return Progress::Asks(Question { key, records, why });
            }
        };
        self.choose(key, work, doubtful, entries, choice)
    }

    pub(super) fn ids_decided(&mut self, key: Key, work: &mut IdsWork, choice: Choice) -> Progress {
        let Stage::Ask { doubtful } = &mut work.stage else { return Progress::Goes };
        let doubtful = std::mem::take(doubtful);
        self.choose(key, work, doubtful, Vec::new(), choice)
    }

    fn choose(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        doubtful: Vec<RecordId>,
        mut entries: Vec<Entry>,
        choice: Choice,
    ) -> Progress {
        work.stage = Stage::Send;
        let records = doubtful.len() as u64;
        if choice == Choice::Retry {
            work.sending.again |= !doubtful.is_empty();
            work.left.extend(doubtful);
        } else {
            self.totals.in_doubt += records;
            for id in &doubtful {
                let words = ("", "the call may or may not have been carried out");
                entries.push(work.entry(key, *id, RecordOutcome::InDoubt, words));
            }
            if choice == Choice::Skip {
                work.sending.skipped += records;
            } else {
                work.sending.later.extend(doubtful);
            }
        }
        if work.left.is_empty() {
            return self.complete(key, work, entries);
        }
        entries.push(Entry::Call(key, State::Pending(work.sending())));
        self.write(entries);
        if work.sendings >= self.options.backoff.calls {
            let what = format!("the server has answered none of {} sendings", work.sendings);
            self.halt(Stop::Unreachable { what });
        }
        Progress::Goes
    }
}
