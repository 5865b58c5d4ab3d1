//! How long the language server takes from a keystroke to its findings, in a body with 500 ids, and to offer what can
//! be written.
//!
//! `cargo bench -p massup-benches --bench keystroke`

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may fail")]

use std::time::{Duration, Instant};

use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};

const URI: &str = "file:///keystroke/a.json";

/// Fields, options and views to offer.
const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/snapshot");

fn main() {
    let strokes = if std::env::args().any(|argument| argument == "--test") { 5 } else { 500 };
    let (server, client) = Connection::memory();
    let running = std::thread::spawn(move || massup_lsp::serve(&server).is_err());
    let note = |method: &str, parameters: Value| {
        client.sender.send(Notification::new(method.to_owned(), parameters).into()).unwrap();
    };
    let ask = |id: i32, method: &str, parameters: Value| {
        client.sender.send(Request::new(id.into(), method.to_owned(), parameters).into()).unwrap();
    };
    let published = || loop {
        if let Message::Notification(note) = client.receiver.recv().unwrap()
            && note.method == "textDocument/publishDiagnostics"
        {
            return;
        }
    };
    let answered = || loop {
        if let Message::Response(_) = client.receiver.recv().unwrap() {
            return;
        }
    };
    ask(
        0,
        "initialize",
        json!({
            "capabilities": {},
            "initializationOptions": { "module": "Leads", "snapshot": SNAPSHOT },
        }),
    );
    answered();
    note("initialized", json!({}));

    // One id is there twice, so that every list of findings is sent.
    let ids: Vec<_> =
        (0..499).map(|n| format!("    \"{}\"", 554_023_000_000_497_000_u64 + n)).collect();
    let first = "    \"554023000000497000\"";
    let text = format!(
        "{{\n  \"data\": [{{ \"City\": \"\" }}],\n  \"ids\": [\n{first},\n{}\n  ]\n}}\n",
        ids.join(",\n")
    );
    note(
        "textDocument/didOpen",
        json!({
            "textDocument": { "uri": URI, "languageId": "json", "version": 0, "text": text },
        }),
    );
    published();

    let (mut typed, mut completed) = (Vec::new(), Vec::new());
    for stroke in 0..strokes {
        // Typed into the value of the field, and removed again after 40 letters.
        let column = 22 + stroke % 40;
        let (end, letter) = if stroke % 40 == 39 { (column, "") } else { (22 + stroke % 40, "x") };
        let start = if letter.is_empty() { 22 } else { column };
        let range = json!({
            "start": { "line": 1, "character": start }, "end": { "line": 1, "character": end },
        });
        let begun = Instant::now();
        note(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": URI, "version": stroke + 1 },
                "contentChanges": [{ "range": range, "text": letter }],
            }),
        );
        published();
        typed.push(begun.elapsed());
        let begun = Instant::now();
        ask(
            stroke + 1,
            "textDocument/completion",
            json!({
                "textDocument": { "uri": URI }, "position": { "line": 1, "character": 13 },
            }),
        );
        answered();
        completed.push(begun.elapsed());
    }
    drop(client);
    assert!(running.join().unwrap(), "the connection was closed");
    println!("{} bytes, 500 ids, {strokes} keystrokes", text.len());
    println!("keystroke to findings: {}", figures(typed));
    println!("completion:            {}", figures(completed));
}

fn figures(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    format!("median {:?}, 99 of 100 within {:?}", at(50), at(99))
}
