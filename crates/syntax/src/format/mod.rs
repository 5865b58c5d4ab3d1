//! The formats of files: how each is recognised and read. A new one is a file here and a line in
//! [`FORMATS`].

pub(crate) mod call;
mod change;
pub(crate) mod json;
mod lines;
mod plan;
pub(crate) mod toml;
pub(crate) mod yaml;

use massup_model::json::Node;

use crate::document::Document;
use crate::embedded::shell_file;

/// A format of files that hold calls.
#[derive(Debug)]
#[non_exhaustive]
pub struct Format {
    /// Its name, for people.
    pub name: &'static str,
    /// The endings of file names that promise it, in lower case, without the full stop.
    pub extensions: &'static [&'static str],
    /// How a part of a text in this format is taken out or put in.
    pub editing: Editing,
    /// Whether a text is in this format, whatever the name of its file.
    pub(crate) sniff: Option<fn(&[u8]) -> bool>,
    /// Whether a file with such a name that was found in a folder is worth reading.
    pub(crate) mentions: fn(&Mentions<'_>) -> bool,
    /// Reads a text.
    pub(crate) read: for<'t> fn(&mut Document<'t>, &'t str),
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

/// The formats; the first that recognises a text reads it.
static FORMATS: [&Format; 6] = [
    &plan::FORMAT,
    &lines::FORMAT,
    &yaml::FORMAT,
    &toml::FORMAT,
    &shell_file::FORMAT,
    // Every other file is read as JSON.
    &json::FORMAT,
];

/// The format of a text in a file of this name.
pub(crate) fn of(name: &str, bytes: &[u8]) -> &'static Format {
    let extension = extension(name);
    let is = |format: &&&Format| {
        format.sniff.is_some_and(|sniff| sniff(bytes))
            || format.extensions.contains(&extension.as_str())
    };
    FORMATS.iter().find(is).copied().unwrap_or(&json::FORMAT)
}

/// The format of a text in a file of this name.
pub fn format_of(name: &str, text: &str) -> &'static Format {
    of(name, text.as_bytes())
}

/// Whether a file of this name is read as one JSON text, unless it is a plan.
pub fn is_json(name: &str) -> bool {
    let extension = extension(name);
    !FORMATS.iter().any(|format| format.extensions.contains(&extension.as_str()))
        || json::FORMAT.extensions.contains(&extension.as_str())
}

/// Whether a file of this name is read as a JSON value a line.
pub fn is_json_lines(name: &str) -> bool {
    lines::FORMAT.extensions.contains(&extension(name).as_str())
}

/// The tree of a JSON text, if it is one.
pub fn json_root(text: &str) -> Option<Node<'_>> {
    json::parse(text).ok()?.root
}

/// Whether a text is a plan, or begins as one.
pub fn is_plan(bytes: &[u8]) -> bool {
    plan::is_plan(bytes)
}

/// Whether a file found in a folder is worth reading: by its name, or because it mentions what only a
/// mass update has. It is cheap, and made to pass over the other files of a repository.
pub fn looks_like_a_call(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    if OWN_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    let extension = extension(&name);
    let format = FORMATS.iter().find(|format| format.extensions.contains(&extension.as_str()));
    format.is_some_and(|format| (format.mentions)(&Mentions { name: &name, bytes }))
}

/// The endings of massup's own files.
const OWN_ENDINGS: [&str; 5] =
    [".massup.json", ".massup.yaml", ".massup.yml", ".massup.toml", ".plan.jsonl"];

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
}

fn extension(name: &str) -> String {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extension.to_ascii_lowercase()
}
