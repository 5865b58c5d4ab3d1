//! The command lines that run plans.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use massup_executor::MaxFailures;
use massup_project::signature::PublicKey;

use super::ApiArgs;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup apply leads.plan.jsonl
  massup apply leads.plan.jsonl --dry-run
  massup apply leads.plan.jsonl --yes --max-failures 1% --max-credits 5000 --verify
  massup apply leads.plan.jsonl --yes --format jsonl > events.jsonl

Run again, the same command resumes: what is done is not repeated. Ctrl-C finishes the calls under way and stops;
a second Ctrl-C stops at once, and the next run settles what is in doubt.

Exit codes: 0 done; 1 records failed, are in doubt, or the run was stopped; 2 wrong usage; 3 could not run.")]
pub(crate) struct ApplyArgs {
    /// The plan file
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Show every call, and send none that updates records
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Run a plan although the facts have changed since it was made
    #[arg(long)]
    pub(crate) allow_stale: bool,
    /// Snapshot directory, to see whether the plan is stale [default: .massup/snapshot, if it exists]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
}

/// How a run behaves.
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// Run the plan only if this public key of minisign has signed it: the key, or a file with it (repeatable: one of
    /// them) [default: `require_signature` in massup.toml]
    #[arg(long, value_name = "KEY")]
    pub(crate) require_signature: Vec<PublicKey>,
    /// Start without asking; required without a terminal
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Journal file [default: the name of the plan, ending in .journal]
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// What to do with a call that may or may not have been carried out, if reading the records back does not
    /// settle it
    #[arg(long, value_enum, default_value_t = InDoubt::Ask)]
    pub(crate) in_doubt: InDoubt,
    /// Stop when more records than this fail: a number, or a percentage such as 2%
    #[arg(long, value_name = "N|P%")]
    pub(crate) max_failures: Option<MaxFailures>,
    /// Stop before using more API credits than this
    #[arg(long, value_name = "N")]
    pub(crate) max_credits: Option<u64>,
    /// Send no further call from this time on, such as 2026-11-27T06:00:00+01:00
    #[arg(long, value_name = "TIME")]
    pub(crate) stop_at: Option<Timestamp>,
    /// The most calls at the same time; editions allow 5 to 25
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=25))]
    pub(crate) concurrency: u8,
    /// The most calls in a second
    #[arg(long, value_name = "N")]
    pub(crate) rate: Option<f64>,
    /// Keep the values before they change, for up to this many records; 0 keeps none
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) backup: u64,
    /// Read the records back afterwards and compare
    #[arg(long)]
    pub(crate) verify: bool,
    /// Write the records that failed or are in doubt as CSV [default: the name of the plan, ending in
    /// .failed.csv, if there are any]
    #[arg(long, value_name = "FILE")]
    pub(crate) failed: Option<PathBuf>,
    /// Write the records that were updated as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) done: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Where and with what")]
    pub(crate) api: ApiArgs,
}

/// What happens to a call in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InDoubt {
    /// Ask on the terminal; without one it stays in doubt until the next run
    Ask,
    /// Send it again: automations may run twice
    Retry,
    /// Leave it, and report it
    Skip,
}

impl From<InDoubt> for massup_executor::InDoubt {
    fn from(in_doubt: InDoubt) -> Self {
        match in_doubt {
            InDoubt::Ask => Self::Ask,
            InDoubt::Retry => Self::Retry,
            InDoubt::Skip => Self::Skip,
        }
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup status leads.plan.jsonl
  massup status leads.plan.jsonl --format markdown > report.md
  massup status leads.plan.jsonl --done done.csv

It reads the journal alone, and calls nothing.")]
pub(crate) struct StatusArgs {
    /// The plan file
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Journal file [default: the name of the plan, ending in .journal]
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Write the records that failed or are in doubt as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) failed: Option<PathBuf>,
    /// Write the records that were updated as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) done: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup rollback leads.plan.jsonl
  massup rollback leads.plan.jsonl --plan-only

The way back is a plan of its own, made of the values that `massup apply` kept, next to the plan. Records that somebody
has changed since are left, and listed.")]
pub(crate) struct RollbackArgs {
    /// The plan file that was applied
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Write the plans of the way back, and run none
    #[arg(long)]
    pub(crate) plan_only: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}
