//! A client of the language server: it starts `massup lsp` and talks to it as an editor does.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::session::binary;

/// A running server, and what it has published.
#[derive(Debug)]
pub struct LanguageClient {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: i64,
    version: i64,
    /// What the server has sent that nobody has asked for yet.
    waiting: Vec<Value>,
    /// What the server can do.
    pub capabilities: Value,
    folder: PathBuf,
}

#[expect(clippy::needless_pass_by_value, reason = "tests write `json!(…)` in the call")]
impl LanguageClient {
    /// Starts the server in a folder, for a client with these capabilities.
    #[track_caller]
    pub fn start(folder: &Path, capabilities: Value, options: Value) -> Self {
        let mut server = Command::new(binary())
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = server.stdin.take().expect("standard input");
        let output = BufReader::new(server.stdout.take().expect("standard output"));
        let (next_id, version) = (0, 0);
        let (waiting, folder) = (Vec::new(), folder.to_owned());
        let mut client =
            Self { server, input, output, next_id, version, waiting, capabilities, folder };
        let root = json!([{ "uri": client.uri(""), "name": "root" }]);
        let parameters = json!({
            "processId": null, "rootUri": null, "workspaceFolders": root,
            "capabilities": client.capabilities, "initializationOptions": options,
        });
        client.capabilities = client.request("initialize", parameters)["capabilities"].take();
        client.notify("initialized", json!({}));
        client
    }

    /// The URI of a file of the folder.
    pub fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.folder.display()).trim_end_matches('/').to_owned()
    }

    /// Sends a message as it is.
    pub fn send(&mut self, message: &str) {
        let sent = write!(self.input, "Content-Length: {}\r\n\r\n{message}", message.len());
        sent.and_then(|()| self.input.flush()).expect("the server reads");
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, parameters: Value) {
        let note = json!({ "jsonrpc": "2.0", "method": method, "params": parameters });
        self.send(&note.to_string());
    }

    /// The next message of the server.
    #[track_caller]
    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).expect("the server writes"), 0, "it ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().expect("a number"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a whole message");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// The whole answer to a request, an error too.
    #[track_caller]
    pub fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters });
        self.send(&request.to_string());
        loop {
            let message = self.receive();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.waiting.push(message);
        }
    }

    /// The result of a request.
    #[track_caller]
    pub fn request(&mut self, method: &str, parameters: Value) -> Value {
        let mut answer = self.ask(method, parameters);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// The next message of the server with a method.
    #[track_caller]
    pub fn wait_for(&mut self, method: &str) -> Value {
        self.message(method)["params"].take()
    }

    #[track_caller]
    fn message(&mut self, method: &str) -> Value {
        if let Some(place) = self.waiting.iter().position(|message| message["method"] == method) {
            return self.waiting.remove(place);
        }
        loop {
            let message = self.receive();
            if message["method"] == method {
                return message;
            }
            self.waiting.push(message);
        }
    }

    /// Answers the next request of the server with a method; returns its parameters.
    #[track_caller]
    pub fn answer(&mut self, method: &str, result: Value) -> Value {
        let mut message = self.message(method);
        let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
        self.send(&answer.to_string());
        message["params"].take()
    }

    /// Opens a document with a text.
    pub fn open(&mut self, name: &str, text: &str) {
        let language = name.rsplit('.').next().expect("a file name has an end");
        self.version += 1;
        let item = json!({
            "uri": self.uri(name), "languageId": language, "version": self.version, "text": text,
        });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Gives a document another text: changes with a range, or one without.
    pub fn change(&mut self, name: &str, changes: Value) {
        self.version += 1;
        let document = json!({ "uri": self.uri(name), "version": self.version });
        let parameters = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", parameters);
    }

    /// The findings of a document, as they are published next.
    #[track_caller]
    pub fn diagnostics(&mut self, name: &str) -> Vec<Value> {
        let published = self.wait_for("textDocument/publishDiagnostics");
        assert_eq!(published["uri"], self.uri(name));
        published["diagnostics"].as_array().expect("a list").clone()
    }

    /// The result of a request about a place in a document.
    #[track_caller]
    pub fn at(&mut self, method: &str, name: &str, line: usize, character: usize) -> Value {
        let place = json!({ "line": line, "character": character });
        let document = json!({ "uri": self.uri(name) });
        self.request(method, json!({ "textDocument": document, "position": place }))
    }

    /// The actions that are offered for a line of a document.
    #[track_caller]
    pub fn actions(&mut self, name: &str, line: usize, only: Value) -> Vec<Value> {
        let range = json!({
            "start": { "line": line, "character": 0 }, "end": { "line": line + 1, "character": 0 },
        });
        let mut context = json!({ "diagnostics": [] });
        if !only.is_null() {
            context["only"] = only;
        }
        let document = json!({ "uri": self.uri(name) });
        let parameters = json!({ "textDocument": document, "range": range, "context": context });
        let actions = self.request("textDocument/codeAction", parameters);
        actions.as_array().expect("a list").clone()
    }

    /// Ends the server as the protocol wants it.
    #[track_caller]
    pub fn stop(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        let status = self.server.wait().expect("the server ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for LanguageClient {
    fn drop(&mut self) {
        // After `stop` there is nothing to end.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A text after the edits of an action, or of another answer, for a client that counts in UTF-16.
///
/// # Panics
///
/// An edit is outside of the text.
pub fn edited(text: &str, edits: &Value) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let byte = |place: &Value| {
        let number = |key: &str| {
            usize::try_from(place[key].as_u64().expect("a number")).expect("a small number")
        };
        let before: usize = lines.iter().take(number("line")).map(|line| line.len()).sum();
        let mut left = number("character");
        let line = lines.get(number("line")).copied().unwrap_or_default();
        let inside = line.char_indices().find(|(_, c)| {
            let done = left == 0;
            left = left.saturating_sub(c.len_utf16());
            done
        });
        before + inside.map_or(line.len(), |(at, _)| at)
    };
    let edits = edits.as_array().expect("a list of edits").iter();
    let mut edits: Vec<_> = edits
        .map(|edit| {
            let range = byte(&edit["range"]["start"])..byte(&edit["range"]["end"]);
            (range, edit["newText"].as_str().expect("a text"))
        })
        .collect();
    edits.sort_by_key(|(range, _)| range.start);
    let mut new = text.to_owned();
    for (range, with) in edits.into_iter().rev() {
        new.replace_range(range, with);
    }
    new
}
