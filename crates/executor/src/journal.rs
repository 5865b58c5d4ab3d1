//! What was sent and what came back, written before and after each call.

use std::collections::BTreeMap;

use massup_model::RecordId;

use crate::entry::{Entry, Identity, Image, Key, ReadState, RecordEntry, RecordOutcome, State};

/// Where a run writes what it does, so that it can be resumed.
///
/// An implementation keeps what [`write`](Journal::write) has returned `Ok` for, whatever happens to
/// the process or the machine afterwards.
pub trait Journal {
    /// Which run it belongs to.
    fn identity(&self) -> &Identity;

    /// Writes all entries or none.
    ///
    /// # Errors
    ///
    /// The entries cannot be kept. They are then either all there or none is.
    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError>;

    /// What is known of a call; `None` where nothing was written.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn call(&mut self, key: Key) -> Result<Option<State>, JournalError>;

    /// How far the ids of a step are read; `None` where reading has not begun.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn read(&mut self, step: u64) -> Result<Option<ReadState>, JournalError>;

    /// The ids that a step has read, in the part of the key.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn ids(&mut self, key: Key) -> Result<Vec<RecordId>, JournalError>;

    /// The values before a call, in the part of its images with this number.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn images(&mut self, key: Key, part: u32) -> Result<Vec<Image>, JournalError>;

    /// Calls with what is known of them, at most `limit`, by key, behind `after`.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn calls_after(
        &mut self,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Vec<(Key, State)>, JournalError>;

    /// Records that failed or are in doubt, at most `limit`, by key and id, behind `after`.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn records_after(
        &mut self,
        after: Option<(Key, RecordId)>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>, JournalError>;

    /// The keys and parts of images, at most `limit`, in order, behind `after`.
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

/// What kind of trouble a journal has.
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
    /// It is not a journal; it is left as it is.
    NotAJournal,
}

impl JournalError {
    /// An error in one sentence.
    pub fn new(kind: JournalErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), source: None }
    }

    /// The same with its cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of trouble it is.
    pub fn kind(&self) -> JournalErrorKind {
        self.kind
    }
}

/// Refuses a journal of another run, in words.
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
            "the journal belongs to the organisation `{}`; the token is one of `{}`",
            found.organisation, wanted.organisation
        ));
    }
    if found != wanted {
        return refuse("the journal belongs to another module or API version".to_owned());
    }
    Ok(())
}

/// A journal that ends with the process. For tests, and for runs that nobody resumes.
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
