//! From the bytes of a file to drafts of calls.
//!
//! Nothing here fails: what cannot be read is a finding, and what was read before it is kept.

mod change;
mod comments;
mod curl;
mod decoded;
mod embedded;
mod envelope;
mod har;
mod json;
mod postman;
mod shell;
mod strings;
mod toml;
mod yaml;

use massup_model::json::{Node, Span, join};
use massup_model::{ApiVersion, Draft};

pub(crate) use embedded::unknown;
pub(crate) use json::Comment;

use crate::input;
use crate::rule::Rule;
use crate::sink::{Finding, Findings};
use crate::suggest::nearest;

/// How a file is written; its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Json,
    JsonLines,
    Shell,
    Toml,
    Yaml,
}

impl Syntax {
    pub(crate) fn of(name: &str) -> Self {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Self::JsonLines,
            "sh" | "bash" => Self::Shell,
            "toml" => Self::Toml,
            "yaml" | "yml" => Self::Yaml,
            _ => Self::Json,
        }
    }
}

/// Whether a file of this name is read as one JSON text.
pub(crate) fn is_json(name: &str) -> bool {
    Syntax::of(name) == Syntax::Json
}

/// The tree of a JSON text, if it is one.
pub(crate) fn root(text: &str) -> Option<Node<'_>> {
    json::parse(text).ok()?.root
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Contents<'t> {
    pub(crate) drafts: Vec<Draft<'t>>,
    pub(crate) comments: Vec<Comment<'t>>,
}

/// What reading reports to.
pub(crate) struct Reader<'r> {
    pub(crate) version: ApiVersion,
    pub(crate) findings: &'r mut Findings,
}

impl Reader<'_> {
    fn add(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>) -> Finding<'_> {
        self.findings.add(rule, self.version, Some(span), String::new(), message.into())
    }

    /// Reads a file, by the syntax that its name promises.
    pub(crate) fn read<'t>(&mut self, name: &str, text: &'t str) -> Contents<'t> {
        let mut contents = Contents::default();
        match Syntax::of(name) {
            Syntax::Json => self.json(text, &mut contents),
            Syntax::JsonLines => {
                let (text, offset) = self.without_mark(text);
                self.lines(text, offset, &mut contents);
            }
            Syntax::Shell => self.shell(text, &mut contents),
            Syntax::Toml => match toml::parse(text) {
                Ok(root) => {
                    contents.comments = comments::of(text, &root);
                    self.document(root, &mut contents);
                }
                Err((span, message)) => {
                    let message = format!("this is not TOML: {message}");
                    self.add(&input::bad_change_file::RULE, span, message);
                }
            },
            Syntax::Yaml => match yaml::parse(text) {
                Ok(root) => {
                    contents.comments = comments::of(text, &root);
                    self.document(root, &mut contents);
                }
                Err((span, message)) => {
                    let message = format!("this is not YAML: {message}");
                    self.add(&input::bad_change_file::RULE, span, message);
                }
            },
        }
        contents
    }

    fn json<'t>(&mut self, text: &'t str, contents: &mut Contents<'t>) {
        let (text, offset) = self.without_mark(text);
        if text.trim().is_empty() {
            let span = Span { start: offset, end: offset };
            self.add(
                &input::malformed_json::RULE,
                span,
                "the text is empty; expected a JSON object",
            );
            return;
        }
        match json::parse(text) {
            Ok(parsed) => {
                self.whole(parsed, text, offset, contents);
            }
            Err(error) if error.several && looks_like_lines(text) => {
                let message = "the text holds several values, one a line; the API takes one";
                self.add(&input::not_plain_json::RULE, shifted(error.span, offset), message)
                    .help("a file of one value a line is best named `.jsonl`");
                self.lines(text, offset, contents);
            }
            Err(error) => self.syntax_error(error, offset),
        }
    }

    /// One value a line; the first begins at `offset`.
    fn lines<'t>(&mut self, text: &'t str, mut offset: usize, contents: &mut Contents<'t>) {
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() {
                match json::parse(line) {
                    Ok(parsed) => self.whole(parsed, line, offset, contents),
                    Err(error) => self.syntax_error(error, offset),
                }
            }
            offset += line.len();
        }
    }

    fn syntax_error(&mut self, error: json::SyntaxError, offset: usize) {
        let span = shifted(error.span, offset);
        let finding = self.add(&input::malformed_json::RULE, span, error.message);
        if let Some(help) = error.help {
            finding.help(help);
        }
    }

    fn whole<'t>(
        &mut self,
        parsed: json::Parsed<'t>,
        text: &str,
        offset: usize,
        contents: &mut Contents<'t>,
    ) {
        let never_sent = |root: &Node<'_>| {
            envelope::is_change(root)
                || postman::collection(root).is_some()
                || har::entries(root).is_some()
        };
        let ours = parsed.root.as_ref().is_some_and(never_sent);
        if !json::is_plain(text) {
            self.not_plain(&parsed.comments, text, offset, ours);
        }
        contents.comments.extend(
            parsed
                .comments
                .into_iter()
                .map(|comment| Comment { span: shifted(comment.span, offset), ..comment }),
        );
        match parsed.root {
            Some(mut root) => {
                if offset > 0 {
                    shift(&mut root, offset);
                }
                let strings = strings::Strings { text, offset };
                if let Some(collection) = postman::collection(&root) {
                    self.collection(collection, &strings, &mut contents.drafts);
                } else if let Some(entries) = har::entries(&root) {
                    self.archive(entries, &strings, &mut contents.drafts);
                } else {
                    self.document(root, contents);
                }
            }
            None => {
                let span = Span { start: offset, end: offset };
                let message = "the text holds comments alone; expected a JSON object";
                self.add(&input::malformed_json::RULE, span, message);
            }
        }
    }

    /// Says what keeps a text from being plain JSON, though it could be read. In files that are not sent
    /// themselves comments and commas do no harm.
    fn not_plain(&mut self, comments: &[Comment<'_>], text: &str, offset: usize, ours: bool) {
        let rule = &input::not_plain_json::RULE;
        if let Some(comment) = comments.first().filter(|_| !ours) {
            let message = "a comment stands in the JSON; the API takes plain JSON alone";
            self.add(rule, shifted(comment.span, offset), message)
                .help("take the comments out before the body is sent");
        }
        let (plain, commas) = json::plain(text, comments);
        if let Some(comma) = commas.first().filter(|_| !ours) {
            let span = Span { start: offset + comma, end: offset + comma + 1 };
            let message = "a comma stands after the last item; the API takes plain JSON alone";
            self.add(rule, span, message).help("take the comma out");
        }
        if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&plain) {
            let mut at = byte_offset(text, error.line(), error.column());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            if message.starts_with("control character") {
                // The library names the place before it, or the line behind it.
                at = control_in_string(&plain).unwrap_or(at);
            }
            let span = Span { start: offset + at, end: offset + at + 1 };
            let rule = &input::malformed_json::RULE;
            if message.starts_with("control character") {
                self.add(rule, span, "a control character stands in a string")
                    .help("write `\\n` for a line break and `\\t` for a tab, or close the string before it");
            } else {
                self.add(rule, span, message);
            }
        }
    }

    /// A document is one call, or an array of calls.
    fn document<'t>(&mut self, root: Node<'t>, contents: &mut Contents<'t>) {
        match root.value {
            massup_model::json::Value::Array(items) if !items.is_empty() => {
                for item in items {
                    contents.drafts.extend(self.draft(item));
                }
            }
            value => {
                let root = Node { value, span: root.span };
                contents.drafts.extend(self.draft(root));
            }
        }
    }

    /// A byte order mark is not JSON, though many readers skip it.
    fn without_mark<'t>(&mut self, text: &'t str) -> (&'t str, usize) {
        let Some(rest) = text.strip_prefix('\u{feff}') else { return (text, 0) };
        let span = Span { start: 0, end: 3 };
        let message = "the text begins with a byte order mark; the API takes plain JSON alone";
        self.add(&input::not_plain_json::RULE, span, message)
            .help("save the file without the mark");
        (rest, 3)
    }

    /// Reports every key that stands twice in an object; pointers begin at `node`.
    fn duplicate_keys(&mut self, node: &Node<'_>, pointer: &str) {
        if let Some(members) = node.as_object() {
            let mut seen = std::collections::HashSet::with_capacity(members.len());
            for member in members {
                let pointer = join(pointer, &member.key);
                if !seen.insert(member.key.as_ref()) {
                    let message = format!("key `{}` stands twice in this object", member.key);
                    self.findings
                        .add(
                            &input::duplicate_key::RULE,
                            self.version,
                            Some(member.key_span),
                            pointer.clone(),
                            message,
                        )
                        .help("most readers keep the last value and drop the others unsaid");
                }
                self.duplicate_keys(&member.value, &pointer);
            }
        }
        for (index, item) in node.as_array().unwrap_or_default().iter().enumerate() {
            if matches!(
                item.value,
                massup_model::json::Value::Array(_) | massup_model::json::Value::Object(_)
            ) {
                self.duplicate_keys(item, &join(pointer, index));
            }
        }
    }

    /// Reports the keys of one of our own formats that it does not have.
    fn own_keys(&mut self, rule: &'static Rule, node: &Node<'_>, what: &str, known: &[&str]) {
        for member in node.as_object().unwrap_or_default() {
            if !known.contains(&member.key.as_ref()) {
                let message = format!("{what} has no key `{}`", member.key);
                let help = match nearest(&member.key, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its keys are {}", quoted(known)),
                };
                self.add(rule, member.key_span, message).help(help);
            }
        }
    }
}

/// Whether a file found in a folder is worth reading: by its name, or because it mentions what only a
/// mass update has. Cheap, and made to pass over the other JSON files of a repository.
pub fn looks_like_a_call(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    if [".massup.json", ".massup.yaml", ".massup.yml", ".massup.toml", ".plan.jsonl"]
        .iter()
        .any(|ending| name.ends_with(ending))
    {
        return true;
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let has = |word: &str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    if ["har", "sh", "bash"].contains(&extension) || name.ends_with(".postman_collection.json") {
        return has("mass_update");
    }
    if !["json", "jsonc", "jsonl", "ndjson"].contains(&extension) {
        return false;
    }
    // Most calls are bare bodies, which this order tells by their first bytes.
    (has("\"data\"") && (has("\"ids\"") || has("\"cvid\"") || has("\"over_write\"")))
        || has("actions/mass_update")
}

/// Names in backticks, separated by commas.
pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The first line is a whole value: the text is meant as one value a line.
fn looks_like_lines(text: &str) -> bool {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| json::parse(line).is_ok_and(|parsed| parsed.root.is_some()))
}

fn shifted(span: Span, offset: usize) -> Span {
    Span { start: span.start + offset, end: span.end + offset }
}

/// Moves the places of a tree, for a text that is a part of a file.
fn shift(node: &mut Node<'_>, offset: usize) {
    node.span = shifted(node.span, offset);
    match &mut node.value {
        massup_model::json::Value::Array(items) => {
            for item in items {
                shift(item, offset);
            }
        }
        massup_model::json::Value::Object(members) => {
            for member in members {
                member.key_span = shifted(member.key_span, offset);
                shift(&mut member.value, offset);
            }
        }
        _ => {}
    }
}

/// The first control character inside a string.
fn control_in_string(text: &[u8]) -> Option<usize> {
    let (mut in_string, mut escaped) = (false, false);
    text.iter().position(|byte| {
        let found = in_string && *byte < 0x20;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
        found
    })
}

/// The byte at a line and a column, both from 1, as the JSON library counts them.
fn byte_offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests;
