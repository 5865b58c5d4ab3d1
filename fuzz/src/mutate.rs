//! Makes inputs of others: changes of bytes, and changes of JSON trees that stay JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// Where the crate is.
pub(crate) fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The inputs of a target in some folders, in the order of their names.
pub(crate) fn inputs(folders: &[PathBuf], target: &str) -> Vec<PathBuf> {
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder.join(target)).ok());
    let mut paths: Vec<_> = files.flatten().map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The folders of the repository with inputs: first ones, and those that once broke a law.
pub(crate) fn kept() -> [PathBuf; 2] {
    ["seeds", "regressions"].map(|folder| here().join(folder))
}

/// The words of the dictionary.
fn words() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(here().join("words.dict")).unwrap();
    text.lines().filter_map(|line| word(line.strip_prefix('"')?.strip_suffix('"')?)).collect()
}

/// The bytes of a word that is written as libFuzzer reads it.
pub(crate) fn word(written: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = written;
    while let Some((before, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        rest = if let Some(digits) = escape.strip_prefix('x') {
            bytes.push(u8::from_str_radix(digits.get(..2)?, 16).ok()?);
            &digits[2..]
        } else {
            bytes.push(*escape.as_bytes().first()?);
            &escape[1..]
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

/// Makes inputs; the same ones from the same number.
pub struct Mutator {
    numbers: Numbers,
    inputs: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    trees: Vec<Value>,
    /// What the trees have under each key.
    values: BTreeMap<String, Vec<Value>>,
}

/// Numbers that look random (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % below.max(1) as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.next(all.len())]
    }
}

/// Where the JSON of an input starts: at once, or behind the letter that chooses a kind of input.
fn tree(input: &[u8]) -> Option<(usize, Value)> {
    (0..2).find_map(|at| {
        let value: Value = serde_json::from_slice(input.get(at..)?).ok()?;
        (value.is_object() || value.is_array()).then_some((at, value))
    })
}

impl Mutator {
    /// Makes inputs of the kept ones of a target, and of those that `fuzz/seed` has made.
    ///
    /// # Panics
    ///
    /// An input or the dictionary cannot be read.
    pub fn new(target: &str, from: u64) -> Self {
        let [seeds, regressions] = kept();
        Self::in_folders(&[seeds, regressions, here().join("../target/fuzz-seeds")], target, from)
    }

    /// Makes inputs of those in some folders.
    pub(crate) fn in_folders(folders: &[PathBuf], target: &str, from: u64) -> Self {
        let files = inputs(folders, target).into_iter().map(|path| std::fs::read(path).unwrap());
        // `fuzz/seed` copies some of the kept ones: each counts once.
        let inputs: BTreeSet<_> = files.chain([b"a".to_vec()]).collect();
        Self::of(inputs.into_iter().collect(), words(), from)
    }

    pub(crate) fn of(inputs: Vec<Vec<u8>>, words: Vec<Vec<u8>>, from: u64) -> Self {
        let trees: Vec<_> = inputs.iter().filter_map(|input| Some(tree(input)?.1)).collect();
        let mut values = BTreeMap::new();
        for tree in &trees {
            collect(tree, &mut values);
        }
        Self { numbers: Numbers(from), inputs, words, trees, values }
    }

    /// Starts anew from a number.
    pub fn restart(&mut self, from: u64) {
        self.numbers = Numbers(from);
    }

    /// Puts one of the inputs with up to four changes in the place of what is in `text`.
    pub fn input(&mut self, text: &mut Vec<u8>) {
        text.clear();
        let input: &Vec<u8> = self.numbers.of(&self.inputs);
        text.extend_from_slice(input);
        for _ in 0..=self.numbers.next(4) {
            self.change(text);
        }
    }

    /// Makes one change: of the tree, where the text has one, or of bytes.
    pub fn change(&mut self, text: &mut Vec<u8>) {
        let changes_bytes = self.numbers.next(4) == 0;
        match tree(text).filter(|_| !changes_bytes) {
            Some((at, mut value)) => {
                self.change_tree(&mut value);
                text.truncate(at);
                text.extend_from_slice(value.to_string().as_bytes());
            }
            None => self.change_bytes(text),
        }
    }

    /// Replaces bytes, takes them out, repeats them, moves them in from another input, or puts in a word.
    fn change_bytes(&mut self, text: &mut Vec<u8>) {
        let numbers = &mut self.numbers;
        let at = numbers.next(text.len() + 1);
        let end = (at + 1 + numbers.next(16)).min(text.len());
        match numbers.next(5) {
            0 if at < text.len() => text[at] = u8::try_from(numbers.next(256)).unwrap(),
            1 if at < end => drop(text.drain(at..end)),
            2 if at < end => {
                text.extend_from_within(at..end);
                text[at..].rotate_right(end - at);
            }
            3 => {
                let other = numbers.of(&self.inputs);
                let from = numbers.next(other.len() + 1);
                let to = (from + numbers.next(64)).min(other.len());
                text.splice(at..end, other[from..to].iter().copied());
            }
            _ => {
                let word = numbers.of(&self.words);
                text.splice(at..at, word.iter().copied());
            }
        }
    }

    /// Changes one place of a tree.
    fn change_tree(&mut self, tree: &mut Value) {
        let place = self.place(tree);
        match self.numbers.next(16) {
            0 => *place = self.word(),
            12 | 13 => self.exchange(place),
            14 | 15 => self.go_to_a_limit(place),
            1 | 2 => *place = self.value_of_another(),
            3 => empty(place),
            4 | 5 => self.remove(place),
            6 => self.repeat(place),
            7 | 8 => self.add(place),
            9 => self.rename(place),
            10 => self.change_text(place),
            _ => self.change_type(place),
        }
    }

    /// Any place in a tree. Of a long list only the first items count, so that there is more than ids.
    fn place<'v>(&mut self, tree: &'v mut Value) -> &'v mut Value {
        let mut number = self.numbers.next(places(tree));
        nth_place(tree, &mut number).unwrap()
    }

    /// A word of the dictionary, as the JSON that it is, or as a text.
    fn word(&mut self) -> Value {
        let word = self.numbers.of(&self.words);
        serde_json::from_slice(word).unwrap_or_else(|_| json!(String::from_utf8_lossy(word)))
    }

    /// A copy of any tree of the inputs.
    fn tree_of_another(&mut self) -> Value {
        if self.trees.is_empty() { self.word() } else { self.numbers.of(&self.trees).clone() }
    }

    fn value_of_another(&mut self) -> Value {
        let mut tree = self.tree_of_another();
        self.place(&mut tree).take()
    }

    /// A member of any object of the inputs, or a word with a value.
    fn member(&mut self) -> (String, Value) {
        let mut tree = self.tree_of_another();
        if let Value::Object(members) = self.place(&mut tree)
            && !members.is_empty()
        {
            let at = self.numbers.next(members.len());
            return std::mem::take(members).into_iter().nth(at).unwrap();
        }
        let key = self.word();
        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        (key, self.value_of_another())
    }

    /// Gives a member a value that another object has under the same key.
    fn exchange(&mut self, place: &mut Value) {
        let Value::Object(members) = place else { return };
        let at = self.numbers.next(members.len());
        if let Some((key, value)) = members.iter_mut().nth(at)
            && let Some(others) = self.values.get(key)
        {
            *value = self.numbers.of(others).clone();
        }
    }

    /// Puts a value at or beyond a limit.
    fn go_to_a_limit(&mut self, place: &mut Value) {
        *place = match place.take() {
            Value::Number(number) => {
                let float = number.as_f64().unwrap_or_default();
                let near =
                    [json!(-1), json!(float + 0.001), json!(float * 1000.0), json!(u64::MAX)];
                self.numbers.of(&near).clone()
            }
            Value::Bool(known) => json!(!known),
            Value::String(text) => {
                let long = |length: usize| text.chars().cycle().take(length).collect::<String>();
                let lengths = [0, 20, 21, 30, 31, 100, 101, 120, 121, 255, 256, 451, 32_001];
                json!(long(*self.numbers.of(&lengths)))
            }
            other => other,
        };
    }

    fn remove(&mut self, place: &mut Value) {
        let count = children(place);
        let at = self.numbers.next(count);
        match place {
            Value::Array(items) if count > 0 => drop(items.remove(at)),
            Value::Object(members) if count > 0 => {
                let key = members.keys().nth(at).unwrap().clone();
                members.remove(&key);
            }
            _ => *place = Value::Null,
        }
    }

    /// Repeats an item, at times beyond the limits of the API.
    fn repeat(&mut self, place: &mut Value) {
        let times = *self.numbers.of(&[1, 1, 1, 2, 3, 98, 499, 500]);
        match place {
            // Repeated changes would take all memory.
            Value::Array(items) if !items.is_empty() && items.len() < 1000 => {
                let item = self.numbers.of(items).clone();
                items.extend(std::iter::repeat_n(item, times));
            }
            Value::String(text) if text.len() < 1000 => *text = text.repeat(times + 1),
            Value::Object(members) if !members.is_empty() => {
                let value = members.values().nth(self.numbers.next(members.len())).unwrap().clone();
                members.insert(self.member().0, value);
            }
            _ => {}
        }
    }

    fn add(&mut self, place: &mut Value) {
        match place {
            Value::Array(items) => {
                let at = self.numbers.next(items.len() + 1);
                items.insert(at, self.value_of_another());
            }
            Value::Object(members) => members.extend([self.member()]),
            _ => *place = self.value_of_another(),
        }
    }

    /// Gives a member the name of another one.
    fn rename(&mut self, place: &mut Value) {
        let Value::Object(members) = place else { return };
        let at = self.numbers.next(members.len());
        if let Some(key) = members.keys().nth(at).cloned() {
            let value = members.remove(&key).unwrap();
            members.insert(self.member().0, value);
        }
    }

    /// Changes a letter or a digit.
    fn change_text(&mut self, place: &mut Value) {
        let mut text = match place {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        let at = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect::<Vec<_>>();
        let at = *self.numbers.of(&at);
        let letter =
            *self.numbers.of(&['0', '1', '9', 'a', ' ', '.', '-', ':', '/', 'é', '\n', '\u{202e}']);
        match self.numbers.next(3) {
            0 => text.insert(at, letter),
            1 if at < text.len() => drop(text.remove(at)),
            _ => {
                text.truncate(at);
                text.push(letter);
            }
        }
        *place = match place {
            Value::Number(_) => serde_json::from_str(&text).unwrap_or(Value::Null),
            _ => json!(text),
        };
    }

    /// The text of an object that is not quite JSON, or says something twice.
    fn spoilt(&mut self, object: &Value) -> String {
        let text = object.to_string();
        let key = text.split_inclusive("\":").next().unwrap_or_default().trim_start_matches('{');
        let rest = &text[1..];
        match self.numbers.next(5) {
            0 => text,
            1 => format!("{{{key}null,{rest}"),
            2 => format!("{text} // by hand"),
            3 => format!("{{/* by hand */{rest}"),
            _ => format!("{},}}", &text[..text.len() - 1]),
        }
    }

    /// A number becomes a text, an item a list, an id an object that has one; and the other way.
    fn change_type(&mut self, place: &mut Value) {
        let has_id = self.numbers.next(2) == 0;
        *place = match place.take() {
            Value::String(text) if has_id => json!({ "id": text }),
            Value::String(text) => serde_json::from_str(&text).unwrap_or_else(|_| json!([text])),
            Value::Array(mut items) if items.len() == 1 => items.remove(0),
            Value::Object(members) if has_id && members.len() == 1 => {
                members.into_values().next().unwrap()
            }
            Value::Object(members) if !members.is_empty() => json!(self.spoilt(&json!(members))),
            other @ (Value::Bool(_) | Value::Number(_)) if has_id => json!(other.to_string()),
            other => json!([other]),
        };
    }
}

/// How many items of a list are places.
const ITEMS: usize = 3;

fn places(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().take(ITEMS).map(places).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(places).sum::<usize>(),
        _ => 1,
    }
}

/// The place that so many others come before.
fn nth_place<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => {
            items.iter_mut().take(ITEMS).find_map(|item| nth_place(item, number))
        }
        Value::Object(members) => members.values_mut().find_map(|value| nth_place(value, number)),
        _ => None,
    }
}

/// Adds what a tree has under each key.
fn collect(tree: &Value, values: &mut BTreeMap<String, Vec<Value>>) {
    match tree {
        Value::Array(items) => items.iter().for_each(|item| collect(item, values)),
        Value::Object(members) => {
            for (key, value) in members {
                let known = values.entry(key.clone()).or_default();
                if !known.contains(value) {
                    known.push(value.clone());
                }
                collect(value, values);
            }
        }
        _ => {}
    }
}

fn children(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

/// Leaves nothing in a value.
fn empty(value: &mut Value) {
    match value {
        Value::Array(items) => items.clear(),
        Value::Object(members) => members.clear(),
        Value::String(text) => text.clear(),
        Value::Number(_) => *value = json!(0),
        Value::Bool(_) | Value::Null => *value = Value::Null,
    }
}
