//! Any calls to the emulator: an answer to each, which is what it says it is, and trying one out changes nothing.

use std::cell::RefCell;
use std::sync::LazyLock;

use massup_emulator::metadata::Description;
use massup_emulator::{Emulator, Request, seed};
use serde_json::Value;

/// Enough records for every state, and few enough to begin anew for each input.
const RECORDS: usize = 12;

/// How many calls of an input are made.
const CALLS: usize = 8;

thread_local! {
    static EMULATOR: RefCell<Emulator> = RefCell::new(fresh());
}

static ORGANISATION: LazyLock<Description> = LazyLock::new(|| {
    let mut description = seed::organisation();
    description.modules.retain(|module| ["Leads", "Deals"].contains(&module.api_name.as_str()));
    for module in &mut description.modules {
        module.records.truncate(RECORDS);
    }
    description
});

fn fresh() -> Emulator {
    Emulator::of(&ORGANISATION).unwrap()
}

/// A call as text: `METHOD PATH`, headers a line each, an empty line and the body.
fn request(text: &[u8]) -> Request {
    let text = String::from_utf8_lossy(text);
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let (method, path) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or(("GET", "/"));
    let mut request = Request::new(method, path).with_body(body);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name == "Token" {
            request = request.with_token(value);
        } else {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    request
}

/// Calls are separated by a line `---`.
fn requests(bytes: &[u8]) -> Vec<Request> {
    const END: &[u8] = b"\n---\n";
    let (mut rest, mut found) = (bytes, Vec::new());
    while found.len() < CALLS {
        let Some(at) = rest.windows(END.len()).position(|window| window == END) else { break };
        found.push(request(&rest[..at]));
        rest = &rest[at + END.len()..];
    }
    found.push(request(rest));
    found
}

pub(crate) fn target(bytes: &[u8]) {
    EMULATOR.with_borrow_mut(|emulator| {
        let mut changed = false;
        for request in requests(bytes) {
            let is_call = request.path.starts_with("/crm/");
            let tried = is_call.then(|| emulator.try_out(&request));
            let reply = emulator.handle(&request);
            assert!((100..600).contains(&reply.status), "{}", reply.status);
            assert_ne!(reply.refusal, Some(massup_emulator::Refusal::Internal), "{request:?}");
            let is_json = reply.header("content-type").is_some_and(|kind| kind.contains("json"));
            if is_json && reply.status != 204 {
                assert!(serde_json::from_slice::<Value>(&reply.body).is_ok());
            }
            for (name, value) in &reply.headers {
                assert!(!value.contains(['\r', '\n']), "{name}: {value:?}");
            }
            if let Some(tried) = tried {
                assert_eq!(tried.status, reply.status, "{request:?}");
                assert_eq!(tried.refusal, reply.refusal, "{request:?}");
            }
            let writes = request.method != "GET";
            // What is refused is only logged.
            changed |= writes && reply.status < 400;
            if writes {
                emulator.run_jobs().unwrap();
            }
        }
        if changed {
            *emulator = fresh();
        }
    });
}
