//! `massup emulate` as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::session;

/// A server that ends with the test.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it is: `http://127.0.0.1:PORT`.
    pub url: String,
    /// What it said of itself.
    pub said: Value,
}

impl Server {
    /// Starts `massup emulate` on a free port, with more arguments.
    pub fn start(arguments: &[&str]) -> Self {
        Self::started(Command::new(session::binary()), arguments)
    }

    /// As [`start`](Self::start), of a process that may have so many files and connections open.
    pub fn start_with_files(files: usize, arguments: &[&str]) -> Self {
        let mut shell = Command::new("bash");
        let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
        shell.args(["-c", &script]).arg(session::binary());
        Self::started(shell, arguments)
    }

    fn started(mut command: Command, arguments: &[&str]) -> Self {
        let mut process = command
            .args(["emulate", "--format", "json", "--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("massup starts");
        let mut line = String::new();
        let out = process.stdout.as_mut().expect("an output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let words = ["emulate", "--format", "json"].map(str::to_owned);
        crate::held::hold(&words, line.as_bytes()).expect("it has a schema");
        let said: Value = serde_json::from_str(&line).expect("a line of JSON");
        let url = said["url"].as_str().expect("an address").to_owned();
        Self { process, url, said }
    }

    /// Status and body of an answer; `None` where the connection ended without one.
    pub fn call(&self, method: &str, path: &str, body: &str) -> Option<(u16, Value)> {
        let host = self.url.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(host).ok()?;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\
             Authorization: Zoho-oauthtoken 1000.demo\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or_default()))
    }

    /// Ends the process at once, whatever it does.
    pub fn kill(mut self) {
        self.process.kill().expect("the process is there");
        self.process.wait().expect("the process ends");
    }

    /// Asks the process to end, as Ctrl-C does, and gives its exit code.
    pub fn interrupt(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        let asked = Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
        assert!(asked.success());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.process.try_wait().expect("a status") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the process goes on");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
