//! Markdown: the calls in its code blocks.

use massup_model::json::Span;

use super::{Format, call, http, json};
use crate::document::Document;
use crate::embedded::shell::Layout;
use crate::embedded::{code, descriptor, shell_file, strings::Strings};

pub(super) static FORMAT: Format = Format {
    name: "a Markdown file",
    extensions: &["md", "markdown", "mdx", "mdc"],
    seems: Some("a Markdown file"),
    is_prose: true,
    read,
    ..Format::NEW
};

/// A block of code.
struct Block<'t> {
    /// The word behind the fence, in lower case.
    language: String,
    text: &'t str,
    span: Span,
}

fn read<'t>(document: &mut Document<'t>, text: &'t str) {
    for span in indented(text) {
        shell_file::part(document, text, span, Layout::Indented);
    }
    for block in blocks(text) {
        let Block { language, text: code, span } = block;
        match language.as_str() {
            "json" | "jsonc" | "json5" => json_block(document, code, span.start),
            "http" | "rest" => http::part(document, text, span),
            "sh" | "bash" | "shell" | "zsh" | "console" | "curl" | "shell-session" | "terminal" => {
                shell_file::part(document, text, span, Layout::Indented);
            }
            language if code::part(document, text, span, language) => {}
            _ if code.trim_start().starts_with('{') => json_block(document, code, span.start),
            _ if code.contains("curl") => shell_file::part(document, text, span, Layout::Indented),
            "" => http::part(document, text, span),
            _ => {}
        }
    }
}

/// The blocks of a text: between lines of three or more backticks or tildes.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim().trim_start_matches(['>', ' ', '-', '*']);
        let fence = |mark: char| inner.len() - inner.trim_start_matches(mark).len();
        let length = fence('`').max(fence('~'));
        let marks = inner.get(..length).unwrap_or_default();
        match &open {
            None if length >= 3 => {
                let word = inner.get(length..).unwrap_or_default().trim();
                let word = word.split([' ', ',', '{', ':']).next().unwrap_or_default();
                open = Some((marks, word.to_ascii_lowercase(), at + line.len()));
            }
            Some((fence, language, start))
                if length >= 3 && inner == marks && marks.starts_with(fence) =>
            {
                let span = Span { start: *start, end: at };
                let text = text.get(span.start..span.end).unwrap_or_default();
                blocks.push(Block { language: language.clone(), text, span });
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    blocks
}

/// The blocks of indented code that call `curl`, each behind an empty line; between fences there are none.
fn indented(text: &str) -> Vec<Span> {
    let (mut blocks, mut fenced, mut behind_empty, mut at) = (Vec::<Span>::new(), false, true, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim_start().trim_start_matches("$ ");
        let marks = line.trim().trim_start_matches(['>', ' ', '-', '*']);
        fenced ^= ["```", "~~~"].iter().any(|fence| marks.starts_with(fence));
        let code = !fenced && (line.starts_with("    ") || line.starts_with('\t'));
        match blocks.last_mut() {
            Some(block) if code && block.end == start => block.end = at,
            _ if code && behind_empty && words.starts_with("curl ") => {
                blocks.push(Span { start, end: at });
            }
            _ => {}
        }
        behind_empty = line.trim().is_empty();
    }
    blocks
}

/// A body or a request in a block of JSON. Such blocks also show answers, and parts of bodies: what is not
/// whole is passed over.
fn json_block<'t>(document: &mut Document<'t>, code: &'t str, offset: usize) {
    let Ok(json::Parsed { root: Some(mut root), .. }) = json::parse(code) else { return };
    let strings = Strings { text: code, offset };
    json::shift(&mut root, offset);
    if descriptor::calls(document, &root, &|node| strings.decoded(node)) {
        return;
    }
    let has = |key: &str| root.member(key).is_some();
    if has("data") && (has("ids") || has("cvid")) && call::is_body(&root) {
        document.shown_body(root);
    }
}

#[cfg(test)]
mod tests {
    use crate::read;

    #[test]
    fn indented_code_is_read() {
        let curl = "curl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
        let body = r#"-d '{"data":[{"City":"a"}],"ids":["7"]}'"#;
        for (text, calls) in [
            (format!("So:\n\n    {curl} {body}\n"), 1),
            (format!("\t$ {curl} \\\n\t  {body}\n\n    {curl} {body}\nend\n"), 2),
            (format!("    {curl} {body}"), 1),
            // The text of a paragraph, and what is in a block with fences.
            (format!("So:\n    {curl} {body}\n"), 0),
            (format!("So:\n\n   {curl} {body}\n"), 0),
            (format!("So:\n\n    do not {curl} {body}\n"), 0),
            (format!("- ```sh\n\n    {curl} {body}\n  ```\n"), 1),
        ] {
            assert_eq!(read("a.md", text.as_bytes()).calls.len(), calls, "{text}");
        }
    }
}
