//! Custom views and territories, as their APIs describe them.

use std::collections::BTreeSet;

use massup_model::request::SET_BY_EVERY_UPDATE;
use serde::{Deserialize, Serialize};
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
    /// The API names in `criteria` and `cross_filters`, those of lookups that a name leads through too:
    /// `Account_Name.Industry` is there as such and as `Account_Name`. Unknown in the list of views, which
    /// leaves the criteria out.
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
    /// Views of a module: all of them where `complete`.
    pub fn new(views: Vec<View>, complete: bool) -> Self {
        Self { views, complete }
    }

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

/// What the records of a view depend on, apart from its criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MovedBy {
    /// On who asks: the view of one's own records.
    Caller,
    /// On when it is asked: views of what was modified or created lately, or is unread.
    Time,
}

/// System views by time.
const BY_TIME: [&str; 4] = ["RECENTLYCREATED", "RECENTLYMODIFIED", "UNREADVIEWS", "today"];

/// System views by owner or reader.
const BY_CALLER: [&str; 5] =
    ["MYVIEWS", "MYCONVERTEDVIEWS", "COOWNERVIEW", "LEADSSHAREDBYME", "LEADSSHAREDTOME"];

impl View {
    /// A custom view with this id, of which nothing else is known.
    pub fn new(id: u64) -> Self {
        Self { id, ..Self::default() }
    }

    /// What the records of the view depend on, if its name or its criteria tell: those on fields that every
    /// update sets depend on time.
    pub fn moved_by(&self) -> Option<MovedBy> {
        if self.criteria_set_by_every_update().next().is_some() {
            return Some(MovedBy::Time);
        }
        let name = self.system_name.as_deref()?;
        if BY_TIME.contains(&name) {
            Some(MovedBy::Time)
        } else {
            BY_CALLER.contains(&name).then_some(MovedBy::Caller)
        }
    }

    /// The fields in the criteria that every update sets by itself.
    pub fn criteria_set_by_every_update(&self) -> impl Iterator<Item = &'static str> {
        let named = |field: &&str| self.criteria_fields.iter().flatten().any(|name| name == field);
        SET_BY_EVERY_UPDATE.into_iter().filter(named)
    }

    /// Reads a view of a list, or one asked for `alone`: that has the key `criteria`, with `null` where it
    /// has no criteria, while the list has none to show.
    pub(super) fn read(view: &Value, alone: bool) -> Option<Self> {
        let criteria = view.get("criteria").filter(|criteria| alone || !criteria.is_null());
        let criteria = criteria.map(|criteria| {
            let mut fields = BTreeSet::new();
            for named in std::iter::once(criteria).chain(view.get("cross_filters")) {
                collect_fields(named, 0, &mut fields);
            }
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
    /// A territory with this id.
    pub fn new(id: u64) -> Self {
        Self { id, name: None }
    }

    pub(super) fn read(territory: &Value) -> Option<Self> {
        Some(Self { id: id(territory, "id")?, name: text(territory, "name") })
    }
}

/// The API names under `field` anywhere in criteria, and those that a value of type `field` is. v2 writes
/// the name alone, later versions an object.
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
                add_field(field, fields);
            }
            if members.get("type").and_then(Value::as_str) == Some("field")
                && let Some(value) = members.get("value")
            {
                add_field(value, fields);
            }
            for part in members.iter().filter(|(key, _)| !matches!(&***key, "field" | "value")) {
                collect_fields(part.1, depth + 1, fields);
            }
        }
        _ => {}
    }
}

fn add_field(field: &Value, fields: &mut BTreeSet<String>) {
    let Some(name) = field.as_str().map(str::to_owned).or_else(|| text(field, "api_name")) else {
        return;
    };
    if let Some((lookup, _)) = name.split_once('.') {
        fields.insert(lookup.to_owned());
    }
    fields.insert(name);
}
