//! Comments that allow a rule at a place: `// massup: allow(rule) reason`.

use std::collections::HashMap;

use massup_model::ApiVersion;
use massup_syntax::{Comment, Lines};

use crate::input::{bad_allow, unused_allow};
use crate::rule::Rule;
use crate::sink::Findings;
use crate::{find, nearest, rules};

/// A rule that a comment allows.
struct Allowed<'c, 't> {
    rule: &'static Rule,
    comment: &'c Comment<'t>,
    /// The line of the comment, and the one that it is about.
    lines: [usize; 2],
}

/// Takes out what comments allow, and reports comments that say nothing or allow nothing.
pub(crate) fn apply(
    comments: &[Comment<'_>],
    text: &str,
    version: ApiVersion,
    findings: &mut Findings,
) {
    let ours: Vec<_> = comments
        .iter()
        .filter_map(|comment| Some((comment, comment.text.trim().strip_prefix("massup:")?)))
        .collect();
    if ours.is_empty() {
        return;
    }
    let lines = Lines::new(text);
    let mut allowed = Vec::new();
    let mut next = Next::default();
    for (comment, said) in ours {
        let own = lines.line(comment.span.start);
        let covered = [own, next.covered(&lines, own)];
        for said in names(said, comment, version, findings) {
            if let Some(rule) = find(said) {
                allowed.push(Allowed { rule, comment, lines: covered });
            } else {
                let help = match nearest(said, rules().iter().map(|rule| rule.name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`massup rules` lists them".to_owned(),
                };
                bad(comment, version, format!("there is no rule `{said}`"), &help, findings);
            }
        }
    }
    // By rule and line, so that many comments and many findings take no longer than their sum.
    let mut covering: HashMap<(&str, usize), Vec<usize>> = HashMap::new();
    for (place, allowed) in allowed.iter().enumerate() {
        for line in allowed.lines {
            covering.entry((allowed.rule.code, line)).or_default().push(place);
        }
    }
    let mut used = vec![false; allowed.len()];
    findings.diagnostics.retain(|found| {
        let line = found.span.map(|span| lines.line(span.start));
        let Some(places) = line.and_then(|line| covering.get(&(found.code, line))) else {
            return true;
        };
        for place in places {
            if let Some(used) = used.get_mut(*place) {
                *used = true;
            }
        }
        false
    });
    findings.removed();
    let unused = allowed.iter().zip(used).filter(|(_, used)| !used);
    for (Allowed { rule, comment, .. }, _) in unused {
        // What could not be checked may be there all the same.
        if !findings.undecided.has(rule) {
            let message = format!("`{}` finds nothing here", rule.name);
            findings
                .add(&unused_allow::RULE, version, Some(comment.span), String::new(), message)
                .help(
                    "take the comment out, or put it on the line of the finding or right above it",
                );
        }
    }
}

/// The rules that a comment names.
fn names<'s>(
    said: &'s str,
    comment: &Comment<'_>,
    version: ApiVersion,
    findings: &mut Findings,
) -> Vec<&'s str> {
    let list = said.trim_start().strip_prefix("allow").and_then(|rest| {
        let (names, reason) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
        let names: Vec<_> = names.split(',').map(str::trim).collect();
        (!names.contains(&"")).then_some((names, reason))
    });
    let help = "write `massup: allow(rule) reason`";
    match list {
        None => {
            bad(comment, version, "this comment allows no rule".to_owned(), help, findings);
            Vec::new()
        }
        Some((names, reason)) => {
            if reason.trim().is_empty() {
                let message = "no reason is given for what is allowed".to_owned();
                bad(comment, version, message, help, findings);
            }
            names
        }
    }
}

fn bad(
    comment: &Comment<'_>,
    version: ApiVersion,
    message: String,
    help: &str,
    findings: &mut Findings,
) {
    findings.add(&bad_allow::RULE, version, Some(comment.span), String::new(), message).help(help);
}

/// The lines that comments are about. It remembers the last answer, so that many comments one below another take no
/// longer than their sum.
#[derive(Default)]
struct Next {
    /// Where the last search began, and the line that it found.
    searched: Option<(usize, Option<usize>)>,
}

impl Next {
    /// The line that a comment is about: its own if it contains more, else the next one with more than
    /// comments and blanks.
    fn covered(&mut self, lines: &Lines<'_>, own: usize) -> usize {
        let found = match self.searched {
            Some((from, found)) if from <= own && found.is_none_or(|line| own <= line) => found,
            _ => (own..=lines.count()).find(|line| says_more(lines, *line)),
        };
        self.searched = Some((own, found));
        found.unwrap_or(own)
    }
}

fn says_more(lines: &Lines<'_>, line: usize) -> bool {
    lines.text(line).is_none_or(|text| {
        let text = text.trim();
        !(text.is_empty() || ["//", "/*", "#"].iter().any(|mark| text.starts_with(mark)))
    })
}

#[cfg(test)]
mod tests {
    use crate::Linter;

    fn found(text: &str) -> Vec<(&'static str, Option<usize>)> {
        let report = Linter::new().module("Leads").lint("a.json", text.as_bytes());
        let found = report.diagnostics.iter().filter(|found| found.name != "not-plain-json");
        found.map(|found| (found.name, found.line)).collect()
    }

    /// Comments one below another are about the same line, and each line is looked at once.
    #[test]
    fn a_block_of_comments_is_read_once() {
        let comments = "// massup: allow(id-as-number) old\n".repeat(50_000);
        let call = |after: &str| {
            format!("{{\"data\":[{{\"City\":\"a\"}}],\n\"ids\":[\n{comments}{after}7]}}")
        };
        assert_eq!(found(&call("")), []);
        // Comments that allow nothing are all found; most are only counted.
        let unused = format!("{{\"data\":[{{\"City\":\"a\"}}],\"ids\":[\"7\"]}}\n{comments}");
        let report = Linter::new().module("Leads").lint("a.json", unused.as_bytes());
        let unused = report.diagnostics.iter().filter(|found| found.name == "unused-allow");
        let kept = unused.map(|found| 1 + found.more).sum::<usize>();
        assert_eq!(kept + report.omitted.warnings, 50_000);
    }

    #[test]
    fn a_comment_allows_its_rule_on_its_line_and_nothing_else() {
        let call = |comment: &str, more: &str| {
            format!("{{\"data\":[{{\"City\":\"a\"}}],\n\"ids\":[\n{comment}\n7,{more}\n8]}}")
        };
        let both = [("id-as-number", Some(4)), ("id-as-number", Some(5))];
        assert_eq!(found(&call("", "")), both);
        assert_eq!(found(&call("// massup: allow(id-as-number) old", "")), both[1..]);
        assert_eq!(
            found(&call("", " // massup: allow(MU122, MU120) old")),
            [("unused-allow", Some(4)), both[1],]
        );
        let other = call("// massup: allow(repeated-id) old", "");
        assert_eq!(found(&other), [("unused-allow", Some(3)), both[0], both[1]]);
        assert_eq!(
            found(&call("// massup: allow(id-as-number)", "")),
            [("bad-allow", Some(3)), both[1],]
        );
        for comment in ["allow() why", "allow why", "allow(a b) why", "deny(MU122) why"] {
            let found = found(&call(&format!("// massup: {comment}"), ""));
            assert_eq!(found, [("bad-allow", Some(3)), both[0], both[1]], "{comment}");
        }
    }
}
