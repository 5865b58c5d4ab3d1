//! The command lines of `massup plan` and `massup show`.

use std::path::PathBuf;

use clap::Args;
use massup_model::{ApiVersion, TerritoryId, ViewId};

use crate::policy::PolicyArgs;

/// Headings of `massup plan --help`.
const CHANGE: &str = "Change, before what a change file says";
const RECORDS: &str = "Records";

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup plan lead-source.massup.yaml -o lead-source.plan.jsonl
  massup plan --module Leads --set City=Chennai --view 554023000000091515 --automation forbid
  massup plan --module Leads --set Lead_Source=Advertisement --ids leads.csv --column 'Record Id'
  seq 1 1000 | sed 's/^/5540230000/' | massup plan --module Leads --set City=Chennai --ids -

A value of --set that is JSON is taken as such (true, 5, [\"English\"]); anything else is a string.")]
pub(crate) struct PlanArgs {
    /// A change file; flags add to it. Several give a plan each, and may not contradict each other
    #[arg(value_name = "CHANGE")]
    pub(crate) changes: Vec<PathBuf>,
    /// API name of the module
    #[arg(long, value_name = "MODULE", help_heading = CHANGE)]
    pub(crate) module: Option<String>,
    /// API version [default: the newest, v8]
    #[arg(long, value_name = "VERSION", help_heading = CHANGE)]
    pub(crate) api_version: Option<ApiVersion>,
    /// Set a field, by API name; once a field
    #[arg(long, value_name = "FIELD=VALUE", help_heading = CHANGE)]
    pub(crate) set: Vec<String>,
    /// Replace the options of multi-select picklists (true) or add to them (false)
    #[arg(long, value_name = "BOOL", help_heading = CHANGE)]
    pub(crate) over_write: Option<bool>,
    /// A file of record ids, one a line, or CSV or JSON Lines with --column; also packed by gzip or zstd;
    /// `-` for standard input
    #[arg(long, value_name = "FILE", help_heading = RECORDS)]
    pub(crate) ids: Option<PathBuf>,
    /// The column of a CSV file, or the key in JSON Lines, that holds the ids
    #[arg(long, value_name = "NAME", requires = "ids", help_heading = RECORDS)]
    pub(crate) column: Option<String>,
    /// A custom view whose records are updated
    #[arg(long, value_name = "CVID", conflicts_with = "ids", help_heading = RECORDS)]
    pub(crate) view: Option<ViewId>,
    /// A territory that narrows the view
    #[arg(long, value_name = "ID", requires = "view", help_heading = RECORDS)]
    pub(crate) territory: Option<TerritoryId>,
    /// Take the children of the territory too
    #[arg(long, requires = "territory", help_heading = RECORDS)]
    pub(crate) include_child: bool,
    /// Write the plan to a file, `-` for standard output; those of several change files to a folder
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Folder of facts about the organisation and the caller [default: .massup/snapshot, if it is there]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup show lead-source.plan.jsonl
  massup show lead-source.plan.jsonl --format html > plan.html")]
pub(crate) struct ShowArgs {
    /// The plan
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Folder of facts, held against those of the plan [default: .massup/snapshot, if it is there]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Go on when the facts have changed since the plan was made
    #[arg(long)]
    pub(crate) allow_stale: bool,
}
