//! From problems of a text to findings: the rules on the text of a file word them.

use massup_syntax::{OwnFormat, ProblemKind};

use crate::input::{
    bad_call_file, bad_change_file, body_elsewhere, call_not_followed, duplicate_key, form_body,
    malformed_json, not_plain_json, unjoined_lines, unrecognised_file, unresolved_variable,
    wrong_address, wrong_authorization,
};
use crate::report::Severity;
use crate::rule::Rule;
use crate::suggest::nearest;

/// What a finding says: what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// Another weight than the rule has in general.
    pub(crate) severity: Option<Severity>,
}

impl Words {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, severity: None }
    }

    pub(crate) fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The rule that a problem breaks, and its words.
pub(crate) fn words(problem: &ProblemKind) -> (&'static Rule, Words) {
    // Without a catch-all arm: a new kind of problem does not compile until it is worded.
    match problem {
        ProblemKind::Malformed(problem) => (&malformed_json::RULE, malformed_json::words(problem)),
        ProblemKind::NotPlain(problem, sent) => {
            (&not_plain_json::RULE, not_plain_json::words(*problem, *sent))
        }
        ProblemKind::CallFile(problem) => (&bad_call_file::RULE, bad_call_file::words(problem)),
        ProblemKind::ChangeFile(problem) => {
            (&bad_change_file::RULE, bad_change_file::words(problem))
        }
        ProblemKind::DuplicateKey(key) => (&duplicate_key::RULE, duplicate_key::words(key)),
        ProblemKind::Address(address) => (&wrong_address::RULE, wrong_address::words(address)),
        ProblemKind::Authorization(scheme) => {
            (&wrong_authorization::RULE, wrong_authorization::words(*scheme))
        }
        ProblemKind::FormBody(form) => (&form_body::RULE, form_body::words(*form)),
        ProblemKind::NotFollowed(problem) => {
            (&call_not_followed::RULE, call_not_followed::words(*problem))
        }
        ProblemKind::UnjoinedLines => (&unjoined_lines::RULE, unjoined_lines::words()),
        ProblemKind::Unrecognised(foreign) => {
            (&unrecognised_file::RULE, unrecognised_file::words(*foreign))
        }
        ProblemKind::BodyElsewhere(place) => (&body_elsewhere::RULE, body_elsewhere::words(place)),
        ProblemKind::Unresolved { name, others } => {
            (&unresolved_variable::RULE, unresolved_variable::words(name, *others))
        }
    }
}

/// The words for a problem of one of massup's own formats.
pub(crate) fn own_format(problem: &OwnFormat) -> Words {
    match problem {
        OwnFormat::Contradiction { key, value, path } => {
            Words::new(format!("`{key}` is `{value}`, but the path names `{path}`"))
                .help(format!("remove `{key}`: the path is enough"))
        }
        OwnFormat::EmptySelection => Words::new("a selection of the list names no records")
            .help("give it `ids` or `ids_file`, or remove it"),
        OwnFormat::NoBody => Words::new("the call file has no `body`")
            .help("put the request body under the key `body`"),
        OwnFormat::NoModule => Words::new("the change file has no `module`")
            .help("add the API name of the module, such as `module: Leads`"),
        OwnFormat::NotOneOf { key, written, words } => {
            let said = Words::new(format!("`{key}` is not one of {}", quoted(words)));
            match nearest(written, words.iter().copied()) {
                Some(near) => said.help(format!("did you mean `{near}`?")),
                None => said,
            }
        }
        OwnFormat::NotToml(reason) => Words::new(format!("this is not TOML: {reason}")),
        OwnFormat::NotYaml(reason) => Words::new(format!("this is not YAML: {reason}")),
        OwnFormat::ShortList => Words::new("`select` is a list of fewer than two selections")
            .help("write a single selection without a list"),
        OwnFormat::UnknownKey { part, key, known } => {
            Words::new(format!("{part} has no key `{key}`")).help(key_advice(key, known))
        }
        OwnFormat::UnknownVersion(error) => Words::new(error.to_string()),
        OwnFormat::ViewBesideOthers => Words::new(
            "a view next to other selections: massup cannot tell which records they share",
        )
        .help("give the view a change file of its own"),
        OwnFormat::Without { key, other } => {
            Words::new(format!("`{key}` is given without `{other}`"))
                .help(format!("add `{other}`, or remove `{key}`"))
        }
        OwnFormat::WrongType { key, found, expected } => {
            Words::new(format!("`{key}` is {found}; expected {expected}"))
        }
    }
}

/// What to do about an unknown key. Keys of a request body have other names in a change file.
fn key_advice(key: &str, known: &[&str]) -> String {
    let change = known.contains(&"set");
    match key {
        "data" | "fields" | "values" if change => {
            "set fields under `set`: `set: { Field: value }`".to_owned()
        }
        "ids" | "cvid" | "view" | "territory" | "ids_file" if change => {
            let key = if key == "cvid" { "view" } else { key };
            format!("move it under `select`: `select: {{ {key}: … }}`")
        }
        "version" if change => "did you mean `api_version`?".to_owned(),
        "where" | "filter" | "criteria" if change => {
            "select records under `select`, by `ids`, `ids_file` or `view`".to_owned()
        }
        "cvid" if known.contains(&"view") => "did you mean `view`?".to_owned(),
        _ => match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are {}", quoted(known)),
        },
    }
}

/// Names in backticks, separated by commas.
pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
