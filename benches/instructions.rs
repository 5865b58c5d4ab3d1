//! Counts the instructions of checking a document, and compares them with the recorded ones, so that no change
//! makes a check slower unseen. Counts have no noise. Needs `valgrind`.
//!
//! `cargo bench -p massup-benches --bench instructions` fails if a count is more than 5 % above the one in
//! `benches/instructions.txt`. With `-- record` it writes the file: after a change that is worth its cost, after
//! one that saves more than 5 %, and after a change of the toolchain. Another compiler, another C library (whose
//! `malloc` takes a tenth of a faulty call) and a processor with other vector instructions give other counts: these are
//! shown and not compared. Seeds of hash tables change a count by less than 1 %.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::hint::black_box;
use std::process::Command;

use massup_benches::{Document, Layout, corpus, facts, instructions};
use massup_rules::Linter;

/// Documents: their ids, their layout, their number.
const DOCUMENTS: [(&str, usize, Layout, usize); 4] = [
    ("3", 3, Layout::Machine, 400),
    ("50", 50, Layout::Machine, 400),
    ("50-indented", 50, Layout::Pretty, 400),
    ("500", 500, Layout::Machine, 100),
];

const WAYS: [&str; 4] = ["clean", "clean-report", "clean-facts", "faulty-report"];

const RECORDED: &str = include_str!("instructions.txt");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["once", documents, way, rounds] => {
            check(documents, way, rounds.parse().unwrap());
        }
        _ if arguments.contains(&"--test") => {
            for (documents, ..) in DOCUMENTS {
                for way in WAYS {
                    check(documents, way, 1);
                }
            }
        }
        _ => compare(arguments.contains(&"record")),
    }
}

fn compare(record: bool) {
    let environment = environment();
    let same = RECORDED.lines().next() == Some(&*environment);
    let recorded = |name: &str| -> Option<u64> {
        let mut lines = RECORDED.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(known, _)| *known == name)?.1.trim().parse().ok()
    };
    let (mut text, mut grown) = (format!("{environment}\n"), Vec::new());
    println!("{:28} {:>12} {:>12}", "instructions a document", "recorded", "now");
    for (documents, _, _, number) in DOCUMENTS {
        for way in WAYS {
            let name = format!("{documents}/{way}");
            // The first round learns the shapes.
            let count = |rounds| instructions(&["once", documents, way, rounds]).unwrap();
            let clean = way != "faulty-report";
            let number = documents_of(documents, clean).len().min(number) as u64;
            let now = (count("3") - count("1")) / (2 * number);
            let before = recorded(&name);
            println!(
                "{name:28} {:>12} {now:>12}",
                before.map_or("-".to_owned(), |n| n.to_string())
            );
            text += &format!("{name} {now}\n");
            if before.is_none_or(|before| now * 100 > before * 105) {
                grown.push(name);
            }
        }
    }
    if record {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt"), text).unwrap();
    } else if !same {
        println!(
            "not compared: this is {environment}, recorded was {}",
            RECORDED.lines().next().unwrap_or_default()
        );
    } else {
        assert!(grown.is_empty(), "more than 5 % above benches/instructions.txt: {grown:?}");
    }
}

/// What counts depend on besides the code: the compiler, the C library and the processor.
fn environment() -> String {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output();
        let text = output.map(|output| output.stdout).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().next().unwrap_or_default().to_owned()
    };
    let vectors = if has_avx2() { "with" } else { "without" };
    format!("# {}; {}; {vectors} AVX2", version("rustc"), version("ldd"))
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

fn documents_of(name: &str, clean: bool) -> Vec<Document> {
    let known = DOCUMENTS.iter().find(|(known, ..)| *known == name);
    let &(_, ids, layout, number) = known.unwrap();
    let mut documents = corpus(number, ids, layout, 0x6d61_7373_7570);
    documents.retain(|document| document.clean == clean);
    documents
}

fn check(documents: &str, way: &str, rounds: usize) {
    let clean = way != "faulty-report";
    let linter = Linter::new().module("Deals");
    let linter = if way == "clean-facts" { linter.facts(facts()) } else { linter };
    let mut checker = linter.checker();
    let documents = documents_of(documents, clean);
    for _ in 0..rounds {
        for document in &documents {
            let text = black_box(document.text.as_bytes());
            let found = match way {
                "clean" | "clean-facts" => checker.is_clean(text),
                _ => checker.lint("a.json", text).worst().is_none(),
            };
            assert_eq!(black_box(found), clean);
        }
    }
}
