//! One record, updated.

use massup_model::{ApiVersion, RecordId};
use serde_json::{Map, Value, json};

use crate::documented;
use crate::emulator::Core;
use crate::mass_update::refused_by_state;
use crate::metadata::{Field, Layout, Module};
use crate::refusal::{Denial, Refusal};

/// What is set on each record of a call or job. The values fit their fields.
pub(crate) struct Change<'a> {
    pub(crate) module: &'a Module,
    pub(crate) fields: Vec<(String, Value)>,
    pub(crate) over_write: bool,
    pub(crate) version: ApiVersion,
    pub(crate) user: String,
}

impl Core {
    /// Updates a record and gives its new data, or says why not; it is then as it was.
    pub(crate) fn update(
        &self,
        change: &Change<'_>,
        id: RecordId,
    ) -> Result<Map<String, Value>, Denial> {
        let module = change.module;
        let mut record = self.store.record(&module.api_name, id)?.ok_or(Refusal::IdUnknown)?;
        let sets = |test: fn(&Field) -> bool| {
            change.fields.iter().any(|(name, _)| module.field(name).is_some_and(test))
        };
        let refused = refused_by_state(record.state, sets(|f| f.blueprint), sets(Field::is_image));
        if let Some(refusal) = refused {
            let denial = Denial::from(refusal).with("id", id.to_string());
            return Err(match refusal {
                Refusal::RecordLocked => denial.with("action", "record_locking"),
                _ => denial,
            });
        }
        let data = &mut record.data;
        for (name, given) in &change.fields {
            let Some(field) = module.field(name) else { return Err(Refusal::FieldUnknown.into()) };
            let value = self.resolve(field, given, module)?;
            let value = match (field.data_type.as_str(), data.get(name)) {
                ("multiselectpicklist", Some(present)) if !change.over_write => {
                    union(present, value)
                }
                _ => value,
            };
            data.insert(name.clone(), value);
        }
        let layout = layout_of(module, data);
        for (name, _) in &change.fields {
            let Some(field) = module.field(name) else { continue };
            let value = data.get(name).unwrap_or(&Value::Null);
            self.options(field, value, layout, change.version)?;
            if field.unique
                && !value.is_null()
                && self.store.has_other(&module.api_name, name, value, id)?
            {
                return Err(at(Refusal::DuplicateValue, field));
            }
        }
        self.mappings(change, data, layout)?;
        let name = self.organisation.user(&change.user).map(|user| user.name.clone());
        data.insert("Modified_By".to_owned(), json!({ "name": name, "id": change.user }));
        data.insert("Modified_Time".to_owned(), self.timestamp().into());
        self.store.set_data(id, data)?;
        Ok(record.data)
    }

    /// The value in the form in which records keep it: options by what people see, references with their
    /// names.
    fn resolve(&self, field: &Field, given: &Value, module: &Module) -> Result<Value, Denial> {
        let unknown = || at(Refusal::ReferenceUnknown, field);
        let id = || given.get("id").and_then(Value::as_str).unwrap_or_default();
        match (field.data_type.as_str(), given) {
            (_, Value::Null) => Ok(Value::Null),
            ("picklist", Value::String(text)) => Ok(shown(field, text).into()),
            ("multiselectpicklist", Value::Array(items)) => {
                Ok(items.iter().filter_map(Value::as_str).map(|text| shown(field, text)).collect())
            }
            ("layout", _) => {
                let layout = module.layouts.iter().find(|layout| layout.id == id());
                let layout = layout.ok_or_else(unknown)?;
                Ok(json!({ "id": layout.id, "name": layout.name }))
            }
            ("userlookup" | "ownerlookup", _) => {
                let user = self.organisation.user(id()).ok_or_else(unknown)?;
                Ok(json!({ "id": user.id, "name": user.name }))
            }
            ("lookup", _) => {
                let id =
                    documented::id(id()).and_then(RecordId::from_number).ok_or_else(unknown)?;
                self.store.data_of(id)?.ok_or_else(unknown)?;
                Ok(given.clone())
            }
            _ => Ok(given.clone()),
        }
    }

    /// Whether the options of a picklist are there, in the field and in the record's layout.
    fn options(
        &self,
        field: &Field,
        value: &Value,
        layout: Option<&Layout>,
        version: ApiVersion,
    ) -> Result<(), Denial> {
        if !matches!(field.data_type.as_str(), "picklist" | "multiselectpicklist") {
            return Ok(());
        }
        let of_layout = layout.and_then(|layout| layout.options.get(&field.api_name));
        for text in texts(value) {
            let option = field.option(text);
            if option.is_none() && matches!(field.api_name.as_str(), "Stage" | "Pipeline") {
                return Err(at(Refusal::MappingMismatch, field));
            }
            if !self.settings.unknown_options.applies(version) {
                continue;
            }
            if option.is_none() {
                return Err(at(Refusal::OptionUnknown, field));
            }
            let in_layout =
                |names: &Vec<String>| names.iter().any(|name| field.option(name) == option);
            if of_layout.is_some_and(|names| !in_layout(names)) {
                return Err(at(Refusal::OptionNotInLayout, field));
            }
        }
        Ok(())
    }

    /// Whether the options that the change sets go with those they depend on.
    fn mappings(
        &self,
        change: &Change<'_>,
        data: &Map<String, Value>,
        layout: Option<&Layout>,
    ) -> Result<(), Denial> {
        if !self.settings.mappings.applies(change.version) {
            return Ok(());
        }
        for map in layout.map(|layout| layout.maps.as_slice()).unwrap_or_default() {
            let set = |name: &String| change.fields.iter().any(|(field, _)| field == name);
            if !set(&map.parent) && !set(&map.child) {
                continue;
            }
            let of = |name: &String| data.get(name).and_then(Value::as_str);
            let (Some(parent), Some(child)) = (of(&map.parent), of(&map.child)) else { continue };
            let same = |field: &str, a: &str, b: &str| {
                let field = change.module.field(field);
                a == b || field.is_some_and(|f| f.option(a).is_some() && f.option(a) == f.option(b))
            };
            let parents = map.maps.iter().filter(|(option, _)| same(&map.parent, option, parent));
            let mut children = parents.flat_map(|(_, children)| children);
            if !children.any(|option| same(&map.child, option, child)) {
                let path = format!("$.data[0].{}", map.child);
                let denial = Denial::from(Refusal::MappingMismatch).at(&map.child, &path);
                return Err(denial.with("mapped_field", map.parent.as_str()));
            }
        }
        Ok(())
    }
}

fn at(refusal: Refusal, field: &Field) -> Denial {
    Denial::from(refusal).at(&field.api_name, &format!("$.data[0].{}", field.api_name))
}

/// What records hold for an option, however it is named: the value that people see.
fn shown(field: &Field, text: &str) -> String {
    field.option(text).map_or_else(|| text.to_owned(), |option| option.display_value.clone())
}

fn layout_of<'a>(module: &'a Module, data: &Map<String, Value>) -> Option<&'a Layout> {
    let id = data.get("Layout").and_then(|layout| layout.get("id")).and_then(Value::as_str);
    module.layouts.iter().find(|layout| Some(layout.id.as_str()) == id).or(module.layouts.first())
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The options present, and the new ones that are not among them.
fn union(present: &Value, added: Value) -> Value {
    let (Value::Array(mut options), Value::Array(added)) = (present.clone(), added.clone()) else {
        return added;
    };
    for option in added {
        if !options.contains(&option) {
            options.push(option);
        }
    }
    Value::Array(options)
}
