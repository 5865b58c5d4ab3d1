//! Values in which rules find nothing, as far as that is told without running them.

use crate::facts::{Dependency, Field};

/// The values of a field in which a rule on values finds nothing. Others may be right too: the rule decides.
///
/// Objects are never safe. Booleans are, since the kind of a value is checked once for all calls of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Safe {
    /// Whether the rule must run on all values.
    pub(crate) none: bool,
    /// The most bytes of a string.
    pub(crate) bytes: u64,
    /// Whether a string must be an option of the field, and the items of an array different ones. In each option by
    /// itself no rule finds anything.
    pub(crate) options: bool,
    /// Whether a string must have the format of the field's type.
    pub(crate) format: bool,
    /// The most items of an array.
    pub(crate) items: u64,
    /// The most digits of a number before the decimal point; of a negative one; and the most after it.
    pub(crate) digits: u64,
    pub(crate) digits_below_zero: u64,
    pub(crate) decimals: u64,
}

/// The safe values of a field for a rule, where some picklists of the module depend on each other.
pub(crate) type SafeFor = fn(&Field, &[Dependency]) -> Safe;

impl Safe {
    /// All values.
    pub(crate) const ALL: Self = Self {
        bytes: u64::MAX,
        options: false,
        format: false,
        items: u64::MAX,
        digits: u64::MAX,
        digits_below_zero: u64::MAX,
        decimals: u64::MAX,
        none: false,
    };

    /// No value.
    pub(crate) const NONE: Self = Self { none: true, ..Self::ALL };

    /// The values that are safe for both of two rules.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            none: self.none || other.none,
            bytes: self.bytes.min(other.bytes),
            options: self.options || other.options,
            format: self.format || other.format,
            items: self.items.min(other.items),
            digits: self.digits.min(other.digits),
            digits_below_zero: self.digits_below_zero.min(other.digits_below_zero),
            decimals: self.decimals.min(other.decimals),
        }
    }
}
