//! Shows that no input takes more than linear time: doubles inputs of many shapes and compares instruction
//! counts, which are free of noise. Needs `valgrind`.
//!
//! `cargo bench -p massup-benches --bench cliffs`

#![expect(clippy::cast_precision_loss, reason = "a ratio needs no last digit")]
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::hint::black_box;
use std::process::Command;

use massup_rules::Linter;
use massup_rules::facts::{Facts, Field, PickOption};

/// Twice the input may take this many times the instructions.
const MOST: f64 = 2.3;

/// What an input repeats, and its number in the smaller of both inputs.
const SHAPES: [(&str, usize); 19] = [
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
    ("faulty lines", 500),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [once, shape, number] = arguments.as_slice()
        && once == "once"
    {
        return check_once(shape, number.parse().unwrap());
    }
    if arguments.iter().any(|argument| argument == "--test") {
        for (shape, _) in SHAPES {
            check_once(shape, 10);
        }
        return;
    }
    println!("{:20} {:>14} {:>14} {:>8}", "shape", "instructions", "per byte", "doubled");
    let mut steep = Vec::new();
    for (shape, number) in SHAPES {
        let base = instructions(shape, 0);
        let [one, two] = [number, number * 2].map(|n| instructions(shape, n).saturating_sub(base));
        let ratio = two as f64 / one as f64;
        let per_byte = one as f64 / input(shape, number).1.len() as f64;
        println!("{shape:20} {one:14} {per_byte:14.0} {ratio:8.2}");
        if ratio > MOST {
            steep.push(shape);
        }
    }
    assert!(steep.is_empty(), "more than linear time: {steep:?}");
}

/// Counts the instructions of a process that checks one input.
fn instructions(shape: &str, number: usize) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["once", shape, &number.to_string()])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.split_once("Collected : "));
    line.unwrap_or_else(|| panic_with(&text)).1.trim().parse().unwrap()
}

#[expect(clippy::panic, reason = "there is nothing to measure")]
fn panic_with(text: &str) -> ! {
    panic!("callgrind failed:\n{text}")
}

fn check_once(shape: &str, number: usize) {
    let (name, text) = input(shape, number);
    let mut city = Field::new("F1", "multiselectpicklist");
    city.options = Some((0..500).map(|n| PickOption::new(format!("o{n}"))).collect());
    let fields = (2..300).map(|n| Field::new(format!("F{n}"), "text")).chain([city]);
    let linter = Linter::new().module("Deals").facts(Facts::default().fields("Deals", fields));
    black_box(linter.lint(name, text.as_bytes()));
}

/// The name and the text of an input.
fn input(shape: &str, number: usize) -> (&'static str, String) {
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
        "depth" => "[".repeat(number),
        "a long value" => format!(r#"{{"data":[{{"F2":"{}"}}],"ids":["7"]}}"#, "a".repeat(number)),
        _ => "{\"data\":[{\"F2\":\"a\"}],\"ids\":[\"7\",\"7\"]}\n".repeat(number),
    };
    (if shape == "faulty lines" { "a.jsonl" } else { "a.json" }, text)
}
