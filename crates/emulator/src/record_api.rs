//! Records, counted and updated in the ordinary way.

use massup_model::{RecordId, ViewId};
use serde_json::{Value, json};

use crate::auth;
use crate::call::Call;
use crate::core::Core;
use crate::criteria::{Comparator, Criteria, Operator};
use crate::documented;
use crate::mass_update::succeeded;
use crate::metadata::{Module, Permission};
use crate::refusal::{Denial, Refusal};
use crate::reply::Reply;
use crate::value;

/// Records in one call that updates them in the ordinary way.
const MAX_RECORDS: usize = 100;

pub(crate) fn module<'a>(
    core: &'a Core,
    name: &str,
    call: &Call<'_>,
) -> Result<&'a Module, Denial> {
    let unknown = || Denial::from(Refusal::ModuleUnknown).with("resource_path_index", 0);
    let exact = core.settings.module_case.applies(call.version);
    core.organisation.module_in_path(name, exact).map(|(_, module)| module).ok_or_else(unknown)
}

pub(crate) fn may_read(core: &Core, call: &Call<'_>) -> Result<(), Denial> {
    let profile = core.organisation.profile_of(&call.access.user);
    if profile.is_none_or(|profile| !profile.read) {
        return Err(Refusal::NoReadPermission.into());
    }
    Ok(())
}

/// The view of the parameter `cvid`, if it is given.
pub(crate) fn view(
    core: &Core,
    module: &Module,
    call: &Call<'_>,
) -> Result<Option<ViewId>, Denial> {
    let Some(given) = call.query.get("cvid") else { return Ok(None) };
    let wrong = || Denial::from(Refusal::ParameterInvalid).with("param_name", "cvid");
    let id = documented::id(given).and_then(ViewId::from_number).ok_or_else(wrong)?;
    let (owner, view) = core.organisation.view(id).ok_or_else(wrong)?;
    if owner.api_name != module.api_name || !view.seen_by(&call.access.user) {
        return Err(Refusal::ViewNotAccessible.into());
    }
    Ok(Some(id))
}

/// Answers `GET /{module}/actions/count`: of a view, of what a search finds, or of the whole module.
pub(crate) fn count(core: &Core, name: &str, call: &Call<'_>) -> Result<Reply, Denial> {
    let module = module(core, name, call)?;
    auth::demand(&call.access, &documented::record_scopes(&module.api_name, "READ"))?;
    auth::demand_search(&call.access)?;
    may_read(core, call)?;
    let view = view(core, module, call)?;
    let others = ["criteria", "email", "phone", "word"];
    if view.is_some() && others.iter().any(|name| call.query.get(name).is_some()) {
        return Err(Denial::from(Refusal::CountAmbiguous).with("param_name", "cvid"));
    }
    let count = match (view, searched(module, call)?) {
        (Some(view), _) => core.members(module, view, None, &call.access.user).len() as u64,
        (None, Some(criteria)) => core.holding(module, &criteria, &call.access.user).len() as u64,
        (None, None) => core.store.count(&module.api_name),
    };
    Ok(Reply::json(200, &json!({ "count": count })))
}

/// What the parameters of a count ask of records: criteria, an email address, a phone number or a word.
fn searched(module: &Module, call: &Call<'_>) -> Result<Option<Criteria>, Denial> {
    let wrong = |name: &str| Denial::from(Refusal::ParameterInvalid).with("param_name", name);
    let any = |types: &[&str], comparator: Comparator, value: &str| {
        let fields = module.fields.iter().filter(|f| types.contains(&f.data_type.as_str()));
        let group =
            fields.map(|field| Criteria::test(&field.api_name, comparator, value)).collect();
        Criteria::Group { group_operator: Operator::Or, group }
    };
    let mut group = Vec::new();
    if let Some(text) = call.query.get("criteria") {
        let criteria = Criteria::of_query(text).ok_or_else(|| wrong("criteria"))?;
        let known = |name: &str| module.field(name.split('.').next().unwrap_or(name)).is_some();
        if !criteria.fields().into_iter().all(known) {
            return Err(wrong("criteria"));
        }
        group.push(criteria);
    }
    for (name, types, comparator) in [
        ("email", &["email"][..], Comparator::Equal),
        ("phone", &["phone"][..], Comparator::Equal),
        ("word", &["text", "textarea", "email", "phone", "picklist"][..], Comparator::Contains),
    ] {
        group.extend(call.query.get(name).map(|value| any(types, comparator, value)));
    }
    Ok((!group.is_empty()).then(|| Criteria::all(group)))
}

/// Answers `PUT /{module}` with up to 100 records, and `PUT /{module}/{id}` with one.
///
/// The ordinary update sets any number of fields of each record, replaces what a multi-select
/// picklist holds, and takes fields that no mass update takes.
pub(crate) fn put(
    core: &Core,
    name: &str,
    id: Option<&str>,
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    let module = module(core, name, call)?;
    auth::demand(&call.access, &documented::record_scopes(&module.api_name, "UPDATE"))?;
    let body: Value = serde_json::from_slice(call.body).map_err(|_| Refusal::BodyMalformed)?;
    let records = body.get("data").and_then(Value::as_array).ok_or(Refusal::DataMalformed)?;
    if records.is_empty() {
        return Err(Refusal::NoField.into());
    }
    if records.len() > MAX_RECORDS || (id.is_some() && records.len() > 1) {
        return Err(Denial::from(Refusal::TooManyRecords).with("limit", MAX_RECORDS));
    }
    let (mut entries, mut failed) = (Vec::new(), 0);
    for record in records {
        match put_one(core, module, record, id, call) {
            Ok(entry) => entries.push(entry),
            Err(denial) => {
                failed += 1;
                entries.push(denial.entry(call.version).to_string());
            }
        }
    }
    let status = match failed {
        0 => 200,
        all if all == entries.len() => 400,
        _ => 207,
    };
    Ok(Reply::list(status, "data", &entries.join(",")))
}

fn put_one(
    core: &Core,
    module: &Module,
    record: &Value,
    id: Option<&str>,
    call: &Call<'_>,
) -> Result<String, Denial> {
    let members = record.as_object().ok_or(Refusal::DataMalformed)?;
    let given = id.or_else(|| members.get("id").and_then(Value::as_str));
    let missing = || Denial::from(Refusal::SelectionMissing).with("api_name", "id");
    let id = documented::id(given.ok_or_else(missing)?).and_then(RecordId::from_number);
    let id = id.ok_or(Refusal::IdMalformed)?;
    let profile = core.organisation.user(&call.access.user).map(|user| user.profile.as_str());
    let mut fields = Vec::new();
    for (name, given) in members.iter().filter(|(name, _)| *name != "id" && !name.starts_with('$'))
    {
        // The ordinary update leaves out what the module does not have.
        let Some(field) = module.field(name).filter(|field| !field.is_read_only()) else {
            continue;
        };
        if field.permission(profile.unwrap_or_default()) != Permission::ReadWrite {
            return Err(Refusal::FieldNotEditable.into());
        }
        fields.push((name.clone(), value::check(field, given, &core.settings)?));
    }
    let change = core.change(module, &fields, true, call.version, &call.access.user);
    let record = core.update(&change, id)?;
    core.store.log_automations(core.now(), &module.api_name, call.number, None, vec![id]);
    let mut entry = String::new();
    succeeded(&mut entry, id, &record);
    Ok(entry)
}
