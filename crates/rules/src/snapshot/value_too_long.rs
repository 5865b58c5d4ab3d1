use massup_model::json::{Member, Node, Value, join};

use crate::facts::{Dependency, Facts, Field};
use crate::format;
use crate::known::{self, Set};
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::safe::Safe;
use crate::sink::Sink;

declare_rule! {
    /// The value has more characters or digits than the field allows.
    ///
    /// ## Why
    ///
    /// The limit is `length` of the field: characters of texts, digits before the decimal point of numbers. Without
    /// `length` a text has at most 255 characters, a phone number 30, a website 450; an integer has 9 digits, a long
    /// integer 18, an amount 16, a percentage 5. Documents do not define a character; massup counts Unicode code
    /// points, the most lenient reading.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Mobile": "+91 44 12345678901234567890123456" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "No_of_Employees": 1000000000 }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Serial": "1234567890123456789" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Serial": "123456789012345678" }], "ids": ["554023000000497007"] }
    /// ```
    MU222 "value-too-long",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [VALUE_INVALID, VALUE_INVALID_BEFORE_V8],
    sources: [V7_INSERT, V7_CREATE_FIELD, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Values(check, safe),
}

fn safe(field: &Field, _: &[Dependency]) -> Safe {
    if field.data_type() == "multiselectpicklist" {
        let bytes = format::limit("picklist").map_or(0, |(most, _)| most);
        return Safe { bytes, items: field.length.unwrap_or(u64::MAX), ..Safe::ALL };
    }
    let Some((most, unit)) = most(field) else { return Safe::ALL };
    let texts = unit != "digits" || field.data_type() == "bigint";
    let bytes = if texts { most } else { 0 };
    Safe { bytes, digits: most, digits_below_zero: most, ..Safe::ALL }
}

fn check(values: &[Set<'_>], _: &Facts, sink: &mut Sink<'_>) {
    for &Set { member, field, .. } in values {
        if let Some(options) = member.value.as_array() {
            options_too_long(member, options, field, sink);
            continue;
        }
        let Some((most, unit)) = most(field) else { continue };
        let size = match (&member.value.value, field.data_type()) {
            (Value::String(text), "bigint") => text.chars().count() as u64,
            (Value::String(text), _) if unit != "digits" => text.chars().count() as u64,
            _ => match known::number(&member.value) {
                Some(number) => format::digits(number).0,
                None => continue,
            },
        };
        if size > most {
            let message =
                format!("the value has {size} {unit}; field `{}` allows {most}", member.key);
            sink.value(join("/data/0", &member.key), message).help(format!(
                "shorten the value to {most} {unit}, or increase the length of the field"
            ));
        }
    }
}

/// The most characters or digits of a value, and which of them.
fn most(field: &Field) -> Option<(u64, &'static str)> {
    let (usual, unit) = format::limit(field.data_type())?;
    let most = match field.length {
        // A type's own limit on digits holds whatever the field says.
        Some(length) if unit == "digits" => {
            length.min(format::most_digits(field.data_type()).unwrap_or(usual))
        }
        Some(length) => length,
        None => usual,
    };
    Some((most, unit))
}

/// Checks the length of options and their number.
fn options_too_long(member: &Member<'_>, options: &[Node<'_>], field: &Field, sink: &mut Sink<'_>) {
    if field.data_type() != "multiselectpicklist" {
        return;
    }
    let Some((most, unit)) = format::limit("picklist") else { return };
    for (index, option) in options.iter().enumerate() {
        let size = option.as_str().map_or(0, |text| text.chars().count() as u64);
        if size > most {
            let message = format!("the option has {size} {unit}; an option has at most {most}");
            sink.value(known::pointer(member, Some(index)), message)
                .help("use an option of the field");
        }
    }
    if field.length.is_none_or(|most| options.len() as u64 <= most) {
        return;
    }
    let mut different: Vec<&str> = options.iter().filter_map(Node::as_str).collect();
    different.sort_unstable();
    different.dedup();
    if let Some(most) = field.length.filter(|most| different.len() as u64 > *most) {
        let message =
            format!("{} options are given; field `{}` allows {most}", different.len(), member.key);
        sink.value(known::pointer(member, None), message)
            .help(format!("list at most {most} options"));
    }
}
