//! Change files held against each other: no record may be given two values for one field.

use anyhow::Result;
use massup_planner::IdSet;
use massup_rules::change::{Change, Select};

use crate::records::Records;

/// What is wrong with changes together.
#[derive(Debug, Default)]
pub(crate) struct Conflicts {
    /// Records that would be given two values.
    pub(crate) certain: Vec<String>,
    /// Views of which nobody knows whether they share records with another selection.
    pub(crate) possible: Vec<String>,
}

/// Finds records that several changes, each with its name, give different values of a field.
///
/// # Errors
///
/// A list of ids cannot be read.
pub(crate) fn among(changes: &[(String, Change)]) -> Result<Conflicts> {
    let mut found = Conflicts::default();
    for (index, first) in changes.iter().enumerate() {
        // The ids of the first, read once, and only if they are asked for.
        let mut ids: Option<IdSet> = None;
        for second in changes.iter().skip(index + 1) {
            let Some(field) = contested(&first.1, &second.1) else { continue };
            let names =
                format!("`{}` and `{}` set `{field}` to different values", first.0, second.0);
            if first.1.select == second.1.select {
                found.certain.push(format!("{names}, on the same records"));
                continue;
            }
            let (Some(own), Some(others)) =
                (Records::of(&first.1.select)?, Records::of(&second.1.select)?)
            else {
                found
                    .possible
                    .push(format!("{names}, and may share records: {}", which(first, second)));
                continue;
            };
            let ids = match &mut ids {
                Some(ids) => ids,
                none => {
                    let mut set = IdSet::default();
                    for id in own {
                        set.insert(id?);
                    }
                    none.insert(set)
                }
            };
            for id in others {
                let id = id?;
                if ids.contains(id) {
                    found.certain.push(format!("{names}, record `{id}` for one"));
                    break;
                }
            }
        }
    }
    Ok(found)
}

/// A field that both set, to different values.
fn contested<'c>(first: &'c Change, second: &Change) -> Option<&'c str> {
    if first.module != second.module {
        return None;
    }
    let differs = |(name, value): &&(String, _)| {
        second.set.iter().any(|(other, set)| other == name && set != value)
    };
    first.set.iter().find(differs).map(|(name, _)| name.as_str())
}

/// Which of the two selects a view.
fn which(first: &(String, Change), second: &(String, Change)) -> String {
    let views: Vec<_> = [first, second]
        .into_iter()
        .filter_map(|(name, change)| match change.select {
            Select::View { view, .. } => Some(format!("`{name}` is on view {view}")),
            Select::Ids(_) | Select::File { .. } | Select::Several(_) => None,
        })
        .collect();
    views.join(", ")
}
