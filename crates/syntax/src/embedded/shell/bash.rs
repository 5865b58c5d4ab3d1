//! Words and here-documents, held against what bash makes of them.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Input, read};

/// What words may be made of. The variable stands for its own name, so that bash shows it as we do.
const WORDS: [&str; 16] = [
    "a",
    " ",
    "\t",
    "'b \\ \"'",
    "\"d ' # e\"",
    "\\ ",
    "\\\"",
    "\\\n",
    "\\a",
    "#",
    "é",
    "\"$v\"",
    "\"\\$ \\\" \\\\ \\q \\\n\\`\"",
    "$'f\\tg\\'\\\\\\\"\\?'",
    "$'\\101\\0601\\x41\\u00e9\\e\\a\\b\\f\\n\\r\\v'",
    "\"\"",
];

/// What here-documents may be made of.
const LINES: [&str; 13] =
    ["a", "\n", "\t", " ", "\\$", "\\\\", "\\q", "\\\n", "'", "\"", "$1", "E", "#"];

/// Every text of so many pieces.
fn texts(pieces: &[&str], length: u32) -> Vec<String> {
    let text = |mut number: usize| {
        let mut text = String::new();
        for _ in 0..length {
            text += pieces[number % pieces.len()];
            number /= pieces.len();
        }
        text
    };
    (0..pieces.len().pow(length)).map(text).collect()
}

/// What bash prints, without its complaints.
fn bash(script: String) -> String {
    let mut bash = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash runs");
    let mut stdin = bash.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = bash.wait_with_output().expect("bash ends");
    writer.join().expect("the thread ends").expect("bash reads all");
    String::from_utf8(output.stdout).expect("bash prints UTF-8")
}

#[test]
fn words_are_those_of_bash() {
    let mut script = "v='$v'\nw() { printf '<%s>' \"$@\"; printf '\\0'; }\n".to_owned();
    let mut cases: Vec<String> = (1..=3).flat_map(|length| texts(&WORDS, length)).collect();
    // A line that ends within a comment leaves half a quote behind.
    cases.retain(|case| case.find('#') >= case.rfind('\n') || !case.contains('#'));
    for case in &cases {
        script += &format!("w x{case}\n");
    }
    let printed = bash(script);
    let mut printed = printed.split_terminator('\0');
    for case in &cases {
        let text = format!("w x{case}\n");
        let words = read(&text).commands.swap_remove(0).words;
        let ours: String = words[1..].iter().map(|word| format!("<{}>", word.text.text)).collect();
        assert_eq!(printed.next(), Some(&*ours), "{case:?}");
        for word in &words {
            assert!(text.is_char_boundary(word.span.start) && text.is_char_boundary(word.span.end));
        }
    }
    assert_eq!(printed.next(), None);
}

#[test]
fn here_documents_are_those_of_bash() {
    let mut script =
        "set -- '$1'\nr() { IFS= read -r -d '' x; printf '%s\\0' \"$x\"; }\n".to_owned();
    let mut cases = Vec::new();
    for mark in ["<<E", "<<'E'", "<<-E", "<<- \"E\"", "<<\\E"] {
        for body in (0..=3).flat_map(|length| texts(&LINES, length)) {
            cases.push(format!("r {mark}\n{body}\nE\n"));
        }
    }
    // A document that ends early leaves lines behind, which bash would take for commands. What bash makes of
    // a line that is joined by `\` to one that ends the document, or to a tab, is not worth our while.
    cases.retain(|case| {
        let ends = case.matches("\nE\n").count() + case.matches("\tE\n").count();
        ends == 1 && !["E\\\n", "\\\nE", "\\\n\t"].iter().any(|odd| case.contains(odd))
    });
    for case in &cases {
        script += case;
    }
    let printed = bash(script);
    let mut printed = printed.split_terminator('\0');
    for case in &cases {
        let script = read(case);
        let Some(Input::Text(text)) = script.input(&script.commands[0]) else {
            panic!("{case:?}");
        };
        assert_eq!(printed.next(), Some(&*text.text), "{case:?}");
    }
    assert_eq!(printed.next(), None);
}
