//! Killed at any moment, the emulator has lost nothing that it acknowledged.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use massup_model::RecordId;
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

/// Updates that are kept beside the records are folded into them when the file is opened: in order, each into its own
/// records.
#[test]
fn folded_updates_are_those_that_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");
    let emulator = Emulator::open(&file).unwrap();
    emulator.import(&super::seed_of(6, 0)).unwrap();
    for number in 0..60_u64 {
        let field = match number % 3 {
            0 => "City",
            1 => "State",
            _ => "Street",
        };
        let ids: Vec<RecordId> =
            (0..6).filter(|at| number % (at + 2) < 2).map(|at| id(0, at)).collect();
        let body = json!({ "data": [{ field: format!("{number}") }], "ids": ids });
        let reply = emulator.handle(&post("v8", "Leads", &body));
        assert!(reply.records.iter().all(Option::is_none), "{reply:?}");
    }
    let records = |emulator: &Emulator| -> Vec<_> {
        (0..6).map(|at| emulator.record("Leads", id(0, at)).unwrap().unwrap()).collect()
    };
    let before = records(&emulator);
    drop(emulator);
    assert_eq!(records(&Emulator::open(&file).unwrap()), before);
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

/// What cannot be written is not done: a call, and a step of a job.
#[test]
fn a_write_that_fails_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::open(&folder.path().join("crm.db")).unwrap();
    let set = |city: &str| {
        let body = json!({ "data": [{ "City": city }], "ids": [id(0, 0)] });
        emulator.handle(&post("v8", "Leads", &body))
    };
    let kept = || emulator.record("Leads", id(0, 0)).unwrap().unwrap().data["City"].clone();
    assert_eq!(set("before").status, 200);
    emulator.configure(|settings| settings.job_batch = 4);
    let view = super::view(&emulator, "Vehicles", "Some");
    let job = super::schedule(&emulator, "Vehicles", view, &json!({ "Mileage": 7 }));
    for _ in 0..2 {
        assert!(emulator.tick().unwrap());
    }
    let half = super::status(&emulator, "Vehicles", &job);
    assert_eq!(half.1, [10, 4, 6, 0]);
    let automations = super::automations(&emulator);

    let disk = emulator.disk().unwrap();
    disk.refuse_writes(true);
    assert_eq!(set("lost").refusal, Some(crate::Refusal::Internal));
    assert!(emulator.tick().is_err());
    disk.refuse_writes(false);

    assert_eq!(kept(), "before");
    assert_eq!(super::status(&emulator, "Vehicles", &job), half);
    assert_eq!(super::automations(&emulator), automations);
    let mileages = |emulator: &Emulator| {
        let vehicles = emulator.records("Vehicles").unwrap();
        vehicles.iter().filter(|vehicle| vehicle.data["Mileage"] == 7).count()
    };
    assert_eq!(mileages(&emulator), 4);
    assert_eq!(set("after").status, 200);
    emulator.run_jobs().unwrap();
    assert_eq!(super::status(&emulator, "Vehicles", &job).1, [10, 10, 0, 0]);
    assert_eq!((kept(), mileages(&emulator)), (json!("after"), 10));
}

/// Everything is there again, and no log is without end.
#[test]
fn what_is_kept_is_the_same_after_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crm.db");
    let emulator = Emulator::open(&file).unwrap();
    for number in 0..30 {
        let city = json!([{ "City": format!("{number}\"é") }]);
        let ids: Vec<_> = (number..number + 5).map(|place| id(0, place)).collect();
        emulator.handle(&post("v8", "Leads", &json!({ "data": city, "ids": ids })));
        let languages = json!([{ "Languages_Known": ["Tamil"] }]);
        emulator.handle(&post("v8", "Leads", &json!({ "data": languages, "ids": ids })));
    }
    emulator.set_state("Leads", id(0, 3), crate::metadata::RecordState::Locked).unwrap();
    let view = super::view(&emulator, "Vehicles", "Some");
    super::schedule(&emulator, "Vehicles", view, &json!({ "Mileage": 7 }));
    emulator.handle(&get("/crm/v8/org"));
    let all = |emulator: &Emulator| {
        let told = |path: &str| emulator.handle(&crate::Request::new("GET", path)).to_json();
        let calls = told("/__emulator/calls")["calls"].clone();
        let calls: Vec<_> = calls.as_array().unwrap().iter().map(|c| c["path"].clone()).collect();
        (
            told("/__emulator/organisation"),
            told("/__emulator/jobs"),
            told("/__emulator/automations"),
            calls,
        )
    };
    let before = all(&emulator);
    drop(emulator);
    let emulator = Emulator::open(&file).unwrap();
    assert_eq!(all(&emulator), before);
    emulator.run_jobs().unwrap();
}
