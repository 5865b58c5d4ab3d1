//! What of a plan has not begun.

use massup_planner::{Action, Error, Step};
use serde::Serialize;

use crate::entry::{Key, ReadState};
use crate::journal::Journal;
use crate::session::RunError;

/// What of a plan has not begun: the journal knows nothing about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ahead {
    /// Calls that were never sent, those of views whose ids are read.
    pub calls: u64,
    /// Views whose ids are not all read; how many calls follow is not known yet.
    pub reads: u64,
}

impl Ahead {
    /// Compares a plan with its journal.
    ///
    /// ```
    /// use massup_executor::entry::Identity;
    /// use massup_executor::{Ahead, Memory};
    /// use massup_model::ApiVersion;
    /// use massup_planner::{Plan, Route};
    ///
    /// let fields = vec![("City".to_owned(), "Chennai".into())];
    /// let plan = Plan::new(ApiVersion::V8, "Leads", fields, None)?;
    /// let steps = plan.on_view("554023000000091515".parse()?, None).steps(Route::View)?;
    /// let mut journal = Memory::new(Identity {
    ///     plan: "sha256:0".to_owned(),
    ///     organisation: "1".to_owned(),
    ///     api_version: ApiVersion::V8,
    ///     module: "Leads".to_owned(),
    /// });
    /// let ahead = Ahead::of(steps.into_iter().map(Ok), &mut journal)?;
    /// assert_eq!((ahead.calls, ahead.reads), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * [`RunError::Plan`]: the plan cannot be read.
    /// * [`RunError::Journal`]: the journal cannot be read.
    pub fn of<J: Journal + ?Sized>(
        steps: impl IntoIterator<Item = Result<Step, Error>>,
        journal: &mut J,
    ) -> Result<Self, RunError> {
        let mut ahead = Self::default();
        for step in steps {
            let step = step.map_err(RunError::Plan)?;
            let parts = match step.action {
                Action::Update(_) => 1,
                Action::Read(_) => {
                    let is_read = parts_of(step.number, journal)?.is_some();
                    ahead.reads += u64::from(!is_read);
                    continue;
                }
                Action::UpdateRead { step, .. } => parts_of(step, journal)?.unwrap_or(0),
            };
            for part in 0..parts {
                let key = Key { step: step.number, part };
                let is_begun = journal.call(key).map_err(RunError::Journal)?.is_some();
                ahead.calls += u64::from(!is_begun);
            }
        }
        Ok(ahead)
    }

    /// Whether everything has begun.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// How many parts a step has read; `None` until it has read all.
fn parts_of<J: Journal + ?Sized>(step: u64, journal: &mut J) -> Result<Option<u32>, RunError> {
    Ok(match journal.read(step).map_err(RunError::Journal)? {
        Some(ReadState::Done { parts, .. }) => Some(parts),
        Some(ReadState::Begun) | None => None,
    })
}
