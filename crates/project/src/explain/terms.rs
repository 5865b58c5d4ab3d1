//! Words of requests and answers that are neither codes nor messages: keys, counts, permissions.

/// A word and what it means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The word, as the API writes it.
    pub(super) name: &'static str,
    /// What kind of word it is.
    pub(super) kind: &'static str,
    pub(super) meaning: &'static str,
}

const BODY: &str = "key of the request body";
const COUNT: &str = "count in the status of a scheduled job";

static TERMS: [Term; 14] = [
    Term {
        name: "data",
        kind: BODY,
        meaning: "An array with one object: the API names of the fields to set, with their new values.",
    },
    Term {
        name: "ids",
        kind: BODY,
        meaning: "Up to 500 record ids as strings. The records are updated at once, and workflows, approvals and blueprints run.",
    },
    Term {
        name: "cvid",
        kind: BODY,
        meaning: "The id of a custom view. A job updates up to 50,000 of its records; read its status with the `job_id` of the answer.",
    },
    Term {
        name: "territory",
        kind: BODY,
        meaning: "An object with the `id` of a territory, which restricts `cvid` to the records of the territory.",
    },
    Term {
        name: "include_child",
        kind: "key of `territory`",
        meaning: "Whether the territories below count as well; false by default.",
    },
    Term {
        name: "over_write",
        kind: BODY,
        meaning: "For multi-select picklists: true replaces the options that a record has, false adds to them, which is the default.",
    },
    Term {
        name: "criteria",
        kind: BODY,
        meaning: "Every official SDK has it, and no page documents it. massup warns of it.",
    },
    Term {
        name: "job_id",
        kind: "parameter of the status request",
        meaning: "The id of a scheduled job, from the answer to a mass update by `cvid`: `GET …/actions/mass_update?job_id=…`.",
    },
    Term {
        name: "Total_Count",
        kind: COUNT,
        meaning: "The number of records in the job. In all documented samples it is the sum of the other three counts.",
    },
    Term {
        name: "Updated_Count",
        kind: COUNT,
        meaning: "The number of records that were updated so far.",
    },
    Term {
        name: "Not_Updated_Count",
        kind: COUNT,
        meaning: "The number of records that are not updated yet, or were skipped: the documents differ.",
    },
    Term {
        name: "Failed_Count",
        kind: COUNT,
        meaning: "The number of records that were refused. No API lists them or says why: read the records back and compare.",
    },
    Term {
        name: "204",
        kind: "HTTP status",
        meaning: "No content: the list or the view that was read is empty. It is not an error, and there is no body.",
    },
    Term {
        name: "304",
        kind: "HTTP status",
        meaning: "Not modified: nothing has changed since the time in `If-Modified-Since`. There is no body.",
    },
];

/// How the names of permissions begin that `NO_PERMISSION` lists in its details.
const PERMISSION: &str = "Crm_Implied_";

static A_PERMISSION: Term = Term {
    name: "Crm_Implied_…",
    kind: "permission of a profile",
    meaning: "`details.permissions` of NO_PERMISSION names what the profile of the user lacks, such as the mass update of a module. An administrator can grant it in the profile.",
};

/// The term that a text is, compared without case; `HTTP` in front of a status does not matter.
pub(super) fn find(text: &str) -> Option<&'static Term> {
    let text = text.trim().trim_matches(['"', '`', '\'']);
    let status = text.strip_prefix("HTTP").map_or(text, str::trim_start);
    let is = |term: &&Term| term.name.eq_ignore_ascii_case(status);
    let permission = || text.starts_with(PERMISSION).then_some(&A_PERMISSION);
    TERMS.iter().find(is).or_else(permission)
}
