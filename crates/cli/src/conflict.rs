//! Conflicts between change files: no record may get two values for one field.

use anyhow::Result;
use massup_model::RecordId;
use massup_planner::IdSet;
use massup_rules::change::{Change, Select};

use crate::records::Records;

/// Records that several changes update.
#[derive(Debug, Default)]
pub(crate) struct Conflicts {
    /// Records that would get two values.
    pub(crate) certain: Vec<String>,
    /// Records that would get the same value twice, and views that may share records with another selection.
    pub(crate) remarks: Vec<String>,
}

/// The records that two selections share.
enum Shared {
    All,
    /// Their number, and the first one; `None` if there is none.
    Records(u64, Option<RecordId>),
    /// A view is selected.
    Unknown,
}

/// Finds records of which several changes, each with its name, set the same field.
///
/// # Errors
///
/// A list of ids cannot be read.
pub(crate) fn among(changes: &[(String, Change)]) -> Result<Conflicts> {
    let mut found = Conflicts::default();
    for (index, first) in changes.iter().enumerate() {
        // The ids of the first, read once and only if needed.
        let mut ids: Option<IdSet> = None;
        for second in changes.iter().skip(index + 1) {
            let fields = common(&first.1, &second.1);
            if !fields.is_empty() {
                let shared = shared(&first.1, &second.1, &mut ids)?;
                found.add(first, second, &fields, &shared);
            }
        }
    }
    Ok(found)
}

impl Conflicts {
    fn add(
        &mut self,
        first: &(String, Change),
        second: &(String, Change),
        fields: &[(&str, bool)],
        shared: &Shared,
    ) {
        // One field of each kind is enough to report.
        for same in [false, true] {
            let Some((field, _)) = fields.iter().find(|(_, is_same)| *is_same == same) else {
                continue;
            };
            let values = if same { "the same value" } else { "different values" };
            let names = format!("`{}` and `{}` set `{field}` to {values}", first.0, second.0);
            let twice = if same { ": it is sent twice" } else { "" };
            let message = match shared {
                Shared::All => format!("{names}, on the same records{twice}"),
                Shared::Records(_, None) => continue,
                Shared::Records(1, Some(id)) => format!("{names}, on record `{id}`{twice}"),
                Shared::Records(count, Some(id)) => {
                    format!("{names}, on {count} records, such as `{id}`{twice}")
                }
                Shared::Unknown => {
                    self.remarks
                        .push(format!("{names}, and may share records: {}", which(first, second)));
                    continue;
                }
            };
            if same { &mut self.remarks } else { &mut self.certain }.push(message);
        }
    }
}

/// The fields that both set, and whether to the same value.
fn common<'c>(first: &'c Change, second: &Change) -> Vec<(&'c str, bool)> {
    if first.module != second.module {
        return Vec::new();
    }
    let both = first.set.iter().filter_map(|(name, value)| {
        let (_, other) = second.set.iter().find(|(other, _)| other == name)?;
        Some((name.as_str(), value == other))
    });
    both.collect()
}

/// The records that two selections share. `ids` are those of the first, once they are read.
fn shared(first: &Change, second: &Change, ids: &mut Option<IdSet>) -> Result<Shared> {
    if first.select == second.select {
        return Ok(Shared::All);
    }
    let own = Records::of(&first.select, &first.module)?;
    let others = Records::of(&second.select, &second.module)?;
    let (Some(own), Some(others)) = (own, others) else {
        return Ok(Shared::Unknown);
    };
    let ids = match ids {
        Some(ids) => ids,
        none => {
            let mut set = IdSet::default();
            for id in own {
                set.insert(id?);
            }
            none.insert(set)
        }
    };
    let (mut count, mut one, mut seen) = (0, None, IdSet::default());
    for id in others {
        let id = id?;
        if ids.contains(id) && seen.insert(id) {
            count += 1;
            one = one.or(Some(id));
        }
    }
    Ok(Shared::Records(count, one))
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
