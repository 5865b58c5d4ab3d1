use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ApiVersion;
use crate::catalogue::Code;

const SCHEDULED: &str = r#"{"data":[{"code":"SUCCESS","details":{"job_id":"554023000000506003"},
    "message":"mass update scheduled successfully","status":"success"}]}"#;

fn mass_update(body: &str) -> Answer {
    Answer::read(Endpoint::MassUpdate, body.as_bytes())
}

fn updated() -> Value {
    json!({
        "code": "SUCCESS",
        "details": {
            "Modified_Time": "2023-05-11T15:21:36+05:30",
            "Modified_By": { "name": "Patricia Boyle", "id": "5725767000000411001" },
            "Created_Time": "2023-05-10T01:10:47-07:00",
            "id": "5725767000000411001",
            "Created_By": { "name": "Patricia Boyle", "id": "5725767000000411001" },
        },
        "message": "record updated",
        "status": "success",
    })
}

fn bad_id() -> Value {
    json!({
        "code": "INVALID_DATA",
        "details": { "id": "5725767000000411002" },
        "message": "the id given seems to be invalid",
        "status": "error",
    })
}

/// Every shape of an answer to a mass update that documents show.
fn responses() -> Vec<Value> {
    let mut all = vec![
        serde_json::from_str(SCHEDULED).unwrap(),
        json!({ "data": [updated()] }),
        json!({ "data": [updated(), bad_id()] }),
        json!({ "data": [{
            "code": "MAPPING_MISMATCH",
            "details": { "mapped_field": { "api_name": "Pipeline" }, "api_name": "Stage", "json_path": "$.data[0].Stage" },
            "message": "the value given is not mapped", "status": "error",
        }] }),
        json!({ "data": [{
            "code": "RECORD_LOCKED",
            "details": { "action": "record_locking", "id": "5725767000000411002" },
            "message": "Sorry, you cannot perform this operation as the record is locked.",
            "status": "error",
        }] }),
        json!({
            "code": "INVALID_MODULE", "details": { "resource_path_index": 0 },
            "message": "the module name given seems to be invalid", "status": "error",
        }),
        json!({
            "code": "INVALID_DATA", "details": { "api_name": "cvid", "json_path": "$.cvid" },
            "message": "the cvid given seems to be invalid", "status": "error",
        }),
    ];
    for row in crate::catalogue::ALL {
        let error = Outcome::error(Code::parse(row.code), row.message, Map::new());
        all.push(json!(error));
        all.push(json!({ "data": [error] }));
    }
    all
}

/// Every shape of a job's status that documents show.
fn statuses() -> Vec<Value> {
    let status = |state: &str, updated: u64, not_updated: u64, failed: u64| {
        json!({ "data": [{
            "Status": state, "Total_Count": updated + not_updated + failed,
            "Updated_Count": updated, "Not_Updated_Count": not_updated, "Failed_Count": failed,
        }] })
    };
    vec![
        status("COMPLETED", 20, 0, 0),
        status("SCHEDULED", 0, 20, 0),
        status("RUNNING", 5, 15, 0),
        status("FAILED", 0, 0, 20),
        status("QUEUED", 0, 1, 0),
        status("SUSPENDED", 1, 1, 0),
        json!({ "code": "NOT_FOUND", "details": {}, "message": "Empty response", "status": "error" }),
        json!({ "data": [{
            "code": "INVALID_DATA", "details": { "param_name": "job_id" },
            "message": "The jobid given seems to be invalid", "status": "error",
        }] }),
    ]
}

/// Nothing of a documented sample is lost.
#[test]
fn a_sample_is_written_as_it_was_read() {
    for body in responses() {
        assert_eq!(Answer::of(Endpoint::MassUpdate, &body).to_body(), Some(body));
    }
}

#[test]
fn a_scheduled_job_is_read() {
    let job_id = "554023000000506003".parse().unwrap();
    let message = "mass update scheduled successfully".to_owned();
    let expected = Answer::Scheduled { job_id, message };
    assert_eq!(mass_update(SCHEDULED), expected);
    // `data` as an object, as one description has it, and the id as a number.
    let object = SCHEDULED
        .replace("[{", "{")
        .replace("}]", "}")
        .replace("\"554023000000506003\"", "554023000000506003");
    assert_eq!(mass_update(&object), expected);
    assert_eq!(mass_update(&format!("\u{feff}{SCHEDULED}")), expected);
}

#[test]
fn an_entry_a_record_is_read() {
    let body = json!({ "data": [updated(), null, bad_id()] });
    let Answer::Records(outcomes) = Answer::of(Endpoint::MassUpdate, &body) else { panic!() };
    let [good, lost, bad] = outcomes.as_slice() else { panic!() };
    assert!(good.is_success());
    assert_eq!(good.id(), "5725767000000411001".parse().ok());
    assert_eq!(good.modified_time(), Some("2023-05-11T15:21:36+05:30"));
    assert_eq!(good.created_time(), Some("2023-05-10T01:10:47-07:00"));
    assert_eq!(good.modified_by().unwrap().name, Some("Patricia Boyle"));
    assert_eq!(good.created_by().unwrap().id, Some("5725767000000411001"));
    assert!(!lost.is_success());
    assert!(!bad.is_success());
    let row = bad.documented(Endpoint::MassUpdate, ApiVersion::V7).unwrap();
    assert_eq!(row.key, "invalid-id");
}

#[test]
fn the_lower_case_key_of_the_v2_page_is_read() {
    let body =
        r#"{"data":[{"code":"SUCCESS","details":{"created_time":"2023-05-10T01:10:47-07:00"}}]}"#;
    let Answer::Records(outcomes) = mass_update(body) else { panic!() };
    assert_eq!(outcomes[0].created_time(), Some("2023-05-10T01:10:47-07:00"));
    assert!(outcomes[0].is_success());
}

#[test]
fn an_error_that_speaks_of_a_job_is_no_job() {
    let body = r#"{"data":[{"code":"ALREADY_SCHEDULED","details":{"job_id":"1"},"message":"","status":"error"}]}"#;
    let answer = mass_update(body);
    assert_eq!(answer.refusal().map(|error| &error.code), Some(&Code::AlreadyScheduled));
    let contradiction = body.replace("ALREADY_SCHEDULED", "SUCCESS");
    assert!(matches!(mass_update(&contradiction), Answer::Records(_)));
}

#[test]
fn an_error_outside_data_refuses_the_call() {
    let body = r#"{"code":"TOO_SLEEPY","details":[],"message":7,"more":{}}"#;
    let Answer::Refused(error) = mass_update(body) else { panic!() };
    assert_eq!(
        mass_update(&body.replace("\"more\":{}", "\"data\":[]")),
        Answer::Refused(error.clone())
    );
    assert_eq!(error.code, Code::Unknown("TOO_SLEEPY".into()));
    assert_eq!((error.message.as_str(), error.details.len()), ("7", 0));
}

#[test]
fn a_status_is_read_and_an_error_in_its_place_refuses() {
    let states: Vec<_> = statuses()
        .iter()
        .map(|body| match Answer::of(Endpoint::Status, body) {
            Answer::Status(status) => {
                let parts = [status.updated, status.not_updated, status.failed];
                assert_eq!(parts.into_iter().flatten().sum::<u64>(), status.total.unwrap());
                format!("{} {}", status.state, status.is_over())
            }
            Answer::Refused(error) => error.code.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        "COMPLETED true",
        "SCHEDULED false",
        "RUNNING false",
        "FAILED true",
        "QUEUED false",
        "SUSPENDED false",
        "NOT_FOUND",
        "INVALID_DATA",
    ];
    assert_eq!(states, expected);
}

#[test]
fn what_is_no_answer_says_why_without_quoting_it() {
    for (body, why) in [
        ("", "the body is empty"),
        (" \n", "the body is empty"),
        ("<html>secret</html>", "the body is no JSON: line 1, column 1"),
        ("\"secret\"", "the body is no JSON object"),
        ("{}", "the body has no `data` with entries and no `code`"),
        (r#"{"data":"secret"}"#, "the body has no `data` with entries and no `code`"),
        (r#"{"data":[]}"#, "the body has no `data` with entries and no `code`"),
        ("[null]", "`data` holds no entry"),
    ] {
        assert_eq!(mass_update(body), unreadable(why));
    }
}

#[cfg(feature = "schema")]
mod schemas {
    use super::*;

    #[track_caller]
    fn check_accepts(schema: &schemars::Schema, bodies: &[Value]) {
        let validator = jsonschema::validator_for(schema.as_value()).unwrap();
        for body in bodies {
            let errors: Vec<_> = validator.iter_errors(body).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{body}: {errors:?}");
        }
        for body in [json!({}), json!([]), json!({ "data": [] }), json!({ "data": [{}] })] {
            assert!(!validator.is_valid(&body), "{body}");
        }
    }

    #[test]
    fn every_documented_sample_fits_its_schema() {
        check_accepts(&response_schema(), &responses());
        check_accepts(&job_status_schema(), &statuses());
    }

    #[test]
    fn unknown_words_and_keys_fit_the_schemas() {
        let mut entry = updated();
        entry["code"] = json!("TOO_SLEEPY");
        entry["more"] = json!(null);
        entry["details"]["more"] = json!([1]);
        check_accepts(&response_schema(), &[json!({ "data": [entry], "info": {} }), entry.clone()]);
        let status = json!({ "data": [{ "Status": "PAINTED_BLUE", "Skipped_Count": 1 }] });
        check_accepts(&job_status_schema(), &[status]);
    }

    /// The API documents no null, so the schemas allow none.
    #[test]
    fn no_schema_allows_null() {
        for schema in [response_schema(), job_status_schema()] {
            let text = schema.as_value().to_string();
            assert!(!text.contains("\"null\""));
            assert!(!text.contains("```"), "examples in Rust are of no use to readers of a schema");
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Quarters, which survive being written in decimals to the last bit.
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Words that mean something in an answer, and others.
fn word() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 15] = [
        "data",
        "code",
        "details",
        "message",
        "status",
        "Status",
        "Total_Count",
        "id",
        "job_id",
        "SUCCESS",
        "success",
        "error",
        "INVALID_DATA",
        "RUNNING",
        "12",
    ];
    prop_oneof![3 => prop::sample::select(&KNOWN[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn code() -> impl Strategy<Value = Code> {
    prop_oneof![
        prop::sample::select(Code::WORDS).prop_map(Code::parse),
        "[A-Z_]{1,9}".prop_map(|w| Code::parse(&w))
    ]
}

/// Outcomes, errors or not; `details` is any object.
fn outcome() -> impl Strategy<Value = Outcome> {
    let details = prop::collection::vec((word(), value()), 0..4);
    (code(), details, any::<String>(), word()).prop_map(|(code, details, message, status)| {
        Outcome { code, details: details.into_iter().collect(), message, status }
    })
}

fn status() -> impl Strategy<Value = JobStatus> {
    let state = prop_oneof![prop::sample::select(JobState::WORDS).prop_map(str::to_owned), word()];
    let count = || prop::option::of(any::<u64>());
    (state, count(), count(), count(), count()).prop_map(
        |(state, total, updated, not_updated, failed)| JobStatus {
            state: JobState::parse(&state),
            total,
            updated,
            not_updated,
            failed,
        },
    )
}

/// Answers that a server may give, and the call that they answer.
fn answer() -> impl Strategy<Value = (Endpoint, Answer)> {
    let records = prop::collection::vec(outcome(), 1..4)
        // A success alone that tells a job's id is a scheduled job.
        .prop_filter("a scheduled job", |all| all.len() > 1 || all[0].job_id().is_none())
        .prop_map(Answer::Records);
    let scheduled = (0..=i64::MAX as u64, any::<String>()).prop_map(|(number, message)| {
        Answer::Scheduled { job_id: JobId::from_number(number).unwrap(), message }
    });
    let refused = outcome().prop_filter("an error", |o| !o.is_success()).prop_map(Answer::Refused);
    let update = prop_oneof![records, scheduled, refused];
    let error = outcome().prop_filter("an error", |o| !o.is_success()).prop_map(Answer::Refused);
    let get = prop_oneof![status().prop_map(Answer::Status), error];
    prop_oneof![
        update.prop_map(|answer| (Endpoint::MassUpdate, answer)),
        get.prop_map(|answer| (Endpoint::Status, answer)),
    ]
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    prop::sample::select(&[Endpoint::MassUpdate, Endpoint::Status, Endpoint::Any][..])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Reading what is written gives the same answer.
    #[test]
    fn a_written_answer_is_read_back((endpoint, answer) in answer()) {
        let body = answer.to_body().unwrap();
        prop_assert_eq!(&Answer::of(endpoint, &body), &answer);
        prop_assert_eq!(Answer::read(endpoint, body.to_string().as_bytes()), answer);
    }

    /// Any bytes are read, as something.
    #[test]
    fn any_bytes_are_read(endpoint in endpoint(), body in any::<Vec<u8>>()) {
        let _ = Answer::read(endpoint, &body).refusal();
    }

    /// Any JSON is read, as something, and what is read can be written and read again.
    #[test]
    fn any_json_is_read(endpoint in endpoint(), body in value()) {
        let answer = Answer::of(endpoint, &body);
        if let Some(written) = answer.to_body() {
            prop_assert_eq!(Answer::of(endpoint, &written), answer);
        }
    }

    /// A code that no document lists is kept letter for letter, wherever it stands.
    #[test]
    fn an_unknown_code_is_kept(code in "\\PC{1,20}") {
        prop_assume!(!code.eq_ignore_ascii_case("SUCCESS"));
        let error = json!({ "code": &code, "details": {}, "message": "m", "status": "error" });
        for body in [error.clone(), json!({ "data": [&error] }), json!({ "data": error })] {
            for endpoint in [Endpoint::MassUpdate, Endpoint::Status] {
                let answer = Answer::of(endpoint, &body);
                prop_assert_eq!(answer.refusal().map(|error| error.code.as_str()), Some(code.as_str()));
            }
        }
    }
}
