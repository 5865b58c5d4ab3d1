//! The background work: scheduled jobs, record by record.

use massup_model::{RecordId, TerritoryId, ViewId};
use serde_json::{Map, Value};

use crate::criteria::{Criteria, Scope};
use crate::documented;
use crate::documented::{AUTOMATIONS_BELOW, RECORDS_PER_JOB};
use crate::emulator::Core;
use crate::metadata::Module;
use crate::refusal::Refusal;
use crate::store::{Automation, Job, Status};
use crate::update::Change;

impl Core {
    /// One step of every job that can go on. Says whether there was one.
    pub(crate) fn tick(&mut self) -> Result<bool, rusqlite::Error> {
        let jobs = self.store.open_jobs()?;
        let mut worked = false;
        for mut job in jobs {
            self.store.begin()?;
            match self.step(&mut job) {
                Ok(did) => {
                    self.store.commit()?;
                    worked |= did;
                }
                Err(error) => {
                    self.store.roll_back()?;
                    return Err(error);
                }
            }
        }
        Ok(worked)
    }

    fn step(&self, job: &mut Job) -> Result<bool, rusqlite::Error> {
        let Some(module) = self.organisation.module(&job.module) else { return Ok(false) };
        if job.status == Status::Scheduled {
            if job.not_before > self.now() {
                return Ok(false);
            }
            return self.start(job, module).map(|()| true);
        }
        let done = job.updated + job.failed;
        let faults = &self.settings.faults;
        if faults.fail_jobs_after.is_some_and(|after| done >= after) && done < job.total {
            // The sample of a failed job has all that was not updated among the failed.
            job.failed = job.total - job.updated;
            job.status = Status::Failed;
            return self.store.save_job(job).map(|()| true);
        }
        let stops = [faults.stall_jobs_after, faults.fail_jobs_after].into_iter().flatten().min();
        let left = stops.unwrap_or(u64::MAX).saturating_sub(done);
        let batch = u64::from(self.settings.job_batch.max(1)).min(left);
        if batch == 0 {
            return Ok(false);
        }
        let change = Change {
            module,
            fields: job.fields.clone(),
            over_write: job.over_write,
            version: job.version,
            user: job.user.clone(),
        };
        for (position, record) in (done..).zip(self.store.members(job.id, done, batch)?) {
            self.update_member(job, &change, position, record)?;
        }
        if job.updated + job.failed >= job.total {
            job.status = Status::Completed;
        }
        self.store.save_job(job)?;
        Ok(true)
    }

    /// A job begins: which records it reaches, and whether automations are triggered, is decided now.
    fn start(&self, job: &mut Job, module: &Module) -> Result<(), rusqlite::Error> {
        let members = self.members(module, job.view, job.territory, &job.user)?;
        job.total = members.len() as u64;
        job.status = match job.total {
            0 => Status::Completed,
            all if all > RECORDS_PER_JOB => Status::Failed,
            _ => Status::Running,
        };
        if job.status == Status::Failed {
            job.failed = job.total;
        }
        job.automations = job.total < AUTOMATIONS_BELOW
            || (job.total == AUTOMATIONS_BELOW && self.settings.automations_at_threshold);
        if job.status == Status::Running {
            self.store.set_members(job.id, &members)?;
        }
        self.store.save_job(job)
    }

    fn update_member(
        &self,
        job: &mut Job,
        change: &Change<'_>,
        position: u64,
        record: RecordId,
    ) -> Result<(), rusqlite::Error> {
        match self.update(change, record) {
            Ok(_) => {
                job.updated += 1;
                if job.automations {
                    self.store.log_automation(&Automation {
                        number: 0,
                        at: self.now(),
                        module: job.module.clone(),
                        record,
                        call: job.call,
                        job: Some(job.id),
                        trigger: "edit".to_owned(),
                    })?;
                }
            }
            Err(denial) if denial.refusal == Refusal::Internal => {
                return Err(rusqlite::Error::InvalidQuery);
            }
            Err(denial) => {
                job.failed += 1;
                self.store.refuse_member(job.id, position, &format!("{:?}", denial.refusal))?;
            }
        }
        Ok(())
    }

    /// The records of a module for which criteria hold, as a user sees it now.
    pub(crate) fn holding(
        &self,
        module: &Module,
        criteria: &Criteria,
        user: &str,
    ) -> Result<Vec<RecordId>, rusqlite::Error> {
        self.found(module, Some(criteria), None, user)
    }

    /// The records of a view, within a territory, as a user sees it now.
    pub(crate) fn members(
        &self,
        module: &Module,
        view: ViewId,
        territory: Option<(TerritoryId, bool)>,
        user: &str,
    ) -> Result<Vec<RecordId>, rusqlite::Error> {
        let criteria = module
            .views
            .iter()
            .find(|known| known.id == view)
            .and_then(|view| view.criteria.as_ref());
        let territories = territory
            .map(|(id, include_child)| self.organisation.territories_of(id, include_child));
        self.found(module, criteria, territories.as_deref(), user)
    }

    fn found(
        &self,
        module: &Module,
        criteria: Option<&Criteria>,
        territories: Option<&[TerritoryId]>,
        user: &str,
    ) -> Result<Vec<RecordId>, rusqlite::Error> {
        let related = |id: &str| -> Option<Map<String, Value>> {
            self.store.data_of(RecordId::from_number(documented::id(id)?)?).ok().flatten()
        };
        if criteria.is_none() && territories.is_none() {
            return self.store.ids(&module.api_name);
        }
        let scope = Scope { now: self.now(), user, related: &related };
        let found = self.store.matching(&module.api_name, |record| {
            territories.is_none_or(|wanted| {
                record.territories.iter().any(|territory| wanted.contains(territory))
            }) && criteria.is_none_or(|criteria| criteria.holds(&record.data, &scope))
        })?;
        Ok(found.into_iter().map(|record| record.id).collect())
    }
}
