//! The snapshot folder.

use std::path::Path;

use anyhow::{Context as _, Result};
use ignore::WalkBuilder;
use massup_model::{ApiVersion, ViewId};
use massup_planner::facts::{self as planned, FieldFacts, ViewFacts};
use massup_rules::Facts;
use massup_rules::facts::MovedBy;

use crate::lint;

/// Reads the files of a snapshot folder; those that are no part of one are passed over.
///
/// # Errors
///
/// A file cannot be read, or is not what its name promises.
pub fn read(folder: &Path) -> Result<Facts> {
    let mut facts = Facts::default();
    let mut builder = WalkBuilder::new(folder);
    // As deep as `custom_views/{Module}/{id}.json`.
    builder.standard_filters(false).max_depth(Some(3));
    for path in lint::walk(folder, &builder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let wanted = inside.extension().is_some_and(|end| end == "json" || end == "toml");
        if !wanted {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        facts
            .add(&parts.join("/"), &text)
            .with_context(|| format!("cannot take facts from `{}`", path.display()))?;
    }
    Ok(facts)
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
    let dependents = facts.dependents.get(module);
    for field in facts.fields.get(module).into_iter().flatten() {
        let mut known = FieldFacts::default();
        known.data_type.clone_from(&field.data_type);
        known.unique = field.unique;
        known.options = field.options.as_ref().map(|options| options.len() as u64);
        known.children = dependents
            .and_then(|dependents| dependents.get(&field.api_name))
            .cloned()
            .unwrap_or_default();
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
