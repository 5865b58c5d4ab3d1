//! Any bytes as a journal: it is opened or refused, and what it says is read without a panic.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use massup_executor::entry::{Doubt, Entry, Identity, Key, Sending, State};
use massup_executor::sqlite::Sqlite;
use massup_executor::{Journal as _, JournalError, Report};
use massup_model::ApiVersion;

use crate::choice;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
});

fn identity() -> Identity {
    Identity {
        plan: "sha256:0".to_owned(),
        organisation: "1".to_owned(),
        api_version: ApiVersion::LATEST,
        module: "Deals".to_owned(),
    }
}

/// A journal with something in it, to be damaged.
static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = file("whole");
    let mut journal = Sqlite::open(&path, &identity()).unwrap();
    let key = |step| Key { step, part: 0 };
    journal
        .write(&[
            Entry::Call(key(1), State::Sent(Sending::default())),
            Entry::Call(
                key(2),
                State::InDoubt { sending: Sending::default(), why: Doubt::NoAnswer },
            ),
        ])
        .unwrap();
    drop(journal);
    std::fs::read(path).unwrap()
});

fn file(name: &str) -> PathBuf {
    FOLDER.path().join(format!("{name}-{}.journal", std::process::id()))
}

/// What is read of a journal.
fn read(journal: &mut Sqlite) -> Result<(), JournalError> {
    let _ = journal.identity();
    for (key, _) in journal.calls_after(None, 100)? {
        journal.call(key)?;
        journal.ids(key)?;
        journal.images(key, 0)?;
        journal.read(key.step)?;
    }
    journal.records_after(None, 100)?;
    journal.images_after(None, 100)?;
    Report::of(journal).map(drop)
}

pub(crate) fn target(bytes: &[u8]) {
    let Some((kind, bytes)) = choice(bytes) else { return };
    // A journal of these bytes, or a whole one with some of its bytes replaced.
    let text = if kind % 2 == 0 {
        bytes.to_vec()
    } else {
        let mut text = WHOLE.clone();
        let mut pieces = bytes.chunks_exact(4);
        for piece in pieces.by_ref() {
            let at = usize::from(u16::from_le_bytes([piece[0], piece[1]])) % text.len();
            (text[at], text[(at + 1) % WHOLE.len()]) = (piece[2], piece[3]);
        }
        if let [cut] = pieces.remainder() {
            text.truncate(usize::from(*cut) * 128);
        }
        text
    };
    let path = file("fuzzed");
    for extra in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(
            path.with_file_name(format!("{}{extra}", path.file_name().unwrap().to_string_lossy())),
        );
    }
    std::fs::write(&path, &text).unwrap();
    let opened = Sqlite::open_existing(&path);
    match opened.and_then(|mut journal| read(&mut journal)) {
        Ok(()) => {}
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let _ = Sqlite::open(&path, &identity());
}
