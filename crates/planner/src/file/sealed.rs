//! Output with a digest of every byte.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest as _, Sha256};

use crate::digest::hexadecimal;

/// Bytes that are written and hashed at once.
const BLOCK: usize = 1 << 16;

/// From so many bytes on, a thread of its own hashes.
const LONG: u64 = 1 << 20;

/// Blocks that wait to be hashed at most.
const WAITING: usize = 2;

/// Writes in blocks and hashes what it writes.
pub(super) struct Sealed<W> {
    out: W,
    block: Vec<u8>,
    written: u64,
    hash: Hash,
}

/// Where the hash is computed.
enum Hash {
    Here(Sha256),
    Thread { blocks: SyncSender<Vec<u8>>, free: Receiver<Vec<u8>>, result: JoinHandle<Sha256> },
}

impl<W: Write> Sealed<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, block: Vec::new(), written: 0, hash: Hash::Here(Sha256::new()) }
    }

    /// Where the next line is appended.
    pub(super) fn line(&mut self) -> &mut Vec<u8> {
        &mut self.block
    }

    /// Ends a line: writes the block if it is full.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        if self.block.len() < BLOCK { Ok(()) } else { self.write() }
    }

    /// Writes what is left, the digits of the digest and `end`.
    pub(super) fn seal(mut self, end: &str) -> io::Result<()> {
        self.write()?;
        let hash = self.hash.end()?;
        self.out.write_all((hexadecimal(hash) + end).as_bytes())?;
        self.out.flush()
    }

    fn write(&mut self) -> io::Result<()> {
        self.out.write_all(&self.block)?;
        self.written += self.block.len() as u64;
        if self.written >= LONG {
            self.hash.leave();
        }
        self.hash.take(&mut self.block)
    }
}

impl Hash {
    /// Continues in a thread, if the machine has another processor.
    fn leave(&mut self) {
        let Self::Here(hash) = self else { return };
        if thread::available_parallelism().map_or(1, usize::from) == 1 {
            return;
        }
        let (blocks, full) = sync_channel::<Vec<u8>>(WAITING);
        let (back, free) = channel();
        let mut hash = hash.clone();
        let run = move || {
            for mut block in full {
                hash.update(&block);
                block.clear();
                // The writer may have ended.
                let _ = back.send(block);
            }
            hash
        };
        if let Ok(result) = thread::Builder::new().name("digest".to_owned()).spawn(run) {
            *self = Self::Thread { blocks, free, result };
        }
    }

    /// Hashes a block and leaves an empty one.
    fn take(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Here(hash) => {
                hash.update(&*block);
                block.clear();
                Ok(())
            }
            Self::Thread { blocks, free, .. } => {
                let empty = free.try_recv().unwrap_or_default();
                blocks.send(std::mem::replace(block, empty)).map_err(|_| failed())
            }
        }
    }

    fn end(self) -> io::Result<Sha256> {
        match self {
            Self::Here(hash) => Ok(hash),
            Self::Thread { blocks, result, .. } => {
                drop(blocks);
                result.join().map_err(|_| failed())
            }
        }
    }
}

fn failed() -> io::Error {
    io::Error::other("the thread that computes the digest has ended early")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest is that of the bytes, short and long, with any lines.
    #[test]
    fn every_byte_is_hashed() {
        for lines in [0, 1, 40, 5_000] {
            let mut out = Vec::new();
            let mut sealed = Sealed::new(&mut out);
            for n in 0..lines {
                sealed.line().extend(format!("{n}").repeat(300).bytes());
                sealed.end_line().unwrap();
            }
            sealed.seal("!").unwrap();
            let (text, end) = out.split_at(out.len() - 65);
            assert_eq!(end, (hexadecimal(Sha256::new_with_prefix(text)) + "!").as_bytes());
        }
    }

    #[test]
    fn a_full_disk_is_an_error() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for room in [0, BLOCK + 1, 8 * BLOCK] {
            let mut sealed = Sealed::new(Full(room));
            let error = loop {
                sealed.line().resize(BLOCK, b'x');
                if let Err(error) = sealed.end_line() {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }
}
