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
pub use field::{Field, NamedBy, PickOption};
pub use file::SnapshotFile;
pub use snapshot::SnapshotError;
pub use view::{MovedBy, Refusing, Territory, View, Views};

/// The editions that support mass updates by custom view, in lower case without spaces.
const SCHEDULING: [&str; 4] = ["enterprise", "ultimate", "crmplus", "zohooneenterprise"];

/// The lower editions. No document covers others, such as trials.
const NOT_SCHEDULING: [&str; 4] = ["free", "standard", "starter", "professional"];

/// Facts about an organisation and the caller. Each can be unknown: `None`, or no entry for a module. An
/// empty list means that there are none.
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
    /// The API names of all modules that the API supports, with their `generated_type` if known.
    pub modules: Option<BTreeMap<String, Option<String>>>,
    /// Other names of those modules, such as their labels, with their API names.
    pub module_names: BTreeMap<String, String>,
    /// The fields of a module, by its API name.
    pub fields: BTreeMap<String, Vec<Field>>,
    /// The custom views of a module, by its API name.
    pub views: BTreeMap<String, Views>,
    /// The territories of the organisation.
    pub territories: Option<Vec<Territory>>,
    /// API names of modules for which territories are known to be disabled. The others may have them.
    pub without_territories: BTreeSet<String>,
    /// How many records a custom view contains, by its id.
    pub counts: BTreeMap<u64, u64>,
    /// The picklists of a module that depend on each other, by its API name.
    pub dependencies: BTreeMap<String, Vec<Dependency>>,
    /// When the records of a view were counted, as in `counts.json`, by the id of the view.
    pub counted: BTreeMap<u64, String>,
    /// Facts that no API provides, by module.
    pub associations: BTreeMap<String, Associations>,
}

/// The fields of a module in layout and validation rules: API names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Associations {
    /// The primary fields of layout rules.
    pub layout_rules: Option<BTreeSet<String>>,
    /// The primary fields of validation rules.
    pub validation_rules: Option<BTreeSet<String>>,
    /// Other fields that a validation rule checks.
    pub validation_rules_secondary: Option<BTreeSet<String>>,
}

impl Facts {
    /// Sets the scopes of the token.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the edition of the organisation.
    #[must_use]
    pub fn edition(mut self, edition: impl Into<String>) -> Self {
        self.edition = Some(edition.into());
        self
    }

    /// Sets the id of the caller's profile.
    #[must_use]
    pub fn profile(mut self, id: impl Into<String>) -> Self {
        self.profile = Some(id.into());
        self
    }

    /// Sets all modules that the API supports, by their API names.
    #[must_use]
    pub fn modules<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.modules = Some(names.into_iter().map(|name| (name.into(), None)).collect());
        self
    }

    /// Sets all fields of a module.
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

    /// Sets all custom views of a module.
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

    /// Sets the number of records of a custom view, by its id.
    #[must_use]
    pub fn count(mut self, view: u64, records: u64) -> Self {
        self.counts.insert(view, records);
        self
    }

    /// Sets all territories of the organisation.
    #[must_use]
    pub fn territories(mut self, territories: impl IntoIterator<Item = Territory>) -> Self {
        self.territories = Some(territories.into_iter().collect());
        self
    }

    /// Sets the fields of a module that are in layout and validation rules.
    #[must_use]
    pub fn associations(mut self, module: impl Into<String>, known: Associations) -> Self {
        self.associations.insert(module.into(), known);
        self
    }

    /// The territories with this name; see [`Views::by_name`] for how names are compared.
    pub fn territories_by_name(&self, name: &str) -> Vec<&Territory> {
        let territories = self.territories.as_deref().unwrap_or_default();
        view::named(territories, name, |territory| [territory.name.as_deref()])
    }

    /// The fields of a module. Events and Meetings are two names of one module.
    pub fn fields_of(&self, module: &str) -> Option<&Vec<Field>> {
        of(&self.fields, module)
    }

    /// The custom views of a module, by either of its names.
    pub fn views_of(&self, module: &str) -> Option<&Views> {
        of(&self.views, module)
    }

    /// The picklists of a module that depend on each other, by either of its names.
    pub fn dependencies_of(&self, module: &str) -> Option<&Vec<Dependency>> {
        of(&self.dependencies, module)
    }

    /// The fields of a module in layout and validation rules, by either of its names.
    pub fn associations_of(&self, module: &str) -> Option<&Associations> {
        of(&self.associations, module)
    }

    /// Whether the edition mass updates by custom view, if a document says so.
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

fn of<'m, T>(known: &'m BTreeMap<String, T>, module: &str) -> Option<&'m T> {
    known.get(module).or_else(|| known.get(massup_model::module::other_name(module)?))
}
