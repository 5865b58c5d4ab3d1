//! Where the cursor is in a JSON, YAML or TOML text that need not be whole.
//!
//! While somebody types, no parser reads the text. These scanners go through it once, follow keys and brackets as far
//! as they can, and keep to what they know.

mod flow;
mod toml;
mod yaml;

use std::ops::Range;

use flow::Flow;

/// How the keys and values of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Json,
    Yaml,
    Toml,
}

/// A step from the root to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Item,
}

/// What stands at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// A key. `assigned` is whether its value follows.
    Key { assigned: bool },
    /// A value.
    Value,
}

/// A key of the text, with its value if that is a word.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    parent: Vec<Step>,
    key: String,
    value: Option<String>,
    start: usize,
}

/// The part of a text that the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    /// The keys that lead to the object of a key, or to a value.
    path: Vec<Step>,
    at: At,
    token: Token,
}

/// A word, with its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    bytes: Range<usize>,
    quote: Option<u8>,
    closed: bool,
}

impl Token {
    fn empty(at: usize) -> Self {
        Self { bytes: at..at, quote: None, closed: false }
    }

    /// The bytes between the quotes.
    fn inner(&self) -> Range<usize> {
        let quote = usize::from(self.quote.is_some());
        let end = self.bytes.end - usize::from(self.closed);
        (self.bytes.start + quote).min(end)..end
    }
}

/// Where the cursor is: the keys that lead to it, and the word that it is in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Context {
    /// The keys that lead there; items of arrays are left out.
    pub(crate) keys: Vec<String>,
    pub(crate) at: At,
    /// The bytes of the word at the cursor, without its quotes.
    pub(crate) word: Range<usize>,
    /// The quote before the word.
    pub(crate) quote: Option<char>,
    /// Whether the quote after the word is there.
    pub(crate) closed: bool,
    /// The other keys of the same object.
    pub(crate) siblings: Vec<String>,
    /// The keys of the whole, with values that are words.
    pub(crate) roots: Vec<(String, Option<String>)>,
    pub(crate) style: Style,
}

/// The place of a byte; `None` in comments, and where neither a key nor a value can be.
pub(crate) fn of(text: &str, style: Style, cursor: usize) -> Option<Context> {
    let mut flow = Flow::new(text, style, cursor);
    match style {
        Style::Json => {
            flow.value(0, &mut Vec::new(), 0);
        }
        Style::Yaml => yaml::scan(&mut flow),
        Style::Toml => toml::scan(&mut flow),
    }
    let Flow { entries, found, .. } = flow;
    let Slot { path, at, token } = found?;
    let same = |entry: &&Entry| entry.parent == path && entry.start != token.bytes.start;
    let siblings = entries.iter().filter(same).map(|entry| entry.key.clone()).collect();
    // The root is an object, or an array of objects.
    let is_root = |entry: &&Entry| matches!(entry.parent.as_slice(), [] | [Step::Item]);
    let roots = entries.iter().filter(is_root);
    let roots = roots.map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    let keys = path.into_iter().filter_map(|step| match step {
        Step::Key(key) => Some(key),
        Step::Item => None,
    });
    Some(Context {
        keys: keys.collect(),
        at,
        word: token.inner(),
        quote: token.quote.map(char::from),
        closed: token.closed,
        siblings,
        roots,
        style,
    })
}

#[cfg(test)]
mod tests;
