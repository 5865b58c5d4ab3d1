//! Which kind of call a document is.

use massup_model::draft::{Kind, Spot};
use massup_model::json::{Node, Value};
use massup_model::{Draft, Route};

use super::Reader;
use crate::input;

const CALL_KEYS: [&str; 8] =
    ["method", "path", "module", "api_version", "body", "step", "after", "ids_of"];

/// Whether a document is a change file, which is read by massup alone.
pub(super) fn is_change(node: &Node<'_>) -> bool {
    let has = |key: &str| node.member(key).is_some();
    (has("set") || has("select")) && !has("data")
}

impl Reader<'_> {
    /// The call that a document stands for; `None` for the lines of a plan that are no mass update: the
    /// first, the last, and one that reads ids.
    pub(super) fn draft<'t>(&mut self, node: Node<'t>) -> Option<Draft<'t>> {
        let has = |key: &str| node.member(key).is_some();
        if has("massup_plan") || (has("digest") && has("steps")) || (has("step") && has("read")) {
            return None;
        }
        if is_change(&node) {
            return Some(self.change(node));
        }
        if has("data") || !(has("body") || has("path") || has("method")) {
            self.duplicate_keys(&node, "");
            return Some(Draft::of_body(node));
        }
        Some(self.call(node))
    }

    fn call<'t>(&mut self, node: Node<'t>) -> Draft<'t> {
        let rule = &input::bad_call_file::RULE;
        self.own_keys(rule, &node, "a call file", &CALL_KEYS);
        let mut draft = Draft::default();
        let Value::Object(members) = node.value else { return draft };
        for member in members {
            match member.key.as_ref() {
                "method" => draft.method = self.text(rule, member.value, "method"),
                "path" => draft.path = self.text(rule, member.value, "path"),
                "module" => draft.module = self.text(rule, member.value, "module"),
                "api_version" => {
                    if let Some(spot) = self.text(rule, member.value, "api_version") {
                        self.version(rule, &spot, &mut draft);
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
            let message = "the call file has no `body`; a mass update needs one";
            self.add(rule, node.span, message).help("put the request body under the key `body`");
        }
        draft
    }

    /// What a call file says of module and version beside the path is what the path says.
    fn agreement(&mut self, draft: &Draft<'_>) {
        let rule = &input::bad_call_file::RULE;
        let Some(Ok(route)) = draft.path.as_ref().map(|path| Route::parse(&path.text)) else {
            return;
        };
        let place = |spot: &Option<Spot<'_>>| spot.as_ref().and_then(|spot| spot.span);
        if let Some(module) = draft.module_name().filter(|module| *module != route.module) {
            let message = format!("`module` is `{module}`, and the path names `{}`", route.module);
            let span = place(&draft.module).unwrap_or_default();
            self.add(rule, span, message).help("drop it: the path says it all");
        }
        if let Some(version) = draft.version.filter(|version| *version != route.version) {
            let message =
                format!("`api_version` is `{version}`, and the path names `{}`", route.version);
            let span = place(&draft.path).unwrap_or_default();
            self.add(rule, span, message).help("drop it: the path says it all");
        }
    }

    pub(super) fn text<'t>(
        &mut self,
        rule: &'static crate::Rule,
        node: Node<'t>,
        key: &str,
    ) -> Option<Spot<'t>> {
        let kind = node.kind();
        if let Value::String(text) = node.value {
            return Some(Spot { text, span: Some(node.span) });
        }
        self.add(rule, node.span, format!("`{key}` is {kind}; expected a string"));
        None
    }

    pub(super) fn version(
        &mut self,
        rule: &'static crate::Rule,
        spot: &Spot<'_>,
        draft: &mut Draft<'_>,
    ) {
        match spot.text.parse() {
            Ok(version) => draft.version = Some(version),
            Err(error) => {
                self.add(rule, spot.span.unwrap_or_default(), format!("{error}"));
            }
        }
    }
}

/// Takes module and version from the path. What one that is not well formed names is lost; a rule
/// reports it.
pub(super) fn route(draft: &mut Draft<'_>) {
    let Some(path) = &draft.path else { return };
    let Ok(Route { version, module, .. }) = Route::parse(&path.text) else { return };
    let module = Spot { text: module.to_owned().into(), span: path.span };
    draft.version = Some(version);
    draft.module = draft.module.take().or(Some(module));
}
