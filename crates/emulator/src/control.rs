//! The control endpoint, for the page and for tests: `/__emulator/…`.
//!
//! | path | method | does |
//! |---|---|---|
//! | `settings` | GET, PUT, PATCH | shows, replaces, changes the settings, faults among them |
//! | `clock` | GET, POST `{"advance": seconds}` | shows, moves the clock |
//! | `tick` | POST | does the background work until nothing is left to do |
//! | `modules`, `records?module=…` | GET | the modules with their counts, the first 200 records |
//! | `jobs`, `automations`, `calls` | GET | the newest 100 |
//! | `example` | GET | a call that works, for curl |
//! | `faults` | DELETE | takes all faults away |
//! | `reset` | POST | takes the organisation that ships with the crate again, and all faults away |
//! | `tokens/expire` | POST | ends every token that has an end |
//! | `records/{module}/{id}/state` | PUT `"locked"` | puts a record into a state |
//! | `organisation` | GET | the organisation with its records, as `import` takes it; secrets with the control token only |
//! | `import` | POST | takes another organisation |

use massup_model::RecordId;
use serde_json::{Value, json};

use crate::call_log;
use crate::core::Core;
use crate::documented;
use crate::example::Example;
use crate::mass_update::counts;
use crate::metadata::Description;
use crate::refusal::{Denial, Refusal};
use crate::reply::{Reply, Request};
use crate::settings::{Faults, Settings};
use crate::store::{Automation, Triggered};
use crate::time;

const PAGE: &str = include_str!("page/page.html");
const SCRIPT: &str = include_str!("page/page.js");
const STYLE: &str = include_str!("page/page.css");

/// Who calls the control endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The program that owns the emulator, or a caller with its control token. Sees secrets.
    Holder,
    /// Any other caller that the server accepts.
    Anonymous,
}

/// Answers a call to the control endpoint. No fault meets it.
pub(crate) fn answer(core: &mut Core, request: &Request, caller: Caller, path: &[String]) -> Reply {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    core.store.begin();
    let answered = steer(core, request, &words, caller);
    core.store.commit();
    let mut reply = answered.unwrap_or_else(|problem| match problem {
        Problem::Nowhere => Denial::from(Refusal::WrongUrl).reply(massup_model::ApiVersion::LATEST),
        Problem::Wrong(what) => Reply::error(400, &what),
    });
    let headers = SECURITY.map(|(name, value)| (name.to_owned(), value.to_owned()));
    reply.headers.extend(headers);
    reply
}

/// What keeps a browser from running or loading anything but the page itself.
const SECURITY: [(&str, &str); 4] = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
];

enum Problem {
    Nowhere,
    Wrong(String),
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::Wrong(format!("the body is not what was expected: {error}"))
    }
}

fn steer(
    core: &mut Core,
    request: &Request,
    words: &[&str],
    caller: Caller,
) -> Result<Reply, Problem> {
    let (method, body) = (request.method.as_str(), request.body.as_slice());
    let host = request.header("Host").unwrap_or("127.0.0.1:8787");
    let shown = match (method, words) {
        ("GET", []) => return Ok(Reply::typed(200, "text/html; charset=utf-8", PAGE)),
        ("GET", ["page.js"]) => {
            return Ok(Reply::typed(200, "text/javascript; charset=utf-8", SCRIPT));
        }
        ("GET", ["page.css"]) => return Ok(Reply::typed(200, "text/css; charset=utf-8", STYLE)),
        ("GET", ["settings"]) => serde_json::to_value(&core.settings)?,
        ("PUT", ["settings"]) => {
            core.settings = Settings::from_json(body)?;
            core.keep_settings();
            serde_json::to_value(&core.settings)?
        }
        ("PATCH", ["settings"]) => {
            let mut settings = serde_json::to_value(&core.settings)?;
            merge(&mut settings, Value::Object(serde_json::from_slice(body)?));
            core.settings = serde_json::from_value(settings)?;
            core.keep_settings();
            serde_json::to_value(&core.settings)?
        }
        ("GET", ["clock"]) => clock(core),
        ("POST", ["clock"]) => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let seconds = body.get("advance").and_then(Value::as_i64);
            let expected = || Problem::Wrong("expected `{\"advance\": seconds}`".to_owned());
            core.clock.advance(seconds.ok_or_else(expected)?);
            core.keep_settings();
            clock(core)
        }
        ("POST", ["tick"]) => {
            while core.tick() {}
            json!({ "jobs_left": core.store.open_jobs().len() })
        }
        ("GET", ["modules"]) => modules(core),
        ("GET", ["organisation"]) => {
            let mut whole = core.whole();
            if caller == Caller::Anonymous {
                whole.tokens.clear();
                whole.clients.clear();
            }
            serde_json::to_value(whole)?
        }
        ("GET", ["records", module]) => records(core, module),
        ("GET", ["jobs"]) => jobs(core),
        ("GET", ["automations"]) => {
            let all = core.store.automation_count();
            let newest = core.store.automations(all.saturating_sub(100), 100);
            let newest: Vec<Value> = newest.iter().rev().map(automation).collect();
            json!({ "count": all, "automations": newest, "calls": by_call(core) })
        }
        ("GET", ["calls"]) => {
            json!({ "calls": core.store.calls(100).iter().map(call_log::shown).collect::<Vec<_>>() })
        }
        ("GET", ["example"]) => json!({ "curl": example(core, host) }),
        ("DELETE", ["faults"]) => {
            core.settings.faults = Faults::default();
            serde_json::to_value(&core.settings)?
        }
        ("POST", ["reset"]) => {
            core.settings.faults = Faults::default();
            let seed = crate::seed::organisation();
            core.import(&seed).map_err(|error| Problem::Wrong(error.to_string()))?;
            modules(core)
        }
        ("POST", ["tokens", "expire"]) => {
            json!({ "expired": core.store.expire_tokens(core.now()) })
        }
        ("PUT", ["records", module, id, "state"]) => {
            let id = documented::id(id).and_then(RecordId::from_number).ok_or(Problem::Nowhere)?;
            let state = serde_json::from_slice(body)?;
            if !core.set_state(module, id, state) {
                return Err(Problem::Nowhere);
            }
            json!({ "id": id, "state": state })
        }
        ("POST", ["import"]) => {
            let description = Description::from_json(body)?;
            core.import(&description).map_err(|error| Problem::Wrong(error.to_string()))?;
            modules(core)
        }
        _ => return Err(Problem::Nowhere),
    };
    Ok(Reply::json(200, &shown))
}

/// Puts the members of one object over those of another, as deep as both are objects.
fn merge(target: &mut Value, change: Value) {
    match (target, change) {
        (Value::Object(target), Value::Object(change)) => {
            for (key, value) in change {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (target, change) => *target = change,
    }
}

fn clock(core: &Core) -> Value {
    json!({ "now": core.now(), "time": core.timestamp() })
}

fn modules(core: &Core) -> Value {
    let mut modules = Vec::new();
    for module in &core.organisation.modules {
        modules.push(json!({
            "api_name": module.api_name,
            "label": module.plural_label,
            "fields": module.fields.len(),
            "views": module.views.iter().map(|view| json!({ "id": view.id, "name": view.name })).collect::<Vec<_>>(),
            "records": core.store.count(&module.api_name),
        }));
    }
    json!({ "modules": modules })
}

fn records(core: &Core, module: &str) -> Value {
    let found = core.store.first(module, 200);
    json!({ "records": found })
}

fn jobs(core: &Core) -> Value {
    let jobs = core.store.jobs(100);
    let shown = jobs.iter().map(|job| {
        let mut entry = counts(job);
        if let Some(members) = entry.as_object_mut() {
            let fields: Vec<&str> = job.fields.iter().map(|(name, _)| name.as_str()).collect();
            members.insert("id".to_owned(), job.id.to_string().into());
            members.insert("module".to_owned(), job.module.as_str().into());
            members.insert("cvid".to_owned(), job.view.to_string().into());
            members.insert("fields".to_owned(), fields.into());
            members.insert("call".to_owned(), job.call.into());
            members.insert("automations".to_owned(), job.automations.into());
        }
        entry
    });
    json!({ "jobs": shown.collect::<Vec<_>>() })
}

/// The calls that triggered automations last, each with how many and on which records.
fn by_call(core: &Core) -> Vec<Value> {
    let mut calls: Vec<(Triggered, usize)> = Vec::new();
    for entry in core.store.triggered(2_000) {
        let count = entry.records.len();
        // The steps of a job are one group, the newest first.
        if let Some((_, all)) = calls.iter_mut().find(|(known, _)| known.call == entry.call) {
            *all += count;
        } else if calls.len() < 50 {
            calls.push((entry, count));
        }
    }
    let shown = calls.iter().map(|(entry, count)| {
        json!({
            "call": entry.call,
            "job": entry.job.map(|job| job.to_string()),
            "module": entry.module,
            "at": time::format(entry.at),
            "count": count,
            "records": entry.records.iter().take(5).collect::<Vec<_>>(),
        })
    });
    shown.collect()
}

/// A call that works, as a command; the token is shown if everybody knows it.
fn example(core: &mut Core, host: &str) -> Option<String> {
    let mut example = Example::of(core)?;
    if example.token != crate::seed::DEMO_TOKEN {
        "ACCESS_TOKEN".clone_into(&mut example.token);
    }
    Some(example.curl(&format!("http://{host}")))
}

/// An entry of the automation log, as JSON.
pub(crate) fn automation(entry: &Automation) -> Value {
    json!({
        "number": entry.number,
        "at": time::format(entry.at),
        "module": entry.module,
        "record": entry.record,
        "call": entry.call,
        "job": entry.job.map(|job| job.to_string()),
        // The only trigger that a mass update has.
        "trigger": "edit",
    })
}
