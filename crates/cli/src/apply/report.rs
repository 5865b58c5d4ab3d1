//! The closing report of a run, in every format.

use std::path::{Path, PathBuf};

use anyhow::Result;
use massup_executor::event::{Stop, Totals};
use massup_executor::report::ErrorLine;
use massup_executor::verify::{Difference, DifferenceKind, Verified};
use massup_executor::{Ahead, Report};
use schemars::JsonSchema;
use serde::Serialize;

use super::files::Written;
use crate::Outcome;
use crate::args::{Format, Global};
use crate::output::{self, count, printable};

/// The most differences that a report lists.
pub(super) const MOST_DIFFERENCES: usize = 20;

/// The most errors that a report lists for people.
const MOST_ERRORS: usize = 20;

/// What reading the records back has shown.
#[derive(Serialize, JsonSchema)]
pub(super) struct Checked {
    /// How many records are as the plan wanted them.
    pub(super) totals: Verified,
    /// The first differences.
    pub(super) differences: Vec<Difference>,
    /// How many more there are.
    pub(super) more: u64,
}

/// Everything that is known about a run.
pub(super) struct Whole<'r> {
    pub(super) report: &'r Report,
    /// What has not begun.
    pub(super) ahead: Ahead,
    /// How the run ended; nothing where only its journal is read.
    pub(super) outcome: Option<&'r massup_executor::Outcome>,
    pub(super) verified: Option<&'r Checked>,
    pub(super) plan: &'r Path,
    pub(super) written: &'r Written,
}

/// What became of a plan: what its journal knows, and the totals of this run.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RunData<'r> {
    /// The number of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    format: u32,
    /// What the journal of the plan knows.
    report: &'r Report,
    /// What has not begun.
    ahead: Ahead,
    /// The totals of this run; `null` if nothing was run.
    totals: Option<Totals>,
    /// Why the run ended early; `null` if it did not.
    stop: Option<&'r Stop>,
    /// What reading the records back has shown; `null` if they were not read.
    verified: Option<&'r Checked>,
    /// The file with the records that failed or are in doubt, if it was written.
    failed_file: Option<String>,
    /// The file with the records that were updated, if it was written.
    done_file: Option<String>,
}

/// Whether an earlier run has left anything in the journal.
pub(super) fn is_begun(report: &Report) -> bool {
    let calls = report.calls;
    calls.done + calls.refused + calls.in_doubt + calls.pending + calls.at_work + calls.failed > 0
}

/// The records of a report in words.
pub(super) fn counts(report: &Report) -> String {
    let mut text = format!("{} updated", count(report.updated, "record"));
    for (number, what) in [(report.failed, "failed"), (report.in_doubt, "in doubt")] {
        if number > 0 {
            text += &format!(", {number} {what}");
        }
    }
    text
}

/// Why a run ended before its plan did, and what to do.
fn stopped(stop: &Stop) -> (String, &'static str) {
    const RESUME: &str = "run the command again: it resumes";
    match stop {
        Stop::Asked => ("stopped, as asked".to_owned(), RESUME),
        Stop::CreditsUsedUp => {
            ("no API credits are left".to_owned(), "run the command again tomorrow: it resumes")
        }
        Stop::JobStalled { job } => (
            format!("job {job} shows no progress"),
            "look at the job in the CRM's setup, then run the command again",
        ),
        Stop::MaxCredits => {
            ("the run has used its credits".to_owned(), "run it again with a higher --max-credits")
        }
        Stop::MaxFailures { failed } => (
            format!("too many records failed: {failed}"),
            "mend the cause below, then run the command again: it goes on with the others",
        ),
        Stop::Refused(refused) => (
            format!("the server refuses with {}: {}", refused.code, refused.message),
            "mend the cause below, then run the command again",
        ),
        Stop::StopAt => ("the time of --stop-at has come".to_owned(), RESUME),
        Stop::TooManyToRead => (
            "the view holds more records than can be read".to_owned(),
            "divide the view, and plan each part",
        ),
        Stop::Unreachable { what } => (format!("no answer comes: {what}"), RESUME),
        Stop::Unreadable { what } => (format!("an answer cannot be read: {what}"), RESUME),
        Stop::ViewBusy => (
            "another job is on the view and does not end".to_owned(),
            "wait until it has ended, then run the command again",
        ),
        _ => ("the run has stopped".to_owned(), RESUME),
    }
}

impl Whole<'_> {
    /// Whether everything was done.
    pub(super) fn exit(&self) -> Outcome {
        let Report { calls, failed, in_doubt, .. } = self.report;
        let open = calls.refused + calls.in_doubt + calls.pending + calls.at_work + calls.failed;
        let stopped = self.outcome.is_some_and(|outcome| outcome.stop.is_some());
        let differs =
            self.verified.is_some_and(|check| check.totals.differs + check.totals.gone > 0);
        if open + failed + in_doubt > 0 || !self.ahead.is_nothing() || stopped || differs {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }

    /// Prints the report in the format of the command line.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written.
    pub(super) fn print(&self, global: &Global) -> Result<()> {
        match global.format {
            Format::Json => output::json(&self.data()),
            // Events come before it, one a line.
            Format::Jsonl => output::json_line(&self.data()),
            Format::Markdown => output::print(&self.markdown()),
            Format::Html => output::print(&self.page()),
            _ if global.quiet => Ok(()),
            _ => output::print(&self.words()),
        }
    }

    fn data(&self) -> RunData<'_> {
        let Self { report, ahead, outcome, verified, written, .. } = *self;
        let name = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        RunData {
            format: 1,
            report,
            ahead,
            totals: outcome.map(|outcome| outcome.totals),
            stop: outcome.and_then(|outcome| outcome.stop.as_ref()),
            verified,
            failed_file: name(&written.failed),
            done_file: name(&written.done),
        }
    }

    fn words(&self) -> String {
        let mut text = counts(self.report) + "\n";
        for job in &self.report.jobs {
            text += &format!("job {} ended as {}\n", job.job, printable(&job.status));
        }
        if let Some(outcome) = self.outcome {
            let totals = outcome.totals;
            text += &format!(
                "this run: {} that update, {} that read, {}\n",
                count(totals.updates, "call"),
                totals.reads,
                count(totals.credits, "credit")
            );
            if let Some((why, help)) = outcome.stop.as_ref().map(stopped) {
                text += &format!("stopped early: {}\n  help: {help}\n", printable(&why));
            }
        }
        for error in self.report.errors.iter().take(MOST_ERRORS) {
            text += &line(error);
        }
        if let Some(more) =
            self.report.errors.len().checked_sub(MOST_ERRORS).filter(|more| *more > 0)
        {
            text += &format!("  … and {more} other errors\n");
        }
        let open = self.report.calls.in_doubt;
        if open > 0 {
            text += &format!(
                "{} in doubt: run `massup apply` again to settle them, or decide with --in-doubt\n",
                count(open, "call")
            );
        }
        for (number, one, what) in
            [(self.ahead.calls, "call", "not sent yet"), (self.ahead.reads, "view", "not read yet")]
        {
            if number > 0 {
                let number = count(number, one);
                text += &format!("{number} {what}: run `massup apply` again to go on\n");
            }
        }
        if let Some(check) = self.verified {
            text += &check.words();
        }
        for (path, what) in [(&self.written.failed, "failed"), (&self.written.done, "updated")] {
            if let Some(path) = path {
                text += &format!(
                    "records that {} in {}\n",
                    verb(what),
                    printable(&path.display().to_string())
                );
            }
        }
        text
    }

    fn markdown(&self) -> String {
        let Report { calls, identity, .. } = self.report;
        let mut text = format!(
            "## {} in {}\n\n{}\n\n| calls | |\n|---|--:|\n",
            code(&self.plan.display().to_string()),
            code(&identity.module),
            counts(self.report)
        );
        for (number, what) in [
            (calls.done, "done"),
            (calls.refused, "refused"),
            (calls.in_doubt, "in doubt"),
            (calls.pending, "to be sent again"),
            (calls.at_work, "jobs at work"),
            (calls.failed, "jobs that failed"),
            (self.ahead.calls, "not sent yet"),
            (self.ahead.reads, "views to be read"),
        ] {
            if number > 0 {
                text += &format!("| {what} | {number} |\n");
            }
        }
        if !self.report.errors.is_empty() {
            text += "\n| error | records | calls | what to do |\n|---|--:|--:|---|\n";
            for error in &self.report.errors {
                let ErrorLine { code: name, message, records, calls, cure } = error;
                let what = format!("{} {}", code(name), code(message));
                text +=
                    &format!("| {what} | {records} | {calls} | {} |\n", cure.unwrap_or_default());
            }
        }
        text
    }

    fn page(&self) -> String {
        let rows: String = self
            .report
            .errors
            .iter()
            .map(|error| {
                format!(
                    "<tr><td><code>{}</code> {}<td>{}<td>{}<td>{}\n",
                    html(&error.code),
                    html(&error.message),
                    error.records,
                    error.calls,
                    html(error.cure.unwrap_or_default())
                )
            })
            .collect();
        let table = if rows.is_empty() {
            String::new()
        } else {
            format!("<table>\n<tr><th>error<th>records<th>calls<th>what to do\n{rows}</table>\n")
        };
        let calls = self.report.calls;
        format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{plan}</title>\n\
             <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\
             table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.3rem .6rem;text-align:left}}</style>\n\
             <h1>{plan}</h1>\n<p>{counts}</p>\n\
             <p>{module}, API {version}, organisation {organisation}. Calls: {done} done, {refused} refused, \
             {in_doubt} in doubt, {pending} to be sent again, {at_work} jobs at work, {failed} jobs failed, {ahead} not sent yet.</p>\n{table}</html>\n",
            plan = html(&self.plan.display().to_string()),
            counts = html(&counts(self.report)),
            module = html(&self.report.identity.module),
            version = self.report.identity.api_version,
            organisation = html(&self.report.identity.organisation),
            done = calls.done,
            refused = calls.refused,
            in_doubt = calls.in_doubt,
            pending = calls.pending,
            at_work = calls.at_work,
            failed = calls.failed,
            ahead = self.ahead.calls,
        )
    }
}

fn verb(what: &str) -> &'static str {
    if what == "failed" { "failed or are in doubt are" } else { "were updated are" }
}

/// An error with its cure.
fn line(error: &ErrorLine) -> String {
    let ErrorLine { code, message, records, calls, cure } = error;
    let number = match (records, calls) {
        (0, calls) => count(*calls, "call"),
        (records, 0) => count(*records, "record"),
        (records, calls) => format!("{}, {}", count(*records, "record"), count(*calls, "call")),
    };
    let help = cure.map_or_else(String::new, |cure| format!("    help: {cure}\n"));
    format!("  {number}: {} {}\n{help}", printable(code), printable(message))
}

impl Checked {
    fn words(&self) -> String {
        let Verified { matched, differs, gone, unknown_jobs } = self.totals;
        let mut text = format!("read back: {matched} match, {differs} differ, {gone} are gone\n");
        if unknown_jobs > 0 {
            text += &format!(
                "  {unknown_jobs} jobs cannot be verified: which records they updated was not kept\n"
            );
        }
        for Difference { id, kind, .. } in &self.differences {
            text += &match kind {
                DifferenceKind::Gone => format!("  {id}: gone\n"),
                DifferenceKind::Differs { field, by, when, .. } => {
                    let part = |what: &str, value: &Option<String>| {
                        value.as_ref().map_or_else(String::new, |value| {
                            format!(" {what} {}", printable(value))
                        })
                    };
                    format!(
                        "  {id}: {} changed{}{}\n",
                        printable(field),
                        part("by", by),
                        part("at", when)
                    )
                }
            };
        }
        if self.more > 0 {
            text += &format!("  … and {} more\n", self.more);
        }
        text
    }
}

/// A text as code in Markdown.
fn code(text: &str) -> String {
    let text = printable(text).replace('\n', " ").replace('|', "\\|");
    let fence = "`".repeat(1 + text.split(|c| c != '`').map(str::len).max().unwrap_or(0));
    let space =
        if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn html(text: &str) -> String {
    let text = printable(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
