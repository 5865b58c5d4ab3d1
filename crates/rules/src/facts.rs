//! What is known about the organisation that a call is sent to.

/// Facts about the organisation. Each may be unknown, and what is unknown is never guessed: a rule
/// that needs it is reported as unchecked.
#[derive(Clone, Debug, Default)]
pub struct Facts {}
