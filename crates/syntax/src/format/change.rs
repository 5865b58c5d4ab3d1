//! A change file: the intent that calls are planned from.

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::draft::{Kind, Selected};
use massup_model::json::{Member, Node, Span, Value};

use super::call::Wrap;
use crate::change_file::{CHANGE, POLICY, Part, SELECT, Takes};
use crate::document::Document;
use crate::problem::{OwnFormat, ProblemKind};

/// Makes a problem of a change file.
const WRAP: Wrap = ProblemKind::ChangeFile;

/// Keys that people write for `set` and `select`, next to `module`.
const NEAR_KEYS: [&str; 5] = ["policy", "selection", "selects", "sets", "update"];

/// Whether a document is a change file, which is read by massup alone.
pub(super) fn is_change(node: &Node<'_>) -> bool {
    let has = |key: &str| node.member(key).is_some();
    let near = || has("module") && NEAR_KEYS.into_iter().any(has);
    // A body may have stray keys; the objects of a change file are more.
    let is_object = |key: &str| node.field(key).is_some_and(|value| value.as_object().is_some());
    if has("data") {
        is_object("set") && is_object("select")
    } else {
        has("set") || has("select") || near()
    }
}

impl<'t> Document<'t> {
    /// The draft of a change file: a body that asks for everything at once, each part standing where
    /// the file has it.
    pub(super) fn change(&mut self, node: Node<'t>) -> Draft<'t> {
        self.own_keys(WRAP, &node, CHANGE.name, &CHANGE.names());
        self.duplicate_keys(&node);
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
                    self.part(&member.value, "policy", &POLICY);
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
            value => {
                self.selection(Node { value, span }, draft, body);
                if draft.ids_file.is_some() && body.iter().any(|member| member.key == "cvid") {
                    self.add(WRAP(OwnFormat::ViewBesideOthers), span);
                }
                return;
            }
        };
        let (mut ids, mut views): (Option<Member<'t>>, Vec<Member<'t>>) = (None, Vec::new());
        for item in items {
            let (span, mut one, mut members) = (item.span, Draft::default(), Vec::new());
            let selects = |member: &Member<'_>| member.key != "column";
            let is_empty = item.as_object().is_some_and(|keys| !keys.iter().any(selects));
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
            if is_empty {
                self.add(WRAP(OwnFormat::EmptySelection), span);
            }
            for member in members {
                match (member.key.as_ref(), &mut ids) {
                    ("ids", all) => {
                        let Value::Array(more) = member.value.value else {
                            let (found, expected) = (member.value.kind(), "an array of ids");
                            let wrong = OwnFormat::WrongType { key: "ids", found, expected };
                            self.add(WRAP(wrong), member.value.span);
                            continue;
                        };
                        if more.is_empty() {
                            self.add(WRAP(OwnFormat::EmptySelection), member.value.span);
                        }
                        match all {
                            Some(Member {
                                value: Node { value: Value::Array(all), .. }, ..
                            }) => {
                                all.extend(more);
                            }
                            _ => {
                                let value = Value::Array(more);
                                let value = Node { value, ..member.value };
                                *all = Some(Member { value, ..member });
                            }
                        }
                    }
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
        self.own_keys(WRAP, &node, SELECT.name, &SELECT.names());
        let (kind, span) = (node.kind(), node.span);
        let has_file = node.field("ids_file").is_some();
        let Value::Object(members) = node.value else {
            return self.not_an_object("select", kind, span);
        };
        for member in members {
            match member.key.as_ref() {
                "ids" | "territory" => body.push(member),
                "view" => body.push(renamed(member, "cvid")),
                "ids_file" => draft.ids_file = self.text(WRAP, member.value, "ids_file"),
                "column" => {
                    if !has_file {
                        let (key, other) = ("column", "ids_file");
                        self.add(WRAP(OwnFormat::Without { key, other }), member.key_span);
                    }
                    draft.column = self.text(WRAP, member.value, "column");
                }
                _ => {}
            }
        }
    }

    /// Checks an object that has only words, numbers and objects.
    fn part(&mut self, node: &Node<'_>, key: &'static str, part: &'static Part) {
        self.own_keys(WRAP, node, part.name, &part.names());
        if node.as_object().is_none() {
            self.not_an_object(key, node.kind(), node.span);
        }
        for key in part.keys {
            let Some(value) = node.field(key.name) else { continue };
            match key.takes {
                Takes::Word(words) if !value.as_str().is_some_and(|word| words.contains(&word)) => {
                    let written = value.as_str().unwrap_or_default().to_owned();
                    let problem = OwnFormat::NotOneOf { key: key.name, written, words };
                    self.add(WRAP(problem), value.span);
                }
                Takes::Count if value.to_plain().as_u64().is_none() => {
                    let (key, found, expected) = (key.name, value.kind(), "a whole number from 0");
                    self.add(WRAP(OwnFormat::WrongType { key, found, expected }), value.span);
                }
                Takes::Part(part) => self.part(value, key.name, part),
                _ => {}
            }
        }
    }

    fn not_an_object(&mut self, key: &'static str, found: &'static str, span: Span) {
        self.add(WRAP(OwnFormat::WrongType { key, found, expected: "an object" }), span);
    }
}

fn renamed<'t>(member: Member<'t>, key: &'static str) -> Member<'t> {
    Member { key: Cow::Borrowed(key), ..member }
}
