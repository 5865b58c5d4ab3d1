//! Two readings of the documentation, held against each other: the rules and the emulator, which share
//! no rule. What the bearer of a token can find out about the organisation, the lint knows.

use std::collections::BTreeSet;

use massup_emulator::settings::BothSelections;
use massup_emulator::{Emulator, Refusal, Reply, Request};
use massup_model::{Module, Route};
use massup_rules::{Diagnostic, Facts, FileReport, Linter, Severity};
use massup_tests::calls::{Call, calls, calls_at_any_settings};
use massup_tests::foretold::{Foretold, foretold};
use massup_tests::organisation::{ORGANISATIONS, TOKENS};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{TestCaseResult, TestRunner};
use serde_json::{Value, json};

use super::config;

fn linted(call: &Call) -> FileReport {
    call.organisation()
        .linter(call.token.min(TOKENS.len() - 1))
        .lint("a.json", call.file().as_bytes())
}

fn tried(call: &Call) -> Reply {
    let emulator = call.organisation().emulator();
    emulator.configure(|settings| *settings = call.settings.clone());
    emulator.try_out(&call.request())
}

fn refusals(reply: &Reply) -> Vec<Refusal> {
    reply.refusal.into_iter().chain(reply.records.iter().flatten().copied()).collect()
}

/// Whether a report has one of some rules with a finding of a weight or more.
fn has(report: &FileReport, codes: &[&str], least: Severity) -> bool {
    report.diagnostics.iter().any(|d| codes.contains(&d.code) && d.severity >= least)
}

/// Whether the path names a documented module in other letters than its API name.
fn misspelt(call: &Call) -> bool {
    let module = Route::parse(&call.path).map(|route| route.module).unwrap_or_default();
    Module::find(module).is_none() && Module::meant_by(module).is_some()
}

/// Every refusal that a rule covers is foretold; `sure` asks for the weight that the defaults ask for.
fn foretells(call: &Call, report: &FileReport, reply: &Reply, sure: bool) -> TestCaseResult {
    // What is no JSON hides all else.
    if has(report, &["MU001"], Severity::Error) && reply.refusal.is_some() {
        return Ok(());
    }
    for refusal in refusals(reply) {
        let (least, codes) = match foretold(refusal) {
            Foretold::ByNobody => continue,
            Foretold::As(codes) if sure => (Severity::Error, codes),
            Foretold::As(codes) => (Severity::Warning, codes),
            Foretold::AtLeast(least, codes) => (least, codes),
        };
        // Whether another record has the value of a unique field, only the server knows.
        if refusal == Refusal::DuplicateValue && reply.records.len() == 1 {
            continue;
        }
        // A module in other letters is reported as such; before v8 the server knows which one is meant, and
        // what is wrong with the call there.
        if misspelt(call) {
            prop_assert!(has(report, &["MU103"], Severity::Warning));
            continue;
        }
        // No API counts the records of a view within a territory.
        if refusal == Refusal::NoRecords && call.json().get("territory").is_some() {
            continue;
        }
        prop_assert!(
            has(report, codes, least),
            "{refusal:?} is not foretold by {codes:?}, only {:#?}",
            report.diagnostics
        );
    }
    Ok(())
}

/// The answer that is foretold is the answer that is given: code, status and version.
///
/// Where no document gives an answer, none is foretold, and nothing is compared.
fn answers_agree(call: &Call, report: &FileReport, reply: &Reply) -> TestCaseResult {
    let version = Route::parse(&call.path).map(|route| route.version);
    let Some(version) = version.ok() else { return Ok(()) };
    for refusal in refusals(reply) {
        let Foretold::As(codes) = foretold(refusal) else { continue };
        let told = report.diagnostics.iter().filter(|d| codes.contains(&d.code));
        let answers: Vec<_> = told.flat_map(|d| &d.answers).collect();
        let given = (refusal.code(version), refusal.status(version));
        let same = answers.iter().any(|answer| {
            answer.code == given.0 && answer.status.is_none_or(|status| status == given.1)
        });
        prop_assert!(
            answers.is_empty() || same,
            "{refusal:?}: {given:?} given, foretold {answers:?}"
        );
    }
    Ok(())
}

/// The errors about what counts: where a call selects in two ways, the emulator looks at one.
fn counting<'r>(call: &Call, report: &'r FileReport) -> Vec<&'r Diagnostic> {
    let body = call.json();
    let given = |key: &str| body.get(key).is_some_and(|value| !value.is_null());
    let both = given("ids") && given("cvid");
    let ignored: &[&str] = match call.settings.both_selections {
        BothSelections::View if both => &["/ids"],
        BothSelections::Ids if both => &["/cvid", "/territory"],
        _ => &[],
    };
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors
        .filter(|d| !ignored.iter().any(|part| d.pointer.starts_with(part)))
        // Of the two selections, one may hold several records and the other one.
        .filter(|d| !(both && d.code == "MU228"))
        .collect()
}

/// The answer to the same change on the records that a view holds: a job refuses record by record, and
/// does not say which. All who may schedule are the user of the first token, who may read as well.
fn tried_on_members(call: &Call) -> Option<Reply> {
    let mut body = call.json();
    let view = body.get("cvid")?.as_str()?.to_owned();
    let path = call.path.split('?').next()?.strip_suffix("/actions/mass_update")?;
    let emulator = call.organisation().emulator();
    let members = emulator
        .try_out(
            &Request::new("GET", &format!("{path}?cvid={view}&fields=id")).with_token(TOKENS[0]),
        )
        .to_json();
    let ids =
        members.get("data")?.as_array()?.iter().filter_map(|record| record.get("id")).cloned();
    let keys = body.as_object_mut()?;
    keys.insert("ids".to_owned(), ids.collect());
    keys.remove("cvid");
    keys.remove("territory");
    Some(emulator.try_out(&call.request().with_json(&body)))
}

/// An error is refused: the whole call, or a record of it.
fn errors_are_refused(call: &Call, report: &FileReport, reply: &Reply) -> TestCaseResult {
    let errors = counting(call, report);
    if errors.is_empty() || !refusals(reply).is_empty() {
        return Ok(());
    }
    // How many records of a view are in a territory, nobody can know.
    if errors.iter().all(|d| d.code == "MU228") && call.json().get("territory").is_some() {
        return Ok(());
    }
    let refused = tried_on_members(call).is_some_and(|reply| !refusals(&reply).is_empty());
    prop_assert!(refused, "the emulator takes what is reported: {errors:#?}");
    Ok(())
}

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

/// Reasons that the calls below cannot meet: a view of the seed never holds more than 50,000 records.
const MET_ELSEWHERE: [Refusal; 1] = [Refusal::TooManyRecords];

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
