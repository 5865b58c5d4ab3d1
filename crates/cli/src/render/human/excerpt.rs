//! The part of a file that is shown with a finding.

use massup_model::json::Span;
use massup_project::limits::LINE_BYTES;

use crate::text::Line;

/// What is shown on either side of a place in a longer line, in bytes.
const WINDOW: usize = 60;

/// The part of a line that is shown, as it can be shown.
pub(super) struct Excerpt {
    pub(super) text: String,
    /// The place in it, in bytes, on boundaries of characters.
    pub(super) mark: std::ops::Range<usize>,
}

impl Excerpt {
    /// The line of a place, or what is around the place where the line is very long. What must not be
    /// shown of it is blank. A place of several lines is marked on its first.
    ///
    /// The span may be any: it is moved to boundaries of characters in the text.
    pub(super) fn around(source: &str, place: Span, shown: Option<Span>) -> Self {
        let start = source.floor_char_boundary(place.start);
        let (from, to) = bounds(source, start);
        let (first, last) = match shown {
            Some(shown) => (
                source.floor_char_boundary(shown.start).clamp(from, start),
                source.floor_char_boundary(shown.end).clamp(start, to),
            ),
            None => (from, to),
        };
        let end = source.ceil_char_boundary(place.end).clamp(start, last);
        let part = |from: usize, to: usize| source.get(from..to).unwrap_or_default();
        // A byte order mark is not part of the first line.
        let before = if first == 0 {
            part(0, start).trim_start_matches('\u{feff}')
        } else {
            part(first, start)
        };
        let hidden = part(from, first).chars().count();
        let text = with(Line::of(" ".repeat(hidden)), before);
        let mark_start = text.as_str().len();
        let text = with(text, part(start, end));
        let mark_end = text.as_str().len();
        let text = with(text, part(end, last).trim_end_matches('\r'));
        Self { text: text.to_string(), mark: mark_start..mark_end }
    }
}

/// Where the line of a place begins and ends, or a part of it around the place. At most
/// [`LINE_BYTES`] are looked at on either side, however long the line is.
fn bounds(source: &str, start: usize) -> (usize, usize) {
    let nearest = source.floor_char_boundary(start.saturating_sub(LINE_BYTES));
    let farthest = source.floor_char_boundary(start.saturating_add(LINE_BYTES));
    let before = source.get(nearest..start).unwrap_or_default();
    let after = source.get(start..farthest).unwrap_or_default();
    let line_start = before.rfind('\n').map(|at| nearest + at + 1);
    let line_end = after.find('\n').map(|at| start + at);
    let line_start = line_start.or((nearest == 0).then_some(0));
    let line_end = line_end.or((farthest == source.len()).then_some(farthest));
    match (line_start, line_end) {
        (Some(from), Some(to)) if to - from <= LINE_BYTES => (from, to),
        _ => {
            let from = source.floor_char_boundary(start.saturating_sub(WINDOW));
            let to = source.floor_char_boundary(start.saturating_add(2 * WINDOW));
            let to = to.min(line_end.unwrap_or(to));
            (from.max(line_start.unwrap_or(from)), to)
        }
    }
}

/// Adds a part of a line as it is shown; the renderer widens tabs.
fn with(mut line: Line, part: &str) -> Line {
    for (index, words) in part.split('\t').enumerate() {
        line = if index > 0 { line.own("\t") } else { line }.outside(words);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_on_what_is_shown_of_the_place() {
        let marked = |source: &str, start: usize, end: usize| {
            let excerpt = Excerpt::around(source, Span { start, end }, None);
            let mark = excerpt.text.get(excerpt.mark.clone()).unwrap().to_owned();
            (excerpt.text, mark)
        };
        assert_eq!(marked("a\nbcd\re\r\nf", 3, 4), ("bcd\\re".into(), "c".into()));
        assert_eq!(marked("\u{feff}{}", 3, 4), ("{}".into(), "{".into()));
        assert_eq!(
            marked("a\u{1b}b\u{a0}c", 1, 4),
            ("a\\u{1b}b\u{a0}c".into(), "\\u{1b}b\u{a0}".into())
        );
        // Inside of a character of three bytes, behind the end, and over several lines.
        assert_eq!(marked("x東y", 2, 3).1, "東");
        assert_eq!(marked("ab", 7, 9), ("ab".into(), String::new()));
        assert_eq!(marked("ab\ncd", 1, 5), ("ab".into(), "b".into()));
        assert_eq!(marked("ab", 1, 0).1, "");
    }

    #[test]
    fn what_must_not_be_shown_is_blank() {
        let (place, shown) = (Span { start: 8, end: 9 }, Span { start: 6, end: 11 });
        let excerpt = Excerpt::around("tökx: [1, 2], more", place, Some(shown));
        assert_eq!(excerpt.text, "      [1, ");
    }

    /// The steps are the bytes in which the ends of the line are looked for.
    #[test]
    fn a_place_in_a_long_line_takes_no_more_steps_than_in_a_shorter_one() {
        let shown = |length: usize| {
            let source = "[1,".repeat(length);
            let place = source.len() / 2;
            let (from, to) = bounds(&source, place);
            assert!(from < place && place < to);
            to - from
        };
        assert_eq!(shown(10_000), shown(20_000));
        assert_eq!(shown(10_000), 3 * WINDOW);
        // A line is shown as a whole up to the limit, and in part beyond.
        let of = |length: usize| {
            let source = format!("x\n{}\ny", "a".repeat(length));
            let (from, to) = bounds(&source, 2 + length / 2);
            to - from
        };
        assert_eq!(of(LINE_BYTES), LINE_BYTES);
        assert_eq!(of(LINE_BYTES + 1), 3 * WINDOW);
    }
}
