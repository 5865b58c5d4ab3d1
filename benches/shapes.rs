//! Inputs that repeat one thing many times.

use massup_rules::Linter;
use massup_rules::facts::{Facts, Field, PickOption};

/// What an input repeats, and its number in the smaller of both inputs.
pub const SHAPES: [(&str, usize); 21] = [
    ("clean ids", 250),
    ("shuffled ids", 250),
    ("too many ids", 20_000),
    ("repeated ids", 20_000),
    ("malformed ids", 20_000),
    ("ids as numbers", 20_000),
    ("fields", 5_000),
    ("repeated fields", 5_000),
    ("empty fields", 5_000),
    ("labels as fields", 5_000),
    ("objects as values", 5_000),
    ("unknown keys", 5_000),
    ("repeated keys", 5_000),
    ("options", 5_000),
    ("repeated options", 5_000),
    ("unknown options", 5_000),
    ("depth", 20_000),
    ("a long value", 500_000),
    ("fields of a change", 5_000),
    ("ids of a change", 5_000),
    ("faulty lines", 500),
];

/// A linter that knows the fields of the inputs.
pub fn linter() -> Linter {
    let mut city = Field::new("F1", "multiselectpicklist");
    city.options = Some((0..500).map(|n| PickOption::new(format!("o{n}"))).collect());
    let fields = (2..300).map(|n| Field::new(format!("F{n}"), "text")).chain([city]);
    Linter::new().module("Deals").facts(Facts::default().fields("Deals", fields))
}

/// The name and the text of an input.
pub fn input(shape: &str, number: usize) -> (&'static str, String) {
    let list = |item: &dyn Fn(usize) -> String| (0..number).map(item).collect::<Vec<_>>().join(",");
    let ids = |item: &dyn Fn(usize) -> String| {
        format!(r#"{{"data":[{{"F2":"a"}}],"ids":[{}]}}"#, list(item))
    };
    let fields =
        |item: &dyn Fn(usize) -> String| format!(r#"{{"data":[{{{}}}],"ids":["7"]}}"#, list(item));
    let options = |item: &dyn Fn(usize) -> String| {
        format!(r#"{{"data":[{{"F1":[{}]}}],"over_write":true,"ids":["7"]}}"#, list(item))
    };
    let id = |n: usize| format!("\"{}\"", 554_023_000_000_000_000 + n as u64);
    let text = match shape {
        "clean ids" | "too many ids" => ids(&id),
        "shuffled ids" => ids(&|n| id(n * 7_919 % number)),
        "repeated ids" => ids(&|_| id(7)),
        "malformed ids" => ids(&|n| format!("\"x{n}\"")),
        "ids as numbers" => ids(&|n| (n + 1).to_string()),
        "fields" => fields(&|n| format!("\"F{n}\":\"a\"")),
        "repeated fields" => fields(&|_| "\"F2\":\"a\"".to_owned()),
        "empty fields" => fields(&|n| format!("\"F{n}\":\"\"")),
        "labels as fields" => fields(&|n| format!("\"Field {n}\":\"a\"")),
        "objects as values" => fields(&|n| format!("\"F{n}\":{{\"id\":\"7\"}}")),
        "unknown keys" => {
            format!(r#"{{"data":[{{"F2":"a"}}],"ids":["7"],{}}}"#, list(&|n| format!("\"k{n}\":1")))
        }
        "repeated keys" => format!(
            r#"{{"data":[{{"F2":"a"}}],"ids":["7"],{}}}"#,
            list(&|_| "\"cvid\":\"7\"".to_owned())
        ),
        "options" => options(&|n| format!("\"o{}\"", n % 500)),
        "repeated options" => options(&|_| "\"o1\"".to_owned()),
        "unknown options" => options(&|n| format!("\"p{n}\"")),
        "fields of a change" => format!(
            r#"{{"module":"Leads","set":{{{}}},"select":{{"ids":["7"]}}}}"#,
            list(&|n| format!("\"F{n}\":\"a\""))
        ),
        "ids of a change" => format!(
            r#"{{"module":"Leads","set":{{"F2":"a"}},"select":{{"ids":[{}]}}}}"#,
            list(&|n| id(n / 2))
        ),
        "depth" => "[".repeat(number),
        "a long value" => format!(r#"{{"data":[{{"F2":"{}"}}],"ids":["7"]}}"#, "a".repeat(number)),
        _ => "{\"data\":[{\"F2\":\"a\"}],\"ids\":[\"7\",\"7\"]}\n".repeat(number),
    };
    let name = match shape {
        "faulty lines" => "a.jsonl",
        "fields of a change" | "ids of a change" => "a.massup.json",
        _ => "a.json",
    };
    (name, text)
}
