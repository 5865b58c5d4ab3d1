//! Reads the files of a snapshot directory.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lenient::{flag, id, items, number, text};
use super::{Associations, Dependency, Facts, Field, SnapshotFile, Territory, View};

/// A file of a snapshot could not be read. Facts from earlier files are kept.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SnapshotError {
    message: String,
}

impl Facts {
    /// Adds what a file of a snapshot holds; `name` is its path in the directory, with `/`: see
    /// [`SnapshotFile`].
    ///
    /// Answers of any API version are accepted. A file may contain several pages, one after another or in an
    /// array, or only the array under the root key, as scripts save it. A list whose last page is missing is
    /// marked as incomplete. An empty file adds no facts. Unknown keys are ignored. Returns `Ok(false)` for
    /// files with other names.
    ///
    /// # Errors
    ///
    /// The text is not JSON (or TOML), it lacks the root key of such an answer, it is an error answer, or a
    /// file of our own contains a value of the wrong type.
    pub fn add(&mut self, name: &str, content: &str) -> Result<bool, SnapshotError> {
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let Some(file) = SnapshotFile::parse(name) else { return Ok(false) };
        // An answer without content, or a failed call, leaves an empty file.
        let answer = |key| if content.trim().is_empty() { Ok(None) } else { all(content, key) };
        match file {
            SnapshotFile::Fields(module) => {
                let module = module.to_owned();
                let Some(List { items, .. }) = answer("fields")? else { return Ok(true) };
                self.add_maps(&module, &items);
                let fields = items.iter().filter_map(Field::read).collect();
                self.fields.insert(module, fields);
            }
            SnapshotFile::Layouts(module) => {
                let module = module.to_owned();
                let Some(List { items: layouts, .. }) = answer("layouts")? else { return Ok(true) };
                for section in layouts.iter().flat_map(|layout| items(layout, "sections")) {
                    self.add_maps(&module, items(section, "fields"));
                }
                let known = self.associations.entry(module).or_default();
                // overrides.toml takes precedence, whichever is read first.
                if known.validation_rules.is_none() {
                    known.validation_rules = validated(&layouts);
                }
            }
            SnapshotFile::MapDependency(module) => {
                let module = module.to_owned();
                let Some(List { items, .. }) = answer("map_dependency")? else { return Ok(true) };
                let known = self.dependencies.entry(module).or_default();
                for dependency in items.iter().filter_map(Dependency::read) {
                    dependency.add_to(known);
                }
            }
            SnapshotFile::Views(module) => {
                let module = module.to_owned();
                let Some(List { items, whole }) = answer("custom_views")? else { return Ok(true) };
                let views = items.iter().filter_map(|view| View::read(view, false));
                self.add_views(module, views.collect(), whole);
            }
            SnapshotFile::View { module, .. } => {
                let Some(List { items, .. }) = answer("custom_views")? else { return Ok(true) };
                let views = items.iter().filter_map(|view| View::read(view, true));
                self.add_views(module.to_owned(), views.collect(), false);
            }
            SnapshotFile::Territories => {
                match territories_disabled(content) {
                    Some(Disabled::Module(module)) => {
                        self.without_territories.insert(module);
                        return Ok(true);
                    }
                    Some(Disabled::Organisation) => {
                        self.territories = Some(Vec::new());
                        return Ok(true);
                    }
                    None => {}
                }
                let Some(List { items, whole }) = answer("territories")? else { return Ok(true) };
                let territories = items.iter().filter_map(Territory::read).collect();
                self.territories = whole.then_some(territories);
            }
            SnapshotFile::Modules => {
                let Some(List { items, whole }) = answer("modules")? else { return Ok(true) };
                let mut modules = BTreeMap::new();
                for module in &items {
                    if flag(module, "api_supported") == Some(false) {
                        continue;
                    }
                    let Some(name) = text(module, "api_name") else { continue };
                    for key in ["plural_label", "singular_label", "module_name"] {
                        let other = text(module, key).filter(|other| *other != name);
                        self.module_names.extend(other.map(|other| (other, name.clone())));
                    }
                    modules.insert(name, text(module, "generated_type"));
                }
                self.modules = whole.then_some(modules);
            }
            SnapshotFile::Counts => self.add_counts(content)?,
            SnapshotFile::User => self.add_user(content)?,
            SnapshotFile::Overrides => self.add_overrides(content)?,
            // When a snapshot was taken is not a fact about the organisation.
            SnapshotFile::Snapshot => return Ok(false),
        }
        Ok(true)
    }

    /// The maps of picklists, as fields write them. None there does not mean that there is none.
    fn add_maps(&mut self, module: &str, fields: &[Value]) {
        for dependency in fields.iter().flat_map(Dependency::of_field) {
            dependency.add_to(self.dependencies.entry(module.to_owned()).or_default());
        }
    }

    /// Views of a list, or a view asked for alone, which says nothing about the others.
    fn add_views(&mut self, module: String, views: Vec<View>, complete: bool) {
        let known = self.views.entry(module).or_default();
        known.complete |= complete;
        for view in views {
            match known.views.iter_mut().find(|old| old.id == view.id) {
                Some(old) if view.criteria_fields.is_some() => *old = view,
                Some(_) => {}
                None => known.views.push(view),
            }
        }
    }

    fn add_counts(&mut self, content: &str) -> Result<(), SnapshotError> {
        let Value::Object(counts) = json(content)? else {
            return Err(error("expected an object of custom view ids"));
        };
        for (id, count) in &counts {
            let Ok(view) = massup_model::id::parse_digits(id) else {
                return Err(error(format!("key `{id}` is not a custom view id")));
            };
            let when = text(count, "as_of");
            let Some(count) = number(count, "count") else {
                return Err(error(format!("`{id}` has no `count`; expected a whole number")));
            };
            self.counts.insert(view, count);
            self.counted.extend(when.map(|when| (view, when)));
        }
        Ok(())
    }

    fn add_user(&mut self, content: &str) -> Result<(), SnapshotError> {
        let Value::Object(user) = json(content)? else {
            return Err(error("expected an object with `scopes`, `edition` or `profile_id`"));
        };
        if let Some(code) = error_code(&user) {
            return Err(error(format!(
                "this is the error answer `{code}`, not a description of the user"
            )));
        }
        let wrong = |key: &str, expected: &str| error(format!("`{key}` is not {expected}"));
        let words = |key: &str| match user.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) if key == "profile_id" => Ok(Some(number.to_string())),
            Some(_) => Err(wrong(key, "a string")),
        };
        // An answer of the accounts server has `scope`.
        let scopes = match user.get("scopes").or_else(|| user.get("scope")) {
            None | Some(Value::Null) => None,
            Some(Value::String(list)) => Some(scopes_in(list).collect()),
            Some(Value::Array(list)) => {
                let mut scopes = Vec::new();
                for item in list {
                    let item = item.as_str().ok_or_else(|| wrong("scopes", "a list of scopes"))?;
                    scopes.extend(scopes_in(item));
                }
                Some(scopes)
            }
            Some(_) => return Err(wrong("scopes", "a list of scopes")),
        };
        let (mut edition, mut profile) = (words("edition")?, words("profile_id")?);
        // Answers of the Users API and of the Organization API.
        let first = |list: &str| user.get(list).and_then(|list| list.get(0));
        if let Some(found) = first("users").and_then(|user| id(user.get("profile")?, "id")) {
            profile = profile.or(Some(found.to_string()));
        }
        if let Some(found) =
            first("org").and_then(|org| text(org.get("license_details")?, "paid_type"))
        {
            edition = edition.or(Some(found));
        }
        self.scopes = scopes.or_else(|| self.scopes.take());
        self.edition = edition.or_else(|| self.edition.take());
        self.profile = profile.or_else(|| self.profile.take());
        Ok(())
    }

    fn add_overrides(&mut self, content: &str) -> Result<(), SnapshotError> {
        let modules: BTreeMap<String, Associations> =
            toml::from_str(content).map_err(|why| error(placed(&why, content)))?;
        for (name, module) in modules {
            let Associations { layout_rules, validation_rules, validation_rules_secondary } =
                self.associations.entry(name).or_default();
            *layout_rules = module.layout_rules.or_else(|| layout_rules.take());
            *validation_rules = module.validation_rules.or_else(|| validation_rules.take());
            *validation_rules_secondary =
                module.validation_rules_secondary.or_else(|| validation_rules_secondary.take());
        }
        Ok(())
    }
}

fn error(message: impl Into<String>) -> SnapshotError {
    SnapshotError { message: message.into() }
}

fn json(content: &str) -> Result<Value, SnapshotError> {
    serde_json::from_str(content).map_err(|e| error(format!("this is not JSON: {e}")))
}

/// The scopes in a text, which separates them with commas or spaces.
fn scopes_in(text: &str) -> impl Iterator<Item = String> {
    text.split([',', ';', ' ', '\t', '\n', '\r'])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
}

/// The code of an error answer of the API or of the accounts server.
fn error_code(answer: &serde_json::Map<String, Value>) -> Option<&str> {
    let of_api = answer.get("code").filter(|_| answer.get("status") != Some(&"success".into()));
    of_api.or_else(|| answer.get("error"))?.as_str()
}

/// Where territories are not enabled.
enum Disabled {
    Organisation,
    Module(String),
}

/// Where territories are not enabled, according to an error answer.
fn territories_disabled(content: &str) -> Option<Disabled> {
    let answer: Value = serde_json::from_str(content).ok()?;
    let code = answer.get("code")?.as_str()?;
    if !["FEATURE_NOT_ENABLED", "TERRITORY_NOT_ENABLED"].contains(&code) {
        return None;
    }
    let message = text(&answer, "message").unwrap_or_default();
    let module = message.split_once(" for ").and_then(|(_, rest)| rest.split_once(" Module"));
    Some(match module {
        Some((name, _)) => Disabled::Module(name.trim_start_matches("the ").trim().to_owned()),
        None => Disabled::Organisation,
    })
}

/// The entries of an answer.
struct List {
    items: Vec<Value>,
    /// Whether all pages are present.
    whole: bool,
}

/// Entries on a full page of a list. A list without page numbers that has a multiple of it may continue.
const PAGE: usize = 200;

/// The entries under the root key of an answer, from all its pages.
fn all(content: &str, key: &str) -> Result<Option<List>, SnapshotError> {
    let mut found = Vec::new();
    let (mut numbers, mut last) = (BTreeSet::new(), None);
    for page in serde_json::Deserializer::from_str(content).into_iter::<Value>() {
        let page = page.map_err(|e| error(format!("this is not JSON: {e}")))?;
        let pages = match page {
            Value::Array(entries) if is_bare(&entries, key) => {
                let more = !entries.is_empty() && entries.len() % PAGE == 0 && key != "fields";
                vec![serde_json::json!({ key: entries, "info": { "more_records": more } })]
            }
            Value::Array(pages) => pages,
            // An entry of its own, without the root key.
            Value::Object(entry) if entry.contains_key("id") && !entry.contains_key(key) => {
                vec![serde_json::json!({ key: [entry] })]
            }
            page => vec![page],
        };
        for mut page in pages {
            let info = page.get("info").unwrap_or(&Value::Null);
            let number = number(info, "page").unwrap_or(numbers.len() as u64 + 1);
            numbers.insert(number);
            if flag(info, "more_records") != Some(true) {
                last = Some(number);
            }
            match page.get_mut(key).map(Value::take) {
                Some(Value::Array(items)) => found.extend(items),
                // An entry requested by its id may be an object.
                Some(one @ Value::Object(_)) => found.push(one),
                _ => {
                    let code = page.as_object().and_then(error_code);
                    return Err(error(match code {
                        Some(code) => format!(
                            "this is the error answer `{code}`, not an answer with `{key}`; request it again"
                        ),
                        None => format!("expected an answer with `{key}`"),
                    }));
                }
            }
        }
    }
    let whole = last.is_some_and(|last| (1..=last).all(|number| numbers.contains(&number)));
    Ok(Some(List { items: found, whole }))
}

/// Whether an array contains the entries themselves, not pages of them.
fn is_bare(entries: &[Value], key: &str) -> bool {
    let named = |entry: &Value| entry.get("api_name").or_else(|| entry.get("id")).is_some();
    entries.is_empty() || entries.iter().any(|entry| named(entry) && entry.get(key).is_none())
}

/// The fields for which a layout names a validation rule; `None` where no layout has the key.
fn validated(layouts: &[Value]) -> Option<BTreeSet<String>> {
    let mut known = None;
    for section in layouts.iter().flat_map(|layout| items(layout, "sections")) {
        for field in items(section, "fields") {
            if let (Some(rule), Some(name)) =
                (field.get("validation_rule"), text(field, "api_name"))
            {
                let known = known.get_or_insert_with(BTreeSet::new);
                if !rule.is_null() {
                    known.insert(name);
                }
            }
        }
    }
    known
}

/// What is wrong with a TOML text, on one line, with its place.
fn placed(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().trim().replace('\n', ", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}

#[cfg(test)]
mod tests;
