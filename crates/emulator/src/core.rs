//! The state that calls work on: an organisation, its settings and its clock.

use std::sync::Arc;

use massup_model::RecordId;

use crate::Error;
use crate::metadata::{Description, Record, RecordState};
use crate::settings::{Faults, Settings};
use crate::store::Store;
use crate::time::{self, Clock, Instant};

/// What is behind the lock.
pub(crate) struct Core {
    pub(crate) store: Store,
    /// The organisation without its records.
    pub(crate) organisation: Arc<Description>,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core")
            .field("settings", &self.settings)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

impl Core {
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Replaces everything by another organisation, or says why it cannot be.
    pub(crate) fn import(&mut self, description: &Description) -> Result<(), Error> {
        crate::import::check(description).map_err(Error::of)?;
        self.store.import(description)?;
        self.organisation = Arc::new(self.store.description());
        Ok(())
    }

    /// Puts a record into a state. Says whether there is such a record.
    pub(crate) fn set_state(&self, module: &str, id: RecordId, state: RecordState) -> bool {
        let Some(record) = self.store.record(module, id) else { return false };
        self.store.insert(module, &Record { state, ..record });
        true
    }

    /// The organisation with its records as they are now.
    pub(crate) fn whole(&self) -> Description {
        let mut whole = self.organisation.as_ref().clone();
        for module in &mut whole.modules {
            module.records = self.store.first(&module.api_name, usize::MAX);
        }
        whole
    }

    /// Writes settings and clock down, so that they are there again after a kill. Faults are for now.
    pub(crate) fn keep_settings(&self) {
        let settings = Settings { faults: Faults::default(), ..self.settings.clone() };
        self.store.keep_as("settings", &settings);
        if let Clock::System { ahead } = self.clock {
            self.store.keep_as("ahead", &ahead);
        }
    }

    pub(crate) fn timestamp(&self) -> String {
        time::format(self.now())
    }
}
