//! The snapshot's lists as data.

use massup_rules::facts::{Field, PickOption, View};
use schemars::JsonSchema;
use serde::Serialize;

/// The fields of a module.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Fields<'f> {
    pub(super) fields: Vec<FieldData<'f>>,
}

/// A field of a module. What is `null` is not in the snapshot.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FieldData<'f> {
    /// The API name.
    api_name: &'f str,
    /// The label that people see.
    label: Option<&'f str>,
    /// The type, as the API names it.
    data_type: Option<&'f str>,
    /// Whether a mass update can set it.
    mass_update: Option<bool>,
    /// Whether it is visible to the user.
    visible: Option<bool>,
    /// Whether it is read-only.
    read_only: Option<bool>,
    /// Whether its values are unique.
    unique: Option<bool>,
    /// The maximum length of a value, in characters.
    length: Option<u64>,
    /// The options of a picklist; empty for other fields.
    options: Vec<OptionData<'f>>,
}

/// An option of a picklist.
#[derive(Serialize, JsonSchema)]
struct OptionData<'f> {
    /// What people see, and what a call sends.
    display_value: &'f str,
    /// The reference value.
    actual_value: &'f str,
    /// The id, if the snapshot has it.
    id: Option<&'f str>,
    /// Whether records can have it; unused options are kept for old records.
    used: bool,
}

impl<'f> FieldData<'f> {
    pub(super) fn of(field: &'f Field) -> Self {
        let option = |option: &'f PickOption| OptionData {
            display_value: &option.shown,
            actual_value: &option.value,
            id: option.id.as_deref(),
            used: option.used,
        };
        Self {
            api_name: &field.api_name,
            label: field.label.as_deref(),
            data_type: field.data_type.as_deref(),
            mass_update: field.mass_update,
            visible: field.visible,
            read_only: field.read_only,
            unique: field.unique,
            length: field.length,
            options: field.options.iter().flatten().map(option).collect(),
        }
    }
}

/// The custom views of a module.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Views<'f> {
    pub(super) views: Vec<ViewData<'f>>,
    /// Whether these are all views of the module.
    pub(super) complete: bool,
}

/// A custom view.
#[derive(Serialize, JsonSchema)]
pub(super) struct ViewData<'f> {
    /// The id: `cvid`.
    #[schemars(extend("pattern" = "^[0-9]{1,19}$"))]
    id: String,
    /// The name that people see.
    name: Option<&'f str>,
    /// The name that does not change.
    system_name: Option<&'f str>,
    /// The number of its records when they were counted; `null` if they were not.
    records: Option<u64>,
    /// When they were counted, in ISO 8601.
    counted: Option<&'f str>,
    /// The API names of the fields in its criteria; `null` if they are unknown.
    criteria_fields: Option<Vec<&'f str>>,
}

impl<'f> ViewData<'f> {
    pub(super) fn of(view: &'f View, records: Option<u64>, counted: Option<&'f str>) -> Self {
        let names = view.criteria_fields.as_ref();
        Self {
            id: view.id.to_string(),
            name: view.name.as_deref(),
            system_name: view.system_name.as_deref(),
            records,
            counted,
            criteria_fields: names.map(|names| names.iter().map(String::as_str).collect()),
        }
    }
}

/// The territories of the organisation.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Territories<'f> {
    pub(super) territories: Vec<TerritoryData<'f>>,
}

/// A territory.
#[derive(Serialize, JsonSchema)]
pub(super) struct TerritoryData<'f> {
    /// The id.
    #[schemars(extend("pattern" = "^[0-9]{1,19}$"))]
    pub(super) id: String,
    /// The name, if the snapshot has it.
    pub(super) name: Option<&'f str>,
}

/// The modules of the organisation.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Modules<'f> {
    pub(super) modules: Vec<ModuleData<'f>>,
}

/// A module.
#[derive(Serialize, JsonSchema)]
pub(super) struct ModuleData<'f> {
    /// The API name.
    pub(super) api_name: &'f str,
    /// The kind, as the API names it: `default` or `custom`, for example.
    pub(super) kind: Option<&'f str>,
    /// The number of its fields in the snapshot; `null` if it has none of them.
    pub(super) fields: Option<usize>,
    /// The labels that people see.
    pub(super) labels: Vec<&'f str>,
}
