//! Linting a folder of clean calls, beside reading its files.

use std::fs;
use std::path::PathBuf;

use divan::Bencher;
use massup_benches::body;
use massup_rules::{Facts, Linter};

fn main() {
    divan::main();
}

#[divan::bench]
fn read_a_folder(bencher: Bencher<'_, '_>) {
    let (_folder, files) = folder();
    bencher.bench(|| files.iter().map(|file| fs::read(file).map_or(0, |b| b.len())).sum::<usize>());
}

#[divan::bench(args = [false, true])]
fn lint_a_folder(bencher: Bencher<'_, '_>, with_facts: bool) {
    let (_folder, files) = folder();
    let linter = if with_facts { informed() } else { Linter::new().module("Leads") };
    let lint = |file: &PathBuf| linter.lint("body.json", &fs::read(file).unwrap_or_default());
    bencher.bench(|| files.iter().filter(|file| lint(file).worst().is_some()).count());
}

/// A linter that knows the example snapshot.
fn informed() -> Linter {
    let mut facts = Facts::default();
    for (name, content) in [
        ("fields/Leads.json", include_str!("../examples/snapshot/fields/Leads.json")),
        ("layouts/Leads.json", include_str!("../examples/snapshot/layouts/Leads.json")),
        ("modules.json", include_str!("../examples/snapshot/modules.json")),
        ("user.json", include_str!("../examples/snapshot/user.json")),
        ("overrides.toml", include_str!("../examples/snapshot/overrides.toml")),
    ] {
        assert!(facts.add(name, content).is_ok_and(|taken| taken), "{name}");
    }
    Linter::new().module("Leads").facts(facts)
}

/// A folder of 2,000 bodies of 50 ids.
#[expect(clippy::unwrap_used, reason = "a benchmark without its files fails")]
fn folder() -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let file = |number: u32| {
        let file = folder.path().join(format!("{number}.json"));
        fs::write(&file, body(50)).unwrap();
        file
    };
    let files = (0..2_000).map(file).collect();
    (folder, files)
}
