//! Lines that are not ids, and why.

use std::fmt;

use massup_model::id::InvalidId;

/// How many lines that are not ids an error keeps; all are counted.
pub const KEPT: usize = 20;

/// How many characters of a line an error keeps.
const SHOWN: usize = 40;

/// A line that is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` is not a record id: {reason}")]
pub struct BadId {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// The text, cut after 40 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It is not 1 to 19 digits that fit a signed 64-bit integer.
    #[error(transparent)]
    Digits(#[from] InvalidId),
    /// Its row has more or fewer cells than the header, so the cell may belong to another column.
    #[error("the row has {found} cells and the header {expected}; is a comma or a quote missing?")]
    Cells {
        /// The number of cells in the row.
        found: usize,
        /// The number of cells in the header.
        expected: usize,
    },
    /// It is a whole number with a fraction of zeros: a program has read it as a decimal number.
    #[error(
        "a program has read it as a decimal number and may have lost digits; export it again as text"
    )]
    Decimal,
    /// It is the answer to a record that the API refused.
    #[error("the API refused this record")]
    Failed,
    /// It is a number with marks between its thousands.
    #[error(
        "a spreadsheet has formatted it as a number and may have lost digits; export it again as text"
    )]
    Grouped,
    /// It is an object without the key of the id.
    #[error("the object does not have the key of the id")]
    NoKey,
    /// It is neither a string nor a number, nor an object with one.
    #[error("expected a JSON string or number, or an object with one")]
    NotJson,
    /// It is a number in scientific notation or with a fraction.
    #[error(
        "it was rounded, by a spreadsheet for example, and has lost digits; export it again as text"
    )]
    Rounded,
    /// It holds several ids.
    #[error("it holds several ids; write each on a line of its own")]
    Several,
    /// It is a URL.
    #[error("it is a URL; the id of a record is the last part of its URL")]
    Url,
}

/// The first lines that are not ids, and the number of all.
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
            2 => f.write_str("; and 1 more line"),
            many => write!(f, "; and {} more lines", many - 1),
        }
    }
}

impl BadIds {
    pub(crate) fn add(&mut self, line: u64, text: &[u8], reason: Reason) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(BadId { line, text: shortened(text), reason });
        }
    }
}

/// A text that fits into a message.
fn shortened(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut shown: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened() {
        assert_eq!(shortened("é".repeat(40).as_bytes()), "é".repeat(40));
        assert_eq!(shortened("é".repeat(41).as_bytes()), format!("{}…", "é".repeat(40)));
    }
}
