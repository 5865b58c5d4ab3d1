//! How much of a file is kept, so that no small file fills the memory: every value takes more than its letters.

/// The values, keys and comments that a text may hold whatever its length.
pub const MAX_VALUES: usize = 100_000;

/// A longer JSON or TOML text may hold a value for so many bytes.
pub const BYTES_OF_VALUE: usize = 8;

/// The same for YAML, whose reader takes more: an id in a list has as many.
pub const BYTES_OF_YAML_VALUE: usize = 20;

/// The values that a YAML text may hold whatever its length.
pub const MAX_YAML_VALUES: usize = 40_000;

/// The calls that a file may hold whatever its length.
pub const MAX_CALLS: usize = 9_000;

/// A longer file may hold a call for so many bytes.
pub const BYTES_OF_CALL: usize = 512;

/// The parts of a shell script that are read: lines, comments, and words, which count three times or more.
pub const MAX_SCRIPT_PARTS: usize = 75_000;

/// The words, marks, strings and comments of a program that are read.
pub const MAX_TOKENS: usize = 60_000;

/// The problems of one kind that are kept for a file; further ones are counted.
pub const MAX_PROBLEMS: usize = 1_000;

/// The bytes of pointers that the kept problems of a file may have together.
pub(crate) const POINTER_BYTES: usize = 1 << 20;

/// The most values of a text of so many bytes.
pub fn most_values(bytes: usize) -> usize {
    MAX_VALUES.max(bytes / BYTES_OF_VALUE)
}

/// The most calls of a file of so many bytes.
pub fn most_calls(bytes: usize) -> usize {
    MAX_CALLS.max(bytes / BYTES_OF_CALL)
}

/// The most values of a YAML text of so many bytes.
pub fn most_yaml_values(bytes: usize) -> usize {
    MAX_YAML_VALUES.max(bytes / BYTES_OF_YAML_VALUE)
}

/// How many values, keys and comments a JSON or TOML text seems to have.
pub(crate) fn values(text: &str) -> usize {
    values_until(text, usize::MAX).0
}

/// Where a JSON or TOML text has more values, keys and comments than it may, and how many that are.
pub(crate) fn too_many_values(text: &str) -> Option<(usize, usize)> {
    let most = most_values(text.len());
    // What is in strings counts here too, which is enough for nearly all files.
    if text.len() <= most || text.bytes().filter(|byte| begins(*byte)).count() <= most {
        return None;
    }
    values_until(text, most).1.map(|at| (at, most))
}

fn begins(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b'{' | b'/' | b'=')
}

/// How many values a text has, and where it has more than `most`.
fn values_until(text: &str, most: usize) -> (usize, Option<usize>) {
    let (mut in_string, mut escaped, mut last, mut number) = (false, false, 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            // A comment begins with two of them.
            b'/' if last != b'/' => {}
            _ if begins(byte) => number += 1,
            _ => {}
        }
        if number > most {
            return (number, Some(at));
        }
        last = byte;
    }
    (number, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_strings() {
        let most = MAX_VALUES;
        let list = |number: usize| format!("[{}", "5,".repeat(number));
        assert_eq!(too_many_values(&list(most - 1)), None);
        assert_eq!(too_many_values(&list(most)), Some((2 * most, most)));
        assert_eq!(too_many_values(&format!("[\"\\\"{}\"]", ",".repeat(2 * most))), None);
        assert!(too_many_values(&"[".repeat(most + 1)).is_some());
        assert!(too_many_values(&"// a\n".repeat(most + 1)).is_some());
    }

    #[test]
    fn long_files_may_hold_more() {
        assert_eq!(most_values(0), MAX_VALUES);
        assert_eq!(most_values(64 << 20), 8 << 20);
        let ids = "\"554023000000497007\",".repeat(2 * MAX_VALUES);
        assert_eq!(too_many_values(&ids), None);
    }
}
