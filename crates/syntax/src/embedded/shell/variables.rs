//! Variables that a script sets once, to a text.

use std::collections::HashMap;

use massup_model::json::Span;

use super::super::decoded::Decoded;
use super::{Command, Input, Script, Word};

/// How many times its own length a script may grow by the values of its variables; a script of a few lines can
/// name a text that would fill every disk.
pub(super) const MAX_GROWTH: usize = 4;

/// The growth that every script may have, in bytes.
pub(super) const LEAST_GROWTH: usize = 1 << 16;

/// Commands that set variables and name them behind options.
const SETTERS: [&str; 5] = ["declare", "export", "local", "readonly", "typeset"];

/// Commands that set variables to what they read.
const READERS: [&str; 5] = ["getopts", "mapfile", "read", "readarray", "unset"];

/// Words in front of commands.
pub(super) const KEYWORDS: [&str; 9] =
    ["!", "do", "elif", "else", "if", "then", "until", "while", "{"];

/// Puts the values of variables that are set once in their place.
pub(super) fn resolve(script: &mut Script<'_>, text: &str) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for command in &script.commands {
        for (name, _) in set_by(command, text) {
            *times.entry(name).or_default() += 1;
        }
    }
    if times.is_empty() {
        return;
    }
    let mut budget = LEAST_GROWTH.max(MAX_GROWTH * text.len());
    let mut values: HashMap<String, Decoded> = HashMap::new();
    for command in &script.commands {
        for (name, value) in set_by(command, text) {
            if let Some(value) = value.filter(|_| times.get(&name) == Some(&1)) {
                let value = resolved(&value, &values, &mut budget);
                values.insert(name, value);
            }
        }
    }
    for command in &mut script.commands {
        for word in &mut command.words {
            if !word.text.variables.is_empty() {
                word.text = resolved(&word.text, &values, &mut budget);
            }
        }
        if let Some(Input::Text(text) | Input::File(text)) = &mut command.input
            && !text.variables.is_empty()
        {
            *text = resolved(text, &values, &mut budget);
        }
    }
}

fn resolved(text: &Decoded, values: &HashMap<String, Decoded>, budget: &mut usize) -> Decoded {
    text.resolved(|written| {
        let name = written.trim_start_matches(['$', '{']).trim_end_matches('}');
        let value = values.get(name)?;
        *budget = budget.checked_sub(value.text.len())?;
        Some(value)
    })
}

/// The variables that a command sets, with the text that it sets them to.
fn set_by(command: &Command, text: &str) -> Vec<(String, Option<Decoded>)> {
    let is_keyword = |word: &&Word| KEYWORDS.contains(&word.text.text.as_str());
    let mut words = command.words.iter().skip_while(is_keyword).peekable();
    let reads = words.clone().find(|word| assignment(&word.text.text).is_none());
    if let Some(reader) = reads.filter(|word| READERS.contains(&word.text.text.as_str())) {
        let words = words.skip_while(|word| word.span != reader.span).skip(1);
        return read_by(command, &words.collect::<Vec<_>>());
    }
    let first = words.peek().map_or("", |word| word.text.text.as_str());
    if ["for", "select"].contains(&first) {
        return words.nth(1).map(|word| (word.text.text.clone(), None)).into_iter().collect();
    }
    let setter = SETTERS.contains(&first);
    let mut set = Vec::new();
    for word in words.skip(usize::from(setter)) {
        let raw = text.get(word.span.start..).unwrap_or_default();
        // A name in quotes is a word.
        let assigned = assignment(&word.text.text).filter(|(name, ..)| raw.starts_with(name));
        let Some((name, from, adds)) = assigned else {
            if setter {
                continue;
            }
            // `URL=… curl "$URL"` sets it for a command that has its words already.
            for (_, value) in &mut set {
                *value = None;
            }
            break;
        };
        let array = text.get(word.span.end..).is_some_and(|rest| rest.starts_with('('));
        let value = word.text.slice(Span { start: from, end: word.text.text.len() });
        let known = !adds && !array && !value.text.is_empty();
        set.push((name.to_owned(), known.then_some(value)));
    }
    set
}

/// The variables that `read` or a command like it sets. The usual way to a text of several lines is
/// `read -r -d '' BODY <<'END'`.
fn read_by(command: &Command, words: &[&Word]) -> Vec<(String, Option<Decoded>)> {
    let name = |word: &&Word| word.text.text.clone();
    let whole = |word: &&Word| ["-d", "-rd"].contains(&word.text.text.as_str());
    let document = match &command.input {
        Some(Input::Text(text)) if words.iter().any(whole) => Some(text.clone()),
        _ => None,
    };
    if let (Some(last), Some(text)) = (words.last(), document) {
        return vec![(name(last), Some(text))];
    }
    words.iter().map(|word| (name(word), None)).collect()
}

/// The name that a word sets, where its value begins, and whether it adds to what is there.
fn assignment(word: &str) -> Option<(&str, usize, bool)> {
    let at = word.find('=')?;
    let name = word.get(..at)?;
    let (name, adds) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some((name, at + 1, adds))
}
