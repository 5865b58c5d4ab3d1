//! Texts and their places, there and back.

use super::*;

#[test]
fn places_lead_back_through_escapes() {
    let file = r#"xx"a\"b\u00e9\ud83d\ude00c""#;
    let decoded = Decoded::of_json_string(&file[2..], 2);
    assert_eq!(decoded.text, "a\"bé😀c");
    let at = |needle: &str| {
        let start = decoded.text.find(needle).unwrap();
        let span = decoded.place(Span { start, end: start + needle.len() });
        &file[span.start..span.end]
    };
    assert_eq!(at("a"), "a");
    assert_eq!(at("\"b"), "\\\"b");
    assert_eq!(at("é"), "\\u00e9");
    assert_eq!(at("😀c"), "\\ud83d\\ude00c");
    let end = decoded.text.len();
    assert_eq!(decoded.place(Span { start: end, end }).start, file.len() - 1);
    let after = decoded.after(2);
    assert_eq!((after.text.as_str(), after.place(Span { start: 0, end: 1 }).start), ("bé😀c", 6));
}

#[test]
fn variables_outside_of_strings_get_a_placeholder_of_their_length() {
    let raw = r#""{\"a\":\"x {{b}}\",\"c\":{{d}}} // {{e}}""#;
    let decoded = Decoded::of_json_string(raw, 0).with_braces();
    assert_eq!(decoded.variables.len(), 3);
    let (text, bare) = decoded.with_placeholders();
    assert_eq!(text, r#"{"a":"x {{b}}","c":"___"} // {{e}}"#);
    assert!(bare);
}

/// What a JSON string may be made of, escaped and not.
const PIECES: [&str; 10] =
    ["a", "é", r"\n", r#"\""#, r"\\", r"\u0041", r"\ud834\udd1e", "{{", "}}", "{"];

/// Every text of up to four pieces, as it is in a JSON string.
fn strings() -> impl Iterator<Item = String> {
    let pieces = u32::try_from(PIECES.len()).unwrap();
    (0..=4).flat_map(move |length| {
        (0..pieces.pow(length)).map(move |mut number| {
            let mut text = String::new();
            for _ in 0..length {
                text += PIECES[(number % pieces) as usize];
                number /= pieces;
            }
            text
        })
    })
}

#[test]
fn every_letter_leads_back_to_its_place() {
    for (index, inner) in strings().enumerate() {
        let file = format!("?\"{inner}\"");
        let decoded = Decoded::of_json_string(&file[1..], 1);
        let expected: String = serde_json::from_str(&file[1..]).unwrap();
        assert_eq!(decoded.text, expected, "{file}");
        assert_eq!(decoded.parts, [Span { start: 1, end: file.len() }], "{file}");
        let before = Decoded::of_json_string("\"é\\n\"", 100);
        let mut joined = before.clone();
        joined.append(&decoded);
        let letters: Vec<_> = expected.char_indices().collect();
        for (first, (start, letter)) in letters.iter().enumerate() {
            let (start, end) = (*start, start + letter.len_utf8());
            let place = decoded.place(Span { start, end });
            let written = &file[place.start..place.end];
            let read: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
            assert_eq!(read, letter.to_string(), "{file}");

            let rest = decoded.after(start);
            assert_eq!(rest.text, expected[start..], "{file}");
            for (from, letter) in &letters[first..] {
                let to = from + letter.len_utf8();
                let moved = Span { start: from - start, end: to - start };
                let whole = decoded.place(Span { start: *from, end: to });
                assert_eq!(rest.place(moved), whole, "{file} {start}");
                let both = decoded.place(Span { start, end: to });
                assert_eq!((both.start, both.end), (place.start, whole.end), "{file}");
            }
            let by = before.text.len();
            assert_eq!(joined.place(Span { start: start + by, end: end + by }), place, "{file}");
        }
        let nothing = decoded.place(Span { start: expected.len(), end: expected.len() + 5 });
        let end = if index == 0 { 1 } else { file.len() - 1 };
        assert_eq!((nothing.start, nothing.end), (end, end), "{file}");
    }
}

/// The variables of a text, read the slow way: from each place on.
fn variables(text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for (start, _) in text.match_indices('{') {
        let free = found.last().is_none_or(|last| last.end <= start);
        let inner = text[start..].strip_prefix("{{").and_then(|rest| rest.split_once("}}"));
        if let Some((name, _)) = inner
            && free
            && !name.is_empty()
            && !name.contains(['{', '}', '"', '\n'])
        {
            found.push(Span { start, end: start + name.len() + 4 });
        }
    }
    found
}

#[test]
fn variables_are_what_stands_in_two_pairs_of_braces() {
    for inner in strings() {
        let decoded = Decoded::of_json_string(&format!("\"{inner}\""), 0).with_braces();
        assert_eq!(decoded.variables, variables(&decoded.text), "{inner}");
        let (text, _) = decoded.with_placeholders();
        assert_eq!(text.len(), decoded.text.len());
        for start in 0..decoded.text.len() {
            for end in start..=decoded.text.len() {
                let inside = decoded.variables.iter().any(|v| v.start < end && start < v.end);
                if start < end {
                    assert_eq!(decoded.has_variable(Span { start, end }), inside, "{inner}");
                }
            }
        }
    }
}

#[test]
fn a_placeholder_stands_where_a_value_should() {
    for (text, expected) in [
        ("{{ab}}", r#""____""#),
        (r#"["{{a}}", {{b}}]"#, r#"["{{a}}", "___"]"#),
        (r#"["\"{{a}}", {{b}}]"#, r#"["\"{{a}}", "___"]"#),
        (r#"["\\", {{b}}]"#, r#"["\\", "___"]"#),
        ("/* {{a}} */ {{b}}", "/* {{a}} */ \"___\""),
        ("/*/ {{a}} */ {{b}}", "/*/ {{a}} */ \"___\""),
        ("/* \" */ {{b}} // {{c}}\n{{d}}", "/* \" */ \"___\" // {{c}}\n\"___\""),
        ("1 / {{a}} * {{b}}", "1 / \"___\" * \"___\""),
    ] {
        let raw = serde_json::to_string(text).unwrap();
        let (found, _) = Decoded::of_json_string(&raw, 0).with_braces().with_placeholders();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn escapes_that_json_does_not_know_are_taken_as_they_are() {
    for (raw, expected) in [
        (r"\q", "q"),
        (r"\/", "/"),
        (r"\b\f\r\t", "\u{8}\u{c}\r\t"),
        (r"\u12", "u12"),
        (r"\uzzzz", "uzzzz"),
        (r"\ud834", "\u{fffd}"),
        (r"\ud834\u0041", "\u{fffd}A"),
        (r"\udd1e", "\u{fffd}"),
        (r"\ud800\udc00\udbff\udfff", "\u{10000}\u{10ffff}"),
        ("\\", "\\"),
        (r"\é", "é"),
    ] {
        let decoded = Decoded::of_json_string(&format!("\"{raw}\""), 0);
        assert_eq!(decoded.text, expected, "{raw}");
    }
}
