use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{id, seed_of};
use crate::server::Server;
use crate::{Clock, Emulator};

/// A server that stops with the test.
struct Running {
    address: SocketAddr,
    token: String,
    emulator: Arc<Emulator>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    fn start() -> Self {
        let emulator = Arc::new(Emulator::of(&seed_of(20, 1_250)).unwrap());
        emulator.set_clock(Clock::System { ahead: 0 });
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let shared = Arc::clone(&emulator);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::bind(shared, ([127, 0, 0, 1], 0).into()).await.unwrap();
                let token = server.control_token().to_owned();
                tell.send((server.address().unwrap(), token)).unwrap();
                server.run(async { drop(stopped.await) }).await;
            });
        });
        let (address, token) = told.recv().unwrap();
        Self { address, token, emulator, stop: Some(stop), thread: Some(thread) }
    }

    /// Status, headers and body of an answer; `None` where the connection ended without one.
    fn call(&self, method: &str, path: &str, body: &str) -> Option<(u16, String, Value)> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n\
             Authorization: Zoho-oauthtoken 1000.demo\r\n\r\n{body}",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, head.to_lowercase(), serde_json::from_str(body).unwrap_or_default()))
    }

    fn update(&self, city: &str) -> Option<(u16, String, Value)> {
        let body = json!({ "data": [{ "City": city }], "ids": [id(0, 0)] }).to_string();
        self.call("POST", "/crm/v8/Leads/actions/mass_update", &body)
    }

    fn city(&self) -> Value {
        self.emulator.record("Leads", id(0, 0)).unwrap().unwrap().data["City"].clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

#[test]
fn a_client_sees_what_the_library_says() {
    let server = Running::start();
    let (status, head, body) = server.update("Chennai").unwrap();
    assert_eq!((status, &body["data"][0]["code"]), (200, &json!("SUCCESS")));
    assert!(head.contains("content-type: application/json"));
    let (status, _, body) = server.call("GET", "/crm/v8/Leads/actions/mass_update", "").unwrap();
    assert_eq!((status, &body["code"]), (400, &json!("MANDATORY_NOT_FOUND")));
    let (status, head, _) = server.call("GET", "/", "").unwrap();
    assert!(status == 200 && head.contains("text/html"));
}

#[test]
fn jobs_run_in_the_background() {
    let server = Running::start();
    let view = super::view(&server.emulator, "Vehicles", "First 999");
    let body = json!({ "data": [{ "Fuel": "Diesel" }], "cvid": view }).to_string();
    let path = "/crm/v8/Vehicles/actions/mass_update";
    let (_, _, scheduled) = server.call("POST", path, &body).unwrap();
    let job = scheduled["data"][0]["details"]["job_id"].as_str().unwrap().to_owned();
    let began = Instant::now();
    loop {
        let (_, _, status) = server.call("GET", &format!("{path}?job_id={job}"), "").unwrap();
        if status["data"][0]["Status"] == "COMPLETED" {
            break;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "{status}");
    }
}

#[test]
fn dropped_connections_say_nothing_of_what_was_done() {
    let server = Running::start();
    assert!(server.update("before").is_some());
    server.emulator.configure(|settings| settings.faults.drops_before = 1);
    assert_eq!(server.update("lost"), None);
    assert_eq!(server.city(), "before");
    server.emulator.configure(|settings| settings.faults.drops_after = 1);
    assert_eq!(server.update("done"), None);
    assert_eq!(server.city(), "done");
    server.emulator.configure(|settings| settings.faults.errors_after = 1);
    assert_eq!(server.update("done too").unwrap().0, 500);
    assert_eq!(server.city(), "done too");
    assert_eq!(server.update("well").unwrap().0, 200);
}

#[test]
fn more_calls_at_once_than_the_edition_allows_are_refused() {
    let server = Running::start();
    server.emulator.configure(|settings| {
        settings.concurrency = Some(2);
        settings.faults.latency_ms = 300;
    });
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6).map(|_| scope.spawn(|| server.update("x").unwrap().0)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 200).count() <= 2, "{statuses:?}");
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(server.update("y").unwrap().0, 200);
}

#[test]
fn the_control_endpoint_steers() {
    let server = Running::start();
    let change = r#"{"faults":{"too_many_requests":1}}"#;
    let (_, _, settings) = server.call("PATCH", "/__emulator/settings", change).unwrap();
    assert_eq!(settings["faults"]["too_many_requests"], 1);
    assert_eq!(server.update("x").unwrap().0, 429);
    assert_eq!(server.update("x").unwrap().0, 200);

    let (_, _, before) = server.call("GET", "/__emulator/clock", "").unwrap();
    let (_, _, after) = server.call("POST", "/__emulator/clock", r#"{"advance":86400}"#).unwrap();
    assert!(after["now"].as_i64().unwrap() >= before["now"].as_i64().unwrap() + 86_400);

    let state = format!("/__emulator/records/Leads/{}/state", id(0, 0));
    assert_eq!(server.call("PUT", &state, r#""locked""#).unwrap().0, 200);
    assert_eq!(server.update("x").unwrap().2["data"][0]["code"], "RECORD_LOCKED");
    for page in ["modules", "records?module=Leads", "jobs", "automations", "calls"] {
        let (status, _, body) = server.call("GET", &format!("/__emulator/{page}"), "").unwrap();
        assert!(status == 200 && body.is_object(), "{page}");
    }
    assert_eq!(server.call("PATCH", "/__emulator/settings", r#"{"x":1}"#).unwrap().0, 400);
    assert_eq!(server.call("GET", "/__emulator/nothing", "").unwrap().0, 404);
    let import = r#"{"modules":[{"api_name":"Leads"},{"api_name":"Leads"}]}"#;
    assert_eq!(server.call("POST", "/__emulator/import", import).unwrap().0, 400);
}

fn with_headers(server: &Running, path: &str, host: &str, headers: &str) -> String {
    let sent = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
    raw(server, sent.as_bytes(), false).unwrap()
}

#[test]
fn another_host_is_refused() {
    let server = Running::start();
    let own = server.address.to_string();
    for (host, status) in [
        (own.as_str(), "401"),
        ("localhost", "401"),
        ("evil.example", "421"),
        ("localhost.evil.example", "421"),
    ] {
        let answer = with_headers(&server, "/crm/v8/org", host, "");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host}: {answer}");
    }
    let answer = with_headers(&server, "/__emulator/jobs", "evil.example", "");
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}

#[test]
fn pages_of_other_sites_neither_read_nor_steer() {
    let server = Running::start();
    let own = server.address.to_string();
    for headers in ["Origin: http://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        let answer = with_headers(&server, "/__emulator/organisation", &own, headers);
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    let origin = format!("Origin: http://{own}\r\nSec-Fetch-Site: same-origin\r\n");
    let answer = with_headers(&server, "/__emulator/jobs", &own, &origin);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn secrets_are_shown_with_the_control_token_only() {
    let server = Running::start();
    let own = server.address.to_string();
    let without = with_headers(&server, "/__emulator/organisation", &own, "");
    for secret in ["1000.demo", "1000.refresh", "1000.grant", "\"secret\""] {
        assert!(!without.contains(secret), "{secret}");
    }
    let token = format!("X-Emulator-Token: {}\r\n", server.token);
    let with = with_headers(&server, "/__emulator/organisation", &own, &token);
    assert!(with.contains("1000.demo") && with.contains("1000.refresh"));
}

#[test]
fn the_page_lets_a_browser_load_nothing_else() {
    let server = Running::start();
    let own = server.address.to_string();
    for path in ["/", "/page.js", "/page.css", "/__emulator/jobs"] {
        let answer = with_headers(&server, path, &own, "").to_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{path}: {answer}");
        assert!(answer.contains("content-security-policy: default-src 'none'"), "{path}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{path}");
    }
}

/// A client that asks for more and more and reads nothing is cut off, and what it held is free again.
#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let server = Running::start();
    server.emulator.configure(|settings| settings.read_timeout_ms = 500);
    let call = format!(
        "GET /crm/v8/Vehicles HTTP/1.1\r\nHost: {}\r\nAuthorization: Zoho-oauthtoken 1000.demo\r\n\r\n",
        server.address
    );
    let calls = call.repeat(400);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(calls.as_bytes()).unwrap();
    let began = Instant::now();
    // A closed connection takes no more.
    while stream.write_all(b"G").is_ok() {
        assert!(began.elapsed() < Duration::from_mins(2), "the server waits without end");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.update("Chennai").unwrap().0, 200);
}

/// What a client of the raw socket gets; `None` where nothing came before it was cut off.
fn raw(server: &Running, sent: &[u8], close: bool) -> Option<String> {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server that has enough may close while it is still being told.
    let _ = stream.write_all(sent);
    if close {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers or closes");
    (!answer.is_empty()).then(|| String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_client_that_does_not_go_on_is_cut_off() {
    let server = Running::start();
    server.emulator.configure(|settings| settings.read_timeout_ms = 300);
    let head = "POST /crm/v8/Leads/actions/mass_update HTTP/1.1\r\nHost: localhost\r\n";
    for sent in [head.to_owned(), format!("{head}Content-Length: 100\r\n\r\n{{}}"), String::new()] {
        let answer = raw(&server, sent.as_bytes(), false);
        assert!(answer.as_deref().is_none_or(|a| a.starts_with("HTTP/1.1 408")), "{answer:?}");
    }
    assert_eq!(server.update("Chennai").unwrap().0, 200);
}

#[test]
fn a_body_is_not_taken_without_end() {
    let server = Running::start();
    let head = "POST /crm/v8/Leads/actions/mass_update HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let sent = format!("{head}Content-Length: 99999999999\r\n\r\n");
    assert!(raw(&server, sent.as_bytes(), false).unwrap().contains("UNABLE_TO_PARSE_DATA_TYPE"));
    let sent = format!("{head}Content-Length: {0}\r\n\r\n{1}", 9 << 20, " ".repeat(9 << 20));
    assert!(raw(&server, sent.as_bytes(), false).is_none_or(|a| a.starts_with("HTTP/1.1 400")));
    assert_eq!(server.update("Chennai").unwrap().0, 200);
}

#[test]
fn who_closes_his_half_still_gets_the_answer() {
    let server = Running::start();
    let sent = "GET /crm/v8/org HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(&server, sent.as_bytes(), true).unwrap().contains("AUTHENTICATION_FAILURE"));
}
