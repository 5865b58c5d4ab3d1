//! `massup pull` from the emulator, and `massup lint` with what it brought.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use massup_rules::Severity;
use massup_tests::held::Run as _;
use massup_tests::server::Server;
use massup_tests::session;
use serde_json::{Value, json};

/// `massup pull` with variables of the environment.
pub(crate) fn command(
    server: &Server,
    folder: &Path,
    modules: &[&str],
    variables: &[(&str, &str)],
) -> Command {
    let mut command = Command::new(session::binary());
    command.env_clear().args(["pull", "--base-url", &server.url, "--snapshot"]).arg(folder);
    // A login of the person who runs the tests is none of their business.
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    for module in modules {
        command.args(["--module", module]);
    }
    command.envs(variables.iter().copied());
    command
}

pub(crate) fn pull(
    server: &Server,
    folder: &Path,
    modules: &[&str],
    variables: &[(&str, &str)],
) -> Output {
    command(server, folder, modules, variables).run()
}

pub(crate) const CLIENT: [(&str, &str); 3] = [
    ("MASSUP_CLIENT_ID", "1000.client"),
    ("MASSUP_CLIENT_SECRET", "secret"),
    ("MASSUP_REFRESH_TOKEN", "1000.refresh"),
];

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read(folder: &Path, file: &str) -> Value {
    let content = std::fs::read_to_string(folder.join(file)).unwrap();
    serde_json::from_str(&content).unwrap()
}

/// Calls that the snapshot decides, and the rule that foretells each refusal; none for those that are done.
fn calls() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let ids = || json!(["5725767000001000001"]);
    let leads = |data: Value| json!({ "data": [data], "ids": ids() });
    let deals = |data: Value| json!({ "data": [data], "ids": ["5725767000001300001"] });
    let view = |id: &str| json!({ "data": [{ "City": "Chennai" }], "cvid": id });
    vec![
        ("Leads", leads(json!({ "City": "Chennai" })), None),
        (
            "Deals",
            deals(json!({ "Type": "New Business", "Amount": 5.25, "Probability": 40 })),
            None,
        ),
        ("Leads", leads(json!({ "Citty": "Chennai" })), Some("MU210")),
        ("Leads", leads(json!({ "Email": "a@b.example" })), Some("MU211")),
        ("Leads", leads(json!({ "Old_Region": "South" })), Some("MU213")),
        ("Leads", leads(json!({ "Full_Name": "A B" })), Some("MU211")),
        ("Leads", leads(json!({ "Country": "India" })), Some("MU217")),
        ("Leads", leads(json!({ "No_of_Employees": true })), Some("MU220")),
        ("Leads", leads(json!({ "Follow_Up_Date": "31.12.2026" })), Some("MU221")),
        ("Leads", leads(json!({ "City": "x".repeat(101) })), Some("MU222")),
        ("Leads", leads(json!({ "Budget": 0.125 })), Some("MU224")),
        ("Leads", leads(json!({ "Company": null })), Some("MU229")),
        ("Deals", deals(json!({ "Probability": 101 })), Some("MU223")),
        ("Deals", deals(json!({ "Stage": "Won", "Pipeline": "Renewals" })), Some("MU225")),
        ("Leads", view("404"), Some("MU240")),
        ("Leads", view("5725767000000087800"), Some("MU241")),
        (
            "Leads",
            json!({ "data": [{ "City": "Chennai" }], "cvid": "5725767000000087507", "territory": { "id": "404" } }),
            Some("MU242"),
        ),
        (
            "Leads",
            json!({ "data": [{ "Reference_Code": "7" }], "ids": ["5725767000001000001", "5725767000001000002"] }),
            Some("MU228"),
        ),
        ("Visits", leads(json!({ "City": "Chennai" })), Some("MU203")),
    ]
}

#[test]
fn the_lint_foretells_the_refusals_of_the_organisation_that_was_pulled() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let output = pull(&server, folder.path(), &["Leads", "Deals"], &CLIENT);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("Leads: "), "progress is told");
    for said in [&output.stdout, &output.stderr] {
        assert!(!text(said).contains("1000."), "no token is shown: {}", text(said));
    }
    let user = read(folder.path(), "user.json");
    assert_eq!(user.pointer("/edition"), Some(&json!("enterprise")));
    assert!(user.pointer("/scopes/0").is_some() && user.pointer("/profile_id").is_some());

    let facts = massup_project::snapshot::read(folder.path()).unwrap().facts;
    for (module, body, rule) in calls() {
        let linter = massup_rules::Linter::new().module(module).facts(facts.as_ref().clone());
        let report = linter.lint("a.json", body.to_string().as_bytes());
        let errors: Vec<_> =
            report.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        let foretold = rule.is_none_or(|rule| errors.iter().any(|d| d.code == rule));
        assert!(foretold && errors.is_empty() == rule.is_none(), "{rule:?} {body} {errors:?}");

        let path = format!("/crm/v8/{module}/actions/mass_update");
        let (_, answer) = server.call("POST", &path, &body.to_string()).unwrap();
        let entries =
            answer.pointer("/data").and_then(Value::as_array).cloned().unwrap_or_default();
        let refused = answer.get("code").is_some()
            || entries.iter().any(|entry| entry.get("status").is_some_and(|s| s == "error"));
        assert_eq!(refused, rule.is_some(), "{body} {answer}");
    }
}

#[test]
fn what_the_scopes_do_not_allow_is_left_unknown_and_said() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let output = pull(&server, folder.path(), &["Leads"], &[("MASSUP_ACCESS_TOKEN", "1000.leads")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(
        said.contains("left unknown: fields/Leads.json: the server answers OAUTH_SCOPE_MISMATCH"),
        "{said}"
    );
    assert!(!folder.path().join("fields").exists());
    let left_out = read(folder.path(), "snapshot.json");
    assert!(left_out.pointer("/left_out/3").is_some(), "{left_out}");
    assert!(massup_project::snapshot::read(folder.path()).unwrap().facts.fields.is_empty());
}

#[test]
fn pages_are_followed_and_views_that_are_gone_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let organisation = folder.path().join("organisation.json");
    let views = (1..=205).map(|id| json!({ "id": id.to_string(), "name": format!("View {id}") }));
    let description = json!({
        "org": { "territory_management": "enabled" },
        "profiles": [{ "id": "1", "name": "Administrator" }],
        "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
        "tokens": [{
            "token": "1000.t", "user": "2",
            "scopes": [
                "ZohoCRM.settings.ALL", "ZohoCRM.users.ALL", "ZohoCRM.org.ALL", "ZohoCRM.modules.ALL",
                "ZohoSearch.securesearch.READ",
            ],
        }],
        "modules": [{
            "api_name": "Leads",
            "fields": [{ "api_name": "City", "data_type": "text", "mass_update": true }],
            "views": views.collect::<Value>(),
            "records": [{ "id": "9", "data": {} }],
        }],
    });
    std::fs::write(&organisation, description.to_string()).unwrap();
    let server = Server::start(&["--import", organisation.to_str().unwrap()]);
    let snapshot = folder.path().join("snapshot");
    let gone = snapshot.join("custom_views/Leads/999.json");
    std::fs::create_dir_all(gone.parent().unwrap()).unwrap();
    std::fs::write(&gone, r#"{ "custom_views": [{ "id": "999" }] }"#).unwrap();
    std::fs::write(snapshot.join("counts.json"), r#"{ "7777": { "count": 3 } }"#).unwrap();

    let output = pull(&server, &snapshot, &["Leads"], &[("MASSUP_ACCESS_TOKEN", "1000.t")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(read(&snapshot, "custom_views/Leads.json").as_array().map(Vec::len), Some(2));
    assert!(!gone.exists());
    let facts = massup_project::snapshot::read(&snapshot).unwrap().facts;
    assert_eq!(facts.views.get("Leads").map(|views| views.views.len()), Some(205));
    // Counts of other modules are kept.
    assert_eq!((facts.counts.get(&205), facts.counts.get(&7777)), (Some(&1), Some(&3)));
    assert_eq!(facts.territories.as_deref(), Some(&[][..]));
}

#[test]
fn what_is_waited_for_is_said() {
    let server = Server::start(&["--errors-before", "1"]);
    let folder = tempfile::tempdir().unwrap();
    let output = pull(&server, folder.path(), &["Leads"], &CLIENT);
    assert!(output.status.success(), "{}", text(&output.stderr));
    // The call for a token met the error.
    let said = text(&output.stderr);
    assert!(said.contains("; trying again in "), "{said}");
}

#[test]
fn wrong_credentials_names_and_places_are_said() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let run = |modules: &[&str], variables: &[(&str, &str)]| {
        let output = pull(&server, folder.path(), modules, variables);
        (output.status.code(), text(&output.stderr))
    };
    let (code, said) = run(&["Leads"], &[]);
    assert!(code == Some(2) && said.contains("MASSUP_CLIENT_ID"), "{said}");
    let (code, said) = run(&["../Leads"], &CLIENT);
    assert!(code == Some(2) && said.contains("not an API name of a module"), "{said}");
    let (code, said) = run(&["leads"], &CLIENT);
    assert!(code == Some(2) && said.contains("did you mean `Leads`?"), "{said}");
    let (code, said) = run(&["Leads"], &[("MASSUP_ACCESS_TOKEN", "1000.wrong")]);
    assert!(code == Some(3) && said.contains("INVALID_TOKEN") && !said.contains("1000"), "{said}");
    let (code, said) = run(&["Leads"], &[("MASSUP_ACCESS_TOKEN", "1000.hush\nhush")]);
    assert!(
        code == Some(3) && said.contains("`access_token` has") && !said.contains("hush"),
        "{said}"
    );
    let wrong =
        CLIENT.map(|(name, value)| (name, if name.ends_with("ID") { "1000.hush" } else { value }));
    let (code, said) = run(&["Leads"], &wrong);
    assert!(
        code == Some(3) && said.contains("`invalid_code`") && !said.contains("again in"),
        "{said}"
    );
    let (code, said) = run(&["Leads"], &[CLIENT[0]]);
    assert!(code == Some(3) && said.contains("client_secret"), "{said}");
}

/// The files of a folder, with what they hold.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

#[test]
fn an_old_snapshot_stays_whole_until_the_new_one_is() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    let leads = |snapshot: &Path| pull(&server, snapshot, &["Leads"], &CLIENT);
    assert!(leads(&snapshot).status.success());
    std::fs::write(snapshot.join("overrides.toml"), "[Leads]\nlayout_rules = []\n").unwrap();
    let before = files(&snapshot);

    // Killed at different moments, while calls take their time.
    let settings = json!({ "faults": { "latency_ms": 20 } }).to_string();
    assert_eq!(server.call("PATCH", "/__emulator/settings", &settings).unwrap().0, 200);
    for moment in [50, 150, 300, 500, 700] {
        let mut process = command(&server, &snapshot, &["Leads", "Deals"], &CLIENT)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(moment));
        process.kill().unwrap();
        process.wait().unwrap();
        assert_eq!(files(&snapshot), before);
    }
    // One that names a module which the organisation lacks.
    let settings = json!({ "faults": { "latency_ms": 0 } }).to_string();
    server.call("PATCH", "/__emulator/settings", &settings).unwrap();
    let refused = pull(&server, &snapshot, &["Leads", "Visits"], &CLIENT);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
    assert_eq!(files(&snapshot), before);

    let whole = pull(&server, &snapshot, &["Deals"], &CLIENT);
    assert!(whole.status.success(), "{}", text(&whole.stderr));
    let after = files(&snapshot);
    assert!(after.contains_key(&snapshot.join("fields/Deals.json")));
    assert_eq!(
        after.get(&snapshot.join("overrides.toml")),
        before.get(&snapshot.join("overrides.toml"))
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");

    // It also works when the snapshot folder is the working directory.
    let mut inside = command(&server, Path::new("."), &["Contacts"], &CLIENT);
    let output = inside.current_dir(&snapshot).run();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        snapshot.join("fields/Contacts.json").exists()
            && snapshot.join("fields/Deals.json").exists()
    );

    // What is not allowed any more is not known any more.
    let output = pull(&server, &snapshot, &["Deals"], &[("MASSUP_ACCESS_TOKEN", "1000.leads")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for gone in ["fields/Deals.json", "custom_views/Deals.json", "layouts/Deals.json"] {
        assert!(!snapshot.join(gone).exists(), "{gone}");
    }
    assert!(read(&snapshot, "user.json").get("profile_id").is_none());
}

/// Whatever one call is refused for, the rest of the snapshot is taken, and what is missing is reported.
#[test]
fn each_call_for_metadata_can_be_refused() {
    let server = Server::start(&[]);
    // A refresh token gets ten access tokens in ten minutes.
    let token = [("MASSUP_ACCESS_TOKEN", "1000.demo")];
    for (path, refusal, code) in [
        ("settings/modules", "scope_missing", "OAUTH_SCOPE_MISMATCH"),
        ("settings/fields", "scope_missing", "OAUTH_SCOPE_MISMATCH"),
        ("settings/layouts", "scope_missing", "OAUTH_SCOPE_MISMATCH"),
        ("settings/layouts/*/map_dependency", "layout_deactivated", "INVALID_DATA"),
        ("settings/layouts/*/map_dependency/*", "resource_unknown", "INVALID_DATA"),
        ("settings/custom_views", "scope_missing", "OAUTH_SCOPE_MISMATCH"),
        ("settings/custom_views/*", "resource_unknown", "INVALID_DATA"),
        ("settings/territories", "territories_not_enabled", "FEATURE_NOT_ENABLED"),
        ("*/actions/count", "count_limit_reached", "LIMIT_REACHED"),
        ("users", "scope_missing", "OAUTH_SCOPE_MISMATCH"),
        ("org", "scope_missing", "OAUTH_SCOPE_MISMATCH"),
    ] {
        let faults = json!({ "faults": { "refuse": [{ "path": path, "refusal": refusal }] } });
        let settings = faults.to_string();
        assert_eq!(server.call("PATCH", "/__emulator/settings", &settings).unwrap().0, 200);
        let folder = tempfile::tempdir().unwrap();
        let output = pull(&server, folder.path(), &["Deals"], &token);
        let said = text(&output.stderr);
        assert!(output.status.success(), "{path}: {said}");
        assert!(folder.path().join("snapshot.json").exists(), "{path}: {said}");
        assert!(said.contains(code) || path == "settings/territories", "{path}: {said}");
        assert!(massup_project::snapshot::read(folder.path()).is_ok(), "{path}");
    }
}
