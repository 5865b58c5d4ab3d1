//! Looks up facts about a call for the rules, and reports missing ones as unchecked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use massup_model::catalogue::{DocumentedError, INVALID_CVID, INVALID_ID};
use massup_model::draft::Kind;
use massup_model::json::{Member, Node, Value, join};
use massup_model::module::is_api_name;
use massup_model::{Draft, Module};

use crate::checker::Shapes;
use crate::facts::{
    Associations, Dependency, Facts, Field, NamedBy, PickOption, Territory, View, Views,
};
use crate::sink::{Fact, Sink};
use crate::suggest::{folded, nearest};

/// The file of the snapshot that describes the caller.
const USER_FILE: &str = ".massup/snapshot/user.json";

/// How to supply the scopes of the token: an answer of the accounts server lists them, no API call does.
pub(crate) fn supply_scopes() -> String {
    format!("write `scopes` to {USER_FILE}")
}

/// How to supply the edition of the organisation.
pub(crate) fn supply_edition(draft: &Draft<'_>) -> String {
    format!("{}, or write `edition` to {USER_FILE}", pull(draft))
}

/// Whether a key inside `data` is a key of the body, which belongs next to `data`.
pub(crate) fn is_misplaced(key: &str) -> bool {
    matches!(key, "ids" | "cvid" | "territory" | "over_write")
}

/// A member of `data[0]` and the metadata of its field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set<'s> {
    pub(crate) member: &'s Member<'s>,
    pub(crate) field: &'s Field,
    /// An index of the options; without it they are searched one by one.
    pub(crate) options: Option<&'s Options>,
}

impl<'s> Set<'s> {
    /// The option that a text names, and how.
    pub(crate) fn option(&self, text: &str) -> Option<(&'s PickOption, NamedBy)> {
        match self.options {
            Some(index) => {
                let (position, by) = *index.0.get(text)?;
                Some((self.field.options.as_deref()?.get(position)?, by))
            }
            None => self.field.option(text),
        }
    }

    /// The options that one text lists, as exports of records write them: `English;Tamil`.
    pub(crate) fn listed<'n>(&self, text: &'n str) -> Option<Vec<&'n str>> {
        let multiple = self.field.data_type() == "multiselectpicklist";
        [';', ','].into_iter().filter(|_| multiple).find_map(|mark| {
            let parts: Vec<_> = text.split(mark).map(str::trim).collect();
            let known = |part: &&str| self.option(part).is_some();
            (parts.len() > 1 && parts.iter().all(known)).then_some(parts)
        })
    }
}

/// The positions of options by all texts that name them.
#[derive(Debug)]
pub(crate) struct Options(HashMap<Box<str>, (usize, NamedBy)>);

impl Options {
    /// Indexes the options of a field, if searching them is slower.
    pub(crate) fn of(field: &Field) -> Option<Self> {
        let options = field.options.as_deref().filter(|options| options.len() > FEW)?;
        let mut index = HashMap::new();
        // In the order of precedence; of duplicates the first counts.
        for by in [NamedBy::Display, NamedBy::Reference, NamedBy::Id] {
            for (position, option) in options.iter().enumerate() {
                let (first, second) = match by {
                    NamedBy::Display => (Some(option.shown.as_str()), None),
                    NamedBy::Reference => {
                        (Some(option.value.as_str()), option.reference.as_deref())
                    }
                    NamedBy::Id => (option.id.as_deref(), None),
                };
                for text in first.into_iter().chain(second) {
                    index.entry(Box::from(text)).or_insert((position, by));
                }
            }
        }
        Some(Self(index))
    }
}

/// The most options that are searched one by one.
const FEW: usize = 16;

/// The module of the call.
pub(crate) fn module<'d>(draft: &'d Draft<'_>, sink: &mut Sink<'_>) -> Option<&'d str> {
    let module = draft.module_name();
    if module.is_none() {
        sink.lacks(Fact::Module, || {
            ("the module of the call".to_owned(), "massup lint --module MODULE".to_owned())
        });
    }
    module
}

/// The command that downloads the metadata of the module of the call.
fn pull(draft: &Draft<'_>) -> String {
    pull_of(draft.module_name())
}

/// The command that downloads the metadata of a module.
fn pull_of(module: Option<&str>) -> String {
    if module == Some("Activities") {
        return "no API describes `Activities`: massup pull --module Tasks".to_owned();
    }
    // A misspelt name cannot be downloaded, and a name with a space would need quotes.
    let module = module.map(|name| match Module::meant_by(name) {
        Some(meant) => meant.api_name,
        None => name,
    });
    let module = module.filter(|name| is_api_name(name)).unwrap_or("MODULE");
    format!("massup pull --module {module}")
}

/// The metadata of all fields of the module.
pub(crate) fn metadata<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f [Field]> {
    if draft.kind == Kind::Status {
        return None;
    }
    let module = module(draft, sink)?;
    let fields = facts.fields_of(module);
    if fields.is_none() {
        sink.lacks(Fact::Fields, || (format!("the field metadata of {module}"), pull(draft)));
    }
    fields.map(Vec::as_slice)
}

/// The API name of the field that a text most likely means: the field with this label, ignoring letter case
/// and separators, or else the field with the nearest name or label.
pub(crate) fn meant_field<'f>(written: &str, metadata: &'f [Field]) -> Option<&'f str> {
    let labels = || metadata.iter().filter_map(|field| Some((field.label.as_deref()?, field)));
    let named = |(_, field): (&str, &'f Field)| field.api_name.as_str();
    if let Some(found) = labels().find(|(label, _)| folded(label) == folded(written)) {
        return Some(named(found));
    }
    nearest(written, metadata.iter().map(|field| field.api_name.as_str())).or_else(|| {
        let near = nearest(written, labels().map(|(label, _)| label))?;
        labels().find(|(label, _)| *label == near).map(named)
    })
}

/// The members of `data[0]` with the metadata of their fields. Members that are not fields are left out.
pub(crate) fn fields<'d, 'f>(
    draft: &'d Draft<'d>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Vec<(&'d Member<'d>, &'f Field)> {
    let Some(metadata) = metadata(draft, facts, sink) else { return Vec::new() };
    let fields = draft.fields().iter().zip(sink.positions(facts));
    fields.filter_map(|(member, position)| Some((member, metadata.get((*position)?)?))).collect()
}

/// A value in the metadata of a field; reports the rule as unchecked if it is missing.
pub(crate) fn told<T>(value: Option<T>, key: &'static str, sink: &mut Sink<'_>) -> Option<T> {
    if value.is_none() {
        let module = sink.module_name();
        sink.lacks(Fact::Value(key), || {
            let name = module.unwrap_or_default();
            (format!("`{key}` in the field metadata of {name}"), pull_of(module))
        });
    }
    value
}

/// The same, without members that are `null`: rules on types and formats do not apply to them.
pub(crate) fn values<'d>(
    draft: &'d Draft<'d>,
    facts: &'d Facts,
    shapes: &'d Shapes,
    sink: &mut Sink<'_>,
) -> Vec<Set<'d>> {
    let options = |field: &'d Field| {
        field.options.as_ref().filter(|options| options.len() > FEW)?;
        let named = shapes.named(facts, draft.module_name()?, &field.api_name)?;
        named.options(field).map(Arc::as_ref)
    };
    let fields = fields(draft, facts, sink).into_iter();
    let fields = fields.filter(|(member, _)| member.value.value != Value::Null);
    fields.map(|(member, field)| Set { member, field, options: options(field) }).collect()
}

/// The text of a number, also of a number in quotes, which the server may read as a number.
pub(crate) fn number<'n>(value: &'n Node<'_>) -> Option<&'n str> {
    match &value.value {
        Value::Number(text) => Some(text),
        Value::String(text) => {
            // An error of the library would be allocated.
            let first = text.bytes().next().is_some_and(|b| b == b'-' || b.is_ascii_digit());
            let bare = first && !text.contains(char::is_whitespace);
            if !bare {
                return None;
            }
            let number = serde_json::from_str::<serde_json::Number>(text);
            number.is_ok().then_some(text.as_ref())
        }
        _ => None,
    }
}

/// Whether a value is `{"id": …}`, as for lookups and layouts; other keys may follow.
pub(crate) fn is_reference(node: &Node<'_>) -> bool {
    let may_be_id =
        |id: &Node<'_>| matches!(id.value, Value::String(_) | Value::Number(_) | Value::Unknown(_));
    node.field("id").is_some_and(may_be_id)
}

/// The value itself if it is a string, or its items that are strings, with their indexes.
pub(crate) fn texts<'n>(value: &'n Node<'_>) -> impl Iterator<Item = (Option<usize>, &'n str)> {
    let own = value.as_str().map(|text| (None, text));
    let items = value.as_array().unwrap_or_default().iter().enumerate();
    own.into_iter().chain(items.filter_map(|(index, item)| Some((Some(index), item.as_str()?))))
}

/// The pointer to the value of a field, or to one of its items.
pub(crate) fn pointer(member: &Member<'_>, index: Option<usize>) -> String {
    let pointer = join("/data/0", &member.key);
    index.map_or(pointer.clone(), |index| join(&pointer, index))
}

/// The picklists of the module that depend on each other.
pub(crate) fn dependencies<'f>(facts: &'f Facts, sink: &mut Sink<'_>) -> Option<&'f [Dependency]> {
    let module = sink.module_name()?;
    let known = facts.dependencies_of(module);
    if known.is_none() {
        sink.lacks(Fact::Dependencies, || {
            (format!("which picklists of {module} depend on each other"), pull_of(Some(module)))
        });
    }
    known.map(Vec::as_slice)
}

/// The custom views of the module, for a call that names one.
pub(crate) fn views<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f Views> {
    if !draft.has_view() {
        return None;
    }
    let module = module(draft, sink)?;
    let views = facts.views_of(module);
    if views.is_none() {
        sink.lacks(Fact::Views, || (format!("the custom views of {module}"), pull(draft)));
    }
    views
}

/// The server's answer to a `cvid` without a view. Before v8 it is the answer to any invalid id.
pub(crate) fn wrong_view(draft: &Draft<'_>) -> &'static DocumentedError {
    if INVALID_CVID.is_documented_for(draft.version_or_latest()) {
        &INVALID_CVID
    } else {
        &INVALID_ID
    }
}

/// The custom view of the call, as far as it is known.
pub(crate) fn view<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f View> {
    let views = views(draft, facts, sink)?;
    let id = draft.key("cvid")?.as_id()?;
    let view = views.find(id);
    // A view that is missing in a complete list is reported by another rule.
    if view.is_none() && !views.complete {
        sink.lacks(Fact::View, || (format!("custom view {id}"), pull(draft)));
    }
    view
}

/// The number of records in the custom view of the call.
pub(crate) fn count(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) -> Option<u64> {
    if !draft.has_view() {
        return None;
    }
    let view = draft.key("cvid").and_then(Node::as_id);
    let count = view.and_then(|view| facts.counts.get(&view).copied());
    if count.is_none() {
        sink.lacks(Fact::Count, || {
            ("the number of records in the custom view".to_owned(), pull(draft))
        });
    }
    count
}

/// The number of records that the call updates: those of its custom view, unless a territory narrows it.
pub(crate) fn reached(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) -> Option<u64> {
    let count = count(draft, facts, sink)?;
    if draft.has_territory() && count > 0 {
        uncounted_territory(sink);
        return None;
    }
    Some(count)
}

/// Reports that the number of records of the view within the territory is unknown.
pub(crate) fn uncounted_territory(sink: &mut Sink<'_>) {
    sink.lacks(Fact::CountInTerritory, || {
        (
            "the number of records of the custom view in the territory".to_owned(),
            "no API counts them: create a custom view of exactly these records".to_owned(),
        )
    });
}

/// The territories of the organisation, for a call that names one.
pub(crate) fn territories<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f [Territory]> {
    if facts.territories.is_none() {
        sink.lacks(Fact::Territories, || {
            ("the territories of the organisation".to_owned(), pull(draft))
        });
    }
    facts.territories.as_deref()
}

/// The organisation's modules: API names, and kinds where they are known.
pub(crate) fn modules<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f BTreeMap<String, Option<String>>> {
    if facts.modules.is_none() {
        sink.lacks(Fact::Modules, || ("the modules of the organisation".to_owned(), pull(draft)));
    }
    facts.modules.as_ref()
}

/// The members of `data[0]` whose fields are in a list of associations.
pub(crate) fn associated<'d>(
    draft: &'d Draft<'d>,
    facts: &Facts,
    sink: &mut Sink<'_>,
    list: impl Fn(&Associations) -> Option<&BTreeSet<String>>,
) -> Vec<&'d Member<'d>> {
    if draft.kind == Kind::Status {
        return Vec::new();
    }
    let Some(module) = module(draft, sink) else { return Vec::new() };
    let Some(listed) = facts.associations_of(module).and_then(list) else {
        sink.lacks(Fact::Associations, || {
            (
                format!("the fields in layout and validation rules of {module}"),
                format!("list them under `[{module}]` in .massup/snapshot/overrides.toml"),
            )
        });
        return Vec::new();
    };
    // People who write the list may use labels.
    let fields = facts.fields_of(module).map(Vec::as_slice).unwrap_or_default();
    let label = |name: &str| fields.iter().find(|field| field.api_name == name)?.label.as_deref();
    let is_listed = |member: &&Member<'_>| {
        let name = member.key.as_ref();
        listed.contains(name) || label(name).is_some_and(|label| listed.contains(label))
    };
    draft.fields().iter().filter(is_listed).collect()
}

/// The API names in the criteria of the custom view of the call.
pub(crate) fn criteria<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f BTreeSet<String>> {
    let View { id, criteria_fields, .. } = view(draft, facts, sink)?;
    if criteria_fields.is_none() {
        sink.lacks(Fact::Criteria, || (format!("the criteria of custom view {id}"), pull(draft)));
    }
    criteria_fields.as_ref()
}

#[cfg(test)]
mod tests;
