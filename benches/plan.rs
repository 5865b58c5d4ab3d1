//! Planning a million ids, beside a plain parse of the same ids and a plain set of strings. `plan.py` measures the
//! command.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use divan::Bencher;
use divan::counter::ItemsCount;
use massup_model::{ApiVersion, RecordId};
use massup_planner::ids::Ids;
use massup_planner::{IdSet, Plan, file};
use roaring::RoaringTreemap;

const IDS: u64 = 1_000_000;

fn main() {
    divan::main();
}

/// How a list of ids is made.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// One organisation's, in order.
    Ascending,
    /// One organisation's, in any order.
    Shuffled,
    /// Far apart.
    Random,
    /// Far apart, and alike in the upper bits of their products with the golden ratio, which many tables hash by.
    Colliding,
}

const KINDS: [Kind; 4] = [Kind::Ascending, Kind::Shuffled, Kind::Random, Kind::Colliding];

impl Kind {
    fn ids(self) -> Vec<u64> {
        // A linear congruential generator of full period: the same numbers in every run.
        let mut state = 7_u64;
        let mut random = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        match self {
            Self::Ascending | Self::Shuffled => {
                let mut id = 554_023_000_000_497_007;
                let mut ids: Vec<u64> = (0..IDS)
                    .map(|_| {
                        id += 1 + random() % 6;
                        id
                    })
                    .collect();
                if matches!(self, Self::Shuffled) {
                    for at in (1..ids.len()).rev() {
                        let other = usize::try_from(random()).map_or(0, |number| number % (at + 1));
                        ids.swap(at, other);
                    }
                }
                ids
            }
            Self::Random => (0..IDS).map(|_| random() << 29 | random() >> 2).collect(),
            Self::Colliding => (1..=IDS).map(|n| (n * 1_836_311_903) << 9).collect(),
        }
    }

    fn text(self) -> String {
        let mut text = String::new();
        for id in self.ids() {
            let _ = writeln!(text, "{id}");
        }
        text
    }
}

/// From the text of a list to the bytes of a plan.
#[divan::bench(args = KINDS)]
fn plan(bencher: Bencher<'_, '_>, kind: Kind) {
    let text = kind.text();
    let fields = vec![("Lead_Source".to_owned(), "Advertisement".into())];
    let plan = Plan::new(ApiVersion::V8, "Leads", fields, None);
    bencher.counter(ItemsCount::new(IDS)).bench(|| {
        let plan = plan.as_ref().ok()?;
        file::write(io::sink(), plan.calls(Ids::from_lines(text.as_bytes()))).ok()
    });
}

/// Adding ids to the set that finds duplicates.
#[divan::bench(args = KINDS)]
fn set(bencher: Bencher<'_, '_>, kind: Kind) {
    let ids: Vec<RecordId> = kind.ids().into_iter().filter_map(RecordId::from_number).collect();
    bencher.counter(ItemsCount::new(IDS)).bench(|| {
        let mut set = IdSet::default();
        ids.iter().filter(|id| set.insert(**id)).count()
    });
}

/// The same, with a compressed set that is widely used.
#[divan::bench(args = KINDS, sample_count = 10)]
fn set_roaring(bencher: Bencher<'_, '_>, kind: Kind) {
    let ids = kind.ids();
    bencher.counter(ItemsCount::new(IDS)).bench(|| {
        let mut set = RoaringTreemap::new();
        ids.iter().filter(|id| set.insert(**id)).count()
    });
}

/// The same, with the set of the standard library.
#[divan::bench(args = KINDS, sample_count = 10)]
fn set_std(bencher: Bencher<'_, '_>, kind: Kind) {
    let ids = kind.ids();
    bencher.counter(ItemsCount::new(IDS)).bench(|| {
        let mut set = HashSet::new();
        ids.iter().filter(|id| set.insert(**id)).count()
    });
}

/// The same ids as a JSON array, read into borrowed strings and nothing more.
#[divan::bench(args = KINDS)]
fn parse(bencher: Bencher<'_, '_>, kind: Kind) {
    let ids: Vec<String> = kind.ids().iter().map(u64::to_string).collect();
    let json = serde_json::to_string(&ids).unwrap_or_default();
    bencher
        .counter(ItemsCount::new(IDS))
        .bench(|| serde_json::from_str::<Vec<&str>>(&json).map(|ids| ids.len()));
}

/// What a script would do: lines into a set of strings, chunks of 500 into JSON values. It checks no
/// id and makes no digest.
#[divan::bench(args = KINDS)]
fn naive(bencher: Bencher<'_, '_>, kind: Kind) {
    let text = kind.text();
    bencher.counter(ItemsCount::new(IDS)).bench(|| {
        let mut seen = HashSet::new();
        let ids: Vec<&str> = text.lines().filter(|id| seen.insert(*id)).collect();
        ids.chunks(500).try_for_each(|ids| {
            let body = serde_json::json!({
                "data": [{ "Lead_Source": "Advertisement" }],
                "ids": ids,
            });
            writeln!(io::sink(), "{body}")
        })
    });
}
