//! Shows that no input takes more than linear time: doubles inputs of many shapes and compares instruction
//! counts, which are free of noise. Needs `valgrind`.
//!
//! `cargo bench -p massup-benches --bench cliffs`

#![expect(clippy::cast_precision_loss, reason = "a ratio needs no last digit")]
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::hint::black_box;

use massup_benches::{instructions, shapes};

/// Twice the input may take this many times the instructions.
const MOST: f64 = 2.3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [once, shape, number] = arguments.as_slice()
        && once == "once"
    {
        return check_once(shape, number.parse().unwrap());
    }
    if arguments.iter().any(|argument| argument == "--test") {
        for (shape, _) in shapes::SHAPES {
            check_once(shape, 10);
        }
        return;
    }
    println!("{:20} {:>14} {:>14} {:>8}", "shape", "instructions", "per byte", "doubled");
    let mut steep = Vec::new();
    for (shape, number) in shapes::SHAPES {
        let base = count(shape, 0);
        let [one, two] = [number, number * 2].map(|n| count(shape, n).saturating_sub(base));
        let ratio = two as f64 / one as f64;
        let per_byte = one as f64 / shapes::input(shape, number).1.len() as f64;
        println!("{shape:20} {one:14} {per_byte:14.0} {ratio:8.2}");
        if ratio > MOST {
            steep.push(shape);
        }
    }
    assert!(steep.is_empty(), "more than linear time: {steep:?}");
}

/// Counts the instructions of a process that checks one input.
fn count(shape: &str, number: usize) -> u64 {
    instructions(&["once", shape, &number.to_string()]).unwrap()
}

fn check_once(shape: &str, number: usize) {
    let (name, text) = shapes::input(shape, number);
    let checker = massup_project::FileChecker::new(shapes::linter());
    black_box(checker.check(name, text.as_bytes()));
}
