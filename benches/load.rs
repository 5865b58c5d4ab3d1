//! The emulator under load: 50 clients that send calls of 500 ids at the same time, a job of 50,000
//! records, and the memory and processor time that this takes.
//! `cargo bench -p massup-benches --bench load`
//!
//! The server is a process of its own, this program started anew, so that what it takes can be told. With
//! `MASSUP_BENCH_AGAINST=PROGRAM` another build of this program serves in turns with this one, and the ratio
//! of the medians is printed.
#![expect(clippy::print_stdout, reason = "figures are printed")]

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
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
    let own = std::env::current_exe()?;
    let other = std::env::var_os("MASSUP_BENCH_AGAINST").map(PathBuf::from);
    let rounds = if once { 1 } else { 5 };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("crm.db").display().to_string();
    for (name, file) in [("in memory", ""), ("in a file", file.as_str())] {
        println!("the organisation is kept {name}");
        let mut rates: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
        for round in 0..rounds {
            let programs = [Some(&own), other.as_ref()].into_iter().flatten();
            for (place, program) in programs.enumerate() {
                let title = if place == 0 { "this build" } else { "the other" };
                println!("  {title}, round {}", round + 1);
                let (rate, cost) = measure(size, program, file)?;
                rates.resize_with(rates.len().max(place + 1), Default::default);
                if let Some((rates, costs)) = rates.get_mut(place) {
                    rates.push(rate);
                    costs.push(cost);
                }
            }
        }
        let medians: Vec<_> = rates.into_iter().map(|(r, c)| (median(r), median(c))).collect();
        for (rate, cost) in &medians {
            println!("  median: {rate:.0} calls a second, {cost:.2} ms of processor time a call");
        }
        if let [(rate, cost), (other_rate, other_cost)] = medians.as_slice() {
            let (faster, cheaper) = (rate / other_rate, other_cost / cost);
            println!(
                "  {faster:.1} times the calls a second, {cheaper:.1} times less processor time a call"
            );
        }
    }
    Ok(())
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
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

/// The calls a second, and the milliseconds of processor time that the server takes for each.
fn measure(size: Size, program: &Path, file: &str) -> Outcome<(f64, f64)> {
    let mut child = Command::new(program)
        .env(SERVE, format!("{} {file}", size.records))
        .stdout(Stdio::piped())
        .spawn()?;
    let outcome = measured(size, &mut child);
    child.kill()?;
    child.wait()?;
    outcome
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn measured(size: Size, child: &mut Child) -> Outcome<(f64, f64)> {
    let out = child.stdout.take().ok_or("the child writes its address")?;
    let mut address = String::new();
    BufReader::new(out).read_line(&mut address)?;
    let address = address.trim().to_owned();
    let url: BaseUrl = format!("http://{address}").parse()?;
    println!("    at rest: {} of memory", memory(child));

    let (start, before) = (Instant::now(), processor_time(child));
    let clients: Vec<_> = (0..size.clients)
        .map(|client| {
            let address = address.clone();
            thread::spawn(move || calls(&address, client, size))
        })
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.join().map_err(|_| "a client panicked")??);
    }
    let took = start.elapsed();
    let cost = (processor_time(child) - before) * 1_000.0 / times.len() as f64;
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    let rate = times.len() as f64 / took.as_secs_f64();
    println!(
        "    {} calls of 500 ids by {} clients: {rate:.1} a second; half within {:.0?}, 99 of 100 within {:.0?}; \
         {cost:.2} ms of processor time a call",
        times.len(),
        size.clients,
        at(50),
        at(99),
    );
    println!("    after that: {} of memory", memory(child));

    let took = job(&url, size)?;
    println!(
        "    a job of {} records: {took:.1?}; at most {} of memory",
        size.records,
        memory(child)
    );
    Ok((rate, cost))
}

fn http(url: &BaseUrl) -> Http {
    let mut settings = Settings::new(url.clone(), url.clone());
    settings.fixed = true;
    Http::new(settings, Credentials::of_token(seed::DEMO_TOKEN))
}

/// How long each call of a client took. The client does little, so that the server is what is measured: it
/// reads every answer to its end, and looks into the first one.
fn calls(address: &str, client: u64, size: Size) -> Outcome<Vec<Duration>> {
    let mut stream = BufReader::new(TcpStream::connect(address)?);
    stream.get_ref().set_nodelay(true)?;
    let from = client * 500 % (size.records - 499);
    let ids: Vec<String> = (from..from + 500).map(|n| first(n).to_string()).collect();
    let (mut times, mut answer) = (Vec::new(), Vec::new());
    for call in 0..size.calls {
        let body = json!({ "data": [{ "Mileage": call }], "ids": ids }).to_string();
        let length = body.len();
        let request = format!(
            "POST /crm/v8/Vehicles/actions/mass_update HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Zoho-oauthtoken {}\r\nContent-Length: {length}\r\n\r\n{body}",
            seed::DEMO_TOKEN
        );
        let start = Instant::now();
        stream.get_mut().write_all(request.as_bytes())?;
        let status = read_answer(&mut stream, &mut answer)?;
        times.push(start.elapsed());
        if !status.starts_with("HTTP/1.1 200") {
            return Err(format!("expected success, not {status}").into());
        }
        if call == 0 {
            let Answer::Records(records) = Answer::read(Endpoint::MassUpdate, &answer) else {
                return Err("expected an entry a record".into());
            };
            if records.len() != 500 || !records.iter().all(massup_model::Outcome::is_success) {
                return Err("expected 500 records to be updated".into());
            }
        }
    }
    Ok(times)
}

/// Reads an answer, and gives its first line.
fn read_answer(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> Outcome<String> {
    let (mut status, mut line, mut length) = (String::new(), String::new(), 0);
    stream.read_line(&mut status)?;
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err("the connection ended".into());
        }
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
    }
    body.resize(length, 0);
    stream.read_exact(body)?;
    Ok(status)
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

/// The seconds of processor time that a process has taken, where the system tells.
fn processor_time(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.filter_map(|text| text.parse::<f64>().ok()).sum();
    // Linux counts in hundredths of a second.
    ticks / 100.0
}

/// The most memory that a process has had, where the system tells.
fn memory(child: &Child) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1_024))
}
