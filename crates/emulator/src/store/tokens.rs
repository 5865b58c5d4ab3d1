//! Tokens, clients and credits in the database.

use rusqlite::{OptionalExtension as _, Result, params};

use super::{Store, unsigned};
use crate::time::{DAY, Instant};

/// Access tokens of one refresh token that are valid at the same time.
const ACTIVE_TOKENS: i64 = 15;

/// What an access token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) user: String,
    pub(crate) scopes: Vec<String>,
}

/// A client that has shown that it may have tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) refresh_token: String,
    pub(crate) user: String,
    pub(crate) scopes: String,
}

impl Store {
    /// What a token allows now; `None` for an unknown or expired one.
    pub(crate) fn access(&self, token: &str, now: Instant) -> Result<Option<Access>> {
        let mut statement = self.db.prepare_cached(
            "SELECT user, scopes FROM tokens WHERE token = ?1 AND (expires IS NULL OR expires > ?2)",
        )?;
        let row = |row: &rusqlite::Row<'_>| {
            let scopes: String = row.get(1)?;
            let scopes = scopes.split(' ').map(str::to_owned).collect();
            Ok(Access { user: row.get(0)?, scopes })
        };
        statement.query_row(params![token, now], row).optional()
    }

    /// The client that a refresh token belongs to, if id and secret are right.
    pub(crate) fn client_of_refresh(
        &self,
        id: &str,
        secret: &str,
        refresh: &str,
    ) -> Result<Option<Grant>> {
        self.client("refresh_token = ?3", id, secret, refresh)
    }

    /// The client that a grant code belongs to, if id and secret are right. The code is used up.
    pub(crate) fn client_of_code(
        &self,
        id: &str,
        secret: &str,
        code: &str,
    ) -> Result<Option<Grant>> {
        let grant = self.client("code = ?3", id, secret, code)?;
        if grant.is_some() {
            self.db.execute("UPDATE clients SET code = NULL WHERE code = ?1", [code])?;
        }
        Ok(grant)
    }

    fn client(&self, by: &str, id: &str, secret: &str, given: &str) -> Result<Option<Grant>> {
        let sql = format!(
            "SELECT refresh_token, user, scopes FROM clients
             WHERE client_id = ?1 AND client_secret = ?2 AND {by}"
        );
        self.db
            .query_row(&sql, params![id, secret, given], |row| {
                Ok(Grant { refresh_token: row.get(0)?, user: row.get(1)?, scopes: row.get(2)? })
            })
            .optional()
    }

    /// How many access tokens a refresh token got in the ten minutes before now.
    pub(crate) fn recent_tokens(&self, refresh: &str, now: Instant) -> Result<u64> {
        self.db.query_row(
            "SELECT COUNT(*) FROM tokens WHERE refresh = ?1 AND created > ?2",
            params![refresh, now - 600],
            |row| row.get::<_, i64>(0).map(unsigned),
        )
    }

    /// Issues an access token. Of more than fifteen that are valid the oldest ends.
    pub(crate) fn issue(&self, grant: &Grant, now: Instant, lifetime: i64) -> Result<String> {
        let number =
            self.db.query_row("SELECT COALESCE(MAX(number), 0) + 1 FROM tokens", [], |row| {
                row.get::<_, i64>(0)
            })?;
        // Not guessable in earnest, and need not be: nothing real is behind it.
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed()).cast_unsigned();
        let token = format!("1000.{mixed:016x}{number:08x}.{:016x}", mixed.rotate_left(29));
        self.db.execute(
            "INSERT INTO tokens (token, user, scopes, created, expires, refresh)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![token, grant.user, grant.scopes, now, now + lifetime, grant.refresh_token],
        )?;
        self.db.execute(
            "UPDATE tokens SET expires = ?2 WHERE refresh = ?1 AND expires > ?2 AND number NOT IN
             (SELECT number FROM tokens WHERE refresh = ?1 AND expires > ?2 ORDER BY number DESC LIMIT ?3)",
            params![grant.refresh_token, now, ACTIVE_TOKENS],
        )?;
        Ok(token)
    }

    /// Ends every access token that has an end at all.
    pub(crate) fn expire_tokens(&self, now: Instant) -> Result<usize> {
        self.db.execute("UPDATE tokens SET expires = ?1 WHERE expires > ?1", [now])
    }

    /// Takes credits.
    pub(crate) fn spend(&self, credits: u64, now: Instant) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO credits VALUES (?1, ?2)
             ON CONFLICT (hour) DO UPDATE SET used = used + excluded.used",
        )?;
        statement.execute(params![now.div_euclid(3600), super::number(credits)])?;
        Ok(())
    }

    /// Credits used in the 24 hours before now, by the hour.
    pub(crate) fn spent(&self, now: Instant) -> Result<u64> {
        let mut statement =
            self.db.prepare_cached("SELECT COALESCE(SUM(used), 0) FROM credits WHERE hour > ?1")?;
        statement
            .query_row([(now - DAY).div_euclid(3600)], |row| row.get::<_, i64>(0).map(unsigned))
    }
}
