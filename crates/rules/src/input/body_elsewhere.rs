use massup_syntax::Elsewhere;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A call in a script or a collection takes its body from somewhere else.
    ///
    /// ## Why
    ///
    /// Only the method and the URL are checked there. `massup lint` follows the name of a file that lies
    /// in the directory of the script or in the working directory, and checks it for the module and version of the URL; this
    /// is said of bodies that are not there, whose name is only known when the script runs, or that another
    /// program gives.
    ///
    /// ## Rejected
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d @leads.json
    /// ```
    ///
    /// ```sh
    /// jq -c .body call.json | curl https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d @-
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -d @- <<'END'
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// END
    /// ```
    MU009 "body-elsewhere",
    severity: |_| Severity::Note,
    evidence: Documented,
    answers: [],
    sources: [MASSUP],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words the problem that a body is somewhere else.
pub(crate) fn words(place: &Elsewhere) -> Words {
    match place {
        Elsewhere::Built => {
            Words::new("massup cannot read the body of this call: a program puts it together")
                .help("write the body out, or check what the program sends with `massup lint -`")
        }
        Elsewhere::File(name) => Words::new(format!("the body is in `{name}`")).help(
            "`massup lint` checks a file next to this one or in the working directory; pass others by name",
        ),
        Elsewhere::Piped => Words::new("the body comes from another program")
            .help("pipe it to `massup lint -` to check it"),
    }
}
