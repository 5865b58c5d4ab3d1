//! Everything found in a file so far, within the limits of what is kept.

use std::collections::{BTreeMap, HashMap};

use massup_model::ApiVersion;
use massup_model::json::Span;

use super::Finding;
use super::missing::{Lacking, Undecided};
use crate::automation::CallAutomation;
use crate::checker::Shapes;
use crate::report::{Diagnostic, Omitted, Severity};
use crate::rule::Rule;

/// Everything found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// How many calls were read.
    pub(crate) calls: usize,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The rules that could not be decided.
    pub(crate) undecided: Undecided,
    pub(crate) automations: Vec<CallAutomation>,
    /// The positions of the fields of the call in hand by name, if there are many.
    pub(super) positions: Option<HashMap<String, usize>>,
    /// The positions of these fields in the metadata of the module, once a rule asks for them.
    pub(super) in_metadata: Option<Vec<Option<usize>>>,
    /// The numbers of the ids of the call in hand, once a rule asks for them.
    pub(super) ids: Option<Vec<Option<u64>>>,
    /// The rules with findings in the call in hand, while further findings are only counted.
    kinds: Vec<Kind>,
    /// The index of the first finding in the call in hand.
    first: usize,
    /// Whether all findings of a call are kept.
    all: bool,
    /// How many findings have been kept for good.
    limited: usize,
    /// The most findings of a rule and a severity that are kept for the file.
    most: Option<usize>,
    /// How many are kept.
    kept: Vec<(&'static str, Severity, usize)>,
    /// Those that are only counted.
    pub(crate) omitted: Omitted,
    /// What the linter has derived from its facts.
    pub(super) shapes: Shapes,
    /// Whether unchecked rules are not recorded.
    pub(super) quiet: bool,
    /// How often rules have found something, or lacked what is not the same for all calls of a form.
    pub(super) said: usize,
}

/// The most findings of a rule and a severity that are listed for a call; further ones are counted.
pub(crate) const LISTED: usize = 20;

/// The findings of a rule and a severity that are kept for a file: no front end keeps more findings of a file.
pub(crate) const KEPT: usize = 1_000;

/// The same while comments or variables may remove some.
const KEPT_TO_REMOVE: usize = 20_000;

/// The most bytes of a message; the rest of a longer one, which quotes the file, is cut off.
const MESSAGE_BYTES: usize = 4_000;

/// The findings of a rule and a severity.
#[derive(Debug)]
pub(super) struct Kind {
    code: &'static str,
    severity: Severity,
    listed: usize,
    /// The index of the last listed finding.
    last: usize,
}

impl Findings {
    /// A collection of findings only, without unchecked rules.
    pub(crate) fn alone(shapes: &Shapes) -> Self {
        Self { quiet: true, ..Self::of(shapes) }
    }

    /// A collection of findings of a linter.
    pub(crate) fn of(shapes: &Shapes) -> Self {
        Self { shapes: shapes.clone(), ..Self::default() }
    }

    /// How often rules have said something of the calls so far.
    pub(crate) fn said(&self) -> usize {
        self.said
    }

    /// Adds what rules lack that need not run on the call in hand.
    pub(crate) fn lack(&mut self, lacking: &Lacking) {
        self.undecided.begin_with(lacking);
    }

    /// Drops all findings.
    pub(crate) fn forget(&mut self) {
        self.diagnostics.clear();
        self.kept.clear();
        self.omitted = Omitted::default();
        self.next_call();
    }

    /// Keeps all findings.
    pub(crate) fn keep_all(&mut self) {
        (self.all, self.most) = (true, Some(usize::MAX));
    }

    /// Keeps all findings of a call, and more of a file, since some of them will be removed.
    pub(crate) fn keep_to_remove(&mut self) {
        (self.all, self.most) = (true, Some(KEPT_TO_REMOVE));
    }

    /// None of the findings to come will be removed.
    pub(crate) fn removed(&mut self) {
        self.most = self.most.filter(|most| *most > KEPT_TO_REMOVE);
    }

    /// Counts findings that were never made: there are more of a kind that is listed.
    pub(crate) fn count_further(&mut self, code: &str, severity: Severity, number: usize) {
        self.limit_last();
        let same = |found: &&mut Diagnostic| (found.code, found.severity) == (code, severity);
        match self.diagnostics.iter_mut().rev().find(same) {
            Some(last) => last.more += number,
            None => self.omitted.count(severity, number),
        }
    }

    /// Whether no more findings of a kind are kept for the file.
    fn is_full(&self, code: &'static str, severity: Severity) -> bool {
        let same = |kind: &&(&str, Severity, usize)| (kind.0, kind.1) == (code, severity);
        self.kept.iter().find(same).is_some_and(|kind| kind.2 >= self.most.unwrap_or(KEPT))
    }

    fn count_kept(&mut self, code: &'static str, severity: Severity) {
        let same = |kind: &&mut (&str, Severity, usize)| (kind.0, kind.1) == (code, severity);
        match self.kept.iter_mut().find(same) {
            Some(kind) => kind.2 += 1,
            None => self.kept.push((code, severity, 1)),
        }
    }

    /// Begins with another call.
    pub(crate) fn next_call(&mut self) {
        self.limit_last();
        self.undecided.next_call();
        self.kinds.clear();
        self.positions = None;
        self.in_metadata = None;
        self.ids = None;
        self.first = self.diagnostics.len();
        self.limited = self.first;
    }

    /// Counts a finding if as many of its kind are listed already.
    pub(super) fn only_counts(&mut self, code: &'static str, severity: Severity) -> bool {
        let counts = self.counts(code, severity);
        self.said += usize::from(counts);
        counts
    }

    fn counts(&mut self, code: &'static str, severity: Severity) -> bool {
        if self.is_full(code, severity) {
            self.omitted.count(severity, 1);
            return true;
        }
        let kind = |kind: &&mut Kind| (kind.code, kind.severity) == (code, severity);
        match self.kinds.iter_mut().find(kind) {
            Some(kind) if kind.listed >= LISTED => match self.diagnostics.get_mut(kind.last) {
                Some(last) => {
                    last.more += 1;
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// Keeps the last finding, or only counts it. Its severity is known when the next one is added.
    pub(super) fn limit_last(&mut self) {
        let number = self.diagnostics.len();
        let Some(&Diagnostic { code, severity, .. }) = self.diagnostics.last() else { return };
        if number <= self.first || number == self.limited {
            return;
        }
        if self.only_counts(code, severity) {
            self.diagnostics.pop();
            return;
        }
        self.limited = number;
        self.count_kept(code, severity);
        if self.all {
            return;
        }
        let last = number - 1;
        let kind = |kind: &&mut Kind| (kind.code, kind.severity) == (code, severity);
        match self.kinds.iter_mut().find(kind) {
            Some(kind) => {
                kind.listed += 1;
                kind.last = last;
            }
            None => self.kinds.push(Kind { code, severity, listed: 1, last }),
        }
    }

    /// The findings that are listed. The last one of each kind names the number of further ones.
    pub(crate) fn listed(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut kinds: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        let mut more = BTreeMap::new();
        let mut index = 0;
        diagnostics.retain(|found| {
            let kind = kinds.entry((found.call, found.code, found.severity)).or_default();
            if kind.0 >= LISTED {
                *more.entry(kind.1).or_insert(0) += 1 + found.more;
                return false;
            }
            *kind = (kind.0 + 1, index);
            index += 1;
            true
        });
        for (index, more) in more {
            if let Some(last) = diagnostics.get_mut(index) {
                last.more += more;
            }
        }
        for last in diagnostics.iter_mut().filter(|found| found.more > 0) {
            last.message += &format!(" (and {} more)", grouped(last.more));
        }
        diagnostics
    }

    /// Adds a finding of a rule at a place in the text.
    pub(crate) fn add(
        &mut self,
        rule: &'static Rule,
        version: ApiVersion,
        span: Option<Span>,
        pointer: String,
        message: String,
    ) -> Finding<'_> {
        self.limit_last();
        self.said += 1;
        self.diagnostics.push(Diagnostic {
            pointer,
            span,
            ..Diagnostic::new(rule, version, bounded(message))
        });
        Finding { diagnostic: self.diagnostics.last_mut(), version }
    }
}

/// A text within [`MESSAGE_BYTES`].
pub(super) fn bounded(mut text: String) -> String {
    if text.len() > MESSAGE_BYTES {
        text.truncate(text.floor_char_boundary(MESSAGE_BYTES));
        text.push('…');
    }
    text
}

/// A number with commas between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if comma(at) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
