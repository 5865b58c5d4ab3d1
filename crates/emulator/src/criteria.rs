//! The criteria of custom views, evaluated.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::View;
use crate::time::{self, DAY, Instant, Unit};

mod query;

/// Which records a view holds.
///
/// ```
/// use massup_emulator::criteria::Criteria;
///
/// let criteria: Criteria = serde_json::from_str(
///     r#"{ "group_operator": "and", "group": [
///         { "field": { "api_name": "Lead_Status" }, "comparator": "equal", "value": "Contacted" },
///         { "field": { "api_name": "Phone" }, "comparator": "equal", "value": "${NOTEMPTY}" }
///     ] }"#,
/// )?;
/// assert_eq!(criteria.fields(), ["Lead_Status", "Phone"]);
///
/// // A comparator that no page names is refused.
/// let wrong = r#"{ "field": { "api_name": "City" }, "comparator": "resembles", "value": "x" }"#;
/// assert!(serde_json::from_str::<Criteria>(wrong).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Criteria {
    /// Several criteria together.
    Group {
        /// All of them, or one.
        group_operator: Operator,
        /// The criteria.
        group: Vec<Criteria>,
    },
    /// One test of one field.
    Test {
        /// The field.
        field: FieldName,
        /// How the two sides are compared.
        comparator: Comparator,
        /// The other side, or a placeholder such as `${TODAY}`.
        value: Value,
        /// `field` where the other side is a field of the same record, named as a text or by its `api_name`;
        /// the other words of the API for it, such as `value`, need none.
        #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
}

/// How the members of a group are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// All must hold.
    #[serde(alias = "AND")]
    And,
    /// One must hold.
    #[serde(alias = "OR")]
    Or,
}

/// The field of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldName {
    /// The API name; behind a point, a field of the record that a lookup leads to.
    pub api_name: String,
}

/// How the two sides of a test are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the API's own words and say it all")]
pub enum Comparator {
    Equal,
    NotEqual,
    Like,
    NotLike,
    StartsWith,
    EndsWith,
    Contains,
    NotContains,
    IncludeAll,
    IncludeAny,
    ExcludeAll,
    ExcludeAny,
    GreaterThan,
    GreaterEqual,
    LessThan,
    LessEqual,
    In,
    NotIn,
    Between,
    NotBetween,
}

/// What a test may need apart from the record.
pub(crate) struct Scope<'a> {
    /// The present second.
    pub(crate) now: Instant,
    /// The id of the user who looks.
    pub(crate) user: &'a str,
    /// The record that a lookup leads to, by its id.
    pub(crate) related: &'a dyn Fn(&str) -> Option<View>,
}

/// Something with fields that can be tested.
pub(crate) trait Fields {
    /// The value of a field.
    fn field(&self, name: &str) -> Option<&Value>;
}

impl Fields for View {
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

#[cfg(test)]
impl Fields for serde_json::Map<String, Value> {
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Criteria {
    /// One test.
    pub(crate) fn test(field: &str, comparator: Comparator, value: impl Into<Value>) -> Self {
        let field = FieldName { api_name: field.to_owned() };
        Self::Test { field, comparator, value: value.into(), kind: None }
    }

    /// All of some criteria.
    pub(crate) fn all(group: Vec<Self>) -> Self {
        Self::Group { group_operator: Operator::And, group }
    }

    /// The names of the fields that are tested, in order.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::Group { group, .. } => group.iter().flat_map(Self::fields).collect(),
            Self::Test { field, .. } => vec![&field.api_name],
        }
    }

    /// Whether a record belongs.
    pub(crate) fn holds(&self, record: &impl Fields, scope: &Scope<'_>) -> bool {
        match self {
            Self::Group { group_operator: Operator::And, group } => {
                group.iter().all(|part| part.holds(record, scope))
            }
            Self::Group { group_operator: Operator::Or, group } => {
                group.iter().any(|part| part.holds(record, scope))
            }
            Self::Test { field, comparator, value, kind } => {
                let left = read(record, &field.api_name, scope);
                if kind.as_deref() != Some("field") {
                    return test(&left, *comparator, value, scope);
                }
                let other = value.get("api_name").unwrap_or(value).as_str().unwrap_or_default();
                test(&left, *comparator, &read(record, other, scope), scope)
            }
        }
    }
}

/// The value of a field, through lookups where the name has points.
fn read<'r>(record: &'r impl Fields, name: &str, scope: &Scope<'_>) -> Cow<'r, Value> {
    let or_null = |value: Option<&'r Value>| value.map_or(Cow::Owned(Value::Null), Cow::Borrowed);
    let Some((lookup, rest)) = name.split_once('.') else { return or_null(record.field(name)) };
    let Some(value) = record.field(lookup) else { return or_null(None) };
    if let Some(inner) = value.get(rest) {
        return Cow::Borrowed(inner);
    }
    let related = value.get("id").and_then(Value::as_str).and_then(scope.related);
    related.map_or(or_null(None), |record| Cow::Owned(read(&record, rest, scope).into_owned()))
}

fn test(left: &Value, comparator: Comparator, right: &Value, scope: &Scope<'_>) -> bool {
    use Comparator as C;
    match comparator {
        C::NotEqual => return !test(left, C::Equal, right, scope),
        C::NotLike => return !test(left, C::Like, right, scope),
        C::NotContains => return !test(left, C::Contains, right, scope),
        C::ExcludeAll => return !test(left, C::IncludeAll, right, scope),
        C::ExcludeAny => return !test(left, C::IncludeAny, right, scope),
        C::NotIn => return !test(left, C::In, right, scope),
        C::NotBetween => return !test(left, C::Between, right, scope),
        _ => {}
    }
    let empty = is_empty(left);
    match right.as_str() {
        Some("${EMPTY}") => return empty,
        Some("${NOTEMPTY}") => return !empty,
        _ => {}
    }
    if right.is_null() || right.as_str() == Some("") {
        return empty && comparator == C::Equal;
    }
    if empty {
        return false;
    }
    let sides = atoms(left);
    let operands = operands(right, scope);
    let any = |holds: &dyn Fn(&str, &str) -> bool| {
        operands.iter().any(|operand| sides.iter().any(|side| holds(side, operand)))
    };
    match comparator {
        C::Equal | C::In | C::IncludeAny => any(&|a, b| equal(a, b, scope.now)),
        C::IncludeAll => operands.iter().all(|b| sides.iter().any(|a| equal(a, b, scope.now))),
        C::Like => any(&|a, b| like(&a.to_lowercase(), &b.to_lowercase())),
        C::StartsWith => any(&|a, b| a.to_lowercase().starts_with(&b.to_lowercase())),
        C::EndsWith => any(&|a, b| a.to_lowercase().ends_with(&b.to_lowercase())),
        C::Contains => any(&|a, b| a.to_lowercase().contains(&b.to_lowercase())),
        C::GreaterThan => any(&|a, b| order(a, b, scope.now).is_some_and(|o| o > 0)),
        C::GreaterEqual => any(&|a, b| order(a, b, scope.now).is_some_and(|o| o >= 0)),
        C::LessThan => any(&|a, b| order(a, b, scope.now).is_some_and(|o| o < 0)),
        C::LessEqual => any(&|a, b| order(a, b, scope.now).is_some_and(|o| o <= 0)),
        C::Between => match operands.as_slice() {
            [low, high] => sides.iter().any(|side| {
                order(side, low, scope.now).is_some_and(|o| o >= 0)
                    && order(side, high, scope.now).is_some_and(|o| o <= 0)
            }),
            _ => false,
        },
        C::NotEqual
        | C::NotLike
        | C::NotContains
        | C::ExcludeAll
        | C::ExcludeAny
        | C::NotIn
        | C::NotBetween => false,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// The texts that a value can be compared by: of a reference, its id and its name.
fn atoms(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Bool(value) => vec![value.to_string()],
        Value::Number(value) => vec![value.to_string()],
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(atoms).collect(),
        Value::Object(map) => {
            ["id", "name"].iter().filter_map(|key| map.get(*key)).flat_map(atoms).collect()
        }
    }
}

/// The other side, with the placeholder of the present user put in. An object is compared by its id.
fn operands(value: &Value, scope: &Scope<'_>) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| operands(item, scope)).collect(),
        Value::Object(map) => map.get("id").map(atoms).unwrap_or_default(),
        Value::String(text) if text == "${CURRENTUSER}" => vec![scope.user.to_owned()],
        other => atoms(other),
    }
}

fn equal(left: &str, right: &str, now: Instant) -> bool {
    order(left, right, now) == Some(0)
}

/// How a value compares to an operand: before, in, or after it. An operand that names a day, a week or
/// a month is in itself a stretch of time.
fn order(left: &str, right: &str, now: Instant) -> Option<i8> {
    if let (Some(at), Some((start, end))) = (instant(left), stretch(right, now)) {
        return Some(if at < start { -1 } else { i8::from(at >= end) });
    }
    if let (Ok(left), Ok(right)) = (left.parse::<f64>(), right.parse::<f64>()) {
        // Ids have more digits than a floating point number keeps.
        if left.abs() < 1e15 && right.abs() < 1e15 {
            return left.partial_cmp(&right).map(|order| order as i8);
        }
    }
    if right.starts_with("${") {
        return None;
    }
    Some(left.to_lowercase().cmp(&right.to_lowercase()) as i8)
}

fn instant(text: &str) -> Option<Instant> {
    time::parse(text).or_else(|| time::parse_date(text))
}

/// The stretch of time that an operand names, its end left out.
fn stretch(text: &str, now: Instant) -> Option<(Instant, Instant)> {
    if let Some(day) = time::parse_date(text) {
        return Some((day, day + DAY));
    }
    if let Some(at) = time::parse(text) {
        return Some((at, at + 1));
    }
    let name = text.strip_prefix("${")?;
    let (name, shift) = name.split_once('}')?;
    let shift: i64 = if shift.is_empty() { 0 } else { shift.parse().ok()? };
    // Further away than the calendar reaches.
    if shift.unsigned_abs() > 4_000_000 {
        return None;
    }
    let today = time::start_of(Unit::Day, now);
    let week = time::start_of(Unit::Week, now);
    let month = time::start_of(Unit::Month, now);
    match name {
        "NOW" | "CURRENTTIME" => Some((now, now + 1)),
        "TODAY" | "DUEINDAYS" => Some((today + shift * DAY, today + (shift + 1) * DAY)),
        "AGEINDAYS" => Some((today - shift * DAY, today - (shift - 1) * DAY)),
        "YESTERDAY" => Some((today - DAY, today)),
        "TOMORROW" => Some((today + DAY, today + 2 * DAY)),
        "THISWEEK" => Some((week, week + 7 * DAY)),
        "LASTWEEK" => Some((week - 7 * DAY, week)),
        "NEXTWEEK" => Some((week + 7 * DAY, week + 14 * DAY)),
        "THISMONTH" => Some((month, time::start_of(Unit::Month, month + 31 * DAY))),
        "LASTMONTH" => Some((time::start_of(Unit::Month, month - DAY), month)),
        "NEXTMONTH" => {
            let next = time::start_of(Unit::Month, month + 31 * DAY);
            Some((next, time::start_of(Unit::Month, next + 31 * DAY)))
        }
        _ => None,
    }
}

/// Matches `%` and `*` with any text, everything else with itself.
fn like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split(['%', '*']);
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut rest = rest;
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests;
