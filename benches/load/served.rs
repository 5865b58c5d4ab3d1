//! The server under load: a process of its own, so that what it takes can be told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use massup_emulator::metadata::{Record, RecordState};
use massup_emulator::{Clock, Emulator, seed, server};
use massup_model::RecordId;
use serde_json::{Map, json};

use crate::{Outcome, first};

/// What the child is to serve: the number of records and a file.
pub(crate) const SERVE: &str = "MASSUP_BENCH_SERVE";

/// A server that ends when this is dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Served {
    /// Starts a build of this program as a server.
    pub(crate) fn start(program: &Path, records: u64, file: &str) -> Outcome<Self> {
        let mut child = Command::new(program)
            .env(SERVE, format!("{records} {file}"))
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take();
        let mut served = Self { child, address: String::new() };
        let out = out.ok_or("the child writes its address")?;
        BufReader::new(out).read_line(&mut served.address)?;
        served.address = served.address.trim().to_owned();
        Ok(served)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the child does: serves until it is killed.
pub(crate) fn serve(what: &str) -> Outcome<()> {
    let (records, file) = what.split_once(' ').ok_or("expected a number and a file")?;
    let mut description = seed::without_records();
    let vehicles = description.modules.iter_mut().find(|module| module.api_name == "Vehicles");
    let vehicles = vehicles.ok_or("the seed has vehicles")?;
    let record = |number| {
        let data = Map::from_iter([("Number".to_owned(), json!(number))]);
        let id = RecordId::from_number(first(number))?;
        Some(Record { id, data, state: RecordState::default(), territories: Vec::new() })
    };
    vehicles.records = (0..records.parse()?).filter_map(record).collect();
    let emulator = if file.is_empty() {
        Emulator::of(&description)?
    } else {
        let emulator = Emulator::open(file.as_ref())?;
        emulator.import(&description)?;
        emulator
    };
    emulator.set_clock(Clock::System { ahead: 0 });
    emulator.configure(|settings| {
        settings.concurrency = Some(usize::MAX);
        settings.daily_credits = Some(u64::MAX);
    });
    let announce = |server: &server::Server| {
        let mut out = std::io::stdout();
        writeln!(out, "{}", server.address()?)?;
        out.flush()
    };
    let address = ([127, 0, 0, 1], 0).into();
    Ok(server::serve(Arc::new(emulator), address, announce, std::future::pending())?)
}

/// The seconds of processor time that a process has taken, where the system tells.
pub(crate) fn processor_time(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.filter_map(|text| text.parse::<f64>().ok()).sum();
    // Linux counts in hundredths of a second.
    ticks / 100.0
}

/// The most memory that a process has had, where the system tells.
pub(crate) fn memory(child: &Child) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1_024))
}
