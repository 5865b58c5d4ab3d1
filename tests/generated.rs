//! Files that follow from the rules: lists, schemas, the reference.

use std::fmt::Write as _;

use massup_cli::render::human;
use massup_model::ApiVersion;
use massup_model::catalogue::DocumentedError;
use massup_rules::report::Answer;
use massup_rules::rule::Stage;
use massup_rules::{Rule, rules};
use massup_tests::current::{assert_current, repository};
use massup_tests::documented;
use massup_tests::notes::NOTES;

/// The folders of rules, with what their `mod.rs` says.
const FOLDERS: [(&str, &str); 5] = [
    ("input", "Rules on the text of a file: codes 0xx."),
    ("request", "Rules on the call alone: codes 1xx."),
    ("snapshot", "Rules on the call and facts about the organisation: codes 2xx."),
    ("plan", "Rules on plans: codes 3xx."),
    ("server", "Constraints that only the server knows: codes 9xx."),
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
    table_of_notes(&mut page);
    assert_current("docs/rules.md", &page);
}

fn severity(rule: &Rule) -> String {
    let [oldest, newest] = [ApiVersion::V2, ApiVersion::LATEST].map(rule.severity);
    if oldest == newest {
        newest.as_str().to_owned()
    } else {
        format!("{}, {} in v8", oldest.as_str(), newest.as_str())
    }
}

fn section(page: &mut String, rule: &'static Rule) {
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

/// Why no rule foretells an error; the others are each named by a rule.
fn unforetold(key: &str) -> Option<&'static str> {
    Some(match key {
        "internal-error" | "status-internal-error" => "a failure of the server",
        "invalid-token" | "invalid-oauthtoken" | "authentication-failure" => {
            "about the token itself, which massup does not see"
        }
        "too-many-requests" => "about earlier calls",
        "malformed-body" => "no document says which code an invalid body gets; MU001 reports it",
        "status-no-permission" | "status-not-authorized" => "a permission that no API provides",
        "status-invalid-module" => "MU103, as for the mass update",
        "status-invalid-url" => "MU102, as for the mass update",
        "status-scope-mismatch" => "MU201, as for the mass update",
        "status-wrong-method" => "MU101, as for the mass update",
        _ => return None,
    })
}

/// Every documented error, and what foretells it. A row without a rule or a reason fails.
fn index_of_errors(page: &mut String) {
    page.push_str(
        "\n# Errors of the server\n\nEvery documented error of the two calls, with the rule that predicts it. Rules 9xx are \
         about facts that\nonly the server knows. The tests run a rejected example of each other rule, which predicts \
         this answer.\n\n| code | HTTP | message | versions | predicted by | shown by |\n|---|---|---|---|---|---|\n",
    );
    let examples = documented::all();
    let reports: Vec<_> = examples.iter().map(|example| (example.rule, example.lint())).collect();
    for error in massup_model::catalogue::ALL {
        let foretells = |rule: &&Rule| rule.answers.iter().any(|answer| answer.key == error.key);
        let (server, known): (Vec<&Rule>, Vec<&Rule>) = rules()
            .iter()
            .copied()
            .filter(foretells)
            .partition(|rule| rule.stage() == Stage::Server);
        let links = |rules: &[&Rule]| -> String {
            rules.iter().map(|rule| link(rule)).collect::<Vec<_>>().join(", ")
        };
        // An example that gets this answer, of one of the rules that foretell it.
        let shown = reports.iter().find(|(of, report)| {
            known.iter().any(|rule| rule.code == of.code)
                && report.diagnostics.iter().any(|found| {
                    let predicts = |answer: &Answer| {
                        (answer.code, answer.message) == (error.code, error.message)
                    };
                    found.code == of.code && found.answers.iter().any(predicts)
                })
        });
        let shown = match shown {
            Some((rule, _)) => link(rule),
            None if known.is_empty() => String::new(),
            None => panic!("no example of {} shows `{}`", links(&known), error.key),
        };
        let by = match (known.is_empty(), server.is_empty(), unforetold(error.key)) {
            (true, true, Some(reason)) => reason.to_owned(),
            (true, true, None) => {
                panic!("no rule foretells `{}`, and no reason is given", error.key)
            }
            (_, _, Some(_)) => panic!("`{}` has a rule and a reason why there is none", error.key),
            (true, false, None) => format!("only the server: {}", links(&server)),
            (false, _, None) => links(&[known, server].concat()),
        };
        let (oldest, newest) = error.versions;
        let versions =
            if oldest == newest { oldest.to_string() } else { format!("{oldest} to {newest}") };
        let (code, status, message) = (error.code, statuses(error), error.message);
        writeln!(page, "| `{code}` | {status} | {message} | {versions} | {by} | {shown} |")
            .unwrap();
    }
}

/// The HTTP status of an error: `200, 400 from v7`.
fn statuses(error: &DocumentedError) -> String {
    let mut text = String::new();
    for (since, status) in error.statuses {
        match text.as_str() {
            "" => write!(text, "{status}").unwrap(),
            _ => write!(text, ", {status} from {since}").unwrap(),
        }
    }
    text
}

fn link(rule: &Rule) -> String {
    format!("[{}](#{}-{})", rule.code, rule.code.to_lowercase(), rule.name)
}

/// Every note of the documents, and the rules about it, one of which names the document.
fn table_of_notes(page: &mut String) {
    page.push_str(
        "\n# Notes in the documents\n\nConstraints in the documents other than their lists of errors.\n\n\
         | note | document | checked by |\n|---|---|---|\n",
    );
    for note in NOTES {
        let of_note: Vec<_> =
            note.rules.iter().map(|code| massup_rules::find(code).unwrap()).collect();
        assert!(!of_note.is_empty() || !note.instead.is_empty(), "nobody minds `{}`", note.says);
        assert!(
            of_note.is_empty() || of_note.iter().any(|rule| rule.sources.contains(&note.source)),
            "no rule on `{}` names {}",
            note.says,
            note.source.name
        );
        let links = of_note.iter().map(|rule| link(rule)).collect::<Vec<_>>().join(", ");
        let parts = [links.as_str(), note.instead].into_iter().filter(|part| !part.is_empty());
        let by = parts.collect::<Vec<_>>().join("; ");
        let source = format!("[{}]({})", note.source.name, note.source.url);
        writeln!(page, "| {} | {source} | {by} |", note.says).unwrap();
    }
}
