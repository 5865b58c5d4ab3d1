//! One table of goals and measured ratios: checking bodies beside parsers and validators in this process, and
//! linting files beside programs that only read them.
//!
//! `cargo build --release --bin massup && cargo bench -p massup-benches --bench figures` prints it. `MASSUP` names
//! another program than `target/release/massup`. `benches/others.sh` compares with the programs of others.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use massup_benches::{Document, Layout, Typed, Way, corpus, facts, median, medians, shapes};
use massup_rules::{Linter, schema};

/// How often each way goes over each corpus, and each program runs.
const ROUNDS: usize = 21;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["read", path] => return read(Path::new(path)).unwrap(),
        _ if arguments.iter().any(|argument| argument == "--test") => return,
        _ => {}
    }
    println!("{:4} {:56} {:>8} {:>9}", "", "", "goal", "measured");
    bodies();
    odd_shapes();
    let program = std::env::var_os("MASSUP").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/massup"),
        PathBuf::from,
    );
    if program.is_file() {
        files(&program);
    } else {
        println!("L    left out: there is no {}", program.display());
    }
    println!("\nV4 and L2: benches/others.sh. V6: cargo test -p massup-rules --test allocations.");
    println!(
        "V7: cargo bench -p massup-benches --bench instructions. P: benches/plan.py. E: --bench load."
    );
}

fn row(figure: &str, what: &str, goal: &str, measured: f64) {
    println!("{figure:4} {what:56} {goal:>8} {measured:9.2}");
}

/// Bodies in memory, a twentieth of them faulty, with every finding, its line and column.
fn bodies() {
    let plain = Linter::new().module("Deals");
    let informed = Linter::new().module("Deals").facts(facts());
    for (title, ids, layout, count, ratio, goal, beside) in [
        ("3 ids", 3, Layout::Machine, 2_000, "V2", "<= 0.60", "4"),
        ("50 ids", 50, Layout::Machine, 600, "V1", "<= 0.50", "8"),
        ("50 ids, indented", 50, Layout::Pretty, 600, "V2", "<= 0.60", "8"),
        ("500 ids", 500, Layout::Machine, 100, "V1", "<= 0.50", "12"),
    ] {
        let documents = corpus(count, ids, layout, 0x6d61_7373_7570);
        let mut ways = ways(&plain, &informed);
        let all = medians(&documents, ROUNDS, &mut ways);
        let [typed, report, informed, jsonschema] = all[..] else { return };
        row(ratio, &format!("{title}: report / typed parse"), goal, report / typed);
        row(
            "V3",
            &format!("{title}: jsonschema / report"),
            &format!(">= {beside}"),
            jsonschema / report,
        );
        row("V5", &format!("{title}: ns more with a snapshot"), "<= 150", informed - report);
        let (clean, faulty): (Vec<Document>, Vec<_>) =
            documents.into_iter().partition(|document| document.clean);
        let of = |documents: &[Document], ways: &mut [Way<'_>]| medians(documents, ROUNDS, ways);
        let (clean, faulty) = (of(&clean, &mut ways), of(&faulty, &mut ways));
        if let ([_, clean, with_facts, _], [_, faulty, ..]) = (&clean[..], &faulty[..]) {
            row("", &format!("{title}, clean alone: report / typed parse"), "", clean / typed);
            row(
                "",
                &format!("{title}, clean alone: ns more with a snapshot"),
                "<= 150",
                with_facts - clean,
            );
            row("V8", &format!("{title}: a faulty body / a clean one"), "<= 8", faulty / clean);
        }
    }
}

fn ways<'l>(plain: &'l Linter, informed: &'l Linter) -> Vec<Way<'l>> {
    let jsonschema =
        jsonschema::validator_for(&schema::request(Some("Deals"), None).to_value()).unwrap();
    let (mut reports, mut informed) = (plain.checker(), informed.checker());
    vec![
        ("typed", Box::new(|text| serde_json::from_slice::<Typed<'_>>(text).is_ok())),
        ("report", Box::new(move |text| reports.lint("a.json", text).worst().is_none())),
        ("with a snapshot", Box::new(move |text| informed.lint("a.json", text).worst().is_none())),
        (
            "jsonschema",
            Box::new(move |text| {
                let value = serde_json::from_slice(text).unwrap();
                jsonschema.iter_errors(&value).count() == 0
            }),
        ),
    ]
}

/// Texts of some megabytes that repeat one thing.
fn odd_shapes() {
    let linter = shapes::linter();
    let time = |shape: &str, number: usize| {
        let (name, text) = shapes::input(shape, number);
        let mut times: Vec<_> = (0..5)
            .map(|_| {
                let start = Instant::now();
                black_box(linter.lint(name, black_box(text.as_bytes())));
                start.elapsed()
            })
            .collect();
        median(&mut times) * 1e9 / bytes(text.len())
    };
    let usual = time("shuffled ids", 500);
    let mut worst = ("", 0.0);
    for (shape, number) in shapes::SHAPES {
        let number = if shape.ends_with("d ids") && number == 250 { 500 } else { number * 20 };
        let ratio = time(shape, number) / usual;
        row("V9", &format!("{shape} x {number}: ns a byte / 500 ids"), "<= 3", ratio);
        if ratio > worst.1 {
            worst = (shape, ratio);
        }
    }
    row("V9", &format!("the worst shape: {}", worst.0), "<= 3", worst.1);
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs no last digit")]
fn bytes(number: usize) -> f64 {
    number as f64
}

/// Files on disk, beside programs that only read them.
fn files(massup: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name).display().to_string();
    let (many, one, lines) = (inside("many"), inside("many/1.json"), inside("lines.jsonl"));
    fs::create_dir(&many).unwrap();
    let documents = corpus(2_100, 50, Layout::Machine, 0x6d61_7373_7570);
    let clean: Vec<_> = documents.iter().filter(|document| document.clean).collect();
    for (number, document) in documents.iter().take(2_000).enumerate() {
        fs::write(format!("{many}/{number}.json"), &document.text).unwrap();
    }
    fs::write(&one, &clean.first().unwrap().text).unwrap();
    let mut file = io::BufWriter::new(File::create(&lines).unwrap());
    let mut written = 0;
    while written < 100_000_000 {
        for document in &clean {
            writeln!(file, "{}", document.text).unwrap();
            written += document.text.len() + 1;
        }
    }
    file.flush().unwrap();
    let itself = std::env::current_exe().unwrap();
    let lint = |path: &str| {
        let mut command = Command::new(massup);
        command.args(["lint", "--quiet", "--module", "Deals", path]);
        command
    };
    let read = |path: &str| {
        let mut command = Command::new(&itself);
        command.args(["read", path]);
        command
    };
    let cat = |path: &str| {
        let mut command = Command::new("cat");
        command.arg(path);
        command
    };
    let tell = |figure, what: &str, goal, path: &str, other: &dyn Fn(&str) -> Command| {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            theirs.push(timed(&mut other(path)));
            ours.push(timed(&mut lint(path)));
        }
        row(figure, what, goal, median(&mut ours) / median(&mut theirs));
    };
    tell("L1", "2,000 files: lint / read every file, one thread", "<= 1.25", &many, &read);
    tell("L3", "one file: lint / read it", "<= 1.5", &one, &read);
    row("L3", "one file: peak memory in MiB", "<= 6", peak(&lint(&one)));
    tell("L4", "100 MB of JSON Lines: lint / cat", "<= 12", &lines, &cat);
    row("L4", "100 MB of JSON Lines: peak memory in MiB", "<= 12", peak(&lint(&lines)));
}

fn timed(command: &mut Command) -> std::time::Duration {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    start.elapsed()
}

/// The peak memory of a program, by GNU time; not a number where that is missing.
fn peak(command: &Command) -> f64 {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%M"])
        .arg(command.get_program())
        .args(command.get_args())
        .output();
    let Ok(output) = output else { return f64::NAN };
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines()
        .last()
        .and_then(|line| line.parse::<f64>().ok())
        .map_or(f64::NAN, |kib| kib / 1024.0)
}

/// Reads a file, or every file of a folder, in one thread.
fn read(path: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut read = |path: &Path| {
        bytes.clear();
        File::open(path)?.read_to_end(&mut bytes)?;
        black_box(&bytes);
        io::Result::Ok(())
    };
    if !path.is_dir() {
        return read(path);
    }
    fs::read_dir(path)?.try_for_each(|entry| read(&entry?.path()))
}
