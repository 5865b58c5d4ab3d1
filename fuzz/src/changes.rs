//! Any bytes as a change file: where the lint finds no error, there is a plan that keeps the laws.

use std::collections::BTreeSet;

use massup_planner::ids::Ids;
use massup_planner::{Route, file};
use massup_project::FileChecker;
use massup_project::plan::{plan_of, policy};
use massup_rules::Linter;
use massup_rules::change::Select;

use crate::choice;

const NAMES: [&str; 3] = ["a.massup.yaml", "a.massup.json", "a.massup.toml"];

pub(crate) fn target(bytes: &[u8]) {
    let Some((kind, bytes)) = choice(bytes) else { return };
    let name = NAMES[kind % NAMES.len()];
    let report = FileChecker::default().check(name, bytes);
    let has = |code: &str| report.diagnostics.iter().any(|found| found.code == code);
    let is_undecided = report.unchecked.iter().any(|entry| entry.code == "MU304");
    let (_, Some((change, _))) = Linter::new().lint_change(name, bytes) else { return };
    let plan = policy(&change.policy).map(|policy| plan_of(&change, policy, None));
    let Ok(Ok(plan)) = plan else {
        // A comment may allow a rule without which there is no plan; that it does is found all the same.
        assert!(has("MU304"), "{plan:?}");
        return;
    };
    let records = match &change.select {
        Select::Ids(ids) => Some(ids.iter().collect::<BTreeSet<_>>().len() as u64),
        _ => None,
    };
    let Some(route) = plan.decide(records).route else {
        assert!(has("MU304") || is_undecided);
        return;
    };
    assert!(!has("MU304"));
    let mut text = Vec::new();
    if let (Select::View { .. }, Route::View | Route::Territory | Route::FrozenIds) =
        (&change.select, route)
    {
        file::write_steps(&mut text, &plan).unwrap();
    } else {
        let ids = Ids::from_lines("554023000000497007\n7\n".as_bytes());
        file::write(&mut text, plan.calls(ids)).unwrap();
    }
    file::verify(text.as_slice()).unwrap();
    let found = FileChecker::default().check("a.plan.jsonl", &text).diagnostics;
    let damage = found.iter().find(|found| ["MU301", "MU302"].contains(&found.code));
    assert_eq!(damage, None, "{}", String::from_utf8_lossy(&text));
}
