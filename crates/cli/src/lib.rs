//! The `massup` command, as a library for its own binary and for tests of what it prints.
//!
//! Programs link `massup-rules` and `massup-planner` instead.

mod accepted;
mod api_client;
mod apply;
mod args;
mod caller;
mod conflict;
mod emulate;
mod explain;
mod fix;
#[doc(hidden)]
pub mod fuzzing;
mod held_file;
mod interrupt;
mod lint;
mod list;
mod lookup;
#[cfg(feature = "mcp")]
mod mcp;
mod output;
mod plan;
mod policy;
mod pull;

mod records;

pub mod render;
pub mod schemas;
mod show;
mod sign_in;
mod signature;
mod staged;
mod text;
mod whoami;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Command;

/// How a run ended; the same numbers for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Clean, or done.
    Clean,
    /// Findings at or above the level asked for.
    Findings,
    /// Wrong usage or configuration.
    Usage,
    /// Could not run: I/O, network, internal.
    Failed,
}

impl From<Outcome> for u8 {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::Usage => 2,
            Outcome::Failed => 3,
        }
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

/// Runs a command line, whose first word is the name of the program, and returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match args::parse(args) {
        Ok(cli) => cli,
        Err(error) => {
            // There is nowhere left to report a failure to.
            let _ = error.print();
            let outcome = if error.use_stderr() { Outcome::Usage } else { Outcome::Clean };
            return outcome.into();
        }
    };
    cli.global.color.write_global();
    let result = match cli.command {
        Command::Lint(args) => lint::run(&args, &cli.global),
        Command::Plan(args) => plan::run(&args, &cli.global),
        Command::Show(args) => show::run(&args, &cli.global),
        Command::Apply(args) => apply::run(&args, &cli.global),
        Command::Status(args) => apply::status(&args, &cli.global),
        Command::Rollback(args) => apply::rollback(&args, &cli.global),
        Command::Explain(args) => explain::run(&args, &cli.global),
        Command::Rules(args) => lookup::rules(&args, &cli.global),
        Command::Schema(args) => lookup::schema(&args, &cli.global),
        Command::Types(args) => lookup::types(&args),
        Command::Fields(args) => list::fields(&args, &cli.global),
        Command::Views(args) => list::views(&args, &cli.global),
        Command::Territories(from) => list::territories(&from, &cli.global),
        Command::Modules(from) => list::modules(&from, &cli.global),
        Command::Pull(args) => pull::run(&args, &cli.global),
        Command::Login(args) => sign_in::login(&args, &cli.global),
        Command::Whoami(args) => whoami::run(&args, &cli.global),
        Command::Logout(args) => sign_in::logout(&args, &cli.global),
        Command::Emulate(args) => emulate::run(&args, &cli.global),
        #[cfg(feature = "lsp")]
        Command::Lsp { .. } => lsp(),
        #[cfg(feature = "mcp")]
        Command::Mcp(args) => mcp::run(&args),
        Command::Completions { shell } => lookup::completions(shell),
        Command::Man { command, output } => lookup::man(command.as_deref(), output.as_deref()),
    };
    match result {
        Ok(outcome) => outcome.into(),
        // The reader of the output has seen enough: `massup rules | head`.
        Err(error) if output::is_broken_pipe(&error) => Outcome::Clean.into(),
        Err(error) => {
            output::complain(&format!("{error:#}"));
            Outcome::Failed.into()
        }
    }
}

/// Serves an editor until it says `exit`.
#[cfg(feature = "lsp")]
fn lsp() -> anyhow::Result<Outcome> {
    massup_lsp::serve_stdio()?;
    Ok(Outcome::Clean)
}
