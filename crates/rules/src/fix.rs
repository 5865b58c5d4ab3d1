//! Applies fixes to a text: what they change is edited, and all else stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Node, tokens};

use crate::engine::Linter;
use crate::report::{Applicability, Diagnostic, Edit, FileReport};

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

/// The text that takes the place of a range of bytes.
type Change = (Range<usize>, String);

impl Linter {
    /// Applies the fixes of JSON files, up to those that need a look, until there is nothing left to fix.
    ///
    /// A change that would bring in a finding of another rule is not made. In YAML and TOML, and where a
    /// member of a change file would have to go, findings keep their fixes and the text stays.
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
        let report = self.lint(name, text.as_bytes());
        let mut fixed = Fixed { text: text.to_owned(), applied: Vec::new(), report };
        if !crate::read::is_json(name) {
            return fixed;
        }
        while let Some(next) = self.pass(name, &fixed, most) {
            fixed = next;
        }
        fixed
    }

    /// One round: every fix that is in no other's way. `None` when nothing is gained any more.
    fn pass(&self, name: &str, before: &Fixed, most: Applicability) -> Option<Fixed> {
        let drafts = self.drafts(name, &before.text);
        let mut changes: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        let mut applied = before.applied.clone();
        for diagnostic in &before.report.diagnostics {
            let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.applicability <= most) else {
                continue;
            };
            let Some(draft) = drafts.get(diagnostic.call.unwrap_or(1).saturating_sub(1)) else {
                continue;
            };
            let edits: Option<Vec<Vec<Change>>> =
                fix.patch.iter().map(|edit| changes_of(edit, draft, &before.text)).collect();
            let edits = edits.map(|edits| edits.concat()).unwrap_or_default();
            // No two changes overlap, so the last that begins before the end of one is the one to look at.
            let clash = |(range, _): &Change| {
                changes
                    .range(..range.end)
                    .next_back()
                    .is_some_and(|(_, (end, _))| *end > range.start)
            };
            if !edits.is_empty() && !edits.iter().any(clash) {
                changes
                    .extend(edits.into_iter().map(|(range, new)| (range.start, (range.end, new))));
                applied.push(diagnostic.clone());
            }
        }
        let mut text = String::with_capacity(before.text.len());
        let mut done = 0;
        for (start, (end, new)) in changes {
            text += before.text.get(done..start)?;
            text += &new;
            done = end;
        }
        text += before.text.get(done..)?;
        let report = self.lint(name, text.as_bytes());
        let known: BTreeSet<_> = before.report.diagnostics.iter().map(|found| found.code).collect();
        let gained = report.diagnostics.len() < before.report.diagnostics.len();
        (gained && report.diagnostics.iter().all(|found| known.contains(found.code)))
            .then_some(Fixed { text, applied, report })
    }
}

/// What an edit changes in the text; `None` where that is not certain.
fn changes_of(edit: &Edit, draft: &Draft<'_>, text: &str) -> Option<Vec<Change>> {
    let body = draft.body.as_ref()?;
    match edit {
        Edit::Replace { path, value } => {
            let span = body.resolve(path)?.span;
            (span.start < span.end).then(|| vec![(span.start..span.end, value.to_string())])
        }
        Edit::Move { from, path } => {
            let (parent, _) = from.rsplit_once('/')?;
            let (old, new) = (tokens(from).last()?, tokens(path).last()?);
            let span = body.resolve(parent)?.member(&old)?.key_span;
            let new = serde_json::Value::from(new.as_ref()).to_string();
            (span.start < span.end).then(|| vec![(span.start..span.end, new)])
        }
        // The body of a change file is put together from parts whose neighbours are others.
        Edit::Remove { .. } if draft.kind != Kind::Call => None,
        Edit::Remove { path } => {
            let (parent, _) = path.rsplit_once('/')?;
            let token = tokens(path).last()?;
            let container = body.resolve(parent)?;
            let places = places(container);
            let at = if container.as_array().is_some() {
                token.parse().ok()?
            } else {
                let key = container.member(&token)?.key_span;
                places.iter().position(|place| place.start == key.start)?
            };
            removal(&places, at, text)
        }
    }
}

/// Where the parts of a container stand, keys included.
fn places(container: &Node<'_>) -> Vec<Range<usize>> {
    let items = container.as_array().unwrap_or_default().iter();
    let members = container.as_object().unwrap_or_default().iter();
    items
        .map(|item| item.span.start..item.span.end)
        .chain(members.map(|member| member.key_span.start..member.value.span.end))
        .collect()
}

/// Takes a part out with one comma, and with its line where nothing else stands on it. Comments stay.
fn removal(places: &[Range<usize>], at: usize, text: &str) -> Option<Vec<Change>> {
    let own = places.get(at)?.clone();
    if own.is_empty() {
        return None;
    }
    let comma = comma_after(text, own.end).or_else(|| {
        let before = places.get(at.checked_sub(1)?)?;
        comma_after(text, before.end)
    });
    let cut = |range: Range<usize>| (range, String::new());
    Some(match comma {
        // Part and comma side by side go as one.
        Some(comma) if comma == own.end => vec![cut(widened(own.start..comma + 1, text))],
        // The last part: nothing but blanks between it and the comma before it.
        Some(comma) if text.get(comma + 1..own.start).is_some_and(|gap| gap.trim().is_empty()) => {
            vec![cut(comma..own.end)]
        }
        Some(comma) => vec![cut(comma..comma + 1), cut(widened(own, text))],
        None => vec![cut(widened(own, text))],
    })
}

/// The comma after a place, blanks and comments between them.
fn comma_after(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.starts_with(',') {
            return Some(at);
        } else if trimmed.starts_with("//") {
            at += trimmed.find('\n')?;
        } else if trimmed.starts_with("/*") {
            at += trimmed.find("*/")? + 2;
        } else {
            return None;
        }
    }
}

/// A range with its whole line, if nothing else stands there; else with the blanks after it.
fn widened(range: Range<usize>, text: &str) -> Range<usize> {
    let (Some(before), Some(after)) = (text.get(..range.start), text.get(range.end..)) else {
        return range;
    };
    let blank = |c: char| c == ' ' || c == '\t';
    let start = before.trim_end_matches(blank).len();
    let rest = after.trim_start_matches(blank);
    let end = range.end + after.len() - rest.len();
    let line = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
    match line {
        Some(line)
            if start == 0 || before.get(..start).is_some_and(|before| before.ends_with('\n')) =>
        {
            start..text.len() - line.len()
        }
        // A comma leaves no blank at the end of its line.
        Some(_) => range,
        None => range.start..end,
    }
}
