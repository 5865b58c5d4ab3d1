//! What a snapshot lacks, and why.

use schemars::JsonSchema;
use serde::Serialize;

/// How many items of an entry are named to people.
const NAMED: usize = 3;

/// Everything that a pull could not read.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct LeftOut(Vec<Entry>);

/// Something that a pull could not read.
#[derive(Debug, Serialize, JsonSchema)]
struct Entry {
    /// A file of the snapshot, or a part of one.
    what: String,
    /// The answer of the API.
    why: String,
    /// The ids of layouts or custom views that it is about, if not about all of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
}

impl LeftOut {
    /// Adds a file, or a part of one.
    pub(super) fn add(&mut self, what: &str, why: &impl ToString) {
        self.add_ids(what, why, []);
    }

    /// Adds one item of a file; items that are refused for the same reason are one entry.
    pub(super) fn add_id(&mut self, what: &str, why: &impl ToString, id: &str) {
        self.add_ids(what, why, [id.to_owned()]);
    }

    fn add_ids(&mut self, what: &str, why: &impl ToString, ids: impl IntoIterator<Item = String>) {
        let why = why.to_string();
        let same = self.0.iter_mut().find(|entry| entry.what == what && entry.why == why);
        match same {
            Some(entry) => entry.ids.extend(ids),
            None => {
                let ids = ids.into_iter().collect();
                self.0.push(Entry { what: what.to_owned(), why, ids });
            }
        }
    }

    /// One line per entry.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|Entry { what, why, ids }| {
            let named = ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            match ids.len() {
                0 => format!("left unknown: {what}: {why}"),
                number if number <= NAMED => format!("left unknown: {what} ({named}): {why}"),
                number => {
                    format!("left unknown: {what} ({named} and {} more): {why}", number - NAMED)
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_refused_for_the_same_reason_are_one_line() {
        let mut left_out = LeftOut::default();
        left_out.add("territories.json", &"A");
        left_out.add("territories.json", &"A");
        for id in ["1", "2", "3", "4", "5"] {
            left_out.add_id("counts.json", &"B", id);
        }
        left_out.add_id("counts.json", &"C", "6");
        let lines: Vec<String> = left_out.lines().collect();
        assert_eq!(
            lines,
            [
                "left unknown: territories.json: A",
                "left unknown: counts.json (1, 2, 3 and 2 more): B",
                "left unknown: counts.json (6): C",
            ]
        );
        assert_eq!(serde_json::json!(left_out)[1]["ids"].as_array().map(Vec::len), Some(5));
        assert!(serde_json::json!(left_out)[0].get("ids").is_none());
    }
}
