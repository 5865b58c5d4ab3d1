//! A call to the API on its way to a handler.

use std::cell::Cell;

use massup_model::ApiVersion;

use crate::body::Parsed;
use crate::query::Query;
use crate::store::Access;
use crate::time::Instant;

/// A call to the API, its token checked.
pub(crate) struct Call<'a> {
    pub(crate) version: ApiVersion,
    pub(crate) access: Access,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
    /// The body of a mass update, read already.
    pub(crate) read: Cell<Option<Parsed>>,
    /// The header `If-Modified-Since`.
    pub(crate) modified_since: Option<Instant>,
    /// The number of the call in the log.
    pub(crate) number: i64,
}
