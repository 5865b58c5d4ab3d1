use std::fmt;
use std::io::BufRead;

use massup_model::{RecordId, Request, Selection, limits};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{END, FORMAT, Footer, Header, Step, hexadecimal};
use crate::Error;

/// Reads a plan file, one call after another.
///
/// Whether the file is whole and untouched is known only when the iterator has ended without an
/// error. To know it before the first call is sent, [`verify`] the file, then read it again.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::ids::Ids;
/// use massup_planner::{Plan, file};
///
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?;
/// let mut text = Vec::new();
/// file::write(&mut text, plan.calls(Ids::from_lines("7\n8\n".as_bytes())))?;
///
/// let mut steps = file::Reader::new(text.as_slice())?;
/// assert_eq!(steps.header().module, "Leads");
/// assert_eq!(steps.by_ref().collect::<Result<Vec<_>, _>>()?.len(), 1);
/// assert_eq!(steps.footer().unwrap().records, 2);
///
/// text.pop();
/// assert!(file::verify(text.as_slice()).is_err());
/// # Ok::<(), massup_planner::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    line: Vec<u8>,
    /// The number of the current line, counted from 1.
    number: u64,
    hash: Sha256,
    header: Header,
    calls: u64,
    /// Ids of all calls, each as often as it stands there.
    ids: u64,
    footer: Option<Footer>,
    done: bool,
}

/// Reads a plan to its end and checks that it is whole and untouched.
///
/// # Errors
///
/// As [`Reader::new`] and the items of [`Reader`].
pub fn verify<R: BufRead>(reader: R) -> Result<(Header, Footer), Error> {
    let mut steps = Reader::new(reader)?;
    steps.by_ref().try_for_each(|step| step.map(drop))?;
    match steps.footer {
        Some(footer) => Ok((steps.header, footer)),
        None => Err(cut_off(steps.number)),
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// The items are calls, or the one error that ends them:
    /// [`ErrorKind::PlanFile`](crate::ErrorKind::PlanFile) with the number of the line, when a line is
    /// neither a call of this plan nor the footer, calls are out of order, the footer is missing or
    /// does not fit, or text follows it; [`ErrorKind::Io`](crate::ErrorKind::Io) when reading fails.
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::PlanFile`](crate::ErrorKind::PlanFile): the first line is no header, or one of
    ///   a later format.
    /// * [`ErrorKind::Io`](crate::ErrorKind::Io): reading fails.
    pub fn new(mut reader: R) -> Result<Self, Error> {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).map_err(Error::reading)?;
        let header = header(&line)?;
        let hash = Sha256::new_with_prefix(&line);
        Ok(Self {
            input: reader,
            line,
            number: 1,
            hash,
            header,
            calls: 0,
            ids: 0,
            footer: None,
            done: false,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The footer, once the iterator has come to it and found it right.
    pub fn footer(&self) -> Option<&Footer> {
        self.footer.as_ref()
    }

    fn step(&mut self) -> Result<Option<Step>, Error> {
        self.line.clear();
        if self.input.read_until(b'\n', &mut self.line).map_err(Error::reading)? == 0 {
            return Err(cut_off(self.number));
        }
        self.number += 1;
        if !self.line.ends_with(b"\n") {
            return Err(cut_off(self.number));
        }
        if self.line.starts_with(b"{\"calls\":") {
            self.footer = Some(self.check_footer()?);
            return Ok(None);
        }
        self.hash.update(&self.line);
        let step = self.check_call()?;
        Ok(Some(step))
    }

    fn check_call(&mut self) -> Result<Step, Error> {
        let refuse = |what: String| Error::plan_file(self.number, what);
        let call: CallLine = serde_json::from_slice(&self.line)
            .map_err(|error| refuse(format!("it is neither a call nor the footer: {error}")))?;
        let expected = self.calls + 1;
        if call.step != expected {
            return Err(refuse(format!("it is step {}; expected step {expected}", call.step)));
        }
        let Body { data: [Fields(fields)], over_write, ids } = call.body;
        let count = ids.len() as u64;
        let Header { api_version, module, .. } = &self.header;
        let request = Request::new(*api_version, module, fields, Selection::Ids(ids))
            .map_err(|error| refuse(format!("the call cannot be sent: {error}")))?
            .with_over_write(over_write);
        if (call.method, call.path) != (request.method(), &request.path()) {
            return Err(refuse(format!(
                "it is no call of this plan: a {} of {}",
                call.method, call.path
            )));
        }
        self.calls = expected;
        self.ids += count;
        Ok(Step { number: expected, request })
    }

    fn check_footer(&mut self) -> Result<Footer, Error> {
        let refuse = |what: String| Error::plan_file(self.number, what);
        let footer: Footer = serde_json::from_slice(&self.line)
            .map_err(|error| refuse(format!("the footer cannot be read: {error}")))?;
        let groups =
            self.header.fields.len().div_ceil(limits::fields_per_call(&self.header.module));
        let ids = footer.records.checked_mul(groups as u64);
        if (footer.calls, ids) != (self.calls, Some(self.ids)) {
            return Err(refuse(format!(
                "the totals do not fit: {} calls and {} ids were read; the plan was edited",
                self.calls, self.ids
            )));
        }
        // The digits are the last 64 characters before the end, letter for letter.
        let digits = self.line.len().saturating_sub(64 + END.len());
        let (before, rest) = self.line.split_at(digits);
        let hash = std::mem::take(&mut self.hash).chain_update(before);
        if rest != (hexadecimal(hash) + END).as_bytes() {
            return Err(refuse("the digest does not fit: the plan was edited".to_owned()));
        }
        self.line.clear();
        if self.input.read_until(b'\n', &mut self.line).map_err(Error::reading)? > 0 {
            return Err(Error::plan_file(self.number + 1, "text follows the footer"));
        }
        Ok(footer)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Step, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let step = self.step();
        self.done = !matches!(step, Ok(Some(_)));
        step.transpose()
    }
}

fn cut_off(line: u64) -> Error {
    Error::plan_file(line, "the plan is cut off: it has no whole footer")
}

fn header(line: &[u8]) -> Result<Header, Error> {
    #[derive(Deserialize)]
    struct Format {
        massup_plan: u64,
    }
    let refuse = |what: String| Error::plan_file(1, what);
    let format: Format = serde_json::from_slice(line)
        .map_err(|_| refuse("it is no header of a plan: `massup_plan` is missing".to_owned()))?;
    if format.massup_plan != FORMAT {
        return Err(refuse(format!(
            "the plan has format {}; this version reads format {FORMAT}",
            format.massup_plan
        )));
    }
    serde_json::from_slice(line)
        .map_err(|error| refuse(format!("the header is not valid: {error}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallLine<'l> {
    step: u64,
    method: &'l str,
    path: &'l str,
    body: Body,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    data: [Fields; limits::MAX_DATA],
    over_write: Option<bool>,
    ids: Vec<RecordId>,
}

/// The members of an object in the order of the text, repeated ones included.
struct Fields(Vec<(String, Value)>);

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
