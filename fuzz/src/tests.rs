//! Runs the targets on kept inputs, and on changed ones that are the same in every run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::*;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The inputs of a target in some folders, in the order of their names.
fn inputs(folders: &[PathBuf], target: &str) -> Vec<PathBuf> {
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder.join(target)).ok());
    let mut paths: Vec<_> = files.flatten().map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths
}

fn kept() -> [PathBuf; 2] {
    ["seeds", "regressions"].map(|folder| here().join(folder))
}

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

/// What makes one input of others; the same numbers in every run.
struct Changes(u64);

impl Changes {
    fn next(&mut self, below: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % below.max(1) as u64).unwrap()
    }

    /// One of some texts with up to four changes: bytes replaced, taken out, repeated, moved in from elsewhere, or a word
    /// that the formats know. The text replaces what is in `text`.
    fn input(&mut self, inputs: &[Vec<u8>], words: &[Vec<u8>], text: &mut Vec<u8>) {
        text.clear();
        text.extend_from_slice(&inputs[self.next(inputs.len())]);
        for _ in 0..=self.next(4) {
            let at = self.next(text.len() + 1);
            let end = (at + 1 + self.next(16)).min(text.len());
            match self.next(5) {
                0 if at < text.len() => text[at] = u8::try_from(self.next(256)).unwrap(),
                1 if at < end => drop(text.drain(at..end)),
                2 if at < end => {
                    text.extend_from_within(at..end);
                    text[at..].rotate_right(end - at);
                }
                3 => {
                    let other = &inputs[self.next(inputs.len())];
                    let from = self.next(other.len() + 1);
                    let to = (from + self.next(64)).min(other.len());
                    text.splice(at..end, other[from..to].iter().copied());
                }
                _ => {
                    let word = &words[self.next(words.len())];
                    text.splice(at..at, word.iter().copied());
                }
            }
        }
    }
}

/// A number that the environment sets.
fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

/// The words of the dictionary, without escapes.
fn words() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(here().join("words.dict")).unwrap();
    let word = |line: &str| Some(line.strip_prefix('"')?.strip_suffix('"')?.replace('\\', ""));
    text.lines().filter_map(word).map(String::into_bytes).collect()
}

/// Kept inputs with changes. `MASSUP_FUZZ_RUNS` is their number for each target, `MASSUP_FUZZ_TARGET` the only target to
/// run, and `MASSUP_FUZZ_SEED` chooses other changes; an input that breaks a law is left in `fuzz/crashes`.
#[test]
fn changed_inputs_keep_the_laws() {
    let runs: usize = number("MASSUP_FUZZ_RUNS").unwrap_or(20);
    let only = std::env::var("MASSUP_FUZZ_TARGET").ok();
    let [seeds, regressions] = kept();
    // Made by fuzz/seed from what other tests have.
    let folders = [seeds, regressions, here().join("../target/fuzz-seeds")];
    let words = words();
    for (name, target) in TARGETS {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let start = std::time::Instant::now();
        let mut inputs: Vec<_> =
            inputs(&folders, name).iter().map(|path| std::fs::read(path).unwrap()).collect();
        inputs.push(b"a".to_vec());
        let mut changes = Changes(number("MASSUP_FUZZ_SEED").unwrap_or(0));
        let mut input = Vec::new();
        for run in 0..runs {
            changes.input(&inputs, &words, &mut input);
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

#[test]
fn changes_are_the_same_in_every_run_and_of_every_kind() {
    let (inputs, words) = ([b"abcdef".to_vec(), b"0123456789".to_vec()], [b"word".to_vec()]);
    let all = |from| {
        let mut changes = Changes(from);
        let mut next = || {
            let mut text = Vec::new();
            changes.input(&inputs, &words, &mut text);
            text
        };
        (0..200).map(|_| next()).collect::<Vec<_>>()
    };
    assert_eq!(all(0), all(0));
    let (one, other) = (all(0), all(1));
    assert_ne!(one, other);
    let has = |part: &[u8]| one.iter().any(|text| text.windows(part.len()).any(|at| at == part));
    assert!(has(b"word") && has(b"abcdefabcdef") | has(b"ff") && has(b"a0") | has(b"f0"));
    assert!(one.iter().any(|text| text.len() < 6) && one.iter().any(|text| text.len() > 20));
}
