//! Words: quotes, escapes and what is put in the place of `$`.

use massup_model::json::Span;

use super::super::decoded::Decoded;
use super::lexer::{BLANKS, Lexer};
use super::{Input, Word, jq};

/// Replaces text that is not shown, because it may hold a secret.
const HIDDEN: &str = "$(...)";

impl Lexer<'_> {
    /// Reads a word, up to a blank or a mark that ends it.
    pub(super) fn word(&mut self, until: Option<char>) -> Word {
        let start = self.at;
        let mut text = Decoded::default();
        text.open(start);
        let ends = |c: char| BLANKS.contains(&c) || "\n;&|<>()".contains(c) || Some(c) == until;
        let special = |c: char| ends(c) || "'\"\\$`".contains(c);
        while let Some(first) = self.rest().chars().next() {
            if ends(first) {
                break;
            }
            match first {
                '\'' => self.single_quotes(&mut text),
                '"' => self.double_quotes(&mut text),
                '\\' => self.escape(&mut text),
                '$' => self.dollar(&mut text, false),
                '`' => self.backticks(&mut text),
                _ => {
                    let rest = self.rest();
                    let plain = rest.get(..rest.find(special).unwrap_or(rest.len()));
                    let plain = plain.unwrap_or_default();
                    text.push(plain, self.at);
                    self.at += plain.len();
                }
            }
        }
        text.close(self.at);
        Word { text, span: Span { start, end: self.at } }
    }

    fn single_quotes(&mut self, text: &mut Decoded) {
        self.at += 1;
        let rest = self.rest();
        let quoted = rest.get(..rest.find('\'').unwrap_or(rest.len())).unwrap_or_default();
        text.push(quoted, self.at);
        self.at += quoted.len() + usize::from(quoted.len() < rest.len());
    }

    fn double_quotes(&mut self, text: &mut Decoded) {
        self.at += 1;
        while let Some(first) = self.rest().chars().next() {
            match first {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' | '$' | '`' => self.mark_in_quotes(text, &['$', '`', '"', '\\']),
                _ => {
                    let rest = self.rest();
                    let plain = rest.find(['"', '\\', '$', '`']).unwrap_or(rest.len());
                    text.push(rest.get(..plain).unwrap_or_default(), self.at);
                    self.at += plain;
                }
            }
        }
    }

    /// A `\`, `$` or backtick within double quotes or a here-document.
    pub(super) fn mark_in_quotes(&mut self, text: &mut Decoded, escaped: &[char]) {
        let mut letters = self.rest().chars();
        match (letters.next(), letters.next()) {
            (Some('\\'), Some('\n')) => self.at += 2,
            (Some('\\'), Some(next)) if escaped.contains(&next) => self.escape(text),
            (Some('$'), _) => self.dollar(text, true),
            (Some('`'), _) => self.backticks(text),
            (Some(other), _) => {
                text.push(other.encode_utf8(&mut [0; 4]), self.at);
                self.at += other.len_utf8();
            }
            (None, _) => {}
        }
    }

    /// A `\` and the character that it takes the meaning from.
    fn escape(&mut self, text: &mut Decoded) {
        let rest = self.rest();
        for line in ["\\\n", "\\\r\n"] {
            if rest.starts_with(line) {
                self.at += line.len();
                return;
            }
        }
        let Some(next) = rest.chars().nth(1) else {
            text.push("\\", self.at);
            self.at += 1;
            return;
        };
        let end = self.at + 1 + next.len_utf8();
        text.push_escape(next.encode_utf8(&mut [0; 4]), Span { start: self.at, end });
        self.at = end;
    }

    /// A `$` and what follows it.
    fn dollar(&mut self, text: &mut Decoded, quoted: bool) {
        let start = self.at;
        let rest = self.rest();
        let after = rest.get(1..).unwrap_or_default();
        let first = after.chars().next();
        match first {
            Some('\'') if !quoted => self.ansi_quotes(text),
            Some('"') if !quoted => {
                self.at += 1;
                self.double_quotes(text);
            }
            Some('(') if after.starts_with("((") => {
                self.at += 1;
                self.arithmetic();
                self.hidden(text, start);
            }
            Some('(') => {
                self.at += 2;
                let commands = self.script.commands.len();
                self.nested(')');
                match self.output(commands) {
                    Some(input) => {
                        text.close(start);
                        text.append(&input);
                        text.open(self.at);
                    }
                    None => self.hidden(text, start),
                }
            }
            Some('{') => {
                let name = after.get(1..).unwrap_or_default();
                let length = name.find(|c| !is_name(c)).unwrap_or(name.len());
                if length > 0 && name.get(length..).is_some_and(|rest| rest.starts_with('}')) {
                    self.variable(text, length + 3);
                } else {
                    self.braces();
                    self.hidden(text, start);
                }
            }
            Some(c) if c.is_ascii_digit() || "@*#?$!-".contains(c) => self.variable(text, 2),
            Some(c) if is_name(c) => {
                let length = after.find(|c| !is_name(c)).unwrap_or(after.len());
                self.variable(text, 1 + length);
            }
            _ => {
                text.push("$", start);
                self.at += 1;
            }
        }
    }

    fn backticks(&mut self, text: &mut Decoded) {
        let start = self.at;
        self.at += 1;
        self.nested('`');
        self.hidden(text, start);
    }

    /// A variable that is shown by its name, so many bytes long.
    fn variable(&mut self, text: &mut Decoded, length: usize) {
        let span = Span { start: self.at, end: self.at + length };
        text.push_variable(self.slice(span), span);
        self.at = span.end;
    }

    /// A variable that began at a byte and may hold a secret.
    fn hidden(&mut self, text: &mut Decoded, start: usize) {
        let end = self.at;
        text.push_variable(HIDDEN, Span { start, end });
        text.close((start + 2).min(end));
        text.open(end);
    }

    /// What `$(cat <<END …)` or `$(jq -n …)` stands for: the one command from a number on.
    fn output(&self, from: usize) -> Option<Decoded> {
        let mut commands =
            self.script.commands.get(from..)?.iter().filter(|command| !command.words.is_empty());
        let (Some(cat), None) = (commands.next(), commands.next()) else { return None };
        if let Some(object) = jq::printed(cat) {
            return Some(object);
        }
        let (1, Some("cat"), Some(Input::Text(input))) =
            (cat.words.len(), cat.words.first().map(|word| word.text.text.as_str()), &cat.input)
        else {
            return None;
        };
        Some(input.clone())
    }

    /// Passes over `${…}` with all that is in it.
    fn braces(&mut self) {
        let mut open = 0_usize;
        let mut letters = self.rest().char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => {
                    letters.next();
                }
                '{' => open += 1,
                '}' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        self.at += at + 1;
                        return;
                    }
                }
                _ => {}
            }
        }
        self.at += self.rest().len();
    }

    /// `$'…'`, in which escapes are those of C.
    fn ansi_quotes(&mut self, text: &mut Decoded) {
        self.at += 2;
        while let Some(first) = self.rest().chars().next() {
            let rest = self.rest();
            match first {
                '\'' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    let (letter, length) = ansi_escape(rest);
                    let span = Span { start: self.at, end: self.at + length };
                    text.push_escape(letter.encode_utf8(&mut [0; 4]), span);
                    self.at = span.end;
                }
                _ => {
                    let plain = rest.find(['\'', '\\']).unwrap_or(rest.len());
                    text.push(rest.get(..plain).unwrap_or_default(), self.at);
                    self.at += plain;
                }
            }
        }
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The character of the escape at the beginning of a text, and its length in bytes.
fn ansi_escape(text: &str) -> (char, usize) {
    let number = |start: usize, digits: usize, radix: u32| {
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.chars().take(digits).take_while(|c| c.is_digit(radix)).count();
        let code = u32::from_str_radix(rest.get(..length)?, radix).ok()?;
        Some((char::from_u32(code)?, start + length))
    };
    let code = |digits: usize| number(2, digits, 16);
    let simple = |letter| (letter, 2);
    match text.chars().nth(1) {
        Some('n') => simple('\n'),
        Some('t') => simple('\t'),
        Some('r') => simple('\r'),
        Some('a') => simple('\u{7}'),
        Some('b') => simple('\u{8}'),
        Some('f') => simple('\u{c}'),
        Some('v') => simple('\u{b}'),
        Some('e' | 'E') => simple('\u{1b}'),
        Some('0'..='7') => number(1, 3, 8).unwrap_or(('\\', 1)),
        Some('x') => code(2).unwrap_or(('\\', 1)),
        Some('u') => code(4).unwrap_or(('\\', 1)),
        Some('U') => code(8).unwrap_or(('\\', 1)),
        Some(letter @ ('\\' | '\'' | '"' | '?')) => simple(letter),
        _ => ('\\', 1),
    }
}
