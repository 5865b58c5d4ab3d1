//! Shows that no input takes more than linear time: doubles inputs of many shapes and compares instruction
//! counts, which are free of noise. Needs `valgrind`.
//!
//! `cargo bench -p massup-benches --bench cliffs`; fixing, which checks a text up to a hundred times, takes minutes a
//! shape.

#![expect(clippy::cast_precision_loss, reason = "a ratio needs no last digit")]
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::hint::black_box;

use massup_benches::{instructions, shapes};
use massup_rules::report::Applicability;

/// Twice the input may take this many times the instructions.
const MOST: f64 = 2.3;

/// What is done with an input.
const WAYS: [&str; 2] = ["check", "fix"];

/// Shapes in which there is nothing to fix.
const CLEAN: [&str; 2] = ["clean ids", "shuffled ids"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [once, way, shape, number] = arguments.as_slice()
        && once == "once"
    {
        return run(way, shape, number.parse().unwrap());
    }
    let ways = WAYS.into_iter().flat_map(|way| shapes::SHAPES.map(|(shape, n)| (way, shape, n)));
    let ways = ways.filter(|(way, shape, _)| *way != "fix" || !CLEAN.contains(shape));
    if arguments.iter().any(|argument| argument == "--test") {
        for (way, shape, _) in ways {
            run(way, shape, 10);
        }
        return;
    }
    println!("{:26} {:>14} {:>14} {:>8}", "shape", "instructions", "per byte", "doubled");
    let mut steep = Vec::new();
    for (way, shape, number) in ways {
        // A process of its own, so that nothing is kept from the one before.
        let count = |n: usize| instructions(&["once", way, shape, &n.to_string()]).unwrap();
        let base = count(0);
        let [one, two] = [number, number * 2].map(|n| count(n).saturating_sub(base));
        let ratio = two as f64 / one as f64;
        let per_byte = one as f64 / shapes::input(shape, number).1.len() as f64;
        println!("{way:5} {shape:20} {one:14} {per_byte:14.0} {ratio:8.2}");
        if ratio > MOST {
            steep.push((way, shape));
        }
    }
    assert!(steep.is_empty(), "more than linear time: {steep:?}");
}

fn run(way: &str, shape: &str, number: usize) {
    let (name, text) = shapes::input(shape, number);
    let checker = massup_project::FileChecker::new(shapes::linter());
    if way == "fix" {
        black_box(checker.fix(name, &text, Applicability::Unsafe));
    } else {
        black_box(checker.check(name, text.as_bytes()));
    }
}
