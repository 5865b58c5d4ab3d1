//! Every route with its cost and its objections, and the cheapest without one.

use crate::decision::Alternative;
use crate::estimate::Estimate;
use crate::{Plan, Route};

impl Plan {
    /// The cheapest route: [`Plan::decide`] without its reasons.
    pub(crate) fn cheapest(&self, records: Option<u64>) -> Option<(Route, Estimate)> {
        let alternatives = self.alternatives(records.or(self.records()));
        cheapest(&alternatives).map(|alternative| (alternative.route, alternative.estimate))
    }

    pub(super) fn alternatives(&self, records: Option<u64>) -> Vec<Alternative> {
        let alternative = |route: &Route| {
            let estimate = self.estimate(*route, records);
            let objections = self.objections(*route, &estimate, records);
            Alternative { route: *route, estimate, objections }
        };
        Route::all(self.selection()).iter().map(alternative).collect()
    }
}

pub(super) fn cheapest(alternatives: &[Alternative]) -> Option<&Alternative> {
    let cost = |open: &&Alternative| {
        let Estimate { calls, credits, .. } = open.estimate;
        // An unknown cost sorts after every known one.
        (credits.is_none(), credits, calls.is_none(), calls, open.route)
    };
    alternatives.iter().filter(|alternative| alternative.objections.is_empty()).min_by_key(cost)
}
