//! What is to be done in a world, by chance.

use std::collections::BTreeMap;
use std::io::Write as _;

use massup_executor::entry::Identity;
use massup_executor::{InDoubt, Options};
use massup_model::{ApiVersion, RecordId, ViewId};
use massup_planner::ids::Ids;
use massup_planner::{Plan, Route, Step, file};

use crate::world::{Chance, FIELDS, MODULE, Server, id, organisation};

/// What a world is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Calls by ids.
    Ids,
    /// A chain of jobs on a view.
    Jobs,
    /// The ids of a view are read, then updated.
    Frozen,
}

/// What is to be done, and how.
pub(crate) struct Scenario {
    pub(crate) kind: Kind,
    pub(crate) records: u64,
    /// Fields with the value that each gets; one group each.
    pub(crate) set: Vec<(String, String)>,
    pub(crate) steps: Vec<Step>,
    pub(crate) options: Options,
    pub(crate) server: Server,
    /// Values before.
    pub(crate) before: BTreeMap<(RecordId, String), String>,
    pub(crate) refuses: Vec<RecordId>,
}

pub(crate) fn scenario(chance: &mut Chance) -> Scenario {
    let kind = chance.pick(&[Kind::Ids, Kind::Ids, Kind::Jobs, Kind::Frozen]);
    let records = match chance.below(10) {
        0 => 0,
        // More than a call takes, and more than a page has.
        1 => 480 + chance.below(60),
        _ => 1 + chance.below(40),
    };
    let records = if kind == Kind::Ids { records.max(1) } else { records };
    let (description, view) = organisation(records, chance);
    let fields = 1 + usize::try_from(chance.below(3)).unwrap();
    let set: Vec<(String, String)> = FIELDS[..fields]
        .iter()
        .map(|field| ((*field).to_owned(), format!("new{}", chance.below(2))))
        .collect();
    let server = Server::new(&description);
    server.emulator.configure(|settings| {
        settings.job_batch = u32::try_from(1 + chance.below(30)).unwrap();
        settings.job_delay = i64::try_from(chance.below(20)).unwrap();
    });
    let steps = steps(kind, records, &set, view, chance);
    let mut before = BTreeMap::new();
    for number in 0..records {
        for (field, _) in &set {
            let value = server.value(id(number), field);
            before.insert((id(number), field.clone()), value);
        }
    }
    let leads = description.modules.iter().find(|module| module.api_name == MODULE).unwrap();
    let free = massup_emulator::metadata::RecordState::Free;
    let refuses = leads.records.iter().filter(|r| r.state != free).map(|r| r.id).collect();
    let options = Options {
        in_doubt: chance.pick(&[InDoubt::Ask, InDoubt::Retry, InDoubt::Skip]),
        concurrency: usize::try_from(1 + chance.below(4)).unwrap(),
        backup: chance.pick(&[None, Some(1_000)]),
        seed: chance.next(),
        ..Options::default()
    };
    Scenario { kind, records, set, steps, options, server, before, refuses }
}

fn steps(
    kind: Kind,
    records: u64,
    set: &[(String, String)],
    view: ViewId,
    chance: &mut Chance,
) -> Vec<Step> {
    let fields = set.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let plan = Plan::new(ApiVersion::V8, MODULE, fields, None).unwrap();
    match kind {
        Kind::Jobs => plan.on_view(view, None).steps(Route::View).unwrap(),
        Kind::Frozen => plan.on_view(view, None).steps(Route::FrozenIds).unwrap(),
        Kind::Ids => {
            // Many small calls meet more than few large ones.
            let size = 1 + chance.below(12);
            let size = if records > 400 { size * 40 } else { size };
            let mut steps = Vec::new();
            let mut from = 0;
            while from < records {
                let mut lines = Vec::new();
                for number in from..(from + size).min(records) {
                    writeln!(lines, "{}", id(number)).unwrap();
                }
                let mut text = Vec::new();
                file::write(&mut text, plan.calls(Ids::from_lines(lines.as_slice()))).unwrap();
                for step in file::Reader::new(text.as_slice()).unwrap() {
                    let mut step = step.unwrap();
                    step.number = steps.len() as u64 + 1;
                    steps.push(step);
                }
                from += size;
            }
            steps
        }
    }
}

pub(crate) fn identity() -> Identity {
    Identity {
        plan: "sha256:0".to_owned(),
        organisation: "1".to_owned(),
        api_version: ApiVersion::V8,
        module: MODULE.to_owned(),
    }
}
