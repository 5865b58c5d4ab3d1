//! What is kept of each call, and how it is shown.

use serde_json::{Value, json};

use crate::reply::{Reply, Request};
use crate::route::Route;
use crate::store::CallEntry;

/// The start of a body or an answer that is kept with a call.
const EXCERPT: usize = 2_048;

/// Writes down how a call ended: for a call of the API what was sent and answered, for a token neither.
pub(crate) fn end(
    entry: &mut CallEntry,
    request: &Request,
    route: &Route,
    user: Option<String>,
    reply: &Reply,
) {
    entry.user = user;
    entry.status = Some(reply.status);
    entry.refusal = reply.refusal.map(|refusal| format!("{refusal:?}"));
    if let Route::Api(..) = route {
        let query = request.path.split_once('?').map_or("", |(_, query)| query);
        query.clone_into(&mut entry.query);
        entry.body = excerpt(&request.body);
        entry.answer = excerpt(&reply.body);
    }
}

fn excerpt(bytes: &[u8]) -> String {
    match bytes.get(..EXCERPT) {
        Some(start) => String::from_utf8_lossy(start).into_owned() + "…",
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A call, as JSON.
pub(crate) fn shown(entry: &CallEntry) -> Value {
    json!({
        "number": entry.number,
        "at": entry.at,
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "user": entry.user,
        "status": entry.status,
        "refusal": entry.refusal,
        "body": entry.body,
        "answer": entry.answer,
    })
}
