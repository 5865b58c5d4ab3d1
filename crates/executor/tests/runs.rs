//! What a run does, one behaviour a test, at a time that the test moves.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::unnecessary_wraps,
    reason = "a test fails by panicking, and an answer may be a failure"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use massup_executor::entry::{Doubt, Identity, Key, RecordOutcome, State};
use massup_executor::event::{Choice, Event, Question, Stop};
use massup_executor::machine::{Now, Received};
use massup_executor::report::failures;
use massup_executor::{
    InDoubt, Journal as _, MaxFailures, Memory, Observer, Options, Outcome, Report, Run, Session,
};
use massup_model::{ApiVersion, RecordId, ViewId};
use massup_planner::facts::PlanFacts;
use massup_planner::ids::Ids;
use massup_planner::{Plan, Route, Step, file};
use massup_transport::{Call, Failure, Method, Response, Transport};
use serde_json::{Value, json};

const SECOND: Duration = Duration::from_secs(1);

fn id(number: u64) -> RecordId {
    RecordId::from_number(number).unwrap()
}

fn fields(names: &[&str]) -> Vec<(String, Value)> {
    names.iter().map(|name| ((*name).to_owned(), json!("new"))).collect()
}

fn plan(names: &[&str]) -> Plan {
    Plan::new(ApiVersion::V8, "Leads", fields(names), None).unwrap()
}

/// The steps of a plan by ids.
fn by_ids(names: &[&str], records: u64) -> Vec<Step> {
    let lines: String = (1..=records).map(|number| format!("{number}\n")).collect();
    let mut text = Vec::new();
    file::write(&mut text, plan(names).calls(Ids::from_lines(lines.as_bytes()))).unwrap();
    file::Reader::new(text.as_slice()).unwrap().collect::<Result<_, _>>().unwrap()
}

fn view() -> ViewId {
    "554023000000091515".parse().unwrap()
}

fn on_view(names: &[&str], route: Route) -> Vec<Step> {
    plan(names).on_view(view(), None).steps(route).unwrap()
}

fn journal() -> Memory {
    Memory::new(Identity {
        plan: "sha256:1".to_owned(),
        organisation: "1".to_owned(),
        api_version: ApiVersion::V8,
        module: "Leads".to_owned(),
    })
}

/// Options of a run that keeps no values.
fn plain() -> Options {
    Options { backup: None, ..Options::default() }
}

fn json_answer(status: u16, body: &Value) -> Result<Response, Failure> {
    Ok(Response::new(status, body.to_string()))
}

fn error(status: u16, code: &str) -> Result<Response, Failure> {
    json_answer(status, &json!({ "code": code, "details": {}, "message": "", "status": "error" }))
}

fn ids_of(call: &Call) -> Vec<String> {
    let body: Value = serde_json::from_str(call.body().unwrap()).unwrap();
    serde_json::from_value(body["ids"].clone()).unwrap()
}

/// All records of a call by ids are updated.
fn updated(call: &Call) -> Result<Response, Failure> {
    let entry = |id: &String| json!({ "code": "SUCCESS", "details": { "id": id }, "message": "", "status": "success" });
    json_answer(200, &json!({ "data": ids_of(call).iter().map(entry).collect::<Vec<_>>() }))
}

fn scheduled(job: &str) -> Result<Response, Failure> {
    json_answer(
        200,
        &json!({ "data": [{
        "code": "SUCCESS", "details": { "job_id": job }, "message": "", "status": "success" }] }),
    )
}

fn status(state: &str, updated: u64, failed: u64) -> Result<Response, Failure> {
    json_answer(
        200,
        &json!({ "data": [{ "Status": state, "Total_Count": 9,
        "Updated_Count": updated, "Failed_Count": failed, "Not_Updated_Count": 0 }] }),
    )
}

/// What happened in a run.
struct Seen {
    outcome: Outcome,
    events: Vec<Event>,
    /// Each call with the time at which it was sent.
    calls: Vec<(Duration, Call)>,
    /// The most calls at the same time.
    most: usize,
}

struct Watch {
    events: Vec<Event>,
    choice: Choice,
}

impl Observer for Watch {
    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
    }

    fn decide(&mut self, _: &Question) -> Choice {
        self.choice
    }
}

/// Runs steps; each call is answered a second after it was sent.
fn drive(
    steps: Vec<Step>,
    journal: &mut Memory,
    options: Options,
    respond: impl FnMut(&Call) -> Result<Response, Failure>,
) -> Seen {
    drive_with(steps, journal, options, Choice::Later, respond)
}

fn drive_with(
    steps: Vec<Step>,
    journal: &mut Memory,
    options: Options,
    choice: Choice,
    mut respond: impl FnMut(&Call) -> Result<Response, Failure>,
) -> Seen {
    let mut session = Session::new(options, steps.into_iter().map(Ok), journal.identity());
    let mut watch = Watch { events: Vec::new(), choice };
    let (mut now, mut calls, mut most) = (Now::default(), Vec::new(), 0);
    let mut flights: Vec<(Duration, u64, Call)> = Vec::new();
    loop {
        for (id, call) in session.turn(now, journal, &mut watch).unwrap() {
            calls.push((now.elapsed, call.clone()));
            flights.push((now.elapsed + SECOND, id, call));
        }
        most = most.max(flights.len());
        if session.is_finished() {
            let (outcome, events) = (session.outcome(), watch.events);
            return Seen { outcome, events, calls, most };
        }
        let wake = session.machine().wake_at();
        let landing = flights.first().map(|(at, ..)| *at);
        let next = wake.into_iter().chain(landing).min().expect("the run waits for nothing");
        let passed = next.saturating_sub(now.elapsed).max(Duration::from_millis(1));
        now.elapsed += passed;
        now.wall += u64::try_from(passed.as_millis()).unwrap();
        while flights.first().is_some_and(|(at, ..)| *at <= now.elapsed) {
            let (_, id, call) = flights.remove(0);
            session.answer(now, id, Received::of(&call, respond(&call)));
        }
    }
}

#[test]
fn ids_are_read_page_by_page_and_then_updated() {
    let mut journal = journal();
    let mut updates = BTreeMap::new();
    let seen = drive(
        on_view(&["City", "State"], Route::FrozenIds),
        &mut journal,
        plain(),
        |call| {
            if call.method() == Method::Post {
                for id in ids_of(call) {
                    *updates.entry(id).or_insert(0) += 1;
                }
                return updated(call);
            }
            let query = call.query().unwrap();
            let from = match query.rsplit_once("page_token=") {
                Some((_, token)) => token.parse().unwrap(),
                None => 0,
            };
            // The view moves meanwhile: the last record of a page is on the next one again.
            let data: Vec<Value> = (from..(from + 200).min(610))
                .map(|n| json!({ "id": (n + 1).to_string() }))
                .collect();
            let more = from + 200 < 610;
            let info = json!({ "more_records": more, "next_page_token": more.then(|| (from + 199).to_string()) });
            json_answer(200, &json!({ "data": data, "info": info }))
        },
    );
    assert_eq!(seen.outcome.stop, None);
    assert_eq!(updates.len(), 610);
    assert!(updates.values().all(|times| *times == 2), "two fields, each once");
    let posts = seen.calls.iter().filter(|(_, call)| call.method() == Method::Post).count();
    assert_eq!(posts, 4, "500 and 110 records for each of two fields");
    assert_eq!(seen.outcome.totals.credits, 4 * 3 + 4);
    // Run again, nothing is read and nothing is sent.
    let again = drive(on_view(&["City", "State"], Route::FrozenIds), &mut journal, plain(), |_| {
        panic!("nothing is left to do")
    });
    assert!(again.calls.is_empty() && again.outcome.stop.is_none());
}

#[test]
fn above_100_000_records_a_bulk_read_takes_the_ids() {
    let archive = |ids: std::ops::Range<u64>| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("7.csv", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"Id\n").unwrap();
        ids.for_each(|id| writeln!(archive, "{id}").unwrap());
        archive.finish().unwrap().into_inner()
    };
    let mut facts = PlanFacts::default();
    facts.view.records = Some(100_001);
    let plan = plan(&["City"]).on_view(view(), None).with_facts(facts);
    let (mut records, mut polls) = (BTreeSet::new(), 0);
    let seen = drive(
        plan.steps(Route::FrozenIds).unwrap(),
        &mut journal(),
        plain(),
        |call| match (call.method(), call.path()) {
            (Method::Post, "/crm/bulk/v8/read") => {
                let body: Value = serde_json::from_str(call.body().unwrap()).unwrap();
                let job = format!("10{}", body["query"]["page"]);
                json_answer(
                    201,
                    &json!({ "data": [{ "status": "success", "code": "ADDED_SUCCESSFULLY",
                    "message": "Added successfully.", "details": { "id": job, "operation": "read" } }] }),
                )
            }
            (_, path) if path.ends_with("/result") => {
                let first = path.contains("/101/");
                Ok(Response::new(200, archive(if first { 1..1_001 } else { 1_001..1_501 })))
            }
            (_, path) if path.starts_with("/crm/bulk/") => {
                polls += 1;
                let state = if polls == 1 { "QUEUED" } else { "COMPLETED" };
                let result = json!({ "more_records": path.ends_with("/101") });
                json_answer(
                    200,
                    &json!({ "data": [{ "id": "1", "state": state, "result": result }] }),
                )
            }
            _ => {
                records.extend(ids_of(call));
                updated(call)
            }
        },
    );
    assert_eq!((seen.outcome.stop, records.len()), (None, 1_500));
    assert_eq!(seen.outcome.totals.updates, 3);
}

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
fn values_of_too_many_records_are_not_kept_and_that_is_said() {
    let gets = |records: Option<u64>, backup: Option<u64>| {
        let options = Options { records, backup, ..Options::default() };
        let seen =
            drive(by_ids(&["City"], 300), &mut journal(), options, |call| match call.method() {
                Method::Get => json_answer(200, &json!({ "data": [{ "id": "1", "City": "old" }] })),
                Method::Post => updated(call),
            });
        let said = seen.events.contains(&Event::NoBackup { limit: 299 });
        (seen.outcome.totals.reads, said)
    };
    assert_eq!(gets(Some(300), Some(300)), (3, false));
    assert_eq!(gets(Some(300), Some(299)), (0, true));
    assert_eq!(gets(None, Some(299)), (3, false));
    assert_eq!(gets(Some(300), None), (0, false));
}

#[test]
fn a_rate_spreads_calls() {
    let options = Options { rate: Some(2.0), ..plain() };
    let seen = drive(by_ids(&["City"], 5_000), &mut journal(), options, updated);
    for (number, (at, _)) in (0..).zip(&seen.calls) {
        assert!(*at >= Duration::from_millis(500) * number, "call {number} at {at:?}");
    }
}

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

/// A transport that counts the calls at the same time.
struct Counting {
    now: AtomicUsize,
    most: AtomicUsize,
    calls: AtomicUsize,
    stop: AtomicBool,
    panics: bool,
}

impl Transport for Counting {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        if self.calls.fetch_add(1, Ordering::SeqCst) == 20 {
            self.stop.store(true, Ordering::SeqCst);
        }
        std::thread::sleep(Duration::from_millis(2));
        self.now.fetch_sub(1, Ordering::SeqCst);
        assert!(!self.panics || call.method() == Method::Get, "a defect of the transport");
        if call.method() == Method::Get { Ok(Response::new(204, "")) } else { updated(call) }
    }
}

fn counting(panics: bool) -> Counting {
    let zero = || AtomicUsize::new(0);
    Counting { now: zero(), most: zero(), calls: zero(), stop: AtomicBool::new(false), panics }
}

#[test]
fn threads_send_as_many_calls_as_are_allowed() {
    let (transport, mut journal) = (counting(false), journal());
    let options = Options { concurrency: 4, ..plain() };
    let steps = by_ids(&["City"], 50_000).into_iter().map(Ok);
    let mut watch = |_: &Event| {};
    let outcome = Run::new(options).apply(steps, &transport, &mut journal, &mut watch).unwrap();
    assert_eq!((outcome.totals.updated, outcome.stop), (50_000, None));
    assert_eq!(transport.calls.load(Ordering::SeqCst), 100);
    assert!((2..=4).contains(&transport.most.load(Ordering::SeqCst)));
}

#[test]
fn a_wish_to_stop_lets_calls_under_way_end() {
    let (transport, mut journal) = (counting(false), journal());
    let options = Options { concurrency: 4, ..plain() };
    let steps = by_ids(&["City"], 100_000);
    let run = Run::new(options.clone()).stopped_by(&transport.stop);
    let mut watch = |_: &Event| {};
    let outcome =
        run.apply(steps.clone().into_iter().map(Ok), &transport, &mut journal, &mut watch).unwrap();
    assert_eq!(outcome.stop, Some(Stop::Asked));
    let calls = transport.calls.load(Ordering::SeqCst) as u64;
    assert!(calls < 200);
    let report = Report::of(&mut journal).unwrap();
    assert_eq!((report.calls.done, report.calls.in_doubt), (calls, 0));
    let steps = steps.into_iter().map(Ok);
    let outcome = Run::new(options).apply(steps, &transport, &mut journal, &mut watch).unwrap();
    assert_eq!(outcome.totals.updates + calls, 200);
}

#[test]
fn a_transport_that_panics_leaves_a_call_in_doubt() {
    let (transport, mut journal) = (counting(true), journal());
    let options = Options { settle_after: Duration::ZERO, ..plain() };
    let steps = by_ids(&["City"], 3).into_iter().map(Ok);
    let mut doubts = 0;
    let mut watch = |event: &Event| doubts += u32::from(matches!(event, Event::CallInDoubt { .. }));
    let outcome = Run::new(options).apply(steps, &transport, &mut journal, &mut watch).unwrap();
    assert_eq!((outcome.totals.failed, doubts), (3, 1), "the records are gone, by the answer");
}
