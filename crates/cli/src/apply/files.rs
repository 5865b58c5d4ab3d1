//! The files of a run: its journal, and the records that failed or were updated.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use massup_executor::Journal as _;
use massup_executor::report::{cure, each_done, failures};
use massup_executor::sqlite::Sqlite;

use super::Plan;
use crate::output;

/// The name of a plan with another ending: `leads.journal` for `leads.plan.jsonl`.
pub(super) fn beside(plan: &Path, ending: &str) -> PathBuf {
    let name = plan.file_name().unwrap_or_default().to_string_lossy();
    let stem =
        name.strip_suffix(".plan.jsonl").or_else(|| name.rsplit_once('.').map(|(stem, _)| stem));
    plan.with_file_name(format!("{}.{ending}", stem.unwrap_or(&name)))
}

/// The files that were written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) failed: Option<PathBuf>,
    pub(super) done: Option<PathBuf>,
}

/// Writes the records that failed or are in doubt, and those that were updated, where they are wanted; with
/// `always` the former also unasked, if there are any.
///
/// # Errors
///
/// The plan or the journal cannot be read, or a file cannot be written.
pub(super) fn write(
    plan: &Plan<'_>,
    journal: &mut Sqlite,
    failed: Option<&Path>,
    done: Option<&Path>,
    always: bool,
) -> Result<Written> {
    let mut written = Written::default();
    let any = failures(journal).next().transpose()?.is_some();
    let unasked = (always && any).then(|| beside(plan.path, "failed.csv"));
    if let Some(path) = failed.map(Path::to_owned).or(unasked) {
        write_failed(&path, journal)?;
        written.failed = Some(path);
    }
    if let Some(path) = done {
        write_done(path, plan, journal)?;
        written.done = Some(path.to_owned());
    }
    Ok(written)
}

fn write_failed(path: &Path, journal: &mut Sqlite) -> Result<()> {
    let version = journal.identity().api_version;
    output::private(path, |file| {
        let mut table = csv::Writer::from_writer(BufWriter::new(file));
        table.write_record(["id", "fields", "outcome", "code", "message", "cure"])?;
        for record in failures(journal) {
            let record = record?;
            let outcome = match record.outcome {
                massup_executor::entry::RecordOutcome::Failed => "failed",
                massup_executor::entry::RecordOutcome::InDoubt => "in doubt",
            };
            let cure = cure(&record.code, &record.message, version).unwrap_or_default();
            let id = record.id.to_string();
            table.write_record([
                &id,
                &record.fields,
                outcome,
                &record.code,
                &record.message,
                cure,
            ])?;
        }
        table.flush()?;
        Ok(())
    })
}

fn write_done(path: &Path, plan: &Plan<'_>, journal: &mut Sqlite) -> Result<()> {
    output::private(path, |file| {
        let mut table = csv::Writer::from_writer(BufWriter::new(file));
        table.write_record(["id", "fields"])?;
        each_done(plan.steps()?, journal, |call| -> Result<()> {
            let fields: Vec<&str> = call.fields.iter().map(|(name, _)| name.as_str()).collect();
            let fields = fields.join(" ");
            for id in call.ids {
                table.write_record([&id.to_string(), &fields])?;
            }
            Ok(())
        })
        .context("cannot list the records that were updated")?;
        table.flush()?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_their_plan() {
        for (plan, journal) in [
            ("a/leads.plan.jsonl", "a/leads.journal"),
            ("leads.jsonl", "leads.journal"),
            ("leads", "leads.journal"),
            (".plan.jsonl", ".journal"),
        ] {
            assert_eq!(beside(Path::new(plan), "journal"), Path::new(journal));
        }
    }
}
