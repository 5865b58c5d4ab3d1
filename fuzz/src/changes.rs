//! Any bytes as a change file: where the lint finds no error, there is a plan that keeps the laws, or none is possible.

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
    let Ok((change, _)) = Linter::new().read_change(name, bytes) else { return };
    let policy = policy(&change.policy).unwrap();
    // A module whose name no path can have is refused by the planner alone.
    let Ok(plan) = plan_of(&change, policy, None) else { return };
    let Some(route) = plan.decide(None).route else { return };
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
