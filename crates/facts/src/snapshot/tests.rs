use super::*;

#[test]
fn answers_of_any_version_and_several_pages_are_read() {
    let mut facts = Facts::default();
    let pages = r#"{"fields": [{"api_name": "City", "id": 5, "mass_update": "yes", "new": {}}]}
        [{"fields": [{"api_name": "Fax", "unique": {"case_sensitive": false}}, {"id": "7"}]}]"#;
    assert!(facts.add("fields/Leads.json", pages).unwrap());
    let fields = &facts.fields["Leads"];
    assert_eq!(fields.len(), 2, "what has no name is no field");
    assert_eq!((fields[0].mass_update, fields[0].unique), (None, None), "unknown is not false");
    assert_eq!(fields[1].unique, Some(true));

    let one =
        r#"{"custom_views": [{"id": 9, "criteria": {"field": "City", "comparator": "equal"}}]}"#;
    facts.add("custom_views/Leads/9.json", one).unwrap();
    let views = &facts.views["Leads"];
    assert!(!views.complete && views.find(9).is_some());
    facts
        .add("custom_views/Leads.json", r#"{"custom_views": [{"id": "9"}, {"id": "8"}]}"#)
        .unwrap();
    let views = &facts.views["Leads"];
    assert!(views.complete && views.find(8).is_some());
    assert!(views.find(9).unwrap().criteria_fields.is_some(), "what was known is kept");
}

#[test]
fn other_texts_than_answers_add_no_facts() {
    for (name, content) in [
        ("fields/Leads.json", "{"),
        ("fields/Leads.json", r#"{"code": "INVALID_TOKEN"}"#),
        ("counts.json", r#"{"12": {"count": "many"}}"#),
        ("counts.json", r#"{"twelve": {"count": 1}}"#),
        ("user.json", r#"{"scopes": true}"#),
        ("user.json", r#"{"error": "invalid_client"}"#),
        (
            "user.json",
            r#"{"code": "INVALID_TOKEN", "details": {}, "message": "", "status": "error"}"#,
        ),
        ("territories.json", r#"{"code": "NO_PERMISSION", "status": "error"}"#),
        ("fields/Leads.json", "[1]"),
        ("user.json", r#"{"scopes": [1]}"#),
        ("user.json", r#"{"edition": 5}"#),
        ("overrides.toml", "[Leads]\nlayout_rule = []"),
    ] {
        let mut facts = Facts::default();
        assert!(facts.add(name, content).is_err(), "{name}: {content}");
        assert_eq!(facts, Facts::default(), "{name}: {content}");
    }
    assert!(!Facts::default().add("notes/Leads.json", "?").unwrap());
}

#[test]
fn an_empty_file_tells_nothing_and_a_byte_order_mark_nothing_either() {
    let mut facts = Facts::default();
    for name in ["fields/Leads.json", "territories.json", "custom_views/Leads/9.json"] {
        assert!(facts.add(name, " \n").unwrap());
    }
    assert_eq!(facts, Facts::default());
    facts.add("territories.json", "\u{feff}{\"territories\": []}").unwrap();
    assert_eq!(facts.territories, Some(Vec::new()));
}

#[test]
fn a_list_that_lacks_a_page_is_not_whole() {
    let page = |number: u32, more: bool| {
        format!(
            r#"{{"custom_views": [{{"id": "{number}"}}], "territories": [{{"id": "{number}"}}],
                "info": {{"page": {number}, "more_records": {more}}}}}"#
        )
    };
    for (pages, whole) in [
        (page(1, false), true),
        (page(1, true), false),
        (page(1, true) + &page(2, false), true),
        (page(2, false) + &page(1, true), true),
        (page(2, false), false),
        (page(1, true) + &page(3, false), false),
    ] {
        let mut facts = Facts::default();
        facts.add("custom_views/Leads.json", &pages).unwrap();
        facts.add("territories.json", &pages).unwrap();
        assert_eq!(facts.views["Leads"].complete, whole, "{pages}");
        assert_eq!(facts.territories.is_some(), whole, "{pages}");
    }
}

#[test]
fn the_caller_may_be_told_in_parts_and_by_number() {
    let mut facts = Facts::default();
    facts.add("user.json", r#"{"profile_id": 554023000000026011, "edition": null}"#).unwrap();
    facts.add("user.json", r#"{"scopes": ["a"], "user_id": "7", "name": "Ann"}"#).unwrap();
    assert_eq!(facts.profile.as_deref(), Some("554023000000026011"));
    assert_eq!((facts.scopes, facts.edition), (Some(vec!["a".to_owned()]), None));
}

#[test]
fn scripts_save_entries_without_their_answer() {
    let mut facts = Facts::default();
    facts.add("fields/Leads.json", r#"[{"api_name": "City"}, {"api_name": "Fax"}]"#).unwrap();
    assert_eq!(facts.fields["Leads"].len(), 2);
    facts.add("custom_views/Leads.json", r#"[{"id": "9"}]"#).unwrap();
    assert!(facts.views["Leads"].complete);
    let one = r#"{"id": "9", "criteria": {"field": "City"}, "fields": [{"api_name": "Fax"}]}"#;
    facts.add("custom_views/Leads/9.json", one).unwrap();
    assert!(facts.views["Leads"].find(9).unwrap().criteria_fields.is_some());
    facts.add("territories.json", "[]").unwrap();
    assert_eq!(facts.territories, Some(Vec::new()));
    // A list that fills a page may have another.
    for (views, whole) in [(199, true), (200, false), (201, true)] {
        let list: Vec<_> = (1..=views).map(|id| serde_json::json!({ "id": id })).collect();
        let mut facts = Facts::default();
        facts.add("custom_views/Leads.json", &serde_json::json!(list).to_string()).unwrap();
        assert_eq!(facts.views["Leads"].complete, whole, "{views}");
    }
}

#[test]
fn the_caller_is_read_from_answers_too() {
    let scopes = |user: &str| {
        let mut facts = Facts::default();
        facts.add("user.json", user).unwrap();
        facts.scopes.unwrap()
    };
    let expected = ["ZohoCRM.modules.ALL", "ZohoCRM.mass_update.UPDATE"];
    for user in [
        r#"{"scopes": "ZohoCRM.modules.ALL ZohoCRM.mass_update.UPDATE"}"#,
        r#"{"scopes": "ZohoCRM.modules.ALL,ZohoCRM.mass_update.UPDATE"}"#,
        r#"{"scopes": ["ZohoCRM.modules.ALL, ZohoCRM.mass_update.UPDATE"]}"#,
        r#"{"access_token": "-", "scope": "ZohoCRM.modules.ALL ZohoCRM.mass_update.UPDATE", "token_type": "Bearer"}"#,
    ] {
        assert_eq!(scopes(user), expected, "{user}");
    }
    let mut facts = Facts::default();
    facts.add("user.json", r#"{"users": [{"profile": {"id": "7", "name": "Standard"}}]}"#).unwrap();
    facts
        .add("user.json", r#"{"org": [{"license_details": {"paid_type": "enterprise"}}]}"#)
        .unwrap();
    assert_eq!((facts.profile.as_deref(), facts.edition_schedules()), (Some("7"), Some(true)));
}

#[test]
fn territories_can_be_disabled_for_all_or_for_one_module() {
    let mut facts = Facts::default();
    let refused = |message: &str| {
        format!(
            r#"{{"code": "FEATURE_NOT_ENABLED", "details": {{}}, "message": "{message}", "status": "error"}}"#
        )
    };
    let one = refused("Territory Management is not enabled for Leads Module");
    facts.add("territories.json", &one).unwrap();
    assert_eq!((facts.territories.as_ref(), facts.without_territories.len()), (None, 1));
    assert!(facts.without_territories.contains("Leads"));
    facts.add("territories.json", &refused("feature not enabled")).unwrap();
    assert_eq!(facts.territories, Some(Vec::new()));
}

#[test]
fn criteria_can_depend_on_the_day_or_on_the_caller() {
    use crate::{MovedBy, View};

    let view = |criteria: &str, filters: &str| {
        let view = format!(r#"{{"id": "9", "criteria": {criteria}, "cross_filters": {filters}}}"#);
        View::read(&serde_json::from_str(&view).unwrap(), true).unwrap()
    };
    let test = |field: &str, kind: &str, value: &str| {
        format!(
            r#"{{"field": {{"api_name": "{field}"}}, "comparator": "equal", "type": "{kind}", "value": {value}}}"#
        )
    };
    for (kind, value, moved) in [
        ("value", "\"Chennai\"", None),
        ("value", "\"${EMPTY}\"", None),
        ("pre_defined", "\"${NOTEMPTY}\"", None),
        ("pre_defined", "\"EMPTY\"", None),
        ("pre_defined", "\"${TODAY}\"", Some(MovedBy::Time)),
        ("value", "\"${AGEINDAYS}+31\"", Some(MovedBy::Time)),
        ("value", "[\"${LASTMONTH}\"]", Some(MovedBy::Time)),
        ("merge_field", "\"Users.Role\"", Some(MovedBy::Caller)),
        ("pre_defined", "\"${CURRENTUSER}\"", Some(MovedBy::Caller)),
        ("value", "{\"id\": \"${CURRENTUSER}\"}", Some(MovedBy::Caller)),
    ] {
        let test = test("City", kind, value);
        assert_eq!(view(&test, "[]").moved_by(), moved, "{test}");
        let filtered = view("null", &format!("[{{\"criteria\": {test}}}]"));
        assert_eq!(filtered.moved_by(), moved, "in a cross filter: {test}");
        assert_eq!(filtered.criteria_fields, Some(BTreeSet::new()), "of another module");
    }
}

#[test]
fn maps_of_subforms_are_not_maps_of_the_module() {
    let map = |sub_module: &str| {
        format!(
            r#"{{"map_dependency": [{{"sub_module": {sub_module}, "parent": {{"api_name": "A"}}, "child": {{"api_name": "B"}}}}]}}"#
        )
    };
    for (sub_module, maps) in [("null", 1), (r#"{"api_name": "Visits"}"#, 0)] {
        let mut facts = Facts::default();
        facts.add("map_dependency/Leads.json", &map(sub_module)).unwrap();
        assert_eq!(facts.dependencies["Leads"].len(), maps, "{sub_module}");
    }
}

#[test]
fn maps_of_all_layouts_are_one_and_inactive_ones_none() {
    let one = |active: &str, option: &str| {
        format!(
            r#"{{"map_dependency": [{{{active} "parent": {{"api_name": "Country"}}, "child": {{"api_name": "State"}},
            "pick_list_values": [{{"actual_value": "India", "maps": [{{"actual_value": "{option}"}}]}}, {{"actual_value": "Chile"}}]}}]}}"#
        )
    };
    let pages =
        one("", "Goa") + &one("\"active\": true,", "Kerala") + &one("\"active\": false,", "Assam");
    let mut facts = Facts::default();
    facts.add("map_dependency/Leads.json", &pages).unwrap();
    let known = &facts.dependencies["Leads"];
    assert_eq!(known.len(), 1);
    let states = BTreeSet::from(["Goa".to_owned(), "Kerala".to_owned()]);
    assert_eq!(known[0].pairs, BTreeMap::from([("India".to_owned(), states)]));
}

#[test]
fn picklists_tell_what_depends_on_them() {
    let mut facts = Facts::default();
    let layouts = r#"{"layouts": [{"sections": [{"fields": [{"api_name": "Pipeline", "pick_list_values":
        [{"actual_value": "Standard", "maps": [{"api_name": "Stage", "pick_list_values": []}]}]}]}]}]}"#;
    facts.add("layouts/Deals.json", layouts).unwrap();
    let known = &facts.dependencies["Deals"][0];
    assert_eq!((known.parent.as_str(), known.child.as_str()), ("Pipeline", "Stage"));
    assert_eq!(known.pairs, BTreeMap::from([("Standard".to_owned(), BTreeSet::new())]));
}

#[test]
fn overrides_come_before_layouts_in_either_order() {
    let layouts = r#"{"layouts": [{"sections": [{"fields": [
        {"api_name": "City", "validation_rule": {"id": "1"}}, {"api_name": "Fax", "validation_rule": null}]}]}]}"#;
    let overrides = "[Leads]\nvalidation_rules = [\"Company\"]\n";
    let mut facts = Facts::default();
    facts.add("layouts/Leads.json", layouts).unwrap();
    let known = |facts: &Facts| facts.associations["Leads"].validation_rules.clone().unwrap();
    assert_eq!(known(&facts), BTreeSet::from(["City".to_owned()]));
    facts.add("overrides.toml", overrides).unwrap();
    assert_eq!(known(&facts), BTreeSet::from(["Company".to_owned()]));
    facts.add("layouts/Leads.json", layouts).unwrap();
    assert_eq!(known(&facts), BTreeSet::from(["Company".to_owned()]));
}

#[test]
fn what_is_wrong_with_overrides_is_one_line_with_its_place() {
    let mut facts = Facts::default();
    let error = facts.add("overrides.toml", "[Leads]\n\nlayout_rules = [\"x\"]es").unwrap_err();
    let error = error.to_string();
    assert!(error.starts_with("line 3: ") && !error.contains('\n'), "{error}");
}
