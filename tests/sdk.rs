//! Zoho's official client SDKs, unchanged, against `massup emulate`.
//!
//! `tests/sdk/install` puts them into `target/sdk`; `.ci/run` does that, and runs these tests.

use std::path::PathBuf;
use std::process::Command;

use massup_tests::current::repository;
use massup_tests::server::Server;
use serde_json::{Value, json};

/// The view `Not Contacted` of Leads in the seed.
const VIEW: &str = "5725767000000087507";

fn installed(path: &str) -> PathBuf {
    let path = repository().join("target/sdk").join(path);
    assert!(path.exists(), "`{}` is missing: run tests/sdk/install", path.display());
    path
}

/// Runs the script of an SDK against an emulator of its own, and holds what it tells against what the
/// documents promise. `mixed` is the HTTP status of an answer with errors and successes.
#[track_caller]
fn run(command: &mut Command, script: &str, mixed: u16) {
    let server = Server::start(&[]);
    let output = command
        .arg(repository().join("tests/sdk").join(script))
        .args([&server.url, VIEW])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {errors}");
    let said = String::from_utf8_lossy(&output.stdout);
    let told: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap();
    let of = |pointer: &str| told.pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(of("/by_ids/0"), mixed, "{told}");
    let entries = json!([
        { "code": "SUCCESS", "id": "5725767000001000001" },
        { "code": "INVALID_DATA", "id": "1" },
    ]);
    assert_eq!(of("/by_ids/1"), entries, "{told}");
    assert_eq!(of("/by_view/1/0/code"), "SUCCESS", "{told}");
    // One record of the view is in a state that refuses.
    let last = json!({ "state": "COMPLETED", "total": 176, "updated": 175, "failed": 1 });
    assert_eq!(of("/last"), last, "{told}");
    assert_eq!(of("/refused"), json!([400, [{ "code": "INVALID_DATA" }]]), "{told}");
}

#[test]
#[ignore = "needs tests/sdk/install"]
fn python_sdk_of_v2() {
    run(&mut Command::new(installed("python-v2/bin/python")), "python_v2.py", 200);
}

#[test]
#[ignore = "needs tests/sdk/install"]
fn python_sdk_of_v8() {
    run(&mut Command::new(installed("python-v8/bin/python")), "python_v8.py", 207);
}

#[test]
#[ignore = "needs tests/sdk/install"]
fn node_sdk_of_v2() {
    let modules = installed("node-v2/node_modules");
    run(Command::new("node").env("NODE_PATH", modules), "node_v2.cjs", 200);
}

#[test]
#[ignore = "needs tests/sdk/install"]
fn node_sdk_of_v8() {
    let modules = installed("node-v8/node_modules");
    run(Command::new("node").env("NODE_PATH", modules), "node_v8.mjs", 207);
}
