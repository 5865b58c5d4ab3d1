//! `POST` and `GET /crm/{version}/{module}/actions/mass_update`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use massup_model::{ApiVersion, JobId, RecordId, TerritoryId, ViewId};
use serde_json::{Value, json};

use crate::body::{self, Entry, Selected};
use crate::call::Call;
use crate::core::Core;
use crate::documented::{self, RECORDS_PER_JOB, Standing};
use crate::metadata::{Module, Permission, RecordState, TerritoryManagement};
use crate::refusal::{Denial, Refusal};
use crate::reply::Reply;
use crate::settings::Choice;
use crate::store::{Job, Status, View};
use crate::{auth, value};

/// Answers a mass update.
pub(crate) fn post(core: &Core, name: &str, call: &Call<'_>) -> Result<Reply, Denial> {
    let module = supported(core, name, "UPDATE", call)?;
    let profile = core.organisation.profile_of(&call.access.user);
    if profile.is_none_or(|profile| !profile.mass_update) {
        let permission = format!("Crm_Implied_Mass_Update_{}", module.api_name);
        let denial = Denial::from(Refusal::NoMassUpdatePermission);
        return Err(denial.with("permissions", json!([permission])));
    }
    let v8 = call.version >= ApiVersion::V8;
    let limit = documented::fields_per_call(&module.api_name);
    let read = call.read.take().unwrap_or_else(|| body::parse(call.body));
    let body = body::read(read, limit, v8, &core.settings)?;
    let profile_id = profile.map(|profile| profile.id.as_str()).unwrap_or_default();
    let scheduled = matches!(body.selected, Selected::View(..));
    let mut fields = Vec::new();
    for (field, _) in &body.fields {
        field_allowed(module, field, profile_id, scheduled)?;
    }
    for (name, given) in body.fields {
        let field = module.field(&name).ok_or(Refusal::FieldUnknown)?;
        fields.push((name, value::check(field, &given, &core.settings)?));
    }
    match body.selected {
        Selected::Ids(ids) => Ok(now(core, module, &fields, body.over_write, &ids, call)),
        Selected::View(view, territory) => {
            schedule(core, module, fields, body.over_write, view, territory, call)
        }
    }
}

/// The module with a name, if this version mass updates it and the token has a scope for the operation.
///
/// An unknown module has no scope, so the module is checked first.
fn supported<'a>(
    core: &'a Core,
    name: &str,
    operation: &str,
    call: &Call<'_>,
) -> Result<&'a Module, Denial> {
    let deny = |refusal: Refusal| Denial::from(refusal).with("resource_path_index", 0);
    let exact = core.settings.module_case.applies(call.version);
    let found = core.organisation.module_in_path(name, exact);
    let (name, module) = found.ok_or_else(|| deny(Refusal::ModuleUnknown))?;
    match documented::standing(name, call.version) {
        Standing::Listed => {}
        Standing::Inferred if core.settings.activity_modules == Choice::Accept => {}
        Standing::Unnamed if module.is_custom() => {}
        Standing::Inferred | Standing::OtherVersions => return Err(deny(Refusal::ModuleUnknown)),
        Standing::NotSupported | Standing::Unnamed => {
            return Err(deny(Refusal::ModuleNotSupported));
        }
    }
    let scopes = documented::mass_update_scopes(name, operation, call.version);
    auth::demand(&call.access, &scopes)?;
    Ok(module)
}

/// Whether a call may name a field at all.
fn field_allowed(
    module: &Module,
    name: &str,
    profile: &str,
    scheduled: bool,
) -> Result<(), Denial> {
    let deny = |refusal| Err(Denial::from(refusal).at(name, &format!("$.data[0].{name}")));
    // `id` names the record itself, whatever the metadata says.
    let Some(field) = module.field(name).filter(|field| field.api_name != "id") else {
        return deny(Refusal::FieldUnknown);
    };
    let permission = field.permission(profile);
    if !field.visible || permission == Permission::Hidden {
        return deny(Refusal::FieldHidden);
    }
    if field.is_read_only() {
        return deny(Refusal::FieldReadOnly);
    }
    if field.layout_rule {
        return deny(Refusal::LayoutRule);
    }
    if field.validation_rule {
        return deny(Refusal::ValidationRule);
    }
    if !field.mass_update {
        return deny(Refusal::FieldNotMassUpdatable);
    }
    if permission == Permission::ReadOnly {
        return deny(Refusal::FieldNotEditable);
    }
    if scheduled && field.unschedulable {
        return deny(Refusal::FieldNotSchedulable);
    }
    Ok(())
}

/// Updates records at once.
fn now(
    core: &Core,
    module: &Module,
    fields: &[(String, Value)],
    over_write: bool,
    ids: &[Entry],
    call: &Call<'_>,
) -> Reply {
    let change = core.change(module, fields, over_write, call.version, &call.access.user);
    let repeated = has_repeated(ids);
    let mut done: HashMap<RecordId, (usize, Range<usize>)> = HashMap::new();
    let mut records = Vec::with_capacity(ids.len());
    let mut entries = String::with_capacity(ids.len() * 360);
    let mut updated = Vec::with_capacity(ids.len());
    for given in ids {
        if !entries.is_empty() {
            entries.push(',');
        }
        let from = entries.len();
        let earlier = given.id().filter(|_| repeated).and_then(|id| done.get(&id));
        if let Some((place, range)) = earlier {
            // The record is updated once, and answered twice.
            entries.extend_from_within(range.clone());
            records.push(records.get(*place).copied().flatten());
            continue;
        }
        let outcome = match given.id() {
            None => Err(Refusal::IdMalformed.into()),
            Some(id) => core.update(&change, id).map(|record| (id, record)),
        };
        records.push(match outcome {
            Ok((id, record)) => {
                succeeded(&mut entries, id, &record);
                updated.push(id);
                None
            }
            Err(denial) => {
                entries.push_str(&failed(&denial, given, call.version).to_string());
                Some(denial.refusal)
            }
        });
        if let Some(id) = given.id().filter(|_| repeated) {
            done.insert(id, (records.len() - 1, from..entries.len()));
        }
    }
    core.store.log_automations(core.now(), &module.api_name, call.number, None, updated);
    let refused = records.iter().flatten().count();
    let status = match refused {
        0 => 200,
        all if all == records.len() => 400,
        _ if core.settings.multi_status.applies(call.version) => 207,
        _ => 200,
    };
    let mut reply = Reply::list(status, "data", &entries);
    reply.records = records;
    reply
}

/// Whether an id is there twice.
fn has_repeated(ids: &[Entry]) -> bool {
    let mut known: Vec<RecordId> = ids.iter().filter_map(Entry::id).collect();
    known.sort_unstable();
    known.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

fn failed(denial: &Denial, given: &Entry, version: ApiVersion) -> Value {
    let mut denial = denial.clone();
    if !denial.details.contains_key("id") {
        // Ids are strings in every answer, however they were sent.
        let id = match given {
            Entry::Id(id) => id.to_string().into(),
            Entry::Malformed(Value::Number(number)) => number.to_string().into(),
            Entry::Malformed(other) => other.clone(),
        };
        denial = denial.with("id", id);
    }
    denial.entry(version)
}

/// Writes the entry of a record that was updated.
pub(crate) fn succeeded(out: &mut String, id: RecordId, record: &View) {
    out.push_str("{\"code\":\"SUCCESS\",\"details\":{");
    for name in ["Created_By", "Created_Time", "Modified_By", "Modified_Time"] {
        let json = record.cell(name).map_or("null", |cell| &cell.json);
        let _ = write!(out, "\"{name}\":{json},");
    }
    let _ =
        write!(out, "\"id\":\"{id}\"}},\"message\":\"record updated\",\"status\":\"success\"}}");
}

/// Puts a job for a view on the list.
fn schedule(
    core: &Core,
    module: &Module,
    fields: Vec<(String, Value)>,
    over_write: bool,
    view: ViewId,
    territory: Option<(TerritoryId, bool)>,
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    let at_view = |refusal: Refusal| Denial::from(refusal).at("cvid", "$.cvid");
    let user = &call.access.user;
    let organisation = &core.organisation;
    if organisation.profile_of(user).is_none_or(|profile| !profile.schedule) {
        return Err(Refusal::NoSchedulePermission.into());
    }
    if core.settings.edition_gate.applies(call.version) && !organisation.org.edition.schedules() {
        return Err(Refusal::Edition.into());
    }
    let Some((owner, known)) = organisation.view(view) else {
        return Err(at_view(Refusal::ViewUnknown));
    };
    if owner.api_name != module.api_name || !known.seen_by(user) {
        return Err(at_view(Refusal::ViewNotAccessible));
    }
    if let Some((territory, _)) = territory {
        let at = |refusal: Refusal| Denial::from(refusal).at("id", "$.territory.id");
        if !documented::has_territories(&module.api_name) {
            return Err(at(Refusal::TerritoryNotSupported));
        }
        let enabled = match organisation.territory_management() {
            TerritoryManagement::Enabled => true,
            TerritoryManagement::NotForLeads => module.api_name != "Leads",
            TerritoryManagement::Disabled | TerritoryManagement::NotEnabled => false,
        };
        if !enabled {
            return Err(Refusal::TerritoryNotEnabled.into());
        }
        if !organisation.has_territory(territory) {
            return Err(at(Refusal::TerritoryUnknown));
        }
    }
    if core.store.open_jobs().iter().any(|job| job.view == view) {
        return Err(Denial::from(Refusal::AlreadyScheduled).with("api_name", "cvid"));
    }
    let total = core.members(module, view, territory, user).len() as u64;
    if total == 0 {
        return Err(Refusal::NoRecords.into());
    }
    if total > RECORDS_PER_JOB {
        return Err(Denial::from(Refusal::TooManyRecords).with("limit", RECORDS_PER_JOB));
    }
    let job = core.store.add_job(Job {
        id: 0,
        module: module.api_name.clone(),
        view,
        territory,
        fields,
        over_write,
        version: call.version,
        user: user.clone(),
        call: call.number,
        status: Status::Scheduled,
        total,
        updated: 0,
        failed: 0,
        not_before: core.now().saturating_add(core.settings.job_delay),
        automations: false,
    });
    let entry = json!({
        "code": "SUCCESS",
        "details": { "job_id": job.to_string() },
        "message": "mass update scheduled successfully",
        "status": "success",
    });
    Ok(Reply::json(200, &json!({ "data": [entry] })))
}

/// Answers how far a job is.
pub(crate) fn status(core: &Core, name: &str, call: &Call<'_>) -> Result<Reply, Denial> {
    let module = supported(core, name, "READ", call).map_err(|denial| match denial.refusal {
        Refusal::ModuleNotSupported => {
            Denial { refusal: Refusal::StatusModuleNotSupported, ..denial }
        }
        _ => denial,
    })?;
    let profile = core.organisation.profile_of(&call.access.user);
    if profile.is_none_or(|profile| !profile.read) {
        return Err(Refusal::NoReadPermission.into());
    }
    if profile.is_none_or(|profile| !profile.mass_update) {
        return Err(Refusal::NoStatusPermission.into());
    }
    let about = |refusal: Refusal| Denial::from(refusal).with("param_name", "job_id");
    let given = call.query.get("job_id").filter(|text| !text.is_empty());
    let given = given.ok_or_else(|| about(Refusal::ParameterMissing))?;
    let id = documented::id(given).and_then(JobId::from_number);
    let id = id.ok_or_else(|| about(Refusal::JobIdMalformed))?;
    let job = core.store.job(i64::try_from(id.get()).unwrap_or(i64::MAX));
    let job = job.filter(|job| job.module == module.api_name);
    let job = job.ok_or_else(|| about(Refusal::JobUnknown))?;
    Ok(Reply::json(200, &json!({ "data": [counts(&job)] })))
}

/// The status of a job as the wire has it; the counts always add up to the total.
pub(crate) fn counts(job: &Job) -> Value {
    json!({
        "Status": job.status.as_str(),
        "Total_Count": job.total,
        "Updated_Count": job.updated,
        "Not_Updated_Count": job.total.saturating_sub(job.updated).saturating_sub(job.failed),
        "Failed_Count": job.failed,
    })
}

/// Why a record in a state cannot be updated by these fields.
pub(crate) fn refused_by_state(
    state: RecordState,
    sets_blueprint: bool,
    sets_image: bool,
) -> Option<Refusal> {
    match state {
        RecordState::AwaitingApproval => Some(Refusal::NotApproved),
        RecordState::InBlueprint if sets_blueprint => Some(Refusal::InBlueprint),
        RecordState::Converted => Some(Refusal::Converted),
        RecordState::ImageCheck => Some(Refusal::ImageCheck),
        RecordState::ImageRejected => Some(Refusal::ImageNotApproved),
        RecordState::ImageReview if sets_image => Some(Refusal::ImageNotApproved),
        RecordState::Locked => Some(Refusal::RecordLocked),
        RecordState::NoPermission => Some(Refusal::NoRecordPermission),
        RecordState::StopProcessing => Some(Refusal::StopProcessing),
        RecordState::Free | RecordState::InBlueprint | RecordState::ImageReview => None,
    }
}
