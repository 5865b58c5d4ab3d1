//! A plan, a journal, answers, and a driver at a time that it moves itself.

use std::time::Duration;

use massup_executor::entry::Identity;
use massup_executor::event::{Choice, Event, Question};
use massup_executor::machine::{Now, Received};
use massup_executor::{Journal as _, Memory, Observer, Options, Outcome, Session};
use massup_model::{ApiVersion, RecordId, ViewId};
use massup_planner::ids::Ids;
use massup_planner::{Plan, Route, Step, file};
use massup_transport::{Call, Failure, Response};
use serde_json::{Value, json};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn id(number: u64) -> RecordId {
    RecordId::from_number(number).unwrap()
}

pub(crate) fn fields(names: &[&str]) -> Vec<(String, Value)> {
    names.iter().map(|name| ((*name).to_owned(), json!("new"))).collect()
}

pub(crate) fn plan(names: &[&str]) -> Plan {
    Plan::new(ApiVersion::V8, "Leads", fields(names), None).unwrap()
}

/// The steps of a plan by ids.
pub(crate) fn by_ids(names: &[&str], records: u64) -> Vec<Step> {
    let lines: String = (1..=records).map(|number| format!("{number}\n")).collect();
    let mut text = Vec::new();
    file::write(&mut text, plan(names).calls(Ids::from_lines(lines.as_bytes()))).unwrap();
    file::Reader::new(text.as_slice()).unwrap().collect::<Result<_, _>>().unwrap()
}

pub(crate) fn view() -> ViewId {
    "554023000000091515".parse().unwrap()
}

pub(crate) fn on_view(names: &[&str], route: Route) -> Vec<Step> {
    plan(names).on_view(view(), None).steps(route).unwrap()
}

pub(crate) fn journal() -> Memory {
    Memory::new(Identity {
        plan: "sha256:1".to_owned(),
        organisation: "1".to_owned(),
        api_version: ApiVersion::V8,
        module: "Leads".to_owned(),
    })
}

/// Options of a run that keeps no values.
pub(crate) fn plain() -> Options {
    Options { backup: None, ..Options::default() }
}

pub(crate) fn json_answer(status: u16, body: &Value) -> Result<Response, Failure> {
    Ok(Response::new(status, body.to_string()))
}

pub(crate) fn error(status: u16, code: &str) -> Result<Response, Failure> {
    json_answer(status, &json!({ "code": code, "details": {}, "message": "", "status": "error" }))
}

pub(crate) fn ids_of(call: &Call) -> Vec<String> {
    let body: Value = serde_json::from_str(call.body().unwrap()).unwrap();
    serde_json::from_value(body["ids"].clone()).unwrap()
}

/// All records of a call by ids are updated.
pub(crate) fn updated(call: &Call) -> Result<Response, Failure> {
    let entry = |id: &String| json!({ "code": "SUCCESS", "details": { "id": id }, "message": "", "status": "success" });
    json_answer(200, &json!({ "data": ids_of(call).iter().map(entry).collect::<Vec<_>>() }))
}

pub(crate) fn scheduled(job: &str) -> Result<Response, Failure> {
    json_answer(
        200,
        &json!({ "data": [{
        "code": "SUCCESS", "details": { "job_id": job }, "message": "", "status": "success" }] }),
    )
}

pub(crate) fn status(state: &str, updated: u64, failed: u64) -> Result<Response, Failure> {
    json_answer(
        200,
        &json!({ "data": [{ "Status": state, "Total_Count": 9,
        "Updated_Count": updated, "Failed_Count": failed, "Not_Updated_Count": 0 }] }),
    )
}

/// What happened in a run.
pub(crate) struct Seen {
    pub(crate) outcome: Outcome,
    pub(crate) events: Vec<Event>,
    /// Each call with the time at which it was sent.
    pub(crate) calls: Vec<(Duration, Call)>,
    /// The most calls at the same time.
    pub(crate) most: usize,
}

pub(crate) struct Watch {
    pub(crate) events: Vec<Event>,
    pub(crate) choice: Choice,
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
pub(crate) fn drive(
    steps: Vec<Step>,
    journal: &mut Memory,
    options: Options,
    respond: impl FnMut(&Call) -> Result<Response, Failure>,
) -> Seen {
    drive_with(steps, journal, options, Choice::Later, respond)
}

pub(crate) fn drive_with(
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
