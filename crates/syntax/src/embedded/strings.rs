//! The strings of a JSON file as texts of their own.

use massup_model::json::Node;

use super::decoded::Decoded;

/// A JSON text, for the strings in it.
#[derive(Clone, Copy)]
pub(crate) struct Strings<'t> {
    pub(crate) text: &'t str,
    /// Where the text begins in its file.
    pub(crate) offset: usize,
}

impl Strings<'_> {
    /// The text of a string; `None` for other values.
    pub(crate) fn decoded(&self, node: &Node<'_>) -> Option<Decoded> {
        node.as_str()?;
        let start = node.span.start.checked_sub(self.offset)?;
        let end = node.span.end.checked_sub(self.offset)?;
        Some(Decoded::of_json_string(self.text.get(start..end)?, node.span.start))
    }
}
