//! What is known about the organisation and the caller.

mod dependency;
mod field;
mod lenient;
mod snapshot;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

pub use dependency::Dependency;
pub use field::{Field, PickOption};
pub use snapshot::SnapshotError;
pub use view::{MovedBy, Territory, View, Views};

/// The editions that may mass update by custom view, in lower case without spaces.
const SCHEDULING: [&str; 4] = ["enterprise", "ultimate", "crmplus", "zohooneenterprise"];

/// How to tell massup about the caller.
pub(crate) const USER: &str =
    "massup pull, or write `scopes` and `edition` into .massup/snapshot/user.json";

/// Facts that a call alone does not tell. Each may be unknown: `None`, or no entry for a module, means
/// that nobody told; an empty list that there is none.
///
/// ```
/// use massup_rules::{Facts, Linter};
///
/// let mut facts = Facts::default().scopes(["ZohoCRM.mass_update.UPDATE"]);
/// let fields = r#"{"fields": [{"api_name": "Lead_Source", "data_type": "picklist",
///     "mass_update": true, "pick_list_values": [{"actual_value": "Trade Show"}]}]}"#;
/// facts.add("fields/Leads.json", fields)?;
///
/// let body = br#"{ "data": [{ "Lead_Sorce": "Trade Show" }], "ids": ["554023000000497007"] }"#;
/// let report = Linter::new().module("Leads").facts(facts).lint("body.json", body);
/// assert_eq!(report.diagnostics[0].name, "unknown-field");
/// assert_eq!(report.diagnostics[0].help.as_deref(), Some("did you mean `Lead_Source`?"));
/// # Ok::<(), massup_rules::facts::SnapshotError>(())
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

    /// Whether the edition mass updates by custom view.
    ///
    /// ```
    /// use massup_rules::Facts;
    ///
    /// assert_eq!(Facts::default().edition("CRM Plus").edition_schedules(), Some(true));
    /// assert_eq!(Facts::default().edition("Professional").edition_schedules(), Some(false));
    /// assert_eq!(Facts::default().edition_schedules(), None);
    /// ```
    pub fn edition_schedules(&self) -> Option<bool> {
        let letters = self.edition.as_ref()?.chars().filter(|c| c.is_alphanumeric());
        let letters: String = letters.flat_map(char::to_lowercase).collect();
        Some(SCHEDULING.contains(&letters.as_str()))
    }

    /// Whether nothing is known that the values of a body could be held against.
    pub(crate) fn ask_only_the_caller(&self) -> bool {
        self.modules.is_none()
            && self.fields.is_empty()
            && self.views.is_empty()
            && self.territories.is_none()
            && self.counts.is_empty()
            && self.associations.is_empty()
    }
}
