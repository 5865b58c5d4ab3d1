//! `massup lint --fix` and `--diff`.

use anyhow::Result;
use massup_project::{Checked, Input, Job};
use massup_rules::fix::Fixed;
use massup_rules::report::Applicability;
use similar::TextDiff;

use crate::args::LintArgs;
use crate::output;

/// Which fixes are wanted, if any.
pub(crate) fn wanted(args: &LintArgs) -> Option<Applicability> {
    let most = if args.fixes.also_unsafe { Applicability::Unsafe } else { Applicability::Safe };
    (args.fixes.fix || args.fixes.diff).then_some(most)
}

/// A file that was looked at; nothing is written yet.
pub(crate) struct Done {
    input: Input,
    /// The file as it was.
    before: Checked,
    /// What fixes make of it; `None` where they are not wanted, or it is no text.
    fixed: Option<Fixed>,
}

/// What fixes would make of a file.
pub(crate) fn fixed(job: Job, bytes: Vec<u8>, most: Applicability) -> Done {
    let Job { input, checker, deny, .. } = job;
    let fixed = str::from_utf8(&bytes).ok().map(|text| checker.fix(&input.name, text, most));
    let report = checker.check(&input.name, &bytes);
    Done { input, before: Checked::new(bytes, report).deny(deny), fixed }
}

impl Done {
    /// A file that is not to be fixed.
    pub(crate) fn unchanged(input: Input, before: Checked) -> Self {
        Self { input, before, fixed: None }
    }

    /// Writes the file, or shows what that would change. What is reported is what is there afterwards.
    pub(crate) fn finish(self, args: &LintArgs) -> Result<Checked> {
        let Self { input, before, fixed } = self;
        let old = String::from_utf8_lossy(&before.bytes);
        if args.fixes.diff {
            let new = fixed.as_ref().map_or(&*old, |fixed| &fixed.text);
            output::print(&difference(&input.name, &old, new))?;
            return Ok(before);
        }
        let Some(path) = &input.path else {
            // Standard output takes what came in, fixed or not.
            if args.fixes.fix {
                output::bytes(fixed.as_ref().map_or(&before.bytes, |f| f.text.as_bytes()))?;
            }
            return Ok(told(&input.name, before, fixed));
        };
        if let Some(fixed) = fixed.as_ref().filter(|fixed| fixed.text != old) {
            output::replace(path, &fixed.text)?;
        }
        drop(old);
        Ok(told(&input.name, before, fixed))
    }
}

/// Says what was fixed.
fn told(name: &str, before: Checked, fixed: Option<Fixed>) -> Checked {
    let Some(fixed) = fixed else { return before };
    for diagnostic in &fixed.applied {
        let title = diagnostic.fix.as_ref().map_or("", |fix| fix.title.as_str());
        let line = diagnostic.line.map_or_else(String::new, |line| format!(":{line}"));
        output::remark(&format!(
            "fixed {} {}: {title}\n --> {name}{line}",
            diagnostic.code, diagnostic.name
        ));
    }
    Checked::new(fixed.text.into_bytes(), fixed.report).deny(before.deny)
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
