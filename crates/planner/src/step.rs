//! The steps of a plan on a view.

use massup_model::limits::{MAX_PAGED_RECORDS, PAGE_SIZE};
use massup_model::{ApiVersion, Request, Selection, Template, Territory, ViewId};
use serde_json::Value;

use crate::{Error, Plan, Route};

/// One step of a plan.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Its position among the steps, counted from 1.
    pub number: u64,
    /// The step that must end before this one begins: its job has ended, or its ids are read.
    pub after: Option<u64>,
    /// What it does.
    pub action: Action,
}

/// What a [`Step`] does.
///
/// The enum is exhaustive on purpose: code that runs plans must handle every action.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Reads the ids of the records in a view, for later steps.
    Read(Read),
    /// Sends one mass update call.
    Update(Request),
    /// Sends a mass update call for each 500 of the ids that another step has read.
    UpdateRead {
        /// The step that reads the ids.
        step: u64,
        /// The call without its ids: [`Template::request`] adds them.
        template: Template,
    },
}

/// How the ids of a view are read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read {
    /// The custom view.
    pub view: ViewId,
    /// The territory to which the view is restricted.
    pub territory: Option<Territory>,
    /// The expected number of records, if they were counted.
    pub records: Option<u64>,
}

impl Step {
    /// The call to send; `None` for a step that reads ids or uses the ids that another step reads.
    pub fn request(&self) -> Option<&Request> {
        match &self.action {
            Action::Update(request) => Some(request),
            Action::Read(_) | Action::UpdateRead { .. } => None,
        }
    }

    /// The fields that the step sets, in order; empty for a step that reads ids.
    pub fn fields(&self) -> &[(String, Value)] {
        match &self.action {
            Action::Read(_) => &[],
            Action::Update(request) => request.fields(),
            Action::UpdateRead { template, .. } => template.fields(),
        }
    }
}

impl Read {
    /// Reads the ids of a view.
    pub fn new(view: ViewId, territory: Option<Territory>, records: Option<u64>) -> Self {
        Self { view, territory, records }
    }

    /// Whether a bulk read is used: without a territory, and for more records than pages can reach.
    pub fn is_bulk(&self) -> bool {
        self.territory.is_none() && self.records.is_some_and(|records| records > MAX_PAGED_RECORDS)
    }

    /// The HTTP method: `GET` for pages, `POST` for a bulk read.
    pub fn method(&self) -> &'static str {
        if self.is_bulk() { "POST" } else { "GET" }
    }

    /// The path below the API domain: for pages that of the first one, with 200 records and only their
    /// ids; for a bulk read that of the job, whose body names the module, the view and the field `id`.
    pub fn path(&self, version: ApiVersion, module: &str) -> String {
        let Self { view, territory, .. } = self;
        if self.is_bulk() {
            return format!("/crm/bulk/{version}/read");
        }
        let mut path =
            format!("/crm/{version}/{module}?cvid={view}&fields=id&per_page={PAGE_SIZE}");
        if let Some(Territory { id, include_child }) = territory {
            path += &format!("&territory_id={id}&include_child={include_child}");
        }
        path
    }
}

impl Plan {
    /// The steps of a plan on a view: a chain of jobs; or a step that reads the ids and, for each group of
    /// fields, a step with the calls by these ids.
    ///
    /// Empty for a plan by ids, whose calls [`Plan::calls`] makes one by one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Intent`](crate::ErrorKind::Intent): a call is not valid, which [`Plan::new`] rules out.
    pub fn steps(&self, route: Route) -> Result<Vec<Step>, Error> {
        let Selection::View { view, territory } = *self.selection() else { return Ok(Vec::new()) };
        let mut steps: Vec<Step> = Vec::with_capacity(self.groups(route).len() + 1);
        if route.is_scheduled() {
            for (number, group) in (1..).zip(self.groups(route)) {
                let after = (number > 1).then(|| number - 1);
                let request = self.template(group)?.request(self.selection().clone())?;
                steps.push(Step { number, after, action: Action::Update(request) });
            }
        } else if route == Route::FrozenIds {
            let records = self.records();
            let read = Read::new(view, territory, records);
            steps.push(Step { number: 1, after: None, action: Action::Read(read) });
            for (number, group) in (2..).zip(self.groups(route)) {
                let action = Action::UpdateRead { step: 1, template: self.template(group)? };
                steps.push(Step { number, after: Some(1), action });
            }
        }
        Ok(steps)
    }

    /// The number of records in the view, unless a territory restricts it.
    pub fn records(&self) -> Option<u64> {
        let counted = self.facts().and_then(|facts| facts.view.records);
        counted.filter(|_| !self.has_territory())
    }
}
