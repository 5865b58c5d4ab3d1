//! The command line.

mod api;
mod apply;
mod lint;
mod list;
mod parse;
mod plan;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use massup_model::ApiVersion;
use massup_project::schemas::Draft;
use massup_project::types::Language;

pub(crate) use api::{
    ApiArgs, CopyOf, EmulateArgs, FaultArgs, LoginArgs, LogoutArgs, PlaceArgs, PullArgs, WhoamiArgs,
};
pub(crate) use apply::{ApplyArgs, RollbackArgs, RunArgs, StatusArgs};
pub(crate) use lint::{Deny, LintArgs, Output, RuleName};
pub(crate) use list::{FieldsArgs, SnapshotArgs, ViewsArgs};
pub(crate) use parse::{command, parse};
pub(crate) use plan::{PlanArgs, ShowArgs};

/// Lint, plan and run Zoho CRM mass updates, offline first.
#[derive(Debug, Parser)]
#[command(
    name = "massup",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  massup lint requests/
  massup plan --module Leads --ids leads.csv --column Id --set Lead_Source=Advertisement -o leads.plan.jsonl
  massup explain ALREADY_SCHEDULED

Exit codes: 0 clean or done; 1 findings; 2 wrong usage or configuration; 3 could not run."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Output format
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Print only what is wrong
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(flatten, next_help_heading = "Options of every command")]
    pub(crate) color: Color,
}

/// When to use colour; the environment's `NO_COLOR` counts too.
#[derive(Args, Debug)]
pub(crate) struct Color {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = When::Auto)]
    color: When,
    /// Never use colour, the same as --color never
    #[arg(long, global = true, conflicts_with = "color")]
    no_color: bool,
}

impl Color {
    pub(crate) fn write_global(&self) {
        let choice = match (self.no_color, self.color) {
            (true, _) | (_, When::Never) => anstream::ColorChoice::Never,
            (_, When::Always) => anstream::ColorChoice::Always,
            (_, When::Auto) => anstream::ColorChoice::Auto,
        };
        choice.write_global();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    /// If the output is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people
    Human,
    /// JSON
    Json,
    /// Findings of `lint` as JSON Lines, one finding per line
    Jsonl,
    /// Findings of `lint` as SARIF 2.1.0
    Sarif,
    /// Findings of `lint` as annotations of GitHub workflows
    Github,
    /// Findings of `lint` as a GitLab code quality report
    Gitlab,
    /// Findings of `lint` as JUnit XML
    Junit,
    /// Findings of `lint` as a Markdown table, for a pull request
    Markdown,
    /// The steps of a plan as a Mermaid graph
    Mermaid,
    /// A plan as one page for a browser
    Html,
    /// The calls of a plan as a shell script for curl
    Curl,
    /// The calls of a plan as a Postman collection
    Postman,
}

impl Format {
    /// Whether a command writes it.
    pub(crate) fn is_of(self, command: &str) -> bool {
        match command {
            "lint" => !self.is_of_plans(),
            "show" => !self.is_of_findings(),
            "plan" => !self.is_of_findings() && !self.is_of_calls(),
            "apply" | "rollback" => matches!(self, Self::Human | Self::Json | Self::Jsonl),
            "status" => {
                matches!(self, Self::Human | Self::Json | Self::Markdown | Self::Html)
            }
            "types" | "completions" | "man" | "lsp" | "mcp" => self == Self::Human,
            _ => !self.is_of_plans() && !self.is_of_findings(),
        }
    }

    /// Whether only `lint` writes it.
    fn is_of_findings(self) -> bool {
        !matches!(self, Self::Human | Self::Json) && !self.is_of_plans()
    }

    /// Whether only `plan` and `show` write it.
    pub(crate) fn is_of_plans(self) -> bool {
        matches!(self, Self::Mermaid | Self::Html) || self.is_of_calls()
    }

    /// Whether it holds the calls of a plan, which only `show` reads.
    pub(crate) fn is_of_calls(self) -> bool {
        matches!(self, Self::Curl | Self::Postman)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check request bodies, call files, change files and plans
    Lint(LintArgs),
    /// Plan the fewest calls that set field values on records
    Plan(PlanArgs),
    /// Show a plan
    Show(ShowArgs),
    /// Run a plan; run again, it resumes
    Apply(ApplyArgs),
    /// Show what became of a plan
    Status(StatusArgs),
    /// Give records the values from before a plan
    Rollback(RollbackArgs),
    /// Explain a rule, or an answer of the server by its code, its message or itself
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// List the fields of a module in the snapshot, or the options of one
    Fields(FieldsArgs),
    /// List the custom views of a module in the snapshot, with their records
    Views(ViewsArgs),
    /// List the territories in the snapshot
    Territories(SnapshotArgs),
    /// List the modules in the snapshot
    Modules(SnapshotArgs),
    /// Print a JSON Schema
    Schema(SchemaArgs),
    /// Print the type of a module's request bodies for a programming language
    Types(TypesArgs),
    /// Download organisation metadata for `lint` and `plan`
    Pull(PullArgs),
    /// Sign in to an organisation, and store a refresh token
    Login(LoginArgs),
    /// Show the user, the organisation and the scopes of the credentials in use
    Whoami(WhoamiArgs),
    /// Revoke the stored refresh token, and remove it
    Logout(LogoutArgs),
    /// Run a local server that behaves as the API is documented
    Emulate(EmulateArgs),
    /// Serve an editor: findings, fixes, hover and completion, by the Language Server Protocol
    #[cfg(feature = "lsp")]
    #[command(after_help = "\
The editor starts it and talks to it on standard input and output. docs/editors.md shows how for Neovim, Helix, Zed,
Emacs and VS Code.")]
    Lsp {
        /// Accepted for clients that add it: standard input and output are always used
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Serve an assistant: lint, plan, explain and the snapshot as tools of the Model Context Protocol
    #[cfg(feature = "mcp")]
    #[command(after_help = "\
The assistant starts it and talks to it on standard input and output. Nothing is sent to the CRM, and nothing is
written. docs/assistants.md shows how to set it up.")]
    Mcp(McpArgs),
    /// Print shell completions
    #[command(after_help = "\
Examples:
  massup completions bash > ~/.local/share/bash-completion/completions/massup
  massup completions fish > ~/.config/fish/completions/massup.fish")]
    Completions {
        /// Shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page of massup or of a command
    #[command(after_help = "\
Examples:
  massup man | man -l -
  massup man lint > massup-lint.1
  massup man --output /usr/local/share/man/man1")]
    Man {
        /// Command [default: massup itself]
        command: Option<String>,
        /// Write the pages of massup and all its commands to a directory
        #[arg(long, short, value_name = "DIR", conflicts_with = "command")]
        output: Option<PathBuf>,
    },
}

#[cfg(feature = "mcp")]
#[derive(Args, Debug)]
pub(crate) struct McpArgs {
    /// Directory whose files can be read [default: the working directory]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<std::path::PathBuf>,
    /// Snapshot directory [default: .massup/snapshot in the root or above it]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<std::path::PathBuf>,
}

/// What a bare request body does not contain.
#[derive(Args, Debug)]
pub(crate) struct Target {
    /// Module of files that do not name one, by API name
    #[arg(long, value_name = "MODULE")]
    pub(crate) module: Option<String>,
    /// API version of files that do not name one [default: v8]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<ApiVersion>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup explain MU104
  massup explain cvid-and-ids
  massup explain ALREADY_SCHEDULED
  massup explain 'the id given seems to be invalid'
  massup explain - < answer.json")]
pub(crate) struct ExplainArgs {
    /// A rule's code or name; a code, a message or an answer of the server; a state of a job; `-` for
    /// standard input
    #[arg(required = true, value_name = "TEXT")]
    pub(crate) words: Vec<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup rules
  massup rules --format json")]
pub(crate) struct RulesArgs {}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup schema
  massup schema request --module Deals --api-version v8
  massup schema request --module Deals --snapshot .massup/snapshot
  massup schema change --draft draft-07 > change.schema.json")]
pub(crate) struct SchemaArgs {
    /// Schema to print [default: list the names]
    #[arg(value_enum)]
    pub(crate) name: Option<SchemaName>,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Snapshot directory: the schema of a request has the fields, options and views of its module
    #[arg(long, value_name = "FOLDER", requires = "module")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Draft of JSON Schema to write: editors read draft-07
    #[arg(long, value_enum, default_value = "2020-12", value_name = "DRAFT")]
    pub(crate) draft: DraftName,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup types --module Leads --lang ts > leads.ts
  massup types --module Deals --lang python --snapshot snapshots/production > deals.py

A body that lints clean with the snapshot has the type; one with a field that cannot be set, a value of another type or
an unknown option does not.")]
pub(crate) struct TypesArgs {
    /// API name of the module
    #[arg(long, value_name = "MODULE")]
    pub(crate) module: String,
    /// Language
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: LanguageName,
    /// API version of the bodies [default: v8]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<ApiVersion>,
    #[command(flatten)]
    pub(crate) from: SnapshotArgs,
}

/// A language that types are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LanguageName {
    /// TypeScript
    #[value(alias = "typescript")]
    Ts,
    /// Python 3.9 and newer: `TypedDict`
    Python,
}

impl LanguageName {
    pub(crate) const fn into_language(self) -> Language {
        match self {
            Self::Ts => Language::TypeScript,
            Self::Python => Language::Python,
        }
    }
}

/// A draft of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DraftName {
    #[value(name = "2020-12")]
    Draft202012,
    #[value(name = "draft-07")]
    Draft07,
    #[value(name = "draft-04")]
    Draft04,
}

impl DraftName {
    pub(crate) const fn into_draft(self) -> Draft {
        match self {
            Self::Draft202012 => Draft::Draft202012,
            Self::Draft07 => Draft::Draft07,
            Self::Draft04 => Draft::Draft04,
        }
    }
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// The body of a mass update
    Request,
    /// The answer to a mass update
    Response,
    /// The status of a scheduled mass update
    JobStatus,
    /// The output of `massup lint --format json`
    Report,
    /// A line of a plan
    Plan,
    /// A change file
    Change,
    /// The settings in massup.toml
    #[value(alias = "config")]
    Settings,
    /// The file user.json of a snapshot
    User,
    /// The file overrides.toml of a snapshot
    Overrides,
    /// The file counts.json of a snapshot
    Counts,
    /// The file snapshot.json of a snapshot
    Snapshot,
    /// The output of `massup rules --format json`
    Rules,
    /// The documented errors as data, in schemas/errors.json
    Errors,
    /// The output of `massup explain --format json`
    Explanation,
    /// The output of `massup plan --format json` and `massup show --format json`
    Planned,
    /// A line of `massup lint --format jsonl`
    Finding,
    /// The report of `massup apply`, `rollback` and `status`, with `--format json`
    Run,
    /// A line of `massup apply --format jsonl`
    Event,
    /// A line of `massup apply --dry-run --format json`
    DryRun,
    /// The output of `massup rollback --plan-only --format json`
    WayBack,
    /// The output of `massup fields MODULE --format json`
    Fields,
    /// The output of `massup fields MODULE FIELD --format json`
    Field,
    /// The output of `massup views --format json`
    Views,
    /// The output of `massup territories --format json`
    Territories,
    /// The output of `massup modules --format json`
    Modules,
    /// The output of `massup whoami --format json` and `massup login --format json`
    Identity,
    /// The output of `massup logout --format json`
    SignedOut,
    /// The output of `massup pull --format json`
    Pulled,
    /// The first line of `massup emulate --format json`
    Started,
}
