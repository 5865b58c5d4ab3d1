//! The C interface of massup: bytes in, JSON reports out. `include/massup.h` is generated from this file.
//!
//! No panic reaches the caller, and null pointers and impossible lengths are refused.

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use massup_project::{Explanation, Session, SessionError};

/// How a call ended. The numbers are the exit codes of the command `massup`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MassupStatus {
    /// Done; of a lint: no finding is an error.
    Ok = 0,
    /// Findings that are errors.
    Findings = 1,
    /// A pointer is null, a length is impossible, a text is not UTF-8, or an option is unknown or wrong.
    Usage = 2,
    /// A file cannot be read, or massup has a bug.
    Failed = 3,
}

/// The options of a lint, with the snapshot that they name. Threads may share it.
#[derive(Debug)]
pub struct MassupLinter(Session);

/// The name of a text where the caller gives none.
const BODY: &str = "body.json";

/// The version of the library, such as `0.1.0`. The string is static.
#[expect(unsafe_code, reason = "C finds the function by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn massup_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// Makes a linter from options: a JSON object with any of the keys `module`, `api_version`, `snapshot` (the path of a
/// directory), `allow`, `warn` and `deny` (lists of rules). No bytes mean no options.
///
/// The linter is stored in `*linter` and must be freed by `massup_linter_free`. If there is none, `*linter` is null,
/// and `*error`, unless `error` is null, says why; it must be freed by `massup_string_free`.
///
/// # Safety
///
/// `options` points to `length` bytes, or is null if `length` is 0. `linter` and `error` may be written to, or are
/// null.
#[expect(unsafe_code, reason = "C finds the function by this name and passes pointers")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn massup_linter_new(
    options: *const u8,
    length: usize,
    linter: *mut *mut MassupLinter,
    error: *mut *mut c_char,
) -> MassupStatus {
    // SAFETY: the caller lets both be written to, or gives null.
    unsafe { give(linter, ptr::null_mut()) };
    // SAFETY: as above.
    unsafe { give(error, ptr::null_mut()) };
    if linter.is_null() {
        return MassupStatus::Usage;
    }
    // SAFETY: the caller gives `length` bytes.
    let Some(options) = (unsafe { bytes(options, length) }) else { return MassupStatus::Usage };
    guarded(|| match Session::from_json(options) {
        Ok(session) => {
            // SAFETY: the caller lets it be written to.
            unsafe { give(linter, Box::into_raw(Box::new(MassupLinter(session)))) };
            MassupStatus::Ok
        }
        Err(why) => {
            // SAFETY: the caller lets it be written to, or gives null.
            unsafe { give_text(error, &why.to_string()) };
            match why {
                SessionError::Options(_) => MassupStatus::Usage,
                _ => MassupStatus::Failed,
            }
        }
    })
}

/// Frees a linter. Null is ignored.
///
/// # Safety
///
/// `linter` is from `massup_linter_new`, no call uses it any more, and it is freed once.
#[expect(unsafe_code, reason = "C finds the function by this name and gives a pointer back")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn massup_linter_free(linter: *mut MassupLinter) {
    if !linter.is_null() {
        // SAFETY: it is from `Box::into_raw`, and the caller gives it back once.
        let linter = unsafe { Box::from_raw(linter) };
        guarded(|| {
            drop(linter);
            MassupStatus::Ok
        });
    }
}

/// Checks a text: a request body, a call file, a change file, a plan, or a list of these. The ending of `name` gives
/// the format: `.json`, `.jsonl`, `.yaml`, `.toml`; null means JSON.
///
/// The report is stored in `*report`, unless `report` is null, as the JSON document of `massup lint --format json`
/// with a final NUL; it must be freed by `massup_string_free`. Any bytes have a report.
///
/// # Safety
///
/// `linter` is from `massup_linter_new`, or null. `name` is null or a string with a final NUL. `text` points to
/// `length` bytes, or is null if `length` is 0. `report` may be written to, or is null.
#[expect(unsafe_code, reason = "C finds the function by this name and passes pointers")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn massup_lint(
    linter: *const MassupLinter,
    name: *const c_char,
    text: *const u8,
    length: usize,
    report: *mut *mut c_char,
) -> MassupStatus {
    // SAFETY: the caller lets it be written to, or gives null.
    unsafe { give(report, ptr::null_mut()) };
    // SAFETY: the caller gives a linter that is not freed, or null.
    let Some(MassupLinter(session)) = (unsafe { linter.as_ref() }) else {
        return MassupStatus::Usage;
    };
    let name = if name.is_null() {
        BODY
    } else {
        // SAFETY: the caller gives a string with a final NUL.
        let Ok(name) = unsafe { CStr::from_ptr(name) }.to_str() else { return MassupStatus::Usage };
        name
    };
    // SAFETY: the caller gives `length` bytes.
    let Some(text) = (unsafe { bytes(text, length) }) else { return MassupStatus::Usage };
    guarded(|| {
        let found = session.lint(name, text);
        if !report.is_null() {
            let Ok(json) = serde_json::to_string(&found) else { return MassupStatus::Failed };
            // SAFETY: the caller lets it be written to.
            unsafe { give_text(report, &json) };
        }
        if found.summary.errors > 0 { MassupStatus::Findings } else { MassupStatus::Ok }
    })
}

/// Explains a rule by its code or name, or a code, message or whole answer of the server. The explanation is stored in
/// `*explanation` as JSON, or, with `MASSUP_STATUS_USAGE`, why there is none; it must be freed by `massup_string_free`.
///
/// # Safety
///
/// `word` is null or a string with a final NUL. `explanation` may be written to, or is null.
#[expect(unsafe_code, reason = "C finds the function by this name and passes pointers")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn massup_explain(
    word: *const c_char,
    explanation: *mut *mut c_char,
) -> MassupStatus {
    // SAFETY: the caller lets it be written to, or gives null.
    unsafe { give(explanation, ptr::null_mut()) };
    if word.is_null() {
        return MassupStatus::Usage;
    }
    // SAFETY: the caller gives a string with a final NUL.
    let Ok(word) = unsafe { CStr::from_ptr(word) }.to_str() else { return MassupStatus::Usage };
    guarded(|| {
        let (status, text) = match Explanation::of(word) {
            Ok(meaning) => (MassupStatus::Ok, meaning.as_json().to_string()),
            Err(unknown) => (MassupStatus::Usage, unknown.to_string()),
        };
        // SAFETY: the caller lets it be written to, or gives null.
        unsafe { give_text(explanation, &text) };
        status
    })
}

/// Frees a string that another function stored. Null is ignored.
///
/// # Safety
///
/// `text` is from a function of this library, other than `massup_version`, and is freed once.
#[expect(unsafe_code, reason = "C finds the function by this name and gives a pointer back")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn massup_string_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: it is from `CString::into_raw`, and the caller gives it back once.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// Runs code that may panic: a panic must not unwind into C.
fn guarded(run: impl FnOnce() -> MassupStatus) -> MassupStatus {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(MassupStatus::Failed)
}

/// The bytes of a caller; `None` for a null pointer with a length, and for more bytes than memory can hold.
///
/// # Safety
///
/// `start` is null or points to `length` bytes that stay unchanged while they are used.
#[expect(unsafe_code, reason = "a pointer and a length of C become a slice")]
unsafe fn bytes<'c>(start: *const u8, length: usize) -> Option<&'c [u8]> {
    if length == 0 {
        return Some(&[]);
    }
    if start.is_null() || isize::try_from(length).is_err() {
        return None;
    }
    // SAFETY: it is not null, the length fits, and the caller vouches for the bytes.
    Some(unsafe { slice::from_raw_parts(start, length) })
}

/// Stores a value for the caller, unless the place is null.
///
/// # Safety
///
/// `place` is null or may be written to.
#[expect(unsafe_code, reason = "results are written to where C says")]
unsafe fn give<T>(place: *mut *mut T, value: *mut T) {
    if !place.is_null() {
        // SAFETY: it is not null, and may be written to.
        unsafe { place.write(value) };
    }
}

/// Stores a copy of a text for the caller, unless the place is null. A text for people may have a NUL, which would cut
/// it off; JSON has none.
///
/// # Safety
///
/// As [`give`].
#[expect(unsafe_code, reason = "results are written to where C says")]
unsafe fn give_text(place: *mut *mut c_char, text: &str) {
    if place.is_null() {
        return;
    }
    let text = CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default();
    // SAFETY: the caller vouches for the place.
    unsafe { give(place, text.into_raw()) };
}

#[cfg(test)]
mod tests;
