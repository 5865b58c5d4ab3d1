//! Runs the targets on kept inputs, and on changed ones that are the same in every run.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use massup_emulator::Refusal;
use massup_tests::foretold::{Foretold, MET_ELSEWHERE, foretold};
use serde_json::{Value, json};

use super::mutate::{Mutator, here, inputs, kept};
use super::*;

/// The inputs in the repository: first ones, and those that once broke a law.
#[test]
fn every_kept_input_keeps_the_laws() {
    let mut run = 0;
    for (name, target) in TARGETS {
        for path in inputs(&kept(), name) {
            println!("{}", path.display());
            target(&std::fs::read(path).unwrap());
            run += 1;
        }
    }
    assert!(run >= 20, "{run}");
}

/// A number that the environment sets.
fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

/// Kept inputs with changes. `MASSUP_FUZZ_RUNS` is their number for each target, `MASSUP_FUZZ_TARGET` the only target to
/// run, and `MASSUP_FUZZ_SEED` chooses other changes; an input that breaks a law is left in `fuzz/crashes`.
#[test]
fn changed_inputs_keep_the_laws() {
    let runs: usize = number("MASSUP_FUZZ_RUNS").unwrap_or(20);
    let only = std::env::var("MASSUP_FUZZ_TARGET").ok();
    let seed = number("MASSUP_FUZZ_SEED").unwrap_or(0);
    for (name, target) in TARGETS {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let start = std::time::Instant::now();
        let mut mutator = Mutator::new(name, seed);
        let mut input = Vec::new();
        for run in 0..runs {
            mutator.input(&mut input);
            if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
                let folder = here().join("crashes");
                std::fs::create_dir_all(&folder).unwrap();
                let path = folder.join(format!("{name}-{run}"));
                std::fs::write(&path, &input).unwrap();
                panic!("{} breaks a law of `{name}`", path.display());
            }
        }
        println!("{name:10} {runs:8} runs {:6.1} s", start.elapsed().as_secs_f64());
    }
}

/// Switching off any rule that foretells an answer of the emulator would be seen: some input needs it.
#[test]
fn the_readings_agree_by_every_rule() {
    let refusals = Refusal::ALL.iter().filter(|refusal| !MET_ELSEWHERE.contains(refusal));
    let mut missed: BTreeSet<_> = refusals
        .flat_map(|refusal| match foretold(*refusal) {
            Foretold::ByNobody => &[],
            Foretold::As(codes) | Foretold::AtLeast(_, codes) => codes,
        })
        .copied()
        .collect();
    // Without what an earlier run has left in the folder of the build.
    let mut mutator = Mutator::in_folders(&mutate::kept(), "agreement", 0);
    let mut input = Vec::new();
    // As many as .ci/fuzz runs the target on.
    for _ in 0..60_000 {
        mutator.input(&mut input);
        for code in agreement::needed(&input) {
            missed.remove(code);
        }
        if missed.is_empty() {
            return;
        }
    }
    panic!("a seed or a word is wanted from which the changes lead to {missed:?}");
}

/// A thousand inputs made of some.
fn changed(inputs: &[&str], from: u64) -> Vec<Vec<u8>> {
    let inputs = inputs.iter().map(|input| input.as_bytes().to_vec()).collect();
    let mut mutator = Mutator::of(inputs, vec![b"word".to_vec()], from);
    let next = |_| {
        let mut text = Vec::new();
        mutator.input(&mut text);
        text
    };
    (0..1_000).map(next).collect()
}

#[test]
fn words_are_read_as_libfuzzer_reads_them() {
    let read = |written| mutate::word(written).unwrap();
    assert_eq!(read(r#"\"data\""#), b"\"data\"");
    assert_eq!(read(r"\x1b[2J\\u0000"), b"\x1b[2J\\u0000");
    assert_eq!(read(r"\xe2\x80\xae"), "\u{202e}".as_bytes());
    assert_eq!(mutate::word(r"\xzz"), None);
}

#[test]
fn changes_are_the_same_in_every_run_and_of_every_kind() {
    let all = |from| changed(&["abcdef", "0123456789"], from);
    assert_eq!(all(0), all(0));
    let (one, other) = (all(0), all(1));
    assert_ne!(one, other);
    let has = |part: &[u8]| one.iter().any(|text| text.windows(part.len()).any(|at| at == part));
    assert!(has(b"word") && has(b"abcdefabcdef") | has(b"ff") && has(b"a0") | has(b"f0"));
    assert!(one.iter().any(|text| text.len() < 6) && one.iter().any(|text| text.len() > 20));
}

type Is = fn(&Value) -> bool;

#[test]
fn trees_are_changed_in_every_way() {
    let inputs = [r#"a{"ids":["12","34"],"data":{"City":"Bern"}}"#, r#"a{"ids":["7"],"cvid":5}"#];
    let trees = changed(&inputs, 0);
    let trees: Vec<Value> =
        trees.iter().filter_map(|text| serde_json::from_slice(text.get(1..)?).ok()).collect();
    assert!(trees.len() > 500, "most of them are still JSON: {}", trees.len());
    let ways: [(&str, Is); 12] = [
        ("an emptied list", |tree| tree["ids"] == json!([])),
        ("an emptied object", |tree| tree["data"] == json!({})),
        ("an emptied text", |tree| tree["data"]["City"] == ""),
        ("a removed member", |tree| tree.get("ids").is_none() && tree.get("data").is_some()),
        ("a removed item", |tree| tree["ids"] == json!(["34"])),
        ("a null", |tree| tree["ids"].is_null() && tree.get("ids").is_some()),
        ("an item twice", |tree| tree["ids"] == json!(["7", "7"])),
        ("too many items", |tree| tree["ids"].as_array().is_some_and(|ids| ids.len() > 500)),
        ("a member of another", |tree| tree.get("data").is_some() && tree.get("cvid").is_some()),
        ("a value of another", |tree| tree["data"].is_object() && tree["ids"] == json!(["7"])),
        ("a number for a text", |tree| tree["ids"][0].is_number()),
        ("a word", |tree| tree.to_string().contains("word")),
    ];
    for (name, has) in ways {
        assert!(trees.iter().any(has), "{name}");
    }
}
