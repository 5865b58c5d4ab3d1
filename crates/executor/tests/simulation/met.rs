//! What a world has met, so that the test of all worlds sees what they reach.

use std::collections::BTreeSet;

use massup_executor::entry::Doubt;
use massup_executor::event::{Event, Stop};

use crate::process::World;

impl World {
    /// What the world has met.
    pub(crate) fn met(&self) -> BTreeSet<&'static str> {
        let mut met = BTreeSet::new();
        for event in &self.watch.events {
            met.extend(match event {
                Event::Settled { pending, in_doubt, updated, .. } => [
                    (*pending > 0).then_some("settled: sent again"),
                    (*in_doubt > 0).then_some("settled: still in doubt"),
                    (*updated > 0).then_some("settled: done"),
                ]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>(),
                Event::CallInDoubt { why, .. } => vec![match why {
                    Doubt::NoAnswer => "no answer",
                    Doubt::ServerError => "server error",
                    Doubt::Unanswered => "unanswered",
                    Doubt::Interrupted => "interrupted",
                    Doubt::JobFailed => "job failed",
                    Doubt::JobVanished => "job vanished",
                    Doubt::JobOnView => "job on the view",
                }],
                Event::Stopping { why } => vec![match why {
                    Stop::Asked => "stop: asked",
                    Stop::JobStalled { .. } => "stop: job stalled",
                    Stop::Refused(_) => "stop: refused",
                    Stop::Unreachable { .. } => "stop: unreachable",
                    Stop::ViewBusy => "stop: view busy",
                    _ => "stop: other",
                }],
                Event::JobEnded { .. } => vec!["job ended"],
                Event::IdsRead { .. } => vec!["ids read"],
                Event::Blocked { .. } => vec!["blocked"],
                Event::Waiting { .. } => vec!["waiting"],
                _ => Vec::new(),
            });
        }
        if !self.scenario.server.meddled.is_empty() {
            met.insert("meddled");
        }
        if self.sent_ahead {
            met.insert("sent while the disk writes");
        }
        met
    }
}
