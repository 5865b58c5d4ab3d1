use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::time::Clock;

#[track_caller]
fn check(record: &Value, comparator: Comparator, value: Value, expected: bool) {
    let bank = View::of(json!({ "Industry": "Banking" }).as_object().unwrap());
    let related = |id: &str| (id == "7").then(|| bank.clone());
    let scope = Scope { now: Clock::START + 3600, user: "42", related: &related };
    let (field, _) = record.as_object().unwrap().iter().next().unwrap();
    let name = if field == "Account_Name" { "Account_Name.Industry" } else { field };
    let criteria = Criteria::test(name, comparator, value);
    assert_eq!(criteria.holds(record.as_object().unwrap(), &scope), expected, "{criteria:?}");
}

#[test]
fn every_comparator_tells_its_two_sides_apart() {
    use Comparator as C;
    let city = json!({ "City": "Chennai" });
    let languages = json!({ "L": ["English", "Spanish"] });
    let amount = json!({ "Amount": 40 });
    for (record, comparator, holds, fails) in [
        (&city, C::Equal, json!("chennai"), json!("Delhi")),
        (&city, C::NotEqual, json!("Delhi"), json!("Chennai")),
        (&city, C::Like, json!("ch%n*i"), json!("%delhi")),
        (&city, C::NotLike, json!("d%"), json!("c%")),
        (&city, C::StartsWith, json!("Che"), json!("nai")),
        (&city, C::EndsWith, json!("nai"), json!("Che")),
        (&city, C::Contains, json!("enn"), json!("x")),
        (&city, C::NotContains, json!("x"), json!("enn")),
        (&city, C::In, json!(["Delhi", "Chennai"]), json!(["Delhi"])),
        (&city, C::NotIn, json!(["Delhi"]), json!(["Chennai"])),
        (&languages, C::IncludeAll, json!(["Spanish", "English"]), json!(["Spanish", "Tamil"])),
        (&languages, C::IncludeAny, json!(["Tamil", "English"]), json!(["Tamil"])),
        (&languages, C::ExcludeAll, json!(["Spanish", "Tamil"]), json!(["Spanish", "English"])),
        (&languages, C::ExcludeAny, json!(["Tamil"]), json!(["Tamil", "English"])),
        (&amount, C::GreaterThan, json!(39.5), json!(40)),
        (&amount, C::GreaterEqual, json!(40), json!(41)),
        (&amount, C::LessThan, json!("100"), json!(40)),
        (&amount, C::LessEqual, json!(40), json!(39)),
        (&amount, C::Between, json!([40, 50]), json!([41, 50])),
        (&amount, C::NotBetween, json!([41, 50]), json!([40, 50])),
    ] {
        check(record, comparator, holds, true);
        check(record, comparator, fails, false);
    }
}

#[test]
fn emptiness_is_asked_for_by_placeholder() {
    for empty in [json!({ "A": null }), json!({ "A": "" }), json!({ "A": [] })] {
        check(&empty, Comparator::Equal, json!("${EMPTY}"), true);
        check(&empty, Comparator::NotEqual, json!("${EMPTY}"), false);
        check(&empty, Comparator::Equal, json!("${NOTEMPTY}"), false);
        check(&empty, Comparator::LessThan, json!(1), false);
    }
    check(&json!({ "A": false }), Comparator::Equal, json!("${NOTEMPTY}"), true);
}

#[test]
fn times_move_with_the_clock() {
    let today = json!({ "T": "2026-06-01T23:59:59+00:00" });
    check(&today, Comparator::Equal, json!("${TODAY}"), true);
    check(&today, Comparator::Equal, json!("${THISWEEK}"), true);
    check(&today, Comparator::Equal, json!("${LASTMONTH}"), false);
    check(&today, Comparator::GreaterThan, json!("${YESTERDAY}"), true);
    check(&today, Comparator::GreaterThan, json!("${TODAY}"), false);
    check(&today, Comparator::LessThan, json!("${TODAY}+1"), true);
    check(&json!({ "T": "2026-05-30" }), Comparator::Equal, json!("${AGEINDAYS}+2"), true);
}

#[test]
fn references_are_compared_by_id_and_followed() {
    let record = json!({ "Owner": { "id": "42", "name": "Patricia Boyle" } });
    check(&record, Comparator::Equal, json!("${CURRENTUSER}"), true);
    check(&record, Comparator::Equal, json!("Patricia Boyle"), true);
    check(&record, Comparator::Equal, json!({ "id": "43" }), false);
    check(&json!({ "Account_Name": { "id": "7" } }), Comparator::Equal, json!("banking"), true);
    check(&json!({ "Account_Name": { "id": "8" } }), Comparator::Equal, json!("banking"), false);
}

#[test]
fn a_field_is_compared_with_another_of_the_record() {
    let scope = Scope { now: Clock::START, user: "42", related: &|_| None };
    let holds = |value: Value, record: Value| {
        let text = json!({
            "field": { "api_name": "Amount" }, "comparator": "greater_than", "value": value, "type": "field",
        });
        let criteria: Criteria = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(serde_json::to_value(&criteria).unwrap(), text);
        criteria.holds(record.as_object().unwrap(), &scope)
    };
    for other in [json!("Limit"), json!({ "api_name": "Limit", "id": "9" })] {
        assert!(holds(other.clone(), json!({ "Amount": 5, "Limit": 4 })));
        assert!(!holds(other.clone(), json!({ "Amount": 4, "Limit": 5 })));
        assert!(!holds(other, json!({ "Amount": 4 })));
    }
}

#[test]
fn long_ids_are_told_apart_to_the_last_digit() {
    let record = json!({ "A": { "id": "9007199254740993" } });
    check(&record, Comparator::Equal, json!("9007199254740992"), false);
    check(&record, Comparator::Equal, json!("9007199254740993"), true);
}

proptest! {
    #[test]
    fn any_text_is_like_itself_and_like_anything(text in "[a-z ]{0,9}", cut in 0usize..9) {
        prop_assert!(like(&text, &text));
        prop_assert!(like(&text, "%"));
        let cut = cut.min(text.len());
        let pattern = format!("{}%{}", &text[..cut], &text[cut..]);
        prop_assert!(like(&text, &pattern));
    }
}
