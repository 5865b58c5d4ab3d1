//! The language server, as a scripted client sees it.

use std::path::Path;

use massup_tests::current::repository;
use massup_tests::language_client::{LanguageClient, edited};
use serde_json::{Value, json};

/// What an editor such as VS Code says that it can do.
fn editor() -> Value {
    json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } })
}

/// A folder with the snapshot of the examples.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join(".massup/snapshot");
    copy(&repository().join("examples/snapshot"), &snapshot);
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn start(folder: &Path) -> LanguageClient {
    LanguageClient::start(folder, editor(), Value::Null)
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["code"].as_str().unwrap()).collect()
}

const NUMBER: &str =
    "{ \"ids\": [554023000000497007],\n  \"data\": [{ \"City\": \"\u{1d11e}\" }] }\n";

#[test]
fn findings_follow_what_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = LanguageClient::start(folder.path(), editor(), json!({ "module": "Leads" }));
    client.open("a.json", NUMBER);
    let found = client.diagnostics("a.json");
    assert_eq!(codes(&found), ["MU122"]);
    let one = &found[0];
    assert_eq!(one["source"], "massup");
    assert_eq!(one["severity"], 2);
    let range = json!({
        "start": { "line": 0, "character": 10 }, "end": { "line": 0, "character": 28 },
    });
    assert_eq!(one["range"], range);
    assert!(one["message"].as_str().unwrap().contains("\nhelp: "), "{one}");
    assert!(one["codeDescription"]["href"].as_str().unwrap().starts_with("https://"), "{one}");

    // Typed: quotes around the id, then one more field behind a character of two units.
    let insert = |line, character, text| {
        let place = json!({ "line": line, "character": character });
        json!({ "range": { "start": place, "end": place }, "text": text })
    };
    client.change("a.json", json!([insert(0, 28, "\""), insert(0, 10, "\"")]));
    assert_eq!(codes(&client.diagnostics("a.json")), [""; 0]);
    client.change("a.json", json!([insert(1, 25, ", \"State\": \"TN\"")]));
    let found = client.diagnostics("a.json");
    assert_eq!(codes(&found), ["MU115"], "{found:?}");
    let related = &found[0]["relatedInformation"][0]["message"];
    assert!(related.as_str().unwrap().starts_with("the server would answer: HTTP "), "{related}");

    client.change("a.json", json!([{ "text": "{ \"data\": [{ \"City\": ], \"ids\": [" }]));
    assert_eq!(client.diagnostics("a.json").len(), 1, "half of a text");
    client.notify(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": client.uri("a.json") } }),
    );
    assert_eq!(client.diagnostics("a.json").len(), 0, "nothing is left behind");
    client.stop();
}

#[test]
fn characters_are_counted_in_utf_8_if_the_client_offers_it() {
    let folder = tempfile::tempdir().unwrap();
    for (offered, encoding, character) in
        [(json!(["utf-8", "utf-16"]), "utf-8", 35), (json!(["utf-16"]), "utf-16", 33)]
    {
        let capabilities = json!({ "general": { "positionEncodings": offered } });
        let mut client = LanguageClient::start(folder.path(), capabilities, Value::Null);
        assert_eq!(client.capabilities["positionEncoding"], encoding);
        client
            .open("a.json", "{ \"data\": [\n{\"\u{1d11e}\": \"a\", \"A\": null}], \"ids\": [5] }");
        let found = client.diagnostics("a.json");
        let found = found.iter().find(|one| one["code"] == "MU122").unwrap();
        assert_eq!(found["range"]["start"]["character"], character);
        client.stop();
    }
}

#[test]
fn other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("massup.toml"), "exclude = [\"old/**\"]\n").unwrap();
    let mut client = start(folder.path());
    client.open("package.json", "{ \"name\": \"x\", \"scripts\": { \"ids\": \"y\" } }");
    client.open("old/a.json", NUMBER);
    client.open("massup.toml", "exclude = [\"old/**\"]\n");
    client.open("last.json", NUMBER);
    assert_eq!(client.diagnostics("last.json").len(), 1);
    client.stop();
}

#[test]
fn a_fix_is_offered_where_its_finding_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = start(folder.path());
    let text = "{\n  \"ids\": [\n    \"7\",\n    \"7\",\n    554023000000497007\n  ],\n  \"data\": [{ \"City\": \"é\" }]\n}\n";
    client.open("a.json", text);
    client.diagnostics("a.json");
    let uri = client.uri("a.json");
    let after = |action: &Value| edited(text, &action["edit"]["changes"][&uri]);
    let quick = client.actions("a.json", 3, json!(["quickfix"]));
    assert_eq!(quick[0]["title"], "MU123: remove the duplicate id");
    assert_eq!(quick[0]["isPreferred"], true);
    assert_eq!(quick[0]["diagnostics"][0]["code"], "MU123");
    assert_eq!(after(&quick[0]), text.replacen("    \"7\",\n", "", 1));
    assert_eq!(client.actions("a.json", 0, json!(["quickfix"])).len(), 0);
    assert_eq!(client.actions("a.json", 3, json!(["refactor"])).len(), 0);

    let all = client.actions("a.json", 0, json!(["source.fixAll"]));
    assert_eq!((all.len(), &all[0]["kind"]), (1, &json!("source.fixAll.massup")));
    let fixed = text.replacen("    \"7\",\n    \"7\",\n", "    \"7\",\n", 1);
    let fixed = fixed.replace("554023000000497007", "\"554023000000497007\"");
    assert_eq!(after(&all[0]), fixed);
    client.change("a.json", json!([{ "text": fixed }]));
    assert_eq!(client.diagnostics("a.json").len(), 0);
    assert_eq!(client.actions("a.json", 3, Value::Null).len(), 0);
    client.stop();
}

#[test]
fn a_fix_that_may_change_the_meaning_says_so() {
    let folder = project();
    let mut client = start(folder.path());
    let text = "{\n  \"cvid\": \"554023000000091515\",\n  \"ids\": [\"554023000000497007\"],\n  \"data\": [{ \"City\": \"a\" }]\n}\n";
    client.open("a.json", text);
    client.diagnostics("a.json");
    let actions = client.actions("a.json", 1, Value::Null);
    let [action] = &actions[..] else { panic!("{actions:?}") };
    let title =
        "MU104: remove `cvid` and update only the records of `ids` (unsafe: check the result)";
    assert_eq!((&action["title"], &action["isPreferred"]), (&json!(title), &json!(false)));
    client.stop();
}

#[test]
fn hover_shows_rules_and_what_the_snapshot_knows() {
    let folder = project();
    let mut client = start(folder.path());
    let text = "module: Leads\napi_version: v8\nset:\n  Lead_Source: Trade Show\nselect:\n  view: \"554023000000091515\"\n";
    client.open("a.massup.yaml", text);
    client.diagnostics("a.massup.yaml");
    for (line, character, words) in [
        (0, 9, &["module **Leads**", "fields in the snapshot: 22"][..]),
        (3, 5, &["field **Lead Source** `Lead_Source`", "type: `picklist`", "`Advertisement`"]),
        (
            3,
            17,
            &["option `Trade Fair`, actual value `Trade Show`", "# MU225 unknown-option", "## Why"],
        ),
        (5, 12, &["custom view **Leads in Chennai**", "records: 840", "`Lead_Status`"]),
    ] {
        let hover = client.at("textDocument/hover", "a.massup.yaml", line, character);
        assert_eq!(hover["contents"]["kind"], "markdown");
        let value = hover["contents"]["value"].as_str().unwrap();
        for words in words {
            assert!(value.contains(words), "{words} in {value}");
        }
        assert_eq!(hover["range"]["start"]["line"], line);
    }
    let nothing = client.at("textDocument/hover", "a.massup.yaml", 1, 1);
    assert_eq!(nothing, Value::Null);
    client.stop();
}

#[test]
fn settings_are_read_again_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = start(folder.path());
    let body = "{ \"ids\": [5], \"data\": [{ \"City\": \"a\" }] }";
    client.open("a.json", body);
    assert_eq!(codes(&client.diagnostics("a.json")), ["MU122"]);
    let settings = folder.path().join("massup.toml");
    let changed = json!({ "changes": [{ "uri": client.uri("massup.toml"), "type": 1 }] });
    std::fs::write(&settings, "[rules]\nid-as-number = \"allow\"\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed.clone());
    assert_eq!(client.diagnostics("a.json").len(), 0);
    std::fs::write(&settings, "[rules]\nid-as-nmber = \"allow\"\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changed);
    let found = client.diagnostics("a.json");
    assert!(found[0]["message"].as_str().unwrap().contains("did you mean `id-as-number`?"));

    // What the client sets comes with each file, and its paths begin at the folder.
    std::fs::remove_file(&settings).unwrap();
    let options = json!({ "settings": { "massup": { "snapshot": "gone" } } });
    client.notify("workspace/didChangeConfiguration", options);
    let found = client.diagnostics("a.json");
    assert!(found[0]["message"].as_str().unwrap().contains("/gone"), "{found:?}");
    let options = json!({ "settings": { "massup": { "module": "Users", "api_version": "v8" } } });
    client.notify("workspace/didChangeConfiguration", options);
    assert!(codes(&client.diagnostics("a.json")).contains(&"MU103"));
    client.stop();
}

#[test]
fn the_client_watches_the_settings_if_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let able = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = LanguageClient::start(folder.path(), able, Value::Null);
    let asked = client.wait_for("client/registerCapability");
    let watchers = &asked["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers[0]["globPattern"], "**/massup.toml");
    assert_eq!(watchers[1]["globPattern"], "**/.massup/snapshot/**");
    client.stop();
}

/// The settings of an editor can hold every key of massup.toml, and come before it.
#[test]
fn an_editor_can_set_what_massup_toml_can() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/snapshot"), &folder.path().join("crm"));
    std::fs::write(folder.path().join("massup.toml"), "[rules]\nid-as-number = \"note\"\n")
        .unwrap();
    let mut client = start(folder.path());
    client.open("requests/a.json", NUMBER);
    assert_eq!(client.diagnostics("requests/a.json")[0]["severity"], 3, "by massup.toml");
    let mut set = |settings: Value| {
        client.notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": { "massup": settings } }),
        );
        client.diagnostics("requests/a.json")
    };
    let found = set(json!({ "rules": { "id-as-number": "error" }, "trace": { "server": "off" } }));
    assert_eq!((codes(&found), &found[0]["severity"]), (vec!["MU122"], &json!(1)));
    let files =
        json!([{ "glob": "requests/*.json", "module": "Users", "rules": { "MU122": "allow" } }]);
    assert_eq!(codes(&set(json!({ "files": files }))), ["MU103"]);
    let files = json!([{ "glob": "other/*.json", "module": "Users" }]);
    assert_eq!(codes(&set(json!({ "files": files, "module": "" }))), ["MU122"]);
    assert_eq!(codes(&set(json!({ "exclude": ["requests"] }))), [""; 0]);
    let found = set(json!({ "rules": { "MU122": "warning" } }));
    // The first line: the help follows.
    let message = found[0]["message"].as_str().unwrap().lines().next();
    let accepted = json!({
        "path": "requests/a.json", "code": "MU122", "pointer": "/ids/0", "message": message,
    });
    let accepted = json!({ "massup_baseline": 1, "findings": [accepted] });
    std::fs::write(folder.path().join("accepted.json"), accepted.to_string()).unwrap();
    assert_eq!(codes(&set(json!({ "baseline": "accepted.json" }))), [""; 0]);
    let found = set(json!({ "snapshot": "gone" }));
    assert!(found[0]["message"].as_str().unwrap().contains("/gone"), "{found:?}");
    // A snapshot in a directory of its own.
    let found = set(json!({ "snapshot": "crm", "module": "Leads", "rules": { "MU122": "allow" } }));
    assert_eq!(found.len(), 0, "{found:?}");
    // What cannot be used is said, and what was set before stays.
    for (wrong, why) in [
        (json!({ "rules": { "id-as-nmber": "allow" } }), "did you mean `id-as-number`?"),
        (json!({ "deny": "note" }), "`deny` can be set in massup.toml only"),
        (json!({ "excludes": ["a"] }), "unknown field `excludes`"),
        (json!({ "module": 7 }), "`module` is 7, expected a string"),
    ] {
        let settings = json!({ "settings": { "massup": wrong } });
        client.notify("workspace/didChangeConfiguration", settings);
        let said = client.wait_for("window/showMessage");
        assert!(said["message"].as_str().unwrap().contains(why), "{said}");
    }
    client.stop();
}

/// A client such as VS Code is asked for the settings of each folder, again when it says that they have changed.
#[test]
fn each_folder_has_the_settings_that_the_client_gives_for_it() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let able = json!({ "workspace": { "configuration": true, "workspaceFolders": true } });
    let mut client = LanguageClient::start(first.path(), able, json!({ "module": "Leads" }));
    // What is empty is not set, and does not replace what is set for all folders.
    let settings = json!([{ "module": "", "exclude": [], "rules": { "MU122": "error" } }]);
    let asked = client.answer("workspace/configuration", settings);
    assert_eq!(asked["items"], json!([{ "scopeUri": client.uri(""), "section": "massup" }]));
    let severity = |client: &mut LanguageClient| {
        let mut published = client.wait_for("textDocument/publishDiagnostics");
        let severity = published.pointer("/diagnostics/0/severity").cloned();
        (published["uri"].take(), severity.unwrap_or_default())
    };
    client.open("a.json", NUMBER);
    let of_first = json!(client.uri("a.json"));
    assert_eq!(severity(&mut client), (of_first.clone(), json!(1)));

    let uri = format!("file://{}", second.path().display());
    let item = json!({
        "uri": format!("{uri}/b.json"), "languageId": "json", "version": 1, "text": NUMBER,
    });
    client.notify("textDocument/didOpen", json!({ "textDocument": item }));
    assert_eq!(severity(&mut client), (item["uri"].clone(), json!(2)));
    let event = json!({ "added": [{ "uri": uri, "name": "second" }], "removed": [] });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    let settings = json!([{ "rules": { "MU122": "error" } }, { "rules": { "MU122": "note" } }]);
    let asked = client.answer("workspace/configuration", settings);
    assert_eq!(asked["items"][1]["scopeUri"], uri);
    let mut last = std::collections::BTreeMap::new();
    while last.get(&of_first.to_string()) != Some(&json!(1))
        || last.get(&item["uri"].to_string()) != Some(&json!(3))
    {
        let (uri, severity) = severity(&mut client);
        last.insert(uri.to_string(), severity);
    }

    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    client.answer("workspace/configuration", json!([null, { "rules": { "MU122": "allow" } }]));
    while last.get(&of_first.to_string()) != Some(&json!(2))
        || last.get(&item["uri"].to_string()) != Some(&Value::Null)
    {
        let (uri, severity) = severity(&mut client);
        last.insert(uri.to_string(), severity);
    }
    client.stop();
}

/// A snapshot in a directory of its own is watched once settings have named it, and read again.
#[test]
fn a_snapshot_is_watched_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let crm = folder.path().join("crm");
    copy(&repository().join("examples/snapshot"), &crm);
    std::fs::write(folder.path().join("massup.toml"), "snapshot = \"crm\"\n").unwrap();
    let able = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = LanguageClient::start(folder.path(), able, json!({ "module": "Leads" }));
    client.wait_for("client/registerCapability");
    client.open("a.json", "{ \"ids\": [\"554023000000497007\"], \"data\": [{ \"Towm\": \"a\" }] }");
    let message = client.diagnostics("a.json")[0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("`Towm`"), "{message}");
    let asked = client.wait_for("client/registerCapability");
    let glob = &asked["registrations"][0]["registerOptions"]["watchers"][0]["globPattern"];
    assert_eq!(*glob, format!("{}/**", crm.display()));

    let labels = |client: &mut LanguageClient| {
        let offered = client.at("textDocument/completion", "a.json", 0, 46);
        labels(&offered).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!labels(&mut client).contains(&"Towm".to_owned()));
    let fields =
        json!({ "fields": [{ "api_name": "Towm", "data_type": "text", "mass_update": true }] });
    std::fs::write(crm.join("fields/Leads.json"), fields.to_string()).unwrap();
    let changed = json!({ "changes": [{ "uri": client.uri("crm/fields/Leads.json"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed);
    assert_eq!(client.diagnostics("a.json").len(), 0);
    assert_eq!(labels(&mut client), ["Towm"], "completion knows the new snapshot too");
    client.stop();
}

#[test]
fn a_document_need_not_be_saved_and_folders_have_their_own_settings() {
    let (first, second) = (tempfile::tempdir().unwrap(), project());
    std::fs::write(first.path().join("massup.toml"), "[rules]\nid-as-number = \"error\"\n")
        .unwrap();
    let mut client = start(first.path());
    let untitled = json!({
        "uri": "untitled:Untitled-1", "languageId": "json", "version": 1, "text": NUMBER,
    });
    client.notify("textDocument/didOpen", json!({ "textDocument": untitled }));
    let published = client.wait_for("textDocument/publishDiagnostics");
    assert_eq!(published["uri"], "untitled:Untitled-1");
    assert_eq!(published["diagnostics"][0]["severity"], 1, "by the settings of the first folder");

    let uri = format!("file://{}", second.path().display());
    let event = json!({ "added": [{ "uri": uri, "name": "second" }], "removed": [] });
    client.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    client.wait_for("textDocument/publishDiagnostics");
    let text = "module: Leads\nset: { Cty: a }\nselect: { ids: [\"7\"] }\n";
    let item = json!({
        "uri": format!("{uri}/a.massup.yaml"), "languageId": "yaml", "version": 1, "text": text,
    });
    client.notify("textDocument/didOpen", json!({ "textDocument": item }));
    let published = client.wait_for("textDocument/publishDiagnostics");
    let message = published["diagnostics"][0]["message"].as_str().unwrap();
    assert!(message.contains("`Cty`"), "by the snapshot of the second folder: {message}");
    client.stop();
}

#[test]
fn odd_messages_are_answered_and_the_server_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = start(folder.path());
    let method_not_found = client.ask("textDocument/formatting", json!({}));
    assert_eq!(method_not_found["error"]["code"], -32601);
    let invalid = client.ask("textDocument/hover", json!({ "textDocument": 7 }));
    assert_eq!(invalid["error"]["code"], -32602);
    let far = client.at("textDocument/hover", "never-opened.json", 1 << 31, 1 << 31);
    assert_eq!(far, Value::Null);
    client.notify("textDocument/didChange", json!({ "contentChanges": "x" }));
    client.notify("$/unheard", json!([1]));
    client.open("a.json", NUMBER);
    assert_eq!(client.diagnostics("a.json").len(), 1);
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let turned = json!({ "start": far, "end": { "line": 0, "character": 0 } });
    client.change("a.json", json!([{ "range": turned, "text": "\"" }]));
    client.diagnostics("a.json");
    client.stop();
}

/// The labels of what can be written at a place.
fn labels(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

#[track_caller]
fn choose(text: &str, items: &Value, label: &str) -> String {
    let chosen = items.as_array().unwrap().iter().find(|item| item["label"] == label);
    edited(text, &json!([chosen.unwrap()["textEdit"]]))
}

#[test]
fn completion_of_a_change_file_offers_what_the_snapshot_knows() {
    let folder = project();
    let mut client = start(folder.path());
    let text = "module: Leads\nset:\n  \nselect:\n  view: \n  territory: { id: \"\" }\n";
    client.open("a.massup.yaml", text);
    let mut at =
        |line, character| client.at("textDocument/completion", "a.massup.yaml", line, character);
    let modules = at(0, 9);
    assert_eq!(labels(&modules), ["Deals", "Leads"]);
    let fields = at(2, 2);
    assert!(labels(&fields).contains(&"Lead_Source"), "{fields}");
    assert!(!labels(&fields).contains(&"Email"), "a mass update cannot set it");
    let chosen = choose(text, &fields, "City");
    assert!(chosen.contains("\n  City: \nselect"), "{chosen}");
    let views = at(4, 8);
    let chosen = choose(text, &views, "Fairs of 2026 (554023000000091521)");
    assert!(chosen.contains("view: \"554023000000091521\"\n"), "{chosen}");
    let territories = at(5, 20);
    assert_eq!(territories.as_array().unwrap().len(), 2, "{territories}");
    client.stop();
}

#[test]
fn completion_of_a_body_offers_keys_and_options() {
    let folder = project();
    let mut client = LanguageClient::start(folder.path(), editor(), json!({ "module": "Leads" }));
    let text = "{ \"data\": [{ \"Lead_Source\": \"\" }],\n  \"ids\": [\"7\"], \"\" }\n";
    client.open("a.json", text);
    let options = client.at("textDocument/completion", "a.json", 0, 29);
    assert_eq!(labels(&options), ["-None-", "Advertisement", "Trade Fair"]);
    assert!(choose(text, &options, "Trade Fair").contains("\"Lead_Source\": \"Trade Fair\" }"));
    let keys = client.at("textDocument/completion", "a.json", 1, 17);
    assert_eq!(labels(&keys), ["cvid", "over_write", "territory"], "{keys}");
    client.open("b.json", "{ \"data\": [{ \"Languages_Known\": [\"English\", \"");
    let options = client.at("textDocument/completion", "b.json", 0, 45);
    assert_eq!(labels(&options), ["English", "Spanish", "Tamil"]);
    client.open("a.md", "# \"");
    assert!(labels(&client.at("textDocument/completion", "a.md", 0, 3)).is_empty());
    client.stop();
}

#[test]
fn lenses_show_what_a_change_comes_to_and_what_is_not_checked() {
    let folder = tempfile::tempdir().unwrap();
    let mut client = start(folder.path());
    let mut lenses = |name: &str, text: &str| -> Vec<String> {
        client.open(name, text);
        let document = json!({ "textDocument": { "uri": client.uri(name) } });
        let found = client.request("textDocument/codeLens", document);
        let titles = found.as_array().unwrap().iter();
        titles.map(|one| one["command"]["title"].as_str().unwrap().to_owned()).collect()
    };
    let ids: String = (1..=501).map(|number| format!("55402300000{number:07}\n")).collect();
    std::fs::write(folder.path().join("ids.txt"), ids).unwrap();
    let change = "module: Leads\nset: {City: Chennai, State: TN}\nselect: {ids_file: ids.txt}\n";
    let found = lenses("a.massup.yaml", change);
    assert_eq!(found[0], "4 calls update 501 records");
    assert!(found[1].contains("not checked; for"), "{found:?}");
    assert!(found[1].ends_with(": massup pull --module Leads"), "{found:?}");

    let refused = format!("{change}policy: {{max_calls: 1}}\n");
    let found = lenses("b.massup.yaml", &refused);
    assert!(found[0].starts_with("no mass update is possible: "), "{found:?}");
    // A change with errors comes to nothing yet, and a request is no change.
    assert!(lenses("c.massup.yaml", "module: Leads\nset: {City: 1}\nselect: {}\n").len() < 2);
    assert_eq!(lenses("d.json", NUMBER).len(), 1);
    assert_eq!(lenses("package.json", "{ \"name\": \"x\" }"), [""; 0]);
    client.stop();
}
