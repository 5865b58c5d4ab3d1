//! Devices that sign in, and refresh tokens that end.

use rusqlite::{OptionalExtension as _, Result, params};

use super::Store;
use super::tokens::Grant;
use crate::time::Instant;

/// The codes of a device that signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Codes {
    pub(crate) user: String,
    pub(crate) device: String,
}

/// A device that signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) grant: Grant,
    pub(crate) granted: bool,
    pub(crate) expires: Instant,
}

impl Store {
    /// New codes for a device; `None` for an unknown client.
    pub(crate) fn begin_device(
        &self,
        client: &str,
        scopes: &str,
        expires: Instant,
    ) -> Result<Option<Codes>> {
        let known = self
            .db
            .query_row("SELECT 1 FROM clients WHERE client_id = ?1", [client], |_| Ok(()))
            .optional()?;
        if known.is_none() {
            return Ok(None);
        }
        let number = self.random()?;
        let codes = Codes {
            user: format!("{:04X}-{:04X}", number & 0xffff, (number >> 16) & 0xffff),
            device: format!("1000.{number:016x}.{:016x}", number.rotate_left(29)),
        };
        self.db.execute(
            "INSERT INTO devices (device, user_code, client, scopes, expires, granted)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![codes.device, codes.user, client, scopes.replace(',', " "), expires],
        )?;
        Ok(Some(codes))
    }

    /// Records the consent of a person. Returns whether there is such a code.
    pub(crate) fn grant_device(&self, user_code: &str) -> Result<bool> {
        let sql = "UPDATE devices SET granted = 1 WHERE user_code = ?1";
        Ok(self.db.execute(sql, [user_code])? > 0)
    }

    /// A device by its code, if id and secret of its client are right.
    pub(crate) fn device(&self, code: &str, id: &str, secret: &str) -> Result<Option<Device>> {
        let sql = "SELECT refresh_token, user, devices.scopes, granted, expires FROM devices
             JOIN clients ON client_id = client WHERE device = ?1 AND client_id = ?2 AND client_secret = ?3";
        let row = |row: &rusqlite::Row<'_>| {
            let grant =
                Grant { refresh_token: row.get(0)?, user: row.get(1)?, scopes: row.get(2)? };
            Ok(Device { grant, granted: row.get(3)?, expires: row.get(4)? })
        };
        self.db.query_row(sql, params![code, id, secret], row).optional()
    }

    /// Forgets a device that has its token.
    pub(crate) fn end_device(&self, code: &str) -> Result<()> {
        self.db.execute("DELETE FROM devices WHERE device = ?1", [code]).map(|_| ())
    }

    /// Ends a refresh token with its access tokens, or one access token. The client may get another. Returns
    /// whether there is such a token.
    pub(crate) fn revoke(&self, token: &str, now: Instant) -> Result<bool> {
        let next = self.random()?;
        let next = format!("1000.{next:016x}.{:016x}", next.rotate_left(17));
        let refresh = "UPDATE clients SET refresh_token = ?2 WHERE refresh_token = ?1";
        let clients = self.db.execute(refresh, params![token, next])?;
        let access = "UPDATE tokens SET expires = ?2
             WHERE (refresh = ?1 OR token = ?1) AND (expires IS NULL OR expires > ?2)";
        let tokens = self.db.execute(access, params![token, now])?;
        Ok(clients + tokens > 0)
    }

    fn random(&self) -> Result<u64> {
        let number: i64 = self.db.query_row("SELECT random()", [], |row| row.get(0))?;
        Ok(number.cast_unsigned())
    }
}
