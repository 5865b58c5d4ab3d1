//! How much massup reads, keeps and shows, so that no input exhausts memory or floods a terminal.
//!
//! `docs/limits.md` describes them for users. What the API itself limits is in `massup_model::limits`.

/// The most bytes of a file that is read as a whole: 64 MiB.
pub const FILE_BYTES: u64 = 64 << 20;

/// The most bytes of a file with one value a line, JSON Lines or a plan: 1 GiB.
pub const LINES_FILE_BYTES: u64 = 1 << 30;

/// The most bytes of a file with settings or accepted findings, `massup.toml` or a baseline: 16 MiB.
pub const SETTINGS_BYTES: u64 = 16 << 20;

/// The findings of one file that are kept; the others are counted.
pub const FINDINGS_OF_FILE: usize = 1_000;

/// The findings of a run that are kept; the others are counted.
pub const FINDINGS_OF_RUN: usize = 50_000;

/// The findings of one file that are shown to people; the others are counted.
pub const SHOWN_OF_FILE: usize = 100;

/// The findings of a run that are shown to people; the others are counted.
pub const SHOWN_OF_RUN: usize = 1_000;

/// The bytes up to which a line of a file is shown to people as a whole.
pub const LINE_BYTES: usize = 2_000;

/// How deep the values of a file may be nested.
pub use massup_syntax::MAX_DEPTH;
