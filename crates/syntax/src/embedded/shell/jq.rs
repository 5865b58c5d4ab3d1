//! Objects that `jq -n` makes: its filter, if it is an object written out, with the arguments in it.

use std::collections::HashMap;

use massup_model::json::Span;

use super::super::decoded::Decoded;
use super::variables::MAX_GROWTH;
use super::{Command, Word};

/// Letters of options that do not change which value is printed.
const LETTERS: &str = "ncCMSrj";

/// Deeper than any body is nested.
const MAX_DEPTH: usize = 64;

/// What stands for a value that jq computes.
const COMPUTED: &str = "an expression of jq";

/// What a command prints, if it is a `jq -n` that can be followed.
pub(super) fn printed(command: &Command) -> Option<Decoded> {
    let (program, words) = command.words.split_first()?;
    if program.text.text.rsplit('/').next() != Some("jq") {
        return None;
    }
    let (mut arguments, mut filter, mut from_nothing) = (HashMap::new(), None, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.text.as_str();
        match text {
            "--arg" | "--argjson" => {
                let name = words.next()?.text.text.as_str();
                arguments.insert(name, (words.next()?, text == "--argjson"));
            }
            "--null-input" => from_nothing = true,
            "--compact-output" | "--sort-keys" | "--monochrome-output" | "--tab" => {}
            _ if text.starts_with('-') => {
                let letters = text.get(1..).filter(|letters| !letters.is_empty())?;
                from_nothing |= letters.contains('n');
                if !letters.chars().all(|letter| LETTERS.contains(letter)) {
                    return None;
                }
            }
            // Behind the filter are files.
            _ if filter.is_some() => return None,
            _ => filter = Some(&word.text),
        }
    }
    let filter = filter.filter(|_| from_nothing)?;
    let length: usize = command.words.iter().map(|word| word.text.text.len()).sum();
    let mut jq = Filter { source: filter, at: 0, arguments, left: MAX_GROWTH * length };
    jq.blanks();
    jq.rest().starts_with('{').then_some(())?;
    let mut object = jq.object(0)?;
    jq.blanks();
    object.parts.extend(&filter.parts);
    object.parts.sort_unstable();
    (jq.at == filter.text.len()).then_some(object)
}

/// A filter that is read from left to right.
struct Filter<'w> {
    source: &'w Decoded,
    at: usize,
    /// What `--arg` and `--argjson` give to names, and whether it is JSON.
    arguments: HashMap<&'w str, (&'w Word, bool)>,
    /// How many bytes may still be written: an argument can be named many times.
    left: usize,
}

impl<'w> Filter<'w> {
    fn rest(&self) -> &'w str {
        self.source.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let after = rest.trim_start();
            self.at += rest.len() - after.len();
            if !after.starts_with('#') {
                return;
            }
            self.at += after.find('\n').unwrap_or(after.len());
        }
    }

    /// Passes over a mark.
    fn is(&mut self, mark: char) -> bool {
        self.blanks();
        let is = self.rest().starts_with(mark);
        self.at += if is { mark.len_utf8() } else { 0 };
        is
    }

    /// Writes the next bytes of the filter as they are.
    fn copy(&mut self, to: &mut Decoded, length: usize) {
        to.extend(self.source, Span { start: self.at, end: self.at + length });
        self.at += length;
    }

    fn place(&self, length: usize) -> Span {
        self.source.place(Span { start: self.at, end: self.at + length })
    }

    /// Reads the items between two brackets, each by `item`, and writes them in JSON.
    fn items(
        &mut self,
        close: char,
        mut item: impl FnMut(&mut Self, &mut Decoded) -> Option<()>,
    ) -> Option<Decoded> {
        let mut all = Decoded::default();
        self.copy(&mut all, 1);
        let mut first = true;
        while !self.is(close) {
            if !first {
                self.is(',').then_some(())?;
                all.push_escape(",", self.place(0));
            }
            first = false;
            self.blanks();
            item(self, &mut all)?;
            self.left.checked_sub(all.text.len())?;
        }
        all.push_escape(close.encode_utf8(&mut [0; 4]), self.place(0));
        Some(all)
    }

    /// `{ data: [{ City: $city }], "ids": $ids, $over_write }`.
    fn object(&mut self, depth: usize) -> Option<Decoded> {
        self.items('}', |jq, object| {
            let rest = jq.rest();
            let sign = usize::from(rest.starts_with('$'));
            if let Some(length) = jq.string() {
                jq.copy(object, length);
            } else {
                let length = name(rest.get(sign..)?);
                let key = rest.get(sign..sign + length).filter(|key| !key.is_empty())?;
                object.push_escape(&format!("\"{key}\""), jq.place(sign + length));
                // `$ids` is short for `ids: $ids`.
                jq.at += if sign == 0 { length } else { 0 };
            }
            (sign == 1 || jq.is(':')).then_some(())?;
            object.push_escape(":", jq.place(0));
            object.append(&jq.value(depth)?);
            Some(())
        })
    }

    /// A value of an object: what is computed is unknown.
    fn value(&mut self, depth: usize) -> Option<Decoded> {
        self.blanks();
        let start = self.at;
        let written = self.written(depth);
        self.blanks();
        if let Some(value) = written.filter(|_| self.rest().starts_with([',', '}', ']'])) {
            return Some(value);
        }
        self.at = start;
        let length = self.expression()?;
        let mut value = Decoded::default();
        value.push_variable(COMPUTED, self.place(length));
        self.at += length;
        Some(value)
    }

    /// A value that is written out, or an argument.
    fn written(&mut self, depth: usize) -> Option<Decoded> {
        let rest = self.rest();
        let mut value = Decoded::default();
        match rest.chars().next()? {
            _ if depth == MAX_DEPTH => return None,
            '{' => return self.object(depth + 1),
            // An item that is computed may be any number of them.
            '[' => {
                return self.items(']', |jq, array| {
                    array.append(&jq.written(depth + 1)?);
                    Some(())
                });
            }
            '"' => {
                let length = self.string()?;
                self.copy(&mut value, length);
            }
            // A variable of the shell, in a filter in double quotes.
            '$' if self.source.has_variable(Span { start: self.at, end: self.at + 1 }) => {
                let length = 1 + name(rest.get(1..)?);
                self.copy(&mut value, length);
            }
            '$' => {
                let length = name(rest.get(1..)?);
                match self.arguments.get(rest.get(1..=length)?) {
                    Some((word, true)) => value.append(&word.text),
                    Some((word, false)) => put_string(&mut value, &word.text),
                    None => value.push_variable(COMPUTED, self.place(1 + length)),
                }
                self.left = self.left.checked_sub(value.text.len())?;
                self.at += 1 + length;
            }
            _ => {
                let length = rest.find([',', '}', ']', ' ', '\n', '\t']).unwrap_or(rest.len());
                let word = rest.get(..length)?;
                serde_json::from_str::<serde_json::Value>(word).ok()?;
                self.copy(&mut value, length);
            }
        }
        Some(value)
    }

    /// The length of the string that begins here, without values inserted by `\(…)`.
    fn string(&self) -> Option<usize> {
        let rest = self.rest().strip_prefix('"')?;
        let mut letters = rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => return Some(at + 2),
                '\\' if letters.next()?.1 == '(' => return None,
                _ => {}
            }
        }
        None
    }

    /// The length of the expression that begins here: it ends before a comma or a bracket that is not its own.
    fn expression(&self) -> Option<usize> {
        let (mut open, mut quoted, mut escaped) = (0_usize, false, false);
        for (at, letter) in self.rest().char_indices() {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = !quoted,
                _ if quoted => {}
                ',' | '}' | ']' | ')' if open == 0 => return (at > 0).then_some(at),
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' => open -= 1,
                _ => {}
            }
        }
        None
    }
}

/// The length of the name that begins a text.
fn name(text: &str) -> usize {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let digit = text.starts_with(|c: char| c.is_ascii_digit());
    if digit { 0 } else { text.find(|c| !is_name(c)).unwrap_or(text.len()) }
}

/// Adds a text as a string of JSON, which is unknown if the text is.
fn put_string(to: &mut Decoded, text: &Decoded) {
    let place = text.place(Span { start: 0, end: text.text.len() });
    let written = serde_json::Value::from(text.text.as_str()).to_string();
    if text.variables.is_empty() {
        to.push_escape(&written, place);
        to.parts.extend(&text.parts);
    } else {
        to.push_variable(&written, place);
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    /// What the first command prints, with `?` for what is unknown in it.
    fn printed(text: &str) -> Option<String> {
        let script = read(text);
        let text = super::printed(script.commands.first()?)?;
        let mut shown = String::new();
        let mut done = 0;
        for variable in &text.variables {
            shown += &text.text[done..variable.start];
            shown.push('?');
            done = variable.end;
        }
        Some(shown + &text.text[done..])
    }

    #[test]
    fn objects_that_are_written_out_are_read() {
        for (filter, expected) in [
            ("{}", "{}"),
            (
                r#"{data: [{City: "a"}], ids: ["7", "8"]}"#,
                r#"{"data":[{"City":"a"}],"ids":["7","8"]}"#,
            ),
            (
                "\n { # all\n a: true , \"b\": -1.5e3,\n c:null}\n# end",
                r#"{"a":true,"b":-1.5e3,"c":null}"#,
            ),
            (r#"{a: "x\"y, }\\", b: {}, c: [[]]}"#, r#"{"a":"x\"y, }\\","b":{},"c":[[]]}"#),
            ("{ids: [$one, $one], $list}", r#"{"ids":["7\"","7\""],"list":["8",9]}"#),
            ("{ids: $unset, $ENV, a: $__loc__}", r#"{"ids":?,"ENV":?,"a":?}"#),
            (r#"{ids: ($one | split(",")), a: 1}"#, r#"{"ids":?,"a":1}"#),
            (
                r#"{a: "\($one)", b: $one + "}", c: [$list[]], d: [inputs], e: .x.y}"#,
                r#"{"a":?,"b":?,"c":?,"d":?,"e":?}"#,
            ),
            ("{data: [{($one): 1}]}", r#"{"data":?}"#),
        ] {
            let text = format!("jq -n --arg one '7\"' --argjson list '[\"8\",9]' '{filter}'");
            assert_eq!(printed(&text).as_deref(), Some(expected), "{text}");
        }
        for options in ["-nc", "-cn -M", "--null-input --compact-output", "-n -S --tab", "-nr"] {
            assert_eq!(printed(&format!("jq {options} '{{a: 1}}'")).as_deref(), Some(r#"{"a":1}"#));
        }
        let shell = r#"/usr/bin/jq -n --arg c "$CITY" "{\"City\": \$c, \"ids\": $IDS}""#;
        assert_eq!(printed(shell).as_deref(), Some(r#"{"City":?,"ids":?}"#));
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "jq '{a: 1}'",
            "jq -n '{a: 1}' file",
            "jq -n '{a: 1} | tojson'",
            "jq -n '{a: 1}, {b: 2}'",
            "jq -n '{(\"a\"): 1}'",
            "jq -n '{a}'",
            "jq -n '{a 1}'",
            "jq -n '{a: }'",
            "jq -n '[1]'",
            "jq -n '{'",
            "jq -n '{a: [1}'",
            "jq -n '{a: \"x}'",
            "jq -n",
            "jq -n --arg a",
            "jq -n -f x.jq",
            "jq -nR '{a: 1}'",
            "jq -n --args '{a: 1}' b",
            "gojq -n '{a: 1}'",
            "curl",
            "",
        ] {
            assert_eq!(printed(text), None, "{text}");
        }
    }

    /// A script of a few lines could otherwise name a text that fills every disk, or a stack.
    #[test]
    fn arguments_do_not_grow_without_end() {
        let names = vec!["a: $x"; 1_000].join(", ");
        let long = "y".repeat(10_000);
        assert_eq!(printed(&format!("jq -n --arg x {long} '{{{names}}}'")), None);
        let nested = |depth: usize| format!("jq -n '{}{}'", "{a:".repeat(depth), "}".repeat(depth));
        let deep = printed(&nested(50_000)).unwrap();
        assert!(deep.len() < 1_000 && deep.contains("{\"a\":?}"), "{deep}");
        let lists = format!("jq -n '{{a: {}1{}}}'", "[".repeat(9), "]".repeat(9));
        assert_eq!(printed(&lists), Some(r#"{"a":[[[[[[[[[1]]]]]]]]]}"#.to_owned()));
    }
}
