//! Most calls are clean: this shows it in one pass over the bytes, without building anything.
//!
//! It knows one plain form of body: one or more fields set to strings, booleans or whole numbers, and
//! either `ids` or `cvid`. It says yes only where the rules on the call alone would find nothing and
//! leave nothing unchecked; at anything else it gives up, and the rules look at the call themselves. A
//! property test holds the two against each other.

use massup_model::json::{Member, Node, Span, Value};
use massup_model::limits::{MAX_FIELDS_DEALS, MAX_ID_DIGITS, MAX_IDS, fields_per_call};
use massup_model::{ApiVersion, Module};

/// An outline of a bare request body for a module, if the body is free of findings on the call alone.
///
/// It holds what rules on facts ask for: the fields, and `cvid` or the first two `ids`, since none of
/// them asks for more than whether there are several. It has no places.
pub(crate) fn clean<'t>(text: &'t str, module: &str, version: ApiVersion) -> Option<Node<'t>> {
    let known = Module::find(module)
        .is_some_and(|module| module.listed_in(version) && !module.only_openapi);
    known.then(|| Pass { text, at: 0 }.body(fields_per_call(module)))?
}

/// How many ids an outline keeps.
const KEPT: usize = 2;

/// A text, and how much of it was read.
struct Pass<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Pass<'t> {
    fn body(mut self, fields: usize) -> Option<Node<'t>> {
        let (mut data, mut records) = (None, None);
        self.byte(b'{')?;
        loop {
            let key = self.string()?;
            self.byte(b':')?;
            match key {
                "data" if data.is_none() => data = Some(self.data(fields)?),
                "ids" if records.is_none() => records = Some(member(key, self.ids()?)),
                "cvid" if records.is_none() => {
                    let (_, digits) = self.id()?;
                    records = Some(member(key, self.digits(digits)?.value));
                }
                _ => return None,
            }
            if !self.comma_or(b'}')? {
                break;
            }
        }
        self.space();
        let members = vec![member("data", data?), records?];
        self.rest().is_empty().then(|| Node::new(Value::Object(members)))
    }

    /// One object with at most so many different fields.
    fn data(&mut self, fields: usize) -> Option<Value<'t>> {
        self.byte(b'[')?;
        self.byte(b'{')?;
        let mut members: Vec<Member<'t>> = Vec::with_capacity(MAX_FIELDS_DEALS);
        loop {
            let name = self.string()?;
            let (first, letters) = name.as_bytes().split_first()?;
            let letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let odd = !first.is_ascii_alphabetic() || !letters.iter().all(letter) || name == "id";
            if odd || members.len() >= fields || members.iter().any(|known| known.key == name) {
                return None;
            }
            self.byte(b':')?;
            members.push(member(name, self.value()?));
            if !self.comma_or(b'}')? {
                break;
            }
        }
        self.byte(b']')?;
        Some(Value::Array(vec![Node::new(Value::Object(members))]))
    }

    /// A string of more than space, a boolean or a whole number.
    fn value(&mut self) -> Option<Value<'t>> {
        self.space();
        match self.rest().first()? {
            b'"' => {
                let text = self.string()?;
                text.bytes().any(|byte| byte.is_ascii_graphic()).then(|| Value::String(text.into()))
            }
            b't' => self.word("true").map(|_| Value::Bool(true)),
            b'f' => self.word("false").map(|_| Value::Bool(false)),
            b'1'..=b'9' => {
                let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
                Some(Value::Number(self.take(digits)?.into()))
            }
            _ => None,
        }
    }

    /// Ids of which none stands twice.
    fn ids(&mut self) -> Option<Value<'t>> {
        self.byte(b'[')?;
        let mut ids = [0; MAX_IDS];
        let mut kept = Vec::with_capacity(KEPT);
        let mut count = 0;
        let mut ascending = true;
        let mut last = 0;
        loop {
            let (id, digits) = self.id()?;
            *ids.get_mut(count)? = id;
            ascending &= count == 0 || id > last;
            last = id;
            if count < KEPT {
                kept.push(self.digits(digits)?);
            }
            count += 1;
            if !self.comma_or(b']')? {
                break;
            }
        }
        let ids = ids.get_mut(..count)?;
        if !ascending {
            ids.sort_unstable();
        }
        (ascending || ids.is_sorted_by(|a, b| a < b)).then_some(Value::Array(kept))
    }

    /// The id that was read last, of so many digits.
    fn digits(&self, digits: usize) -> Option<Node<'t>> {
        let end = self.at.checked_sub(1)?;
        let text = self.text.get(end.checked_sub(digits)?..end)?;
        Some(Node::new(Value::String(text.into())))
    }

    /// A string of 1 to 19 digits that fits a signed 64-bit integer: its value, and how many there are.
    fn id(&mut self) -> Option<(u64, usize)> {
        self.byte(b'"')?;
        let mut value: u64 = 0;
        let mut digits = 0;
        for byte in self.rest().iter().take(MAX_ID_DIGITS + 1) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            // Twenty digits may wrap, and are refused below.
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            digits += 1;
        }
        self.at += digits;
        let quote = self.rest().first() == Some(&b'"');
        if !quote || digits == 0 || digits > MAX_ID_DIGITS || i64::try_from(value).is_err() {
            return None;
        }
        self.at += 1;
        Some((value, digits))
    }

    /// A string without escapes and control characters, its quotes taken off.
    fn string(&mut self) -> Option<&'t str> {
        self.byte(b'"')?;
        let end = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
        let text = self.take(self.rest().iter().position(end)?)?;
        self.word("\"").map(|_| text)
    }

    /// Whether another item follows, or the bracket that ends the list.
    fn comma_or(&mut self, end: u8) -> Option<bool> {
        self.space();
        let first = *self.rest().first()?;
        self.at += 1;
        if first == end { Some(false) } else { (first == b',').then_some(true) }
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.space();
        let first = *self.rest().first()?;
        self.at += 1;
        (first == wanted).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<&'t str> {
        self.rest().starts_with(word.as_bytes()).then(|| self.take(word.len()))?
    }

    fn take(&mut self, bytes: usize) -> Option<&'t str> {
        let taken = self.text.get(self.at..self.at + bytes)?;
        self.at += bytes;
        Some(taken)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.rest().first() {
            self.at += 1;
        }
    }

    /// The bytes that are still to be read.
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

fn member<'t>(key: &'t str, value: Value<'t>) -> Member<'t> {
    Member { key: key.into(), key_span: Span::default(), value: Node::new(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outline of a text for Leads, as JSON.
    fn leads(text: &str) -> Option<String> {
        clean(text, "Leads", ApiVersion::V8).map(|outline| outline.to_plain().to_string())
    }

    fn with_ids(ids: impl IntoIterator<Item = String>) -> String {
        let ids: Vec<_> = ids.into_iter().map(|id| format!("\"{id}\"")).collect();
        format!(r#"{{"data":[{{"City":"a"}}],"ids":[{}]}}"#, ids.join(","))
    }

    /// What is not shown to be clean is checked by the rules and so costs only time: no law can see it.
    #[test]
    fn plain_bodies_are_shown_to_be_clean() {
        for (body, outline) in [
            (r#"{"data":[{"City":"a"}],"ids":["7"]}"#, r#"{"data":[{"City":"a"}],"ids":["7"]}"#),
            (
                r#"{"ids":["7","8"],"data":[{"City":"a"}]}"#,
                r#"{"data":[{"City":"a"}],"ids":["7","8"]}"#,
            ),
            (
                r#"{"data":[{"No_1":true}],"ids":["8","7","9"]}"#,
                r#"{"data":[{"No_1":true}],"ids":["8","7"]}"#,
            ),
            (
                r#"{"data":[{"A":false}],"ids":["0000000000000000007"]}"#,
                r#"{"data":[{"A":false}],"ids":["0000000000000000007"]}"#,
            ),
            (
                r#"{"data":[{"A":10}],"ids":["9223372036854775807"]}"#,
                r#"{"data":[{"A":10}],"ids":["9223372036854775807"]}"#,
            ),
            (r#"{"data":[{"A":"  bé"}],"ids":["7"]}"#, r#"{"data":[{"A":"  bé"}],"ids":["7"]}"#),
            (
                " {\n\t\"data\" : [ { \"A\" :\r\n1 } ] , \"ids\" : [ \"7\" , \"8\" ] } \n",
                r#"{"data":[{"A":1}],"ids":["7","8"]}"#,
            ),
            (r#"{"data":[{"City":"a"}],"cvid":"7"}"#, r#"{"cvid":"7","data":[{"City":"a"}]}"#),
        ] {
            assert_eq!(leads(body).as_deref(), Some(outline), "{body}");
        }
        let three = r#"{"data":[{"A":1,"B":2,"C":3}],"ids":["7"]}"#;
        assert!(clean(three, "Deals", ApiVersion::V8).is_some());
        let numbers = || (1..).map(|number: u32| number.to_string());
        assert!(leads(&with_ids(numbers().take(500))).is_some());
        assert_eq!(leads(&with_ids(numbers().take(501))), None);
        assert_eq!(leads(&with_ids(numbers().take(499).chain(["1".to_owned()]))), None);
        assert_eq!(leads(&with_ids(["7", "8", "8"].map(String::from))), None);
    }

    #[test]
    fn nothing_else_is() {
        for body in [
            "",
            "{}",
            r#"{"data":[{"City":"a"}]}"#,
            r#"{"ids":["7"]}"#,
            r#"{"data":[{"City":"a"}],"ids":["7"]"#,
            r#"{"data":[{"City":"a"}],"ids":["7"]}}"#,
            r#"{"data":[{"City":"a"}],"ids":["7"],}"#,
            r#"{"data":[{"City":"a"}],"ids":["7"],"cvid":"8"}"#,
            r#"{"data":[{"City":"a"}],"ids":["7"],"ids":["8"]}"#,
            r#"{"data":[{"City":"a"}],"data":[{"City":"a"}],"ids":["7"]}"#,
            r#"{"data":[{"City":"a"}],"ids":["7"],"over_write":true}"#,
            r#"{"data":[{"City":"a","Fax":"b"}],"ids":["7"]}"#,
            r#"{"data":[{"id":"a"}],"ids":["7"]}"#,
            r#"{"data":[{"1st":"a"}],"ids":["7"]}"#,
            r#"{"data":[{"_A":"a"}],"ids":["7"]}"#,
            r#"{"data":[{"A-b":"a"}],"ids":["7"]}"#,
            r#"{"data":[{"":"a"}],"ids":["7"]}"#,
            r#"{"data":[{}],"ids":["7"]}"#,
            r#"{"data":[{"City":""}],"ids":["7"]}"#,
            r#"{"data":[{"City":"  "}],"ids":["7"]}"#,
            r#"{"data":[{"City":"\u0041"}],"ids":["7"]}"#,
            "{\"data\":[{\"City\":\"a\tb\"}],\"ids\":[\"7\"]}",
            r#"{"data":[{"City":null}],"ids":["7"]}"#,
            r#"{"data":[{"City":tru}],"ids":["7"]}"#,
            r#"{"data":[{"City":0}],"ids":["7"]}"#,
            r#"{"data":[{"City":1.5}],"ids":["7"]}"#,
            r#"{"data":[{"City":-1}],"ids":["7"]}"#,
            r#"{"data":[{"City":["a"]}],"ids":["7"]}"#,
            r#"{"data":[{"City":"a"},{"City":"b"}],"ids":["7"]}"#,
            r#"{"data":{"City":"a"},"ids":["7"]}"#,
            r#"{"data":[{"City":"a"}],"ids":[]}"#,
            r#"{"data":[{"City":"a"}],"ids":[""]}"#,
            r#"{"data":[{"City":"a"}],"ids":["7"8"]}"#,
            r#"{"data":[{"City":"a"}],"ids":["7a"]}"#,
            r#"{"data":[{"City":"a"}],"ids":[7]}"#,
            r#"{"data":[{"City":"a"}],"ids":["9223372036854775808"]}"#,
            // Beyond 64 bits by one and six: what is left of them would pass.
            r#"{"data":[{"City":"a"}],"ids":["18446744073709551617"]}"#,
            r#"{"data":[{"City":"a"}],"ids":["00000000000000000007"]}"#,
        ] {
            assert_eq!(leads(body), None, "{body}");
        }
        let four = r#"{"data":[{"A":1,"B":2,"C":3,"D":4}],"ids":["7"]}"#;
        assert_eq!(clean(four, "Deals", ApiVersion::V8), None);
        let twice = r#"{"data":[{"A":1,"A":2}],"ids":["7"]}"#;
        assert_eq!(clean(twice, "Deals", ApiVersion::V8), None);
        let body = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
        for (module, version) in
            [("leads", ApiVersion::V8), ("Cases", ApiVersion::V8), ("Meetings", ApiVersion::V2)]
        {
            assert_eq!(clean(body, module, version), None, "{module}");
        }
    }
}
