//! Whole calls against the whole emulator.

mod documents;
mod durability;
mod import;
mod jobs;
mod metadata;
mod provoke;
mod reading;
mod records;
mod refusals;
mod server;
mod settings;
mod sign_in;

use std::sync::LazyLock;

use massup_model::{RecordId, ViewId};
use serde_json::{Value, json};

use crate::metadata::Description;
use crate::{Emulator, Reply, Request, seed};

/// An emulator with enough records for jobs of a thousand.
fn emulator() -> Emulator {
    Emulator::of(&seed_of(140, 1_250)).unwrap()
}

/// The seed with so many records in each module, and so many vehicles. Making it takes a moment, so
/// all tests cut theirs from one.
fn seed_of(records: usize, vehicles: usize) -> Description {
    static WHOLE: LazyLock<Description> = LazyLock::new(seed::organisation);
    let mut seed = seed::without_records();
    for (module, whole) in seed.modules.iter_mut().zip(&WHOLE.modules) {
        let keep = if module.api_name == "Vehicles" { vehicles } else { records };
        module.records = whole.records.iter().take(keep).cloned().collect();
    }
    seed
}

fn path(version: &str, module: &str) -> String {
    format!("/crm/{version}/{module}/actions/mass_update")
}

fn post(version: &str, module: &str, body: &Value) -> Request {
    Request::new("POST", &path(version, module)).with_token(seed::DEMO_TOKEN).with_json(body)
}

fn get(path: &str) -> Request {
    Request::new("GET", path).with_token(seed::DEMO_TOKEN)
}

/// The id of a record of the seed, by the number of its module and its place.
fn id(module: u64, place: u64) -> RecordId {
    RecordId::from_number(5_725_767_000_001_000_001 + module * 100_000 + place).unwrap()
}

/// The id of a view of the seed, by its module and name.
fn view(emulator: &Emulator, module: &str, name: &str) -> ViewId {
    let organisation = emulator.organisation();
    let module = organisation.modules.iter().find(|m| m.api_name == module).unwrap();
    module.views.iter().find(|view| view.name == name).unwrap().id
}

/// Schedules a job and gives its id.
fn schedule(emulator: &Emulator, module: &str, view: ViewId, data: &Value) -> String {
    let reply = emulator.handle(&post("v8", module, &json!({ "data": [data], "cvid": view })));
    assert_eq!(reply.refusal, None, "{}", reply.to_json());
    reply.to_json()["data"][0]["details"]["job_id"].as_str().unwrap().to_owned()
}

/// The status of a job: its word, and the counts total, updated, not updated, failed.
fn status(emulator: &Emulator, module: &str, job: &str) -> (String, [u64; 4]) {
    let reply = emulator.handle(&get(&format!("{}?job_id={job}", path("v8", module))));
    let status = reply.to_json()["data"][0].clone();
    let count = |name: &str| status[name].as_u64().unwrap();
    let counts = ["Total_Count", "Updated_Count", "Not_Updated_Count", "Failed_Count"].map(count);
    assert_eq!(counts[0], counts[1] + counts[2] + counts[3], "{status}");
    (status["Status"].as_str().unwrap().to_owned(), counts)
}

fn automations(emulator: &Emulator) -> usize {
    emulator.automations(0).unwrap().len()
}

fn first(reply: &Reply) -> Value {
    reply.to_json()["data"][0].clone()
}
