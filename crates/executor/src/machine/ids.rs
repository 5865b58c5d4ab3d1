//! Calls by ids: before-images, and the call itself.

use std::collections::BTreeSet;
use std::time::Duration;

use massup_model::catalogue::Code;
use massup_model::{RecordId, Request, RequestError, Selection, limits, response};
use massup_transport::{Call, Decision, Failure, Purpose, Response};

use super::{Machine, Next, Progress, Received, Unit, Work};
use crate::compare::MODIFIED_TIME;
use crate::entry::{Done, Doubt, Entry, Image, Key, RecordEntry, RecordOutcome, Sending, State};
use crate::event::{Event, Stop};

/// A call by ids, with all that it takes to know what became of every record.
#[derive(Debug)]
pub(super) struct IdsWork {
    /// The call as it is planned.
    pub(super) request: Request,
    /// The records that are left.
    pub(super) left: Vec<RecordId>,
    pub(super) sending: Sending,
    /// Records as they were before the call.
    pub(super) images: Vec<Image>,
    /// How often the call was sent in this run.
    pub(super) sendings: u32,
    pub(super) stage: Stage,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// Values before the call are read, those before this place are there.
    Image(usize),
    Send,
    /// The records are read back, those before this place are there. The first time after a run that was cut
    /// off is `early`: the call may still arrive, so only what it has done counts.
    Settle {
        from: usize,
        read: Vec<Image>,
        why: Doubt,
        early: bool,
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
    pub(super) fn sending(&self) -> Sending {
        let whole = self.left.len() == self.records().len();
        let ids = (!whole).then(|| self.left.clone());
        Sending { ids, ..self.sending.clone() }
    }

    pub(super) fn entry(
        &self,
        key: Key,
        id: RecordId,
        outcome: RecordOutcome,
        words: (&str, &str),
    ) -> Entry {
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
        let settle = |why, early| Stage::Settle { from: 0, read: Vec::new(), why, early };
        let backs_up = self.backs_up();
        let fresh = || if backs_up { Stage::Image(0) } else { Stage::Send };
        let mut entries = Vec::new();
        let at = self.now.elapsed;
        let (mut sending, stage) = match known {
            None | Some(State::Refused(_)) => (Sending::default(), fresh()),
            // Records that an earlier run left in doubt are settled together with the pending ones.
            Some(State::Pending(sending)) if !sending.later.is_empty() => {
                (sending, settle(Doubt::Interrupted, false))
            }
            Some(State::Pending(sending)) => (sending, Stage::Send),
            Some(State::Sent(sending)) => {
                let (why, kept) = (Doubt::Interrupted, sending.clone());
                entries.push(Entry::Call(key, State::InDoubt { sending: kept, why }));
                let records = sending.ids.as_ref().unwrap_or(&ids).len() as u64;
                self.show(Event::CallInDoubt { key, records: Some(records), why });
                (sending, settle(why, true))
            }
            Some(State::InDoubt { sending, why }) => (sending, settle(why, true)),
            Some(State::Done(done)) => {
                self.show(Event::CallDone { key, done, earlier: true });
                self.close(key.step, true);
                return;
            }
            // A call by ids never has these states.
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

    /// Whether before-images are stored. An event reports once that there are too many records.
    pub(super) fn backs_up(&mut self) -> bool {
        let Some(limit) = self.options.backup else { return false };
        let backs_up = self.options.records.unwrap_or(0) <= limit;
        if !backs_up && !self.reported_no_backup {
            self.reported_no_backup = true;
            self.show(Event::NoBackup { limit });
        }
        backs_up
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
        received: &Received,
    ) -> Progress {
        let outcome = &received.outcome;
        match &work.stage {
            Stage::Image(from) => self.image_read(key, work, *from, decision, outcome),
            Stage::Settle { .. } => self.settle_read(key, work, at, decision, outcome),
            Stage::Send => self.updated(key, work, at, decision, received),
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
        if let Some(page) = self.image_page(decision, outcome) {
            work.images.extend(page.records);
            let next = from.saturating_add(limits::MAX_READ_IDS);
            if next < work.left.len() {
                work.stage = Stage::Image(next);
            } else {
                self.write(vec![Entry::Images(key, 0, work.images.clone())]);
                work.stage = Stage::Send;
            }
        }
        Progress::Goes
    }

    /// The answer to the call itself.
    fn updated(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        decision: Decision,
        received: &Received,
    ) -> Progress {
        let outcome = &received.outcome;
        match (decision, &received.read) {
            (Decision::RetryAfter(_), _) => {
                self.write(vec![Entry::Call(key, State::Pending(work.sending()))]);
                Progress::Goes
            }
            (Decision::Done, Some(read)) => self.records_answered(key, work, at, read),
            (Decision::Failed, _) => {
                let state = match self.halt_by(outcome) {
                    Some(refused) => {
                        self.show(Event::CallRefused { key, refused: refused.clone() });
                        // Only the remaining records are refused, not the whole call.
                        let whole = work.left.len() == work.records().len();
                        // After a doubt only this sending is refused, and the first images count.
                        if whole && !work.sending.again {
                            State::Refused(refused)
                        } else {
                            State::Pending(work.sending())
                        }
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
        work.stage = Stage::Settle { from: 0, read: Vec::new(), why, early: false };
    }

    /// An entry for each record came, or for some of them.
    fn records_answered(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        at: &mut Duration,
        read: &response::Answer,
    ) -> Progress {
        let outcomes = match read {
            response::Answer::Records(outcomes) => outcomes.as_slice(),
            // No document describes another answer to a call by ids.
            _ => &[],
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

    pub(super) fn count(&mut self, updated: u64, failed: u64) {
        self.totals.updated += updated;
        self.totals.failed += failed;
        self.tried += updated + failed;
    }

    /// No record is left, except those that stay in doubt until the next run.
    pub(super) fn complete(
        &mut self,
        key: Key,
        work: &mut IdsWork,
        mut entries: Vec<Entry>,
    ) -> Progress {
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
}
