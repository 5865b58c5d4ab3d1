//! What a run shows while it goes on: a bar on a terminal, lines elsewhere, events for programs.

use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use massup_executor::event::{Choice, Event, Question};
use massup_executor::{Observer, Report};

use crate::args::{Format, Global};
use crate::output::{self, printable};

/// The time between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// Watches a run.
pub(super) struct Watch {
    style: Style,
    records: Option<u64>,
    updated: u64,
    failed: u64,
    in_doubt: u64,
    credits: Option<u64>,
    begun: Instant,
    said: Instant,
}

enum Style {
    Bar(ProgressBar),
    Events,
    Lines,
    Silent,
}

impl Watch {
    /// For a plan of so many records, some of which an earlier run has done.
    pub(super) fn new(records: Option<u64>, begun: &Report, global: &Global) -> Self {
        let style = match global.format {
            Format::Jsonl => Style::Events,
            _ if global.quiet => Style::Silent,
            _ if std::io::stderr().is_terminal() => Style::Bar(bar(records)),
            _ => Style::Lines,
        };
        let now = Instant::now();
        let _ = begun;
        Self {
            style,
            records,
            updated: 0,
            failed: 0,
            in_doubt: 0,
            credits: None,
            begun: now,
            said: now,
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Style::Bar(bar) = &self.style {
            bar.finish_and_clear();
        }
    }

    fn count(&mut self, event: &Event) {
        match event {
            Event::CallDone { done, .. } => {
                self.updated += done.updated;
                self.failed += done.failed;
                self.in_doubt += done.in_doubt;
            }
            Event::CallInDoubt { records, .. } => self.in_doubt += records.unwrap_or(0),
            Event::JobProgress { updated, failed, .. } => {
                self.updated = updated.unwrap_or(self.updated);
                self.failed = failed.unwrap_or(self.failed);
            }
            Event::JobEnded { ended, .. } => {
                self.updated = ended.updated.unwrap_or(self.updated);
                self.failed = ended.failed.unwrap_or(self.failed);
            }
            Event::Credits { left } => self.credits = Some(*left),
            _ => {}
        }
    }

    fn words(&self) -> String {
        let of = self.records.map_or_else(String::new, |records| format!(" of {records}"));
        let mut text = format!("{}{of} records updated", self.updated);
        for (number, what) in [(self.failed, "failed"), (self.in_doubt, "in doubt")] {
            if number > 0 {
                text += &format!(", {number} {what}");
            }
        }
        if let Some(left) = self.credits {
            text += &format!(", {left} credits left");
        }
        text
    }
}

fn bar(records: Option<u64>) -> ProgressBar {
    let (bar, template) = match records {
        Some(records) => {
            (ProgressBar::new(records), "{bar:30} {percent}% {speed} {msg}, {eta} left")
        }
        None => (ProgressBar::new_spinner(), "{spinner} {elapsed} {msg}"),
    };
    // The templates are constants: one that is not valid would show in the first test.
    if let Ok(style) = ProgressStyle::with_template(template) {
        // The key of the library has four decimals.
        let speed = |state: &ProgressState, out: &mut dyn fmt::Write| {
            let _ = write!(out, "{:.0}/s", state.per_sec());
        };
        bar.set_style(style.with_key("speed", speed));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What people should hear of at once.
fn remark(event: &Event) -> Option<String> {
    Some(match event {
        Event::CallRefused { key, refused } => {
            format!("step {}: refused with {}: {}", key.step, refused.code, refused.message)
        }
        Event::CallInDoubt { key, .. } => {
            format!(
                "step {}: it is not known whether the call was carried out; reading back",
                key.step
            )
        }
        Event::Settled { key, updated, pending, in_doubt, .. } => format!(
            "step {}: read back: {updated} updated, {pending} to send again, {in_doubt} in doubt",
            key.step
        ),
        Event::NotYetSettled { key, updated, left, milliseconds } => {
            let seconds = milliseconds.div_ceil(1_000);
            format!(
                "step {}: read back: {updated} updated; the call may still arrive for the other {left}, so they \
                 are read again in {seconds} s",
                key.step
            )
        }
        Event::JobScheduled { key, job } => format!("step {}: job {job} is scheduled", key.step),
        Event::JobEnded { key, ended, earlier: false } => {
            format!("step {}: job {} ended as {}", key.step, ended.job, ended.status)
        }
        Event::Blocked { step, after } => {
            format!("step {step} is not begun: step {after} did not end well")
        }
        Event::Waiting { key, code, milliseconds } => {
            let why = if code.is_empty() { "no answer" } else { code };
            let seconds = milliseconds.div_ceil(1_000);
            format!("step {}: {why}; sending again in {seconds} s", key.step)
        }
        Event::NoBackup { limit } => {
            format!("no values are kept: the plan updates more than {limit} records")
        }
        Event::Stopping { .. } => "stopping: calls under way are finished".to_owned(),
        _ => return None,
    })
}

impl Observer for Watch {
    fn event(&mut self, event: &Event) {
        self.count(event);
        match &self.style {
            Style::Silent => {}
            Style::Events => {
                // A reader that has gone does not stop the run.
                let _ = output::json_line(event);
            }
            Style::Bar(bar) => {
                if let Some(text) = remark(event) {
                    bar.suspend(|| output::remark(&text));
                }
                bar.set_position(self.updated + self.failed + self.in_doubt);
                bar.set_message(printable(&self.words()));
            }
            Style::Lines => {
                if let Some(text) = remark(event) {
                    output::remark(&text);
                }
                if self.said.elapsed() >= EVERY {
                    self.said = Instant::now();
                    let seconds = self.begun.elapsed().as_secs();
                    output::remark(&format!("{} after {seconds} s", self.words()));
                }
            }
        }
    }

    fn decide(&mut self, question: &Question) -> Choice {
        if !std::io::stdin().is_terminal() || matches!(self.style, Style::Events) {
            return Choice::Later;
        }
        let ask = || {
            let records = question.records.map_or_else(
                || "a job on the view".to_owned(),
                |records| format!("{records} records"),
            );
            output::remark(&format!(
                "step {}: it is not known whether {records} were updated; sending again may run automations \
                 twice",
                question.key.step
            ));
            loop {
                let mut err = anstream::stderr();
                let _ = write!(err, "retry, skip, or later? ").and_then(|()| err.flush());
                let mut line = String::new();
                if !std::io::stdin().read_line(&mut line).is_ok_and(|read| read > 0) {
                    return Choice::Later;
                }
                match line.trim() {
                    "retry" => return Choice::Retry,
                    "skip" => return Choice::Skip,
                    "later" => return Choice::Later,
                    _ => {}
                }
            }
        };
        match &self.style {
            Style::Bar(bar) => bar.suspend(ask),
            _ => ask(),
        }
    }
}
