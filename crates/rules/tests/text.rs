//! What is found in how a text is written, in its place.

use massup_rules::Linter;

/// Names of the findings on how a text is written, with their lines.
fn on_the_text(name: &str, text: &str) -> Vec<(&'static str, Option<usize>)> {
    let report = Linter::new().module("Leads").lint(name, text.as_bytes());
    let found = report.diagnostics.iter().filter(|found| found.code.starts_with("MU0"));
    found.map(|found| (found.name, found.line)).collect()
}

#[test]
fn only_what_is_sent_must_be_plain() {
    let body = r#"{"data":[{"City":"a"}],"ids":["7"],}"#;
    assert_eq!(on_the_text("a.json", body), [("not-plain-json", Some(1))]);
    for never_sent in [
        r#"{"module":"Leads","set":{"City":"a"},"select":{"ids":["7"]},}"#,
        r#"{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[],}"#,
        r#"{"log":{"entries":[]},}"#,
    ] {
        assert_eq!(on_the_text("a.json", never_sent), [], "{never_sent}");
    }
}

#[test]
fn what_is_not_plain_is_found_in_its_place_in_any_line() {
    let call = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    for (line, name, marked) in [
        (r#"{"data":[{"City":"a"}],"ids":["7"],}"#, "not-plain-json", ","),
        (r#"{"data":[{"City":"a"}],/* x */"ids":["7"]}"#, "not-plain-json", "/* x */"),
        ("{\"data\":[{\"City\":\"a\tb\"}],\"ids\":[\"7\"]}", "malformed-json", "\t"),
    ] {
        for before in ["", "\n", call, "\u{feff}"] {
            let before =
                if before == call { format!("{call}\n{call}\n") } else { before.to_owned() };
            let text = format!("{before}{line}\n");
            let report = Linter::new().module("Leads").lint("a.jsonl", text.as_bytes());
            let found = report.diagnostics.iter().rfind(|found| found.name == name);
            let span = found.unwrap().span.unwrap();
            assert_eq!(&text[span.start..span.end], marked, "{text:?}");
            let at = line.rfind(marked).unwrap();
            assert_eq!(span.start - before.len(), at, "{text:?}");
        }
    }
}

#[test]
fn an_empty_array_is_no_call_and_one_of_calls_is_several() {
    let names = |text: &str| {
        let report = Linter::new().module("Leads").lint("a.json", text.as_bytes());
        report.diagnostics.iter().map(|found| found.name).collect::<Vec<_>>()
    };
    assert_eq!(names("[]"), ["wrong-type"]);
    let call = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    assert_eq!(names(&format!("[{call},{call}]")), [""; 0]);
}

#[test]
fn values_in_lines_are_told_from_broken_ones() {
    let call = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    let two = format!("{call}\n{call}\n");
    assert_eq!(on_the_text("a.json", &two), [("not-plain-json", Some(2))]);
    let marked = format!("\u{feff}{call}\n{{\"data\":7}}\n");
    for name in ["a.json", "a.jsonl"] {
        let report = Linter::new().module("Leads").lint(name, marked.as_bytes());
        let found = report.diagnostics.iter().rfind(|found| found.name == "wrong-type").unwrap();
        assert_eq!(found.span.map(|span| &marked[span.start..span.end]), Some("7"), "{name}");
    }
    let broken = format!("{call}\n}}");
    let both = [("malformed-json", Some(2)), ("not-plain-json", Some(2))];
    assert_eq!(on_the_text("a.json", &broken), both);
    for not_in_lines in ["{\"data\":\n[} {\n", "{\n\"data\":[]} {}"] {
        let found = on_the_text("a.json", not_in_lines);
        assert_eq!(found, [("malformed-json", Some(2))], "{not_in_lines}");
    }
    let second = format!("{call}\n{{\n");
    assert_eq!(on_the_text("a.jsonl", &second), [("malformed-json", Some(2))]);
}
