//! Explains rules, codes and messages of the server, pasted answers, and states of jobs.

mod data;
mod terms;

use std::fmt;

use data::Data;
use massup_model::ApiVersion;
use massup_model::catalogue::{self, DocumentedError, Endpoint};
use massup_model::response::JobState;
use massup_rules::Rule;
use schemars::Schema;
use serde_json::{Value, json};
use terms::Term;

use crate::schemas;

/// The most errors that are explained in full; of more there is a list.
const IN_FULL: usize = 3;

/// What a text means.
///
/// ```
/// use massup_project::Explanation;
///
/// let rule = Explanation::of("cvid-and-ids").unwrap();
/// assert!(rule.to_string().starts_with("MU104 cvid-and-ids"));
/// let answer = Explanation::of("HTTP 429").unwrap();
/// assert_eq!(answer.as_json()["code"], "TOO_MANY_REQUESTS");
/// let unknown = Explanation::of("cvid-and-idz").unwrap_err();
/// assert_eq!(unknown.near, Some("cvid-and-ids"));
/// ```
#[derive(Debug)]
pub struct Explanation(Meaning);

#[derive(Debug)]
enum Meaning {
    Rule(&'static Rule),
    /// The text that was explained, and what was found in it.
    Answer(String, Found),
}

/// A text that is not a rule, and not a code, a message or an answer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unexplained {
    /// The beginning of the text.
    pub text: String,
    /// The name of a rule, or the code of a rule or an error, that is most like it.
    pub near: Option<&'static str>,
}

impl fmt::Display for Unexplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let near = self.near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let text = &self.text;
        write!(
            f,
            "`{text}` is not a rule, and not a known code, message or answer of the server{near}"
        )
    }
}

impl std::error::Error for Unexplained {}

impl Explanation {
    /// Explains a rule by its code or name; a code, a message or an answer of the server; a state of a job.
    ///
    /// # Errors
    ///
    /// The text is none of these.
    pub fn of(text: &str) -> Result<Self, Unexplained> {
        let text = text.trim();
        if let Some(rule) = massup_rules::find(text) {
            return Ok(Self(Meaning::Rule(rule)));
        }
        let found = Found::of(text);
        if found.is_empty() {
            return Err(unexplained(text));
        }
        Ok(Self(Meaning::Answer(text.to_owned(), found)))
    }

    /// The same as data: a rule, or the errors and the states that the text means. [`Explanation::schema`] describes
    /// it.
    pub fn as_json(&self) -> Value {
        json!(match &self.0 {
            Meaning::Rule(rule) => Data::of_rule(rule),
            Meaning::Answer(text, found) => Data::of_answer(text, found),
        })
    }

    /// The JSON Schema of [`Explanation::as_json`].
    pub fn schema() -> Schema {
        schemas::written::<Data>()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match &self.0 {
            Meaning::Rule(rule) => rule_page(rule),
            Meaning::Answer(_, found) => found.in_words(),
        })
    }
}

fn unexplained(text: &str) -> Unexplained {
    let codes = rows().map(|error| error.code);
    let names = massup_rules::rules().iter().flat_map(|rule| [rule.code, rule.name]);
    let near = massup_rules::nearest(text, names.chain(codes));
    let shown: String = text.chars().take(60).collect();
    let cut = if shown.len() < text.len() { "…" } else { "" };
    Unexplained { text: shown + cut, near }
}

/// What a text means: errors of the server, states of jobs, and other words of the API.
#[derive(Debug, Default)]
struct Found {
    errors: Vec<&'static DocumentedError>,
    states: Vec<JobState>,
    terms: Vec<&'static Term>,
}

impl Found {
    /// Looks for answers in JSON, then for codes, then for messages.
    fn of(text: &str) -> Self {
        let mut found = Self { terms: terms::find(text).into_iter().collect(), ..Self::default() };
        if found.terms.first().is_some_and(|term| terms::is_permission(term)) {
            found.add(of_code("NO_PERMISSION", "permission denied"));
        }
        if let Some(answer) = json_in(text) {
            found.read(&answer, 0);
        }
        if found.is_empty() {
            found.read_words(text);
        }
        if found.is_empty() {
            // A status among words: `HTTP 429`.
            let statuses = text.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 3);
            statuses
                .filter_map(|word| word.parse().ok())
                .for_each(|status| found.add_status(status));
        }
        found
    }

    fn add_status(&mut self, status: u16) {
        self.add(rows().filter(|row| row.statuses.iter().any(|(_, known)| *known == status)));
    }

    fn is_empty(&self) -> bool {
        self.errors.is_empty() && self.states.is_empty() && self.terms.is_empty()
    }

    fn add(&mut self, errors: impl IntoIterator<Item = &'static DocumentedError>) {
        for error in errors {
            if !self.errors.iter().any(|known| known.key == error.key) {
                self.errors.push(error);
            }
        }
    }

    /// Reads the codes, messages and states anywhere in an answer.
    fn read(&mut self, answer: &Value, depth: usize) {
        // Answers nest to four.
        if depth > 16 {
            return;
        }
        match answer {
            Value::Array(items) => items.iter().for_each(|item| self.read(item, depth + 1)),
            Value::Object(members) => {
                let text = |key: &str| members.get(key).and_then(Value::as_str);
                if let Some(code) = text("code").or_else(|| text("error")) {
                    self.add(of_code(code, text("message").unwrap_or_default()));
                }
                self.states.extend(text("Status").and_then(state));
                members.values().for_each(|value| self.read(value, depth + 1));
            }
            _ => {}
        }
    }

    /// Reads a code, a state, an HTTP status or a message.
    fn read_words(&mut self, text: &str) {
        self.states.extend(state(text));
        if self.states.is_empty() && text.to_ascii_lowercase().contains("status") {
            let words = text.split(|c: char| !c.is_ascii_alphabetic());
            let upper = |word: &&str| word.chars().all(|c| c.is_ascii_uppercase());
            self.states.extend(words.filter(upper).find_map(state));
        }
        if let Ok(status) = text.parse::<u16>() {
            self.add_status(status);
            return;
        }
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let code = words.into_iter().find(|word| is_code(word, text));
        match code {
            Some(code) => {
                let message = text.replacen(code, "", 1);
                self.add(of_code(code, message.trim()));
            }
            None => self.add(catalogue::matching(text)),
        }
    }

    fn in_words(&self) -> String {
        let terms = self.terms.iter().map(|term| {
            let Term { name, kind, meaning } = term;
            format!("{name} ({kind})\n  what it means: {meaning}\n")
        });
        let states = self.states.iter().map(state_text);
        let mut parts: Vec<String> = terms.chain(states).collect();
        if self.errors.len() <= IN_FULL {
            parts.extend(self.errors.iter().map(|error| error_text(error)));
        } else {
            parts.push(list(&self.errors));
        }
        parts.join("\n")
    }
}

/// All errors that can be explained.
fn rows() -> impl Iterator<Item = &'static DocumentedError> {
    catalogue::ALL.iter().chain(catalogue::RELATED).copied()
}

/// Whether a word is a code. In lower case only a text of its own is one: messages contain such words.
fn is_code(word: &str, text: &str) -> bool {
    word == text && rows().any(|row| row.code.eq_ignore_ascii_case(word))
        || word.contains('_') && rows().any(|row| row.code == word)
}

/// The errors with a code, or the one whose message is nearest to the given one.
fn of_code(code: &str, message: &str) -> Vec<&'static DocumentedError> {
    if message.chars().any(char::is_alphabetic) {
        let mut rows_of_message = catalogue::matching(message);
        rows_of_message.retain(|row| row.code.eq_ignore_ascii_case(code));
        if !rows_of_message.is_empty() {
            return rows_of_message;
        }
        let exact = rows().find(|row| row.code == code).map_or(code, |row| row.code);
        let row = catalogue::recognise(Endpoint::Any, exact, message, ApiVersion::LATEST);
        if let Some(row) = row {
            let same = |other: &&DocumentedError| {
                other.code == row.code && other.message.eq_ignore_ascii_case(row.message)
            };
            return rows().filter(same).take(IN_FULL).collect();
        }
    }
    rows().filter(|row| row.code.eq_ignore_ascii_case(code)).collect()
}

/// The first JSON object or array in a text.
fn json_in(text: &str) -> Option<Value> {
    let start = text.find(['{', '['])?;
    let rest = text.get(start..)?;
    serde_json::Deserializer::from_str(rest).into_iter().next()?.ok()
}

fn state(word: &str) -> Option<JobState> {
    let state = JobState::parse(&word.to_ascii_uppercase());
    (!matches!(state, JobState::Unknown(_))).then_some(state)
}

fn state_text(state: &JobState) -> String {
    let over = if state.is_over() { "yes" } else { "no, read it again later" };
    format!(
        "{} (state of a scheduled job)\n  what it means: {}\n  final: {over}\n",
        state.as_str(),
        meaning(state)
    )
}

fn meaning(state: &JobState) -> &'static str {
    match state {
        JobState::Scheduled => "The job is waiting for its turn; no record has been updated yet.",
        JobState::Queued => {
            "The job is in the queue. Only the newest OpenAPI description of v8 has this state."
        }
        JobState::Running => "The job is updating records; the counts show its progress.",
        JobState::Suspended => {
            "The job is paused; no document says whether it resumes by itself. Only the newest OpenAPI description of v8 has this state."
        }
        JobState::Completed => {
            "The job has ended. Check `Failed_Count`: records can have failed, and no API says which."
        }
        JobState::Failed => {
            "The job has ended and failed. Records in `Updated_Count` were updated; check them before you start it again."
        }
        JobState::Unknown(_) => "No document describes this state.",
    }
}

/// The page of a rule: its documentation, the answers of the server, and the sources, as Markdown.
pub fn rule_page(rule: &Rule) -> String {
    let severity = (rule.severity)(ApiVersion::LATEST).as_str();
    let evidence = format!("{:?}", rule.evidence).to_lowercase();
    let mut text = format!("{} {} ({severity}, {evidence})\n\n", rule.code, rule.name);
    for line in rule.documentation.lines() {
        text += line.strip_prefix(' ').unwrap_or(line);
        text += "\n";
    }
    if !rule.answers.is_empty() {
        text += "\n## The server's answer\n\n";
        for error in rule.answers {
            text += &format!("* {}{} `{}`\n", status(error), error.code, error.message);
        }
    }
    text += "\n## Sources\n\n";
    for source in rule.sources {
        text += &format!("* {}: {}\n", source.name, source.url);
    }
    text
}

fn status(error: &DocumentedError) -> String {
    error.status(ApiVersion::LATEST).map_or_else(String::new, |status| format!("HTTP {status} "))
}

/// The rules that foretell an error.
fn foretold_by(error: &DocumentedError) -> Vec<&'static Rule> {
    let answers = |rule: &&Rule| rule.answers.iter().any(|answer| answer.key == error.key);
    massup_rules::rules().iter().copied().filter(answers).collect()
}

/// A line for each of many errors.
fn list(errors: &[&DocumentedError]) -> String {
    let mut text = format!("{} errors:\n", errors.len());
    for error in errors {
        let message = if error.message.is_empty() { "(no message)" } else { error.message };
        text += &format!("  {}{} {message}\n    {}\n", status(error), error.code, error.meaning);
    }
    text += "explain one with its message: massup explain 'MESSAGE'\n";
    text
}

fn error_text(error: &DocumentedError) -> String {
    let mut text = format!("{}{}", status(error), error.code);
    if !error.message.is_empty() {
        text += &format!(" `{}`", error.message);
    }
    text += &format!("\n  what it means: {}\n  what to do: {}\n", error.meaning, error.cure);
    text += &format!("  try again: {}\n", retry(error));
    let rules = foretold_by(error);
    if !rules.is_empty() {
        let names: Vec<_> = rules.iter().map(|r| format!("{} {}", r.code, r.name)).collect();
        text += &format!("  rules: {}\n", names.join(", "));
    }
    for source in error.sources {
        text += &format!("  source: {}, {}\n", source.name, source.url);
    }
    text
}

fn retry(error: &DocumentedError) -> &'static str {
    match error.retry {
        _ if error.code == "SUCCESS" => "not needed",
        catalogue::Retry::Never => "no, the same call fails again",
        catalogue::Retry::Later => "yes, after waiting",
        catalogue::Retry::AfterFix => "after somebody has changed the state or the permissions",
        catalogue::Retry::AfterRefresh => "yes, with a new access token",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<&'static str> {
        Found::of(text).errors.iter().map(|error| error.key).collect()
    }

    #[test]
    fn a_message_an_answer_or_a_code_means_an_error() {
        let answer = r#"{"data":[{"code":"INVALID_DATA","details":{"id":"7"},"message":"the id given seems to be invalid","status":"error"},
            {"code":"INVALID_DATA","details":{"id":"8"},"message":"the id given seems to be invalid","status":"error"}]}"#;
        for (text, key) in [
            ("the id given seems to be invalid", "invalid-id"),
            ("INVALID_DATA: the id given seems to be invalid", "invalid-id"),
            (answer, "invalid-id"),
            (&format!("400 Bad Request: {answer}"), "invalid-id"),
            ("INVALID_TOKEN", "invalid-token"),
            ("invalid_client", "oauth-invalid-client"),
            (r#"{"error":"invalid_code"}"#, "oauth-invalid-code"),
            ("Access Denied", "oauth-access-denied"),
            ("INVALID_HOST", "invalid-host"),
            ("no record found to update", "no-records"),
            (
                "{'data': [{'code': 'INVALID_DATA', 'details': {'id': '7'}, 'message': 'the id given seems to be invalid'}]}",
                "invalid-id",
            ),
            ("HTTP 429", "too-many-requests"),
            ("202", "already-scheduled"),
            (r#"{"error":"authorization_pending"}"#, "oauth-authorization-pending"),
            ("slow_down", "oauth-slow-down"),
            ("Record count exceeded.", "job-too-large"),
            (
                r#"{"code":"NO_PERMISSION","message":"Field Edit Permission not given"}"#,
                "field-edit-not-permitted",
            ),
        ] {
            assert_eq!(keys(text), [key], "{text}");
        }
        assert!(keys("INVALID_DATA").len() > 10);
        assert!(keys("zzz").is_empty() && keys("{}").is_empty());
    }

    #[test]
    fn keys_counts_and_permissions_are_explained() {
        let terms =
            |text: &str| -> Vec<_> { Found::of(text).terms.iter().map(|term| term.name).collect() };
        assert_eq!(terms("Failed_Count"), ["Failed_Count"]);
        assert_eq!(terms("over_write"), ["over_write"]);
        assert_eq!(
            (terms("204"), terms("HTTP 204"), terms("\"204\"")),
            (vec!["204"], vec!["204"], vec!["204"])
        );
        for (text, status) in [
            ("207", "207"),
            ("HTTP/1.1 502 Bad Gateway", "502"),
            ("Request failed with status code 503", "503"),
            ("504", "504"),
        ] {
            assert_eq!(terms(text), [status], "{text}");
        }
        assert_eq!(terms("x-api-credits-remaining: 4000"), ["X-API-CREDITS-REMAINING"]);
        assert_eq!(terms("ZohoCRM.modules.ALL"), ["ZohoCRM.…"]);
        assert!(keys("ZohoCRM.modules.ALL").is_empty() && terms("id 503 failed").is_empty());
        assert_eq!(terms("Crm_Implied_Mass_Update_Leads"), ["Crm_Implied_…"]);
        assert_eq!(keys("Crm_Implied_Mass_Update_Leads").len(), 1);
        assert!(terms("the data given").is_empty() && terms("2040").is_empty());
        let words = Explanation::of("cvid").unwrap();
        assert!(words.to_string().starts_with("cvid (key of the request body)"));
        assert_eq!(words.as_json()["terms"][0]["term"], "cvid");
    }

    #[test]
    fn states_of_jobs_are_explained() {
        let states = |text: &str| Found::of(text).states;
        assert_eq!(states("suspended"), [JobState::Suspended]);
        assert_eq!(states(r#"{"data":[{"Status":"FAILED","Total_Count":3}]}"#), [JobState::Failed]);
        assert_eq!(states("status: RUNNING"), [JobState::Running]);
        assert_eq!(states("Status=COMPLETED Failed_Count=3"), [JobState::Completed]);
        assert!(
            states("PAINTED_BLUE").is_empty() && states("the status of a failed job").is_empty()
        );
    }
}
