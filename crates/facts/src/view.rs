//! Custom views and territories, as in the answers of their APIs.

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
    /// `system_name`, such as `RECENTLYMODIFIED`; `None` for views created by people.
    pub system_name: Option<String>,
    /// The API names in `criteria`, including those of lookups that a name leads through:
    /// `Account_Name.Industry` is in the set itself and as `Account_Name`. Unknown in the list of views, which
    /// has no criteria. Fields in `cross_filters` are fields of the related module and not in the set.
    pub criteria_fields: Option<BTreeSet<String>>,
    /// The values in `criteria` and `cross_filters` that the server works out anew each time, such as
    /// `${TODAY}` or `${CURRENTUSER}`. `${EMPTY}` and `${NOTEMPTY}` are not among them.
    pub relative_values: BTreeSet<String>,
}

/// What is known about the custom views of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Views {
    /// The views, without duplicates.
    pub views: Vec<View>,
    /// Whether these are all views: the list was read completely, not only single views.
    pub complete: bool,
}

impl Views {
    /// The views of a module; all of them if `complete`.
    pub fn new(views: Vec<View>, complete: bool) -> Self {
        Self { views, complete }
    }

    /// The views with this name, as people see it, or with this system name: letter case, spaces, hyphens and
    /// underscores do not count unless a name is exactly this one. Names need not be unique.
    ///
    /// ```
    /// use massup_facts::{View, Views};
    ///
    /// let mut open = View::new(7);
    /// open.name = Some("Open Leads".into());
    /// let views = Views::new(vec![open, View::new(8)], true);
    /// assert_eq!(views.by_name("open leads").len(), 1);
    /// assert!(views.by_name("All Leads").is_empty());
    /// ```
    pub fn by_name(&self, name: &str) -> Vec<&View> {
        named(&self.views, name, |view| [view.name.as_deref(), view.system_name.as_deref()])
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

/// The entries with a name; if none has exactly this name, those with the name in another spelling.
pub(super) fn named<'e, T, const N: usize>(
    entries: &'e [T],
    name: &str,
    names: impl Fn(&'e T) -> [Option<&'e str>; N],
) -> Vec<&'e T> {
    let folded = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    let any = |is: &dyn Fn(&str) -> bool| -> Vec<&'e T> {
        entries.iter().filter(|entry| names(entry).into_iter().flatten().any(is)).collect()
    };
    let exact = any(&|other| other == name);
    if exact.is_empty() { any(&|other| folded(other) == folded(name)) } else { exact }
}

/// What the records of a view depend on, apart from its criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MovedBy {
    /// On the caller: the view shows the caller's own records.
    Caller,
    /// On the time: the view shows what was modified or created recently, or is unread.
    Time,
}

/// Why the server refuses every record of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusing {
    /// The view shows converted leads.
    Converted,
    /// The view shows locked records.
    Locked,
}

/// System views by time.
const BY_TIME: [&str; 4] = ["RECENTLYCREATED", "RECENTLYMODIFIED", "UNREADVIEWS", "today"];

/// System views whose records refuse updates.
const CONVERTED: [&str; 2] = ["CONVERTEDVIEWS", "MYCONVERTEDVIEWS"];

/// Placeholders in criteria that do not depend on when or by whom the view is read.
const FIXED_VALUES: [&str; 2] = ["EMPTY", "NOTEMPTY"];

fn is_fixed(value: &str) -> bool {
    FIXED_VALUES.contains(&value.trim_start_matches("${").trim_end_matches('}'))
}

/// System views by owner or reader.
const BY_CALLER: [&str; 5] =
    ["MYVIEWS", "MYCONVERTEDVIEWS", "COOWNERVIEW", "LEADSSHAREDBYME", "LEADSSHAREDTOME"];

impl View {
    /// A custom view of which only the id is known.
    pub fn new(id: u64) -> Self {
        Self { id, ..Self::default() }
    }

    /// What the records of the view depend on, apart from its criteria, as far as its system name and its
    /// criteria show. Criteria on fields that every update sets depend on time.
    pub fn moved_by(&self) -> Option<MovedBy> {
        if self.criteria_set_by_every_update().next().is_some() {
            return Some(MovedBy::Time);
        }
        let of_caller = |value: &&String| value.to_uppercase().contains("USER");
        if self.relative_values.iter().any(|value| !of_caller(&value)) {
            return Some(MovedBy::Time);
        }
        if !self.relative_values.is_empty() {
            return Some(MovedBy::Caller);
        }
        let name = self.system_name.as_deref()?;
        if BY_TIME.contains(&name) {
            Some(MovedBy::Time)
        } else {
            BY_CALLER.contains(&name).then_some(MovedBy::Caller)
        }
    }

    /// Why the server refuses every record of the view, as far as its system name shows.
    pub fn refusing(&self) -> Option<Refusing> {
        let name = self.system_name.as_deref()?;
        if CONVERTED.contains(&name) {
            Some(Refusing::Converted)
        } else {
            (name.starts_with("ALLLOCKED") || name.starts_with("MYLOCKED"))
                .then_some(Refusing::Locked)
        }
    }

    /// The fields in the criteria that every update sets by itself.
    pub fn criteria_set_by_every_update(&self) -> impl Iterator<Item = &'static str> {
        let named = |field: &&str| self.criteria_fields.iter().flatten().any(|name| name == field);
        SET_BY_EVERY_UPDATE.into_iter().filter(named)
    }

    /// Reads a view of a list, or one requested `alone`: the latter has the key `criteria`, with `null` if it
    /// has no criteria, while the list omits them.
    pub(super) fn read(view: &Value, alone: bool) -> Option<Self> {
        let criteria = view.get("criteria").filter(|criteria| alone || !criteria.is_null());
        let criteria = criteria.map(|criteria| {
            let mut fields = BTreeSet::new();
            collect_fields(criteria, 0, &mut fields);
            fields
        });
        let mut relative_values = BTreeSet::new();
        for part in ["criteria", "cross_filters"].into_iter().filter_map(|key| view.get(key)) {
            collect_relative(part, 0, &mut relative_values);
        }
        Some(Self {
            id: id(view, "id")?,
            name: text(view, "display_value").or_else(|| text(view, "name")),
            system_name: text(view, "system_name")
                .filter(|_| flag(view, "system_defined") != Some(false)),
            criteria_fields: criteria,
            relative_values,
        })
    }
}

impl Territory {
    /// A territory of which only the id is known.
    pub fn new(id: u64) -> Self {
        Self { id, name: None }
    }

    pub(super) fn read(territory: &Value) -> Option<Self> {
        Some(Self { id: id(territory, "id")?, name: text(territory, "name") })
    }
}

/// Nesting at which criteria are no longer read; documented criteria nest to two.
const MAX_DEPTH: usize = 32;

/// Collects the values in criteria that the server works out anew each time: texts with a placeholder, and
/// values of the types that are placeholders.
fn collect_relative(criteria: &Value, depth: usize, values: &mut BTreeSet<String>) {
    if depth > MAX_DEPTH {
        return;
    }
    match criteria {
        Value::String(text) if text.contains("${") && !is_fixed(text) => {
            values.insert(text.clone());
        }
        Value::Array(parts) => {
            for part in parts {
                collect_relative(part, depth + 1, values);
            }
        }
        Value::Object(members) => {
            let placeholder = matches!(
                members.get("type").and_then(Value::as_str),
                Some("merge_field" | "pre_defined")
            );
            if let Some(text) = members.get("value").and_then(Value::as_str).filter(|_| placeholder)
                && !is_fixed(text)
            {
                values.insert(text.to_owned());
            }
            for part in members.values() {
                collect_relative(part, depth + 1, values);
            }
        }
        _ => {}
    }
}

/// The API names under `field` anywhere in criteria, and those that a value of type `field` is. v2 writes
/// the name alone, later versions an object.
fn collect_fields(criteria: &Value, depth: usize, fields: &mut BTreeSet<String>) {
    if depth > MAX_DEPTH {
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
