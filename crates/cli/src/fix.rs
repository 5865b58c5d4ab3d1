//! `massup lint --fix` and `massup lint --diff`.

use anyhow::Result;
use massup_project::{Checked, Input, Job};
use massup_rules::fix::Fixed;
use massup_rules::report::{Applicability, Diagnostic};
use similar::TextDiff;

use crate::args::LintArgs;
use crate::output;
use crate::text::Line;

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
    /// What fixes make of it; `None` where they are not wanted, or it is not UTF-8.
    fixed: Option<Fixed>,
}

/// What fixes would make of a file.
///
/// # Errors
///
/// As [`Job::check`].
pub(crate) fn fixed(job: Job, bytes: Vec<u8>, most: Applicability) -> Result<Done> {
    let name = &job.input.name;
    let fixed = str::from_utf8(&bytes).ok().map(|text| job.checker.fix(name, text, most));
    let report = job.check(&bytes)?;
    Ok(Done { before: job.checked(bytes, report), input: job.input, fixed })
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
            return Ok(fixed_file(&input.name, before, fixed));
        };
        if let Some(fixed) = fixed.as_ref().filter(|fixed| fixed.text != old) {
            output::replace(path, &fixed.text)?;
        }
        drop(old);
        Ok(fixed_file(&input.name, before, fixed))
    }
}

/// Reports what was fixed; the file as it is now.
fn fixed_file(name: &str, before: Checked, fixed: Option<Fixed>) -> Checked {
    let Some(fixed) = fixed else { return before };
    let alike = |a: &Diagnostic, b: &Diagnostic| {
        (a.code, a.line) == (b.code, b.line) && title(a) == title(b)
    };
    // A long list of ids is often one line.
    for same in fixed.applied.chunk_by(alike) {
        let Some(first) = same.first() else { continue };
        let times = if same.len() > 1 { format!(" ({} times)", same.len()) } else { String::new() };
        let line = first.line.map_or_else(String::new, |line| format!(":{line}"));
        output::remark(&format!("fixed {} {}: {}{times}", first.code, first.name, title(first)));
        output::remark(&format!(" --> {name}{line}"));
    }
    let mut after = before;
    (after.bytes, after.report) = (fixed.text.into_bytes(), fixed.report);
    after
}

/// What a fix does.
fn title(found: &Diagnostic) -> &str {
    found.fix.as_ref().map_or("", |fix| &fix.title)
}

/// A unified difference; nothing where there is none. Its lines are those of the file, so that `patch` can
/// apply it; the name is not.
fn difference(name: &str, old: &str, new: &str) -> String {
    let name = if name == "-" { "stdin".to_owned() } else { Line::of(name).to_string() };
    let diff = TextDiff::from_lines(old, new);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string();
    if old == new { String::new() } else { text }
}
