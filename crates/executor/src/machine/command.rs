//! The commands and inputs of the machine.

use std::time::Duration;

use massup_model::catalogue::Code;
use massup_model::{RecordId, response};
use massup_planner::Step;
use massup_transport::{Call, Failure, Method, Purpose, Response};

use crate::entry::{Entry, Image, Key, ReadState, State};
use crate::event::{Choice, Event, Question};
#[cfg(doc)]
use crate::options::Options;

/// The current time, provided by the driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time since any fixed moment. All waits are measured with it.
    pub elapsed: Duration,
    /// Wall-clock time in milliseconds since 1970. Only [`stop_at`](Options::stop_at) depends on it.
    pub wall: u64,
}

/// What the driver has to do.
#[derive(Debug)]
pub enum Command {
    /// Write these entries atomically before executing any later command.
    Write(Vec<Entry>),
    /// Send a call and return its answer as [`Input::Answer`].
    Send {
        /// The number to return with the answer.
        id: u64,
        /// The call.
        call: Call,
    },
    /// Return the next step as [`Input::Step`], or [`Input::PlanEnded`], before polling again.
    NextStep,
    /// Return the ids of this part as [`Input::Part`] before polling again.
    ReadPart(Key),
    /// Ask the user and return the choice as [`Input::Decided`].
    Ask(Question),
    /// Report an event.
    Show(Event),
    /// The run has ended.
    Finish,
}

/// What the driver returns.
#[derive(Debug)]
pub enum Input {
    /// The next step of the plan.
    Step {
        /// The step.
        step: Step,
        /// The state of its call, part 0, from the journal.
        call: Option<State>,
        /// The read state of a reading step, or of the step whose ids an updating step uses.
        read: Option<ReadState>,
        /// The first page of its before-images.
        images: Vec<Image>,
    },
    /// The plan has no more steps.
    PlanEnded,
    /// A part of the ids that a step has read.
    Part {
        /// The call of the updating step.
        key: Key,
        /// The ids.
        ids: Vec<RecordId>,
        /// The state of the call, from the journal.
        call: Option<State>,
        /// The first page of its before-images.
        images: Vec<Image>,
    },
    /// The answer to a call, or the failure to get one.
    Answer {
        /// The number of [`Command::Send`].
        id: u64,
        /// The answer.
        received: Received,
    },
    /// The decision of the user.
    Decided {
        /// The call.
        key: Key,
        /// The decision.
        choice: Choice,
    },
    /// Begin no more calls.
    Stop,
}

/// The outcome of a call, with the parsed body of its answer. Parsing is separate from the machine so that
/// the threads that send calls can do it.
#[derive(Debug)]
pub struct Received {
    pub(super) outcome: Result<Response, Failure>,
    pub(super) read: Option<response::Answer>,
}

impl Received {
    /// Parses the answer to a call, if there is one.
    pub fn of(call: &Call, outcome: Result<Response, Failure>) -> Self {
        let purpose = match call.method() {
            _ if !call.path().ends_with("/actions/mass_update") => Purpose::Read,
            Method::Get => Purpose::Status,
            Method::Post => Purpose::Update,
        };
        let read = outcome.as_ref().ok().map(|answer| purpose.read(answer));
        Self { outcome, read }
    }

    /// The code of a refusal; empty if there is none.
    pub(super) fn code(&self) -> Code {
        let code =
            self.read.as_ref().and_then(|read| read.refusal()).map(|error| error.code.clone());
        code.unwrap_or(Code::Unknown(String::new()))
    }
}
