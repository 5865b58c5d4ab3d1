//! Clients that do not go on: what they hold is bounded in time and in memory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio::time::{Instant, Sleep, sleep};

/// Memory for the bodies of calls that are being read, in KiB.
const BODIES: u32 = 256 << 10;

/// Long answers that are made and not yet sent to the end.
const ANSWERS: usize = 512;

/// Bytes from which an answer is long: shorter ones fit into what the system keeps for a connection.
const LONG: usize = 64 << 10;

/// Connections that are open at the same time. The others wait in the system's queue.
const CONNECTIONS: usize = 4_096;

/// What all clients together may hold.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    bodies: Arc<Semaphore>,
    answers: Arc<Semaphore>,
    connections: Arc<Semaphore>,
}

/// A share of what clients may hold, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Share(#[expect(dead_code, reason = "held for its end")] OwnedSemaphorePermit);

impl Bounds {
    pub(super) fn new() -> Self {
        Self {
            bodies: Arc::new(Semaphore::new(BODIES as usize)),
            answers: Arc::new(Semaphore::new(ANSWERS)),
            connections: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }

    /// Waits until one more connection may be open.
    pub(super) async fn connection(&self) -> Option<Share> {
        Arc::clone(&self.connections).acquire_owned().await.ok().map(Share)
    }

    /// Waits for the memory of a body of so many bytes.
    pub(super) async fn body(&self, bytes: usize) -> Option<Share> {
        let kib = u32::try_from(bytes.div_ceil(1_024)).unwrap_or(BODIES).min(BODIES);
        Arc::clone(&self.bodies).acquire_many_owned(kib).await.ok().map(Share)
    }

    /// The share of an answer of so many bytes; none for a short one.
    ///
    /// # Errors
    ///
    /// Too many long answers wait for their readers.
    pub(super) fn answer(&self, bytes: usize) -> Result<Option<Share>, TryAcquireError> {
        if bytes < LONG {
            return Ok(None);
        }
        Arc::clone(&self.answers).try_acquire_owned().map(|permit| Some(Share(permit)))
    }
}

/// The bytes of an answer, which give their share back once they are sent.
struct Held {
    bytes: Vec<u8>,
    _share: Option<Share>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Bytes that hold a share as long as they are not sent.
pub(super) fn held(bytes: Vec<u8>, share: Option<Share>) -> Bytes {
    Bytes::from_owner(Held { bytes, _share: share })
}

/// A stream whose other side has to go on reading.
pub(super) struct Patient<S> {
    stream: S,
    patience: Duration,
    /// When the other side has waited long enough; set while it takes nothing.
    end: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Duration) -> Self {
        Self { stream, patience, end: None }
    }

    /// What a write came to, or an error where the other side took nothing for too long.
    fn timed<T>(
        &mut self,
        cx: &mut Context<'_>,
        wrote: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if wrote.is_ready() {
            self.end = None;
            return wrote;
        }
        let patience = self.patience;
        let end = self.end.get_or_insert_with(|| {
            let mut end = Box::pin(sleep(patience));
            end.as_mut().reset(Instant::now() + patience);
            end
        });
        match end.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.timed(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.timed(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.timed(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.timed(cx, closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_answers_are_counted_and_short_ones_always_go() {
        let bounds = Bounds::new();
        let long: Vec<_> = (0..ANSWERS).map(|_| bounds.answer(LONG).unwrap()).collect();
        assert!(bounds.answer(LONG).is_err());
        assert!(bounds.answer(LONG - 1).unwrap().is_none());
        // One is sent to its end.
        let mut long = long;
        drop(held(vec![0; LONG], long.pop().flatten()));
        assert!(bounds.answer(LONG).unwrap().is_some());
    }
}
