//! The journal of a run, written before and after each call.

use std::collections::BTreeMap;

use massup_model::RecordId;

use crate::entry::{Entry, Identity, Image, Key, ReadState, RecordEntry, RecordOutcome, State};

/// Durable storage that lets a run be resumed.
///
/// Once [`write`](Journal::write) has returned `Ok`, the entries must survive a crash of the process and
/// of the machine.
pub trait Journal {
    /// The run that it belongs to.
    fn identity(&self) -> &Identity;

    /// Writes all entries or none.
    ///
    /// # Errors
    ///
    /// The entries cannot be stored. Either all of them are stored then, or none.
    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError>;

    /// The state of a call; `None` if none was written.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn call(&mut self, key: Key) -> Result<Option<State>, JournalError>;

    /// The read state of a step; `None` if reading has not begun.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn read(&mut self, step: u64) -> Result<Option<ReadState>, JournalError>;

    /// A part of the ids that a step has read.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn ids(&mut self, key: Key) -> Result<Vec<RecordId>, JournalError>;

    /// A page of the before-images of a call.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn images(&mut self, key: Key, part: u32) -> Result<Vec<Image>, JournalError>;

    /// At most `limit` calls with their states, ordered by key, after `after`.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn calls_after(
        &mut self,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, State)>, JournalError>;

    /// At most `limit` records that failed or are in doubt, ordered by key and id, after `after`.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn records_after(
        &mut self,
        after: Option<(Key, RecordId)>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>, JournalError>;

    /// At most `limit` pages of before-images, as key and page number, in order, after `after`.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn images_after(
        &mut self,
        after: Option<(Key, u32)>,
        limit: usize,
    ) -> Result<Vec<(Key, u32)>, JournalError>;
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct JournalError {
    kind: JournalErrorKind,
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of [`JournalError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalErrorKind {
    /// Another run is using it.
    Busy,
    /// It belongs to another plan, or to another organisation.
    Foreign,
    /// It cannot be read or written: the disk is full, say.
    Io,
    /// A newer version of massup wrote it.
    Newer,
    /// The file is not a journal, or is damaged; it is left unchanged.
    NotAJournal,
}

impl JournalError {
    /// An error with a message of one sentence.
    pub fn new(kind: JournalErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The kind of error.
    pub fn kind(&self) -> JournalErrorKind {
        self.kind
    }
}

/// Refuses a journal of another run.
///
/// # Errors
///
/// [`JournalErrorKind::Foreign`]: the plan, the organisation, the module or the version differs.
pub(crate) fn check_identity(found: &Identity, wanted: &Identity) -> Result<(), JournalError> {
    let refuse = |what: String| Err(JournalError::new(JournalErrorKind::Foreign, what));
    if found.plan != wanted.plan {
        return refuse(format!(
            "the journal belongs to the plan with digest `{}`; this plan has `{}`",
            found.plan, wanted.plan
        ));
    }
    if found.organisation != wanted.organisation {
        return refuse(format!(
            "the journal belongs to the organisation `{}`; the token belongs to `{}`",
            found.organisation, wanted.organisation
        ));
    }
    if found != wanted {
        return refuse("the journal belongs to another module or API version".to_owned());
    }
    Ok(())
}

/// A journal in memory: for tests, and for runs that are not resumed.
#[derive(Clone, Debug)]
pub struct Memory {
    identity: Identity,
    calls: BTreeMap<Key, State>,
    records: BTreeMap<(Key, RecordId), RecordEntry>,
    images: BTreeMap<(Key, u32), Vec<Image>>,
    reads: BTreeMap<u64, ReadState>,
    ids: BTreeMap<Key, Vec<RecordId>>,
}

impl Memory {
    /// An empty journal.
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            calls: BTreeMap::new(),
            records: BTreeMap::new(),
            images: BTreeMap::new(),
            reads: BTreeMap::new(),
            ids: BTreeMap::new(),
        }
    }
}

/// The entries behind a key, at most `limit`.
fn behind<K: Ord + Copy, V>(
    map: &BTreeMap<K, V>,
    after: Option<K>,
    limit: usize,
) -> impl Iterator<Item = (&K, &V)> {
    use std::ops::Bound::{Excluded, Unbounded};
    map.range((after.map_or(Unbounded, Excluded), Unbounded)).take(limit)
}

impl Journal for Memory {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        for entry in entries {
            match entry.clone() {
                Entry::Call(key, state) => {
                    self.calls.insert(key, state);
                }
                Entry::Record(record) => {
                    self.records.insert((record.key, record.id), record);
                }
                Entry::ForgetDoubts(key, ids) => self.records.retain(|(of, id), record| {
                    *of != key || record.outcome == RecordOutcome::Failed || !ids.contains(id)
                }),
                Entry::Images(key, part, images) => {
                    if part == 0 {
                        self.images.retain(|(of, _), _| *of != key);
                    }
                    self.images.insert((key, part), images);
                }
                Entry::Read(step, state) => {
                    if state == ReadState::Begun {
                        self.ids.retain(|key, _| key.step != step);
                    }
                    self.reads.insert(step, state);
                }
                Entry::Ids(key, ids) => {
                    self.ids.insert(key, ids);
                }
            }
        }
        Ok(())
    }

    fn call(&mut self, key: Key) -> Result<Option<State>, JournalError> {
        Ok(self.calls.get(&key).cloned())
    }

    fn read(&mut self, step: u64) -> Result<Option<ReadState>, JournalError> {
        Ok(self.reads.get(&step).copied())
    }

    fn ids(&mut self, key: Key) -> Result<Vec<RecordId>, JournalError> {
        Ok(self.ids.get(&key).cloned().unwrap_or_default())
    }

    fn images(&mut self, key: Key, part: u32) -> Result<Vec<Image>, JournalError> {
        Ok(self.images.get(&(key, part)).cloned().unwrap_or_default())
    }

    fn calls_after(
        &mut self,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, State)>, JournalError> {
        let found = behind(&self.calls, after, limit);
        Ok(found.map(|(key, state)| (*key, state.clone())).collect())
    }

    fn records_after(
        &mut self,
        after: Option<(Key, RecordId)>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>, JournalError> {
        let found = behind(&self.records, after, limit);
        Ok(found.map(|(_, record)| record.clone()).collect())
    }

    fn images_after(
        &mut self,
        after: Option<(Key, u32)>,
        limit: usize,
    ) -> Result<Vec<(Key, u32)>, JournalError> {
        Ok(behind(&self.images, after, limit).map(|(place, _)| *place).collect())
    }
}
