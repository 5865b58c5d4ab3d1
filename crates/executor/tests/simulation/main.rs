//! Runs against the emulator under faults and crashes, the same for the same seed.
//!
//! `MASSUP_SEEDS=10000` runs so many worlds, `MASSUP_SEEDS=10000..20000` those with these seeds, and
//! `MASSUP_SEED=7` runs one.

#![expect(clippy::print_stdout, reason = "the test runner shows it where a law is broken")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod laws;
mod met;
mod process;
mod scenario;
mod world;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use massup_emulator::settings::Faults;
use massup_executor::sqlite::Sqlite;
use massup_executor::{Journal, Memory};

use process::World;
use scenario::{identity, scenario};
use world::{Chance, Network, Shared};

/// Runs a world until nothing changes any more, and holds it against the laws. Returns what it has met.
fn simulate(seed: u64) -> BTreeSet<&'static str> {
    let mut chance = Chance::new(seed);
    let scenario = scenario(&mut chance);
    let mut world = World::new(chance, scenario);
    if seed.is_multiple_of(16) {
        // A journal in a file is opened again after each death.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        world.live(|| Sqlite::open(&path, &identity()).unwrap());
        world.judge(&mut Sqlite::open(&path, &identity()).unwrap());
    } else {
        let journal = Rc::new(RefCell::new(Memory::new(identity())));
        world.live(|| Shared(Rc::clone(&journal), identity()));
        world.judge(&mut Shared(journal, identity()));
    }
    world.met()
}

impl World {
    fn live<J: Journal>(&mut self, open: impl Fn() -> J) {
        self.scenario.server.faults = Network::any(&mut self.chance);
        let (stall, fail) = (self.chance.percent(10), self.chance.percent(15));
        let after = self.chance.below(30);
        self.scenario.server.emulator.configure(|settings| {
            settings.faults.stall_jobs_after = stall.then_some(after);
            settings.faults.fail_jobs_after = (fail && !stall).then_some(after);
        });
        self.meddles = self.chance.percent(20);
        self.slow = self.chance.percent(30);
        self.impatient = self.chance.percent(20);
        self.lags = self.chance.percent(50);
        let deaths = self.chance.below(5);
        for _ in 0..deaths {
            let writes = self.chance.below(60);
            self.run(&mut open(), writes);
        }
        // In the end the network is well again.
        self.meddles = false;
        self.slow = false;
        self.impatient = false;
        self.scenario.server.faults = Network::default();
        self.scenario.server.emulator.configure(|settings| settings.faults = Faults::default());
        for _ in 0..4 {
            self.run(&mut open(), u64::MAX);
        }
        self.rest();
    }

    /// Everything that is on its way arrives.
    fn rest(&mut self) {
        while !self.late.is_empty() {
            self.pass(Duration::from_secs(10));
        }
        self.scenario.server.emulator.run_jobs().unwrap();
    }
}

/// The process dies at each of its writes in turn, once; then another one goes on.
#[test]
fn every_write_may_be_the_last() {
    let mut kinds = BTreeSet::new();
    for seed in 0..24 {
        for writes in 0.. {
            let mut chance = Chance::new(seed);
            let scenario = scenario(&mut chance);
            if scenario.records > 100 {
                break;
            }
            kinds.insert(format!("{:?}", scenario.kind));
            let mut world = World::new(chance, scenario);
            world.lags = !seed.is_multiple_of(3);
            let journal = Rc::new(RefCell::new(Memory::new(identity())));
            let open = || Shared(Rc::clone(&journal), identity());
            let survived = world.run(&mut open(), writes).is_some();
            for _ in 0..2 {
                world.run(&mut open(), u64::MAX);
            }
            world.rest();
            world.judge(&mut open());
            if survived {
                break;
            }
        }
    }
    assert_eq!(kinds.len(), 3);
}

/// The seeds of `MASSUP_SEEDS`, a number or a range; 300 where it is not set.
fn seeds() -> Range<u64> {
    let Ok(seeds) = std::env::var("MASSUP_SEEDS") else { return 0..300 };
    let (from, to) = seeds.split_once("..").unwrap_or(("0", &seeds));
    from.parse().unwrap()..to.parse().unwrap()
}

#[test]
fn worlds_keep_the_laws() {
    if let Ok(seed) = std::env::var("MASSUP_SEED") {
        simulate(seed.parse().unwrap());
        return;
    }
    // A second sending that is refused after a first one in doubt kept its images.
    simulate(6_312);
    // A call that is sent while its entry is still being written dies with the journal, and is sent twice.
    simulate(3_026);
    let mut met: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in seeds() {
        let of_this = std::panic::catch_unwind(|| simulate(seed));
        assert!(of_this.is_ok(), "the world with MASSUP_SEED={seed} breaks a law");
        for what in of_this.into_iter().flatten() {
            *met.entry(what).or_default() += 1;
        }
    }
    println!("{met:#?}");
    for what in [
        "blocked",
        "ids read",
        "interrupted",
        "job ended",
        "job failed",
        "job on the view",
        "meddled",
        "no answer",
        "sent while the disk writes",
        "server error",
        "settled: done",
        "settled: sent again",
        "settled: still in doubt",
        "stop: asked",
        "stop: job stalled",
        "stop: refused",
        "stop: unreachable",
        "waiting",
    ] {
        assert!(met.contains_key(what), "no world reaches `{what}`: {met:#?}");
    }
}
