//! The tools and what they take.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use massup_model::ApiVersion;
use massup_project::Explanation;
use massup_rules::Facts;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::{self, Answer, Root};
use crate::list::{self, Missing, Table};

/// A tool.
pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    /// The JSON Schema of its arguments.
    pub(super) input: fn() -> Map<String, Value>,
    pub(super) call: fn(&Root, Value) -> Result<Answer>,
}

/// All tools, in the order in which an assistant needs them.
pub(super) static ALL: [Definition; 7] = [
    Definition {
        name: "lint",
        title: "Check a mass update",
        description: "Check a mass update of Zoho CRM before it is sent: a request body, a call file, a change file or \
            a plan. Give exactly one of `body`, `text` and `path`, and the `module` of a bare body. Returns the \
            findings with what the server would answer, and what could not be checked.",
        input: schema::<LintInput>,
        call: |root, arguments| answer::lint(root, parsed(arguments)?),
    },
    Definition {
        name: "plan",
        title: "Plan a mass update",
        description: "Plan the fewest calls that set field values on records, within the limits of the API. Give a \
            change as an object in `change`, or a change file as `path`. Returns calls, credits, automations that \
            will run, and hazards. The plan is not saved.",
        input: schema::<PlanInput>,
        call: |root, arguments| answer::plan(root, parsed(arguments)?),
    },
    Definition {
        name: "explain",
        title: "Explain a rule or an answer",
        description: "Explain a rule of massup by code or name, or an answer of the server by its code, its message, \
            its HTTP status or its whole body.",
        input: schema::<ExplainInput>,
        call: |_, arguments| {
            let ExplainInput { text } = parsed(arguments)?;
            let explained = Explanation::of(&text)?;
            Ok(Answer { text: explained.to_string(), data: explained.as_json() })
        },
    },
    Definition {
        name: "fields",
        title: "List fields",
        description: "List the fields of a module in the snapshot of the organisation: API names, types, whether a \
            mass update can set them. With `field`, the options of one.",
        input: schema::<FieldsInput>,
        call: |root, arguments| {
            let FieldsInput { module, field } = parsed(arguments)?;
            let facts = root.facts()?;
            answer::tables(list::fields_of(&facts, &module, field.as_deref()))
        },
    },
    Definition {
        name: "views",
        title: "List custom views",
        description: "List the custom views of a module in the snapshot: ids, names and numbers of records.",
        input: schema::<ModuleInput>,
        call: |root, arguments| {
            let ModuleInput { module } = parsed(arguments)?;
            let facts = root.facts()?;
            let (table, complete) = match list::views_of(&facts, &module) {
                Ok((table, complete)) => (Ok(vec![table]), complete),
                Err(missing) => (Err(missing), true),
            };
            let mut answer = answer::tables(table)?;
            if !complete {
                answer.text += list::INCOMPLETE;
            }
            Ok(answer)
        },
    },
    Definition {
        name: "territories",
        title: "List territories",
        description: "List the territories of the organisation in the snapshot.",
        input: schema::<NoInput>,
        call: |root, arguments| listed(root, arguments, list::territories_of),
    },
    Definition {
        name: "modules",
        title: "List modules",
        description: "List the modules of the organisation in the snapshot.",
        input: schema::<NoInput>,
        call: |root, arguments| listed(root, arguments, list::modules_of),
    },
];

/// What `lint` checks.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LintInput {
    /// The request body as JSON.
    pub(super) body: Option<Map<String, Value>>,
    /// The text of a file, in the format that `name` tells.
    pub(super) text: Option<String>,
    /// A file, relative to the working directory of the server.
    pub(super) path: Option<PathBuf>,
    /// The name of a file with the text, which tells its format: `change.massup.yaml` [default: `request.json`].
    pub(super) name: Option<String>,
    /// The API name of the module of a bare body, such as `Leads`.
    pub(super) module: Option<String>,
    /// The API version of a bare body [default: the newest].
    #[schemars(with = "Option<String>", extend("enum" = versions()))]
    pub(super) api_version: Option<ApiVersion>,
}

/// What `plan` plans.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanInput {
    /// A change: `{"module": "Leads", "set": {"City": "Chennai"}, "select": {"ids": ["…"]}}`; `select` can be
    /// `{"view": "…"}` or `{"ids_file": "leads.csv"}` as well.
    pub(super) change: Option<Map<String, Value>>,
    /// A change file, relative to the working directory of the server.
    pub(super) path: Option<PathBuf>,
}

/// What `explain` explains.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExplainInput {
    /// A rule's code or name; a code, a message, a status or an answer of the server.
    text: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FieldsInput {
    /// The API name of the module.
    module: String,
    /// The API name or the label of one field.
    field: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModuleInput {
    /// The API name of the module.
    module: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoInput {}

/// A table of the whole organisation.
fn listed(
    root: &Root,
    arguments: Value,
    table_of: fn(&Facts) -> Result<Table, Missing>,
) -> Result<Answer> {
    let NoInput {} = parsed(arguments)?;
    let facts = root.facts()?;
    answer::tables(table_of(&facts).map(|table| vec![table]))
}

fn versions() -> Vec<Value> {
    let versions = ApiVersion::ALL.iter().map(|version| Value::from(version.as_str()));
    versions.chain([Value::Null]).collect()
}

fn schema<T: JsonSchema>() -> Map<String, Value> {
    match schemars::schema_for!(T).to_value() {
        Value::Object(schema) => schema,
        // A type with members is described by an object.
        _ => Map::new(),
    }
}

fn parsed<T: DeserializeOwned>(arguments: Value) -> Result<T> {
    serde_json::from_value(arguments).context("the arguments do not fit the tool")
}
