//! Texts of every format, hostile ones too.

use massup_model::draft::Embedded;
use massup_model::json::Span;

use crate::{ProblemKind, Scheme, Sent, read, steps};

const URL: &str = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
const BODY: &str = r#"{"data":[{"City":"é"}],"ids":["554023000000497007"]}"#;

/// A small text of each format, with a call.
fn texts() -> Vec<(&'static str, String)> {
    let escaped = serde_json::Value::from(BODY).to_string();
    vec![
        ("a.json", format!("// é\n{BODY}")),
        ("a.jsonl", format!("{BODY}\n{BODY}")),
        ("a.yaml", "module: Leads # é\nset: { City: 'é' }\nselect:\n  ids: [\"7\"]\n".to_owned()),
        (
            "b.yaml",
            format!(
                "on: push\njobs:\n  a:\n    - run: |\n        curl {URL} -d '{BODY}'\n    - é: \"é\"\n"
            ),
        ),
        (
            "a.toml",
            "module = \"Leads\"\n[set]\nCity = 'é' # é\n[select]\nids = [\"7\"]\n".to_owned(),
        ),
        (
            "a.sh",
            format!("V='é'\nD='{BODY}'\ncurl \"{URL}\" -H \"A: $V é\" -d \"$D\" <<< $'\\u00e9'\n"),
        ),
        ("a.md", format!("é\n```sh\ncurl {URL} -d '{BODY}'\n```\n```json\n{BODY}\n```\n")),
        ("a.http", format!("@v = é\n### é\nPOST {URL}\nA: {{{{v}}}}\n\n{BODY}\n")),
        ("a.py", format!("u = f\"{URL}?é={{x}}\"\nrequests.post(u, json={BODY})  # é\n")),
        (
            "a.ts",
            format!("fetch(`{URL}`, {{ method: 'POST', body: JSON.stringify({BODY}) }}); // é\n"),
        ),
        ("a.ps1", format!("$u = \"{URL}\"\nInvoke-RestMethod -Uri $u -Body '{BODY}' # é\n")),
        (
            "p.json",
            format!(
                "{{\"info\":{{\"schema\":\"collection/v2\"}},\"variable\":[{{\"key\":\"v\",\"value\":\"é\"}}],\"item\":[{{\"request\":{{\"url\":\"{URL}\",\"method\":\"POST\",\"body\":{{\"mode\":\"raw\",\"raw\":{escaped}}}}}}}]}}"
            ),
        ),
        (
            "h.har",
            format!(
                "{{\"log\":{{\"entries\":[{{\"request\":{{\"url\":\"{URL}\",\"method\":\"POST\",\"postData\":{{\"text\":{escaped}}}}}}}]}}}}"
            ),
        ),
        (
            "l.sh",
            format!(
                "f() {{\n curl \"{URL}?é=$1\" -d \"$2\"\n}}\nfor v in é b; do f $v '{BODY}'; done\n"
            ),
        ),
        (
            "c.yaml",
            format!(
                "é: &b\n  City: 'é'\n---\n- uri:\n    url: {URL}\n    method: POST\n    body: '{BODY}'\n  <<: *b\n"
            ),
        ),
        (
            "w.yaml",
            format!(
                "jobs:\n  - shell: python\n    run: |\n      requests.post(\"{URL}\", json={BODY}) # é\n"
            ),
        ),
        (
            "a.bru",
            format!(
                "vars {{\n  v: é\n}}\npost {{\n  url: {URL}?é={{{{v}}}}\n}}\nheaders {{\n  é: é\n}}\nbody:json {{\n  {BODY}\n}}\n"
            ),
        ),
        (
            "a.hurl",
            format!(
                "POST {URL}\né: é\n[Query]\né: é\n{BODY}\nHTTP 200\n[Asserts]\nbody contains \"é\"\n"
            ),
        ),
        ("a.ipynb", {
            let lines = [format!("u = '{URL}' # é\n"), format!("requests.post(u, json={BODY})")];
            let cell =
                serde_json::json!({ "cell_type": "code", "source": lines, "outputs": ["é"] });
            serde_json::json!({ "nbformat": 4, "cells": [cell] }).to_string()
        }),
        ("n.json", {
            let code =
                format!("fetch('{URL}', {{ method: 'POST', body: JSON.stringify({BODY}) }})");
            serde_json::json!({ "é": { "jsCode": code } }).to_string()
        }),
        (
            "o.json",
            format!(
                "{{\"paths\":{{\"/crm/v8/Leads/actions/mass_update\":{{\"post\":{{\"requestBody\":{{\"content\":{{\"é\":{{\"example\":{BODY}}}}}}}}}}}}}}}"
            ),
        ),
        (
            "a.php",
            "<?php\n$r = new MassUpdateBodyWrapper();\n$l = array();\n$l[] = \"é\";\narray_push($l, \"é\", $l);\n$r->setData(array(array(\"City\" => \"é\")));\n$r->setIds($l);\n$o->massUpdateRecords(\"Leads\", $r);\n".to_owned(),
        ),
        ("d.json", format!("{{\"é\":{{\"url\":\"{URL}\",\"method\":\"POST\",\"body\":{BODY}}}}}")),
    ]
}

/// Characters that are odd in one format or another.
const ODD: [&str; 22] = [
    "\u{a0}", "\u{3000}", "\u{2028}", "\u{feff}", "\u{200b}", "\u{85}", "é", "“", "\"", "'", "\\",
    "`", "{", "}", "[", "(", "$", "#", "\n", "\0", "{{", "*",
];

/// Checks that every place in a document is between characters of its text.
#[track_caller]
fn check_places(name: &str, text: &str) {
    let document = read(name, text.as_bytes());
    let check = |span: Span| {
        let fits = span.start <= span.end && text.get(span.start..span.end).is_some();
        assert!(fits, "{name}: {span:?} in {text:?}");
    };
    for problem in &document.problems {
        check(problem.span);
        problem.shown.into_iter().for_each(check);
    }
    document.comments.iter().for_each(|comment| check(comment.span));
    for call in &document.calls {
        call.embedded.iter().flat_map(Embedded::parts).copied().for_each(check);
        let spots = [&call.method, &call.path, &call.module, &call.body_file];
        spots.into_iter().flatten().filter_map(|spot| spot.span).for_each(check);
        let mut open: Vec<_> = call.body.iter().collect();
        while let Some(node) = open.pop() {
            check(node.span);
            open.extend(node.as_array().unwrap_or_default());
            for member in node.as_object().unwrap_or_default() {
                check(member.key_span);
                open.push(&member.value);
            }
        }
    }
}

#[test]
fn every_text_has_a_call() {
    for (name, text) in texts() {
        assert!(!read(name, text.as_bytes()).calls.is_empty(), "{name}: {text}");
    }
}

#[test]
fn places_are_between_characters_wherever_something_odd_is() {
    for (name, text) in texts() {
        check_places(name, &text);
        for (at, letter) in text.char_indices() {
            let (before, after) = text.split_at(at);
            for odd in ODD {
                check_places(name, &format!("{before}{odd}{after}"));
            }
            // Something is missing.
            check_places(name, &format!("{before}{}", &after[letter.len_utf8()..]));
            check_places(name, before);
        }
    }
}

#[test]
fn every_format_reads_the_texts_of_the_others() {
    for (_, text) in texts() {
        for (name, _) in texts() {
            check_places(name, &text);
        }
        for name in
            ["a.txt", "a", "a.rb", "a.php", "a.java", "a.cs", "a.go", "a.deluge", "a.pl", "a.vue"]
        {
            check_places(name, &text);
        }
    }
}

/// What a hostile text repeats: its beginning, what is repeated, its end.
fn shapes() -> Vec<(&'static str, String, String, String)> {
    let shape = |name, head: &str, unit: &str, tail: &str| {
        (name, head.to_owned(), unit.to_owned(), tail.to_owned())
    };
    let body = format!("curl {URL} -d \"{{\\\"data\\\":[{{}}],\\\"ids\\\":[");
    vec![
        shape("a.json", "{\"data\":[{}],\"ids\":[\"7\"", "/* c */ //x\n", "]}"),
        shape("a.json", "{\"data\":[{", "\"A\":1,", "\"A\":1}],\"ids\":[\"7\"]}"),
        shape("a.json", "", "[", ""),
        shape("a.json", "", "{\"a\":", ""),
        shape("a.yaml", "", "[", ""),
        shape("a.yaml", "a:\n", "  - x # c\n", ""),
        shape("a.toml", "", "# c\n", "a = 1\n"),
        shape("a.sh", "", &format!("curl {URL} -d '{{}}'\n"), ""),
        shape("a.sh", &format!("curl {URL}\n"), "-H 'a: b'\n", ""),
        shape("a.sh", &body, "\\\"$(x)\\\",", "1]}\"\n"),
        shape("a.sh", &body, "$x,", "1]}\"\n"),
        shape(
            "a.sh",
            "A=https://www.zohoapis.com\n",
            "curl \"$A/crm/v8/Leads/actions/mass_update\"\n",
            "",
        ),
        shape("a.sh", "", "$(", ""),
        shape("a.sh", "", "\n", ""),
        shape("a.sh", "", "<<E ", "\n"),
        shape("a.md", "", &format!("see {URL}\n"), ""),
        shape("a.md", "", &format!("```sh\ncurl {URL}\n```\n"), ""),
        shape("a.http", "@a = b\n", &format!("POST {URL}\n\n{BODY}\n###\n"), ""),
        shape("a.py", "x = f([", &format!("\"{URL}\","), "])\n"),
        shape("a.py", &format!("x = \"{URL}\"\nf("), "x,", ")\n"),
        shape("a.py", &format!("b = {BODY}\nx = \"{URL}\"\n"), "f(x, json=b)\n", ""),
        shape(
            "a.py",
            &format!("b = {BODY}\n"),
            "b[\"ids\"] = 1\n",
            &format!("post(\"{URL}\", json=b)\n"),
        ),
        shape("a.py", "", "\\\"", ""),
        shape("a.py", "f\"", "{", "\""),
        shape("a.js", "", "(", ""),
        shape("a.js", "`", "${", ""),
        shape("a.ts", "x = ", "[", ""),
        shape("a.txt", "zoho ", "/mass_update ", ""),
        shape("a.txt", "zoho ", "mass", ""),
    ]
}

#[test]
fn work_grows_with_the_text_and_no_faster() {
    for (name, head, unit, tail) in shapes() {
        let steps = |times: usize| {
            let text = format!("{head}{}{tail}", unit.repeat(times));
            steps::of(|| drop(read(name, text.as_bytes()))) + text.len()
        };
        let (once, twice) = (steps(1_000), steps(2_000));
        assert!(twice <= once * 5 / 2, "{name} {unit:?}: {once} steps, then {twice}");
    }
}

#[test]
fn no_depth_is_too_much() {
    let keyed = ["{5=>", "[5=>", "(5=>", "{x=>", "@", "{...", "[*", "new {", "map["];
    for open in keyed
        .into_iter()
        .chain(["[", "{\"a\":", "(", "{", "$(", "${", "- ", "a: {", "> ", "`", "@("])
    {
        let text = open.repeat(20_000);
        for name in [
            "a.json", "a.yaml", "a.toml", "a.sh", "a.py", "a.ps1", "a.ts", "a.go", "a.md", "a.http",
        ] {
            read(name, text.as_bytes());
            read(name, format!("x = {text}").as_bytes());
        }
    }
}

/// Every short sequence of tokens ends, wherever a body may be.
#[test]
fn every_short_program_is_read() {
    let tokens = [
        "{", "[", "(", "}", "]", ")", "=>", ":", ",", "\"a\"", "5", "x", "@", "new", "array",
        "map", "=", "...",
    ];
    for number in 0..tokens.len().pow(3) {
        let token = |place: u32| tokens[number / tokens.len().pow(place) % tokens.len()];
        let (first, second, third) = (token(0), token(1), token(2));
        let closed: String = [third, second, first]
            .iter()
            .filter_map(|token| match *token {
                "{" => Some('}'),
                "[" => Some(']'),
                "(" => Some(')'),
                _ => None,
            })
            .collect();
        let value = format!("{first} {second} {third} {closed}");
        for name in ["a.py", "a.php", "a.ps1", "a.cs"] {
            let text = format!("x = {value}\npost(\"{URL}\", {value}, {{\"data\": {value}}}, x)\n");
            check_places(name, &text);
        }
    }
}

/// Clients that remove the comments of a body before they send it, and those that do not.
#[test]
fn clients_that_remove_comments() {
    let postman = |options: &str, body: &str| {
        let raw = serde_json::Value::from(body);
        format!(
            r#"{{"info":{{"schema":"collection/v2"}},"item":[{{"request":{{"url":"{URL}","method":"POST","body":{{"mode":"raw"{options},"raw":{raw}}}}}}}]}}"#
        )
    };
    let json = r#","options":{"raw":{"language":"json"}}"#;
    let bruno = |kind: &str, body: &str| {
        format!("post {{\n  url: {URL}\n}}\n\nbody:{kind} {{\n  {body}\n}}\n")
    };
    let comment = r#"{"data":[{"City":"a"}], /* b */ "ids":["7"]}"#;
    let comma = r#"{"data":[{"City":"a"}],"ids":["7",]}"#;
    for (name, text, sent) in [
        ("p.json", postman(json, comment), Sent::WithoutComments),
        ("p.json", postman("", comment), Sent::AsItIs),
        ("p.json", postman(json, comma), Sent::AsItIs),
        ("a.bru", bruno("json", comment), Sent::WithoutComments),
        ("a.bru", bruno("json", comma), Sent::AsItIs),
        ("a.bru", bruno("text", comment), Sent::AsItIs),
    ] {
        let document = read(name, text.as_bytes());
        let found: Vec<_> = document.problems.iter().map(|problem| &problem.kind).collect();
        assert!(
            matches!(found[..], [ProblemKind::NotPlain(_, how)] if *how == sent),
            "{text}: {found:?}"
        );
    }
}

/// A token in the query is reported at its name; the token itself is never shown.
#[test]
fn a_token_in_the_query() {
    for (query, expected) in [
        ("?authtoken=1234", Some("authtoken")),
        ("?a=b&AUTHTOKEN=1234", Some("AUTHTOKEN")),
        ("?job_id=7&access_token=1", Some("access_token")),
        ("?job_id=authtoken", None),
        ("", None),
    ] {
        let text = format!("curl -X POST '{URL}{query}' -d '{BODY}'");
        let document = read("a.sh", text.as_bytes());
        let found = document
            .problems
            .iter()
            .find(|problem| matches!(problem.kind, ProblemKind::Authorization(Scheme::InQuery)));
        assert_eq!(found.map(|found| &text[found.span.start..found.span.end]), expected, "{text}");
    }
}
