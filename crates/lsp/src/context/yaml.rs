//! YAML: keys by their indentation, with brackets as in JSON.

use super::flow::Flow;
use super::{At, Entry, Step, Token};

/// Where the lines so far have led.
struct Block {
    /// The steps that are open, each with the column where it begins.
    open: Vec<(usize, Step)>,
}

/// Goes through a text.
pub(super) fn scan(flow: &mut Flow<'_>) {
    let mut block = Block { open: Vec::new() };
    let mut at = 0;
    loop {
        at = block.line(flow, at);
        if at > flow.text.len() {
            return;
        }
    }
}

impl Block {
    fn path(&self) -> Vec<Step> {
        self.open.iter().map(|(_, step)| step.clone()).collect()
    }

    /// Closes what a line at a column is not part of. An item may begin at the column of its key.
    fn close(&mut self, column: usize, is_item: bool) {
        while let Some((begun, step)) = self.open.last() {
            let is_parent = is_item && begun == &column && *step != Step::Item;
            if *begun < column || is_parent {
                return;
            }
            self.open.pop();
        }
    }

    /// Reads a line that begins at a byte; returns the byte where the next one begins.
    fn line(&mut self, flow: &mut Flow<'_>, at: usize) -> usize {
        let end = flow.line_end(at);
        let line = flow.text.get(at..end).unwrap_or_default();
        let has_cursor = (at..=end).contains(&flow.cursor);
        let mut rest = line.trim_start_matches(' ');
        if rest.trim().is_empty() {
            if has_cursor {
                self.close(flow.cursor - at, false);
                let (path, token) = (self.path(), Token::empty(flow.cursor));
                flow.find(&path, At::Key { assigned: false }, token);
            }
            return end + 1;
        }
        if rest.starts_with('#') || rest.starts_with("---") || rest.starts_with("...") {
            return end + 1;
        }
        let mut start = end - rest.len();
        let mut is_item = false;
        while let Some(item) = rest.strip_prefix('-').filter(|item| !item.starts_with(['-', '.'])) {
            if !item.is_empty() && !item.starts_with([' ', '\r']) {
                break;
            }
            self.close(start - at, true);
            self.open.push((start - at, Step::Item));
            is_item = true;
            rest = item.trim_start_matches(' ');
            start = end - rest.len();
        }
        if !is_item {
            self.close(start - at, false);
        }
        if rest.trim().is_empty() {
            if has_cursor && flow.cursor > at {
                let path = self.path();
                flow.find(&path, At::Value, Token::empty(flow.cursor));
            }
            return end + 1;
        }
        if rest.starts_with(['{', '[']) {
            let mut path = self.path();
            let (behind, _) = flow.value(start, &mut path, 0);
            return flow.line_end(behind.min(flow.text.len())) + 1;
        }
        self.entry(flow, start, at, end)
    }

    /// A key with its value, or a word, from a byte to the end of the line.
    fn entry(&mut self, flow: &mut Flow<'_>, start: usize, line: usize, end: usize) -> usize {
        let text = flow.text.get(start..end).unwrap_or_default();
        let text = text.split(" #").next().unwrap_or_default().trim_end();
        let token = match flow.quote(start) {
            Some(quote) => flow.string(start, quote),
            None => {
                let name = separator(text).and_then(|colon| text.get(..colon)).unwrap_or(text);
                let bytes = start..start + name.trim_end().len();
                Token { bytes, quote: None, closed: false }
            }
        };
        let behind = token.bytes.end - start;
        let colon = text.get(behind..).and_then(separator).map(|colon| behind + colon);
        let mut path = self.path();
        let Some(colon) = colon else {
            if flow.touches(&token) {
                let at = match path.last() {
                    // A word in a list, such as an id; or the beginning of a key.
                    Some(Step::Item) if token.quote.is_some() => At::Value,
                    _ => At::Key { assigned: false },
                };
                flow.find(&path, at, token);
            }
            return end + 1;
        };
        if flow.touches(&token) {
            flow.find(&path, At::Key { assigned: true }, token.clone());
        }
        let key = flow.word(&token);
        let place = flow.entries.len();
        let parent = path.clone();
        flow.entries.push(Entry { parent, key: key.clone(), value: None, start });
        path.push(Step::Key(key.clone()));
        self.open.push((start - line, Step::Key(key)));
        let from = start + colon + 1;
        let rest = flow.text.get(from..end).unwrap_or_default();
        if rest.trim().is_empty() {
            if (from + 1..=end).contains(&flow.cursor) {
                flow.find(&path, At::Value, Token::empty(flow.cursor));
            }
            return end + 1;
        }
        if rest.trim_start().starts_with(['{', '[']) {
            let (behind, _) = flow.value(from, &mut path, 0);
            return flow.line_end(behind.min(flow.text.len())) + 1;
        }
        let begin = end - rest.trim_start().len();
        let value = match flow.quote(begin) {
            Some(quote) => flow.string(begin, quote),
            None => {
                let rest = flow.text.get(begin..end).unwrap_or_default();
                let word = rest.split(" #").next().unwrap_or_default().trim_end();
                let word = if word.starts_with('#') { "" } else { word };
                Token { bytes: begin..begin + word.len(), quote: None, closed: false }
            }
        };
        if flow.touches(&value) {
            flow.find(&path, At::Value, value.clone());
        }
        let word = flow.word(&value);
        if let Some(entry) = flow.entries.get_mut(place) {
            entry.value = Some(word);
        }
        end + 1
    }
}

/// The colon that ends a key: a blank or nothing follows.
fn separator(text: &str) -> Option<usize> {
    text.match_indices(':')
        .map(|(at, _)| at)
        .find(|at| text.as_bytes().get(at + 1).is_none_or(u8::is_ascii_whitespace))
}
