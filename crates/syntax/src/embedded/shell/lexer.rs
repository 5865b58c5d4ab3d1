//! Commands, redirections and here-documents.

use massup_model::json::Span;

use super::super::decoded::Decoded;
use super::{Command, Input, Layout, Script};
use crate::bounds::MAX_SCRIPT_PARTS;
use crate::document::Comment;
use crate::steps;

/// Deeper than any script nests its commands, and shallow enough for every stack.
const MAX_DEPTH: usize = 64;

/// What separates words: all that does, or a word without letters would be read without end.
pub(super) const BLANKS: [char; 3] = [' ', '\t', '\r'];

/// Reads a script from left to right.
pub(super) struct Lexer<'t> {
    text: &'t str,
    pub(super) at: usize,
    /// Where reading stops for now.
    end: usize,
    depth: usize,
    /// The parts that were read, which take memory.
    parts: usize,
    pub(super) script: Script<'t>,
    layout: Layout,
    /// The here-documents that begin on the next line.
    waiting: Vec<HereDocument>,
}

/// A here-document that was announced.
struct HereDocument {
    command: usize,
    /// The line that ends it.
    end: String,
    /// Tabs at the beginning of lines are not part of it.
    without_tabs: bool,
    /// Nothing in it is replaced.
    literal: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, part: Span, layout: Layout) -> Self {
        let Span { start: at, end } = part;
        Self {
            text,
            at,
            end,
            depth: 0,
            parts: 0,
            script: Script::default(),
            layout,
            waiting: Vec::new(),
        }
    }

    /// What is still to be read.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Reads commands up to a closing `)` or a backtick, or to the end.
    pub(super) fn script(&mut self, until: Option<char>) {
        let mut open = 0_usize;
        let mut current = self.begin(None);
        loop {
            steps::add(1);
            if self.parts >= MAX_SCRIPT_PARTS {
                self.script.cut = self.script.cut.or(Some(self.at));
                self.at = self.end;
                return;
            }
            self.blanks();
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return };
            let length = first.len_utf8();
            match first {
                '\n' if self.layout == Layout::Folded => self.at += length,
                '\n' if self.goes_on(current) => self.at += length,
                '\n' => {
                    self.at += length;
                    self.here_documents();
                    current = self.begin(None);
                }
                '#' => self.comment(),
                // A backtick closes whatever is open within.
                _ if Some(first) == until && (open == 0 || first == '`') => {
                    self.at += length;
                    return;
                }
                '&' if rest.starts_with("&>") => self.redirect(current),
                '|' => {
                    let both = rest.starts_with("||");
                    self.at += if both || rest.starts_with("|&") { 2 } else { 1 };
                    current = self.begin(Some(current).filter(|_| !both));
                }
                '(' if rest.starts_with("((") => self.arithmetic(),
                ';' | '&' | '(' | ')' => {
                    self.at += length;
                    match first {
                        '(' => open += 1,
                        ')' => open = open.saturating_sub(1),
                        _ => {}
                    }
                    current = self.begin(None);
                }
                '<' | '>' => self.redirect(current),
                _ => {
                    let word = self.word(until);
                    self.parts += 2 + word.text.pieces();
                    if let Some(command) = self.script.commands.get_mut(current) {
                        command.is_curl |= word.is_curl();
                        command.words.push(word);
                    }
                }
            }
        }
    }

    /// Reads the commands of a substitution, to a sensible depth; `at` is behind its mark.
    pub(super) fn nested(&mut self, until: char) {
        if self.depth == MAX_DEPTH {
            self.at = self.end;
            return;
        }
        self.depth += 1;
        self.script(Some(until));
        self.depth -= 1;
    }

    fn begin(&mut self, piped_from: Option<usize>) -> usize {
        self.parts += 1;
        self.script.commands.push(Command { piped_from, ..Command::default() });
        self.script.commands.len() - 1
    }

    /// Whether the line after the one that ends here belongs to the same `curl`, though nothing joins them: the
    /// vendor prints its samples so. It begins with an option or with a URL in quotes.
    fn goes_on(&mut self, current: usize) -> bool {
        let at = self.at;
        let next = self.rest().get(1..).unwrap_or_default().trim_start_matches(BLANKS);
        let letters = next.strip_prefix("--").or_else(|| next.strip_prefix('-'));
        let option = letters.is_some_and(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()));
        let url = ["\"http", "'http"].iter().any(|start| next.starts_with(start));
        if !(option || url) || !self.waiting.is_empty() {
            return false;
        }
        let command = self.script.commands.get_mut(current).filter(|command| command.is_curl);
        if let Some(command) = command {
            command.unjoined.get_or_insert(Span { start: at, end: at });
            return true;
        }
        false
    }

    /// Blanks, and the ends of lines that go on.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
            let batch = self.layout == Layout::Batch;
            let marks: &[&str] = if batch { &["^\n", "^\r\n"] } else { &["\\\n", "\\\r\n"] };
            let line = marks.iter().find(|mark| rest.starts_with(**mark));
            match (blank, line) {
                (0, None) => return,
                (0, Some(mark)) => self.at += mark.len(),
                (blank, _) => self.at += blank,
            }
        }
    }

    fn comment(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default();
        let span = Span { start: self.at, end: self.at + line.trim_end().len() };
        let text = line.trim_end().strip_prefix('#').unwrap_or_default();
        self.parts += 1;
        self.script.comments.push(Comment { text: text.into(), span });
        self.at += line.len();
    }

    /// Passes over `((…))`, in which `<<` is not a here-document.
    pub(super) fn arithmetic(&mut self) {
        let mut open = 0_usize;
        for (at, letter) in self.rest().char_indices() {
            match letter {
                '(' => open += 1,
                ')' => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                self.at += at + 1;
                return;
            }
        }
        self.at = self.end;
    }

    fn redirect(&mut self, current: usize) {
        let rest = self.rest();
        if rest.starts_with("<(") || rest.starts_with(">(") {
            self.at += 2;
            return self.nested(')');
        }
        let operator = rest.len() - rest.trim_start_matches(['<', '>', '&', '|', '-']).len();
        // `>-` and `<<<-` are not operators: the mark belongs to the word.
        let marks = ["<<-", "<<<", "<<", "<&", "<>", "<", "&>>", "&>", ">>", ">|", ">&", ">"];
        let mark = marks.into_iter().find(|mark| rest.starts_with(mark)).unwrap_or_default();
        self.at += if mark.is_empty() { operator.max(1) } else { mark.len() };
        self.blanks();
        let start = self.at;
        let ends = self.rest().starts_with(['\n', ';', '&', '|', '<', '>', '(', ')', '`']);
        if ends || self.rest().is_empty() {
            return;
        }
        let word = self.word(None);
        let raw = self.slice(Span { start, end: self.at });
        let input = match mark {
            "<<" | "<<-" => {
                self.waiting.push(HereDocument {
                    command: current,
                    end: word.text.text,
                    without_tabs: mark == "<<-",
                    literal: raw.contains(['\'', '"', '\\']),
                });
                return;
            }
            "<<<" => Input::Text(word.text),
            "<" => Input::File(word.text),
            _ => return,
        };
        if let Some(command) = self.script.commands.get_mut(current) {
            command.input = Some(input);
        }
    }

    /// Reads the here-documents that were announced on the line before.
    fn here_documents(&mut self) {
        for document in std::mem::take(&mut self.waiting) {
            let start = self.at;
            let (mut body, mut after) = (self.end, self.end);
            let mut at = start;
            for line in self.rest().split_inclusive('\n') {
                steps::add(1);
                let text = line.trim_end_matches(['\n', '\r']);
                let text = if document.without_tabs { text.trim_start_matches('\t') } else { text };
                let indented = self.layout != Layout::Plain;
                let text = if indented { text.trim_start_matches(' ') } else { text };
                if text == document.end {
                    (body, after) = (at, at + line.len());
                    break;
                }
                at += line.len();
            }
            let text = self.here_document(&document, body);
            self.at = after;
            if let Some(command) = self.script.commands.get_mut(document.command) {
                command.input = Some(Input::Text(text));
            }
        }
    }

    /// The text of a here-document that ends at a byte.
    fn here_document(&mut self, document: &HereDocument, end: usize) -> Decoded {
        let whole = std::mem::replace(&mut self.end, end);
        let mut text = Decoded::default();
        text.open(self.at);
        let mut line_begins = true;
        while !self.rest().is_empty() {
            if line_begins && document.without_tabs {
                let rest = self.rest();
                self.at += rest.len() - rest.trim_start_matches('\t').len();
            }
            let rest = self.rest();
            let marks: &[char] = if document.literal { &['\n'] } else { &['\n', '\\', '$', '`'] };
            let plain = rest.find(marks).unwrap_or(rest.len());
            let ends_line = rest.get(plain..).is_some_and(|rest| rest.starts_with('\n'));
            let plain = plain + usize::from(ends_line);
            if plain > 0 {
                let same = rest.get(..plain).unwrap_or_default();
                text.push(same, self.at);
                self.at += plain;
                line_begins = ends_line;
            } else if rest.is_empty() {
                break;
            } else {
                self.mark_in_quotes(&mut text, &['$', '`', '\\']);
                line_begins = false;
            }
        }
        text.close(end);
        self.end = whole;
        text
    }
}
