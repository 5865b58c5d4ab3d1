//! The runner of terminal sessions, on sessions of its own.

use std::fs;
use std::io::ErrorKind;

use massup_tests::current::{Stale, bring_up_to_date};
use massup_tests::session::{Place, Played, check, play};

fn played(text: &str) -> Played {
    play(text, &Place::new(&[], None).unwrap()).unwrap()
}

/// A session with these lines, some prose around it.
fn session(lines: &str) -> String {
    format!("# Title\n\n```console\n{lines}```\n\nAfter.\n")
}

#[track_caller]
fn check_holds(lines: &str) {
    let text = session(lines);
    assert_eq!(played(&text).text, text);
}

#[track_caller]
fn check_becomes(lines: &str, expected: &str) {
    assert_eq!(played(&session(lines)).text, session(expected));
    check_holds(expected);
}

#[track_caller]
fn check_refused(lines: &str, message: &str) {
    let error = play(&session(lines), &Place::new(&[], None).unwrap()).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidData, message));
}

#[test]
fn what_holds_stays_letter_for_letter() {
    check_holds("$ echo one; echo two >&2; echo three\none\ntwo\nthree\n");
    check_holds("$ true\n$ printf 'a\\n\\nb\\n' | cat\na\n\nb\n");
}

#[test]
fn other_output_is_put_down() {
    check_becomes(
        "$ echo new\nold\nlines\n$ echo kept\nkept\n",
        "$ echo new\nnew\n$ echo kept\nkept\n",
    );
    check_becomes("$ echo unsaid\n", "$ echo unsaid\nunsaid\n");
    check_becomes("$ true\nsaid\n", "$ true\n");
}

#[test]
fn exit_codes_are_compared_and_stay_where_they_stand() {
    check_holds("$ echo no; exit 3\nno\n? 3\n");
    check_holds("$ echo no; exit 3\n? 3\nno\n");
    check_becomes("$ exit 1\n", "$ exit 1\n? 1\n");
    check_becomes("$ true\n? 1\n", "$ true\n");
    check_becomes("$ echo no; exit 3\n? 2\nno\n", "$ echo no; exit 3\n? 3\nno\n");
    check_becomes("$ echo no; exit 3\nno\n? 2\n", "$ echo no; exit 3\nno\n? 3\n");
}

#[test]
fn an_ellipsis_stands_for_any_lines() {
    check_holds("$ seq 5\n1\n...\n5\n");
    check_holds("$ seq 2\n1\n...\n2\n");
    check_holds("$ seq 9\n...\n3\n...\n7\n...\n");
    check_becomes("$ seq 3\n...\n4\n", "$ seq 3\n1\n2\n3\n");
    check_becomes("$ seq 9; exit 2\n1\n...\n", "$ seq 9; exit 2\n1\n...\n? 2\n");
}

#[test]
fn commands_go_on_over_lines() {
    check_holds("$ echo a \\\n    b\na b\n");
    check_holds("$ cat <<'EOF' > a.txt\n$ a line\nEOF\n$ cat <<< word; wc -l < a.txt\nword\n1\n");
    check_refused("$ cat <<EOF\nline\n", "line 4: the heredoc is not closed; expected `EOF`");
    check_refused("$ echo \\\n", "line 4: the command goes on after its last line");
}

#[test]
fn what_cannot_be_read_back_is_refused() {
    check_refused("no command\n", "line 4: a session begins with a command after `$ `");
    let message = "line 4: the output has a line that would mean something else here: ";
    check_refused("$ echo '$ a'\n", &format!("{message}`$ a`"));
    check_refused("$ echo '````'\n", &format!("{message}``````"));
    check_refused("$ echo '? 1'\n", &format!("{message}`? 1`"));
}

#[test]
fn only_closed_console_fences_are_sessions() {
    let text = "```sh\n$ exit 1\n```\n\n````text\n```console\n$ exit 1\n```\n````\n";
    assert_eq!(played(text), Played { text: text.to_owned(), ..Played::default() });
    let open = play("a\n```console\n$ true\n", &Place::new(&[], None).unwrap()).unwrap_err();
    assert_eq!(open.to_string(), "line 2: the fence that opens here is not closed");
}

#[test]
fn cargo_commands_are_handed_back() {
    let text = session("$ cargo test --workspace\nwhatever\n$ echo a\na\n");
    let played = played(&text);
    assert_eq!((played.text, played.ran), (text, 1));
    assert_eq!(played.cargo, ["cargo test --workspace"]);
}

#[test]
fn the_environment_is_scrubbed_and_the_folder_shared() {
    check_holds("$ touch kept; export KEPT=1\n$ ls; echo \"[$KEPT]\"\nkept\n[]\n");
    check_holds("$ env | cut -d= -f1 | sort | xargs\nHOME LC_ALL PATH PWD SHLVL TERM _\n");
}

#[test]
fn files_of_the_repository_are_copied() {
    let place = Place::new(&["tests/corpus/err", "clippy.toml"], None).unwrap();
    let (lines, code) = place.run("ls; ls tests/corpus; rm -r tests; ls -A ~").unwrap();
    assert_eq!((lines, code), (vec!["clippy.toml".into(), "tests".into(), "err".into()], 0));
    assert_eq!(Place::new(&["no/such"], None).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_document_finds_massup_and_the_files_it_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.md");
    let text = "<!-- session: clippy.toml -->\n```console\n$ ls; basename \"$(command -v massup)\"\nold\n```\n";
    fs::write(&path, text).unwrap();

    let (_, refused) = check(&path, Stale::Refuse).unwrap();
    assert!(refused.unwrap().contains("-old\n+clippy.toml\n+massup\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    let (_, rewritten) = check(&path, Stale::Rewrite).unwrap();
    assert!(rewritten.unwrap().starts_with("rewritten, read the diff"));
    assert_eq!(check(&path, Stale::Refuse).unwrap().1, None);
}

#[test]
fn a_generated_file_is_written_once_and_then_current() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b.txt");
    assert!(bring_up_to_date(&path, "one\n", Stale::Refuse).unwrap().is_some());
    assert!(!path.exists());
    assert!(bring_up_to_date(&path, "one\n", Stale::Rewrite).unwrap().is_some());
    assert_eq!(bring_up_to_date(&path, "one\n", Stale::Refuse).unwrap(), None);
    fs::write(&path, "one\r\n").unwrap();
    assert_eq!(bring_up_to_date(&path, "one\n", Stale::Refuse).unwrap(), None);
}
