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
    lines.map(|line| format!("{}\n", line.trim_start())).collect()
}

/// Runs the step `Lint` as a runner does, with the inputs `paths`, `arguments` and `sarif`.
fn action(project: &Path, [paths, arguments, sarif]: [&str; 3]) -> Output {
    let bin = project.join(".runner/massup/bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(binary(), bin.join("massup")).unwrap();
    Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script("Lint")])
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
    let action = fs::read_to_string(repository().join("action.yml")).unwrap();
    let pasted = action.lines().filter(|line| line.contains("${{"));
    assert_eq!(pasted.count(), 3, "only the variables of the script take inputs");
    assert!(!script("Lint").contains("${{"));
}

#[test]
fn the_hook_finds_what_is_wrong() {
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    let entry = hooks.lines().find_map(|line| line.trim().strip_prefix("entry: ")).unwrap();
    let mut words = entry.split(' ');
    assert_eq!(words.next(), Some("massup"));
    let project = project();
    let hook = |words: std::str::Split<'_, char>| {
        Command::new(binary()).args(words).current_dir(project.path()).output().unwrap()
    };
    let output = hook(words.clone());
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("update.json:1:"), "{said}");
    fs::remove_file(project.path().join("update.json")).unwrap();
    assert!(hook(words).status.success(), "nothing to lint is no failure");
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
    for ending in ["json", "jsonc", "jsonl", "ndjson", "yaml", "yml", "toml", "sh", "bash", "har"] {
        assert!(endings.split('|').any(|known| known == ending), "{ending} is not in {files}");
    }
}
