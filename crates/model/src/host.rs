//! The hosts that serve the API.

/// The domains of the API, one for each data centre, US first. The list follows the official client SDKs of
/// v8; it is open: other hosts, such as those of Vertical Solutions, serve the API too.
pub const API_DOMAINS: [&str; 8] = [
    "zohoapis.com",
    "zohoapis.eu",
    "zohoapis.in",
    "zohoapis.com.cn",
    "zohoapis.com.au",
    "zohoapis.jp",
    "zohoapis.ca",
    "zohoapis.sa",
];

/// The subdomains of an API domain: the organisation itself, its sandbox, a developer edition. The OpenAPI
/// description writes the domain without any.
const SUBDOMAINS: [&str; 4] = ["www", "sandbox", "developer", ""];

/// The names that Zoho's own hosts have in front of the top-level domain.
const NAMES: [&str; 6] = ["zohoapis", "zohoapi", "zoho", "zohocrm", "zohocloud", "zohopublic"];

/// What a host is to the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// It serves the API.
    Api,
    /// It is not one of Zoho's: a proxy, a test server, a variable.
    Other,
    /// It is named like one of Zoho's, but serves no API; this domain is the nearest that does.
    NotApi(&'static str),
}

impl Host {
    /// What a host is, by its name alone; a port and letter case do not count.
    ///
    /// ```
    /// use massup_model::host::Host;
    ///
    /// assert_eq!(Host::of("www.zohoapis.eu"), Host::Api);
    /// assert_eq!(Host::of("zylker.zohoplatform.com"), Host::Api);
    /// assert_eq!(Host::of("localhost:8787"), Host::Other);
    /// assert_eq!(Host::of("www.zohoapis.co.in"), Host::NotApi("zohoapis.in"));
    /// assert_eq!(Host::of("crm.zoho.com.au"), Host::NotApi("zohoapis.com.au"));
    /// ```
    pub fn of(host: &str) -> Self {
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
        let host = host.to_ascii_lowercase();
        let serves = |domain: &str| {
            let rest = host.strip_suffix(domain);
            rest.is_some_and(|rest| SUBDOMAINS.contains(&rest.strip_suffix('.').unwrap_or(rest)))
        };
        if API_DOMAINS.iter().any(|domain| serves(domain)) {
            return Self::Api;
        }
        let labels: Vec<&str> = host.split('.').collect();
        let named = |label: &&str| NAMES.contains(label);
        let Some(at) = labels.iter().rposition(named) else {
            let platform = labels.iter().rev().nth(1) == Some(&"zohoplatform");
            return if platform { Self::Api } else { Self::Other };
        };
        // `zoho.example.com` is somebody else's.
        let top = labels.get(at + 1..).unwrap_or_default();
        if top.is_empty() || top.len() > 2 || top.iter().any(|label| label.len() > 3) {
            return Self::Other;
        }
        let country = top.last().copied().unwrap_or_default();
        let in_country = |domain: &&&str| domain.rsplit('.').next() == Some(country);
        let [first, ..] = &API_DOMAINS;
        Self::NotApi(API_DOMAINS.iter().find(in_country).unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use super::{API_DOMAINS, Host};

    #[test]
    fn hosts_are_told_by_their_domain() {
        for domain in API_DOMAINS {
            for host in
                [format!("www.{domain}"), format!("sandbox.{domain}:443"), domain.to_owned()]
            {
                assert_eq!(Host::of(&host), Host::Api, "{host}");
            }
            assert_eq!(Host::of(&format!("api.{domain}")), Host::NotApi(domain));
        }
        for (host, expected) in [
            ("WWW.ZohoAPIs.com", Host::Api),
            ("www.zohoapis.cn", Host::NotApi("zohoapis.com.cn")),
            ("www.zohoapis.au", Host::NotApi("zohoapis.com.au")),
            ("www.zohoapis.co.jp", Host::NotApi("zohoapis.jp")),
            ("zohoapis.com.in", Host::NotApi("zohoapis.in")),
            ("www.zohoapi.com", Host::NotApi("zohoapis.com")),
            ("www.zohoapis.co.uk", Host::NotApi("zohoapis.com")),
            ("crm.zoho.eu", Host::NotApi("zohoapis.eu")),
            ("accounts.zohocloud.ca", Host::NotApi("zohoapis.ca")),
            ("zoho", Host::Other),
            ("zoho.example.com", Host::Other),
            ("zoho-proxy.internal", Host::Other),
            ("127.0.0.1", Host::Other),
            ("myzohoapis.com", Host::Other),
            ("", Host::Other),
        ] {
            assert_eq!(Host::of(host), expected, "{host}");
        }
    }
}
