//! Reads a file that is open from its start, as often as wanted: whatever takes its name meanwhile is not read.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// A reader with a place of its own in a file.
#[derive(Debug)]
pub(crate) struct HeldFile {
    file: Arc<File>,
    at: u64,
}

impl HeldFile {
    pub(crate) fn from_start(file: &Arc<File>) -> Self {
        Self { file: Arc::clone(file), at: 0 }
    }
}

impl Read for HeldFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, bytes, self.at)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, bytes, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_keep_their_places_and_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "12345").unwrap();
        let file = Arc::new(File::open(&path).unwrap());
        let mut first = HeldFile::from_start(&file);
        let mut start = [0; 2];
        first.read_exact(&mut start).unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "another").unwrap();
        let (mut whole, mut rest) = (String::new(), String::new());
        HeldFile::from_start(&file).read_to_string(&mut whole).unwrap();
        first.read_to_string(&mut rest).unwrap();
        assert_eq!((whole.as_str(), rest.as_str()), ("12345", "345"));
    }
}
