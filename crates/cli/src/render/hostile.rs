//! Hostile names, texts and places through every format, each read back by its own parser.

use std::sync::LazyLock;

use massup_model::json::Span;
use massup_project::Checked;
use massup_rules::report::{Applicability, Diagnostic, Fix, Unchecked};
use massup_rules::{FileReport, rules};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::{Detail, Run, write};
use crate::args::Format;
use crate::text::is_hidden;

/// Parts of texts that mean something to some reader of some format.
const PARTS: [&str; 40] = [
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "\0",
    "\u{7f}",
    "\u{8}",
    "\r",
    "\n",
    "\t",
    "\n::error::x",
    "::set-output name=a::b",
    "%0A::error::",
    "%",
    "##[error]",
    "##vso[task]",
    ",",
    ":",
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "|",
    "`",
    "``` ",
    "\\",
    "\\|",
    "[a](http://e.example)",
    "<script>",
    "<!--",
    "]]>",
    "&amp;",
    "&#64;",
    "www.e.example",
    "https://e.example",
    "@all",
    "#1",
    "*b*",
    "Köln",
    "é🦀",
];

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(&PARTS[..]).prop_map(str::to_owned),
        1 => "[ -~]{0,4}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// A name that a file system could have.
fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("a{}.json", text.replace(['/', '\0'], "")))
}

fn span() -> impl Strategy<Value = Option<Span>> {
    prop::option::of((0..200_usize, 0..200_usize).prop_map(|(start, end)| Span { start, end }))
}

fn diagnostic() -> impl Strategy<Value = Diagnostic> {
    (prop::sample::select(rules()), text(), prop::option::of(text()), span(), span(), text())
        .prop_map(|(rule, message, help, span, shown, pointer)| {
            let mut found = Diagnostic::new(rule, massup_model::ApiVersion::LATEST, message);
            (found.line, found.column) = (span.map(|_| 1), span.map(|_| 1));
            let title = pointer.clone();
            let fix = Fix { title, applicability: Applicability::Safe, patch: Vec::new() };
            (found.help, found.span, found.shown, found.fix) = (help, span, shown, Some(fix));
            found.pointer = pointer;
            found
        })
}

fn file() -> impl Strategy<Value = Checked> {
    let bytes = prop_oneof![
        text().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    let unchecked = prop::collection::vec((text(), text()), 0..2).prop_map(|texts| {
        let one = |(needs, supply): (String, String)| {
            let (needs, supply) = (needs.into(), supply.into());
            Unchecked { code: "MU210", name: "unknown-field", needs, supply }
        };
        texts.into_iter().map(one).collect::<Vec<_>>()
    });
    let found = prop::collection::vec(diagnostic(), 0..4);
    let omitted = prop_oneof![Just(0), 1..9_usize];
    (name(), bytes, found, unchecked, omitted).prop_map(
        |(path, bytes, diagnostics, unchecked, omitted)| {
            let mut report = FileReport { path, diagnostics, ..FileReport::default() };
            report.unchecked = unchecked.into_iter().collect();
            let mut checked = Checked::new(bytes, report);
            checked.report.omitted.warnings = omitted;
            checked
        },
    )
}

fn written(format: Format, files: &[Checked], verbose: bool) -> String {
    let mut out = Vec::new();
    write(format, &Run::of(files), Detail { only: None, verbose }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn found(files: &[Checked]) -> Vec<&Diagnostic> {
    files.iter().flat_map(|file| &file.report.diagnostics).collect()
}

/// The number of files with findings that are counted only.
fn with_more(files: &[Checked]) -> usize {
    files.iter().filter(|file| file.report.omitted.total() > 0).count()
}

/// Nothing commands a terminal or a build server.
fn assert_calm(text: &str) {
    let hidden = text.chars().find(|c| is_hidden(*c) && *c != '\n');
    assert_eq!(hidden, None, "{text:?}");
    for line in text.lines() {
        let word = |part: &str| {
            part.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
        };
        assert!(!line.split("##").skip(1).any(word), "{line:?}");
    }
}

static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/official/sarif-2.1.0.schema.json");
    // One pattern, of languages, has a bracket that only the regular expressions of browsers forgive.
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}\\\\]?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
});

static REPORT_SCHEMA: LazyLock<Value> = LazyLock::new(|| massup_rules::schema::report().to_value());

static REPORT: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&REPORT_SCHEMA).unwrap());

fn human(files: &[Checked]) {
    let coloured = written(Format::Human, files, true);
    for (at, _) in coloured.match_indices('\u{1b}') {
        let rest = coloured[at + 1..].strip_prefix('[').unwrap_or("x");
        let end = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        assert!(end.starts_with('m'), "only colours: {coloured:?}");
    }
    let plain = anstream::adapter::strip_str(&coloured).to_string();
    assert_calm(&plain);
    assert!(plain.lines().all(|line| !line.trim_start().starts_with("::")), "{plain:?}");
    let codes = found(files).iter().map(|found| found.code).collect::<Vec<_>>();
    let headings = plain.lines().filter(|line| {
        codes.iter().any(|code| {
            ["error", "warning", "note"]
                .iter()
                .any(|level| line.starts_with(&format!("{level}[{code} ")))
        })
    });
    assert_eq!(headings.count(), codes.len(), "{plain}");
}

fn json(files: &[Checked]) {
    let text = written(Format::Json, files, false);
    assert_calm(&text);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert!(REPORT.is_valid(&report), "{:?}", REPORT.iter_errors(&report).next());
    for key in
        report["files"].as_array().unwrap().iter().flat_map(|f| f.as_object().unwrap().keys())
    {
        assert!(REPORT_SCHEMA["$defs"]["FileReport"]["properties"][key].is_object(), "{key}");
    }
    for (file, read) in files.iter().zip(report["files"].as_array().unwrap()) {
        assert_eq!(read["path"], file.report.path);
        let same = |found: &Diagnostic, read: &Value| read["message"] == found.message;
        let all = file.report.diagnostics.iter().zip(read["diagnostics"].as_array().unwrap());
        assert!(all.into_iter().all(|(found, read)| same(found, read)));
    }
    let text = written(Format::Jsonl, files, false);
    assert_calm(&text);
    assert_eq!(text.lines().count(), found(files).len() + with_more(files));
    for (line, found) in text.lines().zip(found(files)) {
        assert_eq!(serde_json::from_str::<Value>(line).unwrap()["message"], found.message);
    }
    let text = written(Format::Gitlab, files, false);
    assert_calm(&text);
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(issues.len(), found(files).len() + with_more(files));
}

fn sarif(files: &[Checked]) {
    let text = written(Format::Sarif, files, false);
    assert_calm(&text);
    let mut log: Value = serde_json::from_str(&text).unwrap();
    // The same in every log, and long.
    log["runs"][0]["tool"]["driver"]["rules"] = Value::Array(Vec::new());
    let errors: Vec<_> = SARIF.iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), found(files).len());
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications.as_array().map_or(0, Vec::len), with_more(files));
    for result in results {
        assert!(!result["message"]["text"].as_str().unwrap().contains("]("));
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':'), "{uri}");
    }
}

/// What GitHub makes of a command: its level, its properties and its message.
fn command(line: &str) -> (&str, Vec<(&str, String)>, String) {
    let decode = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":");
        text.replace("%2C", ",").replace("%25", "%")
    };
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (level, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|one| one.split_once('=').unwrap());
    (level, properties.map(|(key, value)| (key, decode(value))).collect(), decode(message))
}

fn github(files: &[Checked]) {
    let text = written(Format::Github, files, false);
    assert_calm(&text);
    assert_eq!(text.lines().count(), found(files).len() + with_more(files), "{text:?}");
    for line in text.lines().skip(found(files).len()) {
        let (_, properties, message) = command(line);
        assert_eq!(properties[0], ("title", "massup".to_owned()));
        assert!(message.ends_with("not listed"), "{message:?}");
    }
    for (line, found) in text.lines().zip(found(files)) {
        let (level, properties, message) = command(line);
        assert!(["error", "warning", "notice"].contains(&level));
        let keys: Vec<_> = properties.iter().map(|(key, _)| *key).collect();
        let place = if found.line.is_some() {
            &["title", "file", "line", "col"][..]
        } else {
            &["title", "file"]
        };
        assert_eq!(keys, place);
        let is_plain = |c: char| !is_hidden(c) && c != '[';
        if found.message.chars().all(is_plain) {
            assert!(message.starts_with(&found.message), "{message:?}");
        }
    }
}

fn junit(files: &[Checked]) {
    use quick_xml::events::Event;
    let text = written(Format::Junit, files, false);
    assert_calm(&text);
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(legal));
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().check_comments = true;
    let (mut depth, mut cases) = (0, 0);
    loop {
        let element = match reader.read_event().unwrap() {
            Event::Start(element) => {
                depth += 1;
                element
            }
            Event::Empty(element) => element,
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => break,
            Event::Text(_) | Event::Decl(_) | Event::GeneralRef(_) => continue,
            event => panic!("{event:?}"),
        };
        assert!(element.attributes().all(|attribute| attribute.unwrap().unescape_value().is_ok()));
        cases += usize::from(element.name().as_ref() == b"testcase");
    }
    let clean = files.iter().filter(|file| file.report.diagnostics.is_empty()).count();
    assert_eq!((depth, cases), (0, found(files).len() + clean));
}

fn markdown(files: &[Checked]) {
    let text = written(Format::Markdown, files, false);
    assert_calm(&text);
    let (mut rows, mut cells) = (0, 0);
    let mut words = String::new();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Start(
                Tag::Paragraph
                | Tag::Strong
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::List(_)
                | Tag::Item,
            )
            | Event::SoftBreak => {}
            Event::End(_) => words.push('\n'),
            Event::Code(_) => words.push(' '),
            Event::Text(part) => words += &part,
            event => panic!("{event:?} in {text}"),
        }
    }
    assert_eq!(
        (rows, cells),
        match found(files).len() {
            0 => (0, 0),
            number => (number, 4 * number + 4),
        },
        "{text}"
    );
    for start in ["://", "www."] {
        assert!(!words.contains(start), "{start} in {words:?}");
    }
    for mark in ['@', '#'] {
        let names = words.split(mark).skip(1);
        assert!(
            names.into_iter().all(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric())),
            "{words:?}"
        );
    }
}

/// Files of every kind that is read, each with something to find.
const SEEDS: [(&str, &str); 9] = [
    (
        "a.json",
        "{\n  \"data\": [{ \"Lead_Source\": \"Ad\", \"Köln\": null }],\n  \"ids\": [5, \"x\", \"5\"]\n}\n",
    ),
    (
        "call.json",
        "{\"module\":\"Leads\",\"api_version\":\"v8\",\"body\":{\"data\":[{\"City\":\"x\"}],\"cvid\":1,\"ids\":[]}}",
    ),
    (
        "a.massup.yaml",
        "module: Leads\nset: { Lead_Source: Ad }\nselect: { ids: [ \"1\", 2 ] }\nname: Köln – Office\n",
    ),
    ("a.massup.toml", "module = \"Leads\"\n[set]\nCity = \"Köln\"\n[select]\nids = [\"x\", 2]\n"),
    ("a.jsonl", "{\"data\":[{\"City\":\"é\"}],\"ids\":[]}\n{\"data\":[{\"City\":\"y\"}]}\n"),
    (
        "a.sh",
        "curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -H 'Authorization: Zoho-oauthtoken x' -d '{\"data\":[{\"City\":\"é\"}],\"ids\":[\"x\"]}'\n",
    ),
    (
        "a.md",
        "# Köln\n\n```sh\ncurl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d @b.json\n```\n",
    ),
    (
        "a.har",
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"POST\",\"url\":\"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update\",\"postData\":{\"text\":\"{\\\"data\\\":[{\\\"é\\\":1}],\\\"ids\\\":[5]}\"}}}]}}",
    ),
    (
        "a.plan.jsonl",
        "{\"massup_plan\":1,\"module\":\"Leads\",\"api_version\":\"v8\"}\n{\"step\":1}\n",
    ),
];

/// A seed with parts put in, taken out and repeated, not always on the boundaries of characters.
fn mutated() -> impl Strategy<Value = Checked> {
    let edit = (
        any::<prop::sample::Index>(),
        0..12_usize,
        prop::sample::select(&PARTS[..]),
        any::<bool>(),
    );
    let edits = prop::collection::vec(edit, 0..4);
    (prop::sample::select(&SEEDS[..]), edits).prop_map(|((name, text), edits)| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, length, part, repeats) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            let with = if repeats { bytes[at..end].repeat(2) } else { part.as_bytes().to_vec() };
            bytes.splice(at..end, with);
        }
        let linter = massup_rules::Linter::new().module("Leads");
        let report = massup_project::FileChecker::new(linter).check(name, &bytes);
        Checked::new(bytes, report)
    })
}

/// Holds what each format makes of files against what it must escape.
fn in_every_format(files: &[Checked]) {
    human(files);
    json(files);
    sarif(files);
    github(files);
    junit(files);
    markdown(files);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_of_every_kind_are_shown_in_every_format(file in mutated()) {
        let files = [file];
        in_every_format(&files);
    }
}

#[test]
fn the_seeds_have_findings() {
    for (name, text) in SEEDS {
        let linter = massup_rules::Linter::new().module("Leads");
        let report = massup_project::FileChecker::new(linter).check(name, text.as_bytes());
        assert!(!report.diagnostics.is_empty(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hostile_gets_out_of_any_format(files in prop::collection::vec(file(), 0..3)) {
        in_every_format(&files);
    }
}

#[test]
fn the_generator_makes_what_the_formats_must_escape() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let texts: Vec<String> =
        (0..400).map(|_| text().new_tree(&mut runner).unwrap().current()).collect();
    for part in PARTS {
        assert!(texts.iter().any(|text| text.contains(part)), "{part:?}");
    }
}
