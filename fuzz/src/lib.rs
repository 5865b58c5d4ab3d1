//! What any bytes must not do. Each target takes bytes and panics where a law is broken.
//!
//! `fuzz/run` drives the targets with libFuzzer. The tests here run them on every seed and on every input that once
//! broke a law.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a target fails by panicking")]
#![cfg_attr(
    test,
    expect(clippy::print_stdout, reason = "the runner shows it where a law is broken")
)]

mod agreement;
mod changes;
mod emulator;
mod facts;
mod ids;
mod journal;
mod lint;
mod machine;
pub mod mutate;
mod plans;
mod settings;
mod shown;

/// Runs code on bytes, and panics where a law is broken.
pub type Target = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: [(&str, Target); 12] = [
    ("agreement", agreement::target),
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
mod tests;
