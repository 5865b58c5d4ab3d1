//! The emulator under load: 50 clients that send calls of 500 ids at the same time, a job of 50,000
//! records, and the memory that this takes. `cargo bench -p massup-benches --bench load`
//!
//! The server is a process of its own, this program started anew, so that its memory can be told.
#![expect(clippy::print_stdout, reason = "figures are printed")]

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use massup_emulator::metadata::{Record, RecordState};
use massup_emulator::{Clock, Emulator, seed, server};
use massup_model::response::{Answer, JobState};
use massup_model::{ApiVersion, RecordId, Request, Selection, ViewId, catalogue::Endpoint};
use massup_transport::http::{Http, Settings};
use massup_transport::{BaseUrl, Call, Credentials, Transport as _};
use serde_json::{Map, json};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const SERVE: &str = "MASSUP_BENCH_SERVE";

/// How much is done: all of it, or just enough to see that it works.
#[derive(Clone, Copy)]
struct Size {
    clients: u64,
    calls: usize,
    records: u64,
}

fn main() -> Outcome<()> {
    if let Ok(what) = std::env::var(SERVE) {
        return serve(&what);
    }
    let once = std::env::args().any(|argument| argument == "--test");
    let size = if once {
        Size { clients: 2, calls: 2, records: 2_000 }
    } else {
        Size { clients: 50, calls: 20, records: 50_000 }
    };
    let folder = std::env::temp_dir().join(format!("massup-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("crm.db");
    for (name, file) in [("in memory", String::new()), ("in a file", file.display().to_string())] {
        println!("the organisation is kept {name}");
        let outcome = measure(size, &file);
        if outcome.is_err() {
            std::fs::remove_dir_all(&folder)?;
        }
        outcome?;
    }
    Ok(std::fs::remove_dir_all(&folder)?)
}

fn first(record: u64) -> u64 {
    7_000_000_000_000 + record
}

/// What the child does: serves until it is killed.
fn serve(what: &str) -> Outcome<()> {
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

fn measure(size: Size, file: &str) -> Outcome<()> {
    let mut child = Command::new(std::env::current_exe()?)
        .env(SERVE, format!("{} {file}", size.records))
        .stdout(Stdio::piped())
        .spawn()?;
    let outcome = measured(size, &mut child);
    child.kill()?;
    child.wait()?;
    outcome
}

fn measured(size: Size, child: &mut Child) -> Outcome<()> {
    let out = child.stdout.take().ok_or("the child writes its address")?;
    let mut address = String::new();
    BufReader::new(out).read_line(&mut address)?;
    let url: BaseUrl = format!("http://{}", address.trim()).parse()?;
    println!("  at rest: {} of memory", memory(child));

    let start = Instant::now();
    let clients: Vec<_> = (0..size.clients)
        .map(|client| {
            let url = url.clone();
            thread::spawn(move || calls(&url, client, size))
        })
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.join().map_err(|_| "a client panicked")??);
    }
    let took = start.elapsed();
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    let worst = times.last().copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = times.len() as f64 / took.as_secs_f64();
    println!(
        "  {} calls of 500 ids by {} clients: {rate:.1} a second; half within {:.0?}, 95 of 100 within {:.0?}, all within {worst:.0?}",
        times.len(),
        size.clients,
        at(50),
        at(95),
    );
    println!("  after that: {} of memory", memory(child));

    let took = job(&url, size)?;
    println!(
        "  a job of {} records: {took:.1?}; at most {} of memory",
        size.records,
        memory(child)
    );
    Ok(())
}

fn http(url: &BaseUrl) -> Http {
    let mut settings = Settings::new(url.clone(), url.clone());
    settings.fixed = true;
    Http::new(settings, Credentials::of_token(seed::DEMO_TOKEN))
}

/// How long each call of a client took.
fn calls(url: &BaseUrl, client: u64, size: Size) -> Outcome<Vec<Duration>> {
    let http = http(url);
    let from = client * 500 % (size.records - 499);
    let ids: Vec<_> = (from..from + 500).filter_map(|n| RecordId::from_number(first(n))).collect();
    let mut times = Vec::new();
    for call in 0..size.calls {
        let fields = vec![("Mileage".to_owned(), json!(call))];
        let request =
            Request::new(ApiVersion::V8, "Vehicles", fields, Selection::Ids(ids.clone()))?;
        let start = Instant::now();
        let answer = http.send(&Call::from(&request))?;
        times.push(start.elapsed());
        let Answer::Records(records) = Answer::read(Endpoint::MassUpdate, &answer.body) else {
            return Err("expected an entry a record".into());
        };
        if records.len() != 500 || !records.iter().all(massup_model::Outcome::is_success) {
            return Err("expected 500 records to be updated".into());
        }
    }
    Ok(times)
}

/// How long a job of all records takes, from its call to its end.
fn job(url: &BaseUrl, size: Size) -> Outcome<Duration> {
    let http = http(url);
    let organisation = seed::without_records();
    let vehicles = organisation.modules.iter().find(|module| module.api_name == "Vehicles");
    let view: ViewId = vehicles.and_then(|module| module.views.first()).ok_or("a view")?.id;
    let fields = vec![("Fuel".to_owned(), json!("Electric"))];
    let selection = Selection::View { view, territory: None };
    let request = Request::new(ApiVersion::V8, "Vehicles", fields, selection)?;
    let start = Instant::now();
    let answer = http.send(&Call::from(&request))?;
    let Answer::Scheduled { job_id, .. } = Answer::read(Endpoint::MassUpdate, &answer.body) else {
        return Err("expected a job".into());
    };
    loop {
        let answer = http.send(&Call::status(ApiVersion::V8, "Vehicles", job_id)?)?;
        let Answer::Status(status) = Answer::read(Endpoint::Status, &answer.body) else {
            return Err("expected a status".into());
        };
        match status.state {
            JobState::Completed if status.updated == Some(size.records) => {
                return Ok(start.elapsed());
            }
            JobState::Completed | JobState::Failed => return Err("records are left".into()),
            _ => thread::sleep(Duration::from_millis(50)),
        }
    }
}

/// The most memory that a process has had, where the system tells.
fn memory(child: &Child) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1_024))
}
