//! Drives a session with threads and a clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use massup_planner::{Error, Step};
use massup_transport::{Call, Failure, Transport};

use crate::clock::{Clock, SystemClock};
use crate::entry::Entry;
use crate::journal::{Journal, JournalError};
use crate::machine::{Machine, Received};
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
    /// plan. The calls are sent by as many threads as the options allow, and the journal is written by one more:
    /// while it waits for the disk, answers are taken and calls are sent.
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
        J: Journal + Send + ?Sized,
        O: Observer + ?Sized,
    {
        let session = Session::new(self.options.clone(), steps, journal.identity());
        let journal = Mutex::new(journal);
        let (to_send, calls) = mpsc::channel::<(u64, Call)>();
        let (to_write, entries) = mpsc::channel::<Vec<Entry>>();
        let (arrived, arrivals) = mpsc::channel();
        let calls = Mutex::new(calls);
        thread::scope(|scope| {
            for _ in 0..self.options.concurrency.max(1) {
                let (calls, arrived) = (&calls, arrived.clone());
                scope.spawn(move || {
                    while let Some((id, call)) = next(calls) {
                        let answer = Arrived::Answer(id, send(transport, &call));
                        if arrived.send(answer).is_err() {
                            break;
                        }
                    }
                });
            }
            let shared = &journal;
            scope.spawn(move || {
                for entries in entries {
                    let outcome = lock(shared).write(&entries);
                    if arrived.send(Arrived::Written(outcome)).is_err() {
                        break;
                    }
                }
            });
            // Dropped when this is over, whatever happens: the threads end with their channels.
            let lanes = Lanes { to_send, to_write, arrivals };
            self.drive(session, &journal, &lanes, observer)
        })
    }

    /// Drives a session until it has ended.
    fn drive<S, J, O>(
        &self,
        mut session: Session<S>,
        journal: &Mutex<&mut J>,
        lanes: &Lanes,
        observer: &mut O,
    ) -> Result<Outcome, RunError>
    where
        S: Iterator<Item = Result<Step, Error>>,
        J: Journal + ?Sized,
        O: Observer + ?Sized,
    {
        let mut writing = None;
        let mut stopping = false;
        loop {
            let now = self.clock.now();
            while let Some(call) = session.send_prepared(now) {
                lanes.send(call);
            }
            if writing.is_none() {
                session.collect(now, &mut **lock(journal), observer)?;
                let entries = session.take_entries();
                if entries.is_empty() {
                    session.written(None, observer)?.into_iter().for_each(|call| lanes.send(call));
                    if session.is_finished() {
                        return Ok(session.outcome());
                    }
                } else {
                    writing = Some(now.elapsed);
                    // The threads live as long as these channels do.
                    let _ = lanes.to_write.send(entries);
                }
            }
            let mut arrived = self.wait(session.machine(), lanes, writing.is_some())?;
            while let Some(next) = arrived {
                let now = self.clock.now();
                match next {
                    Arrived::Answer(id, received) => session.answer(now, id, received),
                    Arrived::Written(outcome) => {
                        outcome?;
                        let begun = writing.take().unwrap_or(now.elapsed);
                        let took = now.elapsed.saturating_sub(begun);
                        session
                            .written(Some(took), observer)?
                            .into_iter()
                            .for_each(|call| lanes.send(call));
                        if session.is_finished() {
                            return Ok(session.outcome());
                        }
                    }
                }
                // All that has arrived goes into one write.
                arrived = lanes.arrivals.try_recv().ok();
            }
            if !stopping && self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                stopping = true;
                session.stop(self.clock.now());
            }
        }
    }

    /// Waits for an arrival, or until there is something to do without one.
    fn wait(
        &self,
        machine: &Machine,
        lanes: &Lanes,
        writing: bool,
    ) -> Result<Option<Arrived>, RunError> {
        // While the journal is written, only arrivals give something to do.
        let wake = machine.wake_at().filter(|_| !writing);
        if machine.under_way() == 0 && wake.is_none() && machine.stop().is_none() && !writing {
            return Err(RunError::Stuck);
        }
        let wait = wake.map_or(LOOK, |at| at.saturating_sub(self.clock.now().elapsed).min(LOOK));
        match lanes.arrivals.recv_timeout(wait) {
            Ok(arrived) => Ok(Some(arrived)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            // The threads hold senders as long as the channel of calls is open.
            Err(RecvTimeoutError::Disconnected) => Err(RunError::Stuck),
        }
    }
}

/// What the threads send to the driver.
enum Arrived {
    Answer(u64, Received),
    Written(Result<(), JournalError>),
}

/// The channels between the driver and its threads.
struct Lanes {
    to_send: Sender<(u64, Call)>,
    to_write: Sender<Vec<Entry>>,
    arrivals: Receiver<Arrived>,
}

impl Lanes {
    fn send(&self, call: (u64, Call)) {
        // The threads live as long as this channel does.
        let _ = self.to_send.send(call);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next call to send; `None` when there will be none.
fn next(calls: &Mutex<Receiver<(u64, Call)>>) -> Option<(u64, Call)> {
    lock(calls).recv().ok()
}

/// Sends a call and reads its answer; a transport that panics has left the call in doubt.
fn send<T: Transport + ?Sized>(transport: &T, call: &Call) -> Received {
    let outcome = catch_unwind(AssertUnwindSafe(|| transport.send(call)))
        .unwrap_or_else(|_| Err(Failure::InDoubt("the transport panicked".into())));
    Received::of(call, outcome)
}
