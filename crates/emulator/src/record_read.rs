//! `GET /crm/{version}/{module}`: records by ids, by view, or all, page by page.

use massup_model::{RecordId, TerritoryId};
use serde_json::{Map, Value, json};

use crate::auth;
use crate::call::Call;
use crate::core::Core;
use crate::documented;
use crate::metadata::{Module, Permission};
use crate::record_api::{may_read, module, view};
use crate::refusal::{Denial, Refusal};
use crate::reply::Reply;
use crate::store::View;
use crate::time::{self, DAY, Instant};

/// Records of a page at most.
const MAX_PER_PAGE: usize = 200;

/// Records that page numbers lead to.
const MAX_BY_NUMBER: usize = 2_000;

/// Records that page tokens lead to.
const MAX_BY_TOKEN: usize = 100_000;

/// Answers `GET /{module}` and `GET /{module}/{id}`.
pub(crate) fn get(
    core: &Core,
    name: &str,
    id: Option<&str>,
    call: &Call<'_>,
) -> Result<Reply, Denial> {
    let module = module(core, name, call)?;
    auth::demand(&call.access, &documented::record_scopes(&module.api_name, "READ"))?;
    may_read(core, call)?;
    if let Some(id) = id {
        let unknown = || Denial::from(Refusal::ResourceUnknown).with("id", id);
        let known = documented::id(id).and_then(RecordId::from_number).ok_or_else(unknown)?;
        let record = core.store.view(&module.api_name, known);
        let Some(record) = record else { return Ok(Reply::no_content()) };
        if !modified(&record, call) {
            return Ok(Reply::not_modified());
        }
        return Ok(Reply::json(
            200,
            &json!({ "data": [Shown::of(core, module, call).json(known, &record)] }),
        ));
    }
    let ids = match call.query.get("ids") {
        Some(text) => text
            .split(',')
            .filter_map(|id| documented::id(id.trim()).and_then(RecordId::from_number))
            .collect(),
        None => selected(core, module, call)?,
    };
    let ids = match call.modified_since {
        Some(_) => later(core, module, ids, call),
        None => ids,
    };
    if ids.is_empty() && call.modified_since.is_some() {
        return Ok(Reply::not_modified());
    }
    let page = Page::of(core, module, call, &ids)?;
    let shown = Shown::of(core, module, call);
    let mut data = Vec::new();
    for id in page.ids {
        let record = core.store.view(&module.api_name, *id);
        data.extend(record.map(|record| shown.json(*id, &record)));
    }
    if data.is_empty() {
        return Ok(Reply::no_content());
    }
    let mut info = page.info;
    info.insert("count".to_owned(), data.len().into());
    Ok(Reply::json(200, &json!({ "data": data, "info": info })))
}

/// Whether a record was changed after the moment that the call names; `true` where it names none.
fn modified(record: &View, call: &Call<'_>) -> bool {
    let at = record.get("Modified_Time").and_then(Value::as_str).and_then(time::parse);
    call.modified_since.is_none_or(|since| at.is_none_or(|at| at > since))
}

/// Those of some records that were changed after the moment that the call names.
fn later(core: &Core, module: &Module, ids: Vec<RecordId>, call: &Call<'_>) -> Vec<RecordId> {
    let record = |id: &RecordId| core.store.view(&module.api_name, *id);
    ids.into_iter().filter(|id| record(id).is_some_and(|record| modified(&record, call))).collect()
}

/// The ids of the records of a view, within a territory where one is given, or of all.
fn selected(core: &Core, module: &Module, call: &Call<'_>) -> Result<Vec<RecordId>, Denial> {
    let Some(view) = view(core, module, call)? else {
        return Ok(core.store.ids(&module.api_name));
    };
    let wrong = || Denial::from(Refusal::ParameterInvalid).with("param_name", "territory_id");
    let territory: Option<TerritoryId> = match call.query.get("territory_id") {
        Some(text) => {
            Some(documented::id(text).and_then(TerritoryId::from_number).ok_or_else(wrong)?)
        }
        None => None,
    };
    if territory.is_some_and(|id| !core.organisation.has_territory(id)) {
        return Err(wrong());
    }
    let include_child = call.query.get("include_child") == Some("true");
    let territory = territory.map(|id| (id, include_child));
    Ok(core.members(module, view, territory, &call.access.user))
}

/// Some of the ids that a call selects.
struct Page<'a> {
    ids: &'a [RecordId],
    info: Map<String, Value>,
}

impl<'a> Page<'a> {
    fn of(
        core: &Core,
        module: &Module,
        call: &Call<'_>,
        ids: &'a [RecordId],
    ) -> Result<Self, Denial> {
        let per_page = number(call, "per_page", MAX_PER_PAGE)?.min(MAX_PER_PAGE);
        let bound = Bound::of(module, call);
        let (from, page) = match call.query.get("page_token") {
            Some(token) => bound.read(token, core.now())?,
            None => {
                let page = number(call, "page", 1)?;
                ((page - 1).saturating_mul(per_page), page)
            }
        };
        let to = from.saturating_add(per_page);
        let by_number = call.query.get("page_token").is_none();
        let most = if by_number { MAX_BY_NUMBER } else { MAX_BY_TOKEN };
        if to > most && (!by_number || core.settings.page_limit.applies(call.version)) {
            return Err(Denial::from(Refusal::TooManyPages).with("limit", most));
        }
        let more = ids.len() > to;
        let until = core.now().saturating_add(DAY);
        let token = |wanted: bool, from: usize, page: usize| {
            if wanted { Value::from(bound.token(from, page, until)) } else { Value::Null }
        };
        let next = token(more, to, page.saturating_add(1));
        let previous = token(page > 1, from.saturating_sub(per_page), page.saturating_sub(1));
        let expiry = (more || page > 1).then(|| time::format(until));
        let info = json!({
            "per_page": per_page,
            "page": page,
            "more_records": more,
            "next_page_token": next,
            "previous_page_token": previous,
            "page_token_expiry": expiry,
            "sort_by": "id",
            "sort_order": "asc",
        });
        let ids = ids.get(from..to.min(ids.len())).unwrap_or_default();
        Ok(Self { ids, info: info.as_object().cloned().unwrap_or_default() })
    }
}

/// A number of the query, at least 1.
fn number(call: &Call<'_>, name: &str, default: usize) -> Result<usize, Denial> {
    let Some(text) = call.query.get(name) else { return Ok(default) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Denial::from(Refusal::ParameterInvalid).with("param_name", name))
}

/// What a page token is good for: the same call of the same user.
struct Bound(u64);

impl Bound {
    fn of(module: &Module, call: &Call<'_>) -> Self {
        let kept = call.query.pairs().filter(|(name, _)| !["page", "page_token"].contains(name));
        let texts = [module.api_name.as_str(), call.access.user.as_str()];
        let texts = texts.into_iter().chain(kept.flat_map(|(name, value)| [name, value]));
        // FNV: nothing is gained by forging a page token of an emulator.
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(texts.fold(0xcbf2_9ce4_8422_2325, |hash, text| {
            text.as_bytes().iter().chain(&[0xff]).fold(hash, mix)
        }))
    }

    fn token(&self, from: usize, page: usize, until: Instant) -> String {
        format!("{:016x}.{from:x}.{page:x}.{until:x}", self.0)
    }

    /// Where a token leads: a place among the records, and the number of the page.
    fn read(&self, token: &str, now: Instant) -> Result<(usize, usize), Denial> {
        let mismatch = || Denial::from(Refusal::PageTokenMismatch).with("param_name", "page_token");
        let mut parts = token.split('.');
        let mut hex = || u64::from_str_radix(parts.next()?, 16).ok();
        let bound = hex().filter(|bound| *bound == self.0);
        let mut place = || usize::try_from(hex()?).ok();
        let (Some(_), Some(from), Some(page)) = (bound, place(), place()) else {
            return Err(mismatch());
        };
        let until = hex().and_then(|until| Instant::try_from(until).ok()).ok_or_else(mismatch)?;
        if until <= now {
            return Err(
                Denial::from(Refusal::PageTokenExpired).at("page_token", "$.query.page_token")
            );
        }
        Ok((from, page))
    }
}

/// The fields of records that a call asks for and its user may see.
struct Shown<'a>(Vec<&'a str>);

impl<'a> Shown<'a> {
    fn of(core: &'a Core, module: &'a Module, call: &Call<'_>) -> Self {
        let wanted = call.query.get("fields").filter(|text| !text.is_empty());
        let wanted: Option<Vec<&str>> = wanted.map(|text| text.split(',').collect());
        let profile = core.organisation.user(&call.access.user).map(|user| user.profile.as_str());
        let profile = profile.unwrap_or_default();
        let seen = module.fields.iter().filter(|field| {
            let hidden = !field.visible || field.permission(profile) == Permission::Hidden;
            let name = field.api_name.as_str();
            !hidden && name != "id" && wanted.as_ref().is_none_or(|wanted| wanted.contains(&name))
        });
        Self(seen.map(|field| field.api_name.as_str()).collect())
    }

    fn json(&self, id: RecordId, record: &View) -> Value {
        let value = |name: &&str| record.get(name).cloned().unwrap_or_default();
        let fields = self.0.iter().map(|name| ((*name).to_owned(), value(name)));
        let id = ("id".to_owned(), id.to_string().into());
        Value::Object([id].into_iter().chain(fields).collect())
    }
}
