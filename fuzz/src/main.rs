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
    use std::sync::{LazyLock, Mutex};

    use massup_fuzz::mutate::Mutator;

    static TARGET: LazyLock<massup_fuzz::Target> = LazyLock::new(super::target);

    static MUTATOR: LazyLock<Mutex<Mutator>> = LazyLock::new(|| {
        let name = std::env::var("MASSUP_FUZZ_TARGET").unwrap_or_default();
        Mutex::new(Mutator::new(&name, 0))
    });

    libfuzzer_sys::fuzz_target!(|bytes: &[u8]| TARGET(bytes));

    /// Whether libFuzzer's own changes are the only ones, to see what the others reach.
    static ALONE: LazyLock<bool> =
        LazyLock::new(|| std::env::var_os("MASSUP_FUZZ_ALONE").is_some());

    // Half of the changes are libFuzzer's own, which compare what the code compares.
    libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
        if seed % 2 == 0 || *ALONE {
            return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
        }
        let mut text = data[..size].to_vec();
        let mut mutator = MUTATOR.lock().unwrap();
        mutator.restart(seed.into());
        mutator.change(&mut text);
        if text.len() > max_size {
            return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
        }
        data[..text.len()].copy_from_slice(&text);
        text.len()
    });
}

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let target = target();
    for file in std::env::args_os().skip(1) {
        target(&std::fs::read(file)?);
    }
    Ok(())
}
