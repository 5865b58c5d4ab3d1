//! Files that follow from the rules: lists, schemas, the reference.

use std::fmt::Write as _;

use massup_cli::render::human;
use massup_model::ApiVersion;
use massup_rules::{rules, schema};
use massup_tests::current::{assert_all_current, assert_current, repository};
use massup_tests::documented;
use serde::Serialize;

/// The folders of rules, with what their `mod.rs` says.
const FOLDERS: [(&str, &str); 2] = [
    ("input", "Rules on the text of a file: codes 0xx."),
    ("request", "Rules on the call alone: codes 1xx."),
];

#[test]
fn folders_list_their_rules() {
    for (folder, title) in FOLDERS {
        let path = format!("crates/rules/src/{folder}");
        let mut names: Vec<String> = std::fs::read_dir(repository().join(&path))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()))
            .filter(|name| name != "mod")
            .collect();
        names.sort();
        let mut text = format!("//! {title}\n//!\n");
        text += "//! Written anew by `cargo test` from the files of this folder.\n\n";
        for name in &names {
            writeln!(text, "pub(crate) mod {name};").unwrap();
        }
        text += "\nuse crate::rule::Rule;\n\n/// The rules of this folder, by file.\n#[rustfmt::skip]\n";
        text += "pub(crate) static RULES: &[&Rule] = &[\n";
        for name in &names {
            writeln!(text, "    &{name}::RULE,").unwrap();
        }
        text += "];\n";
        assert_current(&format!("{path}/mod.rs"), &text);
        for name in names {
            let rule = massup_rules::find(&name.replace('_', "-"));
            assert!(rule.is_some(), "{path}/{name}.rs holds the rule of that name");
        }
    }
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

#[test]
fn schemas_are_current() {
    assert_all_current(&[
        ("schemas/request.schema.json", pretty(&schema::request(None, None))),
        ("schemas/request.deals.schema.json", pretty(&schema::request(Some("Deals"), None))),
        ("schemas/request.leads.schema.json", pretty(&schema::request(Some("Leads"), None))),
        ("schemas/response.schema.json", pretty(&massup_model::response::response_schema())),
        ("schemas/job-status.schema.json", pretty(&massup_model::response::job_status_schema())),
        ("schemas/report.schema.json", pretty(&schema::report())),
        ("schemas/rules.json", pretty(&schema::catalogue())),
    ]);
}

#[test]
fn the_reference_is_current() {
    let mut page = String::from(
        "# Rules\n\nWritten by `cargo test` from the documentation of the rules; each example is run.\n\n\
         | code | name | severity | what it finds |\n|---|---|---|---|\n",
    );
    for rule in rules() {
        let (code, name, summary) = (rule.code, rule.name, rule.summary());
        let anchor = format!("{}-{name}", code.to_lowercase());
        writeln!(page, "| [{code}](#{anchor}) | `{name}` | {} | {summary} |", severity(rule))
            .unwrap();
    }
    for rule in rules() {
        section(&mut page, rule);
    }
    index_of_errors(&mut page);
    assert_current("docs/rules.md", &page);
}

fn severity(rule: &massup_rules::Rule) -> String {
    let [oldest, .., newest] = ApiVersion::ALL.map(|version| (rule.severity)(version));
    if oldest == newest {
        newest.as_str().to_owned()
    } else {
        format!("{}, {} in v8", oldest.as_str(), newest.as_str())
    }
}

fn section(page: &mut String, rule: &'static massup_rules::Rule) {
    writeln!(page, "\n## {} {}\n", rule.code, rule.name).unwrap();
    let mut rejected = documented::examples(rule).into_iter().filter(|e| e.section == "Rejected");
    let mut heading = "";
    let mut fenced = false;
    for line in rule.documentation.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if let Some(text) = line.strip_prefix("## ") {
            heading = text;
            writeln!(page, "### {text}").unwrap();
            continue;
        }
        writeln!(page, "{line}").unwrap();
        if line.starts_with("```") {
            fenced = !fenced;
            if !fenced && heading == "Rejected" {
                let example = rejected.next().unwrap();
                let report = example.lint();
                let finding = report.diagnostics.iter().find(|d| d.code == rule.code).unwrap();
                let shown = human::plain(finding, &example.name(), &example.text());
                writeln!(page, "\n```text\n{}\n```", shown.trim_end()).unwrap();
            }
        }
    }
    let evidence = format!("{:?}", rule.evidence).to_lowercase();
    writeln!(page, "\n### Facts\n\n* severity: {}\n* evidence: {evidence}", severity(rule))
        .unwrap();
    for error in rule.answers {
        writeln!(page, "* the server's answer: `{}` {}", error.code, quoted(error.message))
            .unwrap();
    }
    for source in rule.sources {
        writeln!(page, "* source: [{}]({})", source.name, source.url).unwrap();
    }
}

fn quoted(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!("“{message}”") }
}

fn index_of_errors(page: &mut String) {
    page.push_str("\n# Errors of the server\n\n| code | message | foretold by |\n|---|---|---|\n");
    for error in massup_model::catalogue::ALL {
        let foretells =
            |rule: &&&massup_rules::Rule| rule.answers.iter().any(|answer| answer.key == error.key);
        let names: Vec<_> = rules().iter().filter(foretells).map(|r| r.code).collect();
        let names =
            if names.is_empty() { "the server alone knows".to_owned() } else { names.join(", ") };
        writeln!(page, "| `{}` | {} | {names} |", error.code, error.message).unwrap();
    }
}
