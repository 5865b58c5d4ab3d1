//! A column of a table.

use std::io::{self, BufRead, Chain, Cursor, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::{MAX_LINE, cell, header, read_line, too_long};
use crate::Error;
use crate::error::Cause;

/// The rows of a table and the column of the ids.
pub(super) struct Table<R> {
    rows: Reader<Quotes<Chain<Cursor<Vec<u8>>, R>>>,
    row: ByteRecord,
    column: usize,
    width: usize,
}

/// A row that has something in it.
pub(super) struct Row<'t> {
    /// The cell of the column; empty where the row is too short.
    pub(super) cell: &'t [u8],
    /// The line where the row starts, counted from 1.
    pub(super) line: u64,
    /// The number of cells, and that of the header: where they differ, a comma or a quote is at fault,
    /// and the cell may be one of another column.
    pub(super) cells: (usize, usize),
}

impl<R: BufRead> Table<R> {
    pub(super) fn new(reader: R, column: &str) -> Result<Self, Error> {
        Self::detect(reader, Some(column), "").map(|(table, _)| table)
    }

    /// Reads the header, and finds the column of this name; without a name the one that is obviously that of the
    /// ids. Returns its name.
    pub(super) fn detect(
        mut reader: R,
        column: Option<&str>,
        module: &str,
    ) -> Result<(Self, String), Error> {
        let mut first = Vec::new();
        read_line(&mut reader, &mut first)?;
        let first = cell::without_mark(&first, true).to_vec();
        let separator = delimiter(&first);
        let checked = Quotes::new(Cursor::new(first).chain(reader), separator);
        let mut rows =
            ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(checked);
        let names: Vec<String> =
            rows.headers()?.iter().map(|name| name.trim().to_owned()).collect();
        let found = match column {
            Some(column) => header::named(&names, column),
            None => header::obvious(&names, module),
        };
        let width = names.len();
        match found.and_then(|at| Some((at, names.get(at)?.clone()))) {
            Some((column, name)) => {
                Ok((Self { rows, row: ByteRecord::new(), column, width }, name))
            }
            None => Err(Cause::Column { wanted: column.map(str::to_owned), found: names }.into()),
        }
    }

    /// The next row; rows of empty cells, which spreadsheets append, are passed over.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Error> {
        loop {
            let more = self.rows.read_byte_record(&mut self.row)?;
            self.rows.get_ref().check(!more)?;
            if !more {
                return Ok(None);
            }
            if self.row.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                break;
            }
        }
        let line = self.row.position().map_or(0, csv::Position::line);
        Ok(Some(Row { cell: self.cell(), line, cells: (self.row.len(), self.width) }))
    }

    /// The cell of the last row; empty where the row is too short.
    pub(super) fn cell(&self) -> &[u8] {
        self.row.get(self.column).unwrap_or_default()
    }
}

/// The separator that a header has most of, outside quotes.
fn delimiter(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(0_usize, b','), (0, b';'), (0, b'\t')];
    for byte in header {
        quoted ^= *byte == b'"';
        for (count, separator) in &mut counts {
            *count += usize::from(!quoted && byte == separator);
        }
    }
    let mut best = (0, b',');
    for found in counts {
        if found.0 > best.0 {
            best = found;
        }
    }
    best.1
}

/// Watches the quotes of a table while it is read: the table reader takes a stray quote for the start of a
/// cell that goes on over many lines, and rows would be lost without a word.
struct Quotes<R> {
    inner: R,
    separator: u8,
    state: State,
    line: u64,
    /// The bytes of the row so far.
    row: usize,
    /// The line where the open quote stands.
    opened: u64,
    /// The line of the first closing quote that text follows.
    fault: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    /// In a cell without quotes, in which a quote is only a letter.
    Bare,
    /// Between quotes.
    Quoted,
    /// Behind a quote that closes the cell, or is the first of two.
    Closing,
}

impl<R> Quotes<R> {
    fn new(inner: R, separator: u8) -> Self {
        Self { inner, separator, state: State::Start, line: 1, row: 0, opened: 1, fault: None }
    }

    fn take(&mut self, byte: u8) {
        let ends = byte == self.separator || byte == b'\n' || byte == b'\r';
        self.state = match self.state {
            State::Start if byte == b'"' => {
                self.opened = self.line;
                State::Quoted
            }
            State::Quoted if byte == b'"' => State::Closing,
            State::Closing if byte == b'"' => State::Quoted,
            State::Quoted => State::Quoted,
            State::Start | State::Bare | State::Closing if ends => State::Start,
            State::Closing => {
                self.fault.get_or_insert(self.line);
                State::Bare
            }
            State::Start | State::Bare => State::Bare,
        };
        self.line += u64::from(byte == b'\n');
        self.row = if byte == b'\n' && self.state == State::Start { 0 } else { self.row + 1 };
    }

    fn check(&self, at_end: bool) -> Result<(), Error> {
        if let Some(line) = self.fault {
            let what = "text follows a closing quote; a quote inside a cell is written twice";
            return Err(Cause::TableLine { line, what }.into());
        }
        if at_end && self.state == State::Quoted {
            let what = "this quote is never closed";
            return Err(Cause::TableLine { line: self.opened, what }.into());
        }
        Ok(())
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in buffer.get(..read).unwrap_or_default() {
            self.take(*byte);
        }
        if self.row > MAX_LINE {
            return Err(too_long());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use massup_model::RecordId;

    use crate::Error;
    use crate::ids::Ids;

    fn read(table: &str, column: &str) -> Result<Vec<u64>, Error> {
        Ids::from_column(table.as_bytes(), column)?.map(|id| id.map(RecordId::get)).collect()
    }

    #[test]
    fn the_separator_is_found_in_the_header() {
        let tables = [
            "Id,Name\n7,x\n",
            "\u{feff}Id;\"a,b,c\"\n7;x\n",
            "\"Id\"\tName\r\n7\t\"x\ny\"\r\n",
            "Id\n7",
        ];
        for table in tables {
            assert_eq!(read(table, "Id").unwrap(), [7], "{table}");
        }
    }

    #[test]
    fn a_column_is_found_exactly_and_then_without_case() {
        assert_eq!(read("ID,id\n1,2\n", "id").unwrap(), [2]);
        assert_eq!(read("Name, Record Id \nx,3\n", "record id").unwrap(), [3]);
        assert!(read("ID,id\n1,2\n", "Id").is_err());
        assert!(read("", "Id").unwrap_err().to_string().ends_with("it has none"));
    }

    /// Each of these would lose records, or take another column for the ids.
    #[test]
    fn a_stray_quote_or_comma_is_refused() {
        for (table, line) in [
            ("id,Name\n1,a\n2,\"open\n3,b\n4,c\n", 3),
            ("id,Name\n1,\"open\n2,\"b\"\n3,c\n", 3),
            ("id,Name\n1,\"a\n2,b\"c\n3,d\n", 3),
        ] {
            let error = read(table, "id").unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("line {line} of the table: ")),
                "{table:?}: {error}"
            );
        }
        let shifted = read("Name,id,Account\nKings,99,1,5\n", "id").unwrap_err();
        assert!(shifted.to_string().contains("4 cells"), "{shifted}");
        assert!(read("id,id\n1,2\n", "id").is_err());
        assert_eq!(read("id,Name\n1,\"say \"\"hi\"\"\n\"\n,\n2,5\" pipe\n", "id").unwrap(), [1, 2]);
    }

    #[test]
    fn bad_cells_are_named_by_their_lines() {
        let error = read("Name,Id\n\"two\nlines\",1\nx,5.5E+17\ny\nz,\n", "Id").unwrap_err();
        let lines: Vec<u64> = error.bad_ids().iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [4, 5, 6]);
    }
}
