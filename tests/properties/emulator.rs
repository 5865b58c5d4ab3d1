//! Two readings of the documentation, held against each other: the rules and the emulator, which share
//! no rule. What the bearer of a token can find out about the organisation, the lint knows.

use std::collections::BTreeSet;

use massup_emulator::{Emulator, Refusal, Request};
use massup_rules::{Facts, Linter, Severity};
use massup_tests::agreement::{
    answers_agree, errors_are_refused, foretells, has, linted, refusals, tried,
};
use massup_tests::calls::{Call, calls, calls_at_any_settings};
use massup_tests::foretold::{Foretold, MET_ELSEWHERE, foretold};
use massup_tests::organisation::ORGANISATIONS;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::config;

proptest! {
    #![proptest_config(config(4_000))]

    /// No error reported: the emulator refuses for no reason that a checkable rule covers. An error
    /// reported: the emulator refuses.
    #[test]
    fn the_lint_and_the_emulator_agree(call in calls()) {
        let (report, reply) = (linted(&call), tried(&call));
        foretells(&call, &report, &reply, true)?;
        answers_agree(&call, &report, &reply)?;
        errors_are_refused(&call, &report, &reply)?;
    }

    /// Whatever is chosen where the documents are silent: what is refused for a reason that a rule
    /// covers, the lint has warned of.
    #[test]
    fn whatever_is_chosen_the_lint_has_warned(call in calls_at_any_settings()) {
        foretells(&call, &linted(&call), &tried(&call), false)?;
    }
}

#[test]
fn the_calls_meet_every_refusal_that_a_rule_covers() {
    let mut runner = TestRunner::deterministic();
    let (sure, any) = (calls(), calls_at_any_settings());
    let mut met = BTreeSet::new();
    let mut done = 0;
    for index in 0..9_000 {
        let strategy: &dyn Fn(&mut TestRunner) -> Call = if index % 3 == 0 {
            &|runner| any.new_tree(runner).unwrap().current()
        } else {
            &|runner| sure.new_tree(runner).unwrap().current()
        };
        let reply = tried(&strategy(&mut runner));
        done += usize::from(refusals(&reply).is_empty());
        met.extend(refusals(&reply));
    }
    let missed: Vec<_> = Refusal::ALL
        .iter()
        .filter(|refusal| foretold(**refusal) != Foretold::ByNobody && !met.contains(refusal))
        .collect();
    assert_eq!(missed, MET_ELSEWHERE.iter().collect::<Vec<_>>());
    assert!(done > 1_500, "too few calls are done: {done}");
}

/// A view of more records than a job reaches is refused, and foretold from its count.
#[test]
fn a_view_of_too_many_records_is_foretold() {
    let description = serde_json::from_value(json!({
        "profiles": [{ "id": "1", "name": "Administrator" }],
        "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
        "tokens": [{ "token": "t", "user": "2", "scopes": ["ZohoCRM.mass_update.UPDATE"] }],
        "modules": [{
            "api_name": "Leads",
            "fields": [{ "api_name": "City", "data_type": "text", "mass_update": true }],
            "views": [{ "id": "5", "name": "All" }],
            "records": (1..=50_001).map(|id: u64| json!({ "id": id.to_string(), "data": {} })).collect::<Value>(),
        }],
    }));
    let emulator = Emulator::of(&description.unwrap()).unwrap();
    let body = json!({ "data": [{ "City": "Chennai" }], "cvid": "5" });
    let path = "/crm/v8/Leads/actions/mass_update";
    let reply = emulator.try_out(&Request::new("POST", path).with_token("t").with_json(&body));
    assert_eq!(reply.refusal, Some(Refusal::TooManyRecords));
    let mut facts = Facts::default();
    facts.add("counts.json", r#"{ "5": { "count": 50001 } }"#).unwrap();
    let linter = Linter::new().module("Leads").facts(facts);
    let report = linter.lint("a.json", body.to_string().as_bytes());
    assert_eq!(foretold(Refusal::TooManyRecords), Foretold::As(&["MU244"]));
    assert!(has(&report, &["MU244"], Severity::Error));
}

/// Found while the two were compared: the map of stages knows pipelines by name, a call may know one by id.
#[test]
fn a_pipeline_that_is_named_by_its_id_has_its_stages() {
    let organisation = &ORGANISATIONS[0];
    let deals =
        organisation.description.modules.iter().position(|m| m.api_name == "Deals").unwrap();
    let fields = &organisation.description.modules[deals].fields;
    let pipeline = fields.iter().find(|field| field.api_name == "Pipeline").unwrap();
    let option = |name: &str| {
        pipeline.pick_list_values.iter().find(|option| option.actual_value == name).unwrap()
    };
    for (stage, fits) in [("Renewal Due", true), ("Qualification", false)] {
        let data = json!([{ "Pipeline": option("Renewals").id, "Stage": stage }]);
        let body = json!({ "data": data, "ids": [organisation.ids[deals][0]] }).to_string();
        let call = Call {
            organisation: 0,
            token: 0,
            method: "POST",
            path: "/crm/v8/Deals/actions/mass_update".to_owned(),
            body: Some(body),
            settings: massup_emulator::settings::Settings::default(),
        };
        let refused = refusals(&tried(&call));
        assert_eq!(refused.contains(&Refusal::MappingMismatch), !fits, "{refused:?}");
        assert_eq!(has(&linted(&call), &["MU250"], Severity::Warning), !fits, "{stage}");
    }
}
