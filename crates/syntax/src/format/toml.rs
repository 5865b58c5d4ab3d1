//! TOML text to a tree with places.

use std::borrow::Cow;

use massup_model::json::{Member, Node, Span, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Editing, Format, call, json};
use crate::document::Document;
use crate::embedded::decoded::Decoded;
use crate::embedded::descriptor;
use crate::problem::{OwnFormat, ProblemKind};
use crate::{bounds, comments};

pub(super) static FORMAT: Format = Format {
    name: "a TOML file",
    extensions: &["toml"],
    editing: Editing::Lines,
    seems: Some("a TOML file of another program"),
    read,
    ..Format::NEW
};

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    match parse(text) {
        Ok(root) => {
            document.comments = comments::of(text, &root);
            document.covered.extend(document.comments.iter().map(|comment| comment.span));
            let texts = |node: &Node<'_>| {
                let raw = text.get(node.span.start..node.span.end)?;
                Some(Decoded::of_lines(
                    node.as_str()?,
                    raw.trim_matches(['"', '\'']),
                    node.span.start,
                ))
            };
            call::document(document, root, &|document, node| {
                descriptor::calls(document, node, &texts)
            });
        }
        Err((span, reason)) => {
            document.add(ProblemKind::ChangeFile(OwnFormat::NotToml(reason)), span);
        }
    }
}

pub(crate) fn parse(text: &str) -> Result<Node<'_>, (Span, String)> {
    if let Some((at, most)) = bounds::too_many_values(text) {
        let reason = format!("the text holds more than {most} values");
        return Err((Span { start: at, end: at + 1 }, reason));
    }
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        (Span { start: span.start, end: span.end }, error.message().to_owned())
    })?;
    let span = Span { start: 0, end: text.len() };
    Ok(Node { value: object(table.into_inner()), span })
}

fn object(table: DeTable<'_>) -> Value<'_> {
    let mut members: Vec<Member<'_>> = table
        .into_iter()
        .map(|(key, value)| {
            let key_span = span(&key);
            Member { key: key.into_inner(), key_span, value: node(value) }
        })
        .collect();
    // The library sorts by key; people read in the order of the text.
    members.sort_by_key(|member| member.key_span);
    Value::Object(members)
}

fn node(value: Spanned<DeValue<'_>>) -> Node<'_> {
    let span = span(&value);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Integer(number) if number.radix() == 10 && json::is_number(number.as_str()) => {
            Value::Number(Cow::Owned(number.as_str().to_owned()))
        }
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Number(Cow::Owned(number.to_string())),
            Err(_) => Value::String(Cow::Owned(number.as_str().to_owned())),
        },
        // Letter for letter: a double would have other digits than the text.
        DeValue::Float(number) => match number.as_str() {
            written if json::is_number(written) => Value::Number(Cow::Owned(written.to_owned())),
            written => match json_number(written) {
                Some(number) => Value::Number(Cow::Owned(number)),
                None => Value::String(Cow::Owned(written.to_owned())),
            },
        },
        // The API takes dates as strings in this very form.
        DeValue::Datetime(value) => Value::String(Cow::Owned(value.to_string())),
        DeValue::Array(items) => Value::Array(items.into_iter().map(node).collect()),
        DeValue::Table(table) => object(table),
    };
    Node { value, span }
}

/// A number of TOML as JSON writes it: without the `+` in front.
fn json_number(written: &str) -> Option<String> {
    let number = written.strip_prefix('+').unwrap_or(written);
    json::is_number(number).then(|| number.to_owned())
}

fn span<T>(spanned: &Spanned<T>) -> Span {
    let span = spanned.span();
    Span { start: span.start, end: span.end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_the_order_of_the_text_and_dates_become_strings() {
        let text = "module = \"Leads\"\n[set]\nDue = 2026-11-23\nAge = 0x1F\n";
        let root = parse(text).unwrap();
        assert_eq!(root.resolve("/set/Due").unwrap().as_str(), Some("2026-11-23"));
        assert_eq!(root.resolve("/set/Age").unwrap().as_integer(), Some(31));
        assert_eq!(root.as_object().unwrap()[0].key, "module");
    }

    #[test]
    fn numbers_keep_the_digits_that_are_written() {
        for (toml, number) in [
            ("5.72577E+18", "5.72577E+18"),
            ("7.0", "7.0"),
            ("+1_000.50", "1000.50"),
            ("-0.0", "-0.0"),
            ("1_000", "1000"),
        ] {
            let text = format!("a = {toml}");
            let root = parse(&text).unwrap();
            let found = root.field("a").unwrap();
            assert!(matches!(&found.value, Value::Number(text) if text == number), "{found:?}");
        }
        for toml in ["inf", "nan"] {
            let text = format!("a = {toml}");
            let root = parse(&text).unwrap();
            assert_eq!(root.field("a").unwrap().as_str(), Some(toml));
        }
    }
}
