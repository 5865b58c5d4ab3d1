//! Calls from the documentation and from life, each with the verdict of a careful reader.

use std::collections::BTreeMap;

use massup_model::ApiVersion;
use massup_rules::Linter;
use massup_tests::current::repository;
use serde::Deserialize;

/// What a reader says of a file.
#[derive(Debug, Deserialize)]
struct Verdict {
    module: Option<String>,
    /// `page` or nothing: the file itself does not name the module.
    module_from: Option<String>,
    v2: BTreeMap<String, String>,
    v8: BTreeMap<String, String>,
    at: Option<Place>,
}

/// Where the main finding stands.
#[derive(Debug, Deserialize)]
struct Place {
    rule: String,
    line: usize,
    column: usize,
    text: String,
}

fn verdicts() -> BTreeMap<String, Verdict> {
    let text = std::fs::read_to_string(repository().join("tests/corpus/verdicts.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_file_has_a_verdict_and_gets_it() {
    let folder = repository().join("tests/corpus");
    let mut files = 0;
    let mut wrong = Vec::new();
    for (name, verdict) in verdicts() {
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        files += 1;
        for (version, expected) in [(ApiVersion::V2, &verdict.v2), (ApiVersion::V8, &verdict.v8)] {
            let mut linter = Linter::new().version(version);
            if let (Some(module), true) =
                (&verdict.module, verdict.module_from.as_deref() != Some("file"))
            {
                linter = linter.module(module);
            }
            // A path in the file says its version itself; the other version is asked for by its letters.
            let text = String::from_utf8_lossy(&bytes)
                .replace("/crm/v2/", &format!("/crm/{version}/"))
                .replace(r#""api_version": "v2""#, &format!(r#""api_version": "{version}""#));
            let bytes =
                if std::str::from_utf8(&bytes).is_ok() { text.into_bytes() } else { bytes.clone() };
            let report = linter.lint(&name, &bytes);
            let found: BTreeMap<String, String> = report
                .diagnostics
                .iter()
                .map(|d| (d.name.to_owned(), d.severity.as_str().to_owned()))
                .collect();
            if &found != expected {
                wrong.push(format!("{name} in {version}: expected {expected:?}, found {found:?}"));
            }
            let Some(at) = &verdict.at else { continue };
            let place = report.diagnostics.iter().find(|d| d.name == at.rule);
            let found = place.map(|d| (d.line.unwrap(), d.column.unwrap()));
            let text = place.and_then(|d| bytes.get(d.span?.start..)).unwrap_or_default();
            if found != Some((at.line, at.column)) || !text.starts_with(at.text.as_bytes()) {
                wrong.push(format!("{name} in {version}: expected {at:?}, found {found:?}"));
            }
        }
    }
    let mut there = 0;
    for folder in [folder.join("page"), folder.join("err"), folder.join("code")] {
        there += std::fs::read_dir(folder).unwrap().count();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(files, there, "a verdict a file");
}

/// Most samples of the documentation select by `cvid` and by `ids` at once.
#[test]
fn samples_of_the_page_send_both_selections() {
    let verdicts = verdicts();
    let samples = verdicts.iter().filter(|(name, _)| name.starts_with("page/"));
    let both =
        samples.clone().filter(|(_, verdict)| verdict.v2.contains_key("cvid-and-ids")).count();
    assert_eq!((samples.count(), both), (17, 10));
}
