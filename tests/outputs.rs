//! What the lint writes and reads for other programs, held against schemas.

use std::collections::BTreeSet;

use massup_cli::render::sarif;
use massup_project::Checked;
use massup_rules::Linter;
use massup_tests::current::repository;
use massup_tests::documented;
use massup_tests::held::{Run as _, hold};
use massup_tests::server::Server;
use serde_json::{Value, json};

/// The schema is that of OASIS, as published with version 2.1.0.
#[test]
fn sarif_is_valid_by_the_official_schema() {
    let path = repository().join("tests/official/sarif-2.1.0.schema.json");
    // One pattern, of languages, has a bracket that only the regular expressions of browsers forgive.
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let linted: Vec<Checked> = documented::all()
        .iter()
        .map(|example| Checked::new(example.text().into_bytes(), example.lint()))
        .collect();
    let log = sarif::log(&linted);
    let errors: Vec<_> = validator
        .iter_errors(&log)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .take(5)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(log["runs"][0]["results"].as_array().unwrap().len() > 60);

    // The module comes from the caller here, so its finding has no place in the file.
    let body = br#"{"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]}"#;
    let report = Linter::new().module("leads").lint("a.json", body);
    let placeless = sarif::log(&[Checked::new(body.to_vec(), report)]);
    assert_eq!(placeless["runs"][0]["results"][0]["ruleId"], "MU103");
    let place = &placeless["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("a.json"), "{place}");
    assert_eq!(place["region"], Value::Null);
    assert!(validator.is_valid(&placeless));

    let empty = sarif::log(&[]);
    assert!(validator.is_valid(&empty) && empty["runs"][0]["results"] == serde_json::json!([]));

    let mut broken = log;
    broken["runs"][0]["results"][0]["level"] = Value::from("fatal");
    assert!(!validator.is_valid(&broken), "the schema sees a wrong level");
}

/// Whether a text that is read as TOML or JSON is what a schema describes.
fn fits(schema: &str, text: &str) -> bool {
    let path = repository().join("schemas").join(schema);
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let value = serde_json::from_str(text).or_else(|_| toml::from_str::<Value>(text)).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(&value)
}

#[test]
fn the_files_that_people_write_have_schemas() {
    let example =
        |path: &str| std::fs::read_to_string(repository().join("examples").join(path)).unwrap();
    assert!(fits("settings.schema.json", &example("team/massup.toml")));
    assert!(fits("user.schema.json", &example("snapshot/user.json")));
    assert!(fits("overrides.schema.json", &example("snapshot/overrides.toml")));
    for (schema, wrong) in [
        ("settings.schema.json", "denny = 'note'"),
        ("settings.schema.json", "deny = 'all'"),
        ("settings.schema.json", "rules = { MU104 = 'deny' }"),
        ("settings.schema.json", "[[files]]\nmodule = 'Leads'"),
        ("settings.schema.json", "[[files]]\nglob = '*'\napi_version = 'v99'"),
        ("user.schema.json", "{\"scopes\": 7}"),
        ("overrides.schema.json", "[Leads]\nlayout_rule = []"),
    ] {
        assert!(!fits(schema, wrong), "{schema}: {wrong}");
    }
}

/// The output of a command in the root of the repository, whatever its exit code.
fn output(args: &[&str]) -> String {
    let mut command = std::process::Command::new(massup_tests::session::binary());
    let output = command.args(args).current_dir(repository()).run();
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?} {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_commands_write_fits_the_schema_that_describes_it() {
    let snapshot = ["--snapshot", "examples/snapshot"];
    for paths in
        [&["examples"][..], &["tests/corpus"], &["tests/corpus", "--verbose"], &["Cargo.toml"]]
    {
        let report = output(&[&["lint", "--format", "json"], paths, &snapshot].concat());
        assert!(fits("report.schema.json", &report), "{paths:?} {report}");
    }
    assert!(!fits("report.schema.json", "{\"format\": 1, \"files\": [{}]}"));
    assert!(fits("rules.schema.json", &output(&["rules", "--format", "json"])));
    let leads = ["--module", "Leads", "--set", "Lead_Source=Advertisement"];
    for selection in [
        &["--ids", "examples/leads.csv", "--column", "Record Id"][..],
        &["--view", "554023000000091515"],
    ] {
        let plan = output(&[&["plan", "-q", "-o", "-"], &leads[..], selection, &snapshot].concat());
        assert!(plan.lines().count() > 2, "{selection:?} {plan}");
        assert!(plan.lines().all(|line| fits("plan.schema.json", line)), "{plan}");
    }
    for name in output(&["schema"]).lines().filter_map(|line| line.split(' ').next()) {
        let schema: Value = serde_json::from_str(&output(&["schema", name])).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

/// The commands that write JSON, by their help, with `json` or `jsonl`.
fn formats_of_commands() -> BTreeSet<(String, String)> {
    let help = output(&["--help"]);
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = rest.split_once("\n\n").unwrap();
    let mut found = BTreeSet::new();
    for command in commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()) {
        if command.is_empty() || command == "help" {
            continue;
        }
        let help = output(&[command, "--help"]);
        let (_, rest) = help.split_once("--format <FORMAT>").unwrap();
        let (about, _) = rest.split_once("--quiet").unwrap();
        for format in ["json", "jsonl"] {
            if about.contains(&format!("- {format}:")) {
                found.insert((command.to_owned(), format.to_owned()));
            }
        }
    }
    found
}

/// Each command is run in each format for programs, and `held` holds what it writes against its schema.
#[test]
fn every_command_writes_what_its_schema_says() {
    let work = tempfile::tempdir().unwrap();
    let scopes = ["modules.ALL", "settings.ALL", "users.ALL", "org.ALL", "mass_update.UPDATE"];
    let client = json!({
        "client_id": "1000.CLIENT", "client_secret": "secret", "refresh_token": "1000.refresh",
        "grant": "1000.grant", "user": "2", "scopes": scopes.map(|of| format!("ZohoCRM.{of}")),
    });
    let record =
        |id: u64| json!({ "id": (1_000_000_000_000 + id).to_string(), "data": { "City": "Agra" } });
    let organisation = json!({
        "profiles": [{ "id": "1", "name": "Administrator" }],
        "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
        "clients": [client],
        "modules": [{
            "api_name": "Leads",
            "fields": [{ "api_name": "City", "data_type": "text", "mass_update": true }],
            "records": (1..4).map(record).collect::<Vec<_>>(),
        }],
    });
    let import = work.path().join("organisation.json");
    std::fs::write(&import, organisation.to_string()).unwrap();
    let server = Server::start(&["--import", import.to_str().unwrap()]);
    let at = server.url.as_str();
    let snapshot = repository().join("examples/snapshot");
    let snapshot = snapshot.to_str().unwrap();
    let code = &client["grant"];
    let given = json!({ "client_id": client["client_id"], "client_secret": client["client_secret"], "code": code });
    std::fs::write(work.path().join("client.json"), given.to_string()).unwrap();
    std::fs::write(work.path().join("a.json"), r#"{"data": [{"City": "x"}], "ids": []}"#).unwrap();
    let ids = "1000000000001\n1000000000002\n1000000000003\n";
    std::fs::write(work.path().join("ids.txt"), ids).unwrap();

    let mut held = BTreeSet::new();
    let mut schemas = BTreeSet::new();
    let mut run = |line: &str| {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut command = std::process::Command::new(massup_tests::session::binary());
        command.args(&words).current_dir(work.path()).env_clear();
        command.env("XDG_CONFIG_HOME", work.path().join("config"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 2), "{line}: {said}");
        if let Some(name) = hold(&words, &output.stdout) {
            assert!(!output.stdout.is_empty(), "{line} writes nothing: {said}");
            schemas.insert(name);
            let format = words.iter().position(|word| word == "--format").unwrap() + 1;
            held.insert((words[0].clone(), words[format].clone()));
        }
    };
    let change = "--module Leads --set City=Chennai";
    let online = format!("--base-url {at} --yes");
    for line in [
        "lint a.json --module Leads --format json".to_owned(),
        "lint a.json --module Leads --format jsonl".to_owned(),
        "rules --format json".to_owned(),
        format!("fields Leads --snapshot {snapshot} --format json"),
        format!("fields Leads Lead_Source --snapshot {snapshot} --format json"),
        format!("views Leads --snapshot {snapshot} --format json"),
        format!("territories --snapshot {snapshot} --format json"),
        format!("modules --snapshot {snapshot} --format json"),
        "explain MU104 --format json".to_owned(),
        "explain INVALID_DATA --format json".to_owned(),
        "explain COMPLETED --format json".to_owned(),
        "explain cvid --format json".to_owned(),
        format!("plan {change} --view 554023000000091515 --snapshot {snapshot} --format json"),
        format!("plan {change} --ids ids.txt -o a.plan.jsonl --format json"),
        "show a.plan.jsonl --format json".to_owned(),
        format!("login --base-url {at} --client client.json --format json"),
        "whoami --format json".to_owned(),
        format!("pull --module Leads --base-url {at} --snapshot s --format json"),
        "apply a.plan.jsonl --dry-run --format json".to_owned(),
        "apply a.plan.jsonl --dry-run --format jsonl".to_owned(),
        format!("apply a.plan.jsonl {online} --max-credits 1 --format json"),
        format!("apply a.plan.jsonl {online} --verify --format jsonl"),
        "status a.plan.jsonl --format json".to_owned(),
        format!("rollback a.plan.jsonl {online} --plan-only --format json"),
        format!("rollback a.plan.jsonl {online} --format json"),
        "plan --module Leads --set City=Pune --ids ids.txt -o b.plan.jsonl --format json"
            .to_owned(),
        format!("apply b.plan.jsonl {online} --format json"),
        format!("rollback b.plan.jsonl {online} --verify --format jsonl"),
        "logout --format json".to_owned(),
    ] {
        run(&line);
    }
    // `Server::start` holds the first line of the emulator, and a schema is held against its own schema below.
    held.insert(("emulate".to_owned(), "json".to_owned()));
    schemas.insert("started");
    held.insert(("schema".to_owned(), "json".to_owned()));
    assert_eq!(held, formats_of_commands());

    let list = output(&["schema"]);
    let of_outputs =
        list.lines().filter(|line| line.contains(" of `massup ") || line.contains("`massup apply"));
    let of_outputs: BTreeSet<_> = of_outputs.map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(schemas, of_outputs, "every schema of an output is used");
}

#[test]
fn the_list_of_schemas_is_the_catalogue() {
    let written: Value = serde_json::from_str(&output(&["schema", "--format", "json"])).unwrap();
    let published = std::fs::read_to_string(repository().join("schemas/catalog.json")).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&published).unwrap());
    let names = written["schemas"].as_array().unwrap().iter();
    let names: BTreeSet<_> = names.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
    let listed = output(&["schema"]);
    let listed = listed.lines().map(|line| format!("massup {}", line.split(' ').next().unwrap()));
    assert_eq!(names, listed.collect());
}
