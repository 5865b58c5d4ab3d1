//! Lists, read and written page by page.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use anyhow::Result;
use serde_json::Value;

use crate::api_client::{Authorized, Client, Refusal};

/// Pages of a list at most; no organisation has as many views.
pub(super) const MAX_PAGES: usize = 500;

/// Entries of a list at most.
pub(super) const MAX_ENTRIES: usize = 20_000;

/// The pages of a list: one page is a file as it came, several are an array. No more than two pages are
/// held in memory.
pub(super) struct Pages {
    out: BufWriter<File>,
    /// The first page, until it is known whether there is another.
    first: Option<Value>,
    number: usize,
}

impl Pages {
    pub(super) fn new(file: File) -> Self {
        Self { out: BufWriter::new(file), first: None, number: 0 }
    }

    /// How many pages there are.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Adds a page.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn push(&mut self, page: Value) -> Result<()> {
        self.number += 1;
        if self.number == 1 {
            self.first = Some(page);
            return Ok(());
        }
        if let Some(first) = self.first.take() {
            self.out.write_all(b"[\n")?;
            serde_json::to_writer_pretty(&mut self.out, &first)?;
        }
        self.out.write_all(b",\n")?;
        Ok(serde_json::to_writer_pretty(&mut self.out, &page)?)
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn finish(mut self) -> Result<()> {
        match self.first.take() {
            Some(page) => serde_json::to_writer_pretty(&mut self.out, &page)?,
            None if self.number == 0 => self.out.write_all(b"[")?,
            None => {}
        }
        if self.number != 1 {
            self.out.write_all(b"\n]")?;
        }
        self.out.write_all(b"\n")?;
        Ok(self.out.flush()?)
    }
}

/// Reads a list page by page. `take` gets each page with its entries, and returns how many entries are kept
/// so far.
pub(super) fn each_page<S: Authorized>(
    client: &Client<S>,
    path: &str,
    query: &[(&str, &str)],
    root: &str,
    mut take: impl FnMut(Value, &[Value]) -> Result<usize>,
) -> Result<Result<(), Refusal>> {
    for number in 1..=MAX_PAGES {
        let page_number = number.to_string();
        let mut query = query.to_vec();
        if number > 1 {
            query.push(("page", &page_number));
        }
        let mut page = match client.read(path, &query, root)? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let more = page.pointer("/info/more_records").and_then(Value::as_bool) == Some(true);
        let entries = page.get(root).and_then(Value::as_array).cloned().unwrap_or_default();
        let more = more && !entries.is_empty();
        let kept = take(page.take(), &entries)?;
        if !more {
            return Ok(Ok(()));
        }
        if kept > MAX_ENTRIES {
            return Ok(Err(Refusal::of_length(&format!("more than {MAX_ENTRIES} entries"))));
        }
    }
    Ok(Err(Refusal::of_length(&format!("more than {MAX_PAGES} pages"))))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _};

    use serde_json::json;

    use super::*;

    #[test]
    fn one_page_is_as_it_came_and_several_are_an_array() {
        for number in 0..4 {
            let mut file = tempfile::tempfile().unwrap();
            let pages: Vec<Value> = (0..number).map(|page| json!({ "page": page })).collect();
            let mut written = Pages::new(file.try_clone().unwrap());
            for page in &pages {
                written.push(page.clone()).unwrap();
            }
            assert_eq!(written.number(), number);
            written.finish().unwrap();
            let mut text = String::new();
            file.rewind().unwrap();
            file.read_to_string(&mut text).unwrap();
            let expected = if number == 1 { pages[0].clone() } else { Value::Array(pages) };
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        }
    }
}
