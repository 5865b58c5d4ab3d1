//! The lines of a plan file as JSON.

use std::fmt;

use massup_model::{RecordId, Territory, ViewId, limits};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{FORMAT, Header, Within};
use crate::Error;

/// Reads the first line.
pub(super) fn header(line: &[u8]) -> Result<Header, Error> {
    #[derive(Deserialize)]
    struct Format {
        massup_plan: u64,
    }
    let refuse = |what: String| Error::plan_file(1, what);
    let format: Format = serde_json::from_slice(line).map_err(|error| {
        let what = if line.is_empty() {
            "the file is empty"
        } else if line.starts_with(b"\xEF\xBB\xBF") {
            "it starts with a byte order mark; save it without"
        } else if error.is_eof() {
            "it is not one JSON object on one line"
        } else {
            "`massup_plan` is missing or is not a number"
        };
        refuse(format!("it is not the header of a plan: {what}"))
    })?;
    if format.massup_plan != FORMAT {
        return Err(refuse(format!(
            "the plan has format {}; this version reads format {FORMAT}",
            format.massup_plan
        )));
    }
    serde_json::from_slice(line)
        .map_err(|error| refuse(format!("the header is not valid: {}", reason(&error))))
}

/// Whether a line is, or is meant to be, the footer.
pub(super) fn is_footer(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Totals {
        #[serde(rename = "steps")]
        _steps: IgnoredAny,
    }
    line.starts_with(b"{\"steps\":")
        || (!line.starts_with(b"{\"step\":") && serde_json::from_slice::<Totals>(line).is_ok())
}

/// Why a line is not the expected JSON, without the number of the line, which is always 1.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => format!("{what}, at column {}", error.column()),
        None => text,
    }
}

/// A line that is a step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepLine<'l> {
    pub(super) step: u64,
    pub(super) after: Option<u64>,
    pub(super) ids_of: Option<u64>,
    pub(super) method: &'l str,
    pub(super) path: &'l str,
    pub(super) body: Option<Body>,
    pub(super) read: Option<ReadLine>,
}

/// What a step reads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadLine {
    pub(super) records: Option<u64>,
}

/// The body of a call, with its selection unless the ids are read by another step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub(super) data: [Fields; limits::MAX_DATA],
    pub(super) over_write: Option<bool>,
    pub(super) ids: Option<Vec<RecordId>>,
    pub(super) cvid: Option<ViewId>,
    pub(super) territory: Option<Within>,
}

impl From<Within> for Territory {
    fn from(Within { id, include_child }: Within) -> Self {
        Self { id, include_child }
    }
}

/// The members of an object in the order of the text, including repeated ones.
pub(super) struct Fields(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
