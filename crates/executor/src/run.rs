//! Drives a session with threads and a clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use massup_planner::{Error, Step};
use massup_transport::{Call, Failure, Transport};

use crate::clock::{Clock, SystemClock};
use crate::journal::Journal;
use crate::machine::Received;
use crate::options::Options;
use crate::session::{Observer, Outcome, RunError, Session};

/// How often the stop flag is checked.
const LOOK: Duration = Duration::from_millis(100);

/// A run of a plan.
///
/// See the [crate](crate) for an example.
#[derive(Debug)]
pub struct Run<'a, C = SystemClock> {
    options: Options,
    clock: C,
    stop: Option<&'a AtomicBool>,
}

impl Run<'_> {
    /// Creates a run with the system clock.
    pub fn new(options: Options) -> Self {
        Self { options, clock: SystemClock::default(), stop: None }
    }
}

impl<'a, C: Clock> Run<'a, C> {
    /// Uses another clock. Its time must pass while the run waits.
    #[must_use]
    pub fn with_clock<D: Clock>(self, clock: D) -> Run<'a, D> {
        Run { options: self.options, clock, stop: self.stop }
    }

    /// Stops cleanly once the flag is set: calls in progress are completed, no others are begun.
    #[must_use]
    pub fn stopped_by(mut self, flag: &'a AtomicBool) -> Self {
        self.stop = Some(flag);
        self
    }

    /// Runs the steps of a plan, or what remains of them after earlier runs with the same journal.
    ///
    /// The steps are those of a [`Reader`](massup_planner::file::Reader), after the file has been
    /// [verified](massup_planner::file::verify); they are read one by one. The journal must be that of the
    /// plan. The calls are sent by as many threads as the options allow.
    ///
    /// # Errors
    ///
    /// * [`RunError::Journal`]: the journal cannot be read or written, for example because the disk is full.
    ///   Every call that was sent is in the journal.
    /// * [`RunError::Plan`]: the plan cannot be read to its end. Every call that was sent is in the journal.
    /// * [`RunError::Stuck`]: a bug in massup.
    pub fn apply<S, T, J, O>(
        &self,
        steps: S,
        transport: &T,
        journal: &mut J,
        observer: &mut O,
    ) -> Result<Outcome, RunError>
    where
        S: Iterator<Item = Result<Step, Error>>,
        T: Transport + Sync + ?Sized,
        J: Journal + ?Sized,
        O: Observer + ?Sized,
    {
        let mut session = Session::new(self.options.clone(), steps, journal);
        let (to_send, calls) = mpsc::channel::<(u64, Call)>();
        let (answered, answers) = mpsc::channel();
        let calls = Mutex::new(calls);
        thread::scope(|scope| {
            for _ in 0..self.options.concurrency.max(1) {
                let (calls, answered) = (&calls, answered.clone());
                scope.spawn(move || {
                    while let Some((id, call)) = next(calls) {
                        if answered.send((id, send(transport, &call))).is_err() {
                            break;
                        }
                    }
                });
            }
            // Dropped at the end of this scope, whatever happens: the threads end with it.
            let to_send = to_send;
            let mut stopping = false;
            loop {
                for call in session.turn(self.clock.now(), observer)? {
                    // The threads live as long as this channel does.
                    let _ = to_send.send(call);
                }
                if session.is_finished() {
                    return Ok(session.outcome());
                }
                self.wait(&mut session, &answers)?;
                if !stopping && self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                    stopping = true;
                    session.stop(self.clock.now());
                }
            }
        })
    }

    /// Waits for answers, or until there is something to do without one.
    fn wait<J, S>(
        &self,
        session: &mut Session<'_, J, S>,
        answers: &Receiver<(u64, Received)>,
    ) -> Result<(), RunError>
    where
        J: Journal + ?Sized,
        S: Iterator<Item = Result<Step, Error>>,
    {
        let machine = session.machine();
        let wake = machine.wake_at();
        if machine.under_way() == 0 && wake.is_none() && machine.stop().is_none() {
            return Err(RunError::Stuck);
        }
        let wait = wake.map_or(LOOK, |at| at.saturating_sub(self.clock.now().elapsed).min(LOOK));
        match answers.recv_timeout(wait) {
            Ok((id, received)) => {
                session.answer(self.clock.now(), id, received);
                // One write to the journal for all answers that have arrived.
                for (id, received) in answers.try_iter() {
                    session.answer(self.clock.now(), id, received);
                }
                Ok(())
            }
            Err(RecvTimeoutError::Timeout) => Ok(()),
            // The threads hold senders as long as the channel of calls is open.
            Err(RecvTimeoutError::Disconnected) => Err(RunError::Stuck),
        }
    }
}

/// The next call to send; `None` when there will be none.
fn next(calls: &Mutex<Receiver<(u64, Call)>>) -> Option<(u64, Call)> {
    calls.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Sends a call and reads its answer; a transport that panics has left the call in doubt.
fn send<T: Transport + ?Sized>(transport: &T, call: &Call) -> Received {
    let outcome = catch_unwind(AssertUnwindSafe(|| transport.send(call)))
        .unwrap_or_else(|_| Err(Failure::InDoubt("the transport panicked".into())));
    Received::of(call, outcome)
}
