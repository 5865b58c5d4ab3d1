//! Reads the command line.

use std::ffi::OsString;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, FromArgMatches as _, ValueEnum};

use super::{Cli, Command, Format, Global};
use crate::text::Line;

/// The command line; each command takes the formats that it supports.
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

/// Reads the arguments of the process, the name of the program first.
///
/// # Errors
///
/// They are not a command line of massup, or ask for help; the message has no characters that a file name
/// could command a terminal or a build server with.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let arguments: Vec<_> = arguments.into_iter().collect();
    if let Some(cli) = parse_frequent(&arguments) {
        return Ok(cli);
    }
    let read = |arguments: &[OsString]| {
        let matches = command().try_get_matches_from(arguments)?;
        let cli = Cli::from_arg_matches(&matches)?;
        // A format that is given before the command was not held against it.
        match matches.subcommand_name().filter(|name| !cli.global.format.is_of(name)) {
            Some(name) => {
                let message = format!("`massup {name}` does not write this format");
                Err(command().error(ErrorKind::InvalidValue, message))
            }
            None => Ok(cli),
        }
    };
    let error = match read(&arguments) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    let visible = |one: &OsString| Line::of(one.to_string_lossy()).to_string().into();
    let visible: Vec<OsString> = arguments.iter().map(visible).collect();
    if visible == arguments {
        return Err(error);
    }
    // The same mistake in arguments that are safe to show.
    Err(match read(&visible) {
        Err(error) => error,
        Ok(_) => command().error(error.kind(), "an argument has a character that cannot be shown"),
    })
}

/// Reads the arguments of a command that runs often, by its own definitions: those of all commands take longer than
/// linting a file. `None` if they are needed, for a mistake or for help.
fn parse_frequent(arguments: &[OsString]) -> Option<Cli> {
    let (name, rest) = arguments.get(1..)?.split_first()?;
    match name.to_str()? {
        name @ "lint" => parse_one(name, rest, Command::Lint),
        name @ "plan" => parse_one(name, rest, Command::Plan),
        _ => None,
    }
}

fn parse_one<A: Args>(
    name: &str,
    arguments: &[OsString],
    command: impl FnOnce(A) -> Command,
) -> Option<Cli> {
    let definitions = clap::Command::new("massup").no_binary_name(true);
    let definitions = Global::augment_args(A::augment_args(definitions));
    let mut matches = definitions.try_get_matches_from(arguments).ok()?;
    let global = Global::from_arg_matches_mut(&mut matches).ok()?;
    let args = A::from_arg_matches_mut(&mut matches).ok()?;
    global.format.is_of(name).then(|| Cli { global, command: command(args) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// The definitions of one command read what all definitions read, or leave it to them.
        #[test]
        fn a_frequent_command_is_read_as_any_other(
            command in prop_oneof![Just("lint"), Just("plan")],
            words in prop::collection::vec(prop_oneof![
                3 => prop::sample::select(vec!["a.json", "-", "lint", "help", "--", "", "\u{1b}"]),
                3 => prop::sample::select(vec![
                    "--module=Leads", "--quiet", "-q", "--verbose", "--fix", "--unsafe", "--set", "City=Pune",
                    "--deny=error", "--deny", "MU104", "--ids", "7", "--view", "-o", "--output=sarif=a.sarif",
                ]),
                2 => prop::sample::select(vec![
                    "--format=json", "--format=sarif", "--format=mermaid", "--format", "human", "--color=always",
                    "--no-color",
                ]),
                1 => prop::sample::select(vec!["--help", "-h", "--version", "-V", "--nothing", "--modul=Leads"]),
            ], 0..5),
        ) {
            let words: Vec<OsString> = ["massup", command].into_iter().chain(words).map(Into::into).collect();
            let all = || {
                let matches = super::command().try_get_matches_from(&words).ok()?;
                let cli = Cli::from_arg_matches(&matches).ok()?;
                cli.global.format.is_of(command).then_some(cli)
            };
            let read = |cli: Option<Cli>| cli.map(|cli| format!("{cli:?}"));
            prop_assert_eq!(read(parse_frequent(&words)), read(all()));
        }
    }
}
