//! What was called, and which automations that triggered: the newest entries of each.

use std::collections::VecDeque;
use std::sync::Arc;

use massup_model::RecordId;

use super::Store;
use crate::time::Instant;

/// Calls that are kept.
pub(super) const CALLS: usize = 10_000;

/// Calls whose bodies and answers are kept.
const WITH_BODIES: usize = 200;

/// Triggered automations that are kept.
pub(super) const AUTOMATIONS: usize = 200_000;

/// One call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallEntry {
    pub(crate) number: i64,
    pub(crate) at: Instant,
    pub(crate) method: String,
    /// The path without its query.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) user: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) refusal: Option<String>,
    /// The start of the body, and of the answer.
    pub(crate) body: String,
    pub(crate) answer: String,
}

/// One entry of the automation log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Automation {
    pub(crate) number: i64,
    pub(crate) at: Instant,
    pub(crate) module: Arc<str>,
    pub(crate) record: RecordId,
    pub(crate) call: i64,
    pub(crate) job: Option<i64>,
}

/// The automations that a call, or one step of a job, triggered.
#[derive(Clone, Debug)]
pub(crate) struct Triggered {
    /// The number of the first; the others follow.
    pub(crate) first: i64,
    pub(crate) at: Instant,
    pub(crate) module: Arc<str>,
    pub(crate) call: i64,
    pub(crate) job: Option<i64>,
    pub(crate) records: Vec<RecordId>,
}

impl Triggered {
    /// The number behind the last.
    fn end(&self) -> i64 {
        self.first.saturating_add(i64::try_from(self.records.len()).unwrap_or(i64::MAX))
    }
}

/// Both logs. Numbers begin with 1 and are never given twice.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) calls: VecDeque<CallEntry>,
    pub(super) last_call: i64,
    pub(super) triggered: VecDeque<Triggered>,
    kept: usize,
    pub(super) last_automation: i64,
}

impl Log {
    pub(super) fn begin_call(&mut self, at: Instant, method: &str, path: &str) -> i64 {
        self.last_call += 1;
        let (method, path) = (method.to_owned(), path.to_owned());
        self.calls.push_back(CallEntry {
            number: self.last_call,
            at,
            method,
            path,
            ..CallEntry::default()
        });
        self.last_call
    }

    /// The call that was begun last.
    pub(super) fn call(&mut self) -> Option<&mut CallEntry> {
        self.calls.back_mut()
    }

    pub(super) fn trigger(&mut self, entry: Triggered) {
        self.last_automation = entry.end().saturating_sub(1);
        self.kept += entry.records.len();
        self.triggered.push_back(entry);
    }

    /// Takes back all calls and automations behind two numbers.
    pub(super) fn take_back(&mut self, call: i64, automation: i64) {
        while self.calls.back().is_some_and(|entry| entry.number > call) {
            self.calls.pop_back();
        }
        while self.triggered.back().is_some_and(|entry| entry.first > automation) {
            let entry = self.triggered.pop_back();
            self.kept -= entry.map_or(0, |entry| entry.records.len());
        }
        (self.last_call, self.last_automation) = (call, automation);
    }

    /// Drops the oldest entries of logs that are too long.
    pub(super) fn trim(&mut self) {
        while self.calls.len() > CALLS {
            self.calls.pop_front();
        }
        if let Some(place) = self.calls.len().checked_sub(WITH_BODIES + 1)
            && let Some(entry) = self.calls.get_mut(place)
        {
            entry.body = String::new();
            entry.answer = String::new();
        }
        while self.kept > AUTOMATIONS && self.triggered.len() > 1 {
            let entry = self.triggered.pop_front();
            self.kept -= entry.map_or(0, |entry| entry.records.len());
        }
    }

    /// The automations behind a number, oldest first.
    pub(super) fn automations(&self, after: i64, limit: usize) -> Vec<Automation> {
        let from = self.triggered.partition_point(|entry| entry.end() <= after.saturating_add(1));
        let entries = self.triggered.iter().skip(from);
        let each = entries.flat_map(|entry| {
            (entry.first..).zip(&entry.records).map(|(number, record)| Automation {
                number,
                at: entry.at,
                module: Arc::clone(&entry.module),
                record: *record,
                call: entry.call,
                job: entry.job,
            })
        });
        each.filter(|entry| entry.number > after).take(limit).collect()
    }
}

impl Store {
    /// Writes the start of a call, and gives it a number.
    pub(crate) fn log_call(&self, at: Instant, method: &str, path: &str) -> i64 {
        self.state.borrow_mut().log.begin_call(at, method, path)
    }

    /// Writes how the call ended that was begun last.
    pub(crate) fn end_call(&self, end: impl FnOnce(&mut CallEntry)) {
        if let Some(entry) = self.state.borrow_mut().log.call() {
            end(entry);
        }
    }

    /// The newest calls first.
    pub(crate) fn calls(&self, limit: usize) -> Vec<CallEntry> {
        self.state.borrow().log.calls.iter().rev().take(limit).cloned().collect()
    }

    /// Writes down that updates of records triggered automations.
    pub(crate) fn log_automations(
        &self,
        at: Instant,
        module: &str,
        call: i64,
        job: Option<i64>,
        records: Vec<RecordId>,
    ) {
        if records.is_empty() {
            return;
        }
        let mut state = self.state.borrow_mut();
        let first = state.log.last_automation.saturating_add(1);
        state.log.trigger(Triggered { first, at, module: module.into(), call, job, records });
    }

    /// The automation log behind an entry, oldest first.
    pub(crate) fn automations(&self, after: i64, limit: usize) -> Vec<Automation> {
        self.state.borrow().log.automations(after, limit)
    }

    /// The newest calls and steps of jobs that triggered automations, with the records.
    pub(crate) fn triggered(&self, limit: usize) -> Vec<Triggered> {
        self.state.borrow().log.triggered.iter().rev().take(limit).cloned().collect()
    }

    /// How many automations were triggered.
    pub(crate) fn automation_count(&self) -> i64 {
        self.state.borrow().log.last_automation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(calls: i64, each: usize) -> Log {
        let mut log = Log::default();
        let record = RecordId::from_number(7).unwrap();
        for call in 1..=calls {
            assert_eq!(log.begin_call(0, "POST", "/"), call);
            log.call().unwrap().body = "x".to_owned();
            log.trigger(Triggered {
                first: log.last_automation + 1,
                at: 0,
                module: "Leads".into(),
                call,
                job: None,
                records: vec![record; each],
            });
            log.trim();
        }
        log
    }

    #[test]
    fn logs_are_bounded_and_keep_the_newest() {
        let log = filled(10_050, 50);
        assert_eq!(log.calls.len(), CALLS);
        assert_eq!(log.calls.back().map(|entry| entry.number), Some(10_050));
        assert_eq!(log.calls.iter().filter(|entry| !entry.body.is_empty()).count(), WITH_BODIES);
        assert_eq!(log.last_automation, 10_050 * 50);
        let kept: usize = log.triggered.iter().map(|entry| entry.records.len()).sum();
        assert!((AUTOMATIONS - 50..=AUTOMATIONS).contains(&kept), "{kept}");
    }

    #[test]
    fn automations_are_read_from_any_number_on() {
        let log = filled(4, 3);
        let numbers = |after: i64, limit: usize| {
            log.automations(after, limit).iter().map(|entry| entry.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(0, 100), (1..=12).collect::<Vec<_>>());
        for after in 0..=12 {
            assert_eq!(numbers(after, 2), (after + 1..=12).take(2).collect::<Vec<_>>(), "{after}");
        }
        assert_eq!(numbers(i64::MAX, 2), Vec::<i64>::new());
    }

    #[test]
    fn what_is_taken_back_was_never_there() {
        let mut log = filled(3, 3);
        log.take_back(2, 6);
        assert_eq!((log.calls.len(), log.triggered.len(), log.kept), (2, 2, 6));
        assert_eq!(log.begin_call(0, "GET", "/"), 3);
    }
}
