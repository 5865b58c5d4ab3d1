//! What a rule asks of the facts about a call; what nobody told is reported as unchecked.

use std::collections::{BTreeMap, BTreeSet};

use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Member, Node, Value};

use crate::facts::{Associations, Dependency, Facts, Field, Territory, View, Views};
use crate::sink::{Fact, Sink};

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
    format!("massup pull --module {}", draft.module_name().unwrap_or("MODULE"))
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

/// The members of `data[0]` with the metadata of their fields; those that are no field are left out.
pub(crate) fn fields<'d, 'f>(
    draft: &'d Draft<'d>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Vec<(&'d Member<'d>, &'f Field)> {
    let Some(metadata) = metadata(draft, facts, sink) else { return Vec::new() };
    let field = |member: &Member<'_>| metadata.iter().find(|field| field.api_name == member.key);
    draft.fields().iter().filter_map(|member| Some((member, field(member)?))).collect()
}

/// The same, without members that are `null`: whether that is a value at all is no matter of type.
pub(crate) fn values<'d, 'f>(
    draft: &'d Draft<'d>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Vec<(&'d Member<'d>, &'f Field)> {
    let mut fields = fields(draft, facts, sink);
    fields.retain(|(member, _)| member.value.value != Value::Null);
    fields
}

/// The text of a number, also of one in quotes, which the server may read as a number.
pub(crate) fn number<'n>(value: &'n Node<'_>) -> Option<&'n str> {
    match &value.value {
        Value::Number(text) => Some(text),
        Value::String(text) => {
            let bare = !text.contains(char::is_whitespace);
            let number = serde_json::from_str::<serde_json::Number>(text);
            (bare && number.is_ok()).then_some(text.as_ref())
        }
        _ => None,
    }
}

/// Whether a value is `{"id": …}`, perhaps with a name or a label, as lookups and layouts take it.
pub(crate) fn is_reference(node: &Node<'_>) -> bool {
    node.field("id").is_some_and(|id| matches!(id.value, Value::String(_) | Value::Number(_)))
}

/// The picklists of the module that depend on each other.
pub(crate) fn dependencies<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f [Dependency]> {
    let module = module(draft, sink)?;
    let known = facts.dependencies.get(module);
    if known.is_none() {
        sink.lacks(Fact::Dependencies, || {
            (format!("which picklists of {module} depend on each other"), pull(draft))
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

/// The custom view of the call, as far as it is known.
pub(crate) fn view<'f>(
    draft: &Draft<'_>,
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f View> {
    let views = views(draft, facts, sink)?;
    views.find(draft.key("cvid")?.as_id()?)
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
    draft.fields().iter().filter(|member| listed.contains(member.key.as_ref())).collect()
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
