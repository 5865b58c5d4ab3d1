//! Counts what the readers do, for the test that their work grows with the text and no faster.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts steps of a reader.
#[cfg(test)]
pub(crate) fn add(steps: usize) {
    STEPS.with(|all| all.set(all.get() + steps));
}

/// Counts steps of a reader.
#[cfg(not(test))]
pub(crate) fn add(_: usize) {}

/// The steps of a call.
#[cfg(test)]
pub(crate) fn of(call: impl FnOnce()) -> usize {
    STEPS.with(|all| all.set(0));
    call();
    STEPS.with(std::cell::Cell::get)
}
