//! What a rule asks of the facts about a call; what nobody told is reported as unchecked.

use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Member, Node, Value};

use crate::facts::{Facts, Field, View, Views};
use crate::sink::Sink;

/// Where the answers of the metadata APIs are kept.
const FOLDER: &str = ".massup/snapshot";

/// The module of the call.
pub(crate) fn module<'d>(draft: &'d Draft<'_>, sink: &mut Sink<'_>) -> Option<&'d str> {
    let module = draft.module_name();
    if module.is_none() {
        sink.unchecked("the module of the call", "massup lint --module MODULE");
    }
    module
}

/// The answer that a fact is read from, and where to keep it.
fn save(resource: &str, module: Option<&str>) -> String {
    match module {
        Some(module) => format!(
            "save the answer of GET /crm/v8/settings/{resource}?module={module} as {FOLDER}/{resource}/{module}.json"
        ),
        None => format!(
            "save the answer of GET /crm/v8/settings/{resource} as {FOLDER}/{resource}.json"
        ),
    }
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
        sink.unchecked(format!("fields metadata of {module}"), save("fields", Some(module)));
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

/// The id of a custom view or a territory, however it is written.
pub(crate) fn id(node: &Node<'_>) -> Option<u64> {
    match &node.value {
        Value::String(text) => massup_model::id::parse_digits(text).ok(),
        _ => u64::try_from(node.as_integer()?).ok(),
    }
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
        let needs = format!("the custom views of {module}");
        sink.unchecked(needs, save("custom_views", Some(module)));
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
    views.find(id(draft.key("cvid")?)?)
}

/// How many records the custom view of the call holds.
pub(crate) fn count(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) -> Option<u64> {
    if !draft.has_view() {
        return None;
    }
    let view = draft.key("cvid").and_then(id);
    let count = view.and_then(|view| facts.counts.get(&view).copied());
    if count.is_none() {
        sink.unchecked(
            "the number of records in the custom view",
            format!("write {{\"CVID\": {{\"count\": N}}}} into {FOLDER}/counts.json, from GET /crm/v8/MODULE/actions/count?cvid=CVID"),
        );
    }
    count
}

/// The territories of the organisation, for a call that names one.
pub(crate) fn territories<'f>(
    facts: &'f Facts,
    sink: &mut Sink<'_>,
) -> Option<&'f [crate::facts::Territory]> {
    if facts.territories.is_none() {
        sink.unchecked("the territories of the organisation", save("territories", None));
    }
    facts.territories.as_deref()
}

/// Says that the list of modules is missing.
pub(crate) fn lacking_modules(sink: &mut Sink<'_>) {
    sink.unchecked("the modules of the organisation", save("modules", None));
}

/// Says that nobody told which fields rules of layouts and of validation begin with.
pub(crate) fn lacking_associations(module: &str, sink: &mut Sink<'_>) {
    sink.unchecked(
        format!("the fields of layout and validation rules of {module}"),
        format!("list them under `[{module}]` in {FOLDER}/overrides.toml"),
    );
}
