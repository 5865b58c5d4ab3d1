//! Reads a call in one pass over its bytes, without allocating.
//!
//! The pass decides what depends on every byte: JSON syntax, duplicate keys, the types of values other
//! than field values, and ids. It returns everything else as an [`Outline`] for the rules to check (see
//! [`crate::checker`]). It gives up at anything unexpected; the caller then checks the call in full.

mod ids;
mod pass;
mod safe;
mod signature;
mod spare;
mod text;

use massup_model::json::{Member, Node, Span, Value};
use massup_model::limits::MAX_FIELDS_DEALS;

pub(crate) use ids::Ids;
pub(crate) use pass::Pass;
pub(crate) use safe::SafeValues;
use signature::Kind;
pub(crate) use signature::{Kept as KeptIds, Signature};
pub(crate) use spare::Spare;
use text::{Text, utf8};

/// A call as the pass read it: everything except the ids after the second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline<'t> {
    /// The members of a call file other than the body.
    envelope: Envelope<'t>,
    /// The fields of `data`, without duplicates. No module accepts more fields than fit here.
    fields: [Field<'t>; MAX_FIELDS_DEALS],
    count: usize,
    has_data: bool,
    /// The digits of the first id, and of the second.
    ids: Option<(&'t [u8], Option<&'t [u8]>)>,
    cvid: Option<&'t [u8]>,
    territory: Option<Territory<'t>>,
    over_write: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Envelope<'t> {
    method: Option<&'t [u8]>,
    path: Option<&'t [u8]>,
    module: Option<&'t [u8]>,
    api_version: Option<&'t [u8]>,
    step: bool,
    after: bool,
    body: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Territory<'t> {
    id: Option<&'t [u8]>,
    include_child: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Field<'t> {
    /// A hash of the name, which is compared first.
    hash: u64,
    name: &'t [u8],
    value: Raw<'t>,
}

/// The value of a field, not decoded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Raw<'t> {
    #[default]
    Null,
    Bool(bool),
    Number(&'t [u8]),
    Text(Text<'t>),
    /// An array of strings: their number, and the text from the first string on.
    Texts(usize, &'t [u8]),
}

impl Envelope<'_> {
    fn is_empty(&self) -> bool {
        let Self { method, path, module, api_version, step, after, body } = *self;
        let words = [method, path, module, api_version];
        !(step || after || body || words.iter().any(Option::is_some))
    }
}

impl<'t> Outline<'t> {
    /// Adds a field; `None` if there is one of its name, or if there are too many.
    #[inline]
    fn add_field(&mut self, name: &'t [u8], value: Raw<'t>) -> Option<()> {
        let field = Field { hash: signature::hash(name), name, value };
        let is_known = |known: &Field<'_>| known.hash == field.hash && known.name == name;
        if self.fields().iter().any(is_known) {
            return None;
        }
        *self.fields.get_mut(self.count)? = field;
        self.count += 1;
        Some(())
    }

    /// Orders the fields in some way: the order in the text means nothing.
    #[inline]
    fn sort_fields(&mut self) {
        if self.count > 1 {
            let fields = self.fields.get_mut(..self.count).unwrap_or_default();
            fields.sort_unstable_by(|a, b| (a.hash, a.name).cmp(&(b.hash, b.name)));
        }
    }

    #[inline]
    fn fields(&self) -> &[Field<'t>] {
        self.fields.get(..self.count).unwrap_or_default()
    }

    /// Writes the specimen of the call: the same call with placeholders for strings and numbers in fields,
    /// and for ids. Calls with equal specimens differ in nothing else.
    ///
    /// `kept` ids are written as they are.
    pub(crate) fn specimen(&self, kept: KeptIds) -> String {
        let to = &mut String::from("{");
        let Envelope { method, path, module, api_version, step, after, body } = self.envelope;
        let strings = [
            ("\"method\":\"", method),
            ("\"path\":\"", path),
            ("\"module\":\"", module),
            ("\"api_version\":\"", api_version),
        ];
        for (key, value) in strings {
            if let Some(value) = value {
                push(to, &[key, utf8(value), "\","]);
            }
        }
        for (key, is_there) in [("\"step\":1,", step), ("\"after\":[],", after)] {
            if is_there {
                to.push_str(key);
            }
        }
        if body {
            to.push_str("\"body\":{");
        }
        if self.has_data {
            to.push_str("\"data\":[{");
            for Field { name, value, .. } in self.fields() {
                push(to, &["\"", utf8(name), "\":", value.kind().specimen(), ","]);
            }
            close(to, "}],");
        }
        match self.over_write {
            Some(true) => to.push_str("\"over_write\":true,"),
            Some(false) => to.push_str("\"over_write\":false,"),
            None => {}
        }
        match self.ids {
            Some((_, None)) => to.push_str("\"ids\":[\"1\"],"),
            Some((_, Some(_))) => to.push_str("\"ids\":[\"1\",\"2\"],"),
            None => {}
        }
        if let Some(cvid) = self.cvid {
            push(to, &["\"cvid\":\"", if kept.views { utf8(cvid) } else { "1" }, "\","]);
        }
        if let Some(Territory { id, include_child }) = self.territory {
            to.push_str("\"territory\":{");
            if let Some(id) = id {
                push(to, &["\"id\":\"", if kept.territories { utf8(id) } else { "1" }, "\","]);
            }
            match include_child {
                Some(true) => to.push_str("\"include_child\":true,"),
                Some(false) => to.push_str("\"include_child\":false,"),
                None => {}
            }
            close(to, "},");
        }
        close(to, if body { "}}" } else { "}" });
        std::mem::take(to)
    }

    /// Whether the call is a body without the members of a call file.
    pub(crate) fn is_bare(&self) -> bool {
        !self.envelope.body
    }

    /// The fields, by name.
    pub(crate) fn members(&self, spare: &mut Spare) -> impl Iterator<Item = Member<'t>> {
        self.fields().iter().map(|field| member(utf8(field.name), field.value.value(spare)))
    }

    /// The values of the fields, not decoded, in the same order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Raw<'t>> {
        self.fields().iter().map(|field| &field.value)
    }

    /// The names of the fields, in the same order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'t str> {
        self.fields().iter().map(|field| utf8(field.name))
    }

    /// The body as a tree; `ids` has at most two entries.
    pub(crate) fn body(&self) -> Node<'t> {
        let id = |digits: &'t [u8]| Node::new(Value::String(utf8(digits).into()));
        let mut members = Vec::new();
        if self.has_data {
            let fields = Node::new(Value::Object(self.members(&mut Spare::default()).collect()));
            members.push(member("data", Value::Array(vec![fields])));
        }
        if let Some(over_write) = self.over_write {
            members.push(member("over_write", Value::Bool(over_write)));
        }
        if let Some((first, second)) = self.ids {
            let ids = [Some(first), second].into_iter().flatten().map(id).collect();
            members.push(member("ids", Value::Array(ids)));
        }
        if let Some(cvid) = self.cvid {
            members.push(member("cvid", id(cvid).value));
        }
        if let Some(territory) = self.territory {
            let id = territory.id.map(|digits| member("id", id(digits).value));
            let include_child = territory.include_child.map(Value::Bool);
            let include_child = include_child.map(|value| member("include_child", value));
            let inner = id.into_iter().chain(include_child).collect();
            members.push(member("territory", Value::Object(inner)));
        }
        Node::new(Value::Object(members))
    }
}

impl<'t> Raw<'t> {
    fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(true) => Kind::True,
            Self::Bool(false) => Kind::False,
            Self::Number(_) => Kind::Number,
            Self::Text(text) if text.is_empty() => Kind::Empty,
            Self::Text(text) if text.is_blank() => Kind::Blank,
            Self::Text(_) => Kind::Text,
            Self::Texts(0, _) => Kind::NoTexts,
            Self::Texts(..) => Kind::Texts,
        }
    }

    fn value(&self, spare: &mut Spare) -> Value<'t> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(text) => Value::Number(utf8(text).into()),
            Self::Text(text) => Value::String(text.decode(spare)),
            Self::Texts(count, rest) => {
                let mut pass = Pass::of(rest);
                let mut items = spare.list();
                items.extend((0..*count).map_while(|_| {
                    let text = pass.string()?;
                    pass.next();
                    Some(Node::new(Value::String(text.decode(spare))))
                }));
                Value::Array(items)
            }
        }
    }
}

fn push(to: &mut String, parts: &[&str]) {
    for part in parts {
        to.push_str(part);
    }
}

/// Closes a list of members that each end with a comma.
fn close(to: &mut String, end: &str) {
    if to.ends_with(',') {
        to.pop();
    }
    to.push_str(end);
}

fn member<'t>(key: &'t str, value: Value<'t>) -> Member<'t> {
    Member { key: key.into(), key_span: Span::default(), value: Node::new(value) }
}

#[cfg(test)]
mod tests;
