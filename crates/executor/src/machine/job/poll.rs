//! Asking how far a job is, until it is over.

use std::time::Duration;

use massup_model::catalogue::Code;
use massup_model::{JobId, JobStatus, response};
use massup_transport::Decision;

use super::{JobWork, Stage};
use crate::entry::{Doubt, Ended, Entry, Key, State};
use crate::event::{Event, Stop};
use crate::machine::{Machine, Progress, Received};

/// The state of a job that the server no longer knows.
pub(super) const VANISHED: &str = "VANISHED";

impl Machine {
    /// How far the job is.
    pub(super) fn polled(
        &mut self,
        key: Key,
        work: &mut JobWork,
        at: &mut Duration,
        job: JobId,
        decision: Decision,
        received: &Received,
    ) -> Progress {
        let now = self.now.elapsed;
        let is_unknown = matches!(received.code(), Code::NotFound | Code::InvalidData);
        let status = match (decision, &received.read) {
            (Decision::RetryAfter(_), _) => return Progress::Goes,
            (Decision::Done, Some(response::Answer::Status(status))) => status.clone(),
            (Decision::Failed, _) if is_unknown => {
                let (total, updated, failed) = (None, None, None);
                let status = VANISHED.to_owned();
                let again = work.sending.again;
                let ended = Ended { job, status, total, updated, failed, accepted: false, again };
                self.write(vec![Entry::Call(key, State::Ended(ended.clone()))]);
                return self.job_doubt(key, work, at, Some(ended), Doubt::JobVanished);
            }
            // The job goes on, whether it can be asked for or not.
            _ => {
                self.halt_by(&received.outcome);
                return Progress::Goes;
            }
        };
        if status.is_over() {
            return self.job_over(key, work, at, job, &status);
        }
        let Stage::Poll { seen, .. } = &mut work.stage else { return Progress::Goes };
        if seen.as_ref() != Some(&status) {
            work.since = now;
            let JobStatus { state, total, updated, failed, .. } = status.clone();
            let status = state.as_str().to_owned();
            self.show(Event::JobProgress { key, job, status, total, updated, failed });
        } else if now.saturating_sub(work.since) >= self.options.patience {
            self.halt(Stop::JobStalled { job });
        }
        *seen = Some(status);
        *at = work.wait(now, self.options.poll.1);
        Progress::Goes
    }

    fn job_over(
        &mut self,
        key: Key,
        work: &mut JobWork,
        at: &mut Duration,
        job: JobId,
        status: &JobStatus,
    ) -> Progress {
        let ended = Ended {
            job,
            status: status.state.as_str().to_owned(),
            total: status.total,
            updated: status.updated,
            failed: status.failed,
            accepted: false,
            again: work.sending.again,
        };
        self.write(vec![Entry::Call(key, State::Ended(ended.clone()))]);
        let (updated, failed) = (status.updated.unwrap_or(0), status.failed.unwrap_or(0));
        self.totals.updated += updated;
        self.totals.failed += failed;
        self.tried += updated + failed;
        let well = ended.is_completed();
        self.show(Event::JobEnded { key, ended: ended.clone(), earlier: false });
        if well {
            Progress::Ended { well }
        } else if updated == 0 && !work.sending.again {
            // Nothing was done; the next run schedules it again.
            Progress::Ended { well: false }
        } else {
            self.job_doubt(key, work, at, Some(ended), Doubt::JobFailed)
        }
    }
}
