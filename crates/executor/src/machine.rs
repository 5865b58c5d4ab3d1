//! The state machine of a run: inputs in, commands out; no I/O, no clock, no threads.
//!
//! The driver polls commands until there are none, executes them in order, and returns the results as
//! inputs. A command that writes the journal precedes the call that it protects.

mod command;
mod feed;
mod ids;
mod job;
mod pace;
mod reading;
mod sending;
mod settle;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use massup_model::catalogue::{Code, Endpoint};
use massup_model::{ApiVersion, RecordId, response};
use massup_transport::{Decision, Failure, Response};

use crate::answers::{self, Page};
use crate::entry::{Entry, Key, Refused};
use crate::event::{Choice, Event, Question, Stop, Totals};
use crate::options::Options;
pub use command::{Command, Input, Now, Received};
use feed::Spread;
use ids::IdsWork;
use job::JobWork;
use pace::Pace;
use reading::ReadWork;
use sending::{Flight, Next, Prepared};

/// The state machine of a run. See the [module](self).
#[derive(Debug)]
pub struct Machine {
    options: Options,
    version: ApiVersion,
    module: String,
    now: Now,
    out: VecDeque<Command>,
    plan_ended: bool,
    /// Steps that have not ended, and steps that did not end successfully.
    open: BTreeSet<u64>,
    bad: BTreeSet<u64>,
    spreads: VecDeque<Spread>,
    units: BTreeMap<Key, Unit>,
    /// The last unit that updates each record.
    owners: HashMap<RecordId, Key>,
    flights: BTreeMap<u64, Flight>,
    /// Calls that are sent as soon as there is room; the first `safe` of them are in the journal.
    prepared: VecDeque<Prepared>,
    safe: usize,
    next_flight: u64,
    pace: Pace,
    chance: u64,
    totals: Totals,
    /// Records that were attempted in this run.
    tried: u64,
    credits_left: Option<u64>,
    /// The newest server time seen in an answer.
    server_time: Option<String>,
    /// The event about missing before-images was sent.
    reported_no_backup: bool,
    stop: Option<Stop>,
    finished: bool,
}

/// Something under way: a call by ids, a job, or the reading of ids, with all calls that it takes.
#[derive(Debug)]
struct Unit {
    key: Key,
    /// The step that must have ended well.
    after: Option<u64>,
    /// Units that update the same records and precede this one.
    behind: Vec<Key>,
    /// Not before this time.
    at: Duration,
    /// How often the present call was sent.
    sent: u32,
    /// Its call is under way, or prepared.
    in_flight: bool,
    /// Waits for a decision of the user.
    asked: bool,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Ids(Box<IdsWork>),
    Job(Box<JobWork>),
    Read(Box<ReadWork>),
}

impl Machine {
    /// Creates a machine for a plan of this API version and module.
    pub fn new(options: Options, version: ApiVersion, module: &str) -> Self {
        let pace = Pace::new(options.concurrency, options.rate);
        let chance = options.seed | 1;
        Self {
            options,
            version,
            module: module.to_owned(),
            now: Now::default(),
            out: VecDeque::new(),
            plan_ended: false,
            open: BTreeSet::new(),
            bad: BTreeSet::new(),
            spreads: VecDeque::new(),
            units: BTreeMap::new(),
            owners: HashMap::new(),
            flights: BTreeMap::new(),
            prepared: VecDeque::new(),
            safe: 0,
            next_flight: 0,
            pace,
            chance,
            totals: Totals::default(),
            tried: 0,
            credits_left: None,
            server_time: None,
            reported_no_backup: false,
            stop: None,
            finished: false,
        }
    }

    /// The totals so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Why no more calls are begun, if the run is stopping.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// The step that reads the ids of an updating step.
    pub(crate) fn source_of(&self, step: u64) -> u64 {
        let spread = self.spreads.iter().find(|spread| spread.step == step);
        spread.map_or(0, |spread| spread.from)
    }

    /// The number of calls in progress.
    pub fn under_way(&self) -> usize {
        self.flights.len()
    }

    /// The next command; `None` until an answer arrives or the time of [`wake_at`](Self::wake_at) has come.
    pub fn poll(&mut self, now: Now) -> Option<Command> {
        self.now = now;
        if let Some(command) = self.out.pop_front() {
            return Some(command);
        }
        if self.finished {
            return None;
        }
        if self.stop.is_none() && self.options.stop_at.is_some_and(|at| now.wall >= at) {
            self.halt(Stop::StopAt);
            return self.out.pop_front();
        }
        self.block();
        if let Some(command) = self.out.pop_front() {
            return Some(command);
        }
        if self.stop.is_some() {
            return self.flights.is_empty().then(|| self.finish()).flatten();
        }
        if let Some(command) = self.feed() {
            return Some(command);
        }
        if self.plan_ended && self.units.is_empty() && self.spreads.is_empty() {
            return self.finish();
        }
        self.advance();
        self.out.pop_front()
    }

    /// When to poll again if no answer arrives, as [`Now::elapsed`].
    pub fn wake_at(&self) -> Option<Duration> {
        if self.finished || self.stop.is_some() {
            return None;
        }
        let units = self.units.values().filter(|unit| self.may_begin(unit)).map(|unit| unit.at);
        let prepared = (!self.prepared.is_empty()).then_some(Duration::ZERO);
        let unit = units.chain(prepared).min().filter(|_| self.pace.has_room(self.flights.len()));
        let unit = unit.map(|at| at.max(self.pace.from()));
        let stop = self.options.stop_at.map(|at| {
            let left = Duration::from_millis(at.saturating_sub(self.now.wall));
            self.now.elapsed.saturating_add(left)
        });
        unit.into_iter().chain(stop).min()
    }

    /// Processes an input.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.now = now;
        match input {
            Input::Step { step, call, read, images } => self.add_step(step, call, read, images),
            Input::PlanEnded => self.plan_ended = true,
            Input::Part { key, ids, call, images } => self.add_part(key, ids, call, images),
            Input::Answer { id, received } => self.answer(id, &received),
            Input::Decided { key, choice } => self.decided(key, choice),
            Input::Stop => self.halt(Stop::Asked),
        }
    }

    fn finish(&mut self) -> Option<Command> {
        self.finished = true;
        self.withdraw();
        self.show(Event::Finished { totals: self.totals, stop: self.stop.clone() });
        self.out.push_back(Command::Finish);
        self.out.pop_front()
    }

    fn show(&mut self, event: Event) {
        self.out.push_back(Command::Show(event));
    }

    fn write(&mut self, entries: Vec<Entry>) {
        self.out.push_back(Command::Write(entries));
    }

    /// Stops the run: no more calls are begun.
    fn halt(&mut self, why: Stop) {
        if self.stop.is_none() {
            self.stop = Some(why.clone());
            self.show(Event::Stopping { why });
        }
    }

    fn insert(&mut self, unit: Unit) {
        self.units.insert(unit.key, unit);
    }

    fn answer(&mut self, id: u64, received: &Received) {
        let Received { outcome, read } = received;
        let Some(Flight { key, purpose, begun }) = self.flights.remove(&id) else { return };
        self.pace.call_took(self.now.elapsed.saturating_sub(begun));
        let Some(mut unit) = self.units.remove(&key) else { return };
        unit.in_flight = false;
        if let Ok(answer) = outcome
            && let Some(left) = answer.credits_remaining
            && self.credits_left != Some(left)
        {
            self.credits_left = Some(left);
            self.show(Event::Credits { left });
        }
        let chance = self.next_chance();
        let Self { options, version, .. } = &*self;
        let decision = options.backoff.decide_read(
            purpose,
            *version,
            outcome,
            read.as_ref(),
            unit.sent,
            chance,
        );
        let code = received.code();
        let too_many = matches!(code, Code::TooManyRequests)
            || outcome.as_ref().is_ok_and(|answer| answer.status == 429);
        match decision {
            Decision::RetryAfter(wait) if too_many => self.pace.too_many(self.now.elapsed, wait),
            _ => self.pace.answered(self.now.elapsed),
        }
        if let Decision::RetryAfter(wait) = decision
            && code != Code::AlreadyScheduled
        {
            unit.at = self.now.elapsed.saturating_add(wait);
            let milliseconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            let code = code.as_str().to_owned();
            self.show(Event::Waiting { key, code, milliseconds });
        } else if matches!(decision, Decision::Done | Decision::Failed) {
            unit.sent = 0;
        }
        let ended = match &mut unit.work {
            Work::Ids(work) => self.ids_answer(key, work, &mut unit.at, decision, received),
            Work::Job(work) => self.job_answer(key, work, &mut unit.at, decision, received),
            Work::Read(work) => self.read_answer(key, work, &mut unit.at, decision, received),
        };
        self.after_work(unit, ended);
    }

    fn decided(&mut self, key: Key, choice: Choice) {
        let Some(mut unit) = self.units.remove(&key) else { return };
        unit.asked = false;
        let ended = match &mut unit.work {
            Work::Ids(work) => self.ids_decided(key, work, choice),
            Work::Job(work) => self.job_decided(key, work, &mut unit.at, choice),
            Work::Read(_) => Progress::Goes,
        };
        unit.sent = 0;
        self.after_work(unit, ended);
    }

    fn after_work(&mut self, mut unit: Unit, progress: Progress) {
        let key = unit.key;
        match progress {
            Progress::Goes => {
                self.units.insert(key, unit);
            }
            Progress::Asks(question) => {
                unit.asked = true;
                self.units.insert(key, unit);
                self.out.push_back(Command::Ask(question));
            }
            Progress::Ended { well } => {
                self.units.insert(key, unit);
                self.end(key, well);
            }
        }
        let (failed, tried) = (self.totals.failed, self.tried);
        if self.options.max_failures.is_some_and(|most| most.is_exceeded(failed, tried)) {
            self.halt(Stop::MaxFailures { failed });
        }
    }

    /// Learns the server time from a time of modification.
    fn learn_time(&mut self, text: &str) {
        use crate::compare::instant;
        // Most records of an answer have the same time.
        if self.server_time.as_deref() == Some(text) {
            return;
        }
        let Some(time) = instant(text) else { return };
        let known = self.server_time.as_deref().and_then(instant);
        if known.is_none_or(|known| known < time) {
            self.server_time = Some(text.to_owned());
        }
    }

    /// A number between 0 and 1.
    fn next_chance(&mut self) -> f64 {
        // Xorshift: waits need to be spread, not secret.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double")]
        let chance = (self.chance >> 11) as f64 / (1_u64 << 53) as f64;
        chance
    }

    /// The page of records that a read of before-images was answered with. `None`: it is read again, or
    /// the run stops.
    fn image_page(
        &mut self,
        decision: Decision,
        outcome: &Result<Response, Failure>,
    ) -> Option<Page> {
        match (decision, outcome) {
            (Decision::RetryAfter(_), _) => None,
            (Decision::Done, Ok(answer)) => self.readable(answers::page(&answer.body)),
            _ => {
                self.halt_by(outcome);
                None
            }
        }
    }

    /// Stops the run where an answer cannot be read.
    fn readable<T>(&mut self, read: Result<T, String>) -> Option<T> {
        read.map_err(|what| self.halt(Stop::Unreadable { what })).ok()
    }

    /// Stops the run because a call failed for a reason that applies to all calls.
    fn halt_by(&mut self, outcome: &Result<Response, Failure>) -> Option<Refused> {
        match outcome {
            Ok(answer) => {
                let refused = refusal(answer);
                self.halt(Stop::Refused(refused.clone()));
                Some(refused)
            }
            Err(failure) => {
                let cause = std::error::Error::source(failure);
                let what = cause.map_or_else(|| failure.to_string(), ToString::to_string);
                self.halt(Stop::Unreachable { what });
                None
            }
        }
    }
}

/// What happens to a unit next.
enum Progress {
    /// It continues.
    Goes,
    /// It waits for the answer to a question.
    Asks(Question),
    /// It has ended.
    Ended { well: bool },
}

/// The refusal of a whole call.
pub(crate) fn refusal(answer: &Response) -> Refused {
    let read = response::Answer::read(Endpoint::Any, &answer.body);
    let error = read.refusal();
    Refused {
        status: answer.status,
        code: error.map(|error| error.code.as_str().to_owned()).unwrap_or_default(),
        message: error.map(|error| error.message.clone()).unwrap_or_default(),
    }
}
