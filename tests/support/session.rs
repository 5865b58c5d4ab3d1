//! Terminal sessions in Markdown: each command is run, each output compared.
//!
//! In a fenced block of language `console` a line `$ command` is run by `bash`, pipes and all, in a
//! folder that holds copies of `examples`, `tests/corpus` and `tests/signed`. What it prints, on both streams, must be the
//! lines that follow; a line of `...` stands for any lines, and `? 1` after the command for its exit code.
//! After `cd FOLDER`, a command of its own, the rest of the block is run in that folder.
//! Commands that begin with `cargo` are not run here: `.ci/run` runs them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::current::{in_ci, repository};
use crate::held;

/// The folder of the `massup` binary, built once.
static BINARIES: LazyLock<PathBuf> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", "massup-cli", "--message-format=json"])
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let binary = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .expect("cargo names the binary");
    binary.parent().expect("a binary stands in a folder").to_owned()
});

/// The `massup` binary.
pub fn binary() -> PathBuf {
    BINARIES.join("massup")
}

/// A command of a session and what the text says it prints.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    code: i32,
    output: String,
}

/// Runs the sessions of a file of the repository; returns the commands that were not run.
///
/// Outside of CI a file whose outputs differ is rewritten, and the test fails this once.
#[track_caller]
pub fn run(path: &str) -> Vec<String> {
    let file = repository().join(path);
    let text = fs::read_to_string(&file).expect("the file is there");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for copied in ["examples", "tests/corpus", "tests/signed"] {
        copy(&repository().join(copied), &folder.path().join(copied));
    }
    let mut left = Vec::new();
    let mut rewritten = String::new();
    let mut lines = text.lines().peekable();
    let mut in_session = false;
    let mut place = folder.path().to_owned();
    while let Some(line) = lines.next() {
        writeln!(rewritten, "{line}").expect("text grows");
        match line {
            "```console" => in_session = true,
            "```" => {
                in_session = false;
                folder.path().clone_into(&mut place);
            }
            _ => {}
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| in_session) else { continue };
        let mut command = command.to_owned();
        while command.ends_with('\\') {
            let next = lines.next().expect("a line goes on");
            writeln!(rewritten, "{next}").expect("text grows");
            write!(command, "\n{next}").expect("text grows");
        }
        let mut said = String::new();
        while let Some(next) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
            writeln!(said, "{next}").expect("text grows");
        }
        if command.starts_with("cargo ") {
            left.push(command);
            rewritten += &said;
            continue;
        }
        if let Some(into) = command.strip_prefix("cd ").filter(|into| !into.contains([';', '&'])) {
            place.push(into);
            rewritten += &said;
            continue;
        }
        let expected = expected(&said);
        let got = execute(&command, &place);
        let same = expected.code == got.code && matches(&expected.output, &got.output);
        rewritten += &if same { said } else { shown(&got) };
        assert!(
            same || !in_ci(),
            "`{command}` in {path}\n--- expected\n{}--- found\n{}",
            shown(&expected),
            shown(&got)
        );
    }
    if rewritten != text {
        fs::write(&file, rewritten).expect("write the file");
        panic!("the sessions of `{path}` have been rewritten: read the difference and run again");
    }
    left
}

/// What a command prints, on both streams, in a folder of its own with copies of `examples`.
///
/// # Panics
///
/// The command fails.
#[track_caller]
pub fn output(command: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&repository().join("examples"), &folder.path().join("examples"));
    let step = execute(command, folder.path());
    assert_eq!(step.code, 0, "`{command}`: {}", step.output);
    step.output
}

fn expected(said: &str) -> Step {
    let (code, output) = match said.strip_prefix("? ").and_then(|rest| rest.split_once('\n')) {
        Some((code, output)) => (code.parse().expect("an exit code"), output),
        None => (0, said),
    };
    Step { command: String::new(), code, output: output.to_owned() }
}

fn shown(step: &Step) -> String {
    let code = if step.code == 0 { String::new() } else { format!("? {}\n", step.code) };
    let end = if step.output.is_empty() || step.output.ends_with('\n') { "" } else { "\n" };
    format!("{code}{}{end}", step.output)
}

/// Keeps what `massup` writes for programs. In a pipe it is passed on at once; elsewhere the order of the two streams
/// stays as it is without the detour: all of one, then all of the other.
const KEEP: &str = r#"
exec 3>&1
massup() {
    case " $* " in
        *" --format json"*|*" --format=json"*) ;;
        *) command massup "$@"; return ;;
    esac
    local kept code
    kept=$(mktemp -p "$KEPT")
    if [ /dev/fd/1 -ef /dev/fd/3 ]; then
        command massup "$@" > "$kept.out"
        code=$?
        cat "$kept.out"
    else
        command massup "$@" | tee "$kept.out"
        code=("${PIPESTATUS[@]}")
        # A reader that has gone leaves a part.
        [ "${code[1]}" = 0 ] || return "${code[0]}"
        code=${code[0]}
    fi
    printf '%s\0' "$@" > "$kept.words"
    return "$code"
}
"#;

/// Holds the outputs that a session has kept against their schemas.
#[track_caller]
fn hold_kept(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder of outputs") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "words") {
            let words = fs::read_to_string(&path).expect("words");
            let words: Vec<String> = words.split_terminator('\0').map(str::to_owned).collect();
            held::hold(&words, &fs::read(path.with_extension("out")).expect("an output"));
        }
    }
}

/// The seconds after which a command is ended, with exit code 124: one that waits for a server whose port another
/// program has would wait for ever.
const LONGEST: &str = "300";

#[track_caller]
fn execute(command: &str, folder: &Path) -> Step {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![BINARIES.clone()];
    folders.extend(std::env::split_paths(&path));
    let kept = tempfile::tempdir().expect("a temporary folder");
    // A function in the background is not the process that `kill` ends, so others do without.
    let keep = if command.contains("--format") { KEEP } else { "" };
    let output = Command::new("timeout")
        .args([LONGEST, "bash", "-c", &format!("exec 2>&1\n{keep}{command}")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::join_paths(folders).expect("a path of folders"))
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        // 2026-11-24T00:00:00Z: what is fresh in the examples stays fresh.
        .env("SOURCE_DATE_EPOCH", "1795478400")
        .env("TERM", "dumb")
        .env("KEPT", kept.path())
        .output()
        .expect("`timeout` of coreutils runs");
    hold_kept(kept.path());
    Step {
        command: command.to_owned(),
        code: output.status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
    }
}

/// Whether an output is the expected one, `...` standing for any lines.
fn matches(expected: &str, found: &str) -> bool {
    let Some((before, after)) = expected.split_once("...\n") else { return expected == found };
    let Some(rest) = found.strip_prefix(before) else { return false };
    let ends = rest.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(ends).any(|at| matches(after, &rest[at..]))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make the folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy the file");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_for_any_lines() {
        assert!(matches("a\n...\nz\n", "a\nb\nc\nz\n"));
        assert!(matches("a\n...\nz\n", "a\nz\n"));
        assert!(!matches("a\n...\nz\n", "a\nb\n"));
        assert!(!matches("a\n", "a\nb\n"));
        assert!(matches("...\n", ""));
    }

    #[test]
    fn exit_codes_and_both_streams_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let step = execute("echo out | cat; echo err >&2; exit 3", folder.path());
        assert_eq!((step.code, step.output.as_str()), (3, "out\nerr\n"));
        assert_eq!(expected("? 3\nout\n").code, 3);
        assert_ne!(shown(&expected("? 3\nout\nerr\n")), shown(&expected("out\nerr\n")));
        assert_eq!(shown(&step), "? 3\nout\nerr\n");
    }
}
