//! Reads the current values of records by their ids.

use std::thread;

use massup_model::{ApiVersion, RecordId, limits};
use massup_transport::{Backoff, Call, Decision, Failure, Purpose, Transport};

use crate::answers;
use crate::entry::{Image, Refused};
use crate::machine::refusal;

/// Why records could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadBackError {
    /// The server refused the call.
    #[error("the server refused to read records: {} ({})", .0.message, .0.code)]
    Refused(Refused),
    /// No answer was received, even after retries.
    #[error("no answer was received")]
    Unreachable(#[source] Failure),
    /// The answer could not be parsed.
    #[error("{0}")]
    Unreadable(String),
}

/// Reads records by their ids, 100 at a time.
#[derive(Debug)]
pub struct ReadBack<'t, T: ?Sized> {
    transport: &'t T,
    version: ApiVersion,
    module: String,
    backoff: Backoff,
    concurrency: usize,
}

impl<'t, T: Transport + Sync + ?Sized> ReadBack<'t, T> {
    /// Creates a reader for the records of a module, with up to `concurrency` concurrent calls.
    pub fn new(transport: &'t T, version: ApiVersion, module: &str, concurrency: usize) -> Self {
        let (module, backoff) = (module.to_owned(), Backoff::default());
        Self { transport, version, module, backoff, concurrency: concurrency.max(1) }
    }

    /// The records with these ids, in any order. Deleted records are missing.
    ///
    /// # Errors
    ///
    /// [`ReadBackError`], one variant a cause.
    pub fn records(&self, ids: &[RecordId], fields: &[&str]) -> Result<Vec<Image>, ReadBackError> {
        let mut records = Vec::with_capacity(ids.len());
        let chunks: Vec<&[RecordId]> = ids.chunks(limits::MAX_READ_IDS).collect();
        for some in chunks.chunks(self.concurrency) {
            let read: Vec<_> = thread::scope(|scope| {
                let threads: Vec<_> =
                    some.iter().map(|ids| scope.spawn(|| self.chunk(ids, fields))).collect();
                let panicked = |_| Err(ReadBackError::Unreadable("the transport panicked".into()));
                threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
            });
            for read in read {
                records.extend(read?);
            }
        }
        Ok(records)
    }

    fn chunk(&self, ids: &[RecordId], fields: &[&str]) -> Result<Vec<Image>, ReadBackError> {
        let unreadable =
            |error: massup_model::RequestError| ReadBackError::Unreadable(error.to_string());
        let call = Call::records(self.version, &self.module, ids, fields).map_err(unreadable)?;
        let mut sent = 1;
        loop {
            let outcome = self.transport.send(&call);
            match self.backoff.decide(Purpose::Read, self.version, &outcome, sent, 0.5) {
                Decision::RetryAfter(wait) => thread::sleep(wait),
                Decision::Done | Decision::Failed | Decision::InDoubt => {
                    let answer = outcome.map_err(ReadBackError::Unreachable)?;
                    if (200..300).contains(&answer.status) {
                        let page = answers::page(&answer.body);
                        return Ok(page.map_err(ReadBackError::Unreadable)?.records);
                    }
                    return Err(ReadBackError::Refused(refusal(&answer)));
                }
            }
            sent += 1;
        }
    }
}
