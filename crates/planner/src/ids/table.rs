//! A column of a table.

use std::io::{BufRead, Chain, Cursor, Read as _};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::cell;
use crate::Error;
use crate::error::Cause;

/// The rows of a table and the column that is wanted.
pub(super) struct Table<R> {
    rows: Reader<Chain<Cursor<Vec<u8>>, R>>,
    row: ByteRecord,
    column: usize,
}

impl<R: BufRead> Table<R> {
    pub(super) fn new(mut reader: R, column: &str) -> Result<Self, Error> {
        let mut first = Vec::new();
        reader.read_until(b'\n', &mut first).map_err(Error::reading)?;
        let first = cell::without_mark(&first, true).to_vec();
        let mut rows = ReaderBuilder::new()
            .delimiter(delimiter(&first))
            .flexible(true)
            .from_reader(Cursor::new(first).chain(reader));
        let names: Vec<String> =
            rows.headers()?.iter().map(|name| name.trim().to_owned()).collect();
        match position(&names, column) {
            Some(column) => Ok(Self { rows, row: ByteRecord::new(), column }),
            None => Err(Cause::Column { wanted: column.to_owned(), found: names }.into()),
        }
    }

    /// The cell of the next row and the line where the row starts.
    pub(super) fn next(&mut self) -> Result<Option<(&[u8], u64)>, Error> {
        if !self.rows.read_byte_record(&mut self.row)? {
            return Ok(None);
        }
        let line = self.row.position().map_or(0, csv::Position::line);
        Ok(Some((self.cell(), line)))
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

fn position(names: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    names.iter().position(|name| name == wanted).or_else(|| {
        let folded = wanted.to_lowercase();
        let mut alike = names.iter().enumerate().filter(|(_, name)| name.to_lowercase() == folded);
        let (at, _) = alike.next()?;
        // Two columns of nearly the same name: which one is meant is not guessed.
        alike.next().is_none().then_some(at)
    })
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
        assert!(read("", "Id").unwrap_err().to_string().ends_with("the table has none"));
    }

    #[test]
    fn bad_cells_are_named_by_their_lines() {
        let error = read("Name,Id\n\"two\nlines\",1\nx,5.5E+17\ny\nz,\n", "Id").unwrap_err();
        let lines: Vec<u64> = error.bad_ids().iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [4, 5, 6]);
    }
}
