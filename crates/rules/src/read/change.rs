//! A change file: the intent that calls are planned from.

use std::borrow::Cow;

use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Member, Node, Value};

use super::Reader;
use crate::input;

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

impl Reader<'_> {
    /// The draft of a change file: a body that asks for everything at once, each part standing where
    /// the file has it.
    pub(super) fn change<'t>(&mut self, node: Node<'t>) -> Draft<'t> {
        let rule = &input::bad_change_file::RULE;
        self.own_keys(rule, &node, "a change file", &KEYS);
        let span = node.span;
        let names_a_module = node.field("module").is_some();
        let mut draft = Draft { kind: Kind::Intent, ..Draft::default() };
        let mut body: Vec<Member<'t>> = Vec::new();
        let Value::Object(members) = node.value else { return draft };
        for mut member in members {
            match member.key.as_ref() {
                "module" => draft.module = self.text(rule, member.value, "module"),
                "api_version" => {
                    if let Some(spot) = self.text(rule, member.value, "api_version") {
                        self.version(rule, &spot, &mut draft);
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
            self.add(rule, span, "the change file names no `module`")
                .help("add the API name of the module, such as `module: Leads`");
        }
        let body = Node { value: Value::Object(body), span };
        self.duplicate_keys(&body, "");
        draft.body = Some(body);
        draft
    }

    /// One selection, or a list of ids and files of ids: all of them together.
    fn select<'t>(&mut self, node: Node<'t>, draft: &mut Draft<'t>, body: &mut Vec<Member<'t>>) {
        let rule = &input::bad_change_file::RULE;
        let span = node.span;
        let items = match node.value {
            Value::Array(items) if items.len() > 1 => items,
            Value::Array(items) => {
                let message = "`select` is a list of fewer than two selections";
                self.add(rule, span, message).help("write the one selection without a list");
                items
            }
            value => return self.selection(Node { value, span }, draft, body),
        };
        let (mut ids, mut views): (Option<Member<'t>>, Vec<Member<'t>>) = (None, Vec::new());
        for item in items {
            let (span, mut one, mut members) = (item.span, Draft::default(), Vec::new());
            self.selection(item, &mut one, &mut members);
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
                        let message = "a view stands beside other selections; whether they share records is \
                                       not known";
                        self.add(rule, span, message)
                            .help("give the view a change file of its own");
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

    fn selection<'t>(&mut self, node: Node<'t>, draft: &mut Draft<'t>, body: &mut Vec<Member<'t>>) {
        let rule = &input::bad_change_file::RULE;
        self.own_keys(rule, &node, "`select`", &SELECT_KEYS);
        let (kind, span) = (node.kind(), node.span);
        let Value::Object(members) = node.value else {
            self.add(rule, span, format!("`select` is {kind}; expected an object"));
            return;
        };
        for member in members {
            match member.key.as_ref() {
                "ids" | "territory" => body.push(member),
                "view" => body.push(renamed(member, "cvid")),
                "ids_file" => draft.ids_file = self.text(rule, member.value, "ids_file"),
                "column" => draft.column = self.text(rule, member.value, "column"),
                _ => {}
            }
        }
    }

    fn policy(&mut self, node: &Node<'_>) {
        let rule = &input::bad_change_file::RULE;
        self.own_keys(rule, node, "`policy`", &POLICY_KEYS);
        if node.as_object().is_none() {
            let message = format!("`policy` is {}; expected an object", node.kind());
            self.add(rule, node.span, message);
        }
        for (key, words) in [("automation", &AUTOMATION[..]), ("route", &ROUTES[..])] {
            if let Some(value) = node.field(key)
                && !value.as_str().is_some_and(|word| words.contains(&word))
            {
                let message = format!("`{key}` is none of {}", super::quoted(words));
                self.add(rule, value.span, message);
            }
        }
        self.numbers(node, &POLICY_KEYS[1..5]);
        if let Some(credits) = node.field("credits") {
            self.own_keys(rule, credits, "`credits`", &CREDITS);
            if credits.as_object().is_none() {
                let message = format!("`credits` is {}; expected an object", credits.kind());
                self.add(rule, credits.span, message);
            }
            self.numbers(credits, &CREDITS);
        }
    }

    /// Reports the members that are no whole numbers.
    fn numbers(&mut self, node: &Node<'_>, keys: &[&str]) {
        for key in keys {
            if let Some(value) = node.field(key)
                && value.to_plain().as_u64().is_none()
            {
                let message = format!("`{key}` is {}; expected a whole number", value.kind());
                self.add(&input::bad_change_file::RULE, value.span, message);
            }
        }
    }
}

fn renamed<'t>(member: Member<'t>, key: &'static str) -> Member<'t> {
    Member { key: Cow::Borrowed(key), ..member }
}
