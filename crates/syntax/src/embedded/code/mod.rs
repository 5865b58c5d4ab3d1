//! Source code: calls with their URL and body written out.
//!
//! It knows strings, comments, brackets and assignments, and no grammar. What it is not sure of is an unknown
//! value, or a call that is reported as not followed.

mod built;
mod changes;
mod follow;
mod keys;
mod languages;
mod lexer;
mod merged;
mod program;
#[cfg(test)]
mod tests;
mod value;

use massup_model::json::Span;

use crate::document::Document;
use crate::format::Format;

pub(crate) use languages::FORMATS;
use languages::Language;

/// Reads a part of a file.
fn read(document: &mut Document<'_>, text: &str, part: Span, language: &'static Language) {
    let source = lexer::read(text, part, language);
    document.covered.extend(&source.comments);
    follow::calls(document, &source);
    // A command line that the program runs.
    for command in source.tokens.iter().filter_map(lexer::Token::text) {
        if command.text.trim_start().starts_with("curl ") {
            document.program(command, "sh");
        }
    }
    document.rest(source.cut, "a program");
    if language.is("powershell") {
        commands(document, text, &source);
    }
}

/// The commands of a PowerShell script that call `curl`.
fn commands(document: &mut Document<'_>, text: &str, source: &lexer::Source) {
    let mut tokens = source.tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        let curl = token.word().is_some_and(|word| ["curl", "wget"].contains(&word));
        if !curl || !token.begins_line {
            continue;
        }
        let mut end = token.span.end;
        while let Some(next) = tokens.next_if(|next| !next.begins_line) {
            end = next.span.end;
        }
        let part = Span { start: token.span.start, end };
        super::shell_file::part(document, text, part, super::shell::Layout::Plain);
    }
}

/// Whether a name stands for a language that is read.
pub(crate) fn is_language(name: &str) -> bool {
    languages::find(name).is_some()
}

/// Reads a part of a file in the language that a name stands for; whether there is such a language.
pub(crate) fn part(document: &mut Document<'_>, text: &str, part: Span, name: &str) -> bool {
    let language = languages::find(name);
    if let Some(language) = language {
        read(document, text, part, language);
    }
    language.is_some()
}
