//! Linting a clean call, beside a plain typed parse of the same bytes.

use divan::{Bencher, black_box};
use massup_benches::{Typed, body};
use massup_rules::Linter;

fn main() {
    divan::main();
}

const IDS: [u64; 3] = [3, 50, 500];

#[divan::bench(args = IDS)]
fn typed_parse(bencher: Bencher<'_, '_>, ids: u64) {
    let body = body(ids);
    bencher
        .bench(|| serde_json::from_str::<Typed<'_>>(black_box(&body)).map(|typed| typed.ids.len()));
}

#[divan::bench(args = IDS)]
fn lint(bencher: Bencher<'_, '_>, ids: u64) {
    let body = body(ids);
    let linter = Linter::new().module("Leads");
    assert_eq!(linter.lint("body.json", body.as_bytes()).worst(), None);
    bencher.bench(|| linter.lint("body.json", black_box(body.as_bytes())));
}

#[divan::bench(args = IDS)]
fn lint_with_a_finding(bencher: Bencher<'_, '_>, ids: u64) {
    let body = body(ids).replace("\"ids\"", "\"over_write\":true,\"ids\"");
    let linter = Linter::new().module("Leads");
    assert_eq!(linter.lint("body.json", body.as_bytes()).diagnostics.len(), 1);
    bencher.bench(|| linter.lint("body.json", black_box(body.as_bytes())));
}
