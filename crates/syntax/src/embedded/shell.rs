//! Shell scripts to commands with words: quotes, escapes and here-documents resolved, nothing run.

#[cfg(all(test, unix))]
mod bash;
mod jq;
mod lexer;
mod quotes;
mod repeated;
mod variables;

use massup_model::json::Span;

use super::decoded::Decoded;
use crate::document::Comment;

/// A script that was read.
#[derive(Debug, Default)]
pub(super) struct Script<'t> {
    /// The commands in the order of the text, those within others too; some are empty.
    pub(super) commands: Vec<Command>,
    pub(super) comments: Vec<Comment<'t>>,
    /// Where reading stopped, if the script has too many parts.
    pub(super) cut: Option<usize>,
}

/// A command: its words and its standard input.
#[derive(Clone, Debug, Default)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    pub(super) input: Option<Input>,
    /// The command before a `|`.
    piped_from: Option<usize>,
    /// One of the words is `curl`.
    is_curl: bool,
    /// The end of the first line that the next one goes on from without a `\`.
    pub(super) unjoined: Option<Span>,
}

/// A word without its quotes.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) text: Decoded,
    pub(super) span: Span,
}

impl Word {
    /// Whether it names the program `curl`.
    pub(super) fn is_curl(&self) -> bool {
        // In a recipe of `make` marks are in front of a command.
        let text = self.text.text.trim_start_matches(['@', '-', '+']);
        text.rsplit(['/', '\\']).next().is_some_and(|name| ["curl", "curl.exe"].contains(&name))
    }
}

/// The standard input of a command.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// A text in the script.
    Text(Decoded),
    /// A file, by its name.
    File(Decoded),
}

/// Reads a script. What is not closed ends with the text.
pub(super) fn read(text: &str) -> Script<'_> {
    read_part(text, Span { start: 0, end: text.len() }, Layout::Plain)
}

/// How a script is embedded in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As it is.
    Plain,
    /// Its lines are indented.
    Indented,
    /// Its lines are indented, and are one line to a shell.
    Folded,
    /// As it is, for the command processor of Windows: `^` joins lines.
    Batch,
}

/// Reads a script that is a part of a file.
pub(super) fn read_part(text: &str, part: Span, layout: Layout) -> Script<'_> {
    let mut lexer = lexer::Lexer::new(text, part, layout);
    lexer.script(None);
    let mut script = lexer.script;
    variables::resolve(&mut script, text);
    repeated::unroll(&mut script, text);
    script
}

impl Script<'_> {
    /// What a command reads: its own redirection, or what another command sends it.
    pub(super) fn input(&self, command: &Command) -> Option<Input> {
        let mut command = command;
        // `… | jq -c . | curl` passes on what it gets.
        for _ in 0..MAX_PIPE {
            if command.input.is_some() {
                return command.input.clone();
            }
            let before = self.commands.get(command.piped_from?)?;
            if !passes_on(before) {
                return printed(before);
            }
            command = before;
        }
        None
    }
}

/// How many commands of a pipe are followed.
const MAX_PIPE: usize = 8;

/// Whether a command sends on what it reads, perhaps with other blanks.
fn passes_on(command: &Command) -> bool {
    let mut words = command.words.iter().map(|word| word.text.text.as_str());
    match words.next() {
        Some("cat") => words.next().is_none(),
        Some("tee") => true,
        Some("jq") => {
            words.filter(|word| !["-c", "--compact-output", "-M"].contains(word)).eq(["."])
        }
        _ => false,
    }
}

/// The text or the file that a command prints, where its words say it.
fn printed(command: &Command) -> Option<Input> {
    let (program, words) = command.words.split_first()?;
    let text = |word: &Word| Some(Input::Text(word.text.clone()));
    let letters = |word: &Word| word.text.text.clone();
    match program.text.text.as_str() {
        "cat" => match words {
            [file] => Some(Input::File(file.text.clone())),
            _ => None,
        },
        "echo" => match words.split_first() {
            Some((option, [word])) if ["-n", "-e", "-E", "-ne"].contains(&&*letters(option)) => {
                text(word)
            }
            Some((word, [])) => text(word),
            _ => None,
        },
        "printf" => match words {
            [format, word] if ["%s", "%s\\n", "%b"].contains(&&*letters(format)) => text(word),
            [word] if !letters(word).contains(['%', '\\']) => text(word),
            _ => None,
        },
        _ => jq::printed(command).map(Input::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the commands that have any; variables by their names.
    fn words(text: &str) -> Vec<Vec<String>> {
        let commands = read(text).commands;
        let words = commands.iter().map(|c| c.words.iter().map(|w| w.text.text.clone()).collect());
        words.filter(|words: &Vec<_>| !words.is_empty()).collect()
    }

    #[test]
    fn quotes_and_escapes_are_resolved() {
        let text = "a 'b \"c' \"d \\\"e\\\" \\n\" f\\ g \\\n  h$'i\\tj\\'' \"k\"'l'm # n\no&&p|q;r";
        assert_eq!(
            words(text),
            [
                vec!["a", "b \"c", "d \"e\" \\n", "f g", "hi\tj'", "klm"],
                vec!["o"],
                vec!["p"],
                vec!["q"],
                vec!["r"]
            ]
        );
        let script = read(text);
        assert_eq!(script.comments[0].text, " n");
        let word = &script.commands[0].words[2];
        let at = word.text.text.find('e').unwrap();
        let place = word.text.place(Span { start: at, end: at + 1 });
        assert_eq!(&text[place.start - 2..place.end], "\\\"e");
    }

    #[test]
    fn variables_are_marked_and_commands_within_are_found() {
        let text = "a \"$b ${c} ${d:-e}\" $(f \"$(g)\") `h` $((1<<2)) \\$i '$j' $";
        assert_eq!(
            words(text),
            [
                vec!["a", "$b ${c} $(...)", "$(...)", "$(...)", "$(...)", "$i", "$j", "$"],
                vec!["f", "$(...)"],
                vec!["g"],
                vec!["h"],
            ]
        );
        let script = read(text);
        let variables: Vec<_> =
            script.commands[0].words.iter().map(|word| word.text.variables.len()).collect();
        assert_eq!(variables, [0, 3, 1, 1, 1, 0, 0, 0]);
    }

    #[test]
    fn a_dollar_means_what_follows_it() {
        for (word, expected, variables) in [
            ("\"$'b'\"", "$'b'", vec![]),
            ("\"b$\"", "b$", vec![]),
            ("$\"b c\"", "b c", vec![]),
            ("$'\\U0001f600'", "\u{1f600}", vec![]),
            ("$.b", "$.b", vec![]),
            ("$((1+2))b", "$(...)b", vec![(0, 6)]),
            ("${}b", "$(...)b", vec![(0, 6)]),
            ("${b:-\\}c}d", "$(...)d", vec![(0, 6)]),
            ("${b:-${c}}d", "$(...)d", vec![(0, 6)]),
            ("$12", "$12", vec![(0, 2)]),
            ("$@$#", "$@$#", vec![(0, 2), (2, 4)]),
            ("$b_2.c", "$b_2.c", vec![(0, 4)]),
        ] {
            let script = read(word);
            let text = &script.commands[0].words[0].text;
            let spans: Vec<_> = text.variables.iter().map(|span| (span.start, span.end)).collect();
            assert_eq!((&*text.text, spans), (expected, variables), "{word}");
        }
        // What a command prints may be secret, and so may the command.
        let script = read("bcd$(e f)g");
        let parts: Vec<_> = script.commands[0].words[0]
            .text
            .parts
            .iter()
            .map(|part| (part.start, part.end))
            .collect();
        assert_eq!(parts, [(0, 5), (9, 10)]);
    }

    #[test]
    fn here_documents_are_input() {
        let input = |text: &str| {
            let script = read(text);
            let command = script.commands.iter().rfind(|c| !c.words.is_empty()).unwrap();
            match script.input(command) {
                Some(Input::Text(text)) => text.text,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(input("a <<E\nb \\$c $d \"e\"\nE\n"), "b $c $d \"e\"\n");
        assert_eq!(input("a <<'E' >f\nb \\$c $d\nE\n"), "b \\$c $d\n");
        assert_eq!(input("a <<-E\n\tb\n\t\tc\n\tE\n"), "b\nc\n");
        assert_eq!(input("cat <<E | a\nb\nE\n"), "b\n");
        assert_eq!(input("echo 'b' | a"), "b");
        assert_eq!(input("a <<< \"b\""), "b");
        assert_eq!(input("a <<E\nnever closed"), "never closed");
        assert_eq!(input("printf '%s\\n' 'b%' | a"), "b%");
        assert_eq!(input("printf b | a"), "b");
        assert_eq!(input("jq -n '{b: 1}' | a"), "{\"b\":1}");
        assert_eq!(input("echo -n b | jq -c . | tee f | a"), "b");
        let script = read("cat 'f g' | a");
        let file = script.input(&script.commands[1]);
        assert!(matches!(file, Some(Input::File(name)) if name.text == "f g"));
        for text in [
            "cat a b | c",
            "sort a | c",
            "echo a b | c",
            "cat a; c",
            "cat a || c",
            "echo a | jq .b | c",
            "printf %d a | c",
            "printf 'a%s' b | c",
        ] {
            let script = read(text);
            let command = script.commands.iter().rfind(|c| !c.words.is_empty()).unwrap();
            assert!(script.input(command).is_none(), "{text}");
        }
        assert_eq!(words("a \"$(cat <<'E'\nb\nE\n)\""), [vec!["a", "b\n"], vec!["cat"]]);
        assert_eq!(words("a \"$(jq -n '{b: 1}')\"")[0], ["a", "{\"b\":1}"]);
    }

    #[test]
    fn every_letter_is_read_once() {
        // A form feed and its like are letters of a word to a shell.
        assert_eq!(words("a \u{c}b\u{b}\u{85} {"), [["a", "\u{c}b\u{b}\u{85}", "{"]]);
        assert_eq!(words("a `(b ` c"), [vec!["a", "$(...)", "c"], vec!["b"]]);
        let marks =
            ['a', ' ', '\n', '\u{c}', '\'', '"', '\\', '$', '`', '(', ')', '{', '<', '|', '#'];
        for number in 0..marks.len().pow(4) {
            let letter = |place: u32| marks[number / marks.len().pow(place) % marks.len()];
            let text: String = (0..4).map(letter).collect();
            assert!(read(&text).commands.len() <= 1 + text.len(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        for text in [
            "'a",
            "\"a",
            "$(a",
            "`a",
            "${a",
            "$((a",
            "$'a\\",
            "a\\",
            "<<",
            "a <<<",
            ">",
            "$'\\x",
            "a\u{0}<(b",
        ] {
            for text in [text.to_owned(), text.repeat(500)] {
                let commands = read(&text).commands;
                let mut words = commands.iter().flat_map(|command| &command.words);
                assert!(words.all(|word| word.span.end <= text.len()), "{text}");
            }
        }
        assert_eq!(words(&format!("{} a", "$(".repeat(5_000))).len(), 65);
    }
}
