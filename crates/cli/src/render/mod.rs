//! How findings are written: a pure function a format.

mod github;
mod gitlab;
pub mod human;
mod junit;
mod markdown;
pub(crate) mod plan;
pub mod sarif;

use anyhow::Result;
use massup_rules::report::{Diagnostic, FileReport, Summary, Unchecked};
use massup_rules::{Report, Severity};
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::Format;
use crate::lint::Linted;
use crate::output::count;

/// The findings in a format. `only` leaves out, for people, what is below a level.
///
/// # Errors
///
/// JSON cannot be written.
pub(crate) fn findings(format: Format, files: &[Linted], only: Option<Severity>) -> Result<String> {
    Ok(match format {
        // The formats of plans are refused before anything is read.
        Format::Human | Format::Mermaid | Format::Html => human::report(files, only),
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
    fn of(files: &'f [Linted]) -> Self {
        Self { format: Report::FORMAT, files: reports(files).collect(), summary: summary(files) }
    }
}

fn reports(files: &[Linted]) -> impl Iterator<Item = &FileReport> {
    files.iter().map(|file| &file.report)
}

fn summary(files: &[Linted]) -> Summary {
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
fn missing(files: &[Linted]) -> (Vec<Missing<'_>>, usize) {
    let mut facts: Vec<Missing<'_>> = Vec::new();
    let mut number = 0;
    let mut last: &[Unchecked] = &[];
    for file in reports(files) {
        number += told(file).count();
        // Most files lack what the file before lacked.
        if file.unchecked == last {
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

/// The message of a finding, and below it the help.
fn with_help(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(diagnostic.message.clone()).chain(help).collect()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Every finding with the path of its file.
fn each(files: &[Linted]) -> impl Iterator<Item = (&str, &Diagnostic)> {
    files.iter().flat_map(|file| {
        file.report.diagnostics.iter().map(|diagnostic| (file.report.path.as_str(), diagnostic))
    })
}

/// One finding a line.
fn lines(files: &[Linted]) -> Result<String> {
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

/// What a finding is known by from run to run: its file, rule, call and place in the body, but no line,
/// so that lines may be added above it.
fn fingerprint(path: &str, diagnostic: &Diagnostic) -> String {
    use sha2::{Digest as _, Sha256};
    let call = diagnostic.call.unwrap_or(1);
    let text = format!(
        "{path}\0{}\0{call}\0{}\0{}",
        diagnostic.code, diagnostic.pointer, diagnostic.message
    );
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use massup_rules::Linter;

    use super::*;

    /// A file with a name that every format has to escape, and one without findings.
    fn files() -> Vec<Linted> {
        let lint = |name: &str, text: &str| Linted {
            bytes: text.as_bytes().to_vec(),
            report: Linter::new().module("Leads").lint(name, text.as_bytes()),
            deny: Severity::Error,
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
            text(Format::Github).contains("file=a%2Cb%3Ac|d%25.json,line=1,"),
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
        assert_eq!(uri, "a,b%3Ac%7Cd%25.json");
    }

    #[test]
    fn fingerprints_outlive_lines_added_above() {
        let lint = |text: &str| Linter::new().module("Leads").lint("a.json", text.as_bytes());
        let (one, two) =
            (lint("{\"data\": [{\"City\": \"x\"}]}"), lint("\n\n{\"data\": [{\"City\": \"x\"}]}"));
        let (one, two) = (&one.diagnostics[0], &two.diagnostics[0]);
        assert_ne!(one.line, two.line);
        assert_eq!(fingerprint("a.json", one), fingerprint("a.json", two));
        assert_ne!(fingerprint("a.json", one), fingerprint("b.json", one));
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
