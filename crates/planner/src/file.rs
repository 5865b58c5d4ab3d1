//! The plan file, `*.plan.jsonl`: a header line, one line a call, a footer line.
//!
//! The footer holds the totals and the SHA-256 of every byte before its own hexadecimal digits, so
//! that a plan that is cut off or edited is refused. Writing and reading hold one line at a time.

mod read;
mod write;

use massup_model::{ApiVersion, Request};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use read::{Reader, verify};
pub use write::write;

/// The format that is written: `massup_plan` of the header.
pub const FORMAT: u64 = 1;

/// The first line of a plan file: what holds for every call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Header {
    massup_plan: u64,
    /// The module's API name.
    pub module: String,
    /// The API version.
    pub api_version: ApiVersion,
    /// The API names of the fields, in the order in which they were given.
    pub fields: Vec<String>,
    /// Whether values of multi-select picklists replace the present ones, if it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_write: Option<bool>,
    /// The digest of the facts about the module that the plan was made with; `None` without facts.
    pub facts: Option<String>,
    /// The program that wrote the plan, with its version.
    pub created_by: String,
}

/// The last line of a plan file: the totals.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Footer {
    /// The number of calls.
    pub calls: u64,
    /// The number of different records.
    pub records: u64,
    /// How many ids were given again after their first appearance.
    pub duplicates: u64,
    /// `sha256:` and the 64 hexadecimal digits of the hash of every byte before them.
    pub digest: String,
}

/// One call of a plan file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Its place among the calls, counted from 1.
    pub number: u64,
    /// The call.
    pub request: Request,
}

/// What ends every plan file, after the digits of the digest.
const END: &str = "\"}\n";

fn hexadecimal(hash: Sha256) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    hash.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
