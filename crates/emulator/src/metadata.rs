//! What an organisation is made of: everything but its records.
//!
//! The same types are the JSON description that [`Emulator::import`](crate::Emulator::import) reads.
//! Names are the API's own where it has one. Only names and ids must be written; the rest has
//! defaults.

use std::collections::BTreeMap;

use massup_model::{RecordId, TerritoryId, ViewId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::criteria::Criteria;

mod people;

pub use people::{Client, Edition, Org, Profile, TerritoryManagement, Token, User};

/// A whole organisation, as JSON describes it.
///
/// ```
/// use massup_emulator::metadata::Description;
///
/// let description: Description = serde_json::from_str(
///     r#"{
///         "modules": [{
///             "api_name": "Leads",
///             "fields": [{ "api_name": "City", "data_type": "text", "mass_update": true }],
///             "records": [{ "id": "1", "data": { "City": "Chennai" } }]
///         }]
///     }"#,
/// )?;
/// assert_eq!(description.modules[0].fields[0].api_name, "City");
///
/// // A key that nobody reads is more likely a slip than a wish.
/// assert!(serde_json::from_str::<Description>(r#"{ "moduls": [] }"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Description {
    /// The organisation itself.
    pub org: Org,
    /// The profiles that users have.
    pub profiles: Vec<Profile>,
    /// The users. The first is who acts where nothing else says.
    pub users: Vec<User>,
    /// Territories, in any order.
    pub territories: Vec<Territory>,
    /// Modules with their fields, layouts, views and records.
    pub modules: Vec<Module>,
    /// Access tokens that are valid from the start.
    pub tokens: Vec<Token>,
    /// Clients that may ask for tokens.
    pub clients: Vec<Client>,
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// The bytes are not a JSON object, or one that describes something else; the error has line and column.
    pub fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        crate::reply::object(json)
    }
}

/// A territory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// The id.
    pub id: TerritoryId,
    /// The name.
    pub name: String,
    /// The territory above; none for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporting_to: Option<TerritoryId>,
}

/// A module and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// The name in paths.
    pub api_name: String,
    /// The name inside: `CustomModule3`. The API name where it is empty.
    #[serde(default)]
    pub module_name: String,
    /// The name of one record.
    #[serde(default)]
    pub singular_label: String,
    /// The name of many.
    #[serde(default)]
    pub plural_label: String,
    /// `default`, `custom`, or a kind that no mass update reaches, such as `linking`.
    #[serde(default = "default_kind")]
    pub generated_type: String,
    /// The fields.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The layouts.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// The custom views.
    #[serde(default)]
    pub views: Vec<View>,
    /// The records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Record>,
}

/// A field.
#[expect(clippy::struct_excessive_bools, reason = "the API describes a field by many flags")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Field {
    /// The name in bodies.
    pub api_name: String,
    /// The id, digits.
    pub id: String,
    /// The name that people see.
    pub field_label: String,
    /// `text`, `picklist`, … an open set.
    pub data_type: String,
    /// The most characters, digits, or values.
    pub length: Option<u32>,
    /// The most digits after the point.
    pub decimal_place: Option<u32>,
    /// The least and the greatest number.
    pub range: Option<(f64, f64)>,
    /// May be mass updated.
    pub mass_update: bool,
    /// Never writable by anybody.
    pub field_read_only: bool,
    /// Shown to anybody at all.
    #[serde(default = "yes")]
    pub visible: bool,
    /// Must have a value.
    pub system_mandatory: bool,
    /// No two records have the same value.
    pub unique: bool,
    /// Made by the organisation itself.
    pub custom_field: bool,
    /// Has no stored value.
    pub virtual_field: bool,
    /// The options of a picklist.
    pub pick_list_values: Vec<PickListValue>,
    /// What profiles may do with the field; `read_write` where nothing is said. Keys are profile ids.
    pub permissions: BTreeMap<String, Permission>,
    /// Is the primary field of a layout rule.
    pub layout_rule: bool,
    /// Is the primary field of a validation rule.
    pub validation_rule: bool,
    /// May be set with `ids` but not with `cvid`.
    pub unschedulable: bool,
    /// Is the picklist that a blueprint governs.
    pub blueprint: bool,
}

/// An option of a picklist.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickListValue {
    /// The id, digits.
    #[serde(default)]
    pub id: String,
    /// What people see.
    pub display_value: String,
    /// What is stored.
    pub actual_value: String,
    /// Kept for old records only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unused: bool,
}

/// What a profile may do with a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Permission {
    /// See and change.
    #[default]
    ReadWrite,
    /// See.
    ReadOnly,
    /// Nothing.
    Hidden,
}

impl Permission {
    /// The word in `permission_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "read_write",
            Self::ReadOnly => "read_only",
            Self::Hidden => "hidden",
        }
    }
}

/// A layout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The id, digits.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether it is in use. The dependencies of a deactivated layout are refused.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub active: bool,
    /// The options that records of this layout have, by field; every option where a field is not
    /// named.
    #[serde(default)]
    pub options: BTreeMap<String, Vec<String>>,
    /// Which options of one field go with which of another.
    #[serde(default)]
    pub maps: Vec<Dependency>,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            active: true,
            options: BTreeMap::new(),
            maps: Vec::new(),
        }
    }
}

/// The options of a child field that each option of its parent allows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The id, digits; one is made where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The subform whose fields these are; none for fields of the module itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_module: Option<String>,
    /// The field that decides.
    pub parent: String,
    /// The field that follows.
    pub child: String,
    /// Parent option to child options.
    pub maps: BTreeMap<String, Vec<String>>,
}

/// A custom view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// The id.
    pub id: ViewId,
    /// The name.
    pub name: String,
    /// The name of a view that every organisation has: `ALLVIEWS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_name: Option<String>,
    /// Who sees it.
    #[serde(default)]
    pub access_type: Access,
    /// The ids of the users it is shared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_to: Vec<String>,
    /// The id of the user who made it; none for a system view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// Which records it holds; all where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<Criteria>,
    /// The columns, API names.
    #[serde(default)]
    pub fields: Vec<String>,
}

/// Who sees a custom view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Access {
    /// Everybody.
    #[default]
    Public,
    /// Who made it.
    OnlyToMe,
    /// Who made it and those it is shared with.
    Shared,
}

impl View {
    /// Whether a user sees the view.
    pub fn seen_by(&self, user: &str) -> bool {
        match self.access_type {
            Access::Public => true,
            Access::OnlyToMe => self.created_by.as_deref() == Some(user),
            Access::Shared => {
                self.created_by.as_deref() == Some(user)
                    || self.shared_to.iter().any(|id| id == user)
            }
        }
    }
}

/// A record of a description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The id.
    pub id: RecordId,
    /// Its fields.
    pub data: Map<String, Value>,
    /// What keeps it from being changed.
    #[serde(default)]
    pub state: RecordState,
    /// The territories it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub territories: Vec<TerritoryId>,
}

/// What keeps a record from being changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordState {
    /// Nothing.
    #[default]
    Free,
    /// Nobody has approved it yet.
    AwaitingApproval,
    /// It is inside a blueprint: the picklists that the blueprint governs cannot be set.
    InBlueprint,
    /// A converted lead.
    Converted,
    /// Its images are being checked, or it is being merged.
    ImageCheck,
    /// An image was rejected.
    ImageRejected,
    /// A reviewer has its images before them: no image field can be set.
    ImageReview,
    /// Locked by a rule or by hand.
    Locked,
    /// The user has no right to it.
    NoPermission,
    /// Its processing is restricted.
    StopProcessing,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

fn default_kind() -> String {
    "default".into()
}
