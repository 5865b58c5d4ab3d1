//! How findings are written: a pure function a format.

mod github;
mod gitlab;
pub mod human;
mod junit;
mod markdown;
pub(crate) mod plan;
pub mod sarif;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use massup_project::Checked;
use massup_rules::report::{Diagnostic, FileReport, Summary, Unchecked};
use massup_rules::{Report, Severity};
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::Format;
use crate::output::count;

/// The findings in a format. `only` leaves out, for people, what is below a level.
///
/// # Errors
///
/// JSON cannot be written.
pub(crate) fn findings(
    format: Format,
    files: &[Checked],
    only: Option<Severity>,
) -> Result<String> {
    Ok(match format {
        // The formats of plans are refused before anything is read.
        Format::Human | Format::Mermaid | Format::Html | Format::Curl | Format::Postman => {
            human::report(files, only)
        }
        Format::Json => serde_json::to_string_pretty(&Whole::of(files))? + "\n",
        Format::Jsonl => lines(files)?,
        Format::Sarif => pretty(&sarif::log(files)),
        Format::Github => github::annotations(files),
        Format::Gitlab => pretty(&gitlab::report(files)),
        Format::Junit => junit::report(files)?,
        Format::Markdown => markdown::table(files),
    })
}

/// The report on all files: a [`massup_rules::Report`] that borrows.
#[derive(Serialize)]
struct Whole<'f> {
    format: u32,
    files: Vec<&'f FileReport>,
    summary: Summary,
}

impl<'f> Whole<'f> {
    fn of(files: &'f [Checked]) -> Self {
        Self { format: Report::FORMAT, files: reports(files).collect(), summary: summary(files) }
    }
}

fn reports(files: &[Checked]) -> impl Iterator<Item = &FileReport> {
    files.iter().map(|file| &file.report)
}

fn summary(files: &[Checked]) -> Summary {
    Summary::of(reports(files))
}

/// What could not be checked in a file. What only the server knows is the same for every call, and left to
/// `--format json`.
fn told(file: &FileReport) -> impl Iterator<Item = &Unchecked> {
    file.unchecked.iter().filter(|entry| !entry.code.starts_with("MU9"))
}

/// A fact that nobody told.
struct Missing<'a> {
    needs: &'a str,
    /// What would tell it.
    supply: &'a str,
    /// The names of the rules that need it.
    rules: Vec<&'a str>,
}

/// The facts that nobody told, each once, and how many constraints were not checked.
fn missing(files: &[Checked]) -> (Vec<Missing<'_>>, usize) {
    let mut facts: Vec<Missing<'_>> = Vec::new();
    let mut number = 0;
    let mut last: &[Unchecked] = &[];
    for file in reports(files) {
        number += told(file).count();
        // Most files lack what the file before lacked.
        if *file.unchecked == *last {
            continue;
        }
        last = &file.unchecked;
        for Unchecked { name, needs, supply, .. } in told(file) {
            match facts.iter_mut().find(|fact| (fact.needs, fact.supply) == (&**needs, &**supply)) {
                Some(fact) if fact.rules.contains(name) => {}
                Some(fact) => fact.rules.push(name),
                None => facts.push(Missing { needs, supply, rules: vec![name] }),
            }
        }
    }
    (facts, number)
}

/// `2 errors, 1 note`.
fn counted(summary: &Summary) -> String {
    let found: Vec<_> =
        [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| count(number, word))
            .collect();
    if found.is_empty() { "no findings".to_owned() } else { found.join(", ") }
}

/// What people call a file.
fn called(path: &str) -> &str {
    if path == "-" { "standard input" } else { path }
}

/// The message of a finding, and below it the help.
fn with_help(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(diagnostic.message.clone()).chain(help).collect()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Every finding with the path of its file.
fn each(files: &[Checked]) -> impl Iterator<Item = (&str, &Diagnostic)> {
    files.iter().flat_map(|file| {
        file.report.diagnostics.iter().map(|diagnostic| (file.report.path.as_str(), diagnostic))
    })
}

/// One finding a line.
fn lines(files: &[Checked]) -> Result<String> {
    let mut text = String::new();
    for (path, diagnostic) in each(files) {
        let mut value = serde_json::to_value(diagnostic)?;
        if let Value::Object(members) = &mut value {
            members.insert("path".to_owned(), json!(path));
        }
        text += &format!("{value}\n");
    }
    Ok(text)
}

/// A finding for a program that shows it in a repository.
struct Placed<'f> {
    /// The path of its file from the top of the repository, or as it was named where there is none;
    /// `None` for standard input.
    path: Option<String>,
    found: &'f Diagnostic,
    /// The bytes of its file.
    bytes: &'f [u8],
    /// What it is known by from run to run: its file, rule, call and place in the body, but no line, so
    /// that lines may be added above it. No two findings share one.
    fingerprint: String,
}

/// Every finding with the place that it has in the repository of the working folder.
fn placed(files: &[Checked]) -> Vec<Placed<'_>> {
    let here = std::env::current_dir().unwrap_or_default();
    let top = here.ancestors().find(|folder| folder.join(".git").exists());
    placed_from(&here, top, files)
}

fn placed_from<'f>(here: &Path, top: Option<&Path>, files: &'f [Checked]) -> Vec<Placed<'f>> {
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| !file.report.diagnostics.is_empty()) {
        let named = &file.report.path;
        let path = (named != "-").then(|| from_top(here, top, named));
        for found in &file.report.diagnostics {
            let fingerprint = fingerprint(path.as_deref().unwrap_or(named), found, &mut times);
            all.push(Placed { path: path.clone(), found, bytes: &file.bytes, fingerprint });
        }
    }
    all
}

/// A path from the top of the repository, with `/`. What lies outside stays as it is named.
fn from_top(here: &Path, top: Option<&Path>, named: &str) -> String {
    let mut whole = PathBuf::new();
    for part in here.join(named).components() {
        match part {
            Component::ParentDir => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    match top.and_then(|top| whole.strip_prefix(top).ok()) {
        Some(inside) => inside.display().to_string().replace(std::path::MAIN_SEPARATOR, "/"),
        None => named.to_owned(),
    }
}

/// The fingerprint of a finding; of several that are alike in all that it tells, their order counts.
fn fingerprint(path: &str, found: &Diagnostic, times: &mut HashMap<String, usize>) -> String {
    use sha2::{Digest as _, Sha256};
    let call = found.call.unwrap_or(1);
    let text = format!("{path}\0{}\0{call}\0{}\0{}", found.code, found.pointer, found.message);
    let before = times.entry(text.clone()).or_default();
    *before += 1;
    let text = if *before > 1 { format!("{text}\0{before}") } else { text };
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use massup_rules::Linter;

    use super::*;

    /// A file with a name that every format has to escape, and one without findings.
    fn files() -> Vec<Checked> {
        let lint = |name: &str, text: &str| {
            let report = Linter::new().module("Leads").lint(name, text.as_bytes());
            Checked::new(text.as_bytes().to_vec(), report)
        };
        vec![
            lint("a,b:c|d%.json", "{ \"data\": [{ \"Ci|ty\\n%\": 1 }], \"ids\": [5] }"),
            lint("clean.json", "{ \"data\": [{ \"City\": \"x\" }], \"ids\": [\"5\"] }"),
        ]
    }

    #[test]
    fn every_format_says_each_finding_once() {
        let files = files();
        let number = each(&files).count();
        assert!(number >= 2, "the sample has findings");
        let text = |format| findings(format, &files, None).unwrap();
        let parsed = |format| serde_json::from_str::<Value>(&text(format)).unwrap();
        assert_eq!(text(Format::Jsonl).lines().count(), number);
        let cases = text(Format::Junit).matches("<testcase ").count();
        assert_eq!(cases, number + 1, "and one for the file without findings");
        assert_eq!(text(Format::Github).lines().count(), number);
        assert_eq!(parsed(Format::Gitlab).as_array().unwrap().len(), number);
        assert_eq!(parsed(Format::Sarif)["runs"][0]["results"].as_array().unwrap().len(), number);
        let rows = text(Format::Markdown).lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(rows, number);
    }

    #[test]
    fn formats_escape_what_they_must() {
        let files = files();
        let text = |format| findings(format, &files, None).unwrap();
        assert!(
            text(Format::Github).contains("a%2Cb%3Ac|d%25.json,line=1,"),
            "{}",
            text(Format::Github)
        );
        for line in text(Format::Markdown).lines().filter(|line| line.starts_with("| `")) {
            let bars = line.replace("\\|", "").matches('|').count();
            assert_eq!(bars, 5, "{line}");
        }
        let sarif: Value = serde_json::from_str(&text(Format::Sarif)).unwrap();
        let uri = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
            ["uri"];
        assert!(uri.as_str().unwrap().ends_with("a,b%3Ac%7Cd%25.json"), "{uri}");
    }

    #[test]
    fn fingerprints_outlive_lines_added_above_and_are_of_one_finding_each() {
        let lint = |name: &str, text: &str| {
            let report = Linter::new().module("Leads").lint(name, text.as_bytes());
            vec![Checked::new(text.as_bytes().to_vec(), report)]
        };
        let body = "{\"data\": [{\"City\": \"x\"}], \"ids\": [], \"ids\": [], \"ids\": []}";
        let prints = |files: &[Checked]| -> Vec<_> {
            placed(files).into_iter().map(|placed| placed.fingerprint).collect()
        };
        let (one, two) = (lint("a.json", body), lint("a.json", &format!("\n\n{body}")));
        assert_ne!(one[0].report.diagnostics[0].line, two[0].report.diagnostics[0].line);
        assert_eq!(prints(&one), prints(&two));
        assert_ne!(prints(&one), prints(&lint("b.json", body)));
        let different: std::collections::BTreeSet<_> = prints(&one).into_iter().collect();
        assert_eq!(different.len(), one[0].report.diagnostics.len(), "one key stands there thrice");
    }

    #[test]
    fn paths_begin_at_the_top_of_the_repository() {
        let path = |top: Option<&str>, named: &str| {
            from_top(Path::new("/home/me/shop/calls"), top.map(Path::new), named)
        };
        assert_eq!(path(Some("/home/me/shop"), "a.json"), "calls/a.json");
        assert_eq!(path(Some("/home/me/shop"), "../b/a.json"), "b/a.json");
        assert_eq!(path(Some("/home/me/shop"), "/home/me/shop/calls/a.json"), "calls/a.json");
        assert_eq!(path(Some("/home/me/shop"), "../../other/a.json"), "../../other/a.json");
        assert_eq!(path(None, "a.json"), "a.json");
    }

    #[test]
    fn nothing_found_is_a_whole_document_too() {
        let text = |format| findings(format, &[], None).unwrap();
        assert_eq!(text(Format::Jsonl), "");
        assert_eq!(text(Format::Github), "");
        assert_eq!(text(Format::Gitlab), "[]\n");
        assert!(text(Format::Junit).contains("<testsuites"));
        assert!(text(Format::Markdown).contains("no findings"));
    }
}
