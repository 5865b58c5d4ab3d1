//! Planning a million ids, beside a plain parse of the same ids and a plain set of strings.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use divan::Bencher;
use divan::counter::ItemsCount;
use massup_model::ApiVersion;
use massup_planner::ids::Ids;
use massup_planner::{Plan, file};

const IDS: u64 = 1_000_000;

fn main() {
    divan::main();
}

/// Ids as an organisation has them: 18 digits, close together.
fn numbers(shuffled: bool) -> impl Iterator<Item = u64> {
    // An odd factor visits every place of a power of two once.
    (0..IDS.next_power_of_two())
        .map(move |n| if shuffled { n * 389_357 % IDS.next_power_of_two() } else { n })
        .filter(|n| *n < IDS)
        .map(|n| 554_023_000_000_497_007 + n * 3)
}

fn text(shuffled: bool) -> String {
    let mut text = String::new();
    for number in numbers(shuffled) {
        let _ = writeln!(text, "{number}");
    }
    text
}

/// From the text of a list to the bytes of a plan.
#[divan::bench(args = [false, true])]
fn plan(bencher: Bencher<'_, '_>, shuffled: bool) {
    let text = text(shuffled);
    let fields = vec![("Lead_Source".to_owned(), "Advertisement".into())];
    let plan = Plan::new(ApiVersion::V8, "Leads", fields, None);
    bencher.counter(ItemsCount::new(IDS)).bench(|| {
        let plan = plan.as_ref().ok()?;
        file::write(io::sink(), plan.calls(Ids::from_lines(text.as_bytes()))).ok()
    });
}

/// The same ids as a JSON array, read into borrowed strings and nothing more.
#[divan::bench(args = [false, true])]
fn parse(bencher: Bencher<'_, '_>, shuffled: bool) {
    let ids: Vec<String> = numbers(shuffled).map(|number| number.to_string()).collect();
    let json = serde_json::to_string(&ids).unwrap_or_default();
    bencher
        .counter(ItemsCount::new(IDS))
        .bench(|| serde_json::from_str::<Vec<&str>>(&json).map(|ids| ids.len()));
}

/// What a script would do: lines into a set of strings, chunks of 500 into JSON values. It checks no
/// id and makes no digest.
#[divan::bench(args = [false, true])]
fn naive(bencher: Bencher<'_, '_>, shuffled: bool) {
    let text = text(shuffled);
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
