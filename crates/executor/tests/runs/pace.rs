//! Bounds, rates and back-off.

use std::time::Duration;

use massup_executor::event::Stop;
use massup_executor::{MaxFailures, Options};
use massup_transport::{Call, Failure, Response};
use serde_json::json;

use crate::driver::{SECOND, by_ids, drive, error, ids_of, journal, json_answer, plain, updated};

#[test]
fn after_too_many_requests_there_are_fewer() {
    let mut refused = 0;
    let seen = drive(by_ids(&["City"], 10_000), &mut journal(), plain(), |call| {
        if refused == 0 {
            refused += 1;
            let mut answer = error(429, "TOO_MANY_REQUESTS").unwrap();
            answer.retry_after = Some(SECOND * 30);
            return Ok(answer);
        }
        updated(call)
    });
    assert_eq!((seen.outcome.totals.updated, seen.outcome.stop), (10_000, None));
    assert_eq!((seen.most, seen.outcome.totals.updates), (10, 21));
    // Ten calls were under way when the answer came. None is sent for thirty seconds, then five.
    assert!(seen.calls.iter().all(|(at, _)| *at == Duration::ZERO || *at >= SECOND * 31));
    assert_eq!(seen.calls.iter().filter(|(at, _)| *at == SECOND * 31).count(), 5);
}

#[test]
fn bounds_stop_a_run_before_the_next_call() {
    let mut options = plain();
    options.concurrency = 1;
    let run = |options: &Options, respond: &dyn Fn(&Call) -> Result<Response, Failure>| {
        let seen = drive(by_ids(&["City"], 5_000), &mut journal(), options.clone(), respond);
        (seen.outcome.totals.updates, seen.outcome.stop)
    };
    let bounded = Options { max_credits: Some(3), ..options.clone() };
    assert_eq!(run(&bounded, &updated), (3, Some(Stop::MaxCredits)));

    let bounded = Options { stop_at: Some(2_500), ..options.clone() };
    assert_eq!(run(&bounded, &updated), (3, Some(Stop::StopAt)));

    let half = |call: &Call| {
        let entry = |id: &String| {
            let fails = id.parse::<u64>().unwrap() % 2 == 0;
            let code = if fails { "RECORD_LOCKED" } else { "SUCCESS" };
            let status = if fails { "error" } else { "success" };
            json!({ "code": code, "details": { "id": id }, "message": "", "status": status })
        };
        json_answer(207, &json!({ "data": ids_of(call).iter().map(entry).collect::<Vec<_>>() }))
    };
    let bounded = Options { max_failures: Some(MaxFailures::Records(400)), ..options.clone() };
    assert_eq!(run(&bounded, &half), (2, Some(Stop::MaxFailures { failed: 500 })));
    let bounded = Options { max_failures: Some(MaxFailures::Percent(49.0)), ..options.clone() };
    assert_eq!(run(&bounded, &half), (1, Some(Stop::MaxFailures { failed: 250 })));
    let bounded = Options { max_failures: Some(MaxFailures::Percent(50.0)), ..options.clone() };
    assert_eq!(run(&bounded, &half), (10, None));

    let spent = |call: &Call| {
        let mut answer = updated(call)?;
        answer.credits_remaining = Some(0);
        Ok(answer)
    };
    assert_eq!(run(&options, &spent), (1, Some(Stop::CreditsUsedUp)));
}

#[test]
fn a_rate_spreads_calls() {
    let options = Options { rate: Some(2.0), ..plain() };
    let seen = drive(by_ids(&["City"], 5_000), &mut journal(), options, updated);
    for (number, (at, _)) in (0..).zip(&seen.calls) {
        assert!(*at >= Duration::from_millis(500) * number, "call {number} at {at:?}");
    }
}
