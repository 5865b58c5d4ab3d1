//! What a text that is shown must not contain.

use serde_json::Value;

/// Whether a character commands a terminal or changes the direction of text.
fn commands(c: char) -> bool {
    c.is_control() && c != '\n'
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Nothing in a text commands a terminal, and a format of JSON is JSON.
pub(crate) fn check(format: &str, text: &str) {
    assert!(!text.contains(commands), "{format}: {text:?}");
    match format {
        "json" | "sarif" | "gitlab" | "postman" => {
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{format}: {text}");
        }
        "jsonl" => {
            let is_json = |line: &str| serde_json::from_str::<Value>(line).is_ok();
            assert!(text.lines().all(is_json), "{text}");
        }
        "github" => assert!(text.lines().all(|line| line.starts_with("::")), "{text}"),
        "human" => {
            assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
        }
        _ => {}
    }
}
