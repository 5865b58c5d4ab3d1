//! What no plan may do is found, in plans whose digest is right all the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use massup_model::ApiVersion;
use massup_planner::file::{self, Correction};
use massup_planner::ids::Ids;
use massup_planner::policy::{AutomationPolicy, Policy};
use massup_planner::{Plan, PlanFacts};
use serde_json::json;
use sha2::{Digest as _, Sha256};

fn plan(fields: &[&str]) -> Plan {
    let fields = fields.iter().map(|name| ((*name).to_owned(), json!("x"))).collect();
    Plan::new(ApiVersion::V8, "Leads", fields, None).unwrap()
}

fn by_ids() -> String {
    let mut text = Vec::new();
    let plan = plan(&["City", "Fax"]);
    file::write(&mut text, plan.calls(Ids::from_lines("7\n8\n".as_bytes()))).unwrap();
    String::from_utf8(text).unwrap()
}

fn on_view(criteria: &[&str], records: u64, policy: Policy) -> String {
    let mut facts = PlanFacts::default();
    facts.view.records = Some(records);
    facts.view.criteria = Some(criteria.iter().map(|name| (*name).to_owned()).collect());
    let plan = plan(&["City", "Fax"]).on_view("9".parse().unwrap(), None);
    let mut text = Vec::new();
    file::write_steps(&mut text, &plan.with_facts(facts).with_policy(policy)).unwrap();
    String::from_utf8(text).unwrap()
}

/// The text with the digest that it should have, as someone who writes plans by hand would put it.
fn sealed(text: &str) -> String {
    let (before, _) = text.rsplit_once("sha256:").unwrap();
    let before = format!("{before}sha256:");
    let hash = Sha256::digest(before.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{before}{digits}\"}}\n")
}

fn edited(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "`{from}` in {text}");
    sealed(&text.replace(from, to))
}

/// Checks that a breach is found, on this line and in these words.
#[track_caller]
fn check(text: &str, line: u64, words: &str) {
    let breaches = file::breaches(text.as_bytes()).unwrap();
    let found = breaches.iter().any(|breach| breach.line == line && breach.what.contains(words));
    assert!(found, "{breaches:?}");
}

#[test]
fn the_digest_of_a_hand_is_taken() {
    assert_eq!(sealed(&by_ids()), by_ids());
    assert!(file::breaches(sealed(&by_ids()).as_bytes()).unwrap().is_empty());
}

#[test]
fn each_record_gets_each_field_once() {
    let text = by_ids();
    let other = r#""data":[{"Fax":"x"}],"ids":["7","8"]"#;
    check(&edited(&text, other, &other.replace('8', "7")), 3, "record `7` gets these fields twice");
    check(&edited(&text, other, &other.replace('8', "9")), 3, "not set on the same records");
    check(
        &edited(&text, r#"{"Fax":"x"}"#, r#"{"City":"x"}"#),
        3,
        "record `7` gets these fields twice",
    );
    check(&edited(&text, r#"{"Fax":"x"}"#, r#"{"City":"x"}"#), 1, "no step sets `Fax`");
    check(&edited(&text, r#"{"Fax":"x"}"#, r#"{"City":"y"}"#), 3, "to another value than step 1");
    check(
        &edited(&text, r#"{"Fax":"x"}"#, r#"{"Zip":"x"}"#),
        3,
        "sets `Zip`, which is not in the header",
    );
    let over = text.replacen(r#""ids":["7""#, r#""over_write":true,"ids":["7""#, 1);
    check(&sealed(&over), 2, "its `over_write`");
}

#[test]
fn a_view_has_one_job_at_a_time_and_its_criteria_come_last() {
    let text = on_view(&["City"], 840, Policy::default());
    assert!(file::breaches(text.as_bytes()).unwrap().is_empty());
    check(&edited(&text, r#""after":1,"#, ""), 3, "does not wait for step 1");
    let swapped = text
        .replace(r#""Fax":"x""#, r#""?":"x""#)
        .replace(r#""City":"x""#, r#""Fax":"x""#)
        .replace(r#""?":"x""#, r#""City":"x""#);
    check(&sealed(&swapped), 3, "step 1 sets `City`, which the criteria of the view use");
    check(&edited(&text, r#""cvid":"9""#, r#""cvid":"8""#), 2, "its view is not that of the plan");
    check(
        &edited(&text, r#""records":840}"#, r#""records":60000}"#),
        1,
        "do not match their digest",
    );
}

#[test]
fn a_route_must_be_open_to_the_plan() {
    let text = on_view(&[], 840, Policy::default());
    let policy = r#""policy":{"automation":"forbid"},"facts""#;
    check(&edited(&text, r#""facts""#, policy), 1, "mass update by view is not possible");
    let other = edited(&text, r#""route":"view""#, r#""route":"bulk-write""#);
    check(&other, 1, "bulk write is not possible");
}

/// What someone who knows the schema writes: spaces, no digest, no facts.
const BY_HAND: [&str; 3] = [
    r#"{ "module": "Leads", "massup_plan": 1, "api_version": "v8", "fields": ["City"], "route": "ids" }"#,
    r#"{ "step": 1, "method": "POST", "path": "/crm/v8/Leads/actions/mass_update",
        "body": { "data": [{ "City": "x" }], "ids": ["7", "8"] } }"#,
    r#"{ "steps": 1, "records": 2, "duplicates": 0 }"#,
];

fn by_hand(lines: &[&str]) -> String {
    lines.iter().map(|line| line.replace('\n', "") + "\n").collect()
}

#[test]
fn a_plan_without_a_digest_is_told_its_footer() {
    let [header, step, footer] = BY_HAND;
    for end in [&[footer][..], &[&footer.replace('2', "3")], &[]] {
        let breaches =
            file::breaches(by_hand(&[&[header, step], end].concat()).as_bytes()).unwrap();
        let [found] = &breaches[..] else { panic!("{breaches:?}") };
        assert!(found.is_damage && found.line == 2 + end.len() as u64, "{found:?}");
        let Some(Correction::Footer(right)) = &found.correction else { panic!("{found:?}") };
        let sealed = by_hand(&[header, step, right]);
        assert_eq!(file::breaches(sealed.as_bytes()).unwrap(), []);
        assert!(file::verify(sealed.as_bytes()).is_ok());
    }
}

#[test]
fn everything_is_told_at_once() {
    let [header, step, footer] = BY_HAND;
    let twice = step.replace(r#""step": 1"#, r#""step": 2, "after": 2"#);
    let elsewhere = step.replace(r#""step": 1"#, r#""step": 7"#).replace("Leads", "Deals");
    let text = by_hand(&[header, step, &twice, "no step", &elsewhere, footer]);
    for (line, words) in [
        (3, "record `7` gets these fields twice"),
        (3, "waits for step 2, which does not come before it"),
        (4, "neither a step nor the footer"),
        (5, "it is step 7; expected step 4"),
        (6, "missing field `digest`"),
    ] {
        check(&text, line, words);
    }
    let breaches = file::breaches(text.as_bytes()).unwrap();
    let end = breaches.last().unwrap();
    assert!(
        end.is_damage && end.correction.is_none(),
        "what the footer should be is not known: {end:?}"
    );
}

#[test]
fn the_footer_tells_the_records_of_the_view() {
    let text = on_view(&[], 840, Policy::default());
    let other = text.replace(r#""steps":2,"records":840"#, r#""steps":2,"records":841"#);
    check(&sealed(&other), 4, "the number of records in the footer must be 840");
    let facts = text.replacen(r#""digest":"sha256:"#, r#""digest":"sha256:0"#, 1);
    check(&sealed(&facts), 1, "do not match their digest");
}

#[test]
fn ids_are_read_once_and_before_they_are_used() {
    let mut policy = Policy::default();
    policy.automation = AutomationPolicy::Require;
    let text = on_view(&[], 5_000, policy);
    assert!(file::breaches(text.as_bytes()).unwrap().is_empty());
    check(
        &edited(&text, r#""after":1,"ids_of":1"#, r#""ids_of":1"#),
        3,
        "does not wait for a step that reads ids",
    );
    check(&edited(&text, r#""ids_of":1"#, r#""ids_of":2"#), 3, "the ids of step 2");
}
