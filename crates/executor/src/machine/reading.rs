//! Reading the ids of a view: page by page, or by bulk read jobs.

use std::time::Duration;

use massup_model::catalogue::Code;
use massup_model::limits::MAX_PAGED_RECORDS;
use massup_model::{JobId, RecordId, RequestError, limits};
use massup_planner::{IdSet, Read};
use massup_transport::{Call, Decision, PageStart, Purpose, Response};

use super::{Machine, Next, Progress, Received, Unit, Work};
use crate::answers::{self, Bulk, Page};
use crate::entry::{Entry, Key, ReadState};
use crate::event::{Event, Stop};

/// The reading of the ids of a view.
#[derive(Debug)]
pub(super) struct ReadWork {
    read: Read,
    stage: Stage,
    seen: IdSet,
    /// Ids that are not written yet.
    kept: Vec<RecordId>,
    parts: u32,
    records: u64,
    /// The wait before the next look at a bulk read, and since when it is waited for.
    poll: Duration,
    since: Duration,
    /// It has begun again once: a second time it would for ever.
    begun_again: bool,
}

/// What answers a page token that is of no use any more.
const STALE_TOKENS: [&str; 2] = ["EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH"];

#[derive(Debug)]
enum Stage {
    Page { start: PageStart, number: u32 },
    BulkCreate { page: u32 },
    BulkState { page: u32, job: JobId },
    BulkResult { page: u32, job: JobId, more: bool },
}

impl ReadWork {
    fn new(read: Read, bulk: bool, poll: Duration) -> Self {
        let stage = if bulk {
            Stage::BulkCreate { page: 1 }
        } else {
            Stage::Page { start: PageStart::Number(1), number: 1 }
        };
        let (seen, kept, since) = (IdSet::default(), Vec::new(), Duration::ZERO);
        Self { read, stage, seen, kept, parts: 0, records: 0, poll, since, begun_again: false }
    }
}

impl Machine {
    pub(super) fn add_read(
        &mut self,
        key: Key,
        after: Option<u64>,
        read: Read,
        known: Option<ReadState>,
    ) {
        if let Some(ReadState::Done { records, parts }) = known {
            self.show(Event::IdsRead { step: key.step, records, done: true });
            self.options.records = Some(records);
            self.close(key.step, true);
            self.parts_known(key.step, parts);
            return;
        }
        // Nothing was updated by ids of a reading that was cut off, so it begins again.
        self.write(vec![Entry::Read(key.step, ReadState::Begun)]);
        let bulk = read.is_bulk();
        let work = Work::Read(Box::new(ReadWork::new(read, bulk, self.options.poll.0)));
        let (behind, at) = (Vec::new(), self.now.elapsed);
        self.insert(Unit { key, after, behind, at, sent: 0, in_flight: false, asked: false, work });
    }

    fn parts_known(&mut self, step: u64, parts: u32) {
        for spread in self.spreads.iter_mut().filter(|spread| spread.from == step) {
            spread.parts = Some(parts);
        }
    }

    pub(super) fn read_call(&mut self, work: &mut ReadWork) -> Result<Next, RequestError> {
        let Read { view, territory, .. } = work.read;
        let credits = &self.options.credits;
        let (call, purpose, cost) = match &work.stage {
            Stage::Page { start, .. } => {
                let call = Call::page(self.version, &self.module, view, territory, &[], start)?;
                (call, Purpose::Read, credits.read_page)
            }
            Stage::BulkCreate { page } => {
                let call = Call::bulk_read(self.version, &self.module, view, *page)?;
                (call, Purpose::Read, credits.bulk_read)
            }
            Stage::BulkState { job, .. } => {
                (Call::bulk_status(self.version, *job), Purpose::Read, credits.job_status)
            }
            Stage::BulkResult { job, .. } => {
                (Call::bulk_result(self.version, *job), Purpose::Download, credits.other)
            }
        };
        Ok(Next { call, purpose, cost, before: Vec::new() })
    }

    pub(super) fn read_answer(
        &mut self,
        key: Key,
        work: &mut ReadWork,
        at: &mut Duration,
        decision: Decision,
        received: &Received,
    ) -> Progress {
        let outcome = &received.outcome;
        let answer = match (decision, outcome) {
            (Decision::RetryAfter(_), _) => return Progress::Goes,
            (Decision::Done, Ok(answer)) => answer,
            // A page token that has run out, say.
            (Decision::Failed, Ok(_)) if self.begins_again(work, &received.code()) => {
                self.write(vec![Entry::Read(key.step, ReadState::Begun)]);
                return Progress::Goes;
            }
            _ => {
                self.halt_by(outcome);
                return Progress::Goes;
            }
        };
        match self.understand(key, work, at, answer) {
            Ok(progress) => progress,
            Err(what) => {
                self.halt(Stop::Unreadable { what });
                Progress::Goes
            }
        }
    }

    fn begins_again(&self, work: &mut ReadWork, code: &Code) -> bool {
        let begun_again = work.begun_again;
        let is_stale = matches!(code,
            Code::Unknown(code) if STALE_TOKENS.contains(&code.as_str()));
        if is_stale && !begun_again {
            let bulk = work.read.is_bulk();
            *work = ReadWork::new(work.read.clone(), bulk, self.options.poll.0);
            work.begun_again = true;
        }
        is_stale && !begun_again
    }

    fn understand(
        &mut self,
        key: Key,
        work: &mut ReadWork,
        at: &mut Duration,
        answer: &Response,
    ) -> Result<Progress, String> {
        let now = self.now.elapsed;
        match &work.stage {
            Stage::Page { number, .. } => {
                let number = number.saturating_add(1);
                let Page { records, more, token } = answers::page(&answer.body)?;
                self.keep(key, work, records.into_iter().map(|record| record.id));
                if !more {
                    return Ok(self.all_read(key, work));
                }
                if work.records >= MAX_PAGED_RECORDS {
                    return Ok(self.too_many_for_pages(key, work));
                }
                let start = token.map_or(PageStart::Number(number), PageStart::Token);
                work.stage = Stage::Page { start, number };
            }
            Stage::BulkCreate { page } => {
                let job = answers::bulk_created(&answer.body)?;
                work.stage = Stage::BulkState { page: *page, job };
                (work.since, work.poll) = (now, self.options.poll.0);
                *at = now.saturating_add(work.poll);
            }
            Stage::BulkState { page, job } => match answers::bulk_state(&answer.body)? {
                Bulk::Completed { more } => {
                    work.stage = Stage::BulkResult { page: *page, job: *job, more };
                }
                Bulk::Failed => return Err("a bulk read has failed".to_owned()),
                Bulk::Working => {
                    if now.saturating_sub(work.since) >= self.options.patience {
                        self.halt(Stop::JobStalled { job: *job });
                    }
                    work.poll = work.poll.saturating_mul(2).min(self.options.poll.1);
                    *at = now.saturating_add(work.poll);
                }
            },
            Stage::BulkResult { page, more, .. } => {
                let (page, more) = (page.saturating_add(1), *more);
                let ids = answers::archived_ids(&answer.body)?;
                self.keep(key, work, ids.into_iter());
                if !more {
                    return Ok(self.all_read(key, work));
                }
                work.stage = Stage::BulkCreate { page };
            }
        }
        Ok(Progress::Goes)
    }

    /// Keeps ids that are new, and writes them 500 at a time.
    fn keep(&mut self, key: Key, work: &mut ReadWork, ids: impl Iterator<Item = RecordId>) {
        for id in ids {
            if !work.seen.insert(id) {
                continue;
            }
            work.records += 1;
            work.kept.push(id);
            if work.kept.len() == limits::MAX_IDS {
                self.write_part(key, work);
            }
        }
        let Key { step, .. } = key;
        self.show(Event::IdsRead { step, records: work.records, done: false });
    }

    fn write_part(&mut self, key: Key, work: &mut ReadWork) {
        let part = Key { step: key.step, part: work.parts };
        self.write(vec![Entry::Ids(part, std::mem::take(&mut work.kept))]);
        work.parts = work.parts.saturating_add(1);
    }

    fn all_read(&mut self, key: Key, work: &mut ReadWork) -> Progress {
        if !work.kept.is_empty() {
            self.write_part(key, work);
        }
        let (records, parts) = (work.records, work.parts);
        self.options.records = Some(records);
        self.write(vec![Entry::Read(key.step, ReadState::Done { records, parts })]);
        self.show(Event::IdsRead { step: key.step, records, done: true });
        self.parts_known(key.step, parts);
        Progress::Ended { well: true }
    }

    fn too_many_for_pages(&mut self, key: Key, work: &mut ReadWork) -> Progress {
        if work.read.territory.is_some() {
            self.halt(Stop::TooManyToRead);
        } else {
            self.write(vec![Entry::Read(key.step, ReadState::Begun)]);
            *work = ReadWork::new(work.read.clone(), true, self.options.poll.0);
        }
        Progress::Goes
    }
}
