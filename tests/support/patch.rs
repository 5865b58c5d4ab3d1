//! Applies the fixes of a report to a body: a plain reading of RFC 6902, apart from the product's own.

use massup_rules::report::{Edit, Fix};
use serde_json::Value;

/// The body after a fix.
///
/// # Panics
///
/// The fix points to what is not there.
pub fn apply(body: &Value, fix: &Fix) -> Value {
    let mut body = body.clone();
    for edit in &fix.patch {
        match edit {
            Edit::Remove { path } => drop(take(&mut body, path)),
            Edit::Add { path, value } => {
                let (parent, key) = path.rsplit_once('/').expect("a member");
                let parent = body.pointer_mut(parent).expect("an object");
                parent.as_object_mut().expect("an object").insert(key.to_owned(), value.clone());
            }
            Edit::Replace { path, value } => {
                *body.pointer_mut(path).expect("a value to replace") = value.clone();
            }
            Edit::Move { from, path } => {
                let value = take(&mut body, from);
                let (parent, key) = path.rsplit_once('/').expect("a member");
                let parent = body.pointer_mut(parent).expect("an object");
                parent.as_object_mut().expect("an object").insert(key.to_owned(), value);
            }
        }
    }
    body
}

fn take(body: &mut Value, path: &str) -> Value {
    let (parent, token) = path.rsplit_once('/').expect("not the whole body");
    let token = token.replace("~1", "/").replace("~0", "~");
    match body.pointer_mut(parent).expect("the parent of what is removed") {
        Value::Array(items) => items.remove(token.parse().expect("an index")),
        Value::Object(members) => members.remove(&token).expect("a member"),
        other => panic!("`{path}` leads through {other}"),
    }
}
