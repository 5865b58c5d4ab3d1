//! Calls that stand in files of other kinds: collections, archives, scripts.

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::draft::{Embedded, Kind, Spot};
use massup_model::json::{Member, Node, Span, Value};
use massup_model::module::is_api_name;

use super::decoded::Decoded;
use super::{Reader, json};
use crate::input;

/// A request in a file of another kind.
pub(super) struct Call {
    /// `None` where POST goes without saying.
    pub(super) method: Option<Spot<'static>>,
    pub(super) url: Decoded,
    pub(super) body: Body,
}

/// The body of a [`Call`].
pub(super) enum Body {
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
pub(super) fn is_mass_update(url: &Decoded) -> bool {
    Target::of(url).is_some()
}

impl Reader<'_> {
    /// The draft of a request; `None` for any other than a mass update.
    pub(super) fn embedded(&mut self, call: Call) -> Option<Draft<'static>> {
        let target = Target::of(&call.url)?;
        let named =
            |name: &str| call.method.as_ref().is_some_and(|m| m.text.eq_ignore_ascii_case(name));
        // What a browser asks before it calls.
        if named("OPTIONS") || named("HEAD") {
            return None;
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
            Body::Elsewhere(file) => {
                let span = file.place(Span { start: 0, end: file.text.len() });
                let piped = file.text == "-";
                let (message, help) = if piped {
                    (
                        "the body comes from another program".to_owned(),
                        "check it by `massup lint -`",
                    )
                } else {
                    (
                        format!("the body stands in `{}`, not here", file.text),
                        "`massup lint` checks a file that lies beside this one or in the working folder",
                    )
                };
                self.add(&input::body_elsewhere::RULE, span, message)
                    .help(help)
                    .shown(Embedded { parts: file.parts }.part(span.start));
                let known = file.variables.is_empty() && !piped;
                let spot = Spot { text: Cow::Owned(file.text), span: Some(span) };
                draft.body_file = known.then_some(spot);
            }
            Body::Absent | Body::Text(_) if is_get => {
                draft.kind = Kind::Status;
                // What the query asks for, nobody knows.
                draft.path = draft.path.filter(|_| target.query_known);
            }
            Body::Absent | Body::Text(_) => {
                let message = "the call has no body; expected a JSON object";
                self.add(&input::malformed_json::RULE, path, message)
                    .help("send what to set, and on which records, as JSON")
                    .shown(path);
            }
            Body::Unknown => {}
        }
        draft.embedded = Some(embedded);
        Some(draft)
    }

    /// Reads a body, and brings what is found in it to its place in the file.
    fn body(&mut self, decoded: &Decoded) -> Option<Node<'static>> {
        let before = self.findings.diagnostics.len();
        let (text, bare) = decoded.with_placeholders();
        let whole = Span { start: 0, end: text.len() };
        let root = match json::parse(&text) {
            Ok(json::Parsed { root: Some(root), comments }) => {
                if !json::is_plain(&text) {
                    self.not_plain(&comments, &text, 0, false);
                }
                Some(located(root, decoded))
            }
            Ok(_) => {
                let message = "the text holds comments alone; expected a JSON object";
                self.add(&input::malformed_json::RULE, Span::default(), message);
                None
            }
            // A variable may stand for any text.
            Err(_) if bare => {
                let text = decoded.text.trim().to_owned().into();
                Some(Node { value: Value::Unknown(text), span: decoded.place(whole) })
            }
            Err(error) => {
                self.syntax_error(error, 0);
                None
            }
        };
        for found in self.findings.diagnostics.iter_mut().skip(before) {
            found.span = found.span.map(|span| decoded.place(span));
        }
        if let Some(root) = &root {
            self.duplicate_keys(root, "");
            self.variables(root, decoded);
        }
        let embedded = Embedded { parts: decoded.parts.clone() };
        for found in self.findings.diagnostics.iter_mut().skip(before) {
            found.shown = found.span.map(|span| embedded.part(span.start));
        }
        root
    }

    /// Says once what cannot be checked, because variables stand for it.
    fn variables(&mut self, root: &Node<'_>, decoded: &Decoded) {
        let unknown = unknown(root);
        let Some((first, others)) = unknown.split_first() else { return };
        let name = decoded.variables.iter().find_map(|variable| {
            let place = decoded.place(*variable);
            let within = first.start <= place.start && place.end <= first.end;
            within.then(|| decoded.text.get(variable.start..variable.end)).flatten()
        });
        let name = name.unwrap_or("a variable");
        let more = match others.len() {
            0 => String::new(),
            1 => ", and so is 1 other value".to_owned(),
            number => format!(", and so are {number} other values"),
        };
        self.add(
            &input::unresolved_variable::RULE,
            *first,
            format!("`{name}` is filled in later{more}: not checked"),
        );
    }
}

/// Puts into a draft what its URL names.
fn aim(url: &Decoded, target: &Target, path: Span, draft: &mut Draft<'_>) {
    let Span { start, end } = target.path;
    if target.whole {
        let end = if target.query_known { url.text.len() } else { end };
        let text = url.text.get(start..end).unwrap_or_default().to_owned();
        draft.path = Some(Spot { text: text.into(), span: Some(path) });
        super::envelope::route(draft);
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
pub(crate) fn unknown(node: &Node<'_>) -> Vec<Span> {
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
