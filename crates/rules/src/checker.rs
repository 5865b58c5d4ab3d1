//! Proves quickly that calls are clean; the engine checks the others in full.
//!
//! The quick pass reads a call into an outline. The outline determines the *specimen*, which represents all
//! calls of the same shape: same keys, fields and kinds of values. A linter checks each specimen in full
//! once. If the specimen is clean, all its calls are clean for the rules that look no further, and they
//! have the same unchecked rules. The other rules run on each call, except on values in which they find
//! nothing by their own account (see [`crate::safe`]). No rule is skipped, and a new rule needs no change here.

mod lines;
mod shape;

use std::sync::LazyLock;

use massup_model::Draft;
use massup_model::json::Value;
use massup_model::limits::MAX_FIELDS_DEALS;
use massup_syntax::{Document, is_json, is_json_lines};

use crate::automation::CallAutomation;
use crate::engine::{Linter, rules};
use crate::facts::Facts;
use crate::known::Set;
use crate::proof::{Ids, KeptIds, Outline, Pass, Raw, Spare};
use crate::report::{FileReport, Omitted};
use crate::rule::{Check, Decided, Rule};
use crate::sink::{Findings, Lists, Sink};
use shape::{Kept, Known, Shape, with_body};

pub(crate) use shape::Shapes;

/// Checks many calls with one [`Linter`]. It keeps its buffers between calls, so that checking a clean call
/// allocates nothing.
///
/// ```
/// use massup_rules::Linter;
///
/// let linter = Linter::new().module("Leads");
/// let mut checker = linter.checker();
/// let good = br#"{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }"#;
/// assert!(checker.is_clean(good));
/// assert!(!checker.is_clean(br#"{ "data": [{ "City": "Chennai" }], "ids": [] }"#));
/// assert_eq!(checker.lint("good.json", good), linter.lint("good.json", good));
/// ```
#[derive(Debug)]
pub struct Checker<'l> {
    linter: &'l Linter,
    ids: Ids,
    kept_ids: KeptIds,
    spare: Spare,
    /// The shapes of earlier calls; `None` in a checker for a single text.
    kept: Option<Kept>,
    findings: Findings,
}

/// The rules that run on the values of each call.
static ON_VALUES: LazyLock<Vec<&'static Rule>> =
    LazyLock::new(|| some(|rule| decided_by_call(rule) && matches!(rule.check, Check::Values(..))));

/// The rules that run on the whole of each call.
static ON_CALLS: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let whole = |rule: &Rule| matches!(rule.check, Check::Call(_) | Check::Facts(_));
    some(|rule| decided_by_call(rule) && whole(rule))
});

/// The rules that run once for all calls of a shape.
static ON_SHAPES: LazyLock<Vec<&'static Rule>> =
    LazyLock::new(|| some(|rule| rule.decided_by != Decided::Call));

fn some(which: impl Fn(&Rule) -> bool) -> Vec<&'static Rule> {
    rules().iter().copied().filter(|rule| rule.is_stable() && which(rule)).collect()
}

fn decided_by_call(rule: &Rule) -> bool {
    rule.decided_by == Decided::Call
}

impl Linter {
    /// A checker with the settings of this linter.
    pub fn checker(&self) -> Checker<'_> {
        Checker { kept: Some(Kept::default()), ..self.checker_of_one() }
    }

    /// A checker for a single text.
    pub(crate) fn checker_of_one(&self) -> Checker<'_> {
        Checker {
            linter: self,
            ids: Ids::default(),
            kept_ids: kept_ids(self.known()),
            spare: Spare::default(),
            kept: None,
            findings: Findings::alone(self.shapes()),
        }
    }
}

impl<'l> Checker<'l> {
    /// Whether [`Linter::lint`] has no findings for a JSON text.
    pub fn is_clean(&mut self, bytes: &[u8]) -> bool {
        self.document(bytes, &mut |_| ()).is_some()
            || self.lint_rest("", bytes).0.diagnostics.is_empty()
    }

    /// Checks the bytes of a file, as [`Linter::lint`] does.
    pub fn lint(&mut self, name: &str, bytes: &[u8]) -> FileReport {
        self.lint_quickly(name, bytes).unwrap_or_else(|| self.lint_rest(name, bytes).0)
    }

    /// Checks in full what the quick pass does not prove clean: of JSON Lines, the lines that remain. The document
    /// holds their calls.
    pub(crate) fn lint_rest<'t>(
        &mut self,
        name: &str,
        bytes: &'t [u8],
    ) -> (FileReport, Document<'t>)
    where
        'l: 't,
    {
        let linter = self.linter;
        let mut clean = Clean::default();
        let mut document = massup_syntax::read_unless(name, bytes, &mut |line| {
            let before = (clean.calls, clean.automations.len());
            let proven = self.document(line.as_bytes(), &mut |shape| clean.add(shape, linter));
            if proven.is_none() {
                clean.go_back(before);
            }
            proven.map(|()| clean.calls - before.0)
        });
        let report = linter.lint_completed(name, &mut document);
        (clean.added_to(report, &document), document)
    }

    /// The report on a file that the quick pass proves clean.
    pub(crate) fn lint_quickly(&mut self, name: &str, bytes: &[u8]) -> Option<FileReport> {
        let mut clean = Clean::default();
        let linter = self.linter;
        self.prove(name, bytes, &mut |shape| clean.add(shape, linter))?;
        Some(clean.report(name))
    }

    /// Whether the quick path decides that a text is clean, for tests and benchmarks.
    #[doc(hidden)]
    pub fn proves(&mut self, name: &str, bytes: &[u8]) -> bool {
        self.prove(name, bytes, &mut |_| ()).is_some()
    }

    /// Proves that all calls of a text are clean; `None` if it cannot.
    fn prove(&mut self, name: &str, bytes: &[u8], each: &mut impl FnMut(&Shape)) -> Option<()> {
        if is_json(name) {
            return self.document(bytes, each);
        }
        if !is_json_lines(name) {
            return None;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let line;
            (line, rest) = rest.split_at_checked(end)?;
            self.line(line, each)?;
        }
        Some(())
    }

    /// Proves that a line of a text of one value per line is clean.
    fn line(&mut self, line: &[u8], each: &mut impl FnMut(&Shape)) -> Option<()> {
        let proven = self.document(line, each).is_some();
        (proven || is_silent(line)).then_some(())
    }

    /// A document is one call, or an array of calls.
    fn document(&mut self, bytes: &[u8], each: &mut impl FnMut(&Shape)) -> Option<()> {
        let mut pass = Pass::of(bytes);
        if pass.takes(b'[') {
            self.call(&mut pass, each)?;
            while pass.comma_or(b']')? {
                self.call(&mut pass, each)?;
            }
        } else {
            self.call(&mut pass, each)?;
        }
        pass.is_done().then_some(())
    }

    fn call(&mut self, pass: &mut Pass<'_>, each: &mut impl FnMut(&Shape)) -> Option<()> {
        let Self { linter, ids, kept_ids, spare, kept, findings } = self;
        let kept_ids = *kept_ids;
        let mut outline = Outline::default();
        pass.call(&mut outline, ids)?;
        let forms = outline.forms();
        let hash = outline.hash(forms, kept_ids);
        let is_same = |shape: &Shape| shape.signature.is_of(&outline, forms, kept_ids);
        let make = || linter.shape(&outline, kept_ids, findings);
        let of_linter;
        let shape = match kept {
            Some(kept) => kept.find(hash, is_same, make),
            None => {
                of_linter = linter.shapes().find(hash, is_same, make);
                &of_linter
            }
        };
        let clean = shape.clean
            && on_values(&outline, shape, linter, spare, findings)
            && (ON_CALLS.is_empty()
                || run(&ON_CALLS, &with_body(&shape.head, outline.body()), linter, findings));
        clean.then(|| each(shape))
    }
}

/// Whether a line is valid but not a call, such as the first line of a plan.
fn is_silent(line: &[u8]) -> bool {
    let document = massup_syntax::read("a.jsonl", line);
    document.calls.is_empty() && document.comments.is_empty() && document.problems.is_empty()
}

/// The ids that facts may be known about.
pub(crate) fn kept_ids(facts: &Facts) -> KeptIds {
    let views = !(facts.views.is_empty() && facts.counts.is_empty());
    KeptIds { views, territories: facts.territories.is_some() }
}

/// Whether the rules on values have no findings.
fn on_values(
    outline: &Outline<'_>,
    shape: &Shape,
    linter: &Linter,
    spare: &mut Spare,
    findings: &mut Findings,
) -> bool {
    let is_safe = |(raw, known): (&Raw<'_>, &Option<Known>)| {
        let safe = known.as_ref().map(|known| known.safe.as_ref());
        safe.is_none_or(|safe| safe.is_some_and(|safe| raw.is_safe(safe)))
    };
    if outline.values().zip(&shape.fields).all(is_safe) {
        return true;
    }
    let facts = linter.known();
    let metadata = shape.head.module_name().and_then(|module| facts.fields_of(module));
    let members: [_; MAX_FIELDS_DEALS] = {
        let mut members = outline.members(spare);
        std::array::from_fn(|_| members.next())
    };
    let mut sets = members.iter().zip(&shape.fields).filter_map(|(member, known)| {
        let (member, known) = (member.as_ref()?, known.as_ref()?);
        let field = metadata?.get(known.position)?;
        let is_null = member.value.value == Value::Null;
        (!is_null).then_some(Set { member, field, options: known.options.as_deref() })
    });
    let clean = sets.next().is_none_or(|first| {
        let mut list = [first; MAX_FIELDS_DEALS];
        let mut count = 1;
        for (slot, set) in list.iter_mut().skip(1).zip(sets) {
            *slot = set;
            count += 1;
        }
        let list = list.get(..count).unwrap_or_default();
        let rules = &mut ON_VALUES.iter().filter(|rule| !linter.allows(rule));
        rules.all(|rule| finds_nothing(rule, list, linter, &shape.head, findings))
    });
    // In reverse, so that the same value of the next call gets the same buffer.
    for member in members.into_iter().flatten().rev() {
        spare.take_back(member.value.value);
    }
    clean
}

/// Whether a rule on values has no findings in some.
fn finds_nothing(
    rule: &'static Rule,
    values: &[Set<'_>],
    linter: &Linter,
    draft: &Draft<'_>,
    findings: &mut Findings,
) -> bool {
    if let Check::Values(check, _) = rule.check {
        check(values, linter.known(), &mut Sink::new(rule, draft, findings));
    }
    found_nothing(findings)
}

/// Whether the rules on the shape of a call have no findings.
fn on_shapes(draft: &Draft<'_>, linter: &Linter, findings: &mut Findings) -> bool {
    run(&ON_SHAPES, draft, linter, findings)
}

/// Whether rules have no findings in a call.
fn run(
    rules: &[&'static Rule],
    draft: &Draft<'_>,
    linter: &Linter,
    findings: &mut Findings,
) -> bool {
    findings.next_call();
    rules.iter().filter(|rule| !linter.allows(rule)).all(|rule| {
        linter.run_rule(rule, draft, findings);
        found_nothing(findings)
    })
}

/// Whether there are no findings; drops those there are.
fn found_nothing(findings: &mut Findings) -> bool {
    let nothing = findings.diagnostics.is_empty();
    if !nothing {
        findings.forget();
    }
    nothing
}

/// What a report says of clean calls.
#[derive(Debug, Default)]
struct Clean {
    calls: usize,
    automations: Vec<CallAutomation>,
    lists: Lists,
}

impl Clean {
    fn add(&mut self, shape: &Shape, linter: &Linter) {
        let told = shape.told(linter);
        self.calls += 1;
        self.lists.add(&told.unchecked);
        if let Some(automation) = told.automation.clone() {
            self.automations.push(CallAutomation { call: Some(self.calls), ..automation });
        }
    }

    /// Forgets the calls after so many, which have so many automations.
    fn go_back(&mut self, (calls, automations): (usize, usize)) {
        self.calls = calls;
        self.automations.truncate(automations);
    }

    /// Adds the calls that were left out of a document to the report on the others.
    fn added_to(mut self, mut report: FileReport, document: &Document<'_>) -> FileReport {
        if self.calls == 0 {
            return report;
        }
        let several = document.number_of_calls() > 1;
        for automation in &mut self.automations {
            automation.call =
                automation.call.filter(|_| several).map(|nth| document.number_of_left_out(nth));
        }
        report.automations.append(&mut self.automations);
        report.automations.sort_by_key(|automation| automation.call);
        self.lists.add(&report.unchecked);
        report.unchecked = self.lists.merged();
        report
    }

    fn report(mut self, name: &str) -> FileReport {
        if let (1, [automation]) = (self.calls, self.automations.as_mut_slice()) {
            automation.call = None;
        }
        FileReport {
            path: name.to_owned(),
            calls: self.calls,
            diagnostics: Vec::new(),
            automations: self.automations,
            unchecked: self.lists.merged(),
            signature: None,
            omitted: Omitted::default(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
