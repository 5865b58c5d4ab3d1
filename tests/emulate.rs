//! `massup emulate`, as its users meet it.

use std::process::Command;
use std::time::{Duration, Instant};

use massup_tests::current::repository;
use massup_tests::server::Server;
use massup_tests::session;
use serde_json::{Value, json};

const UPDATE: &str = "/crm/v8/Leads/actions/mass_update";

fn body(city: &str) -> String {
    json!({ "data": [{ "City": city }], "ids": ["5725767000001000001"] }).to_string()
}

fn city(server: &Server) -> Value {
    let (status, answer) = server.call("GET", "/crm/v8/Leads/5725767000001000001", "").unwrap();
    assert_eq!(status, 200);
    answer.pointer("/data/0/City").cloned().unwrap()
}

#[test]
fn the_command_of_the_greeting_works() {
    let mut process = Command::new(session::binary())
        .args(["emulate", "--port", "0"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = std::io::BufReader::new(process.stdout.take().unwrap());
    let mut lines = Vec::new();
    while !lines.last().is_some_and(|line: &String| line.contains("Ctrl-C")) {
        let mut line = String::new();
        assert_ne!(std::io::BufRead::read_line(&mut out, &mut line).unwrap(), 0, "{lines:?}");
        lines.push(line);
    }
    let curl = lines.iter().find(|line| line.trim_start().starts_with("curl")).unwrap();
    let output = Command::new("bash").args(["-c", curl]).output().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer.pointer("/data/0/code"), Some(&json!("SUCCESS")), "{answer}");
}

#[test]
fn data_is_kept_through_kills_and_ctrl_c_ends_the_server_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("crm.db");
    let data = data.to_str().unwrap();
    let server = Server::start(&["--data", data]);
    assert_eq!(server.call("POST", UPDATE, &body("Chennai")).unwrap().0, 200);
    server.kill();
    let server = Server::start(&["--data", data]);
    assert_eq!(city(&server), "Chennai");
    assert_eq!(server.call("POST", UPDATE, &body("Madurai")).unwrap().0, 200);
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(city(&Server::start(&["--data", data])), "Madurai");
}

#[test]
fn an_organisation_that_was_read_from_an_emulator_can_be_given_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.json");
    let server = Server::start(&[]);
    assert_eq!(server.call("POST", UPDATE, &body("Chennai")).unwrap().0, 200);
    let (_, organisation) = server.call("GET", "/__emulator/organisation", "").unwrap();
    // Its secrets are left out.
    assert_eq!(organisation.get("tokens"), Some(&json!([])));
    std::fs::write(&file, organisation.to_string()).unwrap();
    let next = Server::start(&["--import", file.to_str().unwrap()]);
    assert_eq!(city(&next), "Chennai");
}

#[test]
fn faults_are_played_once_each() {
    let server =
        Server::start(&["--errors-before", "1", "--drops-after", "1", "--invalid-tokens", "1"]);
    // Dropped connections come first.
    assert_eq!(server.call("POST", UPDATE, &body("Chennai")), None);
    assert_eq!(server.call("POST", UPDATE, &body("Madurai")).unwrap().0, 500);
    assert_eq!(server.call("POST", UPDATE, &body("Madurai")).unwrap().0, 401);
    // The first call was done, the others were not.
    assert_eq!(city(&server), "Chennai");
}

#[test]
fn the_demo_has_jobs_in_progress_and_a_page() {
    let server = Server::start(&["--demo"]);
    let (_, jobs) = server.call("GET", "/__emulator/jobs", "").unwrap();
    assert_eq!(jobs.pointer("/jobs").and_then(Value::as_array).map(Vec::len), Some(3), "{jobs}");
    let start = Instant::now();
    let all = |jobs: &Value, name: &str| {
        let jobs = jobs.pointer("/jobs").and_then(Value::as_array).cloned().unwrap_or_default();
        jobs.iter().all(|job| job.get("Status").is_some_and(|status| status == name))
    };
    while !all(&server.call("GET", "/__emulator/jobs", "").unwrap().1, "COMPLETED") {
        assert!(start.elapsed() < Duration::from_mins(2), "the jobs do not end");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.call("GET", "/", "").unwrap().0, 200);
}

/// The first lines of a run on all addresses, and what it said on standard error.
#[test]
fn an_address_that_lets_others_in_is_warned_of() {
    let mut process = Command::new(session::binary())
        .args(["emulate", "--port", "0", "--host", "0.0.0.0", "--allow-host", "crm.test"])
        .args(["--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let out = process.stdout.as_mut().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let url = said["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(said["control_token"].as_str().map(str::len), Some(32));
    let curl = |host: &str| {
        let output = Command::new("curl")
            .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H"])
            .args([format!("Host: {host}"), format!("{url}/crm/v8/org")])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!((curl("crm.test").as_str(), curl("evil.example").as_str()), ("401", "421"));
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("warning: `--host 0.0.0.0` lets other machines call"), "{said}");
}

#[test]
fn what_cannot_be_served_is_said() {
    let server = Server::start(&[]);
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let output =
        Command::new(session::binary()).args(["emulate", "--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cannot serve on 127.0.0.1:"), "{said}");
}

/// Connections that are more than the system gives are taken when there is room again.
#[test]
fn a_server_without_descriptors_goes_on_when_it_has_some() {
    let server = Server::start_with_files(64, &[]);
    let host = server.url.strip_prefix("http://").unwrap();
    let idle: Vec<_> = (0..150).map(|_| std::net::TcpStream::connect(host).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(300));
    drop(idle);
    assert_eq!(server.call("POST", UPDATE, &body("Chennai")).unwrap().0, 200);
}

/// The commands of the README's section, one after the other, on another port.
#[test]
fn the_commands_of_the_readme_work() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## The emulator\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let blocks: Vec<&str> = section.split("```sh\n").skip(1).collect();
    let commands: String = blocks.iter().map(|block| block.split("```").next().unwrap()).collect();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let start = "massup emulate --data crm.db &\n";
    assert!(commands.starts_with(start), "{commands}");
    let wait = "emulator=$!; trap 'kill $emulator' EXIT\n\
                until curl -s http://127.0.0.1:8787/ > /dev/null; do sleep 0.1; done\n";
    let started = start.replace("emulate", "emulate --quiet --port 8787");
    let script =
        commands.replacen(start, &format!("{started}{wait}"), 1).replace("8787", &port.to_string());
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let mut folders = vec![session::binary().parent().unwrap().to_owned()];
    folders.extend(std::env::split_paths(&path));
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", std::env::join_paths(folders).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("record updated"), "{said}");
    // The last command finds the slip that it is there to show.
    assert!(said.contains("did you mean `Lead_Source`?"), "{said}");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}
