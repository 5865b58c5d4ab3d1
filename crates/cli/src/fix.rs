//! `massup lint --fix` and `--diff`.

use std::path::Path;

use anyhow::Result;
use massup_rules::Linter;
use massup_rules::report::Applicability;
use similar::TextDiff;

use crate::args::LintArgs;
use crate::lint::Linted;
use crate::output;

/// Which fixes are wanted, if any.
pub(crate) fn wanted(args: &LintArgs) -> Option<Applicability> {
    let most = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    (args.fix || args.diff).then_some(most)
}

/// Fixes a file, or shows what that would change. What is reported is what is left.
pub(crate) fn run(
    linter: &Linter,
    args: &LintArgs,
    name: &str,
    bytes: Vec<u8>,
    most: Applicability,
) -> Result<Linted> {
    let Ok(text) = str::from_utf8(&bytes) else {
        return Ok(Linted { report: linter.lint(name, &bytes), bytes });
    };
    let fixed = linter.fix(name, text, most);
    if args.diff {
        output::print(&difference(name, text, &fixed.text))?;
        // Nothing has changed yet: what is there counts.
        return Ok(Linted { report: linter.lint(name, &bytes), bytes });
    }
    if name == "-" {
        output::print(&fixed.text)?;
        let left = output::count(fixed.report.diagnostics.len(), "finding");
        output::remark(&format!("{left} left"));
    } else if fixed.text != text {
        output::replace(Path::new(name), &fixed.text)?;
    }
    for diagnostic in &fixed.applied {
        let title = diagnostic.fix.as_ref().map_or("", |fix| fix.title.as_str());
        let line = diagnostic.line.map_or_else(String::new, |line| format!(":{line}"));
        output::remark(&format!(
            "fixed {} {}: {title}\n --> {name}{line}",
            diagnostic.code, diagnostic.name
        ));
    }
    Ok(Linted { bytes: fixed.text.into_bytes(), report: fixed.report })
}

/// A unified difference; nothing where there is none.
fn difference(name: &str, old: &str, new: &str) -> String {
    let name = if name == "-" { "stdin" } else { name };
    let diff = TextDiff::from_lines(old, new);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    if old == new { String::new() } else { text }
}
