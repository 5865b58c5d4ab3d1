//! `massup whoami`.

use std::path::Path;

use anyhow::Result;
use massup_model::ApiVersion;
use massup_project::snapshot::FOLDER;
use massup_transport::DataCentre;
use serde_json::{Value, json};

use crate::Outcome;
use crate::api_client::{self, Client, Connection};
use crate::args::{Format, Global, WhoamiArgs};
use crate::caller::Caller;
use crate::output::{self, printable};
use crate::staged::Staged;

/// Shows who the credentials belong to.
///
/// # Errors
///
/// * The API has no answer, or refuses the token.
/// * `user.json` of the snapshot cannot be written.
pub(crate) fn run(args: &WhoamiArgs, global: &Global) -> Result<Outcome> {
    let named = args.snapshot.as_deref();
    if let Some(folder) = named.filter(|folder| !folder.is_dir()) {
        output::complain(&format!("`{}` is not a snapshot directory", folder.display()));
        return Ok(Outcome::Usage);
    }
    let connection = match api_client::connection(&args.api)? {
        Ok(connection) => connection,
        Err(missing) => {
            output::complain(&missing);
            return Ok(Outcome::Usage);
        }
    };
    let identity = Identity::read(connection, ApiVersion::LATEST, global.quiet)?;
    let folder = named.unwrap_or(Path::new(FOLDER));
    let updated = folder.is_dir();
    if updated {
        let staged = Staged::begin(folder)?;
        identity.caller.save(&staged)?;
        staged.publish()?;
    }
    if global.format == Format::Json {
        let mut report = identity.to_json();
        if let (true, Some(members)) = (updated, report.as_object_mut()) {
            members.insert("snapshot".to_owned(), json!(folder.display().to_string()));
        }
        output::print(&format!("{report:#}\n"))?;
        return Ok(Outcome::Clean);
    }
    output::print(&identity.lines())?;
    if updated && !global.quiet {
        output::remark(&format!("user.json in {} is updated", folder.display()));
    }
    Ok(Outcome::Clean)
}

/// Whom credentials belong to, and what they allow.
pub(crate) struct Identity {
    pub(crate) caller: Caller,
    connection: Connection,
}

impl Identity {
    /// Asks the API.
    ///
    /// # Errors
    ///
    /// As [`Client::read`].
    pub(crate) fn read(connection: Connection, version: ApiVersion, quiet: bool) -> Result<Self> {
        let Connection { http, origin, accounts } = connection;
        let client = Client::new(http, version, quiet);
        let caller = Caller::read(&client)?;
        let connection = Connection { http: client.into_session(), origin, accounts };
        Ok(Self { caller, connection })
    }

    fn data_centre(&self) -> Option<DataCentre> {
        DataCentre::of_api(&self.connection.http.api())
    }

    /// The object of `--format json`.
    pub(crate) fn to_json(&self) -> Value {
        let Caller { user, organisation, scopes } = &self.caller;
        let get = |entry: &Value, pointer: &str| entry.pointer(pointer).cloned();
        let user_json = user.as_ref().ok().map(|entry| {
            json!({
                "id": get(entry, "/id"),
                "name": get(entry, "/full_name"),
                "email": get(entry, "/email"),
                "profile": { "id": get(entry, "/profile/id"), "name": get(entry, "/profile/name") },
            })
        });
        let organisation_json = organisation.as_ref().ok().map(|entry| {
            json!({
                "id": get(entry, "/id"),
                "name": get(entry, "/company_name"),
                "edition": self.caller.edition(),
            })
        });
        let left_out =
            [("user", user.as_ref().err()), ("organisation", organisation.as_ref().err())];
        let left_out = left_out.into_iter().filter_map(|(what, why)| Some((what, why?)));
        let left_out = left_out.map(|(what, why)| json!({ "what": what, "why": why.to_string() }));
        json!({
            "format": 1,
            "user": user_json,
            "organisation": organisation_json,
            "scopes": scopes,
            "credits_remaining": self.connection.http.credits_remaining(),
            "data_centre": self.data_centre().map(DataCentre::as_str),
            "api": self.connection.http.api().as_str(),
            "accounts": self.connection.accounts.as_str(),
            "credentials": self.connection.origin.as_str(),
            "left_out": left_out.collect::<Value>(),
        })
    }

    /// The lines for people.
    pub(crate) fn lines(&self) -> String {
        let Caller { user, organisation, scopes } = &self.caller;
        let text = |entry: &Value, pointer: &str| match entry.pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => "unknown".to_owned(),
        };
        let user = match user {
            Ok(user) => format!(
                "{} <{}>, profile {} ({})",
                text(user, "/full_name"),
                text(user, "/email"),
                text(user, "/profile/name"),
                text(user, "/profile/id")
            ),
            Err(why) => format!("unknown: {why}"),
        };
        let organisation = match organisation {
            Ok(organisation) => format!(
                "{} ({}), edition {}",
                text(organisation, "/company_name"),
                text(organisation, "/id"),
                text(organisation, "/license_details/paid_type")
            ),
            Err(why) => format!("unknown: {why}"),
        };
        let scopes = scopes.as_ref().map_or_else(
            || "unknown: only the answer to a refresh token names them".to_owned(),
            |scopes| scopes.join(" "),
        );
        let credits = self.connection.http.credits_remaining().map_or_else(
            || "more than half (the API names them once half are used)".to_owned(),
            |left| left.to_string(),
        );
        let api = self.connection.http.api();
        let centre = self
            .data_centre()
            .map_or_else(|| api.as_str().to_owned(), |centre| format!("{centre} ({api})"));
        let origin = match self.connection.origin {
            api_client::Origin::Login => "massup login",
            api_client::Origin::Environment => "the environment",
            api_client::Origin::File => "--credentials",
            api_client::Origin::Command => "--credentials-command",
        };
        let lines = [
            ("user", user),
            ("organisation", organisation),
            ("scopes", scopes),
            ("credits left", credits),
            ("data centre", centre),
            ("credentials", format!("from {origin}")),
        ];
        lines
            .map(|(name, value)| {
                format!("{name:<13} {}\n", printable(&value).replace('\n', "\u{fffd}"))
            })
            .concat()
    }
}
