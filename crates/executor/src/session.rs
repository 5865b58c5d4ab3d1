//! A machine with its journal and its plan: a run without transport and clock.

use massup_planner::{Action, Error, Step};
use massup_transport::Call;

use crate::entry::{Entry, Image, Key, State};
use crate::event::{Choice, Event, Question, Stop, Totals};
use crate::journal::{Journal, JournalError};
use crate::machine::{Command, Input, Machine, Now, Received};
use crate::options::Options;

/// Receives the events of a run and answers its questions.
///
/// Any `FnMut(&Event)` is an observer that answers every question with [`Choice::Later`].
pub trait Observer {
    /// Called for each event, after the journal has been written.
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

/// Why a run ended with an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal cannot be read or written. The next run treats calls whose answers could not be written
    /// as in doubt.
    #[error("the journal cannot be used")]
    Journal(#[from] JournalError),
    /// The plan cannot be read.
    #[error("the plan cannot be read")]
    Plan(#[source] Error),
    /// Nothing is left to wait for, but the run has not ended: a bug in massup.
    #[error("the run is stuck; this is a bug in massup")]
    Stuck,
}

/// A machine with its journal and its plan. It does not send calls itself: the driver sends the calls that
/// [`turn`](Session::turn) returns, and passes their answers to [`answer`](Session::answer).
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
    /// Creates a session. The steps are read one by one when they are needed.
    pub fn new(options: Options, steps: S, journal: &'j mut J) -> Self {
        let identity = journal.identity();
        let machine = Machine::new(options, identity.api_version, &identity.module);
        let (entries, events) = (Vec::new(), Vec::new());
        Self { machine, journal, steps, entries, events, trouble: None, finished: false }
    }

    /// Executes all commands except calls, and returns the calls to send.
    ///
    /// The journal entries that must precede the calls have been written when this returns.
    ///
    /// # Errors
    ///
    /// * [`RunError::Journal`]: the journal cannot be read or written; no call of this turn may be sent.
    /// * [`RunError::Plan`]: the run has ended because the plan cannot be read.
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

    /// Passes on the answer to a call. It is in the journal once the next [`turn`](Self::turn) has returned.
    pub fn answer(&mut self, now: Now, id: u64, received: Received) {
        self.machine.handle(now, Input::Answer { id, received });
    }

    /// Stops the run once the calls in progress are answered.
    pub fn stop(&mut self, now: Now) {
        self.machine.handle(now, Input::Stop);
    }

    /// Whether the run has ended.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// The totals of the run, and why it ended early.
    pub fn outcome(&self) -> Outcome {
        Outcome { totals: self.machine.totals(), stop: self.machine.stop().cloned() }
    }

    /// The machine, which knows how long to wait.
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
            Action::Update(_) => {
                let call = self.journal.call(key)?;
                let images = self.images(key, call.as_ref())?;
                (call, None, images)
            }
        };
        Ok(Input::Step { step, call, read, images })
    }

    fn part(&mut self, key: Key) -> Result<Input, RunError> {
        let from = self.machine.source_of(key.step);
        let ids = self.journal.ids(Key { step: from, part: key.part })?;
        let call = self.journal.call(key)?;
        let images = self.images(key, call.as_ref())?;
        Ok(Input::Part { key, ids, call, images })
    }

    /// The before-images of a call that an earlier run has not completed.
    fn images(&mut self, key: Key, call: Option<&State>) -> Result<Vec<Image>, RunError> {
        match call {
            Some(State::Sent(_) | State::Pending(_) | State::InDoubt { .. }) => {
                Ok(self.journal.images(key, 0)?)
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The totals of the run.
    pub totals: Totals,
    /// Why it ended early; `None` if the plan was run to its end.
    pub stop: Option<Stop>,
}
