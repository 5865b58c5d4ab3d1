//! Which lines of a document are commands, and which are what they print.

use std::io;
use std::iter::Peekable;
use std::str::Lines;

/// A piece of a document.
#[derive(Debug)]
pub(super) enum Part<'t> {
    /// A line outside of sessions, fences included.
    Prose(&'t str),
    /// What stands between the fences of a session.
    Console(Block<'t>),
}

/// The commands between two fences.
#[derive(Debug)]
pub(super) struct Block<'t> {
    /// The backticks of the fence.
    pub(super) fence: &'t str,
    pub(super) steps: Vec<Step<'t>>,
}

impl Block<'_> {
    /// Whether a line of output would be read as something else.
    pub(super) fn misreads(&self, line: &str) -> bool {
        closing(line, self.fence) || line.starts_with("$ ") || exit_code(line).is_some()
    }
}

/// A command and what it should do.
#[derive(Debug)]
pub(super) struct Step<'t> {
    /// Where it stands in the document, from 1.
    pub(super) line: usize,
    /// What the shell gets, all lines of it.
    pub(super) command: String,
    /// Every line up to the next command, the exit code included.
    pub(super) rest: Vec<&'t str>,
    /// What it should print.
    pub(super) expected: Vec<&'t str>,
    /// How it should end.
    pub(super) code: i32,
    /// The exit code stands before the output.
    pub(super) code_first: bool,
}

type Numbered<'t> = Peekable<std::iter::Zip<std::ops::RangeFrom<usize>, Lines<'t>>>;

/// Takes a document apart.
pub(super) fn parts(text: &str) -> io::Result<Vec<Part<'_>>> {
    let mut lines: Numbered<'_> = (1..).zip(text.lines()).peekable();
    let mut parts = Vec::new();
    while let Some((number, line)) = lines.next() {
        parts.push(Part::Prose(line));
        let Some((fence, info)) = opening(line) else { continue };
        if info.split_whitespace().next() == Some("console") {
            parts.push(Part::Console(Block { fence, steps: steps(&mut lines, fence)? }));
        }
        // Inside of another fence nothing opens a session.
        loop {
            let Some((_, line)) = lines.next() else {
                return Err(invalid(number, "the fence that opens here is not closed"));
            };
            parts.push(Part::Prose(line));
            if closing(line, fence) {
                break;
            }
        }
    }
    Ok(parts)
}

/// The backticks that open a fence, and the words behind them.
fn opening(line: &str) -> Option<(&str, &str)> {
    let length = line.len() - line.trim_start_matches('`').len();
    (length >= 3).then(|| line.split_at(length)).filter(|(_, info)| !info.contains('`'))
}

fn closing(line: &str, fence: &str) -> bool {
    let line = line.trim_end();
    line.len() >= fence.len() && line.bytes().all(|byte| byte == b'`')
}

fn steps<'t>(lines: &mut Numbered<'t>, fence: &str) -> io::Result<Vec<Step<'t>>> {
    let mut steps = Vec::new();
    while let Some((number, line)) = lines.next_if(|(_, line)| !closing(line, fence)) {
        let Some(first) = line.strip_prefix("$ ") else {
            return Err(invalid(number, "a session begins with a command after `$ `"));
        };
        let command = command(number, first, lines, fence)?;
        let inside = |(_, line): &(usize, &str)| !closing(line, fence) && !line.starts_with("$ ");
        let rest: Vec<&str> =
            std::iter::from_fn(|| lines.next_if(inside)).map(|(_, line)| line).collect();
        steps.push(step(number, command, rest));
    }
    Ok(steps)
}

fn step(line: usize, command: String, rest: Vec<&str>) -> Step<'_> {
    let mut expected = rest.clone();
    let first = expected.first().and_then(|line| exit_code(line));
    let code = if first.is_some() {
        expected.remove(0);
        first
    } else {
        let last = expected.last().and_then(|line| exit_code(line));
        if last.is_some() {
            expected.pop();
        }
        last
    };
    // Alone it may be either; behind the output is the rule.
    let code_first = first.is_some() && !expected.is_empty();
    Step { line, command, rest, expected, code: code.unwrap_or(0), code_first }
}

fn exit_code(line: &str) -> Option<i32> {
    line.strip_prefix("? ")?.trim_end().parse().ok()
}

/// A command with the lines that it goes on for.
fn command(
    number: usize,
    first: &str,
    lines: &mut Numbered<'_>,
    fence: &str,
) -> io::Result<String> {
    let mut command = first.to_owned();
    let mut last = first;
    let mut next = || lines.next_if(|(_, line)| !closing(line, fence)).map(|(_, line)| line);
    while last.ends_with('\\') {
        last = next().ok_or_else(|| invalid(number, "the command goes on after its last line"))?;
        command.push('\n');
        command.push_str(last);
    }
    if let Some(end) = heredoc(&command).map(str::to_owned) {
        loop {
            let line = next().ok_or_else(|| {
                invalid(number, &format!("the heredoc is not closed; expected `{end}`"))
            })?;
            command.push('\n');
            command.push_str(line);
            if line == end {
                break;
            }
        }
    }
    Ok(command)
}

/// The word that closes a heredoc: `EOF` in `<<EOF` and `<<'EOF'`. A here-string, `<<<`, is none.
fn heredoc(command: &str) -> Option<&str> {
    let (before, after) = command.split_once("<<")?;
    if before.ends_with('<') || after.starts_with('<') {
        return None;
    }
    let word = after.trim_start_matches([' ', '\'', '"']);
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
    word.get(..end).filter(|word| !word.is_empty())
}

/// A document that cannot be understood.
pub(super) fn invalid(line: usize, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {line}: {what}"))
}
