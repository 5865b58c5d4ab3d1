//! A plan as one page that needs nothing else: no script, no font, no other file.

use anyhow::Result;
use massup_model::limits;
use massup_planner::decision::Alternative;
use massup_planner::{Action, Estimate, Route};

use super::rows::Row;
use super::{Shown, automation, named, number};

const STYLE: &str = include_str!("page.css");

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
    text += &figures(shown);
    text += "<table id=\"plan\">\n";
    // The steps and the division have sections of their own.
    let elsewhere = ["steps", "calls", "to divide", "unknown"];
    for Row { name, lines } in shown.rows().into_iter().filter(|row| !elsewhere.contains(&row.name))
    {
        // A backtick in a value is a part of it.
        let value = if name == "fields" { markup(&lines.concat()) } else { list(&lines) };
        text += &format!("<tr><th>{name}</th><td>{value}</td></tr>\n");
    }
    text += "</table>\n";
    text += &timeline(shown)?;
    text += &findings(shown);
    text += &alternatives(shown);
    text += &division(shown);
    let digest = shown.digest.map_or_else(String::new, |digest| {
        format!("This page is about the plan that ends in the digest <code id=\"digest\">{digest}</code>. ")
    });
    text += &format!(
        "<footer>{digest}Counts are as the snapshot told them; polls and credits are the least there can be. \
         massup {}</footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    Ok(text)
}

/// What the plan takes, in numbers.
fn figures(shown: &Shown<'_>) -> String {
    let (Some(summary), Some(taken)) = (shown.summary, shown.taken()) else { return String::new() };
    let Estimate { calls, reads, polls, credits, automations, .. } = taken;
    let mut text = "<dl id=\"figures\">\n".to_owned();
    let figures = [
        ("records", number(summary.records)),
        ("calls", number(calls)),
        ("reads", number(reads)),
        ("polls", number(polls)),
        ("credits", number(credits)),
        ("automations", automation(summary.route, automations).to_owned()),
        ("findings", shown.decision.hazards.len().to_string()),
    ];
    for (name, value) in figures {
        text += &format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n");
    }
    text + "</dl>\n"
}

/// The steps on a line from first to last.
fn timeline(shown: &Shown<'_>) -> Result<String> {
    let Some(summary) = shown.summary else { return Ok(String::new()) };
    let mut text = "<h2>Steps</h2>\n<ol class=\"timeline\" id=\"steps\">\n".to_owned();
    let mut item = |step: &str, words: &str, then: &str| {
        text += &format!("<li data-step=\"{step}\">{words}");
        text += &format!("<p class=\"help\">{then}</p></li>\n");
    };
    if summary.route == Route::Ids {
        let chunks = summary.steps / shown.passes();
        for (number, group) in (1..).zip(&summary.field_groups) {
            let values = markup(&shown.values(group));
            let words = format!("for each {} of the ids, a call sets {values}", limits::MAX_IDS);
            let then = format!("{}; no call waits for another", named(chunks, "call"));
            item(&u64::to_string(&number), &words, &then);
        }
    }
    for step in shown.steps()? {
        let words = shown.step(&step);
        let number = step.number.to_string();
        let calls = summary.calls.map(|calls| named(calls / shown.passes(), "call") + "; ");
        let then = match &step.action {
            Action::Read(_) => "nothing is changed yet".to_owned(),
            Action::Update(_) => {
                "1 call; then its status is asked for until the job has ended".to_owned()
            }
            Action::UpdateRead { .. } => {
                format!("{}no call waits for another", calls.unwrap_or_default())
            }
        };
        item(&number, &escaped(&words), &then);
    }
    Ok(text + "</ol>\n")
}

/// The views that the view is divided into, with criteria to copy.
fn division(shown: &Shown<'_>) -> String {
    let Some(division) = &shown.decision.division else { return String::new() };
    let mut text = format!(
        "<h2>How the view is divided</h2>\n<section id=\"division\">\n<p>By <code>{}</code> into {} views, which \
         share no record and leave none out. Each has the criteria of the view, and</p>\n<ol>\n",
        escaped(&division.field),
        division.parts.len()
    );
    for part in &division.parts {
        let criteria = markup(&part.criteria().to_string());
        let words = escaped(&part.to_string());
        text += &format!("<li>{words}<br><code>{criteria}</code></li>\n");
    }
    text += "</ol>\n<p>What stays open:</p>\n<ul>\n";
    for unknown in &division.unknown {
        text += &format!("<li>{}</li>\n", escaped(&unknown.to_string()));
    }
    text + "</ul>\n</section>\n"
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

/// The columns of numbers of the alternatives.
const NUMBERS: [&str; 4] = ["calls", "reads", "polls", "credits"];

fn alternatives(shown: &Shown<'_>) -> String {
    let mut text =
        "<h2>Alternatives</h2>\n<table id=\"alternatives\">\n<tr><th>route</th>".to_owned();
    for name in NUMBERS {
        text += &format!("<th class=\"number\">{name}</th>");
    }
    text += "<th>automations</th><th>why not</th></tr>\n";
    for Alternative { route, estimate, objections, .. } in &shown.decision.alternatives {
        let Estimate { calls, reads, polls, credits, automations, .. } = *estimate;
        let taken = if Some(*route) == shown.decision.route { " class=\"taken\"" } else { "" };
        text += &format!("<tr{taken}><td>{}</td>", route.title());
        for (name, value) in NUMBERS.iter().zip([calls, reads, polls, credits]) {
            text += &format!("<td class=\"number\" data-name=\"{name}\">{}</td>", number(value));
        }
        let mut why: Vec<_> = objections.iter().map(|why| escaped(&why.to_string())).collect();
        if why.is_empty() && taken.is_empty() {
            why.push("it could be taken, and costs more".to_owned());
        }
        let automations = automation(*route, automations);
        text += &format!("<td data-name=\"automations\">{automations}</td>");
        text += &format!("<td>{}</td></tr>\n", why.join("<br>"));
    }
    text + "</table>\n"
}

/// Several lines as a list.
fn list(lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
    match &lines[..] {
        [_, _, ..] => format!("<ul>\n<li>{}</li>\n</ul>", lines.join("</li>\n<li>")),
        _ => lines.concat(),
    }
}

/// A text that cannot be taken for markup.
fn markup(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

/// The same; what stands in backticks is set as code.
fn escaped(text: &str) -> String {
    let safe = markup(text);
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
