//! Load that lasts: clients that send call after call for a minute, and clients that do not read their answers.

use std::io::{BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::served::{Served, memory};
use crate::{Outcome, Size, at, read_answer, request};

/// How much is done.
#[derive(Clone, Copy)]
pub(crate) struct Hold {
    pub(crate) size: Size,
    /// How long calls are sent.
    pub(crate) time: Duration,
    /// The clients that do not read.
    pub(crate) slow: u64,
}

/// How long a client waits for an answer, as HTTP clients do by default.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends calls for some time, then many that nobody reads the answers of; prints the figures.
pub(crate) fn measure(hold: Hold, program: &Path, file: &str) -> Outcome<()> {
    let served = Served::start(program, hold.size.records, file)?;
    let end = Instant::now() + hold.time;
    let clients: Vec<_> = (0..hold.size.clients)
        .map(|client| {
            let address = served.address.clone();
            thread::spawn(move || client_until(end, &address, client, hold.size))
        })
        .collect();
    let (mut times, mut errors) = (Vec::new(), Vec::new());
    for client in clients {
        let (took, failed) = client.join().map_err(|_| "a client panicked")?;
        times.extend(took);
        errors.extend(failed);
    }
    times.sort_unstable();
    println!(
        "  {} clients for {:.0?}: {} calls of 500 ids; half within {:.0?}, 99 of 100 within {:.0?}, all within {:.0?}; \
         {} errors; at most {} of memory",
        hold.size.clients,
        hold.time,
        times.len(),
        at(&times, 50),
        at(&times, 99),
        at(&times, 100),
        errors.len(),
        memory(&served.child)
    );
    if let Some(first) = errors.first() {
        println!("  the first error: {first}");
    }

    // The connections stay open to the end of the function.
    let mut open = Vec::new();
    for client in 0..hold.slow {
        let mut stream = TcpStream::connect(&served.address)?;
        stream.write_all(request(&served.address, client, 0, hold.size).as_bytes())?;
        open.push(stream);
    }
    let start = Instant::now();
    let mut stream = connect(&served.address)?;
    send(&mut stream, &request(&served.address, 0, 1, hold.size), &mut Vec::new())?;
    println!(
        "  {} clients that do not read: the answer to another client after {:.1?}; at most {} of memory",
        open.len(),
        start.elapsed(),
        memory(&served.child)
    );
    Ok(())
}

/// The times of the calls that were answered, and what went wrong with the others.
fn client_until(
    end: Instant,
    address: &str,
    client: u64,
    size: Size,
) -> (Vec<Duration>, Vec<String>) {
    let (mut times, mut errors, mut answer) = (Vec::new(), Vec::new(), Vec::new());
    let mut stream = None;
    for call in 0.. {
        let start = Instant::now();
        if start >= end {
            break;
        }
        let text = request(address, client, call, size);
        let sent = match stream.take() {
            Some(stream) => Ok(stream),
            None => connect(address),
        }
        .and_then(|mut open| {
            send(&mut open, &text, &mut answer)?;
            Ok(open)
        });
        match sent {
            Ok(open) => {
                times.push(start.elapsed());
                stream = Some(open);
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    (times, errors)
}

fn connect(address: &str) -> Outcome<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::new(stream))
}

fn send(stream: &mut BufReader<TcpStream>, request: &str, answer: &mut Vec<u8>) -> Outcome<()> {
    stream.get_mut().write_all(request.as_bytes())?;
    let status = read_answer(stream, answer)?;
    if status.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(format!("expected success, not {status}").into())
    }
}
