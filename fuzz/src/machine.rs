//! Any answers in any order: a run ends, every call was written down before it was sent, and no call that is done is
//! sent again when the run is resumed.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use massup_executor::entry::{Identity, Key, State};
use massup_executor::event::{Choice, Event, Question};
use massup_executor::machine::{Now, Received};
use massup_executor::{InDoubt, Journal as _, MaxFailures, Memory, Observer, Options, Session};
use massup_model::{ApiVersion, ViewId};
use massup_planner::ids::Ids;
use massup_planner::{Plan, Route, Step, file};
use massup_transport::{Call, Failure, Method, Response};
use serde_json::{Value, json};

const MODULE: &str = "Deals";
const IDS: &str = "554023000000497001\n554023000000497002\n554023000000497003\n";
const TIMES: [&str; 4] = [
    "2026-11-23T10:00:00Z",
    "2026-11-23T10:00:00+05:30",
    "2026-11-22T00:00:00-08:00",
    "+002026-99-99T99:99",
];
const STATES: [&str; 4] = ["COMPLETED", "RUNNING", "FAILED", "SCHEDULED"];
/// Turns of a run; the answers of an input are used up before.
const TURNS: usize = 400;

fn plan(ids: bool) -> Plan {
    let fields = [("Stage", "Closed Won"), ("Amount", "5"), ("Type", "New"), ("Next_Step", "x")];
    let fields = fields.map(|(name, value)| (name.to_owned(), Value::from(value))).to_vec();
    let plan = Plan::new(ApiVersion::LATEST, MODULE, fields, None).unwrap();
    let view: ViewId = "5725767000000091515".parse().unwrap();
    if ids { plan } else { plan.on_view(view, None) }
}

/// The steps of a plan by ids, of jobs on a view, and of one that reads the ids of a view.
static PLANS: LazyLock<[Vec<Step>; 3]> = LazyLock::new(|| {
    let mut text = Vec::new();
    file::write(&mut text, plan(true).calls(Ids::from_lines(IDS.as_bytes()))).unwrap();
    let by_ids = file::Reader::new(text.as_slice()).unwrap().collect::<Result<_, _>>().unwrap();
    let on_view = |route| plan(false).steps(route).unwrap();
    [by_ids, on_view(Route::View), on_view(Route::FrozenIds)]
});

/// The bytes that decide what happens.
struct Script<'b> {
    bytes: &'b [u8],
}

impl<'b> Script<'b> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    /// A text up to a zero byte.
    fn text(&mut self) -> &'b [u8] {
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(self.bytes.len());
        let (text, rest) = self.bytes.split_at(end);
        self.bytes = rest.get(1..).unwrap_or_default();
        text
    }

    fn time(&mut self) -> &'static str {
        TIMES[usize::from(self.next()) % TIMES.len()]
    }

    fn options(&mut self) -> Options {
        let way = self.next();
        let limit = self.next();
        Options {
            in_doubt: [InDoubt::Ask, InDoubt::Retry, InDoubt::Skip][usize::from(way) % 3],
            concurrency: 1 + usize::from(way >> 6),
            backup: (way & 16 > 0).then_some(u64::from(limit)),
            max_failures: (way & 32 > 0).then_some(MaxFailures::Records(u64::from(limit))),
            max_credits: (limit & 128 > 0).then_some(u64::from(limit & 63)),
            records: (limit & 64 > 0).then_some(3),
            seed: u64::from(limit),
            ..Options::default()
        }
    }

    fn outcome(&mut self, call: &Call) -> Result<Response, Failure> {
        let what = self.next();
        let sent: Value =
            call.body().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        let ids = sent.get("ids").and_then(Value::as_array).cloned().unwrap_or_default();
        let refused =
            |code: &str| json!({ "code": code, "status": "error", "message": "", "details": {} });
        let body = match what % 12 {
            0 => return Err(Failure::NotSent("no route".into())),
            1 => return Err(Failure::InDoubt("cut off".into())),
            2 => return Err(Failure::Unsendable("no certificate".into())),
            3 => return Ok(self.response(what, self.bytes.first().copied(), None)),
            4 => refused(
                ["ALREADY_SCHEDULED", "TOO_MANY_REQUESTS", "INVALID_TOKEN", "INTERNAL_ERROR"]
                    [usize::from(self.next()) % 4],
            ),
            5 => json!({ "data": [refused("INVALID_DATA")] }),
            6 => {
                json!({ "data": [{ "job_id": "5725767000000999001", "Status": STATES[usize::from(self.next()) % STATES.len()],
                "Total_Count": self.next(), "Updated_Count": self.next(), "Failed_Count": self.next(), "Not_Updated_Count": self.next() }] })
            }
            7 => {
                json!({ "data": [{ "code": "SCHEDULED", "status": "success", "message": "", "details": { "job_id": "5725767000000999001" } }] })
            }
            // Records that are read: any number of those that exist, with any time.
            8 | 9 => {
                let number = usize::from(self.next()) % 5;
                let records: Vec<Value> = IDS
                    .lines()
                    .cycle()
                    .take(number)
                    .map(|id| {
                        json!({
                            "id": id, "Modified_Time": self.time(),
                            "Stage": if self.next() & 1 > 0 { "Closed Won" } else { "Lost" },
                            "Amount": self.next(), "Type": null, "Next_Step": "x",
                        })
                    })
                    .collect();
                let more = self.next() & 1 > 0;
                json!({ "data": records, "info": { "more_records": more, "count": number, "page": 1, "per_page": 200, "next_page_token": "t" } })
            }
            _ => {
                // One answer an id, some of them missing or refused.
                let mut answers: Vec<Value> = Vec::new();
                for id in &ids {
                    match self.next() % 4 {
                        0 | 1 => answers.push(json!({ "code": "SUCCESS", "status": "success", "message": "",
                            "details": { "id": id, "Modified_Time": self.time() } })),
                        2 => answers.push(json!({ "code": "RECORD_NOT_FOUND", "status": "error", "message": "", "details": { "id": id } })),
                        _ => {}
                    }
                }
                json!({ "data": answers })
            }
        };
        let status = self.next();
        Ok(self.response(what, Some(status), Some(body)))
    }

    /// A response with a body, or with the next text of the script as it is.
    fn response(&mut self, what: u8, status: Option<u8>, body: Option<Value>) -> Response {
        let status = [200, 202, 207, 204, 400, 401, 429, 500, 503, 302]
            [usize::from(status.unwrap_or(0)) % 10];
        let body = body.map_or_else(|| self.text().to_vec(), |body| body.to_string().into_bytes());
        let mut response = Response::new(status, body);
        if what & 64 > 0 {
            response.retry_after = Some(Duration::from_secs(u64::from(self.next()) << (what & 31)));
        }
        if what & 128 > 0 {
            response.credits_remaining = Some(u64::from(self.next()));
        }
        response
    }
}

struct Decides {
    choices: u8,
}

impl Observer for Decides {
    fn event(&mut self, event: &Event) {
        assert!(serde_json::to_string(event).is_ok());
    }

    fn decide(&mut self, _: &Question) -> Choice {
        self.choices = self.choices.rotate_left(2);
        [Choice::Later, Choice::Retry, Choice::Skip][usize::from(self.choices) % 3]
    }
}

/// The calls that are known to be done, by a journal.
fn done(journal: &mut Memory) -> BTreeSet<Key> {
    let calls = journal.calls_after(None, 1_000).unwrap();
    // What was refused did nothing, and a job that failed is for the user to decide: both may be sent again.
    let is_done = |state: &State| match state {
        State::Done(_) => true,
        State::Ended(ended) => ended.is_completed() || ended.accepted,
        _ => false,
    };
    calls.into_iter().filter(|(_, state)| is_done(state)).map(|(key, _)| key).collect()
}

/// The calls that a journal says may be under way.
fn sent(journal: &mut Memory) -> usize {
    let calls = journal.calls_after(None, 1_000).unwrap();
    calls
        .iter()
        .filter(|(_, state)| !matches!(state, State::Done(_) | State::Refused(_) | State::Ended(_)))
        .count()
}

pub(crate) fn target(bytes: &[u8]) {
    let mut script = Script { bytes };
    let steps = &PLANS[usize::from(script.next()) % PLANS.len()];
    let identity = Identity {
        plan: "sha256:0".to_owned(),
        organisation: "1".to_owned(),
        api_version: ApiVersion::LATEST,
        module: MODULE.to_owned(),
    };
    let mut journal = Memory::new(identity);
    let mut elapsed = Duration::ZERO;
    // Resumed as often as the script wants to.
    for _ in 0..3 {
        let before = done(&mut journal);
        let ended = run(&mut script, steps, &mut journal, &mut elapsed);
        assert!(done(&mut journal).is_superset(&before), "what is done stays done");
        if ended && script.bytes.is_empty() {
            break;
        }
    }
}

/// Runs until the end, or until the process is killed. Returns whether it came to an end.
fn run(
    script: &mut Script<'_>,
    steps: &[Step],
    journal: &mut Memory,
    elapsed: &mut Duration,
) -> bool {
    let options = script.options();
    let mut observer = Decides { choices: script.next() };
    let mut waiting: Vec<(u64, Call)> = Vec::new();
    let all = steps.iter().cloned().map(Ok);
    let mut session = Session::new(options, all, &journal.identity().clone());
    let now = |elapsed: Duration| {
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        Now { elapsed, wall: (1_u64 << 40).saturating_add(millis) }
    };
    for _ in 0..TURNS {
        let calls = session.turn(now(*elapsed), &mut *journal, &mut observer).unwrap();
        waiting.extend(calls);
        let updates = |call: &Call| {
            call.method() == Method::Post && call.path().ends_with("/actions/mass_update")
        };
        let updating = waiting.iter().filter(|(_, call)| updates(call)).count();
        assert_eq!(session.machine().under_way(), waiting.len());
        if session.is_finished() {
            assert!(waiting.is_empty(), "it ends with calls under way");
            return true;
        }
        if updating > 0 && script.bytes.is_empty() {
            // The process is killed: what was sent is in the journal.
            drop(session);
            assert!(sent(journal) >= updating, "a call was sent and not written down");
            return false;
        }
        if waiting.is_empty() {
            match session.machine().wake_at() {
                Some(at) => *elapsed = at.max(*elapsed),
                None => return false,
            }
            continue;
        }
        let next = script.next();
        if next == 255 {
            session.stop(now(*elapsed));
        }
        *elapsed = elapsed.saturating_add(Duration::from_secs(u64::from(next & 3)));
        let (id, call) = waiting.swap_remove(usize::from(next >> 2) % waiting.len());
        let outcome = script.outcome(&call);
        session.answer(now(*elapsed), id, Received::of(&call, outcome));
        // An answer that nobody waits for.
        if next & 64 > 0 {
            let late = Received::of(&call, Err(Failure::InDoubt("late".into())));
            session.answer(now(*elapsed), id, late);
        }
    }
    false
}
