//! Compares records with the values of a call and with before-images.

use jiff::Timestamp;
use massup_model::Request;
use serde_json::{Map, Value};

use crate::entry::Image;

/// The field with the time of the last change. Every update changes it.
pub(crate) const MODIFIED_TIME: &str = "Modified_Time";

/// The field with the user of the last change.
pub(crate) const MODIFIED_BY: &str = "Modified_By";

/// Whether a field holds the value that a call sets.
///
/// Options of a multi-select picklist are compared as sets; without `over_write` they are added, so
/// more may be there. References are compared by `id`, times as instants, numbers as numbers, and
/// `null`, an empty text, an empty list and an absent field are the same.
pub fn holds(found: Option<&Value>, wanted: &Value, over_write: bool) -> bool {
    let found = found.unwrap_or(&Value::Null);
    if is_empty(found) || is_empty(wanted) {
        return is_empty(found) && is_empty(wanted);
    }
    match (found, wanted) {
        (Value::Array(found), Value::Array(wanted)) => {
            wanted.iter().all(|option| found.contains(option))
                && (!over_write || found.iter().all(|option| wanted.contains(option)))
        }
        (Value::Object(found), Value::Object(wanted)) if wanted.contains_key("id") => {
            found.get("id") == wanted.get("id")
        }
        _ => found == wanted || same_number(found, wanted) || same_time(found, wanted),
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

fn same_number(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.bytes().any(|byte| byte.is_ascii_digit()) => Some(text.clone()),
        _ => None,
    };
    let (Some(one), Some(other)) = (number(one), number(other)) else { return false };
    // Whole numbers keep every digit; only the others go through a double.
    match (one.parse::<i128>(), other.parse::<i128>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => match (one.parse::<f64>(), other.parse::<f64>()) {
            (Ok(one), Ok(other)) => one.partial_cmp(&other).is_some_and(std::cmp::Ordering::is_eq),
            _ => false,
        },
    }
}

fn same_time(one: &Value, other: &Value) -> bool {
    let time = |value: &Value| value.as_str().and_then(instant);
    matches!((time(one), time(other)), (Some(one), Some(other)) if one == other)
}

/// A time in ISO 8601 with an offset.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Whether a record holds all values that a call sets.
pub(crate) fn holds_all(fields: &Map<String, Value>, request: &Request) -> bool {
    let over_write = request.over_write().unwrap_or(false);
    request.fields().iter().all(|(name, wanted)| holds(fields.get(name), wanted, over_write))
}

/// Whether a record is certainly unchanged since a call was first sent: it equals its before-image,
/// including `Modified_Time`; or, without one, its `Modified_Time` is earlier than `server_time`, a server
/// time known before the call was sent. Only server times are compared, since the local clock may be wrong.
pub(crate) fn is_untouched(
    now: &Map<String, Value>,
    before: Option<&Image>,
    server_time: Option<&str>,
) -> bool {
    let Some(modified) = now.get(MODIFIED_TIME).and_then(Value::as_str).and_then(instant) else {
        return false;
    };
    if let Some(before) = before {
        let then = before.fields.get(MODIFIED_TIME).and_then(Value::as_str).and_then(instant);
        return then == Some(modified)
            && before.fields.iter().all(|(name, value)| {
                name == MODIFIED_TIME || now.get(name).unwrap_or(&Value::Null) == value
            });
    }
    server_time.and_then(instant).is_some_and(|time| modified < time)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_compared_as_the_api_writes_them() {
        let same = [
            (json!("a"), json!("a")),
            (json!(null), json!("")),
            (json!([]), json!(null)),
            (json!(5), json!("5")),
            (json!(5.0), json!(5)),
            (json!(9_007_199_254_740_993_i64), json!("9007199254740993")),
            (json!("2026-06-01T12:00:00+05:30"), json!("2026-06-01T06:30:00Z")),
            (json!({ "id": "7", "name": "x" }), json!({ "id": "7" })),
            (json!(["b", "a"]), json!(["a", "b"])),
        ];
        for (found, wanted) in &same {
            assert!(holds(Some(found), wanted, true), "{found} {wanted}");
        }
        let other = [
            (json!("a"), json!("A")),
            (json!("a"), json!(null)),
            (json!(9_007_199_254_740_993_i64), json!("9007199254740992")),
            (json!({ "id": "7" }), json!({ "id": "8" })),
            (json!(["a", "b", "c"]), json!(["a", "b"])),
            (json!(false), json!(null)),
        ];
        for (found, wanted) in &other {
            assert!(!holds(Some(found), wanted, true), "{found} {wanted}");
        }
        assert!(holds(Some(&json!(["a", "b", "c"])), &json!(["a", "b"]), false));
        assert!(holds(None, &json!(null), true) && !holds(None, &json!("a"), true));
    }

    #[test]
    fn only_times_of_the_server_tell_that_a_record_is_untouched() {
        let record = |city: &str, time: &str| {
            json!({ "City": city, "Modified_Time": time }).as_object().unwrap().clone()
        };
        let image =
            |city: &str, time: &str| Image { id: "7".parse().unwrap(), fields: record(city, time) };
        let now = record("Pune", "2026-06-01T12:00:05+05:30");
        let same = image("Pune", "2026-06-01T06:30:05Z");
        assert!(is_untouched(&now, Some(&same), None));
        assert!(!is_untouched(&now, Some(&image("Pune", "2026-06-01T06:30:04Z")), None));
        // Two changes within a second: the value shows it.
        assert!(!is_untouched(&now, Some(&image("Agra", "2026-06-01T06:30:05Z")), None));
        assert!(is_untouched(&now, None, Some("2026-06-01T06:30:06Z")));
        assert!(!is_untouched(&now, None, Some("2026-06-01T06:30:05Z")));
        assert!(!is_untouched(&now, None, None));
        assert!(!is_untouched(&Map::new(), Some(&same), None));
    }
}
