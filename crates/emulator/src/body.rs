//! The body of a mass update call, read as the documentation has it.

use std::fmt;

use massup_model::{RecordId, TerritoryId, ViewId};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use crate::documented;
use crate::refusal::{Denial, Refusal};
use crate::reply::Request;
use crate::settings::{BothSelections, Choice, Settings};

/// A JSON value that keeps the order of its keys and those given twice.
#[derive(Clone, Debug)]
enum Json {
    Plain(Value),
    /// A string that is an id as it is always written, of which lists hold hundreds.
    Digits(u64),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Plain(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("no number"))?;
        Ok(Json::Plain(number.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        let digits = documented::id(value).filter(|_| value == "0" || !value.starts_with('0'));
        Ok(digits.map_or_else(|| Json::Plain(value.into()), Json::Digits))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Plain(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        if object.len() > 100_000 {
            return Err(A::Error::custom("too many keys"));
        }
        Ok(Json::Object(object))
    }
}

impl Json {
    fn has_repeated_key(&self) -> bool {
        match self {
            Self::Plain(_) | Self::Digits(_) => false,
            Self::Array(items) => items.iter().any(Self::has_repeated_key),
            Self::Object(members) => {
                let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
                keys.sort_unstable();
                keys.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
                    || members.iter().any(|(_, value)| value.has_repeated_key())
            }
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Plain(value) => value,
            Self::Digits(number) => number.to_string().into(),
            Self::Array(items) => items.into_iter().map(Self::into_value).collect(),
            Self::Object(members) => Value::Object(
                members.into_iter().map(|(key, value)| (key, value.into_value())).collect(),
            ),
        }
    }
}

/// The records that a call selects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Selected {
    /// Each entry of `ids`.
    Ids(Vec<Entry>),
    /// A view, and a territory with whether those below it count too.
    View(ViewId, Option<(TerritoryId, bool)>),
}

/// An entry of `ids`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    /// An id.
    Id(RecordId),
    /// Anything else, as it was given.
    Malformed(Value),
}

impl Entry {
    fn of(given: Json, settings: &Settings) -> Self {
        if let Json::Digits(number) = given
            && let Some(id) = RecordId::from_number(number)
        {
            return Self::Id(id);
        }
        let given = given.into_value();
        let id = digits(&given, settings).and_then(RecordId::from_number);
        id.map_or(Self::Malformed(given), Self::Id)
    }

    /// The id, if it is one.
    pub(crate) fn id(&self) -> Option<RecordId> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }
}

/// A call that is well formed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Body {
    /// The fields in the order of the text.
    pub(crate) fields: Vec<(String, Value)>,
    pub(crate) selected: Selected,
    pub(crate) over_write: bool,
}

/// The members of a body, if it is a JSON object.
#[derive(Debug)]
pub(crate) struct Parsed {
    members: Option<Vec<(String, Json)>>,
    /// Whether an object in it has a key twice.
    repeated: bool,
}

/// Reads the JSON of a body.
pub(crate) fn parse(bytes: &[u8]) -> Parsed {
    match serde_json::from_slice(bytes) {
        Ok(json @ Json::Object(_)) => {
            let repeated = json.has_repeated_key();
            let members = if let Json::Object(members) = json { Some(members) } else { None };
            Parsed { members, repeated }
        }
        _ => Parsed { members: None, repeated: false },
    }
}

/// Reads the JSON of a call that looks like a mass update.
pub(crate) fn parse_call(request: &Request) -> Option<Parsed> {
    let path = request.path.split('?').next().unwrap_or_default();
    let looks = request.method == "POST" && path.ends_with("/actions/mass_update");
    looks.then(|| parse(&request.body))
}

/// Reads a body.
pub(crate) fn read(
    parsed: Parsed,
    limit: usize,
    v8: bool,
    settings: &Settings,
) -> Result<Body, Denial> {
    let Parsed { members, repeated } = parsed;
    let members = members.ok_or(Refusal::BodyMalformed)?;
    if repeated && settings.duplicate_keys == Choice::Refuse {
        return Err(Refusal::DuplicateKey.into());
    }
    let (mut data, mut ids, mut cvid) = (None, Json::Plain(Value::Null), Value::Null);
    let (mut territory, mut over_write) = (Value::Null, Value::Null);
    for (key, value) in members {
        if settings.null_keys == Choice::Refuse && matches!(value, Json::Plain(Value::Null)) {
            null_key(&key)?;
        }
        match key.as_str() {
            "data" => data = Some(value),
            "ids" => ids = value,
            "cvid" => cvid = value.into_value(),
            "territory" => territory = value.into_value(),
            "over_write" => over_write = value.into_value(),
            "criteria" if settings.criteria_key == Choice::Accept => {}
            _ if settings.unknown_keys == Choice::Accept => {}
            unknown => {
                return Err(Denial::from(Refusal::UnknownKey).at(unknown, &format!("$.{unknown}")));
            }
        }
    }
    let fields = fields(data, settings)?;
    if fields.is_empty() {
        return Err(Refusal::NoField.into());
    }
    if fields.len() > limit {
        return Err(Denial::from(Refusal::TooManyFields).with("limit", limit));
    }
    let over_write = match over_write {
        Value::Null => false,
        Value::Bool(value) => value,
        _ => return Err(wrong_type(Refusal::OverWriteMalformed, "over_write", "boolean")),
    };
    let selected = selected(ids, &cvid, &territory, v8, settings)?;
    Ok(Body { fields, selected, over_write })
}

fn wrong_type(refusal: Refusal, key: &str, expected: &str) -> Denial {
    Denial::from(refusal).at(key, &format!("$.{key}")).with("expected_data_type", expected)
}

/// Refuses `null` for a key that has a type.
fn null_key(key: &str) -> Result<(), Denial> {
    Err(match key {
        "ids" => wrong_type(Refusal::IdsMalformed, key, "jsonarray"),
        "cvid" => wrong_type(Refusal::ViewMalformed, key, "string"),
        "territory" => wrong_type(Refusal::TerritoryMalformed, key, "jsonobject"),
        "over_write" => wrong_type(Refusal::OverWriteMalformed, key, "boolean"),
        _ => return Ok(()),
    })
}

/// The members of the one object in `data`.
fn fields(data: Option<Json>, settings: &Settings) -> Result<Vec<(String, Value)>, Denial> {
    let objects = match data {
        None | Some(Json::Plain(Value::Null)) => return Ok(Vec::new()),
        Some(Json::Array(objects)) => objects,
        Some(_) => return Err(wrong_type(Refusal::DataMalformed, "data", "jsonarray")),
    };
    if objects.len() > documented::OBJECTS_IN_DATA && settings.several_data == Choice::Refuse {
        return Err(wrong_type(Refusal::DataMalformed, "data", "jsonarray"));
    }
    let members = match objects.into_iter().next() {
        None => return Ok(Vec::new()),
        Some(Json::Object(members)) => members,
        Some(_) => return Err(wrong_type(Refusal::DataMalformed, "data", "jsonobject")),
    };
    let mut fields: Vec<(String, Value)> = Vec::new();
    for (name, value) in members {
        let value = value.into_value();
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, earlier)) => *earlier = value,
            None => fields.push((name, value)),
        }
    }
    Ok(fields)
}

fn selected(
    ids: Json,
    cvid: &Value,
    territory: &Value,
    v8: bool,
    settings: &Settings,
) -> Result<Selected, Denial> {
    let by_view = match (matches!(ids, Json::Plain(Value::Null)), cvid.is_null()) {
        (true, true) if territory.is_null() => return Err(missing(Refusal::SelectionMissing)),
        (true, true) => return Err(missing(Refusal::TerritoryWithoutView)),
        (false, false) if v8 || settings.both_selections == BothSelections::Refuse => {
            return Err(Denial::from(Refusal::BothSelections).at("ids", "$.ids"));
        }
        (false, false) => settings.both_selections == BothSelections::View,
        (_, no_view) => !no_view,
    };
    if cvid.is_null() && !territory.is_null() {
        return Err(missing(Refusal::TerritoryWithoutView));
    }
    let territory = self::territory(territory, settings)?;
    if by_view {
        let Some(view) = view_id(cvid, settings) else {
            return Err(Denial::from(Refusal::ViewMalformed).at("cvid", "$.cvid"));
        };
        return Ok(Selected::View(view, territory));
    }
    let Json::Array(entries) = ids else {
        return Err(wrong_type(Refusal::IdsMalformed, "ids", "jsonarray"));
    };
    if entries.is_empty() {
        return Err(missing(Refusal::EmptyIds));
    }
    if entries.len() > documented::IDS_PER_CALL && settings.too_many_ids == Choice::Refuse {
        let denial = Denial::from(Refusal::TooManyIds).at("ids", "$.ids");
        return Err(denial.with("limit", documented::IDS_PER_CALL));
    }
    let entries: Vec<_> = entries.into_iter().map(|entry| Entry::of(entry, settings)).collect();
    if settings.duplicate_ids == Choice::Refuse {
        let mut known: Vec<_> = entries.iter().filter_map(Entry::id).collect();
        known.sort_unstable();
        if known.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Denial::from(Refusal::DuplicateId).at("ids", "$.ids"));
        }
    }
    Ok(Selected::Ids(entries))
}

fn missing(refusal: Refusal) -> Denial {
    refusal.into()
}

fn view_id(cvid: &Value, settings: &Settings) -> Option<ViewId> {
    digits(cvid, settings).and_then(ViewId::from_number)
}

fn territory(value: &Value, settings: &Settings) -> Result<Option<(TerritoryId, bool)>, Denial> {
    let Some(members) = value.as_object() else {
        if value.is_null() {
            return Ok(None);
        }
        return Err(wrong_type(Refusal::TerritoryMalformed, "territory", "jsonobject"));
    };
    let known = |key: &String| ["id", "include_child"].contains(&key.as_str());
    if settings.unknown_keys == Choice::Refuse
        && let Some(unknown) = members.keys().find(|key| !known(key))
    {
        let path = format!("$.territory.{unknown}");
        return Err(Denial::from(Refusal::UnknownKey).at(unknown, &path));
    }
    let include_child = match members.get("include_child") {
        None => false,
        Some(Value::Bool(value)) => *value,
        Some(_) => return Err(wrong_type(Refusal::TerritoryMalformed, "include_child", "boolean")),
    };
    let Some(id) = members.get("id") else {
        return Err(wrong_type(Refusal::TerritoryMalformed, "territory.id", "string"));
    };
    let id = digits(id, settings)
        .and_then(TerritoryId::from_number)
        .ok_or_else(|| Denial::from(Refusal::TerritoryIdMalformed).at("id", "$.territory.id"))?;
    Ok(Some((id, include_child)))
}

/// The number of an id, given as a string or, where the settings take it, as a number.
pub(crate) fn digits(value: &Value, settings: &Settings) -> Option<u64> {
    match value {
        Value::String(text) => documented::id(text),
        // A fraction or an exponent, even a zero one, may have lost digits.
        Value::Number(number) if settings.number_ids == Choice::Accept => {
            number.as_u64().filter(|number| i64::try_from(*number).is_ok())
        }
        _ => None,
    }
}
