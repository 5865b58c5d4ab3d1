//! The shell around a session: threads that send calls, and a clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use massup_planner::{Error, Step};
use massup_transport::{Call, Failure, Response, Transport};

use crate::clock::{Clock, SystemClock};
use crate::journal::Journal;
use crate::options::Options;
use crate::session::{Observer, Outcome, RunError, Session};

/// How often the wish to stop is looked for.
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
    /// A run by the clock of the machine.
    pub fn new(options: Options) -> Self {
        Self { options, clock: SystemClock::default(), stop: None }
    }
}

impl<'a, C: Clock> Run<'a, C> {
    /// The same by another clock. Its time must go on while the run waits.
    #[must_use]
    pub fn with_clock<D: Clock>(self, clock: D) -> Run<'a, D> {
        Run { options: self.options, clock, stop: self.stop }
    }

    /// Stops cleanly once the flag is set: calls under way are finished, no other is begun.
    #[must_use]
    pub fn stopped_by(mut self, flag: &'a AtomicBool) -> Self {
        self.stop = Some(flag);
        self
    }

    /// Runs the steps of a plan, or what an earlier run with this journal has left of them.
    ///
    /// The steps are those of a [`Reader`](massup_planner::file::Reader), after the file has been
    /// [verified](massup_planner::file::verify); they are read one by one. The journal must be that of the
    /// plan. The calls are sent by as many threads as the options allow.
    ///
    /// # Errors
    ///
    /// * [`RunError::Journal`]: the journal cannot be read or written: the disk is full, say. No call was
    ///   sent that the journal does not know of.
    /// * [`RunError::Plan`]: the plan cannot be read to its end; what was sent is in the journal.
    /// * [`RunError::Stuck`]: a defect of massup.
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
            let mut told = false;
            loop {
                for call in session.turn(self.clock.now(), observer)? {
                    // The threads live as long as this channel does.
                    let _ = to_send.send(call);
                }
                if session.is_finished() {
                    return Ok(session.outcome());
                }
                self.wait(&mut session, &answers)?;
                if !told && self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                    told = true;
                    session.stop(self.clock.now());
                }
            }
        })
    }

    /// Waits for answers, or until there is something to do without one.
    fn wait<J, S>(
        &self,
        session: &mut Session<'_, J, S>,
        answers: &Receiver<(u64, Result<Response, Failure>)>,
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
            Ok((id, outcome)) => {
                session.answer(self.clock.now(), id, outcome);
                // What has come meanwhile is written together with it.
                for (id, outcome) in answers.try_iter() {
                    session.answer(self.clock.now(), id, outcome);
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

/// Sends a call; a transport that panics has left it in doubt.
fn send<T: Transport + ?Sized>(transport: &T, call: &Call) -> Result<Response, Failure> {
    catch_unwind(AssertUnwindSafe(|| transport.send(call)))
        .unwrap_or_else(|_| Err(Failure::InDoubt("the transport panicked".into())))
}
