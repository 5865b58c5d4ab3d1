//! Reads values of the server's answers. A key that is missing, `null` or of an unexpected type is unknown,
//! never an error.

use serde_json::Value;

pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

pub(super) fn flag(value: &Value, key: &str) -> Option<bool> {
    value.get(key)?.as_bool()
}

/// A non-negative integer, also as a string of digits.
pub(super) fn number(value: &Value, key: &str) -> Option<u64> {
    match value.get(key)? {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}

/// A number, also in quotes.
pub(super) fn float(value: &Value, key: &str) -> Option<f64> {
    match value.get(key)? {
        Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        other => other.as_f64(),
    }
}

/// An id: digits as a string, or as a number.
pub(super) fn id(value: &Value, key: &str) -> Option<u64> {
    match value.get(key)? {
        Value::String(text) => massup_model::id::parse_digits(text).ok(),
        other => other.as_u64(),
    }
}

/// The items of an array; none if it is missing.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
