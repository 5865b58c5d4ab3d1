//! The formats of files: how each is recognised and read. A new one is a file here and a line in
//! [`FORMATS`].

mod bruno;
pub(crate) mod call;
mod change;
mod http;
mod hurl;
pub(crate) mod json;
mod lines;
mod markdown;
mod plan;
mod text;
pub(crate) mod toml;
pub(crate) mod yaml;

use massup_model::json::Node;

use crate::document::Document;
use crate::embedded::{code, shell_file};
use crate::mentions;

/// A format of files that hold calls.
#[derive(Debug)]
#[non_exhaustive]
pub struct Format {
    /// Its name with its article, for people: `a shell script`.
    pub name: &'static str,
    /// The endings of file names that promise it, in lower case, without the full stop.
    pub extensions: &'static [&'static str],
    /// How a part of a text in this format is taken out or put in.
    pub editing: Editing,
    /// What a file of this format seems to be if it holds no call, with its article.
    pub(crate) seems: Option<&'static str>,
    /// Whether it is written for people, so that a path in it is not always a call.
    pub(crate) is_prose: bool,
    /// Whether it is a program, whose names say what it does.
    pub(crate) is_code: bool,
    /// Whether a text is in this format, whatever the name of its file.
    pub(crate) sniff: Option<fn(&[u8]) -> bool>,
    /// Whether a file that was found in a folder is worth reading though it does not name the API.
    pub(crate) mentions: fn(&Mentions<'_>) -> bool,
    /// Reads a text.
    pub(crate) read: for<'t> fn(&mut Document<'t>, &'t str),
}

impl Format {
    /// What most formats have in common.
    pub(crate) const NEW: Self = Self {
        name: "a text file",
        extensions: &[],
        editing: Editing::Commas,
        seems: None,
        is_prose: false,
        is_code: false,
        sniff: None,
        mentions: |_| false,
        read: |_, _| {},
    };

    /// Reads a text, but of JSON Lines only those for which `clean` does not say how many clean calls they hold.
    pub(crate) fn read_unless<'t>(
        &self,
        document: &mut Document<'t>,
        text: &'t str,
        clean: &mut dyn FnMut(&str) -> Option<usize>,
    ) {
        if std::ptr::eq(self, &raw const lines::FORMAT) {
            lines::read_unless(document, text, clean);
        } else {
            (self.read)(document, text);
        }
    }

    /// Whether file names of this format have such an extension, compared without case.
    pub(crate) fn has(&self, extension: &str) -> bool {
        self.extensions.iter().any(|own| own.eq_ignore_ascii_case(extension))
    }
}

/// How texts of a format can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editing {
    /// Items are separated by commas, comments stay where they are.
    Commas,
    /// Members have lines to themselves.
    Lines,
    /// The same, and a value of several lines may hold comments.
    Blocks,
}

/// The methods that a line of a file of requests may begin with.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The formats. A plan says what it is; otherwise the name of a file comes before its text.
static FORMATS: [&Format; 11] = [
    &plan::FORMAT,
    &lines::FORMAT,
    &yaml::FORMAT,
    &toml::FORMAT,
    &shell_file::FORMAT,
    &shell_file::BATCH,
    &markdown::FORMAT,
    &http::FORMAT,
    &bruno::FORMAT,
    &hurl::FORMAT,
    &json::FORMAT,
];

/// Every format with names of its own.
fn formats() -> impl Iterator<Item = &'static Format> {
    FORMATS.into_iter().chain(code::FORMATS)
}

/// The format of a text in a file of this name.
pub(crate) fn of(name: &str, bytes: &[u8]) -> &'static Format {
    if plan::is_plan(bytes) {
        return &plan::FORMAT;
    }
    let extension = extension(name);
    let named = |format: &&Format| format.has(extension);
    if let Some(format) = formats().find(named) {
        return format;
    }
    let sniffs = |format: &&Format| format.sniff.is_some_and(|sniff| sniff(bytes));
    if let Some(format) = formats().find(sniffs) {
        return format;
    }
    if let Some(format) = interpreter(bytes)
        .and_then(|program| formats().find(|format| format.extensions.contains(&program.as_str())))
    {
        return format;
    }
    // Standard input is a body, unless it names the API in another way.
    let body = NAMELESS.contains(&name) && !mentions::any(bytes);
    if body || json::begins_as_json(bytes) { &json::FORMAT } else { &text::FORMAT }
}

/// How standard input and texts without a file are called.
const NAMELESS: [&str; 2] = ["", "-"];

/// The program in the first line of a script, without its version: `python` of `#!/usr/bin/env python3.12`.
fn interpreter(bytes: &[u8]) -> Option<String> {
    let first = bytes.split(|byte| *byte == b'\n').next()?.strip_prefix(b"#!")?;
    let line = str::from_utf8(first).ok()?;
    let mut programs = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let program = programs.find(|word| *word != "env" && !word.starts_with('-'))?;
    Some(program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_ascii_lowercase())
}

/// The format of a text in a file of this name.
pub fn format_of(name: &str, text: &str) -> &'static Format {
    of(name, text.as_bytes())
}

/// Whether a file of this name is read as one JSON text, unless it is a plan.
pub fn is_json(name: &str) -> bool {
    let extension = extension(name);
    // Most names end so, which is told in one step.
    extension == "json"
        || json::FORMAT.has(extension)
        || !formats().any(|format| format.has(extension))
}

/// Whether a file of this name is read as a JSON value a line.
pub fn is_json_lines(name: &str) -> bool {
    lines::FORMAT.has(extension(name))
}

/// The tree of a JSON text, if it is one.
pub fn json_root(text: &str) -> Option<Node<'_>> {
    json::parse(text).ok()?.root
}

/// Whether a text begins as a JSON object or array does, or is empty.
pub fn begins_as_json(bytes: &[u8]) -> bool {
    json::begins_as_json(bytes)
}

/// Whether a text is a plan, or begins as one.
pub fn is_plan(bytes: &[u8]) -> bool {
    plan::is_plan(bytes)
}

/// Whether a file found in a folder is worth reading: by its name, because it names the API, or because it has
/// what only a mass update has. It is cheap, and made to pass over the other files of a repository.
pub fn looks_like_a_call(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    if names_a_change(&name) || name.ends_with(PLAN_ENDING) {
        return true;
    }
    if is_binary(bytes) {
        return false;
    }
    let extension = extension(&name);
    let format = formats().find(|format| format.has(extension));
    format.is_some_and(|format| (format.mentions)(&Mentions { name: &name, bytes }))
        || mentions::any(bytes)
}

/// Whether a file is binary, by its first bytes.
pub fn is_binary(bytes: &[u8]) -> bool {
    let first = bytes.get(..bytes.len().min(PROBED)).unwrap_or_default();
    memchr::memchr(0, first).is_some()
}

/// How many bytes are read to recognise a text.
const PROBED: usize = 8_000;

/// The endings of change files.
const CHANGE_ENDINGS: [&str; 4] = [".massup.json", ".massup.yaml", ".massup.yml", ".massup.toml"];

/// The ending of plans.
const PLAN_ENDING: &str = ".plan.jsonl";

/// Whether a file is called as change files are.
pub(crate) fn names_a_change(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    CHANGE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A file as it was found, to be asked what it mentions.
#[derive(Debug)]
pub(crate) struct Mentions<'b> {
    /// The name in lower case.
    pub(crate) name: &'b str,
    bytes: &'b [u8],
}

impl Mentions<'_> {
    /// Whether the file has a word.
    pub(crate) fn has(&self, word: &str) -> bool {
        memchr::memmem::find(self.bytes, word.as_bytes()).is_some()
    }

    /// Whether the first key of the first object is `data`.
    pub(crate) fn begins_with_data(&self) -> bool {
        let object = self.bytes.trim_ascii_start().strip_prefix(b"{").unwrap_or_default();
        object.trim_ascii_start().starts_with(b"\"data\"")
    }
}

fn extension(name: &str) -> &str {
    let mark = name.bytes().rposition(|byte| matches!(byte, b'.' | b'/' | b'\\'));
    let from_mark = mark.and_then(|mark| name.get(mark..)).unwrap_or_default();
    from_mark.strip_prefix('.').unwrap_or_default()
}
