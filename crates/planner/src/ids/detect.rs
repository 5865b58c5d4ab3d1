//! Which form a file of ids has.

use std::io::BufRead;

use super::json;
use super::table::Table;
use super::{Ids, Source, cell, read_line};
use crate::Error;
use crate::bad_ids::Reason;

/// What is known about a file of ids before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'h> {
    /// The column of a table, or the key in JSON, that holds the ids.
    pub column: Option<&'h str>,
    /// The module, to recognise a column such as `Lead Id`; empty if unknown.
    pub module: &'h str,
}

/// The form of a file of ids.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// One id per line.
    Lines,
    /// A table; the column that holds the ids.
    Table {
        /// The name of the column.
        column: String,
    },
    /// JSON Lines, one object per line.
    JsonLines,
    /// JSON documents.
    Json {
        /// Whether an answer of the API says that there are more records.
        is_page: bool,
    },
}

/// The key of an id in JSON.
const KEY: &str = "id";

impl<R: BufRead> Ids<R> {
    /// Reads ids in whatever form they are: one per line, a table with a header, JSON Lines or JSON documents.
    /// The start of the text decides.
    ///
    /// ```
    /// use massup_planner::ids::{Form, Hints, Ids};
    ///
    /// let table = "Record Id,Last Name\nzcrm_554023000000497007,Boyle\n";
    /// let (ids, form) = Ids::detect(table.as_bytes(), Hints::default())?;
    /// assert_eq!(form, Form::Table { column: "Record Id".to_owned() });
    /// assert_eq!(ids.count(), 1);
    ///
    /// let (ids, form) = Ids::detect("[\"7\", \"8\"]".as_bytes(), Hints::default())?;
    /// assert_eq!((ids.count(), form), (2, Form::Json { is_page: false }));
    /// # Ok::<(), massup_planner::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Ids::from_column`] and [`Ids::from_json`]. Without a column,
    /// [`ErrorKind::Column`](crate::ErrorKind::Column) means that no column is obviously the one of the ids.
    pub fn detect(mut reader: R, hints: Hints<'_>) -> Result<(Self, Form), Error> {
        let Hints { column, module } = hints;
        if reader.fill_buf().map_err(Error::reading)?.starts_with(cell::MARK) {
            reader.consume(cell::MARK.len());
        }
        // Spreadsheets name the separator in a line of its own: `sep=;`.
        if reader.fill_buf().map_err(Error::reading)?.starts_with(b"sep=") {
            read_line(&mut reader, &mut Vec::new())?;
        }
        let start = reader.fill_buf().map_err(Error::reading)?;
        if matches!(start.trim_ascii_start().first(), Some(b'{' | b'[')) {
            let key = column.unwrap_or(KEY);
            if is_json_lines(start) {
                return Ok((Self::from_json_lines(reader, key), Form::JsonLines));
            }
            let json::Found { ids, is_page } = json::read(reader, key)?;
            return Ok((Self::given(ids), Form::Json { is_page }));
        }
        if column.is_some() || is_header(start) {
            let (table, column) = Table::detect(reader, column, module)?;
            let source = Source::Table(Box::new(table));
            return Ok((Self { source, done: false }, Form::Table { column }));
        }
        Ok((Self::from_lines(reader), Form::Lines))
    }
}

/// Whether a text starts with a line that is an object with an id, and not an answer with a list.
fn is_json_lines(start: &[u8]) -> bool {
    let start = start.trim_ascii_start();
    let Some(end) = start.iter().position(|byte| *byte == b'\n') else { return false };
    let first = start.get(..end).unwrap_or_default();
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(first);
    object.is_ok_and(|object| !json::LISTS.iter().any(|list| object.contains_key(*list)))
}

/// Whether a text starts with the header of a table: names of columns, none of which is an id; a single name only if
/// it is that of an id.
fn is_header(start: &[u8]) -> bool {
    let mut lines = start.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default().trim_ascii();
    if first.is_empty() || first.starts_with(b"#") {
        return false;
    }
    let cells: Vec<&[u8]> = first.split(|byte| matches!(byte, b',' | b';' | b'\t')).collect();
    let is_id =
        |cell: &&[u8]| matches!(cell::read(cell.trim_ascii()), Ok(_) | Err(Reason::Rounded));
    if cells.iter().any(is_id) {
        return false;
    }
    match &cells[..] {
        [one] => {
            let name = String::from_utf8_lossy(one).trim_matches('"').trim().to_owned();
            super::header::obvious(&[name], "").is_some()
        }
        many => {
            let is_name = |cell: &&&[u8]| cell.iter().any(u8::is_ascii_alphabetic);
            many.iter().filter(is_name).count() * 2 > many.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use massup_model::RecordId;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Form) {
        let hints = Hints { column: None, module: "Leads" };
        let (ids, form) = Ids::detect(text.as_bytes(), hints).unwrap();
        let ids: Vec<u64> = ids.map(|id| id.map(RecordId::get)).collect::<Result<_, _>>().unwrap();
        assert_eq!((ids, form), (vec![7, 8], expected), "{text}");
    }

    #[test]
    fn the_start_of_a_text_shows_its_form() {
        let table = |column: &str| Form::Table { column: column.to_owned() };
        check("7\n8\n", Form::Lines);
        check("\u{feff}# ids\n7\n8", Form::Lines);
        check("\u{feff}Id,Name\n7,x\n8,\"y\nz\"\n", table("Id"));
        check("\u{feff}sep=;\r\nId;Name\r\n7;x\r\n8;y\r\n", table("Id"));
        check("record_id\nzcrm_7\nzcrm_8\n", table("record_id"));
        check("Lead Id;Account Id\n7;1\n8;2\n", table("Lead Id"));
        check("\u{feff}[7,\n\"8\"]", Form::Json { is_page: false });
        check(
            "{\"data\": [{\"id\": \"7\"}, {\"id\": \"8\"}], \"info\": {\"more_records\": true}}\n",
            Form::Json { is_page: true },
        );
        check("{\n \"ids\": [7, 8]\n}", Form::Json { is_page: false });
        check("{\"id\": \"7\"}\n{\"id\": 8, \"City\": \"x\"}\n", Form::JsonLines);
    }

    #[test]
    fn a_table_without_an_obvious_column_is_refused_with_its_columns() {
        for text in ["Name,City\nx,y\n", "Id,Record Id\n7,8\n"] {
            let error = Ids::detect(text.as_bytes(), Hints::default()).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Column);
        }
        // These are lists with a fault, and are refused as such.
        for text in ["7,8\n9\n", "Leads\n7\n", "5.5E+17,x\n7\n"] {
            let (ids, form) = Ids::detect(text.as_bytes(), Hints::default()).unwrap();
            assert_eq!(form, Form::Lines, "{text}");
            assert!(ids.last().unwrap().is_err());
        }
    }
}
