//! What `massup` writes when links, pipes and signals are in the way.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use massup_tests::held::Run as _;
use massup_tests::server::Server;
use massup_tests::session;
use serde_json::json;

use crate::pull::{CLIENT, command, files, pull, text};

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Puts something into a snapshot, given a folder outside.
type Plant = fn(&Path, &Path);

#[test]
fn a_snapshot_with_a_link_or_a_pipe_is_refused_and_nothing_changes() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    for name in ["Leads.json", "other.json"] {
        fs::write(outside.join(name), "mine").unwrap();
    }
    let before = files(&outside);
    let plants: [(&str, Plant); 4] = [
        ("a linked folder", |snapshot, outside| symlink(outside, snapshot.join("fields")).unwrap()),
        ("a linked file", |snapshot, outside| {
            symlink(outside.join("other.json"), snapshot.join("modules.json")).unwrap();
        }),
        ("a dangling link", |snapshot, outside| {
            symlink(outside.join("new.json"), snapshot.join("territories.json")).unwrap();
        }),
        ("a pipe", |snapshot, _| pipe(&snapshot.join("counts.json"))),
    ];
    for (what, plant) in plants {
        let work = tempfile::tempdir().unwrap();
        let snapshot = work.path().join("snapshot");
        fs::create_dir(&snapshot).unwrap();
        plant(&snapshot, &outside);
        // By its path, and as the working folder, which is written file by file.
        let mut inside = command(&server, Path::new("."), &["Leads"], &CLIENT);
        inside.current_dir(&snapshot);
        for mut run in [command(&server, &snapshot, &["Leads"], &CLIENT), inside] {
            let output = run.run();
            assert_eq!(output.status.code(), Some(3), "{what}: {}", text(&output.stderr));
            assert!(text(&output.stderr).contains("is a link or a device"), "{what}");
        }
        assert_eq!(files(&outside), before, "{what}");
        assert_eq!(names(&snapshot).len(), 1, "{what}");
        assert_eq!(names(work.path()), ["snapshot"], "{what}: nothing is left next to it");
    }
}

#[test]
fn a_link_in_the_place_of_a_lock_or_of_a_folder_to_come_is_refused() {
    let server = Server::start(&[]);
    for name in [".snapshot.lock", ".snapshot.new", ".snapshot.old", "snapshot"] {
        for dangling in [false, true] {
            let work = tempfile::tempdir().unwrap();
            let mine = work.path().join("mine");
            if !dangling {
                fs::write(&mine, "mine").unwrap();
            }
            symlink(&mine, work.path().join(name)).unwrap();
            let output = pull(&server, &work.path().join("snapshot"), &["Leads"], &CLIENT);
            assert_eq!(output.status.code(), Some(3), "{name}: {}", text(&output.stderr));
            assert!(work.path().join(name).is_symlink(), "{name}");
            assert_eq!(fs::read_to_string(&mine).ok().as_deref(), (!dangling).then_some("mine"));
        }
    }
    let work = tempfile::tempdir().unwrap();
    pipe(&work.path().join(".snapshot.lock"));
    let output = pull(&server, &work.path().join("snapshot"), &["Leads"], &CLIENT);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
}

#[test]
fn a_link_to_the_snapshot_stays_and_the_folder_behind_it_is_replaced() {
    let server = Server::start(&[]);
    let work = tempfile::tempdir().unwrap();
    let (real, link) = (work.path().join("real"), work.path().join("link"));
    fs::create_dir(&real).unwrap();
    symlink(&real, &link).unwrap();
    let output = pull(&server, &link, &["Leads"], &CLIENT);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(link.is_symlink() && real.join("fields/Leads.json").is_file());
}

#[test]
fn a_snapshot_honours_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start(&[]);
    let work = tempfile::tempdir().unwrap();
    let massup = command(&server, &work.path().join("snapshot"), &["Leads"], &CLIENT);
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 027 && exec \"$0\" \"$@\""]).arg(massup.get_program());
    let output = shell.args(massup.get_args()).envs(CLIENT).run();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mode = |path: &str| fs::metadata(work.path().join(path)).unwrap().permissions().mode();
    assert_eq!(mode("snapshot/fields/Leads.json") & 0o777, 0o640);
    assert_eq!(mode("snapshot/fields") & 0o777, 0o750);
}

#[test]
fn a_run_under_nohup_survives_the_end_of_the_terminal() {
    let server = Server::start(&[]);
    let settings = json!({ "faults": { "latency_ms": 50 } }).to_string();
    assert_eq!(server.call("PATCH", "/__emulator/settings", &settings).unwrap().0, 200);
    let work = tempfile::tempdir().unwrap();
    let massup = command(&server, &work.path().join("snapshot"), &["Leads"], &CLIENT);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(massup.get_program());
    let shell = shell.args(massup.get_args()).envs(CLIENT);
    let process = shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = work.path().join(".snapshot.new/modules.json");
    wait_for("a snapshot that is begun", || begun.exists());
    assert_eq!(stop(process, "-HUP"), Some(0));
    assert!(work.path().join("snapshot/snapshot.json").exists());
}

fn wait_for(what: &str, happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_mins(1), "{what} does not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a signal, and gives the exit code.
fn stop(mut process: Child, signal: &str) -> Option<i32> {
    let id = process.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    process.wait().unwrap().code()
}

#[test]
fn a_signal_leaves_no_unfinished_file() {
    for signal in ["-INT", "-TERM"] {
        let work = tempfile::tempdir().unwrap();
        let mut process = Command::new(session::binary())
            .current_dir(work.path())
            .args(["plan", "--module", "Leads", "--set", "City=Chennai", "--ids", "-"])
            .args(["--output", "new.plan.jsonl"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Enough ids for some calls; more of them may come.
        let ids: String = (0..20_000).map(|n| format!("57257670000{n:08}\n")).collect();
        process.stdin.as_mut().unwrap().write_all(ids.as_bytes()).unwrap();
        wait_for("a plan that is begun", || !names(work.path()).is_empty());
        let open = process.stdin.take();
        assert_eq!(stop(process, signal), Some(130), "{signal}");
        drop(open);
        assert!(names(work.path()).is_empty(), "{signal}: {:?}", names(work.path()));
    }

    let server = Server::start(&[]);
    let settings = json!({ "faults": { "latency_ms": 50 } }).to_string();
    assert_eq!(server.call("PATCH", "/__emulator/settings", &settings).unwrap().0, 200);
    for signal in ["-INT", "-TERM"] {
        let work = tempfile::tempdir().unwrap();
        let process = command(&server, &work.path().join("snapshot"), &["Leads"], &CLIENT)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = work.path().join(".snapshot.new/modules.json");
        wait_for("a snapshot that is begun", || begun.exists());
        assert_eq!(stop(process, signal), Some(130), "{signal}");
        assert!(names(work.path()).is_empty(), "{signal}: {:?}", names(work.path()));
    }
}

/// Nobody may ever write into a pipe, and a device may have no end. A pipe that a shell has open is read.
#[test]
fn a_list_of_ids_is_a_file_or_a_pipe_that_is_open() {
    let folder = tempfile::tempdir().unwrap();
    pipe(&folder.path().join("ids"));
    let plan = "plan --module Leads --set City=x --ids";
    let run = |ids: &str| {
        let command =
            format!("'{}' {plan} {ids} -q -o out.plan.jsonl", session::binary().display());
        let mut bash = Command::new("timeout");
        bash.args(["20", "bash", "-c", &command]).current_dir(folder.path());
        let output = bash.stdin(Stdio::null()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (ids, kind) in [("ids", "is a named pipe"), ("/dev/zero", "is a device")] {
        let (code, text) = run(ids);
        assert!(code == Some(3) && text.contains(kind), "{code:?} {text}");
    }
    let (code, text) = run("<(echo 554023000000497007)");
    assert_eq!(code, Some(0), "{text}");
}
