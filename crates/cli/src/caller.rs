//! The user and the organisation that an access token belongs to.

use anyhow::Result;
use massup_facts::SnapshotFile;
use serde_json::{Map, Value, json};

use crate::api_client::{Authorized, Client, Refusal};
use crate::staged::Staged;

/// A caller, as the API describes it.
pub(crate) struct Caller {
    /// The entry of `GET /users?type=CurrentUser`.
    pub(crate) user: Result<Value, Refusal>,
    /// The entry of `GET /org`.
    pub(crate) organisation: Result<Value, Refusal>,
    /// The scopes of the token. Only the answer to a refresh token names them.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Caller {
    /// Asks the API.
    ///
    /// # Errors
    ///
    /// As [`Client::read`].
    pub(crate) fn read<S: Authorized>(client: &Client<S>) -> Result<Self> {
        let first = |body: &Value, root: &str| {
            body.get(root).and_then(|list| list.get(0)).cloned().unwrap_or_default()
        };
        let user = client.read("users", &[("type", "CurrentUser")], "users")?;
        let organisation = client.read("org", &[], "org")?;
        Ok(Self {
            user: user.map(|body| first(&body, "users")),
            organisation: organisation.map(|body| first(&body, "org")),
            scopes: client.session().scopes(),
        })
    }

    /// The id of the user.
    pub(crate) fn user_id(&self) -> Option<&Value> {
        self.user.as_ref().ok()?.get("id")
    }

    /// The id of the user's profile.
    pub(crate) fn profile_id(&self) -> Option<&Value> {
        self.user.as_ref().ok()?.pointer("/profile/id")
    }

    /// The edition of the organisation, such as `enterprise`.
    pub(crate) fn edition(&self) -> Option<&Value> {
        self.organisation.as_ref().ok()?.pointer("/license_details/paid_type")
    }

    /// Updates `user.json` of a snapshot. Scopes that are unknown now are kept, unless they were another
    /// user's.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written.
    pub(crate) fn save(&self, staged: &Staged) -> Result<()> {
        let file = SnapshotFile::User.to_string();
        let mut keys = Map::new();
        for (key, value) in [
            ("profile_id", self.profile_id()),
            ("user_id", self.user_id()),
            ("edition", self.edition()),
        ] {
            keys.insert(key.to_owned(), value.cloned().unwrap_or_default());
        }
        if let Some(scopes) = &self.scopes {
            keys.insert("scopes".to_owned(), json!(scopes));
        } else if let Some(user) = staged.object(&file)?.get("user_id")
            && Some(user) != self.user_id()
        {
            keys.insert("scopes".to_owned(), Value::Null);
        }
        staged.merge(&file, keys)
    }
}
