//! A plan as one page that needs nothing else: no script, no font, no other file.

use anyhow::Result;
use massup_planner::decision::Alternative;
use massup_planner::route::{Estimate, Route};

use super::{Shown, automation, named, number};

const STYLE: &str = "\
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --error: #c62828; --warning: #b26a00; --note: #1565c0; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.taken { background: var(--soft); font-weight: 600; }
ol.timeline { list-style: none; margin: 0; padding: 0; }
ol.timeline li { border-left: 3px solid var(--note); margin-left: .5rem; padding: .4rem 1rem; position: relative; }
ol.timeline li::before { content: attr(data-step); position: absolute; left: -.85rem; width: 1.5rem; height: 1.5rem; line-height: 1.5rem; text-align: center; border-radius: 50%; background: var(--note); color: white; font-size: .8rem; }
.finding { border-left: 4px solid; padding: .2rem 1rem; margin: .8rem 0; }
.finding.error { border-color: var(--error); } .finding.warning { border-color: var(--warning); } .finding.note { border-color: var(--note); }
.help { opacity: .8; } code { background: var(--soft); padding: 0 .2rem; border-radius: .2rem; }
footer { margin-top: 3rem; opacity: .7; font-size: .85rem; }
";

/// The page.
///
/// # Errors
///
/// A step cannot be made.
pub(super) fn page(shown: &Shown<'_>) -> Result<String> {
    let headline = escaped(&shown.headline());
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{headline}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{headline}</h1>\n"
    );
    text += "<table id=\"plan\">\n";
    for (name, value) in shown.rows() {
        let value = escaped(&value).replace('\n', "<br>");
        text += &format!("<tr><th>{name}</th><td>{value}</td></tr>\n");
    }
    text += "</table>\n";
    text += &timeline(shown)?;
    text += &findings(shown);
    text += &alternatives(shown);
    text += &format!(
        "<footer>massup {}. Counts are as the snapshot told them; polls and credits are the least \
         there can be.</footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    Ok(text)
}

/// The steps on a line from first to last.
fn timeline(shown: &Shown<'_>) -> Result<String> {
    let Some(summary) = shown.summary else { return Ok(String::new()) };
    let mut text = "<h2>Steps</h2>\n<ol class=\"timeline\" id=\"steps\">\n".to_owned();
    let mut item = |step: &str, words: &str| {
        text += &format!("<li data-step=\"{step}\">{}</li>\n", escaped(words));
    };
    if summary.route == Route::Ids {
        let chunks = summary.steps / (summary.field_groups.len().max(1) as u64);
        for (number, group) in (1..).zip(&summary.field_groups) {
            let words =
                format!("in each of {}, a call sets {}", named(chunks, "chunk"), group.join(", "));
            item(&u64::to_string(&number), &words);
        }
    }
    for step in shown.steps()? {
        let words = shown.step(&step);
        let (number, words) = words.split_once("  ").unwrap_or(("", &words));
        item(number, words);
    }
    Ok(text + "</ol>\n")
}

fn findings(shown: &Shown<'_>) -> String {
    let diagnostics = shown.diagnostics();
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut text = "<h2>What to be careful about</h2>\n<section id=\"findings\">\n".to_owned();
    for found in diagnostics {
        let severity = found.severity.as_str();
        text += &format!(
            "<div class=\"finding {severity}\"><p><strong>{} {}</strong> ({severity}): {}</p>",
            found.code,
            found.name,
            escaped(&found.message)
        );
        if let Some(help) = &found.help {
            text += &format!("<p class=\"help\">{}</p>", escaped(help));
        }
        text += "</div>\n";
    }
    text + "</section>\n"
}

fn alternatives(shown: &Shown<'_>) -> String {
    let mut text = "<h2>Alternatives</h2>\n<table id=\"alternatives\">\n<tr><th>route</th><th>calls</th>\
                    <th>reads</th><th>polls</th><th>credits</th><th>automations</th><th>why not</th></tr>\n"
        .to_owned();
    for Alternative { route, estimate, why_not, .. } in &shown.decision.alternatives {
        let Estimate { calls, reads, polls, credits, automations, .. } = *estimate;
        let taken = if Some(*route) == shown.decision.route { " class=\"taken\"" } else { "" };
        text += &format!("<tr{taken}><td>{}</td>", route.title());
        for value in [calls, reads, polls, credits] {
            text += &format!("<td class=\"number\">{}</td>", number(value));
        }
        let why: Vec<_> = why_not.iter().map(|why| escaped(why)).collect();
        text += &format!("<td>{}</td>", automation(*route, automations));
        text += &format!("<td>{}</td></tr>\n", why.join("<br>"));
    }
    text + "</table>\n"
}

/// A text that cannot be taken for markup; what stands in backticks is set as code.
fn escaped(text: &str) -> String {
    let safe = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    let mut parts = safe.split('`');
    let mut result = parts.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = parts.collect();
    // An odd number of parts is an open backtick: it is left as it is.
    for (index, part) in rest.iter().enumerate() {
        let opens = index % 2 == 0;
        let tag = match (opens, index + 1 == rest.len()) {
            (true, true) => "`",
            (true, false) => "<code>",
            (false, _) => "</code>",
        };
        result += tag;
        result += part;
    }
    result
}
