//! The command lines of `massup pull`, of signing in, and of `massup emulate`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use massup_model::ApiVersion;
use massup_transport::{BaseUrl, DataCentre};

/// Where the API is, and what to call it with.
#[derive(Args, Debug)]
pub(crate) struct ApiArgs {
    /// Data centre of the organisation: us, eu, in, cn, au, jp, ca or sa [default: that of the login, or us]
    #[arg(long, value_name = "DC")]
    pub(crate) dc: Option<DataCentre>,
    /// The copy of the organisation to call
    #[arg(long, value_enum, default_value_t = CopyOf::Production)]
    pub(crate) environment: CopyOf,
    /// Call this address instead of the API domain that the token is for
    #[arg(long, value_name = "URL", conflicts_with = "environment")]
    pub(crate) base_url: Option<BaseUrl>,
    /// Get tokens from this address [default: that of the data centre, or an emulator's own]
    #[arg(long, value_name = "URL")]
    pub(crate) accounts_url: Option<BaseUrl>,
    /// Read credentials from a JSON file that only its owner may read [default: the environment, or else the
    /// login]
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// Run a command that prints credentials as JSON, or an access token
    #[arg(long, value_name = "COMMAND", conflicts_with = "credentials")]
    pub(crate) credentials_command: Option<String>,
}

/// A copy of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CopyOf {
    /// The organisation itself
    Production,
    /// Its sandbox
    Sandbox,
    /// A developer edition
    Developer,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup pull
  massup pull --module Leads --module Deals
  massup pull --module Leads --dc eu --credentials ~/.config/massup.json
  massup pull --module Leads --base-url http://127.0.0.1:8787

Credentials come from `massup login`, or from MASSUP_CLIENT_ID, MASSUP_CLIENT_SECRET and MASSUP_REFRESH_TOKEN, or
from MASSUP_ACCESS_TOKEN. They are sent to the accounts server and the API only.
Scopes: ZohoCRM.settings.READ, ZohoCRM.users.READ, ZohoCRM.org.READ; for counts ZohoCRM.modules.READ and
ZohoSearch.securesearch.READ. What the server refuses is reported and left unknown; the rest is written.")]
pub(crate) struct PullArgs {
    /// API name of a module (repeatable) [default: all modules that take mass updates]
    #[arg(long, value_name = "MODULE")]
    pub(crate) module: Vec<String>,
    /// API version [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<ApiVersion>,
    /// Folder of the snapshot [default: .massup/snapshot]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Where and with what")]
    pub(crate) api: ApiArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup login
  massup login --dc eu --client self_client.json
  massup login --device
  massup login --base-url http://127.0.0.1:8787

Without --device: create a Self Client at https://api-console.zoho.com (in the domain of your data centre), generate a
code with the scopes
  ZohoCRM.settings.READ,ZohoCRM.users.READ,ZohoCRM.org.READ,ZohoCRM.modules.READ,ZohoSearch.securesearch.READ,
  ZohoCRM.mass_update.READ,ZohoCRM.mass_update.UPDATE
and enter it within its lifetime of some minutes. Client id, client secret and code are asked for, or come from
--client, or from MASSUP_CLIENT_ID, MASSUP_CLIENT_SECRET and MASSUP_GRANT_CODE.

The refresh token is stored in a file that only you can read; `massup logout` revokes it.")]
pub(crate) struct LoginArgs {
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    /// Read client id, client secret and grant code from a JSON file, such as the one that the API console offers
    /// for download; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) client: Option<PathBuf>,
    /// Sign in with a code that is entered in a browser, also on another machine; the client must be one for
    /// non-browser applications
    #[arg(long)]
    pub(crate) device: bool,
    /// With --device: ask for this scope instead of those above (repeatable)
    #[arg(long, value_name = "SCOPE", requires = "device")]
    pub(crate) scope: Vec<String>,
}

/// The organisation to sign in to.
#[derive(Args, Debug)]
pub(crate) struct PlaceArgs {
    /// Data centre of the organisation: us, eu, in, cn, au, jp, ca or sa
    #[arg(long, value_name = "DC", default_value_t)]
    pub(crate) dc: DataCentre,
    /// Call this address instead of the API domain that the token is for
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<BaseUrl>,
    /// Get tokens from this address [default: that of the data centre, or an emulator's own]
    #[arg(long, value_name = "URL")]
    pub(crate) accounts_url: Option<BaseUrl>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup whoami
  massup whoami --dc eu --credentials token.json
  massup whoami --format json

If there is a snapshot, its user.json is updated: scopes, profile and edition decide what the lint can check.")]
pub(crate) struct WhoamiArgs {
    /// Folder of the snapshot [default: .massup/snapshot, if it exists]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) snapshot: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Where and with what")]
    pub(crate) api: ApiArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup logout
  massup logout --dc eu
  massup logout --offline

Without a place the newest login ends.")]
pub(crate) struct LogoutArgs {
    /// End the login at this data centre
    #[arg(long, value_name = "DC")]
    pub(crate) dc: Option<DataCentre>,
    /// End the login at this address of an emulator
    #[arg(long, value_name = "URL", conflicts_with = "dc")]
    pub(crate) base_url: Option<BaseUrl>,
    /// End the login at this accounts server
    #[arg(long, value_name = "URL", conflicts_with_all = ["dc", "base_url"])]
    pub(crate) accounts_url: Option<BaseUrl>,
    /// Remove the stored login without revoking its token
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  massup emulate
  massup emulate --demo --port 9000
  massup emulate --data crm.db --latency 200 --drops-after 1
  massup emulate --format json --port 0
  curl -s http://127.0.0.1:8787/__emulator/organisation > mine.json; massup emulate --import mine.json

The organisation that ships with it has every documented module, some 6,500 records and the token 1000.demo.
Tests steer it at /__emulator/; people look at the page at /.")]
pub(crate) struct EmulateArgs {
    /// Port to listen on; 0 for any that is free
    #[arg(long, default_value_t = 8787)]
    pub(crate) port: u16,
    /// Address to listen on; any other than a loopback address lets other machines in
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// Also accept this name in `Host`, in addition to `localhost` and the address (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_host: Vec<String>,
    /// Keep the organisation in a file; a new file gets the one that ships with massup
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// Take another organisation, described as JSON, in place of the present one; without tokens of its own,
    /// 1000.demo acts as its first user
    #[arg(long, value_name = "FILE")]
    pub(crate) import: Option<PathBuf>,
    /// What the documentation leaves open, and faults, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// Schedule a few jobs that take their time, to look at on the page
    #[arg(long)]
    pub(crate) demo: bool,
    #[command(flatten, next_help_heading = "Faults")]
    pub(crate) faults: FaultArgs,
}

/// Faults that are played on demand.
#[derive(Args, Debug)]
pub(crate) struct FaultArgs {
    /// Wait before each call to the API
    #[arg(long, value_name = "MILLISECONDS")]
    pub(crate) latency: Option<u64>,
    /// Answer the next N calls with HTTP 500, and do nothing
    #[arg(long, value_name = "N")]
    pub(crate) errors_before: Option<u32>,
    /// Do the next N calls, and answer with HTTP 500
    #[arg(long, value_name = "N")]
    pub(crate) errors_after: Option<u32>,
    /// Drop the connections of the next N calls, and do nothing
    #[arg(long, value_name = "N")]
    pub(crate) drops_before: Option<u32>,
    /// Do the next N calls, and drop their connections
    #[arg(long, value_name = "N")]
    pub(crate) drops_after: Option<u32>,
    /// Answer the next N calls with HTTP 429
    #[arg(long, value_name = "N")]
    pub(crate) too_many_requests: Option<u32>,
    /// Answer the next N calls that their token is invalid
    #[arg(long, value_name = "N")]
    pub(crate) invalid_tokens: Option<u32>,
    /// Let jobs stop after N records and stay RUNNING
    #[arg(long, value_name = "N")]
    pub(crate) stall_jobs_after: Option<u64>,
    /// Let jobs end as FAILED after N records
    #[arg(long, value_name = "N")]
    pub(crate) fail_jobs_after: Option<u64>,
}
