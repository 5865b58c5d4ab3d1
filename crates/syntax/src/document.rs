//! What a file holds, and what its readers write it to.

use std::borrow::Cow;
use std::collections::HashSet;

use massup_model::Draft;
use massup_model::json::{Node, Span, Value, join};

use crate::format::{self, Format};
use crate::problem::{Foreign, Malformed, Mention, NotFollowed, Problem, ProblemKind};
use crate::{mentions, steps};

/// What a file holds: calls, comments, and what is wrong with how it is written.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Document<'t> {
    /// The text, up to the first byte that is not UTF-8.
    pub text: &'t str,
    /// The calls, in the order of the text.
    pub calls: Vec<Draft<'t>>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment<'t>>,
    /// What is wrong with the text, in the order in which it was met.
    pub problems: Vec<Problem>,
    /// Whether the text is a plan, whose other lines are not calls.
    pub is_plan: bool,
    /// Whether the only call may be another than a mass update: its body is one record and nothing else.
    pub is_doubtful: bool,
    /// What the file is by its name.
    pub(crate) named: Named,
    /// Something known was read that is not a call.
    pub(crate) is_known: bool,
    /// What a file that is none of ours seems to be, with its article.
    pub(crate) seems: Option<&'static str>,
    /// What is known of places that name the API: they are part of a call, or a comment.
    pub(crate) covered: Vec<Span>,
}

/// What a file is by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Named {
    /// A change file.
    Change,
    /// Its content decides.
    #[default]
    Other,
}

/// A comment and its place, the marks included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// What follows the mark that begins it.
    pub text: Cow<'t, str>,
    /// Its place in the file.
    pub span: Span,
}

/// The most keys that are compared pairwise.
const FEW: usize = 8;

/// The name of massup's own settings, which are read for other files.
const SETTINGS: &str = "massup.toml";

pub(crate) fn read<'t>(name: &str, bytes: &'t [u8]) -> Document<'t> {
    let mut document = Document::default();
    match str::from_utf8(bytes) {
        Ok(text) => {
            document.text = text;
            let format = format::of(name, bytes);
            if format::names_a_change(name) {
                document.named = Named::Change;
            }
            if name.rsplit(['/', '\\']).next() == Some(SETTINGS) {
                document.seems = Some("massup's own settings");
            } else {
                (format.read)(&mut document, text);
            }
            document.is_doubtful &= document.calls.len() == 1;
            mentions::report(&mut document, format);
            document.unrecognised(format);
        }
        Err(_) if is_utf16(bytes) => {
            let span = Span::default();
            document.add(ProblemKind::Malformed(Malformed::Utf16), span);
        }
        Err(error) => {
            let at = error.valid_up_to();
            let valid = bytes.get(..at).and_then(|valid| str::from_utf8(valid).ok());
            document.text = valid.unwrap_or_default();
            let kind = Malformed::NotUtf8(bytes.get(at).copied());
            document.add(ProblemKind::Malformed(kind), Span { start: at, end: at });
        }
    }
    document
}

/// Whether a text begins as UTF-16 does, which PowerShell and Notepad write, with its mark.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

impl Document<'_> {
    /// Reports that nothing was recognised.
    fn unrecognised(&mut self, format: &Format) {
        let nothing = self.calls.is_empty() && self.problems.is_empty();
        if nothing && !self.text.trim().is_empty() && !self.is_plan && !self.is_known {
            let seems = self.seems.or(format.seems);
            let end = self.text.find('\n').unwrap_or(self.text.len()).min(1);
            let span =
                Span { start: 0, end: if self.text.is_char_boundary(end) { end } else { 0 } };
            self.add_shown(ProblemKind::Unrecognised(Foreign { seems }), span, span);
        }
    }

    /// The problem that the only call may be another than a mass update.
    pub fn doubt(&self) -> Problem {
        let what = NotFollowed { what: Mention::Body, format: "a JSON file" };
        let body = self.calls.first().and_then(|call| call.body.as_ref());
        let start = body.map_or(0, |body| body.span.start);
        let span = Span { start, end: start + 1 };
        let kind = ProblemKind::NotFollowed(what);
        Problem { kind, span, pointer: String::new(), shown: None }
    }

    /// Adds a problem with a place outside of a body.
    pub(crate) fn add(&mut self, kind: ProblemKind, span: Span) {
        self.problems.push(Problem { kind, span, pointer: String::new(), shown: None });
    }

    /// Reports every key that an object has more than once; pointers begin at `node`.
    pub(crate) fn duplicate_keys(&mut self, node: &Node<'_>, pointer: &str) {
        self.duplicate_keys_at(node, &Place::Start(pointer));
    }

    fn duplicate_keys_at(&mut self, node: &Node<'_>, place: &Place<'_>) {
        if let Some(members) = node.as_object() {
            let mut seen = HashSet::new();
            let few = members.len() <= FEW;
            for (index, member) in members.iter().enumerate() {
                steps::add(1);
                let is_new = if few {
                    members.iter().take(index).all(|earlier| earlier.key != member.key)
                } else {
                    seen.insert(member.key.as_ref())
                };
                let place = Place::Key(place, &member.key);
                if !is_new {
                    let kind = ProblemKind::DuplicateKey(member.key.clone().into_owned());
                    let (span, pointer) = (member.key_span, place.pointer());
                    self.problems.push(Problem { kind, span, pointer, shown: None });
                }
                if is_container(&member.value) {
                    self.duplicate_keys_at(&member.value, &place);
                }
            }
        }
        for (index, item) in node.as_array().unwrap_or_default().iter().enumerate() {
            if is_container(item) {
                self.duplicate_keys_at(item, &Place::Index(place, index));
            }
        }
    }
}

/// Where a value is. Most values need no pointer, so it is only written when it is wanted.
enum Place<'p> {
    Start(&'p str),
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Start(pointer) => (*pointer).to_owned(),
            Self::Key(parent, key) => join(&parent.pointer(), key),
            Self::Index(parent, index) => join(&parent.pointer(), index),
        }
    }
}

fn is_container(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Array(_) | Value::Object(_))
}
