//! How findings are written: a module a format.

mod github;
mod gitlab;
#[cfg(test)]
mod hostile;
pub mod human;
pub(crate) mod json;
mod junit;
mod markdown;
pub(crate) mod plan;
pub mod sarif;
mod statistics;

use std::collections::HashMap;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use massup_project::{Checked, Tally};
use massup_rules::report::{Diagnostic, FileReport, Summary, Unchecked};
use massup_rules::{Report, Severity};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

pub(crate) use statistics::statistics;

use crate::args::Format;
use crate::output::count;

/// What a run has to report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'f> {
    /// The files that were read.
    pub(crate) files: &'f [Checked],
    /// How many files could not be read.
    pub(crate) unread: usize,
    /// How many files massup.toml leaves out.
    pub(crate) excluded: usize,
    /// What was passed over, and why.
    pub(crate) tally: Option<&'f Tally>,
}

/// How much of it people want to see.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Detail {
    /// Leaves out what is below a level, and the summary.
    pub(crate) only: Option<Severity>,
    /// Lists what was not checked even if there are findings.
    pub(crate) verbose: bool,
}

impl<'f> Run<'f> {
    /// A run that read all its files.
    pub(crate) fn of(files: &'f [Checked]) -> Self {
        Self { files, unread: 0, excluded: 0, tally: None }
    }

    fn summary(&self) -> Summary {
        Summary::of(reports(self.files))
    }
}

/// Writes the findings in a format; `detail` is for people.
///
/// # Errors
///
/// The writer fails.
pub(crate) fn write(
    format: Format,
    run: &Run<'_>,
    detail: Detail,
    out: &mut dyn Write,
) -> Result<()> {
    match format {
        // The formats of plans are refused before anything is read.
        Format::Human | Format::Mermaid | Format::Html | Format::Curl | Format::Postman => {
            human::write(run, detail, out)
        }
        Format::Json => json::pretty(&Whole::of(run), out),
        Format::Jsonl => lines(run.files, out),
        Format::Sarif => json::pretty(&sarif::log(run.files), out),
        Format::Github => github::annotations(run.files, out),
        Format::Gitlab => json::pretty(&gitlab::report(run.files), out),
        Format::Junit => junit::report(run.files, out),
        Format::Markdown => markdown::table(run, out),
    }
}

/// The report on all files: a [`massup_rules::Report`] that borrows.
#[derive(Serialize)]
struct Whole<'f> {
    format: u32,
    #[serde(serialize_with = "each_file")]
    files: &'f [Checked],
    summary: Summary,
}

impl<'f> Whole<'f> {
    fn of(run: &Run<'f>) -> Self {
        Self { format: Report::FORMAT, files: run.files, summary: run.summary() }
    }
}

fn each_file<S: Serializer>(files: &[Checked], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(reports(files))
}

fn reports(files: &[Checked]) -> impl Iterator<Item = &FileReport> {
    files.iter().map(|file| &file.report)
}

/// What could not be checked in a file. What only the server knows is the same for every call, and left to
/// `--format json`.
fn unchecked(file: &FileReport) -> impl Iterator<Item = &Unchecked> {
    file.unchecked.iter().filter(|entry| entry.can_be_supplied())
}

/// Data that is missing.
struct Missing<'a> {
    needs: &'a str,
    /// What would supply it.
    supply: &'a str,
    /// The names of the rules that need it.
    rules: Vec<&'a str>,
    /// How many constraints were not checked without it.
    number: usize,
}

/// The data that is missing, each once, and how many constraints were not checked.
fn missing(files: &[Checked]) -> (Vec<Missing<'_>>, usize) {
    let mut facts: Vec<Missing<'_>> = Vec::new();
    // Most files lack what the file before lacked.
    for alike in files.chunk_by(|a, b| a.report.unchecked == b.report.unchecked) {
        for Unchecked { name, needs, supply, .. } in
            alike.first().into_iter().flat_map(|file| unchecked(&file.report))
        {
            let same = |fact: &&mut Missing<'_>| (fact.needs, fact.supply) == (&**needs, &**supply);
            match facts.iter_mut().find(same) {
                Some(fact) => {
                    fact.number += alike.len();
                    if !fact.rules.contains(name) {
                        fact.rules.push(name);
                    }
                }
                None => {
                    let number = alike.len();
                    facts.push(Missing { needs, supply, rules: vec![name], number });
                }
            }
        }
    }
    let number = facts.iter().map(|fact| fact.number).sum();
    (facts, number)
}

/// `3 files, 5 calls`.
fn read(summary: &Summary) -> String {
    format!("{}, {}", count(summary.files, "file"), count(summary.calls, "call"))
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

/// Every finding with the path of its file.
fn each(files: &[Checked]) -> impl Iterator<Item = (&str, &Diagnostic)> {
    files.iter().flat_map(|file| {
        file.report.diagnostics.iter().map(|diagnostic| (file.report.path.as_str(), diagnostic))
    })
}

/// One finding a line.
fn lines(files: &[Checked], out: &mut dyn Write) -> Result<()> {
    for (path, found) in each(files) {
        json::line(&Finding::Listed { path, found }, out)?;
    }
    for file in files.iter().filter(|file| file.report.omitted.total() > 0) {
        let (path, omitted) = (file.report.path.as_str(), file.report.omitted.total());
        json::line(&Finding::Omitted { path, omitted }, out)?;
    }
    Ok(())
}

/// A finding, or the number of findings of a file that are not listed.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Finding<'f> {
    /// A finding.
    Listed {
        /// The file, as it was named; `-` for standard input.
        path: &'f str,
        #[serde(flatten)]
        found: &'f Diagnostic,
    },
    /// Findings of a file that are counted and not listed, after all that are listed.
    Omitted {
        /// The file, as it was named; `-` for standard input.
        path: &'f str,
        /// How many there are.
        omitted: usize,
    },
}

/// A finding for a program that shows it in a repository.
struct Placed<'f> {
    /// The file from the top of the repository, or as it was named where there is none; `None` for
    /// standard input.
    path: Option<RepositoryPath>,
    found: &'f Diagnostic,
    /// What it is known by from run to run: its file, rule, call and place in the body, but no line, so
    /// that lines may be added above it. No two findings share one.
    fingerprint: String,
}

/// A path with `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RepositoryPath {
    /// As text.
    name: String,
    /// As the file system has it, which need not be UTF-8.
    bytes: Vec<u8>,
}

/// Every finding with the place that it has in the repository of the working folder.
fn placed(files: &[Checked]) -> impl Iterator<Item = Placed<'_>> {
    let mut places = Places::here();
    files.iter().flat_map(move |file| places.of(file))
}

/// The findings of a file that are counted and not listed.
struct Further {
    /// As in [`Placed`].
    path: Option<RepositoryPath>,
    /// The heaviest of them.
    severity: Severity,
    /// `5 more findings are not listed`.
    message: String,
    fingerprint: String,
}

/// The counts of the findings that are not listed, by file.
fn further(files: &[Checked]) -> impl Iterator<Item = Further> {
    let places = Places::here();
    files.iter().filter_map(move |file| {
        let severity = file.report.omitted.worst()?;
        let more = count(file.report.omitted.total(), "more finding");
        let path = places.path_of(file);
        let name = path.as_ref().map_or("-", |path| &path.name);
        let fingerprint = hexadecimal(&format!("{name}\0further"));
        Some(Further { severity, message: format!("{more} not listed"), fingerprint, path })
    })
}

/// Finds the places of findings in a repository.
struct Places {
    here: PathBuf,
    top: Option<PathBuf>,
    /// How often each finding was met, by all that it says.
    times: HashMap<String, usize>,
}

impl Places {
    /// In the repository of the working folder.
    fn here() -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let top = here.ancestors().find(|folder| folder.join(".git").exists());
        let top = top.map(Path::to_owned);
        Self { here, top, times: HashMap::new() }
    }

    /// The findings of a file.
    fn of<'f>(&mut self, file: &'f Checked) -> Vec<Placed<'f>> {
        let named = &file.report.path;
        let path = self.path_of(file);
        let name = path.as_ref().map_or(named, |path| &path.name).clone();
        let mut place = |found| {
            let fingerprint = fingerprint(&name, found, &mut self.times);
            Placed { path: path.clone(), found, fingerprint }
        };
        file.report.diagnostics.iter().map(&mut place).collect()
    }

    /// The path of a file from the top of the repository; `None` for standard input.
    fn path_of(&self, file: &Checked) -> Option<RepositoryPath> {
        let named = &file.report.path;
        let path = file.path.as_deref().unwrap_or(Path::new(named));
        (named != "-").then(|| self.in_repository(path))
    }

    /// A path from the top of the repository. What is outside stays as it is named.
    fn in_repository(&self, named: &Path) -> RepositoryPath {
        let mut whole = PathBuf::new();
        for part in self.here.join(named).components() {
            match part {
                Component::ParentDir => drop(whole.pop()),
                part => whole.push(part),
            }
        }
        let plain: PathBuf = named.components().filter(|part| *part != Component::CurDir).collect();
        let inside = self.top.as_ref().and_then(|top| whole.strip_prefix(top).ok());
        let path = inside.unwrap_or(&plain);
        let bytes = path.as_os_str().as_encoded_bytes();
        let slash =
            |byte: &u8| if char::from(*byte) == std::path::MAIN_SEPARATOR { b'/' } else { *byte };
        let bytes: Vec<u8> = bytes.iter().map(slash).collect();
        RepositoryPath { name: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }
}

/// The fingerprint of a finding; several with the same content are numbered in order.
fn fingerprint(path: &str, found: &Diagnostic, times: &mut HashMap<String, usize>) -> String {
    let call = found.call.unwrap_or(1);
    let text = format!("{path}\0{}\0{call}\0{}\0{}", found.code, found.pointer, found.message);
    let before = times.entry(text.clone()).or_default();
    *before += 1;
    let text = if *before > 1 { format!("{text}\0{before}") } else { text };
    hexadecimal(&text)
}

/// The SHA-256 digest of a text.
fn hexadecimal(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use massup_rules::Linter;
    use serde_json::Value;

    use super::*;

    fn written(format: Format, files: &[Checked]) -> String {
        let mut text = Vec::new();
        write(format, &Run::of(files), Detail::default(), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

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
    fn calls_are_counted_and_fixes_only_where_they_are_applied() {
        let body = "{ \"data\": [{ \"City\": \"x\" }], \"ids\": [5540230000004970071] }";
        let url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
        for (name, text, summary) in [
            ("a.json", body.to_owned(), "1 file, 1 call: 1 warning, 1 fixable with `--fix`"),
            ("a.sh", format!("curl {url} -d '{body}'\n").repeat(2), "1 file, 2 calls: 2 warnings;"),
        ] {
            let report = Linter::new().module("Leads").lint(name, text.as_bytes());
            let file = [Checked::new(text.into_bytes(), report)];
            let shown = written(Format::Human, &file);
            assert!(shown.contains(summary), "{shown}");
        }
    }

    #[test]
    fn every_format_says_each_finding_once() {
        let files = files();
        let number = each(&files).count();
        assert!(number >= 2, "the sample has findings");
        let text = |format| written(format, &files);
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
        let text = |format| written(format, &files);
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
            placed(files).map(|placed| placed.fingerprint).collect()
        };
        let (one, two) = (lint("a.json", body), lint("a.json", &format!("\n\n{body}")));
        assert_ne!(one[0].report.diagnostics[0].line, two[0].report.diagnostics[0].line);
        assert_eq!(prints(&one), prints(&two));
        assert_ne!(prints(&one), prints(&lint("b.json", body)));
        let different: std::collections::BTreeSet<_> = prints(&one).into_iter().collect();
        assert_eq!(different.len(), one[0].report.diagnostics.len(), "one key occurs three times");
    }

    #[test]
    fn paths_begin_at_the_top_of_the_repository() {
        let path = |top: Option<&str>, named: &str| {
            let (here, top) = ("/home/me/shop/calls".into(), top.map(Into::into));
            Places { here, top, times: HashMap::new() }.in_repository(Path::new(named)).name
        };
        assert_eq!(path(Some("/home/me/shop"), "a.json"), "calls/a.json");
        assert_eq!(path(Some("/home/me/shop"), "../b/a.json"), "b/a.json");
        assert_eq!(path(Some("/home/me/shop"), "/home/me/shop/calls/a.json"), "calls/a.json");
        assert_eq!(path(Some("/home/me/shop"), "../../other/a.json"), "../../other/a.json");
        assert_eq!(path(None, "a.json"), "a.json");
    }

    #[test]
    fn nothing_found_is_a_whole_document_too() {
        let text = |format| written(format, &[]);
        assert_eq!(text(Format::Jsonl), "");
        assert_eq!(text(Format::Github), "");
        assert_eq!(text(Format::Gitlab), "[]\n");
        assert!(text(Format::Junit).contains("<testsuites"));
        assert!(text(Format::Markdown).contains("no findings"));
    }
}
