//! Applies fixes to a text: what they change is edited, and all else stays as it is.

mod edit;

use std::collections::BTreeMap;

use edit::{Change, Source, changes_of, edited};

use crate::engine::Linter;
use crate::report::{Applicability, Diagnostic, FileReport, Fix};

/// A text after fixes were applied to it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fixed {
    /// The text: comments, order and formatting as they were.
    pub text: String,
    /// The findings whose fixes were applied, in the order of application.
    pub applied: Vec<Diagnostic>,
    /// What is found in the text now.
    pub report: FileReport,
}

/// A fix as independent changes to the text.
#[derive(Clone, Debug)]
struct Offer<'a> {
    diagnostic: &'a Diagnostic,
    changes: Vec<Change>,
}

/// Fixes of one call that are tried together.
type Batch<'a> = Vec<Offer<'a>>;

/// How often the fixes of a round are tried. A hundred are enough to find ten bad ones among a thousand;
/// no text can make the search long.
const TRIES: usize = 100;

impl Linter {
    /// Applies the fixes of a file, up to those that need a look, until there is nothing left to fix.
    ///
    /// A fix is applied if its finding goes and no rule reports more than before. In YAML and TOML a value
    /// is written as in JSON, and a member goes only where it has its lines to itself.
    ///
    /// ```
    /// use massup_rules::Linter;
    /// use massup_rules::report::Applicability;
    ///
    /// let text = "{\n  // who\n  \"ids\": [554023000000497007],\n  \"data\": [{ \"City\": \"Chennai\" }]\n}\n";
    /// let fixed = Linter::new().module("Leads").fix("a.json", text, Applicability::Safe);
    /// assert_eq!(fixed.applied[0].name, "id-as-number");
    /// assert_eq!(fixed.text, text.replace("554023000000497007", "\"554023000000497007\""));
    /// ```
    pub fn fix(&self, name: &str, text: &str, most: Applicability) -> Fixed {
        let all = self.clone().all_findings();
        let fixed = fix(name, text, most, &|text| all.lint(name, text.as_bytes()));
        Fixed { report: self.lint(name, fixed.text.as_bytes()), ..fixed }
    }
}

/// Applies the fixes of a file by what a check finds in its text; see [`Linter::fix`]. The check lists
/// [all findings](Linter::all_findings): others have no fixes.
pub fn fix(
    name: &str,
    text: &str,
    most: Applicability,
    check: &dyn Fn(&str) -> FileReport,
) -> Fixed {
    let fixer = Fixer { name, check };
    let mut done = Fixed { text: text.to_owned(), applied: Vec::new(), report: check(text) };
    repair(name, &mut done, check);
    // The safe ones first: to allow more never leaves more.
    for most in [Applicability::Safe, most] {
        while let Some(next) = fixer.round(&done, most) {
            done = next;
        }
    }
    done
}

/// The changes to a text that the safe fixes of its findings make, for each finding: ranges of bytes and
/// what takes their place. A finding without a safe fix, or with one that cannot be made in the text, has
/// none.
pub fn safe_changes(
    name: &str,
    text: &str,
    found: &[Diagnostic],
) -> Vec<Vec<(std::ops::Range<usize>, String)>> {
    let is_safe = |found: &Diagnostic| {
        found.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe)
    };
    if !found.iter().any(is_safe) {
        return vec![Vec::new(); found.len()];
    }
    let source = Source::of(name, text);
    let changes = |found: &Diagnostic| match &found.fix {
        Some(fix) if is_safe(found) => changes(fix, found, &source).unwrap_or_default(),
        _ => Vec::new(),
    };
    found.iter().map(changes).collect()
}

/// The changes to a text that the fix of one finding makes, safe or not. `None` if it has no fix, the fix cannot
/// be made in the text, or the finding would stay or a rule would report more: both reports list
/// [all findings](Linter::all_findings).
pub fn single_fix(
    name: &str,
    text: &str,
    report: &FileReport,
    found: &Diagnostic,
    check: &dyn Fn(&str) -> FileReport,
) -> Option<Vec<(std::ops::Range<usize>, String)>> {
    let fix = found.fix.as_ref()?;
    if *fix == plain_spaces() {
        let mut done = Fixed { text: text.to_owned(), applied: Vec::new(), report: report.clone() };
        repair(name, &mut done, check);
        return (!done.applied.is_empty()).then(|| vec![(0..text.len(), done.text)]);
    }
    let source = Source::of(name, text);
    let changes = changes(fix, found, &source).filter(|made| !made.is_empty())?;
    let after = check(&edited(text, changes.iter()));
    let offer = Offer { diagnostic: found, changes };
    keeps_its_word(found.call, std::iter::once(&offer), report, &after).then_some(offer.changes)
}

/// What a fix changes in a text.
fn changes(fix: &Fix, found: &Diagnostic, source: &Source<'_>) -> Option<Vec<Change>> {
    let call = source.call(found.call.unwrap_or(1))?;
    let changes: Option<Vec<_>> =
        fix.patch.iter().map(|edit| changes_of(edit, call, source)).collect();
    Some(changes?.concat())
}

/// The fix of a text that has no calls yet, because of blanks that JSON does not have: it is not a patch of a body.
pub(crate) fn plain_spaces() -> Fix {
    let title = "replace with spaces".to_owned();
    Fix { title, applicability: Applicability::Safe, patch: Vec::new() }
}

/// Makes a text readable: only then its calls can be checked, so that more may be found than before.
fn repair(name: &str, done: &mut Fixed, check: &dyn Fn(&str) -> FileReport) {
    let broken = |report: &FileReport| {
        let found = report.diagnostics.iter();
        found.clone().find(|found| found.fix.as_ref() == Some(&plain_spaces())).cloned()
    };
    let Some(found) = broken(&done.report) else { return };
    let json = massup_syntax::is_json(name) || massup_syntax::is_json_lines(name);
    let Some(text) = massup_syntax::with_plain_spaces(&done.text).filter(|_| json) else { return };
    let report = check(&text);
    if broken(&report).is_none() {
        *done = Fixed { text, applied: vec![found], report };
    }
}

/// A file that is fixed, and what checks it.
struct Fixer<'a> {
    name: &'a str,
    check: &'a dyn Fn(&str) -> FileReport,
}

impl Fixer<'_> {
    /// One round: every fix that is in no other's way and does what it promises. `None` when there is
    /// none.
    fn round(&self, before: &Fixed, most: Applicability) -> Option<Fixed> {
        let mut left: Vec<&Diagnostic> = before.report.diagnostics.iter().collect();
        let mut tries = TRIES;
        while tries > 0 && !left.is_empty() {
            let (offers, overlapping) = offers(self.name, &before.text, left, most);
            let accepted = self.accepted(before, offers, &mut tries);
            // None of these does what it promises: those that they stood in the way of have their turn.
            left = overlapping;
            if accepted.is_empty() {
                continue;
            }
            let (text, report) = self.edited(before, accepted.iter());
            if report.diagnostics.len() < before.report.diagnostics.len() {
                let new = accepted.into_iter().map(|offer| offer.diagnostic.clone());
                let applied = before.applied.iter().cloned().chain(new).collect();
                return Some(Fixed { text, applied, report });
            }
        }
        None
    }

    /// Of the fixes that do not overlap, those that do what they promise.
    fn accepted<'o>(&self, before: &Fixed, offers: Vec<Offer<'o>>, tries: &mut usize) -> Batch<'o> {
        let mut accepted: Batch<'_> = Vec::new();
        let mut waiting: BTreeMap<Option<usize>, Vec<Batch<'_>>> = BTreeMap::new();
        for offer in offers {
            let batches = waiting.entry(offer.diagnostic.call).or_default();
            match batches.first_mut() {
                Some(batch) => batch.push(offer),
                None => batches.push(vec![offer]),
            }
        }
        // The calls of a file are independent of each other, so each may try something at a time.
        while *tries > 0 {
            let batches: Vec<Batch<'_>> = waiting.values_mut().filter_map(Vec::pop).collect();
            if batches.is_empty() {
                break;
            }
            *tries -= 1;
            let report = self.edited(before, accepted.iter().chain(batches.iter().flatten()));
            for mut batch in batches {
                let Some(call) = batch.first().map(|offer| offer.diagnostic.call) else { continue };
                let all =
                    || accepted.iter().chain(&batch).filter(|offer| offer.diagnostic.call == call);
                if keeps_its_word(call, all(), &before.report, &report.1) {
                    accepted.append(&mut batch);
                } else if batch.len() > 1 {
                    let second = batch.split_off(batch.len() / 2);
                    waiting.entry(call).or_default().extend([second, batch]);
                }
            }
        }
        accepted
    }

    /// The text with the changes of some fixes, and what is found in it.
    fn edited<'o>(
        &self,
        before: &Fixed,
        offers: impl Iterator<Item = &'o Offer<'o>>,
    ) -> (String, FileReport) {
        let text = edited(&before.text, offers.flat_map(|offer| &offer.changes));
        let report = (self.check)(&text);
        (text, report)
    }
}

/// The fixes of findings that do not overlap, and the findings whose fixes overlap one of them.
fn offers<'a>(
    name: &str,
    text: &str,
    findings: Vec<&'a Diagnostic>,
    most: Applicability,
) -> (Vec<Offer<'a>>, Vec<&'a Diagnostic>) {
    let source = Source::of(name, text);
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut offers, mut overlapping) = (Vec::new(), Vec::new());
    for diagnostic in findings {
        let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.applicability <= most) else {
            continue;
        };
        let changes = changes(fix, diagnostic, &source).unwrap_or_default();
        // No two overlap, so the last that begins before the end of one is the one to look at.
        let clash = |(range, _): &Change| {
            taken.range(..range.end).next_back().is_some_and(|(_, end)| *end > range.start)
        };
        if changes.iter().any(clash) {
            overlapping.push(diagnostic);
        } else if !changes.is_empty() {
            taken.extend(changes.iter().map(|(range, _)| (range.start, range.end)));
            offers.push(Offer { diagnostic, changes });
        }
    }
    (offers, overlapping)
}

/// Whether the findings of the fixes are gone from a call, and no rule reports more than before.
fn keeps_its_word<'o>(
    call: Option<usize>,
    fixes: impl Iterator<Item = &'o Offer<'o>>,
    before: &FileReport,
    after: &FileReport,
) -> bool {
    // By rule, with what is reported on no call in particular.
    let count = |report: &FileReport| {
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        for found in &report.diagnostics {
            if found.call == call || found.call.is_none() {
                *counts.entry((found.call, found.code)).or_default() += 1;
            }
        }
        counts
    };
    let mut allowed = count(before);
    for offer in fixes {
        let left = allowed.entry((call, offer.diagnostic.code)).or_default();
        *left = left.saturating_sub(1);
    }
    count(after).iter().all(|(key, found)| allowed.get(key).is_some_and(|most| found <= most))
}

#[cfg(test)]
mod tests;
