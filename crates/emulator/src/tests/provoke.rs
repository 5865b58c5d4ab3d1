//! A call for every reason to refuse one.

use massup_model::ApiVersion;
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
pub(super) fn provoke(refusal: Refusal, version: ApiVersion) -> Reply {
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
