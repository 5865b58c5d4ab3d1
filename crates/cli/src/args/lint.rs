//! The command line of `massup lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use massup_project::signature::PublicKey;
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
            format!("`{format}` is not a format; expected one of {}", names.join(", "))
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
  jq .body call.json | massup lint - --module Leads --format json
  massup lint --fix body.json --module Leads
  massup lint changes/ --output sarif=lint.sarif --output markdown=summary.md
  massup lint requests/ --statistics

In directories, files that .gitignore or `exclude` in massup.toml names, and files without a mass update, are skipped.")]
pub(crate) struct LintArgs {
    /// Files and directories to check; `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten, next_help_heading = "Module, version and organisation")]
    pub(crate) target: Target,
    /// Snapshot directory: metadata of the organisation [default: .massup/snapshot in the directory of each
    /// file or above]
    #[arg(long, value_name = "DIRECTORY", help_heading = "Module, version and organisation")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Also write the findings to a file, such as sarif=lint.sarif (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", help_heading = "Output")]
    pub(crate) output: Vec<Output>,
    /// Configuration file [default: massup.toml in the directory of each file or above]
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(crate) config: Option<PathBuf>,
    /// Report plans that this public key of minisign has not signed: the key, or a file with it (repeatable: one of
    /// them) [default: `require_signature` in massup.toml]
    #[arg(long, value_name = "KEY", help_heading = "Configuration")]
    pub(crate) require_signature: Vec<PublicKey>,
    /// Exit with 1 for findings of this level or above (note, warning, error) [default: error], or report a
    /// rule as an error (repeatable)
    #[arg(long, value_name = "LEVEL|RULE", help_heading = "Levels")]
    pub(crate) deny: Vec<Deny>,
    /// Report a rule as a warning (repeatable)
    #[arg(long, value_name = "RULE", help_heading = "Levels")]
    pub(crate) warn: Vec<RuleName>,
    /// Do not report a rule (repeatable)
    #[arg(long, value_name = "RULE", help_heading = "Levels")]
    pub(crate) allow: Vec<RuleName>,
    /// Do not report findings that this file accepts [default: `baseline` in massup.toml]
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the present findings to the baseline, so that they are accepted
    #[arg(long, conflicts_with_all = ["fix", "diff"], help_heading = "Configuration")]
    pub(crate) update_baseline: bool,
    /// List what was not checked, and why, even if there are findings
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
    /// Apply fixes that do not change the meaning of a call
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix or --diff: also fixes that may change the meaning
    #[arg(long = "unsafe")]
    pub(crate) also_unsafe: bool,
    /// Show what --fix would change, without changing files
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
    /// Notes, warnings and errors
    Note,
    /// Warnings and errors
    Warning,
    /// Errors only
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
