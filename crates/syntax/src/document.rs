//! What a file holds, and what its readers write it to.

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::json::{Node, Span, Value, join};

use crate::format;
use crate::problem::{Malformed, Problem, ProblemKind};

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
}

/// A comment and its place, the marks included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// What follows the mark that begins it.
    pub text: Cow<'t, str>,
    /// Its place in the file.
    pub span: Span,
}

pub(crate) fn read<'t>(name: &str, bytes: &'t [u8]) -> Document<'t> {
    let mut document = Document::default();
    match str::from_utf8(bytes) {
        Ok(text) => {
            document.text = text;
            (format::of(name, bytes).read)(&mut document, text);
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

impl Document<'_> {
    /// Adds a problem with a place outside of a body.
    pub(crate) fn add(&mut self, kind: ProblemKind, span: Span) {
        self.problems.push(Problem { kind, span, pointer: String::new(), shown: None });
    }

    /// Reports every key that an object has more than once; pointers begin at `node`.
    pub(crate) fn duplicate_keys(&mut self, node: &Node<'_>, pointer: &str) {
        if let Some(members) = node.as_object() {
            let mut seen = std::collections::HashSet::with_capacity(members.len());
            for member in members {
                let is_new = seen.insert(member.key.as_ref());
                if is_new && !is_container(&member.value) {
                    continue;
                }
                let pointer = join(pointer, &member.key);
                if !is_new {
                    let kind = ProblemKind::DuplicateKey(member.key.clone().into_owned());
                    let (span, pointer) = (member.key_span, pointer.clone());
                    self.problems.push(Problem { kind, span, pointer, shown: None });
                }
                self.duplicate_keys(&member.value, &pointer);
            }
        }
        for (index, item) in node.as_array().unwrap_or_default().iter().enumerate() {
            if is_container(item) {
                self.duplicate_keys(item, &join(pointer, index));
            }
        }
    }
}

fn is_container(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Array(_) | Value::Object(_))
}
