//! Record ids from text, tables and JSON.

mod cell;
mod detect;
pub(crate) mod header;
mod json;
mod json_lines;
mod lines;
mod table;

use std::fmt;
use std::io::{self, BufRead, Read as _};

use massup_model::RecordId;

use crate::Error;
use crate::bad_ids::BadIds;
pub use crate::bad_ids::{BadId, KEPT, Reason};
use crate::error::Cause;
pub use detect::{Form, Hints};
use json_lines::{JsonLines, Line};
use lines::Lines;
use table::{Row, Table};

/// Record ids from a reader, in the order of the file, including duplicates.
///
/// Spaces around an id, quotes, a trailing comma, a byte order mark and the prefix `zcrm_` of Zoho's
/// own exports are ignored.
///
/// If any line is not an id, the last item is an error that lists all such lines: ids that came before it are
/// not the whole list.
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
/// assert_eq!(bad.bad_ids()[0].to_string(), "line 1: `5.54023E+17` is not a record id: it was rounded, \
///     by a spreadsheet for example, and has lost digits; export it again as text");
/// # Ok::<(), massup_planner::Error>(())
/// ```
pub struct Ids<R> {
    source: Source<R>,
    done: bool,
}

/// The most bytes of a line, of a row of a table and of a string. A compressed file of a megabyte can hold a line that
/// takes a gigabyte of memory.
const MAX_LINE: usize = 16 << 20;

fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "a line is longer than 16 MiB; put each record id on a line of its own",
    )
}

/// Reads a line with its end in place of the last one; whether there was one.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, Error> {
    line.clear();
    let most = MAX_LINE as u64 + 1;
    reader.take(most).read_until(b'\n', line).map_err(Error::reading)?;
    if line.len() > MAX_LINE {
        return Err(Error::reading(too_long()));
    }
    Ok(!line.is_empty())
}

enum Source<R> {
    Lines(Lines<R>),
    Json(Box<JsonLines<R>>),
    Table(Box<Table<R>>),
    Given(std::vec::IntoIter<RecordId>),
}

/// The next line that is not skipped.
enum Entry {
    Id(RecordId),
    Bad { line: u64, reason: Reason },
    End,
}

impl<R: BufRead> Ids<R> {
    /// Reads one id per line. Blank lines and lines that start with `#` are skipped.
    pub fn from_lines(reader: R) -> Self {
        Self { source: Source::Lines(Lines::new(reader)), done: false }
    }

    /// Reads the column of this name from a table with a header: values separated by commas,
    /// semicolons or tabs, whichever the header has most of.
    ///
    /// A name that differs only by case is found if it is unique.
    ///
    /// ```
    /// use massup_planner::ids::Ids;
    ///
    /// let table = "Record Id;Last Name\nzcrm_554023000000497007;Boyle\n";
    /// let ids = Ids::from_column(table.as_bytes(), "record id")?;
    /// assert_eq!(ids.collect::<Result<Vec<_>, _>>()?, ["554023000000497007".parse()?]);
    ///
    /// let error = Ids::from_column(table.as_bytes(), "Id").err().unwrap();
    /// assert_eq!(error.to_string(), "the table has no column `Id`; its columns are `Record Id`, `Last Name`");
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

    /// Reads the values of a key from JSON Lines, one object per line. A value is a string or a whole
    /// number.
    ///
    /// ```
    /// use massup_planner::ids::Ids;
    ///
    /// let lines = "{\"id\": \"554023000000497007\"}\n{\"id\": 554023000000497008, \"Last_Name\": \"Boyle\"}\n";
    /// let ids = Ids::from_json_lines(lines.as_bytes(), "id").collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(ids, ["554023000000497007".parse()?, "554023000000497008".parse()?]);
    ///
    /// let error = Ids::from_json_lines("{\"ID\": \"7\"}".as_bytes(), "id").next().unwrap().unwrap_err();
    /// assert!(error.to_string().ends_with("is not a record id: the object does not have the key of the id"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json_lines(reader: R, key: &str) -> Self {
        Self { source: Source::Json(Box::new(JsonLines::new(reader, key))), done: false }
    }

    /// Reads ids from one or several JSON documents: arrays, answers of Get Records (`{"data": [{"id": …}]}`),
    /// objects. The value of `key` is the id of an object. The ids are held in memory, 8 bytes each.
    ///
    /// ```
    /// use massup_planner::ids::Ids;
    ///
    /// let answer = r#"{"data": [{"id": "554023000000497007"}], "info": {"more_records": false}}"#;
    /// let ids = Ids::from_json(answer.as_bytes(), "id")?;
    /// assert_eq!(ids.collect::<Result<Vec<_>, _>>()?, ["554023000000497007".parse()?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::BadIds`](crate::ErrorKind::BadIds): an entry is not an id.
    /// * [`ErrorKind::Json`](crate::ErrorKind::Json): the text is not JSON, or has another structure.
    /// * [`ErrorKind::Io`](crate::ErrorKind::Io): reading fails.
    pub fn from_json(reader: R, key: &str) -> Result<Self, Error> {
        Ok(Self::given(json::read(reader, key)?.ids))
    }

    fn given(ids: Vec<RecordId>) -> Self {
        Self { source: Source::Given(ids.into_iter()), done: false }
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
            Source::Given(ids) => Ok(ids.next().map_or(Entry::End, Entry::Id)),
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
            Source::Given(_) => &[],
        }
    }

    /// Reads on after a line that is not an id, to list all such lines.
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

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Source::Lines(lines) => lines.pop().map(Ok).or_else(|| self.next_entry()),
            _ => self.next_entry(),
        }
    }
}

impl<R: BufRead> Ids<R> {
    /// The id of the next entry, as an item.
    #[inline(never)]
    fn next_entry(&mut self) -> Option<Result<RecordId, Error>> {
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{self, BufReader, Read};

    use super::*;

    /// The same byte again and again, and how many of them were read.
    struct Endless<'c>(u8, &'c Cell<usize>);

    impl Read for Endless<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Self(byte, read) = self;
            buffer.fill(*byte);
            read.set(read.get() + buffer.len());
            Ok(buffer.len())
        }
    }

    /// As much as a small compressed file can hold: it is refused long before its end.
    #[test]
    fn a_line_a_row_or_a_string_without_end_is_refused() {
        for (start, byte) in [
            ("", b'7'),
            ("sep=", b'7'),
            ("Id,Name\n7,\"", b'\n'),
            ("[\"", b','),
            ("[\"\\\"", b','),
            ("[7", b'7'),
            ("{\"id\":\"7\"}\n{\"id\":\"", b'7'),
        ] {
            let taken = Cell::new(0);
            let endless = BufReader::new(start.as_bytes().chain(Endless(byte, &taken)));
            let read = Ids::detect(endless, Hints::default())
                .and_then(|(ids, _)| ids.collect::<Result<Vec<_>, _>>());
            let error = read.unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Io, "{start:?} {error}");
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert!(source.unwrap_or_default().contains("longer than 16 MiB"), "{start:?} {error}");
            assert!(taken.get() < 2 * MAX_LINE, "{start:?}: {}", taken.get());
        }
        let blank = "\n".repeat(MAX_LINE + 1) + "7";
        let ids = Ids::from_lines(blank.as_bytes()).collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(ids.len(), 1, "the limit is for a line, not for the list");
    }
}
