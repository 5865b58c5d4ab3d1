//! One record, updated.

use massup_model::{ApiVersion, RecordId};
use serde_json::{Value, json};

use crate::core::Core;
use crate::documented;
use crate::mass_update::refused_by_state;
use crate::metadata::{Field, Layout, Module};
use crate::refusal::{Denial, Refusal};
use crate::store::{Place, Shared, View, cell};

/// What is set on each record of a call or job. The values fit their fields.
pub(crate) struct Change<'a> {
    module: &'a Module,
    place: Place,
    fields: Vec<Set<'a>>,
    over_write: bool,
    version: ApiVersion,
    /// Who changed the record, and when.
    audit: [(u32, Shared); 2],
    sets_blueprint: bool,
    sets_image: bool,
}

/// One field that is set, and the value in the form in which records keep it.
struct Set<'a> {
    field: &'a Field,
    number: u32,
    value: Result<Shared, Denial>,
}

impl Core {
    /// Prepares what is the same for all records of a call or job.
    pub(crate) fn change<'a>(
        &self,
        module: &'a Module,
        fields: &[(String, Value)],
        over_write: bool,
        version: ApiVersion,
        user: &str,
    ) -> Change<'a> {
        let place = self.store.place(&module.api_name);
        let number = |name: &str| self.store.number(place, name);
        let known = fields.iter().filter_map(|(name, given)| Some((module.field(name)?, given)));
        let set = |(field, given): (&'a Field, &Value)| Set {
            field,
            number: number(&field.api_name),
            value: self.resolve(field, given, module).map(cell),
        };
        let fields: Vec<Set<'a>> = known.map(set).collect();
        let name = self.organisation.user(user).map(|user| user.name.clone());
        let audit = [
            (number("Modified_By"), cell(json!({ "name": name, "id": user }))),
            (number("Modified_Time"), cell(self.timestamp().into())),
        ];
        let sets = |test: fn(&Field) -> bool| fields.iter().any(|set| test(set.field));
        let (sets_blueprint, sets_image) = (sets(|field| field.blueprint), sets(Field::is_image));
        Change { module, place, fields, over_write, version, audit, sets_blueprint, sets_image }
    }

    /// Updates a record and gives it as it is then, or says why not; it is then as it was.
    pub(crate) fn update(&self, change: &Change<'_>, id: RecordId) -> Result<View, Denial> {
        let module = change.module;
        let record = self.store.view_at(change.place, id).ok_or(Refusal::IdUnknown)?;
        let refused = refused_by_state(record.row.state, change.sets_blueprint, change.sets_image);
        if let Some(refusal) = refused {
            let denial = Denial::from(refusal).with("id", id.to_string());
            return Err(match refusal {
                Refusal::RecordLocked => denial.with("action", "record_locking"),
                _ => denial,
            });
        }
        let mut cells = Vec::with_capacity(change.fields.len() + change.audit.len());
        for set in &change.fields {
            let new = set.value.as_ref().map_err(Denial::clone)?;
            let present = record.get(&set.field.api_name);
            let new = match present.filter(|_| !change.over_write && set.field.is_several()) {
                Some(present) => cell(union(present, &new.value)),
                None => Shared::clone(new),
            };
            cells.push((set.number, new));
        }
        let after = After { change, record: &record, cells: &cells };
        let layout = layout_of(module, &after);
        for set in &change.fields {
            let value = after.get(&set.field.api_name).unwrap_or(&Value::Null);
            self.options(set.field, value, layout, change.version)?;
            if set.field.unique
                && !value.is_null()
                && self.store.has_other(&module.api_name, &set.field.api_name, value, id)
            {
                return Err(at(Refusal::DuplicateValue, set.field));
            }
        }
        self.mappings(change, &after, layout)?;
        cells.extend(change.audit.iter().cloned());
        self.store.set(change.place, id, &cells).ok_or_else(|| Refusal::IdUnknown.into())
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
                let id = documented::id(id()).and_then(RecordId::from_number);
                self.store.view_of(id.ok_or_else(unknown)?).ok_or_else(unknown)?;
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
        after: &After<'_>,
        layout: Option<&Layout>,
    ) -> Result<(), Denial> {
        if !self.settings.mappings.applies(change.version) {
            return Ok(());
        }
        for map in layout.map(|layout| layout.maps.as_slice()).unwrap_or_default() {
            let set = |name: &String| change.fields.iter().any(|set| set.field.api_name == *name);
            if !set(&map.parent) && !set(&map.child) {
                continue;
            }
            let of = |name: &String| after.get(name).and_then(Value::as_str);
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

/// A record as it would be with a change.
struct After<'a> {
    change: &'a Change<'a>,
    record: &'a View,
    /// The new values, in the order of the change.
    cells: &'a [(u32, Shared)],
}

impl After<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        let mut sets = self.change.fields.iter().zip(self.cells);
        let set = sets.find(|(set, _)| set.field.api_name == name);
        set.map(|(_, (_, cell))| &cell.value).or_else(|| self.record.get(name))
    }
}

fn at(refusal: Refusal, field: &Field) -> Denial {
    Denial::from(refusal).at(&field.api_name, &format!("$.data[0].{}", field.api_name))
}

/// What records hold for an option, however it is named: the value that people see.
fn shown(field: &Field, text: &str) -> String {
    field.option(text).map_or_else(|| text.to_owned(), |option| option.display_value.clone())
}

fn layout_of<'a>(module: &'a Module, record: &After<'_>) -> Option<&'a Layout> {
    let id = record.get("Layout").and_then(|layout| layout.get("id")).and_then(Value::as_str);
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
fn union(present: &Value, added: &Value) -> Value {
    let (Value::Array(options), Value::Array(added)) = (present, added) else {
        return added.clone();
    };
    let mut options = options.clone();
    for option in added {
        if !options.contains(option) {
            options.push(option.clone());
        }
    }
    Value::Array(options)
}
