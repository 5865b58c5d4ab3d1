//! Calls by ids: before-images, the call itself, and reading back what is in doubt.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use massup_model::catalogue::{Code, Endpoint};
use massup_model::{RecordId, Request, RequestError, Selection, limits, response};
use massup_transport::{Call, Decision, Failure, Purpose, Response};

use super::{Machine, Next, Progress, Unit, Work};
use crate::answers;
use crate::compare::{MODIFIED_TIME, holds_all, is_untouched};
use crate::entry::{Done, Doubt, Entry, Image, Key, RecordEntry, RecordOutcome, Sending, State};
use crate::event::{Choice, Event, Question, Stop};
use crate::options::InDoubt;

/// A call by ids, with all that it takes to know what became of every record.
#[derive(Debug)]
pub(super) struct IdsWork {
    /// The call as it is planned.
    request: Request,
    /// The records that are left.
    left: Vec<RecordId>,
    sending: Sending,
    /// Records as they were before the call.
    images: Vec<Image>,
    /// How often the call was sent in this run.
    sendings: u32,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Values before the call are read, those before this place are there.
    Image(usize),
    Send,
    /// The records are read back, those before this place are there.
    Settle {
        from: usize,
        read: Vec<Image>,
        why: Doubt,
    },
    /// The user is asked about these records.
    Ask {
        doubtful: Vec<RecordId>,
    },
}

impl IdsWork {
    /// All records of the call.
    pub(super) fn records(&self) -> &[RecordId] {
        match self.request.selection() {
            Selection::Ids(ids) => ids,
            Selection::View { .. } => &[],
        }
    }

    /// How it is sent, with the records that are left.
    fn sending(&self) -> Sending {
        let whole = self.left.len() == self.records().len();
        let ids = (!whole).then(|| self.left.clone());
        Sending { ids, ..self.sending.clone() }
    }

    fn entry(&self, key: Key, id: RecordId, outcome: RecordOutcome, words: (&str, &str)) -> Entry {
        let names: Vec<&str> =
            self.request.fields().iter().map(|(name, _)| name.as_str()).collect();
        Entry::Record(RecordEntry {
            key,
            id,
            outcome,
            fields: names.join(" "),
            code: words.0.to_owned(),
            message: words.1.to_owned(),
        })
    }

    fn read_fields(&self) -> Vec<&str> {
        let names = self.request.fields().iter().map(|(name, _)| name.as_str());
        names.chain([MODIFIED_TIME]).collect()
    }
}

impl Machine {
    pub(super) fn add_ids(
        &mut self,
        key: Key,
        after: Option<u64>,
        request: Request,
        ids: Vec<RecordId>,
        known: Option<State>,
        images: Vec<Image>,
    ) {
        let settle = |why| Stage::Settle { from: 0, read: Vec::new(), why };
        let fresh = || if self.backs_up() { Stage::Image(0) } else { Stage::Send };
        let mut entries = Vec::new();
        let mut at = self.now.elapsed;
        let later = at.saturating_add(self.options.settle_after);
        let (mut sending, stage) = match known {
            None | Some(State::Refused(_)) => (Sending::default(), fresh()),
            // What an earlier run left for this one is looked at with the rest.
            Some(State::Pending(sending)) if !sending.later.is_empty() => {
                (sending, settle(Doubt::Interrupted))
            }
            Some(State::Pending(sending)) => (sending, Stage::Send),
            Some(State::Sent(sending)) => {
                at = later;
                let (why, kept) = (Doubt::Interrupted, sending.clone());
                entries.push(Entry::Call(key, State::InDoubt { sending: kept, why }));
                let records = sending.ids.as_ref().unwrap_or(&ids).len() as u64;
                self.show(Event::CallInDoubt { key, records: Some(records), why });
                (sending, settle(why))
            }
            Some(State::InDoubt { sending, why }) => {
                at = later;
                (sending, settle(why))
            }
            Some(State::Done(done)) => {
                self.show(Event::CallDone { key, done, earlier: true });
                self.close(key.step, true);
                return;
            }
            // A job's states are none of a call by ids.
            Some(State::Scheduled { .. } | State::Ended(_)) => {
                let what =
                    format!("the journal has a job where step {} has a call by ids", key.step);
                self.halt(Stop::Unreadable { what });
                return;
            }
        };
        if !entries.is_empty() {
            self.write(entries);
        }
        let images = if matches!(stage, Stage::Image(_)) { Vec::new() } else { images };
        let mut left = sending.ids.take().unwrap_or(ids);
        left.append(&mut sending.later);
        let work = Box::new(IdsWork { request, left, sending, images, sendings: 0, stage });
        let mut behind = BTreeSet::new();
        for id in work.records() {
            behind.extend(self.owners.insert(*id, key));
        }
        let behind = behind.into_iter().collect();
        let work = Work::Ids(work);
        self.insert(Unit { key, after, behind, at, sent: 0, in_flight: false, asked: false, work });
    }

    /// Whether values are kept before they change.
    pub(super) fn backs_up(&self) -> bool {
        let records = self.options.records.unwrap_or(0);
        self.options.backup.is_some_and(|most| records <= most)
    }

    pub(super) fn ids_call(&mut self, key: Key, work: &mut IdsWork) -> Result<Next, RequestError> {
        match &work.stage {
            Stage::Image(from) | Stage::Settle { from, .. } => {
                let end = from.saturating_add(limits::MAX_READ_IDS).min(work.left.len());
                let ids = work.left.get(*from..end).unwrap_or_default();
                let call = Call::records(self.version, &self.module, ids, &work.read_fields())?;
                let cost = self.options.credits.other;
                Ok(Next { call, purpose: Purpose::Read, cost, before: Vec::new() })
            }
            Stage::Send | Stage::Ask { .. } => {
                let request = work.request.template().request(Selection::Ids(work.left.clone()))?;
                if work.sending.server_time.is_none() {
                    work.sending.server_time.clone_from(&self.server_time);
                }
                work.sendings = work.sendings.saturating_add(1);
                let before = vec![Entry::Call(key, State::Sent(work.sending()))];
                let cost = self.options.credits.mass_update;
                Ok(Next { call: Call::from(&request), purpose: Purpose::Update, cost, before })
            }
        }
    }

    pub(super) fn ids_answer(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Progress {
        match &work.stage {
            Stage::Image(from) => self.image_read(key, work, *from, decision, outcome),
            Stage::Settle { from, why, .. } => {
                let (from, why) = (*from, *why);
                self.settle_read(key, work, (from, why), decision, outcome)
            }
            Stage::Send => self.updated(key, work, at, decision, outcome),
            Stage::Ask { .. } => Progress::Goes,
        }
    }

    fn image_read(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        from: usize,
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Progress {
        match (decision, outcome) {
            (Decision::RetryAfter(_), _) => Progress::Goes,
            (Decision::Done, Ok(answer)) => match answers::page(&answer.body) {
                Ok(page) => {
                    work.images.extend(page.records);
                    let next = from.saturating_add(limits::MAX_READ_IDS);
                    if next < work.left.len() {
                        work.stage = Stage::Image(next);
                    } else {
                        self.write(vec![Entry::Images(key, 0, work.images.clone())]);
                        work.stage = Stage::Send;
                    }
                    Progress::Goes
                }
                Err(what) => {
                    self.halt(Stop::Unreadable { what });
                    Progress::Goes
                }
            },
            _ => {
                self.halt_by(outcome);
                Progress::Goes
            }
        }
    }

    /// The answer to the call itself.
    fn updated(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Progress {
        match (decision, outcome) {
            (Decision::RetryAfter(_), _) => {
                self.write(vec![Entry::Call(key, State::Pending(work.sending()))]);
                Progress::Goes
            }
            (Decision::Done, Ok(answer)) => self.records_answered(key, work, at, answer),
            (Decision::Failed, _) => {
                let state = match self.halt_by(outcome) {
                    Some(refused) => {
                        self.show(Event::CallRefused { key, refused: refused.clone() });
                        // What is left of a call was not refused with the rest.
                        let whole = work.left.len() == work.records().len();
                        if whole { State::Refused(refused) } else { State::Pending(work.sending()) }
                    }
                    None => State::Pending(work.sending()),
                };
                self.write(vec![Entry::Call(key, state)]);
                Progress::Ended { well: false }
            }
            _ => {
                let why = if outcome.is_ok() { Doubt::ServerError } else { Doubt::NoAnswer };
                self.doubt(key, work, at, why, Vec::new());
                Progress::Goes
            }
        }
    }

    /// The records that are left are in doubt: they are read back, a while later.
    fn doubt(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        why: Doubt,
        mut entries: Vec<Entry>,
    ) {
        entries.push(Entry::Call(key, State::InDoubt { sending: work.sending(), why }));
        self.write(entries);
        self.show(Event::CallInDoubt { key, records: Some(work.left.len() as u64), why });
        *at = self.now.elapsed.saturating_add(self.options.settle_after);
        work.stage = Stage::Settle { from: 0, read: Vec::new(), why };
    }

    /// An entry for each record came, or for some of them.
    fn records_answered(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        answer: &Response,
    ) -> Progress {
        let outcomes = match response::Answer::read(Endpoint::MassUpdate, &answer.body) {
            response::Answer::Records(outcomes) => outcomes,
            // A call by ids that schedules a job is not what any document describes.
            _ => Vec::new(),
        };
        let by_place = outcomes.len() == work.left.len();
        let mut unanswered: BTreeSet<RecordId> = work.left.iter().copied().collect();
        let mut entries = Vec::new();
        let (mut failed, mut updated, mut broken) = (0, 0, false);
        for (place, outcome) in outcomes.iter().enumerate() {
            let by_place = || work.left.get(place).copied().filter(|_| by_place);
            let Some(id) = outcome.id().or_else(by_place) else { continue };
            if matches!(outcome.code, Code::InternalError | Code::InternalServerError) {
                broken = true;
            } else if unanswered.remove(&id) {
                if outcome.is_success() {
                    updated += 1;
                    if let Some(time) = outcome.modified_time() {
                        self.learn_time(time);
                    }
                } else {
                    failed += 1;
                    let words = (outcome.code.as_str(), outcome.message.as_str());
                    entries.push(work.entry(key, id, RecordOutcome::Failed, words));
                }
            }
        }
        self.count(updated, failed);
        work.sending.failed += failed;
        if unanswered.is_empty() {
            return self.complete(key, work, entries);
        }
        work.left.retain(|id| unanswered.contains(id));
        let why = if broken { Doubt::ServerError } else { Doubt::Unanswered };
        self.doubt(key, work, at, why, entries);
        Progress::Goes
    }

    fn count(&mut self, updated: u64, failed: u64) {
        self.totals.updated += updated;
        self.totals.failed += failed;
        self.tried += updated + failed;
    }

    /// No record is left, except those that stay in doubt until the next run.
    fn complete(&mut self, key: Key, work: &mut IdsWork, mut entries: Vec<Entry>) -> Progress {
        if !work.sending.later.is_empty() {
            work.left = std::mem::take(&mut work.sending.later);
            let state = State::InDoubt { sending: work.sending(), why: Doubt::NoAnswer };
            entries.push(Entry::Call(key, state));
            self.write(entries);
            return Progress::Ended { well: false };
        }
        let Sending { failed, skipped: in_doubt, .. } = work.sending;
        let all = work.records().len() as u64;
        let done = Done { updated: all.saturating_sub(failed + in_doubt), failed, in_doubt };
        entries.push(Entry::Call(key, State::Done(done)));
        self.write(entries);
        self.show(Event::CallDone { key, done, earlier: false });
        Progress::Ended { well: true }
    }

    /// Records that were read back.
    fn settle_read(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        (from, why): (usize, Doubt),
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Progress {
        let page = match (decision, outcome) {
            (Decision::RetryAfter(_), _) => return Progress::Goes,
            (Decision::Done, Ok(answer)) => answers::page(&answer.body),
            (_, Err(_)) => {
                self.halt_by(outcome);
                return Progress::Goes;
            }
            // Whoever may not read the records back decides without.
            _ => return self.unsettled(key, work, work.left.clone(), Vec::new(), why),
        };
        let page = match page {
            Ok(page) => page,
            Err(what) => {
                self.halt(Stop::Unreadable { what });
                return Progress::Goes;
            }
        };
        let Stage::Settle { read, .. } = &mut work.stage else { return Progress::Goes };
        read.extend(page.records);
        let next = from.saturating_add(limits::MAX_READ_IDS);
        if next < work.left.len() {
            let read = std::mem::take(read);
            work.stage = Stage::Settle { from: next, read, why };
            return Progress::Goes;
        }
        let read = std::mem::take(read);
        self.settle(key, work, read, why)
    }

    /// What the records that were read back tell, compared with those from before the call:
    ///
    /// * A record that is surely unchanged since then was not updated, whatever its values are: it is
    ///   sent again.
    /// * One that was changed, or may have been, and has the values is as it should be.
    /// * One that was changed and has other values may have been updated, and changed by others
    ///   afterwards: nothing tells.
    /// * One that is not there any more has failed.
    fn settle(&mut self, key: Key, work: &mut IdsWork, read: Vec<Image>, why: Doubt) -> Progress {
        let read: BTreeMap<RecordId, Image> =
            read.into_iter().map(|record| (record.id, record)).collect();
        let images: BTreeMap<RecordId, &Image> =
            work.images.iter().map(|record| (record.id, record)).collect();
        let told = work.sending.server_time.as_deref();
        let (mut pending, mut doubtful, mut gone, mut updated) = (Vec::new(), Vec::new(), 0, 0);
        let mut entries = vec![Entry::ForgetDoubts(key, work.left.clone())];
        for id in &work.left {
            match read.get(id) {
                None => {
                    gone += 1;
                    let words = ("GONE", "the record is no longer there");
                    entries.push(work.entry(key, *id, RecordOutcome::Failed, words));
                }
                Some(record) if is_untouched(&record.fields, images.get(id).copied(), told) => {
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
