//! What fixes leave of a text, to the letter.

use super::*;

const START: &str = "{\"data\":[{\"City\":\"a\"}],\n\"ids\":[";

fn fixed(name: &str, text: &str) -> String {
    Linter::new().module("Leads").fix(name, text, Applicability::Unsafe).text
}

#[test]
fn an_item_goes_with_one_comma_and_comments_stay() {
    for (before, after) in [
        (r#""7","7","8"]}"#, r#""7","8"]}"#),
        (r#""7","7"]}"#, r#""7"]}"#),
        (
            "\n  \"7\", // one\n  \"7\", // again\n  \"8\"\n]}",
            "\n  \"7\", // one\n  // again\n  \"8\"\n]}",
        ),
        ("\n  \"7\", // one\n  \"7\"\n]}", "\n  \"7\" // one\n]}"),
        ("\n  \"7\",\n  \"7\",\n  \"8\"\n]}", "\n  \"7\",\n  \"8\"\n]}"),
        (
            "\n  \"7\" // one, two\n  , /* x, */ \"7\" // y\n]}",
            "\n  \"7\" // one, two\n   /* x, */ // y\n]}",
        ),
        ("\"7\" /* a */ , /* b */ \"7\"]}", "\"7\" /* a */  /* b */ ]}"),
        ("\"7\", \"7\" /* c */ , \"8\"]}", "\"7\", /* c */  \"8\"]}"),
        ("\"7\",\"7\", \n\"8\"]}", "\"7\", \n\"8\"]}"),
        ("\"7\",\"7\" // why,\n,\"8\"]}", "\"7\",// why,\n\"8\"]}"),
    ] {
        let (before, after) = (format!("{START}{before}"), format!("{START}{after}"));
        assert_eq!(fixed("a.json", &before), after, "{before}");
    }
}

#[test]
fn a_member_goes_with_its_line_if_it_has_one() {
    for (name, before, after) in [
        (
            "a.json",
            "{\n  \"over_write\": true,\n\"data\":[{\"City\":\"a\"}],\n\"ids\":[\"7\"]}",
            "{\n\"data\":[{\"City\":\"a\"}],\n\"ids\":[\"7\"]}",
        ),
        (
            "a.json",
            "{\"data\":[{\"City\":\"a\"}],\n\"ids\":[\"7\"],\n\"over_write\":true\n}",
            "{\"data\":[{\"City\":\"a\"}],\n\"ids\":[\"7\"]\n}",
        ),
        (
            "a.massup.json",
            "{\"module\":\"Leads\",\"over_write\":true, // why\n\"set\":{\"City\":\"a\"},\"select\":{\"ids\":[\"7\"]}}",
            "{\"module\":\"Leads\",// why\n\"set\":{\"City\":\"a\"},\"select\":{\"ids\":[\"7\"]}}",
        ),
        (
            "a.massup.yaml",
            "module: Leads\nover_write: true\nset: {City: a}\nselect: {ids: [\"7\"]}\n",
            "module: Leads\nset: {City: a}\nselect: {ids: [\"7\"]}\n",
        ),
        (
            "a.massup.toml",
            "over_write = true\nmodule = \"Leads\"\nset = {City = \"a\"}\nselect = {ids = [\"7\"]}\n",
            "module = \"Leads\"\nset = {City = \"a\"}\nselect = {ids = [\"7\"]}\n",
        ),
        (
            "a.massup.toml",
            "module = \"Leads\"\nset = {City = \"a\"}\nselect = {ids = [\"7\"]}\nover_write = true",
            "module = \"Leads\"\nset = {City = \"a\"}\nselect = {ids = [\"7\"]}\n",
        ),
        // What shares its line stays: in YAML and TOML commas and comments are not looked for.
        (
            "a.massup.yaml",
            "module: Leads\nover_write: true # x\nset: {City: a}\nselect: {ids: [\"7\"]}\n",
            "module: Leads\nover_write: true # x\nset: {City: a}\nselect: {ids: [\"7\"]}\n",
        ),
        (
            "a.massup.yaml",
            "{over_write: true, module: Leads,\nset: {City: a}, select: {ids: [\"7\"]}}\n",
            "{over_write: true, module: Leads,\nset: {City: a}, select: {ids: [\"7\"]}}\n",
        ),
        (
            "a.massup.yaml",
            "{module: Leads, set: {City: a}, select: {ids: [\"7\"]},\nover_write: true}",
            "{module: Leads, set: {City: a}, select: {ids: [\"7\"]},\nover_write: true}",
        ),
    ] {
        assert_eq!(fixed(name, before), after, "{before}");
    }
}

/// `cvid` beside `ids` may go, and so may an id within `ids`: both in one file, each in its own call.
#[test]
fn fixes_of_several_calls_are_tried_side_by_side() {
    let line = |ids: &str| format!("{{\"data\":[{{\"City\":\"a\"}}],\"ids\":[{ids}]}}\n");
    let before = [line("7"), line("\"7\",\"7\""), line("8,\"8\"")].concat();
    let after = [line("\"7\""), line("\"7\""), line("\"8\"")].concat();
    assert_eq!(fixed("a.jsonl", &before), after);
    let report = Linter::new().module("Leads").fix("a.jsonl", &before, Applicability::Safe);
    assert_eq!((report.applied.len(), report.report.diagnostics.len()), (4, 0));
}

/// Next to `ids` a territory would be of no use, so it stays. The id in it becomes a string all the same, though both
/// fixes change that part of the text.
#[test]
fn a_fix_that_would_do_harm_stops_none_within_it() {
    let text = |id: &str| {
        format!(
            r#"{{"data":[{{"City":"a","territory":{{"id":{id},"include_child":"x"}}}}],"ids":["7"]}}"#
        )
    };
    assert_eq!(fixed("a.json", &text("7")), text("\"7\""));
}

/// A key inside `data` moves next to it, with its own text and the spacing of its new neighbour.
#[test]
fn a_moved_key_takes_the_spacing_of_its_new_place() {
    for (before, after) in [
        (r#"{"data":[{"City":"a","ids":["7"]}]}"#, r#"{"data":[{"City":"a"}], "ids":["7"]}"#),
        // The first, the middle and the last member leave no comma behind.
        (
            r#"{ "data": [ { "ids": ["7"], "City": "a" } ] }"#,
            r#"{ "data": [ { "City": "a" } ], "ids": ["7"] }"#,
        ),
        (
            r#"{"over_write": false, "data": [{"City": "a", "ids": ["7"]},]}"#,
            r#"{"over_write": false, "data": [{"City": "a"},], "ids": ["7"]}"#,
        ),
        (
            "{\n\t\"data\": [{\n\t\t\"ids\": [ \"7\", // seven\n\t\t\t\"8\" ],\n\t\t\"City\": \"a\"\n\t}]\n}",
            "{\n\t\"data\": [{\n\t\t\"City\": \"a\"\n\t}],\n\t\"ids\": [ \"7\", // seven\n\t\t\t\"8\" ]\n}",
        ),
        (
            "{\r\n  \"data\": [{ \"City\": \"a\", \"ids\": [\"7\"] }]\r\n}\r\n",
            "{\r\n  \"data\": [{ \"City\": \"a\" }],\r\n  \"ids\": [\"7\"]\r\n}\r\n",
        ),
        (
            r#"{"module": "Leads", "body": {"data": [{"id": 7, "City": "a"}]}}"#,
            r#"{"module": "Leads", "body": {"data": [{"City": "a"}], "ids": ["7"]}}"#,
        ),
        // An object of nothing else would set no field; of two selections nobody knows which is meant.
        (r#"{"data": [{"ids": ["7"]}]}"#, r#"{"data": [{"ids": ["7"]}]}"#),
        (
            r#"{"data": [{"City": "a", "ids": ["7"]}], "cvid": "9"}"#,
            r#"{"data": [{"City": "a", "ids": ["7"]}], "cvid": "9"}"#,
        ),
    ] {
        assert_eq!(fixed("a.json", before), after, "{before}");
    }
}

/// What goes over several lines is replaced in JSON. In YAML it may hold comments, which would be lost.
#[test]
fn values_over_several_lines_are_replaced_in_json_alone() {
    for (name, before, after) in [
        (
            "a.json",
            "{\"data\": {\n\"City\": \"a\"\n}, \"ids\": [\"7\"]}",
            "{\"data\": [{\"City\":\"a\"}], \"ids\": [\"7\"]}",
        ),
        ("a.yaml", "data: { City: a }\nids: [\"7\"]\n", "data: [{\"City\":\"a\"}]\nids: [\"7\"]\n"),
        (
            "a.yaml",
            "data:\n  City: a # why\n  State: b\nids: [\"7\"]\n",
            "data:\n  City: a # why\n  State: b\nids: [\"7\"]\n",
        ),
    ] {
        assert_eq!(fixed(name, before), after, "{before}");
    }
}

/// A key is renamed where it is. A member that moves goes with its comma in JSON; YAML is left alone, where a line
/// may mean more than its commas say.
#[test]
fn members_are_renamed_in_place_and_moved_in_json_alone() {
    for (name, before, after) in [
        (
            "a.json",
            "{\"ids\": [\"7\"], \"dta\": [{\"City\": \"a\"}], \"over_write\": false}",
            "{\"ids\": [\"7\"], \"data\": [{\"City\": \"a\"}], \"over_write\": false}",
        ),
        (
            "a.json",
            "{\"data\": [{\"ids\": [\"7\"], \"City\": \"a\"}]}",
            "{\"data\": [{\"City\": \"a\"}], \"ids\": [\"7\"]}",
        ),
        ("a.yaml", "data: [{ids: [\"7\"], City: a}]\n", "data: [{ids: [\"7\"], City: a}]\n"),
    ] {
        assert_eq!(fixed(name, before), after, "{before}");
    }
}

/// What editors and viewers offer is not tried first, so it has to be certain.
#[test]
fn fixes_that_are_not_tried_are_offered_in_json_alone() {
    for (name, text, expected) in [
        (
            "a.json",
            "{\"data\": {\n\"City\": \"a\"\n}, \"ids\": [\"7\"]}",
            vec!["[{\"City\":\"a\"}]"],
        ),
        ("a.yaml", "data: { City: a }\nids: [\"7\"]\n", vec!["[{\"City\":\"a\"}]"]),
        // A comment would be lost.
        ("a.yaml", "data:\n  City: a # why\nids: [\"7\"]\n", vec![]),
        (
            "a.json",
            "{\"data\": [{\"City\": \"a\", \"ids\": [\"7\"]}]}",
            vec![", \"ids\": [\"7\"]", ""],
        ),
        ("a.yaml", "data: [{City: a, ids: [\"7\"]}]\n", vec![]),
        ("a.json", "{\"data\": [{\"City\": \"a\", \"id\": 7}]}", vec![", \"ids\": [\"7\"]", ""]),
        ("a.yaml", "data:\n  - City: a\n    id: 7\n", vec![]),
    ] {
        let linter = Linter::new().module("Leads").all_findings();
        let found = linter.lint(name, text.as_bytes()).diagnostics;
        let changes = safe_changes(name, text, &found).concat();
        let texts: Vec<&str> = changes.iter().map(|(_, with)| with.as_str()).collect();
        assert_eq!(texts, expected, "{text}");
    }
}
