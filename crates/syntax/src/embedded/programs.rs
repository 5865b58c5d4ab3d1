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
        _ => {
            document.program(&source, language);
            for command in commands(&source.text) {
                document.program(&source.slice(command), "sh");
            }
        }
    }
}

/// The lines of a cell that a shell runs, behind `!`, each with those that it goes on in.
fn commands(cell: &str) -> Vec<Span> {
    let mut commands: Vec<Span> = Vec::new();
    let (mut at, mut goes_on) = (0, false);
    for line in cell.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        match commands.last_mut() {
            Some(command) if goes_on => command.end = at,
            _ if line.trim_start().starts_with('!') => {
                commands.push(Span { start: start + 1, end: at });
            }
            _ => continue,
        }
        goes_on = line.trim_end().ends_with('\\');
    }
    commands
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
    pub(crate) fn program(&mut self, source: &Decoded, language: &str) {
        let names = source.text.contains("mass") || source.text.contains("Mass");
        // What a variable puts into a program may be anything, quotes included.
        if !names || !source.variables.is_empty() {
            return;
        }
        let mut inner = Document::default();
        inner.text = &source.text;
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
        for call in inner.calls {
            let parts = call.embedded.iter().flat_map(Embedded::parts).copied();
            self.add_call(Draft {
                kind: call.kind,
                method: spot(call.method),
                path: spot(call.path),
                module: spot(call.module),
                version: call.version,
                body: call.body.map(|body| located(body, source)),
                body_file: spot(call.body_file),
                embedded: Some(Embedded::new(parts.map(place).collect())),
                ..Draft::default()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{ProblemKind, read};

    const URL: &str = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
    const BODY: &str = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;

    fn notebook(language: &str, kind: &str, source: &[&str]) -> String {
        let source: Vec<_> = source.iter().map(|line| format!("{line}\n")).collect();
        let cell = serde_json::json!({ "cell_type": kind, "source": source, "outputs": [URL] });
        let kernel = serde_json::json!({ "kernelspec": { "language": language } });
        serde_json::json!({ "nbformat": 4, "cells": [cell], "metadata": kernel }).to_string()
    }

    #[test]
    fn cells_are_read_in_their_language() {
        let post = format!("requests.post('{URL}', json={BODY})");
        let fetch = format!("fetch('{URL}', {{ method: 'POST', body: JSON.stringify({BODY}) }})");
        let (curl, go_on) = (format!("curl {URL} -d '{BODY}'"), format!("!curl {URL} \\"));
        let data = format!("  -d '{BODY}'");
        for (language, source) in [
            ("python", vec!["x = 1", &post]),
            ("javascript", vec![fetch.as_str()]),
            ("python", vec!["%%bash", &curl]),
            ("python", vec!["%%javascript", &fetch]),
            ("python", vec!["x = 1", &go_on, &data, "y = 2"]),
        ] {
            let text = notebook(language, "code", &source);
            let document = read("a.ipynb", text.as_bytes());
            assert_eq!((document.calls.len(), &*document.problems), (1, &[][..]), "{text}");
            let body = document.calls[0].body.as_ref().unwrap();
            let city = body.resolve("/data/0/City").unwrap();
            assert_eq!(city.as_str(), Some("a"));
            assert!(["a", "\\\"a\\\""].contains(&&text[city.span.start..city.span.end]), "{text}");
        }
    }

    #[test]
    fn prose_and_output_are_no_calls_and_other_languages_are_reported() {
        let document = |text: &str| read("a.ipynb", text.as_bytes()).problems;
        assert_eq!(document(&notebook("python", "markdown", &[URL])).len(), 1);
        let prose = document(&notebook("python", "markdown", &[URL]));
        assert!(matches!(prose[0].kind, ProblemKind::Unrecognised(_)), "{prose:?}");
        let other = document(&notebook("julia", "code", &[URL]));
        assert!(matches!(other[0].kind, ProblemKind::NotFollowed(_)), "{other:?}");
    }

    #[test]
    fn commands_with_variables_in_them_are_not_followed() {
        let code = format!("os.system(f\"curl {URL} -d '{{x}}'\")");
        let document = read("a.py", code.as_bytes());
        let kinds: Vec<_> = document.problems.iter().map(|problem| &problem.kind).collect();
        assert!(matches!(kinds[..], [ProblemKind::NotFollowed(_)]), "{kinds:?}");
    }
}
