//! The versions of the CRM API.

use std::fmt;
use std::str::FromStr;

/// A version of the Zoho CRM API, as written in the path of a call: `/crm/v2.1/…`.
///
/// All of them are still available; no page announces the end of one.
///
/// ```
/// use massup_model::ApiVersion;
///
/// assert_eq!("v2.1".parse(), Ok(ApiVersion::V2_1));
/// assert!("v99".parse::<ApiVersion>().is_err());
/// assert!(ApiVersion::V2 < ApiVersion::V8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ApiVersion {
    /// `v2`, the oldest with a mass update.
    V2,
    /// `v2.1`.
    V2_1,
    /// `v3`.
    V3,
    /// `v4`.
    V4,
    /// `v5`.
    V5,
    /// `v6`.
    V6,
    /// `v7`.
    V7,
    /// `v8`, the newest.
    V8,
}

impl ApiVersion {
    /// Every version, oldest first.
    pub const ALL: &'static [Self] =
        &[Self::V2, Self::V2_1, Self::V3, Self::V4, Self::V5, Self::V6, Self::V7, Self::V8];

    /// The newest version: the default where no version is given.
    pub const LATEST: Self = Self::V8;

    /// The version whose documents this library has read for a version. A new version does not compile until
    /// it is decided here: with an arm of its own once its documents are read, else as the version before it.
    /// Tables of modules and errors look versions up by this one.
    #[must_use]
    pub const fn documented_as(self) -> Self {
        match self {
            Self::V2 => Self::V2,
            Self::V2_1 => Self::V2_1,
            Self::V3 => Self::V3,
            Self::V4 => Self::V4,
            Self::V5 => Self::V5,
            Self::V6 => Self::V6,
            Self::V7 => Self::V7,
            Self::V8 => Self::V8,
        }
    }

    /// The names of all versions, for messages: `v2, v2.1, …`.
    pub fn names() -> String {
        Self::ALL.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The path segment, such as `v2.1`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V2_1 => "v2.1",
            Self::V3 => "v3",
            Self::V4 => "v4",
            Self::V5 => "v5",
            Self::V6 => "v6",
            Self::V7 => "v7",
            Self::V8 => "v8",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is not the name of an API version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an API version; expected one of {names}", names = ApiVersion::names())]
pub struct UnknownVersion(String);

impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    /// Reads a path segment.
    ///
    /// # Errors
    ///
    /// [`UnknownVersion`] if the text is not exactly one of the path segments.
    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        Self::ALL
            .iter()
            .copied()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

impl serde::Serialize for ApiVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ApiVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ApiVersion".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": Self::ALL })
    }
}

impl<'de> serde::Deserialize<'de> for ApiVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
