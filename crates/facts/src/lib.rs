#![doc = include_str!("../README.md")]

mod dependency;
mod field;
mod file;
mod lenient;
mod snapshot;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

pub use dependency::Dependency;
pub use field::{Field, PickOption};
pub use file::SnapshotFile;
pub use snapshot::SnapshotError;
pub use view::{MovedBy, Territory, View, Views};

/// The editions that may mass update by custom view, in lower case without spaces.
const SCHEDULING: [&str; 4] = ["enterprise", "ultimate", "crmplus", "zohooneenterprise"];

/// The editions below them. Of others, such as a trial, no document tells.
const NOT_SCHEDULING: [&str; 4] = ["free", "standard", "starter", "professional"];

/// Facts about an organisation and the caller. Each may be unknown: `None`, or no entry for a module; an
/// empty list means that there is none.
///
/// ```
/// use massup_facts::{Facts, SnapshotError};
///
/// let mut facts = Facts::default().scopes(["ZohoCRM.mass_update.UPDATE"]);
/// let fields = r#"{"fields": [{"api_name": "Lead_Source", "data_type": "picklist"}]}"#;
/// assert!(facts.add("fields/Leads.json", fields)?);
/// assert_eq!(facts.fields["Leads"][0].data_type.as_deref(), Some("picklist"));
///
/// // The answer does not say whether a mass update may set the field.
/// assert_eq!(facts.fields["Leads"][0].mass_update, None);
/// assert!(facts.add("fields/Deals.json", r#"{"code": "INVALID_TOKEN"}"#).is_err());
/// # Ok::<(), SnapshotError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// The OAuth scopes of the token, such as `ZohoCRM.mass_update.UPDATE`.
    pub scopes: Option<Vec<String>>,
    /// The edition of the organisation, such as `Enterprise`.
    pub edition: Option<String>,
    /// The id of the caller's profile.
    pub profile: Option<String>,
    /// The API names of all modules that the API reaches, with their `generated_type` where it is told.
    pub modules: Option<BTreeMap<String, Option<String>>>,
    /// Other names of those modules, such as their labels, with their API names.
    pub module_names: BTreeMap<String, String>,
    /// The fields of a module, by its API name.
    pub fields: BTreeMap<String, Vec<Field>>,
    /// The custom views of a module, by its API name.
    pub views: BTreeMap<String, Views>,
    /// The territories of the organisation.
    pub territories: Option<Vec<Territory>>,
    /// How many records a custom view holds, by its id.
    pub counts: BTreeMap<u64, u64>,
    /// The picklists of a module that depend on each other, by its API name.
    pub dependencies: BTreeMap<String, Vec<Dependency>>,
    /// When they were counted, as `counts.json` writes it, by the id of the view.
    pub counted: BTreeMap<u64, String>,
    /// What no API tells, by module.
    pub associations: BTreeMap<String, Associations>,
}

/// The rules of layouts and of validation that fields of a module belong to: API names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Associations {
    /// The primary fields of layout rules.
    pub layout_rules: Option<BTreeSet<String>>,
    /// The primary fields of validation rules.
    pub validation_rules: Option<BTreeSet<String>>,
    /// Other fields that a validation rule looks at.
    pub validation_rules_secondary: Option<BTreeSet<String>>,
}

impl Facts {
    /// Says which scopes the token has.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Says which edition the organisation has.
    #[must_use]
    pub fn edition(mut self, edition: impl Into<String>) -> Self {
        self.edition = Some(edition.into());
        self
    }

    /// Says which profile the caller has, by its id.
    #[must_use]
    pub fn profile(mut self, id: impl Into<String>) -> Self {
        self.profile = Some(id.into());
        self
    }

    /// Says which modules the API reaches, by their API names.
    #[must_use]
    pub fn modules<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.modules = Some(names.into_iter().map(|name| (name.into(), None)).collect());
        self
    }

    /// Says which fields a module has: all of them.
    ///
    /// ```
    /// use massup_facts::{Facts, Field};
    ///
    /// let mut fax = Field::new("Fax", "text");
    /// fax.length = Some(30);
    /// let facts = Facts::default().fields("Leads", [fax]);
    /// assert_eq!(facts.fields["Leads"].len(), 1);
    /// ```
    #[must_use]
    pub fn fields(
        mut self,
        module: impl Into<String>,
        fields: impl IntoIterator<Item = Field>,
    ) -> Self {
        self.fields.insert(module.into(), fields.into_iter().collect());
        self
    }

    /// Says which custom views a module has: all of them.
    #[must_use]
    pub fn views(
        mut self,
        module: impl Into<String>,
        views: impl IntoIterator<Item = View>,
    ) -> Self {
        let views = Views { views: views.into_iter().collect(), complete: true };
        self.views.insert(module.into(), views);
        self
    }

    /// Says how many records a custom view holds, by its id.
    #[must_use]
    pub fn count(mut self, view: u64, records: u64) -> Self {
        self.counts.insert(view, records);
        self
    }

    /// Says which territories the organisation has: all of them.
    #[must_use]
    pub fn territories(mut self, territories: impl IntoIterator<Item = Territory>) -> Self {
        self.territories = Some(territories.into_iter().collect());
        self
    }

    /// Says which fields of a module belong to rules of layouts and of validation.
    #[must_use]
    pub fn associations(mut self, module: impl Into<String>, known: Associations) -> Self {
        self.associations.insert(module.into(), known);
        self
    }

    /// Whether the edition mass updates by custom view, if a document tells.
    ///
    /// ```
    /// use massup_facts::Facts;
    ///
    /// assert_eq!(Facts::default().edition("CRM Plus").edition_schedules(), Some(true));
    /// assert_eq!(Facts::default().edition("Professional").edition_schedules(), Some(false));
    /// assert_eq!(Facts::default().edition("Trial").edition_schedules(), None);
    /// assert_eq!(Facts::default().edition_schedules(), None);
    /// ```
    pub fn edition_schedules(&self) -> Option<bool> {
        let letters = self.edition.as_ref()?.chars().filter(|c| c.is_alphanumeric());
        let letters: String = letters.flat_map(char::to_lowercase).collect();
        let name = letters.trim_end_matches("edition");
        if SCHEDULING.contains(&name) {
            Some(true)
        } else {
            NOT_SCHEDULING.contains(&name).then_some(false)
        }
    }
}
