//! What is shown above the first line: what a change comes to, and what was not checked.

use std::path::Path;

use lsp_types::{CodeLens, Command, Range};
use massup_rules::report::Unchecked;

use crate::document::Findings;
use crate::position::Text;

/// Larger files of ids, in bytes together, are not planned while somebody types: 1 MiB.
const MOST_BYTES: u64 = 1 << 20;

/// The lenses of a document with a call.
pub(crate) fn of(findings: &Findings, text: &Text) -> Vec<CodeLens> {
    let lens = |title: String| {
        // Without a command the client would ask for one. This has none: it only shows.
        let command = Some(Command { title, ..Command::default() });
        CodeLens { range: Range::default(), command, data: None }
    };
    plan(findings, text).into_iter().chain(unchecked(findings)).map(lens).collect()
}

/// What a change comes to; `None` for another file, or one with errors.
fn plan(findings: &Findings, text: &Text) -> Option<String> {
    let folder = findings.path.parent().unwrap_or(Path::new(""));
    let checker = findings.checker.as_ref()?;
    let planned = checker.plan(&findings.name, text.as_str().as_bytes(), folder, MOST_BYTES);
    Some(planned.ok().flatten()?.sentence())
}

/// How many rules were not checked, and what supplies the data for most of them. What only the server knows is
/// left out.
fn unchecked(findings: &Findings) -> Option<String> {
    let mut supplies: Vec<(&str, u64)> = Vec::new();
    let all = findings.report.unchecked.iter().filter(|one| one.can_be_supplied());
    for Unchecked { supply, .. } in all {
        match supplies.iter_mut().find(|(known, _)| *known == &**supply) {
            Some((_, number)) => *number += 1,
            None => supplies.push((supply, 1)),
        }
    }
    let total: u64 = supplies.iter().map(|(_, number)| number).sum();
    let (supply, number) = supplies.into_iter().max_by_key(|(_, number)| *number)?;
    let rules = count(total, "rule");
    Some(if number == total {
        format!("{rules} not checked: {supply}")
    } else {
        format!("{rules} not checked; for {number} of them: {supply}")
    })
}

fn count(number: u64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
