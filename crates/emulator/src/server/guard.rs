//! Who may call: the names that the server answers to, and who may steer it.
//!
//! A page of another site can make a browser send requests to this machine, and, with a name that it lets
//! lead here, read the answers too. So the server answers to its own names only, and the control endpoint
//! asks for its token, or for a caller on this machine that is not a page of another site.

use std::net::{IpAddr, SocketAddr};
use std::sync::{PoisonError, RwLock};

use crate::{Reply, Request};

/// What a server needs to know to accept or refuse calls.
#[derive(Debug)]
pub(super) struct Guard {
    address: IpAddr,
    names: RwLock<Vec<String>>,
    token: String,
}

/// The header that carries the token of the control endpoint.
pub(super) const CONTROL_TOKEN: &str = "X-Emulator-Token";

impl Guard {
    /// A guard of an address, with a new token.
    pub(super) fn new(address: IpAddr) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let token = format!("{:032x}", u128::from_be_bytes(bytes));
        Ok(Self { address, names: RwLock::default(), token })
    }

    /// Answers to one more name.
    pub(super) fn allow(&self, name: &str) {
        let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
        names.push(name.to_ascii_lowercase());
    }

    /// The token of the control endpoint.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The answer to a call that is refused before anything else is looked at.
    pub(super) fn refuse(&self, request: &Request, peer: SocketAddr) -> Option<Reply> {
        let host = request.header("Host").unwrap_or_default();
        if !self.is_ours(host) {
            let what = "the `Host` of the request is not a name of this server; start it with \
                        `--allow-host NAME` if it is";
            return Some(Reply::error(421, what));
        }
        let path = request.path.split('?').next().unwrap_or_default();
        if !path.starts_with("/__emulator/") || self.has_token(request) {
            return None;
        }
        if !peer.ip().to_canonical().is_loopback() {
            let what = format!("a caller from another machine needs the header `{CONTROL_TOKEN}`");
            return Some(Reply::error(403, &what));
        }
        is_foreign(request, host).then(|| Reply::error(403, "pages of other sites are refused"))
    }

    /// Whether a call carries the token of the control endpoint.
    pub(super) fn has_token(&self, request: &Request) -> bool {
        let given = request.header(CONTROL_TOKEN).unwrap_or_default().as_bytes();
        // Every byte is looked at, so that the time reveals nothing about the token.
        let differences = given.iter().zip(self.token.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
        given.len() == self.token.len() && differences == 0
    }

    fn is_ours(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        if names.contains(&name) || name == "localhost" {
            return true;
        }
        let literal = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let Ok(literal) = literal.map(|address| address.to_canonical()) else { return false };
        // An address, other than a name, cannot be made to lead elsewhere.
        if self.address.is_unspecified() {
            true
        } else {
            literal == self.address.to_canonical()
                || (literal.is_loopback() && self.address.is_loopback())
        }
    }
}

/// A host without its port; the brackets of an IPv6 address stay.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            if name.contains(':') && !name.ends_with(']') { host } else { name }
        }
        _ => host,
    }
}

/// Whether a browser sends the call for a page of another site.
fn is_foreign(request: &Request, host: &str) -> bool {
    let site = request.header("Sec-Fetch-Site");
    let origin = request.header("Origin").map(|origin| origin.split_once("://"));
    site.is_some_and(|site| site != "same-origin" && site != "none")
        || origin.is_some_and(|origin| origin.is_none_or(|(_, name)| name != host))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 50_000);

    fn refused(guard: &Guard, headers: &[(&str, &str)], path: &str, peer: &str) -> Option<u16> {
        let mut request = Request::new("GET", path);
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        request.headers = headers.collect();
        guard.refuse(&request, peer.parse().unwrap()).map(|reply| reply.status)
    }

    #[test]
    fn a_server_answers_to_its_own_names() {
        let guard = Guard::new(LOOPBACK.ip()).unwrap();
        guard.allow("Emulator.Test");
        let host = |guard: &Guard, host: &str| {
            refused(guard, &[("Host", host)], "/crm/v8/org", "127.0.0.1:9").is_none()
        };
        for ours in [
            "localhost",
            "localhost:8787",
            "127.0.0.1:8787",
            "[::1]:8787",
            "[::1]",
            "emulator.test:1",
        ] {
            assert!(host(&guard, ours), "{ours}");
        }
        for other in
            ["", "evil.example", "localhost.evil.example:8787", "10.0.0.1", "127.0.0.1.nip.io"]
        {
            assert!(!host(&guard, other), "{other}");
        }
        let everywhere = Guard::new([0, 0, 0, 0].into()).unwrap();
        assert!(host(&everywhere, "10.0.0.1:8787") && !host(&everywhere, "evil.example"));
    }

    #[test]
    fn the_control_endpoint_takes_its_token_or_a_caller_on_this_machine() {
        let guard = Guard::new([0, 0, 0, 0].into()).unwrap();
        let token = guard.token().to_owned();
        let (jobs, host) = ("/__emulator/jobs", ("Host", "127.0.0.1:8787"));
        let control = |more: &[(&str, &str)], peer: &str| {
            refused(&guard, &[&[host], more].concat(), jobs, peer)
        };
        assert_eq!(control(&[], "127.0.0.1:9"), None);
        assert_eq!(control(&[("Origin", "http://127.0.0.1:8787")], "[::ffff:127.0.0.1]:9"), None);
        for origin in ["http://evil.example", "http://127.0.0.1:8788", "null"] {
            assert_eq!(control(&[("Origin", origin)], "127.0.0.1:9"), Some(403), "{origin}");
        }
        assert_eq!(control(&[("Sec-Fetch-Site", "cross-site")], "127.0.0.1:9"), Some(403));
        assert_eq!(control(&[("Sec-Fetch-Site", "none")], "127.0.0.1:9"), None);
        assert_eq!(control(&[], "10.0.0.2:9"), Some(403));
        assert_eq!(control(&[(CONTROL_TOKEN, &token)], "10.0.0.2:9"), None);
        for wrong in ["", "0", &token[1..], &format!("{token}0"), &"0".repeat(32)] {
            assert_eq!(control(&[(CONTROL_TOKEN, wrong)], "10.0.0.2:9"), Some(403), "{wrong}");
        }
        // The API itself asks for its own tokens.
        assert_eq!(refused(&guard, &[host], "/crm/v8/org", "10.0.0.2:9"), None);
    }
}
