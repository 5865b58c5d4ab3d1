//! Which options of a picklist go with which of another.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lenient::{flag, items, text};

/// A picklist whose options depend on another field of the same module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dependency {
    /// The API name of the field that decides.
    pub parent: String,
    /// The API name of the field whose options depend on it.
    pub child: String,
    /// The options of the child that go with an option of the parent, over all layouts.
    pub pairs: BTreeMap<String, BTreeSet<String>>,
}

impl Dependency {
    /// The active dependencies of the answers for all layouts of a module, one for each pair of fields.
    pub(super) fn read(answers: &[Value]) -> Vec<Self> {
        let mut known: Vec<Self> = Vec::new();
        for answer in answers.iter().filter(|answer| flag(answer, "active") != Some(false)) {
            let name = |side: &str| text(answer.get(side)?, "api_name");
            let (Some(parent), Some(child)) = (name("parent"), name("child")) else { continue };
            let same = |known: &Self| known.parent == parent && known.child == child;
            let at = known.iter().position(same).unwrap_or_else(|| {
                known.push(Self {
                    parent: parent.clone(),
                    child: child.clone(),
                    pairs: BTreeMap::new(),
                });
                known.len() - 1
            });
            let Some(dependency) = known.get_mut(at) else { continue };
            for option in items(answer, "pick_list_values") {
                // A list of maps that is not there is unknown, not empty.
                if let (Some(above), Some(Value::Array(_))) =
                    (text(option, "actual_value"), option.get("maps"))
                {
                    let below =
                        items(option, "maps").iter().filter_map(|map| text(map, "actual_value"));
                    dependency.pairs.entry(above).or_default().extend(below);
                }
            }
        }
        known
    }
}
