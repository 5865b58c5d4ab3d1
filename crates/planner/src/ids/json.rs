//! Ids in JSON documents: arrays, answers of the API, objects.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use massup_model::RecordId;
use massup_model::id::InvalidId;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{MAX_LINE, cell, too_long};
use crate::Error;
use crate::bad_ids::{BadIds, Reason};
use crate::error::Cause;

/// The members of an object that hold records: `data` of an answer, `ids` of a call.
pub(super) const LISTS: [&str; 2] = ["data", "ids"];

/// What a document holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) ids: Vec<RecordId>,
    /// An answer says that there are more records.
    pub(super) is_page: bool,
}

/// Reads the ids of one or several JSON documents. The value of `key` is the id of an object.
pub(super) fn read<R: BufRead>(reader: R, key: &str) -> Result<Found, Error> {
    let line = Rc::new(Cell::new(1));
    let reader = Counted {
        inner: reader,
        line: Rc::clone(&line),
        in_string: false,
        is_escaped: false,
        length: 0,
    };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut reading = Reading { key, line, found: Found::default(), bad: BadIds::default() };
    loop {
        match json.end() {
            Ok(()) => break,
            // Another document follows, or the end is not right.
            Err(error) if error.is_io() => return Err(Error::reading(error.into())),
            Err(_) => {}
        }
        let value = Value { reading: &mut reading, place: Place::Document };
        value.deserialize(&mut json).map_err(|error| {
            if error.is_io() {
                return Error::reading(error.into());
            }
            let (line, what) = (error.line() as u64, what_is_wrong(&error));
            Error::from(Cause::Json { line, what })
        })?;
    }
    if reading.bad.count > 0 { Err(Cause::BadIds(reading.bad).into()) } else { Ok(reading.found) }
}

/// The message without its place, which is shown before it.
fn what_is_wrong(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_owned()
}

/// A reader that counts lines.
struct Counted<R> {
    inner: R,
    line: Rc<Cell<u64>>,
    in_string: bool,
    is_escaped: bool,
    /// The bytes since the last string began or ended, or the last value.
    length: usize,
}

impl<R> Counted<R> {
    fn take(&mut self, byte: u8) {
        self.length += 1;
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = self.in_string,
            b'"' => (self.in_string, self.length) = (!self.in_string, 0),
            b',' | b'\n' if !self.in_string => self.length = 0,
            _ => {}
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let lines = buffer.iter().take(read).filter(|byte| **byte == b'\n').count();
        self.line.set(self.line.get() + lines as u64);
        buffer.iter().take(read).for_each(|byte| self.take(*byte));
        if self.length > MAX_LINE {
            return Err(too_long());
        }
        Ok(read)
    }
}

/// What is read so far.
struct Reading<'k> {
    key: &'k str,
    line: Rc<Cell<u64>>,
    found: Found,
    bad: BadIds,
}

impl Reading<'_> {
    fn take(&mut self, text: &[u8], id: Result<RecordId, Reason>) {
        match id {
            Ok(id) => self.found.ids.push(id),
            Err(reason) => self.bad.add(self.line.get(), text, reason),
        }
    }
}

/// Where a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Document,
    /// In an array.
    Entry,
    /// Under the key of an object.
    Id,
    /// Under `details` of what became of a record.
    Details,
    /// Under `info` of an answer.
    Info,
}

/// A value at a place.
struct Value<'r, 'k> {
    reading: &'r mut Reading<'k>,
    place: Place,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Value<'_, '_> {
    fn not_an_id(self, text: &str) {
        if !matches!(self.place, Place::Details | Place::Info) {
            self.reading.bad.add(self.reading.line.get(), text.as_bytes(), Reason::NotJson);
        }
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ids, or objects with ids")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if !matches!(self.place, Place::Details | Place::Info) {
            self.reading.take(text.as_bytes(), cell::read(text.as_bytes()));
        }
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if !matches!(self.place, Place::Details | Place::Info) {
            let id = RecordId::from_number(number).ok_or(Reason::Digits(InvalidId::TooLarge));
            self.reading.take(number.to_string().as_bytes(), id);
        }
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        let minus = Reason::Digits(InvalidId::NotADigit('-'));
        self.reading.take(number.to_string().as_bytes(), Err(minus));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        // As the API and spreadsheets write it, with an exponent.
        self.reading.take(format!("{number:e}").as_bytes(), Err(Reason::Rounded));
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.not_an_id(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.not_an_id("null");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.place != Place::Document {
            return Err(A::Error::custom("expected an id, not an array"));
        }
        while list
            .next_element_seed(Value { reading: &mut *self.reading, place: Place::Entry })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reading, place } = self;
        let mut has_ids = matches!(place, Place::Details | Place::Info);
        let (before, mut failed, mut answer) = (reading.found.ids.len(), false, false);
        while let Some(member) = map.next_key::<String>()? {
            let place = match place {
                Place::Document | Place::Entry | Place::Details if member == reading.key => {
                    Place::Id
                }
                Place::Entry if member == "details" => Place::Details,
                Place::Entry if member == "status" => {
                    failed = map.next_value::<serde_json::Value>()? == "error";
                    continue;
                }
                Place::Document if LISTS.contains(&&*member) => Place::Document,
                Place::Document if member == "info" => Place::Info,
                Place::Info if member == "more_records" => {
                    reading.found.is_page |= map.next_value::<Option<bool>>()? == Some(true);
                    continue;
                }
                Place::Id => return Err(A::Error::custom("expected an id, not an object")),
                Place::Document | Place::Entry | Place::Details | Place::Info => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            map.next_value_seed(Value { reading: &mut *reading, place })?;
            // The details of an answer have the id of a record that was written.
            let details = place == Place::Details && reading.found.ids.len() > before;
            has_ids |= details || !matches!(place, Place::Details | Place::Info);
            answer |= details;
        }
        if failed && answer {
            reading.found.ids.truncate(before);
            reading.bad.add(reading.line.get(), b"{\xE2\x80\xA6}", Reason::Failed);
        } else if !has_ids {
            reading.bad.add(reading.line.get(), b"{\xE2\x80\xA6}", Reason::NoKey);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<u64> {
        read(text.as_bytes(), "id").unwrap().ids.into_iter().map(RecordId::get).collect()
    }

    #[test]
    fn lists_answers_and_objects_are_read() {
        for text in [
            "[\"7\", 8]",
            "{\"data\": [{\"id\": \"7\", \"City\": null, \"Owner\": {\"id\": \"9\"}}, {\"id\": 8}], \"info\": {\"count\": 2}}",
            "{\"ids\": [\"7\", \"zcrm_8\"]}",
            "[{\"City\": [], \"id\": \"7\"}, \"8\"]",
            "{\"id\": \"7\"}\n{\"id\": \"8\"}\n",
            "{\"data\": [{\"code\": \"SUCCESS\", \"details\": {\"Created_By\": {\"id\": \"9\"}, \"id\": \"7\"}, \"status\": \"success\"}, {\"details\": {\"id\": \"8\"}}]}",
            "{\"data\": [{\"id\": \"7\"}]}\n{\"data\": [{\"id\": \"8\"}]}",
        ] {
            assert_eq!(ids(text), [7, 8], "{text}");
        }
        assert_eq!(ids("{\"data\": []}"), [0_u64; 0]);
    }

    #[test]
    fn a_page_says_that_more_follow() {
        let page =
            |more| format!("{{\"data\":[{{\"id\":\"7\"}}],\"info\":{{\"more_records\":{more}}}}}");
        assert!(read(page("true").as_bytes(), "id").unwrap().is_page);
        assert!(!read(page("false").as_bytes(), "id").unwrap().is_page);
        assert!(!read(page("null").as_bytes(), "id").unwrap().is_page);
    }

    #[test]
    fn what_is_not_an_id_is_listed_with_its_line() {
        let text = "[\n 5.7e18,\n 7.0, null,\n -1, {\"Id\": 7},\n \"x\"\n]";
        let error = read(text.as_bytes(), "id").unwrap_err();
        let bad: Vec<_> = error.bad_ids().iter().map(|bad| (bad.line, bad.reason)).collect();
        let digits = |invalid| Reason::Digits(invalid);
        assert_eq!(
            bad,
            [
                (2, Reason::Rounded),
                (3, Reason::Rounded),
                (3, Reason::NotJson),
                (4, digits(InvalidId::NotADigit('-'))),
                (4, Reason::NoKey),
                (5, digits(InvalidId::NotADigit('x'))),
            ]
        );
    }

    #[test]
    fn a_record_that_was_refused_is_none_to_update() {
        let refused = "{\"data\": [{\"details\": {\"id\": \"7\"}, \"status\": \"error\"}, {\"details\": {}}]}";
        let error = read(refused.as_bytes(), "id").unwrap_err();
        let reasons: Vec<_> = error.bad_ids().iter().map(|bad| bad.reason).collect();
        assert_eq!(reasons, [Reason::Failed, Reason::NoKey]);
    }

    #[test]
    fn a_broken_document_is_refused_with_its_line() {
        for text in ["[\"7\",\n", "[\"7\"]\n]", "{\"data\": [\n[7]]}", "[\n{\"id\": {\"id\": 7}}]"]
        {
            let error = read(text.as_bytes(), "id").unwrap_err().to_string();
            assert!(error.starts_with("line ") && error.contains(" of the JSON: "), "{error}");
        }
    }
}
