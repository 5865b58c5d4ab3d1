//! Runs the rules.

use std::sync::{Arc, LazyLock};

use massup_model::draft::{Embedded, Spot};
use massup_model::json::{Node, Span};
use massup_model::{ApiVersion, Draft, Request};

use crate::facts::Facts;
use crate::levels::Levels;
use crate::lines::{Lines, Place};
use crate::read::{Contents, Reader, unknown};
use crate::report::{Diagnostic, FileReport};
use crate::rule::{Check, Rule};
use crate::sink::{Fact, Findings, Sink};
use crate::{allow, automation, input, plan, proof, request, server, snapshot};

static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all =
        [input::RULES, request::RULES, snapshot::RULES, plan::RULES, server::RULES].concat();
    all.sort_by_key(|rule| rule.code);
    all
});

/// The rules that ask more than the call itself tells, by code.
static BEYOND_THE_CALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let beyond = |rule: &&Rule| matches!(rule.check, Check::Facts(_) | Check::Server(_));
    rules().iter().copied().filter(beyond).collect()
});

/// Every rule, by code.
pub fn rules() -> &'static [&'static Rule] {
    &ALL
}

/// The rule with a code or a name, compared without case.
///
/// ```
/// assert_eq!(massup_rules::find("MU104").unwrap().name, "cvid-and-ids");
/// assert!(massup_rules::find("cvid-or-ids").is_none());
/// ```
pub fn find(word: &str) -> Option<&'static Rule> {
    let same = |name: &str| name.eq_ignore_ascii_case(word);
    rules().iter().copied().find(|rule| same(rule.code) || same(rule.name))
}

/// Checks calls. Checking never fails: whatever the bytes are, the answer is a report.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_rules::{Linter, Severity};
///
/// let linter = Linter::new().module("Leads").version(ApiVersion::V8);
///
/// let good = br#"{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }"#;
/// assert_eq!(linter.lint("good.json", good).worst(), None);
///
/// let bad = br#"{ "data": [{ "City": "Chennai" }] }"#;
/// let report = linter.lint("bad.json", bad);
/// assert_eq!(report.worst(), Some(Severity::Error));
/// assert_eq!(report.diagnostics[0].name, "no-selection");
/// assert_eq!(report.diagnostics[0].answers[0].code, "MANDATORY_NOT_FOUND");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Linter {
    version: Option<ApiVersion>,
    module: Option<String>,
    facts: Arc<Facts>,
    levels: Levels,
}

/// A file that a call takes its body from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyFile {
    /// As it is named, from the folder in which the call runs.
    pub path: String,
    /// The module of the call, if it is known.
    pub module: Option<String>,
    /// The API version of the call, if it is known.
    pub version: Option<ApiVersion>,
    /// The line that names the file, counted from 1.
    pub line: usize,
}

impl Linter {
    /// A linter that knows nothing but the documentation.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which module a bare request body is for. What a file says itself comes first.
    #[must_use]
    pub fn module(mut self, module: impl Into<String>) -> Self {
        self.module = Some(module.into());
        self
    }

    /// Says which API version a bare request body is for; the newest where nothing is said.
    #[must_use]
    pub fn version(mut self, version: ApiVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// Adds what is known about the organisation and the caller.
    #[must_use]
    pub fn facts(mut self, facts: impl Into<Arc<Facts>>) -> Self {
        self.facts = facts.into();
        self
    }

    /// Sets what becomes of the findings of some rules.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// Checks the bytes of a file. Its name tells YAML, TOML and JSON Lines from JSON.
    pub fn lint(&self, name: &str, bytes: &[u8]) -> FileReport {
        if let Some(draft) = self.proven_clean(name, bytes) {
            let mut findings = Findings::default();
            self.run(&draft, &BEYOND_THE_CALL, &mut findings);
            // The outline has no places: whatever is to be reported is found in full.
            if findings.diagnostics.is_empty() {
                return self.finish(name, "", findings);
            }
        }
        self.lint_in_full(name, bytes)
    }

    /// The outline of a body that the quick pass has found nothing wrong with, for the rules that ask
    /// more than the call alone.
    fn proven_clean<'t>(&'t self, name: &str, bytes: &'t [u8]) -> Option<Draft<'t>> {
        let (module, text) = (self.module.as_deref()?, str::from_utf8(bytes).ok()?);
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        let outline = crate::read::is_json(name).then(|| proof::clean(text, module, version))??;
        let mut draft = Draft::of_body(outline);
        draft.module = Some(Spot::outside(module));
        draft.version = self.version;
        Some(draft)
    }

    /// The same as [`Linter::lint`] without its short cut for plain, clean bodies; tests hold the two
    /// against each other.
    #[doc(hidden)]
    pub fn lint_in_full(&self, name: &str, bytes: &[u8]) -> FileReport {
        let mut findings = Findings::default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let valid = str::from_utf8(valid).unwrap_or_default();
                self.not_utf8(valid, bytes.get(valid.len()).copied(), &mut findings);
                return self.finish(name, valid, findings);
            }
        };
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        let contents = Reader { version, findings: &mut findings }.read(name, text);
        self.check_contents(&contents, &mut findings);
        allow::apply(&contents.comments, text, version, &mut findings);
        self.finish(name, text, findings)
    }

    /// The bodies that the calls of a script or a collection take from files: `curl -d @leads.json`. Nothing
    /// is opened; whoever does reads the file for the module and the version of the call.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_rules::Linter;
    ///
    /// let script = "curl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d @leads.json\n";
    /// let bodies = Linter::new().body_files("update.sh", script);
    /// assert_eq!((&*bodies[0].path, bodies[0].line), ("leads.json", 1));
    /// assert_eq!(bodies[0].module.as_deref(), Some("Leads"));
    /// assert_eq!(bodies[0].version, Some(ApiVersion::V8));
    /// ```
    pub fn body_files(&self, name: &str, text: &str) -> Vec<BodyFile> {
        let lines = Lines::new(text);
        let file = |draft: &Draft<'_>| {
            let spot = draft.body_file.as_ref()?;
            Some(BodyFile {
                path: spot.text.to_string(),
                module: draft.module_name().map(str::to_owned),
                version: draft.version,
                line: lines.line(spot.span?.start),
            })
        };
        self.drafts(name, text).iter().filter_map(file).collect()
    }

    /// What is known about the organisation and the caller.
    pub fn known(&self) -> &Facts {
        &self.facts
    }

    /// Adds what the planner finds in a plan to a report, by the levels that are set.
    #[must_use]
    pub fn with_findings(&self, mut report: FileReport, found: Vec<Diagnostic>) -> FileReport {
        if found.is_empty() {
            return report;
        }
        report.diagnostics.extend(found);
        self.report(report)
    }

    /// Checks a call that can be sent. Its findings have pointers, but no lines.
    pub fn check(&self, request: &Request) -> FileReport {
        let body = request.body();
        let mut draft = Draft::of_body(Node::from(&body));
        draft.version = Some(request.version());
        draft.module = Some(Spot::outside(request.module()));
        self.check_draft(&draft)
    }

    /// Checks a call in any state.
    pub fn check_draft(&self, draft: &Draft<'_>) -> FileReport {
        let mut findings = Findings::default();
        self.run(draft, rules(), &mut findings);
        for diagnostic in &mut findings.diagnostics {
            diagnostic.span = None;
        }
        self.report(FileReport {
            path: String::new(),
            diagnostics: findings.diagnostics,
            automations: findings.automations,
            unchecked: findings.unchecked,
        })
    }

    /// The calls of a text, as far as it can be read.
    pub(crate) fn drafts<'t>(&self, name: &str, text: &'t str) -> Vec<Draft<'t>> {
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        Reader { version, findings: &mut Findings::default() }.read(name, text).drafts
    }

    /// The finding that a file is something else than one change file.
    pub(crate) fn not_a_change_file(&self, name: &str, bytes: &[u8]) -> FileReport {
        let mut findings = Findings::default();
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        let span = Span { start: 0, end: bytes.len().min(1) };
        let message = "this is not one change file".to_owned();
        findings
            .add(&input::bad_change_file::RULE, version, Some(span), String::new(), message)
            .help("a change file names `module`, `set` and `select`");
        self.finish(name, str::from_utf8(bytes).unwrap_or_default(), findings)
    }

    fn check_contents(&self, contents: &Contents<'_>, findings: &mut Findings) {
        let several = contents.drafts.len() > 1;
        for (index, draft) in contents.drafts.iter().enumerate() {
            let before = findings.diagnostics.len();
            let mut draft = draft.clone();
            draft.version = draft.version.or(self.version);
            if draft.module.is_none() {
                draft.module = self.module.as_deref().map(Spot::outside);
            }
            let calls = findings.automations.len();
            self.run(&draft, rules(), findings);
            if let Some(embedded) = &draft.embedded {
                settle(&draft, embedded, before, findings);
            }
            if several {
                for automation in findings.automations.iter_mut().skip(calls) {
                    automation.call = Some(index + 1);
                }
                for diagnostic in findings.diagnostics.iter_mut().skip(before) {
                    diagnostic.call = Some(index + 1);
                }
            }
        }
    }

    fn run(&self, draft: &Draft<'_>, rules: &[&'static Rule], findings: &mut Findings) {
        findings.next_call();
        findings.automations.extend(automation::of(draft, &self.facts));
        for rule in rules.iter().copied().filter(|rule| rule.is_stable()) {
            let sink = &mut Sink { rule, draft, findings };
            match rule.check {
                Check::Call(check) => check(draft, sink),
                Check::Facts(check) => check(draft, &self.facts, sink),
                Check::Server(applies) if applies(draft) => {
                    sink.lacks(Fact::Server, || {
                        ("what the server knows".into(), "nothing but the call itself tells".into())
                    });
                }
                Check::Server(_) | Check::Reading | Check::Planning => {}
            }
        }
    }

    fn finish(&self, name: &str, text: &str, findings: Findings) -> FileReport {
        let mut diagnostics = findings.diagnostics;
        // In the order of the text, so that even a long line is gone through but once.
        diagnostics.sort_by_key(|found| found.span.map(|span| span.start));
        let mut place = Place::start_of(text);
        for diagnostic in &mut diagnostics {
            if let Some(span) = diagnostic.span {
                place.move_to(span.start);
                diagnostic.line = Some(place.line());
                diagnostic.column = Some(place.column());
            }
        }
        self.report(FileReport {
            path: name.to_owned(),
            diagnostics,
            automations: findings.automations,
            unchecked: findings.unchecked,
        })
    }

    fn report(&self, mut report: FileReport) -> FileReport {
        self.levels.apply(&mut report);
        sorted(report)
    }

    fn not_utf8(&self, valid: &str, byte: Option<u8>, findings: &mut Findings) {
        let at = valid.len();
        let span = Span { start: at, end: at };
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        let byte = byte.map_or_else(String::new, |byte| format!("byte {byte:#04x} "));
        let message = format!("{byte}is not UTF-8");
        findings
            .add(&input::malformed_json::RULE, version, Some(span), String::new(), message)
            .help("save the file as UTF-8; JSON knows no other encoding");
    }
}

/// Takes out what was found, from one finding on, in values that nobody knows, and says of the others how
/// much of the file may be shown.
fn settle(draft: &Draft<'_>, embedded: &Embedded, before: usize, findings: &mut Findings) {
    let unknown = draft.body.as_ref().map(unknown).unwrap_or_default();
    let mut found = findings.diagnostics.split_off(before);
    found.retain(|found| {
        found.span.is_none_or(|span| {
            !unknown.iter().any(|value| value.start <= span.start && span.end <= value.end)
        })
    });
    for found in &mut found {
        found.shown = found.span.map(|span| embedded.part(span.start));
    }
    findings.diagnostics.append(&mut found);
}

/// Findings by place, then code; what could not be decided by code, each once.
fn sorted(mut report: FileReport) -> FileReport {
    let place = |d: &Diagnostic| (d.call, d.span.map(|span| span.start));
    report.diagnostics.sort_by(|a, b| {
        (place(a), &a.pointer, a.code, &a.message).cmp(&(place(b), &b.pointer, b.code, &b.message))
    });
    report.unchecked.sort();
    report.unchecked.dedup();
    report
}

#[cfg(test)]
mod tests;
