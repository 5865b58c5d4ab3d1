//! Why a text is not JSON, in words that name the slip.

use jsonc_parser::errors::ParseErrorKind;
use massup_model::json::Span;

use crate::embedded::decoded::Scan;
use crate::problem::{Found, Malformed};

/// What is wrong, in the terms of JSON.
pub(super) fn problem(kind: &ParseErrorKind, text: &str, at: Span) -> Malformed {
    let found = Found(text.get(at.start..).and_then(|rest| rest.chars().next()));
    match kind {
        ParseErrorKind::SingleQuotedStringsNotAllowed => Malformed::SingleQuotes,
        ParseErrorKind::UnterminatedArray => Malformed::UnclosedArray,
        ParseErrorKind::UnterminatedObject => Malformed::UnclosedObject,
        ParseErrorKind::UnterminatedCommentBlock => Malformed::UnclosedComment,
        ParseErrorKind::NestingDepthExceeded => Malformed::TooDeep,
        ParseErrorKind::String(error) => Malformed::BadString(error.to_string()),
        // Two lines of JSON are two values, whatever the second begins with.
        ParseErrorKind::MultipleRootJsonValues => Malformed::SecondValue(found),
        ParseErrorKind::ExpectedComma => {
            told_by_text(text, at.start).unwrap_or(Malformed::MissingComma(found))
        }
        ParseErrorKind::ExpectedColonAfterObjectKey => {
            told_by_text(text, at.start).unwrap_or(Malformed::MissingColon(found))
        }
        other => told_by_text(text, at.start).unwrap_or_else(|| {
            let text = other.to_string();
            let mut letters = text.chars();
            let lower = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
            let reason = lower + letters.as_str().trim_end_matches('.');
            Malformed::Other(reason, Some(found))
        }),
    }
}

/// What is wrong at a place where reading stopped, if the text itself shows it.
pub(super) fn told_by_text(text: &str, at: usize) -> Option<Malformed> {
    let (before, rest) = text.split_at_checked(at)?;
    let first = rest.chars().next()?;
    let mut back = before.chars().rev();
    let (last, second_last) = (back.next(), back.next());
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    Some(match first {
        '\0' => Malformed::Utf16,
        _ if is_odd_space(first) => Malformed::OddSpace(first),
        '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '″' => {
            Malformed::SmartQuote(first)
        }
        '0'..='9' if last == Some('0') && !is_digit(second_last) => Malformed::LeadingZero,
        '0'..='9' if last == Some(',') && is_digit(second_last) => Malformed::Thousands,
        '+' | '.' => Malformed::NumberStart(first),
        _ if first.is_alphabetic() || first == '_' || first == '$' => {
            if last == Some('"') {
                return Some(Malformed::QuoteBefore);
            }
            let is_word = |c: &char| c.is_alphanumeric() || "_$.-".contains(*c);
            let word: String = rest.chars().take(MAX_WORD).take_while(is_word).collect();
            let after = rest.get(word.len()..).unwrap_or_default().trim_start();
            if after.starts_with(':') {
                Malformed::BareKey(word)
            } else {
                Malformed::BareWord(word)
            }
        }
        _ => return None,
    })
}

/// The most characters of a word that a message shows.
const MAX_WORD: usize = 40;

/// Whether a character looks like a blank, or like nothing, and is not white space of JSON.
fn is_odd_space(letter: char) -> bool {
    let invisible = ['\u{ad}', '\u{feff}', '\u{2060}', '\u{180e}'];
    letter.is_whitespace() && !letter.is_ascii()
        || ('\u{200b}'..='\u{200f}').contains(&letter)
        || invisible.contains(&letter)
}

/// A text with plain blanks in the place of those that JSON does not have between values; `None` if there are
/// none.
pub(crate) fn with_plain_spaces(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut scan = Scan::default();
    let mut changed = false;
    for (at, letter) in text.char_indices() {
        let odd = at > 0 && scan.is_outside() && is_odd_space(letter);
        changed |= odd;
        plain.push(if odd { ' ' } else { letter });
        scan.step(letter);
    }
    changed.then_some(plain)
}
