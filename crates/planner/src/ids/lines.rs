//! One id per line.

use std::io::BufRead;

use massup_model::RecordId;

use super::{cell, read_line};
use crate::Error;

/// Lines of a reader.
///
/// Nearly every line of a long list is an id and nothing else. Such lines are read in batches, directly from the
/// buffer of the reader; any other line is read by itself.
pub(super) struct Lines<R> {
    reader: R,
    /// The last line that was read by itself.
    line: Vec<u8>,
    /// The number of lines so far.
    number: u64,
    /// Ids of lines that were read in a batch, the next one last.
    batch: Vec<RecordId>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), number: 0, batch: Vec::new() }
    }

    /// The next id of a batch.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<RecordId> {
        self.batch.pop()
    }

    /// Reads the next line that is not blank and not a comment, whatever it holds, and returns its number.
    pub(super) fn next(&mut self) -> Result<Option<u64>, Error> {
        loop {
            if !read_line(&mut self.reader, &mut self.line)? {
                return Ok(None);
            }
            self.number += 1;
            let text = self.text();
            if !text.is_empty() && !text.starts_with(b"#") {
                return Ok(Some(self.number));
            }
        }
    }

    /// Reads plain lines from the buffer of the reader.
    pub(super) fn fill(&mut self) -> Result<(), Error> {
        let buffer = self.reader.fill_buf().map_err(Error::reading)?;
        let read = cell::plain_lines(buffer, &mut self.batch);
        self.reader.consume(read);
        self.number += self.batch.len() as u64;
        self.batch.reverse();
        Ok(())
    }

    /// The last line without what surrounds it.
    pub(super) fn text(&self) -> &[u8] {
        cell::without_mark(&self.line, self.number == 1).trim_ascii()
    }
}
