use proptest::prelude::*;
use serde_json::{Value, json};

use super::{automations, emulator, first, get, id, post, seed_of, view};
use crate::settings::{BothSelections, ByVersion, Choice, LengthUnit, Settings};
use crate::{Emulator, Refusal, Request, seed};

#[track_caller]
fn refusal(change: impl FnOnce(&mut Settings), version: &str, body: &Value) -> Option<Refusal> {
    let emulator = Emulator::of(&seed_of(3, 3)).unwrap();
    emulator.configure(change);
    let reply = emulator.handle(&post(version, "Leads", body));
    reply.refusal.or_else(|| reply.records.iter().flatten().copied().next())
}

#[test]
fn where_the_documents_are_silent_a_setting_decides() {
    let ids = json!([id(0, 0)]);
    let body = |data: Value| json!({ "data": [data], "ids": ids });
    let number = json!({ "data": [{ "City": "a" }], "ids": [id(0, 0).get()] });
    assert_eq!(refusal(|_| {}, "v8", &number), None);
    let refused = refusal(|s| s.number_ids = Choice::Refuse, "v8", &number);
    assert_eq!(refused, Some(Refusal::IdMalformed));

    let text = body(json!({ "No_of_Employees": "12121" }));
    assert_eq!(refusal(|_| {}, "v8", &text), None);
    let refused = refusal(|s| s.number_strings = Choice::Refuse, "v8", &text);
    assert_eq!(refused, Some(Refusal::ValueType));

    let option = body(json!({ "Lead_Source": "Radio" }));
    assert_eq!(refusal(|_| {}, "v7", &option), None);
    assert_eq!(refusal(|_| {}, "v8", &option), Some(Refusal::OptionUnknown));
    assert_eq!(refusal(|s| s.unknown_options = ByVersion::Never, "v8", &option), None);

    let criteria = json!({ "data": [{ "City": "a" }], "ids": ids, "criteria": [] });
    assert_eq!(refusal(|_| {}, "v8", &criteria), None);
    let refused = refusal(|s| s.criteria_key = Choice::Refuse, "v8", &criteria);
    assert_eq!(refused, Some(Refusal::UnknownKey));

    let many = json!({ "data": [{ "City": "a" }], "ids": vec![id(0, 0); 501] });
    assert_eq!(refusal(|s| s.too_many_ids = Choice::Accept, "v8", &many), None);

    let several = json!({ "data": [{ "City": "a" }, { "State": "b" }], "ids": ids });
    assert_eq!(refusal(|_| {}, "v8", &several), Some(Refusal::DataMalformed));
    assert_eq!(refusal(|s| s.several_data = Choice::Accept, "v8", &several), None);

    let long = body(json!({ "City": "é".repeat(100) }));
    assert_eq!(refusal(|_| {}, "v8", &long), None);
    let refused = refusal(|s| s.length_unit = LengthUnit::Bytes, "v8", &long);
    assert_eq!(refused, Some(Refusal::ValueTooLong));
}

#[test]
fn both_selections_are_a_view_or_ids_before_v8_and_an_error_in_it() {
    let emulator = emulator();
    let view = view(&emulator, "Leads", "Converted Leads");
    let body = json!({ "data": [{ "City": "a" }], "ids": [id(0, 0)], "cvid": view });
    let reply = emulator.handle(&post("v7", "Leads", &body));
    assert_eq!(first(&reply)["message"], "mass update scheduled successfully");
    emulator.configure(|settings| settings.both_selections = BothSelections::Ids);
    let reply = emulator.handle(&post("v7", "Leads", &body));
    assert_eq!(first(&reply)["message"], "record updated");
    let reply = emulator.handle(&post("v8", "Leads", &body));
    assert_eq!(reply.refusal, Some(Refusal::BothSelections));
}

#[test]
fn credits_are_shown_from_half_on_and_run_out() {
    let emulator = emulator();
    emulator.configure(|settings| settings.daily_credits = Some(4));
    let call = || emulator.handle(&get("/crm/v8/org"));
    let left = |reply: &crate::Reply| reply.header("x-api-credits-remaining").map(str::to_owned);
    assert_eq!(left(&call()), None);
    assert_eq!(left(&call()), Some("2".into()));
    call();
    call();
    let out = call();
    assert_eq!((out.status, left(&out)), (429, Some("0".into())));
    emulator.advance(86_400);
    assert_eq!(call().status, 200);
}

fn token(emulator: &Emulator, query: &str) -> Value {
    let path = format!(
        "/oauth/v2/token?client_id={}&client_secret={}&{query}",
        seed::DEMO_CLIENT.0,
        seed::DEMO_CLIENT.1
    );
    emulator.handle(&Request::new("POST", &path)).to_json()
}

#[test]
fn tokens_are_issued_end_and_are_rationed() {
    let emulator = emulator();
    let refresh = "grant_type=refresh_token&refresh_token=1000.refresh";
    let issued = token(&emulator, refresh);
    assert_eq!(issued["expires_in"], 3600);
    let access = issued["access_token"].as_str().unwrap().to_owned();
    let call = || emulator.handle(&Request::new("GET", "/crm/v8/org").with_token(&access));
    assert_eq!(call().status, 200);
    emulator.advance(3_600);
    assert_eq!(call().refusal, Some(Refusal::TokenInvalid));

    for _ in 0..10 {
        assert!(token(&emulator, refresh).get("access_token").is_some());
    }
    let denied = token(&emulator, refresh);
    assert_eq!(denied["error"], "Access Denied");
    emulator.advance(601);
    assert!(token(&emulator, refresh).get("access_token").is_some());

    // A grant is used once, and brings the refresh token.
    let code = "grant_type=authorization_code&code=1000.grant";
    emulator.advance(601);
    assert_eq!(token(&emulator, code)["refresh_token"], seed::DEMO_REFRESH_TOKEN);
    assert_eq!(token(&emulator, code)["error"], "invalid_code");
    assert_eq!(
        token(&emulator, "grant_type=refresh_token&refresh_token=x")["error"],
        "invalid_code"
    );
}

#[test]
fn of_more_than_fifteen_tokens_the_oldest_end() {
    let emulator = emulator();
    emulator.configure(|settings| settings.token_lifetime = 86_400);
    let tokens: Vec<String> = (0..16)
        .map(|_| {
            emulator.advance(61);
            let issued = token(&emulator, "grant_type=refresh_token&refresh_token=1000.refresh");
            issued["access_token"].as_str().unwrap().to_owned()
        })
        .collect();
    let valid = |token: &String| {
        emulator.handle(&Request::new("GET", "/crm/v8/org").with_token(token)).refusal.is_none()
    };
    assert!(!valid(&tokens[0]));
    assert!(tokens[1..].iter().all(valid));
}

#[test]
fn secrets_are_in_no_log() {
    let emulator = emulator();
    token(&emulator, "grant_type=refresh_token&refresh_token=1000.refresh");
    let calls = emulator.handle(&Request::new("GET", "/__emulator/calls")).to_json().to_string();
    assert!(calls.contains("/oauth/v2/token") && !calls.contains("secret"), "{calls}");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9_ .:+-]{0,12}".prop_map(Value::from),
        Just(json!("5725767000001000001")),
        Just(json!("5725767000000087500")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof!["[a-z]{1,4}", Just("id".to_owned()), Just("City".to_owned())];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &["data", "ids", "cvid", "territory", "over_write", "criteria", "other"];
    proptest::sample::select(KNOWN).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any bytes get an answer that the API could have given, and a refused call does nothing.
    #[test]
    fn any_body_is_answered(
        members in proptest::collection::btree_map(key(), json_value(), 0..5),
        field in proptest::sample::select(&["City", "Languages_Known", "Annual_Revenue", "Layout", "x"][..]),
        value in json_value(),
        plain in any::<bool>(),
        version in proptest::sample::select(&["v2", "v7", "v8"][..]),
    ) {
        thread_local!(static EMULATOR: Emulator = Emulator::of(&seed_of(3, 3)).unwrap());
        let mut body: Value = members.into_iter().collect();
        if plain {
            body["data"] = json!([{ field: value }]);
        }
        EMULATOR.with(|emulator| {
            let reply = emulator.handle(&post(version, "Leads", &body));
            emulator.run_jobs().unwrap();
            prop_assert!(reply.to_json().is_object());
            prop_assert_ne!(reply.refusal, Some(Refusal::Internal));
            if let Some(refusal) = reply.refusal {
                prop_assert_eq!(reply.status, refusal.status(version.parse().unwrap()));
                prop_assert!(reply.records.is_empty());
            }
            // What is kept fits its field, whatever was sent.
            let module = emulator.organisation().modules.remove(0);
            for record in emulator.records("Leads").unwrap() {
                let value = record.data.get(field).cloned().unwrap_or_default();
                if let Some(field) = module.field(field) {
                    prop_assert!(crate::value::check(field, &value, &Settings::default()).is_ok());
                }
            }
            Ok(())
        })?;
    }

    /// Bytes that are no JSON are refused as such.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        thread_local!(static EMULATOR: Emulator = Emulator::of(&seed_of(1, 1)).unwrap());
        EMULATOR.with(|emulator| {
            let reply = emulator.handle(&post("v8", "Leads", &Value::Null).with_body(bytes));
            prop_assert!(reply.refusal.is_some() && reply.status == 400);
            prop_assert_eq!(automations(emulator), 0);
            Ok(())
        })?;
    }
}
