//! What a file holds, and what its readers write it to.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::mem::{Discriminant, discriminant};

use massup_model::Draft;
use massup_model::json::{Node, Span, Value, join};

use crate::bounds::{self, MAX_PROBLEMS, POINTER_BYTES};
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
    /// What is wrong with the text, in the order in which it was met: of each kind as many as
    /// [`MAX_PROBLEMS`](crate::bounds::MAX_PROBLEMS).
    pub problems: Vec<Problem>,
    /// The first problem of each kind that is only counted, and the number of them.
    pub further: Vec<(ProblemKind, usize)>,
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
    /// How many problems of each kind are kept.
    kept: HashMap<Discriminant<ProblemKind>, usize>,
    /// The bytes of their pointers.
    pointer_bytes: usize,
    /// The values of its parts that were read.
    values: usize,
    /// The calls beyond the limit, which are dropped.
    dropped_calls: usize,
    /// Clean calls that are left out: the index in `calls` of the next call that is not, and how many there are
    /// up to there.
    left_out: Vec<(usize, usize)>,
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
    read_by(name, bytes, |document, format, text| (format.read)(document, text))
}

/// Reads a file; `by` reads its text.
pub(crate) fn read_by<'t>(
    name: &str,
    bytes: &'t [u8],
    by: impl FnOnce(&mut Document<'t>, &Format, &'t str),
) -> Document<'t> {
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
                by(&mut document, format, text);
            }
            document.is_doubtful &= document.number_of_calls() == 1;
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
        let nothing = self.number_of_calls() == 0 && self.problems.is_empty();
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
        self.push(kind, span, None, &Path::default());
    }

    /// Keeps a problem, or counts it if many of its kind are kept.
    pub(crate) fn push(
        &mut self,
        kind: ProblemKind,
        span: Span,
        shown: Option<Span>,
        path: &Path<'_>,
    ) {
        let same = discriminant(&kind);
        let kept = self.kept.entry(same).or_default();
        let pointer_bytes = self.pointer_bytes.saturating_add(path.bytes());
        // The first is kept however long its pointer is.
        if *kept == 0 || *kept < MAX_PROBLEMS && pointer_bytes <= POINTER_BYTES {
            *kept += 1;
            self.pointer_bytes = pointer_bytes;
            self.problems.push(Problem { kind, span, pointer: path.pointer(), shown });
            return;
        }
        match self.further.iter_mut().find(|(first, _)| discriminant(first) == same) {
            Some((_, number)) => *number += 1,
            None => self.further.push((kind, 1)),
        }
    }

    /// Reports every key that an object has more than once; pointers begin at `node`.
    pub(crate) fn duplicate_keys(&mut self, node: &Node<'_>) {
        self.duplicates(node, &mut Path::default());
    }

    fn duplicates<'n>(&mut self, node: &'n Node<'_>, path: &mut Path<'n>) {
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
                if is_new && !is_container(&member.value) {
                    continue;
                }
                path.0.push(Step::Key(&member.key));
                if !is_new {
                    let kind = ProblemKind::DuplicateKey(start_of(&member.key));
                    self.push(kind, member.key_span, None, path);
                }
                self.duplicates(&member.value, path);
                path.0.pop();
            }
        }
        for (index, item) in node.as_array().unwrap_or_default().iter().enumerate() {
            if is_container(item) {
                path.0.push(Step::Item(index));
                self.duplicates(item, path);
                path.0.pop();
            }
        }
    }
}

impl<'t> Document<'t> {
    /// Adds a call, unless the file holds too many: what is not checked is reported.
    pub(crate) fn add_call(&mut self, call: Draft<'t>) {
        let most = bounds::most_calls(self.text.len());
        if self.calls.len() < most {
            self.calls.push(call);
            return;
        }
        self.dropped_calls += 1;
        if self.dropped_calls == 1 {
            let start = call.body.as_ref().map_or(0, |body| body.span.start);
            let kind = ProblemKind::Malformed(Malformed::TooManyCalls(most));
            // A secret may be next to it.
            let span = Span { start, end: start + 1 };
            self.add_shown(kind, span, span);
        }
    }

    /// Counts the values of a text that is read, unless the file is too short to have many.
    pub(crate) fn count_values(&mut self, text: &str) {
        if self.text.len() > bounds::most_values(self.text.len()) {
            self.values += bounds::values(text);
        }
    }

    /// Whether a JSON text that is part of the file may be read: all its texts together are within the limit
    /// of one. Reports the first that is not.
    pub(crate) fn has_room(&mut self, text: &str, span: Span) -> bool {
        let most = bounds::most_values(self.text.len());
        // So short a file has no more.
        if self.text.len() <= most {
            return true;
        }
        let before = self.values;
        self.count_values(text);
        if before <= most && self.values > most {
            self.add_shown(ProblemKind::Malformed(Malformed::TooManyValues(most)), span, span);
        }
        self.values <= most
    }

    /// Reports the rest of a script or a program that was not read, if it may hold a call.
    pub(crate) fn rest(&mut self, from: Option<usize>, format: &'static str) {
        let rest = |start: &usize| self.text.as_bytes().get(*start..).unwrap_or_default();
        let is_call = |start: &usize| {
            let words = ["mass", "Mass", "MASS", "curl"].map(str::as_bytes);
            words.iter().any(|word| memchr::memmem::find(rest(start), word).is_some())
        };
        if let Some(start) = from.filter(is_call) {
            // A secret may be next to it.
            let span = Span { start, end: start };
            let problem = NotFollowed { what: Mention::Rest, format };
            self.add_shown(ProblemKind::NotFollowed(problem), span, span);
        }
    }

    /// Leaves out a part of the text, which holds so many calls that are known to be clean.
    pub(crate) fn leave_out(&mut self, part: Span, calls: usize) {
        match self.covered.last_mut() {
            Some(last) if last.end == part.start => last.end = part.end,
            _ => self.covered.push(part),
        }
        let all = self.left_out() + calls;
        let next = self.calls.len();
        match self.left_out.last_mut() {
            Some((before, number)) if *before == next => *number = all,
            _ => self.left_out.push((next, all)),
        }
    }

    fn left_out(&self) -> usize {
        self.left_out.last().map_or(0, |(_, number)| *number)
    }

    /// How many calls the text has, those that are left out included.
    pub fn number_of_calls(&self) -> usize {
        self.calls.len() + self.left_out()
    }

    /// The number of one of `calls` among all calls of the text, from 1.
    pub fn number_of(&self, index: usize) -> usize {
        let after = self.left_out.partition_point(|(before, _)| *before <= index);
        let left_out = after.checked_sub(1).and_then(|last| self.left_out.get(last));
        index + 1 + left_out.map_or(0, |(_, number)| *number)
    }

    /// The number among all calls of the text, from 1, of the nth call that is left out.
    pub fn number_of_left_out(&self, nth: usize) -> usize {
        let at = self.left_out.partition_point(|(_, number)| *number < nth);
        nth + self.left_out.get(at).map_or(self.calls.len(), |(before, _)| *before)
    }

    /// Whether further calls would be dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.dropped_calls > 0
    }
}

/// The way to a value. A pointer is made of it only where it is needed: keys may be long, and repeated.
#[derive(Debug, Default)]
pub(crate) struct Path<'n>(Vec<Step<'n>>);

#[derive(Debug)]
enum Step<'n> {
    Key(&'n str),
    Item(usize),
}

impl Path<'_> {
    /// About how long its pointer is.
    fn bytes(&self) -> usize {
        let step = |step: &Step<'_>| if let Step::Key(key) = step { key.len() + 1 } else { 8 };
        self.0.iter().map(step).sum()
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.0 {
            pointer += &match step {
                Step::Key(key) => join("", key),
                Step::Item(index) => join("", index),
            };
        }
        pointer
    }
}

/// The most bytes of a key that a problem names.
const MAX_NAME: usize = 1_000;

/// A key, or the start of a long one.
fn start_of(key: &str) -> String {
    key.get(..key.floor_char_boundary(MAX_NAME)).unwrap_or_default().to_owned()
}

fn is_container(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Array(_) | Value::Object(_))
}
