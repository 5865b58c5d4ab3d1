//! Which call is sent next. While the window is full, calls are prepared: they are written to the journal before
//! there is room for them, so that no slot waits for the disk.

use std::time::Duration;

use massup_transport::{Call, Purpose};

use super::ids::Stage;
use super::{Command, Machine, Unit, Work};
use crate::entry::{Entry, Key, State};
use crate::event::Stop;

/// A call under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) key: Key,
    pub(super) purpose: Purpose,
    /// When it was sent.
    pub(super) begun: Duration,
}

/// The next call of a unit.
pub(super) struct Next {
    pub(super) call: Call,
    pub(super) purpose: Purpose,
    /// API credits.
    pub(super) cost: u64,
    /// What is written before it is sent.
    pub(super) before: Vec<Entry>,
}

/// A call that waits for room. What protects it has been written, or is being written.
#[derive(Debug)]
pub(super) struct Prepared {
    key: Key,
    call: Call,
    purpose: Purpose,
    cost: u64,
}

impl Machine {
    /// The next call that may be sent although commands wait to be executed: it is in the journal, as
    /// [`written`](Self::written) confirmed. It is in progress from now on.
    pub fn send_prepared(&mut self, now: super::Now) -> Option<(u64, Call)> {
        self.now = now;
        if self.safe == 0 || self.finished || !self.may_send() {
            return None;
        }
        self.launch_prepared()
    }

    /// Confirms that all commands polled so far have been executed. `took` is how long it took to write their
    /// entries, if there were any.
    pub fn written(&mut self, took: Option<Duration>) {
        self.safe = self.prepared.len();
        if let Some(took) = took {
            self.pace.write_took(took);
        }
    }

    /// Sends a call if there is room, and otherwise prepares one.
    pub(super) fn advance(&mut self) {
        if self.may_send() {
            if let Some((id, call)) = self.launch_prepared() {
                self.out.push_back(Command::Send { id, call });
            } else if self.stop.is_none()
                && let Some(key) = self.ready(|_| true)
            {
                self.begin(key);
            }
        } else if !self.pace.has_room(self.flights.len())
            && self.prepared.len() < self.pace.ahead()
            && let Some(key) = self.ready(|unit| matches!(unit.work, Work::Ids(_)))
        {
            self.prepare(key);
        }
    }

    /// Whether the run, the window and the rate allow a call now.
    fn may_send(&self) -> bool {
        self.stop.is_none()
            && self.pace.has_room(self.flights.len())
            && self.pace.from() <= self.now.elapsed
    }

    /// Whether nothing but the time keeps a unit from its next call.
    pub(super) fn may_begin(&self, unit: &Unit) -> bool {
        !unit.in_flight
            && !unit.asked
            && unit.after.is_none_or(|after| !self.open.contains(&after))
            && !unit.behind.iter().any(|key| self.units.contains_key(key))
    }

    /// The first of some units whose next call can be sent.
    fn ready(&self, of: impl Fn(&Unit) -> bool) -> Option<Key> {
        let now = self.now.elapsed;
        let ready = |unit: &&Unit| unit.at <= now && self.may_begin(unit) && of(unit);
        self.units.values().find(ready).map(|unit| unit.key)
    }

    /// Sends the next call of a unit.
    fn begin(&mut self, key: Key) {
        let Some(Next { call, purpose, cost, before }) = self.compose(key) else { return };
        if !self.affords(cost) {
            return;
        }
        if !before.is_empty() {
            self.write(before);
        }
        let (id, call) = self.launch(Prepared { key, call, purpose, cost });
        self.out.push_back(Command::Send { id, call });
    }

    /// Writes the next call of a unit to the journal, to be sent later.
    fn prepare(&mut self, key: Key) {
        let Some(Next { call, purpose, cost, before }) = self.compose(key) else { return };
        if let Some(unit) = self.units.get_mut(&key) {
            unit.in_flight = true;
        }
        if !before.is_empty() {
            self.write(before);
        }
        self.prepared.push_back(Prepared { key, call, purpose, cost });
    }

    /// The next call of a unit.
    fn compose(&mut self, key: Key) -> Option<Next> {
        let mut unit = self.units.remove(&key)?;
        let next = match &mut unit.work {
            Work::Ids(work) => self.ids_call(key, work),
            Work::Job(work) => self.job_call(key, work),
            Work::Read(work) => self.read_call(work),
        };
        self.units.insert(key, unit);
        next.map_err(|error| self.halt(Stop::Unreadable { what: error.to_string() })).ok()
    }

    fn launch_prepared(&mut self) -> Option<(u64, Call)> {
        let cost = self.prepared.front()?.cost;
        if !self.affords(cost) {
            return None;
        }
        self.safe = self.safe.saturating_sub(1);
        let next = self.prepared.pop_front()?;
        Some(self.launch(next))
    }

    /// Counts a call that is sent now.
    fn launch(&mut self, next: Prepared) -> (u64, Call) {
        let Prepared { key, call, purpose, cost } = next;
        let id = self.next_flight;
        self.next_flight += 1;
        self.flights.insert(id, Flight { key, purpose, begun: self.now.elapsed });
        self.pace.sent(self.now.elapsed);
        self.totals.credits = self.totals.credits.saturating_add(cost);
        if purpose == Purpose::Update {
            self.totals.updates += 1;
        } else {
            self.totals.reads += 1;
        }
        if let Some(unit) = self.units.get_mut(&key) {
            unit.in_flight = true;
            unit.sent = unit.sent.saturating_add(1);
        }
        (id, call)
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

    /// Writes that the prepared calls were not sent: the next run need not read their records back.
    pub(super) fn withdraw(&mut self) {
        let mut entries = Vec::new();
        for Prepared { key, .. } in std::mem::take(&mut self.prepared) {
            if let Some(Unit { work: Work::Ids(work), .. }) = self.units.get(&key)
                && matches!(work.stage, Stage::Send)
            {
                entries.push(Entry::Call(key, State::Pending(work.sending())));
            }
        }
        if !entries.is_empty() {
            self.write(entries);
        }
    }
}
