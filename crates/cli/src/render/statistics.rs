//! `--statistics`: how many findings each rule has.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use massup_rules::Diagnostic;
use massup_rules::report::Applicability;

use super::{Run, each};

/// The findings of a rule.
#[derive(Default)]
struct Count {
    name: &'static str,
    found: usize,
    fixable: Fixable,
}

/// How many findings `--fix` removes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fixable {
    /// With `--fix` alone.
    pub(super) safe: usize,
    /// With `--unsafe` as well.
    pub(super) also_unsafe: usize,
}

impl Fixable {
    pub(super) fn add(&mut self, found: &Diagnostic) {
        // A call within a file of another kind is not edited.
        let fix = found.fix.as_ref().filter(|_| found.shown.is_none());
        match fix.map(|fix| fix.applicability) {
            Some(Applicability::Safe) => self.safe += 1,
            Some(Applicability::Unsafe) => self.also_unsafe += 1,
            None => {}
        }
    }

    /// `2 fixable with --fix (1 more with --unsafe)`, where there are any.
    pub(super) fn words(self) -> Option<String> {
        match (self.safe, self.also_unsafe) {
            (0, 0) => None,
            (safe, 0) => Some(format!("{safe} fixable with `--fix`")),
            (0, more) => Some(format!("{more} fixable with `--fix --unsafe`")),
            (safe, more) => {
                Some(format!("{safe} fixable with `--fix` ({more} more with `--unsafe`)"))
            }
        }
    }
}

/// Writes a line a rule, the most frequent first.
///
/// # Errors
///
/// The writer fails.
pub(crate) fn statistics(run: &Run<'_>, out: &mut dyn Write) -> Result<()> {
    let mut rules: BTreeMap<&str, Count> = BTreeMap::new();
    for (_, found) in each(run.files) {
        let count = rules.entry(found.code).or_default();
        count.name = found.name;
        count.found += 1 + found.more;
        count.fixable.add(found);
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(code, count)| (std::cmp::Reverse(count.found), *code));
    let width = rules.first().map_or(0, |(_, count)| count.found.to_string().len());
    for (code, Count { name, found, fixable }) in rules {
        let fixable = fixable.words().map_or_else(String::new, |words| format!(" ({words})"));
        writeln!(out, "{found:width$}  {code} {name}{fixable}")?;
    }
    let omitted: usize = run.files.iter().map(|file| file.report.omitted.total()).sum();
    if omitted > 0 {
        writeln!(out, "{omitted:width$}  of rules that have many findings in a file")?;
    }
    Ok(())
}
