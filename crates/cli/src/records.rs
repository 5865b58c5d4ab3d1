//! The ids of a selection: from the change file, or from a file in any supported form.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, Result};
use flate2::bufread::MultiGzDecoder;
use massup_model::RecordId;
use massup_planner::Error;
use massup_planner::ids::{Form, Hints, Ids};
use massup_rules::change::Select;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// Large enough to need few reads.
const BUFFER: usize = 1 << 16;

/// The first bytes of gzip files.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The first bytes of zstd files.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Ids, including duplicates.
pub(crate) enum Records<'s> {
    Given(std::slice::Iter<'s, RecordId>),
    Read(Ids<Box<dyn BufRead>>, Source<'s>),
    Several(Vec<Records<'s>>),
}

impl<'s> Records<'s> {
    /// The ids of a selection of records of a module; `None` for a view.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or has no such column.
    pub(crate) fn of(select: &'s Select, module: &str) -> Result<Option<Self>> {
        Ok(match select {
            Select::Ids(ids) => Some(Self::Given(ids.iter())),
            Select::File { path, column } => {
                let reader = open(Path::new(path))?;
                let hints = Hints { column: column.as_deref(), module };
                let (ids, form) = Ids::detect(reader, hints).map_err(|error| about(error, path))?;
                let is_named = column.is_some();
                Some(Self::Read(ids, Source { path, form, is_named }))
            }
            Select::Several(parts) => {
                let parts: Result<Vec<_>> = parts
                    .iter()
                    .rev()
                    .map(|part| Ok(Self::of(part, module)?.into_iter()))
                    .collect();
                // The next one is taken from the end.
                Some(Self::Several(parts?.into_iter().flatten().collect()))
            }
            Select::View { .. } => None,
        })
    }
}

/// Where ids come from.
pub(crate) struct Source<'s> {
    path: &'s str,
    form: Form,
    /// Whether the user named the column.
    is_named: bool,
}

impl Records<'_> {
    /// What the user should know about how the files are read.
    pub(crate) fn remarks(&self) -> Vec<String> {
        match self {
            Self::Given(_) => Vec::new(),
            Self::Several(parts) => parts.iter().rev().flat_map(Self::remarks).collect(),
            Self::Read(_, Source { path, form, is_named }) => {
                let name = named(Path::new(path));
                match form {
                    Form::Table { column } if !is_named => {
                        vec![format!("{name}: ids from column `{column}`")]
                    }
                    Form::Json { is_page: true } => vec![format!(
                        "{name} is one page of an answer: `more_records` is true, and the records of other pages \
                         are not planned"
                    )],
                    _ => Vec::new(),
                }
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<RecordId, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Given(ids) => ids.next().copied().map(Ok),
            Self::Read(ids, source) => Some(ids.next()?.map_err(|error| about(error, source.path))),
            Self::Several(parts) => loop {
                match parts.last_mut()?.next() {
                    Some(id) => return Some(id),
                    None => parts.pop(),
                };
            },
        }
    }
}

/// An error with the name of the file, unless it is standard input.
fn about(error: Error, path: &str) -> Error {
    if path == "-" { error } else { error.in_file(path) }
}

/// A file that is not text, and what to do about it.
#[derive(Debug)]
pub(crate) struct WrongForm(String);

impl fmt::Display for WrongForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongForm {}

/// Refuses what is certainly not UTF-8: the default formats of spreadsheets.
fn text(mut reader: Box<dyn BufRead>, path: &Path) -> Result<Box<dyn BufRead>> {
    let first = reader.fill_buf().with_context(|| format!("cannot read {}", named(path)))?;
    let what = match first {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..] => {
            "is UTF-16; save it as UTF-8, in a spreadsheet as `CSV UTF-8`"
        }
        [b'P', b'K', 3, 4, ..] => "is a spreadsheet or an archive; export the column of ids as CSV",
        _ => return Ok(reader),
    };
    Err(WrongForm(format!("{} {what}", named(path))).into())
}

fn named(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        format!("`{}`", path.display())
    }
}

/// Opens a file or standard input, decompressed if its first bytes show a known format.
fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let cannot = || format!("cannot read {}", named(path));
    if path == Path::new("-") {
        let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
        return text(unpacked(input).with_context(cannot)?, path);
    }
    let file = massup_project::open(path)?;
    text(unpacked(BufReader::with_capacity(BUFFER, file)).with_context(cannot)?, path)
}

fn unpacked(mut reader: impl BufRead + 'static) -> io::Result<Box<dyn BufRead>> {
    let first = reader.fill_buf()?;
    Ok(if first.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(BUFFER, Gzip(MultiGzDecoder::new(reader))))
    } else if first.starts_with(&ZSTD) {
        Box::new(BufReader::with_capacity(BUFFER, Frames { state: State::Between(reader) }))
    } else {
        Box::new(reader)
    })
}

/// The contents of a gzip file.
struct Gzip<R>(MultiGzDecoder<R>);

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes).map_err(|error| io::Error::other(format!("{DAMAGED}: {error}")))
    }
}

/// The error of data that cannot be decompressed.
const DAMAGED: &str = "the compressed data is cut off or damaged";

/// The frames of a zstd file, each verified by its checksum.
struct Frames<R: Read> {
    state: State<R>,
}

enum State<R: Read> {
    Between(R),
    Inside(Box<StreamingDecoder<R, FrameDecoder>>),
    Ended,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(mut reader) => {
                    if reader.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let frame =
                        StreamingDecoder::new(reader).map_err(|_| io::Error::other(DAMAGED))?;
                    self.state = State::Inside(Box::new(frame));
                }
                State::Inside(mut frame) => {
                    let read = frame.read(bytes).map_err(|_| io::Error::other(DAMAGED))?;
                    if read > 0 || bytes.is_empty() {
                        self.state = State::Inside(frame);
                        return Ok(read);
                    }
                    let (reader, frame) = frame.into_parts();
                    let expected = frame.get_checksum_from_data();
                    if expected.is_some() && expected != frame.get_calculated_checksum() {
                        return Err(io::Error::other(
                            "the checksum of a zstd frame does not match",
                        ));
                    }
                    self.state = State::Between(reader);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `7` and `8`, a line each, as `zstd --check` packs them, but for the checksum.
    const PACKED: [u8; 17] =
        [0x28, 0xb5, 0x2f, 0xfd, 0x24, 4, 0x21, 0, 0, b'7', b'\n', b'8', b'\n', 0, 0, 0, 0];

    fn text(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        unpacked(io::Cursor::new(bytes.to_vec()))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn frames_that_follow_one_another_are_one_text() {
        let mut whole = PACKED;
        whole[13..].copy_from_slice(&[0xb8, 0xb5, 0x89, 0x5e]);
        assert_eq!(text(&[whole, whole].concat()).unwrap(), "7\n8\n7\n8\n");
    }

    #[test]
    fn a_wrong_checksum_and_a_cut_are_seen() {
        let error = text(&PACKED).unwrap_err();
        assert!(error.to_string().contains("checksum"), "{error}");
        assert!(text(&PACKED[..12]).is_err());
    }
}
