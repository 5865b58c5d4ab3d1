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
    /// What an answer of the map dependency API tells; `None` if the map is not active.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        if flag(answer, "active") == Some(false) {
            return None;
        }
        let name = |side: &str| text(answer.get(side)?, "api_name");
        let mut pairs = BTreeMap::new();
        for option in items(answer, "pick_list_values") {
            // A list of maps that is not there is unknown, not empty.
            if let (Some(above), Some(Value::Array(_))) =
                (text(option, "actual_value"), option.get("maps"))
            {
                pairs.insert(above, options(option, "maps"));
            }
        }
        Some(Self { parent: name("parent")?, child: name("child")?, pairs })
    }

    /// What a field of a layout tells about those that depend on it.
    pub(super) fn of_field(field: &Value) -> Vec<Self> {
        let Some(parent) = text(field, "api_name") else { return Vec::new() };
        let mut found = Vec::new();
        for option in items(field, "pick_list_values") {
            let Some(above) = text(option, "actual_value") else { continue };
            for map in items(option, "maps") {
                let Some(child) = text(map, "api_name") else { continue };
                let pairs = match map.get("pick_list_values") {
                    Some(Value::Array(_)) => {
                        BTreeMap::from([(above.clone(), options(map, "pick_list_values"))])
                    }
                    _ => BTreeMap::new(),
                };
                found.push(Self { parent: parent.clone(), child, pairs });
            }
        }
        found
    }

    /// Adds what another layout tells to what is known.
    pub(super) fn add_to(self, known: &mut Vec<Self>) {
        let same = |known: &&mut Self| known.parent == self.parent && known.child == self.child;
        match known.iter_mut().find(same) {
            Some(known) => {
                for (above, below) in self.pairs {
                    known.pairs.entry(above).or_default().extend(below);
                }
            }
            None => known.push(self),
        }
    }
}

fn options(value: &Value, key: &str) -> BTreeSet<String> {
    items(value, key).iter().filter_map(|option| text(option, "actual_value")).collect()
}
