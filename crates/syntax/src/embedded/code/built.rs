//! Values that a program builds in steps: an empty object that is filled, or the result of a function that makes
//! one.

use massup_model::json::{Member, Node, Value};

use super::lexer::{Kind, Token};
use super::value::{Literal, Read, Reader, node_of};

/// Classes and functions whose values are objects.
const OBJECTS: [&str; 15] = [
    "MassUpdateBodyWrapper",
    "ZCRMRecord",
    "MassUpdateTerritory",
    "Record",
    "Territory",
    "JSONObject",
    "JsonObject",
    "JObject",
    "HashMap",
    "LinkedHashMap",
    "TreeMap",
    "Dictionary",
    "ExpandoObject",
    "stdClass",
    "Map",
];

/// Classes of the official SDKs, whose values are objects of the API. The samples for Python import a record under
/// another name.
const SDK: [&str; 5] =
    ["MassUpdateBodyWrapper", "MassUpdateTerritory", "Record", "Territory", "ZCRMRecord"];

/// Classes and functions whose values are lists.
const LISTS: [&str; 6] = ["JSONArray", "JsonArray", "JArray", "ArrayList", "LinkedList", "List"];

/// Classes that hold one text, which is what they are made of.
const TEXTS: [&str; 8] = [
    "Choice",
    "String",
    "StringBody",
    "StringContent",
    "StringEntity",
    "JSONObject",
    "JsonObject",
    "ByteArrayEntity",
];

impl Reader<'_> {
    pub(super) fn word_at(&self, at: usize) -> Option<&str> {
        self.token(at).and_then(Token::word)
    }

    /// What a function makes that is called at `at`, the last word of a name that begins at `index`: `Map()`,
    /// `dict(a=1)`, `Map.of("a", 1)`.
    pub(super) fn made(&self, index: usize, at: usize, depth: usize) -> Option<Read> {
        let name = self.word_at(at)?;
        let owner = at.checked_sub(2).filter(|owner| *owner >= index);
        let owner = owner.and_then(|owner| self.word_at(owner)).unwrap_or_default();
        let open = at + 1;
        let close = self.token(open)?.pair?;
        if let Some(value) = self.merged((owner, name), open, depth) {
            return Some(Read { value, next: close + 1 });
        }
        let value = match (owner, name) {
            ("", "Map") if close == open + 1 => self.empty(open, Value::Object(Vec::new())),
            // Kotlin and Scala make them without `new`.
            ("", "JSONObject" | "JsonObject") if close == open + 1 => {
                self.empty(open, Value::Object(Vec::new()))
            }
            ("", "List" | "Collection" | "list" | "JSONArray" | "JsonArray")
                if close == open + 1 =>
            {
                self.empty(open, Value::Array(Vec::new()))
            }
            (_, name) if SDK.contains(&name) && close == open + 1 => {
                self.empty(open, Value::Object(Vec::new()))
            }
            (_, "Choice") => self.read(open + 1, depth + 1).value,
            ("Map" | "ImmutableMap", "of") => self.pairs(open, depth)?,
            ("", "mapOf" | "hashMapOf" | "mutableMapOf" | "linkedMapOf") => {
                self.infix_pairs(open, depth)?
            }
            ("", "Map") if self.source.language.is("scala") => self.infix_pairs(open, depth)?,
            ("", "Seq" | "List" | "Array" | "Vector" | "ArrayBuffer" | "ListBuffer")
                if self.source.language.is("scala") =>
            {
                self.items(open, depth)?.value
            }
            ("", "listOf" | "arrayListOf" | "mutableListOf" | "arrayOf" | "setOf") => {
                self.items(open, depth)?.value
            }
            ("List" | "Set" | "ImmutableList", "of")
            | ("Arrays", "asList")
            | ("Collections", "singletonList") => self.items(open, depth)?.value,
            _ => return None,
        };
        Some(Read { value, next: close + 1 })
    }

    /// What `new` makes: an empty object or list, or what is in the braces behind it.
    pub(super) fn made_new(&self, index: usize, depth: usize) -> Option<Read> {
        let mut at = index + 1;
        let (mut name, mut list, mut typed) = ("", false, false);
        // A name with its namespace, and types in `<>`.
        while let Some(token) = self.token(at) {
            match &token.kind {
                Kind::Word(word) => {
                    let dot = at.checked_sub(1).is_some_and(|dot| self.is(dot, '.'));
                    if name.is_empty() || dot && !typed {
                        name = word;
                    }
                }
                Kind::Mark('<') => typed = true,
                Kind::Mark('.' | '>' | ',' | '?' | '\\') => {}
                Kind::Mark('[') if token.pair == Some(at + 1) => {
                    at += 1;
                    list = true;
                }
                _ => break,
            }
            at += 1;
            if at > index + 24 {
                return None;
            }
        }
        let open = at;
        let arguments = self.is(open, '(');
        let next = if arguments { self.token(open)?.pair? + 1 } else { open };
        if self.is(next, '{') {
            let list = list || LISTS.contains(&name);
            return if list {
                self.items(next, depth)
            } else if OBJECTS.contains(&name) && self.is(next + 1, '{') {
                self.pairs_in_braces(next, depth)
            } else {
                self.object(next, depth)
            };
        }
        if !arguments {
            return None;
        }
        if next > open + 2 {
            // `new JSONObject("{…}")`, `new ArrayList<>(Arrays.asList("1"))`.
            let value = self.read(open + 1, depth + 1);
            let same = match &value.value {
                Literal::Text(_) => TEXTS.contains(&name),
                Literal::Node(node) => LISTS.contains(&name) && node.as_array().is_some(),
            };
            return same.then_some(Read { value: value.value, next });
        }
        let value = if OBJECTS.contains(&name) {
            Value::Object(Vec::new())
        } else if LISTS.contains(&name) {
            Value::Array(Vec::new())
        } else {
            return None;
        };
        Some(Read { value: self.empty(open, value), next })
    }

    /// What `new` of a class of Ruby or Perl makes: `ZOHOCRMSDK::Record::Record.new`, `Hash.new()`, `Record->new()`.
    pub(super) fn made_by_class(&self, index: usize) -> Option<Read> {
        if !["rb", "pl"].iter().any(|name| self.source.language.is(name)) {
            return None;
        }
        let mut class = index;
        while self.is_operator(class + 1, "::") {
            class += 2;
        }
        let called = self.is(class + 1, '.') || self.is_operator(class + 1, "->");
        let name =
            self.word_at(class).filter(|_| called && self.word_at(class + 2) == Some("new"))?;
        let value = match name {
            "Hash" => Value::Object(Vec::new()),
            "Array" => Value::Array(Vec::new()),
            name if SDK.contains(&name) => Value::Object(Vec::new()),
            _ => return None,
        };
        let empty = Literal::Node(Node { value, span: self.span(index, class + 2) });
        let open = class + 3;
        let close = self.token(open).filter(|token| token.is('(') && !token.begins_line);
        match close.and_then(|token| token.pair) {
            Some(close) if close > open + 1 => None,
            close => Some(Read { value: empty, next: close.unwrap_or(class + 2) + 1 }),
        }
    }

    fn empty(&self, open: usize, value: Value<'static>) -> Literal {
        Literal::Node(Node { value, span: self.span(open, open + 1) })
    }

    /// `("key", value, "key", value)` as an object.
    fn pairs(&self, open: usize, depth: usize) -> Option<Literal> {
        let close = self.token(open)?.pair?;
        let Literal::Node(Node { value: Value::Array(items), .. }) = self.items(open, depth)?.value
        else {
            return None;
        };
        let mut members = Vec::new();
        let mut items = items.into_iter();
        while let Some(key) = items.next() {
            let Value::String(name) = key.value else { return None };
            members.push(Member { key: name, key_span: key.span, value: items.next()? });
        }
        let span = self.span(open, close);
        Some(Literal::Node(Node { value: Value::Object(members), span }))
    }

    /// `{ { "key", value } }` of C# as an object.
    fn pairs_in_braces(&self, open: usize, depth: usize) -> Option<Read> {
        let close = self.token(open)?.pair?;
        let (mut members, mut at) = (Vec::new(), open + 1);
        while at < close {
            if self.is(at, ',') {
                at += 1;
                continue;
            }
            let key = self.token(at + 1).filter(|_| self.is(at, '{') && self.is(at + 2, ','))?;
            let name = key.text().filter(|text| text.variables.is_empty())?;
            members.push(Member {
                key: name.text.clone().into(),
                key_span: key.span,
                value: node_of(self.read(at + 3, depth + 1).value),
            });
            at = self.token(at)?.pair? + 1;
        }
        let value =
            Literal::Node(Node { value: Value::Object(members), span: self.span(open, close) });
        Some(Read { value, next: close + 1 })
    }

    /// `("key" to value)` of Kotlin and `("key" -> value)` of Scala as an object.
    fn infix_pairs(&self, open: usize, depth: usize) -> Option<Literal> {
        let close = self.token(open)?.pair?;
        let (mut members, mut at) = (Vec::new(), open + 1);
        while at < close {
            if self.is(at, ',') {
                at += 1;
                continue;
            }
            let key = self.token(at)?;
            let name = key.text().filter(|text| text.variables.is_empty())?;
            if self.word_at(at + 1) != Some("to") && !self.is_operator(at + 1, "->") {
                return None;
            }
            let value = self.read(at + 2, depth + 1);
            at = value.next.max(at + 3);
            members.push(Member {
                key: name.text.clone().into(),
                key_span: key.span,
                value: node_of(value.value),
            });
        }
        let span = self.span(open, close);
        Some(Literal::Node(Node { value: Value::Object(members), span }))
    }
}
