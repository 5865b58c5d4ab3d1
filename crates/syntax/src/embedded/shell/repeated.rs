//! Commands that a script runs several times: in a `for` over words, and in functions.

use std::ops::Range;

use super::super::decoded::Decoded;
use super::variables::{KEYWORDS, LEAST_GROWTH, MAX_GROWTH};
use super::{Command, Input, Script, Word};

/// The most runs of a command that are looked at.
const MAX_RUNS: usize = 16;

/// The most commands that are added to a script.
const MAX_COPIES: usize = 256;

/// The most loops and functions that are looked at, as each may go over the whole script.
const MAX_PARTS: usize = 64;

/// What a part of a script is run for, several times.
struct Repeated {
    /// The commands, by their number.
    commands: Range<usize>,
    /// For each run the variables that it gives a value, by name.
    runs: Vec<Vec<(String, Decoded)>>,
}

/// What may still be added to a script.
struct Budget {
    bytes: usize,
    copies: usize,
}

/// Puts a command for each run in the place of those that depend on a variable of a loop or on the arguments of a
/// function. All but the first are added at the end.
pub(super) fn unroll(script: &mut Script<'_>, text: &str) {
    let bytes = LEAST_GROWTH.max(MAX_GROWTH * text.len());
    let mut budget = Budget { bytes, copies: MAX_COPIES };
    // Arguments may depend on a loop, so that calls are looked for when it is unrolled.
    let mut origins: Vec<usize> = (0..script.commands.len()).collect();
    let loops = loops(&script.commands);
    apply(script, &mut origins, &loops, &mut budget);
    let functions = functions(&script.commands, &origins, text);
    apply(script, &mut origins, &functions, &mut budget);
}

/// The words of a command without the keywords in front of it.
fn words(command: &Command) -> &[Word] {
    let keywords =
        command.words.iter().take_while(|word| KEYWORDS.contains(&word.text.text.as_str()));
    command.words.get(keywords.count()..).unwrap_or_default()
}

fn first(words: &[Word]) -> &str {
    words.first().map_or("", |word| word.text.text.as_str())
}

/// The loops over words that are written out.
fn loops(commands: &[Command]) -> Vec<Repeated> {
    let (mut loops, mut parts) = (Vec::new(), 0);
    for (at, command) in commands.iter().enumerate() {
        let [word, name, of, values @ ..] = words(command) else { continue };
        let plain = |value: &Word| {
            value.text.variables.is_empty() && !value.text.text.contains(['*', '?', '{'])
        };
        let written = word.text.text == "for" && of.text.text == "in" && values.iter().all(plain);
        if parts == MAX_PARTS {
            break;
        }
        if !written || !(1..=MAX_RUNS).contains(&values.len()) {
            continue;
        }
        let opens = |words: &[Word]| {
            let begins = |word: &&Word| {
                ["for", "select", "until", "while"].contains(&word.text.text.as_str())
            };
            let leading = words
                .iter()
                .take_while(|word| begins(word) || KEYWORDS.contains(&word.text.text.as_str()));
            leading.filter(begins).count()
        };
        parts += 1;
        let Some(end) = closing(commands, (at + 1, 1), opens, "done") else { continue };
        let run = |value: &Word| vec![(name.text.text.clone(), value.text.clone())];
        loops.push(Repeated { commands: at + 1..end, runs: values.iter().map(run).collect() });
    }
    loops
}

/// The functions that are called, with the arguments of each call.
fn functions(commands: &[Command], origins: &[usize], text: &str) -> Vec<Repeated> {
    let (mut functions, mut parts) = (Vec::new(), 0);
    for (at, command) in
        commands.iter().enumerate().take_while(|(at, _)| origins.get(*at) == Some(at))
    {
        let words = command.words.as_slice();
        let (name, from) = match words {
            [word, name, ..] if word.text.text == "function" => (name, at),
            [name] => {
                let behind = text.get(name.span.end..).unwrap_or_default().trim_start();
                let behind = behind.strip_prefix('(').map(str::trim_start);
                if !behind.is_some_and(|behind| behind.starts_with(')')) {
                    continue;
                }
                (name, at + 1)
            }
            _ => continue,
        };
        parts += 1;
        if parts > MAX_PARTS {
            break;
        }
        let opens = |words: &[Word]| words.iter().filter(|word| word.text.text == "{").count();
        let mut bodies = commands.iter().enumerate().skip(from);
        let body = bodies.find_map(|(at, command)| {
            Some((at, opens(&command.words))).filter(|(_, opened)| *opened > 0)
        });
        let Some((body, opened)) = body else { continue };
        let Some(end) = closing(commands, (body + 1, opened), opens, "}") else { continue };
        let inside = |index: usize| origins.get(index).is_some_and(|at| (body..end).contains(at));
        let shifts = commands.iter().enumerate().any(|(at, command)| {
            inside(at) && command.words.iter().any(|word| word.text.text == "shift")
        });
        let calls = commands.iter().enumerate().filter(|(index, command)| {
            *index != at && !inside(*index) && first(self::words(command)) == name.text.text
        });
        let bodies = commands.get(body..end).unwrap_or_default();
        let runs: Vec<_> = calls.map(|(_, call)| run_of(call, bodies)).collect();
        if !shifts && (1..=MAX_RUNS).contains(&runs.len()) {
            functions.push(Repeated { commands: body..end, runs });
        }
    }
    functions
}

/// What a call of a function gives values to: its arguments, and the variables that the function keeps them in,
/// whose names others may have as well.
fn run_of(call: &Command, body: &[Command]) -> Vec<(String, Decoded)> {
    let arguments = words(call).iter().skip(1).enumerate();
    let mut run: Vec<_> =
        arguments.map(|(at, word)| ((at + 1).to_string(), word.text.clone())).collect();
    for command in body.iter().filter(|command| first(&command.words) == "local") {
        for word in &command.words {
            let Some((name, value)) = word.text.text.split_once('=') else { continue };
            let argument =
                run.iter().find(|(own, _)| value.starts_with('$') && own == self::name(value));
            if let Some((_, value)) = argument {
                run.push((name.to_owned(), value.clone()));
            }
        }
    }
    run
}

/// The command that closes what was opened before a command.
fn closing(
    commands: &[Command],
    (from, mut open): (usize, usize),
    opens: impl Fn(&[Word]) -> usize,
    close: &str,
) -> Option<usize> {
    for (at, command) in commands.iter().enumerate().skip(from) {
        if first(&command.words) == close {
            open -= 1;
            if open == 0 {
                return Some(at);
            }
        } else {
            open += opens(&command.words);
        }
    }
    None
}

fn apply(script: &mut Script<'_>, origins: &mut Vec<usize>, all: &[Repeated], budget: &mut Budget) {
    let written = origins.iter().zip(0..).take_while(|(origin, at)| *origin == at).count();
    for Repeated { commands, runs } in all {
        for at in commands.clone().chain(written..script.commands.len()) {
            let origin = origins.get(at).copied().filter(|origin| commands.contains(origin));
            let (Some(origin), Some(command)) = (origin, script.commands.get(at)) else { continue };
            if !runs.iter().flatten().any(|(name, _)| uses(command, name)) {
                continue;
            }
            let copies: Option<Vec<_>> =
                runs.iter().map(|run| with(command, run, &mut budget.bytes)).collect();
            let Some(left) = budget.copies.checked_sub(runs.len() - 1) else { return };
            budget.copies = left;
            let mut copies = copies.into_iter().flatten();
            if let (Some(command), Some(copy)) = (script.commands.get_mut(at), copies.next()) {
                *command = copy;
            }
            for copy in copies {
                script.commands.push(copy);
                origins.push(origin);
            }
        }
    }
}

/// The texts of a command.
fn texts(command: &Command) -> impl Iterator<Item = &Decoded> {
    let input = match &command.input {
        Some(Input::Text(text) | Input::File(text)) => Some(text),
        None => None,
    };
    command.words.iter().map(|word| &word.text).chain(input)
}

/// The name of a variable as it is written: `$name`, `${name}`.
fn name(written: &str) -> &str {
    written.trim_start_matches(['$', '{']).trim_end_matches('}')
}

fn uses(command: &Command, variable: &str) -> bool {
    texts(command).any(|text| {
        let written = |at: &massup_model::json::Span| text.text.get(at.start..at.end);
        text.variables.iter().filter_map(written).any(|written| name(written) == variable)
    })
}

/// A command with the values of a run, if there is room for them.
fn with(command: &Command, run: &[(String, Decoded)], budget: &mut usize) -> Option<Command> {
    let length: usize = texts(command).map(|text| text.text.len()).sum();
    *budget = budget.checked_sub(length)?;
    let mut value = |written: &str| {
        let (_, value) = run.iter().find(|(own, _)| own == name(written))?;
        *budget = budget.checked_sub(value.text.len())?;
        Some(value)
    };
    let mut copy = command.clone();
    for word in &mut copy.words {
        word.text = word.text.resolved(&mut value);
    }
    if let Some(Input::Text(text) | Input::File(text)) = &mut copy.input {
        *text = text.resolved(&mut value);
    }
    Some(copy)
}

#[cfg(test)]
mod tests {
    /// What is sent, in the order of the commands.
    fn sent(text: &str) -> Vec<String> {
        let script = super::super::read(text);
        let of = script.commands.iter().filter(|c| c.words.iter().any(|w| w.text.text == "send"));
        let words = |c: &super::Command| {
            let words = c.words.iter().map(|word| word.text.text.as_str());
            words.skip_while(|word| *word != "send").skip(1).collect::<Vec<_>>().join(" ")
        };
        of.map(words).collect()
    }

    #[test]
    fn loops_over_words_are_unrolled() {
        assert_eq!(sent("for m in A B; do send $m; done; send $m"), ["A", "$m", "B"]);
        assert_eq!(
            sent("for m in A B\ndo\n for n in 1 2; do send \"$m/${n}\"; done\ndone"),
            ["A/1", "B/1", "A/2", "B/2"]
        );
        assert_eq!(sent("for m in A; do while read x; do :; done; send $m; done"), ["A"]);
        for unknown in ["*.csv", "$list", "{1..3}", "$(cat ids)", ""] {
            assert_eq!(sent(&format!("for m in {unknown}; do send $m; done")), ["$m"]);
        }
        let many: String = (0..17).map(|n| format!(" {n}")).collect();
        assert_eq!(sent(&format!("for m in{many}; do send $m; done")), ["$m"]);
    }

    #[test]
    fn functions_are_followed_to_their_calls() {
        assert_eq!(sent("f() { send $1 $2; }; f a b && f c"), ["a b", "c $2"]);
        assert_eq!(sent("f() {\n local x=$1\n send \"$x\"\n}\nif f a; then :; fi"), ["a"]);
        assert_eq!(sent("function f { { :; }; send $1; }\nf a"), ["a"]);
        // `v` has several values, of which the function keeps its own.
        assert_eq!(
            sent("f() {\n local v=$2 w=$1 x=1\n send \"$v\"\n}\nfor v in A B; do f $v 7; done"),
            ["7", "7"]
        );
        assert_eq!(sent("f() { send $1; }\nfor m in A B; do f $m; done"), ["A", "B"]);
        assert_eq!(sent("f() { shift; send $1; }\nf a b"), ["$1"]);
        assert_eq!(sent("f() { send $1; }\nsend $1\n"), ["$1", "$1"]);
        assert_eq!(sent("f() { send $1"), ["$1"]);
    }

    #[test]
    fn only_the_first_parts_of_a_script_are_looked_at() {
        let loops = |number| "for x in 1; do :; done\n".repeat(number);
        let text = |number| loops(number) + "for m in A B; do send $m; done";
        assert_eq!(sent(&text(super::MAX_PARTS - 1)), ["A", "B"]);
        assert_eq!(sent(&text(super::MAX_PARTS)), ["$m"]);
        let functions = |number| "g() { :; }\n".repeat(number) + "f() { send $1; }\nf a";
        assert_eq!(sent(&functions(super::MAX_PARTS - 1)), ["a"]);
        assert_eq!(sent(&functions(super::MAX_PARTS)), ["$1"]);
    }

    #[test]
    fn braces_alone_are_no_function() {
        assert_eq!(sent("other f { send $1; }\nf a"), ["$1"]);
        assert_eq!(sent("{ :; }\nf() { send $1; }\nf a"), ["a"]);
    }

    #[test]
    fn a_script_cannot_grow_without_bounds() {
        let words: String = (0..16).map(|n| format!(" {n}")).collect();
        let mut text = String::new();
        for name in ["a", "b", "c", "d", "e"] {
            text += &format!("for {name} in{words}; do ");
        }
        text += "send $a $b $c $d $e; done; done; done; done; done";
        assert!(sent(&text).len() <= 1 + super::MAX_COPIES);
        // Fifteen are added for each command, as long as there is room for all of them.
        let text = format!("for m in{words}; do {}done", "send $m; ".repeat(20));
        let sent_of_20 = sent(&text);
        assert_eq!(sent_of_20.len(), 20 + super::MAX_COPIES / 15 * 15);
        let unknown = sent_of_20.iter().filter(|words| words.contains('$')).count();
        assert_eq!(unknown, 20 - super::MAX_COPIES / 15);
        // A long script may grow by more than a short one.
        let long = ["a", "b"].map(|word| word.repeat(25_000)).join(" ");
        let text = format!("for m in {long}; do send $m; send $m; send $m; done");
        assert_eq!(sent(&text).iter().filter(|words| words.len() == 25_000).count(), 6);
    }

    #[test]
    fn what_does_not_depend_on_the_run_stays_one_command() {
        assert_eq!(sent("for m in A B; do send x; send $m; done"), ["x", "A", "B"]);
        assert_eq!(sent("f() { send x; send $1; }\nf a; f b"), ["x", "a", "b"]);
    }
}
