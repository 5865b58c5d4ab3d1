//! A call that works, whatever the organisation is like.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::Request;
use crate::core::Core;
use crate::metadata::{Field, Module, Record};

/// Calls that are tried out at most.
const MOST_TRIED: usize = 200;

/// Records of a module that are tried: some are in a state that refuses.
const RECORDS: usize = 5;

/// A mass update that is done when it is sent.
pub(crate) struct Example {
    pub(crate) token: String,
    pub(crate) path: String,
    pub(crate) body: String,
}

impl Example {
    /// The first call that works; a city comes first, where there is one.
    pub(crate) fn of(core: &mut Core) -> Option<Self> {
        let organisation = Arc::clone(&core.organisation);
        let mut tried = 0;
        for token in &organisation.tokens {
            for module in &organisation.modules {
                let records = core.store.first(&module.api_name, RECORDS);
                for (field, record) in pairs(module, &records) {
                    if tried == MOST_TRIED {
                        return None;
                    }
                    tried += 1;
                    let Some(value) = value(field) else { continue };
                    let path = format!("/crm/v8/{}/actions/mass_update", module.api_name);
                    let data = json!({ &field.api_name: value });
                    let body = json!({ "data": [data], "ids": [record.id] });
                    let request = Request::new("POST", &path).with_token(&token.token);
                    let reply = core.try_out(&request.with_json(&body));
                    if reply.status == 200 && reply.refusal.is_none() {
                        let token = token.token.clone();
                        return Some(Self { token, path, body: body.to_string() });
                    }
                }
            }
        }
        None
    }

    /// The call as a command of the shell.
    pub(crate) fn curl(&self, url: &str) -> String {
        let Self { token, path, body } = self;
        let header = quoted(&format!("Authorization: Zoho-oauthtoken {token}"));
        format!("curl -X POST {url}{path} -H {header} -d {}", quoted(body))
    }
}

fn pairs<'a>(
    module: &'a Module,
    records: &'a [Record],
) -> impl Iterator<Item = (&'a Field, &'a Record)> {
    let (cities, others): (Vec<_>, Vec<_>) = module
        .fields
        .iter()
        .filter(|field| field.mass_update)
        .partition(|field| field.api_name == "City");
    let fields = cities.into_iter().chain(others);
    fields.flat_map(move |field| records.iter().map(move |record| (field, record)))
}

/// Something that a field of a kind takes.
fn value(field: &Field) -> Option<Value> {
    Some(match field.data_type.as_str() {
        "text" => json!("Chennai"),
        "picklist" => json!(field.pick_list_values.first()?.display_value),
        "multiselectpicklist" => json!([field.pick_list_values.first()?.display_value]),
        "boolean" => json!(true),
        "integer" | "double" | "currency" | "percent" => json!(1),
        "date" => json!("2026-12-31"),
        "phone" => json!("5550100"),
        _ => return None,
    })
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
