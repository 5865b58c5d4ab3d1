//! Inputs for the benchmarks, and the plain parse that they are measured beside.

use std::borrow::Cow;

use serde::Deserialize;

/// A request body on Leads with `n` different record ids of 18 digits.
pub fn body(n: u64) -> String {
    let ids: Vec<String> = ids(n).map(|id| format!("\"{id}\"")).collect();
    format!(r#"{{"data":[{{"Lead_Source":"Advertisement"}}],"ids":[{}]}}"#, ids.join(","))
}

/// `n` different record ids of 18 digits, in no order.
pub fn ids(n: u64) -> impl Iterator<Item = u64> {
    // A step that shares no factor with the count visits each number once.
    (0..n).map(move |i| 554_023_000_000_000_000 + i.wrapping_mul(7_919) % n.max(1))
}

/// What a program would read a body into that asks nothing of it but its types.
#[derive(Debug, Deserialize)]
pub struct Typed<'b> {
    /// `data`.
    #[serde(borrow)]
    pub data: Vec<std::collections::BTreeMap<Cow<'b, str>, serde_json::Value>>,
    /// `ids`.
    #[serde(borrow)]
    pub ids: Vec<Cow<'b, str>>,
}
