//! Terminal sessions in Markdown, run and compared with what they say.
//!
//! A fence at the margin whose first word is `console` holds commands, each after `$ `, and below each command what
//! it prints, standard error included:
//!
//! ````text
//! ```console
//! $ cat missing.json
//! cat: missing.json: No such file or directory
//! ? 1
//! ```
//! ````
//!
//! * A command ends with its line, unless the line ends with `\` or opens a heredoc.
//! * `...` alone on a line stands for any lines, none included.
//! * `? 1`, first or last, is the exit code; without it the command must end with 0.
//! * Commands that begin with `cargo ` are not run but handed back.
//!
//! Each command has a shell of its own, in one folder for the whole file. The folder holds copies of what the
//! file asks for in a comment on a line of its own, `<!-- session: tests/corpus examples -->`, or,
//! where there is none, of those of [`DEFAULT_FILES`] that exist.

mod parse;
mod place;

use std::path::Path;
use std::{fs, io};

pub use place::{Place, massup};

use crate::current::{Stale, bring_up_to_date};
use crate::repository_root;
use parse::{Block, Part, Step};

/// What a session finds around it where its file asks for nothing.
pub const DEFAULT_FILES: [&str; 2] = ["tests/corpus", "examples"];

const FILES_COMMENT: &str = "<!-- session:";

/// A document after its sessions were run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// The document with every output as it is now; where all is well, letter for letter as it was.
    pub text: String,
    /// How many commands were run.
    pub ran: usize,
    /// The commands that begin with `cargo `, in order.
    pub cargo: Vec<String>,
}

/// Runs the sessions of a document, and fails unless each prints what the document says.
///
/// `path` counts from the root of the repository. Outside of CI the document is brought up to date, so
/// that the next run passes. Gives back the commands that begin with `cargo `.
///
/// # Panics
///
/// When a session differs, or the document cannot be read, understood or written, or a command cannot be
/// started.
#[track_caller]
pub fn assert_sessions(path: impl AsRef<Path>) -> Vec<String> {
    let path = path.as_ref();
    match check(&repository_root().join(path), Stale::from_environment()) {
        Ok((_, Some(report))) => panic!("{}: {report}", path.display()),
        Ok((played, None)) => played.cargo,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// Runs the sessions of a document with `massup` at hand, and says what was done about a difference.
///
/// # Errors
///
/// What [`play`] and [`bring_up_to_date`] meet.
pub fn check(path: &Path, stale: Stale) -> io::Result<(Played, Option<String>)> {
    let text = fs::read_to_string(path)?.replace("\r\n", "\n");
    let place = Place::new(&files_of(&text), massup()?.parent())?;
    let played = play(&text, &place)?;
    let report = bring_up_to_date(path, &played.text, stale)?;
    Ok((played, report))
}

/// Runs the sessions of a text.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`], with the number of the line: a fence or a heredoc is not closed, a
/// fence begins with something else than a command, or a command prints a line that would be read as the
/// end of its fence, another command or an exit code.
/// Anything else comes from starting a command.
pub fn play(text: &str, place: &Place) -> io::Result<Played> {
    let mut played = Played::default();
    for part in parse::parts(text)? {
        match part {
            Part::Prose(line) => push(&mut played.text, line),
            Part::Console(block) => block_of(&block, place, &mut played)?,
        }
    }
    Ok(played)
}

fn block_of(block: &Block<'_>, place: &Place, played: &mut Played) -> io::Result<()> {
    for step in &block.steps {
        push(&mut played.text, &format!("$ {}", step.command));
        if step.command.starts_with("cargo ") {
            played.cargo.push(step.command.clone());
            step.rest.iter().for_each(|line| push(&mut played.text, line));
            continue;
        }
        let (output, code) = place.run(&step.command)?;
        played.ran += 1;
        if step.code == code && matches(&step.expected, &output) {
            step.rest.iter().for_each(|line| push(&mut played.text, line));
            continue;
        }
        if let Some(line) = output.iter().find(|line| block.misreads(line)) {
            let what =
                format!("the output has a line that would mean something else here: `{line}`");
            return Err(parse::invalid(step.line, &what));
        }
        rewrite(step, &output, code, &mut played.text);
    }
    Ok(())
}

/// Puts down what a command did, the exit code where the author had it.
fn rewrite(step: &Step<'_>, output: &[String], code: i32, text: &mut String) {
    let exit = (code != 0).then(|| format!("? {code}"));
    let (first, last) = if step.code_first { (exit, None) } else { (None, exit) };
    // Lines that still hold keep their ellipses.
    let kept: Vec<String> = step.expected.iter().map(|line| (*line).to_owned()).collect();
    let lines = if matches(&step.expected, output) { &kept } else { output };
    for line in first.iter().chain(lines).chain(&last) {
        push(text, line);
    }
}

/// Whether lines are what a pattern says, in which `...` stands for any lines.
fn matches(pattern: &[&str], lines: &[String]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => {
            (0..=lines.len()).any(|skip| lines.get(skip..).is_some_and(|tail| matches(rest, tail)))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, tail)| line.trim_end() == first.trim_end() && matches(rest, tail)),
    }
}

fn files_of(text: &str) -> Vec<&str> {
    let asked = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(FILES_COMMENT)?.strip_suffix("-->"))
        .map(|files| files.split_whitespace().collect());
    asked.unwrap_or_else(|| {
        DEFAULT_FILES.into_iter().filter(|file| repository_root().join(file).exists()).collect()
    })
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
