use massup_syntax::Scheme;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// The `Authorization` header does not have the scheme `Zoho-oauthtoken`.
    ///
    /// ## Why
    ///
    /// The pages write `Authorization: Zoho-oauthtoken {token}` and name no other scheme; `Bearer` is what other
    /// APIs take. A token in the query, as API v1 took it, is not read. The token itself is never shown or checked.
    ///
    /// ## Rejected
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update -H "Authorization: Bearer $TOKEN" \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -H "Authorization: Zoho-oauthtoken $TOKEN" \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    MU013 "wrong-authorization",
    severity: |_| Severity::Warning,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words what is in the place of the scheme.
pub(crate) fn words(scheme: Scheme) -> Words {
    let message = match scheme {
        Scheme::Joined => {
            let message =
                "the `Authorization` header has no space between `Zoho-oauthtoken` and the token";
            return Words::new(message).help("write a space after `Zoho-oauthtoken`");
        }
        Scheme::Named(name) => {
            format!(
                "the `Authorization` header has the scheme `{name}`; the API documents `Zoho-oauthtoken`"
            )
        }
        Scheme::InQuery => {
            return Words::new("the token is in the query of the URL, where only API v1 took one")
                .help("send the header `Authorization: Zoho-oauthtoken` with an OAuth token");
        }
        Scheme::Missing => "the `Authorization` header has a token without a scheme".to_owned(),
    };
    Words::new(message).help("write `Authorization: Zoho-oauthtoken` in front of the token")
}
