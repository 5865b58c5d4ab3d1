//! The command line of `massup lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use massup_rules::Severity;

use super::{Format, Target};

/// A rule, by its code or its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleName(pub(crate) &'static massup_rules::Rule);

impl std::str::FromStr for RuleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        massup_project::config::rule(text).map(Self)
    }
}

/// A format and the file that takes it.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) file: PathBuf,
}

impl std::str::FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE")?;
        if file.is_empty() {
            return Err("expected a file after `=`".to_owned());
        }
        let unknown = |()| {
            let formats = Format::value_variants().iter().filter(|format| !format.is_of_plans());
            let names = formats.filter_map(ValueEnum::to_possible_value);
            let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
            format!("`{format}` is no format; expected one of {}", names.join(", "))
        };
        let format = Format::from_str(format, false).map_err(|_| ());
        let format =
            format.and_then(|format| if format.is_of_plans() { Err(()) } else { Ok(format) });
        Ok(Self { format: format.map_err(unknown)?, file: file.into() })
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup lint body.json --module Leads
  massup lint --module Deals --api-version v2 requests/
  curl-body | massup lint - --module Leads --format json
  massup lint --fix body.json --module Leads
  massup lint changes/ --output sarif=lint.sarif --output markdown=summary.md

A folder is walked, honouring .gitignore; files in it that hold no mass update are passed over.")]
pub(crate) struct LintArgs {
    /// Files and folders; `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten, next_help_heading = "What the calls are for")]
    pub(crate) target: Target,
    /// Folder of facts about the organisation and the caller [default: .massup/snapshot, if it is there]
    #[arg(long, value_name = "FOLDER", help_heading = "What the calls are for")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Write the findings to a file as well, such as sarif=lint.sarif; once a file
    #[arg(long, value_name = "FORMAT=FILE", help_heading = "Output")]
    pub(crate) output: Vec<Output>,
    /// The settings [default: massup.toml in the folder of each file, or above it]
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub(crate) config: Option<PathBuf>,
    /// Exit with 1 for findings of a level and above (note, warning, error) [default: error], or make the
    /// findings of a rule errors; may be given several times
    #[arg(long, value_name = "LEVEL|RULE", help_heading = "What counts")]
    pub(crate) deny: Vec<Deny>,
    /// Make the findings of a rule warnings; once a rule
    #[arg(long, value_name = "RULE", help_heading = "What counts")]
    pub(crate) warn: Vec<RuleName>,
    /// Leave out the findings of a rule, by code or name; once a rule
    #[arg(long, value_name = "RULE", help_heading = "What counts")]
    pub(crate) allow: Vec<RuleName>,
    /// Leave out the findings that a file of accepted ones lists
    #[arg(long, value_name = "FILE", help_heading = "What counts")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write today's findings into the file of --baseline
    #[arg(long, conflicts_with_all = ["fix", "diff"], help_heading = "What counts")]
    pub(crate) update_baseline: bool,
    /// List what was not checked, and why, also next to findings
    #[arg(long, short, conflicts_with = "quiet", help_heading = "Output")]
    pub(crate) verbose: bool,
    /// Print the number of findings of each rule instead of the findings
    #[arg(long, conflicts_with_all = ["fix", "diff", "update_baseline", "verbose"], help_heading = "Output")]
    pub(crate) statistics: bool,
    #[command(flatten, next_help_heading = "Fixes")]
    pub(crate) fixes: Fixes,
}

/// What becomes of the fixes that findings offer.
#[derive(Args, Debug)]
pub(crate) struct Fixes {
    /// Apply the fixes that keep the meaning
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix or --diff: also the fixes that may change the meaning
    #[arg(long = "unsafe")]
    pub(crate) also_unsafe: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,
}

/// What `--deny` names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deny {
    Level(Level),
    Rule(RuleName),
}

impl std::str::FromStr for Deny {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match Level::from_str(text, false) {
            Ok(level) => Ok(Self::Level(level)),
            Err(_) => text.parse().map(Self::Rule).map_err(|error: String| {
                format!("expected note, warning, error or a rule: {error}")
            }),
        }
    }
}

/// The level of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Notes and all above
    Note,
    /// Warnings and errors
    Warning,
    /// Errors alone
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Note => Self::Note,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}
