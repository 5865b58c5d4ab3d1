//! What is known about the selected view and the fields, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use massup_model::limits::MAX_JOB_RECORDS;
pub use massup_model::request::SET_BY_EVERY_UPDATE;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::file::hexadecimal;
use crate::hazard::NEAR;

/// What a plan depends on besides the intent. `None`, or no entry, means that nobody told.
///
/// The planner takes no snapshot: whoever calls it says what of one matters here. So a plan holds these
/// facts whole, and can be judged again without the snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Facts {
    /// Whether the edition of the organisation schedules mass updates of a view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<bool>,
    /// The selected custom view.
    #[serde(default, skip_serializing_if = "ViewFacts::is_empty")]
    pub view: ViewFacts,
    /// Fields of the module, by API name. A plan keeps those that matter to it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldFacts>,
}

/// What is known about the selected custom view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ViewFacts {
    /// Its name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The API names of the fields in its criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<BTreeSet<String>>,
    /// What its records depend on besides criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_by: Option<MovedBy>,
    /// How many records it holds, whatever the territory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// When they were counted, as the snapshot writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<String>,
    /// How many hours ago that was, for whoever has a clock. No plan file holds it.
    #[serde(skip)]
    pub hours_old: Option<u64>,
}

/// What the records of a system view depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MovedBy {
    /// On who asks: the view of one's own records.
    Caller,
    /// On when it is asked: views of what was modified or created lately, or is unread.
    Time,
}

/// What is known about a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FieldFacts {
    /// `data_type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// Whether a mass update may set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass_update: Option<bool>,
    /// Whether two records must not have the same value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<bool>,
    /// The picklists whose options depend on this one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub children: BTreeSet<String>,
    /// The options of a picklist, without the one that stands for none. A plan keeps them where its view may
    /// have to be divided by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<BTreeSet<String>>,
}

impl ViewFacts {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What else than the fields that are set makes records come and go while steps run.
    pub fn moves(&self) -> Option<MovedBy> {
        let named = |criteria: &BTreeSet<String>| {
            SET_BY_EVERY_UPDATE.iter().any(|field| criteria.contains(*field))
        };
        let by_update = self.criteria.as_ref().is_some_and(named).then_some(MovedBy::Time);
        // What moves while steps run weighs more than who asks.
        by_update.or(self.moved_by)
    }
}

impl Facts {
    /// What matters to a plan that sets `fields`: these, and where a view is nearly too large for one job the
    /// picklists that it may be divided by.
    pub(crate) fn about(mut self, fields: &[String]) -> Self {
        let nearly = MAX_JOB_RECORDS - MAX_JOB_RECORDS / NEAR;
        let too_large = self.view.records.is_some_and(|records| records >= nearly);
        let criteria = self.view.criteria.clone().unwrap_or_default();
        self.fields.retain(|name, field| {
            let is_set = fields.contains(name);
            let divides = field.data_type.as_deref() == Some("picklist")
                && field.options.as_ref().is_some_and(|options| !options.is_empty())
                && !criteria.contains(name);
            let keeps = too_large && divides && !is_set;
            field.options = field.options.take().filter(|_| keeps);
            is_set || keeps
        });
        self
    }

    /// `sha256:` and 64 hexadecimal digits: the same as long as nothing changes that the plan depends
    /// on. When the records were counted does not matter, only how many there are.
    ///
    /// ```
    /// use massup_planner::facts::Facts;
    ///
    /// let mut facts = Facts::default();
    /// facts.view.records = Some(840);
    /// let before = facts.digest();
    /// facts.view.counted = Some("2026-11-23T10:00:00Z".into());
    /// assert_eq!(facts.digest(), before);
    /// facts.view.records = Some(841);
    /// assert_ne!(facts.digest(), before);
    /// ```
    pub fn digest(&self) -> String {
        let mut facts = self.clone();
        facts.view.counted = None;
        // Maps are sorted and every member has a type that JSON can hold.
        let text = serde_json::to_vec(&facts).unwrap_or_default();
        format!("sha256:{}", hexadecimal(Sha256::new_with_prefix(text)))
    }
}
