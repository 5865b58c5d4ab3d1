//! `massup whoami`.

use std::path::Path;

use anyhow::Result;
use massup_model::ApiVersion;
use massup_project::snapshot::FOLDER;
use massup_transport::DataCentre;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

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
        let mut data = identity.data();
        data.snapshot = updated.then(|| folder.display().to_string());
        output::json(&data)?;
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
    pub(crate) fn data(&self) -> IdentityData<'_> {
        let Caller { user, organisation, scopes } = &self.caller;
        let left_out =
            [("user", user.as_ref().err()), ("organisation", organisation.as_ref().err())];
        let left_out = left_out
            .into_iter()
            .filter_map(|(what, why)| Some(Unread { what, why: why?.to_string() }));
        IdentityData {
            format: 1,
            user: user.as_ref().ok().map(|entry| UserData {
                id: text(entry, "/id"),
                name: text(entry, "/full_name"),
                email: text(entry, "/email"),
                profile: ProfileData {
                    id: text(entry, "/profile/id"),
                    name: text(entry, "/profile/name"),
                },
            }),
            organisation: organisation.as_ref().ok().map(|entry| OrganisationData {
                id: text(entry, "/id"),
                name: text(entry, "/company_name"),
                edition: text(entry, "/license_details/paid_type"),
            }),
            scopes: scopes.as_deref(),
            credits_remaining: self.connection.http.credits_remaining(),
            data_centre: self.data_centre().map(DataCentre::as_str),
            api: self.connection.http.api().as_str().to_owned(),
            accounts: self.connection.accounts.as_str(),
            credentials: self.connection.origin.as_str(),
            left_out: left_out.collect(),
            stored: None,
            snapshot: None,
        }
    }

    /// The lines for people.
    pub(crate) fn lines(&self) -> String {
        let Caller { user, organisation, scopes } = &self.caller;
        let text = |entry, pointer| text(entry, pointer).unwrap_or_else(|| "unknown".to_owned());
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

/// A text in an answer; an id may be a number.
fn text(entry: &Value, pointer: &str) -> Option<String> {
    match entry.pointer(pointer) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// Whom credentials belong to, and what they allow.
#[derive(Serialize, JsonSchema)]
pub(crate) struct IdentityData<'i> {
    /// The number of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    format: u32,
    /// The user; `null` if the API refuses to say.
    user: Option<UserData>,
    /// The organisation; `null` if the API refuses to say.
    organisation: Option<OrganisationData>,
    /// The scopes of the token; `null` if they are unknown: only the answer to a refresh token names them.
    scopes: Option<&'i [String]>,
    /// The API credits that are left today; `null` while more than half are.
    credits_remaining: Option<u64>,
    /// The data centre, such as `eu`; `null` for another server.
    data_centre: Option<&'static str>,
    /// The address of the API.
    api: String,
    /// The address of the accounts server.
    accounts: &'i str,
    /// Where the credentials come from.
    credentials: &'static str,
    /// What the API refuses to say, and why.
    left_out: Vec<Unread>,
    /// The file in which `massup login` has stored the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) stored: Option<String>,
    /// The snapshot whose `user.json` was updated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) snapshot: Option<String>,
}

/// The user. What is `null` is not in the answer.
#[derive(Serialize, JsonSchema)]
struct UserData {
    /// The id.
    id: Option<String>,
    /// The full name.
    name: Option<String>,
    /// The email address.
    email: Option<String>,
    /// The profile, which decides what the user may do.
    profile: ProfileData,
}

/// A profile.
#[derive(Serialize, JsonSchema)]
struct ProfileData {
    /// The id.
    id: Option<String>,
    /// The name.
    name: Option<String>,
}

/// The organisation. What is `null` is not in the answer.
#[derive(Serialize, JsonSchema)]
struct OrganisationData {
    /// The id.
    id: Option<String>,
    /// The name.
    name: Option<String>,
    /// The edition, which decides some limits.
    edition: Option<String>,
}

/// Something that the API refuses to say.
#[derive(Serialize, JsonSchema)]
struct Unread {
    /// `user` or `organisation`.
    what: &'static str,
    /// The answer of the API.
    why: String,
}
