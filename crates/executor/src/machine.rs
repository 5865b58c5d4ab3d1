//! What a run does next: events in, commands out; no I/O, no clock, no threads.
//!
//! A driver polls commands until there is none, carries them out in order, and hands back what came of
//! them. Every command that writes stands before the call that it protects.

mod ids;
mod job;
mod pace;
mod reading;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use massup_model::catalogue::{Code, Endpoint};
use massup_model::{ApiVersion, RecordId, Selection, Template, response};
use massup_planner::{Action, Step};
use massup_transport::{Call, Decision, Failure, Purpose, Response};

use crate::entry::{Entry, Image, Key, ReadState, Refused, State};
use crate::event::{Choice, Event, Question, Stop, Totals};
use crate::options::Options;
use ids::IdsWork;
use job::JobWork;
use pace::Pace;
use reading::ReadWork;

/// The time, as a driver tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Since some moment of the past; it never goes back. Waits are measured by it.
    pub elapsed: Duration,
    /// Milliseconds since 1970, by the clock of the machine. Only
    /// [`stop_at`](Options::stop_at) depends on it.
    pub wall: u64,
}

/// What a driver is to do.
#[derive(Debug)]
pub enum Command {
    /// Write these entries, all or none, before any later command is carried out.
    Write(Vec<Entry>),
    /// Send a call, and hand its answer back as [`Input::Answer`].
    Send {
        /// What the answer is handed back with.
        id: u64,
        /// The call.
        call: Call,
    },
    /// Hand back the next step as [`Input::Step`], or [`Input::PlanEnded`], before polling again.
    NextStep,
    /// Hand back the ids of this part as [`Input::Part`] before polling again.
    ReadPart(Key),
    /// Ask the user, and hand the choice back as [`Input::Decided`].
    Ask(Question),
    /// Show what happened.
    Show(Event),
    /// Nothing is left to do.
    Finish,
}

/// What a driver hands back.
#[derive(Debug)]
pub enum Input {
    /// The next step of the plan.
    Step {
        /// The step.
        step: Step,
        /// What the journal knows of its call; part 0.
        call: Option<State>,
        /// How far the ids of a step that reads are read, or of the step whose ids it updates.
        read: Option<ReadState>,
        /// Values before the call, from part 0 of its images.
        images: Vec<Image>,
    },
    /// The plan has no further step.
    PlanEnded,
    /// A part of the ids that a step has read.
    Part {
        /// The call of the updating step.
        key: Key,
        /// The ids.
        ids: Vec<RecordId>,
        /// What the journal knows of the call.
        call: Option<State>,
        /// Values before the call, from part 0 of its images.
        images: Vec<Image>,
    },
    /// An answer, or none.
    Answer {
        /// The number of [`Command::Send`].
        id: u64,
        /// What came.
        outcome: Result<Response, Failure>,
    },
    /// The user has decided.
    Decided {
        /// The call.
        key: Key,
        /// How.
        choice: Choice,
    },
    /// No further call is to be begun.
    Stop,
}

/// Runs a plan. See the [module](self).
#[derive(Debug)]
pub struct Machine {
    options: Options,
    version: ApiVersion,
    module: String,
    now: Now,
    out: VecDeque<Command>,
    plan_ended: bool,
    /// Steps that have begun, or wait, and those that ended and not well.
    open: BTreeSet<u64>,
    bad: BTreeSet<u64>,
    spreads: VecDeque<Spread>,
    units: BTreeMap<Key, Unit>,
    /// The last unit that updates a record.
    owners: HashMap<RecordId, Key>,
    flights: BTreeMap<u64, (Key, Purpose)>,
    next_flight: u64,
    pace: Pace,
    chance: u64,
    totals: Totals,
    /// Records that were tried in this run.
    tried: u64,
    credits_left: Option<u64>,
    /// The newest time that an answer has told.
    server_time: Option<String>,
    stop: Option<Stop>,
    finished: bool,
}

/// A step that updates what another has read: a unit for each part.
#[derive(Debug)]
struct Spread {
    step: u64,
    /// The step that reads, and in how many parts, once it is known.
    from: u64,
    parts: Option<u32>,
    next: u32,
    template: Template,
}

/// Something under way: a call by ids, a job, or the reading of ids, with all calls that it takes.
#[derive(Debug)]
struct Unit {
    key: Key,
    /// The step that must have ended well.
    after: Option<u64>,
    /// Units that update the same records, and come first.
    behind: Vec<Key>,
    /// Not before this time.
    at: Duration,
    /// How often the present call was sent.
    sent: u32,
    in_flight: bool,
    /// The user is asked.
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
    /// A machine for a plan of this version and module, which are those of every call.
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
            next_flight: 0,
            pace,
            chance,
            totals: Totals::default(),
            tried: 0,
            credits_left: None,
            server_time: None,
            stop: None,
            finished: false,
        }
    }

    /// What the run has used so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Why no further call is begun, if that is so.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// The step that reads the ids of an updating step.
    pub(crate) fn source_of(&self, step: u64) -> u64 {
        let spread = self.spreads.iter().find(|spread| spread.step == step);
        spread.map_or(0, |spread| spread.from)
    }

    /// How many calls are under way.
    pub fn under_way(&self) -> usize {
        self.flights.len()
    }

    /// The next command; `None` when there is none before an answer comes or the time of
    /// [`wake_at`](Self::wake_at) does.
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
        if self.pace.has_room(self.flights.len())
            && self.pace.from() <= now.elapsed
            && let Some(key) = self.ready()
        {
            self.begin(key);
        }
        self.out.pop_front()
    }

    /// When to poll again although no answer has come, by [`Now::elapsed`].
    pub fn wake_at(&self) -> Option<Duration> {
        if self.finished || self.stop.is_some() {
            return None;
        }
        let units = self.units.values().filter(|unit| self.may_begin(unit)).map(|unit| unit.at);
        let unit = units.min().filter(|_| self.pace.has_room(self.flights.len()));
        let unit = unit.map(|at| at.max(self.pace.from()));
        let stop = self.options.stop_at.map(|at| {
            let left = Duration::from_millis(at.saturating_sub(self.now.wall));
            self.now.elapsed.saturating_add(left)
        });
        unit.into_iter().chain(stop).min()
    }

    /// Takes what a driver hands back.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.now = now;
        match input {
            Input::Step { step, call, read, images } => self.add_step(step, call, read, images),
            Input::PlanEnded => self.plan_ended = true,
            Input::Part { key, ids, call, images } => self.add_part(key, ids, call, images),
            Input::Answer { id, outcome } => self.answer(id, &outcome),
            Input::Decided { key, choice } => self.decided(key, choice),
            Input::Stop => self.halt(Stop::Asked),
        }
    }

    fn finish(&mut self) -> Option<Command> {
        self.finished = true;
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

    /// Begins no further call.
    fn halt(&mut self, why: Stop) {
        if self.stop.is_none() {
            self.stop = Some(why.clone());
            self.show(Event::Stopping { why });
        }
    }

    /// Asks for the next step, or for the next part of one, as long as there is room.
    fn feed(&mut self) -> Option<Command> {
        // Some more than are sent, since some wait.
        if self.units.len() >= self.options.concurrency.max(1).saturating_mul(4) {
            return None;
        }
        if let Some(spread) = self.spreads.front_mut() {
            let parts = spread.parts?;
            if spread.next < parts {
                let key = Key { step: spread.step, part: spread.next };
                spread.next += 1;
                return Some(Command::ReadPart(key));
            }
            let step = spread.step;
            self.spreads.pop_front();
            self.close(step, true);
            return self.out.pop_front().or_else(|| self.feed());
        }
        (!self.plan_ended).then_some(Command::NextStep)
    }

    fn add_step(
        &mut self,
        step: Step,
        call: Option<State>,
        read: Option<ReadState>,
        images: Vec<Image>,
    ) {
        let Step { number, after, action, .. } = step;
        let key = Key { step: number, part: 0 };
        self.open.insert(number);
        match action {
            Action::Read(of) => self.add_read(key, after, of, read),
            Action::Update(request) => match request.selection().clone() {
                Selection::Ids(ids) => self.add_ids(key, after, request, ids, call, images),
                Selection::View { view, territory } => {
                    self.add_job(key, after, request, (view, territory), call);
                }
            },
            Action::UpdateRead { step: from, template } => {
                let parts = match read {
                    Some(ReadState::Done { parts, .. }) => Some(parts),
                    Some(ReadState::Begun) | None => None,
                };
                // What the journal knows of the step that reads counts only once that step has ended.
                let parts = parts.filter(|_| !self.open.contains(&from));
                if parts.is_none() && !self.open.contains(&from) && !self.bad.contains(&from) {
                    let what = format!("step {number} updates what step {from} has not read");
                    self.halt(Stop::Unreadable { what });
                }
                self.spreads.push_back(Spread { step: number, from, parts, next: 0, template });
            }
        }
    }

    fn add_part(&mut self, key: Key, ids: Vec<RecordId>, call: Option<State>, images: Vec<Image>) {
        let Some(spread) = self.spreads.iter().find(|spread| spread.step == key.step) else {
            return;
        };
        match spread.template.request(Selection::Ids(ids.clone())) {
            Ok(request) => self.add_ids(key, None, request, ids, call, images),
            Err(error) => self.halt(Stop::Unreadable { what: error.to_string() }),
        }
    }

    fn insert(&mut self, unit: Unit) {
        self.units.insert(unit.key, unit);
    }

    /// Steps that wait for one that did not end well never begin.
    fn block(&mut self) {
        let bad = &self.bad;
        let blocked = |after: Option<u64>| after.filter(|after| bad.contains(after));
        let unit = self.units.values().find_map(|unit| Some((unit.key, blocked(unit.after)?)));
        if let Some((key, after)) = unit {
            self.show(Event::Blocked { step: key.step, after });
            self.end(key, false);
        }
        let spread = self.spreads.iter().position(|spread| self.bad.contains(&spread.from));
        if let Some(spread) = spread.and_then(|place| self.spreads.remove(place)) {
            self.show(Event::Blocked { step: spread.step, after: spread.from });
            self.close(spread.step, false);
        }
    }

    /// Whether nothing but the time keeps a unit from its next call.
    fn may_begin(&self, unit: &Unit) -> bool {
        !unit.in_flight
            && !unit.asked
            && unit.after.is_none_or(|after| !self.open.contains(&after))
            && !unit.behind.iter().any(|key| self.units.contains_key(key))
    }

    /// The first unit whose next call can be sent.
    fn ready(&self) -> Option<Key> {
        let now = self.now.elapsed;
        let ready = |unit: &&Unit| unit.at <= now && self.may_begin(unit);
        self.units.values().find(ready).map(|unit| unit.key)
    }

    /// Sends the next call of a unit.
    fn begin(&mut self, key: Key) {
        let Some(mut unit) = self.units.remove(&key) else { return };
        let next = match &mut unit.work {
            Work::Ids(work) => self.ids_call(key, work),
            Work::Job(work) => self.job_call(key, work),
            Work::Read(work) => self.read_call(work),
        };
        match next {
            Ok(next) => {
                let Next { call, purpose, cost, before } = next;
                if !self.affords(cost) {
                    self.units.insert(key, unit);
                    return;
                }
                if !before.is_empty() {
                    self.write(before);
                }
                let id = self.next_flight;
                self.next_flight += 1;
                self.flights.insert(id, (key, purpose));
                self.pace.sent(self.now.elapsed);
                self.totals.credits = self.totals.credits.saturating_add(cost);
                if purpose == Purpose::Update {
                    self.totals.updates += 1;
                } else {
                    self.totals.reads += 1;
                }
                unit.in_flight = true;
                unit.sent = unit.sent.saturating_add(1);
                self.out.push_back(Command::Send { id, call });
            }
            Err(error) => self.halt(Stop::Unreadable { what: error.to_string() }),
        }
        self.units.insert(key, unit);
    }

    /// Whether a call can be paid for.
    fn affords(&mut self, cost: u64) -> bool {
        let spent = self.totals.credits.saturating_add(cost);
        if self.options.max_credits.is_some_and(|most| spent > most) {
            self.halt(Stop::MaxCredits);
        } else if self.credits_left.is_some_and(|left| left < cost) {
            self.halt(Stop::CreditsUsedUp);
        }
        self.stop.is_none()
    }

    fn answer(&mut self, id: u64, outcome: &Result<Response, Failure>) {
        let Some((key, purpose)) = self.flights.remove(&id) else { return };
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
        let decision =
            self.options.backoff.decide(purpose, self.version, outcome, unit.sent, chance);
        let code = code_of(purpose, outcome);
        let too_many = matches!(code, Code::TooManyRequests)
            || outcome.as_ref().is_ok_and(|answer| answer.status == 429);
        match decision {
            Decision::RetryAfter(wait) if too_many => self.pace.too_many(self.now.elapsed, wait),
            _ => self.pace.answered(),
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
            Work::Ids(work) => self.ids_answer(key, work, &mut unit.at, decision, outcome),
            Work::Job(work) => self.job_answer(key, work, &mut unit.at, decision, outcome),
            Work::Read(work) => self.read_answer(key, work, &mut unit.at, decision, outcome),
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

    /// A unit is over.
    fn end(&mut self, key: Key, well: bool) {
        if let Some(Unit { work: Work::Ids(work), .. }) = self.units.remove(&key) {
            for id in work.records() {
                if self.owners.get(id) == Some(&key) {
                    self.owners.remove(id);
                }
            }
        }
        self.close(key.step, well);
    }

    /// A step is over, if nothing of it is left.
    fn close(&mut self, step: u64, well: bool) {
        if !well {
            self.bad.insert(step);
        }
        let parts = Key { step, part: 0 }..=Key { step, part: u32::MAX };
        let open = self.units.range(parts).next().is_some()
            || self.spreads.iter().any(|spread| spread.step == step);
        if !open {
            self.open.remove(&step);
        }
    }

    /// Tells the server's time, by the times of modification of an answer.
    fn learn_time(&mut self, text: &str) {
        use crate::compare::instant;
        let Some(told) = instant(text) else { return };
        let known = self.server_time.as_deref().and_then(instant);
        if known.is_none_or(|known| known < told) {
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

    /// Stops, since a call failed for a reason that the others have too.
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

/// The next call of a unit.
struct Next {
    call: Call,
    purpose: Purpose,
    /// API credits.
    cost: u64,
    /// What is written before it is sent.
    before: Vec<Entry>,
}

/// What became of a unit.
enum Progress {
    /// It goes on.
    Goes,
    /// The user is asked.
    Asks(Question),
    /// It is over.
    Ended { well: bool },
}

/// The code of a refusal; the empty word where there is none.
fn code_of(purpose: Purpose, outcome: &Result<Response, Failure>) -> Code {
    let endpoint = match purpose {
        Purpose::Update => Endpoint::MassUpdate,
        Purpose::Status => Endpoint::Status,
        Purpose::Read | Purpose::Download => Endpoint::Any,
    };
    let read = outcome.as_ref().ok().map(|answer| response::Answer::read(endpoint, &answer.body));
    let code = read.as_ref().and_then(|read| read.refusal()).map(|error| error.code.clone());
    code.unwrap_or(Code::Unknown(String::new()))
}

/// The refusal of a call, in the server's words.
pub(crate) fn refusal(answer: &Response) -> Refused {
    let read = response::Answer::read(Endpoint::Any, &answer.body);
    let error = read.refusal();
    Refused {
        status: answer.status,
        code: error.map(|error| error.code.as_str().to_owned()).unwrap_or_default(),
        message: error.map(|error| error.message.clone()).unwrap_or_default(),
    }
}
