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
        // `data[0][City]=Chennai`: a path, and not a key.
        let is_path = key.text.contains('[') && !text.starts_with('-');
        let mark = text.get(at..).unwrap_or_default();
        if text.starts_with('-') {
            if let Some(raw) = text.strip_prefix("--raw=") {
                call.body = Body::Text(item.text.after(text.len() - raw.len()));
            }
        } else if is_path && !mark.starts_with("==") {
            call.body = Body::Unknown;
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
    if !body.text.is_empty() && !matches!(call.body, Body::Unknown) {
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
        // It sends `post` as POST.
        (Some(method), _) => named(&method)
            .map(|method| Spot { text: method.text.to_ascii_uppercase().into(), ..method }),
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

#[cfg(test)]
mod tests {
    use crate::embedded::curl::tests::{URL, calls_or};
    use crate::read;

    /// The calls of a script: the method, the query, and the body in JSON.
    fn calls(text: &str) -> Vec<String> {
        calls_or(text, |_| None)
    }

    #[test]
    fn the_items_of_httpie_are_one_object() {
        for (text, expected) in [
            (
                "http POST URL data:='[{\"City\":\"a\"}]' ids:='[\"7\"]'",
                r#"POST  {"data":[{"City":"a"}],"ids":["7"]}"#,
            ),
            ("http URL cvid=7 data:='[{}]'", r#"?  {"cvid":"7","data":[{}]}"#),
            ("https post URL a='x \"y\"'", r#"POST  {"a":"x \"y\""}"#),
            ("xh put URL cvid=$V", r#"PUT  {"cvid":"__"}"#),
            ("http URL job_id==7 a==", "GET job_id=7&a= -"),
            ("http -v --timeout=3 POST URL --raw='{\"a\":1}'", r#"POST  {"a":1}"#),
            ("http POST URL --raw '{\"a\":1}'", r#"POST  {"a":1}"#),
            ("http POST URL X-Name:b < body.json", "POST  -"),
            ("echo '{\"a\":1}' | http POST URL", r#"POST  {"a":1}"#),
            // Paths of members, which HTTPie puts together.
            ("http POST URL data[0][City]=a ids[]=7", "POST  -"),
            ("http POST URL a=1 ids[]:=7", "POST  -"),
            ("http -f POST URL data=a", "POST  -"),
            ("http POST URL data=a --form", "POST  -"),
        ] {
            assert_eq!(calls(text), [expected], "{text}");
        }
    }

    #[test]
    fn wget_sends_what_its_options_say() {
        for (text, expected) in [
            ("wget URL --post-data='{\"a\":1}'", r#"?  {"a":1}"#),
            ("wget --method=POST --body-data '{\"a\":1}' URL", r#"POST  {"a":1}"#),
            ("wget --method PUT --body-file=b.json URL", "PUT  -"),
            ("wget --method=$M --post-file b.json -q URL", "?  -"),
            ("wget -qO- 'URL?job_id=7' --header='X: y'", "GET job_id=7 -"),
        ] {
            assert_eq!(calls(text), [expected], "{text}");
        }
        assert_eq!(calls("wget --post-data=a https://example.com/").len(), 0);
    }

    #[test]
    fn programs_are_found_behind_what_runs_them() {
        for text in [
            "time http URL a=1",
            "T=1 sudo env X=2 xh URL a=1",
            "if http URL a=1; then :; fi",
            "while ! /usr/bin/http URL a=1; do :; done",
            "api POST URL '{\"a\":\"1\"}'",
        ] {
            let read = calls(text);
            assert!(read.len() == 1 && read[0].ends_with(r#"{"a":"1"}"#), "{text}: {read:?}");
        }
        for text in ["echo http POST URL a=1", "grep URL *", "log URL a=1", "api URL"] {
            assert_eq!(calls(text), [""; 0], "{text}");
        }
    }

    /// What `xargs` puts in the place of its mark is unknown.
    #[test]
    fn marks_of_xargs_are_variables() {
        let curl = |mark: &str| format!("curl URL -d '{{\"ids\":[\"{mark}\"]}}'");
        for (run, mark) in [
            ("xargs -I{}", "{}"),
            ("xargs -n 1 -I ID", "ID"),
            ("xargs -J %", "%"),
            ("xargs -i", "{}"),
            ("xargs --replace", "{}"),
            ("xargs --replace=ID", "ID"),
            ("parallel", "{}"),
            ("find . -exec", "{}"),
        ] {
            let text = format!("{run} {}", curl(mark));
            let text = text.replace("URL", URL);
            let document = read("a.sh", text.as_bytes());
            let ids = document.calls[0].key("ids").and_then(|ids| ids.as_array()).unwrap();
            assert!(matches!(ids[0].value, massup_model::json::Value::Unknown(_)), "{text}");
        }
        let text = format!("xargs {}", curl("{}"));
        assert_eq!(calls(&text), [r#"?  {"ids":["{}"]}"#]);
    }
}
