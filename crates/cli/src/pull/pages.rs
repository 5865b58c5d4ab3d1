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

/// The pages of a list: one page is a file as it came, several are an array. Only the text of the first page
/// is held in memory.
pub(super) struct Pages {
    out: BufWriter<File>,
    /// The first page, until it is known whether there is another.
    first: Vec<u8>,
    number: usize,
}

impl Pages {
    pub(super) fn new(file: File) -> Self {
        Self { out: BufWriter::new(file), first: Vec::new(), number: 0 }
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
    pub(super) fn push(&mut self, page: &Value) -> Result<()> {
        self.number += 1;
        if self.number == 1 {
            return Ok(serde_json::to_writer_pretty(&mut self.first, page)?);
        }
        if self.number == 2 {
            self.out.write_all(b"[\n")?;
            self.out.write_all(&std::mem::take(&mut self.first))?;
        }
        self.out.write_all(b",\n")?;
        Ok(serde_json::to_writer_pretty(&mut self.out, page)?)
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn finish(mut self) -> Result<()> {
        match self.number {
            0 => self.out.write_all(b"[]")?,
            1 => self.out.write_all(&self.first)?,
            _ => self.out.write_all(b"\n]")?,
        }
        self.out.write_all(b"\n")?;
        Ok(self.out.flush()?)
    }
}

/// Reads a list into pages, and shows each of its entries to `entry`.
///
/// # Errors
///
/// As [`Client::read`], or a page cannot be written. `Ok(Err(…))` where the list is refused or too long.
pub(super) fn read_list<S: Authorized>(
    client: &Client<S>,
    path: &str,
    query: &[(&str, &str)],
    root: &str,
    pages: &mut Pages,
    mut entry: impl FnMut(&Value),
) -> Result<Result<(), Refusal>> {
    let mut entries = 0;
    for number in 1..=MAX_PAGES {
        let page_number = number.to_string();
        let mut query = query.to_vec();
        if number > 1 {
            query.push(("page", &page_number));
        }
        let page = match client.read(path, &query, root)? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let list = page.get(root).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        list.iter().for_each(&mut entry);
        pages.push(&page)?;
        let more = page.pointer("/info/more_records").and_then(Value::as_bool) == Some(true);
        if !more || list.is_empty() {
            return Ok(Ok(()));
        }
        entries += list.len();
        if entries > MAX_ENTRIES {
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
                written.push(page).unwrap();
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
