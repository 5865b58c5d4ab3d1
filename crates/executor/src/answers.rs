//! Parses the answers to calls that read.

use std::fmt::Display;
use std::io::{Cursor, Read as _};

use massup_model::{JobId, RecordId};
use serde_json::Value;
use zip::ZipArchive;

use crate::entry::Image;

/// The maximum unpacked size of a downloaded file in bytes; a page of 200,000 ids has 4 MB.
const MOST_UNPACKED: u64 = 64 << 20;

/// A page of records.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) records: Vec<Image>,
    /// Whether another page follows.
    pub(crate) more: bool,
    /// The token of the next page.
    pub(crate) token: Option<String>,
}

/// Parses a page of records; an empty body is an empty page.
pub(crate) fn page(body: &[u8]) -> Result<Page, String> {
    if body.trim_ascii().is_empty() {
        return Ok(Page::default());
    }
    let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else {
        return Err("a page of records is not a JSON object".to_owned());
    };
    let info = members.remove("info").unwrap_or_default();
    let Some(Value::Array(entries)) = members.remove("data") else {
        return Err("a page of records has no `data`".to_owned());
    };
    let mut records = Vec::with_capacity(entries.len());
    for entry in entries {
        let Value::Object(mut fields) = entry else {
            return Err("a record of a page is not an object".to_owned());
        };
        let id = fields.remove("id").as_ref().and_then(id);
        let Some(id) = id else { return Err("a record of a page has no id".to_owned()) };
        records.push(Image { id, fields });
    }
    let more = info.get("more_records").and_then(Value::as_bool).unwrap_or(false);
    let token = info.get("next_page_token").and_then(Value::as_str).map(str::to_owned);
    Ok(Page { records, more, token })
}

fn id(value: &Value) -> Option<RecordId> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64().and_then(RecordId::from_number),
        _ => None,
    }
}

/// The state of a bulk read job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bulk {
    Working,
    Completed { more: bool },
    Failed,
}

/// Reads the answer to the creation of a bulk read job.
pub(crate) fn bulk_created(body: &[u8]) -> Result<JobId, String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let id = body.pointer("/data/0/details/id").and_then(Value::as_str);
    id.and_then(|id| id.parse().ok()).ok_or_else(|| "a bulk read has no job id".to_owned())
}

/// Reads the state of a bulk read job.
pub(crate) fn bulk_state(body: &[u8]) -> Result<Bulk, String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match body.pointer("/data/0/state").and_then(Value::as_str) {
        Some("COMPLETED") => {
            let more = body.pointer("/data/0/result/more_records").and_then(Value::as_bool);
            Ok(Bulk::Completed { more: more.unwrap_or(false) })
        }
        Some("FAILURE" | "FAILED" | "DELETED" | "SKIPPED") => Ok(Bulk::Failed),
        Some(_) => Ok(Bulk::Working),
        None => Err("a bulk read has no `state`".to_owned()),
    }
}

/// Reads the ids of a ZIP archive with one CSV file, whose header names the column `Id` or `id`.
pub(crate) fn archived_ids(bytes: &[u8]) -> Result<Vec<RecordId>, String> {
    unpacked_ids(bytes, MOST_UNPACKED)
}

fn unpacked_ids(bytes: &[u8], most: u64) -> Result<Vec<RecordId>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| format!("the result of a bulk read is not a ZIP archive: {error}"))?;
    let cannot =
        |error: &dyn Display| format!("the result of a bulk read cannot be unpacked: {error}");
    let file = archive.by_index(0).map_err(|error| cannot(&error))?;
    let mut text = Vec::new();
    file.take(most + 1).read_to_end(&mut text).map_err(|error| cannot(&error))?;
    // Cut off, it would end in the middle of an id, which may be that of another record.
    if text.len() as u64 > most {
        return Err(cannot(&format_args!("it has more than {} MiB", most >> 20)));
    }
    let mut table = csv::Reader::from_reader(text.as_slice());
    let broken = |error: csv::Error| format!("the result of a bulk read is not CSV: {error}");
    let header = table.headers().map_err(broken)?;
    let column = header.iter().position(|name| name.trim().eq_ignore_ascii_case("id"));
    let column = column.ok_or("the result of a bulk read has no column `Id`")?;
    let mut ids = Vec::new();
    let mut row = csv::StringRecord::new();
    while table.read_record(&mut row).map_err(broken)? {
        let text = row.get(column).unwrap_or_default();
        let id = text.trim().trim_start_matches("zcrm_").parse();
        ids.push(
            id.map_err(|error| format!("the result of a bulk read has an invalid id: {error}"))?,
        );
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde_json::json;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(text: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("554023000000568002.csv", SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn ids_are_unpacked() {
        let ids = archived_ids(&archive("Id\n7\n8\n")).unwrap();
        assert_eq!(ids, ["7".parse().unwrap(), "8".parse().unwrap()]);
        assert!(archived_ids(&archive("Name\n7\n")).unwrap_err().contains("column"));
        assert!(archived_ids(&archive("id\nseven\n")).is_err());
        let whole = archive(&format!("id\n{}", "7\n".repeat(1_000)));
        for end in 0..whole.len() {
            let _ = archived_ids(&whole[..end]);
        }
    }

    #[test]
    fn a_long_archive_is_refused_and_not_cut_off() {
        let text = "Id\n71\n82\n";
        let archive = archive(text);
        for most in 0..text.len() as u64 {
            let error = unpacked_ids(&archive, most).unwrap_err();
            assert!(error.ends_with("it has more than 0 MiB"), "{error}");
        }
        let ids = unpacked_ids(&archive, text.len() as u64).unwrap();
        assert_eq!(ids, ["71".parse().unwrap(), "82".parse().unwrap()]);
    }

    #[test]
    fn pages_are_read() {
        let body = json!({
            "data": [{ "id": "7", "City": "Pune" }],
            "info": { "more_records": true, "next_page_token": "t" },
        });
        let read = page(body.to_string().as_bytes()).unwrap();
        assert_eq!((read.records.len(), read.more, read.token.as_deref()), (1, true, Some("t")));
        assert_eq!(page(b"").unwrap(), Page::default());
        assert!(page(b"[]").is_err() && page(br#"{"data":[{}]}"#).is_err());
    }
}
