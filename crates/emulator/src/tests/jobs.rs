use massup_model::TerritoryId;
use proptest::prelude::*;
use serde_json::json;

use super::{automations, emulator, get, id, path, post, schedule, status, view};
use crate::Refusal;
use crate::metadata::RecordState;

#[test]
fn a_job_goes_through_its_states_and_its_counts_add_up() {
    let emulator = emulator();
    emulator.configure(|settings| {
        settings.job_batch = 400;
        settings.job_delay = 60;
    });
    let view = view(&emulator, "Vehicles", "First 999");
    let job = schedule(&emulator, "Vehicles", view, &json!({ "Fuel": "Diesel" }));
    assert_eq!(status(&emulator, "Vehicles", &job), ("SCHEDULED".into(), [999, 0, 999, 0]));
    assert!(!emulator.tick().unwrap());
    emulator.advance(60);
    assert!(emulator.tick().unwrap());
    assert_eq!(status(&emulator, "Vehicles", &job), ("RUNNING".into(), [999, 0, 999, 0]));
    assert!(emulator.tick().unwrap());
    assert_eq!(status(&emulator, "Vehicles", &job), ("RUNNING".into(), [999, 394, 599, 6]));
    emulator.run_jobs().unwrap();
    assert_eq!(status(&emulator, "Vehicles", &job), ("COMPLETED".into(), [999, 993, 0, 6]));
    // The job of another module is unknown here.
    let elsewhere = emulator.handle(&get(&format!("{}?job_id={job}", path("v8", "Leads"))));
    assert_eq!(elsewhere.refusal, Some(Refusal::JobUnknown));
}

#[test]
fn automations_are_triggered_below_a_thousand_records() {
    for (name, at_threshold, expected) in [
        ("First 999", false, 993),
        ("First 1000", false, 0),
        ("First 1000", true, 994),
        ("First 1001", true, 0),
    ] {
        let emulator = emulator();
        emulator.configure(|settings| settings.automations_at_threshold = at_threshold);
        let view = view(&emulator, "Vehicles", name);
        schedule(&emulator, "Vehicles", view, &json!({ "Fuel": "Diesel" }));
        emulator.run_jobs().unwrap();
        assert_eq!(automations(&emulator), expected, "{name}");
    }
}

#[test]
fn a_view_has_one_job_and_others_go_on_beside_it() {
    let emulator = emulator();
    let first = view(&emulator, "Vehicles", "First 999");
    let second = view(&emulator, "Vehicles", "First 1001");
    schedule(&emulator, "Vehicles", first, &json!({ "Fuel": "Diesel" }));
    let again = post("v2", "Vehicles", &json!({ "data": [{ "Fuel": "Petrol" }], "cvid": first }));
    let refused = emulator.handle(&again);
    assert_eq!((refused.refusal, refused.status), (Some(Refusal::AlreadyScheduled), 202));
    schedule(&emulator, "Vehicles", second, &json!({ "Fuel": "Diesel" }));
    emulator.run_jobs().unwrap();
    assert_eq!(emulator.handle(&again).refusal, None);
}

#[test]
fn who_belongs_is_decided_when_the_job_runs() {
    let emulator = emulator();
    let view = view(&emulator, "Vehicles", "Some");
    let job = schedule(&emulator, "Vehicles", view, &json!({ "Fuel": "Electric" }));
    assert_eq!(status(&emulator, "Vehicles", &job).1[0], 10);
    // Record 12 leaves the view before the job starts.
    let leave = json!({ "data": [{ "Number": 5000 }], "ids": [id(5, 11)] });
    assert_eq!(emulator.handle(&post("v8", "Vehicles", &leave)).records, [None]);
    emulator.run_jobs().unwrap();
    assert_eq!(status(&emulator, "Vehicles", &job), ("COMPLETED".into(), [9, 9, 0, 0]));
    // A job that changes what its view asks for still reaches all that it started with.
    let job = schedule(&emulator, "Vehicles", view, &json!({ "Number": 7000 }));
    emulator.configure(|settings| settings.job_batch = 1);
    emulator.run_jobs().unwrap();
    assert_eq!(status(&emulator, "Vehicles", &job), ("COMPLETED".into(), [9, 9, 0, 0]));
    let empty = post("v8", "Vehicles", &json!({ "data": [{ "Fuel": "Petrol" }], "cvid": view }));
    assert_eq!(emulator.handle(&empty).refusal, Some(Refusal::NoRecords));
}

#[test]
fn a_territory_narrows_the_view_with_those_below_it_or_without() {
    let emulator = emulator();
    let all = view(&emulator, "Accounts", "All Accounts");
    let territory =
        |number: u64| TerritoryId::from_number(5_725_767_000_000_430_400 + number).unwrap();
    let total = |number: u64, include_child: bool| {
        let territory = json!({ "id": territory(number), "include_child": include_child });
        let data = json!([{ "Rating": "Active" }]);
        let body = json!({ "data": data, "cvid": all, "territory": territory });
        let reply = emulator.handle(&post("v8", "Accounts", &body));
        if reply.refusal == Some(Refusal::NoRecords) {
            return 0;
        }
        emulator.run_jobs().unwrap();
        let job = reply.to_json()["data"][0]["details"]["job_id"].as_str().unwrap().to_owned();
        status(&emulator, "Accounts", &job).1[0]
    };
    let (asia, india, japan) = (total(1, true), total(3, false), total(4, false));
    assert_eq!(total(1, false), 0);
    assert!(india > 0 && japan > 0);
    assert_eq!(asia, india + japan);
    assert_eq!(total(0, true), 140);
}

#[test]
fn jobs_fail_and_stall_on_demand() {
    let emulator = emulator();
    let view = view(&emulator, "Vehicles", "First 999");
    emulator.configure(|settings| settings.faults.stall_jobs_after = Some(50));
    let job = schedule(&emulator, "Vehicles", view, &json!({ "Fuel": "Diesel" }));
    emulator.run_jobs().unwrap();
    assert_eq!(status(&emulator, "Vehicles", &job), ("RUNNING".into(), [999, 50, 949, 0]));
    emulator.configure(|settings| {
        settings.faults.stall_jobs_after = None;
        settings.faults.fail_jobs_after = Some(60);
    });
    emulator.run_jobs().unwrap();
    assert_eq!(status(&emulator, "Vehicles", &job), ("FAILED".into(), [999, 60, 0, 939]));
}

#[test]
fn time_relative_views_grow_while_records_are_changed() {
    let emulator = emulator();
    emulator.advance(10 * 86_400);
    let recent = view(&emulator, "Leads", "Recently Modified Leads");
    let call = post("v8", "Leads", &json!({ "data": [{ "City": "x" }], "cvid": recent }));
    assert_eq!(emulator.handle(&call).refusal, Some(Refusal::NoRecords));
    let change = json!({ "data": [{ "City": "y" }], "ids": [id(0, 0), id(0, 1)] });
    emulator.handle(&post("v8", "Leads", &change));
    assert_eq!(emulator.handle(&call).refusal, None);
    emulator.run_jobs().unwrap();
    emulator.advance(86_400);
    assert_eq!(emulator.handle(&call).refusal, Some(Refusal::NoRecords));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the batches, the states and the faults: counts add up at every step, and automations
    /// are as many as updates.
    #[test]
    fn counts_add_up_at_every_step(
        batch in 1u32..300,
        fail in proptest::option::of(0u64..1_100),
        locked in proptest::collection::vec(0u64..999, 0..9),
    ) {
        let emulator = emulator();
        emulator.configure(|settings| {
            settings.job_batch = batch;
            settings.faults.fail_jobs_after = fail;
        });
        for place in locked {
            emulator.set_state("Vehicles", id(5, place), RecordState::Locked).unwrap();
        }
        let view = view(&emulator, "Vehicles", "First 999");
        let job = schedule(&emulator, "Vehicles", view, &json!({ "Fuel": "Diesel" }));
        let mut before = 0;
        while emulator.tick().unwrap() {
            let (_, [total, updated, _, failed]) = status(&emulator, "Vehicles", &job);
            prop_assert_eq!(total, 999);
            prop_assert!(updated + failed >= before);
            prop_assert_eq!(automations(&emulator) as u64, updated);
            before = updated + failed;
        }
        let (word, [_, _, left, _]) = status(&emulator, "Vehicles", &job);
        let expected = if fail.is_some_and(|after| after < 999) { "FAILED" } else { "COMPLETED" };
        prop_assert_eq!((word.as_str(), left), (expected, 0));
    }
}
