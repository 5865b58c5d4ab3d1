//! The organisation itself, its users, and what they may do.

use serde::{Deserialize, Serialize};

use super::yes;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Org {
    /// Its id, digits.
    pub id: String,
    /// Its name.
    pub company_name: String,
    /// What it pays for; decides on scheduled calls, credits and concurrency.
    pub edition: Edition,
    /// Whether territories are in use. Left out: they are where territories are described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory_management: Option<TerritoryManagement>,
}

impl Default for Org {
    fn default() -> Self {
        Self {
            id: "5725767000000020001".into(),
            company_name: "Zylker".into(),
            edition: Edition::Enterprise,
            territory_management: None,
        }
    }
}

/// Whether an organisation uses territories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TerritoryManagement {
    /// In use for every module that can have territories.
    Enabled,
    /// In use, but not for Leads, which are switched on separately.
    NotForLeads,
    /// Was in use once.
    Disabled,
    /// Never was in use.
    NotEnabled,
}

/// An edition of the CRM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edition {
    /// Free.
    Free,
    /// Standard.
    Standard,
    /// Professional.
    Professional,
    /// Enterprise.
    #[default]
    Enterprise,
    /// Ultimate.
    Ultimate,
    /// CRM Plus.
    CrmPlus,
    /// Zoho One Enterprise.
    ZohoOne,
}

impl Edition {
    /// Whether v8 schedules mass updates in this edition.
    pub const fn schedules(self) -> bool {
        matches!(self, Self::Enterprise | Self::Ultimate | Self::CrmPlus | Self::ZohoOne)
    }

    /// Calls that may be under way at the same time.
    pub const fn concurrency(self) -> usize {
        match self {
            Self::Free => 5,
            Self::Standard => 10,
            Self::Professional => 15,
            Self::Enterprise | Self::ZohoOne => 20,
            Self::Ultimate | Self::CrmPlus => 25,
        }
    }

    /// Credits in 24 hours, for a number of user licences.
    pub fn daily_credits(self, users: u64) -> u64 {
        let (base, each, most) = match self {
            Self::Free => (5_000, 0, 5_000),
            Self::Standard => (50_000, 250, 100_000),
            Self::Professional => (50_000, 500, 3_000_000),
            Self::Enterprise | Self::ZohoOne => (50_000, 1_000, 5_000_000),
            Self::Ultimate | Self::CrmPlus => (50_000, 2_000, u64::MAX),
        };
        users.saturating_mul(each).saturating_add(base).min(most)
    }

    /// The name that the organisation API gives.
    pub const fn paid_type(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Standard => "standard",
            Self::Professional => "professional",
            Self::Enterprise => "enterprise",
            Self::Ultimate => "ultimate",
            Self::CrmPlus => "crmplus",
            Self::ZohoOne => "zohoone_enterprise",
        }
    }
}

/// What the users who have it may do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its id, digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// May mass update records at all.
    #[serde(default = "yes")]
    pub mass_update: bool,
    /// May schedule a mass update of a view.
    #[serde(default = "yes")]
    pub schedule: bool,
    /// May read records and the status of jobs.
    #[serde(default = "yes")]
    pub read: bool,
}

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The id, digits.
    pub id: String,
    /// The full name.
    pub name: String,
    /// The address.
    #[serde(default)]
    pub email: String,
    /// The id of the profile.
    pub profile: String,
}

/// An access token that is valid from the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The token itself.
    pub token: String,
    /// The id of the user who acts with it.
    pub user: String,
    /// The scopes, such as `ZohoCRM.mass_update.UPDATE`.
    pub scopes: Vec<String>,
}

/// A client that may ask for tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: String,
    /// `refresh_token`.
    pub refresh_token: String,
    /// `code` of the grant, usable once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// The id of the user whose tokens it gets.
    pub user: String,
    /// The scopes of its tokens.
    pub scopes: Vec<String>,
}
