#![doc = include_str!("../README.md")]

mod actions;
mod completion;
mod context;
mod diagnostics;
mod document;
mod hover;
mod lens;
mod position;
mod server;
mod uri;
mod workspace;

use lsp_server::{Connection, ErrorCode, Message, ProtocolError, Response};
use serde_json::json;

use server::Server;

/// Why the server ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client broke the order of the protocol, or closed the connection before `exit`.
    #[error("the client did not keep to the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    /// Standard input or output failed, or a message was not one of the protocol.
    #[error("cannot talk to the client: {0}")]
    Io(#[from] std::io::Error),
    /// The connection was closed before `exit`.
    #[error("the client closed the connection without `exit`")]
    Closed,
}

/// Serves the client on standard input and output until it says `exit`.
///
/// # Errors
///
/// As [`serve`], or standard input or output failed.
pub fn serve_stdio() -> Result<(), Error> {
    let (connection, threads) = Connection::stdio();
    let served = serve(&connection);
    // The writer ends when nobody can send to it.
    drop(connection);
    match served {
        Ok(()) => Ok(threads.join()?),
        // The reader knows why the connection ended, if it was not closed.
        Err(Error::Closed) => threads.join().map_err(Error::Io).and(Err(Error::Closed)),
        Err(error) => Err(error),
    }
}

/// Serves a client until it says `exit`.
///
/// Documents are checked when no message waits, so that fast typing is checked once.
///
/// # Errors
///
/// The client broke the order of the protocol, or closed the connection before `exit`.
pub fn serve(connection: &Connection) -> Result<(), Error> {
    let (id, initialize) = connection.initialize_start()?;
    let (mut server, result) = match serde_json::from_value(initialize) {
        Ok(parameters) => Server::new(&parameters),
        Err(error) => {
            // A client with capabilities that nobody knows is served as one without any.
            let (server, result) = Server::new(&lsp_types::InitializeParams::default());
            (server.with_remark(format!("`initialize` cannot be read: {error}")), result)
        }
    };
    connection.initialize_finish(id, json!(result))?;
    send_all(connection, server.started())?;
    loop {
        let message = match connection.receiver.try_recv() {
            Ok(message) => message,
            Err(_) => {
                send_all(connection, server.idle())?;
                connection.receiver.recv().map_err(|_| Error::Closed)?
            }
        };
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request)? {
                    return Ok(());
                }
                let id = request.id.clone();
                let response = match server.answer(request) {
                    Ok(result) => Response::new_ok(id, result),
                    Err((code, message)) => Response::new_err(id, code as i32, message),
                };
                send_all(connection, vec![response.into()])?;
            }
            Message::Notification(note) if note.method == "exit" => return Err(Error::Closed),
            Message::Notification(note) => {
                let asked = server.note(note);
                send_all(connection, asked.into_iter().collect())?;
            }
            Message::Response(answer) => server.take(answer),
        }
    }
}

/// An answer that could not be given.
type Refusal = (ErrorCode, String);

fn send_all(connection: &Connection, messages: Vec<Message>) -> Result<(), Error> {
    for message in messages {
        connection.sender.send(message).map_err(|_| Error::Closed)?;
    }
    Ok(())
}
