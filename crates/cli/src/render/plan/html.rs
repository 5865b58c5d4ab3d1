//! A plan as one self-contained page: no script, no font, no other file.

use std::fmt::Write as _;

use anyhow::Result;
use massup_model::limits;
use massup_planner::decision::Alternative;
use massup_planner::{Action, Estimate, Route};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::rows::Row;
use super::{Shown, automation, number};
use crate::output::count;
use crate::text::is_hidden;

const STYLE: &str = include_str!("page.css");

/// The page.
///
/// # Errors
///
/// A step is not valid.
pub(super) fn page(shown: &Shown<'_>) -> Result<String> {
    let headline = shown.headline();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (headline) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (headline) }
                (figures(shown))
                (overview(shown))
                (sample(shown))
                (timeline(shown)?)
                (hazards(shown))
                (alternatives(shown))
                (division(shown))
                (review(shown))
                footer {
                    @if let Some(digest) = shown.digest {
                        "This page describes the plan with the digest " code id="digest" { (digest) } ". "
                    }
                    @if let Some(signature) = shown.signature {
                        @if signature.checked { "It is signed by the trusted key " }
                        @else { "A signature that was not checked is next to it, of the key " }
                        code { (signature.key) } ". "
                    }
                    "Counts are those of the snapshot; polls and credits are lower bounds. massup "
                    (env!("CARGO_PKG_VERSION"))
                }
            }
        }
    };
    Ok(visible(&page.into_string()) + "\n")
}

/// A page in which every character of a value can be seen: one that turns the order of others around would show a
/// reviewer another value than the one that is sent.
fn visible(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for c in page.chars() {
        if is_hidden(c) && c != '\n' {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

/// The totals.
fn figures(shown: &Shown<'_>) -> Markup {
    let (Some(summary), Some(taken)) = (shown.summary, shown.taken()) else { return html!() };
    let Estimate { calls, reads, polls, credits, automations, .. } = taken;
    // A territory holds some of the records of its view.
    let records = match (summary.records, shown.plan.facts().and_then(|facts| facts.view.records)) {
        (None, Some(view)) => format!("at most {view}"),
        (records, _) => number(records),
    };
    let figures = [
        ("records", records),
        ("calls", number(calls)),
        ("reads", number(reads)),
        ("polls", number(polls)),
        ("credits", number(credits)),
        ("automations", automation(summary.route, automations).to_owned()),
        ("findings", shown.decision.hazards.len().to_string()),
    ];
    html! {
        dl id="figures" {
            @for (name, value) in figures { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// Steps and the division have sections of their own.
const ELSEWHERE: [&str; 4] = ["steps", "calls", "to divide", "unknown"];

fn overview(shown: &Shown<'_>) -> Markup {
    let rows = shown.rows().into_iter().filter(|row| !ELSEWHERE.contains(&row.name));
    html! {
        table id="plan" {
            @for Row { name, lines } in rows {
                tr {
                    th { (name) }
                    td {
                        @match &*lines {
                            // A backtick in a value is part of the value.
                            [values] if name == "fields" => (values),
                            [line] => (prose(line)),
                            lines => ul { @for line in lines { li { (prose(line)) } } },
                        }
                    }
                }
            }
        }
    }
}

/// Some ids, to look up in the CRM.
fn sample(shown: &Shown<'_>) -> Markup {
    html! {
        @if !shown.sample.is_empty() {
            h2 { "Some of the records" }
            p id="sample" { @for id in shown.sample { code { (id) } " " } }
        }
    }
}

/// The steps from first to last.
fn timeline(shown: &Shown<'_>) -> Result<Markup> {
    let Some(summary) = shown.summary else { return Ok(html!()) };
    let mut items = Vec::new();
    if summary.route == Route::Ids {
        let chunks = summary.steps / shown.passes();
        for (number, group) in (1..).zip(&summary.field_groups) {
            let values = shown.values(group);
            let words =
                html! { "for each " (limits::MAX_IDS) " of the ids, a call sets " (values) };
            let then = format!("{}; the calls are independent", count(chunks, "call"));
            items.push((number, words, then));
        }
    }
    for step in shown.steps()? {
        let then = match &step.action {
            Action::Read(_) => "nothing changes yet".to_owned(),
            Action::Update(_) => "1 call; then its status is polled until the job ends".to_owned(),
            Action::UpdateRead { .. } => match summary.calls {
                Some(calls) => {
                    let calls = count(calls / shown.passes(), "call");
                    format!("{calls}; the calls are independent")
                }
                None => "the calls are independent".to_owned(),
            },
        };
        items.push((step.number, prose(&shown.step(&step)), then));
    }
    Ok(html! {
        h2 { "Steps" }
        ol.timeline id="steps" {
            @for (number, words, then) in items {
                li data-step=(number) { (words) p.help { (then) } }
            }
        }
    })
}

/// The views into which the view is divided, with criteria to copy.
fn division(shown: &Shown<'_>) -> Markup {
    let Some(division) = &shown.decision.division else { return html!() };
    html! {
        h2 { "How to divide the view" }
        section id="division" {
            p {
                "By " code { (division.field) } " into " (division.parts.len())
                " views, which share no record and omit none. Each has the criteria of the view, and"
            }
            ol {
                @for part in &division.parts {
                    li { (prose(&part.to_string())) br; code { (part.criteria()) } }
                }
            }
            p { "What is unknown:" }
            ul { @for unknown in &division.unknown { li { (prose(&unknown.to_string())) } } }
        }
    }
}

fn hazards(shown: &Shown<'_>) -> Markup {
    let diagnostics = shown.diagnostics();
    html! {
        @if !diagnostics.is_empty() {
            h2 { "Hazards" }
            section id="findings" {
                @for found in &diagnostics {
                    div class={ "finding " (found.severity.as_str()) } {
                        p {
                            strong { (found.code) " " (found.name) } " (" (found.severity.as_str()) "): "
                            (prose(&found.message))
                        }
                        @if let Some(help) = &found.help { p.help { (prose(help)) } }
                    }
                }
            }
        }
    }
}

/// The columns of numbers of the alternatives.
const NUMBERS: [&str; 4] = ["calls", "reads", "polls", "credits"];

fn alternatives(shown: &Shown<'_>) -> Markup {
    let row = |other: &Alternative| {
        let Estimate { calls, reads, polls, credits, automations, .. } = other.estimate;
        let taken = Some(other.route) == shown.decision.route;
        html! {
            tr.taken[taken] {
                td { (other.route.title()) }
                @for (name, value) in NUMBERS.iter().zip([calls, reads, polls, credits]) {
                    td.number data-name=(name) { (number(value)) }
                }
                td data-name="automations" { (automation(other.route, automations)) }
                td {
                    @for (index, why) in other.objections.iter().enumerate() {
                        @if index > 0 { br; }
                        (prose(&why.to_string()))
                    }
                    @if other.objections.is_empty() && !taken { "possible, but costs more" }
                }
            }
        }
    };
    html! {
        h2 { "Alternatives" }
        table id="alternatives" {
            tr {
                th { "route" }
                @for name in NUMBERS { th.number { (name) } }
                th { "automations" }
                th { "why not" }
            }
            @for other in &shown.decision.alternatives { (row(other)) }
        }
    }
}

/// Where the reviewer signs off, on paper or in a copy of the page.
fn review(shown: &Shown<'_>) -> Markup {
    html! {
        @if shown.digest.is_some() {
            h2 { "Review" }
            table id="review" {
                @for name in ["reviewed by", "date", "approved (yes or no)", "remarks"] {
                    tr { th { (name) } td {} }
                }
            }
        }
    }
}

/// A text of ours, in which names in backticks are set as code.
fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if index % 2 == 0 { (part) }
            // A backtick without a partner is left as it is.
            @else if index == last { "`" (part) }
            @else { code { (part) } }
        }
    }
}
