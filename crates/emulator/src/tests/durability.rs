//! Killed at any moment, the emulator has lost nothing that it acknowledged.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use super::{get, id, path, post};
use crate::{Emulator, seed};

const FILE: &str = "MASSUP_EMULATOR_TEST_FILE";

/// What is killed: sets a city and schedules jobs without end, and says what was acknowledged.
///
/// It runs only as the child of the test below, which names its file in the environment.
#[test]
fn child() {
    let Ok(file) = std::env::var(FILE) else { return };
    let emulator = Emulator::open(Path::new(&file)).unwrap();
    emulator.configure(|settings| settings.job_batch = 7);
    let view = super::view(&emulator, "Vehicles", "Some");
    let mut out = std::io::stdout();
    let mut number = city(&emulator) + 1;
    loop {
        let body = json!({ "data": [{ "City": number.to_string() }], "ids": [id(0, 0)] });
        assert_eq!(emulator.handle(&post("v8", "Leads", &body)).records, [None]);
        writeln!(out, "\ncity {number}").unwrap();
        let body = json!({ "data": [{ "Mileage": number }], "cvid": view });
        let reply = emulator.handle(&post("v8", "Vehicles", &body)).to_json();
        if let Some(job) = reply["data"][0]["details"]["job_id"].as_str() {
            writeln!(out, "\njob {job}").unwrap();
        }
        out.flush().unwrap();
        emulator.tick().unwrap();
        number += 1;
    }
}

fn city(emulator: &Emulator) -> u64 {
    let record = emulator.record("Leads", id(0, 0)).unwrap().unwrap();
    record.data["City"].as_str().unwrap().parse().unwrap_or(0)
}

#[test]
fn nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("emulator.sqlite");
    let mut seed = seed::without_records();
    let whole = super::seed_of(1, 20);
    for (module, full) in seed.modules.iter_mut().zip(whole.modules) {
        module.records = full.records;
    }
    drop(Emulator::open(&file).map(|emulator| emulator.import(&seed)).unwrap());
    let kills: u64 = std::env::var("MASSUP_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    for round in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::durability::child", "--nocapture", "--test-threads=1"])
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || {
            lines.map_while(Result::ok).filter(|line| !line.is_empty()).collect::<Vec<_>>()
        });
        // A different moment each time, early ones among them.
        std::thread::sleep(Duration::from_millis(40 + round * 97 % 331));
        child.kill().unwrap();
        child.wait().unwrap();
        let lines = reader.join().unwrap();
        let emulator = Emulator::open(&file).unwrap();
        let acknowledged = lines.iter().filter_map(|line| line.strip_prefix("city ")).next_back();
        if let Some(acknowledged) = acknowledged.and_then(|number| number.parse::<u64>().ok()) {
            let kept = city(&emulator);
            assert!((acknowledged..=acknowledged + 1).contains(&kept), "{kept} of {acknowledged}");
        }
        let mut updated = 0;
        for job in lines.iter().filter_map(|line| line.strip_prefix("job ")) {
            // Its counts add up, or this fails.
            updated += super::status(&emulator, "Vehicles", job).1[1];
        }
        let path = format!("{}?job_id=1", path("v8", "Vehicles"));
        assert_eq!(emulator.handle(&get(&path)).status, 400);
        assert!(updated == 0 || !lines.is_empty());
        // No automation without its update, and no update without its automation.
        emulator.run_jobs().unwrap();
        for job in lines.iter().filter_map(|line| line.strip_prefix("job ")) {
            let (word, [total, updated, ..]) = super::status(&emulator, "Vehicles", job);
            assert_eq!((word.as_str(), total), ("COMPLETED", updated));
        }
    }
}

/// Records and tokens are for their owner alone, in the files beside the database too.
#[cfg(unix)]
#[test]
fn the_files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // A file that was there before, and open to others, is closed.
    std::fs::write(&file, "").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let emulator = Emulator::open(&file).unwrap();
    let body = json!({ "data": [{ "City": "a" }], "ids": [id(0, 0)] });
    emulator.handle(&post("v8", "Leads", &body));
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files > 1, "the log is beside the database");
    drop(emulator);
    assert_eq!(mode(&file), 0o600);
}
