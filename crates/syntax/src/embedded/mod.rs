//! Calls in files of other kinds: collections, archives, scripts.

mod curl;
mod decoded;
pub(crate) mod har;
pub(crate) mod postman;
mod shell;
pub(crate) mod shell_file;
pub(crate) mod strings;

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::draft::{Embedded, Kind, Spot};
use massup_model::json::{Member, Node, Span, Value};
use massup_model::module::is_api_name;

use crate::document::Document;
use crate::format::{call, json};
use crate::problem::{Elsewhere, Malformed, ProblemKind};
use decoded::Decoded;

/// A request in a file of another kind.
struct Call {
    /// `None` where POST goes without saying.
    method: Option<Spot<'static>>,
    url: Decoded,
    body: Body,
}

/// The body of a [`Call`].
enum Body {
    /// There is none.
    Absent,
    /// It stands somewhere else; the text says where, and `-` that another program gives it.
    Elsewhere(Decoded),
    /// It stands there.
    Text(Decoded),
    /// Whether there is one cannot be seen.
    Unknown,
}

/// The parts of a URL that ends in `actions/mass_update`, as ranges of its text.
struct Target {
    path: Span,
    /// Where the whole path stands there, without variables that could be a part of it.
    whole: bool,
    /// The query has no variables.
    query_known: bool,
}

/// What the path of every mass update ends in.
const ENDING: &str = "/actions/mass_update";

impl Target {
    fn of(url: &Decoded) -> Option<Self> {
        let text = url.text.as_str();
        let host = text.find("://").map_or(0, |at| at + 3);
        let start = host + text.get(host..)?.find('/')?;
        let rest = text.get(start..)?;
        let end = start + rest.find(['?', '#']).unwrap_or(rest.len());
        let path = text.get(start..end)?;
        if !path.trim_end_matches('/').ends_with(ENDING) {
            return None;
        }
        let range = Span { start, end };
        let before = Span { start: 0, end: start };
        // A variable for the host may hold the first segments as well.
        let begins = !url.has_variable(before) || path.starts_with("/crm/");
        let whole = begins && !url.has_variable(range);
        let query_known = !url.has_variable(Span { start: end, end: text.len() });
        Some(Self { path: range, whole, query_known })
    }
}

/// Whether a URL is that of a mass update.
fn is_mass_update(url: &Decoded) -> bool {
    Target::of(url).is_some()
}

impl Document<'_> {
    /// Adds a request, unless it is another than a mass update.
    fn embedded(&mut self, call: Call) {
        let Some(target) = Target::of(&call.url) else { return };
        let named =
            |name: &str| call.method.as_ref().is_some_and(|m| m.text.eq_ignore_ascii_case(name));
        // What a browser asks before it calls.
        if named("OPTIONS") || named("HEAD") {
            return;
        }
        let is_get = named("GET");
        let path = call.url.place(target.path);
        let mut embedded = Embedded { parts: vec![path] };
        embedded.parts.extend(call.method.as_ref().and_then(|method| method.span));
        let mut draft = Draft { method: call.method, ..Draft::default() };
        aim(&call.url, &target, path, &mut draft);
        match call.body {
            Body::Text(text) if !text.text.trim().is_empty() => {
                embedded.parts.extend(&text.parts);
                draft.body = self.body(&text);
            }
            Body::Elsewhere(file) => draft.body_file = self.elsewhere(file),
            Body::Absent | Body::Text(_) if is_get => {
                draft.kind = Kind::Status;
                // What the query asks for is unknown.
                draft.path = draft.path.filter(|_| target.query_known);
            }
            Body::Absent | Body::Text(_) => {
                self.add_shown(ProblemKind::Malformed(Malformed::NoBody), path, path);
            }
            Body::Unknown => {}
        }
        draft.embedded = Some(embedded);
        self.calls.push(draft);
    }

    /// Reports that a body is somewhere else, and names the file if it is known.
    fn elsewhere(&mut self, file: Decoded) -> Option<Spot<'static>> {
        let span = file.place(Span { start: 0, end: file.text.len() });
        let shown = Embedded { parts: file.parts }.part(span.start);
        let is_piped = file.text == "-";
        let place = if is_piped { Elsewhere::Piped } else { Elsewhere::File(file.text.clone()) };
        self.add_shown(ProblemKind::BodyElsewhere(place), span, shown);
        let is_known = file.variables.is_empty() && !is_piped;
        is_known.then_some(Spot { text: Cow::Owned(file.text), span: Some(span) })
    }

    fn add_shown(&mut self, kind: ProblemKind, span: Span, shown: Span) {
        self.add(kind, span);
        if let Some(problem) = self.problems.last_mut() {
            problem.shown = Some(shown);
        }
    }

    /// Reads a body; what is wrong with it is reported at its place in the file.
    fn body(&mut self, decoded: &Decoded) -> Option<Node<'static>> {
        let before = self.problems.len();
        let (text, bare) = decoded.with_placeholders();
        let whole = Span { start: 0, end: text.len() };
        let root = match json::parse(&text) {
            Ok(json::Parsed { root: Some(root), comments, .. }) => {
                json::not_plain(self, &comments, &text, 0, true);
                Some(located(root, decoded))
            }
            Ok(_) => {
                self.add(ProblemKind::Malformed(Malformed::CommentsOnly), Span::default());
                None
            }
            // A variable may stand for any text.
            Err(_) if bare => {
                let text = decoded.text.trim().to_owned().into();
                Some(Node { value: Value::Unknown(text), span: decoded.place(whole) })
            }
            Err(error) => {
                self.add(ProblemKind::Malformed(error.problem), error.span);
                None
            }
        };
        for problem in self.problems.iter_mut().skip(before) {
            problem.span = decoded.place(problem.span);
        }
        if let Some(root) = &root {
            self.duplicate_keys(root, "");
            self.unresolved(root, decoded);
        }
        let embedded = Embedded { parts: decoded.parts.clone() };
        for problem in self.problems.iter_mut().skip(before) {
            problem.shown = Some(embedded.part(problem.span.start));
        }
        root
    }

    /// Reports once what cannot be checked, because variables stand for it.
    fn unresolved(&mut self, root: &Node<'_>, decoded: &Decoded) {
        let unknown = unknown_values(root);
        let Some((first, others)) = unknown.split_first() else { return };
        let name = decoded.variables.iter().find_map(|variable| {
            let place = decoded.place(*variable);
            let within = first.start <= place.start && place.end <= first.end;
            within.then(|| decoded.text.get(variable.start..variable.end)).flatten()
        });
        let name = name.unwrap_or("a variable").to_owned();
        self.add(ProblemKind::Unresolved { name, others: others.len() }, *first);
    }
}

/// Puts into a draft what its URL names.
fn aim(url: &Decoded, target: &Target, path: Span, draft: &mut Draft<'_>) {
    let Span { start, end } = target.path;
    if target.whole {
        let end = if target.query_known { url.text.len() } else { end };
        let text = url.text.get(start..end).unwrap_or_default().to_owned();
        draft.path = Some(Spot { text: text.into(), span: Some(path) });
        call::route(draft);
        return;
    }
    let segments = url.text.get(start..end).unwrap_or_default().trim_end_matches('/');
    let mut at = start + segments.len();
    let mut known = segments.rsplit('/').map(|segment| {
        let range = Span { start: at - segment.len(), end: at };
        at = range.start.saturating_sub(1);
        Some(segment).filter(|_| !url.has_variable(range))
    });
    // Behind them stand `actions` and `mass_update`.
    let module = known.nth(2).flatten().filter(|name| is_api_name(name));
    let version = known.next().flatten();
    draft.module = module.map(|name| Spot { text: name.to_owned().into(), span: Some(path) });
    draft.version = version.and_then(|version| version.parse().ok());
}

/// The tree with its places in the file; what a variable has a part in is unknown.
fn located(node: Node<'_>, decoded: &Decoded) -> Node<'static> {
    let span = decoded.place(node.span);
    let unknown = || {
        let text = decoded.text.get(node.span.start..node.span.end).unwrap_or_default();
        Value::Unknown(Cow::Owned(text.to_owned()))
    };
    let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    let value = match node.value {
        Value::Null => Value::Null,
        Value::Bool(value) => Value::Bool(value),
        Value::Number(text) => Value::Number(owned(text)),
        Value::String(text) if decoded.has_variable(node.span) => {
            let quoted = decoded.text.get(node.span.start..).is_some_and(|at| at.starts_with('"'));
            if quoted { Value::Unknown(owned(text)) } else { unknown() }
        }
        Value::String(text) => Value::String(owned(text)),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| located(item, decoded)).collect())
        }
        // Under a key that nobody knows any member may be hidden.
        Value::Object(members)
            if members.iter().any(|member| decoded.has_variable(member.key_span)) =>
        {
            unknown()
        }
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|member| Member {
                    key: owned(member.key),
                    key_span: decoded.place(member.key_span),
                    value: located(member.value, decoded),
                })
                .collect(),
        ),
        Value::Unknown(text) => Value::Unknown(owned(text)),
    };
    Node { value, span }
}

/// The places of the unknown values in a tree, in its order.
pub fn unknown_values(node: &Node<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Unknown(_) => found.push(node.span),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(members) => open.extend(members.iter().rev().map(|m| &m.value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}
