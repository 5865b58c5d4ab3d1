//! What is under way: steps become units as there is room, wait for each other, and end.

use massup_model::{RecordId, Selection, Template};
use massup_planner::{Action, Step};

use super::{Command, Machine, Unit, Work};
use crate::entry::{Image, Key, ReadState, State};
use crate::event::{Event, Stop};

/// A step that updates what another has read: a unit for each part.
#[derive(Debug)]
pub(super) struct Spread {
    pub(super) step: u64,
    /// The step that reads, and in how many parts, once it is known.
    pub(super) from: u64,
    pub(super) parts: Option<u32>,
    next: u32,
    template: Template,
}

impl Machine {
    /// Asks for the next step, or for the next part of one, as long as there is room.
    pub(super) fn feed(&mut self) -> Option<Command> {
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

    pub(super) fn add_step(
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

    pub(super) fn add_part(
        &mut self,
        key: Key,
        ids: Vec<RecordId>,
        call: Option<State>,
        images: Vec<Image>,
    ) {
        let Some(spread) = self.spreads.iter().find(|spread| spread.step == key.step) else {
            return;
        };
        match spread.template.request(Selection::Ids(ids.clone())) {
            Ok(request) => self.add_ids(key, None, request, ids, call, images),
            Err(error) => self.halt(Stop::Unreadable { what: error.to_string() }),
        }
    }

    /// Steps that wait for one that did not end well never begin.
    pub(super) fn block(&mut self) {
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

    /// A unit is over.
    pub(super) fn end(&mut self, key: Key, well: bool) {
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
    pub(super) fn close(&mut self, step: u64, well: bool) {
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
}
