//! What a rule is, and how one is declared.

use massup_model::catalogue::DocumentedError;
use massup_model::source::Source;
use massup_model::{ApiVersion, Draft};
use serde::Serialize;

use crate::facts::Facts;
use crate::known::Set;
use crate::report::Severity;
use crate::safe::SafeFor;
use crate::sink::Sink;

/// A constraint of the API as a check, with all that is to be known about it.
///
/// The rules are listed by [`crate::rules`]; each is in its own file, which also holds its
/// documentation.
#[derive(Debug)]
pub struct Rule {
    /// The permanent code: `MU104`. Its first digit names the stage.
    pub code: &'static str,
    /// The name of the breach, in kebab case; reads well after "allow".
    pub name: &'static str,
    /// The documentation, in Markdown: a sentence, then `## Why`, `## Rejected`, `## Accepted` …
    pub documentation: &'static str,
    /// How severe a breach is in a version, before any configuration.
    pub severity: fn(ApiVersion) -> Severity,
    /// How well the constraint is known.
    pub evidence: Evidence,
    /// The documented errors that the server would answer with; empty if it is not documented.
    pub answers: &'static [&'static DocumentedError],
    /// The documents that state the constraint.
    pub sources: &'static [Source],
    /// Since when the rule is there, or no longer.
    pub status: Status,
    /// How the rule is checked.
    pub(crate) check: Check,
    /// What decides that the rule has no finding in a clean call.
    pub(crate) decided_by: Decided,
}

/// How well a constraint is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A document states it, none denies it.
    Documented,
    /// Documents differ, or the samples of a document do what its text forbids.
    Contradicted,
    /// It follows from what documents say, but none says it.
    Inferred,
}

/// The life of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In force.
    Stable {
        /// The release that brought it.
        since: &'static str,
    },
    /// No longer checked; the code is never used again.
    Retired {
        /// The release that retired it.
        since: &'static str,
        /// The rule to look at instead.
        instead: &'static str,
    },
}

/// What a rule needs to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The text of a file alone: codes 0xx.
    Input,
    /// The call alone: codes 1xx.
    Request,
    /// The call and facts about the organisation: codes 2xx.
    Snapshot,
    /// A plan, as it is made or as it is read from a file: codes 3xx.
    Plan,
    /// Only the server knows: codes 9xx. Listed as unchecked where they apply.
    Server,
}

/// What decides that a rule has no finding in a clean call. By default the rule runs on each call, which is
/// always correct. Tests check rules that declare something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Decided {
    /// The rule, on the outline of each call: everything but the ids after the second.
    #[default]
    Call,
    /// The rule, once for all calls of the same shape: it ignores the strings and numbers that fields are set
    /// to, and the digits of ids.
    Shape,
    /// The quick pass: the rule is about syntax, types or single ids.
    Pass,
}

/// How a rule is checked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// By the code that reads files, which reports it at its place.
    Reading,
    /// On each call.
    Call(fn(&Draft<'_>, &mut Sink<'_>)),
    /// On each call, with what is known about the organisation.
    Facts(fn(&Draft<'_>, &Facts, &mut Sink<'_>)),
    /// On the field values of each call that have metadata; never called without any. The second function tells in
    /// which values the first finds nothing; if a new rule has none, it answers `None`.
    Values(fn(&[Set<'_>], &Facts, &mut Sink<'_>), SafeFor),
    /// By the planner, which reports it with the plan.
    Planning,
    /// Not at all: says to which calls the constraint applies.
    Server(fn(&Draft<'_>) -> bool),
}

impl Rule {
    /// The stage that the code names.
    pub fn stage(&self) -> Stage {
        match self.code.as_bytes().get(2) {
            Some(b'0') => Stage::Input,
            Some(b'1') => Stage::Request,
            Some(b'2') => Stage::Snapshot,
            Some(b'3') => Stage::Plan,
            _ => Stage::Server,
        }
    }

    /// The first sentence of the documentation.
    pub fn summary(&self) -> &'static str {
        self.documentation.trim_start().lines().next().unwrap_or_default().trim()
    }

    /// Whether the rule is in force.
    pub fn is_stable(&self) -> bool {
        matches!(self.status, Status::Stable { .. })
    }
}

/// Declares the rule of a file: its documentation, code and name, and what is known about it.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        $code:ident $name:literal,
        severity: $severity:expr,
        evidence: $evidence:ident,
        answers: [$($answer:ident),* $(,)?],
        sources: [$($source:ident),+ $(,)?],
        since: $since:literal,
        check: $check:expr
        $(, decided_by: $decided:ident)? $(,)?
    ) => {
        pub(crate) static RULE: $crate::rule::Rule = $crate::rule::Rule {
            code: stringify!($code),
            name: $name,
            documentation: concat!($($doc, "\n"),+),
            severity: $severity,
            evidence: $crate::rule::Evidence::$evidence,
            answers: &[$(&massup_model::catalogue::$answer),*],
            sources: &[$(massup_model::source::$source),+],
            status: $crate::rule::Status::Stable { since: $since },
            check: $check,
            decided_by: $crate::rule::decided!($($decided)?),
        };
    };
}

macro_rules! decided {
    () => {
        $crate::rule::Decided::Call
    };
    ($decided:ident) => {
        $crate::rule::Decided::$decided
    };
}

pub(crate) use decided;
pub(crate) use declare_rule;
