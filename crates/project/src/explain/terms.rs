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
const STATUS: &str = "HTTP status";
const PASSING: &str = "A server on the way could not answer, usually for a short time. The call may have been done: check records and jobs before you send it again.";
const COUNT: &str = "count in the status of a scheduled job";

static TERMS: [Term; 19] = [
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
        kind: STATUS,
        meaning: "No content: the list or the view that was read is empty. It is not an error, and there is no body.",
    },
    Term {
        name: "207",
        kind: STATUS,
        meaning: "Several results: in v8 some records were updated and others refused. Read every entry of `data`; the status says nothing about them.",
    },
    Term { name: "502", kind: STATUS, meaning: PASSING },
    Term { name: "503", kind: STATUS, meaning: PASSING },
    Term { name: "504", kind: STATUS, meaning: PASSING },
    Term {
        name: "X-API-CREDITS-REMAINING",
        kind: "header of an answer",
        meaning: "The API credits that are left for the 24 hours, add-ons included. It is sent once half of the daily allowance is used.",
    },
    Term {
        name: "304",
        kind: STATUS,
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

/// How scopes begin.
const SCOPE: &str = "ZohoCRM.";

static A_SCOPE: Term = Term {
    name: "ZohoCRM.…",
    kind: "scope of a token",
    meaning: "Mass updates need `ZohoCRM.mass_update.UPDATE`, and the status of a job `ZohoCRM.mass_update.READ`; both exist for a single module, such as `ZohoCRM.mass_update.leads.UPDATE`. `ZohoCRM.modules.ALL` does not include them, and no document has `ZohoCRM.mass_update.ALL`.",
};

/// The term that a text is, compared without case; `HTTP` in front of a status does not matter.
pub(super) fn find(text: &str) -> Option<&'static Term> {
    let text = text.trim().trim_matches(['"', '`', '\'']);
    let header = text.split(':').next().unwrap_or_default();
    let word = status_in(text).unwrap_or(if header.contains('-') { header } else { text });
    let is = |term: &&Term| term.name.eq_ignore_ascii_case(word);
    let begins = || match text {
        _ if text.starts_with(PERMISSION) => Some(&A_PERMISSION),
        _ if text.starts_with(SCOPE) => Some(&A_SCOPE),
        _ => None,
    };
    TERMS.iter().find(is).or_else(begins)
}

/// Whether a term is the name of a permission.
pub(super) fn is_permission(term: &Term) -> bool {
    term == &A_PERMISSION
}

/// The status of a line such as `HTTP 503`, `HTTP/1.1 503 Service Unavailable` or `status code 503`.
fn status_in(text: &str) -> Option<&str> {
    let line = text.lines().next()?;
    let named = ["http", "status"].iter().any(|word| line.to_ascii_lowercase().contains(word));
    let mut words = line.split(|c: char| !c.is_ascii_digit());
    words.find(|word| word.len() == 3).filter(|_| named)
}
