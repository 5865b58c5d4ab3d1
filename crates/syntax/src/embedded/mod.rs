//! Calls in files of other kinds: collections, archives, scripts.

mod client;
pub(crate) mod code;
mod curl;
pub(crate) mod decoded;
pub(crate) mod descriptor;
pub(crate) mod har;
mod header;
mod openapi;
pub(crate) mod postman;
pub(crate) mod programs;
pub(crate) mod request;
pub(crate) mod shell;
pub(crate) mod shell_file;
pub(crate) mod strings;
pub(crate) mod target;

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::draft::{Embedded, Kind, Spot};
use massup_model::json::{Member, Node, Span, Value};

use crate::document::{Document, Path};
use crate::format::json;
use crate::problem::{Address, Elsewhere, Form, Malformed, ProblemKind, Sent};
use decoded::Decoded;
use target::Target;

/// A request in a file of another kind.
#[derive(Default)]
struct Call<'t> {
    /// `None` where POST goes without saying.
    method: Option<Spot<'static>>,
    url: Decoded,
    body: Body<'t>,
    /// It was sent as it is here: nothing in it stands for something else.
    was_sent: bool,
    /// The client removes comments from the body.
    without_comments: bool,
    /// What is wrong with other parts of the request, each at its place, which may be shown.
    problems: Vec<(ProblemKind, Span)>,
}

/// The body of a [`Call`].
#[derive(Clone, Default)]
enum Body<'t> {
    /// There is none.
    #[default]
    Absent,
    /// It is somewhere else; the text says where, and `-` that another program gives it.
    Elsewhere(Decoded),
    /// It is sent as a form; the first field is there.
    Form(Form, Span),
    /// It is there.
    Text(Decoded),
    /// It is there, as a value of the file's own language.
    Tree(Node<'t>),
    /// A test says what the server answers: nothing is sent.
    Answer,
    /// Whether there is one cannot be seen.
    Unknown,
}

/// Whether a URL is that of a mass update, or nearly so.
fn is_mass_update(url: &Decoded) -> bool {
    // Most words are no URL, and some are long.
    url.text.len() <= target::MAX_URL
        && url.text.contains('/')
        && Target::of(&url.clone().with_braces().with_segments()).is_some()
}

impl<'t> Document<'t> {
    /// Adds a request, unless it is another than a mass update.
    fn embedded(&mut self, call: Call<'t>) -> bool {
        let url = if call.was_sent { call.url } else { call.url.with_braces().with_segments() };
        let Some(target) = Target::of(&url) else { return false };
        let path = target.place(&url);
        self.covered.extend([path, url.place(Span { start: 0, end: url.text.len() })]);
        let named =
            |name: &str| call.method.as_ref().is_some_and(|m| m.text.eq_ignore_ascii_case(name));
        // What a browser asks before it calls.
        if named("OPTIONS") || named("HEAD") || matches!(call.body, Body::Answer) {
            self.is_known = true;
            return true;
        }
        let is_get = named("GET");
        let mut parts = vec![path];
        parts.extend(call.method.as_ref().and_then(|method| method.span));
        let mut draft = Draft { method: call.method, ..Draft::default() };
        let address = target.address(&url);
        target.aim(&url, &mut draft);
        if let Some((address, span)) = address {
            if matches!(address, Address::Page { .. }) {
                draft.path = None;
            }
            self.add_shown(ProblemKind::Address(address), span, span);
        }
        if let Some((kind, span)) = header::token_in_query(&url) {
            self.add_shown(kind, span, span);
        }
        for (kind, span) in call.problems {
            self.add_shown(kind, span, span);
        }
        match call.body {
            // The parameter of a status request, in the wrong place.
            Body::Text(text) if is_get && text.text.trim_start().starts_with("job_id=") => {
                draft.kind = Kind::Status;
            }
            Body::Text(text) if form_field(&text.text) => {
                let span = text.place(Span { start: 0, end: text.text.find('=').unwrap_or(1) });
                self.add_shown(ProblemKind::FormBody(Form::UrlEncoded), span, span);
            }
            Body::Text(text) if !text.text.trim().is_empty() => {
                let text = if call.was_sent { text } else { text.with_braces() };
                parts.extend(&text.parts);
                let sent = if call.without_comments { Sent::WithoutComments } else { Sent::AsItIs };
                draft.body = self.body(&text, sent);
            }
            Body::Tree(node) => {
                self.tree(&node);
                parts.extend(parts_of(&node));
                draft.body = Some(node);
            }
            Body::Form(form, span) => self.add_shown(ProblemKind::FormBody(form), span, span),
            Body::Elsewhere(file) => draft.body_file = self.elsewhere(file),
            Body::Absent | Body::Text(_) if is_get => {
                draft.kind = Kind::Status;
                // What the query asks for is unknown.
                draft.path = draft.path.filter(|_| !target.may_have_job_id(&url));
            }
            Body::Absent | Body::Text(_) => {
                self.add_shown(ProblemKind::Malformed(Malformed::NoBody), path, path);
            }
            Body::Answer | Body::Unknown => {
                self.add_shown(ProblemKind::BodyElsewhere(Elsewhere::Built), path, path);
            }
        }
        draft.embedded = Some(Embedded::new(parts));
        self.add_call(draft);
        true
    }

    /// Reports what is wrong with how a body is written as a value of the file's own language.
    fn tree(&mut self, node: &Node<'_>) {
        let before = self.problems.len();
        self.duplicate_keys(node);
        self.unresolved(node, None);
        let embedded = Embedded::new(parts_of(node));
        for problem in self.problems.iter_mut().skip(before) {
            problem.shown = Some(embedded.part(problem.span.start));
        }
    }

    /// Adds a body that is shown without its request.
    pub(crate) fn shown_body(&mut self, node: Node<'t>) {
        let node = descriptor::masked(node);
        self.tree(&node);
        let embedded = Some(Embedded::new(vec![node.span]));
        self.add_call(Draft { embedded, body: Some(node), ..Draft::default() });
    }

    /// Reports that a body is somewhere else, and names the file if it is known.
    fn elsewhere(&mut self, file: Decoded) -> Option<Spot<'static>> {
        let span = file.place(Span { start: 0, end: file.text.len() });
        let shown = Embedded::new(file.parts).part(span.start);
        let is_piped = file.text == "-";
        let place = if is_piped { Elsewhere::Piped } else { Elsewhere::File(file.text.clone()) };
        self.add_shown(ProblemKind::BodyElsewhere(place), span, shown);
        let is_known = file.variables.is_empty() && !is_piped;
        is_known.then_some(Spot { text: Cow::Owned(file.text), span: Some(span) })
    }

    pub(crate) fn add_shown(&mut self, kind: ProblemKind, span: Span, shown: Span) {
        self.push(kind, span, Some(shown), &Path::default());
    }

    /// Reads a body; what is wrong with it is reported at its place in the file.
    fn body(&mut self, decoded: &Decoded, sent: Sent) -> Option<Node<'static>> {
        let before = self.problems.len();
        let (text, bare) = decoded.with_placeholders();
        let start = decoded.place(Span { start: 0, end: text.len().min(1) });
        if !self.has_room(&text, start) {
            return None;
        }
        let whole = Span { start: 0, end: text.len() };
        let root = match json::parse(&text) {
            Ok(json::Parsed { root: Some(root), comments, .. }) => {
                json::not_plain(self, &comments, &text, 0, Some(sent));
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
            self.duplicate_keys(root);
            self.unresolved(root, Some(decoded));
        }
        let embedded = Embedded::new(decoded.parts.clone());
        for problem in self.problems.iter_mut().skip(before) {
            problem.shown = Some(embedded.part(problem.span.start));
        }
        root
    }

    /// Reports once what cannot be checked, because it is in variables.
    fn unresolved(&mut self, root: &Node<'_>, decoded: Option<&Decoded>) {
        let unknown = unknown_values(root);
        let Some((first, others)) = unknown.split_first() else { return };
        let name = decoded.and_then(|decoded| {
            decoded.variables.iter().find_map(|variable| {
                let place = decoded.place(*variable);
                let within = first.start <= place.start && place.end <= first.end;
                within.then(|| decoded.text.get(variable.start..variable.end)).flatten()
            })
        });
        let name = name.or_else(|| first_unknown(root)).unwrap_or("a variable");
        // A string that a program makes of a variable is in quotes.
        let name = name.trim_matches('"').to_owned();
        self.add(ProblemKind::Unresolved { name, others: others.len() }, *first);
    }
}

/// The parts of a file that hold a body. A program may put it together in several places.
fn parts_of(body: &Node<'_>) -> Vec<Span> {
    let mut parts = vec![body.span];
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        match &node.value {
            // An expression may hold a secret.
            Value::Unknown(_) => continue,
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                parts.extend(members.iter().map(|member| member.key_span));
                open.extend(members.iter().map(|member| &member.value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        parts.push(node.span);
    }
    parts
}

/// The first unknown value in a tree, as it is written.
fn first_unknown<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Unknown(text) => return Some(text),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(members) => open.extend(members.iter().rev().map(|m| &m.value)),
            _ => {}
        }
    }
    None
}

/// Whether a body begins as a form does: `data=`.
fn form_field(text: &str) -> bool {
    let text = text.trim_start();
    let name = text.find('=').and_then(|at| text.get(..at)).unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-[]%".contains(&b))
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
