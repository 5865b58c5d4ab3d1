//! A call as anyone may have written it.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::ApiVersion;
use crate::json::{Member, Node, Span, Value};

/// A call as it was written, valid or not: unknown keys and wrong types are kept. Reading a draft never
/// fails.
#[derive(Clone, Debug, Default)]
pub struct Draft<'t> {
    /// One call, or the intent that many calls are planned from.
    pub kind: Kind,
    /// The HTTP method, where the text names one.
    pub method: Option<Spot<'t>>,
    /// The path of the URL, where the text names one.
    pub path: Option<Spot<'t>>,
    /// `ids` or `cvid`, if it is a parameter in the query of the URL: the API takes both in the body only.
    pub selection_in_query: Option<&'static str>,
    /// The module's API name, from the text or from the caller.
    pub module: Option<Spot<'t>>,
    /// The version, from the text or from the caller. `None` where neither knows.
    pub version: Option<ApiVersion>,
    /// The request body. A call for the status of a job has none.
    pub body: Option<Node<'t>>,
    /// A file that holds the body, in a script or a collection that only names it.
    pub body_file: Option<Spot<'t>>,
    /// A file that holds the ids, in a change file.
    pub ids_file: Option<Spot<'t>>,
    /// The column of that file, if it is a table.
    pub column: Option<Spot<'t>>,
    /// Further files of ids with their columns, in a change file with several selections.
    pub more_files: Vec<(Spot<'t>, Option<Spot<'t>>)>,
    /// What the plan may do, in a change file.
    pub policy: Option<Node<'t>>,
    /// Where the call is in a file of another kind, such as a script; `None` in a file of calls.
    pub embedded: Option<Embedded>,
    /// Whether it is a step of a plan, which is checked as a whole.
    pub planned: bool,
    /// The selections of a change file that has a list of them, in the order of the list: empty where
    /// `select` is an object.
    pub selections: Vec<Selected>,
}

/// A call inside a file of another kind: in strings of a collection, or in words of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedded {
    /// In order, none overlaps another.
    parts: Vec<Span>,
}

impl Embedded {
    /// A call in some parts of a file. What is next to them may be secret.
    pub fn new(mut parts: Vec<Span>) -> Self {
        parts.sort_unstable();
        parts.dedup_by(|next, part| {
            let overlap = next.start < part.end;
            if overlap {
                part.end = part.end.max(next.end);
            }
            overlap
        });
        Self { parts }
    }

    /// The parts of the file that hold the call, in order.
    pub fn parts(&self) -> &[Span] {
        &self.parts
    }

    /// The part that a place is in; nothing at that place, where it is in none.
    pub fn part(&self, at: usize) -> Span {
        let next = self.parts.partition_point(|part| part.start <= at);
        let part = next.checked_sub(1).and_then(|last| self.parts.get(last)).copied();
        part.filter(|part| at < part.end).unwrap_or(Span { start: at, end: at })
    }
}

/// An item of the list under `select` of a change file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// `ids`: the place of the first of them among all ids of the draft.
    Ids(usize),
    /// `ids_file`.
    File,
    /// `view`.
    View,
}

/// What a [`Draft`] represents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One call: the limits of a call apply.
    #[default]
    Call,
    /// The intent of a change file: any number of ids and fields, to be split into calls.
    Intent,
    /// A request for the status of a job: a GET without a body.
    Status,
}

/// A text and its place in the file, which is `None` for texts from a flag or from configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot<'t> {
    /// The text.
    pub text: Cow<'t, str>,
    /// Its place, quotes included.
    pub span: Option<Span>,
}

impl<'t> Spot<'t> {
    /// A text from outside the file.
    pub fn outside(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), span: None }
    }
}

/// The keys of a request body that the documentation names.
pub const BODY_KEYS: [&str; 5] = ["data", "ids", "cvid", "territory", "over_write"];

/// The key that every official SDK has in its body class, but no page documents.
pub const CRITERIA: &str = "criteria";

/// The keys of `territory`.
pub const TERRITORY_KEYS: [&str; 2] = ["id", "include_child"];

impl<'t> Draft<'t> {
    /// A draft of one call from its body alone.
    pub fn of_body(body: Node<'t>) -> Self {
        Self { body: Some(body), ..Self::default() }
    }

    /// The name in the file of a key of the body: a change file has `set` and `select` in their place.
    ///
    /// ```
    /// use massup_model::Draft;
    /// use massup_model::draft::Kind;
    ///
    /// assert_eq!(Draft::default().name_in_file("ids"), "ids");
    /// let change = Draft { kind: Kind::Intent, ..Draft::default() };
    /// assert_eq!(change.name_in_file("ids"), "select.ids");
    /// ```
    pub fn name_in_file<'k>(&self, key: &'k str) -> &'k str {
        match (self.kind, key) {
            (Kind::Intent, "data") => "set",
            (Kind::Intent, "ids") => "select.ids",
            (Kind::Intent, "cvid") => "select.view",
            (Kind::Intent, "territory") => "select.territory",
            _ => key,
        }
    }

    /// The JSON Pointer in the file for one in the body: a change file has `set` and `select` where the
    /// body has `data`, `ids` and `cvid`.
    ///
    /// ```
    /// use massup_model::Draft;
    /// use massup_model::draft::Kind;
    ///
    /// let change = Draft { kind: Kind::Intent, ..Draft::default() };
    /// assert_eq!(change.pointer_in_file("/data/0/City"), "/set/City");
    /// assert_eq!(change.pointer_in_file("/ids/3"), "/select/ids/3");
    /// assert_eq!(change.pointer_in_body("/select/ids/3"), "/ids/3");
    /// assert_eq!(Draft::default().pointer_in_file("/ids/3"), "/ids/3");
    /// ```
    pub fn pointer_in_file(&self, pointer: &str) -> String {
        if self.kind != Kind::Intent {
            return pointer.to_owned();
        }
        let (first, rest) = split(pointer);
        match first {
            "data" => format!("/set{}", rest.strip_prefix("/0").unwrap_or(rest)),
            "ids" if self.selections.is_empty() => format!("/select/ids{rest}"),
            "ids" => {
                let (index, rest) = split(rest);
                let place = |index: usize| {
                    let items = self.selections.iter().enumerate();
                    items
                        .filter_map(|(item, selected)| match selected {
                            Selected::Ids(start) if *start <= index => Some((item, index - start)),
                            _ => None,
                        })
                        .next_back()
                };
                match index.parse().ok().and_then(place) {
                    Some((item, index)) => format!("/select/{item}/ids/{index}{rest}"),
                    None => "/select".to_owned(),
                }
            }
            "cvid" | "territory" => {
                let key = if first == "cvid" { "view" } else { first };
                let item = self.selections.iter().position(|one| *one == Selected::View);
                let item = item.map_or_else(String::new, |item| format!("/{item}"));
                format!("/select{item}/{key}{rest}")
            }
            _ => pointer.to_owned(),
        }
    }

    /// The JSON Pointer in the body for one in the file: the inverse of [`Draft::pointer_in_file`].
    pub fn pointer_in_body(&self, pointer: &str) -> String {
        if self.kind != Kind::Intent {
            return pointer.to_owned();
        }
        let (first, mut rest) = split(pointer);
        if first == "set" {
            return format!("/data/0{rest}");
        }
        if first != "select" {
            return pointer.to_owned();
        }
        let mut start = 0;
        let (item, below) = split(rest);
        if let Some(selected) = item.parse().ok().and_then(|item: usize| self.selections.get(item))
        {
            rest = below;
            start = if let Selected::Ids(start) = selected { *start } else { 0 };
        }
        match split(rest) {
            ("view", rest) => format!("/cvid{rest}"),
            ("ids", rest) => match split(rest) {
                (index, rest) if start > 0 => match index.parse::<usize>() {
                    Ok(index) => format!("/ids/{}{rest}", start + index),
                    Err(_) => "/ids".to_owned(),
                },
                _ => format!("/ids{rest}"),
            },
            _ => rest.to_owned(),
        }
    }

    /// The name of the module, if it is known.
    pub fn module_name(&self) -> Option<&str> {
        self.module.as_ref().map(|spot| spot.text.as_ref())
    }

    /// The version, or the newest where none is known.
    pub fn version_or_latest(&self) -> ApiVersion {
        self.version.unwrap_or(ApiVersion::LATEST)
    }

    /// The value under a key of the body.
    pub fn key(&self, key: &str) -> Option<&Node<'t>> {
        self.body.as_ref()?.field(key)
    }

    /// The members of `data[0]`, if it is an object.
    pub fn fields(&self) -> &[Member<'t>] {
        self.key("data")
            .and_then(Node::as_array)
            .and_then(|data| data.first())
            .and_then(Node::as_object)
            .unwrap_or_default()
    }

    /// The different field names of `data[0]`, in the order of the text.
    pub fn field_names(&self) -> Vec<&str> {
        const FEW: usize = 8;
        let names = || self.fields().iter().map(|member| member.key.as_ref());
        if self.fields().len() <= FEW {
            let is_new =
                |(index, name): &(usize, &str)| !names().take(*index).any(|known| known == *name);
            return names().enumerate().filter(is_new).map(|(_, name)| name).collect();
        }
        let mut known = HashSet::with_capacity(self.fields().len());
        names().filter(|name| known.insert(*name)).collect()
    }

    /// The entries of `ids`, if it is an array.
    pub fn ids(&self) -> &[Node<'t>] {
        self.key("ids").and_then(Node::as_array).unwrap_or_default()
    }

    /// Whether the call selects records by id, even if the ids are invalid; an empty list selects none.
    pub fn has_ids(&self) -> bool {
        let named = |ids: &Node<'_>| match &ids.value {
            Value::Null => false,
            Value::Array(ids) => !ids.is_empty(),
            _ => true,
        };
        self.ids_file.is_some() || self.key("ids").is_some_and(named)
    }

    /// Whether the entries of `ids` name more than one record. Entries that are not ids count for nothing.
    pub fn names_several_ids(&self) -> bool {
        let mut ids = self.ids().iter().filter_map(Node::as_id);
        ids.next().is_some_and(|first| ids.any(|id| id != first))
    }

    /// Whether the call has a territory, even an invalid one.
    pub fn has_territory(&self) -> bool {
        self.key("territory").is_some_and(|territory| territory.value != Value::Null)
    }

    /// Whether the call selects a custom view, even by an invalid id.
    pub fn has_view(&self) -> bool {
        self.key("cvid").is_some_and(|cvid| cvid.value != Value::Null)
    }
}

/// The first token of a pointer, as it is written, and what follows it.
fn split(pointer: &str) -> (&str, &str) {
    let pointer = pointer.strip_prefix('/').unwrap_or_default();
    pointer.split_at(pointer.find('/').unwrap_or(pointer.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_into_a_list_of_selections_and_back() {
        let selections = vec![Selected::Ids(0), Selected::File, Selected::Ids(2), Selected::View];
        let draft = Draft { kind: Kind::Intent, selections, ..Draft::default() };
        for (body, file) in [
            ("", ""),
            ("/data/0/A~1b", "/set/A~1b"),
            ("/data/0", "/set"),
            ("/ids/1", "/select/0/ids/1"),
            ("/ids/2", "/select/2/ids/0"),
            ("/ids/5", "/select/2/ids/3"),
            ("/cvid", "/select/3/view"),
            ("/territory/id", "/select/3/territory/id"),
            ("/over_write", "/over_write"),
        ] {
            assert_eq!(draft.pointer_in_file(body), file);
            assert_eq!(draft.pointer_in_body(file), body);
        }
        assert_eq!(draft.pointer_in_file("/ids"), "/select");
        assert_eq!(draft.pointer_in_file("/data"), "/set");
    }
}
