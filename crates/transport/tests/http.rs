//! The transport over HTTP against the emulator.
#![cfg(feature = "http")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use massup_emulator::{Clock, Emulator, seed, server};
use massup_model::{ApiVersion, Request, Selection};
use massup_transport::http::{
    Accounts, DeviceAnswer, Http, OauthClient, SendError, Settings, TooLong,
};
use massup_transport::{BaseUrl, Call, Credentials, Failure, Response, Secret, Transport as _};
use serde_json::{Value, json};

struct Running {
    emulator: Arc<Emulator>,
    url: BaseUrl,
}

/// An emulator that serves until the tests end.
fn running() -> Running {
    let mut organisation = seed::organisation();
    for module in &mut organisation.modules {
        module.records.truncate(5);
    }
    let emulator = Arc::new(Emulator::of(&organisation).unwrap());
    emulator.set_clock(Clock::System { ahead: 0 });
    let (tell, told) = channel();
    let shared = Arc::clone(&emulator);
    thread::spawn(move || {
        let announce = |server: &server::Server| {
            tell.send(server.address()?).unwrap();
            Ok(())
        };
        server::serve(shared, ([127, 0, 0, 1], 0).into(), announce, std::future::pending())
            .unwrap();
    });
    let url = address(told.recv().unwrap());
    Running { emulator, url }
}

fn address(address: SocketAddr) -> BaseUrl {
    format!("http://{address}").parse().unwrap()
}

/// An address where nobody listens.
fn nowhere() -> BaseUrl {
    address(TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

fn credentials() -> Credentials {
    let (client_id, client_secret) = seed::DEMO_CLIENT;
    let text = json!({
        "client_id": client_id, "client_secret": client_secret, "refresh_token": seed::DEMO_REFRESH_TOKEN,
    });
    Credentials::parse(&text.to_string()).unwrap()
}

impl Running {
    fn settings(&self) -> Settings {
        Settings::new(self.url.clone(), self.url.clone())
    }

    fn http(&self, credentials: Credentials) -> Http {
        Http::new(self.settings(), credentials)
    }

    /// How many tokens were asked for.
    fn tokens(&self) -> usize {
        let calls =
            self.emulator.handle(&massup_emulator::Request::new("GET", "/__emulator/calls"));
        let is_token = |call: &&Value| call["path"] == "/oauth/v2/token";
        calls.to_json()["calls"].as_array().unwrap().iter().filter(is_token).count()
    }

    fn expire(&self) {
        let path = "/__emulator/tokens/expire";
        assert_eq!(self.emulator.handle(&massup_emulator::Request::new("POST", path)).status, 200);
    }
}

fn modules() -> Call {
    Call::read("/crm/v8/settings/modules", &[]).unwrap()
}

fn update() -> Call {
    let ids = vec!["5725767000001000001".parse().unwrap()];
    let fields = vec![("City".to_owned(), json!("Chennai"))];
    Call::from(&Request::new(ApiVersion::V8, "Leads", fields, Selection::Ids(ids)).unwrap())
}

fn body(answer: &Response) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

#[test]
fn one_token_serves_all_calls_and_one_refresh_all_that_wait() {
    let running = running();
    let http = running.http(credentials());
    assert!(body(&http.send(&modules()).unwrap())["modules"].is_array());
    assert_eq!(body(&http.send(&update()).unwrap())["data"][0]["code"], "SUCCESS");
    assert_eq!(running.tokens(), 1);
    assert!(http.scopes().unwrap().contains(&"ZohoCRM.mass_update.UPDATE".to_owned()));
    running.expire();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(http.send(&modules()).unwrap().status, 200));
        }
    });
    assert_eq!(running.tokens(), 2);
}

#[test]
fn a_token_is_refreshed_before_it_runs_out() {
    let running = running();
    running.emulator.configure(|settings| settings.token_lifetime = 2);
    let http = running.http(credentials());
    http.send(&modules()).unwrap();
    thread::sleep(Duration::from_millis(1_100));
    http.send(&modules()).unwrap();
    assert_eq!(running.tokens(), 2);
    let calls = running.emulator.handle(&massup_emulator::Request::new("GET", "/__emulator/calls"));
    assert!(!calls.to_json().to_string().contains("TokenInvalid"), "none was refused");
}

#[test]
fn a_token_alone_is_used_as_long_as_it_is_good() {
    let running = running();
    let http = running.http(Credentials::of_token(seed::DEMO_TOKEN));
    assert_eq!(http.send(&modules()).unwrap().status, 200);
    let answer = running.http(Credentials::of_token("1000.wrong")).send(&modules()).unwrap();
    assert_eq!((answer.status, body(&answer)["code"].as_str()), (401, Some("INVALID_TOKEN")));
}

#[test]
fn a_refused_refresh_sends_nothing() {
    let running = running();
    let text = r#"{ "client_id": "a", "client_secret": "b", "refresh_token": "c" }"#;
    let failure = running.http(Credentials::parse(text).unwrap()).send(&update()).unwrap_err();
    let Failure::Unsendable(why) = failure else { unreachable!("{failure:?}") };
    let said = why.to_string();
    let (centre, wrong) = (said.find("data centre").unwrap(), said.find("wrong").unwrap());
    assert!(said.contains("answers `invalid_code`") && centre < wrong, "{said}");
}

#[test]
fn the_domain_of_the_token_answer_wins_unless_the_place_is_fixed() {
    let running = running();
    let settings = Settings::new(nowhere(), running.url.clone());
    let http = Http::new(settings.clone(), credentials());
    assert_eq!(http.send(&modules()).unwrap().status, 200);
    assert_eq!(http.api(), running.url);
    let mut fixed = settings;
    fixed.fixed = true;
    let http = Http::new(fixed, credentials());
    let failure = http.send(&modules()).unwrap_err();
    assert!(!failure.is_in_doubt(), "{failure:?}");
}

#[test]
fn a_connection_that_ends_is_in_doubt_and_one_that_was_not_made_is_not() {
    let running = running();
    let http = running.http(Credentials::of_token(seed::DEMO_TOKEN));
    running.emulator.configure(|settings| settings.faults.drops_after = 1);
    assert!(http.send(&update()).unwrap_err().is_in_doubt());
    running.emulator.configure(|settings| settings.faults.drops_before = 1);
    assert!(http.send(&update()).unwrap_err().is_in_doubt());
    let settings = Settings::new(nowhere(), running.url.clone());
    let http = Http::new(settings, Credentials::of_token(seed::DEMO_TOKEN));
    assert!(!http.send(&update()).unwrap_err().is_in_doubt());

    // What takes too long is in doubt as well.
    running.emulator.configure(|settings| settings.faults.answer_latency_ms = 2_000);
    let mut settings = running.settings();
    settings.whole = Duration::from_millis(300);
    let http = Http::new(settings, Credentials::of_token(seed::DEMO_TOKEN));
    assert!(http.send(&update()).unwrap_err().is_in_doubt());
}

/// Answers each connection with a text, and gives what it was sent.
fn answering(text: String) -> (BaseUrl, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = address(listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = tell.send(whole_request(&mut stream));
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    (url, told)
}

/// Reads to the end of the body: a connection that closes with bytes unread takes the answer with it.
fn whole_request(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut said = String::new();
    let mut length = 0;
    while !said.ends_with("\r\n\r\n") {
        let start = said.len();
        assert_ne!(reader.read_line(&mut said).unwrap(), 0, "a request cut short: {said}");
        let line = said[start..].to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.take(length).read_to_string(&mut said).unwrap();
    said
}

#[test]
fn no_redirect_carries_the_token_elsewhere() {
    let (other, seen) =
        answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}".to_owned());
    let moved = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nConnection: close\r\nLocation: {other}/crm/v8/settings/modules\r\nContent-Length: 0\r\n\r\n"
    );
    let (url, _) = answering(moved);
    let http = Http::new(Settings::new(url.clone(), url), Credentials::of_token("1000.x"));
    for call in [modules(), update()] {
        let Failure::Unsendable(why) = http.send(&call).unwrap_err() else { unreachable!() };
        let why = why.downcast::<SendError>().unwrap();
        assert!(matches!(*why, SendError::Redirect(ref host) if host == other.host()), "{why}");
    }
    assert!(seen.try_recv().is_err(), "nothing reached the other host");
}

#[test]
fn headers_of_interest_are_read_and_a_body_cut_short_is_in_doubt() {
    let head =
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nX-API-CREDITS-REMAINING: 12\r\n";
    let (url, seen) =
        answering(format!("{head}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"));
    let http = Http::new(Settings::new(url.clone(), url), Credentials::of_token("1000.x"));
    let answer = http.send(&update()).unwrap();
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(answer.credits_remaining, Some(12));
    let said = seen.recv().unwrap().to_lowercase();
    assert!(said.contains("authorization: zoho-oauthtoken 1000.x"), "{said}");
    assert!(said.contains("content-type: application/json"), "{said}");

    let (url, _) = answering("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"data\":".to_owned());
    let http = Http::new(Settings::new(url.clone(), url), Credentials::of_token("1000.x"));
    assert!(http.send(&update()).unwrap_err().is_in_doubt());
}

/// An answer with a JSON body.
fn answer(status: u16, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[test]
fn no_token_goes_to_a_domain_that_is_not_trusted() {
    let (evil, seen) = answering(answer(200, &json!({})));
    let evil = evil.as_str().replace("http://127.0.0.1", "https://evil.example");
    let token = json!({ "access_token": "1000.x", "api_domain": evil, "expires_in": 3600 });
    let (accounts, _) = answering(answer(200, &token));
    let http = Http::new(Settings::new(nowhere(), accounts), credentials());
    let Failure::Unsendable(why) = http.send(&update()).unwrap_err() else { unreachable!() };
    assert!(matches!(*why.downcast::<SendError>().unwrap(), SendError::UnknownDomain(_)));
    assert!(seen.try_recv().is_err(), "nothing reached the other host");
}

#[test]
fn no_number_of_a_token_answer_is_too_large() {
    for expires_in in [json!(u64::MAX), json!(0), json!(-1), json!(1e300), json!("never")] {
        let running = running();
        let token = json!({ "access_token": seed::DEMO_TOKEN, "expires_in": expires_in });
        let (accounts, _) = answering(answer(200, &token));
        let http = Http::new(Settings::new(running.url, accounts), credentials());
        assert_eq!(http.send(&modules()).unwrap().status, 200, "{expires_in}");
    }
}

#[test]
fn an_answer_that_repeats_the_token_is_given_without_it() {
    let token = "1000.f00df00df00d.cafe";
    let body = json!({ "code": "INVALID_TOKEN", "message": format!("bad {token}, {token}") });
    let (url, _) = answering(answer(401, &body));
    let http = Http::new(Settings::new(url.clone(), url), Credentials::of_token(token));
    let shown = String::from_utf8(http.send(&modules()).unwrap().body).unwrap();
    assert!(shown.contains("bad …, …") && !shown.contains("f00d"), "{shown}");
}

#[test]
fn a_long_answer_is_cut_off_and_a_packed_one_is_not_unpacked() {
    let (url, _) = answering(answer(200, &json!({ "modules": "x".repeat(2_000) })));
    let mut settings = Settings::new(url.clone(), url);
    settings.max_answer = 1_000;
    let http = Http::new(settings, Credentials::of_token("1000.x"));
    let failure = http.send(&modules()).unwrap_err();
    let Failure::InDoubt(why) = failure else { unreachable!("{failure:?}") };
    assert!(why.is::<TooLong>(), "{why}");

    let head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 4";
    let (url, seen) = answering(format!("{head}\r\n\r\n\u{1f}abc"));
    let http = Http::new(Settings::new(url.clone(), url), Credentials::of_token("1000.x"));
    assert_eq!(http.send(&modules()).unwrap().body, b"\x1fabc");
    assert!(!seen.recv().unwrap().to_lowercase().contains("accept-encoding: gzip"));
}

#[test]
fn a_name_that_is_not_known_leaves_a_call_unsent() {
    let url: BaseUrl = "https://massup.invalid".parse().unwrap();
    let http = Http::new(Settings::new(url.clone(), url), Credentials::of_token("1000.x"));
    let failure = http.send(&update()).unwrap_err();
    let Failure::NotSent(why) = failure else { unreachable!("{failure:?}") };
    assert!(why.to_string().contains("massup.invalid"), "{why}");
}

#[test]
fn an_accounts_server_is_asked_again_only_where_that_may_help() {
    let refused = |status, error: &str| {
        let (accounts, _) = answering(answer(status, &json!({ "error": error })));
        Http::new(Settings::new(nowhere(), accounts), credentials()).send(&update()).unwrap_err()
    };
    for (status, error, again) in [
        (200, "invalid_code", false),
        (400, "invalid_client", false),
        (200, "Access Denied", true),
        (503, "busy", true),
    ] {
        let failure = refused(status, error);
        assert_eq!(matches!(failure, Failure::NotSent(_)), again, "{error}: {failure:?}");
    }
    // A server that repeats what it was sent tells no log about it.
    let echo = refused(200, "bad 1000.refresh of 1000.client with secret\u{1b}[2J");
    let shown = format!("{echo:?}");
    assert!(shown.contains("bad … of … with …"), "{shown}");
    assert!(!shown.contains("1000.") && !shown.contains('\u{1b}'), "{shown}");
}

fn client() -> OauthClient {
    OauthClient { id: Secret::new("1000.client"), secret: Secret::new("hush-hush-secret") }
}

#[test]
fn a_device_waits_moves_to_another_data_centre_or_is_refused() {
    let codes = json!({
        "device_code": "1000.hush-device", "user_code": "ABCD", "verification_url": "https://accounts.zoho.com/device",
        "interval": 30_000, "expires_in": 300_000,
    });
    let accounts = |body: &Value| {
        let (url, seen) = answering(answer(200, body));
        (Accounts::new(&Settings::new(nowhere(), url)), seen)
    };
    let (begin, seen) = accounts(&codes);
    let code = begin.device_code(&client(), &["ZohoCRM.org.READ", "ZohoCRM.users.READ"]).unwrap();
    // Some answers are in milliseconds.
    assert_eq!((code.interval.as_secs(), code.lifetime.as_secs()), (30, 300));
    let asked = seen.recv().unwrap();
    assert!(asked.contains("scope=ZohoCRM.org.READ%2CZohoCRM.users.READ"), "{asked}");
    assert!(!asked.contains("hush"), "the secret is not needed yet: {asked}");

    let poll = |body: Value| accounts(&body).0.device_token(&client(), &code);
    for word in ["authorization_pending", "slow_down"] {
        assert_eq!(poll(json!({ "error": word })).unwrap(), DeviceAnswer::Pending, "{word}");
    }
    let moved = poll(json!({ "error": "other_dc", "user_location": "EU" })).unwrap();
    assert_eq!(moved, DeviceAnswer::OtherDataCentre("eu".to_owned()));
    for word in ["access_denied", "expired", "1000.hush-device of hush-hush-secret"] {
        let failure = poll(json!({ "error": word })).unwrap_err();
        assert!(matches!(failure, Failure::Unsendable(_)), "{failure:?}");
        assert!(!format!("{failure:?}").contains("hush"), "{failure:?}");
    }
    let token = poll(json!({ "access_token": "1000.x", "refresh_token": "1000.y" })).unwrap();
    assert!(matches!(token, DeviceAnswer::Token(token) if token.refresh_token.is_some()));
}

#[test]
fn a_token_that_is_not_revoked_is_reported() {
    for (status, body, again) in [
        (400, json!({ "error": "invalid_token" }), false),
        (200, json!({ "status": "error", "message": "no" }), false),
        (500, json!({}), true),
    ] {
        let (url, _) = answering(answer(status, &body));
        let accounts = Accounts::new(&Settings::new(nowhere(), url));
        let failure = accounts.revoke(&Secret::new("1000.refresh")).unwrap_err();
        assert_eq!(matches!(failure, Failure::NotSent(_)), again, "{failure:?}");
    }
    let (url, seen) = answering(answer(200, &json!({ "status": "success" })));
    Accounts::new(&Settings::new(nowhere(), url)).revoke(&Secret::new("1000.refresh")).unwrap();
    assert!(seen.recv().unwrap().contains("token=1000.refresh"));
}

#[test]
fn a_first_token_for_an_unknown_domain_is_not_used() {
    let body = json!({ "access_token": "1000.x", "api_domain": "https://www.zohoapis.ae" });
    let (url, _) = answering(answer(200, &body));
    let settings = Settings::new(nowhere(), url);
    let token = Accounts::new(&settings).exchange(&client(), &Secret::new("1000.code")).unwrap();
    let failure = Http::with_token(settings.clone(), None, token.clone()).unwrap_err();
    assert!(matches!(failure, Failure::Unsendable(_)), "{failure:?}");
    let mut fixed = settings;
    fixed.fixed = true;
    assert!(Http::with_token(fixed, None, token).is_ok());
}

#[test]
fn no_secret_is_shown() {
    let running = running();
    let http = running.http(credentials());
    http.send(&modules()).unwrap();
    let shown = format!("{http:?}");
    for secret in [seed::DEMO_CLIENT.0, seed::DEMO_REFRESH_TOKEN, "\"secret\"", "1000."] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
