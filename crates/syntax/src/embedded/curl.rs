//! The calls of `curl`, and of wrappers that take its options.

use massup_model::draft::Spot;
use massup_model::json::Span;

use super::decoded::Decoded;
use super::header;
use super::shell::{Command, Input, Script, Word};
use super::{Body, Call, is_mass_update};
use crate::problem::{Form, ProblemKind, Scheme};

/// Options of one letter that take a value.
const WITH_VALUE: &str = "AbcCdDeEFHhKmoPQrtTuUwxXyYz";

/// Options with a value that may begin with `-` or name a URL, and say nothing about the call.
const LONG_WITH_VALUE: [&str; 18] = [
    "--cacert",
    "--cert",
    "--connect-timeout",
    "--cookie",
    "--cookie-jar",
    "--dump-header",
    "--key",
    "--max-time",
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

/// Methods that a wrapper takes as a word.
const METHODS: [&str; 5] = ["DELETE", "GET", "PATCH", "POST", "PUT"];

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
#[expect(
    clippy::struct_excessive_bools,
    reason = "options of a command line that are given or not"
)]
pub(super) struct Request {
    method: Method,
    urls: Vec<Decoded>,
    data: Vec<Body<'static>>,
    /// What is added to the query of the URL.
    query: Vec<Decoded>,
    /// A file is sent as it is, by PUT.
    upload: bool,
    /// Where data is encoded as a form.
    encoded: Option<Span>,
    problems: Vec<(ProblemKind, Span)>,
    /// Parts of the data follow each other without a mark between them.
    json: bool,
    /// The data goes into the query.
    get: bool,
    /// There may be options that cannot be seen.
    more: bool,
}

/// The words behind each `curl`, and behind `--next`.
pub(super) fn requests(command: &Command) -> impl Iterator<Item = &[Word]> {
    let curl = command.words.iter().position(Word::is_curl);
    let words = curl.and_then(|curl| command.words.get(curl + 1..)).unwrap_or_default();
    words.split(|word| ["--next", "-:"].contains(&word.text.text.as_str()))
}

impl Request {
    pub(super) fn read(words: &[Word], command: &Command, script: &Script<'_>) -> Self {
        let mut request = Self::default();
        let words: Vec<Word> = words.iter().flat_map(parted).collect();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.text.text.as_str();
            if let Some(name) = text.strip_prefix("--") {
                request.long(name, &mut words, command, script);
            } else if text.len() > 1 && text.starts_with('-') && !word.text.is_variable() {
                request.letters(word, &mut words, command, script);
            } else {
                request.more |= word.text.is_variable();
                request.urls.push(word.text.clone());
            }
        }
        request
    }

    /// The request of a wrapper: the method and the body may be words without an option.
    pub(super) fn of_wrapper(words: &[Word], command: &Command, script: &Script<'_>) -> Self {
        let mut request = Self::read(words, command, script);
        request.more = false;
        let (mut method, mut body) = (None, None);
        for word in words {
            let text = word.text.text.as_str();
            if METHODS.contains(&text) {
                method = method.or(Some((&word.text, word.span)));
            } else if text.trim_start().starts_with('{') && !word.text.is_variable() {
                body = body.or(Some(Body::Text(word.text.clone())));
            }
        }
        if matches!(request.method, Method::Implied) {
            request.method(method);
        }
        if request.data.is_empty() {
            request.data.extend(body);
        }
        // It may know the body by itself.
        request.more = request.data.is_empty() && !request.is_get();
        request
    }

    fn is_get(&self) -> bool {
        matches!(&self.method, Method::Named(method) if method.text.eq_ignore_ascii_case("GET"))
    }

    /// Whether the words say how something is sent.
    pub(super) fn is_call(&self) -> bool {
        !self.data.is_empty() || !matches!(self.method, Method::Implied)
    }

    /// An option of a word.
    fn long<'w>(
        &mut self,
        name: &str,
        words: &mut impl Iterator<Item = &'w Word>,
        command: &Command,
        script: &Script<'_>,
    ) {
        match name {
            "get" => return self.get = true,
            "head" => return self.named("HEAD"),
            _ => {}
        }
        let mut value = || words.next().map(|word| word.text.clone());
        match name {
            "request" => self.method(words.next().map(|word| (&word.text, word.span))),
            "url" => self.urls.extend(value()),
            "url-query" => self.query.extend(value()),
            "data" | "data-ascii" | "data-binary" => self.data(value(), command, script),
            "data-raw" => self.data.extend(value().map(Body::Text)),
            "data-urlencode" => {
                let text = value();
                self.encoded = text.as_ref().map(beginning);
                self.data(text, command, script);
            }
            "json" => {
                self.json = true;
                self.data(value(), command, script);
            }
            "header" => self.header(value().as_ref()),
            "oauth2-bearer" => {
                if let Some(word) = words.next() {
                    let span = Span { start: word.span.start, end: word.span.start };
                    let kind = ProblemKind::Authorization(Scheme::Named("Bearer"));
                    self.problems.push((kind, span));
                }
            }
            "upload-file" => self.upload(value()),
            "form" | "form-string" => self.form(value()),
            "config" => {
                words.next();
                self.more = true;
            }
            _ if LONG_WITH_VALUE.iter().any(|long| long.strip_prefix("--") == Some(name)) => {
                words.next();
            }
            _ => {}
        }
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
                'F' => self.form(Some(value)),
                'H' => self.header(Some(&value)),
                'T' => self.upload(Some(value)),
                'K' => self.more = true,
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

    fn header(&mut self, header: Option<&Decoded>) {
        self.problems.extend(header.and_then(header::authorization));
    }

    fn form(&mut self, field: Option<Decoded>) {
        let body = field.map(|field| Body::Form(Form::Multipart, beginning(&field)));
        if self.data.is_empty() {
            self.data.extend(body);
        }
    }

    fn upload(&mut self, file: Option<Decoded>) {
        self.upload = true;
        self.data.extend(file.map(Body::Elsewhere));
    }

    /// Data, which `@` takes from a file or from standard input.
    fn data(&mut self, text: Option<Decoded>, command: &Command, script: &Script<'_>) {
        let Some(text) = text else { return };
        let Some(file) = text.text.strip_prefix('@') else {
            self.data.push(Body::Text(text));
            return;
        };
        self.data.push(match (file, script.input(command)) {
            // The output of a command: `@<(…)`.
            ("", _) => Body::Unknown,
            ("-", Some(Input::Text(input))) => Body::Text(input),
            ("-", Some(Input::File(file))) => Body::Elsewhere(file),
            _ => Body::Elsewhere(text.after(1)),
        });
    }

    /// The call, if a mass update is among the URLs.
    pub(super) fn call(self) -> Option<Call<'static>> {
        let mut url = self.urls.into_iter().find(is_mass_update)?;
        let has_data = !self.data.is_empty();
        let mut body = joined(self.data, if self.json { "" } else { "&" });
        let mut query = self.query;
        if self.get {
            if let Body::Text(data) = body {
                query.push(data);
            }
            body = Body::Absent;
        } else if let Some(span) = self.encoded {
            body = Body::Form(Form::UrlEncoded, span);
        }
        for parameter in &query {
            let end = url.place(Span { start: url.text.len(), end: url.text.len() });
            url.push_parameter("", end);
            url.append(parameter);
        }
        let implied = match (has_data, self.more) {
            (true, _) if self.upload => Some(Spot::outside("PUT")),
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
        Some(Call { method, url, body, problems: self.problems, ..Call::default() })
    }
}

/// An option and its value, which some people join by `=`, as two words.
fn parted(word: &Word) -> Vec<Word> {
    const JOINED: [&str; 8] =
        ["data", "data-raw", "data-binary", "form", "header", "json", "request", "url"];
    let option = word.text.text.strip_prefix("--").and_then(|option| option.split_once('='));
    let Some((_, value)) = option.filter(|(name, _)| JOINED.contains(name)) else {
        return vec![word.clone()];
    };
    let at = word.text.text.len() - value.len();
    let option = word.text.slice(Span { start: 0, end: at - 1 });
    let value = word.text.after(at);
    let span = value.place(Span { start: 0, end: value.text.len() });
    vec![Word { text: option, span: word.span }, Word { text: value, span }]
}

/// The name of a field with its `=`, which may be shown.
fn beginning(field: &Decoded) -> Span {
    field.place(Span { start: 0, end: field.text.find('=').map_or(1, |at| at + 1) })
}

/// The data of all options as one body.
fn joined(data: Vec<Body<'static>>, mark: &str) -> Body<'static> {
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

#[cfg(test)]
pub(super) mod tests {
    use massup_model::Draft;

    use crate::problem::ProblemKind;
    use crate::read;

    pub(in crate::embedded) const URL: &str =
        "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";

    /// The calls of a script: the method, the query, and the body in JSON, or what a function says of the others.
    pub(in crate::embedded) fn calls_or(
        text: &str,
        other: fn(&Draft<'_>) -> Option<String>,
    ) -> Vec<String> {
        let text = text.replace("URL", URL);
        let document = read("a.sh", text.as_bytes());
        let in_short = |call: &Draft<'_>| {
            let method = call.method.as_ref().map_or("?", |method| &method.text);
            let path = call.path.as_ref().map_or("-", |path| &path.text);
            let query = path.split_once('?').map_or("", |(_, query)| query);
            let body = call.body.as_ref().map(|body| body.to_plain().to_string());
            format!("{method} {query} {}", body.or_else(|| other(call)).as_deref().unwrap_or("-"))
        };
        document.calls.iter().map(in_short).collect()
    }

    /// The calls of a script, with the names of the files that bodies are taken from.
    fn calls(text: &str) -> Vec<String> {
        calls_or(text, |call| Some(format!("@{}", call.body_file.as_ref()?.text)))
    }

    /// The problems of a script, each with the text at its place.
    fn problems(text: &str) -> Vec<String> {
        let text = text.replace("URL", URL);
        let document = read("a.sh", text.as_bytes());
        let shown = |problem: &crate::Problem| {
            let kind = match &problem.kind {
                ProblemKind::FormBody(form) => format!("{form:?}"),
                ProblemKind::Authorization(scheme) => format!("{scheme:?}"),
                ProblemKind::BodyElsewhere(place) => format!("{place:?}"),
                other => format!("{other:?}"),
            };
            format!("{kind} {}", &text[problem.span.start..problem.span.end])
        };
        document.problems.iter().map(shown).collect()
    }

    #[test]
    fn options_say_what_is_sent() {
        for (text, expected) in [
            ("curl URL", "GET  -"),
            ("curl -X POST URL -d '{\"a\":1}'", r#"POST  {"a":1}"#),
            ("curl -XPOST -sSL URL -d'{\"a\":1}'", r#"POST  {"a":1}"#),
            ("curl -sXPUT URL -d '{\"a\":1}'", r#"PUT  {"a":1}"#),
            ("curl --request=POST --url URL --data='{\"a\":1}'", r#"POST  {"a":1}"#),
            ("curl --url=URL --data-raw '{\"a\":1}'", r#"?  {"a":1}"#),
            ("curl URL --data-binary '{\"a\":1}' --data-ascii '{\"b\":1}'", "?  -"),
            ("curl URL --json '{\"a\":' --json '1}'", r#"?  {"a":1}"#),
            ("curl -X \"$M\" URL -d '{\"a\":1}'", r#"?  {"a":1}"#),
            ("curl -o out -u me:x -H 'A: b' URL -d '{\"a\":1}'", r#"?  {"a":1}"#),
            ("curl --output --request --user -d URL -d '{\"a\":1}'", r#"?  {"a":1}"#),
            ("curl -d @body.json URL", "?  @body.json"),
            ("curl --data @- URL < body.json", "?  @body.json"),
            ("curl --data @- URL <<< '{\"a\":1}'", r#"?  {"a":1}"#),
            ("curl -T body.json URL", "PUT  @body.json"),
            ("curl --upload-file body.json URL", "PUT  @body.json"),
            ("curl -X POST -T body.json URL", "POST  @body.json"),
            ("curl -G URL -d job_id=7", "GET job_id=7 -"),
            ("curl --get 'URL?a=1' -d job_id=7 -d b=2", "GET a=1&job_id=7&b=2 -"),
            ("curl -G -X POST URL -d job_id=7", "POST job_id=7 -"),
            ("curl URL --next URL -X POST -d '{\"a\":1}'", "GET  -"),
            ("curl https://example.com -d '{\"a\":1}' URL", r#"?  {"a":1}"#),
            ("curl -K file URL", "?  -"),
            ("curl --config file URL", "?  -"),
            ("curl $OPTIONS URL", "?  -"),
            ("curl $OPTIONS URL -d '{\"a\":1}'", r#"?  {"a":1}"#),
            ("curl --silent URL --fail -d '{\"a\":1}'", r#"?  {"a":1}"#),
            ("api POST URL '{\"a\":1}'", r#"POST  {"a":1}"#),
            ("api -X PUT -d '{\"a\":1}' URL POST", r#"PUT  {"a":1}"#),
            ("api POST URL", "POST  -"),
            ("api GET 'URL?job_id=7'", "GET job_id=7 -"),
        ] {
            assert_eq!(calls(text).first().map(String::as_str), Some(expected), "{text}");
        }
        assert_eq!(calls("curl URL --next -X POST URL -d '{\"a\":1}'").len(), 2);
        assert_eq!(calls("curl URL -: -X POST URL -d '{\"a\":1}'")[1], r#"POST  {"a":1}"#);
        // What a browser asks before it calls is not a call.
        for text in ["curl -I URL", "curl --head URL", "curl https://example.com -d URL"] {
            assert_eq!(calls(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_shown_without_its_value() {
        for (text, expected) in [
            ("curl URL -F data=secret", "Multipart data="),
            ("curl URL --form-string data=secret", "Multipart data="),
            ("curl URL --data-urlencode data=secret", "UrlEncoded data="),
            ("curl URL --data-urlencode secret", "UrlEncoded s"),
            ("curl URL -H 'Authorization: Bearer secret' -d '{}'", "Named(\"Bearer\") Bearer"),
            (
                "curl URL --header 'Authorization: Bearer secret' -d '{}'",
                "Named(\"Bearer\") Bearer",
            ),
            ("curl URL --oauth2-bearer secret -d '{}'", "Named(\"Bearer\") "),
            ("curl URL -d @<(echo secret)", "Built /crm/v8/Leads/actions/mass_update"),
        ] {
            assert_eq!(problems(text), [expected], "{text}");
        }
        let built = ["Built /crm/v8/Leads/actions/mass_update"];
        assert_eq!(problems("curl $OPTIONS URL"), built);
        assert_eq!(problems("curl -K file URL"), built);
        assert_eq!(problems("api POST URL"), built);
        assert_eq!(problems("api GET 'URL?job_id=7'"), [""; 0]);
        // Of several bodies the first is the one to look at.
        assert_eq!(problems("curl URL -d @a.json -d b"), ["File(\"a.json\") a.json"]);
        assert_eq!(problems("curl URL -d '{}' -F a=b"), [""; 0]);
        assert_eq!(problems("curl URL -d '{' -d @a.json"), ["File(\"a.json\") a.json"]);
    }
}
