//! The ways to update records.

use massup_model::Selection;
use serde::{Deserialize, Serialize};

/// A way to update the selected records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Route {
    /// Mass update calls that list record ids.
    Ids,
    /// A scheduled job on the view for each group of fields.
    View,
    /// A scheduled job on the view within a territory for each group of fields.
    Territory,
    /// Reads the ids of the view first, then works as [`Route::Ids`].
    FrozenIds,
    /// The ordinary Update Records call, 100 records each. Shown for comparison, never planned.
    Update,
    /// Bulk write, 25,000 records each. Shown for comparison, never planned.
    BulkWrite,
}

impl Route {
    /// The routes that a plan can take, so those that a policy can require.
    pub const PLANNED: [Self; 4] = [Self::Ids, Self::View, Self::Territory, Self::FrozenIds];

    /// The routes for a selection, in display order.
    pub(crate) fn all(selection: &Selection) -> &'static [Self] {
        match selection {
            Selection::Ids(_) => &[Self::Ids, Self::Update, Self::BulkWrite],
            Selection::View { territory: None, .. } => {
                &[Self::View, Self::Territory, Self::FrozenIds, Self::Update, Self::BulkWrite]
            }
            Selection::View { territory: Some(_), .. } => {
                &[Self::Territory, Self::FrozenIds, Self::Update, Self::BulkWrite]
            }
        }
    }

    /// A short description.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Ids => "mass update by ids",
            Self::View => "mass update by view",
            Self::Territory => "mass update by view, within territories",
            Self::FrozenIds => "read the ids of the view, then mass update by ids",
            Self::Update => "ordinary update calls",
            Self::BulkWrite => "bulk write",
        }
    }

    /// Whether the route runs as scheduled jobs.
    pub const fn is_scheduled(self) -> bool {
        matches!(self, Self::View | Self::Territory)
    }

    /// Whether the route is only shown for comparison and never planned.
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Update | Self::BulkWrite)
    }
}
