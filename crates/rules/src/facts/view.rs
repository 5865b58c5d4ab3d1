//! Custom views and territories, as their APIs describe them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::lenient::{flag, id, text};

/// What is known about a custom view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// `id`.
    pub id: u64,
    /// `name`.
    pub name: Option<String>,
    /// `system_name`, such as `RECENTLYMODIFIED`; none for views that people made.
    pub system_name: Option<String>,
    /// The API names in `criteria`. Unknown in the list of views, which leaves the criteria out.
    pub criteria_fields: Option<BTreeSet<String>>,
}

/// What is known about the custom views of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Views {
    /// The views, each once.
    pub views: Vec<View>,
    /// Whether there are no others: the list was read, not only single views.
    pub complete: bool,
}

impl Views {
    /// The view with an id.
    pub fn find(&self, id: u64) -> Option<&View> {
        self.views.iter().find(|view| view.id == id)
    }
}

/// What is known about a territory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Territory {
    /// `id`.
    pub id: u64,
    /// `name`.
    pub name: Option<String>,
}

/// What the records of a system view depend on besides its criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovedBy {
    /// On who asks.
    Caller,
    /// On when it is asked.
    Time,
}

/// System views by time.
const BY_TIME: [&str; 4] = ["RECENTLYCREATED", "RECENTLYMODIFIED", "UNREADVIEWS", "today"];

/// System views by owner or reader.
const BY_CALLER: [&str; 5] =
    ["MYVIEWS", "MYCONVERTEDVIEWS", "COOWNERVIEW", "LEADSSHAREDBYME", "LEADSSHAREDTOME"];

impl View {
    /// What a system view depends on, if its name tells.
    pub fn moved_by(&self) -> Option<MovedBy> {
        let name = self.system_name.as_deref()?;
        if BY_TIME.contains(&name) {
            Some(MovedBy::Time)
        } else {
            BY_CALLER.contains(&name).then_some(MovedBy::Caller)
        }
    }

    pub(super) fn read(view: &Value) -> Option<Self> {
        // A view of its own request has the key, with `null` where it has no criteria.
        let criteria = view.get("criteria").map(|criteria| {
            let mut fields = BTreeSet::new();
            collect_fields(criteria, 0, &mut fields);
            fields
        });
        Some(Self {
            id: id(view, "id")?,
            name: text(view, "display_value").or_else(|| text(view, "name")),
            system_name: text(view, "system_name")
                .filter(|_| flag(view, "system_defined") != Some(false)),
            criteria_fields: criteria,
        })
    }
}

impl Territory {
    pub(super) fn read(territory: &Value) -> Option<Self> {
        Some(Self { id: id(territory, "id")?, name: text(territory, "name") })
    }
}

/// The API names under `field` anywhere in criteria; v2 writes the name alone, later versions an object.
fn collect_fields(criteria: &Value, depth: usize, fields: &mut BTreeSet<String>) {
    // Deeper than any view; the documents nest to two.
    if depth > 32 {
        return;
    }
    match criteria {
        Value::Array(parts) => {
            for part in parts {
                collect_fields(part, depth + 1, fields);
            }
        }
        Value::Object(members) => {
            if let Some(field) = members.get("field") {
                let name = field.as_str().map(str::to_owned).or_else(|| text(field, "api_name"));
                fields.extend(name);
            }
            if let Some(group) = members.get("group") {
                collect_fields(group, depth + 1, fields);
            }
        }
        _ => {}
    }
}
