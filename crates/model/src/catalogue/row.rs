//! The rows of the catalogue, and the macro that declares them.

use serde::Serialize;

use crate::ApiVersion;
use crate::source::Source;

/// An error as documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentedError {
    /// A stable, unique name of our own in kebab case: `max-field-limit`.
    pub key: &'static str,
    /// The `code` on the wire.
    pub code: &'static str,
    /// The `message` as documented; empty if no document quotes one.
    pub message: &'static str,
    /// Other documented wordings of the message.
    pub variants: &'static [&'static str],
    /// The call that it answers.
    pub endpoint: Endpoint,
    /// What it refuses.
    pub reach: Reach,
    /// HTTP statuses, each with the first version that documents it, oldest first; empty if none is
    /// documented. [`DocumentedError::status`] looks up a version.
    pub statuses: &'static [(ApiVersion, u16)],
    /// The oldest and the newest version whose documents list the error.
    pub versions: (ApiVersion, ApiVersion),
    /// The cause.
    pub meaning: &'static str,
    /// The remedy.
    pub cure: &'static str,
    /// Whether the same call can succeed later.
    pub retry: Retry,
    /// How well the error is documented.
    pub standing: Standing,
    /// The documents that list the error; empty only if it is assumed.
    pub sources: &'static [Source],
}

impl DocumentedError {
    /// The HTTP status in a version; `None` if no document up to that version states it.
    ///
    /// Do not rely on the status: some errors have 200 or 202. The body decides.
    ///
    /// ```
    /// use massup_model::ApiVersion::{V2, V6, V7};
    /// use massup_model::catalogue::{FIELD_NOT_VISIBLE, INVALID_CVID};
    ///
    /// assert_eq!(FIELD_NOT_VISIBLE.status(V6), Some(200));
    /// assert_eq!(FIELD_NOT_VISIBLE.status(V7), Some(400));
    /// assert_eq!(INVALID_CVID.status(V2), None);
    /// ```
    pub fn status(&self, version: ApiVersion) -> Option<u16> {
        let version = version.documented_as();
        let known = self.statuses.iter().rev().find(|(since, _)| *since <= version);
        known.map(|(_, status)| *status)
    }

    /// Whether documents of a version list the error.
    pub fn is_documented_for(&self, version: ApiVersion) -> bool {
        (self.versions.0..=self.versions.1).contains(&version.documented_as())
    }
}

/// The call that an error answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// The mass update itself, `POST`.
    MassUpdate,
    /// The status of a scheduled job, `GET`.
    Status,
    /// Every call of the API.
    Any,
}

impl Endpoint {
    /// Whether an error of one call can be an error of the other.
    pub fn meets(self, other: Self) -> bool {
        self == other || self == Self::Any || other == Self::Any
    }
}

/// What an error refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The call: no record is updated, no job is scheduled.
    WholeCall,
    /// One record, in its entry of `data`; the others are updated.
    Record,
}

/// Whether a refused call can succeed unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// No: the same call fails again.
    Never,
    /// Yes, after waiting.
    Later,
    /// After somebody has changed the state of the record or the rights of the user.
    AfterFix,
    /// With a fresh access token.
    AfterRefresh,
}

/// How well an error is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A page or an OpenAPI description of the call lists it.
    Documented,
    /// Only the catalogues of the client SDKs list it; several calls share them.
    Sdk,
    /// No document of the call lists it, or no document connects its code and its message.
    Assumed,
}

/// Declares the rows of a group, and the list of them. The documentation of a row is its meaning.
macro_rules! errors {
    (
        $endpoint:ident, $reach:ident;
        $(
            $(#[doc = $meaning:literal])+
            $name:ident {
                key: $key:literal,
                code: $code:literal,
                message: $message:literal $(or $variant:literal)*,
                status: [$($since:ident $http:literal),*],
                versions: $first:ident to $last:ident,
                cure: $cure:literal,
                retry: $retry:ident,
                standing: $standing:ident,
                sources: [$($source:ident),*] $(,)?
            }
        )+
    ) => {
        $(
            $(#[doc = $meaning])+
            #[doc = concat!("\n\nOn the wire: `", $code, "`, \"", $message, "\".")]
            pub static $name: $crate::catalogue::DocumentedError =
                $crate::catalogue::DocumentedError {
                    key: $key,
                    code: $code,
                    message: $message,
                    variants: &[$($variant),*],
                    endpoint: $crate::catalogue::Endpoint::$endpoint,
                    reach: $crate::catalogue::Reach::$reach,
                    statuses: &[$(($crate::ApiVersion::$since, $http)),*],
                    versions: ($crate::ApiVersion::$first, $crate::ApiVersion::$last),
                    meaning: concat!($($meaning),+).trim_ascii(),
                    cure: $cure,
                    retry: $crate::catalogue::Retry::$retry,
                    standing: $crate::catalogue::Standing::$standing,
                    sources: &[$($crate::source::$source),*],
                };
        )+

        pub(super) const ROWS: &[&$crate::catalogue::DocumentedError] = &[$(&$name),+];
    };
}
pub(super) use errors;

/// The rows of several groups as one list; `N` is the number of them all.
pub(super) const fn joined<const N: usize>(
    groups: &[&[&'static DocumentedError]],
) -> [&'static DocumentedError; N] {
    let mut all = [&super::whole_call::NO_FIELD_FOUND; N];
    let mut free: &mut [&'static DocumentedError] = &mut all;
    let mut groups = groups;
    while let Some((group, others)) = groups.split_first() {
        let mut rows: &[&'static DocumentedError] = group;
        while let Some((row, more)) = rows.split_first() {
            let left = free;
            let Some((slot, rest)) = left.split_first_mut() else {
                return all;
            };
            *slot = *row;
            free = rest;
            rows = more;
        }
        groups = others;
    }
    all
}
