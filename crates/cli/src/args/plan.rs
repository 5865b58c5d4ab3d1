//! The command lines of `massup plan` and `massup show`.

use std::path::PathBuf;

use clap::Args;
use massup_model::ApiVersion;
use massup_project::signature::PublicKey;

use super::lint::Level;
use crate::policy::PolicyArgs;

/// Headings of `massup plan --help`.
const CHANGE: &str = "Change, overrides the change file";
const RECORDS: &str = "Records";

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup plan lead-source.massup.yaml -o lead-source.plan.jsonl
  massup plan --module Leads --set City=Chennai --view 554023000000091515 --automation forbid
  massup plan --module Leads --set Lead_Source=Advertisement --ids leads.csv
  seq 1 1000 | sed 's/^/5540230000/' | massup plan --module Leads --set City=Chennai --ids -

A value of --set that is JSON is used as JSON (true, 5, [\"English\"]); anything else is a string. With field
metadata in the snapshot, text fields get strings: --set Zip_Code=12345 sets \"12345\".")]
pub(crate) struct PlanArgs {
    /// Change files, one plan each; they must not contradict each other
    #[arg(value_name = "CHANGE")]
    pub(crate) changes: Vec<PathBuf>,
    /// API name of the module
    #[arg(long, value_name = "MODULE", help_heading = CHANGE)]
    pub(crate) module: Option<String>,
    /// API version [default: the newest]
    #[arg(long, value_name = "VERSION", help_heading = CHANGE)]
    pub(crate) api_version: Option<ApiVersion>,
    /// Set a field, by API name (repeatable)
    #[arg(long, value_name = "FIELD=VALUE", help_heading = CHANGE)]
    pub(crate) set: Vec<String>,
    /// Replace the options of multi-select picklists (true) or add to them (false)
    #[arg(long, value_name = "BOOL", help_heading = CHANGE)]
    pub(crate) over_write: Option<bool>,
    /// A file of record ids: one per line, a CSV file, JSON such as an answer of Get Records, or JSON Lines; also
    /// compressed by gzip or zstd; `-` for standard input
    #[arg(long, value_name = "FILE", help_heading = RECORDS)]
    pub(crate) ids: Option<PathBuf>,
    /// The column of a CSV file, or the key in JSON, that holds the ids [default: the obvious one]
    #[arg(long, value_name = "NAME", requires = "ids", conflicts_with = "view", help_heading = RECORDS)]
    pub(crate) column: Option<String>,
    /// The custom view whose records are updated: its id, or a name that one view of the snapshot has
    #[arg(long, value_name = "CVID|NAME", conflicts_with = "ids", help_heading = RECORDS)]
    pub(crate) view: Option<String>,
    /// The territory to which the view is restricted, by id or name
    // `requires` alone has no effect here: `--ids` and the view conflict.
    #[arg(long, value_name = "ID|NAME", requires = "view", conflicts_with = "ids", help_heading = RECORDS)]
    pub(crate) territory: Option<String>,
    /// Include the children of the territory
    #[arg(long, requires = "territory", help_heading = RECORDS)]
    pub(crate) include_child: bool,
    /// Write the plan to a file, or to standard output with `-`; with several change files, to a folder
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Sign the plan with this secret key of minisign; the signature is written to FILE.minisig
    #[arg(long, value_name = "KEY", requires = "output", help_heading = "Output")]
    pub(crate) sign: Option<PathBuf>,
    /// Snapshot directory [default: .massup/snapshot, if it exists]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Make no plan if it has findings of this level or above [default: error]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) deny: Option<Level>,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup show lead-source.plan.jsonl
  massup show lead-source.plan.jsonl --format html > plan.html
  massup show lead-source.plan.jsonl --format curl > plan.sh")]
pub(crate) struct ShowArgs {
    /// The plan
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Show the plan only if this public key of minisign has signed it: the key, or a file with it (repeatable: one
    /// of them) [default: `require_signature` in massup.toml]
    #[arg(long, value_name = "KEY")]
    pub(crate) require_signature: Vec<PublicKey>,
    /// Snapshot directory to compare with the facts in the plan [default: .massup/snapshot, if it exists]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Show the plan even if the facts have changed since it was made
    #[arg(long)]
    pub(crate) allow_stale: bool,
}
