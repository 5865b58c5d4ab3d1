//! Which modules a snapshot is taken of.

use anyhow::Result;
use massup_model::ApiVersion;
use massup_model::module::{self, is_api_name};
use serde_json::Value;

use crate::api_client::{Authorized, Client};

/// A module of the organisation.
#[derive(Debug)]
pub(super) struct Module {
    api_name: String,
    /// What people call it: its labels.
    labels: Vec<String>,
    custom: bool,
    api_supported: bool,
}

impl Module {
    /// Reads an entry of `GET /settings/modules`.
    pub(super) fn of(entry: &Value) -> Option<Self> {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let labels = ["plural_label", "singular_label", "module_name"];
        Some(Self {
            api_name: text("api_name").filter(|name| is_api_name(name))?,
            labels: labels.into_iter().filter_map(text).collect(),
            custom: text("generated_type").as_deref() == Some("custom"),
            api_supported: entry.get("api_supported").and_then(Value::as_bool) != Some(false),
        })
    }
}

/// The modules of the organisation.
#[derive(Debug)]
pub(super) struct Modules(pub(super) Vec<Module>);

impl Modules {
    fn contain(&self, name: &str) -> bool {
        self.0.iter().any(|module| module.api_name == name)
    }

    /// The API name that a wrong name most likely means.
    fn meant_by(&self, name: &str) -> Option<&str> {
        let by_label = self
            .0
            .iter()
            .find(|module| module.labels.iter().any(|label| label.eq_ignore_ascii_case(name)));
        let names = self.0.iter().map(|module| module.api_name.as_str());
        by_label
            .map(|module| module.api_name.as_str())
            .or_else(|| massup_rules::nearest(name, names))
    }
}

/// The modules that the user names, without duplicates.
///
/// # Errors
///
/// The organisation has no module of a name; the text says so.
pub(super) fn named(asked: &[String], known: Option<&Modules>) -> Result<Vec<String>, String> {
    let mut named: Vec<String> = Vec::new();
    for name in asked {
        if let Some(known) = known.filter(|known| !known.contain(name)) {
            let help = known.meant_by(name).map_or_else(
                || "the API names of all modules are in `GET /settings/modules`".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            return Err(format!("the organisation has no module `{name}`\nhelp: {help}"));
        }
        if !named.contains(name) {
            named.push(name.clone());
        }
    }
    Ok(named)
}

/// All modules that take mass updates: those that the API lists for the feature, or else the documented ones
/// and the custom ones.
///
/// # Errors
///
/// As [`Client::read`].
pub(super) fn all<S: Authorized>(
    client: &Client<S>,
    version: ApiVersion,
    known: Option<&Modules>,
) -> Result<Vec<String>> {
    let query = [("feature_name", "mass_update")];
    if let Ok(body) = client.read("settings/modules", &query, "modules")? {
        let entries = body.get("modules").and_then(Value::as_array).into_iter().flatten();
        let listed = entries.filter_map(Module::of).filter(|module| module.api_supported);
        let names: Vec<String> = listed.map(|module| module.api_name).collect();
        if !names.is_empty() {
            return Ok(names);
        }
    }
    let documented = module::MODULES.iter().filter(|module| module.listed_in(version));
    let mut names: Vec<String> = documented
        .map(|module| module.api_name)
        .filter(|name| known.is_none_or(|known| known.contain(name)))
        .map(str::to_owned)
        .collect();
    let custom = known.into_iter().flat_map(|known| &known.0);
    let custom = custom.filter(|module| module.custom && module.api_supported);
    names.extend(custom.map(|module| module.api_name.clone()));
    Ok(names)
}
