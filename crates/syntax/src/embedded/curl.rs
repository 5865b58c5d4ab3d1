//! The calls of shell scripts: what `curl` is told to send.

use massup_model::draft::Spot;
use massup_model::json::Span;

use super::decoded::Decoded;
use super::shell::{Command, Input, Script, Word};
use super::{Body, Call, is_mass_update};
use crate::document::Document;

/// Options of one letter that take a value.
const WITH_VALUE: &str = "AbcCdDeEFHhKmoPQrtTuUwxXyYz";

/// Options with a value that may begin with `-` or name a URL, and say nothing about the call.
const LONG_WITH_VALUE: [&str; 20] = [
    "--cacert",
    "--cert",
    "--connect-timeout",
    "--cookie",
    "--cookie-jar",
    "--dump-header",
    "--header",
    "--key",
    "--max-time",
    "--oauth2-bearer",
    "--output",
    "--proxy",
    "--proxy-user",
    "--referer",
    "--resolve",
    "--retry",
    "--retry-delay",
    "--user",
    "--user-agent",
    "--write-out",
];

/// The method that is named.
#[derive(Default)]
enum Method {
    /// None: it follows from the data.
    #[default]
    Implied,
    Named(Spot<'static>),
    Variable,
}

/// What the words of a `curl` say.
#[derive(Default)]
struct Request {
    method: Method,
    urls: Vec<Decoded>,
    data: Vec<Body>,
    /// Parts of the data follow each other without a mark between them.
    json: bool,
    /// The data goes into the query.
    get: bool,
    /// There may be options that cannot be seen.
    more: bool,
}

/// Adds the mass updates of a shell script.
pub(super) fn calls(document: &mut Document<'_>, script: &Script<'_>) {
    for command in &script.commands {
        for words in requests(command) {
            if let Some(call) = Request::read(words, command, script).call() {
                document.embedded(call);
            }
        }
    }
}

/// The words behind each `curl`, and behind `--next`.
fn requests(command: &Command) -> impl Iterator<Item = &[Word]> {
    let is_curl = |word: &Word| {
        let text = word.text.text.as_str();
        text == "curl" || text.ends_with("/curl")
    };
    let says = |word: &Word| ["echo", "printf"].contains(&word.text.text.as_str());
    let curl = command.words.iter().position(is_curl);
    let curl = curl.filter(|_| !command.words.first().is_some_and(says));
    let words = curl.and_then(|curl| command.words.get(curl + 1..)).unwrap_or_default();
    words.split(|word| ["--next", "-:"].contains(&word.text.text.as_str()))
}

impl Request {
    fn read(words: &[Word], command: &Command, script: &Script<'_>) -> Self {
        let mut request = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.text.text.as_str();
            if let Some(name) = text.strip_prefix("--") {
                match name {
                    "request" => request.method(words.next().map(|word| (&word.text, word.span))),
                    "url" => request.urls.extend(words.next().map(|word| word.text.clone())),
                    "data" | "data-ascii" | "data-binary" | "data-urlencode" => {
                        request.data(words.next().map(|word| word.text.clone()), command, script);
                    }
                    "data-raw" => {
                        request.data.extend(words.next().map(|word| Body::Text(word.text.clone())));
                    }
                    "json" => {
                        request.json = true;
                        request.data(words.next().map(|word| word.text.clone()), command, script);
                    }
                    "get" => request.get = true,
                    "head" => request.named("HEAD"),
                    "upload-file" | "form" | "form-string" | "config" => {
                        words.next();
                        request.more = true;
                    }
                    _ if LONG_WITH_VALUE.contains(&text) => {
                        words.next();
                    }
                    _ => {}
                }
            } else if text.len() > 1 && text.starts_with('-') && !word.text.is_variable() {
                request.letters(word, &mut words, command, script);
            } else {
                request.more |= word.text.is_variable();
                request.urls.push(word.text.clone());
            }
        }
        request
    }

    /// Options of one letter, several in a word, the value of the last perhaps as well.
    fn letters<'w>(
        &mut self,
        word: &'w Word,
        words: &mut impl Iterator<Item = &'w Word>,
        command: &Command,
        script: &Script<'_>,
    ) {
        for (at, letter) in word.text.text.char_indices().skip(1) {
            if !WITH_VALUE.contains(letter) {
                match letter {
                    'G' => self.get = true,
                    'I' => self.named("HEAD"),
                    _ => {}
                }
                continue;
            }
            let rest = word.text.after(at + 1);
            let (value, span) = if rest.text.is_empty() {
                let Some(word) = words.next() else { return };
                (word.text.clone(), word.span)
            } else {
                let span = rest.place(Span { start: 0, end: rest.text.len() });
                (rest, span)
            };
            match letter {
                'X' => self.method(Some((&value, span))),
                'd' => self.data(Some(value), command, script),
                'F' | 'K' | 'T' => self.more = true,
                _ => {}
            }
            return;
        }
    }

    fn method(&mut self, word: Option<(&Decoded, Span)>) {
        let Some((text, span)) = word else { return };
        self.method = if text.variables.is_empty() {
            Method::Named(Spot { text: text.text.clone().into(), span: Some(span) })
        } else {
            Method::Variable
        };
    }

    fn named(&mut self, method: &'static str) {
        self.method = Method::Named(Spot::outside(method));
    }

    /// Data, which `@` takes from a file or from standard input.
    fn data(&mut self, text: Option<Decoded>, command: &Command, script: &Script<'_>) {
        let Some(text) = text else { return };
        let Some(file) = text.text.strip_prefix('@') else {
            self.data.push(Body::Text(text));
            return;
        };
        self.data.push(match (file, script.input(command)) {
            ("-", Some(Input::Text(input))) => Body::Text(input),
            ("-", Some(Input::File(file))) => Body::Elsewhere(file),
            _ => Body::Elsewhere(text.after(1)),
        });
    }

    /// The call, if a mass update is among the URLs.
    fn call(self) -> Option<Call> {
        let mut url = self.urls.into_iter().find(is_mass_update)?;
        let has_data = !self.data.is_empty();
        let mut body = joined(self.data, if self.json { "" } else { "&" });
        if self.get {
            if let Body::Text(query) = &body {
                let end = url.place(Span { start: url.text.len(), end: url.text.len() });
                url.push_escape(if url.text.contains('?') { "&" } else { "?" }, end);
                url.append(query);
            }
            body = Body::Absent;
        }
        let implied = match (has_data, self.more) {
            (true, _) if !self.get => None,
            (false, true) => None,
            _ => Some(Spot::outside("GET")),
        };
        if !has_data && self.more {
            body = Body::Unknown;
        }
        let method = match self.method {
            Method::Implied => implied,
            Method::Named(method) => Some(method),
            Method::Variable => None,
        };
        Some(Call { method, url, body })
    }
}

/// The data of all options as one body.
fn joined(data: Vec<Body>, mark: &str) -> Body {
    let mut data = data.into_iter();
    let Some(mut whole) = data.next() else { return Body::Absent };
    for next in data {
        let (Body::Text(text), Body::Text(more)) = (&mut whole, &next) else {
            return if matches!(whole, Body::Text(_)) { next } else { whole };
        };
        let start = more.parts.first().map_or(0, |part| part.start);
        text.push_escape(mark, Span { start, end: start });
        text.append(more);
    }
    whole
}
