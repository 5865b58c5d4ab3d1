//! Output with a digest of every byte.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use massup_model::RecordId;
use sha2::{Digest as _, Sha256};

use super::digits;
use crate::digest::hexadecimal;

/// Bytes that are formatted, hashed and written at once.
const BLOCK: usize = 1 << 17;

/// From so many bytes on, another thread formats and hashes.
const LONG: usize = 1 << 20;

/// Parts that wait to be formatted at most.
const WAITING: usize = 1;

/// Writes in blocks and hashes what it writes.
///
/// Formatting and hashing take as long as reading ids and finding duplicates, so in a long file another thread does
/// them.
pub(super) struct Sealed<W> {
    out: W,
    part: Part,
    /// The most bytes that the parts so far have.
    len: usize,
    formatter: Formatter,
}

/// A part of the output.
#[derive(Default)]
struct Part {
    text: Vec<u8>,
    ids: Vec<RecordId>,
    /// Where lists of ids go into the text: the end of the text before each list, and the end of the list.
    lists: Vec<(usize, usize)>,
    /// The bytes of the part.
    block: Vec<u8>,
}

/// Where parts are formatted and hashed.
enum Formatter {
    Here(Sha256),
    Thread {
        parts: SyncSender<Part>,
        done: Receiver<Part>,
        free: Vec<Part>,
        hash: JoinHandle<Sha256>,
    },
}

impl<W: Write> Sealed<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, part: Part::default(), len: 0, formatter: Formatter::Here(Sha256::new()) }
    }

    /// Where text is appended.
    pub(super) fn text(&mut self) -> &mut Vec<u8> {
        &mut self.part.text
    }

    /// Appends ids in quotes, separated by commas.
    pub(super) fn ids(&mut self, ids: &[RecordId]) {
        self.part.ids.extend_from_slice(ids);
        self.part.lists.push((self.part.text.len(), self.part.ids.len()));
    }

    /// Ends a line: the lines since the last block are written if they are many.
    pub(super) fn end_line(&mut self) -> io::Result<()> {
        if self.part.len() < BLOCK {
            return Ok(());
        }
        self.len += self.part.len();
        if self.len >= LONG {
            self.formatter.leave();
        }
        self.formatter.take(&mut self.part, &mut self.out)
    }

    /// Writes what is left, the digits of the digest and `end`.
    pub(super) fn seal(mut self, end: &str) -> io::Result<()> {
        self.formatter.take(&mut self.part, &mut self.out)?;
        let hash = self.formatter.end(&mut self.out)?;
        self.out.write_all((hexadecimal(hash) + end).as_bytes())?;
        self.out.flush()
    }
}

impl Part {
    /// As many bytes as it has at most when it is formatted.
    fn len(&self) -> usize {
        self.text.len() + self.ids.len() * digits::QUOTED_ID
    }

    /// Makes the bytes and hashes them.
    fn format(&mut self, hash: &mut Sha256) {
        self.block.reserve_exact(self.len() + digits::HEAD);
        let (mut text, mut ids) = (0, 0);
        for (text_end, ids_end) in self.lists.drain(..) {
            self.block.extend_from_slice(self.text.get(text..text_end).unwrap_or_default());
            digits::push_ids(&mut self.block, self.ids.get(ids..ids_end).unwrap_or_default());
            (text, ids) = (text_end, ids_end);
        }
        self.block.extend_from_slice(self.text.get(text..).unwrap_or_default());
        self.text.clear();
        self.ids.clear();
        hash.update(&self.block);
    }

    fn write(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

impl Formatter {
    /// Continues in a thread, if the machine has another processor.
    fn leave(&mut self) {
        let Self::Here(hash) = self else { return };
        if thread::available_parallelism().map_or(1, usize::from) == 1 {
            return;
        }
        let (parts, full) = sync_channel::<Part>(WAITING);
        let (back, done) = channel();
        let mut hash = hash.clone();
        let run = move || {
            for mut part in full {
                part.format(&mut hash);
                // The writer may have ended.
                let _ = back.send(part);
            }
            hash
        };
        if let Ok(hash) = thread::Builder::new().name("format".to_owned()).spawn(run) {
            *self = Self::Thread { parts, done, free: Vec::new(), hash };
        }
    }

    /// Formats a part, leaves an empty one, and writes the parts that are done.
    fn take(&mut self, part: &mut Part, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Here(hash) => {
                part.format(hash);
                part.write(out)
            }
            Self::Thread { parts, done, free, .. } => {
                for mut part in done.try_iter() {
                    part.write(out)?;
                    free.push(part);
                }
                let empty = free.pop().unwrap_or_default();
                parts.send(std::mem::replace(part, empty)).map_err(|_| failed())
            }
        }
    }

    /// Writes the parts that are left.
    fn end(self, out: &mut impl Write) -> io::Result<Sha256> {
        match self {
            Self::Here(hash) => Ok(hash),
            Self::Thread { parts, done, hash, .. } => {
                drop(parts);
                done.into_iter().try_for_each(|mut part| part.write(out))?;
                hash.join().map_err(|_| failed())
            }
        }
    }
}

fn failed() -> io::Error {
    io::Error::other("the thread that formats the plan has ended early")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written is the text with the ids, in order, and the digest is that of these bytes, in files short
    /// and long.
    #[test]
    fn every_byte_is_written_and_hashed() {
        for lines in [0, 1, 40, 5_000] {
            let (mut out, mut expected) = (Vec::new(), Vec::new());
            let mut sealed = Sealed::new(&mut out);
            for n in 0..lines {
                sealed.text().extend(format!("{n}").repeat(300).bytes());
                expected.extend(format!("{n}").repeat(300).bytes());
                let numbers: Vec<u64> = (n..n + n % 3).collect();
                let ids = numbers.iter().map(|number| RecordId::from_number(*number).unwrap());
                sealed.ids(&ids.collect::<Vec<_>>());
                let ids: Vec<String> =
                    numbers.iter().map(|number| format!("\"{number}\"")).collect();
                expected.extend(ids.join(",").bytes());
                sealed.end_line().unwrap();
            }
            sealed.seal("!").unwrap();
            let (text, end) = out.split_at(out.len() - 65);
            assert!(text == expected);
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
                sealed.text().resize(BLOCK, b'x');
                if let Err(error) = sealed.end_line() {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }
}
