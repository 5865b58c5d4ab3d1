use serde_json::{Value, json};

use super::{emulator, get, id, view};
use crate::{Emulator, Refusal, Request, seed};

/// The ids that a call gives, page by page, as the tokens lead.
fn by_tokens(emulator: &Emulator, path: &str) -> Vec<Value> {
    let (mut ids, mut token) = (Vec::new(), String::new());
    loop {
        let reply = emulator.handle(&get(&format!("{path}{token}"))).to_json();
        let page = reply["data"].as_array().unwrap();
        assert_eq!(reply["info"]["count"], page.len());
        ids.extend(page.iter().map(|record| record["id"].clone()));
        let Some(next) = reply["info"]["next_page_token"].as_str() else {
            assert_eq!(reply["info"]["more_records"], false);
            return ids;
        };
        token = format!("&page_token={next}");
    }
}

#[test]
fn tokens_lead_through_all_records_and_numbers_to_two_thousand() {
    let emulator = Emulator::of(&super::seed_of(2_100, 0)).unwrap();
    let description = json!({
        "profiles": [{ "id": "1", "name": "Administrator" }],
        "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
        "tokens": [{ "token": seed::DEMO_TOKEN, "user": "2", "scopes": ["ZohoCRM.modules.READ"] }],
        "modules": [{
            "api_name": "Leads",
            "records": (1..=2_100).map(|id: u32| json!({ "id": id.to_string(), "data": {} })).collect::<Value>(),
        }],
    });
    emulator.import(&serde_json::from_value(description).unwrap()).unwrap();
    let all: Vec<Value> = (1..=2_100).map(|id: u32| json!(id.to_string())).collect();
    assert_eq!(by_tokens(&emulator, "/crm/v8/Leads?fields=id"), all);

    let number = |page: u32| emulator.handle(&get(&format!("/crm/v8/Leads?fields=id&page={page}")));
    let last = number(10).to_json();
    assert_eq!(last["data"][199]["id"], "2000");
    assert_eq!(number(11).refusal, Some(Refusal::TooManyPages));
    assert_eq!(number(11).to_json()["details"]["limit"], 2_000);
    // The way on from there, and back.
    let follow = |info: &Value, way: &str| {
        let token = info[way].as_str().unwrap();
        emulator.handle(&get(&format!("/crm/v8/Leads?fields=id&page_token={token}"))).to_json()
    };
    let eleventh = follow(&last["info"], "next_page_token");
    assert_eq!(eleventh["data"][0]["id"], "2001");
    assert_eq!(eleventh["info"]["page"], 11);
    assert_eq!(follow(&eleventh["info"], "previous_page_token")["data"], last["data"]);
    emulator.configure(|s| s.page_limit = crate::settings::ByVersion::Never);
    assert_eq!(number(11).status, 200);
}

#[test]
fn a_token_is_good_for_its_own_call() {
    let emulator = emulator();
    let token = emulator.handle(&get("/crm/v8/Leads?fields=City&per_page=2")).to_json();
    let token = token["info"]["next_page_token"].as_str().unwrap().to_owned();
    let call = |query: &str| get(&format!("/crm/v8/{query}&page_token={token}"));
    assert_eq!(emulator.handle(&call("Leads?fields=City&per_page=2")).status, 200);
    let by_other = Request { headers: Vec::new(), ..call("Leads?fields=City&per_page=2") };
    for other in [
        call("Leads?fields=City&per_page=3"),
        call("Leads?fields=State&per_page=2"),
        call("Contacts?fields=City&per_page=2"),
        by_other.with_token("1000.standard"),
    ] {
        assert_eq!(
            emulator.handle(&other).refusal,
            Some(Refusal::PageTokenMismatch),
            "{}",
            other.path
        );
    }
}

#[test]
fn a_view_is_read_within_a_territory() {
    let emulator = emulator();
    let view = view(&emulator, "Leads", "All Open Leads");
    let territories = emulator.organisation().territories;
    let [root, asia, india] = [0, 1, 3].map(|place: usize| territories[place].id);
    let count = |query: String| {
        by_tokens(&emulator, &format!("/crm/v8/Leads?cvid={view}&fields=id{query}")).len()
    };
    let own = count(format!("&territory_id={india}"));
    let below = count(format!("&territory_id={asia}&include_child=true"));
    let all = count(format!("&territory_id={root}&include_child=true"));
    let whole = count(String::new());
    assert!(0 < own && own < below && below < all && all <= whole, "{own} {below} {all} {whole}");
    let wrong = get(&format!("/crm/v8/Leads?cvid={view}&territory_id=404"));
    assert_eq!(emulator.handle(&wrong).refusal, Some(Refusal::ParameterInvalid));
}

#[test]
fn what_is_no_number_or_id_is_refused() {
    let emulator = emulator();
    for (path, refusal) in [
        ("Leads?page=x", Refusal::ParameterInvalid),
        ("Leads?page=0", Refusal::ParameterInvalid),
        ("Leads?per_page=-1", Refusal::ParameterInvalid),
        ("Leads/99999999999999999999", Refusal::ResourceUnknown),
        // No record, but another resource, which is not emulated.
        ("Leads/search?word=a", Refusal::WrongUrl),
    ] {
        let reply = emulator.handle(&get(&format!("/crm/v8/{path}")));
        assert_eq!(reply.refusal, Some(refusal), "{path}");
    }
    assert_eq!(emulator.handle(&get("/crm/v8/Leads/404")).status, 204);
    let many = emulator.handle(&get("/crm/v8/Vehicles?per_page=500")).to_json();
    assert_eq!(many["info"]["per_page"], 200);
}

#[test]
fn a_count_honours_what_is_searched_for() {
    let emulator = emulator();
    let count = |query: &str| {
        emulator.handle(&get(&format!("/crm/v8/Leads/actions/count{query}"))).to_json()["count"]
            .as_u64()
    };
    let all = count("").unwrap();
    let chennai = count("?criteria=(City:equals:Chennai)").unwrap();
    let other = count("?criteria=(City:not_equal:Chennai)").unwrap();
    assert!(chennai > 0 && other > 0 && chennai + other == all, "{chennai} {other} {all}");
    let both = "?criteria=((City:equals:Chennai)or(City:not_equal:Chennai))";
    assert_eq!(count(both), Some(all));
    let record = emulator.record("Leads", id(0, 3)).unwrap().unwrap();
    let email = record.data["Email"].as_str().unwrap();
    assert_eq!(count(&format!("?email={email}")), Some(1));
    let phone = record.data["Phone"].as_str().unwrap().replace('+', "%2B");
    assert_eq!(count(&format!("?phone={phone}")), Some(1));
    assert!(count("?word=chenn").unwrap() >= chennai);
    assert_eq!(count("?word=nobodyiscalledthis"), Some(0));
    for wrong in ["City=Chennai", "(Cty:equals:x)"] {
        let reply = emulator.handle(&get(&format!("/crm/v8/Leads/actions/count?criteria={wrong}")));
        assert_eq!(reply.refusal, Some(Refusal::ParameterInvalid), "{wrong}");
    }
}
