//! The views that a view is divided into, in words.

use massup_planner::division::{Division, Part};

/// How many views are named; JSON holds them all.
const SHOWN: usize = 20;

/// What is said of a division, by name.
pub(super) fn rows(division: &Division) -> [(&'static str, String); 2] {
    let Division { field, parts, open, .. } = division;
    let mut lines = vec![format!(
        "by `{field}` into {} views, which share no record and leave none out; each has the criteria of the \
         view, and",
        parts.len()
    )];
    let line = |(number, Part { words, .. }): (usize, &Part)| format!("{number}  {words}");
    let numbered = (1..).zip(parts).map(line);
    if parts.len() > SHOWN {
        // The last two are those that are no options.
        let options = SHOWN - 3;
        let left_out = parts.len() - 2 - options;
        lines.extend(numbered.clone().take(options));
        lines.push(format!("…  and so on for {left_out} more options; `--format json` has all"));
        lines.extend(numbered.skip(parts.len() - 2));
    } else {
        lines.extend(numbered);
    }
    [("to divide", lines.join("\n")), ("then open", open.join("\n"))]
}
