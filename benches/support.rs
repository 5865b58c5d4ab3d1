//! Inputs for the benchmarks, and the plain parse that they are compared with.

mod corpus;
mod measure;
pub mod shapes;

use serde::Deserialize;

pub use corpus::{Document, FIELDS, Layout, OPTIONS, Random, corpus};
pub use measure::{Way, facts, instructions, median, medians};

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

/// The types that a program would read a body into. Ids and keys are borrowed from the text.
#[derive(Debug, Deserialize)]
pub struct Typed<'b> {
    /// `data`.
    #[serde(borrow)]
    pub data: Vec<std::collections::BTreeMap<&'b str, serde_json::Value>>,
    /// `ids`.
    #[serde(borrow, default)]
    pub ids: Vec<&'b str>,
    /// `cvid`.
    #[serde(borrow, default)]
    pub cvid: Option<&'b str>,
    /// `territory`.
    #[serde(borrow, default)]
    pub territory: Option<Territory<'b>>,
    /// `over_write`.
    #[serde(default)]
    pub over_write: Option<bool>,
}

/// The types of `territory`.
#[derive(Debug, Deserialize)]
pub struct Territory<'b> {
    /// `id`.
    pub id: &'b str,
    /// `include_child`.
    #[serde(default)]
    pub include_child: Option<bool>,
}

impl Typed<'_> {
    /// Whether the body keeps to the rules that a program would write by hand.
    pub fn keeps_the_rules(&self) -> bool {
        let is_id = |id: &str| {
            let digits =
                (1..=19).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
            digits && id.parse::<i64>().is_ok()
        };
        let mut known = std::collections::HashSet::with_capacity(self.ids.len());
        let by_ids = !self.ids.is_empty() && self.ids.len() <= 500 && self.cvid.is_none();
        let by_view = self.ids.is_empty() && self.cvid.is_some_and(is_id);
        let fields = self.data.first().is_some_and(|data| {
            let set = |value: &serde_json::Value| !value.is_null() && value.as_str() != Some("");
            (1..=3).contains(&data.len()) && data.values().all(set)
        });
        let territory =
            self.territory.as_ref().is_none_or(|territory| is_id(territory.id) && by_view);
        fields
            && self.data.len() == 1
            && (by_ids || by_view)
            && territory
            && self.ids.iter().all(|id| is_id(id) && known.insert(*id))
    }
}
