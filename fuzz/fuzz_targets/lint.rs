//! Any bytes, under any name, with any module: a report, twice the same, and never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use massup_rules::Linter;

const NAMES: [&str; 4] = ["a.json", "a.jsonl", "a.massup.yaml", "a.massup.toml"];

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let name = NAMES[usize::from(kind) % NAMES.len()];
    for linter in [Linter::new(), Linter::new().module("Deals")] {
        let report = linter.lint(name, bytes);
        assert_eq!(report, linter.lint_in_full(name, bytes));
    }
});
