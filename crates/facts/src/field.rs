//! A field, as the Fields Metadata API describes it.

use serde_json::Value;

use super::lenient::{flag, float, items, number, text};

/// What is known about a field. `None` means unknown, or no limit where a missing key means no limit.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// `api_name`: `Lead_Source`.
    pub api_name: String,
    /// `field_label`: the name that people see.
    pub label: Option<String>,
    /// `data_type`: an open set.
    pub data_type: Option<String>,
    /// `mass_update`: whether a mass update can set it.
    pub mass_update: Option<bool>,
    /// `visible`: whether the user who took the snapshot sees it.
    pub visible: Option<bool>,
    /// `read_only`: whether that user may only read it.
    pub read_only: Option<bool>,
    /// `field_read_only`: whether everyone may only read it.
    pub always_read_only: Option<bool>,
    /// `operation_type.api_update`.
    pub api_update: Option<bool>,
    /// `virtual_field`: it has no stored value.
    pub is_virtual: Option<bool>,
    /// `system_mandatory`.
    pub mandatory: Option<bool>,
    /// Whether values must be unique: `unique` is not empty.
    pub unique: Option<bool>,
    /// `blueprint_supported`: a blueprint can be created for the field, not that there is one.
    pub blueprint: Option<bool>,
    /// `length`: the most characters, digits or options.
    pub length: Option<u64>,
    /// `decimal_place`: the most digits after the point.
    pub decimal_place: Option<u64>,
    /// `range`: the least and the greatest value.
    pub range: Option<(f64, f64)>,
    /// `pick_list_values`; unknown where the list is empty, as it is for fields that are not picklists.
    pub options: Option<Vec<PickOption>>,
    /// `profiles`: ids of profiles, and `read_write`, `read_only` or `hidden`.
    pub permissions: Vec<(String, String)>,
}

/// An option of a picklist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PickOption {
    /// `id`. The API also accepts it as the value of a pipeline.
    pub id: Option<String>,
    /// `actual_value`: the stored reference of the option, which dependencies and criteria use.
    pub value: String,
    /// `display_value`: what people see, and what the vendor asks clients to send.
    pub shown: String,
    /// `reference_value`, where it differs from the other two.
    pub reference: Option<String>,
    /// `type` is not `unused`.
    pub used: bool,
}

/// How a text names an option of a picklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// By its display value.
    Display,
    /// By its actual or reference value only; its display value is different.
    Reference,
    /// By its id.
    Id,
}

impl Field {
    /// A field that can be mass updated, of which only the name and the type are known.
    pub fn new(api_name: impl Into<String>, data_type: impl Into<String>) -> Self {
        Self {
            api_name: api_name.into(),
            data_type: Some(data_type.into()),
            mass_update: Some(true),
            ..Self::default()
        }
    }

    /// Reads an item of `fields`; `None` if it has no name.
    pub(super) fn read(field: &Value) -> Option<Self> {
        let range =
            field.get("range").and_then(|range| Some((float(range, "from")?, float(range, "to")?)));
        let unique = field.get("unique").map(|unique| match unique {
            Value::Object(members) => !members.is_empty(),
            Value::Bool(unique) => *unique,
            _ => false,
        });
        let operation = field.get("operation_type").unwrap_or(&Value::Null);
        let permissions = items(field, "profiles")
            .iter()
            .filter_map(|profile| Some((text(profile, "id")?, text(profile, "permission_type")?)));
        Some(Self {
            api_name: text(field, "api_name")?,
            label: text(field, "field_label").or_else(|| text(field, "display_label")),
            data_type: text(field, "data_type"),
            mass_update: flag(field, "mass_update"),
            visible: flag(field, "visible"),
            read_only: flag(field, "read_only"),
            always_read_only: flag(field, "field_read_only"),
            api_update: flag(operation, "api_update"),
            is_virtual: flag(field, "virtual_field"),
            mandatory: flag(field, "system_mandatory"),
            unique,
            blueprint: flag(field, "blueprint_supported"),
            length: number(field, "length"),
            decimal_place: number(field, "decimal_place"),
            range,
            options: field
                .get("pick_list_values")
                .and_then(Value::as_array)
                .filter(|options| !options.is_empty())
                .map(|options| options.iter().filter_map(PickOption::read).collect()),
            permissions: permissions.collect(),
        })
    }

    /// The type, or an empty text where it is unknown.
    pub fn data_type(&self) -> &str {
        self.data_type.as_deref().unwrap_or_default()
    }

    /// The option that a text names. A display value takes precedence over the actual or reference value of
    /// another option, and both over an id.
    ///
    /// ```
    /// use massup_facts::{Facts, NamedBy};
    ///
    /// let mut facts = Facts::default();
    /// facts.add("fields/Leads.json", r#"[{ "api_name": "Lead_Source", "pick_list_values": [
    ///     { "display_value": "Trade Fair", "actual_value": "Trade Show" }] }]"#)?;
    /// let source = &facts.fields["Leads"][0];
    /// let named_by = |text| source.option(text).map(|(_, by)| by);
    /// assert_eq!(named_by("Trade Fair"), Some(NamedBy::Display));
    /// assert_eq!(named_by("Trade Show"), Some(NamedBy::Reference));
    /// assert_eq!(named_by("Trade"), None);
    /// # Ok::<(), massup_facts::SnapshotError>(())
    /// ```
    pub fn option(&self, text: &str) -> Option<(&PickOption, NamedBy)> {
        let options = self.options.as_deref()?;
        let find = |by: NamedBy, is: &dyn Fn(&PickOption) -> bool| {
            options.iter().find(|option| is(option)).map(|option| (option, by))
        };
        find(NamedBy::Display, &|option| option.shown == text)
            .or_else(|| {
                find(NamedBy::Reference, &|option| {
                    option.value == text || option.reference.as_deref() == Some(text)
                })
            })
            .or_else(|| find(NamedBy::Id, &|option| option.id.as_deref() == Some(text)))
    }

    /// The permission of a profile for the field, if it is known.
    pub fn permission(&self, profile: Option<&str>) -> Option<&str> {
        let profile = profile?;
        let (_, permission) = self.permissions.iter().find(|(id, _)| id == profile)?;
        Some(permission)
    }
}

impl PickOption {
    /// An option in use whose display and actual values are equal.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        Self { shown: value.clone(), value, id: None, reference: None, used: true }
    }

    fn read(option: &Value) -> Option<Self> {
        let value = text(option, "actual_value").or_else(|| text(option, "display_value"))?;
        let shown = text(option, "display_value").unwrap_or_else(|| value.clone());
        let reference =
            text(option, "reference_value").filter(|name| ![&value, &shown].contains(&name));
        Some(Self {
            id: text(option, "id"),
            value,
            shown,
            reference,
            used: text(option, "type").as_deref() != Some("unused"),
        })
    }
}
