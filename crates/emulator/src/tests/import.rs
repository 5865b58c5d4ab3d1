//! Organisations and files that cannot be taken, and what is kept of those that can.

use serde_json::{Value, json};

use super::{get, id};
use crate::metadata::Description;
use crate::server::Server;
use crate::{Emulator, Request, seed};

/// A small organisation that is right.
fn small() -> Value {
    json!({
        "profiles": [{ "id": "1", "name": "Administrator" }],
        "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
        "territories": [{ "id": "3", "name": "Asia" }],
        "tokens": [{ "token": "hush", "user": "2", "scopes": ["ZohoCRM.mass_update.UPDATE"] }],
        "modules": [{
            "api_name": "Cars",
            "generated_type": "custom",
            "fields": [{ "api_name": "Owner's", "data_type": "text", "mass_update": true }],
            "views": [{ "id": "5", "name": "All" }],
            "records": [
                { "id": "8", "data": {}, "state": "locked" },
                { "id": "9", "data": {}, "territories": ["3"] },
            ],
        }],
    })
}

#[test]
fn what_is_no_organisation_is_refused_and_changes_nothing() {
    let emulator = Emulator::of(&serde_json::from_value(small()).unwrap()).unwrap();
    let before = emulator.organisation();
    let with = |pointer: &str, value: Value| {
        let mut changed = small();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match changed.pointer_mut(parent).unwrap() {
            Value::Array(items) => items.push(value),
            other => other[key] = value,
        }
        changed
    };
    for (description, said) in [
        (with("/modules/-", json!({ "api_name": "Cars" })), "module `Cars` is described twice"),
        (with("/modules/-", json!({ "api_name": "a/b" })), "`a/b` is not an API name of a module"),
        (with("/users/0/profile", json!("7")), "user `2` has profile `7`, which is not described"),
        (with("/users/-", small()["users"][0].clone()), "user `2` is described twice"),
        (with("/profiles/-", small()["profiles"][0].clone()), "profile `1` is described twice"),
        (with("/tokens/0/user", json!("7")), "token 1 acts as user `7`"),
        (with("/tokens/-", small()["tokens"][0].clone()), "token 2 is described before"),
        (with("/territories/0/reporting_to", json!("3")), "territory `3` is below itself"),
        (with("/territories/0/reporting_to", json!("4")), "territory `4` has others below it"),
        (with("/modules/0/views/-", json!({ "id": "5", "name": "B" })), "custom view `5`"),
        (with("/modules/0/fields/-", json!({ "api_name": "Owner's" })), "module `Cars`: field"),
        (with("/modules/0/records/-", json!({ "id": "9", "data": {} })), "record `9` is described"),
        (with("/modules/0/records/1/territories", json!(["4"])), "record `9` is in territory `4`"),
        (
            with(
                "/modules/-",
                json!({ "api_name": "Vans", "records": [{ "id": "9", "data": {} }] }),
            ),
            "record `9` is described twice",
        ),
    ] {
        let parsed: Description = serde_json::from_value(description.clone()).unwrap();
        let error = emulator.import(&parsed).unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("hush"), "{said}: {error}");
        let call = Request::new("POST", "/__emulator/import").with_json(&description);
        let reply = emulator.handle(&call);
        assert_eq!((reply.status, reply.to_json()["error"].as_str()), (400, Some(error.as_str())));
        assert_eq!(emulator.organisation(), before);
    }
    for text in ["[]", "null", "{", "{\"moduls\":[]}", "[[]]"] {
        assert!(Description::from_json(text.as_bytes()).is_err(), "{text}");
        let call = Request::new("POST", "/__emulator/import").with_body(text);
        let error = emulator.handle(&call).to_json()["error"].clone();
        assert!(error.as_str().unwrap().starts_with("the body is not what"), "{text}: {error}");
    }
    emulator.import(&serde_json::from_value(small()).unwrap()).unwrap();
}

#[test]
fn an_organisation_comes_out_as_it_went_in() {
    let seed = super::seed_of(3, 3);
    let emulator = Emulator::of(&seed).unwrap();
    let told = emulator.handle(&Request::new("GET", "/__emulator/organisation"));
    let told = Description::from_json(&told.body).unwrap();
    assert_eq!(told, seed);
    emulator.import(&told).unwrap();
}

#[tokio::test]
async fn the_greeting_shows_a_call_that_works_with_any_organisation() {
    let emulator = Emulator::of(&serde_json::from_value(small()).unwrap()).unwrap();
    let greeting = async |emulator: Emulator| {
        let server = Server::bind(emulator.into(), ([127, 0, 0, 1], 0).into()).await.unwrap();
        server.greeting().unwrap()
    };
    let said = greeting(emulator).await;
    let call = "/crm/v8/Cars/actions/mass_update -H 'Authorization: Zoho-oauthtoken hush' \
                -d '{\"data\":[{\"Owner'\\''s\":\"Chennai\"}],\"ids\":[\"9\"]}'";
    assert!(said.contains(call), "{said}");
    let empty = Emulator::of(&Description::default()).unwrap();
    assert!(greeting(empty).await.contains("no call works yet"));
}

#[test]
fn a_file_that_is_something_else_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &std::path::Path, said: &str| {
        let before = std::fs::read(path).ok();
        let error = Emulator::open(path).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(std::fs::read(path).ok(), before);
    };
    let path = folder.path().join("notes");
    std::fs::write(&path, "short").unwrap();
    refused(&path, "not a database");
    std::fs::write(&path, "long ".repeat(1_000)).unwrap();
    refused(&path, "not a database");
    let path = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    refused(&path, "database of another program");
    refused(&folder.path().join("nowhere/crm.db"), "there is no folder");
    // An empty file is as good as none.
    let path = folder.path().join("empty");
    std::fs::write(&path, "").unwrap();
    let emulator = Emulator::open(&path).unwrap();
    // Two at a time would run each other's jobs.
    assert!(Emulator::open(&path).unwrap_err().to_string().contains("another process"));
    drop(emulator);
    Emulator::open(&path).unwrap();
}

#[test]
fn settings_and_clock_are_kept_and_faults_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.db");
    let emulator = Emulator::open(&path).unwrap();
    let control = |method: &str, what: &str, body: Value| {
        let call = Request::new(method, &format!("/__emulator/{what}")).with_json(&body);
        assert_eq!(emulator.handle(&call).status, 200);
    };
    control("PATCH", "settings", json!({ "job_batch": 7, "faults": { "errors_before": 3 } }));
    control("POST", "clock", json!({ "advance": 90_000 }));
    let now = emulator.now();
    drop(emulator);
    let emulator = Emulator::open(&path).unwrap();
    assert_eq!(emulator.settings().job_batch, 7);
    assert_eq!(emulator.settings().faults.errors_before, 0);
    assert!((now..now + 60).contains(&emulator.now()));
    assert_eq!(emulator.handle(&get("/crm/v8/org")).status, 200);
    assert!(emulator.record("Leads", id(0, 0)).unwrap().is_some());
    assert_eq!(emulator.organisation().tokens[0].token, seed::DEMO_TOKEN);
}
