//! A machine with its journal and its plan: everything of a run but the calls and the time.

use massup_planner::{Action, Error, Step};
use massup_transport::{Call, Failure, Response};

use crate::entry::{Entry, Key};
use crate::event::{Choice, Event, Question, Stop, Totals};
use crate::journal::{Journal, JournalError};
use crate::machine::{Command, Input, Machine, Now};
use crate::options::Options;

/// Who watches a run, and decides where it asks.
///
/// Any `FnMut(&Event)` is one; it decides nothing.
pub trait Observer {
    /// Something happened. It is in the journal by now, if it belongs there.
    fn event(&mut self, event: &Event);

    /// What to do with a call that may or may not have been carried out.
    fn decide(&mut self, question: &Question) -> Choice {
        let _ = question;
        Choice::Later
    }
}

impl<F: FnMut(&Event)> Observer for F {
    fn event(&mut self, event: &Event) {
        self(event);
    }
}

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal cannot be read or written. What was sent is in the journal, or was told to be in doubt
    /// by the next run.
    #[error("the journal cannot be used")]
    Journal(#[from] JournalError),
    /// The plan cannot be read to its end.
    #[error("the plan cannot be read")]
    Plan(#[source] Error),
    /// The machine waits for nothing. This is a defect of massup.
    #[error("the run waits for nothing; please report this")]
    Stuck,
}

/// A machine with its journal and its plan. It sends no call itself: a driver takes the calls of a
/// [`turn`](Session::turn) and hands their answers back.
#[derive(Debug)]
pub struct Session<'j, J: ?Sized, S> {
    machine: Machine,
    journal: &'j mut J,
    steps: S,
    entries: Vec<Entry>,
    events: Vec<Event>,
    trouble: Option<Error>,
    finished: bool,
}

impl<'j, J: Journal + ?Sized, S: Iterator<Item = Result<Step, Error>>> Session<'j, J, S> {
    /// A session for a plan whose steps are read one by one, never held.
    pub fn new(options: Options, steps: S, journal: &'j mut J) -> Self {
        let identity = journal.identity();
        let machine = Machine::new(options, identity.api_version, &identity.module);
        let (entries, events) = (Vec::new(), Vec::new());
        Self { machine, journal, steps, entries, events, trouble: None, finished: false }
    }

    /// Carries out all commands that need no call, and returns the calls to send.
    ///
    /// What protects the calls is in the journal when this returns.
    ///
    /// # Errors
    ///
    /// * [`RunError::Journal`]: the journal cannot be read or written; no call of this turn may be sent.
    /// * [`RunError::Plan`]: the run is over, and the plan could not be read to its end.
    pub fn turn(
        &mut self,
        now: Now,
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<Vec<(u64, Call)>, RunError> {
        let mut calls = Vec::new();
        while let Some(command) = self.machine.poll(now) {
            match command {
                Command::Write(entries) => self.entries.extend(entries),
                Command::Show(event) => self.events.push(event),
                Command::Send { id, call } => calls.push((id, call)),
                Command::Ask(question) => {
                    self.flush(observer)?;
                    let (key, choice) = (question.key, observer.decide(&question));
                    self.machine.handle(now, Input::Decided { key, choice });
                }
                Command::NextStep => {
                    self.flush(observer)?;
                    let input = self.next_step()?;
                    self.machine.handle(now, input);
                }
                Command::ReadPart(key) => {
                    self.flush(observer)?;
                    let input = self.part(key)?;
                    self.machine.handle(now, input);
                }
                Command::Finish => self.finished = true,
            }
        }
        self.flush(observer)?;
        match self.trouble.take() {
            Some(error) if self.finished => Err(RunError::Plan(error)),
            trouble => {
                self.trouble = trouble;
                Ok(calls)
            }
        }
    }

    /// Takes the answer to a call. It counts once the next [`turn`](Self::turn) has returned.
    pub fn answer(&mut self, now: Now, id: u64, outcome: Result<Response, Failure>) {
        self.machine.handle(now, Input::Answer { id, outcome });
    }

    /// Begins no further call.
    pub fn stop(&mut self, now: Now) {
        self.machine.handle(now, Input::Stop);
    }

    /// Whether the run is over.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// What the run has used, and why it ended before the plan did.
    pub fn outcome(&self) -> Outcome {
        Outcome { totals: self.machine.totals(), stop: self.machine.stop().cloned() }
    }

    /// The machine, for a driver that asks it how long to wait.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    fn flush(&mut self, observer: &mut (impl Observer + ?Sized)) -> Result<(), RunError> {
        if !self.entries.is_empty() {
            self.journal.write(&self.entries)?;
            self.entries.clear();
        }
        self.events.drain(..).for_each(|event| observer.event(&event));
        Ok(())
    }

    fn next_step(&mut self) -> Result<Input, RunError> {
        let step = match self.steps.next() {
            Some(Ok(step)) => step,
            Some(Err(error)) => {
                self.trouble = Some(error);
                return Ok(Input::Stop);
            }
            None => return Ok(Input::PlanEnded),
        };
        let key = Key { step: step.number, part: 0 };
        let (call, read, images) = match &step.action {
            Action::Read(_) => (None, self.journal.read(step.number)?, Vec::new()),
            Action::UpdateRead { step: from, .. } => (None, self.journal.read(*from)?, Vec::new()),
            Action::Update(_) => (self.journal.call(key)?, None, self.journal.images(key, 0)?),
        };
        Ok(Input::Step { step, call, read, images })
    }

    fn part(&mut self, key: Key) -> Result<Input, RunError> {
        let from = self.machine.source_of(key.step);
        let ids = self.journal.ids(Key { step: from, part: key.part })?;
        let (call, images) = (self.journal.call(key)?, self.journal.images(key, 0)?);
        Ok(Input::Part { key, ids, call, images })
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What it used.
    pub totals: Totals,
    /// Why it ended before its plan did; `None` where the plan was run to its end.
    pub stop: Option<Stop>,
}
