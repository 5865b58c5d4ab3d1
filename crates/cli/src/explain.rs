//! `massup explain`.

use anyhow::Result;
use massup_model::ApiVersion;
use massup_model::catalogue::{self, DocumentedError};
use massup_rules::Rule;
use serde_json::json;

use crate::args::{ExplainArgs, Format, Global};
use crate::{Outcome, output};

pub(crate) fn run(args: &ExplainArgs, global: &Global) -> Result<Outcome> {
    let word = args.word.trim();
    let human = global.format != Format::Json;
    if let Some(rule) = massup_rules::find(word) {
        let text = if human { rule_text(rule) } else { pretty(&rule_json(rule))? };
        output::print(&text)?;
        return Ok(Outcome::Clean);
    }
    let code = word.to_ascii_uppercase();
    let errors: Vec<_> = catalogue::by_code(&code).collect();
    if errors.is_empty() {
        let codes = catalogue::ALL.iter().map(|error| error.code);
        let names = massup_rules::rules().iter().flat_map(|rule| [rule.code, rule.name]);
        let near = massup_rules::nearest(word, names.chain(codes));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        output::complain(&format!("`{word}` is not a rule or an error code of the server{near}"));
        output::remark("`massup rules` lists the rules");
        return Ok(Outcome::Usage);
    }
    let text = if human {
        errors.iter().map(|error| error_text(error)).collect::<Vec<_>>().join("\n")
    } else {
        let errors: Vec<_> = errors.iter().map(|error| error_json(error)).collect();
        pretty(&json!({ "code": code, "errors": errors }))?
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}

fn pretty(value: &serde_json::Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn rule_text(rule: &Rule) -> String {
    let severity = (rule.severity)(ApiVersion::LATEST).as_str();
    let evidence = format!("{:?}", rule.evidence).to_lowercase();
    let mut text = format!("{} {} ({severity}, {evidence})\n\n", rule.code, rule.name);
    for line in rule.documentation.lines() {
        text += line.strip_prefix(' ').unwrap_or(line);
        text += "\n";
    }
    if !rule.answers.is_empty() {
        text += "\n## The server's answer\n\n";
        for error in rule.answers {
            text += &format!("* {}{} `{}`\n", status(error), error.code, error.message);
        }
    }
    text += "\n## Sources\n\n";
    for source in rule.sources {
        text += &format!("* {}: {}\n", source.name, source.url);
    }
    text
}

fn status(error: &DocumentedError) -> String {
    error.status(ApiVersion::LATEST).map_or_else(String::new, |status| format!("HTTP {status} "))
}

/// The rules that foretell an error.
fn foretold_by(error: &DocumentedError) -> Vec<&'static Rule> {
    let answers = |rule: &&Rule| rule.answers.iter().any(|answer| answer.key == error.key);
    massup_rules::rules().iter().copied().filter(answers).collect()
}

fn error_text(error: &DocumentedError) -> String {
    let mut text = format!("{}{}", status(error), error.code);
    if !error.message.is_empty() {
        text += &format!(" `{}`", error.message);
    }
    text += &format!("\n  what it means: {}\n  what to do: {}\n", error.meaning, error.cure);
    text += &format!("  try again: {}\n", retry(error));
    let rules = foretold_by(error);
    if !rules.is_empty() {
        let names: Vec<_> = rules.iter().map(|r| format!("{} {}", r.code, r.name)).collect();
        text += &format!("  foretold by: {}\n", names.join(", "));
    }
    for source in error.sources {
        text += &format!("  source: {}, {}\n", source.name, source.url);
    }
    text
}

fn retry(error: &DocumentedError) -> &'static str {
    match error.retry {
        catalogue::Retry::Never => "no, the same call fails again",
        catalogue::Retry::Later => "yes, after waiting",
        catalogue::Retry::AfterFix => "after someone has changed the state or the rights",
        catalogue::Retry::AfterRefresh => "yes, with a fresh access token",
    }
}

fn rule_json(rule: &Rule) -> serde_json::Value {
    json!({
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary(),
        "stage": rule.stage(),
        "severity": (rule.severity)(ApiVersion::LATEST),
        "evidence": rule.evidence,
        "status": rule.status,
        "documentation": rule.documentation,
        "answers": rule.answers,
        "sources": rule.sources,
    })
}

fn error_json(error: &DocumentedError) -> serde_json::Value {
    let rules: Vec<_> = foretold_by(error).iter().map(|rule| rule.code).collect();
    let mut value = json!(error);
    if let Some(members) = value.as_object_mut() {
        members.insert("rules".into(), json!(rules));
    }
    value
}
