//! The journal in a file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use massup_executor::Memory;
use massup_executor::entry::{
    Done, Doubt, Ended, Entry, Identity, Image, Key, ReadState, RecordEntry, RecordOutcome,
    Refused, Sending, State,
};
use massup_executor::journal::{Journal, JournalErrorKind};
use massup_executor::sqlite::Sqlite;
use massup_model::{ApiVersion, JobId, RecordId};
use serde_json::json;

fn identity() -> Identity {
    Identity {
        plan: "sha256:1".to_owned(),
        organisation: "60000000001".to_owned(),
        api_version: ApiVersion::V8,
        module: "Leads".to_owned(),
    }
}

fn kind(path: &Path, identity: &Identity) -> JournalErrorKind {
    Sqlite::open(path, identity).unwrap_err().kind()
}

/// A generator that is the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn id(&mut self) -> RecordId {
        RecordId::from_number(self.below(6)).unwrap()
    }

    fn key(&mut self) -> Key {
        Key { step: 1 + self.below(3), part: u32::try_from(self.below(3)).unwrap() }
    }

    fn state(&mut self) -> State {
        let job = JobId::from_number(7).unwrap();
        let ids = (self.below(2) == 0).then(|| vec![self.id()]);
        let server_time = Some("2026-06-01T00:00:00Z".to_owned());
        let sending = Sending { ids, server_time, failed: self.below(2), ..Sending::default() };
        match self.below(7) {
            0 => State::Sent(sending),
            1 => State::Pending(sending),
            2 => State::InDoubt { sending, why: Doubt::Interrupted },
            3 => State::Done(Done { updated: 3, failed: self.below(3), in_doubt: 0 }),
            4 => {
                let (code, message) = ("NO_PERMISSION".to_owned(), "permission denied".to_owned());
                State::Refused(Refused { status: 403, code, message })
            }
            5 => State::Scheduled { job, again: self.below(2) == 0 },
            _ => {
                let (total, updated, failed) = (Some(3), None, Some(self.below(3)));
                let status = "FAILED".to_owned();
                State::Ended(Ended {
                    job,
                    status,
                    total,
                    updated,
                    failed,
                    accepted: false,
                    again: true,
                })
            }
        }
    }

    fn entry(&mut self) -> Entry {
        let key = self.key();
        match self.below(6) {
            0 => Entry::Call(key, self.state()),
            1 => {
                let outcome =
                    if self.below(2) == 0 { RecordOutcome::Failed } else { RecordOutcome::InDoubt };
                Entry::Record(RecordEntry {
                    key,
                    id: self.id(),
                    outcome,
                    fields: "City".to_owned(),
                    code: "RECORD_LOCKED".to_owned(),
                    message: "\u{1f512} locked".to_owned(),
                })
            }
            2 => Entry::ForgetDoubts(key, vec![self.id(), self.id()]),
            3 => {
                let fields =
                    json!({ "City": "Chennai", "Amount": 0.1 }).as_object().unwrap().clone();
                let image = Image { id: self.id(), fields };
                Entry::Images(key, u32::try_from(self.below(3)).unwrap(), vec![image])
            }
            4 => {
                let done = ReadState::Done { records: self.below(9), parts: 1 };
                Entry::Read(key.step, if self.below(2) == 0 { ReadState::Begun } else { done })
            }
            _ => Entry::Ids(key, vec![self.id(), self.id()]),
        }
    }
}

/// Everything that can be read of a journal, pages of different lengths put together.
fn everything(journal: &mut impl Journal, page: usize) -> String {
    let mut text = String::new();
    let mut after = None;
    while let [.., (last, _)] = journal.calls_after(after, page).unwrap().as_slice() {
        text += &format!("{:?}\n", journal.calls_after(after, page).unwrap().as_slice());
        after = Some(*last);
    }
    text = text.replace("]\n[", ", ");
    let mut after = None;
    while let [.., last] = journal.records_after(after, page).unwrap().as_slice() {
        for record in journal.records_after(after, page).unwrap() {
            text += &format!("{record:?}\n");
        }
        after = Some((last.key, last.id));
    }
    let mut after = None;
    while let [.., last] = journal.images_after(after, page).unwrap().as_slice() {
        for (key, part) in journal.images_after(after, page).unwrap() {
            text += &format!("{key:?} {part} {:?}\n", journal.images(key, part).unwrap());
        }
        after = Some(*last);
    }
    for step in 0..5 {
        text += &format!("{step} {:?}\n", journal.read(step).unwrap());
        for part in 0..4 {
            let key = Key { step, part };
            let (call, ids) = (journal.call(key).unwrap(), journal.ids(key).unwrap());
            text += &format!("{key:?} {call:?} {ids:?}\n");
        }
    }
    text
}

#[test]
fn a_file_keeps_what_memory_keeps() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..20 {
        let mut numbers = Numbers(seed);
        let path = folder.path().join(format!("{seed}.journal"));
        let mut memory = Memory::new(identity());
        for page in 1..6 {
            let mut file = Sqlite::open(&path, &identity()).unwrap();
            for _ in 0..numbers.below(12) {
                let entries: Vec<Entry> = (0..numbers.below(4)).map(|_| numbers.entry()).collect();
                file.write(&entries).unwrap();
                memory.write(&entries).unwrap();
            }
            assert_eq!(everything(&mut file, page), everything(&mut memory, 100), "seed {seed}");
        }
    }
}

#[test]
fn one_run_at_a_time_has_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.journal");
    let first = Sqlite::open(&path, &identity()).unwrap();
    assert_eq!(kind(&path, &identity()), JournalErrorKind::Busy);
    assert_eq!(Sqlite::open_existing(&path).unwrap_err().kind(), JournalErrorKind::Busy);
    drop(first);
    assert_eq!(*Sqlite::open_existing(&path).unwrap().identity(), identity());
}

#[test]
fn a_journal_of_another_run_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.journal");
    drop(Sqlite::open(&path, &identity()).unwrap());
    let plan = Identity { plan: "sha256:2".to_owned(), ..identity() };
    let words = Sqlite::open(&path, &plan).unwrap_err();
    assert_eq!(words.kind(), JournalErrorKind::Foreign);
    assert_eq!(
        words.to_string(),
        "the journal belongs to the plan with digest `sha256:1`; this plan has `sha256:2`"
    );
    let organisation = Identity { organisation: "2".to_owned(), ..identity() };
    assert!(Sqlite::open(&path, &organisation).unwrap_err().to_string().contains("`60000000001`"));

    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    assert_eq!(kind(&path, &identity()), JournalErrorKind::Newer);
}

#[test]
fn what_is_no_journal_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "x").unwrap();
    assert_eq!(kind(&path, &identity()), JournalErrorKind::NotAJournal);
    assert_eq!(std::fs::read(&path).unwrap(), b"x");

    let path = folder.path().join("other.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE calls (a)").unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    assert_eq!(kind(&path, &identity()), JournalErrorKind::NotAJournal);
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let nowhere = folder.path().join("nowhere").join("a.journal");
    assert_eq!(kind(&nowhere, &identity()), JournalErrorKind::Io);
    assert_eq!(Sqlite::open_existing(&nowhere).unwrap_err().kind(), JournalErrorKind::Io);
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_journal() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.journal");
    let mut journal = Sqlite::open(&path, &identity()).unwrap();
    journal.write(&[Entry::Read(1, ReadState::Begun)]).unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

/// A journal that is cut off anywhere is opened, or refused as damaged: it never panics.
#[test]
fn a_damaged_journal_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.journal");
    let mut journal = Sqlite::open(&path, &identity()).unwrap();
    let mut numbers = Numbers(7);
    let entries: Vec<Entry> = (0..50).map(|_| numbers.entry()).collect();
    journal.write(&entries).unwrap();
    drop(journal);
    let whole = std::fs::read(&path).unwrap();
    for end in (1..whole.len()).step_by(977) {
        let path = folder.path().join("cut.journal");
        std::fs::write(&path, whole.get(..end).unwrap()).unwrap();
        if let Ok(mut journal) = Sqlite::open(&path, &identity()) {
            let _ = journal.calls_after(None, 100);
            let _ = journal.write(&entries);
        }
    }
}

/// What another process sees of a journal that is being created, such as the next run after a kill.
#[test]
fn a_journal_appears_complete() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..50 {
        let path = folder.path().join(format!("{round}.journal"));
        let seen = folder.path().join(format!("{round}.seen"));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !path.exists() {
                    std::hint::spin_loop();
                }
                std::fs::copy(&path, &seen).unwrap();
            });
            drop(Sqlite::open(&path, &identity()).unwrap());
        });
        Sqlite::open_existing(&seen).unwrap();
    }
}
