//! What a rule asks of the facts about a call; what nobody told is reported as unchecked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use massup_model::Draft;
use massup_model::catalogue::{DocumentedError, INVALID_CVID, INVALID_ID};
use massup_model::draft::Kind;
use massup_model::json::{Member, Node, Value, join};
use massup_model::request::is_field_name;

use crate::facts::{Associations, Dependency, Facts, Field, PickOption, Territory, View, Views};
use crate::sink::{Fact, Sink};
use crate::suggest::{folded, nearest};

/// How to tell massup about the caller.
pub(crate) const USER: &str =
    "massup pull, or write `scopes` and `edition` into .massup/snapshot/user.json";

/// A member of `data[0]` and the metadata of its field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set<'s> {
    pub(crate) member: &'s Member<'s>,
    pub(crate) field: &'s Field,
    /// An index of the options; without it they are searched one by one.
    pub(crate) options: Option<&'s Options>,
}

impl<'s> Set<'s> {
    /// The option with a value.
    pub(crate) fn option(&self, value: &str) -> Option<&'s PickOption> {
        let options = self.field.options.as_deref()?;
        match self.options {
            Some(index) => options.get(*index.0.get(value)?),
            None => options.iter().find(|option| option.value == value),
        }
    }
}

/// The positions of options by their values.
#[derive(Debug)]
pub(crate) struct Options(HashMap<Box<str>, usize>);

impl Options {
    /// Indexes the options of a field, if searching them is slower.
    pub(crate) fn of(field: &Field) -> Option<Self> {
        let options = field.options.as_deref().filter(|options| options.len() > FEW)?;
        // Of duplicates the first counts.
        let options = options.iter().enumerate().rev();
        Some(Self(options.map(|(index, option)| (option.value.as_str().into(), index)).collect()))
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

/// How to get what the metadata APIs tell of the module of the call.
fn pull(draft: &Draft<'_>) -> String {
    pull_of(draft.module_name().unwrap_or("MODULE"))
}

fn pull_of(module: &str) -> String {
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
    let fields = facts.fields.get(module);
    if fields.is_none() {
        sink.lacks(Fact::Fields, || (format!("fields metadata of {module}"), pull(draft)));
    }
    fields.map(Vec::as_slice)
}

/// The API name of the field that a text most likely means: the one with this label, letter case and
/// separators aside, or else the one with the nearest name or label.
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

/// The members of `data[0]` with the metadata of their fields; those that are no field are left out.
pub(crate) fn fields<'d, 'f>(
    draft: &'d Draft<'d>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Vec<(&'d Member<'d>, &'f Field)> {
    if metadata(draft, facts, sink).is_none() {
        return Vec::new();
    }
    // `id` is listed as a field, and none that can be set: that is another rule's finding.
    let field = |member: &Member<'_>| {
        sink.metadata(facts, &member.key).filter(|field| is_field_name(&field.api_name))
    };
    draft.fields().iter().filter_map(|member| Some((member, field(member)?))).collect()
}

/// What the metadata of a field tells under a key; unchecked where it lacks the key.
pub(crate) fn told<T>(value: Option<T>, key: &str, sink: &mut Sink<'_>) -> Option<T> {
    if value.is_none() {
        let module = sink.module_name().unwrap_or_default();
        sink.unchecked(|| (format!("`{key}` in the fields metadata of {module}"), pull_of(module)));
    }
    value
}

/// The same, without members that are `null`: whether that is a value at all is no matter of type.
pub(crate) fn values<'d>(
    draft: &'d Draft<'d>,
    facts: &'d Facts,
    sink: &mut Sink<'_>,
) -> Vec<Set<'d>> {
    let fields = fields(draft, facts, sink).into_iter();
    let fields = fields.filter(|(member, _)| member.value.value != Value::Null);
    fields.map(|(member, field)| Set { member, field, options: None }).collect()
}

/// The text of a number, also of one in quotes, which the server may read as a number.
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

/// Whether a value is `{"id": …}`, perhaps with a name or a label, as lookups and layouts take it.
pub(crate) fn is_reference(node: &Node<'_>) -> bool {
    node.field("id").is_some_and(|id| matches!(id.value, Value::String(_) | Value::Number(_)))
}

/// The text of a value, or those of its items with their indexes.
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
    let known = facts.dependencies.get(module);
    if known.is_none() {
        sink.lacks(Fact::Dependencies, || {
            (format!("which picklists of {module} depend on each other"), pull_of(module))
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
    let views = facts.views.get(module);
    if views.is_none() {
        sink.lacks(Fact::Views, || (format!("the custom views of {module}"), pull(draft)));
    }
    views
}

/// What the server answers for a `cvid` that names no view: of its own before v8 there is no answer.
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
    // In a list that is whole it would stand, so that it is missing is another rule's finding.
    if view.is_none() && !views.complete {
        sink.lacks(Fact::View, || (format!("custom view {id}"), pull(draft)));
    }
    view
}

/// How many records the custom view of the call holds.
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

/// How many records the call reaches: those of its custom view, unless a territory narrows it.
pub(crate) fn reached(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) -> Option<u64> {
    let count = count(draft, facts, sink)?;
    if draft.has_territory() && count > 0 {
        uncounted_territory(sink);
        return None;
    }
    Some(count)
}

/// Says that nobody knows how many records of a view are in a territory.
pub(crate) fn uncounted_territory(sink: &mut Sink<'_>) {
    sink.unchecked(|| {
        (
            "how many records of the custom view are in the territory",
            "no API counts them: make a custom view of just these records",
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

/// The organisation's modules: API names, and kinds where they are told.
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
    let Some(listed) = facts.associations.get(module).and_then(list) else {
        sink.lacks(Fact::Associations, || {
            (
                format!("the fields of layout and validation rules of {module}"),
                format!("list them under `[{module}]` in .massup/snapshot/overrides.toml"),
            )
        });
        return Vec::new();
    };
    // Who writes the list by hand may write labels.
    let fields = facts.fields.get(module).map(Vec::as_slice).unwrap_or_default();
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
