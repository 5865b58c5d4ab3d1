//! One process after the other runs a plan, while the world around it goes on.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use massup_executor::entry::Entry;
use massup_executor::event::{Choice, Event, Question};
use massup_executor::machine::{Now, Received};
use massup_executor::{Journal, Observer, Outcome, RunError, Session};
use massup_transport::{Call, Failure, Response};

use crate::scenario::Scenario;
use crate::world::{Chance, FIELDS, Mortal, id};

/// Watches a run, and decides as the scenario does.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) events: Vec<Event>,
    pub(crate) choice: Option<Choice>,
}

impl Observer for Watch {
    fn event(&mut self, event: &Event) {
        let line = serde_json::to_string(event).unwrap();
        println!("{line}");
        self.events.push(event.clone());
    }

    fn decide(&mut self, _: &Question) -> Choice {
        self.choice.unwrap_or(Choice::Later)
    }
}

/// A call between the executor and the server.
struct Flight {
    id: u64,
    call: Call,
    /// What the server has answered.
    outcome: Option<Result<Response, Failure>>,
}

/// The world around runs of one plan.
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) scenario: Scenario,
    pub(crate) elapsed: Duration,
    pub(crate) wall: u64,
    /// Calls of a process that is gone; the server gets them before this time, or never.
    pub(crate) late: Vec<(Duration, Call)>,
    pub(crate) watch: Watch,
    /// Somebody else changes records meanwhile.
    pub(crate) meddles: bool,
    /// Jobs take long.
    pub(crate) slow: bool,
    /// The user stops runs.
    pub(crate) impatient: bool,
    /// The disk takes its time.
    pub(crate) lags: bool,
    /// A call was sent while the disk wrote.
    pub(crate) sent_ahead: bool,
}

impl World {
    pub(crate) fn new(chance: Chance, scenario: Scenario) -> Self {
        let (elapsed, wall, late) = (Duration::ZERO, 1 << 40, Vec::new());
        let watch = Watch::default();
        Self {
            chance,
            scenario,
            elapsed,
            wall,
            late,
            watch,
            meddles: false,
            slow: false,
            impatient: false,
            lags: false,
            sent_ahead: false,
        }
    }

    fn now(&mut self) -> Now {
        if self.chance.percent(2) {
            // The clock of the machine is set, forwards or backwards.
            self.wall = self.chance.next() >> 20;
        }
        Now { elapsed: self.elapsed, wall: self.wall }
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.elapsed += time;
        self.wall = self.wall.wrapping_add(u64::try_from(time.as_millis()).unwrap());
        self.scenario.server.emulator.advance(i64::try_from(time.as_secs()).unwrap());
        if self.meddles && self.chance.percent(5) && self.scenario.records > 0 {
            let record = id(self.chance.below(self.scenario.records));
            self.scenario.server.meddle(record, FIELDS[0]);
        }
        let ticks =
            if self.slow { u64::from(self.chance.percent(1)) } else { self.chance.below(4) };
        for _ in 0..ticks {
            self.scenario.server.emulator.tick().unwrap();
        }
        let due = |late: &mut Vec<(Duration, Call)>, now| {
            let at = late.iter().position(|(until, _)| *until <= now);
            at.map(|at| late.swap_remove(at).1)
        };
        while let Some(call) = due(&mut self.late, self.elapsed) {
            let _ = self.scenario.server.handle(&call, &mut self.chance);
        }
    }

    /// One process: it runs until it is over, or is killed.
    pub(crate) fn run<J: Journal>(&mut self, journal: &mut J, writes: u64) -> Option<Outcome> {
        let after = self.chance.percent(50);
        let mut mortal = Mortal { journal, left: Rc::new(Cell::new(writes)), after };
        let steps = self.scenario.steps.clone().into_iter().map(Ok);
        let mut session =
            Session::new(self.scenario.options.clone(), steps, mortal.journal.identity());
        let mut flights: Vec<Flight> = Vec::new();
        // Entries on their way to the disk, since when.
        let mut writing: Option<(Vec<Entry>, Duration)> = None;
        let mut turns = 0;
        loop {
            turns += 1;
            assert!(turns < 200_000, "the run does not end");
            let now = self.now();
            if self.impatient && self.chance.percent(1) {
                session.stop(now);
            }
            let fly = |(id, call)| Flight { id, call, outcome: None };
            let known = flights.len();
            flights.extend(std::iter::from_fn(|| session.send_prepared(now)).map(fly));
            self.sent_ahead |= writing.is_some() && flights.len() > known;
            if writing.is_none() {
                match session.collect(now, &mut mortal, &mut self.watch) {
                    Ok(()) => writing = Some((session.take_entries(), self.elapsed)),
                    Err(RunError::Journal(_)) => {
                        self.killed(flights);
                        return None;
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            // Where the disk is slow, answers come and calls are sent while it writes.
            if let Some((entries, begun)) =
                writing.take_if(|(entries, _)| entries.is_empty() || self.disk_is_done(&flights))
            {
                if !entries.is_empty() && mortal.write(&entries).is_err() {
                    self.killed(flights);
                    return None;
                }
                let took = (!entries.is_empty()).then(|| self.elapsed.saturating_sub(begun));
                flights
                    .extend(session.written(took, &mut self.watch).unwrap().into_iter().map(fly));
                if session.is_finished() {
                    assert!(flights.is_empty());
                    return Some(session.outcome());
                }
                if !entries.is_empty() {
                    // Answers that came meanwhile may have more to write.
                    continue;
                }
            }
            if flights.is_empty() {
                let wake = session.machine().wake_at().expect("the run waits for nothing");
                let wait = wake.saturating_sub(self.elapsed).max(Duration::from_millis(1));
                self.pass(wait);
                continue;
            }
            let place = self.chance.below(flights.len() as u64);
            let place = usize::try_from(place).unwrap();
            let time = Duration::from_millis(self.chance.below(400));
            self.pass(time);
            let flight = &mut flights[place];
            if flight.outcome.is_none() {
                let server = &mut self.scenario.server;
                flight.outcome = Some(server.handle(&flight.call, &mut self.chance));
            } else {
                let flight = flights.swap_remove(place);
                let now = self.now();
                let received = Received::of(&flight.call, flight.outcome.unwrap());
                session.answer(now, flight.id, received);
            }
        }
    }

    /// Whether a write is over. It is waited for where nothing else can happen.
    fn disk_is_done(&mut self, flights: &[Flight]) -> bool {
        !self.lags || flights.is_empty() || self.chance.percent(30)
    }

    /// The process is gone: a call on its way may still arrive, at once or a while later.
    fn killed(&mut self, flights: Vec<Flight>) {
        for flight in flights.into_iter().filter(|flight| flight.outcome.is_none()) {
            if self.chance.percent(50) {
                let wait = Duration::from_millis(self.chance.below(25_000));
                self.late.push((self.elapsed + wait, flight.call));
            }
        }
        // The call that was not begun, since its journal could not be written, never arrives.
        self.pass(Duration::from_millis(self.chance.clone().below(40_000)));
    }
}
