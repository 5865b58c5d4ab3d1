//! What is read.

mod shapes;

use massup_model::{ApiVersion, Draft};

use crate::format::json;
use crate::{looks_like_a_call, read};

#[test]
fn files_worth_reading_are_told_by_name_or_content() {
    for (name, text, expected) in [
        ("a.massup.yaml", "", true),
        ("A.MASSUP.TOML", "", true),
        ("a.plan.jsonl", "", true),
        ("a.yaml", "url: /crm/v8/Leads/actions/mass_update", true),
        ("a.yaml", "data: []", false),
        ("a.py", "post(f'{base}/crm/v8/{module}/actions/mass_update')", true),
        ("a.py", "mass_update(queryset)", false),
        ("Jenkinsfile", "sh 'curl https://www.zohoapis.com/crm/v8/Leads/mass_updates'", true),
        ("a.bin", "\0/crm/v8/Leads/actions/mass_update", false),
        ("a.txt", r#"{"data":[],"ids":[]}"#, false),
        ("a.json", r#"{"data":[],"ids":[]}"#, true),
        ("a.jsonc", r#"{"data":[],"cvid":""}"#, true),
        ("a.jsonl", r#"{"data":[],"over_write":true}"#, true),
        ("a.ndjson", r#"{"url":"/crm/v8/Leads/actions/mass_update"}"#, true),
        ("a.json", r#"{"data":[]}"#, true),
        ("a.json", r#"{"info":{},"data":[]}"#, false),
        ("a.json", r#"{"ids":[]}"#, false),
        ("a.json", r#"{"cvid":"","over_write":true}"#, false),
        ("a.sh", "curl https://example.com/actions/mass_update", true),
        ("a.bash", r#"curl -d '{"data":[],"ids":[]}'"#, false),
        ("a.har", r#"{"data":[],"ids":[]}"#, false),
        ("a.postman_collection.json", r#"{"data":[],"ids":[]}"#, false),
        ("a.postman_collection.json", r#"{"path":["actions","mass_update"]}"#, true),
    ] {
        assert_eq!(looks_like_a_call(name, text.as_bytes()), expected, "{name} {text}");
    }
}

#[test]
fn control_characters_are_found_in_strings_alone() {
    for (text, expected) in [
        ("\n{\"a\":\t\"b\"}", None),
        ("{\"a\":\"b\tc\"}", Some(7)),
        (r#"{"a":"b\"","c":"#, None),
        ("{\"a\":\"b\\\"\tc\"}", Some(9)),
        ("{\"a\":\"b\\\\\"\t}", None),
        ("\\\"\t\"", Some(2)),
        ("{\"a\":\"b c\"}", None),
        ("{\"a\":\"b\u{1f}c\"}", Some(7)),
    ] {
        assert_eq!(json::control_in_string(text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn a_place_lies_between_letters() {
    for (text, line, column, expected) in [
        ("abc\ndef", 1, 1, 0),
        ("abc\ndef", 2, 3, 6),
        ("abc\ndef", 9, 9, 7),
        ("abc", 0, 0, 0),
        ("aéb", 1, 3, 1),
        ("\u{10348}b", 1, 4, 0),
    ] {
        assert_eq!(json::byte_offset(text, line, column), expected, "{text:?} {line}:{column}");
    }
}

#[test]
fn trailing_commas_are_told_from_those_in_strings() {
    for (text, trailing) in [
        ("[1,]", &[2][..]),
        ("[1,2]", &[]),
        (r#"[1,""]"#, &[]),
        (r#"["",]"#, &[3]),
        (r#"[",]",1]"#, &[]),
        (r#"["\",]",1 , ]"#, &[10]),
        (r#"["\\",]"#, &[5]),
        ("{\"a\":[1,],}", &[7, 9]),
        ("[1,[],{}]", &[]),
    ] {
        let parsed = json::parse(text).unwrap();
        let (plain, found) = json::plain(text, &parsed.comments);
        assert_eq!(found, trailing, "{text}");
        assert!(serde_json::from_slice::<serde_json::Value>(&plain).is_ok(), "{text}");
        assert_eq!(plain.len(), text.len());
    }
}

/// What was read of each call: kind, module, version, fields and ids, in short.
fn calls(name: &str, text: &str) -> Vec<String> {
    let document = read(name, text.as_bytes());
    let call = |draft: &Draft<'_>| {
        let version = draft.version.map_or("?", ApiVersion::as_str);
        let fields: Vec<_> = draft.fields().iter().map(|member| &*member.key).collect();
        let module = draft.module_name().unwrap_or("?");
        format!("{:?} {module} {version} {} {}", draft.kind, fields.join(","), draft.ids().len())
    };
    document.calls.iter().map(call).collect()
}

#[test]
fn a_document_tells_what_it_is_by_its_keys() {
    let body = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    for (text, expected) in [
        (body.to_owned(), "Call ? ? City 1"),
        (format!(r#"{{"method":"POST","path":"/crm/v2/Leads/actions/mass_update","body":{body}}}"#), "Call Leads v2 City 1"),
        (format!(r#"{{"module":"Deals","api_version":"v7","body":{body}}}"#), "Call Deals v7 City 1"),
        (r#"{"method":"GET","path":"/crm/v8/Leads/actions/mass_update?job_id=7"}"#.to_owned(), "Status Leads v8  0"),
        (r#"{"module":"Leads","api_version":"v5","set":{"City":"a"},"select":{"ids":["7","8"]}}"#.to_owned(), "Intent Leads v5 City 2"),
        (r#"{"module":"Leads","set":{"City":"a"}}"#.to_owned(), "Intent Leads ? City 0"),
        (r#"{"module":"Leads","select":{"ids":["7"]}}"#.to_owned(), "Intent Leads ?  1"),
        (r#"{"set":1,"select":1,"data":[{"City":"a"}]}"#.to_owned(), "Call ? ? City 0"),
    ] {
        assert_eq!(calls("a.json", &text), [expected], "{text}");
    }
    for no_call in [r#"{"massup_plan":1}"#, r#"{"digest":"","steps":1}"#, r#"{"step":1,"read":{}}"#]
    {
        assert_eq!(calls("a.jsonl", no_call), [""; 0], "{no_call}");
    }
    assert_eq!(problems("a.jsonl", r#"{"digest":""}"#), ["Unrecognised(Foreign { seems: None })"]);
}

/// The problems of a text, in the words of the program.
fn problems(name: &str, text: &str) -> Vec<String> {
    let document = read(name, text.as_bytes());
    document.problems.iter().map(|problem| format!("{:?}", problem.kind)).collect()
}

#[test]
fn a_text_is_reported_once_and_a_program_at_each_line() {
    let text = "see /crm/v8/Leads/actions/mass_update\n".repeat(3);
    assert_eq!(problems("a.md", &text).len(), 1);
    assert_eq!(
        problems("Jenkinsfile.groovy", &text.replace("see ", "send '").replace('\n', "'\n")).len(),
        3
    );
}

/// What the field `A` of a body is set to.
fn value_of_a(name: &str, text: &str) -> serde_json::Value {
    let document = read(name, text.as_bytes());
    document.calls[0].body.as_ref().unwrap().resolve("/data/0/A").unwrap().to_plain()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn scalars_of_yaml_are_those_of_json() {
    for (written, expected) in [
        ("", "null"),
        ("~", "null"),
        ("Null", "null"),
        ("'null'", "\"null\""),
        ("true", "true"),
        ("True", "true"),
        ("FALSE", "false"),
        ("\"true\"", "\"true\""),
        ("yes", "\"yes\""),
        ("5", "5"),
        ("-1.5e3", "-1.5e3"),
        ("'5'", "\"5\""),
        ("0x1f", "\"0x1f\""),
        ("1_000", "\"1_000\""),
        ("007", "\"007\""),
        ("1.", "\"1.\""),
        ("+1", "\"+1\""),
        ("2026-11-24", "\"2026-11-24\""),
        ("{a: [b, 1]}", "{\"a\":[\"b\",1]}"),
    ] {
        let text = format!("data: [{{A: {written}}}]\n");
        assert_eq!(value_of_a("a.yaml", &text), json(expected), "{written}");
    }
}

/// Files that are not JSON are not reported as bad JSON, and commands in them are read.
#[test]
fn a_file_is_json_only_if_it_begins_so() {
    let url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
    let body = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    for (name, text) in [
        ("Makefile", format!("up:\n\t@curl -X POST {url} -d '{body}'\n")),
        ("Dockerfile", format!("FROM x\nRUN curl -X POST {url} -d '{body}'\n")),
        ("a.adoc", format!("[source,bash]\n----\ncurl -X POST {url} -d '{body}'\n----\n")),
        ("notes.txt", format!("Run this:\n\n  curl -X POST {url} -d '{body}'\n")),
        ("job", format!("#!/usr/bin/env python3.12\npost('{url}', json={body})\n")),
        ("job", format!("#!/usr/bin/env -S node\naxios.post('{url}', {body})\n")),
        ("job", format!("#!/bin/bash\ncurl -X POST {url} -d '{body}'\n")),
        (
            "a.cmd",
            format!(
                "@echo off\r\nREM curl {url}\r\ncurl -X POST {url} ^\r\n -d \"{}\"\r\n",
                body.replace('"', "\\\"")
            ),
        ),
        ("body", body.to_owned()),
        ("-", body.to_owned()),
        ("-", format!("post('{url}', x); curl -X POST {url} -d '{body}'")),
    ] {
        let document = read(name, text.as_bytes());
        let read: Vec<_> =
            document.calls.iter().filter_map(|call| Some(call.body.as_ref()?.to_plain())).collect();
        assert_eq!(read, [json(body)], "{name}: {text}");
        let problems = document
            .problems
            .iter()
            .filter(|p| !matches!(p.kind, crate::ProblemKind::NotFollowed(_)));
        assert_eq!(problems.count(), 0, "{name}: {text}");
    }
    for (name, text) in [
        ("a.ini", format!("[zoho]\nurl={url}\n")),
        ("a.log", format!("[DRY RUN] POST {url}\n{body}\n")),
        ("a.tpl", format!("{{% if x %}}\n{{{{ '{url}' }}}}\n")),
        ("Jenkinsfile", format!("sh \"\"\"curl {url}\"\"\"\n")),
    ] {
        let found = problems(name, &text);
        let alone = found.len() == 1 && found.iter().all(|kind| kind.starts_with("NotFollowed"));
        assert!(alone, "{name}: {text}: {found:?}");
    }
    for text in ["[true]", "[ None ]", "[-1]", "{data:1}", "// a\n{}", "", "[\"a\""] {
        assert!(crate::begins_as_json(text.as_bytes()), "{text}");
    }
    for text in ["[section]", "[true_or_not]", "{{ a }}", "{% a %}", "/etc", "name: a"] {
        assert!(!crate::begins_as_json(text.as_bytes()), "{text}");
    }
}

#[test]
fn calls_in_scripts_are_told_by_their_address() {
    let script = |url: &str| {
        format!("curl -X POST \"{url}\" -d '{{\"data\":[{{\"City\":\"a\"}}],\"ids\":[\"7\"]}}'\n")
    };
    for (url, expected) in [
        ("https://www.zohoapis.com/crm/v8/Leads/actions/mass_update", Some("Call Leads v8 City 1")),
        (
            "https://www.zohoapis.com/crm/v2/Deals/actions/mass_update/",
            Some("Call Deals v2 City 1"),
        ),
        ("www.zohoapis.eu/crm/v7/Leads/actions/mass_update?x=1", Some("Call Leads v7 City 1")),
        ("$HOST/crm/v6/Leads/actions/mass_update", Some("Call Leads v6 City 1")),
        ("$HOST/v6/Leads/actions/mass_update", Some("Call Leads v6 City 1")),
        ("https://www.zohoapis.com/crm/v8/$MODULE/actions/mass_update", Some("Call ? v8 City 1")),
        ("https://www.zohoapis.com/crm/v8/Leads", None),
        ("https://www.zohoapis.com/crm/v8/Leads?next=/actions/mass_update", None),
        (
            "https://www.zohoapis.com/crm/v8/Leads/actions/mass_updates",
            Some("Call Leads v8 City 1"),
        ),
        ("https://www.zohoapis.com/crm/v8/Leads/mass_update", Some("Call Leads v8 City 1")),
        ("$HOST/crm/v8/$MODULE/actions/massUpdate", Some("Call ? v8 City 1")),
        ("https://www.zohoapis.com/crm/v8/Leads/actions/mass_delete", None),
        ("$URL", None),
    ] {
        let found = calls("a.sh", &script(url));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{url}");
    }
}

#[test]
fn values_of_toml_are_those_of_json() {
    for (written, expected) in [
        ("5", "5"),
        ("0x1f", "31"),
        ("-1.5", "-1.5"),
        ("1e3", "1e3"),
        ("+1.5", "1.5"),
        ("1_000", "1000"),
        ("inf", "\"inf\""),
        ("-nan", "\"-nan\""),
        ("true", "true"),
        ("'5'", "\"5\""),
        ("2026-11-24", "\"2026-11-24\""),
        ("['a', {B = 1}]", "[\"a\",{\"B\":1}]"),
    ] {
        let text = format!("data = [{{A = {written}}}]\n");
        assert_eq!(value_of_a("a.toml", &text), json(expected), "{written}");
    }
}
