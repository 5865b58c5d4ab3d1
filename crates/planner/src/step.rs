//! The steps of a plan that are known before any record is.

use massup_model::{ApiVersion, RecordId, Request, Selection, Territory, ViewId};
use serde_json::Value;

use crate::route::{MOST_IN_PAGES, Route};
use crate::{Error, Plan};

/// One step of a plan.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Its place among the steps, counted from 1.
    pub number: u64,
    /// The step that must have come to its end before this one begins: the job of a view has ended, or
    /// the ids are read.
    pub after: Option<u64>,
    /// What is done.
    pub action: Action,
}

/// What a [`Step`] does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Reads the ids of the records of a view, and keeps them for later steps.
    Read(Read),
    /// Sends one mass update call.
    Update(Request),
    /// Sends a mass update call for each 500 of the ids that a step has read.
    UpdateRead {
        /// The step that reads the ids.
        step: u64,
        /// The call, with no more than one id, which stands for those that were read.
        request: Request,
    },
}

/// How the ids of a view are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The custom view.
    pub view: ViewId,
    /// The territory that narrows it.
    pub territory: Option<Territory>,
    /// How many records are expected, if they were counted.
    pub records: Option<u64>,
}

/// The id that stands for those that are still to be read.
const ANY: u64 = 1;

impl Step {
    /// The mass update call of the step; for [`Action::UpdateRead`] one with an id that stands for
    /// others.
    pub fn request(&self) -> Option<&Request> {
        match &self.action {
            Action::Read(_) => None,
            Action::Update(request) | Action::UpdateRead { request, .. } => Some(request),
        }
    }
}

impl Read {
    /// Whether a bulk read takes them: it has no territory, and is for more records than can be read
    /// page by page.
    pub fn is_bulk(&self) -> bool {
        self.territory.is_none() && self.records.is_some_and(|records| records > MOST_IN_PAGES)
    }

    /// The HTTP method: `GET` for pages, `POST` for a bulk read.
    pub fn method(&self) -> &'static str {
        if self.is_bulk() { "POST" } else { "GET" }
    }

    /// The path below the API domain: of the first page, 200 records and of each its id, or of the bulk
    /// read, whose query names the module, the view and the field `id`.
    pub fn path(&self, version: ApiVersion, module: &str) -> String {
        let Self { view, territory, .. } = self;
        if self.is_bulk() {
            return format!("/crm/bulk/{version}/read");
        }
        let mut path = format!("/crm/{version}/{module}?cvid={view}&fields=id&per_page=200");
        if let Some(Territory { id, include_child }) = territory {
            path += &format!("&territory_id={id}&include_child={include_child}");
        }
        path
    }
}

impl Plan {
    /// The steps of a plan on a view: a chain of jobs, or the reading of the ids and then, a group of
    /// fields each, the calls by these ids.
    ///
    /// A plan by ids has none here: [`Plan::calls`] makes its calls one by one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Intent`](crate::ErrorKind::Intent): a call cannot be sent; [`Plan::new`] has seen to
    /// it that this does not happen.
    pub fn steps(&self, route: Route) -> Result<Vec<Step>, Error> {
        let Selection::View { view, territory } = *self.selection() else { return Ok(Vec::new()) };
        let mut steps: Vec<Step> = Vec::with_capacity(self.groups(route).len() + 1);
        if route.is_scheduled() {
            for (number, group) in (1..).zip(self.groups(route)) {
                let after = (number > 1).then(|| number - 1);
                let request = self.request_on(group, self.selection().clone())?;
                steps.push(Step { number, after, action: Action::Update(request) });
            }
        } else if route == Route::FrozenIds {
            let records = self.records();
            let read = Read { view, territory, records };
            steps.push(Step { number: 1, after: None, action: Action::Read(read) });
            for (number, group) in (2..).zip(self.groups(route)) {
                let ids = RecordId::from_number(ANY).into_iter().collect();
                let request = self.request_on(group, Selection::Ids(ids))?;
                let action = Action::UpdateRead { step: 1, request };
                steps.push(Step { number, after: Some(1), action });
            }
        }
        Ok(steps)
    }

    /// How many records a view holds, where that is how many are selected.
    pub fn records(&self) -> Option<u64> {
        let counted = self.facts().and_then(|facts| facts.view.records);
        counted.filter(|_| !self.has_territory())
    }

    pub(crate) fn request_on(
        &self,
        group: &[(String, Value)],
        selection: Selection,
    ) -> Result<Request, Error> {
        let request = Request::new(self.version(), self.module(), group.to_vec(), selection)?;
        Ok(request.with_over_write(self.over_write()))
    }
}
