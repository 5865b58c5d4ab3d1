//! What the statements of a program do to a value: they put something into it, or change a part of it.

use massup_model::json::{Member, Node, Span, Value};

use super::lexer::{Kind, Token};
use super::merged::insert;
use super::value::{EXPRESSION, Literal, Read, Reader, node_of};

/// Methods that put a member into an object, or an item into a list.
const PUTS: [&str; 10] = [
    "put",
    "add",
    "Add",
    "append",
    "push",
    "set",
    "addProperty",
    "add_key_value",
    "addKeyValue",
    "AddKeyValue",
];

/// Methods of the SDKs that set a field which an object names.
const ADDS_FIELD: [&str; 3] = ["addFieldValue", "AddFieldValue", "add_field_value"];

/// The keys of a body, as the SDKs have them in the names of methods and properties.
const KEYS: [(&str, &str); 8] = [
    ("data", "data"),
    ("ids", "ids"),
    ("cvid", "cvid"),
    ("overwrite", "over_write"),
    ("territory", "territory"),
    ("id", "id"),
    ("includechild", "include_child"),
    ("criteria", "criteria"),
];

/// Methods that change a value in a way that is not followed.
const CHANGES: [&str; 12] = [
    "update",
    "setdefault",
    "extend",
    "merge",
    "store",
    "assign",
    "putAll",
    "addAll",
    "insert",
    "remove",
    "pop",
    "clear",
];

/// Operators that change the value on their left.
const COMPOUND: [&str; 4] = ["**=", "+=", "-=", "|="];

/// A step from a value to a part of it.
enum Step {
    Key(String, Span),
    Index(usize),
}

impl Reader<'_> {
    /// A value with what the calls right behind it put into it: `new JSONArray().put(record)`.
    pub(super) fn chained(&self, mut read: Read, depth: usize) -> Read {
        while let Literal::Node(node) = &mut read.value {
            let put = self.is(read.next, '.')
                && self.word_at(read.next + 1).is_some_and(|word| PUTS.contains(&word));
            let close = self.token(read.next + 2).filter(|open| open.is('(')).and_then(|t| t.pair);
            let Some(close) = close.filter(|_| put) else { break };
            if self.put(node, read.next + 2, depth).is_none() {
                node.value = Value::Unknown(EXPRESSION.into());
            }
            read.next = close + 1;
        }
        read
    }

    /// A value with what is put into a variable that holds it: `body["ids"] = …`, `body.ids = …`,
    /// `body.put("ids", …)`, up to the place that the reader reads for. What only happens under a condition makes
    /// the changed part unknown.
    pub(super) fn changed(
        &self,
        mut node: Node<'static>,
        name: &str,
        value: usize,
        depth: usize,
    ) -> Node<'static> {
        let until = self.until.get();
        let before = value.saturating_sub(1);
        for at in self.program.uses(name, before).take_while(|at| *at < until) {
            let Some(budget) = self.budget.get().checked_sub(1) else {
                node.value = Value::Unknown(EXPRESSION.into());
                break;
            };
            self.budget.set(budget);
            self.change(&mut node, at, value, depth);
        }
        node
    }

    /// Applies what a statement that begins with a variable does to its value.
    fn change(&self, node: &mut Node<'static>, at: usize, value: usize, depth: usize) {
        if let Some(function) =
            at.checked_sub(2).filter(|at| self.word_at(*at) == Some("array_push"))
        {
            return self.pushed(node, function, value, depth);
        }
        let (mut path, mut next) = (Vec::new(), at + 1);
        loop {
            if self.is(next, '[') {
                let Some(close) = self.token(next).and_then(|token| token.pair) else { return };
                // `$ids[] = "1"` of PHP.
                if close == next + 1 && self.is(close + 1, '=') {
                    let item = node_of(self.read(close + 2, depth + 1).value);
                    return add(node, &path, item, self.same_block(at, value));
                }
                let step = self.token(next + 1).filter(|_| close == next + 2);
                let Some(step) = step.and_then(step_of) else {
                    // Which part it is depends on a variable.
                    if self.assigns(close + 1) {
                        lose(node, &path);
                    }
                    return;
                };
                path.push(step);
                next = close + 1;
            } else if self.is(next, '.') || self.is_operator(next, "->") {
                let from = next + 1;
                let Some(word) = self.word_at(from) else { return };
                if self.is(from + 1, '(') {
                    return self.called(node, &path, from, (at, value), depth);
                }
                let span = self.span(from, from);
                let has_properties = ["cs", "rb"].iter().any(|of| self.source.language.is(of));
                let key = property(word).filter(|_| has_properties);
                path.push(Step::Key(key.unwrap_or(word).to_owned(), span));
                next = from + 1;
            } else {
                break;
            }
        }
        if !self.assigns(next) {
            return;
        }
        // Scala and Kotlin add an item to a list like this.
        if self.is_operator(next, "+=")
            && ["scala", "kt"].iter().any(|of| self.source.language.is(of))
        {
            let item = node_of(self.read(next + 1, depth + 1).value);
            return add(node, &path, item, self.same_block(at, value));
        }
        let Some(Step::Key(key, key_span)) = path.pop() else { return lose(node, &path) };
        if !self.is(next, '=') || !self.same_block(at, value) {
            return lose(node, &path);
        }
        let value = node_of(self.read(next + 1, depth + 1).value);
        let Some(part) = part(node, &path) else { return lose(node, &path) };
        // An empty array of PHP is an empty object as well.
        if self.source.language.is("php") && part.as_array().is_some_and(<[_]>::is_empty) {
            part.value = Value::Object(Vec::new());
        }
        let Value::Object(members) = &mut part.value else { return lose(node, &path) };
        insert(members, Member { key: key.into(), key_span, value });
    }

    /// Adds what `array_push` of PHP is called with to the list that is its first argument.
    fn pushed(&self, node: &mut Node<'static>, function: usize, value: usize, depth: usize) {
        let close = self.token(function + 1).and_then(|token| token.pair).unwrap_or(function);
        let mut at = self.end_of(function + 2);
        while at < close {
            if self.is(at, ',') {
                at += 1;
                continue;
            }
            let read = self.read(at, depth + 1);
            add(node, &[], node_of(read.value), self.same_block(function, value));
            at = read.next.max(at + 1);
        }
    }

    /// Applies the call of a method at `name` to a part of a value.
    fn called(
        &self,
        node: &mut Node<'static>,
        path: &[Step],
        name: usize,
        (at, value): (usize, usize),
        depth: usize,
    ) {
        let word = self.word_at(name).unwrap_or_default();
        if CHANGES.contains(&word) {
            return lose(node, path);
        }
        if ADDS_FIELD.contains(&word) {
            return self.add_field(node, path, name, (at, value), depth);
        }
        let set = word.strip_prefix("set").map(|key| key.trim_start_matches('_'));
        let key = set.filter(|key| !key.is_empty()).and_then(property);
        if key.is_none() && !PUTS.contains(&word) {
            // Other methods that add or set something change it in a way that is unknown.
            if word.starts_with("add") || word.starts_with("Add") || word.starts_with("set") {
                lose(node, path);
            }
            return;
        }
        let together = self.same_block(at, value);
        let done = part(node, path).filter(|_| together).and_then(|part| match key {
            Some(key) => self.set(part, (key, name), depth),
            None => self.put(part, name + 1, depth),
        });
        if done.is_none() {
            lose(node, path);
        }
    }

    /// Adds a field that a constant of an SDK names, such as `Field.Leads.CITY`: which one that is stays unknown.
    fn add_field(
        &self,
        node: &mut Node<'static>,
        path: &[Step],
        name: usize,
        (at, value): (usize, usize),
        depth: usize,
    ) {
        // `new Field("Discount")`
        let (open, end) = (name + 1, self.end_of(name + 2));
        let own =
            (open + 1..end).find(|at| self.word_at(*at) == Some("Field") && self.is(*at + 1, '('));
        let key =
            own.and_then(|own| self.token(own + 2)).and_then(|key| Some((key.text()?, key.span)));
        let known = key.filter(|(key, _)| key.variables.is_empty() && self.same_block(at, value));
        let Some(Node { value: part, span }) = part(node, path) else { return lose(node, path) };
        if let (Value::Object(members), Some((key, key_span))) = (&mut *part, known) {
            let value = node_of(self.read(end + 1, depth + 1).value);
            return insert(members, Member { key: key.text.clone().into(), key_span, value });
        }
        *span = self.span(open + 1, end.saturating_sub(1));
        let written: String = (open + 1..end).filter_map(|at| self.written(at)).collect();
        *part = Value::Unknown(format!("the field that `{written}` names").into());
    }

    /// A token of a name with its full stops.
    fn written(&self, at: usize) -> Option<&str> {
        match &self.token(at)?.kind {
            Kind::Word(word) => Some(word),
            Kind::Operator(mark) => Some(mark),
            Kind::Mark('.') => Some("."),
            _ => None,
        }
    }

    /// Puts the arguments of a call into an object or a list.
    fn put(&self, node: &mut Node<'static>, open: usize, depth: usize) -> Option<()> {
        let close = self.token(open)?.pair?;
        let arguments = self.items(open, depth + 1)?.value;
        let Literal::Node(Node { value: Value::Array(items), .. }) = arguments else { return None };
        let mut items = items.into_iter();
        match (&mut node.value, items.next(), items.next(), items.next()) {
            (Value::Object(members), Some(key), Some(value), None) => {
                let Value::String(name) = key.value else { return None };
                insert(members, Member { key: name, key_span: key.span, value });
            }
            (Value::Array(list), Some(item), None, None) => list.push(item),
            _ => return None,
        }
        node.span.end = node.span.end.max(self.span(open, close).start);
        Some(())
    }

    /// Sets the member that a method of an SDK is named after.
    fn set(
        &self,
        node: &mut Node<'static>,
        (key, name): (&'static str, usize),
        depth: usize,
    ) -> Option<()> {
        let Value::Object(members) = &mut node.value else { return None };
        let value = node_of(self.read(name + 2, depth + 1).value);
        insert(members, Member { key: key.into(), key_span: self.span(name, name), value });
        Some(())
    }

    pub(super) fn is_operator(&self, at: usize, mark: &str) -> bool {
        self.token(at).is_some_and(|token| matches!(token.kind, Kind::Operator(own) if own == mark))
    }

    /// Whether a value is given here, by `=` or an operator such as `+=`.
    fn assigns(&self, at: usize) -> bool {
        self.is(at, '=')
            || self.token(at).is_some_and(
                |token| matches!(token.kind, Kind::Operator(mark) if COMPOUND.contains(&mark)),
            )
    }

    /// Whether two statements are always run together: in the same brackets, indented alike, none behind a
    /// condition on its line.
    fn same_block(&self, at: usize, value: usize) -> bool {
        let (Some(one), Some(other)) = (self.token(at), self.token(value)) else { return false };
        let before = at.checked_sub(1).and_then(|before| self.token(before));
        let begins = one.begins_line
            || before.is_none_or(|token| [';', '{', '}'].iter().any(|mark| token.is(*mark)));
        begins && one.inside == other.inside && one.indent == other.indent
    }
}

/// Adds an item to a list within a value, which is unknown if that does not always happen.
fn add(node: &mut Node<'static>, path: &[Step], item: Node<'static>, always: bool) {
    match part(node, path) {
        Some(Node { value: Value::Array(items), .. }) if always => items.push(item),
        _ => lose(node, path),
    }
}

/// Marks the part of a value at a path as unknown, or the whole value if it has no such part.
fn lose(node: &mut Node<'static>, path: &[Step]) {
    let lost = match part(node, path) {
        Some(part) => part,
        None => node,
    };
    // What made it unknown first is what people are told.
    if !matches!(lost.value, Value::Unknown(_)) {
        lost.value = Value::Unknown(EXPRESSION.into());
    }
}

/// The key of a body that a property or a setter of an SDK is named after.
fn property(word: &str) -> Option<&'static str> {
    let letters = word.chars().filter(char::is_ascii_alphanumeric);
    let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    KEYS.iter().find(|(name, _)| *name == folded).map(|(_, key)| *key)
}

fn step_of(token: &Token) -> Option<Step> {
    match &token.kind {
        Kind::Text(text) if text.variables.is_empty() => {
            Some(Step::Key(text.text.clone(), token.span))
        }
        Kind::Number(digits) => digits.parse().ok().map(Step::Index),
        _ => None,
    }
}

/// The part of a value that a path leads to.
fn part<'n>(node: &'n mut Node<'static>, path: &[Step]) -> Option<&'n mut Node<'static>> {
    let mut node = node;
    for step in path {
        node = match (step, &mut node.value) {
            (Step::Key(key, _), Value::Object(members)) => {
                &mut members.iter_mut().find(|member| member.key == key.as_str())?.value
            }
            (Step::Index(index), Value::Array(items)) => items.get_mut(*index)?,
            _ => return None,
        };
    }
    Some(node)
}
