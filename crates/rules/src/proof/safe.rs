//! Tells which values of fields need no rule to run.

use std::collections::HashMap;

use super::text::Text;
use super::{Pass, Raw};
use crate::format;
use crate::safe::Safe;

/// The values of a field that are safe for all rules.
#[derive(Debug)]
pub(crate) struct SafeValues {
    safe: Safe,
    data_type: Box<str>,
    /// The texts of safe options, with their numbers.
    options: HashMap<Box<[u8]>, usize>,
}

/// The most items of an array that are compared with each other.
const FEW: usize = 16;

impl SafeValues {
    /// Those within `safe`, of a type. In each of the options by itself no rule finds anything.
    pub(crate) fn new<'o>(
        safe: Safe,
        data_type: &str,
        options: impl Iterator<Item = &'o str>,
    ) -> Self {
        let options = options.enumerate().map(|(number, text)| (text.as_bytes().into(), number));
        Self { safe, data_type: data_type.into(), options: options.collect() }
    }
}

impl Raw<'_> {
    /// Whether no rule on values finds anything in a value. Strings with escapes are left to the rules, where more
    /// than their length matters.
    pub(crate) fn is_safe(&self, values: &SafeValues) -> bool {
        let SafeValues { safe, data_type, options } = values;
        // An escape may be written as the letters of another option.
        let option =
            |text: &Text<'_>| options.get(text.raw()).copied().filter(|_| !text.is_escaped());
        match self {
            _ if safe.none => false,
            Self::Null | Self::Bool(_) => true,
            Self::Number(text) => is_safe_number(text, safe),
            Self::Text(text) => {
                let raw = text.raw();
                raw.len() as u64 <= safe.bytes
                    && (!safe.options || option(text).is_some())
                    && (!safe.format
                        || str::from_utf8(raw)
                            .is_ok_and(|raw| !text.is_escaped() && format::fits(data_type, raw)))
            }
            // Arrays of anything but options are left to the rules.
            Self::Texts(count, _) if !safe.options || *count > FEW => false,
            Self::Texts(count, _) if *count as u64 > safe.items => false,
            Self::Texts(count, rest) => {
                let mut pass = Pass::of(rest);
                let mut known = [usize::MAX; FEW];
                known.iter_mut().take(*count).all(|slot| {
                    let Some(text) = pass.string() else { return false };
                    pass.next();
                    *slot = option(&text).unwrap_or(usize::MAX);
                    *slot != usize::MAX && text.raw().len() as u64 <= safe.bytes
                }) && !known
                    .iter()
                    .enumerate()
                    .take(*count)
                    .any(|(at, number)| known.iter().take(at).any(|earlier| earlier == number))
            }
        }
    }
}

fn is_safe_number(text: &[u8], safe: &Safe) -> bool {
    let (digits, most) = match text.strip_prefix(b"-") {
        Some(digits) => (digits, safe.digits_below_zero),
        None => (text, safe.digits),
    };
    let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let decimals = match digits.get(whole..) {
        Some([b'.', decimals @ ..]) => decimals,
        Some([]) => &[],
        // An exponent.
        _ => return false,
    };
    whole as u64 <= most
        && decimals.len() as u64 <= safe.decimals
        && decimals.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests;
