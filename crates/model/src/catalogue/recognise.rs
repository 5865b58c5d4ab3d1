//! Finds the rows that match an answer or a message.

use super::{ALL, Code, DocumentedError, Endpoint};
use crate::ApiVersion;

/// The row that an answer most likely is.
///
/// The code decides; the wording of the message only picks among the rows of the code, whatever its
/// case, stops and small misspellings, and the version among rows whose wording is equally near. A
/// message that resembles none of several rows is taken for the first, which is the general one;
/// under `INVALID_DATA`, whose meaning is in the message alone, for none.
///
/// `None` for an unknown code. [`Endpoint::Any`] looks at the rows of both calls.
///
/// ```
/// use massup_model::ApiVersion::{V2, V8};
/// use massup_model::catalogue::{Endpoint::MassUpdate, recognise};
///
/// let found = recognise(MassUpdate, "INVALID_DATA", "FIELD IS NOT VISIBLE.", V2);
/// assert_eq!(found.map(|row| row.key), Some("field-not-visible"));
/// assert_eq!(recognise(MassUpdate, "INVALID_DATA", "zzz", V8), None);
/// ```
pub fn recognise(
    endpoint: Endpoint,
    code: &str,
    message: &str,
    version: ApiVersion,
) -> Option<&'static DocumentedError> {
    let rows = || ALL.iter().copied().filter(|r| r.code == code && r.endpoint.meets(endpoint));
    let general = rows().next()?;
    if rows().nth(1).is_none() {
        return Some(general);
    }
    let said = words(message);
    let score = |row: &DocumentedError| {
        let wordings = std::iter::once(&row.message).chain(row.variants);
        let near = wordings.map(|wording| resemblance(&said, &words(wording))).max().unwrap_or(0);
        (near, row.is_documented_for(version))
    };
    // Of equal ones the first, so the list is walked backwards.
    let list: Vec<_> = rows().collect();
    let best = list.into_iter().rev().max_by_key(|row| score(row))?;
    if score(best).0 >= ALIKE {
        Some(best)
    } else if Code::parse(code) == Code::InvalidData {
        None
    } else {
        Some(general)
    }
}

/// The rows of [`ALL`] and [`super::RELATED`] whose message is nearest to a text, such as a line of a log that
/// contains the message. Rows with equal messages are all returned; a text without any message gives none.
///
/// ```
/// use massup_model::catalogue::matching;
///
/// let keys = |text| matching(text).iter().map(|row| row.key).collect::<Vec<_>>();
/// assert_eq!(keys("the id given seems to be invalid"), ["invalid-id"]);
/// assert_eq!(keys("[WARN] call 3: record count exceeded!"), ["job-too-large"]);
/// assert!(keys("good morning").is_empty());
/// ```
pub fn matching(text: &str) -> Vec<&'static DocumentedError> {
    let said = words(text);
    let rows = || ALL.iter().chain(super::RELATED).copied();
    let near = |wording: &str| {
        let wording = words(wording);
        let whole = wording.len() > 1 && said.windows(wording.len()).any(|part| part == wording);
        // The longest message that the text contains is the most specific one.
        if whole { 1000 + wording.len() } else { resemblance(&said, &wording) }
    };
    let score = |row: &DocumentedError| {
        let wordings = std::iter::once(&row.message).chain(row.variants);
        wordings.map(|wording| near(wording)).max().unwrap_or(0)
    };
    let best = rows().map(score).max().filter(|best| *best >= NEAR).unwrap_or(usize::MAX);
    rows().filter(|row| score(row) == best).collect()
}

/// The least resemblance, in thousandths, of a text to the message that it means.
const NEAR: usize = 700;

/// The least resemblance, in thousandths, of two wordings of one message.
const ALIKE: usize = 500;

/// The words of a message, in lower case and without punctuation.
fn words(message: &str) -> Vec<String> {
    message
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Twice the words in common by all words, in thousandths: 1000 for the same words in any order.
fn resemblance(one: &[String], other: &[String]) -> usize {
    let mut left: Vec<&String> = other.iter().collect();
    let mut common: usize = 0;
    for word in one {
        if let Some(at) = left.iter().position(|candidate| *candidate == word) {
            left.swap_remove(at);
            common += 1;
        }
    }
    (2000 * common).checked_div(one.len() + other.len()).unwrap_or(0)
}
