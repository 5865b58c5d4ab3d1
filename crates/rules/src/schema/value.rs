//! The schema of a value, by the metadata of its field.

use serde_json::{Map, Value, json};

use crate::facts::{Field, PickOption};
use crate::format;
use crate::snapshot::wrong_value_type::shape;

/// White space, as Rust defines it. Regular expressions differ in what `\s` is.
const SPACE: &str =
    "[\t-\r \u{85}\u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}]";

/// The values of a field that can be set, with or without `null` and the empty text.
pub(super) fn of(field: &Field, null: bool, empty: bool) -> Value {
    let shape = field.data_type.as_deref().and_then(shape);
    let mut schema = match shape {
        Some("a string") => text(field, empty),
        Some("a number") => number(field),
        Some("a boolean") => one(json!({ "type": "boolean" })),
        Some("an array") => options(field),
        Some("an object") => {
            let id = json!({ "$ref": "#/$defs/id" });
            one(json!({ "type": "object", "required": ["id"], "properties": { "id": id } }))
        }
        _ => any(field, empty),
    };
    if null && let Some(kind) = schema.get_mut("type") {
        *kind = match kind.take() {
            Value::Array(mut kinds) => {
                kinds.push("null".into());
                kinds.into()
            }
            kind => json!([kind, "null"]),
        };
    }
    schema.insert("description".into(), description(field).into());
    schema.into()
}

/// The label of a field and its type.
fn description(field: &Field) -> String {
    let label = field.label.as_deref().unwrap_or(&field.api_name);
    match field.data_type.as_deref() {
        Some(data_type) => format!("{label} ({data_type})"),
        None => label.to_owned(),
    }
}

fn one(schema: Value) -> Map<String, Value> {
    if let Value::Object(members) = schema { members } else { Map::new() }
}

/// A text of a type.
fn text(field: &Field, empty: bool) -> Map<String, Value> {
    let mut schema = one(json!({ "type": "string" }));
    if let Some((usual, _)) = format::limit(field.data_type()) {
        schema.insert("maxLength".into(), field_length(field).unwrap_or(usual).into());
    }
    if !empty {
        schema.insert("minLength".into(), 1.into());
    }
    if let Some((pattern, other)) = pattern(field.data_type()) {
        if !pattern.is_empty() {
            // The empty text has no format.
            schema.insert("pattern".into(), format!("^$|{pattern}").into());
        }
        schema.insert("not".into(), json!({ "type": "string", "pattern": other }));
    }
    if let Some(options) = named(field) {
        schema.insert("anyOf".into(), or_no_text(&options));
    }
    schema
}

/// The most characters or digits: a type's own limit on digits holds whatever the field says.
fn field_length(field: &Field) -> Option<u64> {
    let (usual, unit) = format::limit(field.data_type())?;
    let length = field.length?;
    // Long integers are texts of digits.
    Some(match unit {
        "digits" => length.min(format::most_digits(field.data_type()).unwrap_or(usual)),
        _ => length,
    })
}

/// The format of a type as regular expressions: what a value matches, and what nothing in it matches. The second
/// also refuses a line feed at the end, before which `$` matches in some languages.
fn pattern(data_type: &str) -> Option<(String, &'static str)> {
    let day = "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)\
               |02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])\
               |(?:[02468][048]|[13579][26])00)-02-29)";
    let hour = "(?:[01][0-9]|2[0-3])";
    Some(match data_type {
        "date" => (format!("^{day}$"), "[^0-9-]"),
        "datetime" => (
            format!("^{day}T{hour}(?::[0-5][0-9]){{2}}(?:Z|[+-]{hour}:[0-5][0-9])$"),
            "[^0-9TZ:+-]",
        ),
        "bigint" => (String::new(), "[^0-9]"),
        "website" => {
            ("^(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ff][Tt][Pp]://|[Ww]{3}[.]).".to_owned(), SPACE)
        }
        "email" => ("^[^@]+@[^@.][^@]*[.][^@]*[^@.]$".to_owned(), SPACE),
        "phone" => ("[A-Za-z0-9]".to_owned(), "[^A-Za-z0-9 +.(),;#/-]"),
        _ => return None,
    })
}

/// A number, or the number in quotes that the rules only warn about.
fn number(field: &Field) -> Map<String, Value> {
    let digits = format::limit(field.data_type()).map_or(0, |(usual, _)| usual);
    let digits = field_length(field).unwrap_or(digits);
    let decimals = match field.data_type() {
        "integer" => 0,
        _ => field.decimal_place.unwrap_or(9).min(9),
    };
    let Some(below) = digits.checked_sub(1) else {
        // No number fits; one with an exponent is left to the rules here too.
        return one(json!({ "type": ["string"], "pattern": format!("^{EXPONENT}$") }));
    };
    let mut schema = one(json!({ "type": ["number", "string"] }));
    let outer = 10_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX));
    match field.range {
        Some((from, _)) if from > -outer => schema.insert("minimum".into(), plain(from)),
        _ => schema.insert("exclusiveMinimum".into(), plain(-outer)),
    };
    match field.range {
        Some((_, to)) if to < outer => schema.insert("maximum".into(), plain(to)),
        _ => schema.insert("exclusiveMaximum".into(), plain(outer)),
    };
    // Most validators divide by 0.01 in binary fractions, and would refuse 1.13.
    if decimals == 0 {
        schema.insert("multipleOf".into(), 1.into());
    }
    schema.insert("pattern".into(), quoted(below, decimals).into());
    schema.insert("not".into(), json!({ "type": "string", "pattern": "[^0-9eE.+-]" }));
    if let Some(options) = named(field) {
        schema.insert("anyOf".into(), or_no_text(&options));
    }
    schema
}

/// A number as JSON, without a fraction of zero.
fn plain(number: f64) -> Value {
    serde_json::from_str(&number.to_string()).unwrap_or_default()
}

/// A number with an exponent.
const EXPONENT: &str = "-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?[eE][+-]?[0-9]+";

/// A JSON number in quotes, with so many digits after the first one and so many decimals. How many digits one with
/// an exponent has is left to the rules.
fn quoted(below: u64, decimals: u64) -> String {
    let fraction = if decimals == 0 { "0+".to_owned() } else { format!("[0-9]{{1,{decimals}}}0*") };
    format!("^-?(?:0|[1-9][0-9]{{0,{below}}})(?:[.]{fraction})?$|^{EXPONENT}$")
}

/// The options of a multi-select picklist.
fn options(field: &Field) -> Map<String, Value> {
    let mut item = one(json!({ "type": "string" }));
    if let Some((most, _)) = format::limit("picklist") {
        item.insert("maxLength".into(), most.into());
    }
    if let Some(options) = named(field) {
        item.insert("anyOf".into(), options);
    }
    let mut schema = one(json!({ "type": "array", "items": item }));
    if let Some(most) = field.length {
        schema.insert("maxItems".into(), most.into());
    }
    schema
}

/// A value of a type that is unknown, or that no document describes.
fn any(field: &Field, empty: bool) -> Map<String, Value> {
    let mut schema = one(json!({
        "type": ["boolean", "number", "string", "array", "object"],
        "minLength": i32::from(!empty),
        "items": { "type": "string" },
        "required": ["id"],
        "properties": { "id": { "$ref": "#/$defs/id" } },
    }));
    if let Some((from, to)) = field.range {
        schema.insert("minimum".into(), plain(from));
        schema.insert("maximum".into(), plain(to));
    }
    if let Some(options) = named(field) {
        schema.insert("items".into(), json!({ "type": "string", "anyOf": options.clone() }));
        schema.insert("anyOf".into(), or_no_text(&options));
    }
    schema
}

/// Alternatives for texts; other values are not restricted.
fn or_no_text(alternatives: &Value) -> Value {
    let alternatives = alternatives.as_array().into_iter().flatten().cloned();
    alternatives.chain([json!({ "not": { "type": "string" } })]).collect()
}

/// The texts that the rules take for an option, as alternatives. Others are an error for the stage and the
/// pipeline of a deal; for other picklists they are a warning, so the options are listed for people and editors.
fn named(field: &Field) -> Option<Value> {
    let options = field.options.as_deref()?;
    let shown = |used: bool| {
        let options = options.iter().filter(move |option| option.used == used);
        options.map(|option| option.shown.as_str()).collect::<Vec<_>>()
    };
    let listed = json!({ "enum": shown(true) });
    if !matches!(&*field.api_name, "Stage" | "Pipeline") {
        return Some(json!([listed, { "description": "Other texts are a warning (MU225)." }]));
    }
    let other = |option: &PickOption| {
        [Some(option.value.clone()), option.reference.clone(), option.id.clone()]
    };
    let mut others: Vec<String> = shown(false).into_iter().map(str::to_owned).collect();
    others.extend(options.iter().flat_map(other).flatten());
    others.push(String::new());
    others.sort_unstable();
    others.dedup();
    let mut all = vec![listed, json!({ "description": "A warning (MU225).", "enum": others })];
    if field.api_name == "Pipeline" {
        all.push(json!({ "description": "The id of a pipeline.", "type": "string", "not": { "pattern": "[^0-9]" } }));
    }
    Some(all.into())
}
