//! Known facts about the selected view and the fields, as plain data.

use std::collections::{BTreeMap, BTreeSet};

pub use massup_facts::MovedBy;
use massup_facts::{Facts, Field};
use massup_model::limits::MAX_JOB_RECORDS;
pub use massup_model::request::SET_BY_EVERY_UPDATE;
use massup_model::{ApiVersion, ViewId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digest::hexadecimal;

/// A count this close to a limit may be on the other side of it by now: a twentieth of the limit. Counts lag by up
/// to ten minutes.
pub(crate) const UNCERTAIN: u64 = 20;

/// The facts that a plan depends on. `None`, or a missing entry, means unknown.
///
/// The planner does not read snapshots: the caller selects what matters. A plan file contains these facts in
/// full, so the plan can be checked again without the snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlanFacts {
    /// Whether the edition of the organisation supports scheduled mass updates of a view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jobs: Option<bool>,
    /// The selected custom view.
    #[serde(default, skip_serializing_if = "ViewFacts::is_empty")]
    pub view: ViewFacts,
    /// Fields of the module, by API name. A plan keeps only those that affect it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldFacts>,
}

/// Known facts about the selected custom view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ViewFacts {
    /// Its display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The API names of the fields in its criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<BTreeSet<String>>,
    /// What decides which records it holds, other than its criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_by: Option<MovedBy>,
    /// How many records it holds, whatever the territory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// When they were counted, as text from the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<String>,
    /// The age of the count in hours, set by callers that have a clock. Not stored in plan files.
    #[serde(skip)]
    pub hours_old: Option<u64>,
}

/// Known facts about a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FieldFacts {
    /// `data_type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// `mass_update`: whether a mass update may set the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mass_update: Option<bool>,
    /// Whether each value can occur only once in the module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<bool>,
    /// The picklists whose options depend on this field.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub children: BTreeSet<String>,
    /// The options of a picklist, without `-None-`. A plan keeps them only if its view may have to be divided
    /// by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<BTreeSet<String>>,
}

/// The option that stands for no choice in the metadata of picklists.
const NO_OPTION: &str = "-None-";

impl FieldFacts {
    fn of(field: &Field) -> Self {
        let options = field.options.as_ref().map(|options| {
            let values = options.iter().map(|option| option.value.clone());
            values.filter(|value| value != NO_OPTION).collect()
        });
        Self {
            data_type: field.data_type.clone(),
            mass_update: field.mass_update,
            unique: field.unique,
            children: BTreeSet::new(),
            options,
        }
    }
}

impl ViewFacts {
    fn of(facts: &Facts, module: &str, id: u64) -> Self {
        let mut known = Self {
            records: facts.counts.get(&id).copied(),
            counted: facts.counted.get(&id).cloned(),
            ..Self::default()
        };
        if let Some(view) = facts.views_of(module).and_then(|views| views.find(id)) {
            known.name.clone_from(&view.name);
            known.criteria.clone_from(&view.criteria_fields);
            known.moved_by = view.moved_by();
        }
        known
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What else than the fields of the plan changes which records the view holds while steps run.
    pub fn moves(&self) -> Option<MovedBy> {
        let named = |criteria: &BTreeSet<String>| {
            SET_BY_EVERY_UPDATE.iter().any(|field| criteria.contains(*field))
        };
        let by_update = self.criteria.as_ref().is_some_and(named).then_some(MovedBy::Time);
        // A change while steps run matters more than the user.
        by_update.or(self.moved_by)
    }
}

impl PlanFacts {
    /// The facts that matter to a plan for a module, and for the view if one is selected.
    pub fn of(facts: &Facts, version: ApiVersion, module: &str, view: Option<ViewId>) -> Self {
        // Only the documents of v8 say that an edition refuses jobs.
        let jobs = facts.edition_schedules().filter(|can| *can || version >= ApiVersion::V8);
        let mut plan = Self { jobs, ..Self::default() };
        let dependencies = facts.dependencies_of(module).map(Vec::as_slice).unwrap_or_default();
        for field in facts.fields_of(module).into_iter().flatten() {
            let mut known = FieldFacts::of(field);
            let below = dependencies.iter().filter(|one| one.parent == field.api_name);
            known.children = below.map(|one| one.child.clone()).collect();
            plan.fields.insert(field.api_name.clone(), known);
        }
        if let Some(id) = view.map(ViewId::get) {
            plan.view = ViewFacts::of(facts, module, id);
        }
        plan
    }

    /// Keeps what matters to a plan that sets `fields`: these fields, and if the view is nearly too large for
    /// one job, the picklists that can divide it.
    pub(crate) fn about(mut self, fields: &[String]) -> Self {
        let nearly = MAX_JOB_RECORDS - MAX_JOB_RECORDS / UNCERTAIN;
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

    /// `sha256:` and 64 hexadecimal digits, which change when a fact changes that the plan depends on. The
    /// time of a count does not affect the digest; the count does.
    ///
    /// ```
    /// use massup_planner::facts::PlanFacts;
    ///
    /// let mut facts = PlanFacts::default();
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
        // Maps are sorted, and every member has a type that JSON can represent.
        let text = serde_json::to_vec(&facts).unwrap_or_default();
        format!("sha256:{}", hexadecimal(Sha256::new_with_prefix(text)))
    }
}
