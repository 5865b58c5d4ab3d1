//! Which kind of call a document is, and call files.

use massup_model::draft::{Kind, Spot};
use massup_model::json::{Node, Value};
use massup_model::{Draft, Route};

use super::change;
use crate::document::Document;
use crate::problem::{OwnFormat, ProblemKind};

/// The keys of a call file, and of a step of a plan.
const CALL_KEYS: [&str; 8] =
    ["method", "path", "module", "api_version", "body", "step", "after", "ids_of"];

/// A document is one call, or an array of calls.
pub(super) fn document<'t>(document: &mut Document<'t>, root: Node<'t>) {
    match root.value {
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let call = document.call_of(item);
                document.calls.extend(call);
            }
        }
        value => {
            let call = document.call_of(Node { value, span: root.span });
            document.calls.extend(call);
        }
    }
}

impl<'t> Document<'t> {
    /// The call that a document stands for; `None` for the lines of a plan that are no mass update: the
    /// first, the last, and one that reads ids.
    fn call_of(&mut self, node: Node<'t>) -> Option<Draft<'t>> {
        let has = |key: &str| node.member(key).is_some();
        if has("massup_plan") || (has("digest") && has("steps")) || (has("step") && has("read")) {
            return None;
        }
        if change::is_change(&node) {
            return Some(self.change(node));
        }
        if has("data") || !(has("body") || has("path") || has("method")) {
            self.duplicate_keys(&node, "");
            return Some(Draft::of_body(node));
        }
        Some(self.call(node))
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
                    self.duplicate_keys(&member.value, "");
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

    /// What a call file says of module and version beside the path is what the path says.
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
        known: &'static [&'static str],
    ) {
        for member in node.as_object().unwrap_or_default() {
            if !known.contains(&member.key.as_ref()) {
                let key = member.key.clone().into_owned();
                self.add(wrap(OwnFormat::UnknownKey { part, key, known }), member.key_span);
            }
        }
    }
}

/// What makes a problem of a call file or of a change file.
pub(super) type Wrap = fn(OwnFormat) -> ProblemKind;

/// Takes module and version from the path. What one that is not well formed names is lost; a rule
/// reports it.
pub(crate) fn route(draft: &mut Draft<'_>) {
    let Some(path) = &draft.path else { return };
    let Ok(Route { version, module, .. }) = Route::parse(&path.text) else { return };
    let module = Spot { text: module.to_owned().into(), span: path.span };
    draft.version = Some(version);
    draft.module = draft.module.take().or(Some(module));
}
