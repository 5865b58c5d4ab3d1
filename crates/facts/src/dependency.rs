//! Picklists whose options depend on another picklist.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lenient::{flag, items, text};

/// A picklist whose options depend on another field of the same module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dependency {
    /// The API name of the field that the other one depends on.
    pub parent: String,
    /// The API name of the field whose options depend on it.
    pub child: String,
    /// The options of the child that match an option of the parent, in any layout: actual values.
    pub pairs: BTreeMap<String, BTreeSet<String>>,
}

impl Dependency {
    /// Reads one item of the map dependency API; `None` if it is not active, or belongs to a subform: its
    /// fields are not fields of the module, even where they have the same names.
    pub(super) fn read(answer: &Value) -> Option<Self> {
        let of_subform = answer.get("sub_module").is_some_and(|module| !module.is_null());
        if of_subform || flag(answer, "active") == Some(false) {
            return None;
        }
        let name = |side: &str| text(answer.get(side)?, "api_name");
        let mut pairs = BTreeMap::new();
        for option in items(answer, "pick_list_values") {
            // A missing list of maps is unknown, not empty.
            if let (Some(above), Some(Value::Array(_))) =
                (text(option, "actual_value"), option.get("maps"))
            {
                pairs.insert(above, options(option, "maps"));
            }
        }
        Some(Self { parent: name("parent")?, child: name("child")?, pairs })
    }

    /// Reads the dependencies of other fields on a field of a layout.
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

    /// Adds the pairs of another layout to the known ones.
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
