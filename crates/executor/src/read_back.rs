//! Records as they are now, read by their ids.

use std::thread;

use massup_model::{ApiVersion, RecordId, limits};
use massup_transport::{Backoff, Call, Decision, Failure, Purpose, Transport};

use crate::answers;
use crate::entry::{Image, Refused};
use crate::machine::refusal;

/// Why records cannot be read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadBackError {
    /// The server refuses it.
    #[error("the server refuses to read records back: {} ({})", .0.message, .0.code)]
    Refused(Refused),
    /// No answer came, however often the call was sent.
    #[error("no answer came")]
    Unreachable(#[source] Failure),
    /// The answer is not what was asked for.
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
    /// A reader of the records of a module, with so many calls at the same time.
    pub fn new(transport: &'t T, version: ApiVersion, module: &str, concurrency: usize) -> Self {
        let (module, backoff) = (module.to_owned(), Backoff::default());
        Self { transport, version, module, backoff, concurrency: concurrency.max(1) }
    }

    /// The records with these ids, in no certain order; those that are not there any more are left out.
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
