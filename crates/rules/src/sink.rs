//! Where rules put what they find: a [`Sink`] adds findings on one call to the [`Findings`] of a file.

mod findings;
mod missing;

use std::sync::Arc;

use massup_model::catalogue::DocumentedError;
use massup_model::id::Reader;
use massup_model::json::{Member, Node, Span, Value, join, tokens};
use massup_model::request::is_field_name;
use massup_model::{ApiVersion, Draft};

use crate::facts::{Facts, Field};
use crate::report::{Answer, Applicability, Diagnostic, Edit, Fix, Severity};
use crate::rule::Rule;

pub(crate) use findings::Findings;
use findings::bounded;
pub(crate) use missing::{Fact, Lacking, Lacks, Lists};

/// The most fields that are searched one by one for the place of a finding.
const FEW: usize = 16;

/// What a rule sees of the report: it can only add findings of its own about one draft.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    rule: &'static Rule,
    draft: &'a Draft<'a>,
    findings: &'a mut Findings,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(
        rule: &'static Rule,
        draft: &'a Draft<'a>,
        findings: &'a mut Findings,
    ) -> Self {
        Self { rule, draft, findings }
    }

    /// The metadata of a field of the call's module.
    pub(crate) fn metadata<'f>(&self, facts: &'f Facts, name: &str) -> Option<&'f Field> {
        let module = self.draft.module_name()?;
        let position = self.findings.shapes.position(facts, module, name)?;
        facts.fields_of(module)?.get(position)
    }

    /// The positions of the call's fields in the metadata of its module. `id` is listed there as a field but cannot be
    /// set, which another rule reports.
    pub(crate) fn positions(&mut self, facts: &Facts) -> &[Option<usize>] {
        let Self { draft, findings: Findings { shapes, in_metadata, .. }, .. } = self;
        let position = |member: &Member<'_>| {
            let name = Some(&*member.key).filter(|name| is_field_name(name))?;
            shapes.position(facts, draft.module_name()?, name)
        };
        in_metadata.get_or_insert_with(|| draft.fields().iter().map(position).collect())
    }

    /// The numbers of the call's ids, in their order; `None` for what is not an id.
    pub(crate) fn id_numbers(&mut self) -> &[Option<u64>] {
        let Self { draft, findings, .. } = self;
        findings.ids.get_or_insert_with(|| {
            let mut reader = Reader::default();
            let number = |id: &Node<'_>| match &id.value {
                Value::String(text) | Value::Number(text) => reader.read(text),
                _ => None,
            };
            draft.ids().iter().map(number).collect()
        })
    }

    /// The module of the call.
    pub(crate) fn module_name(&self) -> Option<&'a str> {
        self.draft.module_name()
    }

    /// Reports the value that a pointer leads to.
    pub(crate) fn value(
        &mut self,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        let pointer = pointer.into();
        let span = self.span(&pointer);
        self.place(span, pointer, message)
    }

    fn span(&mut self, pointer: &str) -> Option<Span> {
        let fields = self.draft.fields();
        let field = pointer.strip_prefix("/data/0/").filter(|_| fields.len() > FEW);
        let Some(field) = field else {
            return Some(self.draft.body.as_ref()?.resolve(pointer)?.span);
        };
        let positions = self.findings.positions.get_or_insert_with(|| {
            fields.iter().enumerate().map(|(at, member)| (member.key.to_string(), at)).collect()
        });
        let at = pointer.len() - field.len() - 1;
        let name = tokens(pointer.get(at..)?).next()?;
        let within = field.find('/').and_then(|at| field.get(at..)).unwrap_or_default();
        Some(fields.get(*positions.get(&*name)?)?.value.resolve(within)?.span)
    }

    /// Reports the key of the member that a pointer leads to.
    pub(crate) fn key(
        &mut self,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        let pointer = pointer.into();
        let (parent, _) = pointer.rsplit_once('/').unwrap_or_default();
        let key = massup_model::json::tokens(&pointer).last().unwrap_or_default();
        let member = self.draft.body.as_ref().and_then(|body| body.resolve(parent)?.member(&key));
        let span = member.map(|member| member.key_span);
        self.place(span, pointer, message)
    }

    /// Reports the field that a member of `data` sets, at its name.
    pub(crate) fn field(&mut self, member: &Member<'_>, message: impl Into<String>) -> Finding<'_> {
        self.place(Some(member.key_span), join("/data/0", &member.key), message)
    }

    /// Reports the call as a whole: the body, or its substitute.
    pub(crate) fn call(&mut self, message: impl Into<String>) -> Finding<'_> {
        self.value("", message)
    }

    /// Reports a place in the text outside of the body, or one that is known already.
    pub(crate) fn place(
        &mut self,
        span: Option<Span>,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        let version = self.draft.version_or_latest();
        self.findings.add(self.rule, version, span, pointer.into(), message.into())
    }

    /// Counts a finding of the rule's own severity if as many are listed already. If so, the rule need not
    /// word it.
    pub(crate) fn only_counts(&mut self) -> bool {
        self.only_counts_as((self.rule.severity)(self.draft.version_or_latest()))
    }

    /// The same for a finding of another severity.
    pub(crate) fn only_counts_as(&mut self, severity: Severity) -> bool {
        self.findings.limit_last();
        self.findings.only_counts(self.rule.code, severity)
    }

    /// Reports that the rule could not be decided, because a fact is missing that other rules need too: what it
    /// is, and what would supply it.
    pub(crate) fn lacks(&mut self, fact: Fact, texts: impl Fn() -> (String, String)) {
        if !fact.is_of_the_module() {
            return self.unchecked(texts);
        }
        let Self { rule, draft, findings } = self;
        let Findings { undecided, shapes, quiet, .. } = findings;
        if !*quiet {
            undecided.lacks((rule, fact), draft.module_name(), shapes.lacks(), texts);
        }
    }

    /// Reports that the rule could not be decided, because a fact is missing: what it is, and what would supply it.
    pub(crate) fn unchecked<N: Into<Arc<str>>, S: Into<Arc<str>>>(
        &mut self,
        texts: impl FnOnce() -> (N, S),
    ) {
        self.findings.said += 1;
        if !self.findings.quiet {
            let (needs, supply) = texts();
            self.findings.undecided.add(self.rule, needs.into(), supply.into());
        }
    }
}

/// A finding just made, to which more can be added.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    diagnostic: Option<&'a mut Diagnostic>,
    version: ApiVersion,
}

impl Finding<'_> {
    /// Says what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.help = Some(bounded(help.into()));
        }
        self
    }

    /// Gives it another weight than the rule has in general.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.severity = severity;
        }
        self
    }

    /// Says which of the rule's answers it gets.
    pub(crate) fn answers(mut self, errors: &[&'static DocumentedError]) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.answers = Answer::foretold(errors, self.version);
        }
        self
    }

    /// Offers a change that keeps the meaning of the call.
    pub(crate) fn fix(self, title: impl Into<String>, patch: Vec<Edit>) -> Self {
        self.offer(title.into(), Applicability::Safe, patch)
    }

    /// Offers a change that a person should look at.
    pub(crate) fn unsafe_fix(self, title: impl Into<String>, patch: Vec<Edit>) -> Self {
        self.offer(title.into(), Applicability::Unsafe, patch)
    }

    fn offer(mut self, title: String, applicability: Applicability, patch: Vec<Edit>) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.fix = Some(Fix { title, applicability, patch });
        }
        self
    }
}
