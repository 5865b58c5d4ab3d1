//! The snapshot folder.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use ignore::WalkBuilder;
use jiff::Timestamp;
use massup_model::{ApiVersion, ViewId};
use massup_planner::facts::{self as planned, FieldFacts, ViewFacts};
use massup_rules::Facts;
use massup_rules::facts::MovedBy;
use serde::Deserialize;

use crate::inputs;

/// The facts of a snapshot folder.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What the files tell.
    pub facts: Arc<Facts>,
    /// When they were taken, if `snapshot.json` tells.
    taken_at: Option<Timestamp>,
}

impl Snapshot {
    /// How many whole days ago the facts were taken, if that is known.
    pub(crate) fn days_old(&self) -> Option<i64> {
        Some(Timestamp::now().duration_since(self.taken_at?).as_hours() / 24)
    }
}

/// What `snapshot.json` says about the snapshot; other keys are passed over.
#[derive(Deserialize)]
struct About {
    taken_at: Option<Timestamp>,
}

/// Reads the files of a snapshot folder; those that are no part of one are passed over.
///
/// # Errors
///
/// A file cannot be read, or is not what its name promises.
pub fn read(folder: &Path) -> Result<Snapshot> {
    let mut facts = Facts::default();
    let mut taken_at = None;
    let mut builder = WalkBuilder::new(folder);
    // As deep as `custom_views/{Module}/{id}.json`.
    builder.standard_filters(false).max_depth(Some(3));
    for path in inputs::walk(folder, &builder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let wanted = inside.extension().is_some_and(|end| end == "json" || end == "toml");
        if !wanted {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let cannot = || format!("cannot take facts from `{}`", path.display());
        if parts == ["snapshot.json"] {
            let about: About = serde_json::from_str(&text).with_context(cannot)?;
            taken_at = about.taken_at;
            continue;
        }
        facts.add(&parts.join("/"), &text).with_context(cannot)?;
    }
    Ok(Snapshot { facts: facts.into(), taken_at })
}

/// The folder of facts, where none is named.
pub(crate) const FOLDER: &str = ".massup/snapshot";

/// The facts of the folder that is named, or of the usual one, if it is there.
///
/// # Errors
///
/// The folder that is named is not there, or a file of it cannot be read.
pub(crate) fn known(named: Option<&Path>) -> Result<Option<Arc<Facts>>> {
    let folder = named.unwrap_or(Path::new(FOLDER));
    if named.is_some() && !folder.is_dir() {
        anyhow::bail!("`{}` is no folder; expected one of facts", folder.display());
    }
    Ok(if folder.is_dir() { Some(read(folder)?.facts) } else { None })
}

/// What of the facts matters to a plan.
pub fn of_plan(
    facts: &Facts,
    version: ApiVersion,
    module: &str,
    view: Option<ViewId>,
) -> planned::Facts {
    let mut plan = planned::Facts::default();
    // Only the documents of v8 say that an edition refuses jobs.
    plan.jobs = facts.edition_schedules().filter(|can| *can || version >= ApiVersion::V8);
    let dependencies = facts.dependencies.get(module);
    for field in facts.fields.get(module).into_iter().flatten() {
        let mut known = FieldFacts::default();
        known.data_type.clone_from(&field.data_type);
        known.mass_update = field.mass_update;
        known.unique = field.unique;
        known.options = field.options.as_ref().map(|options| options.len() as u64);
        let below = dependencies.into_iter().flatten().filter(|one| one.parent == field.api_name);
        known.children = below.map(|one| one.child.clone()).collect();
        plan.fields.insert(field.api_name.clone(), known);
    }
    if let Some(id) = view.map(ViewId::get) {
        plan.view = view_facts(facts, module, id);
    }
    plan
}

fn view_facts(facts: &Facts, module: &str, id: u64) -> ViewFacts {
    let mut known = ViewFacts::default();
    known.records = facts.counts.get(&id).copied();
    known.counted = facts.counted.get(&id).cloned();
    if let Some(view) = facts.views.get(module).and_then(|views| views.find(id)) {
        known.name.clone_from(&view.name);
        known.criteria.clone_from(&view.criteria_fields);
        known.moved_by = view.moved_by().map(|moved| match moved {
            MovedBy::Caller => planned::MovedBy::Caller,
            MovedBy::Time => planned::MovedBy::Time,
        });
    }
    known
}
