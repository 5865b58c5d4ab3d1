//! Remembers which rules say nothing of a call, so that only the others check the next call of the same form.
//!
//! A rule that is decided by the shape of a call ignores the strings and numbers that fields are set to, and the digits
//! of ids (see [`Decided::Shape`]). The [`Form`] of a call is everything else: all calls of a form are alike to such
//! rules, and lack the same facts.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::json::{Member, Node, Value};

use crate::proof::KeptIds;
use crate::rule::{Check, Decided, Rule};
use crate::sink::{Findings, Lacking};

/// What a linter knows of calls by their forms.
#[derive(Debug, Default)]
pub(crate) struct Forms(RwLock<HashMap<Form, Arc<Alike>>>);

/// What calls of one form have in common.
#[derive(Debug, Default)]
pub(super) struct Alike {
    /// The rules that have something to say, or that look at more than the form.
    pub(super) rules: Vec<&'static Rule>,
    /// What the other rules lack.
    pub(super) lacking: Lacking,
}

/// A call without what rules that are decided by its shape ignore, as bytes.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Form(Vec<u8>);

/// The most bytes of a form; longer ones are hardly met twice.
const LONGEST: usize = 1_024;

/// The most members of an object in a form.
const MEMBERS: usize = 16;

/// The most forms that are kept; when there are more, all are dropped and made again.
const MOST: usize = 512;

impl Forms {
    pub(super) fn get(&self, form: &Form) -> Option<Arc<Alike>> {
        let Self(known) = self;
        known.read().unwrap_or_else(PoisonError::into_inner).get(form).cloned()
    }

    pub(super) fn insert(&self, form: Form, alike: Alike) {
        let Self(known) = self;
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(form, Arc::new(alike));
    }
}

impl Alike {
    /// Adds a rule that has checked the call: what it said, and whether it looked at values of fields.
    pub(super) fn add(&mut self, rule: &'static Rule, spoke: bool, saw_values: bool) {
        let by_form = match rule.check {
            Check::Call(_) | Check::Facts(_) => rule.decided_by == Decided::Shape,
            Check::Values(..) => !saw_values || rule.decided_by == Decided::Shape,
            Check::Server(_) | Check::Reading | Check::Planning => true,
        };
        if spoke || !by_form {
            self.rules.push(rule);
        }
    }

    /// Takes over what the rules lack that need not run again.
    pub(super) fn that_lack(mut self, findings: &Findings) -> Self {
        let runs = |rule: &Rule| self.rules.iter().any(|other| std::ptr::eq(*other, rule));
        self.lacking = findings.undecided.lacking(|rule| !runs(rule));
        self
    }
}

impl Form {
    /// The form of a call; `None` if it is too long, or more than a body with a head.
    ///
    /// The ids of views and territories are part of it if facts may be known about them.
    pub(super) fn of(draft: &Draft<'_>, kept: KeptIds) -> Option<Self> {
        let Draft {
            kind: Kind::Call,
            method,
            path,
            module,
            version,
            body: Some(body),
            selection_in_query: None,
            body_file: None,
            ids_file: None,
            embedded: None,
            planned: false,
            ..
        } = draft
        else {
            return None;
        };
        let mut form = Self(Vec::with_capacity(256));
        for spot in [method, path, module] {
            match spot {
                Some(spot) => form.text(b'=', &spot.text)?,
                None => form.mark(b'-')?,
            }
        }
        form.text(b'v', version.map_or("", massup_model::ApiVersion::as_str))?;
        let Some(members) = body.as_object() else {
            form.exactly(body)?;
            return Some(form);
        };
        form.members(members, |form, key, node| match (key, &node.value) {
            ("data", Value::Array(items)) => form.all(items, Self::kinds),
            ("ids", Value::Array(items)) => form.ids(items),
            ("cvid", _) if !kept.views => form.kinds(node),
            ("territory", Value::Object(members)) if !kept.territories => {
                form.members(members, |form, key, node| match key {
                    "id" => form.kinds(node),
                    _ => form.exactly(node),
                })
            }
            _ => form.exactly(node),
        })?;
        // A rule asks whether the ids are of several records.
        form.mark(u8::from(draft.names_several_ids()))?;
        Some(form)
    }

    fn mark(&mut self, mark: u8) -> Option<()> {
        let Self(bytes) = self;
        bytes.push(mark);
        (bytes.len() <= LONGEST).then_some(())
    }

    fn text(&mut self, mark: u8, text: &str) -> Option<()> {
        let Self(bytes) = self;
        let length = u16::try_from(text.len()).ok()?.to_le_bytes();
        bytes.extend([mark, length[0], length[1]]);
        bytes.extend_from_slice(text.as_bytes());
        (bytes.len() <= LONGEST).then_some(())
    }

    /// The members of an object by key, since their order means nothing; duplicates stay in order.
    fn members(
        &mut self,
        members: &[Member<'_>],
        value: impl Fn(&mut Self, &str, &Node<'_>) -> Option<()>,
    ) -> Option<()> {
        let mut order = [0; MEMBERS];
        let order = order.get_mut(..members.len())?;
        for (place, index) in order.iter_mut().zip(0..) {
            *place = index;
        }
        order.sort_by_key(|index| members.get(*index).map(|member| member.key.as_ref()));
        self.mark(b'{')?;
        for index in order {
            let member = members.get(*index)?;
            self.text(b':', &member.key)?;
            value(self, &member.key, &member.value)?;
        }
        self.mark(b'}')
    }

    /// All items of an array.
    fn all(
        &mut self,
        items: &[Node<'_>],
        item: impl Fn(&mut Self, &Node<'_>) -> Option<()>,
    ) -> Option<()> {
        self.mark(b'[')?;
        for node in items {
            item(self, node)?;
        }
        self.mark(b']')
    }

    /// The items of an array that a field is set to. Of items in a row that are alike, one is enough.
    fn options(&mut self, items: &[Node<'_>]) -> Option<()> {
        self.mark(b'[')?;
        let mut before = self.0.len();
        for (index, item) in items.iter().enumerate() {
            let start = self.0.len();
            self.kinds(item)?;
            let (earlier, last) = self.0.split_at_checked(start)?;
            if index > 0 && earlier.get(before..)? == last {
                self.0.truncate(start);
            } else {
                before = start;
            }
        }
        self.mark(b']')
    }

    /// The kinds of the items of `ids`.
    fn ids(&mut self, items: &[Node<'_>]) -> Option<()> {
        self.mark(b'#')?;
        let mut last = 0;
        for item in items {
            let mark = match &item.value {
                Value::String(_) => b's',
                Value::Number(_) => b'1',
                _ => return None,
            };
            if mark != last {
                self.mark(mark)?;
                last = mark;
            }
        }
        Some(())
    }

    /// A value without its strings and numbers. Of strings it tells whether they are empty or blank.
    fn kinds(&mut self, node: &Node<'_>) -> Option<()> {
        match &node.value {
            Value::Null => self.mark(b'n'),
            Value::Bool(value) => self.mark(if *value { b't' } else { b'f' }),
            Value::Number(_) => self.mark(b'1'),
            Value::String(text) if text.is_empty() => self.mark(b'0'),
            Value::String(text) if text.trim().is_empty() => self.mark(b'_'),
            Value::String(_) => self.mark(b's'),
            Value::Array(items) => self.options(items),
            Value::Object(members) => self.members(members, |form, _, node| form.kinds(node)),
            Value::Unknown(text) => self.text(b'?', text),
        }
    }

    /// A value with its strings and numbers.
    fn exactly(&mut self, node: &Node<'_>) -> Option<()> {
        match &node.value {
            Value::Null => self.mark(b'n'),
            Value::Bool(value) => self.mark(if *value { b't' } else { b'f' }),
            Value::Number(text) => self.text(b'1', text),
            Value::String(text) => self.text(b's', text),
            Value::Array(items) => self.all(items, Self::exactly),
            Value::Object(members) => self.members(members, |form, _, node| form.exactly(node)),
            Value::Unknown(text) => self.text(b'?', text),
        }
    }
}

#[cfg(test)]
mod tests;
