use massup_model::ApiVersion;
use massup_model::catalogue::{self, Endpoint, Standing};
use serde_json::{Value, json};

use super::{get, id, path, post, seed_of, view};
use crate::metadata::{Description, Edition, RecordState, TerritoryManagement};
use crate::settings::{BothSelections, ByVersion, Choice, Refused};
use crate::{Emulator, Refusal, Reply, Request};

const TASKS: u64 = 4;

/// A fault that refuses every call of a path.
fn refused(path: &str, refusal: Refusal) -> Refused {
    Refused { path: path.to_owned(), method: None, refusal, times: None }
}

/// A call that is refused for a reason, and what comes back. No reason is left out: the match has no
/// catch-all.
#[expect(clippy::too_many_lines, reason = "one arm a refusal, none left out")]
fn provoke(refusal: Refusal, version: ApiVersion) -> Reply {
    use Refusal as R;
    let emulator = Emulator::of(&seed_of(3, 3)).unwrap();
    let v = version.as_str();
    let lead = json!([id(0, 0)]);
    let by_ids = |data: &Value| post(v, "Leads", &json!({ "data": [data], "ids": lead }));
    let body = |body: &Value| post(v, "Leads", body);
    let city = json!([{ "City": "Chennai" }]);
    let all = view(&emulator, "Leads", "All Open Leads");
    let by_view = |view: &Value| body(&json!({ "data": city, "cvid": view }));
    let in_territory =
        |territory: &Value| body(&json!({ "data": city, "cvid": all, "territory": territory }));
    let with = |change: &dyn Fn(&Emulator), request: Request| {
        change(&emulator);
        emulator.handle(&request)
    };
    let state = |state: RecordState, data: &Value| {
        with(&|e| assert!(e.set_state("Leads", id(0, 0), state).unwrap()), by_ids(data))
    };
    let as_user = |token: &str, request: Request| {
        emulator.handle(&Request { headers: Vec::new(), ..request }.with_token(token))
    };
    let plain = json!({ "City": "Chennai" });
    let status = |query: &str| get(&format!("{}{query}", path(v, "Leads")));
    let request = match refusal {
        R::WrongUrl => {
            Request { path: format!("/crm/{v}/Leads/actions/massupdate"), ..by_ids(&plain) }
        }
        R::WrongMethod => Request { method: "PATCH".into(), ..by_ids(&plain) },
        R::TooManyRequests => {
            return with(&|e| e.configure(|s| s.daily_credits = Some(0)), by_ids(&plain));
        }
        R::HostInvalid => {
            // v2 takes any host, so it is provoked as a fault there.
            let other = "www.zohoapis.eu".to_owned();
            let fault = refused("*/actions/mass_update", refusal);
            let request = Request { headers: vec![("Host".to_owned(), other)], ..by_ids(&plain) };
            return with(&|e| e.configure(|s| s.faults.refuse.push(fault.clone())), request);
        }
        R::TokenMissing => Request { headers: Vec::new(), ..by_ids(&plain) },
        R::TokenInvalid => return as_user("1000.unknown", by_ids(&plain)),
        R::ScopeMissing => {
            let deals = post(v, "Deals", &json!({ "data": city, "ids": lead }));
            return as_user("1000.leads", deals);
        }
        R::ModuleUnknown => post(v, "Lead", &json!({})),
        R::ModuleNotSupported => post(v, "Services__s", &json!({})),
        R::NoMassUpdatePermission => return as_user("1000.guest", by_ids(&plain)),
        R::BodyMalformed => by_ids(&plain).with_body("{"),
        R::DuplicateKey => by_ids(&plain).with_body(r#"{"ids":["1"],"ids":["1"]}"#),
        R::UnknownKey => body(&json!({ "data": city, "ids": lead, "overwrite": true })),
        R::DataMalformed => body(&json!({ "data": {}, "ids": lead })),
        R::NoField => by_ids(&json!({})),
        R::TooManyFields => by_ids(&json!({ "City": "a", "State": "b" })),
        R::OverWriteMalformed => body(&json!({ "data": city, "ids": lead, "over_write": "true" })),
        R::SelectionMissing => body(&json!({ "data": city })),
        R::BothSelections => {
            let both = body(&json!({ "data": city, "ids": lead, "cvid": all }));
            return with(&|e| e.configure(|s| s.both_selections = BothSelections::Refuse), both);
        }
        R::TerritoryWithoutView => body(&json!({ "data": city, "territory": { "id": "1" } })),
        R::TerritoryMalformed => in_territory(&json!({ "id": "1", "include_child": "true" })),
        R::IdsMalformed => body(&json!({ "data": city, "ids": "1" })),
        R::EmptyIds => body(&json!({ "data": city, "ids": [] })),
        R::TooManyIds => body(&json!({ "data": city, "ids": vec!["1"; 501] })),
        R::DuplicateId => {
            let twice = body(&json!({ "data": city, "ids": ["1", "1"] }));
            return with(&|e| e.configure(|s| s.duplicate_ids = Choice::Refuse), twice);
        }
        R::FieldUnknown => by_ids(&json!({ "Cty": "Chennai" })),
        R::FieldHidden => by_ids(&json!({ "Old_Region": "South" })),
        R::FieldReadOnly => by_ids(&json!({ "Annual_Score": 1 })),
        R::LayoutRule => by_ids(&json!({ "Industry": "Banking" })),
        R::ValidationRule => by_ids(&json!({ "Country": "India" })),
        R::FieldNotMassUpdatable => by_ids(&json!({ "Email": "a@b.example" })),
        R::FieldNotEditable => {
            return as_user("1000.standard", by_ids(&json!({ "Credit_Limit": 1 })));
        }
        R::FieldNotSchedulable => body(&json!({ "data": [{ "Batch_Code": "B" }], "cvid": all })),
        R::ValueNull => {
            let null = by_ids(&json!({ "City": null }));
            return with(&|e| e.configure(|s| s.null_values = Choice::Refuse), null);
        }
        R::ValueMandatory => by_ids(&json!({ "Company": null })),
        R::ValueType => by_ids(&json!({ "City": 1 })),
        R::ValueFormat => by_ids(&json!({ "Follow_Up_Date": "01/06/2026" })),
        R::ValueTooLong => by_ids(&json!({ "City": "x".repeat(101) })),
        R::ValueDecimals => by_ids(&json!({ "Annual_Revenue": 1.001 })),
        R::ValueRange => {
            post(v, "Deals", &json!({ "data": [{ "Probability": 101 }], "ids": ["1"] }))
        }
        R::ValueRepeated => {
            let twice = by_ids(&json!({ "Languages_Known": ["English", "English"] }));
            return with(&|e| e.configure(|s| s.repeated_options = Choice::Refuse), twice);
        }
        R::ViewMalformed => by_view(&json!("all")),
        R::ViewUnknown => by_view(&json!("1")),
        R::ViewNotAccessible => by_view(&json!(view(&emulator, "Deals", "All Deals"))),
        R::TerritoryNotSupported => {
            let cvid = view(&emulator, "Vehicles", "All Vehicles");
            let territory = json!({ "id": "5725767000000430400" });
            let data = json!([{ "Mileage": 1 }]);
            post(v, "Vehicles", &json!({ "data": data, "cvid": cvid, "territory": territory }))
        }
        R::TerritoryNotEnabled => {
            let mut seed = Description { territories: Vec::new(), ..seed_of(3, 3) };
            for record in seed.modules.iter_mut().flat_map(|module| &mut module.records) {
                record.territories.clear();
            }
            return Emulator::of(&seed).unwrap().handle(&in_territory(&json!({ "id": "1" })));
        }
        R::TerritoriesNotEnabled | R::TerritoriesDisabled | R::TerritoriesNotForLeads => {
            let management = match refusal {
                R::TerritoriesNotEnabled => TerritoryManagement::NotEnabled,
                R::TerritoriesDisabled => TerritoryManagement::Disabled,
                _ => TerritoryManagement::NotForLeads,
            };
            let mut seed = seed_of(1, 1);
            seed.org.territory_management = Some(management);
            let list = get(&format!("/crm/{v}/settings/territories?module=Leads"));
            return Emulator::of(&seed).unwrap().handle(&list);
        }
        R::LayoutDeactivated => {
            let mut seed = seed_of(1, 1);
            seed.modules[0].layouts[0].active = false;
            let layout = seed.modules[0].layouts[0].id.clone();
            let path = format!("/crm/{v}/settings/layouts/{layout}/map_dependency?module=Leads");
            return Emulator::of(&seed).unwrap().handle(&get(&path));
        }
        R::CountLimitReached => {
            let count = get(&format!("/crm/{v}/Leads/actions/count"));
            let fault = refused("Leads/actions/count", refusal);
            return with(&|e| e.configure(|s| s.faults.refuse.push(fault.clone())), count);
        }
        R::CountAmbiguous => get(&format!("/crm/{v}/Leads/actions/count?cvid={all}&word=a")),
        R::TerritoryIdMalformed => in_territory(&json!({ "id": "India" })),
        R::TerritoryUnknown => in_territory(&json!({ "id": "1" })),
        R::NoSchedulePermission => return as_user("1000.standard", by_view(&json!(all))),
        R::Edition => {
            let mut seed = seed_of(3, 3);
            seed.org.edition = Edition::Professional;
            let emulator = Emulator::of(&seed).unwrap();
            emulator.configure(|s| s.edition_gate = ByVersion::Always);
            return emulator.handle(&by_view(&json!(all)));
        }
        R::AlreadyScheduled => {
            assert_eq!(emulator.handle(&by_view(&json!(all))).refusal, None);
            by_view(&json!(all))
        }
        R::NoRecords => by_view(&json!(view(&emulator, "Leads", "Nothing"))),
        R::TooManyRecords => {
            let mut seed = seed_of(3, 3);
            let record = seed.modules[0].records[0].clone();
            let more = (0..50_000).map(|n| crate::metadata::Record {
                id: id(90, n),
                data: [("Converted__s".to_owned(), json!(false))].into_iter().collect(),
                ..record.clone()
            });
            seed.modules[0].records.extend(more);
            return Emulator::of(&seed).unwrap().handle(&by_view(&json!(all)));
        }
        R::IdMalformed => body(&json!({ "data": city, "ids": ["12a"] })),
        R::IdUnknown => body(&json!({ "data": city, "ids": [id(TASKS, 0)] })),
        R::NoRecordPermission => return state(RecordState::NoPermission, &plain),
        R::Converted => return state(RecordState::Converted, &plain),
        R::StopProcessing => return state(RecordState::StopProcessing, &plain),
        R::RecordLocked => return state(RecordState::Locked, &plain),
        R::ImageCheck => return state(RecordState::ImageCheck, &plain),
        R::ImageNotApproved => return state(RecordState::ImageRejected, &plain),
        R::NotApproved => return state(RecordState::AwaitingApproval, &plain),
        R::InBlueprint => {
            return state(RecordState::InBlueprint, &json!({ "Lead_Status": "Contacted" }));
        }
        R::OptionUnknown => {
            let request = by_ids(&json!({ "Rating": "Excellent" }));
            return with(&|e| e.configure(|s| s.unknown_options = ByVersion::Always), request);
        }
        R::OptionNotInLayout => {
            // Every tenth lead has the layout with fewer options.
            let request = by_ids(&json!({ "Rating": "Acquired" }));
            return with(&|e| e.configure(|s| s.unknown_options = ByVersion::Always), request);
        }
        R::MappingMismatch => {
            let ids = json!([id(3, 0)]);
            let data = json!([{ "Stage": "Renewal Due" }]);
            let request = post(v, "Deals", &json!({ "data": data, "ids": ids }));
            return with(&|e| e.configure(|s| s.mappings = ByVersion::Always), request);
        }
        R::ReferenceUnknown => by_ids(&json!({ "Layout": { "id": "1" } })),
        R::DuplicateValue => by_ids(&json!({ "Reference_Code": "R00002" })),
        R::NoReadPermission => return as_user("1000.guest", status("?job_id=1")),
        R::NoStatusPermission => {
            let mut seed = seed_of(1, 1);
            seed.profiles[2].read = true;
            let request = Request { headers: Vec::new(), ..status("?job_id=1") };
            return Emulator::of(&seed).unwrap().handle(&request.with_token("1000.guest"));
        }
        R::StatusModuleNotSupported => get(&path(v, "Services__s")),
        R::ParameterMissing => status(""),
        R::JobIdMalformed => status("?job_id=554023000000506003s"),
        R::JobUnknown => status("?job_id=1"),
        R::ParameterInvalid => get(&format!("/crm/{v}/Leads?cvid=x")),
        R::TooManyPages => get(&format!("/crm/{v}/Leads?page=11")),
        R::PageTokenMismatch => get(&format!("/crm/{v}/Leads?page_token=x")),
        R::PageTokenExpired => {
            let path = format!("/crm/{v}/Leads?per_page=1");
            let token = emulator.handle(&get(&path)).to_json()["info"]["next_page_token"].clone();
            emulator.advance(86_400);
            get(&format!("{path}&page_token={}", token.as_str().unwrap()))
        }
        R::ResourceUnknown => get(&format!("/crm/{v}/settings/fields/1?module=Leads")),
        R::Internal => {
            return with(&|e| e.configure(|s| s.faults.errors_before = 1), by_ids(&plain));
        }
    };
    emulator.handle(&request)
}

#[test]
fn every_reason_can_be_provoked_in_every_form() {
    for version in [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8] {
        for refusal in Refusal::ALL.iter().copied() {
            let reply = provoke(refusal, version);
            let body = reply.to_json();
            let shown = format!("{refusal:?} in {version}: {body}");
            let entry = if body.get("data").is_some() { &body["data"][0] } else { &body };
            if refusal.is_about_a_record() {
                assert_eq!(reply.records, [Some(refusal)], "{shown}");
                assert_eq!(reply.refusal, None, "{shown}");
                assert_eq!(reply.status, 400, "{shown}");
                assert!(body.get("data").is_some(), "{shown}");
                assert!(entry["details"].get("id").is_some(), "{shown}");
            } else {
                assert_eq!(reply.refusal, Some(refusal), "{shown}");
                assert_eq!(reply.status, refusal.status(version), "{shown}");
            }
            assert_eq!(entry["code"], refusal.code(version), "{shown}");
            assert_eq!(entry["message"], refusal.message(version), "{shown}");
            assert_eq!(entry["status"], "error", "{shown}");
            assert!(entry["details"].is_object(), "{shown}");
        }
    }
}

/// The rows of the documented tables, each in its form of v2, v7 and v8.
#[test]
fn the_documented_rows_come_as_documented() {
    use Refusal as R;
    let id = "The id given seems to be invalid";
    let field = "This field cannot be updated in the Mass Update";
    let required = "required field not found";
    for (refusal, code, statuses, message) in [
        (R::NoField, "INVALID_DATA", [400; 3], "No field found"),
        (R::TooManyFields, "INVALID_DATA", [400; 3], "Max field limit exceeded"),
        (R::FieldUnknown, "INVALID_DATA", [400; 3], field),
        (R::FieldNotMassUpdatable, "INVALID_DATA", [400; 3], field),
        (R::FieldReadOnly, "INVALID_DATA", [400; 3], field),
        (
            R::LayoutRule,
            "INVALID_DATA",
            [400; 3],
            "Field cannot be updated as it is associated with a layout rule",
        ),
        (
            R::ValidationRule,
            "INVALID_DATA",
            [400; 3],
            "Field cannot be updated as it is associated with a validation rule",
        ),
        (R::FieldHidden, "INVALID_DATA", [200, 400, 400], "Field is not visible"),
        (R::IdMalformed, "INVALID_DATA", [400; 3], id),
        (R::IdUnknown, "INVALID_DATA", [400; 3], id),
        (R::TerritoryUnknown, "INVALID_DATA", [400; 3], id),
        (R::StopProcessing, "CANNOT_PROCESS", [400; 3], "The record is in stop processing"),
        (R::InBlueprint, "RECORD_IN_BLUEPRINT", [400; 3], "The record is in blue print"),
        (R::SelectionMissing, "MANDATORY_NOT_FOUND", [400; 3], required),
        (
            R::NoRecordPermission,
            "CANNOT_PERFORM_ACTION",
            [400; 3],
            "no permission to perform an action on this record",
        ),
        (
            R::AlreadyScheduled,
            "ALREADY_SCHEDULED",
            [202, 202, 400],
            "Already a Mass Action scheduler is running for the given cvid",
        ),
        (R::TooManyRecords, "LIMIT_EXCEEDED", [400; 3], "Record count exceeded"),
        (R::NotApproved, "NOT_APPROVED", [400; 3], "record not approved"),
        (R::NoRecords, "NO_RECORDS_FOUND", [400; 3], "no record found to update"),
        (R::NoMassUpdatePermission, "NO_PERMISSION", [403; 3], "permission denied"),
        (R::FieldNotEditable, "NO_PERMISSION", [403; 3], "Field Edit Permission not given"),
        (R::ViewNotAccessible, "NO_PERMISSION", [403; 3], "Customview not accessible"),
        (R::ModuleUnknown, "INVALID_MODULE", [400; 3], "the module name given seems to be invalid"),
        (
            R::WrongUrl,
            "INVALID_URL_PATTERN",
            [404; 3],
            "Please check if the URL trying to access is a correct one",
        ),
        (R::ScopeMissing, "OAUTH_SCOPE_MISMATCH", [401; 3], "Unauthorized"),
        (R::Internal, "INTERNAL_ERROR", [500; 3], "Internal Server Error"),
        (
            R::WrongMethod,
            "INVALID_REQUEST_METHOD",
            [400; 3],
            "The http request method type is not a valid one",
        ),
        (
            R::NoSchedulePermission,
            "AUTHORIZATION_FAILED",
            [400; 3],
            "User does not have sufficient privilege to schedule mass update.",
        ),
        (R::ImageCheck, "RECORD_LOCKED", [400; 3], "Cannot update record that is not approved yet"),
        (
            R::ImageNotApproved,
            "NOT_APPROVED",
            [400; 3],
            "Cannot update record that is not approved yet",
        ),
        (R::ParameterMissing, "MANDATORY_NOT_FOUND", [400; 3], "mandatory param missing"),
        (R::NoReadPermission, "NO_PERMISSION", [403; 3], "Permission denied to read records"),
    ] {
        for (version, status) in
            [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8].into_iter().zip(statuses)
        {
            let reply = provoke(refusal, version);
            let body = reply.to_json();
            let entry = if body.get("data").is_some() { &body["data"][0] } else { &body };
            assert_eq!(
                (entry["code"].as_str(), reply.status),
                (Some(code), status),
                "{refusal:?} {version}"
            );
            let said = entry["message"].as_str().unwrap();
            assert!(said.eq_ignore_ascii_case(message), "{refusal:?} {version}: {said}");
        }
    }
}

#[test]
fn what_differs_in_v8_differs() {
    let of = |refusal, version| {
        let reply = provoke(refusal, version);
        (reply.status, reply.to_json())
    };
    let (status, view) = of(Refusal::ViewUnknown, ApiVersion::V8);
    assert_eq!((status, &view["message"]), (400, &json!("the cvid given seems to be invalid")));
    assert_eq!(view["details"], json!({ "api_name": "cvid", "json_path": "$.cvid" }));
    let (_, view) = of(Refusal::ViewUnknown, ApiVersion::V7);
    assert_eq!(view["message"], "The id given seems to be invalid");

    let (status, job) = of(Refusal::JobUnknown, ApiVersion::V8);
    assert_eq!((status, &job["code"]), (400, &json!("INVALID_DATA")));
    let (status, job) = of(Refusal::JobUnknown, ApiVersion::V7);
    assert_eq!((status, &job["code"]), (404, &json!("NOT_FOUND")));

    let (_, module) = of(Refusal::ModuleNotSupported, ApiVersion::V8);
    assert_eq!(module["code"], "NOT_SUPPORTED");
    let (_, module) = of(Refusal::ModuleNotSupported, ApiVersion::V7);
    assert_eq!(module["code"], "INVALID_MODULE");

    let (_, missing) = of(Refusal::SelectionMissing, ApiVersion::V8);
    assert!(missing.get("data").is_some());
    let (_, missing) = of(Refusal::SelectionMissing, ApiVersion::V7);
    assert!(missing.get("data").is_none());
}

#[test]
fn modules_follow_the_lists_of_their_versions() {
    let emulator = Emulator::of(&seed_of(1, 1)).unwrap();
    let refusal = |version: &str, module: &str| {
        emulator.handle(&post(version, module, &json!({ "data": [{}], "ids": ["1"] }))).refusal
    };
    for (module, old, new) in [
        ("Leads", Refusal::NoField, Refusal::NoField),
        ("Vehicles", Refusal::NoField, Refusal::NoField),
        ("Tasks", Refusal::NoField, Refusal::NoField),
        ("Events", Refusal::NoField, Refusal::NoField),
        ("Meetings", Refusal::ModuleUnknown, Refusal::NoField),
        ("Cases", Refusal::ModuleUnknown, Refusal::NoField),
        // Letter case counts in v8, and in no older version.
        ("leads", Refusal::NoField, Refusal::ModuleUnknown),
        ("Custom", Refusal::ModuleUnknown, Refusal::ModuleUnknown),
    ] {
        assert_eq!(refusal("v2", module), Some(old), "{module} in v2");
        assert_eq!(refusal("v7", module), Some(old), "{module} in v7");
        assert_eq!(refusal("v8", module), Some(new), "{module} in v8");
    }
    // The change log of v3 ends the calls to Activities.
    for (version, expected) in
        [("v2", Refusal::NoField), ("v2.1", Refusal::NoField), ("v3", Refusal::ModuleUnknown)]
    {
        assert_eq!(refusal(version, "Activities"), Some(expected), "{version}");
    }
}

/// Rows of the model's table of documented errors that the emulator has no occasion for.
const NEVER: &[&str] = &[
    // The sample of the same page shows these calls answered with HTTP 200.
    "partly-invalid-ids",
    // Users have no hierarchy here.
    "non-subordinate-user",
];

#[test]
fn the_two_readings_of_the_error_tables_agree() {
    let versions = [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8];
    for row in catalogue::ALL.iter().filter(|row| row.standing != Standing::Assumed) {
        let documented = versions.into_iter().filter(|version| row.is_documented_for(*version));
        for version in documented.filter(|_| !NEVER.contains(&row.key)) {
            let said = |message: &str| {
                let same = |known: &&str| known.eq_ignore_ascii_case(message);
                row.message.is_empty() || same(&row.message) || row.variants.iter().any(same)
            };
            let found = Refusal::ALL.iter().any(|refusal| {
                refusal.code(version) == row.code
                    && said(refusal.message(version))
                    && row.status(version).is_none_or(|status| status == refusal.status(version))
            });
            // The status call shares most of its reasons with all others.
            assert!(
                found,
                "{} in {version} ({:?}, HTTP {:?})",
                row.key,
                row.endpoint,
                row.status(version)
            );
        }
    }
    assert!(catalogue::ALL.iter().any(|row| row.endpoint == Endpoint::Status));
}
