//! Devices that sign in, and refresh tokens that end.

use super::tokens::Tokens;
use crate::metadata::Client;
use crate::time::Instant;

/// The codes of a device that signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Codes {
    pub(crate) user: String,
    pub(crate) device: String,
}

/// A device that signs in.
#[derive(Clone)]
pub(crate) struct Device {
    pub(super) codes: Codes,
    /// The client, with the scopes that the device asks for.
    pub(crate) client: Client,
    pub(crate) granted: bool,
    pub(crate) expires: Instant,
}

impl Tokens {
    /// New codes for a device, made from a random number; `None` for an unknown client.
    pub(super) fn begin_device(
        &mut self,
        id: &str,
        scopes: &str,
        expires: Instant,
        random: u64,
    ) -> Option<Codes> {
        let client = self.clients.iter().find(|client| client.client_id == id)?.clone();
        let codes = Codes {
            user: format!("{:04X}-{:04X}", random & 0xffff, (random >> 16) & 0xffff),
            device: format!("1000.{random:016x}.{:016x}", random.rotate_left(29)),
        };
        let scopes = scopes.split([',', ' ']).map(str::to_owned).collect();
        let client = Client { scopes, ..client };
        self.devices.push(Device { codes: codes.clone(), client, granted: false, expires });
        Some(codes)
    }

    /// Records the consent of a person. Returns whether there is such a code.
    pub(super) fn grant_device(&mut self, user_code: &str) -> bool {
        let device = self.devices.iter_mut().find(|device| device.codes.user == user_code);
        device.map(|device| device.granted = true).is_some()
    }

    /// A device by its code, if id and secret of its client are right.
    pub(super) fn device(&self, code: &str, id: &str, secret: &str) -> Option<&Device> {
        self.devices.iter().find(|device| {
            let Client { client_id, client_secret, .. } = &device.client;
            device.codes.device == code && client_id == id && client_secret == secret
        })
    }

    /// Ends a refresh token with its access tokens, or one access token. The client gets another refresh token,
    /// made from a random number. Returns whether there is such a token.
    pub(super) fn revoke(&mut self, token: &str, now: Instant, random: u64) -> bool {
        let mut found = false;
        for client in self.clients.iter_mut().filter(|client| client.refresh_token == token) {
            client.refresh_token = format!("1000.{random:016x}.{:016x}", random.rotate_left(17));
            found = true;
        }
        for issued in &mut self.issued {
            let of_token = issued.token == token || issued.refresh.as_deref() == Some(token);
            if of_token && issued.expires.is_none_or(|expires| expires > now) {
                issued.expires = Some(now);
                found = true;
            }
        }
        found
    }
}
