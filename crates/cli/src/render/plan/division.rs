//! How a view is divided, in words.

use massup_planner::division::{Division, Part, Unknown};

use super::rows::Row;

/// How many views are listed; JSON lists all.
const SHOWN: usize = 20;

/// The rows about a division.
pub(super) fn rows(division: &Division) -> [Row; 2] {
    let Division { field, parts, unknown, .. } = division;
    let mut lines = vec![format!(
        "by `{field}` into {} views, which share no record and omit none; each has the criteria of the view, \
         and",
        parts.len()
    )];
    let line = |(number, part): (usize, &Part)| format!("{number}  {part}");
    let numbered = (1..).zip(parts).map(line);
    if parts.len() > SHOWN {
        // The last two are not options.
        let options = SHOWN - 3;
        let left_out = parts.len() - 2 - options;
        lines.extend(numbered.clone().take(options));
        lines.push(format!("…  and {left_out} more options; `--format json` lists all"));
        lines.extend(numbered.skip(parts.len() - 2));
    } else {
        lines.extend(numbered);
    }
    let unknown = unknown.iter().map(Unknown::to_string).collect();
    [Row { name: "to divide", lines }, Row { name: "unknown", lines: unknown }]
}
