//! How long a run takes compared with the ideal, how much memory, and how large its journal is, against a server
//! that answers each call after a while: `cargo run --release -p massup-executor --features sqlite
//! --example load -- RECORDS MILLISECONDS CONCURRENCY`.

#![expect(clippy::print_stdout, reason = "it shows its figures")]

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::time::{Duration, Instant};

use massup_executor::entry::Identity;
use massup_executor::event::Event;
use massup_executor::sqlite::Sqlite;
use massup_executor::{Options, Run};
use massup_model::{ApiVersion, RecordId, limits};
use massup_planner::{Plan, file};
use massup_transport::{Call, Failure, Response, Transport};
use serde::Deserialize;

/// A server whose answer, that every record was updated, arrives this long after the call.
struct Server(Duration);

#[derive(Deserialize)]
struct Body<'b> {
    #[serde(borrow)]
    ids: Vec<&'b str>,
}

impl Transport for Server {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let called = Instant::now();
        let body: Body<'_> = serde_json::from_str(call.body().unwrap_or_default())
            .map_err(|error| Failure::Unsendable(error.into()))?;
        let mut answer = String::from("{\"data\":[");
        for (place, id) in body.ids.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            answer += &format!(
                "{comma}{{\"code\":\"SUCCESS\",\"details\":{{\"Modified_Time\":\"2026-06-01T00:00:00+00:00\",\
                 \"id\":\"{id}\"}},\"message\":\"record updated\",\"status\":\"success\"}}"
            );
        }
        answer += "]}";
        std::thread::sleep(self.0.saturating_sub(called.elapsed()));
        Ok(Response::new(200, answer))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> =
        std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let [records, milliseconds, concurrency] = numbers[..] else {
        return Err("expected RECORDS MILLISECONDS CONCURRENCY".into());
    };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.plan.jsonl");
    let fields = vec![("City".to_owned(), "Chennai".into())];
    let plan = Plan::new(ApiVersion::V8, "Leads", fields, None)?;
    let ids = (0..records).filter_map(|n| RecordId::from_number(5_725_767_000_000_000_000 + n * 7));
    file::write(BufWriter::new(File::create(&path)?), plan.calls(ids.map(Ok)))?;
    let (_, footer) = file::verify(BufReader::new(File::open(&path)?))?;

    let identity = Identity {
        plan: footer.digest,
        organisation: "1".to_owned(),
        api_version: ApiVersion::V8,
        module: "Leads".to_owned(),
    };
    let journal_path = folder.path().join("a.journal");
    let mut journal = Sqlite::open(&journal_path, &identity)?;
    let concurrency = usize::try_from(concurrency)?;
    let options = Options { backup: None, concurrency, ..Options::default() };
    let latency = Duration::from_millis(milliseconds);
    let steps = file::Reader::new(BufReader::new(File::open(&path)?))?;
    let start = Instant::now();
    let outcome =
        Run::new(options).apply(steps, &Server(latency), &mut journal, &mut |_: &Event| {})?;
    let took = start.elapsed();
    drop(journal);
    let calls = records.div_ceil(limits::MAX_IDS as u64);
    let rounds = u32::try_from(calls.div_ceil(concurrency as u64))?;
    let ideal = latency * rounds;
    println!("{} records, {calls} calls, {concurrency} at a time", outcome.totals.updated);
    println!(
        "took {took:.2?}; ideal {ideal:.2?}, {:.2} times",
        took.as_secs_f64() / ideal.as_secs_f64()
    );
    println!("journal {} KiB", std::fs::metadata(&journal_path)?.len() / 1024);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("{peak}");
    Ok(())
}
