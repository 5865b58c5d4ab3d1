//! A parser without recursion for the JSON of calls, and for nothing else.

use massup_model::id::{Alike, leading_id};

use super::ids::Ids;
use super::text::{Text, plain};
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

    /// The text between an earlier `rest` and this one, without its last bytes.
    #[inline]
    fn since(&self, earlier: &'t [u8], without: usize) -> Option<&'t [u8]> {
        earlier.get(..earlier.len().checked_sub(self.rest.len() + without)?)
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

    /// The number of bytes that are still to be read.
    #[cfg(test)]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Whether only white space is left.
    pub(crate) fn is_done(&self) -> bool {
        let mut ahead = *self;
        ahead.next().is_none()
    }

    /// Reads one call into a new outline: a bare body or a call file.
    pub(crate) fn call(&mut self, call: &mut Outline<'t>, known: &mut Ids) -> Option<()> {
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
                // A text here may name the API, which only the reader sees.
                b"step" => once(&mut said.step, self.spaced_number())?,
                b"after" => once(&mut said.after, self.numbers())?,
                b"body" => {
                    once(&mut said.body, Some(()))?;
                    self.body(call, known)?;
                }
                _ => {
                    bare = true;
                    self.body_key(key, call, known)?;
                }
            }
            if !self.comma_or(b'}')? {
                break;
            }
        }
        // Only the reader decides what a mixture of both is.
        let unmixed = if bare { call.envelope.is_empty() } else { call.envelope.body };
        call.sort_fields();
        unmixed.then_some(())
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

    #[inline]
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
        loop {
            let name = self.key()?;
            call.add_field(name, self.value()?)?;
            if !self.comma_or(b'}')? {
                return self.byte(b']');
            }
        }
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
    fn ids(&mut self, known: &mut Ids) -> Option<(&'t [u8], Option<&'t [u8]>)> {
        self.byte(b'[')?;
        let (id, first) = self.id_with_digits()?;
        known.begin(id, self.rest.len());
        let mut second = None;
        loop {
            let item = self.rest;
            if !self.another_id()? {
                break;
            }
            let start = self.rest;
            let id = self.rest_of_id()?;
            let digits = self.since(start, 1)?;
            known.add(id)?;
            second = second.or(Some(digits));
            if let Some(sample) = Alike::new(item, item.len() - start.len(), digits.len(), id) {
                self.rest = known.add_alike(self.rest, &sample)?;
            }
        }
        (known.are_different() && known.are_ordinary()).then_some((first, second))
    }

    fn id(&mut self) -> Option<&'t [u8]> {
        Some(self.id_with_digits()?.1)
    }

    /// Reads an id in quotes and returns its value and its digits.
    fn id_with_digits(&mut self) -> Option<(u64, &'t [u8])> {
        self.byte(b'"')?;
        let start = self.rest;
        let id = self.rest_of_id()?;
        Some((id, self.since(start, 1)?))
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

    /// Reads an id after its opening quote, and the closing quote.
    #[inline]
    fn rest_of_id(&mut self) -> Option<u64> {
        let (id, digits) = leading_id(self.rest)?;
        let (b'"', rest) = self.rest.get(digits..)?.split_first()? else { return None };
        self.rest = rest;
        Some(id)
    }

    /// Reads a key without escapes, and the colon.
    #[inline]
    fn key(&mut self) -> Option<&'t [u8]> {
        self.byte(b'"')?;
        let key = match plain(self.rest) {
            Some((key, rest)) => {
                self.rest = rest;
                key
            }
            None => self.rest_of_string().filter(|text| !text.is_escaped())?.raw(),
        };
        self.byte(b':')?;
        Some(key)
    }

    /// Reads a string; its escapes are not resolved.
    fn word(&mut self) -> Option<&'t [u8]> {
        Some(self.string()?.raw())
    }

    pub(super) fn string(&mut self) -> Option<Text<'t>> {
        self.byte(b'"')?;
        self.rest_of_string()
    }

    fn rest_of_string(&mut self) -> Option<Text<'t>> {
        let (text, rest) = Text::read_from(self.rest)?;
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
    fn number(&mut self) -> Option<&'t [u8]> {
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
        self.since(text, 0)
    }

    /// Reads one or more digits.
    fn digits(&mut self) -> Option<()> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest = self.rest.get(digits..)?;
        (digits > 0).then_some(())
    }

    /// Reads a number after white space.
    fn spaced_number(&mut self) -> Option<()> {
        self.space();
        self.number().map(|_| ())
    }

    /// Reads an array of numbers.
    fn numbers(&mut self) -> Option<()> {
        self.byte(b'[')?;
        if self.takes(b']') {
            return Some(());
        }
        loop {
            self.spaced_number()?;
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
        let (first, rest) = self.rest.split_first()?;
        if *first <= b' ' {
            return self.next_after_space();
        }
        self.rest = rest;
        Some(*first)
    }

    #[inline(never)]
    fn next_after_space(&mut self) -> Option<u8> {
        if let [b' ', next, rest @ ..] = self.rest
            && *next > b' '
        {
            self.rest = rest;
            return Some(*next);
        }
        self.space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn space(&mut self) {
        // Indented texts have long runs of spaces.
        while let [b' ' | b'\n', b' ', b' ', b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
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
