//! Text for readers, in which everything that comes from outside is escaped.
//!
//! File names, file contents, answers of servers and snapshots may hold anything: escape sequences that
//! command a terminal, characters that reverse the order of a line, the workflow commands of a build
//! server, Markdown links. A [`Text`] takes our own words as they are and everything else escaped, so that
//! no caller can forget it.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;

/// An output language, and how text from outside is written in it.
pub(crate) trait Language {
    /// Appends a text from outside, escaped so that it is only text.
    fn escape(outside: &str, written: &mut String);
}

/// A text of a language.
pub(crate) struct Text<L> {
    written: String,
    language: PhantomData<L>,
}

/// A line for people, on a terminal or in the log of a build server.
pub(crate) struct Terminal;

/// A line on a terminal.
pub(crate) type Line = Text<Terminal>;

impl<L: Language> Text<L> {
    /// An empty text.
    pub(crate) fn new() -> Self {
        Self { written: String::new(), language: PhantomData }
    }

    /// A text from outside.
    pub(crate) fn of(outside: impl fmt::Display) -> Self {
        Self::new().outside(outside)
    }

    /// Adds words of our own, which may have markup.
    pub(crate) fn own(mut self, words: &'static str) -> Self {
        self.written += words;
        self
    }

    /// Adds something that comes from outside, or may.
    pub(crate) fn outside(mut self, text: impl fmt::Display) -> Self {
        L::escape(&text.to_string(), &mut self.written);
        self
    }

    /// Adds something that comes from outside in a part of another kind, such as a code span.
    pub(crate) fn outside_as<Part: Language>(mut self, text: &str) -> Self {
        Part::escape(text, &mut self.written);
        self
    }

    /// Adds a text of the same language.
    pub(crate) fn then(mut self, text: &Self) -> Self {
        self.written += &text.written;
        self
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }
}

impl Language for Terminal {
    fn escape(outside: &str, written: &mut String) {
        escape_unprintable(outside, written);
    }
}

impl<L> fmt::Display for Text<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Appends a text as one line in which every character is visible, and which is not a command to a build
/// server: GitHub takes `::` at the start of a line and `##[` anywhere in it, Azure `##vso[`.
fn escape_unprintable(outside: &str, written: &mut String) {
    let mut outside = outside;
    let line = written.rsplit('\n').next().unwrap_or_default();
    if line.trim_start().is_empty() {
        let spaces = outside.len() - outside.trim_start().len();
        if let Some((spaces, rest)) = outside.split_at_checked(spaces)
            && rest.starts_with("::")
        {
            escape_unprintable(spaces, written);
            *written += "\\u{3a}";
            outside = rest.get(1..).unwrap_or_default();
        }
    }
    for c in outside.chars() {
        match c {
            '\n' => *written += "\\n",
            '\r' => *written += "\\r",
            '\t' => *written += "\\t",
            '[' if ends_with_command(written) => *written += "\\u{5b}",
            // Writing to a string cannot fail.
            c if is_hidden(c) => drop(write!(written, "\\u{{{:x}}}", u32::from(c))),
            c => written.push(c),
        }
    }
}

/// Whether a text ends with `##` and a word: a `[` would make a command of it.
pub(crate) fn ends_with_command(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).ends_with("##")
}

/// Whether a character commands a terminal, changes the order of others, or cannot be seen.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_line_is_visible() {
        let line = |text: &str| Line::of(text).to_string();
        assert_eq!(line("a\u{1b}[2J\r\n\tb"), "a\\u{1b}[2J\\r\\n\\tb");
        assert_eq!(line("\u{9b}31m \u{202e}cba \u{2066}x"), "\\u{9b}31m \\u{202e}cba \\u{2066}x");
        assert_eq!(line("Köln – 東京 🦀"), "Köln – 東京 🦀");
    }

    #[test]
    fn no_line_is_a_command_of_a_build_server() {
        let line = |text: &str| Line::of(text).to_string();
        assert_eq!(line("::error::x"), "\\u{3a}:error::x");
        assert_eq!(line(" \u{b}::error::x"), " \\u{b}\\u{3a}:error::x");
        assert_eq!(line("a::b"), "a::b");
        assert_eq!(Line::new().own("  ").outside("::error::x").as_str(), "  \\u{3a}:error::x");
        assert_eq!(Line::new().own("a\n").outside("::error::x").as_str(), "a\n\\u{3a}:error::x");
        assert_eq!(
            line("x ##[error]y ##vso[z] #[a] ## [b]"),
            "x ##\\u{5b}error]y ##vso\\u{5b}z] #[a] ## [b]"
        );
    }
}
