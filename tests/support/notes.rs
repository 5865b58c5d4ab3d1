//! Constraints in the documents other than their lists of errors, and the rules that check them.

use massup_model::source::{
    HELP_VALIDATION_RULES, LIMITS_PAGE, Source, V2_PAGE, V7_INSERT, V7_PAGE, V7_RECORD_COUNT,
    V7_STATUS_PAGE, V8_OPENAPI,
};

/// A constraint or a note in a document, in our words.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// What it says.
    pub says: &'static str,
    /// A document that says it.
    pub source: Source,
    /// The codes of the rules that are about it.
    pub rules: &'static [&'static str],
    /// Why no rule checks it, or what else does.
    pub instead: &'static str,
}

const fn note(says: &'static str, source: Source, rules: &'static [&'static str]) -> Note {
    Note { says, source, rules, instead: "" }
}

/// Every note on the pages of the two calls, and on other pages about them.
pub const NOTES: &[Note] = &[
    note("POST updates, GET reads the status of a job", V7_PAGE, &["MU101"]),
    note("the path has the version and the API name of the module", V2_PAGE, &["MU102"]),
    note("which modules are supported, by version", V7_PAGE, &["MU103", "MU203"]),
    note("Services and Appointments are not supported", V8_OPENAPI, &["MU103"]),
    note("a token needs the scope for mass updates, of all modules or of one", V2_PAGE, &["MU201"]),
    note("`data` is one object", V8_OPENAPI, &["MU110", "MU113", "MU114"]),
    note("records or a custom view are selected", V2_PAGE, &["MU116", "MU120"]),
    note("`ids` and `cvid` are mutually exclusive", V8_OPENAPI, &["MU104"]),
    note("a territory needs a custom view", V2_PAGE, &["MU117"]),
    note(
        "a territory is given by its id, from the Territories API",
        V2_PAGE,
        &["MU118", "MU121", "MU242"],
    ),
    Note {
        instead: "both values are valid: only other types are reported",
        ..note("`include_child` includes the children of a territory", V2_PAGE, &["MU110"])
    },
    note(
        "`over_write` replaces the options of a multi-select picklist; without it they are added",
        V2_PAGE,
        &["MU124", "MU126"],
    ),
    note("three fields in a call on Deals, one on every other module", V2_PAGE, &["MU115"]),
    note("at most 500 ids in a call", V2_PAGE, &["MU119"]),
    note("at most 50,000 records in a job", V2_PAGE, &["MU244", "MU314"]),
    note(
        "no emails, lookups, layouts, multi-line fields and line items",
        V2_PAGE,
        &["MU132", "MU211", "MU212"],
    ),
    note("if some ids are invalid, the other records are updated", V2_PAGE, &["MU121", "MU904"]),
    Note {
        instead: "the report has the automations of each call",
        ..note("calls by ids trigger approvals, blueprints and workflows", V2_PAGE, &[])
    },
    note("jobs trigger them below 1,000 records and not above", V2_PAGE, &["MU248", "MU313"]),
    note("counts of custom views can be some minutes old", V7_RECORD_COUNT, &["MU244", "MU248"]),
    note("a custom view allows one job at a time", V2_PAGE, &["MU903"]),
    note("jobs need an edition that supports them", V8_OPENAPI, &["MU202"]),
    note("the job id is a query parameter", V7_STATUS_PAGE, &["MU105", "MU106"]),
    note(
        "formats and limits of values, by the type of the field",
        V7_INSERT,
        &["MU220", "MU221", "MU222", "MU224"],
    ),
    note(
        "the primary field of a validation rule cannot be mass updated; other fields bypass the rule",
        HELP_VALIDATION_RULES,
        &["MU217", "MU218"],
    ),
    Note {
        instead: "plans count credits; only the server knows how many are left",
        ..note("credits and simultaneous calls are limited", LIMITS_PAGE, &[])
    },
];
