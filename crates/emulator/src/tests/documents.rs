//! What the documents say beside the pages of mass updates: metadata that is refused, hosts, dates.

use serde_json::{Value, json};

use super::{first, get, id, path, post, seed_of};
use crate::metadata::{Dependency, Edition, TerritoryManagement};
use crate::settings::{Choice, Refused};
use crate::{Emulator, Refusal, Request};

fn emulator() -> Emulator {
    Emulator::of(&seed_of(3, 3)).unwrap()
}

fn names(reply: &Value, key: &str) -> Vec<String> {
    let entries = reply[key].as_array().cloned().unwrap_or_default();
    entries.iter().map(|entry| entry["api_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_list_of_dependencies_of_v8_has_no_options_and_pages() {
    let mut seed = seed_of(1, 1);
    let deals = seed.modules.iter_mut().find(|module| module.api_name == "Deals").unwrap();
    let layout = deals.layouts[0].id.clone();
    let more = Dependency {
        parent: "Type".to_owned(),
        child: "Lead_Source".to_owned(),
        sub_module: Some("Lines".to_owned()),
        ..Dependency::default()
    };
    deals.layouts[0].maps.push(more);
    let emulator = Emulator::of(&seed).unwrap();
    let call = |version: &str, rest: &str| {
        let path = format!("/crm/{version}/settings/layouts/{layout}/map_dependency{rest}");
        emulator.handle(&get(&path)).to_json()
    };
    let list = call("v8", "?module=Deals&per_page=1");
    assert_eq!(list["info"]["more_records"], true, "{list}");
    let one = &list["map_dependency"][0];
    assert!(one.get("pick_list_values").is_none(), "{one}");
    let id = one["id"].as_str().unwrap();
    let whole = call("v8", &format!("/{id}?module=Deals"));
    let options = &whole["map_dependency"][0]["pick_list_values"];
    assert!(options[0]["maps"][0]["display_value"].is_string(), "{whole}");
    let second = call("v8", "?module=Deals&per_page=1&page=2");
    let second = &second["map_dependency"][0];
    assert_eq!(second["sub_module"]["api_name"], "Lines");
    assert_ne!(second["id"], one["id"]);
    // Before v8 the list has them too.
    let old = call("v7", "?module=Deals");
    assert!(old["map_dependency"][0]["pick_list_values"].is_array(), "{old}");
    assert_eq!(call("v8", "/404?module=Deals")["code"], "INVALID_DATA");
}

#[test]
fn territories_are_refused_where_they_are_not_in_use() {
    let list = get("/crm/v8/settings/territories");
    let mut seed = seed_of(1, 1);
    seed.org.territory_management = Some(TerritoryManagement::NotForLeads);
    let emulator = Emulator::of(&seed).unwrap();
    assert_eq!(emulator.handle(&list).status, 200);
    let mut seed = seed_of(1, 1);
    seed.territories.clear();
    for record in seed.modules.iter_mut().flat_map(|module| &mut module.records) {
        record.territories.clear();
    }
    let refused = Emulator::of(&seed).unwrap().handle(&list);
    assert_eq!(refused.refusal, Some(Refusal::TerritoriesNotEnabled));
    seed.org.territory_management = Some(TerritoryManagement::Enabled);
    assert_eq!(Emulator::of(&seed).unwrap().handle(&list).status, 204);
}

#[test]
fn modules_are_listed_by_feature() {
    let emulator = emulator();
    let list = |version: &str, feature: &str| {
        let path = format!("/crm/{version}/settings/modules?feature_name={feature}");
        emulator.handle(&get(&path)).to_json()
    };
    let v8 = names(&list("v8", "mass_update"), "modules");
    assert!(v8.contains(&"Vehicles".to_owned()) && v8.contains(&"Cases".to_owned()), "{v8:?}");
    assert!(!v8.contains(&"Services__s".to_owned()), "{v8:?}");
    assert!(!names(&list("v7", "mass_update"), "modules").contains(&"Cases".to_owned()));
    assert_eq!(names(&list("v8", "mass_update_by_cvid"), "modules"), v8);
    assert_eq!(list("v8", "mass_hypnosis")["code"], "INVALID_DATA");
    let mut small = seed_of(1, 1);
    small.org.edition = Edition::Professional;
    let path = "/crm/v8/settings/modules?feature_name=mass_update_by_cvid";
    assert_eq!(Emulator::of(&small).unwrap().handle(&get(path)).status, 204);
}

#[test]
fn a_call_to_another_host_is_refused_from_v2_1_on() {
    let emulator = emulator();
    emulator.configure(|settings| settings.api_host = Some("www.zohoapis.eu".into()));
    let call = |version: &str, host: &str| {
        let mut request = get(&format!("/crm/{version}/org"));
        request.headers.push(("Host".into(), host.into()));
        emulator.handle(&request)
    };
    assert_eq!(call("v2", "www.zohoapis.com").status, 200);
    let refused = call("v2.1", "www.zohoapis.com");
    assert_eq!((refused.status, refused.refusal), (400, Some(Refusal::HostInvalid)));
    assert_eq!(call("v8", "WWW.zohoapis.eu").status, 200);
}

#[test]
fn each_call_can_be_refused_for_a_reason_of_choice() {
    let emulator = emulator();
    let fault = |path: &str, refusal, times| Refused {
        path: path.to_owned(),
        method: Some("get".to_owned()),
        refusal,
        times,
    };
    emulator.configure(|settings| {
        settings.faults.refuse = vec![
            fault("settings/fields?module=Deals", Refusal::ScopeMissing, Some(1)),
            fault("settings/layouts/*/map_dependency", Refusal::LayoutDeactivated, None),
        ];
    });
    let fields = |module: &str| {
        emulator.handle(&get(&format!("/crm/v8/settings/fields?module={module}"))).status
    };
    assert_eq!((fields("Leads"), fields("Deals"), fields("Deals")), (200, 401, 200));
    let layouts = "/crm/v8/settings/layouts/5725767000000091000/map_dependency?module=Leads";
    for _ in 0..3 {
        let refused = emulator.handle(&get(layouts));
        assert_eq!(refused.refusal, Some(Refusal::LayoutDeactivated));
    }
    // What only tries, spends nothing.
    emulator.configure(|settings| settings.faults.refuse[0].times = Some(1));
    emulator.try_out(&get("/crm/v8/settings/fields?module=Deals"));
    assert_eq!(fields("Deals"), 401);
}

#[test]
fn an_icon_for_the_page_spends_no_fault() {
    let emulator = emulator();
    emulator.configure(|settings| settings.faults.errors_before = 1);
    for path in ["/favicon.ico", "/", "/__emulator/jobs", "/__emulator/nothing"] {
        assert_ne!(emulator.handle(&Request::new("GET", path)).status, 500, "{path}");
    }
    assert_eq!(emulator.handle(&get("/crm/v8/org")).status, 500);
}

#[test]
fn a_fraction_is_no_id_and_a_number_is_answered_as_a_string() {
    let emulator = emulator();
    let sent = |ids: &str| {
        let body = format!(r#"{{"data":[{{"City":"a"}}],"ids":[{ids}]}}"#);
        emulator.handle(&post("v8", "Leads", &Value::Null).with_body(body))
    };
    for wrong in ["0.0", "5.0", "1e3", "-0", "18446744073709551615", "5.72577E+18"] {
        assert_eq!(sent(wrong).records, [Some(Refusal::IdMalformed)], "{wrong}");
    }
    let unknown = sent("404");
    assert_eq!(unknown.records, [Some(Refusal::IdUnknown)]);
    assert_eq!(first(&unknown)["details"]["id"], "404");
    assert_eq!(first(&sent(&id(0, 0).to_string()))["details"]["id"], json!(id(0, 0)));
}

#[test]
fn activities_can_be_the_only_module_of_old_versions() {
    let emulator = emulator();
    let tasks = |version: &str| {
        emulator.handle(&post(version, "Tasks", &json!({ "data": [{}], "ids": ["1"] }))).refusal
    };
    assert_eq!(tasks("v2"), Some(Refusal::NoField));
    emulator.configure(|settings| settings.activity_modules = Choice::Refuse);
    assert_eq!(tasks("v2"), Some(Refusal::ModuleUnknown));
    assert_eq!(tasks("v3"), Some(Refusal::NoField));
}

#[test]
fn a_module_that_is_none_has_no_scope() {
    let emulator = emulator();
    let call = |name: &str| {
        let request = post("v8", name, &json!({}));
        let request = Request { headers: Vec::new(), ..request }.with_token("1000.leads");
        emulator.handle(&request).refusal
    };
    assert_eq!(call("Lead"), Some(Refusal::ModuleUnknown));
    assert_eq!(call("Deals"), Some(Refusal::ScopeMissing));
}

#[test]
fn what_was_not_modified_is_not_sent() {
    let emulator = emulator();
    let body = json!({ "data": [{ "City": "Chennai" }], "ids": [id(0, 1)] });
    emulator.advance(60);
    let since = crate::time::format(emulator.now());
    emulator.advance(60);
    emulator.handle(&post("v8", "Leads", &body));
    let read = |path: &str, since: &str| {
        let mut request = get(path);
        request.headers.push(("If-Modified-Since".into(), since.into()));
        emulator.handle(&request)
    };
    let changed = read("/crm/v8/Leads", &since).to_json();
    assert_eq!(changed["data"].as_array().unwrap().len(), 1, "{changed}");
    assert_eq!(changed["data"][0]["id"], json!(id(0, 1)));
    assert_eq!(read(&format!("/crm/v8/Leads/{}", id(0, 0)), &since).status, 304);
    assert_eq!(read(&format!("/crm/v8/Leads/{}", id(0, 1)), &since).status, 200);
    let now = crate::time::format(emulator.now());
    assert_eq!(read("/crm/v8/Leads", &now).status, 304);
}

#[test]
fn a_user_lookup_is_set_by_the_id_of_a_user() {
    let emulator = emulator();
    let set = |user: &str| {
        let body = json!({ "data": [{ "Account_Manager": { "id": user } }], "ids": [id(0, 0)] });
        emulator.handle(&post("v8", "Leads", &body)).records
    };
    assert_eq!(set("5725767000000411002"), [None]);
    assert_eq!(set("404"), [Some(Refusal::ReferenceUnknown)]);
}

#[test]
fn a_status_call_has_its_own_answers() {
    let emulator = emulator();
    let missing = emulator.handle(&get(&path("v8", "Leads")).with_body("{\"ids\":[]}"));
    assert_eq!(missing.to_json()["code"], "MANDATORY_NOT_FOUND");
    for version in ["v2", "v8"] {
        let services = emulator.handle(&get(&format!("{}?job_id=1", path(version, "Services__s"))));
        assert_eq!(services.to_json()["code"], "INVALID_MODULE", "{version}");
    }
}
