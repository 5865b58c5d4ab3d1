//! Programs in the strings of JSON files: cells of notebooks, code of workflows, scripts of collections.

use massup_model::Draft;
use massup_model::draft::{Embedded, Spot};
use massup_model::json::{Node, Span};

use super::decoded::Decoded;
use super::descriptor::Texts;
use super::{code, located, shell_file};
use crate::document::Document;
use crate::problem::Problem;

/// Keys of strings that are programs, with their language: those of n8n and of Postman.
const KEYS: [(&str, &str); 4] = [
    ("jsCode", "javascript"),
    ("functionCode", "javascript"),
    ("exec", "javascript"),
    ("pythonCode", "python"),
];

/// The language of notebooks that do not say one.
const OF_NOTEBOOKS: &str = "python";

/// Adds the calls of the programs in a document; whether there are any.
pub(crate) fn calls(document: &mut Document<'_>, root: &Node<'_>, texts: Texts<'_>) -> bool {
    let before = document.calls.len();
    if let Some(cells) = root.field("cells").filter(|_| root.member("nbformat").is_some()) {
        let metadata = root.field("metadata");
        let named = |holder: &str, key: &str| metadata?.field(holder)?.field(key)?.as_str();
        let language = named("kernelspec", "language").or_else(|| named("language_info", "name"));
        for cell in cells.as_array().unwrap_or_default() {
            self::cell(document, cell, language.unwrap_or(OF_NOTEBOOKS), texts);
        }
        return document.calls.len() > before;
    }
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(node.as_array().unwrap_or_default().iter().rev());
        for member in node.as_object().unwrap_or_default().iter().rev() {
            let language = KEYS.iter().find(|(key, _)| *key == member.key).map(|(_, of)| *of);
            match language.and_then(|language| Some((language, source(&member.value, texts)?))) {
                Some((language, program)) => document.program(&program, language),
                None => open.push(&member.value),
            }
        }
        // A command line, as in the scripts of a package.
        if let Some(text) = node.as_str()
            && text.contains("curl")
            && text.contains("mass")
            && let Some(script) = texts(node)
        {
            document.program(&script, "sh");
        }
    }
    document.calls.len() > before
}

/// Reads a cell of a notebook. What it printed and what it says in prose are not calls.
fn cell(document: &mut Document<'_>, cell: &Node<'_>, language: &str, texts: Texts<'_>) {
    document.covered.extend(cell.field("outputs").map(|outputs| outputs.span));
    let Some(node) = cell.field("source") else { return };
    if cell.field("cell_type").and_then(Node::as_str) != Some("code") {
        document.covered.push(node.span);
        return;
    }
    let Some(source) = source(node, texts) else { return };
    let first = source.text.lines().next().unwrap_or_default();
    match first.trim().strip_prefix("%%") {
        Some("bash" | "sh") => document.program(&source, "sh"),
        Some("javascript" | "js") => document.program(&source, "javascript"),
        _ => document.program(&source, language),
    }
}

/// A program in a string, or in an array with a string a line.
fn source(node: &Node<'_>, texts: Texts<'_>) -> Option<Decoded> {
    let Some(lines) = node.as_array() else { return texts(node) };
    let mut source = Decoded::default();
    for line in lines {
        let text = texts(line)?;
        // Notebooks keep the end of a line, collections do not.
        if !source.text.is_empty() && !source.text.ends_with('\n') {
            source.push_escape("\n", Span { start: line.span.start, end: line.span.start });
        }
        source.append(&text);
    }
    Some(source)
}

impl Document<'_> {
    /// Reads a program that is in the file as a string.
    fn program(&mut self, source: &Decoded, language: &str) {
        if !source.text.contains("mass") && !source.text.contains("Mass") {
            return;
        }
        let mut inner = Document::default();
        let whole = Span { start: 0, end: source.text.len() };
        if language == "sh" {
            shell_file::part(&mut inner, &source.text, whole, super::shell::Layout::Plain);
        } else if !code::part(&mut inner, &source.text, whole, language) {
            return;
        }
        let place = |span: Span| source.place(span);
        let spot = |spot: Option<Spot<'_>>| {
            spot.map(|spot| Spot {
                text: spot.text.into_owned().into(),
                span: spot.span.map(place),
            })
        };
        self.covered.extend(inner.covered.into_iter().map(place));
        self.problems.extend(inner.problems.into_iter().map(|problem| Problem {
            span: place(problem.span),
            shown: problem.shown.map(place),
            ..problem
        }));
        self.calls.extend(inner.calls.into_iter().map(|call| {
            let parts = call.embedded.iter().flat_map(Embedded::parts).copied();
            Draft {
                kind: call.kind,
                method: spot(call.method),
                path: spot(call.path),
                module: spot(call.module),
                version: call.version,
                body: call.body.map(|body| located(body, source)),
                body_file: spot(call.body_file),
                embedded: Some(Embedded::new(parts.map(place).collect())),
                ..Draft::default()
            }
        }));
    }
}
