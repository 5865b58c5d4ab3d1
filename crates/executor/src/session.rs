//! A machine with its plan: a run without transport, clock and threads.

use std::time::Duration;

use massup_planner::{Action, Error, Step};
use massup_transport::Call;

use crate::entry::{Entry, Identity, Image, Key, State};
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

/// A machine with its plan. It sends no calls itself: the driver sends those that [`turn`](Session::turn) returns,
/// and passes their answers to [`answer`](Session::answer).
///
/// A driver that writes the journal on another thread calls [`collect`](Session::collect), writes the entries of
/// [`take_entries`](Session::take_entries), and then calls [`written`](Session::written). Meanwhile it may pass on
/// answers and send the calls of [`send_prepared`](Session::send_prepared).
#[derive(Debug)]
pub struct Session<S> {
    machine: Machine,
    steps: S,
    entries: Vec<Entry>,
    events: Vec<Event>,
    calls: Vec<(u64, Call)>,
    trouble: Option<Error>,
    finished: bool,
}

impl<S: Iterator<Item = Result<Step, Error>>> Session<S> {
    /// Creates a session of the run that a journal belongs to. The steps are read one by one when they are needed.
    pub fn new(options: Options, steps: S, identity: &Identity) -> Self {
        let machine = Machine::new(options, identity.api_version, &identity.module);
        let (entries, events, calls) = (Vec::new(), Vec::new(), Vec::new());
        Self { machine, steps, entries, events, calls, trouble: None, finished: false }
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
        journal: &mut (impl Journal + ?Sized),
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<Vec<(u64, Call)>, RunError> {
        self.collect(now, journal, observer)?;
        self.flush(journal, observer)?;
        self.written(None, observer)
    }

    /// Executes commands up to those that wait for the journal to be written. The journal is read, and written
    /// where an entry must be read again.
    ///
    /// # Errors
    ///
    /// [`RunError::Journal`]: the journal cannot be read or written.
    pub fn collect(
        &mut self,
        now: Now,
        journal: &mut (impl Journal + ?Sized),
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<(), RunError> {
        while let Some(command) = self.machine.poll(now) {
            match command {
                Command::Write(entries) => self.entries.extend(entries),
                Command::Show(event) => self.events.push(event),
                Command::Send { id, call } => self.calls.push((id, call)),
                Command::Ask(question) => {
                    self.flush(journal, observer)?;
                    let (key, choice) = (question.key, observer.decide(&question));
                    self.machine.handle(now, Input::Decided { key, choice });
                }
                Command::NextStep => {
                    let input = self.next_step(journal, observer)?;
                    self.machine.handle(now, input);
                }
                Command::ReadPart(key) => {
                    self.flush(journal, observer)?;
                    let input = self.part(key, journal)?;
                    self.machine.handle(now, input);
                }
                Command::Finish => self.finished = true,
            }
        }
        Ok(())
    }

    /// The entries to write, in one transaction.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Reports the events and returns the calls that had to wait for the journal. `took` is how long it took to write
    /// the entries, if there were any.
    ///
    /// # Errors
    ///
    /// [`RunError::Plan`]: the run has ended because the plan cannot be read.
    pub fn written(
        &mut self,
        took: Option<Duration>,
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<Vec<(u64, Call)>, RunError> {
        self.machine.written(took);
        self.events.drain(..).for_each(|event| observer.event(&event));
        match self.trouble.take() {
            Some(error) if self.finished => Err(RunError::Plan(error)),
            trouble => {
                self.trouble = trouble;
                Ok(std::mem::take(&mut self.calls))
            }
        }
    }

    /// The next call that is in the journal already, and for which there is room.
    pub fn send_prepared(&mut self, now: Now) -> Option<(u64, Call)> {
        self.machine.send_prepared(now)
    }

    /// Passes on the answer to a call. It is in the journal once the entries of the next turn are.
    pub fn answer(&mut self, now: Now, id: u64, received: Received) {
        self.machine.handle(now, Input::Answer { id, received });
    }

    /// Stops the run once the calls in progress are answered.
    pub fn stop(&mut self, now: Now) {
        self.machine.handle(now, Input::Stop);
    }

    /// Whether the run has ended, once the entries of this turn are written.
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

    fn flush(
        &mut self,
        journal: &mut (impl Journal + ?Sized),
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<(), RunError> {
        if !self.entries.is_empty() {
            journal.write(&self.entries)?;
            self.entries.clear();
        }
        self.events.drain(..).for_each(|event| observer.event(&event));
        Ok(())
    }

    fn next_step(
        &mut self,
        journal: &mut (impl Journal + ?Sized),
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<Input, RunError> {
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
            Action::Read(_) => (None, journal.read(step.number)?, Vec::new()),
            Action::UpdateRead { step: from, .. } => {
                // This run may have read the ids.
                self.flush(journal, observer)?;
                (None, journal.read(*from)?, Vec::new())
            }
            Action::Update(_) => {
                let call = journal.call(key)?;
                let images = images(key, call.as_ref(), journal)?;
                (call, None, images)
            }
        };
        Ok(Input::Step { step, call, read, images })
    }

    fn part(&mut self, key: Key, journal: &mut (impl Journal + ?Sized)) -> Result<Input, RunError> {
        let from = self.machine.source_of(key.step);
        let ids = journal.ids(Key { step: from, part: key.part })?;
        let call = journal.call(key)?;
        let images = images(key, call.as_ref(), journal)?;
        Ok(Input::Part { key, ids, call, images })
    }
}

/// The before-images of a call that an earlier run has not completed.
fn images(
    key: Key,
    call: Option<&State>,
    journal: &mut (impl Journal + ?Sized),
) -> Result<Vec<Image>, JournalError> {
    match call {
        Some(State::Sent(_) | State::Pending(_) | State::InDoubt { .. }) => journal.images(key, 0),
        _ => Ok(Vec::new()),
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
