//! The terminal sessions of the README and of `tests/cli`.

use massup_tests::current::repository;
use massup_tests::session;

#[test]
fn readme() {
    let left = session::run("README.md");
    let gate = std::fs::read_to_string(repository().join(".ci/run")).unwrap();
    for command in left {
        assert!(gate.contains(&command), "`{command}` of the README is run by .ci/run");
    }
}

/// Examples in other languages are parts of the pages that `.ci` runs with the tools of each language.
#[test]
fn readme_in_other_languages() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let mut found = Vec::new();
    for section in readme
        .split("\n## ")
        .filter(|section| section.starts_with("From ") || section.starts_with("In an "))
    {
        let Some((_, rest)) = section.split_once("```") else { continue };
        let (example, _) = rest.split_once("```").unwrap();
        let (language, example) = example.split_once('\n').unwrap();
        // Examples in Rust are run as documentation.
        if language == "rust" {
            continue;
        }
        let (_, page) = section.split_once("](").unwrap();
        let (page, _) = page.split_once(')').unwrap();
        let text = std::fs::read_to_string(repository().join(page)).unwrap();
        assert!(text.contains(example.trim_end()), "the example in {language} is not in {page}");
        found.push(language);
    }
    assert_eq!(found, ["pycon", "js", "c", "lua", "json"]);
}

#[test]
fn lint() {
    assert!(session::run("tests/cli/lint.md").is_empty());
}

#[test]
fn plan() {
    assert!(session::run("tests/cli/plan.md").is_empty());
}

#[test]
fn lookup() {
    assert!(session::run("tests/cli/lookup.md").is_empty());
}

#[test]
fn control() {
    assert!(session::run("tests/cli/control.md").is_empty());
}

#[test]
fn signatures() {
    assert!(session::run("tests/cli/signatures.md").is_empty());
}

#[test]
fn planning() {
    assert!(session::run("docs/planning.md").is_empty());
}

#[test]
fn change_files() {
    assert!(session::run("docs/change-files.md").is_empty());
}

#[test]
fn schemas() {
    assert!(session::run("docs/schemas.md").is_empty());
}

#[test]
fn a_run() {
    assert!(session::run("docs/a-run.md").is_empty());
}

#[test]
fn limits() {
    assert!(session::run("docs/limits.md").is_empty());
}

#[test]
fn the_page_on_limits_gives_those_in_force() {
    use massup_project::limits;
    let page = std::fs::read_to_string(repository().join("docs/limits.md")).unwrap();
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    for (what, limit) in [
        ("bytes of a file", mib(limits::FILE_BYTES)),
        (
            "bytes of a file with one value a line (`.jsonl`, `.ndjson`, plans), and of standard input",
            format!("{} GiB", limits::LINES_FILE_BYTES >> 30),
        ),
        ("bytes of a `massup.toml` or a baseline", mib(limits::SETTINGS_BYTES)),
        ("nesting of values", limits::MAX_DEPTH.to_string()),
        ("findings of one file that are kept", limits::FINDINGS_OF_FILE.to_string()),
        ("findings of a run that are kept", limits::FINDINGS_OF_RUN.to_string()),
        ("findings of one file that are shown to people", limits::SHOWN_OF_FILE.to_string()),
        ("findings of a run that are shown to people", limits::SHOWN_OF_RUN.to_string()),
        ("bytes of a line that is shown as a whole", limits::LINE_BYTES.to_string()),
    ] {
        assert!(page.contains(&format!("| {what} | {limit} |")), "{what}: {limit}");
    }
}
