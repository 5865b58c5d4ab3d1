//! How a view that holds more records than a job reaches is divided into views that share none.

use massup_model::limits::{AUTOMATION_THRESHOLD, MAX_JOB_RECORDS};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Plan;

/// Views that together hold what one view holds, and no record twice.
///
/// That they are disjoint and complete follows from their criteria alone: a picklist is empty, or holds one
/// value, and this is one of the options or is not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Division {
    /// The API name of the picklist, which the plan does not change.
    pub field: String,
    /// What each view has besides the criteria of the view that is divided.
    pub parts: Vec<Part>,
    /// What cannot be known before the views are made.
    pub open: Vec<String>,
}

/// What one of the views has besides the criteria of the view that is divided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// The condition in words.
    pub words: String,
    /// The condition as criteria of a custom view, in the form of the API.
    pub criteria: Value,
}

impl Division {
    /// The division of the plan's view by the picklist with the fewest options among those that make enough
    /// parts; `None` where no picklist is known that the plan leaves alone.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        let facts = plan.facts()?;
        let records = facts.view.records.unwrap_or_default();
        let needed = usize::try_from(records.div_ceil(MAX_JOB_RECORDS)).unwrap_or(usize::MAX);
        let known = facts.fields.iter().filter(|(name, _)| !plan.fields().contains(name));
        let picklists = known.filter_map(|(name, field)| Some((name, field.options.as_ref()?)));
        // The two parts for no option may well hold nothing: they are not counted on.
        let (field, options) = picklists.min_by_key(|(name, options)| {
            let few = options.len() < needed;
            (few, if few { usize::MAX - options.len() } else { options.len() }, *name)
        })?;

        let test = |comparator: &str, value: Value| {
            let field = json!({ "api_name": field });
            json!({ "field": field, "comparator": comparator, "value": value })
        };
        let mut parts: Vec<Part> = Vec::with_capacity(options.len() + 2);
        for option in options {
            let words = format!("`{field}` is `{option}`");
            parts.push(Part { words, criteria: test("equal", json!(option)) });
        }
        let words = format!("`{field}` is empty");
        parts.push(Part { words, criteria: test("equal", json!("${EMPTY}")) });
        let words = format!("`{field}` is not empty, and none of these");
        let both = [test("equal", json!("${NOTEMPTY}")), test("not_in", json!(options))];
        parts.push(Part { words, criteria: json!({ "group_operator": "AND", "group": both }) });

        let open = open(field, parts.len(), needed);
        Some(Self { field: field.clone(), parts, open })
    }

    /// The division in a sentence.
    pub(crate) fn in_words(&self) -> String {
        format!(
            "divide the view by `{}`, which the plan does not change: one view for each of its {} options, one \
             for records without any, one for any other value; they are disjoint and complete, and a job \
             reaches at most {MAX_JOB_RECORDS} records of each",
            self.field,
            self.parts.len().saturating_sub(2),
        )
    }
}

/// What to do where no picklist is known.
pub(crate) fn without_facts() -> String {
    format!(
        "divide the view by the values of a picklist that the plan does not change, so that each part holds \
         at most {MAX_JOB_RECORDS} records; with `massup pull` the options are known, and the views are told"
    )
}

fn open(field: &str, parts: usize, needed: usize) -> Vec<String> {
    let mut open = vec![format!(
        "how many records each holds: count them; one of more than {MAX_JOB_RECORDS} is divided again"
    )];
    if parts < needed {
        open.push(format!(
            "one at least holds more than {MAX_JOB_RECORDS}: {needed} views would be needed, and these are \
             {parts}"
        ));
    }
    open.push(format!(
        "whether automations run: a job on fewer than {AUTOMATION_THRESHOLD} records triggers them"
    ));
    open.push(format!(
        "whether anybody changes `{field}` between the jobs: such a record moves from one view to another"
    ));
    open
}
