//! Record ids from text, tables and JSON Lines.

mod cell;
mod json_lines;
mod lines;
mod table;

use std::fmt;
use std::io::BufRead;

use massup_model::RecordId;
use massup_model::id::InvalidId;

use crate::Error;
use crate::error::Cause;
use json_lines::{JsonLines, Line};
use lines::Lines;
use table::{Row, Table};

/// How many lines that are no ids an error keeps; the others are counted.
pub const KEPT: usize = 20;

/// A line that is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` is no record id: {reason}")]
pub struct BadId {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// What stands there, cut after 40 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a text that should be an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is not 1 to 19 digits that fit a signed 64-bit integer.
    #[error(transparent)]
    Digits(#[from] InvalidId),
    /// Its row has more or fewer cells than the header, so that the cell may be one of another column.
    #[error("the row has {found} cells and the header {expected}; is a comma or a quote missing?")]
    Cells {
        /// The number of cells in the row.
        found: usize,
        /// The number of cells in the header.
        expected: usize,
    },
    /// Its line holds an object without the wanted key.
    #[error("the object has no such key")]
    NoKey,
    /// Its line holds no JSON object, or the value is neither a text nor a number.
    #[error("expected a JSON object whose value is a text or a number")]
    NotJson,
    /// It is a number in scientific notation.
    #[error("a spreadsheet has rounded it and its last digits are lost; export the column as text")]
    Rounded,
}

/// The lines that are no ids: the first of them, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct BadIds {
    pub(crate) first: Vec<BadId>,
    pub(crate) count: u64,
}

impl fmt::Display for BadIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bad) = self.first.first() {
            bad.fmt(f)?;
        }
        match self.count {
            0 | 1 => Ok(()),
            2 => f.write_str("; one more line is none either"),
            many => write!(f, "; {} more lines are none either", many - 1),
        }
    }
}

impl BadIds {
    fn add(&mut self, line: u64, text: &[u8], reason: Reason) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(BadId { line, text: cell::shortened(text), reason });
        }
    }
}

/// Record ids from a reader, one after another, in the order of the file, repeated ones included.
///
/// Spaces around an id, quotes, a trailing comma, a byte order mark and the prefix `zcrm_` of Zoho's
/// own exports are taken off. Nothing is held in memory but the current line.
///
/// The iterator ends with one error if any line is no id, after the whole file has been read for
/// others of the kind: ids that came before the error are not the whole list.
///
/// ```
/// use massup_planner::ids::Ids;
///
/// let text = "# open leads\n554023000000497007\n\n\"zcrm_554023000000497008\",\n";
/// let ids = Ids::from_lines(text.as_bytes()).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(ids.len(), 2);
///
/// let bad = Ids::from_lines("5.54023E+17\nLeads\n".as_bytes()).next().unwrap().unwrap_err();
/// assert_eq!(bad.bad_id_count(), 2);
/// assert_eq!(bad.bad_ids()[0].to_string(), "line 1: `5.54023E+17` is no record id: a spreadsheet \
///     has rounded it and its last digits are lost; export the column as text");
/// # Ok::<(), massup_planner::Error>(())
/// ```
pub struct Ids<R> {
    source: Source<R>,
    done: bool,
}

enum Source<R> {
    Lines(Lines<R>),
    Json(Box<JsonLines<R>>),
    Table(Box<Table<R>>),
}

/// What stands in the next line that is not skipped.
enum Entry {
    Id(RecordId),
    Bad { line: u64, reason: Reason },
    End,
}

impl<R: BufRead> Ids<R> {
    /// Reads one id a line. Blank lines and lines that start with `#` are skipped.
    pub fn from_lines(reader: R) -> Self {
        Self { source: Source::Lines(Lines::new(reader)), done: false }
    }

    /// Reads the column of this name from a table with a header: values separated by commas,
    /// semicolons or tabs, whichever the header has most of.
    ///
    /// The name is compared letter for letter; if no column has it so, without case.
    ///
    /// ```
    /// use massup_planner::ids::Ids;
    ///
    /// let table = "Record Id;Last Name\nzcrm_554023000000497007;Boyle\n";
    /// let ids = Ids::from_column(table.as_bytes(), "record id")?;
    /// assert_eq!(ids.collect::<Result<Vec<_>, _>>()?, ["554023000000497007".parse()?]);
    ///
    /// let error = Ids::from_column(table.as_bytes(), "Id").err().unwrap();
    /// assert_eq!(error.to_string(), "there is no column `Id`; the table has `Record Id`, `Last Name`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::Column`](crate::ErrorKind::Column): no column has the name, or several have it
    ///   when compared without case.
    /// * [`ErrorKind::Io`](crate::ErrorKind::Io), [`ErrorKind::Table`](crate::ErrorKind::Table): the
    ///   header cannot be read.
    pub fn from_column(reader: R, column: &str) -> Result<Self, Error> {
        let table = Table::new(reader, column)?;
        Ok(Self { source: Source::Table(Box::new(table)), done: false })
    }

    /// Reads the values of a key from JSON Lines: an object a line. The key is compared letter for letter;
    /// a value is a text, or a whole number, of which every digit counts.
    ///
    /// ```
    /// use massup_planner::ids::Ids;
    ///
    /// let lines = "{\"id\": \"554023000000497007\"}\n{\"id\": 554023000000497008, \"Last_Name\": \"Boyle\"}\n";
    /// let ids = Ids::from_json_lines(lines.as_bytes(), "id").collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(ids, ["554023000000497007".parse()?, "554023000000497008".parse()?]);
    ///
    /// let error = Ids::from_json_lines("{\"ID\": \"7\"}".as_bytes(), "id").next().unwrap().unwrap_err();
    /// assert!(error.to_string().ends_with("is no record id: the object has no such key"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json_lines(reader: R, key: &str) -> Self {
        Self { source: Source::Json(Box::new(JsonLines::new(reader, key))), done: false }
    }

    fn entry(&mut self) -> Result<Entry, Error> {
        match &mut self.source {
            Source::Lines(lines) => {
                lines.fill()?;
                if let Some(id) = lines.pop() {
                    return Ok(Entry::Id(id));
                }
                Ok(match lines.next()? {
                    Some(line) => Entry::new(lines.text(), line),
                    None => Entry::End,
                })
            }
            Source::Json(lines) => Ok(match lines.next()? {
                Line::Value(line) => Entry::new(lines.text(), line),
                Line::Bad(line, reason) => Entry::Bad { line, reason },
                Line::End => Entry::End,
            }),
            Source::Table(table) => Ok(match table.next()? {
                Some(Row { line, cells: (found, expected), .. }) if found != expected => {
                    Entry::Bad { line, reason: Reason::Cells { found, expected } }
                }
                Some(row) => Entry::new(row.cell, row.line),
                None => Entry::End,
            }),
        }
    }

    /// The text of the last entry.
    fn text(&self) -> &[u8] {
        match &self.source {
            Source::Lines(lines) => lines.text(),
            Source::Json(lines) => lines.text(),
            Source::Table(table) => table.cell().trim_ascii(),
        }
    }

    /// Reads on after a line that is no id, for the others of the kind.
    fn bad_ids(&mut self, line: u64, reason: Reason) -> Error {
        let mut bad = BadIds::default();
        bad.add(line, self.text(), reason);
        loop {
            match self.entry() {
                Ok(Entry::Id(_)) => {}
                Ok(Entry::Bad { line, reason }) => bad.add(line, self.text(), reason),
                Ok(Entry::End) => return Cause::BadIds(bad).into(),
                Err(error) => return error,
            }
        }
    }
}

impl Entry {
    fn new(text: &[u8], line: u64) -> Self {
        match cell::read(text) {
            Ok(id) => Self::Id(id),
            Err(reason) => Self::Bad { line, reason },
        }
    }
}

impl<R: BufRead> Iterator for Ids<R> {
    type Item = Result<RecordId, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Source::Lines(lines) = &mut self.source
            && let Some(id) = lines.pop()
        {
            return Some(Ok(id));
        }
        if self.done {
            return None;
        }
        let failure = match self.entry() {
            Ok(Entry::Id(id)) => return Some(Ok(id)),
            Ok(Entry::Bad { line, reason }) => Some(self.bad_ids(line, reason)),
            Ok(Entry::End) => None,
            Err(error) => Some(error),
        };
        self.done = true;
        failure.map(Err)
    }
}

impl<R> fmt::Debug for Ids<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").finish_non_exhaustive()
    }
}
