//! What is known about the organisation and the caller.

use serde::Deserialize;

/// How to tell massup about the caller.
pub(crate) const USER: &str = "write `scopes` and `edition` into .massup/snapshot/user.json";

/// Facts that a call alone does not tell. Each may be unknown: `None` means that nobody told, an empty
/// list that there is none.
///
/// ```
/// use massup_rules::{Facts, Linter};
///
/// let facts = Facts::default().scopes(["ZohoCRM.mass_update.leads.UPDATE"]);
/// let body = br#"{ "data": [{ "Stage": "Closed Won" }], "ids": ["554023000000497007"] }"#;
/// let report = Linter::new().module("Deals").facts(facts).lint("body.json", body);
/// assert_eq!(report.diagnostics[0].name, "missing-scope");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Facts {
    /// The OAuth scopes of the token, such as `ZohoCRM.mass_update.UPDATE`.
    pub scopes: Option<Vec<String>>,
    /// The edition of the organisation, such as `Enterprise`.
    pub edition: Option<String>,
}

impl Facts {
    /// Reads `user.json` of a snapshot; keys that it does not know are passed over.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or `scopes` is no array of strings, or `edition` no string.
    pub fn from_user_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

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
}
