//! Any bytes as a file of a snapshot: facts or an error, and calls are checked by them.

use massup_facts::{Facts, SnapshotFile};
use massup_model::ApiVersion;
use massup_planner::PlanFacts;
use massup_project::{Checked, FileChecker};
use massup_rules::Linter;

use crate::{choice, shown};

const FILES: [&str; 12] = [
    "fields/Deals.json",
    "layouts/Deals.json",
    "map_dependency/Deals.json",
    "custom_views/Deals.json",
    "custom_views/Deals/5725767000000091515.json",
    "territories.json",
    "modules.json",
    "counts.json",
    "user.json",
    "overrides.toml",
    "snapshot.json",
    "fields/Leads.json",
];

const VIEW: &str = "5725767000000091515";

const CALLS: [&str; 3] = [
    r#"{"data":[{"Stage":"Closed Won","Pipeline":"Standard","Amount":1.5}],"cvid":"5725767000000091515","territory":{"id":"5725767000000091601","include_child":true}}"#,
    r#"{"data":[{"Lead_Source":"Advertisement","Closing_Date":"2026-12-24","Owner":{"id":"5725767000000026011"}}],"ids":["5725767000000001001","5725767000000001002"]}"#,
    r#"{"data":[{"Tag":["a"],"Deal_Name":null}],"cvid":"5725767000000091515","over_write":true}"#,
];

/// What is known of the organisation in these tests.
pub(crate) fn example() -> Facts {
    use massup_emulator::{Emulator, Request, seed};
    let emulator = Emulator::seeded().unwrap();
    let mut facts = Facts::default();
    for (name, path) in [
        ("fields/Deals.json", "settings/fields?module=Deals"),
        ("layouts/Deals.json", "settings/layouts?module=Deals"),
        ("custom_views/Deals.json", "settings/custom_views?module=Deals"),
        ("modules.json", "settings/modules"),
        ("territories.json", "settings/territories"),
    ] {
        let request = Request::new("GET", &format!("/crm/v8/{path}")).with_token(seed::DEMO_TOKEN);
        let answer = emulator.handle(&request).body;
        facts.add(name, std::str::from_utf8(&answer).unwrap()).unwrap();
    }
    facts
}

pub(crate) fn target(bytes: &[u8]) {
    let Some((kind, bytes)) = choice(bytes) else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let name = FILES[kind % FILES.len()];
    assert!(SnapshotFile::parse(name).is_some());
    let mut facts = Facts::default();
    if let Err(error) = facts.add(name, text) {
        assert!(!error.to_string().contains('\n'), "{error}");
        return;
    }
    let mut again = facts.clone();
    again.add(name, text).unwrap();
    for version in [ApiVersion::V2, ApiVersion::LATEST] {
        for view in [None, VIEW.parse().ok()] {
            let known = PlanFacts::of(&facts, version, "Deals", view);
            assert_eq!(known, PlanFacts::of(&again, version, "Deals", view), "read twice");
            let kept: PlanFacts =
                serde_json::from_value(serde_json::to_value(&known).unwrap()).unwrap();
            assert_eq!(known.digest(), kept.digest());
        }
    }
    let checker = FileChecker::new(Linter::new().facts(facts).module("Deals"));
    // One call is enough: the next input takes another.
    let call = CALLS[bytes.len() % CALLS.len()];
    let report = checker.check("a.json", call.as_bytes());
    assert_eq!(report, checker.linter().lint_in_full("a.json", call.as_bytes()));
    let file = Checked::new(call.as_bytes().to_vec(), report);
    for (format, text) in massup_cli::fuzzing::findings(&[file]).unwrap() {
        shown::check(&format, &text);
    }
}
