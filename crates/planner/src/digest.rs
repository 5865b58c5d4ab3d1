//! Digests as text.

use sha2::{Digest as _, Sha256};

/// The 64 hexadecimal digits of a hash, in lower case.
pub(crate) fn hexadecimal(hash: Sha256) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    hash.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
