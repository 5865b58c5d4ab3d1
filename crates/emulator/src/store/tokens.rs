//! Tokens, clients and credits.

use std::collections::BTreeMap;

use super::devices::{Codes, Device};
use super::{State, Store, Undo};
use crate::metadata::Client;
use crate::time::{DAY, Instant};

/// Access tokens of one refresh token that are valid at the same time.
const ACTIVE_TOKENS: usize = 15;

/// Seconds in which the tokens of a refresh token are counted.
const COUNTED: i64 = 600;

/// What an access token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) user: String,
    pub(crate) scopes: Vec<String>,
}

/// An access token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(super) token: String,
    pub(super) access: Access,
    pub(super) created: Instant,
    /// None for one that never ends.
    pub(super) expires: Option<Instant>,
    /// The refresh token that it was made from.
    pub(super) refresh: Option<String>,
}

/// All tokens and clients, and the credits used.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    pub(super) issued: Vec<Issued>,
    pub(super) clients: Vec<Client>,
    /// Devices that sign in; they do not outlive the process.
    pub(super) devices: Vec<Device>,
    /// How many tokens were ever issued.
    pub(super) count: i64,
}

impl Tokens {
    /// What a token allows now; `None` for an unknown or expired one.
    pub(super) fn access(&self, token: &str, now: Instant) -> Option<Access> {
        let found = self.issued.iter().find(|issued| issued.token == token)?;
        found.expires.is_none_or(|expires| expires > now).then(|| found.access.clone())
    }

    /// The client that shows its secret and one more thing: its refresh token or the code of its grant.
    pub(super) fn client(
        &self,
        id: &str,
        secret: &str,
        has: impl Fn(&Client) -> bool,
    ) -> Option<&Client> {
        let mut clients = self.clients.iter();
        clients
            .find(|client| client.client_id == id && client.client_secret == secret && has(client))
    }

    /// How many access tokens a refresh token got in the ten minutes before now.
    pub(super) fn recent(&self, refresh: &str, now: Instant) -> usize {
        let of = |issued: &&Issued| {
            issued.refresh.as_deref() == Some(refresh) && issued.created > now - COUNTED
        };
        self.issued.iter().filter(of).count()
    }

    /// Issues an access token. Of more than fifteen that are valid the oldest ends.
    pub(super) fn issue(&mut self, client: &Client, now: Instant, lifetime: i64) -> String {
        self.count += 1;
        // Not guessable in earnest, and need not be: nothing real is behind it.
        let mixed =
            self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed()).cast_unsigned();
        let token = format!("1000.{mixed:016x}{:08x}.{:016x}", self.count, mixed.rotate_left(29));
        // Those that ended long ago are neither taken nor counted.
        self.issued
            .retain(|issued| issued.expires.is_none_or(|e| e.max(issued.created) > now - COUNTED));
        self.issued.push(Issued {
            token: token.clone(),
            access: Access { user: client.user.clone(), scopes: client.scopes.clone() },
            created: now,
            expires: Some(now.saturating_add(lifetime)),
            refresh: Some(client.refresh_token.clone()),
        });
        let valid = self.issued.iter_mut().rev().filter(|issued| {
            issued.refresh.as_deref() == Some(&client.refresh_token)
                && issued.expires.is_some_and(|expires| expires > now)
        });
        for oldest in valid.skip(ACTIVE_TOKENS) {
            oldest.expires = Some(now);
        }
        token
    }

    /// Ends every access token that has an end at all, and says how many.
    pub(super) fn expire(&mut self, now: Instant) -> usize {
        let valid = self.issued.iter_mut().filter(|i| i.expires.is_some_and(|e| e > now));
        valid.map(|issued| issued.expires = Some(now)).count()
    }
}

/// Credits used, by the hour.
pub(super) fn spent(credits: &BTreeMap<i64, u64>, now: Instant) -> u64 {
    credits.range((now - DAY).div_euclid(3600) + 1..).map(|(_, used)| used).sum()
}

impl Store {
    /// What a token allows now; `None` for an unknown or expired one.
    pub(crate) fn access(&self, token: &str, now: Instant) -> Option<Access> {
        self.state.borrow().tokens.access(token, now)
    }

    /// The client that a refresh token belongs to, if id and secret are right.
    pub(crate) fn client_of_refresh(
        &self,
        id: &str,
        secret: &str,
        refresh: &str,
    ) -> Option<Client> {
        let state = self.state.borrow();
        state.tokens.client(id, secret, |client| client.refresh_token == refresh).cloned()
    }

    /// The client that a grant code belongs to, if id and secret are right. The code is used up.
    pub(crate) fn client_of_code(&self, id: &str, secret: &str, code: &str) -> Option<Client> {
        let mut state = self.state.borrow_mut();
        let has = |client: &Client| client.grant.as_deref() == Some(code);
        let client = state.tokens.client(id, secret, has)?.clone();
        for known in state.changed_tokens().clients.iter_mut().filter(|known| has(known)) {
            known.grant = None;
        }
        Some(client)
    }

    /// How many access tokens a refresh token got in the ten minutes before now.
    pub(crate) fn recent_tokens(&self, refresh: &str, now: Instant) -> usize {
        self.state.borrow().tokens.recent(refresh, now)
    }

    /// Issues an access token.
    pub(crate) fn issue(&self, client: &Client, now: Instant, lifetime: i64) -> String {
        self.state.borrow_mut().changed_tokens().issue(client, now, lifetime)
    }

    /// Ends every access token that has an end at all.
    pub(crate) fn expire_tokens(&self, now: Instant) -> usize {
        self.state.borrow_mut().changed_tokens().expire(now)
    }

    /// New codes for a device; `None` for an unknown client.
    pub(crate) fn begin_device(&self, id: &str, scopes: &str, expires: Instant) -> Option<Codes> {
        self.state.borrow_mut().changed_tokens().begin_device(id, scopes, expires, random())
    }

    /// Records the consent of a person. Returns whether there is such a code.
    pub(crate) fn grant_device(&self, user_code: &str) -> bool {
        self.state.borrow_mut().changed_tokens().grant_device(user_code)
    }

    /// A device by its code, if id and secret of its client are right.
    pub(crate) fn device(&self, code: &str, id: &str, secret: &str) -> Option<Device> {
        self.state.borrow().tokens.device(code, id, secret).cloned()
    }

    /// Forgets a device that has its token.
    pub(crate) fn end_device(&self, code: &str) {
        let mut state = self.state.borrow_mut();
        state.changed_tokens().devices.retain(|device| device.codes.device != code);
    }

    /// Ends a refresh token with its access tokens, or one access token. Returns whether there is such a token.
    pub(crate) fn revoke(&self, token: &str, now: Instant) -> bool {
        self.state.borrow_mut().changed_tokens().revoke(token, now, random())
    }

    /// Takes credits.
    pub(crate) fn spend(&self, credits: u64, now: Instant) {
        let mut state = self.state.borrow_mut();
        let hour = now.div_euclid(3600);
        let old = state.credits.get(&hour).copied();
        let used = old.unwrap_or_default().saturating_add(credits);
        state.credits.insert(hour, used);
        state.undo.push(Undo::Credits(hour, old));
        state.batch.credits.push((hour, used));
    }

    /// Credits used in the 24 hours before now, by the hour.
    pub(crate) fn spent(&self, now: Instant) -> u64 {
        spent(&self.state.borrow().credits, now)
    }
}

impl State {
    /// The tokens, to be changed.
    fn changed_tokens(&mut self) -> &mut Tokens {
        let old = Box::new(self.tokens.clone());
        self.undo.push(Undo::Tokens(old));
        self.batch.tokens_changed = true;
        &mut self.tokens
    }
}

/// A token that is valid from the start.
pub(super) fn given(token: &crate::metadata::Token) -> Issued {
    Issued {
        token: token.token.clone(),
        access: Access { user: token.user.clone(), scopes: token.scopes.clone() },
        created: 0,
        expires: None,
        refresh: None,
    }
}

/// A number that nobody can foretell.
fn random() -> u64 {
    getrandom::u64().unwrap_or_default()
}
