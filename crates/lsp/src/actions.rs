//! Quick fixes, and all safe fixes at once.

use std::collections::HashMap;
use std::ops::Range;

use lsp_types::{CodeAction, CodeActionKind, CodeActionParams, TextEdit, WorkspaceEdit};
use massup_rules::fix::single_fix;
use massup_rules::report::Applicability;

use crate::diagnostics;
use crate::document::Findings;
use crate::position::Text;

/// All safe fixes of massup at once.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.massup");

/// How many quick fixes are worked out: each is tried before it is offered.
const MOST: usize = 32;

/// What can be done about the findings in a range.
pub(crate) fn at(asked: &CodeActionParams, findings: &Findings, text: &Text) -> Vec<CodeAction> {
    let Some(checker) = &findings.checker else { return Vec::new() };
    let wanted = |kind: &CodeActionKind| {
        asked.context.only.as_ref().is_none_or(|only| {
            only.iter().any(|wanted| {
                let rest = kind.as_str().strip_prefix(wanted.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    };
    let edit = |edits: Vec<TextEdit>| {
        let changes = HashMap::from([(asked.text_document.uri.clone(), edits)]);
        Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
    };
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        let place = text.bytes(asked.range);
        let check = |text: &str| checker.check(&findings.name, text.as_bytes());
        let touched = findings.shown.iter().filter(|found| {
            let bytes = Findings::bytes(found);
            found.fix.is_some() && bytes.start <= place.end && place.start <= bytes.end
        });
        for found in touched.take(MOST) {
            let (name, now) = (&findings.name, text.as_str());
            let Some(fix) = &found.fix else { continue };
            let Some(changes) = single_fix(name, now, &findings.report, found, &check) else {
                continue;
            };
            let is_safe = fix.applicability == Applicability::Safe;
            let doubt = if is_safe { "" } else { " (unsafe: check the result)" };
            let edits = changes.into_iter().map(|(bytes, new)| text_edit(text, bytes, new));
            let fixed = diagnostics::one(found, text, &asked.text_document.uri, false);
            actions.push(CodeAction {
                title: format!("{}: {}{doubt}", found.code, fix.title),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![fixed]),
                edit: edit(edits.collect()),
                is_preferred: Some(is_safe),
                ..CodeAction::default()
            });
        }
    }
    let has_safe = findings.report.diagnostics.iter().any(|found| {
        found.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe)
    });
    if wanted(&FIX_ALL) && has_safe {
        let fixed = checker.fix(&findings.name, text.as_str(), Applicability::Safe);
        if let Some(difference) = difference(text, &fixed.text) {
            actions.push(CodeAction {
                title: "Apply all safe fixes of massup".to_owned(),
                kind: Some(FIX_ALL),
                edit: edit(vec![difference]),
                ..CodeAction::default()
            });
        }
    }
    actions
}

fn text_edit(text: &Text, bytes: Range<usize>, new_text: String) -> TextEdit {
    TextEdit { range: text.range(bytes), new_text }
}

/// The edit between two texts: what is the same at both ends, line by line, stays.
fn difference(old: &Text, new: &str) -> Option<TextEdit> {
    let text = old.as_str();
    if text == new {
        return None;
    }
    let same = |pairs: &mut dyn Iterator<Item = (&str, &str)>| {
        pairs.take_while(|(old, new)| old == new).map(|(line, _)| line.len()).sum::<usize>()
    };
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (old_lines, new_lines) = (lines(text), lines(new));
    let start = same(&mut old_lines.iter().copied().zip(new_lines.iter().copied()));
    let mut backwards = old_lines.iter().rev().copied().zip(new_lines.iter().rev().copied());
    // The same lines must not count at both ends.
    let end = same(&mut backwards).min(text.len().min(new.len()) - start);
    let changed = text.get(..text.len() - end);
    let end = if changed.is_some_and(|text| !text.ends_with('\r')) { end } else { 0 };
    let with = new.get(start..new.len() - end)?;
    Some(text_edit(old, start..text.len() - end, with.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::position::Encoding;

    proptest! {
        #[test]
        fn a_difference_leads_from_one_text_to_the_other(
            old in "([aé\r]{0,2}\n?){0,6}",
            new in "([aé\r]{0,2}\n?){0,6}",
        ) {
            let mut text = Text::new(old, Encoding::Utf16);
            if let Some(edit) = difference(&text, &new) {
                text.replace(Some(edit.range), &edit.new_text);
            }
            prop_assert_eq!(text.as_str(), new);
        }
    }
}
