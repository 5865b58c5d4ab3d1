use std::collections::HashSet;

use serde_json::{Value, json};

use super::{emulator, get, view};
use crate::metadata::{Description, RecordState};
use crate::{Emulator, Refusal, Request, seed, value};

fn all(emulator: &Emulator, path: &str, key: &str) -> Vec<Value> {
    let reply = emulator.handle(&get(path));
    assert_eq!(reply.status, 200, "{path}: {}", reply.to_json());
    reply.to_json()[key].as_array().unwrap().clone()
}

#[test]
fn the_seed_is_sound() {
    let seed = seed::organisation();
    let mut ids = HashSet::new();
    let mut records = 0;
    for module in &seed.modules {
        let layouts: HashSet<&str> =
            module.layouts.iter().map(|layout| layout.id.as_str()).collect();
        for field in &module.fields {
            assert!(ids.insert(field.id.clone()), "{} of {}", field.api_name, module.api_name);
            assert!(!field.data_type.is_empty(), "{} of {}", field.api_name, module.api_name);
        }
        for view in &module.views {
            assert!(ids.insert(view.id.to_string()), "view {}", view.name);
            for name in view.criteria.iter().flat_map(crate::criteria::Criteria::fields) {
                let name = name.split('.').next().unwrap();
                assert!(module.field(name).is_some(), "{name} in {}", view.name);
            }
        }
        for record in &module.records {
            records += 1;
            assert!(ids.insert(record.id.to_string()), "record {}", record.id);
            assert!(layouts.contains(record.data["Layout"]["id"].as_str().unwrap()));
            for (name, given) in record.data.iter().filter(|(name, _)| *name != "Layout") {
                let field = module.field(name).unwrap();
                let fits = value::check(field, given, &crate::settings::Settings::default());
                assert_eq!(fits.map(|_| ()), Ok(()), "{name} of {}", module.api_name);
            }
        }
        for state in [RecordState::Locked, RecordState::InBlueprint, RecordState::NoPermission] {
            let held = module.records.iter().filter(|record| record.state == state).count();
            assert_eq!(held, usize::from(module.records.len() > 108), "{}", module.api_name);
        }
    }
    assert!(records > 5_000, "{records}");
}

#[test]
fn a_description_is_the_same_after_json() {
    let seed = seed::organisation();
    let text = serde_json::to_string(&seed).unwrap();
    assert_eq!(serde_json::from_str::<Description>(&text).unwrap(), seed);
}

#[test]
fn fields_are_shown_as_the_caller_has_them() {
    let emulator = emulator();
    let fields = all(&emulator, "/crm/v8/settings/fields?module=Leads", "fields");
    let field = |name: &str| fields.iter().find(|field| field["api_name"] == name).unwrap();
    assert_eq!(field("City")["mass_update"], true);
    assert_eq!(field("Email")["mass_update"], false);
    // Unique, and therefore out of mass updates.
    assert_eq!(field("Phone")["mass_update"], false);
    assert_eq!(field("Old_Region")["visible"], false);
    assert_eq!(field("Annual_Score")["operation_type"]["api_update"], false);
    let source = field("Lead_Source")["pick_list_values"].as_array().unwrap();
    assert!(
        source.iter().any(|option| option["actual_value"] == "Trade Show"
            && option["display_value"] == "Trade Fair")
    );
    assert!(source.iter().any(|option| option["type"] == "unused"));

    let standard =
        Request::new("GET", "/crm/v8/settings/fields?module=Leads").with_token("1000.standard");
    let fields = emulator.handle(&standard).to_json()["fields"].as_array().unwrap().clone();
    let field = |name: &str| fields.iter().find(|field| field["api_name"] == name).unwrap();
    assert_eq!(field("Internal_Note")["visible"], false);
    assert_eq!(field("Credit_Limit")["read_only"], true);

    let id = field("City")["id"].as_str().unwrap();
    let one = all(&emulator, &format!("/crm/v8/settings/fields/{id}?module=Leads"), "fields");
    assert_eq!(one.len(), 1);
}

#[test]
fn views_have_their_criteria_one_by_one_only() {
    let emulator = emulator();
    let views = all(&emulator, "/crm/v8/settings/custom_views?module=Leads", "custom_views");
    assert!(views.iter().all(|view| view.get("criteria").is_none()));
    assert!(views.iter().any(|view| view["system_name"] == "ALLVIEWS" && view["default"] == true));
    let id = view(&emulator, "Leads", "Not Contacted in Asia");
    let one =
        all(&emulator, &format!("/crm/v8/settings/custom_views/{id}?module=Leads"), "custom_views");
    assert_eq!(one[0]["criteria"]["group_operator"], "and");
    // A private view is not shown to others, and cannot be used by them.
    let other = Request::new("GET", "/crm/v8/settings/custom_views?module=Leads")
        .with_token("1000.standard");
    let others = emulator.handle(&other).to_json()["custom_views"].as_array().unwrap().len();
    assert_eq!(others, views.len() - 1);
}

#[test]
fn the_rest_of_the_metadata_is_there() {
    let emulator = emulator();
    let modules = all(&emulator, "/crm/v2/settings/modules", "modules");
    assert!(
        modules.iter().any(|m| m["api_name"] == "Vehicles" && m["module_name"] == "CustomModule3")
    );
    assert_eq!(all(&emulator, "/crm/v2/settings/modules/Leads", "modules").len(), 1);
    let layouts = all(&emulator, "/crm/v8/settings/layouts?module=Deals", "layouts");
    let fields = layouts[0]["sections"][0]["fields"].as_array().unwrap();
    let pipeline = fields.iter().find(|field| field["api_name"] == "Pipeline").unwrap();
    assert_eq!(pipeline["pick_list_values"][1]["maps"][0]["api_name"], "Stage");
    let layouts = all(&emulator, "/crm/v8/settings/layouts?module=Leads", "layouts");
    let country = layouts[0]["sections"][0]["fields"].as_array().unwrap().clone();
    assert!(country.iter().any(|f| f["api_name"] == "Country" && f["validation_rule"].is_object()));
    let territories = all(&emulator, "/crm/v8/settings/territories", "territories");
    assert_eq!(territories.len(), 5);
    let asia = territories[1]["id"].as_str().unwrap();
    let below = format!("/crm/v8/settings/territories/{asia}/__child_territories");
    assert_eq!(all(&emulator, &below, "territories").len(), 2);
    let users = all(&emulator, "/crm/v8/users?type=CurrentUser", "users");
    assert_eq!(users[0]["profile"]["name"], "Administrator");
    let org = all(&emulator, "/crm/v8/org", "org");
    assert_eq!(org[0]["license_details"]["paid_type"], "enterprise");
    let missing = emulator.handle(&get("/crm/v8/settings/fields"));
    assert_eq!(missing.refusal, Some(Refusal::ParameterMissing));
    assert_eq!(missing.to_json()["details"], json!({ "param_name": "module" }));
}

#[test]
fn an_organisation_that_contradicts_itself_is_refused() {
    let emulator = emulator();
    let twice: Description =
        serde_json::from_value(json!({ "modules": [{ "api_name": "A" }, { "api_name": "A" }] }))
            .unwrap();
    assert_eq!(emulator.import(&twice).unwrap_err().to_string(), "module `A` is described twice");
    let user: Description =
        serde_json::from_value(json!({ "users": [{ "id": "1", "name": "A", "profile": "2" }] }))
            .unwrap();
    let error = emulator.import(&user).unwrap_err().to_string();
    assert_eq!(error, "user `1` has profile `2`, which is not described");
    assert!(!emulator.organisation().modules.is_empty());
}
