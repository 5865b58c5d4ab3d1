use serde_json::{Value, json};

use super::{automations, emulator, first, get, id, post, seed_of, view};
use crate::metadata::PickListValue;
use crate::{Emulator, Refusal, Request, seed};

#[test]
fn the_good_ids_of_a_call_are_updated_and_the_others_told() {
    let emulator = emulator();
    let ids = json!([id(0, 0), "x", "1", id(0, 103), id(0, 1)]);
    let expected = [
        None,
        Some(Refusal::IdMalformed),
        Some(Refusal::IdUnknown),
        Some(Refusal::RecordLocked),
        None,
    ];
    for (version, status) in [("v2", 200), ("v7", 200), ("v8", 207)] {
        let body = json!({ "data": [{ "City": version }], "ids": ids });
        let reply = emulator.handle(&post(version, "Leads", &body));
        assert_eq!(reply.status, status);
        assert_eq!(reply.records, expected);
        let entries = reply.to_json()["data"].as_array().unwrap().clone();
        assert_eq!(entries.len(), 5);
        assert_eq!(entries[0]["details"]["id"], json!(id(0, 0)));
        assert_eq!(entries[0]["message"], "record updated");
        assert_eq!(entries[0]["details"]["Modified_Time"], "2026-06-01T00:00:00+00:00");
        assert_eq!(entries[1]["details"]["id"], "x");
        for place in [0, 1] {
            let record = emulator.record("Leads", id(0, place)).unwrap().unwrap();
            assert_eq!(record.data["City"], version);
        }
        let locked = emulator.record("Leads", id(0, 103)).unwrap().unwrap();
        assert_ne!(locked.data["City"], version);
    }
    // Two records a call, and a call by ids always triggers.
    assert_eq!(automations(&emulator), 6);
}

#[test]
fn options_are_added_unless_they_replace() {
    let emulator = emulator();
    let set = |options: Value, over_write: Option<bool>| {
        let mut body = json!({ "data": [{ "Languages_Known": options }], "ids": [id(0, 0)] });
        if let Some(over_write) = over_write {
            body["over_write"] = over_write.into();
        }
        assert_eq!(emulator.handle(&post("v8", "Leads", &body)).records, [None]);
        emulator.record("Leads", id(0, 0)).unwrap().unwrap().data["Languages_Known"].clone()
    };
    assert_eq!(set(json!(["English"]), Some(true)), json!(["English"]));
    assert_eq!(set(json!(["Tamil", "English"]), None), json!(["English", "Tamil"]));
    assert_eq!(set(json!(["Hindi"]), Some(false)), json!(["English", "Tamil", "Hindi"]));
    assert_eq!(set(json!(["French"]), Some(true)), json!(["French"]));
}

#[test]
fn five_hundred_ids_are_taken_and_one_id_is_updated_once() {
    let emulator = emulator();
    let ids = vec![id(0, 0); 500];
    let body = json!({ "data": [{ "City": "Chennai" }], "ids": ids });
    let reply = emulator.handle(&post("v8", "Leads", &body));
    assert_eq!(reply.records, vec![None; 500]);
    assert_eq!(automations(&emulator), 1);
}

#[test]
fn deals_take_three_fields_and_keep_stages_to_pipelines() {
    let emulator = emulator();
    let set = |data: &Value| {
        emulator.handle(&post("v8", "Deals", &json!({ "data": [data], "ids": [id(3, 0)] })))
    };
    let both = json!({ "Pipeline": "Renewals", "Stage": "Renewal Due", "Type": "New Business" });
    assert_eq!(set(&both).records, [None]);
    let alone = set(&json!({ "Stage": "Qualification" }));
    assert_eq!(alone.records, [Some(Refusal::MappingMismatch)]);
    assert_eq!(first(&alone)["details"]["mapped_field"], "Pipeline");
    let four = json!({ "Amount": 1, "Stage": "Renewal Due", "Type": "x", "Next_Step": "x" });
    assert_eq!(set(&four).refusal, Some(Refusal::TooManyFields));
}

#[test]
fn options_can_be_named_as_people_see_them() {
    let emulator = emulator();
    let body = json!({ "data": [{ "Lead_Source": "Trade Fair" }], "ids": [id(0, 0)] });
    assert_eq!(emulator.handle(&post("v8", "Leads", &body)).records, [None]);
    let record = emulator.record("Leads", id(0, 0)).unwrap().unwrap();
    assert_eq!(record.data["Lead_Source"], "Trade Fair");
}

/// The value that people see comes first: the reference of one option may be what another one is called.
#[test]
fn of_two_options_with_crossed_names_the_one_people_see_is_set() {
    let mut seed = seed_of(1, 1);
    let field = seed.modules[0].fields.iter_mut().find(|f| f.api_name == "Rating").unwrap();
    let option = |display: &str, actual: &str| PickListValue {
        display_value: display.to_owned(),
        actual_value: actual.to_owned(),
        ..PickListValue::default()
    };
    field.pick_list_values = vec![option("Cold", "Warm"), option("Warm", "Hot")];
    seed.modules[0].layouts[1].options.clear();
    let emulator = Emulator::of(&seed).unwrap();
    for (given, kept) in [("Warm", "Warm"), ("Hot", "Warm"), ("Cold", "Cold")] {
        let body = json!({ "data": [{ "Rating": given }], "ids": [id(0, 0)] });
        assert_eq!(emulator.handle(&post("v8", "Leads", &body)).records, [None], "{given}");
        let record = emulator.record("Leads", id(0, 0)).unwrap().unwrap();
        assert_eq!(record.data["Rating"], kept, "{given}");
    }
}

#[test]
fn records_are_read_by_page_by_id_and_by_view() {
    let emulator = emulator();
    let page = emulator.handle(&get("/crm/v8/Leads?fields=City&per_page=100&page=2")).to_json();
    assert_eq!(page["data"].as_array().unwrap().len(), 40);
    for (key, value) in [
        ("per_page", json!(100)),
        ("count", json!(40)),
        ("page", json!(2)),
        ("more_records", json!(false)),
    ] {
        assert_eq!(page["info"][key], value);
    }
    assert_eq!(page["data"][0].as_object().unwrap().len(), 2);
    assert_eq!(emulator.handle(&get("/crm/v8/Leads?fields=City&page=3")).status, 204);

    let ids = format!("/crm/v8/Leads?fields=City&ids={},{}", id(0, 5), id(0, 3));
    let found = emulator.handle(&get(&ids)).to_json();
    assert_eq!(found["data"][0]["id"], json!(id(0, 5)));
    assert_eq!(found["data"][1]["id"], json!(id(0, 3)));

    let converted = view(&emulator, "Leads", "Converted Leads");
    let found = emulator.handle(&get(&format!("/crm/v8/Leads?fields=City&cvid={converted}")));
    assert_eq!(found.to_json()["data"].as_array().unwrap().len(), 10);
    let count = emulator.handle(&get(&format!("/crm/v8/Leads/actions/count?cvid={converted}")));
    assert_eq!(count.to_json(), json!({ "count": 10 }));
}

#[test]
fn the_ordinary_update_takes_what_no_mass_update_takes() {
    let emulator = emulator();
    let put = |body: &Value| {
        let request = Request::new("PUT", "/crm/v8/Leads").with_token(seed::DEMO_TOKEN);
        emulator.handle(&request.with_json(body))
    };
    let good = json!({ "id": id(0, 0), "Email": "new@example.com", "City": "Delhi" });
    let reply = put(&json!({ "data": [good.clone(), { "id": "1", "City": "Delhi" }] }));
    assert_eq!(reply.status, 207);
    let record = emulator.record("Leads", id(0, 0)).unwrap().unwrap();
    assert_eq!(record.data["Email"], "new@example.com");
    assert_eq!(put(&json!({ "data": vec![good; 101] })).refusal, Some(Refusal::TooManyRecords));
}

#[test]
fn trying_out_leaves_no_trace() {
    let emulator = emulator();
    let before = emulator.records("Leads").unwrap();
    let call = post("v8", "Leads", &json!({ "data": [{ "City": "Pune" }], "ids": [id(0, 0)] }));
    assert_eq!(emulator.try_out(&call).records, [None]);
    assert_eq!(emulator.records("Leads").unwrap(), before);
    assert_eq!(automations(&emulator), 0);
}
