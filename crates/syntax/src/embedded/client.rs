//! The calls of a shell script: by `curl`, `wget`, `HTTPie` or a wrapper.

use massup_model::draft::Spot;
use massup_model::json::Span;

use super::decoded::Decoded;
use super::shell::{Command, Input, Script, Word};
use super::{Body, Call, curl, header, is_mass_update};
use crate::document::Document;
use crate::problem::{Form, ProblemKind};

/// Programs that show or search a text, and call nothing.
const SAYS: [&str; 11] =
    ["echo", "printf", "grep", "log", "test", "[", "[[", "cat", "rem", "REM", "::"];

/// The programs of `HTTPie` and those that take its words.
const HTTPIE: [&str; 4] = ["http", "https", "xh", "xhs"];

/// Adds the mass updates of a script.
pub(super) fn calls(document: &mut Document<'_>, script: &Script<'_>) {
    document.covered.extend(script.comments.iter().map(|comment| comment.span));
    for command in &script.commands {
        for call in of(document, command, script) {
            let unjoined = command.unjoined;
            if document.embedded(call)
                && let Some(line) = unjoined
            {
                document.add_shown(ProblemKind::UnjoinedLines, line, line);
            }
        }
    }
}

fn of(document: &mut Document<'_>, command: &Command, script: &Script<'_>) -> Vec<Call<'static>> {
    let marked;
    let command = match replaced_by_xargs(command) {
        Some(mark) => {
            marked = with_marks(command, &mark);
            &marked
        }
        None => command,
    };
    let program = command.words.iter().position(|word| !is_prefix(&word.text.text));
    let Some(words) = program.and_then(|at| command.words.get(at..)) else { return Vec::new() };
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let name = first.text.text.rsplit('/').next().unwrap_or_default();
    if SAYS.contains(&name) {
        let places = rest.iter().map(|word| word.span);
        document.covered.extend(places);
        return Vec::new();
    }
    if command.words.iter().any(Word::is_curl) {
        let read = |words| curl::Request::read(words, command, script).call();
        return curl::requests(command).filter_map(read).collect();
    }
    if !rest.iter().any(|word| is_mass_update(&word.text)) {
        let wget = name == "wget" && rest.iter().any(|word| word.text.text.contains("://"));
        return if wget { wget_call(rest).into_iter().collect() } else { Vec::new() };
    }
    let call = if name == "wget" {
        wget_call(rest)
    } else if HTTPIE.contains(&name) {
        httpie_call(rest, command, script)
    } else {
        let request = curl::Request::of_wrapper(rest, command, script);
        if request.is_call() { request.call() } else { None }
    };
    call.into_iter().collect()
}

/// Whether a word comes before the program: an assignment or a program that runs another.
fn is_prefix(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    ["sudo", "time", "env", "exec", "nohup", "command", "if", "then", "do", "while", "!", "{", "&&"]
        .contains(&word)
        || word.contains('=')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What `xargs` or `parallel` puts an argument in the place of, in the words behind it.
fn replaced_by_xargs(command: &Command) -> Option<String> {
    let text = |word: &Word| word.text.text.clone();
    let at = command.words.iter().position(|word| {
        ["xargs", "parallel", "-exec", "-execdir"].contains(&word.text.text.as_str())
    })?;
    let mut words = command.words.get(at..)?.iter().map(text);
    if words.next()? != "xargs" {
        return Some("{}".to_owned());
    }
    while let Some(word) = words.next() {
        if word == "-I" || word == "-J" {
            return words.next();
        }
        if let Some(mark) = word.strip_prefix("-I").or_else(|| word.strip_prefix("--replace=")) {
            return Some(mark.to_owned());
        }
        if word == "-i" || word == "--replace" {
            return Some("{}".to_owned());
        }
        if word == "curl" {
            break;
        }
    }
    None
}

fn with_marks(command: &Command, mark: &str) -> Command {
    let mut marked = command.clone();
    for word in marked.words.iter_mut().filter(|_| !mark.is_empty()) {
        word.text = std::mem::take(&mut word.text).with_marks(mark);
    }
    marked
}

fn named(text: &Decoded) -> Option<Spot<'static>> {
    let span = text.place(Span { start: 0, end: text.text.len() });
    text.variables.is_empty().then(|| Spot { text: text.text.clone().into(), span: Some(span) })
}

/// `wget --method=POST --body-data=… URL`.
fn wget_call(words: &[Word]) -> Option<Call<'static>> {
    let mut call = Call::default();
    let (mut method, mut url) = (None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.text.as_str();
        let Some(option) = text.strip_prefix("--") else {
            if is_mass_update(&word.text) {
                url = Some(word.text.clone());
            }
            continue;
        };
        let name = option.split('=').next().unwrap_or_default();
        let takes = ["method", "post-data", "body-data", "post-file", "body-file", "header"];
        if !takes.contains(&name) {
            continue;
        }
        let value = if option.len() > name.len() {
            word.text.after(2 + name.len() + 1)
        } else {
            words.next()?.text.clone()
        };
        match name {
            "method" => method = Some(value),
            "post-data" | "body-data" => call.body = Body::Text(value),
            "header" => call.problems.extend(header::authorization(&value)),
            _ => call.body = Body::Elsewhere(value),
        }
    }
    call.url = url?;
    call.method = match (method, &call.body) {
        (Some(method), _) => named(&method),
        (None, Body::Absent) => Some(Spot::outside("GET")),
        (None, _) => None,
    };
    Some(call)
}

/// `http POST URL data:='[…]' ids:='[…]'`.
fn httpie_call(words: &[Word], command: &Command, script: &Script<'_>) -> Option<Call<'static>> {
    let mut call = Call::default();
    let (mut method, mut form, mut body) = (None, false, Decoded::default());
    let at = words.iter().position(|word| is_mass_update(&word.text))?;
    let (before, rest) = words.split_at(at);
    for word in before {
        match word.text.text.as_str() {
            "-f" | "--form" | "--multipart" => form = true,
            text if !text.starts_with('-') => method = Some(word.text.clone()),
            _ => {}
        }
    }
    let (url, items) = rest.split_first()?;
    call.url = url.text.clone();
    let mut items = items.iter();
    while let Some(item) = items.next() {
        let text = item.text.text.as_str();
        let Some(at) = text.find([':', '=', '@']) else {
            match text {
                "-f" | "--form" | "--multipart" => form = true,
                "--raw" => call.body = Body::Text(items.next()?.text.clone()),
                _ => {}
            }
            continue;
        };
        let key = item.text.slice(Span { start: 0, end: at });
        let mark = text.get(at..).unwrap_or_default();
        if text.starts_with('-') {
            if let Some(raw) = text.strip_prefix("--raw=") {
                call.body = Body::Text(item.text.after(text.len() - raw.len()));
            }
        } else if mark.starts_with(":=") {
            member(&mut body, &key);
            body.append(&item.text.after(at + 2));
        } else if mark.starts_with("==") {
            let value = item.text.after(at + 2);
            call.url.push_parameter(&format!("{}=", key.text), item.span);
            call.url.append(&value);
        } else if mark.starts_with('@') {
            // A file.
        } else if mark.starts_with('=') {
            member(&mut body, &key);
            let value = item.text.after(at + 1);
            let span = value.place(Span { start: 0, end: value.text.len() });
            let written = serde_json::Value::from(value.text.as_str()).to_string();
            if value.variables.is_empty() {
                body.push_escape(&written, span);
                body.parts.push(span);
            } else {
                body.push_variable(&written, span);
            }
        } else {
            call.problems.extend(header::authorization(&item.text));
        }
    }
    if !body.text.is_empty() {
        let end = body.place(Span { start: body.text.len(), end: body.text.len() });
        body.push_escape("}", end);
        body.parts.sort_unstable();
        call.body = if form { Body::Form(Form::UrlEncoded, url.span) } else { Body::Text(body) };
    }
    if matches!(call.body, Body::Absent) {
        call.body = match script.input(command) {
            Some(Input::Text(text)) => Body::Text(text),
            Some(Input::File(file)) => Body::Elsewhere(file),
            None => Body::Absent,
        };
    }
    call.method = match (method, &call.body) {
        (Some(method), _) => named(&method),
        (None, Body::Absent) => Some(Spot::outside("GET")),
        (None, _) => None,
    };
    Some(call)
}

/// Begins a member of the object that the items of `HTTPie` make.
fn member(body: &mut Decoded, key: &Decoded) {
    let span = key.place(Span { start: 0, end: key.text.len() });
    let name = serde_json::Value::from(key.text.as_str());
    let mark = if body.text.is_empty() { "{" } else { "," };
    body.push_escape(mark, Span { start: span.start, end: span.start });
    body.push_escape(&name.to_string(), span);
    body.push_escape(":", Span { start: span.end, end: span.end });
    body.parts.push(span);
}
