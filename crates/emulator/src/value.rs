//! Whether a value fits its field.

use serde_json::{Number, Value, json};

use crate::metadata::Field;
use crate::refusal::{Denial, Refusal};
use crate::settings::{Choice, Settings};
use crate::time;

/// Checks a value against what its field takes, and gives it in the form in which it is kept.
///
/// What depends on the record (its layout, its pipeline, other records) is not looked at.
pub(crate) fn check(field: &Field, value: &Value, settings: &Settings) -> Result<Value, Denial> {
    let check = Check { field, settings };
    if value.is_null() {
        return check.null();
    }
    match field.data_type.as_str() {
        "boolean" => check.of_type(value.is_boolean(), "boolean").map(|()| value.clone()),
        "integer" => check.integer(value),
        "currency" => check.decimal(value, 16, 16),
        // A custom decimal may be made longer than usual.
        "double" => check.decimal(value, 16, 18),
        "percent" => check.decimal(value, 5, 5),
        "bigint" => check.bigint(value),
        "date" => check.formatted(value, "date", |text| time::parse_date(text).is_some()),
        "datetime" => check.formatted(value, "datetime", |text| time::parse(text).is_some()),
        "phone" => check.formatted(value, "phone", is_phone),
        "website" => check.formatted(value, "website", is_website),
        "email" => check.formatted(value, "email", is_email),
        "text" | "textarea" | "picklist" => check.text(value, "string").map(|_| value.clone()),
        "multiselectpicklist" => check.options(value),
        "layout" | "lookup" | "ownerlookup" | "userlookup" => check.reference(value),
        _ => Ok(value.clone()),
    }
}

struct Check<'a> {
    field: &'a Field,
    settings: &'a Settings,
}

impl Check<'_> {
    fn deny(&self, refusal: Refusal) -> Denial {
        let name = &self.field.api_name;
        Denial::from(refusal).at(name, &format!("$.data[0].{name}"))
    }

    fn of_type(&self, right: bool, expected: &str) -> Result<(), Denial> {
        let wrong = || self.deny(Refusal::ValueType).with("expected_data_type", expected);
        if right { Ok(()) } else { Err(wrong()) }
    }

    fn null(&self) -> Result<Value, Denial> {
        if self.field.system_mandatory {
            return Err(self.deny(Refusal::ValueMandatory));
        }
        match self.settings.null_values {
            Choice::Accept => Ok(Value::Null),
            Choice::Refuse => Err(self.deny(Refusal::ValueNull)),
        }
    }

    fn too_long(&self, most: u32) -> Denial {
        self.deny(Refusal::ValueTooLong).with("maximum_length", most)
    }

    /// A string that is short enough. What has no length of its own has that of its type.
    fn text<'v>(&self, value: &'v Value, expected: &str) -> Result<&'v str, Denial> {
        let Some(text) = value.as_str() else {
            return Err(self.deny(Refusal::ValueType).with("expected_data_type", expected));
        };
        let by_type = match self.field.data_type.as_str() {
            "text" => Some(255),
            "phone" => Some(30),
            "email" => Some(100),
            "website" => Some(450),
            "picklist" => Some(120),
            _ => None,
        };
        let most = self.field.length.or(by_type).unwrap_or(u32::MAX);
        if self.settings.length_unit.count(text) > most as usize {
            return Err(self.too_long(most));
        }
        if self.field.system_mandatory && text.is_empty() {
            return Err(self.deny(Refusal::ValueMandatory));
        }
        Ok(text)
    }

    fn formatted(
        &self,
        value: &Value,
        expected: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<Value, Denial> {
        let text = self.text(value, expected)?;
        if text.is_empty() || fits(text) {
            return Ok(value.clone());
        }
        Err(self.deny(Refusal::ValueFormat).with("expected_data_type", expected))
    }

    /// The digits of a number, from a number or, where the settings take it, from a string.
    fn number(&self, value: &Value, expected: &str) -> Result<(f64, Value), Denial> {
        let number = match value {
            Value::Number(number) => number.as_f64().map(|float| (float, value.clone())),
            Value::String(text) if self.settings.number_strings == Choice::Accept => {
                // As JSON writes a number, without space around it.
                let bare = !text.contains(char::is_whitespace);
                let number = serde_json::from_str::<Number>(text).ok().filter(|_| bare);
                number.and_then(|number| Some((number.as_f64()?, number.into())))
            }
            _ => None,
        };
        let wrong = || self.deny(Refusal::ValueType).with("expected_data_type", expected);
        let (float, kept) = number.filter(|(float, _)| float.is_finite()).ok_or_else(wrong)?;
        if let Some((from, to)) = self.field.range
            && !(from..=to).contains(&float)
        {
            return Err(self
                .deny(Refusal::ValueRange)
                .with("range", json!({ "from": from, "to": to })));
        }
        Ok((float, kept))
    }

    fn integer(&self, value: &Value) -> Result<Value, Denial> {
        let (float, kept) = self.number(value, "integer")?;
        self.of_type(float.fract() == 0.0, "integer")?;
        let most = self.field.length.unwrap_or(9).min(9);
        if digits_before_point(float, &kept) > most {
            return Err(self.too_long(most));
        }
        Ok(kept)
    }

    /// A number of as many digits as usual, or as the field is long, up to the most that there may be.
    fn decimal(&self, value: &Value, usual: u32, most: u32) -> Result<Value, Denial> {
        let (float, kept) = self.number(value, "double")?;
        let most = self.field.length.unwrap_or(usual).min(most);
        if digits_before_point(float, &kept) > most {
            return Err(self.too_long(most));
        }
        let most = self.field.decimal_place.unwrap_or(9).min(9);
        if decimals_of(float) > most {
            return Err(self.deny(Refusal::ValueDecimals).with("maximum_decimal_place", most));
        }
        Ok(kept)
    }

    fn bigint(&self, value: &Value) -> Result<Value, Denial> {
        let wrong = || self.deny(Refusal::ValueType).with("expected_data_type", "bigint");
        let text = value.as_str().ok_or_else(wrong)?;
        if self.field.system_mandatory && text.is_empty() {
            return Err(self.deny(Refusal::ValueMandatory));
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.deny(Refusal::ValueFormat).with("expected_data_type", "bigint"));
        }
        let most = self.field.length.unwrap_or(18).min(18);
        if text.len() > most as usize {
            return Err(self.too_long(most));
        }
        Ok(value.clone())
    }

    /// An array of different strings.
    fn options(&self, value: &Value) -> Result<Value, Denial> {
        let wrong = || self.deny(Refusal::ValueType).with("expected_data_type", "jsonarray");
        let items = value.as_array().ok_or_else(wrong)?;
        let mut known: Vec<&str> = Vec::new();
        for item in items {
            let text = item.as_str().ok_or_else(wrong)?;
            if known.contains(&text) {
                match self.settings.repeated_options {
                    Choice::Accept => continue,
                    Choice::Refuse => return Err(self.deny(Refusal::ValueRepeated)),
                }
            }
            if self.settings.length_unit.count(text) > 120 {
                return Err(self.too_long(120));
            }
            known.push(text);
        }
        if let Some(most) = self.field.length
            && known.len() > most as usize
        {
            return Err(self.too_long(most));
        }
        Ok(known.into())
    }

    /// An object with an id.
    fn reference(&self, value: &Value) -> Result<Value, Denial> {
        let id = value.get("id").and_then(|id| crate::body::digits(id, self.settings));
        let id = id.and_then(massup_model::RecordId::from_number);
        self.of_type(id.is_some(), "jsonobject")?;
        let mut kept = value.clone();
        if let (Some(members), Some(id)) = (kept.as_object_mut(), id) {
            members.insert("id".to_owned(), id.to_string().into());
        }
        Ok(kept)
    }
}

/// The digits of a number before the point; those of a whole one as they were written, which a double
/// may round.
fn digits_before_point(float: f64, number: &Value) -> u32 {
    let whole = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
    let text = whole.map_or_else(|| float.abs().trunc().to_string(), |whole| whole.to_string());
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn decimals_of(number: f64) -> u32 {
    let text = number.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    u32::try_from(decimals).unwrap_or(u32::MAX)
}

fn is_phone(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " +-.(),;#/".contains(c))
        && text.chars().any(|c| c.is_ascii_alphanumeric())
}

fn is_website(text: &str) -> bool {
    let rest = ["https://", "http://", "ftp://", "www."].iter().find_map(|start| {
        text.get(..start.len())
            .filter(|t| t.eq_ignore_ascii_case(start))
            .and(text.get(start.len()..))
    });
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !text.contains(char::is_whitespace)
            && !host.contains('@')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn field(data_type: &str, length: Option<u32>) -> Field {
        Field { api_name: "F".into(), data_type: data_type.into(), length, ..Field::default() }
    }

    #[test]
    fn each_type_takes_its_form_and_refuses_others() {
        use Refusal::{ValueDecimals, ValueFormat, ValueTooLong, ValueType};
        for (data_type, length, value, expected) in [
            ("text", Some(3), json!("abc"), None),
            ("text", Some(3), json!("abcd"), Some(ValueTooLong)),
            ("text", None, json!(1), Some(ValueType)),
            ("boolean", None, json!(true), None),
            ("boolean", None, json!("true"), Some(ValueType)),
            ("integer", None, json!(999_999_999), None),
            ("integer", None, json!(1_000_000_000), Some(ValueTooLong)),
            ("integer", None, json!(1.5), Some(ValueType)),
            ("integer", None, json!("12121"), None),
            ("integer", None, json!("NaN"), Some(ValueType)),
            ("currency", None, json!(0.123_456_789), None),
            ("currency", None, json!(0.123_456_789_1), Some(ValueDecimals)),
            ("currency", None, json!(1e17), Some(ValueTooLong)),
            ("percent", None, json!(99_999), None),
            ("percent", None, json!(100_000), Some(ValueTooLong)),
            ("bigint", None, json!("000123456789012345"), None),
            ("bigint", None, json!("1234567890123456789"), Some(ValueTooLong)),
            ("bigint", None, json!("12a"), Some(ValueFormat)),
            ("date", None, json!("2026-02-28"), None),
            ("date", None, json!("2026-02-29"), Some(ValueFormat)),
            ("datetime", None, json!("2026-02-28T10:00:00+05:30"), None),
            ("datetime", None, json!("2026-02-28 10:00:00"), Some(ValueFormat)),
            ("phone", None, json!("91(987)654321"), None),
            ("phone", None, json!("91_98"), Some(ValueFormat)),
            ("website", None, json!("www.zylker.example"), None),
            ("website", None, json!("zylker.example"), Some(ValueFormat)),
            ("email", None, json!("a@b.example"), None),
            ("email", None, json!("a@b"), Some(ValueFormat)),
            ("multiselectpicklist", None, json!(["a", "b"]), None),
            ("multiselectpicklist", None, json!(["a", "a"]), None),
            ("multiselectpicklist", None, json!("a"), Some(ValueType)),
            ("layout", None, json!({ "id": "1" }), None),
            ("layout", None, json!("1"), Some(ValueType)),
        ] {
            let outcome = check(&field(data_type, length), &value, &Settings::default());
            assert_eq!(outcome.err().map(|d| d.refusal), expected, "{data_type} {value}");
        }
    }

    #[test]
    fn a_range_holds_both_its_ends() {
        let field = Field { range: Some((0.0, 100.0)), ..field("integer", None) };
        let outcome =
            |n: i64| check(&field, &json!(n), &Settings::default()).err().map(|d| d.refusal);
        assert_eq!(outcome(0), None);
        assert_eq!(outcome(100), None);
        assert_eq!(outcome(101), Some(Refusal::ValueRange));
    }
}
