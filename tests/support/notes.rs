//! What the documents demand beside their lists of errors, and the rules that hold it.

use massup_model::source::{
    HELP_VALIDATION_RULES, LIMITS_PAGE, Source, V2_PAGE, V7_INSERT, V7_PAGE, V7_RECORD_COUNT,
    V7_STATUS_PAGE, V8_OPENAPI,
};

/// A demand or a note of a document, in our words.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// What it says.
    pub says: &'static str,
    /// A document that says it.
    pub source: Source,
    /// The codes of the rules that are about it.
    pub rules: &'static [&'static str],
    /// Why no rule is, or what else of massup minds it.
    pub instead: &'static str,
}

const fn note(says: &'static str, source: Source, rules: &'static [&'static str]) -> Note {
    Note { says, source, rules, instead: "" }
}

/// Every note of the pages on the two calls, and what other pages say about them.
pub const NOTES: &[Note] = &[
    note("POST updates, GET reads the status of a job", V7_PAGE, &["MU101"]),
    note("the path names the version and the API name of the module", V2_PAGE, &["MU102"]),
    note("which modules are supported, by version", V7_PAGE, &["MU103", "MU203"]),
    note("Services and Appointments are not", V8_OPENAPI, &["MU103"]),
    note(
        "a token has the scope of mass updates, of all modules or of the one",
        V2_PAGE,
        &["MU201"],
    ),
    note("`data` is one object", V8_OPENAPI, &["MU110", "MU113", "MU114"]),
    note("records or a custom view are named", V2_PAGE, &["MU116", "MU120"]),
    note("`ids` and `cvid` exclude each other", V8_OPENAPI, &["MU104"]),
    note("a territory needs a custom view", V2_PAGE, &["MU117"]),
    note(
        "a territory is named by its id, which the Territories API tells",
        V2_PAGE,
        &["MU118", "MU121", "MU242"],
    ),
    Note {
        instead: "either is meant: only another type than a boolean is reported",
        ..note("the children of a territory count if `include_child` says so", V2_PAGE, &["MU110"])
    },
    note(
        "`over_write` replaces the options of a multi-select picklist; without it they are added",
        V2_PAGE,
        &["MU124", "MU126"],
    ),
    note("three fields a call on Deals, one on every other module", V2_PAGE, &["MU115"]),
    note("at most 500 ids a call", V2_PAGE, &["MU119"]),
    note("at most 50,000 records a job", V2_PAGE, &["MU244", "MU314"]),
    note(
        "no emails, lookups, layouts, multi-line fields and line items",
        V2_PAGE,
        &["MU132", "MU211", "MU212"],
    ),
    note("of some ids that are wrong the others are updated", V2_PAGE, &["MU121", "MU904"]),
    Note {
        instead: "the report tells what becomes of automations, call by call",
        ..note("calls by ids trigger approvals, blueprints and workflows", V2_PAGE, &[])
    },
    note("jobs do so below 1,000 records, and not above", V2_PAGE, &["MU248", "MU313"]),
    note("counts of custom views lag by some minutes", V7_RECORD_COUNT, &["MU244", "MU248"]),
    note("a custom view takes one job at a time", V2_PAGE, &["MU903"]),
    note("jobs need an edition", V8_OPENAPI, &["MU202"]),
    note("the id of a job is a parameter of the URL", V7_STATUS_PAGE, &["MU105", "MU106"]),
    note(
        "the forms and limits of values, by the type of the field",
        V7_INSERT,
        &["MU220", "MU221", "MU222", "MU224"],
    ),
    note(
        "the primary field of a validation rule is closed; through others a mass update passes by the rule",
        HELP_VALIDATION_RULES,
        &["MU217", "MU218"],
    ),
    Note {
        instead: "plans count credits; how many are left, only the server knows",
        ..note("credits and calls at a time are limited", LIMITS_PAGE, &[])
    },
];
