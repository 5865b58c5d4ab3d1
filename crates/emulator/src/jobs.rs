//! The background work: scheduled jobs, record by record.

use massup_model::{RecordId, TerritoryId, ViewId};

use crate::core::Core;
use crate::criteria::{Criteria, Scope};
use crate::documented;
use crate::documented::{AUTOMATIONS_BELOW, RECORDS_PER_JOB};
use crate::metadata::Module;
use crate::store::{Job, Status};

impl Core {
    /// One step of every job that can go on. Says whether there was one.
    pub(crate) fn tick(&mut self) -> bool {
        let mut worked = false;
        for mut job in self.store.open_jobs() {
            self.store.begin();
            let did = self.step(&mut job);
            self.store.commit();
            worked |= did;
        }
        worked
    }

    fn step(&self, job: &mut Job) -> bool {
        let Some(module) = self.organisation.module(&job.module) else { return false };
        if job.status == Status::Scheduled {
            if job.not_before > self.now() {
                return false;
            }
            self.start(job, module);
            return true;
        }
        let done = job.updated + job.failed;
        let faults = &self.settings.faults;
        if faults.fail_jobs_after.is_some_and(|after| done >= after) && done < job.total {
            // The sample of a failed job has all that was not updated among the failed.
            job.failed = job.total - job.updated;
            job.status = Status::Failed;
            self.store.save_job(job);
            return true;
        }
        let stops = [faults.stall_jobs_after, faults.fail_jobs_after].into_iter().flatten().min();
        let left = stops.unwrap_or(u64::MAX).saturating_sub(done);
        let batch = u64::from(self.settings.job_batch.max(1)).min(left);
        if batch == 0 {
            return false;
        }
        let change = self.change(module, &job.fields, job.over_write, job.version, &job.user);
        let members = self.store.members(job.id, done, batch);
        let mut updated = Vec::with_capacity(members.len());
        for record in &members {
            match self.update(&change, *record) {
                Ok(_) => updated.push(*record),
                Err(_) => job.failed += 1,
            }
        }
        job.updated += updated.len() as u64;
        if job.automations {
            let (module, call) = (&job.module, job.call);
            self.store.log_automations(self.now(), module, call, Some(job.id), updated);
        }
        if job.updated + job.failed >= job.total {
            job.status = Status::Completed;
        } else if members.is_empty() {
            // The file is of a version that kept them elsewhere.
            job.failed = job.total - job.updated;
            job.status = Status::Failed;
        }
        self.store.save_job(job);
        true
    }

    /// A job begins: which records it reaches, and whether automations are triggered, is decided now.
    fn start(&self, job: &mut Job, module: &Module) {
        let members = self.members(module, job.view, job.territory, &job.user);
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
            self.store.set_members(job.id, Some(members));
        }
        self.store.save_job(job);
    }

    /// The records of a module for which criteria hold, as a user sees it now.
    pub(crate) fn holding(
        &self,
        module: &Module,
        criteria: &Criteria,
        user: &str,
    ) -> Vec<RecordId> {
        self.found(module, Some(criteria), None, user)
    }

    /// The records of a view, within a territory, as a user sees it now.
    pub(crate) fn members(
        &self,
        module: &Module,
        view: ViewId,
        territory: Option<(TerritoryId, bool)>,
        user: &str,
    ) -> Vec<RecordId> {
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
    ) -> Vec<RecordId> {
        if criteria.is_none() && territories.is_none() {
            return self.store.ids(&module.api_name);
        }
        let related = |id: &str| self.store.view_of(RecordId::from_number(documented::id(id)?)?);
        let scope = Scope { now: self.now(), user, related: &related };
        self.store.matching(&module.api_name, |record| {
            territories.is_none_or(|wanted| {
                record.row.territories.iter().any(|territory| wanted.contains(territory))
            }) && criteria.is_none_or(|criteria| criteria.holds(record, &scope))
        })
    }
}
