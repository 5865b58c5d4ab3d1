use std::io::{self, Write};

use massup_model::RecordId;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{END, FORMAT, Header, hexadecimal};
use crate::plan::Step;
use crate::{Calls, Error, Plan, Summary};

/// Makes all calls and writes them as a plan file.
///
/// After an error `out` holds no footer, and what is there is refused by every reader. Many small
/// writes are not made: each line is handed over whole.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::ids::Ids;
/// use massup_planner::{Plan, file};
///
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?;
/// let mut out = Vec::new();
/// let summary = file::write(&mut out, plan.calls(Ids::from_lines("7\n8\n".as_bytes())))?;
/// assert_eq!((summary.calls, summary.records), (1, 2));
///
/// let bad = plan.calls(Ids::from_lines("Leads\n".as_bytes()));
/// assert!(file::write(&mut out, bad).is_err());
/// # Ok::<(), massup_planner::Error>(())
/// ```
///
/// # Errors
///
/// * What reading the ids fails with: [`ErrorKind::BadIds`](crate::ErrorKind::BadIds),
///   [`ErrorKind::Table`](crate::ErrorKind::Table), [`ErrorKind::Io`](crate::ErrorKind::Io).
/// * [`ErrorKind::Io`](crate::ErrorKind::Io): `out` cannot be written.
pub fn write<W, I>(out: W, mut calls: Calls<'_, I>) -> Result<Summary, Error>
where
    W: Write,
    I: Iterator<Item = Result<RecordId, Error>>,
{
    let plan = calls.plan;
    let mut lines = Lines { out, hash: Sha256::new(), line: Vec::new() };
    lines.header(plan)?;

    // What every call on a group has between its number and its ids, made once.
    let mut starts: Vec<Vec<u8>> = Vec::with_capacity(plan.groups().len());
    let mut number = 0_u64;
    while let Some(step) = calls.step()? {
        if starts.len() == step.group {
            starts.push(start(plan, &step)?);
        }
        number += 1;
        let start = starts.get(step.group).map_or(&[][..], Vec::as_slice);
        lines.call(number, start, step.ids)?;
    }

    let summary = calls.summary();
    lines.footer(&summary)?;
    Ok(summary)
}

struct Lines<W> {
    out: W,
    hash: Sha256,
    line: Vec<u8>,
}

impl<W: Write> Lines<W> {
    fn header(&mut self, plan: &Plan) -> Result<(), Error> {
        let header = Header {
            massup_plan: FORMAT,
            module: plan.module().to_owned(),
            api_version: plan.version(),
            fields: plan.fields().to_vec(),
            over_write: plan.over_write(),
            facts: None,
            created_by: concat!("massup ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        serde_json::to_writer(&mut self.line, &header).map_err(Error::writing)?;
        self.line.push(b'\n');
        self.flush()
    }

    fn call(&mut self, number: u64, start: &[u8], ids: &[RecordId]) -> Result<(), Error> {
        let mut digits = itoa::Buffer::new();
        self.line.extend_from_slice(b"{\"step\":");
        self.line.extend_from_slice(digits.format(number).as_bytes());
        self.line.extend_from_slice(start);
        for (index, id) in ids.iter().enumerate() {
            self.line.extend_from_slice(if index == 0 { b"\"" } else { b"\",\"" });
            self.line.extend_from_slice(digits.format(id.get()).as_bytes());
        }
        self.line.extend_from_slice(b"\"]}}\n");
        self.flush()
    }

    fn footer(mut self, summary: &Summary) -> Result<(), Error> {
        let Summary { calls, records, duplicates, .. } = summary;
        let totals = format!(
            r#"{{"calls":{calls},"records":{records},"duplicates":{duplicates},"digest":"sha256:"#
        );
        self.line.extend_from_slice(totals.as_bytes());
        self.flush()?;
        let end = hexadecimal(self.hash) + END;
        self.out.write_all(end.as_bytes()).and_then(|()| self.out.flush()).map_err(Error::writing)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.hash.update(&self.line);
        self.out.write_all(&self.line).map_err(Error::writing)?;
        self.line.clear();
        Ok(())
    }
}

/// What stands between the number of a call and the first of its ids.
fn start(plan: &Plan, step: &Step<'_>) -> Result<Vec<u8>, Error> {
    let request = plan.request(step.fields, step.ids)?;
    let mut text = Vec::new();
    write_start(&mut text, &request.path(), request.method(), step.fields, plan.over_write())
        .map_err(Error::writing)?;
    Ok(text)
}

fn write_start(
    text: &mut Vec<u8>,
    path: &str,
    method: &str,
    fields: &[(String, Value)],
    over_write: Option<bool>,
) -> io::Result<()> {
    write!(text, r#","method":"{method}","path":"{path}","body":{{"data":[{{"#)?;
    for (index, (name, value)) in fields.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, name)?;
        text.push(b':');
        serde_json::to_writer(&mut *text, value)?;
    }
    text.extend_from_slice(b"}]");
    if let Some(over_write) = over_write {
        write!(text, r#","over_write":{over_write}"#)?;
    }
    text.extend_from_slice(b",\"ids\":[");
    Ok(())
}
