//! Every documented number, defined once for rules, schemas and plans.

use crate::ApiVersion;
use crate::source::{self, Source};

/// The most record ids in one call; 500 itself is allowed. All versions.
pub const MAX_IDS: usize = 500;

/// The most records that one scheduled job updates; 50,000 itself is allowed. All versions.
pub const MAX_JOB_RECORDS: u64 = 50_000;

/// The most records that one call reads by their ids. All versions.
pub const MAX_READ_IDS: usize = 100;

/// Fields in one call on Deals. All versions.
pub const MAX_FIELDS_DEALS: usize = 3;

/// Fields in one call on every other module, including custom modules. All versions.
pub const MAX_FIELDS: usize = 1;

/// The number of records below which a scheduled job triggers automations, and above which it does not. The
/// documents do not cover exactly this number. All versions.
pub const AUTOMATION_THRESHOLD: u64 = 1_000;

/// Objects in `data`. Only the v8 OpenAPI states it; the pages show one object.
pub const MAX_DATA: usize = 1;

/// The most digits of an id: the length of the greatest signed 64-bit integer.
pub const MAX_ID_DIGITS: usize = 19;

/// The greatest integer that every JSON client keeps exactly (2^53), for ids sent as numbers.
pub const MAX_EXACT_NUMBER: u64 = 1 << 53;

/// The most records on a page of Get Records; all versions. Reading a view takes pages of this size.
pub const PAGE_SIZE: u64 = 200;

/// The most records of a view that Get Records reaches page by page, with `page_token`. v7.
pub const MAX_PAGED_RECORDS: u64 = 100_000;

/// The most records on a page of a bulk read. v7.
pub const BULK_READ_PAGE_SIZE: u64 = 200_000;

/// The most records in one call of the ordinary Update Records. v7.
pub const MAX_UPDATE_RECORDS: u64 = 100;

/// The most records in one bulk write job. v7.
pub const MAX_BULK_WRITE_RECORDS: u64 = 25_000;

/// The number of fields that one call can set on a module; letter case does not matter.
///
/// ```
/// use massup_model::limits;
///
/// assert_eq!(limits::fields_per_call("Deals"), 3);
/// assert_eq!(limits::fields_per_call("Leads"), 1);
/// ```
pub fn fields_per_call(module: &str) -> usize {
    if module.eq_ignore_ascii_case("Deals") { MAX_FIELDS_DEALS } else { MAX_FIELDS }
}

/// A documented limit, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Limit {
    /// A name in kebab case.
    pub name: &'static str,
    /// The greatest value that is allowed.
    pub value: u64,
    /// What is counted.
    pub unit: &'static str,
    /// The oldest version that the limit is documented for.
    pub since: ApiVersion,
    /// The documents that state it.
    pub sources: &'static [Source],
}

/// The limits as a table, in the order in which a call meets them.
pub const ALL: &[Limit] = &[
    Limit {
        name: "fields-deals",
        value: MAX_FIELDS_DEALS as u64,
        unit: "fields in a call on Deals",
        since: ApiVersion::V2,
        sources: &[source::V2_PAGE, source::V7_PAGE, source::V8_OPENAPI],
    },
    Limit {
        name: "fields",
        value: MAX_FIELDS as u64,
        unit: "fields in a call on any other module",
        since: ApiVersion::V2,
        sources: &[source::V2_PAGE, source::V7_PAGE, source::V8_OPENAPI],
    },
    Limit {
        name: "data",
        value: MAX_DATA as u64,
        unit: "objects in `data`",
        since: ApiVersion::V8,
        sources: &[source::V8_OPENAPI],
    },
    Limit {
        name: "ids",
        value: MAX_IDS as u64,
        unit: "record ids in a call",
        since: ApiVersion::V2,
        sources: &[source::V2_PAGE, source::V7_PAGE, source::V8_OPENAPI],
    },
    Limit {
        name: "job-records",
        value: MAX_JOB_RECORDS,
        unit: "records in a scheduled job",
        since: ApiVersion::V2,
        sources: &[source::V2_PAGE, source::V7_PAGE],
    },
    Limit {
        name: "automation-threshold",
        value: AUTOMATION_THRESHOLD,
        unit: "records in a scheduled job, above which automations do not run",
        since: ApiVersion::V2,
        sources: &[source::V2_PAGE, source::V7_PAGE, source::V8_OPENAPI],
    },
    Limit {
        name: "page-size",
        value: PAGE_SIZE,
        unit: "records on a page of Get Records",
        since: ApiVersion::V7,
        sources: &[source::V7_GET_RECORDS],
    },
    Limit {
        name: "paged-records",
        value: MAX_PAGED_RECORDS,
        unit: "records of a view that pages of Get Records reach",
        since: ApiVersion::V7,
        sources: &[source::V7_GET_RECORDS],
    },
    Limit {
        name: "bulk-read-page-size",
        value: BULK_READ_PAGE_SIZE,
        unit: "records on a page of a bulk read",
        since: ApiVersion::V7,
        sources: &[source::V7_BULK_READ],
    },
    Limit {
        name: "update-records",
        value: MAX_UPDATE_RECORDS,
        unit: "records in a call of Update Records",
        since: ApiVersion::V7,
        sources: &[source::V7_UPDATE],
    },
    Limit {
        name: "bulk-write-records",
        value: MAX_BULK_WRITE_RECORDS,
        unit: "records in a bulk write job",
        since: ApiVersion::V7,
        sources: &[source::V7_BULK_WRITE],
    },
];
