//! Calls that are refused, lost or answered in part.

use massup_executor::entry::{Doubt, Key, RecordOutcome, State};
use massup_executor::event::{Choice, Event, Stop};
use massup_executor::report::failures;
use massup_executor::{InDoubt, Journal as _, Options, Report};
use massup_planner::Route;
use massup_transport::{Failure, Method};
use serde_json::json;

use crate::driver::{
    SECOND, by_ids, drive, drive_with, error, id, ids_of, journal, json_answer, on_view, plain,
    updated,
};

#[test]
fn a_refusal_of_the_call_stops_the_run_and_the_next_one_sends_it_again() {
    let mut journal = journal();
    let steps = by_ids(&["City"], 1_500);
    let options = Options { concurrency: 1, ..plain() };
    let seen = drive(steps.clone(), &mut journal, options.clone(), |_| error(403, "NO_PERMISSION"));
    assert!(matches!(&seen.outcome.stop, Some(Stop::Refused(r)) if r.code == "NO_PERMISSION"));
    assert_eq!(seen.calls.len(), 1);
    let report = Report::of(&mut journal).unwrap();
    assert_eq!((report.calls.refused, report.errors[0].calls), (1, 1));
    assert!(report.errors[0].cure.is_some());
    let seen = drive(steps, &mut journal, options, updated);
    assert_eq!((seen.outcome.totals.updated, seen.outcome.stop), (1_500, None));
}

#[test]
fn records_without_an_entry_are_looked_at() {
    let mut journal = journal();
    let mut reads = Vec::new();
    let seen = drive(by_ids(&["City"], 3), &mut journal, plain(), |call| {
        if call.method() == Method::Get {
            reads.push(call.query().unwrap().to_owned());
            let data =
                json!([{ "id": "2", "City": "new", "Modified_Time": "2026-06-01T00:00:00Z" }]);
            return json_answer(200, &json!({ "data": data }));
        }
        json_answer(
            200,
            &json!({ "data": [
            { "code": "SUCCESS", "details": { "id": "1" }, "message": "", "status": "success" }] }),
        )
    });
    assert_eq!(reads, ["ids=2%2C3&fields=id%2CCity%2CModified_Time"]);
    let totals = seen.outcome.totals;
    assert_eq!((totals.updates, totals.updated, totals.failed), (1, 2, 1));
    let gone: Vec<_> = failures(&mut journal).map(Result::unwrap).collect();
    assert_eq!((gone.len(), gone[0].id, gone[0].code.as_str()), (1, id(3), "GONE"));
}

/// A call whose answer is lost: what is surely untouched is sent again, and nothing else.
#[test]
fn only_what_is_surely_untouched_is_sent_again() {
    for policy in [InDoubt::Ask, InDoubt::Retry, InDoubt::Skip] {
        let mut journal = journal();
        let options = Options { in_doubt: policy, backup: Some(100), ..plain() };
        let (mut sent, mut lost) = (Vec::new(), false);
        let seen = drive(by_ids(&["City"], 3), &mut journal, options, |call| {
            if call.method() == Method::Post {
                sent.push(ids_of(call));
                if !lost {
                    lost = true;
                    return Err(Failure::InDoubt("the connection was closed".into()));
                }
                return updated(call);
            }
            let record = |id: &str, city: &str, minute: u32| {
                let time = format!("2026-06-01T00:{minute:02}:00Z");
                json!({ "id": id, "City": city, "Modified_Time": time })
            };
            let data = if lost {
                json!([record("1", "old", 1), record("2", "new", 9), record("3", "theirs", 9)])
            } else {
                json!([record("1", "old", 1), record("2", "old", 1), record("3", "old", 1)])
            };
            json_answer(200, &json!({ "data": data }))
        });
        let again: &[&str] = if policy == InDoubt::Retry { &["1", "3"] } else { &["1"] };
        assert_eq!(sent[1..], [again], "{policy:?}");
        let (state, entries) = (
            journal.call(Key { step: 1, part: 0 }).unwrap().unwrap(),
            failures(&mut journal).map(Result::unwrap).collect::<Vec<_>>(),
        );
        match policy {
            InDoubt::Retry => assert!(entries.is_empty() && matches!(state, State::Done(_))),
            InDoubt::Skip | InDoubt::Ask => {
                assert_eq!((entries.len(), entries[0].id), (1, id(3)));
                assert_eq!(entries[0].outcome, RecordOutcome::InDoubt);
                assert_eq!(matches!(state, State::InDoubt { .. }), policy == InDoubt::Ask);
            }
        }
        assert!(seen.events.iter().any(|event| matches!(
            event,
            Event::Settled { updated: 1, pending: 1, in_doubt: 1, .. }
        )));
        // The server may still have been at work: it was given the time.
        assert!(
            seen.calls.iter().any(|(at, call)| call.method() == Method::Get && *at >= SECOND * 30)
        );
    }
}

#[test]
fn a_lost_scheduling_call_is_sent_again_only_by_decision_and_once() {
    for (choice, schedules) in [(Choice::Later, 1), (Choice::Retry, 2), (Choice::Skip, 1)] {
        let mut sent = 0;
        let mut journal = journal();
        let steps = on_view(&["City"], Route::View);
        let seen = drive_with(steps, &mut journal, plain(), choice, |_| {
            sent += 1;
            match sent {
                1 => Err(Failure::InDoubt("the connection was closed".into())),
                _ => error(202, "ALREADY_SCHEDULED"),
            }
        });
        assert_eq!(seen.outcome.totals.updates, schedules, "{choice:?}");
        let state = journal.call(Key { step: 1, part: 0 }).unwrap().unwrap();
        match choice {
            Choice::Retry => {
                assert!(matches!(state, State::InDoubt { why: Doubt::JobOnView, .. }), "{state:?}");
            }
            Choice::Later => assert!(matches!(state, State::InDoubt { why: Doubt::NoAnswer, .. })),
            Choice::Skip => assert!(matches!(state, State::Done(_))),
        }
    }
}

#[test]
fn without_a_connection_the_run_stops_and_loses_nothing() {
    let mut journal = journal();
    let seen = drive(by_ids(&["City"], 600), &mut journal, plain(), |_| {
        Err(Failure::NotSent("the host name is not known".into()))
    });
    let what = "the host name is not known".to_owned();
    assert_eq!(seen.outcome.stop, Some(Stop::Unreachable { what }));
    let seen = drive(by_ids(&["City"], 600), &mut journal, plain(), updated);
    assert_eq!((seen.outcome.totals.updates, seen.outcome.totals.updated), (2, 600));
}
