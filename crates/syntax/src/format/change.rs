//! A change file: the intent that calls are planned from.

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::draft::{Kind, Selected};
use massup_model::json::{Member, Node, Span, Value};

use super::call::Wrap;
use crate::document::Document;
use crate::problem::{OwnFormat, ProblemKind};

/// Makes a problem of a change file.
const WRAP: Wrap = ProblemKind::ChangeFile;

const KEYS: [&str; 6] = ["module", "api_version", "set", "over_write", "select", "policy"];
const SELECT_KEYS: [&str; 5] = ["ids", "ids_file", "column", "view", "territory"];
const POLICY_KEYS: [&str; 7] = [
    "automation",
    "max_calls",
    "max_credits",
    "concurrency",
    "max_count_age_hours",
    "route",
    "credits",
];
const AUTOMATION: [&str; 3] = ["require", "forbid", "any"];
const ROUTES: [&str; 4] = ["ids", "view", "territory", "frozen-ids"];
const CREDITS: [&str; 8] = [
    "mass_update",
    "job_status",
    "polls",
    "read_page",
    "bulk_read",
    "update_ten",
    "bulk_write",
    "other",
];

/// Whether a document is a change file, which is read by massup alone.
pub(super) fn is_change(node: &Node<'_>) -> bool {
    let has = |key: &str| node.member(key).is_some();
    (has("set") || has("select")) && !has("data")
}

impl<'t> Document<'t> {
    /// The draft of a change file: a body that asks for everything at once, each part standing where
    /// the file has it.
    pub(super) fn change(&mut self, node: Node<'t>) -> Draft<'t> {
        self.own_keys(WRAP, &node, "a change file", &KEYS);
        self.duplicate_keys(&node, "");
        let span = node.span;
        let names_a_module = node.field("module").is_some();
        let mut draft = Draft { kind: Kind::Intent, ..Draft::default() };
        let mut body: Vec<Member<'t>> = Vec::new();
        let Value::Object(members) = node.value else { return draft };
        for mut member in members {
            match member.key.as_ref() {
                "module" => draft.module = self.text(WRAP, member.value, "module"),
                "api_version" => {
                    if let Some(spot) = self.text(WRAP, member.value, "api_version") {
                        self.version(WRAP, &spot, &mut draft);
                    }
                }
                "set" => {
                    let set_span = member.value.span;
                    member.value = Node { value: Value::Array(vec![member.value]), span: set_span };
                    body.push(renamed(member, "data"));
                }
                "over_write" => body.push(member),
                "select" => self.select(member.value, &mut draft, &mut body),
                "policy" => {
                    self.policy(&member.value);
                    draft.policy = Some(member.value);
                }
                _ => {}
            }
        }
        if !names_a_module {
            self.add(WRAP(OwnFormat::NoModule), span);
        }
        let body = Node { value: Value::Object(body), span };
        draft.body = Some(body);
        draft
    }

    /// One selection, or a list of ids and files of ids: all of them together.
    fn select(&mut self, node: Node<'t>, draft: &mut Draft<'t>, body: &mut Vec<Member<'t>>) {
        let span = node.span;
        let items = match node.value {
            Value::Array(items) if items.len() > 1 => items,
            Value::Array(items) => {
                self.add(WRAP(OwnFormat::ShortList), span);
                items
            }
            value => return self.selection(Node { value, span }, draft, body),
        };
        let (mut ids, mut views): (Option<Member<'t>>, Vec<Member<'t>>) = (None, Vec::new());
        for item in items {
            let (span, mut one, mut members) = (item.span, Draft::default(), Vec::new());
            self.selection(item, &mut one, &mut members);
            let start = ids.as_ref().and_then(|ids| ids.value.as_array()).unwrap_or_default().len();
            let has = |key: &str| members.iter().any(|member| member.key == key);
            draft.selections.push(if has("ids") {
                Selected::Ids(start)
            } else if has("cvid") || has("territory") {
                Selected::View
            } else {
                Selected::File
            });
            for member in members {
                match (member.key.as_ref(), &mut ids) {
                    ("ids", None) => ids = Some(member),
                    ("ids", Some(Member { value: Node { value: Value::Array(all), .. }, .. })) => {
                        if let Value::Array(more) = member.value.value {
                            all.extend(more);
                        }
                    }
                    ("ids", Some(_)) => {}
                    _ => {
                        self.add(WRAP(OwnFormat::ViewBesideOthers), span);
                        views.push(member);
                    }
                }
            }
            match one.ids_file {
                Some(file) if draft.ids_file.is_none() => {
                    (draft.ids_file, draft.column) = (Some(file), one.column);
                }
                Some(file) => draft.more_files.push((file, one.column)),
                None => {}
            }
        }
        // What was reported once is not missed as well.
        if ids.is_none() && draft.ids_file.is_none() {
            body.extend(views.into_iter().next());
        }
        body.extend(ids);
    }

    fn selection(&mut self, node: Node<'t>, draft: &mut Draft<'t>, body: &mut Vec<Member<'t>>) {
        self.own_keys(WRAP, &node, "`select`", &SELECT_KEYS);
        let (kind, span) = (node.kind(), node.span);
        let Value::Object(members) = node.value else {
            return self.not_an_object("select", kind, span);
        };
        for member in members {
            match member.key.as_ref() {
                "ids" | "territory" => body.push(member),
                "view" => body.push(renamed(member, "cvid")),
                "ids_file" => draft.ids_file = self.text(WRAP, member.value, "ids_file"),
                "column" => draft.column = self.text(WRAP, member.value, "column"),
                _ => {}
            }
        }
    }

    fn policy(&mut self, node: &Node<'_>) {
        self.own_keys(WRAP, node, "`policy`", &POLICY_KEYS);
        if node.as_object().is_none() {
            self.not_an_object("policy", node.kind(), node.span);
        }
        for (key, words) in [("automation", &AUTOMATION[..]), ("route", &ROUTES[..])] {
            if let Some(value) = node.field(key)
                && !value.as_str().is_some_and(|word| words.contains(&word))
            {
                self.add(WRAP(OwnFormat::NotOneOf { key, words }), value.span);
            }
        }
        self.numbers(node, &POLICY_KEYS[1..5]);
        if let Some(credits) = node.field("credits") {
            self.own_keys(WRAP, credits, "`credits`", &CREDITS);
            if credits.as_object().is_none() {
                self.not_an_object("credits", credits.kind(), credits.span);
            }
            self.numbers(credits, &CREDITS);
        }
    }

    fn not_an_object(&mut self, key: &'static str, found: &'static str, span: Span) {
        self.add(WRAP(OwnFormat::WrongType { key, found, expected: "an object" }), span);
    }

    /// Reports the members that are not whole numbers.
    fn numbers(&mut self, node: &Node<'_>, keys: &[&'static str]) {
        for key in keys {
            if let Some(value) = node.field(key)
                && value.to_plain().as_u64().is_none()
            {
                let (found, expected) = (value.kind(), "a whole number");
                self.add(WRAP(OwnFormat::WrongType { key, found, expected }), value.span);
            }
        }
    }
}

fn renamed<'t>(member: Member<'t>, key: &'static str) -> Member<'t> {
    Member { key: Cow::Borrowed(key), ..member }
}
