//! What is found in how a text is written, in its place.

use massup_rules::report::Applicability;
use massup_rules::{Linter, Origin, Severity};

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
        let found = on_the_text("a.json", never_sent);
        assert!(found.iter().all(|(name, _)| *name == "unrecognised-file"), "{never_sent}");
    }
}

/// What is wrong in the terms of people, and what to do: parts of the message and of the help.
#[test]
fn every_slip_of_json_has_a_remedy() {
    for (text, message, help) in [
        ("{\u{a0}\"data\": []}", "a no-break space (U+00A0)", "replace it with a space"),
        ("{\"data\":\u{3000}[]}", "an ideographic space (U+3000)", "--fix"),
        ("{\"data\": []\u{2028}}", "a line separator (U+2028)", "--fix"),
        ("{\"data\": []\u{feff}}", "a byte order mark (U+FEFF)", "--fix"),
        ("{\"data\": [\u{200b}]}", "a zero-width space (U+200B)", "--fix"),
        ("{“data”: []}", "`“` is a typographic quotation mark", "straight double quotes"),
        ("{\"data\": [{\"A\": True}]}", "`True` is not a JSON value", "write `true`"),
        ("{\"data\": [{\"A\": None}]}", "`None` is not a JSON value", "write `null`"),
        ("{\"data\": [{\"A\": Open}]}", "`Open` is not a JSON value", "`\"Open\"`"),
        ("{data: []}", "the key `data` has no quotes", "write `\"data\"`"),
        ("{\"data\": [], ids: []}", "the key `ids` has no quotes", "write `\"ids\"`"),
        ("{\"ids\": [007]}", "must not begin with `0`", "in double quotes"),
        (
            "{\"data\": [{\"A\": 1,000,000.50}]}",
            "no commas between its thousands",
            "the digits alone",
        ),
        ("{\"data\": [{\"A\": .5}]}", "must not begin with `.`", "a digit first"),
        ("{\"data\": [{\"A\": +5}]}", "must not begin with `+`", "a digit first"),
        (
            "{\"data\": [{\"A\": \"x}], \"ids\": []}",
            "a string ends just before this",
            "close the string",
        ),
        ("{\"data\": [{\"A\": \"x\\q\"}]}", "bad escape", "write a backslash as"),
        ("", "the text is empty", "write a body"),
    ] {
        let report = Linter::new().lint("a.json", text.as_bytes());
        let found = report.diagnostics.iter().find(|found| found.name == "malformed-json");
        let found = found.unwrap_or_else(|| panic!("{text:?}: {report:?}"));
        assert!(found.message.contains(message), "{text:?}: {}", found.message);
        assert!(
            found.help.as_ref().is_some_and(|said| said.contains(help)),
            "{text:?}: {:?}",
            found.help
        );
    }
    for bytes in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}", b"{\0\"\0d\0"] {
        let report = Linter::new().lint("a.json", bytes);
        assert!(report.diagnostics[0].message.contains("UTF-16"), "{bytes:?}");
    }
}

#[test]
fn odd_blanks_are_fixed_and_those_in_strings_stay() {
    let text = "{\u{a0}\"data\":\u{3000}[{\"City\": \"a\u{a0}b\"}],\n\u{200b}\"ids\": [\"7\"]} // \u{a0}\n";
    let linter = Linter::new().module("Leads");
    let fixed = linter.fix("a.json", text, Applicability::Safe);
    let plain = "{ \"data\": [{\"City\": \"a\u{a0}b\"}],\n \"ids\": [\"7\"]} // \u{a0}\n";
    assert_eq!((fixed.text.as_str(), fixed.applied.len()), (plain, 1));
    // In a script it may mean something.
    assert_eq!(linter.fix("a.sh", text, Applicability::Safe).text, text);
}

/// What is said of a file depends on how it came to be checked.
#[test]
fn found_files_are_passed_over_and_sent_ones_must_be_plain() {
    let names = |origin: Origin, text: &str| {
        let report = Linter::new().module("Leads").origin(origin).lint("a.json", text.as_bytes());
        report.diagnostics.iter().map(|d| (d.name, d.severity)).collect::<Vec<_>>()
    };
    let (warning, error, note) = (Severity::Warning, Severity::Error, Severity::Note);
    for (text, seems) in [
        (r#"{"name": "a", "version": "1", "scripts": {}}"#, "a package manifest"),
        (r#"{"nodes": [], "connections": {}}"#, "an n8n workflow"),
        (r#"{"_type": "export", "__export_format": 4, "resources": []}"#, "an Insomnia export"),
        (r#"{"data": [{"code": "SUCCESS", "status": "success"}]}"#, "an answer of the API"),
    ] {
        assert_eq!(names(Origin::Named, text), [("unrecognised-file", warning)], "{text}");
        assert_eq!(names(Origin::Found, text), [], "{text}");
        let report = Linter::new().lint("a.json", text.as_bytes());
        assert!(
            report.diagnostics[0].message.ends_with(seems),
            "{}",
            report.diagnostics[0].message
        );
    }
    let alone = r#"{"data": [{"City": "a"}]}"#;
    assert_eq!(names(Origin::Named, alone), [("no-selection", error)]);
    assert_eq!(names(Origin::Found, alone), [("call-not-followed", note)]);
    let comment = r#"{"data": [{"City": "a"}], "ids": ["7"]} // why"#;
    assert_eq!(names(Origin::Named, comment), [("not-plain-json", note)]);
    assert_eq!(names(Origin::Sent, comment), [("not-plain-json", error)]);
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
