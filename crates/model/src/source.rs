//! The documents that the facts of this library come from.

use serde::Serialize;

/// A document that states a limit, an error or a constraint.
///
/// Pages of the vendor have their address, so that readers can look up the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// A short name, for lists.
    pub name: &'static str,
    /// Where the document is to be found.
    pub url: &'static str,
}

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident = $short:literal, $url:literal;)+) => {
        $($(#[$doc])* pub const $name: Source = Source { name: $short, url: $url };)+

        /// Every document, in the order of the reference page.
        pub const ALL: &[Source] = &[$($name),+];
    };
}

sources! {
    /// The v2 page of the mass update, complete.
    V2_PAGE = "Mass Update Records, v2", "https://www.zoho.com/crm/developer/docs/api/v2/mass-update-records.html";
    /// The v7 page of the mass update, complete.
    V7_PAGE = "Mass Update Records, v7", "https://www.zoho.com/crm/developer/docs/api/v7/mass-update-records.html";
    /// The v8 page on mass updates; its list of errors was not available.
    V8_PAGE = "Mass Update Records, v8", "https://www.zoho.com/crm/developer/docs/api/v8/mass-update-records.html";
    /// The v2 page on the status of a mass update; only the start of its list of errors was available.
    V2_STATUS_PAGE = "Mass Update Status, v2", "https://www.zoho.com/crm/developer/docs/api/v2/mass-update-status.html";
    /// The v7 page of the status of a scheduled mass update.
    V7_STATUS_PAGE = "Mass Update Status, v7", "https://www.zoho.com/crm/developer/docs/api/v7/mass-update-status.html";
    /// The v8 page of the status of a scheduled mass update.
    V8_STATUS_PAGE = "Mass Update Status, v8", "https://www.zoho.com/crm/developer/docs/api/v8/mass-update-status.html";
    /// The newest official OpenAPI description of v8 (August 2026).
    V8_OPENAPI = "OpenAPI of v8", "https://github.com/zoho/crm-oas/tree/main/v8.0/mass_update";
    /// The OpenAPI description of v8 of June 2025, which differs from the newest.
    V8_OPENAPI_2025 = "OpenAPI of v8, June 2025", "https://github.com/zoho/crm-oas/blob/main/v8.0/mass_update.json";
    /// The catalogues of keys, codes and messages in the official client SDKs, v2 to v8.
    SDK = "official client SDKs", "https://github.com/zoho";
    /// The change log of v3, which replaces Activities by Meetings, Calls and Tasks.
    V3_CHANGE_LOG = "Change log, v3", "https://www.zoho.com/crm/developer/docs/api/v3/change-log.html";
    /// The vendor's article on picklists: which of the values of an option to send.
    KAIZEN_PICKLISTS = "Kaizen #205: picklists", "https://help.zoho.com/portal/en/community/topic/kaizen-205-answering-your-questions-managing-picklists-and-enabling-history-tracking-via-zoho-crm-apis";
    /// The v8 page on data centres and their domains.
    MULTI_DC = "Multi DC support, v8", "https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html";
    /// The v8 pages on OAuth: tokens and their errors.
    OAUTH = "OAuth, v8", "https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html";
    /// The v7 page on the metadata of fields.
    V7_FIELDS = "Fields Metadata, v7", "https://www.zoho.com/crm/developer/docs/api/v7/field-meta.html";
    /// The v7 page on inserting records: the formats of values.
    V7_INSERT = "Insert Records, v7", "https://www.zoho.com/crm/developer/docs/api/v7/insert-records.html";
    /// The v7 page on updating records, 100 in a call.
    V7_UPDATE = "Update Records, v7", "https://www.zoho.com/crm/developer/docs/api/v7/update-records.html";
    /// The v7 page on getting records: pages and how far they reach.
    V7_GET_RECORDS = "Get Records, v7", "https://www.zoho.com/crm/developer/docs/api/v7/get-records.html";
    /// The v7 page on bulk reads.
    V7_BULK_READ = "Bulk Read, v7", "https://www.zoho.com/crm/developer/docs/api/v7/bulk-read/overview.html";
    /// The v7 page on bulk writes.
    V7_BULK_WRITE = "Bulk Write, v7", "https://www.zoho.com/crm/developer/docs/api/v7/bulk-write/overview.html";
    /// The v7 page on creating custom fields: their length ranges.
    V7_CREATE_FIELD = "Create Custom Field, v7", "https://www.zoho.com/crm/developer/docs/api/v7/create-custom-field.html";
    /// The v7 page on custom views.
    V7_CUSTOM_VIEWS = "Custom View Metadata, v7", "https://www.zoho.com/crm/developer/docs/api/v7/custom-view-meta.html";
    /// The v7 page on territories.
    V7_TERRITORIES = "Territories, v7", "https://www.zoho.com/crm/developer/docs/api/v7/get-territories.html";
    /// The v7 page on modules.
    V7_MODULES = "Modules Metadata, v7", "https://www.zoho.com/crm/developer/docs/api/v7/modules-api.html";
    /// The v7 page on layouts.
    V7_LAYOUTS = "Layouts Metadata, v7", "https://www.zoho.com/crm/developer/docs/api/v7/layouts-meta.html";
    /// The v7 page on record counts.
    V7_RECORD_COUNT = "Record Count, v7", "https://www.zoho.com/crm/developer/docs/api/v7/record-count.html";
    /// The pages on API credits and concurrency.
    LIMITS_PAGE = "API limits", "https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html";
    /// The page on HTTP status codes of the API.
    STATUS_CODES = "Status codes", "https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html";
    /// The help article on exceptions to validation rules.
    HELP_VALIDATION_RULES = "Validation rules: exceptions", "https://help.zoho.com/portal/en/kb/crm/customize-crm-account/validation-rules/articles/exceptions";
    /// The formats of massup's own files.
    MASSUP = "massup: file formats", "https://docs.rs/massup-rules";
    /// RFC 8259, the definition of JSON.
    RFC_8259 = "RFC 8259", "https://www.rfc-editor.org/rfc/rfc8259";
}
