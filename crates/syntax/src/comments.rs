//! The comments of YAML and TOML, which their readers pass over.

use massup_model::json::{Node, Span, Value};

use crate::document::Comment;

/// The text behind a `#` that begins a line or follows a blank, and is not in a key or a value.
pub(super) fn of<'t>(text: &'t str, root: &Node<'_>) -> Vec<Comment<'t>> {
    let mut values = Vec::new();
    scalars(root, &mut values);
    values.sort_unstable();
    let in_value = |at: usize| {
        let before = values.partition_point(|span| span.start <= at);
        before.checked_sub(1).and_then(|last| values.get(last)).is_some_and(|span| at < span.end)
    };
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begins = |at: &usize| {
            line.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']))
        };
        let mark = line.match_indices('#').map(|(at, _)| at).filter(begins);
        if let Some(at) = mark.into_iter().find(|at| !in_value(start + at)) {
            let line = line.trim_end();
            if let Some(text) = line.get(at + 1..) {
                let span = Span { start: start + at, end: start + line.len() };
                comments.push(Comment { text: text.into(), span });
            }
        }
        start += line.len();
    }
    comments
}

/// Where keys and plain values are.
fn scalars(node: &Node<'_>, spans: &mut Vec<Span>) {
    match &node.value {
        Value::Array(items) => items.iter().for_each(|item| scalars(item, spans)),
        Value::Object(members) => {
            for member in members {
                spans.push(member.key_span);
                scalars(&member.value, spans);
            }
        }
        _ => spans.push(node.span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{toml, yaml};

    #[test]
    fn marks_in_values_are_no_comments() {
        let texts = |comments: Vec<Comment<'_>>| -> Vec<String> {
            comments.iter().map(|comment| comment.text.trim().to_owned()).collect()
        };
        let text = "# one\na: 'x # y' # two\nb: x#y\n\"c # d\": |\n  # no\n  text\n# three\n";
        assert_eq!(texts(of(text, &yaml::parse(text).unwrap())), ["one", "two", "three"]);
        let text = "a = 'x # y' # one\n\"b # c\" = 1 #two\n";
        assert_eq!(texts(of(text, &toml::parse(text).unwrap())), ["one", "two"]);
    }
}
