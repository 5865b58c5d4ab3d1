//! A parser without recursion for the JSON of calls, and for nothing else.

use massup_model::id::leading_id;
use massup_model::json::unescaped_len;

use super::ids::Ids;
use super::text::Text;
use super::{Outline, Raw, Territory};

/// The part of a text that is still to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass<'t> {
    rest: &'t [u8],
}

impl<'t> Pass<'t> {
    pub(crate) fn of(text: &'t [u8]) -> Self {
        Self { rest: text }
    }

    /// Consumes the next byte after white space if it is `wanted`.
    pub(crate) fn takes(&mut self, wanted: u8) -> bool {
        let mut ahead = *self;
        let found = ahead.next() == Some(wanted);
        if found {
            *self = ahead;
        }
        found
    }

    /// Whether only white space is left.
    pub(crate) fn is_done(&self) -> bool {
        let mut ahead = *self;
        ahead.next().is_none()
    }

    /// Reads one call: a bare body or a call file.
    pub(crate) fn call(&mut self, known: &mut Ids) -> Option<Outline<'t>> {
        let mut call = Outline::default();
        let mut bare = false;
        self.byte(b'{')?;
        loop {
            let key = self.key()?;
            let said = &mut call.envelope;
            match key {
                b"method" => set(&mut said.method, self.word()?)?,
                b"path" => set(&mut said.path, self.word()?)?,
                b"module" => set(&mut said.module, self.word()?)?,
                b"api_version" => set(&mut said.api_version, self.word()?)?,
                b"step" => once(&mut said.step, self.scalar())?,
                b"after" => once(&mut said.after, self.scalars())?,
                b"body" => {
                    once(&mut said.body, Some(()))?;
                    self.body(&mut call, known)?;
                }
                _ => {
                    bare = true;
                    self.body_key(key, &mut call, known)?;
                }
            }
            if !self.comma_or(b'}')? {
                break;
            }
        }
        let said = call.envelope;
        let words = [said.method, said.path, said.module, said.api_version];
        let beside = said.body || said.step || said.after || words.iter().any(Option::is_some);
        // Only the reader decides what a mixture of both is.
        let unmixed = if bare { !beside } else { said.body };
        if !unmixed {
            return None;
        }
        // The order of fields means nothing.
        call.fields.sort_unstable_by_key(|field| match field {
            Some((name, _)) => (false, *name),
            None => (true, ""),
        });
        Some(call)
    }

    fn body(&mut self, call: &mut Outline<'t>, known: &mut Ids) -> Option<()> {
        self.byte(b'{')?;
        loop {
            let key = self.key()?;
            self.body_key(key, call, known)?;
            if !self.comma_or(b'}')? {
                return Some(());
            }
        }
    }

    fn body_key(&mut self, key: &[u8], call: &mut Outline<'t>, known: &mut Ids) -> Option<()> {
        match key {
            b"data" => {
                once(&mut call.has_data, Some(()))?;
                self.data(call)
            }
            b"ids" => set(&mut call.ids, self.ids(known)?),
            b"cvid" => set(&mut call.cvid, self.id()?),
            b"territory" => set(&mut call.territory, self.territory()?),
            b"over_write" => set(&mut call.over_write, self.boolean()?),
            _ => None,
        }
    }

    /// Reads `data`: an array of one object.
    fn data(&mut self, call: &mut Outline<'t>) -> Option<()> {
        self.byte(b'[')?;
        self.byte(b'{')?;
        for at in 0.. {
            let name = str::from_utf8(self.key()?).ok()?;
            let known = call.fields.iter().take(at).flatten().any(|(known, _)| *known == name);
            let slot = call.fields.get_mut(at).filter(|_| !known)?;
            *slot = Some((name, self.value()?));
            if !self.comma_or(b'}')? {
                break;
            }
        }
        self.byte(b']')
    }

    fn value(&mut self) -> Option<Raw<'t>> {
        self.space();
        Some(match self.rest.first()? {
            b'"' => Raw::Text(self.string()?),
            b't' | b'f' => Raw::Bool(self.boolean()?),
            b'n' => {
                self.skip(b"null")?;
                Raw::Null
            }
            b'[' => {
                self.byte(b'[')?;
                let items = self.rest;
                if self.takes(b']') {
                    return Some(Raw::Texts(0, items));
                }
                let mut count = 0;
                loop {
                    self.string()?;
                    count += 1;
                    if !self.comma_or(b']')? {
                        return Some(Raw::Texts(count, items));
                    }
                }
            }
            _ => Raw::Number(self.number()?),
        })
    }

    fn territory(&mut self) -> Option<Territory<'t>> {
        let mut territory = Territory::default();
        self.byte(b'{')?;
        loop {
            match self.key()? {
                b"id" => set(&mut territory.id, self.id()?)?,
                b"include_child" => set(&mut territory.include_child, self.boolean()?)?,
                _ => return None,
            }
            if !self.comma_or(b'}')? {
                return Some(territory);
            }
        }
    }

    /// Reads `ids` without duplicates and returns the digits of the first two.
    fn ids(&mut self, known: &mut Ids) -> Option<(&'t str, Option<&'t str>)> {
        self.byte(b'[')?;
        let (id, first) = self.digits_of_id()?;
        known.begin(id, self.rest.len());
        let mut second = None;
        while self.another_id()? {
            let (id, digits) = self.rest_of_id()?;
            second = second.or(Some(digits));
            known.add(id)?;
        }
        let second = match second {
            Some(digits) => Some(str::from_utf8(digits).ok()?),
            None => None,
        };
        known.are_different().then_some((str::from_utf8(first).ok()?, second))
    }

    fn id(&mut self) -> Option<&'t str> {
        str::from_utf8(self.digits_of_id()?.1).ok()
    }

    /// Reads a comma and the opening quote of an id (true), or the closing bracket (false).
    #[inline]
    fn another_id(&mut self) -> Option<bool> {
        if let [b',', b'"', rest @ ..] | [b',', b' ', b'"', rest @ ..] = self.rest {
            self.rest = rest;
            return Some(true);
        }
        let another = self.comma_or(b']')?;
        if another {
            self.byte(b'"')?;
        }
        Some(another)
    }

    /// Reads an id in quotes and returns its value and its digits.
    fn digits_of_id(&mut self) -> Option<(u64, &'t [u8])> {
        self.byte(b'"')?;
        self.rest_of_id()
    }

    /// Reads an id after its opening quote.
    #[inline]
    fn rest_of_id(&mut self) -> Option<(u64, &'t [u8])> {
        let (id, digits) = leading_id(self.rest)?;
        let (digits, rest) = self.rest.split_at_checked(digits)?;
        let (b'"', rest) = rest.split_first()? else { return None };
        self.rest = rest;
        Some((id, digits))
    }

    /// Reads a key without escapes, and the colon.
    fn key(&mut self) -> Option<&'t [u8]> {
        self.byte(b'"')?;
        let text = self.plain()?;
        self.byte(b':')?;
        Some(text)
    }

    /// Reads a string without escapes.
    fn word(&mut self) -> Option<&'t str> {
        self.byte(b'"')?;
        str::from_utf8(self.plain()?).ok()
    }

    /// Reads the rest of a string without escapes, and the closing quote.
    fn plain(&mut self) -> Option<&'t [u8]> {
        let end = unescaped_len(self.rest);
        let (text, rest) = self.rest.split_at_checked(end)?;
        let (b'"', rest) = rest.split_first()? else { return None };
        self.rest = rest;
        Some(text)
    }

    pub(super) fn string(&mut self) -> Option<Text<'t>> {
        self.byte(b'"')?;
        let (text, rest) = Text::take(self.rest)?;
        self.rest = rest;
        Some(text)
    }

    fn boolean(&mut self) -> Option<bool> {
        self.space();
        let value = self.rest.first() == Some(&b't');
        self.skip(if value { b"true" } else { b"false" })?;
        Some(value)
    }

    /// Reads a JSON number.
    fn number(&mut self) -> Option<&'t str> {
        let text = self.rest;
        self.skip(b"-");
        match self.rest.first()? {
            b'0' => self.skip(b"0")?,
            _ => self.digits()?,
        }
        if self.skip(b".").is_some() {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.rest.first() {
            self.rest = self.rest.get(1..)?;
            if let Some(b'+' | b'-') = self.rest.first() {
                self.rest = self.rest.get(1..)?;
            }
            self.digits()?;
        }
        str::from_utf8(text.get(..text.len() - self.rest.len())?).ok()
    }

    /// Reads one or more digits.
    fn digits(&mut self) -> Option<()> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest = self.rest.get(digits..)?;
        (digits > 0).then_some(())
    }

    /// Reads a value other than an array or an object.
    fn scalar(&mut self) -> Option<()> {
        match self.value()? {
            Raw::Texts(..) => None,
            _ => Some(()),
        }
    }

    /// Reads an array of such values.
    fn scalars(&mut self) -> Option<()> {
        self.byte(b'[')?;
        if self.takes(b']') {
            return Some(());
        }
        loop {
            self.scalar()?;
            if !self.comma_or(b']')? {
                return Some(());
            }
        }
    }

    /// Reads a comma (true) or the closing bracket (false).
    #[inline]
    pub(crate) fn comma_or(&mut self, end: u8) -> Option<bool> {
        let next = self.next()?;
        if next == b',' { Some(true) } else { (next == end).then_some(false) }
    }

    #[inline]
    fn byte(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn skip(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    /// The next byte that is not white space.
    #[inline]
    pub(super) fn next(&mut self) -> Option<u8> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            if !matches!(first, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*first);
            }
        }
    }

    fn space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }
}

/// Sets a value, unless the key is a duplicate.
fn set<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    let before = slot.replace(value);
    before.is_none().then_some(())
}

fn once(seen: &mut bool, read: Option<()>) -> Option<()> {
    read.filter(|()| !std::mem::replace(seen, true))
}
