//! Checks files: what reading them found, and what the rules find in their calls.

mod forms;
mod run;

use std::sync::{Arc, LazyLock};

use massup_model::draft::Spot;
use massup_model::json::{Node, Span};
use massup_model::{ApiVersion, Draft, Request};
use massup_syntax::{Comment, Cursor, Document, Lines, Malformed, Problem, ProblemKind, Sent};

use crate::checker::Shapes;
use crate::facts::Facts;
use crate::levels::Levels;
use crate::report::{Diagnostic, FileReport, Unchecked};
use crate::rule::Rule;
use crate::sink::Findings;
use crate::{allow, input, plan, request, server, snapshot, text};
pub(crate) use forms::Forms;

static ALL: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all =
        [input::RULES, request::RULES, snapshot::RULES, plan::RULES, server::RULES].concat();
    all.sort_by_key(|rule| rule.code);
    all
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
    /// Whether reports list all findings.
    all_findings: bool,
    /// Results that depend on the settings above, so that each setting resets them.
    shapes: Shapes,
    origin: Origin,
}

/// How a file came to be checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Somebody named it.
    #[default]
    Named,
    /// It was met in a directory: files of other kinds are passed over, and what may be the body of another
    /// call is not checked as a mass update.
    Found,
    /// A call sends it letter for letter.
    Sent,
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
        self.shapes = Shapes::default();
        self
    }

    /// Says which API version a bare request body is for; the newest where nothing is said.
    #[must_use]
    pub fn version(mut self, version: ApiVersion) -> Self {
        self.version = Some(version);
        self.shapes = Shapes::default();
        self
    }

    /// Adds what is known about the organisation and the caller.
    #[must_use]
    pub fn facts(mut self, facts: impl Into<Arc<Facts>>) -> Self {
        self.facts = facts.into();
        self.shapes = Shapes::default();
        self
    }

    /// Sets how the files came to be checked.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Sets what becomes of the findings of some rules.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self.shapes = Shapes::default();
        self
    }

    /// Makes reports list all findings. Otherwise at most 20 of a rule and a severity are listed for each
    /// call, and further ones are counted in [`Diagnostic::more`].
    #[must_use]
    pub fn all_findings(mut self) -> Self {
        self.all_findings = true;
        self
    }

    /// Checks the bytes of a file. Its format follows from its name: YAML, TOML, JSON Lines or JSON.
    ///
    /// For many files, a [`Checker`](crate::Checker) is faster.
    pub fn lint(&self, name: &str, bytes: &[u8]) -> FileReport {
        self.checker_of_one().lint(name, bytes)
    }

    /// The same as [`Linter::lint`] by all rules, whatever is known of calls of the same form; tests hold the two
    /// against each other.
    #[doc(hidden)]
    pub fn lint_in_full(&self, name: &str, bytes: &[u8]) -> FileReport {
        let mut document = massup_syntax::read(name, bytes);
        for draft in &mut document.calls {
            self.complete(draft);
        }
        self.check_document(name, &document, &document.calls, None)
    }

    /// Checks a file that was read, and leaves its calls complete.
    pub(crate) fn lint_completed<'t>(
        &'t self,
        name: &str,
        document: &mut Document<'t>,
    ) -> FileReport {
        for draft in &mut document.calls {
            self.complete(draft);
        }
        self.check_document(name, document, &document.calls, Some(self.shapes.forms()))
    }

    /// Checks a file that was read.
    pub fn lint_document(&self, name: &str, document: &Document<'_>) -> FileReport {
        let mut calls = document.calls.clone();
        for draft in &mut calls {
            self.complete(draft);
        }
        self.check_document(name, document, &calls, Some(self.shapes.forms()))
    }

    /// Checks a file whose calls are complete.
    fn check_document(
        &self,
        name: &str,
        document: &Document<'_>,
        calls: &[Draft<'_>],
        forms: Option<&Forms>,
    ) -> FileReport {
        let mut findings = Findings::of(&self.shapes);
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        // Comments and variables may remove any of the findings.
        let allows = |comment: &Comment<'_>| comment.text.trim_start().starts_with("massup:");
        let removes = document.comments.iter().any(allows)
            || calls.iter().any(|draft| draft.embedded.is_some());
        if self.all_findings {
            findings.keep_all();
        } else if removes {
            findings.keep_to_remove();
        }
        let found = self.origin == Origin::Found;
        let doubtful = found && document.is_doubtful;
        let doubt = doubtful.then(|| document.doubt());
        let passed_over =
            |problem: &&Problem| found && matches!(problem.kind, ProblemKind::Unrecognised(_));
        let problems = document.problems.iter().filter(|problem| !passed_over(problem));
        for problem in problems.chain(&doubt) {
            let kind = match &problem.kind {
                ProblemKind::NotPlain(what, _) if self.origin == Origin::Sent => {
                    &ProblemKind::NotPlain(*what, Sent::AsItIs)
                }
                kind => kind,
            };
            let (rule, words) = text::words(kind);
            let (span, pointer) = (Some(problem.span), problem.pointer.clone());
            findings.add(rule, version, span, pointer, words.message);
            if let Some(found) = findings.diagnostics.last_mut() {
                (found.help, found.shown) = (words.help, problem.shown);
                found.severity = words.severity.unwrap_or(found.severity);
                let odd_space = matches!(kind, ProblemKind::Malformed(Malformed::OddSpace(_)));
                if odd_space && problem.shown.is_none() {
                    found.fix = Some(crate::fix::plain_spaces());
                }
            }
        }
        for (kind, number) in &document.further {
            let (rule, words) = text::words(kind);
            let severity = words.severity.unwrap_or((rule.severity)(version));
            findings.count_further(rule.code, severity, *number);
        }
        if !doubtful {
            findings.calls = document.number_of_calls();
            self.check_calls(document, calls, forms, &mut findings);
        }
        allow::apply(&document.comments, document.text, version, &mut findings);
        self.finish(name, document.text, findings)
    }

    /// The bodies that the calls of a script or a collection take from files: `curl -d @leads.json`. Nothing
    /// is opened; the caller opens it and reads it with the module and the version of the call.
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
        massup_syntax::read(name, text.as_bytes()).calls.iter().filter_map(file).collect()
    }

    /// The module of bare request bodies, if it is set.
    pub fn module_name(&self) -> Option<&str> {
        self.module.as_deref()
    }

    /// What is known about the organisation and the caller.
    pub fn known(&self) -> &Arc<Facts> {
        &self.facts
    }

    pub(crate) fn allows(&self, rule: &Rule) -> bool {
        self.levels.allows(rule)
    }

    pub(crate) fn shapes(&self) -> &Shapes {
        &self.shapes
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

    /// Adds a rule that could not be decided to a report, by the levels that are set.
    #[must_use]
    pub fn with_unchecked(&self, mut report: FileReport, entry: Unchecked) -> FileReport {
        let mut unchecked = report.unchecked.to_vec();
        unchecked.push(entry);
        unchecked.sort();
        unchecked.dedup();
        report.unchecked = unchecked.into();
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
        let mut findings = Findings::of(&self.shapes);
        self.run(draft, Some(self.shapes.forms()), &mut findings);
        for diagnostic in &mut findings.diagnostics {
            diagnostic.span = None;
        }
        self.report(FileReport {
            path: String::new(),
            calls: 1,
            diagnostics: Findings::listed(findings.diagnostics),
            automations: findings.automations,
            unchecked: findings.undecided.listed(),
            signature: None,
            omitted: findings.omitted,
        })
    }

    /// The finding that a file is something else than one change file.
    pub(crate) fn not_a_change_file(&self, name: &str, bytes: &[u8]) -> FileReport {
        let mut findings = Findings::default();
        let version = self.version.unwrap_or(ApiVersion::LATEST);
        let span = Span { start: 0, end: bytes.len().min(1) };
        let words = input::bad_change_file::not_one();
        findings
            .add(&input::bad_change_file::RULE, version, Some(span), String::new(), words.message)
            .help(words.help.unwrap_or_default());
        self.finish(name, str::from_utf8(bytes).unwrap_or_default(), findings)
    }

    /// Adds the module and the version of this linter to a draft that has none.
    pub(crate) fn complete<'t>(&'t self, draft: &mut Draft<'t>) {
        draft.version = draft.version.or(self.version);
        if draft.module.is_none() {
            draft.module = self.module.as_deref().map(Spot::outside);
        }
    }

    fn finish(&self, name: &str, text: &str, findings: Findings) -> FileReport {
        let mut diagnostics = findings.diagnostics;
        if !self.all_findings {
            diagnostics = Findings::listed(diagnostics);
        }
        // In the order of the text, so that even a long line is gone through but once.
        diagnostics.sort_by_key(|found| found.span.map(|span| span.start));
        let mut place = Cursor::start_of(text);
        for diagnostic in &mut diagnostics {
            if let Some(span) = diagnostic.span {
                place.move_to(span.start);
                diagnostic.line = Some(place.line());
                diagnostic.column = Some(place.column());
            }
        }
        self.report(FileReport {
            path: name.to_owned(),
            calls: findings.calls,
            diagnostics,
            automations: findings.automations,
            unchecked: findings.undecided.listed(),
            signature: None,
            omitted: findings.omitted,
        })
    }

    fn report(&self, mut report: FileReport) -> FileReport {
        self.levels.apply(&mut report);
        sorted(report)
    }
}

/// Findings by place, then code.
fn sorted(mut report: FileReport) -> FileReport {
    let place = |d: &Diagnostic| (d.call, d.span.map(|span| span.start));
    report.diagnostics.sort_by(|a, b| {
        (place(a), &a.pointer, a.code, &a.message).cmp(&(place(b), &b.pointer, b.code, &b.message))
    });
    report
}

#[cfg(test)]
mod tests;
