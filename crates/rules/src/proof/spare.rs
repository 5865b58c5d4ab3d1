//! Buffers that are reused.

use std::borrow::Cow;

use massup_model::json::{Node, Value};

/// Buffers of the values of a call, for the values of the next.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    lists: Vec<Vec<Node<'static>>>,
    texts: Vec<String>,
}

impl Spare {
    /// An empty list.
    pub(super) fn list<'t>(&mut self) -> Vec<Node<'t>> {
        self.lists.pop().unwrap_or_default()
    }

    /// An empty text.
    pub(super) fn text(&mut self) -> String {
        self.texts.pop().unwrap_or_default()
    }

    /// Takes back the buffers of a value.
    pub(crate) fn take_back(&mut self, value: Value<'_>) {
        match value {
            Value::String(Cow::Owned(mut text)) => {
                text.clear();
                self.texts.push(text);
            }
            Value::Array(mut items) => {
                while let Some(item) = items.pop() {
                    self.take_back(item.value);
                }
                // Collecting an iterator over a vector reuses its memory: the list only gets another lifetime.
                let items: Vec<Node<'static>> = items.into_iter().map_while(|_| None).collect();
                self.lists.push(items);
            }
            _ => {}
        }
    }
}
