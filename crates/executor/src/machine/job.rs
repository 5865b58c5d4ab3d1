//! Jobs on a view: before-images, scheduling, doubts. [`poll`] asks until the job is over.

mod poll;

use std::time::Duration;

use massup_model::catalogue::Code;
use massup_model::{JobId, JobStatus, Request, RequestError, Territory, ViewId, response};
use massup_transport::{Call, Decision, Failure, PageStart, Purpose, Response};

use super::{Machine, Next, Progress, Received, Unit, Work};
use crate::compare::MODIFIED_TIME;
use crate::entry::{Done, Doubt, Ended, Entry, Key, Sending, State};
use crate::event::{Choice, Event, Question, Stop};
use crate::options::InDoubt;
use poll::VANISHED;

/// A job on a view.
#[derive(Debug)]
pub(super) struct JobWork {
    request: Request,
    view: (ViewId, Option<Territory>),
    sending: Sending,
    stage: Stage,
    /// The wait before the next look.
    poll: Duration,
    /// Since when nothing has changed.
    since: Duration,
}

#[derive(Debug)]
enum Stage {
    /// Values before the job are read: the next page, its number, and how many records there are so far.
    Image {
        start: PageStart,
        part: u32,
        records: u64,
    },
    Send,
    Poll {
        job: JobId,
        seen: Option<JobStatus>,
    },
    Ask {
        ended: Option<Ended>,
    },
}

impl JobWork {
    fn wait(&mut self, now: Duration, most: Duration) -> Duration {
        let at = now.saturating_add(self.poll);
        self.poll = self.poll.saturating_mul(2).min(most);
        at
    }
}

impl Machine {
    pub(super) fn add_job(
        &mut self,
        key: Key,
        after: Option<u64>,
        request: Request,
        view: (ViewId, Option<Territory>),
        known: Option<State>,
    ) {
        let now = self.now.elapsed;
        let backs_up = self.backs_up();
        let fresh = || {
            let start = PageStart::Number(1);
            let image = Stage::Image { start, part: 0, records: 0 };
            if backs_up { image } else { Stage::Send }
        };
        let (mut sending, mut doubt) = (Sending::default(), None);
        let stage = match known {
            None | Some(State::Refused(_)) => fresh(),
            Some(State::Pending(kept)) => {
                sending = kept;
                Stage::Send
            }
            Some(State::Sent(kept)) => {
                sending = Sending { again: false, ..kept };
                doubt = Some((None, Doubt::Interrupted));
                Stage::Send
            }
            // A decision of an earlier run was about an earlier doubt.
            Some(State::InDoubt { sending: kept, why }) => {
                sending = Sending { again: false, ..kept };
                doubt = Some((None, why));
                Stage::Send
            }
            Some(State::Scheduled { job, again }) => {
                sending.again = again;
                Stage::Poll { job, seen: None }
            }
            Some(State::Ended(ended)) if ended.is_completed() || ended.accepted => {
                self.show(Event::JobEnded { key, ended, earlier: true });
                self.close(key.step, true);
                return;
            }
            // The server's own count says that nothing was done.
            Some(State::Ended(ended)) if ended.updated == Some(0) && !ended.again => fresh(),
            Some(State::Ended(ended)) => {
                let why = match ended.status.as_str() {
                    VANISHED => Doubt::JobVanished,
                    _ => Doubt::JobFailed,
                };
                doubt = Some((Some(ended), why));
                Stage::Send
            }
            Some(State::Done(done)) => {
                self.show(Event::CallDone { key, done, earlier: true });
                self.close(key.step, true);
                return;
            }
        };
        let poll = self.options.poll.0;
        let mut work = Box::new(JobWork { request, view, sending, stage, poll, since: now });
        let mut at = now;
        let progress = match doubt {
            Some((ended, why)) => self.job_doubt(key, &mut work, &mut at, ended, why),
            None => Progress::Goes,
        };
        let (behind, work) = (Vec::new(), Work::Job(work));
        let unit = Unit { key, after, behind, at, sent: 0, in_flight: false, asked: false, work };
        self.after_work(unit, progress);
    }

    pub(super) fn job_call(&mut self, key: Key, work: &mut JobWork) -> Result<Next, RequestError> {
        let next = |call, purpose, cost| Next { call, purpose, cost, before: Vec::new() };
        let credits = &self.options.credits;
        match &work.stage {
            Stage::Image { start, .. } => {
                let names = work.request.fields().iter().map(|(name, _)| name.as_str());
                let fields: Vec<&str> = names.chain([MODIFIED_TIME]).collect();
                let (view, territory) = work.view;
                let call = Call::page(self.version, &self.module, view, territory, &fields, start)?;
                Ok(next(call, Purpose::Read, credits.read_page))
            }
            Stage::Send | Stage::Ask { .. } => {
                let before = vec![Entry::Call(key, State::Sent(work.sending.clone()))];
                let call = Call::from(&work.request);
                Ok(Next { before, ..next(call, Purpose::Update, credits.mass_update) })
            }
            Stage::Poll { job, .. } => {
                let call = Call::status(self.version, &self.module, *job)?;
                Ok(next(call, Purpose::Status, credits.job_status))
            }
        }
    }

    pub(super) fn job_answer(
        &mut self,
        key: Key,
        work: &mut JobWork,
        at: &mut Duration,
        decision: Decision,
        received: &Received,
    ) -> Progress {
        match &work.stage {
            Stage::Image { .. } => self.job_image(key, work, decision, &received.outcome),
            Stage::Send => self.scheduled(key, work, at, decision, received),
            Stage::Poll { job, .. } => {
                let job = *job;
                self.polled(key, work, at, job, decision, received)
            }
            Stage::Ask { .. } => Progress::Goes,
        }
    }

    fn job_image(
        &mut self,
        key: Key,
        work: &mut JobWork,
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Progress {
        let Stage::Image { start, part, records } = &mut work.stage else { return Progress::Goes };
        let Some(page) = self.image_page(decision, outcome) else { return Progress::Goes };
        *records += page.records.len() as u64;
        let limit = self.options.backup.unwrap_or(0);
        if *records > limit {
            // Half of the values would restore half of the records.
            work.stage = Stage::Send;
            self.write(vec![Entry::Images(key, 0, Vec::new())]);
            self.show(Event::NoBackup { limit });
            return Progress::Goes;
        }
        self.write(vec![Entry::Images(key, *part, page.records)]);
        *part = part.saturating_add(1);
        if page.more {
            *start = page.token.map_or(PageStart::Number(part.saturating_add(1)), PageStart::Token);
        } else {
            work.stage = Stage::Send;
        }
        Progress::Goes
    }

    /// The answer to the scheduling call.
    fn scheduled(
        &mut self,
        key: Key,
        work: &mut JobWork,
        at: &mut Duration,
        decision: Decision,
        received: &Received,
    ) -> Progress {
        let now = self.now.elapsed;
        let outcome = &received.outcome;
        if received.code() == Code::AlreadyScheduled {
            if work.sending.again {
                // The call was sent again after a doubt: the job on the view is most likely that of the
                // first sending. A third one, once it is over, would do it twice.
                return self.job_doubt(key, work, at, None, Doubt::JobOnView);
            }
            self.write(vec![Entry::Call(key, State::Pending(work.sending.clone()))]);
            if now.saturating_sub(work.since) >= self.options.patience {
                self.halt(Stop::ViewBusy);
                return Progress::Goes;
            }
            *at = work.wait(now, self.options.poll.1);
            let wait = at.saturating_sub(now).as_millis();
            let milliseconds = u64::try_from(wait).unwrap_or(u64::MAX);
            let code = Code::AlreadyScheduled.as_str().to_owned();
            self.show(Event::Waiting { key, code, milliseconds });
            return Progress::Goes;
        }
        match (decision, &received.read) {
            (Decision::RetryAfter(_), _) => {
                self.write(vec![Entry::Call(key, State::Pending(work.sending.clone()))]);
                Progress::Goes
            }
            (Decision::Done, Some(read)) => {
                let response::Answer::Scheduled { job_id: job, .. } = *read else {
                    return self.job_doubt(key, work, at, None, Doubt::Unanswered);
                };
                let again = work.sending.again;
                self.write(vec![Entry::Call(key, State::Scheduled { job, again })]);
                self.show(Event::JobScheduled { key, job });
                work.stage = Stage::Poll { job, seen: None };
                work.since = now;
                work.poll = self.options.poll.0;
                *at = work.wait(now, self.options.poll.1);
                Progress::Goes
            }
            (Decision::Failed, _) => {
                let state = match self.halt_by(outcome) {
                    Some(refused) => {
                        self.show(Event::CallRefused { key, refused: refused.clone() });
                        // Only this sending is refused; an earlier one is still in doubt.
                        let again = work.sending.again;
                        if again {
                            State::Pending(work.sending.clone())
                        } else {
                            State::Refused(refused)
                        }
                    }
                    None => State::Pending(work.sending.clone()),
                };
                self.write(vec![Entry::Call(key, state)]);
                Progress::Ended { well: false }
            }
            _ => {
                let why = if outcome.is_ok() { Doubt::ServerError } else { Doubt::NoAnswer };
                self.job_doubt(key, work, at, None, why)
            }
        }
    }

    /// Nobody knows which records were updated: the policy decides.
    fn job_doubt(
        &mut self,
        key: Key,
        work: &mut JobWork,
        at: &mut Duration,
        ended: Option<Ended>,
        why: Doubt,
    ) -> Progress {
        if ended.is_none() {
            let sending = work.sending.clone();
            self.write(vec![Entry::Call(key, State::InDoubt { sending, why })]);
        }
        self.show(Event::CallInDoubt { key, records: None, why });
        work.stage = Stage::Ask { ended };
        let choice = match self.options.in_doubt {
            InDoubt::Skip => Choice::Skip,
            // Once: a second doubt about the same call is for the next run.
            InDoubt::Ask | InDoubt::Retry if work.sending.again => Choice::Later,
            InDoubt::Ask => return Progress::Asks(Question { key, records: None, why }),
            InDoubt::Retry => Choice::Retry,
        };
        self.job_decided(key, work, at, choice)
    }

    pub(super) fn job_decided(
        &mut self,
        key: Key,
        work: &mut JobWork,
        at: &mut Duration,
        choice: Choice,
    ) -> Progress {
        let Stage::Ask { ended } = &mut work.stage else { return Progress::Goes };
        match (choice, ended.take()) {
            (Choice::Retry, _) => {
                work.sending.again = true;
                work.since = self.now.elapsed;
                work.stage = Stage::Send;
                // The first sending may still be on its way.
                *at = self.now.elapsed.saturating_add(self.options.settle_after);
                Progress::Goes
            }
            (Choice::Skip, Some(ended)) => {
                let state = State::Ended(Ended { accepted: true, ..ended });
                self.write(vec![Entry::Call(key, state)]);
                Progress::Ended { well: true }
            }
            (Choice::Skip, None) => {
                let in_doubt = self.options.records.unwrap_or(0);
                let done = Done { updated: 0, failed: 0, in_doubt };
                self.totals.in_doubt += in_doubt;
                self.write(vec![Entry::Call(key, State::Done(done))]);
                Progress::Ended { well: true }
            }
            (Choice::Later, _) => Progress::Ended { well: false },
        }
    }
}
