use std::error::Error as _;
use std::io::BufRead;

use massup_model::{RequestError, Selection, Template, Territory, limits};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::line::{Body, Fields, ReadLine, StepLine, header, is_footer, reason};
use super::{END, Footer, Header};
use crate::digest::hexadecimal;
use crate::{Action, Error, Read, Route, Step};

/// Reads a plan file, one step after another.
///
/// The file is known to be complete and unmodified only when the iterator has ended without an error. To
/// know it before the first call is sent, [`verify`] the file, then read it again.
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
/// assert_eq!(steps.footer().unwrap().records, Some(2));
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
    steps: u64,
    /// The number of ids in all calls, including repeated ones.
    ids: u64,
    footer: Option<Footer>,
    /// Whether the end was read.
    ended: bool,
    /// Whether the iterator has ended.
    done: bool,
}

/// Reads a plan to its end and checks that it is complete and unmodified.
///
/// # Errors
///
/// As [`Reader::new`] and the items of [`Reader`].
pub fn verify<R: BufRead>(reader: R) -> Result<(Header, Footer), Error> {
    verify_each(reader, |_| {})
}

/// Does the same, and calls `look` with each step. The steps can be trusted only if no error follows.
///
/// # Errors
///
/// As [`verify`].
pub fn verify_each<R: BufRead>(
    reader: R,
    mut look: impl FnMut(&Step),
) -> Result<(Header, Footer), Error> {
    let mut steps = Reader::new(reader)?;
    steps.by_ref().try_for_each(|step| step.map(|step| look(&step)))?;
    match steps.footer {
        Some(footer) => Ok((steps.header, footer)),
        None => Err(cut_off(steps.number)),
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// The items are steps, or the one error that ends them:
    /// [`ErrorKind::PlanFile`](crate::ErrorKind::PlanFile) with the number of the line, when a line is
    /// neither a step of this plan nor the footer, steps are out of order, the footer is missing or
    /// does not match, or text follows it; [`ErrorKind::Io`](crate::ErrorKind::Io) when reading fails.
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::PlanFile`](crate::ErrorKind::PlanFile): the first line is not a header, is that of
    ///   another format, or names a module or fields that no call can have.
    /// * [`ErrorKind::Io`](crate::ErrorKind::Io): reading fails.
    pub fn new(mut reader: R) -> Result<Self, Error> {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).map_err(Error::reading)?;
        let header = header(&line)?;
        // The steps would be refused one by one, and a plan without steps would pass.
        if let Err(error) = header.plan() {
            let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            return Err(Error::plan_file(1, why));
        }
        let hash = Sha256::new_with_prefix(&line);
        Ok(Self {
            input: reader,
            line,
            number: 1,
            hash,
            header,
            steps: 0,
            ids: 0,
            footer: None,
            ended: false,
            done: false,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The footer, once the iterator has read and checked it.
    pub fn footer(&self) -> Option<&Footer> {
        self.footer.as_ref()
    }

    /// The number of the current line, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.number
    }

    /// Whether nothing is left to read, even if the end is wrong.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// The footer that matches the lines that were read.
    pub(super) fn fitting_footer(&self, records: Option<u64>) -> String {
        #[derive(Default, Deserialize)]
        struct Totals {
            duplicates: u64,
        }
        let Totals { duplicates } = serde_json::from_slice(&self.line).unwrap_or_default();
        let records = records.map_or("null".to_owned(), |records| records.to_string());
        let before = format!(
            "{{\"steps\":{},\"records\":{records},\"duplicates\":{duplicates},\"digest\":\"sha256:",
            self.steps
        );
        let hash = hexadecimal(self.hash.clone().chain_update(&before));
        (before + &hash + END).trim_end().to_owned()
    }

    /// The next step, `None` at the footer. After an error, the next call reads the next line, if there is one.
    pub(super) fn step(&mut self) -> Result<Option<Step>, Error> {
        self.line.clear();
        if self.input.read_until(b'\n', &mut self.line).map_err(Error::reading)? == 0 {
            self.ended = true;
            return Err(cut_off(self.number));
        }
        self.number += 1;
        let is_footer = is_footer(&self.line);
        self.ended = is_footer || !self.line.ends_with(b"\n");
        if is_footer && !self.line.ends_with(b"\n") {
            let what = "the plan is cut off: its footer has no line end";
            return Err(Error::plan_file(self.number, what));
        }
        if !self.line.ends_with(b"\n") {
            return Err(cut_off(self.number));
        }
        if is_footer {
            self.footer = Some(self.check_footer()?);
            return Ok(None);
        }
        self.hash.update(&self.line);
        let step = self.check_step()?;
        Ok(Some(step))
    }

    fn check_step(&mut self) -> Result<Step, Error> {
        self.steps += 1;
        let number = self.steps;
        let refuse = |what: String| Error::plan_file(self.number, what);
        let line: StepLine = serde_json::from_slice(&self.line).map_err(|error| {
            refuse(format!("it is neither a step nor the footer: {}", reason(&error)))
        })?;
        if line.step != number {
            return Err(refuse(format!("it is step {}; expected step {number}", line.step)));
        }
        let StepLine { after, method, path, body, read, ids_of, .. } = line;
        let Header { api_version, module, select, .. } = &self.header;
        let (action, path_of, method_of, ids) = match (body, read, ids_of) {
            (None, Some(ReadLine { records }), None) => {
                let Some(select) = select else {
                    return Err(refuse("it reads a view, but the plan has none".to_owned()));
                };
                let territory = select.territory.map(Territory::from);
                let read = Read::new(select.view, territory, records);
                let (path, method) = (read.path(*api_version, module), read.method());
                (Action::Read(read), path, method, 0)
            }
            (Some(body), None, ids_of) => {
                let Body { data: [Fields(fields)], over_write, ids, cvid, territory } = body;
                let count = ids.as_ref().map_or(0, Vec::len) as u64;
                let refused =
                    |error: RequestError| refuse(format!("the call is not valid: {error}"));
                let template = Template::new(*api_version, module, fields)
                    .map_err(refused)?
                    .with_over_write(over_write);
                let path = template.path();
                let update =
                    |selection| template.request(selection).map(Action::Update).map_err(refused);
                let action = match (ids, cvid, ids_of) {
                    (Some(ids), None, None) => update(Selection::Ids(ids))?,
                    (None, Some(view), None) => {
                        let territory = territory.map(Territory::from);
                        update(Selection::View { view, territory })?
                    }
                    (None, None, Some(step)) => Action::UpdateRead { step, template },
                    _ => {
                        let what =
                            "it must select records by exactly one of `ids`, `cvid`, `ids_of`";
                        return Err(refuse(what.to_owned()));
                    }
                };
                (action, path, "POST", count)
            }
            _ => return Err(refuse("it is neither a call nor a read".to_owned())),
        };
        if (method, path) != (method_of, &path_of) {
            return Err(refuse(format!(
                "it is not a call of this plan: {method} {path}; expected {method_of} {path_of}"
            )));
        }
        self.ids += ids;
        Ok(Step { number, after, action })
    }

    fn check_footer(&mut self) -> Result<Footer, Error> {
        let refuse = |what: String| Error::plan_file(self.number, what);
        let footer: Footer = serde_json::from_slice(&self.line)
            .map_err(|error| refuse(format!("the footer cannot be read: {}", reason(&error))))?;
        if footer.steps != self.steps || !self.records_fit(&footer) {
            return Err(refuse(format!(
                "the totals do not match: the plan has {} steps and {} ids",
                self.steps, self.ids
            )));
        }
        if !self.line.ends_with((footer.digest.clone() + END).as_bytes()) {
            return Err(refuse(
                "the digest must be the last member of the footer, without spaces after it"
                    .to_owned(),
            ));
        }
        // The digits are the last 64 characters before the end, letter for letter.
        let digits = self.line.len().saturating_sub(64 + END.len());
        let (before, rest) = self.line.split_at(digits);
        let hash = hexadecimal(self.hash.clone().chain_update(before));
        // Nor does anything else come before the digits.
        if rest != (hash.clone() + END).as_bytes() || footer.digest != format!("sha256:{hash}") {
            return Err(refuse(format!(
                "the digest does not match: the plan was edited; the digest of the text is `sha256:{hash}`"
            )));
        }
        self.line.clear();
        if self.input.read_until(b'\n', &mut self.line).map_err(Error::reading)? > 0 {
            return Err(Error::plan_file(self.number + 1, "text follows the footer"));
        }
        Ok(footer)
    }

    /// Whether the number of ids allows that each record gets each field exactly once.
    fn records_fit(&self, footer: &Footer) -> bool {
        let Header { fields, module, route, .. } = &self.header;
        match (route, footer.records) {
            (Route::Ids, Some(0)) => self.ids == 0,
            (Route::Ids, Some(records)) => {
                let least = fields.len().div_ceil(limits::fields_per_call(module)) as u64;
                let passes = self.ids / records;
                self.ids.is_multiple_of(records) && (least..=fields.len() as u64).contains(&passes)
            }
            (Route::Ids, None) => false,
            _ => self.ids == 0,
        }
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

pub(super) fn cut_off(line: u64) -> Error {
    Error::plan_file(line, "the plan is cut off: it has no complete footer")
}
