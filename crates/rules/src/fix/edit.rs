//! What a fix changes in a text.

use std::cell::OnceCell;
use std::ops::Range;

use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Node, Span, tokens};
use massup_syntax::{Editing, format_of, json_root};

use crate::report::Edit;

/// The text that takes the place of a range of bytes.
pub(super) type Change = (Range<usize>, String);

/// A text after changes, none of which overlap.
pub(super) fn edited<'c>(text: &str, changes: impl Iterator<Item = &'c Change>) -> String {
    let mut changes: Vec<_> = changes.collect();
    changes.sort_by_key(|(range, _)| range.start);
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for (range, with) in changes {
        new += text.get(done..range.start).unwrap_or_default();
        new += with;
        done = range.end;
    }
    new + text.get(done..).unwrap_or_default()
}

/// A text that is edited, with the calls in it.
pub(super) struct Source<'t> {
    text: &'t str,
    editing: Editing,
    calls: Vec<Call<'t>>,
}

/// A call of a text.
pub(super) struct Call<'t> {
    draft: Draft<'t>,
    /// The change file in JSON that the call stands for, as it is written; read once an edit asks for it.
    written: OnceCell<Option<Node<'t>>>,
}

impl<'t> Source<'t> {
    pub(super) fn of(name: &str, text: &'t str) -> Self {
        let calls = massup_syntax::read(name, text.as_bytes()).calls.into_iter();
        let calls = calls.map(|draft| Call { draft, written: OnceCell::new() }).collect();
        Self { text, editing: format_of(name, text).editing, calls }
    }

    /// A call by its number, from 1, if its values are written as in JSON, and not in a string or in the words of a
    /// script.
    pub(super) fn call(&self, number: usize) -> Option<&Call<'t>> {
        let call = self.calls.get(number.checked_sub(1)?);
        call.filter(|call| call.draft.embedded.is_none())
    }
}

/// What an edit of a call changes in the text; `None` where that is not certain.
pub(super) fn changes_of<'t>(
    edit: &Edit,
    call: &Call<'t>,
    source: &Source<'t>,
) -> Option<Vec<Change>> {
    let (draft, &Source { text, editing, .. }) = (&call.draft, source);
    let mut edit = edit.clone();
    for path in edit.paths_mut() {
        *path = draft.pointer_in_body(path);
    }
    let body = draft.body.as_ref()?;
    let replaced = |span: Span, new: String| {
        // In YAML what goes over several lines may hold comments.
        let old = text.get(span.start..span.end)?;
        let certain = editing != Editing::Blocks || !old.contains('\n');
        (certain && !old.is_empty()).then(|| vec![(span.start..span.end, new)])
    };
    match &edit {
        Edit::Replace { path, value } => replaced(body.resolve(path)?.span, value.to_string()),
        Edit::Add { path, value } => {
            let (parent, key) = (parent(path)?, tokens(path).last()?);
            let member = format!("{}: {value}", serde_json::Value::from(key.as_ref()));
            let commas = editing == Editing::Commas && draft.kind != Kind::Intent;
            let parts = body.resolve(parent)?;
            let last = place(parts, number_of_parts(parts).checked_sub(1)?).filter(|_| commas)?;
            Some(vec![inserted(&last, &member, text)])
        }
        Edit::Move { from, path } if parent(from) != parent(path) => {
            // Only JSON separates members by commas alone; a change file is arranged differently.
            if editing != Editing::Commas || draft.kind == Kind::Intent {
                return None;
            }
            let container = body.resolve(parent(from)?)?;
            let member = container.member(&tokens(from).last()?)?;
            let own = member.key_span.start..member.value.span.end;
            let outer = body.resolve(parent(path)?)?;
            let around = place(outer, begun(outer, own.start).checked_sub(1)?)?;
            if !around.contains(&own.start) {
                return None;
            }
            let mut changes = vec![inserted(&around, text.get(own.clone())?, text)];
            changes.extend(removal(container, &own, text)?);
            Some(changes)
        }
        Edit::Move { from, path } => {
            let (parent, _) = from.rsplit_once('/')?;
            let (old, new) = (tokens(from).last()?, tokens(path).last()?);
            let span = body.resolve(parent)?.member(&old)?.key_span;
            replaced(span, serde_json::Value::from(new.as_ref()).to_string())
        }
        Edit::Remove { path } => {
            let (parent, _) = path.rsplit_once('/')?;
            let token = tokens(path).last()?;
            let container = body.resolve(parent)?;
            let own = if container.as_array().is_some() {
                let item = container.as_array()?.get(token.parse::<usize>().ok()?)?;
                item.span.start..item.span.end
            } else {
                let member = container.member(&token)?;
                member.key_span.start..member.value.span.end
            };
            match editing {
                Editing::Lines | Editing::Blocks => {
                    whole_line(own, text).map(|line| vec![cut(line)])
                }
                // The body of a change file is put together from parts that are elsewhere in it.
                // It may be one of several in the file.
                Editing::Commas if draft.kind == Kind::Intent => {
                    let start = body.span.start;
                    let part = text.get(start..body.span.end)?;
                    let root = call.written.get_or_init(|| json_root(part)).as_ref()?;
                    let own = own.start.checked_sub(start)?..own.end.checked_sub(start)?;
                    let cuts = removal(around(root, own.start)?, &own, part)?;
                    let moved =
                        |(range, with): Change| (range.start + start..range.end + start, with);
                    Some(cuts.into_iter().map(moved).collect())
                }
                Editing::Commas => removal(container, &own, text),
            }
        }
    }
}

/// The pointer to the object or array that contains the target of a pointer.
fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(parent, _)| parent)
}

/// Inserts a member after another one: on a line of its own if the other one starts a line.
fn inserted(after: &Range<usize>, member: &str, text: &str) -> Change {
    let before = text.get(..after.start).unwrap_or_default();
    let separator = match before.rsplit_once('\n') {
        Some((lines, indent)) if indent.trim().is_empty() => {
            let end = if lines.ends_with('\r') { "\r\n" } else { "\n" };
            format!(",{end}{indent}")
        }
        _ => ", ".to_owned(),
    };
    (after.end..after.end, separator + member)
}

fn cut(range: Range<usize>) -> Change {
    (range, String::new())
}

/// The object or array that holds the part which begins at a byte.
fn around<'n, 't>(node: &'n Node<'t>, start: usize) -> Option<&'n Node<'t>> {
    let last = begun(node, start).checked_sub(1)?;
    if place(node, last)?.start == start {
        return Some(node);
    }
    let item = node.as_array().and_then(|items| items.get(last));
    let value = || Some(&node.as_object()?.get(last)?.value);
    let child = item.or_else(value)?;
    (child.span.start..child.span.end).contains(&start).then(|| around(child, start))?
}

/// Where a part of a container is, its key included.
fn place(container: &Node<'_>, number: usize) -> Option<Range<usize>> {
    let item = container.as_array().and_then(|items| items.get(number));
    let member = || container.as_object()?.get(number);
    item.map(|item| item.span.start..item.span.end)
        .or_else(|| member().map(|member| member.key_span.start..member.value.span.end))
}

fn number_of_parts(container: &Node<'_>) -> usize {
    container.as_array().map_or(0, <[_]>::len) + container.as_object().map_or(0, <[_]>::len)
}

/// How many parts of a container begin at a byte or before it; they are in the order of the text.
fn begun(container: &Node<'_>, byte: usize) -> usize {
    let items = container.as_array().unwrap_or_default();
    let members = container.as_object().unwrap_or_default();
    items.partition_point(|item| item.span.start <= byte)
        + members.partition_point(|member| member.key_span.start <= byte)
}

/// Takes a part out with one comma, and with its line if it has nothing else. Comments stay.
fn removal(container: &Node<'_>, own: &Range<usize>, text: &str) -> Option<Vec<Change>> {
    let at = begun(container, own.start).checked_sub(1)?;
    let own = place(container, at).filter(|place| place == own && !own.is_empty())?;
    let comma = comma_after(text, own.end).or_else(|| {
        let before = place(container, at.checked_sub(1)?)?;
        comma_after(text, before.end)
    });
    Some(match comma {
        // Part and comma side by side go as one.
        Some(comma) if comma == own.end => vec![cut(widened(own.start..comma + 1, text))],
        // The last part: nothing but blanks between it and the comma before it.
        Some(comma) if text.get(comma + 1..own.start).is_some_and(|gap| gap.trim().is_empty()) => {
            vec![cut(comma..own.end)]
        }
        Some(comma) => vec![cut(comma..comma + 1), cut(widened(own, text))],
        None => vec![cut(widened(own, text))],
    })
}

/// The line of a part that has it to itself. What goes over several lines may hold comments.
fn whole_line(own: Range<usize>, text: &str) -> Option<Range<usize>> {
    let part = text.get(own.clone())?.trim_end();
    let line = widened(own.start..own.start + part.len(), text);
    let begins = line.start == 0 || text.get(..line.start)?.ends_with('\n');
    let ends = line.end == text.len() || text.get(..line.end)?.ends_with('\n');
    (!part.is_empty() && !part.contains('\n') && begins && ends).then_some(line)
}

/// The comma after a place, blanks and comments between them.
fn comma_after(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = text.get(at..)?;
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.starts_with(',') {
            return Some(at);
        } else if trimmed.starts_with("//") {
            at += trimmed.find('\n')?;
        } else if trimmed.starts_with("/*") {
            at += trimmed.find("*/")? + 2;
        } else {
            return None;
        }
    }
}

/// A range with its whole line, if that has nothing else; otherwise with the blanks after it.
fn widened(range: Range<usize>, text: &str) -> Range<usize> {
    let (Some(before), Some(after)) = (text.get(..range.start), text.get(range.end..)) else {
        return range;
    };
    let blank = |c: char| c == ' ' || c == '\t';
    let start = before.trim_end_matches(blank).len();
    let rest = after.trim_start_matches(blank);
    let end = range.end + after.len() - rest.len();
    let line = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
    match line {
        Some(line)
            if start == 0 || before.get(..start).is_some_and(|before| before.ends_with('\n')) =>
        {
            start..text.len() - line.len()
        }
        // A comma leaves no blank at the end of its line.
        Some(_) => range,
        None => range.start..end,
    }
}
