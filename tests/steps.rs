//! massup as a step of others: the GitHub Action and the pre-commit hook, run as they will be.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use massup_tests::current::repository;
use massup_tests::session::binary;
use tempfile::TempDir;

const REFUSED: &str = r#"{"data":[{"City":"Chennai"}],"ids":[]}"#;

/// A folder with a file that is refused and one that is about something else.
fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("update.json"), REFUSED).unwrap();
    fs::write(folder.path().join("package.json"), r#"{"name": "shop"}"#).unwrap();
    folder
}

/// The script of the step of this name in `action.yml`.
fn script(step: &str) -> String {
    let action = fs::read_to_string(repository().join("action.yml")).unwrap();
    let (_, rest) = action.split_once(&format!("- name: {step}\n")).unwrap();
    let (_, rest) = rest.split_once("      run: |\n").unwrap();
    let lines = rest.lines().take_while(|line| line.starts_with("        "));
    lines.map(|line| format!("{}\n", line.strip_prefix("        ").unwrap())).collect()
}

/// A script as a runner runs it.
fn bash(script: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
    command
}

/// Runs the step `Lint` as a runner does, with the inputs `paths`, `arguments` and `sarif`.
fn action(project: &Path, [paths, arguments, sarif]: [&str; 3]) -> Output {
    let bin = project.join(".runner/massup/bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(binary(), bin.join("massup")).unwrap();
    bash(&script("Lint"))
        .current_dir(project)
        .env("RUNNER_TEMP", project.join(".runner"))
        .env("GITHUB_STEP_SUMMARY", project.join(".runner/summary.md"))
        .env("PATHS", paths)
        .env("ARGUMENTS", arguments)
        .env("SARIF", sarif)
        .output()
        .unwrap()
}

#[test]
fn the_action_annotates_and_sums_up() {
    let project = project();
    let output = action(project.path(), [".", "--module=Leads", "lint.sarif"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("::error title=MU120 empty-ids,file=update.json,line=1,"), "{said}");
    assert!(!said.contains("package.json"), "{said}");
    let summary = fs::read_to_string(project.path().join(".runner/summary.md")).unwrap();
    assert!(summary.contains("empty-ids"), "{summary}");
    let log = fs::read_to_string(project.path().join("lint.sarif")).unwrap();
    assert!(log.contains("MU120"), "{log}");
}

#[test]
fn no_input_of_the_action_runs_as_a_command() {
    let project = project();
    let evil = "$(touch made) `touch made`\n\"; touch made; \"\n--output=json=made";
    for inputs in [[evil, "", ""], [".", "'; touch made; '\n$(touch made)", ""], [".", "", evil]] {
        fs::remove_dir_all(project.path().join(".runner")).ok();
        action(project.path(), inputs);
        assert!(!project.path().join("made").exists(), "{inputs:?}");
    }
    for step in ["Download", "Build", "Lint"] {
        assert!(!script(step).contains("${{"), "only the variables of {step} take inputs");
    }
}

/// The step `Download`, with an archive in the place of the one on the server.
fn download(version: &str, sha256: Option<&str>, system: &str) -> (Option<i32>, String, bool) {
    let runner = tempfile::tempdir().unwrap();
    let path = runner.path();
    let pack = "mkdir -p massup-0.1.0-x86_64-unknown-linux-gnu/man bin
        echo 'echo released' > massup-0.1.0-x86_64-unknown-linux-gnu/massup
        chmod +x massup-0.1.0-x86_64-unknown-linux-gnu/massup
        tar -czf archive.tar.gz massup-0.1.0-x86_64-unknown-linux-gnu
        sha256sum archive.tar.gz > sum
        printf '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && cp archive.tar.gz \"$2\"; shift; done; echo \"$1\" > url\n' > bin/curl
        chmod +x bin/curl";
    assert!(bash(pack).current_dir(path).status().unwrap().success());
    let sum = fs::read_to_string(path.join("sum")).unwrap();
    let output = bash(&script("Download"))
        .current_dir(path)
        .env("PATH", format!("{}:/usr/bin:/bin", path.join("bin").display()))
        .env("RUNNER_TEMP", path)
        .env("RUNNER_OS", system)
        .env("RUNNER_ARCH", "X64")
        .env("REPOSITORY", "owner/massup")
        .env("VERSION", version)
        .env("SHA256", sha256.unwrap_or(&sum[..64]))
        .output()
        .unwrap();
    let url = fs::read_to_string(path.join("url")).unwrap_or_default();
    let said = format!("{}{url}", String::from_utf8_lossy(&output.stdout));
    (output.status.code(), said, path.join("massup/bin/massup").exists())
}

#[test]
fn the_action_takes_a_release_with_its_checksum_only() {
    let (code, said, installed) = download("v0.1.0", None, "Linux");
    assert_eq!((code, installed), (Some(0), true), "{said}");
    let url = "https://github.com/owner/massup/releases/download/v0.1.0/massup-0.1.0-x86_64-unknown-linux-gnu.tar.gz\n";
    assert_eq!(said, url);

    let other = "0".repeat(64);
    for (version, sha256, system, what) in [
        ("v0.1.0", Some(other.as_str()), "Linux", "the checksum of massup-0.1.0"),
        ("v0.1.0", Some(""), "Linux", "`sha256` must be the checksum"),
        ("v0.1.0/../../evil", None, "Linux", "`version` must look like v0.1.0"),
        ("main", None, "Linux", "`version` must look like v0.1.0"),
        ("v0.1.0", None, "Windows", "there is no release for Windows X64"),
    ] {
        let (code, said, installed) = download(version, sha256, system);
        assert_eq!((code, installed), (Some(2), false), "{said}");
        assert!(said.starts_with("::error::") && said.contains(what), "{said}");
    }
}

#[test]
fn the_hook_finds_what_is_wrong() {
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    let entry = hooks.lines().find_map(|line| line.trim().strip_prefix("entry: ")).unwrap();
    let mut words = entry.split(' ');
    assert_eq!(words.next(), Some(".ci/pre-commit"));

    // A checkout of the hook, and a cargo that installs the program under test.
    let checkout = tempfile::tempdir().unwrap();
    let script = checkout.path().join(".ci/pre-commit");
    fs::create_dir(checkout.path().join(".ci")).unwrap();
    fs::copy(repository().join(".ci/pre-commit"), &script).unwrap();
    let cargo = format!(
        "mkdir bin; printf '#!/bin/sh\necho built >> built\nwhile [ $# -gt 1 ]; do shift; done\nmkdir -p $1/bin; ln -s {} $1/bin/massup\n' > bin/cargo; chmod +x bin/cargo",
        binary().display()
    );
    assert!(bash(&cargo).current_dir(checkout.path()).status().unwrap().success());
    let path = format!("{}:/usr/bin:/bin", checkout.path().join("bin").display());

    let project = project();
    let hook = || {
        let mut command = Command::new(&script);
        command.args(words.clone()).current_dir(project.path()).env("PATH", &path);
        command.output().unwrap()
    };
    for _ in 0..2 {
        let output = hook();
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}{errors}");
        assert!(said.contains("update.json:1:"), "{said}");
    }
    let built = fs::read_to_string(project.path().join("built")).unwrap();
    assert_eq!(built, "built\n", "massup is built once");
    fs::remove_file(project.path().join("update.json")).unwrap();
    assert!(hook().status.success(), "a directory without mass updates is not a failure");
}

/// A commit that changes nothing but such a file must not slip through.
#[test]
fn the_hook_runs_for_every_file_that_massup_reads() {
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    let files = hooks.lines().find_map(|line| line.trim().strip_prefix("files: ")).unwrap();
    let endings = files.strip_prefix("\\.(").and_then(|rest| rest.strip_suffix(")$")).unwrap();
    for ending in endings.split('|') {
        let name = format!("update.massup.{ending}");
        let text = b"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
        assert!(massup_rules::looks_like_a_call(&name, text), "{name} is not read");
    }
    for ending in
        ["json", "jsonl", "yaml", "toml", "sh", "har", "md", "http", "py", "js", "ts", "ps1"]
    {
        assert!(endings.split('|').any(|known| known == ending), "{ending} is not in {files}");
    }
}
