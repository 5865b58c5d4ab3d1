//! Runs the target that `MASSUP_FUZZ_TARGET` names: under libFuzzer, or without it on the files that are named.

#![cfg_attr(fuzzing, no_main)]

use massup_fuzz::{TARGETS, Target};

/// The target to run.
fn target() -> Target {
    let name = std::env::var("MASSUP_FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert!(found.is_some(), "MASSUP_FUZZ_TARGET is one of {}", names.join(", "));
    found.map_or(|_| {}, |(_, target)| *target)
}

#[cfg(fuzzing)]
mod fuzzed {
    use std::sync::LazyLock;

    static TARGET: LazyLock<massup_fuzz::Target> = LazyLock::new(super::target);

    libfuzzer_sys::fuzz_target!(|bytes: &[u8]| TARGET(bytes));
}

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let target = target();
    for file in std::env::args_os().skip(1) {
        target(&std::fs::read(file)?);
    }
    Ok(())
}
