//! Jobs on a view.

use std::time::Duration;

use massup_executor::entry::Doubt;
use massup_executor::event::{Event, Stop};
use massup_executor::{InDoubt, Options};
use massup_planner::Route;
use massup_transport::{Failure, Method, Response};

use crate::driver::{Seen, drive, error, journal, on_view, plain, scheduled, status};

#[test]
fn a_job_begins_when_the_one_before_has_ended() {
    let mut order = Vec::new();
    let mut polls = 0;
    let seen = drive(on_view(&["City", "State"], Route::View), &mut journal(), plain(), |call| {
        if call.method() == Method::Post {
            order.push("schedule");
            return scheduled(if order.len() == 1 { "101" } else { "102" });
        }
        order.push("poll");
        polls += 1;
        if polls % 3 == 0 { status("COMPLETED", 9, 0) } else { status("RUNNING", polls, 0) }
    });
    assert_eq!(order.join(" "), "schedule poll poll poll schedule poll poll poll");
    assert_eq!((seen.outcome.totals.updated, seen.outcome.stop), (18, None));
    let waits: Vec<u64> =
        seen.calls.windows(2).map(|two| two[1].0.saturating_sub(two[0].0).as_secs()).collect();
    assert_eq!(waits[..3], [3, 5, 9], "each wait is twice as long, behind an answer of a second");
}

#[test]
fn jobs_that_do_not_end_well_stop_the_chain() {
    let steps = || on_view(&["City", "State"], Route::View);
    let run = |policy: InDoubt, answer: &dyn Fn(u64) -> Result<Response, Failure>| {
        let mut journal = journal();
        let (mut schedules, mut polls) = (0, 0);
        let options = Options { in_doubt: policy, ..plain() };
        let seen = drive(steps(), &mut journal, options, |call| {
            if call.method() == Method::Post {
                schedules += 1;
                return scheduled("101");
            }
            polls += 1;
            answer(polls)
        });
        (schedules, seen.outcome.stop.clone(), seen, journal)
    };
    let why = |seen: &Seen| {
        seen.events.iter().find_map(|event| match event {
            Event::CallInDoubt { why, .. } => Some(*why),
            _ => None,
        })
    };
    let is_blocked = |seen: &Seen| seen.events.contains(&Event::Blocked { step: 2, after: 1 });

    let (schedules, stop, seen, _) = run(InDoubt::Ask, &|_| status("FAILED", 4, 5));
    assert_eq!((schedules, stop, why(&seen)), (1, None, Some(Doubt::JobFailed)));
    assert!(is_blocked(&seen));
    let (schedules, _, seen, mut journal) = run(InDoubt::Ask, &|_| status("FAILED", 0, 9));
    assert_eq!((schedules, why(&seen)), (1, None));
    assert!(is_blocked(&seen));
    let seen = drive(steps(), &mut journal, plain(), |call| match call.method() {
        Method::Post => scheduled("102"),
        Method::Get => status("COMPLETED", 9, 0),
    });
    assert_eq!(
        (seen.outcome.totals.updates, seen.outcome.stop),
        (2, None),
        "nothing was done before"
    );

    let (schedules, stop, seen, _) = run(InDoubt::Skip, &|poll| match poll {
        1 => status("FAILED", 4, 5),
        _ => status("COMPLETED", 9, 0),
    });
    assert_eq!((schedules, stop, is_blocked(&seen)), (2, None, false));

    let (_, stop, seen, mut journal) = run(InDoubt::Ask, &|_| status("SUSPENDED", 4, 0));
    assert!(matches!(stop, Some(Stop::JobStalled { .. })), "{stop:?}");
    assert!(seen.calls.last().unwrap().0 >= Duration::from_hours(1));
    // The next run goes on asking, and schedules nothing a second time.
    let mut schedules = 0;
    let seen = drive(steps(), &mut journal, plain(), |call| match call.method() {
        Method::Post => {
            schedules += 1;
            scheduled("102")
        }
        Method::Get => status("COMPLETED", 9, 0),
    });
    assert_eq!((schedules, seen.outcome.stop), (1, None));

    let (schedules, stop, seen, _) = run(InDoubt::Ask, &|_| error(404, "NOT_FOUND"));
    assert_eq!((schedules, stop, why(&seen)), (1, None, Some(Doubt::JobVanished)));
}

#[test]
fn a_view_with_another_job_is_waited_for() {
    let mut sent = 0;
    let seen = drive(on_view(&["City"], Route::View), &mut journal(), plain(), |call| {
        if call.method() == Method::Get {
            return status("COMPLETED", 9, 0);
        }
        sent += 1;
        if sent < 12 { error(202, "ALREADY_SCHEDULED") } else { scheduled("101") }
    });
    assert_eq!((seen.outcome.stop, sent), (None, 12));
    let seen = drive(on_view(&["City"], Route::View), &mut journal(), plain(), |_| {
        error(400, "ALREADY_SCHEDULED")
    });
    assert_eq!(seen.outcome.stop, Some(Stop::ViewBusy));
    assert!(seen.calls.last().unwrap().0 >= Duration::from_hours(1));
}
