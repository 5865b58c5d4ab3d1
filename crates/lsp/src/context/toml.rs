//! TOML: tables by their headers, then a key on a line.

use super::flow::Flow;
use super::{At, Entry, Step, Token};

/// Goes through a text.
pub(super) fn scan(flow: &mut Flow<'_>) {
    let mut table: Vec<Step> = Vec::new();
    let mut at = 0;
    while at < flow.text.len() {
        let end = flow.line_end(at);
        let line = flow.text.get(at..end).unwrap_or_default();
        let rest = line.trim_start();
        let start = end - rest.len();
        if rest.starts_with('[') {
            table = header(rest);
            at = end + 1;
        } else if rest.starts_with('#') {
            at = end + 1;
        } else {
            at = entry(flow, &table, start, end);
        }
    }
    // The last line may be empty.
    let last = flow.text.rfind('\n').map_or(0, |end| end + 1);
    let is_blank = flow.text.get(last..).is_some_and(|line| line.trim().is_empty());
    if flow.cursor >= last && is_blank {
        flow.find(&table, At::Key { assigned: false }, Token::empty(flow.cursor));
    }
}

/// The steps to a table: `[a.b]`, or to an item of an array of tables: `[[a.b]]`.
fn header(line: &str) -> Vec<Step> {
    let is_item = line.starts_with("[[");
    let names = line.trim_start_matches('[').split(']').next().unwrap_or_default();
    let mut steps = dotted(names);
    if is_item {
        steps.push(Step::Item);
    }
    steps
}

fn dotted(names: &str) -> Vec<Step> {
    let plain = |name: &str| name.trim().trim_matches(['"', '\'']).to_owned();
    names.split('.').map(|name| Step::Key(plain(name))).collect()
}

/// A line with a key; returns the byte where the next line begins.
fn entry(flow: &mut Flow<'_>, table: &[Step], start: usize, end: usize) -> usize {
    let line = flow.text.get(start..end).unwrap_or_default();
    let equals = line.find('=');
    let name = line.get(..equals.unwrap_or(line.len())).unwrap_or_default().trim_end();
    let quote = flow.quote(start);
    let token = match quote {
        Some(quote) => flow.string(start, quote),
        None => Token { bytes: start..start + name.len(), quote: None, closed: false },
    };
    let mut path = table.to_owned();
    let mut key = if quote.is_some() { vec![Step::Key(flow.word(&token))] } else { dotted(name) };
    let Some(Step::Key(last)) = key.pop() else { return end + 1 };
    path.append(&mut key);
    let on_line = flow.cursor <= start + name.len()
        && flow
            .text
            .get(..start)
            .is_some_and(|before| before.rfind('\n').map_or(0, |end| end + 1) <= flow.cursor);
    if on_line && (flow.touches(&token) || flow.cursor <= start) {
        let token = if name.is_empty() { Token::empty(flow.cursor) } else { token.clone() };
        flow.find(&path, At::Key { assigned: equals.is_some() }, token);
    }
    let Some(equals) = equals else { return end + 1 };
    let place = flow.entries.len();
    let parent = path.clone();
    flow.entries.push(Entry { parent, key: last.clone(), value: None, start: token.bytes.start });
    path.push(Step::Key(last));
    let from = start + equals + 1;
    let blank = flow.text.get(from..end).is_some_and(|rest| rest.trim().is_empty());
    if blank {
        if (from..=end).contains(&flow.cursor) {
            flow.find(&path, At::Value, Token::empty(flow.cursor));
        }
        return end + 1;
    }
    let (behind, value) = flow.value(from, &mut path, 0);
    if let Some(entry) = flow.entries.get_mut(place) {
        entry.value = value;
    }
    flow.line_end(behind.max(start + 1).min(flow.text.len())) + 1
}
