//! What any bytes must not do. Each target takes bytes and panics where a law is broken.
//!
//! `fuzz/run` drives the targets with libFuzzer. The tests here run them on every seed and on every input that once
//! broke a law.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a target fails by panicking")]
#![cfg_attr(
    test,
    expect(clippy::print_stdout, reason = "the runner shows it where a law is broken")
)]

mod changes;
mod emulator;
mod facts;
mod ids;
mod journal;
mod lint;
mod machine;
mod plans;
mod settings;
mod shown;

/// Runs code on bytes, and panics where a law is broken.
pub type Target = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: [(&str, Target); 11] = [
    ("changes", changes::target),
    ("emulator", emulator::target),
    ("facts", facts::target),
    ("fixes", lint::fixes),
    ("formats", lint::formats),
    ("ids", ids::target),
    ("journal", journal::target),
    ("lint", lint::target),
    ("machine", machine::target),
    ("plans", plans::target),
    ("settings", settings::target),
];

/// The first byte, which chooses among kinds of input, and the others.
fn choice(bytes: &[u8]) -> Option<(usize, &[u8])> {
    // Letters, so that seeds are texts.
    bytes.split_first().map(|(first, rest)| (usize::from(first.wrapping_sub(b'a')), rest))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The inputs in the repository: first ones, and those that once broke a law.
    #[test]
    fn every_kept_input_keeps_the_laws() {
        let mut run = 0;
        for kept in ["seeds", "regressions"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept);
            for (name, target) in TARGETS {
                let Ok(files) = std::fs::read_dir(folder.join(name)) else { continue };
                for file in files {
                    let path = file.unwrap().path();
                    println!("{}", path.display());
                    target(&std::fs::read(path).unwrap());
                    run += 1;
                }
            }
        }
        assert!(run >= 20, "{run}");
    }
}
