//! How a view that holds more records than a job takes is divided into views that share none.

use serde::Serialize;
use serde_json::{Value, json};

/// Views that together hold the records of one view, each record once.
///
/// Their criteria alone make them disjoint and complete: a picklist is empty or holds one value, and this
/// value is one of the options or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Division {
    /// The API name of the picklist, which the plan does not change.
    pub field: String,
    /// The condition that each view adds to the criteria of the divided view.
    pub parts: Vec<Part>,
    /// What is unknown until the views exist.
    pub unknown: Vec<Unknown>,
}

/// The condition of one part of a [`Division`]. [`Display`](std::fmt::Display) gives it as a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// The API name of the picklist.
    pub field: String,
    /// What its value must be.
    pub condition: Condition,
}

/// What the value of a picklist must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// This option.
    Option(String),
    /// No value.
    Empty,
    /// A value that is none of these options.
    NoneOf(Vec<String>),
}

/// What is unknown about a [`Division`] until its views exist. [`Display`](std::fmt::Display) gives it as a
/// phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unknown {
    /// How many records each view holds.
    Sizes,
    /// Which view is still too large: there are fewer views than the number of records needs.
    LargePart {
        /// The fewest views that could hold the records.
        needed: usize,
        /// The number of views.
        parts: usize,
    },
    /// Whether automations run.
    Automations,
    /// Whether the picklist of a record changes between the jobs, so that it moves to another view.
    Changes {
        /// The API name of the picklist.
        field: String,
    },
}

impl Part {
    /// The condition as criteria of a custom view, in the form of the API.
    pub fn criteria(&self) -> Value {
        let test = |comparator: &str, value: Value| {
            let field = json!({ "api_name": self.field });
            json!({ "field": field, "comparator": comparator, "value": value })
        };
        match &self.condition {
            Condition::Option(option) => test("equal", json!(option)),
            Condition::Empty => test("equal", json!("${EMPTY}")),
            Condition::NoneOf(options) => {
                let both = [test("equal", json!("${NOTEMPTY}")), test("not_in", json!(options))];
                json!({ "group_operator": "AND", "group": both })
            }
        }
    }
}
