//! Runs the rules on calls.

use std::sync::LazyLock;

use massup_model::Draft;
use massup_model::draft::{Embedded, Kind};
use massup_syntax::{Document, unknown_values};

use super::forms::{Alike, Form, Forms};
use super::{Linter, rules};
use crate::checker::kept_ids;
use crate::rule::{Check, Rule};
use crate::sink::{Fact, Findings, Sink};
use crate::{automation, known};

/// The rules that check calls.
static ON_CALLS: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let checks = |rule: &Rule| !matches!(rule.check, Check::Reading | Check::Planning);
    rules().iter().copied().filter(|rule| rule.is_stable() && checks(rule)).collect()
});

impl Linter {
    /// Checks the calls of a document.
    pub(super) fn check_calls(
        &self,
        document: &Document<'_>,
        drafts: &[Draft<'_>],
        forms: Option<&Forms>,
        findings: &mut Findings,
    ) {
        let several = document.number_of_calls() > 1;
        for (index, draft) in drafts.iter().enumerate() {
            // This may take the last finding back, since it is only counted.
            findings.next_call();
            let before = findings.diagnostics.len();
            let calls = findings.automations.len();
            self.run(draft, forms, findings);
            if let Some(embedded) = &draft.embedded {
                settle(draft, embedded, before, findings);
            }
            if draft.kind == Kind::Intent {
                point_into_the_file(draft, before, findings);
            }
            let number = several.then(|| document.number_of(index));
            for automation in findings.automations.iter_mut().skip(calls) {
                automation.call = number;
            }
            for diagnostic in findings.diagnostics.iter_mut().skip(before) {
                diagnostic.call = number;
            }
        }
    }

    /// Checks a call by all rules, or by those that have something to say of calls of its form.
    pub(super) fn run(&self, draft: &Draft<'_>, forms: Option<&Forms>, findings: &mut Findings) {
        findings.automations.extend(automation::of(draft, &self.facts));
        let form = forms.and_then(|forms| Some((forms, Form::of(draft, kept_ids(&self.facts))?)));
        if let Some(alike) = form.as_ref().and_then(|(forms, form)| forms.get(form)) {
            findings.lack(&alike.lacking);
            for rule in &alike.rules {
                self.run_rule(rule, draft, findings);
            }
            return;
        }
        let mut alike = Alike::default();
        for rule in ON_CALLS.iter().copied() {
            let before = findings.said();
            let saw_values = self.run_rule(rule, draft, findings);
            alike.add(rule, findings.said() > before, saw_values);
        }
        if let Some((forms, form)) = form {
            forms.insert(form, alike.that_lack(findings));
        }
    }

    /// Checks a call by one rule. Returns whether the rule looked at values of fields.
    pub(crate) fn run_rule(
        &self,
        rule: &'static Rule,
        draft: &Draft<'_>,
        findings: &mut Findings,
    ) -> bool {
        let sink = &mut Sink::new(rule, draft, findings);
        match rule.check {
            Check::Call(check) => check(draft, sink),
            Check::Facts(check) => check(draft, &self.facts, sink),
            Check::Values(check, _) => {
                let values = known::values(draft, &self.facts, &self.shapes, sink);
                if !values.is_empty() {
                    check(&values, &self.facts, sink);
                    return true;
                }
            }
            Check::Server(applies) if applies(draft) => {
                sink.lacks(Fact::Server, || {
                    ("what the server knows".into(), "only the call itself shows it".into())
                });
            }
            Check::Server(_) | Check::Reading | Check::Planning => {}
        }
        false
    }
}

/// Removes the findings from index `before` on that are inside values that a variable or a program fills in. For the
/// others, records how much of the file may be shown.
fn settle(draft: &Draft<'_>, embedded: &Embedded, before: usize, findings: &mut Findings) {
    let mut unknown = draft.body.as_ref().map(unknown_values).unwrap_or_default();
    // None is within another, so that the last one that begins before a place is the one to look at.
    unknown.sort_unstable();
    let mut found = findings.diagnostics.split_off(before);
    found.retain(|found| {
        found.span.is_none_or(|span| {
            let next = unknown.partition_point(|value| value.start <= span.start);
            let value = next.checked_sub(1).and_then(|last| unknown.get(last));
            value.is_none_or(|value| span.end > value.end)
        })
    });
    for found in &mut found {
        found.shown = found.span.map(|span| embedded.part(span.start));
    }
    findings.diagnostics.append(&mut found);
}

/// Makes the findings on a change file, from one finding on, point into the file as it is written.
fn point_into_the_file(draft: &Draft<'_>, before: usize, findings: &mut Findings) {
    for found in findings.diagnostics.iter_mut().skip(before) {
        found.pointer = draft.pointer_in_file(&found.pointer);
        for edit in found.fix.iter_mut().flat_map(|fix| &mut fix.patch) {
            for path in edit.paths_mut() {
                *path = draft.pointer_in_file(path);
            }
        }
    }
}
