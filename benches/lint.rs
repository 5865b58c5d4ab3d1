//! Checking request bodies, compared with parsing them: medians of interleaved rounds over a corpus of
//! bodies of every legal form, a twentieth of them faulty.
//!
//! `cargo bench -p massup-benches --bench lint` prints the table. With `-- repeat IDS TIMES WAY` it checks a clean
//! body in one way again and again: for instruction counts under callgrind.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::hint::black_box;

use massup_benches::{Document, Layout, Typed, Way, body, corpus, facts, medians};
use massup_rules::{Linter, schema};

/// How often each way goes over each corpus.
const ROUNDS: usize = 41;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [repeat, ids, times, way] = arguments.as_slice()
        && repeat == "repeat"
    {
        return check(ids.parse().unwrap(), times.parse().unwrap(), way);
    }
    let only_test = arguments.iter().any(|argument| argument == "--test");
    println!("nanoseconds for a document, and the ratio to a typed parse by serde_json\n");
    let plain = Linter::new().module("Deals");
    let informed = Linter::new().module("Deals").facts(facts());
    for (title, ids, layout, count) in [
        ("3 ids", 3, Layout::Machine, 2_000),
        ("50 ids", 50, Layout::Machine, 600),
        ("50 ids, indented", 50, Layout::Pretty, 600),
        ("500 ids", 500, Layout::Machine, 100),
    ] {
        let documents = corpus(count, ids, layout, 0x6d61_7373_7570);
        assert_verdicts(&documents, &[&plain, &informed]);
        if only_test {
            continue;
        }
        println!("## {title}");
        table(&documents, &mut ways(&plain, &informed));
        let clean: Vec<_> = documents.iter().filter(|document| document.clean).cloned().collect();
        println!("## {title}, clean bodies alone");
        table(&clean, &mut ways(&plain, &informed));
    }
}

fn ways<'l>(plain: &'l Linter, informed: &'l Linter) -> Vec<Way<'l>> {
    let schema = schema::request(Some("Deals"), None).to_value();
    let jsonschema = jsonschema::validator_for(&schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("schema.json", schema).unwrap();
    let boon = compiler.compile("schema.json", &mut schemas).unwrap();
    let (mut of_plain, mut of_informed) = (plain.checker(), informed.checker());
    let (mut reports, mut informed_reports) = (plain.checker(), informed.checker());
    let value = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).unwrap();
    vec![
        ("serde_json, typed", Box::new(|text| serde_json::from_slice::<Typed<'_>>(text).is_ok())),
        ("serde_json, Value", Box::new(move |text| value(text).is_object())),
        ("sonic-rs, typed", Box::new(|text| sonic_rs::from_slice::<Typed<'_>>(text).is_ok())),
        (
            "typed and rules by hand",
            Box::new(|text| {
                serde_json::from_slice::<Typed<'_>>(text).is_ok_and(|typed| typed.keeps_the_rules())
            }),
        ),
        (
            "Value, jsonschema::iter_errors",
            Box::new(move |text| jsonschema.iter_errors(&value(text)).count() == 0),
        ),
        ("Value, boon", Box::new(move |text| schemas.validate(&value(text), boon).is_ok())),
        ("massup, is_clean", Box::new(move |text| of_plain.is_clean(text))),
        (
            "massup, report of a checker",
            Box::new(move |text| reports.lint("a.json", text).worst().is_none()),
        ),
        ("massup, Linter::lint", Box::new(|text| plain.lint("a.json", text).worst().is_none())),
        (
            "massup, without the quick pass",
            Box::new(|text| plain.lint_in_full("a.json", text).worst().is_none()),
        ),
        ("massup, facts, is_clean", Box::new(move |text| of_informed.is_clean(text))),
        (
            "massup, facts, report",
            Box::new(move |text| informed_reports.lint("a.json", text).worst().is_none()),
        ),
    ]
}

fn table(documents: &[Document], ways: &mut [Way<'_>]) {
    let medians = medians(documents, ROUNDS, ways);
    for ((name, _), median) in ways.iter().zip(&medians) {
        println!("{name:32} {median:10.0} {:8.2}", median / medians.first().unwrap());
    }
    println!();
}

/// Panics if a body is judged otherwise than it was made, or if the quick pass gives up at a clean one.
fn assert_verdicts(documents: &[Document], linters: &[&Linter]) {
    for linter in linters {
        let mut checker = linter.checker();
        for document in documents {
            let text = document.text.as_bytes();
            let report = linter.lint_in_full("a.json", text);
            assert_eq!(report.diagnostics.is_empty(), document.clean, "{}", document.text);
            assert_eq!(checker.proves("a.json", text), document.clean, "{}", document.text);
        }
    }
}

fn check(ids: u64, times: usize, way: &str) {
    let body = body(ids);
    let linter = Linter::new().module("Deals");
    let mut checker = linter.checker();
    for _ in 0..times {
        let clean = match way {
            "check" => checker.is_clean(body.as_bytes()),
            "full" => linter.lint_in_full("a.json", body.as_bytes()).worst().is_none(),
            _ => serde_json::from_str::<Typed<'_>>(&body).is_ok(),
        };
        assert!(black_box(clean));
    }
}
