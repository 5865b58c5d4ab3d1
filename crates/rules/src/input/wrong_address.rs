use massup_syntax::Address;

use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::text::Words;

declare_rule! {
    /// A call goes to an address that is not one of the API's.
    ///
    /// ## Why
    ///
    /// Each data centre has its own domain: `zohoapis.com`, `.eu`, `.in`, `.com.cn`, `.com.au`, `.jp`, `.ca`, `.sa`. A
    /// wrong one does not exist, is the web page of the CRM, or belongs to another data centre, where the
    /// token is unknown: `INVALID_TOKEN` and `INVALID_HOST` are what people report most. The answer to a token
    /// request names the right host as `api_domain`. It is a warning, because the list is open: hosts that are
    /// not named like Zoho's are left alone.
    ///
    /// ## Rejected
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.co.in/crm/v8/Leads/actions/mass_update \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    ///
    /// ```sh
    /// curl -X POST http://www.zohoapis.com/crm/v8/Leads/actions/mass_update \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```sh
    /// curl -X POST https://www.zohoapis.in/crm/v8/Leads/actions/mass_update \
    ///   -d '{ "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }'
    /// ```
    MU012 "wrong-address",
    severity: |_| Severity::Warning,
    evidence: Contradicted,
    answers: [],
    sources: [SDK, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Reading,
}

/// Words what is wrong with the address of a call.
pub(crate) fn words(address: &Address) -> Words {
    match address {
        Address::Clear => Words::new("the call goes over `http://`: the token would be sent unencrypted")
            .help("write `https://`"),
        Address::Host { host, nearest } => {
            Words::new(format!("`{host}` is not a host of the API in any data centre")).help(format!(
                "use the `api_domain` that came with the token; the nearest known host is `www.{nearest}`"
            ))
        }
        Address::Page { host } => Words::new(format!(
            "this is a request of the CRM's web page: `{host}` with version `v2.2` is not a part of the API"
        ))
        .help(
            "call `https://www.zohoapis.com/crm/v8/{module}/actions/mass_update` (the host of your data centre) \
             with an OAuth token; cookies and `X-ZCSRF-TOKEN` do not work there",
        ),
    }
}
