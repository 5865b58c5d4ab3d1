//! Most calls are clean: this shows it in one pass over the bytes, without building anything.
//!
//! It knows one plain form of body: one or more fields set to strings, booleans or whole numbers, and
//! either `ids` or `cvid`. It says yes only where the rules would find nothing and leave nothing
//! unchecked; at anything else it gives up, and the rules look at the call themselves. A property test
//! holds the two against each other.

use massup_model::limits::{MAX_FIELDS_DEALS, MAX_ID_DIGITS, MAX_IDS, fields_per_call};
use massup_model::{ApiVersion, Module};

/// Whether a bare request body for a module is free of findings on the call alone; if so, the key by
/// which it selects its records.
pub(crate) fn clean(text: &str, module: &str, version: ApiVersion) -> Option<&'static str> {
    let known = Module::find(module)
        .is_some_and(|module| module.listed_in(version) && !module.only_openapi);
    known.then(|| Pass { rest: text.as_bytes() }.body(fields_per_call(module)))?
}

/// The bytes that are still to be read.
struct Pass<'t> {
    rest: &'t [u8],
}

impl<'t> Pass<'t> {
    fn body(mut self, fields: usize) -> Option<&'static str> {
        let (mut data, mut records) = (false, None);
        self.byte(b'{')?;
        loop {
            let key = self.string()?;
            self.byte(b':')?;
            match key {
                b"data" if !data => {
                    self.data(fields)?;
                    data = true;
                }
                b"ids" if records.is_none() => {
                    self.ids()?;
                    records = Some("ids");
                }
                b"cvid" if records.is_none() => {
                    self.id()?;
                    records = Some("cvid");
                }
                _ => return None,
            }
            if !self.comma_or(b'}')? {
                break;
            }
        }
        self.space();
        records.filter(|_| data && self.rest.is_empty())
    }

    fn data(&mut self, fields: usize) -> Option<()> {
        self.byte(b'[')?;
        self.byte(b'{')?;
        let mut names: [&[u8]; MAX_FIELDS_DEALS] = [&[]; MAX_FIELDS_DEALS];
        for count in 0.. {
            let name = self.string()?;
            let (first, letters) = name.split_first()?;
            let letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            let odd = !first.is_ascii_alphabetic() || !letters.iter().all(letter) || name == b"id";
            if odd || count >= fields || names.contains(&name) {
                return None;
            }
            *names.get_mut(count)? = name;
            self.byte(b':')?;
            self.value()?;
            if !self.comma_or(b'}')? {
                break;
            }
        }
        self.byte(b']')
    }

    /// A string of more than space, a boolean or a whole number.
    fn value(&mut self) -> Option<()> {
        self.space();
        match self.rest.first()? {
            b'"' => self.string()?.iter().any(u8::is_ascii_graphic).then_some(()),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'1'..=b'9' => {
                let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                self.skip(digits)
            }
            _ => None,
        }
    }

    fn ids(&mut self) -> Option<()> {
        self.byte(b'[')?;
        let mut ids = [0; MAX_IDS];
        let mut count = 0;
        let mut ascending = true;
        let mut last = 0;
        loop {
            let id = self.id()?;
            *ids.get_mut(count)? = id;
            ascending &= count == 0 || id > last;
            last = id;
            count += 1;
            if !self.comma_or(b']')? {
                break;
            }
        }
        let ids = ids.get_mut(..count)?;
        if !ascending {
            ids.sort_unstable();
        }
        (ascending || ids.is_sorted_by(|a, b| a < b)).then_some(())
    }

    /// A string of 1 to 19 digits that fits a signed 64-bit integer.
    fn id(&mut self) -> Option<u64> {
        self.byte(b'"')?;
        let mut value: u64 = 0;
        let mut digits = 0;
        for byte in self.rest.iter().take(MAX_ID_DIGITS + 1) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            // Twenty digits may wrap, and are refused below.
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            digits += 1;
        }
        self.skip(digits)?;
        let quote = self.rest.first() == Some(&b'"');
        if !quote || digits == 0 || digits > MAX_ID_DIGITS || i64::try_from(value).is_err() {
            return None;
        }
        self.skip(1)?;
        Some(value)
    }

    /// A string without escapes and control characters, its quotes taken off.
    fn string(&mut self) -> Option<&'t [u8]> {
        self.byte(b'"')?;
        let end = self.rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix(b"\"")?;
        Some(text)
    }

    /// Whether another item follows, or the bracket that ends the list.
    fn comma_or(&mut self, end: u8) -> Option<bool> {
        self.space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        if *first == end { Some(false) } else { (*first == b',').then_some(true) }
    }

    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        (*first == wanted).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    fn space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(text: &str) -> Option<&'static str> {
        clean(text, "Leads", ApiVersion::V8)
    }

    fn with_ids(ids: impl IntoIterator<Item = String>) -> String {
        let ids: Vec<_> = ids.into_iter().map(|id| format!("\"{id}\"")).collect();
        format!(r#"{{"data":[{{"City":"a"}}],"ids":[{}]}}"#, ids.join(","))
    }

    /// What is not shown to be clean is checked by the rules and so costs only time: no law can see it.
    #[test]
    fn plain_bodies_are_shown_to_be_clean() {
        for body in [
            r#"{"data":[{"City":"a"}],"ids":["7"]}"#,
            r#"{"ids":["7","8"],"data":[{"City":"a"}]}"#,
            r#"{"data":[{"No_1":true}],"ids":["8","7"]}"#,
            r#"{"data":[{"A":false}],"ids":["0000000000000000007"]}"#,
            r#"{"data":[{"A":10}],"ids":["9223372036854775807"]}"#,
            r#"{"data":[{"A":"  b"}],"ids":["7"]}"#,
            " {\n\t\"data\" : [ { \"A\" :\r\n1 } ] , \"ids\" : [ \"7\" , \"8\" ] } \n",
        ] {
            assert_eq!(leads(body), Some("ids"), "{body}");
        }
        assert_eq!(leads(r#"{"data":[{"City":"a"}],"cvid":"7"}"#), Some("cvid"));
        let three = r#"{"data":[{"A":1,"B":2,"C":3}],"ids":["7"]}"#;
        assert_eq!(clean(three, "Deals", ApiVersion::V8), Some("ids"));
        let numbers = || (1..).map(|number: u32| number.to_string());
        assert_eq!(leads(&with_ids(numbers().take(500))), Some("ids"));
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
