//! The emulator under load: 50 clients that send calls of 500 ids at the same time, a job of 50,000
//! records, and the memory and processor time that this takes.
//! `cargo bench -p massup-benches --bench load`
//!
//! The server is a process of its own, this program started anew, so that what it takes can be told. With
//! `MASSUP_BENCH_AGAINST=PROGRAM` another build of this program serves in turns with this one, and the ratio
//! of the medians is printed. With `-- --hold`, 200 clients send calls for a minute, and 3,000 clients do not read
//! their answers; that takes as many file descriptors (`ulimit -n 8192`).
#![expect(clippy::print_stdout, reason = "figures are printed")]

mod hold;
mod served;

use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use massup_emulator::seed;
use massup_model::response::{Answer, JobState};
use massup_model::{ApiVersion, Request, Selection, ViewId, catalogue::Endpoint};
use massup_transport::http::{Http, Settings};
use massup_transport::{BaseUrl, Call, Credentials, Transport as _};
use serde_json::json;

use hold::Hold;
use served::{SERVE, Served, memory, processor_time};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How much is done: all of it, or just enough to see that it works.
#[derive(Clone, Copy)]
struct Size {
    clients: u64,
    calls: usize,
    records: u64,
}

fn main() -> Outcome<()> {
    if let Ok(what) = std::env::var(SERVE) {
        return served::serve(&what);
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
    let kept = [("in memory", ""), ("in a file", file.as_str())];
    if std::env::args().any(|argument| argument == "--hold") {
        let hold = if once {
            Hold { size, time: Duration::from_secs(1), slow: 10 }
        } else {
            Hold { size: Size { clients: 200, ..size }, time: Duration::from_mins(1), slow: 3_000 }
        };
        for (name, file) in kept {
            println!("the organisation is kept {name}");
            hold::measure(hold, &own, file)?;
        }
        return Ok(());
    }
    for (name, file) in kept {
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

/// The time within which so many of 100 calls were answered; the times are in order.
fn at(times: &[Duration], part: usize) -> Duration {
    let place = (times.len() * part / 100).min(times.len().saturating_sub(1));
    times.get(place).copied().unwrap_or_default()
}

/// The id of a record.
fn first(record: u64) -> u64 {
    7_000_000_000_000 + record
}

/// The calls a second, and the milliseconds of processor time that the server takes for each.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn measure(size: Size, program: &Path, file: &str) -> Outcome<(f64, f64)> {
    let served = Served::start(program, size.records, file)?;
    let (child, address) = (&served.child, &served.address);
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
    let rate = times.len() as f64 / took.as_secs_f64();
    println!(
        "    {} calls of 500 ids by {} clients: {rate:.1} a second; half within {:.0?}, 99 of 100 within {:.0?}; \
         {cost:.2} ms of processor time a call",
        times.len(),
        size.clients,
        at(&times, 50),
        at(&times, 99),
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
    let (mut times, mut answer) = (Vec::new(), Vec::new());
    for call in 0..size.calls {
        let request = request(address, client, call, size);
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

/// A call that updates 500 records of a client.
fn request(address: &str, client: u64, call: usize, size: Size) -> String {
    let from = client * 500 % (size.records - 499);
    let ids: Vec<String> = (from..from + 500).map(|n| first(n).to_string()).collect();
    let body = json!({ "data": [{ "Mileage": call }], "ids": ids }).to_string();
    let length = body.len();
    format!(
        "POST /crm/v8/Vehicles/actions/mass_update HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Zoho-oauthtoken {}\r\nContent-Length: {length}\r\n\r\n{body}",
        seed::DEMO_TOKEN
    )
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
