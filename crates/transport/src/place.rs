//! Addresses that calls are sent to: data centres and environments.

use std::fmt;
use std::str::FromStr;

macro_rules! data_centres {
    ($($(#[$doc:meta])* $name:ident $word:literal $domain:literal $accounts:literal,)+) => {
        /// A data centre. The list follows the official client SDKs of v8. Other hosts are reached by a
        /// [`BaseUrl`].
        ///
        /// ```
        /// use massup_transport::{DataCentre, Environment};
        ///
        /// let centre: DataCentre = "eu".parse()?;
        /// assert_eq!(centre.api(Environment::Sandbox).as_str(), "https://sandbox.zohoapis.eu");
        /// assert_eq!(centre.accounts().as_str(), "https://accounts.zoho.eu");
        /// assert!("mars".parse::<DataCentre>().is_err());
        /// # Ok::<(), massup_transport::UnknownDataCentre>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum DataCentre { $($(#[$doc])* $name,)+ }

        impl DataCentre {
            /// Every data centre.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The short name: `us`, `eu`, …
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            const fn domain(self) -> &'static str {
                match self { $(Self::$name => $domain),+ }
            }

            /// The accounts server, which issues tokens.
            pub fn accounts(self) -> BaseUrl {
                BaseUrl(match self { $(Self::$name => concat!("https://accounts.", $accounts).to_owned()),+ })
            }
        }
    };
}

data_centres! {
    /// The United States.
    #[default]
    Us "us" "zohoapis.com" "zoho.com",
    /// Europe.
    Eu "eu" "zohoapis.eu" "zoho.eu",
    /// India.
    In "in" "zohoapis.in" "zoho.in",
    /// China.
    Cn "cn" "zohoapis.com.cn" "zoho.com.cn",
    /// Australia.
    Au "au" "zohoapis.com.au" "zoho.com.au",
    /// Japan.
    Jp "jp" "zohoapis.jp" "zoho.jp",
    /// Canada, whose accounts have another brand.
    Ca "ca" "zohoapis.ca" "zohocloud.ca",
    /// Saudi Arabia.
    Sa "sa" "zohoapis.sa" "zoho.sa",
}

impl DataCentre {
    /// The data centre of an accounts server, if it is one of Zoho.
    pub fn of_accounts(url: &BaseUrl) -> Option<Self> {
        Self::ALL.iter().copied().find(|centre| centre.accounts() == *url)
    }

    /// The data centre whose API has an address, in any environment.
    pub fn of_api(url: &BaseUrl) -> Option<Self> {
        let is_of = |centre: &Self| Environment::ALL.iter().any(|at| centre.api(*at) == *url);
        Self::ALL.iter().copied().find(is_of)
    }

    /// The API of an environment.
    pub fn api(self, environment: Environment) -> BaseUrl {
        BaseUrl(format!("https://{}.{}", environment.host(), self.domain()))
    }
}

impl fmt::Display for DataCentre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A short name of no known data centre.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown data centre `{0}`: expected us, eu, in, cn, au, jp, ca or sa")]
pub struct UnknownDataCentre(String);

impl FromStr for DataCentre {
    type Err = UnknownDataCentre;

    /// Reads the short name of a data centre, in any letter case.
    ///
    /// # Errors
    ///
    /// [`UnknownDataCentre`] for any other name.
    fn from_str(text: &str) -> Result<Self, UnknownDataCentre> {
        let known = Self::ALL.iter().find(|known| known.as_str().eq_ignore_ascii_case(text));
        known.copied().ok_or_else(|| UnknownDataCentre(text.to_owned()))
    }
}

/// One of the copies of an organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// The organisation itself.
    #[default]
    Production,
    /// Its sandbox.
    Sandbox,
    /// A developer edition.
    Developer,
}

impl Environment {
    /// Every environment.
    pub const ALL: &'static [Self] = &[Self::Production, Self::Sandbox, Self::Developer];

    const fn host(self) -> &'static str {
        match self {
            Self::Production => "www",
            Self::Sandbox => "sandbox",
            Self::Developer => "developer",
        }
    }
}

/// Scheme, host and port of an address. Tokens are sent to it, so it is HTTPS, or else on this machine.
///
/// ```
/// use massup_transport::BaseUrl;
///
/// let url: BaseUrl = "https://zylker.zohoplatform.com/".parse()?;
/// assert_eq!(url.as_str(), "https://zylker.zohoplatform.com");
/// assert!("http://127.0.0.1:8787".parse::<BaseUrl>().is_ok());
/// assert!("http://zylker.example".parse::<BaseUrl>().is_err());
/// # Ok::<(), massup_transport::InvalidUrl>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

/// The reason that a text is not a [`BaseUrl`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// The text does not begin with `https://` or `http://`.
    #[error("`{0}` does not begin with `https://`")]
    Scheme(String),
    /// The text has no host, or more than a host and a port.
    #[error("`{0}` is not a scheme and a host: expected something like `https://www.zohoapis.com`")]
    Host(String),
    /// A token would be sent in the clear to another machine.
    #[error(
        "`{0}` is another machine, and a token must not be sent there in the clear; use `https://`"
    )]
    Clear(String),
}

impl BaseUrl {
    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host and port.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }
}

impl BaseUrl {
    /// Whether a token may follow to an address that an accounts server names: to a known API domain of Zoho,
    /// or, from this machine, to this machine.
    #[cfg(feature = "http")]
    pub(crate) fn may_lead_to(&self, api: &Self) -> bool {
        let clear = |url: &Self| url.0.starts_with("http://");
        (clear(self) && clear(api)) || api.is_of_zoho()
    }

    /// Whether this is the API of a known data centre.
    #[cfg(feature = "http")]
    fn is_of_zoho(&self) -> bool {
        DataCentre::of_api(self).is_some()
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidUrl;

    /// Reads an address.
    ///
    /// # Errors
    ///
    /// * [`InvalidUrl::Scheme`]: it begins with neither `https://` nor `http://`.
    /// * [`InvalidUrl::Host`]: there is no host, or there is more than a host and a port.
    /// * [`InvalidUrl::Clear`]: it is HTTP to another machine.
    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        let lower = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, host) = lower
            .split_once("://")
            .filter(|(scheme, _)| ["https", "http"].contains(scheme))
            .ok_or_else(|| InvalidUrl::Scheme(text.to_owned()))?;
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port),
            _ => (host, "443"),
        };
        let letters = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        let in_brackets = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let right = match in_brackets {
            Some(name) => name.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !name.is_empty() && name.chars().all(letters),
        };
        if !right || port.parse::<u16>().is_err() {
            return Err(InvalidUrl::Host(text.to_owned()));
        }
        let address = in_brackets.unwrap_or(name).parse::<std::net::IpAddr>();
        let here = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
        if scheme == "http" && !here {
            return Err(InvalidUrl::Clear(text.to_owned()));
        }
        Ok(Self(lower))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_a_valid_address() {
        for centre in DataCentre::ALL {
            assert_eq!(centre.as_str().to_uppercase().parse(), Ok(*centre));
            let apis = Environment::ALL.iter().map(|environment| centre.api(*environment));
            assert_eq!(DataCentre::of_accounts(&centre.accounts()), Some(*centre));
            for url in apis.chain([centre.accounts()]) {
                assert_eq!(url.as_str().parse(), Ok(url));
            }
        }
        assert_eq!(DataCentre::Cn.accounts().as_str(), "https://accounts.zoho.com.cn");
        assert_eq!(DataCentre::Ca.accounts().as_str(), "https://accounts.zohocloud.ca");
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_token_follows_to_the_domains_of_zoho_alone() {
        let url = |text: &str| text.parse::<BaseUrl>().unwrap();
        let accounts = DataCentre::Us.accounts();
        for centre in DataCentre::ALL {
            for environment in Environment::ALL {
                assert!(accounts.may_lead_to(&centre.api(*environment)));
            }
        }
        for text in [
            // Countries without a data centre, and brands that anybody may get a name of.
            "https://www.zohoapis.ae",
            "https://www.zohoapis.co.in",
            "https://evil.zohoapis.com",
            "https://zylker.zohoplatform.eu",
            "https://accounts.zoho.com",
            "https://www.zohoapis.evil.com",
            "https://zohoapis.com.evil.example",
            "https://www.zoho-apis.com",
            "https://evil.example",
            "https://www.zohoapis.com:8443",
            "https://10.0.0.1",
            "http://127.0.0.1:8787",
        ] {
            assert!(!accounts.may_lead_to(&url(text)), "{text}");
        }
        let here = url("http://127.0.0.1:1");
        assert!(here.may_lead_to(&url("http://localhost:2")));
        assert!(!here.may_lead_to(&url("https://evil.example")));
    }

    #[test]
    fn what_would_leak_a_token_is_no_address() {
        for text in [
            "",
            "www.zohoapis.com",
            "ftp://www.zohoapis.com",
            "https://",
            "https://user@www.zohoapis.com",
            "https://www.zohoapis.com/crm",
            "https://www.zohoapis.com?x",
            "https://www.zohoapis.com:port",
            "http://www.zohoapis.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://localhosts:8787",
            "http://10.0.0.1",
            "https://[::1",
        ] {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
        for text in ["http://localhost:1", "http://[::1]:8787", "https://10.0.0.1:8443"] {
            assert!(text.parse::<BaseUrl>().is_ok(), "{text}");
        }
    }
}
