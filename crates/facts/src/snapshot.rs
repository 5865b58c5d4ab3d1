//! The files of a snapshot folder.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::lenient::{flag, items, number, text};
use super::{Associations, Dependency, Facts, Field, SnapshotFile, Territory, View};

/// A file of a snapshot could not be read. What the files before it told is kept.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SnapshotError {
    message: String,
}

impl Facts {
    /// Adds what a file of a snapshot holds; `name` is its path in the directory, with `/`: see
    /// [`SnapshotFile`].
    ///
    /// Answers are read as any version of the API writes them; several pages may follow one another in
    /// a file, or stand in an array; a list whose last page is missing is known not to be whole. An empty
    /// file tells nothing. Keys that are not known are passed over, and files of other names as well: then
    /// the answer is `Ok(false)`.
    ///
    /// # Errors
    ///
    /// The text is no JSON (or TOML), or lacks the key that such an answer has, or one of our own files
    /// holds a value of a wrong type.
    pub fn add(&mut self, name: &str, content: &str) -> Result<bool, SnapshotError> {
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let Some(file) = SnapshotFile::parse(name) else { return Ok(false) };
        // An answer without content, or a call that failed, leaves an empty file: it tells nothing.
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
                // What overrides.toml says comes first, whichever is read first.
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
                return Err(error(format!("key `{id}` is no custom view id")));
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
        let wrong = |key: &str, expected: &str| error(format!("`{key}` is not {expected}"));
        let words = |key: &str| match user.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) if key == "profile_id" => Ok(Some(number.to_string())),
            Some(_) => Err(wrong(key, "a string")),
        };
        let scopes = match user.get("scopes") {
            None | Some(Value::Null) => None,
            Some(Value::Array(list)) => {
                let scopes: Option<Vec<_>> =
                    list.iter().map(|scope| scope.as_str().map(str::to_owned)).collect();
                Some(scopes.ok_or_else(|| wrong("scopes", "an array of strings"))?)
            }
            Some(_) => return Err(wrong("scopes", "an array of strings")),
        };
        let (edition, profile) = (words("edition")?, words("profile_id")?);
        self.scopes = scopes.or_else(|| self.scopes.take());
        self.edition = edition.or_else(|| self.edition.take());
        self.profile = profile.or_else(|| self.profile.take());
        Ok(())
    }

    fn add_overrides(&mut self, content: &str) -> Result<(), SnapshotError> {
        let modules: BTreeMap<String, Associations> =
            toml::from_str(content).map_err(|e| error(e.to_string().trim().to_owned()))?;
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

/// What an answer lists.
struct List {
    items: Vec<Value>,
    /// Whether no page of it is missing.
    whole: bool,
}

/// The items under the root key of an answer, of all its pages.
fn all(content: &str, key: &str) -> Result<Option<List>, SnapshotError> {
    let mut found = Vec::new();
    let (mut numbers, mut last) = (BTreeSet::new(), None);
    for page in serde_json::Deserializer::from_str(content).into_iter::<Value>() {
        let page = page.map_err(|e| error(format!("this is not JSON: {e}")))?;
        let pages = if let Value::Array(pages) = page { pages } else { vec![page] };
        for mut page in pages {
            let info = page.get("info").unwrap_or(&Value::Null);
            let number = number(info, "page").unwrap_or(numbers.len() as u64 + 1);
            numbers.insert(number);
            if flag(info, "more_records") != Some(true) {
                last = Some(number);
            }
            match page.get_mut(key).map(Value::take) {
                Some(Value::Array(items)) => found.extend(items),
                // One asked for by its id may come alone.
                Some(one @ Value::Object(_)) => found.push(one),
                _ => {
                    let code = page.get("code").and_then(Value::as_str);
                    let found =
                        code.map_or_else(String::new, |code| format!("; found the error `{code}`"));
                    return Err(error(format!("expected an answer with `{key}`{found}")));
                }
            }
        }
    }
    let whole = last.is_some_and(|last| (1..=last).all(|number| numbers.contains(&number)));
    Ok(Some(List { items: found, whole }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_any_version_and_several_pages_are_read() {
        let mut facts = Facts::default();
        let pages = r#"{"fields": [{"api_name": "City", "id": 5, "mass_update": "yes", "new": {}}]}
            [{"fields": [{"api_name": "Fax", "unique": {"case_sensitive": false}}, {"id": "7"}]}]"#;
        assert!(facts.add("fields/Leads.json", pages).unwrap());
        let fields = &facts.fields["Leads"];
        assert_eq!(fields.len(), 2, "what has no name is no field");
        assert_eq!((fields[0].mass_update, fields[0].unique), (None, None), "unknown is not false");
        assert_eq!(fields[1].unique, Some(true));

        let one = r#"{"custom_views": [{"id": 9, "criteria": {"field": "City", "comparator": "equal"}}]}"#;
        facts.add("custom_views/Leads/9.json", one).unwrap();
        let views = &facts.views["Leads"];
        assert!(!views.complete && views.find(9).is_some());
        facts
            .add("custom_views/Leads.json", r#"{"custom_views": [{"id": "9"}, {"id": "8"}]}"#)
            .unwrap();
        let views = &facts.views["Leads"];
        assert!(views.complete && views.find(8).is_some());
        assert!(views.find(9).unwrap().criteria_fields.is_some(), "what was known is kept");
    }

    #[test]
    fn what_is_no_answer_tells_nothing() {
        for (name, content) in [
            ("fields/Leads.json", "{"),
            ("fields/Leads.json", r#"{"code": "INVALID_TOKEN"}"#),
            ("counts.json", r#"{"12": {"count": "many"}}"#),
            ("counts.json", r#"{"twelve": {"count": 1}}"#),
            ("user.json", r#"{"scopes": "all"}"#),
            ("user.json", r#"{"scopes": [1]}"#),
            ("user.json", r#"{"edition": 5}"#),
            ("overrides.toml", "[Leads]\nlayout_rule = []"),
        ] {
            let mut facts = Facts::default();
            assert!(facts.add(name, content).is_err(), "{name}: {content}");
            assert_eq!(facts, Facts::default(), "{name}: {content}");
        }
        assert!(!Facts::default().add("notes/Leads.json", "?").unwrap());
    }

    #[test]
    fn an_empty_file_tells_nothing_and_a_byte_order_mark_nothing_either() {
        let mut facts = Facts::default();
        for name in ["fields/Leads.json", "territories.json", "custom_views/Leads/9.json"] {
            assert!(facts.add(name, " \n").unwrap());
        }
        assert_eq!(facts, Facts::default());
        facts.add("territories.json", "\u{feff}{\"territories\": []}").unwrap();
        assert_eq!(facts.territories, Some(Vec::new()));
    }

    #[test]
    fn a_list_that_lacks_a_page_is_not_whole() {
        let page = |number: u32, more: bool| {
            format!(
                r#"{{"custom_views": [{{"id": "{number}"}}], "territories": [{{"id": "{number}"}}],
                    "info": {{"page": {number}, "more_records": {more}}}}}"#
            )
        };
        for (pages, whole) in [
            (page(1, false), true),
            (page(1, true), false),
            (page(1, true) + &page(2, false), true),
            (page(2, false) + &page(1, true), true),
            (page(2, false), false),
            (page(1, true) + &page(3, false), false),
        ] {
            let mut facts = Facts::default();
            facts.add("custom_views/Leads.json", &pages).unwrap();
            facts.add("territories.json", &pages).unwrap();
            assert_eq!(facts.views["Leads"].complete, whole, "{pages}");
            assert_eq!(facts.territories.is_some(), whole, "{pages}");
        }
    }

    #[test]
    fn the_caller_may_be_told_in_parts_and_by_number() {
        let mut facts = Facts::default();
        facts.add("user.json", r#"{"profile_id": 554023000000026011, "edition": null}"#).unwrap();
        facts.add("user.json", r#"{"scopes": ["a"], "user_id": "7", "name": "Ann"}"#).unwrap();
        assert_eq!(facts.profile.as_deref(), Some("554023000000026011"));
        assert_eq!((facts.scopes, facts.edition), (Some(vec!["a".to_owned()]), None));
    }

    #[test]
    fn maps_of_all_layouts_are_one_and_inactive_ones_none() {
        let one = |active: &str, option: &str| {
            format!(
                r#"{{"map_dependency": [{{{active} "parent": {{"api_name": "Country"}}, "child": {{"api_name": "State"}},
                "pick_list_values": [{{"actual_value": "India", "maps": [{{"actual_value": "{option}"}}]}}, {{"actual_value": "Chile"}}]}}]}}"#
            )
        };
        let pages = one("", "Goa")
            + &one("\"active\": true,", "Kerala")
            + &one("\"active\": false,", "Assam");
        let mut facts = Facts::default();
        facts.add("map_dependency/Leads.json", &pages).unwrap();
        let known = &facts.dependencies["Leads"];
        assert_eq!(known.len(), 1);
        let states = BTreeSet::from(["Goa".to_owned(), "Kerala".to_owned()]);
        assert_eq!(known[0].pairs, BTreeMap::from([("India".to_owned(), states)]));
    }

    #[test]
    fn picklists_tell_what_depends_on_them() {
        let mut facts = Facts::default();
        let layouts = r#"{"layouts": [{"sections": [{"fields": [{"api_name": "Pipeline", "pick_list_values":
            [{"actual_value": "Standard", "maps": [{"api_name": "Stage", "pick_list_values": []}]}]}]}]}]}"#;
        facts.add("layouts/Deals.json", layouts).unwrap();
        let known = &facts.dependencies["Deals"][0];
        assert_eq!((known.parent.as_str(), known.child.as_str()), ("Pipeline", "Stage"));
        assert_eq!(known.pairs, BTreeMap::from([("Standard".to_owned(), BTreeSet::new())]));
    }

    #[test]
    fn overrides_come_before_layouts_in_either_order() {
        let layouts = r#"{"layouts": [{"sections": [{"fields": [
            {"api_name": "City", "validation_rule": {"id": "1"}}, {"api_name": "Fax", "validation_rule": null}]}]}]}"#;
        let overrides = "[Leads]\nvalidation_rules = [\"Company\"]\n";
        let mut facts = Facts::default();
        facts.add("layouts/Leads.json", layouts).unwrap();
        let known = |facts: &Facts| facts.associations["Leads"].validation_rules.clone().unwrap();
        assert_eq!(known(&facts), BTreeSet::from(["City".to_owned()]));
        facts.add("overrides.toml", overrides).unwrap();
        assert_eq!(known(&facts), BTreeSet::from(["Company".to_owned()]));
        facts.add("layouts/Leads.json", layouts).unwrap();
        assert_eq!(known(&facts), BTreeSet::from(["Company".to_owned()]));
    }
}
