//! Requests in JSON and YAML of any kind: `url`, `method` and `body` in one object, as catalogues, exports of
//! API clients, workflows and logs have them; and calls of the tool of an MCP server.

use massup_model::Draft;
use massup_model::draft::{Embedded, Spot};
use massup_model::json::{Member, Node, Span, Value};
use massup_model::module::is_api_name;

use super::decoded::Decoded;
use super::{Body, Call, header, is_mass_update, located, openapi, parts_of};
use crate::document::Document;
use crate::format::{call, json};
use crate::problem::{Form, ProblemKind};

/// The text of a string in a document, with the way back to its place.
pub(crate) type Texts<'s> = &'s dyn Fn(&Node<'_>) -> Option<Decoded>;

const URLS: [&str; 7] = ["url", "uri", "endpoint", "path", "href", "request_url", "requestUrl"];
const METHODS: [&str; 5] = ["method", "requestMethod", "httpMethod", "http_method", "verb"];
const BODIES: [&str; 15] = [
    "body",
    "rawModeData",
    "jsonBody",
    "bodyParametersJson",
    "json",
    "postData",
    "payload",
    "requestBody",
    "request_body",
    "bodyParameters",
    "input",
    "data",
    "content",
    "parameters",
    "formData",
];

/// Where requests have the parameters of the query.
const PARAMETERS: [&str; 6] =
    ["params", "query", "qs", "queryParameters", "queryParametersUi", "query_params"];

/// Where an object of a client has the text of a body.
const TEXTS: [&str; 7] = ["text", "raw", "json", "content", "value", "example", "body"];
const TOOLS: [&str; 5] = ["name", "tool", "tool_name", "toolName", "function"];
const ARGUMENTS: [&str; 6] = ["arguments", "input", "args", "parameters", "tool_input", "params"];
const MODULES: [&str; 4] = ["module", "module_api_name", "moduleAPIName", "module_name"];

/// Adds the calls in a document; whether there are any.
pub(crate) fn calls<'t>(document: &mut Document<'t>, root: &Node<'t>, texts: Texts<'_>) -> bool {
    let mut open = vec![root];
    let mut any = false;
    while let Some(node) = open.pop() {
        if let Some(call) = request(node, texts) {
            any |= document.embedded(call);
            continue;
        }
        if openapi::examples(document, node) {
            any |= !document.calls.is_empty();
            continue;
        }
        if describes_a_tool(node) {
            document.covered.push(node.span);
            document.is_known = true;
            continue;
        }
        if let Some((module, body)) = tool(node, texts) {
            document.tool(node.span, module, body);
            any = true;
            continue;
        }
        open.extend(node.as_array().unwrap_or_default().iter().rev());
        open.extend(node.as_object().unwrap_or_default().iter().rev().map(|m| &m.value));
    }
    any
}

/// The value under the first of some keys that is there.
fn first<'n, 't>(node: &'n Node<'t>, keys: &[&str]) -> Option<&'n Node<'t>> {
    keys.iter().find_map(|key| node.field(key).filter(|value| value.value != Value::Null))
}

/// An expression of n8n is a text behind `=`.
fn plain(text: Decoded) -> Decoded {
    if text.text.starts_with('=') { text.after(1) } else { text }
}

fn url(node: &Node<'_>, texts: Texts<'_>) -> Option<Decoded> {
    node.as_object()?;
    URLS.iter().find_map(|key| {
        let value = node.field(key).filter(|value| !is_request(value))?;
        let text = texts(value.field("raw").or_else(|| value.field("url")).unwrap_or(value))?;
        Some(plain(text)).filter(is_mass_update)
    })
}

/// Whether an object is a request itself, and not the parts of a URL: the `uri` task of Ansible.
fn is_request(node: &Node<'_>) -> bool {
    METHODS.iter().chain(&["body"]).any(|key| node.member(key).is_some())
}

fn request<'t>(node: &Node<'t>, texts: Texts<'_>) -> Option<Call<'t>> {
    let url = url(node, texts)?;
    let method = first(node, &METHODS).and_then(|method| {
        let text = method.as_str()?;
        let known = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic());
        known.then(|| Spot { text: text.to_ascii_uppercase().into(), span: Some(method.span) })
    });
    let mut call = Call { method, url, ..Call::default() };
    let parameters = add_parameters(&mut call.url, node, texts);
    call.body = BODIES
        .iter()
        .filter_map(|key| node.field(key))
        .filter(|value| Some(value.span) != parameters)
        .map(|value| body(node, value, texts))
        .find(|body| !matches!(body, Body::Absent))
        .unwrap_or_default();
    // Exports of n8n leave out the method where it is GET.
    if call.method.is_none()
        && matches!(call.body, Body::Absent)
        && call.url.text.contains("job_id=")
    {
        call.method = Some(Spot::outside("GET"));
    }
    let headers = first(node, &["headers", "header"]);
    let fields = headers.and_then(Node::as_object).unwrap_or_default();
    call.problems.extend(fields.iter().find_map(|field| authorization(field, texts)));
    Some(call)
}

/// Adds to a URL the parameters that a request has apart: as an object, or a list of names and values. Returns
/// their place.
fn add_parameters(url: &mut Decoded, node: &Node<'_>, texts: Texts<'_>) -> Option<Span> {
    // Some have the body under `parameters`.
    let listed = || node.field("parameters").filter(|list| list.as_array().is_some());
    let holder = first(node, &PARAMETERS).or_else(listed)?;
    let list = first(holder, &["parameters", "parameter"]).unwrap_or(holder);
    let mut add = |name: &str, place: Span, value: Option<&Node<'_>>| {
        url.push_parameter(&format!("{name}="), place);
        match value.and_then(texts) {
            Some(text) => url.append(&plain(text).with_braces()),
            None => url.push_variable(name, place),
        }
    };
    for member in list.as_object().unwrap_or_default() {
        add(&member.key, member.key_span, Some(&member.value));
    }
    let items = list.as_array()?;
    let named = |item: &Node<'_>| item.field("name").or_else(|| item.field("key")).is_some();
    if !items.iter().all(named) {
        return None;
    }
    for item in items {
        let off = item.field("disabled").and_then(Node::as_bool) == Some(true);
        let name = first(item, &["name", "key"]).filter(|_| !off);
        if let Some(name) = name {
            add(name.as_str().unwrap_or_default(), name.span, item.field("value"));
        }
    }
    Some(holder.span)
}

fn authorization(field: &Member<'_>, texts: Texts<'_>) -> Option<(ProblemKind, Span)> {
    let name = field.key.eq_ignore_ascii_case("authorization");
    let value = texts(&field.value).filter(|_| name)?.with_braces();
    header::scheme(&value, 0, Span::default())
}

/// What is sent, from what a request has under the key of a body.
fn body<'t>(request: &Node<'t>, value: &Node<'t>, texts: Texts<'_>) -> Body<'t> {
    // The `uri` task of Ansible.
    if let Some(form) = request.field("body_format").and_then(Node::as_str).and_then(form) {
        return Body::Form(form, value.span);
    }
    match &value.value {
        Value::String(text) if text.trim().is_empty() => Body::Absent,
        Value::String(_) => texts(value).map_or(Body::Unknown, |text| Body::Text(plain(text))),
        Value::Object(members) if members.is_empty() => Body::Absent,
        Value::Object(_) if call::is_body(value) => Body::Tree(masked(value.clone())),
        Value::Object(_) => {
            let kind = first(value, &["mimeType", "mode", "type", "contentType"]);
            let kind = kind.and_then(Node::as_str).unwrap_or_default();
            match form(kind) {
                Some(form) => Body::Form(form, value.span),
                None => {
                    first(value, &TEXTS).map_or(Body::Unknown, |text| body(request, text, texts))
                }
            }
        }
        Value::Array(items) if items.is_empty() => Body::Absent,
        Value::Array(_) => {
            let kind = first(request, &["dataMode", "contentType"]).and_then(Node::as_str);
            match kind {
                Some("raw" | "json") => Body::Unknown,
                Some("urlencoded" | "form-urlencoded") => Body::Form(Form::UrlEncoded, value.span),
                _ => Body::Form(Form::Multipart, value.span),
            }
        }
        _ => Body::Absent,
    }
}

fn form(kind: &str) -> Option<Form> {
    let kind = kind.to_ascii_lowercase();
    if kind.contains("urlencoded") {
        Some(Form::UrlEncoded)
    } else if kind.contains("multipart") || kind.contains("form-data") || kind == "formdata" {
        Some(Form::Multipart)
    } else {
        None
    }
}

/// The tree with placeholders such as `{record_id}` in the place of values marked as what they are.
pub(super) fn masked(mut node: Node<'_>) -> Node<'_> {
    match &mut node.value {
        Value::String(text) if is_placeholder(text) => {
            node.value = Value::Unknown(std::mem::take(text));
        }
        Value::Array(items) => {
            for item in items {
                *item = masked(std::mem::replace(item, Node::new(Value::Null)));
            }
        }
        Value::Object(members) => {
            for member in members {
                member.value = masked(std::mem::replace(&mut member.value, Node::new(Value::Null)));
            }
        }
        _ => {}
    }
    node
}

/// Whether a text stands for another, to be put there by a program or a person.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    // `@variables('ids')` of Power Automate; `@@` is the sign itself.
    let expression = text.starts_with('@') && !text.starts_with("@@") && text.contains('(');
    if expression && text.ends_with([')', ']']) {
        return true;
    }
    let text = text.strip_prefix(['=', '$', '#', '@']).unwrap_or(text);
    let pairs = [("{", "}"), ("<", ">"), ("[", "]"), ("%", "%")];
    text.len() > 2
        && pairs.iter().any(|(start, end)| text.starts_with(start) && text.ends_with(end))
}

/// The module and the body that a tool is called with.
fn tool<'t>(node: &Node<'t>, texts: Texts<'_>) -> Option<(Option<Spot<'t>>, Option<Body<'t>>)> {
    let name = first(node, &TOOLS)?.as_str()?;
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_lowercase();
    if !letters.contains("massupdate") {
        return None;
    }
    let arguments = first(node, &ARGUMENTS)?;
    let called = match texts(arguments).filter(|_| arguments.as_str().is_some()) {
        // Some models send the arguments as a text.
        Some(text) => match json::parse(&text.text) {
            Ok(json::Parsed { root: Some(root), .. }) => arguments_of(&located(root, &text)),
            _ => (None, None),
        },
        None => arguments_of(arguments),
    };
    // The name of anything else may be like that of the tool.
    (called.1.is_some() || letters.ends_with("massupdaterecords")).then_some(called)
}

/// The module and the body among the arguments of a tool.
fn arguments_of<'t>(arguments: &Node<'t>) -> (Option<Spot<'t>>, Option<Body<'t>>) {
    let places = [arguments.field("path_variables"), arguments.field("path"), Some(arguments)];
    let module = places.into_iter().flatten().find_map(|place| first(place, &MODULES));
    let module = module.and_then(|module| {
        let text = module.as_str().filter(|text| is_api_name(text))?.to_owned();
        Some(Spot { text: text.into(), span: Some(module.span) })
    });
    let body = first(arguments, &["body", "request_body", "requestBody", "data"]);
    let body = body.filter(|body| call::is_body(body)).cloned();
    let body = body.or_else(|| Some(arguments.clone()).filter(call::is_body).map(without_others));
    (module, body.map(|body| Body::Tree(masked(body))))
}

/// The arguments of a tool without those that do not belong to the body.
fn without_others(mut arguments: Node<'_>) -> Node<'_> {
    const OTHERS: [&str; 7] = [
        "api_version",
        "headers",
        "organization_id",
        "path",
        "path_variables",
        "query_params",
        "version",
    ];
    if let Value::Object(members) = &mut arguments.value {
        members.retain(|member| {
            let key = member.key.as_ref();
            !MODULES.contains(&key) && !OTHERS.contains(&key)
        });
    }
    arguments
}

/// Whether an object describes a tool, with the schema of its arguments.
fn describes_a_tool(node: &Node<'_>) -> bool {
    let schema = first(node, &["inputSchema", "input_schema", "parameters"]);
    let is_schema = schema.is_some_and(|schema| schema.member("properties").is_some());
    is_schema && first(node, &TOOLS).is_some()
}

impl<'t> Document<'t> {
    /// Adds the call of a tool, which knows the method and the address itself.
    pub(super) fn tool(&mut self, place: Span, module: Option<Spot<'t>>, body: Option<Body<'t>>) {
        let Some(Body::Tree(body)) = body else { return };
        self.covered.push(place);
        self.tree(&body);
        let mut parts = parts_of(&body);
        parts.extend(module.as_ref().and_then(|module| module.span));
        let embedded = Some(Embedded::new(parts));
        self.add_call(Draft { module, body: Some(body), embedded, ..Draft::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_are_written_in_many_ways() {
        for text in [
            "{id}",
            "{{ ids }}",
            "${ID}",
            "={{ $json.ids }}",
            "#{ids}",
            "<record id>",
            "%ID%",
            "[id]",
            " {id} ",
            "@{variables('id')}",
            "@variables('ids')",
            "@body('Get_records')?['data']",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "{}", "id", "554023000000497007", "a@b.example", "@me", "@@f(x)", "x {id}"]
        {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
