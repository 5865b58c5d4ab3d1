//! Checks texts of one value per line while they are read.

use std::io::{self, BufRead};

use super::{Checker, Clean};
use crate::report::FileReport;

/// The longest line that is read, in bytes: 64 MiB.
const LONGEST: usize = 64 << 20;

impl Checker<'_> {
    /// Checks a text of one value per line, such as JSON Lines or a plan, and holds no more than one line of it.
    ///
    /// `None` if a line is not quickly shown to be clean, or longer than 64 MiB: [`Checker::lint`] then gives the
    /// report, on the whole text.
    ///
    /// ```
    /// use massup_rules::Linter;
    ///
    /// let linter = Linter::new().module("Leads");
    /// let lines = r#"{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// { "data": [{ "City": "Pune" }], "ids": ["554023000000497008"] }"#;
    /// let report = linter.checker().lint_clean_lines("a.jsonl", &mut lines.as_bytes())?;
    /// assert_eq!(report, Some(linter.lint("a.jsonl", lines.as_bytes())));
    ///
    /// let faulty = br#"{ "data": [{ "City": "Chennai" }], "ids": [] }"#;
    /// assert_eq!(linter.checker().lint_clean_lines("a.jsonl", &mut &faulty[..])?, None);
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// The reader fails.
    pub fn lint_clean_lines(
        &mut self,
        name: &str,
        reader: &mut impl BufRead,
    ) -> io::Result<Option<FileReport>> {
        let linter = self.linter;
        let mut clean = Clean::default();
        // A line that is not whole in the buffer of the reader.
        let mut begun: Vec<u8> = Vec::new();
        loop {
            let buffer = reader.fill_buf()?;
            let length = buffer.len();
            if length == 0 {
                break;
            }
            let mut rest = buffer;
            while let Some(end) = memchr::memchr(b'\n', rest) {
                let Some((line, after)) = rest.split_at_checked(end + 1) else { break };
                rest = after;
                let each = &mut |shape: &_| clean.add(shape, linter);
                let proven = if begun.is_empty() {
                    self.line(line, each)
                } else {
                    begun.extend_from_slice(line);
                    let proven = self.line(&begun, each);
                    begun.clear();
                    proven
                };
                if proven.is_none() {
                    return Ok(None);
                }
            }
            if begun.len() + rest.len() > LONGEST {
                return Ok(None);
            }
            begun.extend_from_slice(rest);
            reader.consume(length);
        }
        let last = &mut |shape: &_| clean.add(shape, linter);
        if !begun.is_empty() && self.line(&begun, last).is_none() {
            return Ok(None);
        }
        Ok(Some(clean.report(name)))
    }
}
