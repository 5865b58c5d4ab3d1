//! Which kind of call a document is, and call files.

use massup_model::draft::{BODY_KEYS, Kind, Spot};
use massup_model::json::{Node, Value};
use massup_model::{Draft, Route};

use super::change;
use crate::document::{Document, Named};
use crate::foreign;
use crate::problem::{OwnFormat, ProblemKind};

/// The keys of a call file, and of a step of a plan.
const CALL_KEYS: [&str; 8] =
    ["method", "path", "module", "api_version", "body", "step", "after", "ids_of"];

/// Keys of requests that are written for another program.
const DESCRIPTOR_KEYS: [&str; 9] =
    ["url", "uri", "endpoint", "headers", "header", "params", "query", "scope", "auth"];

/// Names that people write for the keys of a body, in small letters and without separators.
const NEAR_BODY_KEYS: [&str; 11] = [
    "data",
    "ids",
    "idlist",
    "recordids",
    "cvid",
    "viewid",
    "customviewid",
    "territory",
    "territoryid",
    "overwrite",
    "criteria",
];

/// Whether an object looks like a request body: it is empty, or has a key that is near to one of a body.
pub(crate) fn is_body(node: &Node<'_>) -> bool {
    let Some(members) = node.as_object() else { return false };
    let near = |key: &str| {
        let letters = key.chars().filter(char::is_ascii_alphanumeric);
        let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        NEAR_BODY_KEYS.contains(&folded.as_str())
    };
    members.is_empty() || members.iter().any(|member| near(&member.key))
}

/// What an object of a JSON, YAML or TOML document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Body,
    CallFile,
    Change,
    /// A line of a plan that is not a mass update: the first, the last, and one that reads ids.
    PlanLine,
    /// Something else.
    Other,
}

fn shape(node: &Node<'_>, named_change: bool) -> Shape {
    let has = |key: &str| node.member(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    if node.as_object().is_none() {
        // Not an object at all: that is what is wrong with it.
        return Shape::Body;
    }
    // Most objects are bodies with no other keys: what else they may be need not be looked for.
    let members = node.as_object().unwrap_or_default();
    if has("data") && members.iter().all(|member| BODY_KEYS.contains(&&*member.key)) {
        body_or_other(node)
    } else if has("massup_plan") || (has("digest") && has("steps")) || (has("step") && has("read"))
    {
        Shape::PlanLine
    } else if change::is_change(node) || named_change && !any(&["data", "body", "path", "method"]) {
        Shape::Change
    } else if any(&DESCRIPTOR_KEYS) && any(&["method", "url", "uri", "endpoint", "path"])
        || has("jsonrpc")
    {
        Shape::Other
    } else if has("data") {
        body_or_other(node)
    } else if any(&["body", "path", "method"]) {
        let ours = |key: &str| CALL_KEYS.contains(&key);
        let unknown = node.as_object().unwrap_or_default().iter().filter(|m| !ours(&m.key)).count();
        if unknown <= 2 { Shape::CallFile } else { Shape::Other }
    } else if is_body(node) && foreign::seems(node).is_none() {
        Shape::Body
    } else {
        Shape::Other
    }
}

/// Whether an object with `data` is a body, or an answer of a server or the body of another API.
fn body_or_other(node: &Node<'_>) -> Shape {
    let list = node.field("data").is_some_and(|data| data.as_array().is_some());
    let other = foreign::answer(node).is_some() || !list && foreign::seems(node).is_some();
    if other { Shape::Other } else { Shape::Body }
}

/// A document is one call, or an array of calls; or it holds requests in a form of its own.
pub(super) fn document<'t>(document: &mut Document<'t>, root: Node<'t>, other: Other<'_, 't>) {
    match root.value {
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                document.one(item, other);
                if document.is_full() {
                    break;
                }
            }
        }
        value => document.one(Node { value, span: root.span }, other),
    }
}

/// Reads what is none of our own formats; whether there was a call in it.
pub(super) type Other<'o, 't> = &'o dyn Fn(&mut Document<'t>, &Node<'t>) -> bool;

impl<'t> Document<'t> {
    /// The call that a value stands for, or the calls in it.
    fn one(&mut self, node: Node<'t>, other: Other<'_, 't>) {
        let call = match shape(&node, self.named == Named::Change) {
            Shape::PlanLine => {
                self.is_known = true;
                return;
            }
            Shape::Change => self.change(node),
            Shape::CallFile => self.call(node),
            Shape::Body => {
                self.is_doubtful = is_record_alone(&node);
                self.duplicate_keys(&node);
                Draft::of_body(node)
            }
            Shape::Other => {
                if !other(self, &node) {
                    self.seems = self.seems.or(foreign::seems(&node));
                }
                return;
            }
        };
        self.add_call(call);
    }

    fn call(&mut self, node: Node<'t>) -> Draft<'t> {
        let wrap: Wrap = ProblemKind::CallFile;
        self.own_keys(wrap, &node, "a call file", &CALL_KEYS);
        let mut draft = Draft::default();
        let Value::Object(members) = node.value else { return draft };
        for member in members {
            match member.key.as_ref() {
                "method" => draft.method = self.text(wrap, member.value, "method"),
                "path" => draft.path = self.text(wrap, member.value, "path"),
                "module" => draft.module = self.text(wrap, member.value, "module"),
                "api_version" => {
                    if let Some(spot) = self.text(wrap, member.value, "api_version") {
                        self.version(wrap, &spot, &mut draft);
                    }
                }
                // The ids of such a step of a plan are still to be read.
                "ids_of" => {
                    draft.ids_file =
                        Some(Spot { text: "ids_of".into(), span: Some(member.key_span) });
                }
                "body" => {
                    self.duplicate_keys(&member.value);
                    draft.body = Some(member.value);
                }
                _ => {}
            }
        }
        self.agreement(&draft);
        route(&mut draft);
        let get = draft.method.as_ref().is_some_and(|m| m.text.eq_ignore_ascii_case("GET"));
        if get && draft.body.is_none() {
            draft.kind = Kind::Status;
        } else if draft.body.is_none() {
            self.add(ProblemKind::CallFile(OwnFormat::NoBody), node.span);
        }
        draft
    }

    /// The module and version of a call file agree with its path.
    fn agreement(&mut self, draft: &Draft<'_>) {
        let Some(Ok(route)) = draft.path.as_ref().map(|path| Route::parse(&path.text)) else {
            return;
        };
        let place = |spot: &Option<Spot<'_>>| spot.as_ref().and_then(|spot| spot.span);
        let differ = |key, value: &str, path: &str| {
            let (value, path) = (value.to_owned(), path.to_owned());
            ProblemKind::CallFile(OwnFormat::Contradiction { key, value, path })
        };
        if let Some(module) = draft.module_name().filter(|module| *module != route.module) {
            let span = place(&draft.module).unwrap_or_default();
            self.add(differ("module", module, route.module), span);
        }
        if let Some(version) = draft.version.filter(|version| *version != route.version) {
            let span = place(&draft.path).unwrap_or_default();
            self.add(differ("api_version", version.as_str(), route.version.as_str()), span);
        }
    }

    /// The text under a key; anything else is reported.
    pub(super) fn text(
        &mut self,
        wrap: Wrap,
        node: Node<'t>,
        key: &'static str,
    ) -> Option<Spot<'t>> {
        let found = node.kind();
        if let Value::String(text) = node.value {
            return Some(Spot { text, span: Some(node.span) });
        }
        self.add(wrap(OwnFormat::WrongType { key, found, expected: "a string" }), node.span);
        None
    }

    /// Takes the version that a file names; an unknown one is reported.
    pub(super) fn version(&mut self, wrap: Wrap, spot: &Spot<'_>, draft: &mut Draft<'_>) {
        match spot.text.parse() {
            Ok(version) => draft.version = Some(version),
            Err(error) => {
                let span = spot.span.unwrap_or_default();
                self.add(wrap(OwnFormat::UnknownVersion(error)), span);
            }
        }
    }

    /// Reports the keys of a part of one of our own formats that the part does not have.
    pub(super) fn own_keys(
        &mut self,
        wrap: Wrap,
        node: &Node<'_>,
        part: &'static str,
        known: &[&'static str],
    ) {
        for member in node.as_object().unwrap_or_default() {
            if !known.contains(&member.key.as_ref()) {
                let (key, known) = (member.key.clone().into_owned(), known.to_vec());
                self.add(wrap(OwnFormat::UnknownKey { part, key, known }), member.key_span);
            }
        }
    }
}

/// Whether a body is one record without an id, and nothing else: other calls of the API have the same.
fn is_record_alone(body: &Node<'_>) -> bool {
    let Some([member]) = body.as_object() else { return false };
    let record = member.value.as_array().filter(|_| member.key == "data");
    matches!(record, Some([record]) if record.as_object().is_some_and(|fields| {
        !fields.is_empty() && fields.iter().all(|field| field.key != "id")
    }))
}

/// What makes a problem of a call file or of a change file.
pub(super) type Wrap = fn(OwnFormat) -> ProblemKind;

/// Takes module and version from the path. What one that is not well formed names is lost; a rule
/// reports it.
pub(crate) fn route(draft: &mut Draft<'_>) {
    let Some(path) = &draft.path else { return };
    let Ok(Route { version, module, query }) = Route::parse(&path.text) else { return };
    draft.selection_in_query = Route::selection_in(query);
    let module = Spot { text: module.to_owned().into(), span: path.span };
    draft.version = Some(version);
    draft.module = draft.module.take().or(Some(module));
}
