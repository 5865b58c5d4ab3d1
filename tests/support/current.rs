//! Generated files: rewritten at home, refused in CI when stale.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the package stands in the workspace").to_owned()
}

/// Whether generated files must be current already.
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}

/// Checks that a file holds just this text; outside of CI the file is rewritten, and the test fails
/// this once.
#[track_caller]
pub fn assert_current(path: &str, content: &str) {
    let file = repository().join(path);
    let found = fs::read_to_string(&file).unwrap_or_default();
    if found == content {
        return;
    }
    assert!(
        !in_ci(),
        "`{path}` is stale: run `cargo test` outside of CI and commit what it writes"
    );
    fs::create_dir_all(file.parent().expect("a file stands in a folder")).expect("make the folder");
    fs::write(&file, content).expect("write the file");
    panic!(
        "`{path}` was stale and has been rewritten: read the difference and run the tests again"
    );
}

/// Checks the part of a file between two marks, each a comment on a line of its own.
#[track_caller]
pub fn assert_part_current(path: &str, name: &str, content: &str) {
    let text = fs::read_to_string(repository().join(path)).expect("the file is there");
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = text.split_once(&start).expect("the part has a start");
    let (_, after) = rest.split_once(&end).expect("the part has an end");
    assert_current(path, &format!("{before}{start}\n{content}\n{end}{after}"));
}

/// The same for several files: all stale ones are rewritten at once.
#[track_caller]
pub fn assert_all_current(files: &[(&str, String)]) {
    let stale: Vec<_> = files
        .iter()
        .filter(|(path, content)| {
            std::panic::catch_unwind(|| assert_current(path, content)).is_err()
        })
        .map(|(path, _)| path)
        .collect();
    assert!(stale.is_empty(), "stale: {stale:?}");
}
