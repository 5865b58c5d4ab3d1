//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use massup_model::{ApiVersion, TerritoryId, ViewId};
use massup_rules::Severity;
use massup_transport::{BaseUrl, DataCentre};

use crate::policy::PolicyArgs;

/// Lint, plan and run Zoho CRM mass updates, offline first.
#[derive(Debug, Parser)]
#[command(
    name = "massup",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 clean or done; 1 findings; 2 wrong usage; 3 could not run."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The command line; each command takes the formats that it writes.
pub(crate) fn command() -> clap::Command {
    let whole = Cli::command();
    let Some(format) = whole.get_arguments().find(|one| one.get_id() == "format").cloned() else {
        return whole;
    };
    whole.mut_subcommands(|command| {
        let written: Vec<Format> = Format::value_variants()
            .iter()
            .copied()
            .filter(|one| one.is_of(command.get_name()))
            .collect();
        let names =
            PossibleValuesParser::new(written.iter().filter_map(ValueEnum::to_possible_value));
        let parser = names.try_map(|name| Format::from_str(&name, false));
        command.arg(format.clone().value_parser(parser))
    })
}

/// Flags of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// How the result is written
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Print what is wrong and nothing else
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
    /// Never use colour
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
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// Findings of `lint`, one JSON object a line
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
}

impl Format {
    /// Whether a command writes it.
    fn is_of(self, command: &str) -> bool {
        match command {
            "lint" => !self.is_of_plans(),
            "plan" | "show" => !self.is_of_findings(),
            _ => !self.is_of_plans() && !self.is_of_findings(),
        }
    }

    /// Whether only `lint` writes it.
    pub(crate) fn is_of_findings(self) -> bool {
        !matches!(self, Self::Human | Self::Json) && !self.is_of_plans()
    }

    /// Whether only `plan` and `show` write it.
    pub(crate) fn is_of_plans(self) -> bool {
        matches!(self, Self::Mermaid | Self::Html)
    }
}

/// Headings of `massup plan --help`.
const CHANGE: &str = "Change, before what a change file says";
const RECORDS: &str = "Records";

/// A rule, by its code or its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleName(pub(crate) &'static massup_rules::Rule);

impl std::str::FromStr for RuleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || {
            let names = massup_rules::rules().iter().map(|rule| rule.name);
            match massup_rules::nearest(text, names) {
                Some(meant) => format!("there is no rule `{text}`; did you mean `{meant}`?"),
                None => format!("there is no rule `{text}`; `massup rules` lists them"),
            }
        };
        massup_rules::find(text).map(Self).ok_or_else(unknown)
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

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check request bodies, call files, change files and plans
    Lint(LintArgs),
    /// Turn records and field values into the cheapest safe list of calls
    Plan(PlanArgs),
    /// Print a plan again
    Show(ShowArgs),
    /// Explain a rule, by code or name, or an error of the server
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Print a JSON Schema
    Schema(SchemaArgs),
    /// Take a snapshot of what the API tells about modules, for `lint` to hold calls against
    Pull(PullArgs),
    /// Serve the API on this machine, as its documentation says it is
    Emulate(EmulateArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of a command
    Man {
        /// The command
        command: Option<String>,
    },
}

/// What a bare request body does not say about itself.
#[derive(Args, Debug)]
pub(crate) struct Target {
    /// API name of the module, for files that do not name one
    #[arg(long, value_name = "MODULE")]
    pub(crate) module: Option<String>,
    /// API version, for files that do not name one [default: the newest, v8]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<ApiVersion>,
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
    #[arg(long, requires = "baseline", conflicts_with_all = ["fix", "diff"], help_heading = "What counts")]
    pub(crate) update_baseline: bool,
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
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
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

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup explain MU104
  massup explain cvid-and-ids
  massup explain ALREADY_SCHEDULED")]
pub(crate) struct ExplainArgs {
    /// A rule's code or name, or an error code of the server
    pub(crate) word: String,
}

/// Where the API is, and what to call it with.
#[derive(Args, Debug)]
pub(crate) struct ReachArgs {
    /// Data centre of the organisation: us, eu, in, cn, au, jp, ca or sa
    #[arg(long, value_name = "DC", default_value_t)]
    pub(crate) dc: DataCentre,
    /// Which copy of the organisation is called
    #[arg(long, value_enum, default_value_t = CopyOf::Production)]
    pub(crate) environment: CopyOf,
    /// Call this address, whatever domain the token is for
    #[arg(long, value_name = "URL", conflicts_with = "environment")]
    pub(crate) base_url: Option<BaseUrl>,
    /// Get tokens from this address [default: that of the data centre, or an emulator's own]
    #[arg(long, value_name = "URL")]
    pub(crate) accounts_url: Option<BaseUrl>,
    /// Read credentials from a JSON file that only its owner may read [default: from the environment]
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// Run a command that prints credentials as JSON, or an access token
    #[arg(long, value_name = "COMMAND", conflicts_with = "credentials")]
    pub(crate) credentials_command: Option<String>,
}

/// A copy of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CopyOf {
    /// The organisation itself
    Production,
    /// Its sandbox
    Sandbox,
    /// A developer edition
    Developer,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup pull --module Leads --module Deals
  massup pull --module Leads --dc eu --credentials ~/.config/massup.json
  massup pull --module Leads --base-url http://127.0.0.1:8787

Credentials are MASSUP_CLIENT_ID, MASSUP_CLIENT_SECRET and MASSUP_REFRESH_TOKEN, or MASSUP_ACCESS_TOKEN. They
are sent to the accounts server and the API, and are written nowhere.
Scopes: ZohoCRM.settings.READ, ZohoCRM.users.READ, ZohoCRM.org.READ; for counts ZohoCRM.modules.READ and
ZohoSearch.securesearch.READ. What they do not allow is left unknown, and said.")]
pub(crate) struct PullArgs {
    /// API name of a module; once a module
    #[arg(long, value_name = "MODULE", required = true)]
    pub(crate) module: Vec<String>,
    /// API version [default: the newest, v8]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<ApiVersion>,
    /// Folder of the snapshot [default: .massup/snapshot]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Where and with what")]
    pub(crate) reach: ReachArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup emulate
  massup emulate --demo --port 9000
  massup emulate --data crm.db --latency 200 --drops-after 1
  massup emulate --format json --port 0
  curl -s http://127.0.0.1:8787/__emulator/organisation > mine.json; massup emulate --import mine.json

The organisation that ships with it has every documented module, some 6,500 records and the token 1000.demo.
Tests steer it at /__emulator/; people look at the page at /.")]
pub(crate) struct EmulateArgs {
    /// Port to listen on; 0 for any that is free
    #[arg(long, default_value_t = 8787)]
    pub(crate) port: u16,
    /// Address to listen on; any but the loopback lets other machines in
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Keep the organisation in a file; a new file gets the one that ships with massup
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Take another organisation, described as JSON, in place of the present one
    #[arg(long, value_name = "FILE")]
    pub(crate) import: Option<PathBuf>,
    /// What the documentation leaves open, and faults, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// Schedule a few jobs that take their time, to look at on the page
    #[arg(long)]
    pub(crate) demo: bool,
    #[command(flatten, next_help_heading = "Faults")]
    pub(crate) faults: FaultArgs,
}

/// Faults that are played on demand.
#[derive(Args, Debug)]
pub(crate) struct FaultArgs {
    /// Wait before each call to the API
    #[arg(long, value_name = "MILLISECONDS")]
    pub(crate) latency: Option<u64>,
    /// Answer the next N calls with HTTP 500, and do nothing
    #[arg(long, value_name = "N")]
    pub(crate) errors_before: Option<u32>,
    /// Do the next N calls, and answer with HTTP 500
    #[arg(long, value_name = "N")]
    pub(crate) errors_after: Option<u32>,
    /// Drop the connections of the next N calls, and do nothing
    #[arg(long, value_name = "N")]
    pub(crate) drops_before: Option<u32>,
    /// Do the next N calls, and drop their connections
    #[arg(long, value_name = "N")]
    pub(crate) drops_after: Option<u32>,
    /// Answer the next N calls with HTTP 429
    #[arg(long, value_name = "N")]
    pub(crate) too_many_requests: Option<u32>,
    /// Answer the next N calls that their token is invalid
    #[arg(long, value_name = "N")]
    pub(crate) invalid_tokens: Option<u32>,
    /// Let jobs stop after N records and stay RUNNING
    #[arg(long, value_name = "N")]
    pub(crate) stall_jobs_after: Option<u64>,
    /// Let jobs end as FAILED after N records
    #[arg(long, value_name = "N")]
    pub(crate) fail_jobs_after: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct RulesArgs {}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup schema
  massup schema request --module Deals --api-version v8")]
pub(crate) struct SchemaArgs {
    /// The schema; without a name the names are listed
    #[arg(value_enum)]
    pub(crate) name: Option<SchemaName>,
    #[command(flatten)]
    pub(crate) target: Target,
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
    /// The settings in massup.toml
    Config,
    /// The file user.json of a snapshot
    User,
    /// The file overrides.toml of a snapshot
    Overrides,
}
