//! The command lines of `massup fields`, `views`, `territories` and `modules`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup fields Leads
  massup fields Leads Lead_Source
  massup fields Deals --snapshot snapshots/production --format json")]
pub(crate) struct FieldsArgs {
    /// API name of the module
    #[arg(value_name = "MODULE")]
    pub(crate) module: String,
    /// API name or label of one field, to list its options
    #[arg(value_name = "FIELD")]
    pub(crate) field: Option<String>,
    #[command(flatten)]
    pub(crate) from: SnapshotArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup views Leads
  massup views Leads --format json")]
pub(crate) struct ViewsArgs {
    /// API name of the module
    #[arg(value_name = "MODULE")]
    pub(crate) module: String,
    #[command(flatten)]
    pub(crate) from: SnapshotArgs,
}

/// Where the facts are.
#[derive(Args, Debug)]
pub(crate) struct SnapshotArgs {
    /// Snapshot directory [default: .massup/snapshot]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
}
