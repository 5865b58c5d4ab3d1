//! What a check found: data, in the form that is also written as JSON.

use std::sync::Arc;

use massup_model::ApiVersion;
use massup_model::catalogue::DocumentedError;
use massup_model::json::Span;
use serde::{Deserialize, Serialize, Serializer};

use crate::automation::CallAutomation;
use crate::rule::{Evidence, Rule};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Legal or undocumented, but hazardous.
    Warning,
    /// A documented refusal.
    Error,
}

impl Severity {
    /// The word, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diagnostic {
    /// The code of the rule: `MU104`.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^MU[0-9]{3}$")))]
    pub code: &'static str,
    /// The name of the rule: `cvid-and-ids`.
    pub name: &'static str,
    /// The weight, after configuration.
    pub severity: Severity,
    /// The call it is about, counted from 1, where the file holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize", range(min = 1)))]
    pub call: Option<usize>,
    /// An RFC 6901 JSON Pointer into the request body; empty for the whole body, and for what is
    /// outside of it.
    pub pointer: String,
    /// The line in the file, from 1. Absent for calls that were never a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize", range(min = 1)))]
    pub line: Option<usize>,
    /// The column in the line, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize", range(min = 1)))]
    pub column: Option<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub help: Option<String>,
    /// The number of further findings of the rule in the call that are not listed. Absent if there are
    /// none.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "schema", schemars(with = "usize", extend("default" = 0)))]
    pub more: usize,
    /// How well the constraint is known.
    pub evidence: Evidence,
    /// What the server would answer, most likely first; empty if it is not documented.
    pub answers: Vec<Answer>,
    /// A change to the body that removes the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Fix"))]
    pub fix: Option<Fix>,
    /// The bytes of the file that the finding is about.
    #[serde(skip)]
    pub span: Option<Span>,
    /// The bytes around it that may be shown, if the call is embedded in a file of another kind: a token
    /// may be next to them. Without it, the whole line may be shown.
    #[serde(skip)]
    pub shown: Option<Span>,
}

/// What the server would answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// The code: `INVALID_DATA`.
    pub code: &'static str,
    /// The HTTP status, if it is documented for the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "u16"))]
    pub status: Option<u16>,
    /// The message, as documented.
    pub message: &'static str,
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix {
    /// What the change does, as a command: ``remove `cvid` ``.
    pub title: String,
    /// Whether a program may make it unasked.
    pub applicability: Applicability,
    /// The change as a JSON Patch (RFC 6902) of the request body.
    pub patch: Vec<Edit>,
}

/// Whether a program may make a change unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Applicability {
    /// The call means the same before and after.
    Safe,
    /// The meaning may change: a person should look.
    Unsafe,
}

/// One operation of a JSON Patch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Edit {
    /// Takes a member or an item out.
    Remove {
        /// Where, as a JSON Pointer.
        path: String,
    },
    /// Adds a member to an object.
    Add {
        /// The new place, as a JSON Pointer.
        path: String,
        /// The value.
        value: serde_json::Value,
    },
    /// Replaces a value by another one.
    Replace {
        /// Where, as a JSON Pointer.
        path: String,
        /// The new value.
        value: serde_json::Value,
    },
    /// Gives a member another key, or moves it to an object around its own. The value stays unchanged.
    Move {
        /// The old place, as a JSON Pointer.
        from: String,
        /// The new place, as a JSON Pointer.
        path: String,
    },
}

/// A rule that could not be decided, because a fact is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unchecked {
    /// The code of the rule.
    pub code: &'static str,
    /// The name of the rule.
    pub name: &'static str,
    /// The fact that is missing.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub needs: Arc<str>,
    /// What would supply it: a command, a flag or a file.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub supply: Arc<str>,
}

/// A signature of a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Signature {
    /// The id of the key.
    pub key: String,
    /// Whether the plan was checked with the public key, which is trusted.
    pub checked: bool,
}

/// What was found in one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileReport {
    /// The file, as it was named.
    pub path: String,
    /// How many calls were recognised; 0 for a body that is counted with the call that sends it.
    pub calls: usize,
    /// The findings, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the calls trigger workflows, approvals and blueprints, in the order of the calls.
    pub automations: Vec<CallAutomation>,
    /// The rules that could not be decided, by code; many reports share one list.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Unchecked>"))]
    pub unchecked: Arc<[Unchecked]>,
    /// The signature next to the file, if it is a plan that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Signature"))]
    pub signature: Option<Signature>,
    /// The findings that are counted and not kept. As JSON their number, if there are any.
    #[serde(serialize_with = "total", skip_serializing_if = "Omitted::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<usize>"))]
    pub omitted: Omitted,
}

/// How many findings were counted and not kept, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Omitted {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Omitted {
    /// How many there are.
    pub fn total(self) -> usize {
        self.errors + self.warnings + self.notes
    }

    /// Counts further findings.
    pub fn count(&mut self, severity: Severity, number: usize) {
        match severity {
            Severity::Error => self.errors += number,
            Severity::Warning => self.warnings += number,
            Severity::Note => self.notes += number,
        }
    }

    /// The weight of the heaviest one.
    pub fn worst(self) -> Option<Severity> {
        let all = [
            (self.errors, Severity::Error),
            (self.warnings, Severity::Warning),
            (self.notes, Severity::Note),
        ];
        all.into_iter().find(|(number, _)| *number > 0).map(|(_, severity)| severity)
    }

    fn is_none(&self) -> bool {
        self.total() == 0
    }
}

fn total<S: Serializer>(omitted: &Omitted, serializer: S) -> Result<S::Ok, S::Error> {
    omitted.total().serialize(serializer)
}

/// What was found in all files.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// The number of this format: 1.
    pub format: u32,
    /// A report a file, by path.
    pub files: Vec<FileReport>,
    /// The counts over all files.
    pub summary: Summary,
}

/// The counts of a [`Report`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Files looked at.
    pub files: usize,
    /// Calls recognised in them.
    pub calls: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Rules that could not be decided for lack of data; what only the server knows is not counted.
    pub unchecked: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Edit {
    /// The pointers that say where.
    pub(crate) fn paths_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let (from, path) = match self {
            Self::Remove { path } | Self::Add { path, .. } | Self::Replace { path, .. } => {
                (None, path)
            }
            Self::Move { from, path } => (Some(from), path),
        };
        from.into_iter().chain([path])
    }
}

impl Answer {
    /// What of some errors a version answers: those that its documents list, or, if they list none, those
    /// that older documents do. An answer that only later versions give is not foretold.
    pub(crate) fn foretold(errors: &[&'static DocumentedError], version: ApiVersion) -> Vec<Self> {
        let mut errors = errors.to_vec();
        errors.retain(|error| error.versions.0 <= version);
        if errors.iter().any(|error| error.is_documented_for(version)) {
            errors.retain(|error| error.is_documented_for(version));
        }
        let answer = |error: &DocumentedError| Self {
            code: error.code,
            status: error.status(version),
            message: error.message,
        };
        errors.into_iter().map(answer).collect()
    }
}

impl Diagnostic {
    /// What a rule has to say about a call or a plan of a version, without a place.
    pub fn new(rule: &'static Rule, version: ApiVersion, message: impl Into<String>) -> Self {
        Self {
            code: rule.code,
            name: rule.name,
            severity: (rule.severity)(version),
            call: None,
            pointer: String::new(),
            line: None,
            column: None,
            message: message.into(),
            help: None,
            more: 0,
            evidence: rule.evidence,
            answers: Answer::foretold(rule.answers, version),
            fix: None,
            span: None,
            shown: None,
        }
    }
}

impl Unchecked {
    /// Whether there is data that would decide the rule; the others only the server can decide.
    pub fn can_be_supplied(&self) -> bool {
        !self.code.starts_with("MU9")
    }
}

impl FileReport {
    /// The weight of the heaviest finding, kept or not.
    pub fn worst(&self) -> Option<Severity> {
        let kept = self.diagnostics.iter().map(|diagnostic| diagnostic.severity).max();
        kept.max(self.omitted.worst())
    }
}

impl Summary {
    /// Counts what was found in some files.
    pub fn of<'f>(files: impl IntoIterator<Item = &'f FileReport>) -> Self {
        let mut summary = Self::default();
        for file in files {
            summary.files += 1;
            summary.calls += file.calls;
            summary.unchecked += file.unchecked.iter().filter(|one| one.can_be_supplied()).count();
            summary.errors += file.omitted.errors;
            summary.warnings += file.omitted.warnings;
            summary.notes += file.omitted.notes;
            for diagnostic in &file.diagnostics {
                let count = match diagnostic.severity {
                    Severity::Error => &mut summary.errors,
                    Severity::Warning => &mut summary.warnings,
                    Severity::Note => &mut summary.notes,
                };
                *count += 1 + diagnostic.more;
            }
        }
        summary
    }
}

impl Report {
    /// The number of this format.
    pub const FORMAT: u32 = 1;

    /// Puts the reports of files together, in the order given.
    pub fn new(files: Vec<FileReport>) -> Self {
        Self { format: Self::FORMAT, summary: Summary::of(&files), files }
    }

    /// The weight of the heaviest finding.
    pub fn worst(&self) -> Option<Severity> {
        self.files.iter().filter_map(FileReport::worst).max()
    }
}
