//! Objects that are put together from others: `Object.assign({}, base, { ids })`, `base | {"ids": ids}`.

use massup_model::json::{Member, Node, Value};

use super::lexer::{Kind, Token};
use super::value::{Literal, Read, Reader, node_of};

/// Functions whose value has the members of all their arguments.
const MERGING: [&str; 8] =
    ["assign", "extend", "merge", "defaults", "array_merge", "array_replace", "deepmerge", "dict"];

/// Methods whose value differs from the object that they are called on.
const CHANGED: [&str; 9] =
    ["merge", "deep_merge", "reverse_merge", "plus", "copy", "with", "except", "slice", "concat"];

impl Reader<'_> {
    /// An object with what operators add to it: `base | {…}`, `$base + […]`, `base.merge(…)`.
    pub(super) fn with_others(
        &self,
        mut node: Node<'static>,
        mut at: usize,
        end: usize,
        depth: usize,
    ) -> Option<Read> {
        let language = self.source.language;
        while at < end {
            let (other, next, first_wins) = if self.is(at, '|') && language.is("py") {
                let other = self.operand(at + 1, depth + 1)?;
                (other.value, other.next, false)
            } else if self.is(at, '+') && (language.is("php") || language.is("kt")) {
                let other = self.operand(at + 1, depth + 1)?;
                (other.value, other.next, language.is("php"))
            } else if self.is(at, '.') && language.is("rb") {
                let word = self.token(at + 1).and_then(Token::word)?;
                if ["to_json", "to_h"].contains(&word) {
                    at += 2;
                    continue;
                }
                let open = self.token(at + 2).filter(|_| self.merges_others(at))?;
                // Ruby takes the members without braces.
                let braces = if self.is(at + 3, '{') { at + 3 } else { at + 2 };
                (self.object(braces, depth)?.value, open.pair? + 1, false)
            } else {
                return None;
            };
            let (span, own) = (node.span, members_of(Literal::Node(node))?);
            let other = members_of(other)?;
            let (mut members, later) = if first_wins { (other, own) } else { (own, other) };
            extend(&mut members, later);
            node = Node { value: Value::Object(members), span };
            at = next;
        }
        Some(Read { value: Literal::Node(node), next: end })
    }

    /// Whether the full stop at a token is that of `.merge(…)`, whose value is a new hash of Ruby.
    pub(super) fn merges_others(&self, at: usize) -> bool {
        let word = self.token(at + 1).and_then(Token::word);
        self.source.language.is("rb") && word == Some("merge") && self.is(at + 2, '(')
    }

    /// What a function makes of its arguments, if it puts objects together.
    pub(super) fn merged(
        &self,
        (owner, name): (&str, &str),
        open: usize,
        depth: usize,
    ) -> Option<Literal> {
        let known = match name {
            "assign" => ["Object", "_", "lodash"].contains(&owner),
            "extend" => ["$", "jQuery", "_"].contains(&owner),
            "array_merge" | "array_replace" | "dict" => owner.is_empty(),
            _ => false,
        };
        let close = self.token(open)?.pair.filter(|_| known)?;
        let (mut members, mut at) = (Vec::new(), open + 1);
        while at < close {
            if self.is(at, ',') {
                at += 1;
                continue;
            }
            // `dict(base, ids=ids)`
            if name == "dict" && self.is(at + 1, '=') {
                let key = self.key(at)?;
                let read = self.read(key.value, depth + 1);
                at = read.next.max(at + 1);
                let (name, value) = (key.name?.into(), node_of(read.value));
                insert(&mut members, Member { key: name, key_span: key.span, value });
                continue;
            }
            let read = self.read(at, depth + 1);
            at = read.next.max(at + 1);
            extend(&mut members, members_of(read.value)?);
        }
        let span = self.span(open, close);
        Some(Literal::Node(Node { value: Value::Object(members), span }))
    }

    /// Whether a value at a token is only inserted into the object that is sent: it is spread, or an argument of a
    /// function that puts objects together.
    pub(super) fn is_inserted(&self, at: usize) -> bool {
        let before = at.checked_sub(1);
        let open = self.token(at).and_then(|token| token.inside).filter(|open| self.is(*open, '('));
        let callee = open.and_then(|open| open.checked_sub(1)).and_then(|at| self.token(at));
        before.is_some_and(|before| self.is_spread(before) || self.adds(before))
            || callee.and_then(Token::word).is_some_and(|word| MERGING.contains(&word))
    }

    /// Whether what follows a value at a token adds to it.
    pub(super) fn is_added_to(&self, at: usize) -> bool {
        let next = self.token(at).and_then(|token| token.pair).filter(|pair| *pair > at);
        let next = next.unwrap_or(at) + 1;
        let method = self.token(next + 1).and_then(Token::word);
        self.adds(next) || self.is(next, '.') && method.is_some_and(|word| CHANGED.contains(&word))
    }

    fn adds(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| {
            token.is('|') || token.is('+') || matches!(token.kind, Kind::Operator("||" | "??"))
        })
    }
}

/// The members of a value, if it is an object and all of them are known.
pub(super) fn members_of(value: Literal) -> Option<Vec<Member<'static>>> {
    match value {
        Literal::Node(Node { value: Value::Object(members), .. }) => Some(members),
        _ => None,
    }
}

/// Adds members; one with the same key takes the place of the earlier.
pub(super) fn extend(members: &mut Vec<Member<'static>>, others: Vec<Member<'static>>) {
    for other in others {
        insert(members, other);
    }
}

/// Adds a member in the place of an earlier one with the same key.
pub(super) fn insert(members: &mut Vec<Member<'static>>, added: Member<'static>) {
    members.retain(|member| member.key != added.key);
    members.push(added);
}
