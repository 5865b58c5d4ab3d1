//! The snapshot folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use jiff::Timestamp;
use massup_facts::{Facts, SnapshotFile};
use massup_planner::Plan;
use serde::Deserialize;

use crate::error::{Error, shown};
use crate::{input, limits};

/// The facts of a snapshot folder.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The facts from the files.
    pub facts: Arc<Facts>,
    /// When they were taken, if `snapshot.json` has it.
    taken_at: Option<Timestamp>,
    /// Files that could not be read, and why: they are ignored.
    pub faults: Vec<String>,
    /// Files whose names no file of a snapshot has, relative to its folder: they are ignored too.
    strangers: Vec<String>,
}

impl Snapshot {
    /// How many whole days ago the facts were taken, if that is known.
    pub fn days_old(&self) -> Option<i64> {
        Some(now().duration_since(self.taken_at?).as_hours() / 24)
    }

    /// What is to be said about the snapshot of a folder, which is old after so many days.
    pub fn remarks(&self, folder: &Path, most: u32) -> Vec<String> {
        let shown = shown(folder);
        let mut remarks = Vec::new();
        match self.days_old() {
            Some(days) if days > i64::from(most) => remarks.push(format!(
                "the facts in `{shown}` are {days} days old: take them anew, with the command or \
                 calls that wrote them"
            )),
            // A broken snapshot.json has been complained of.
            None if self.faults.is_empty() => {
                let now = now().strftime("%Y-%m-%dT%H:%M:%SZ");
                remarks.push(format!(
                    "how old the facts in `{shown}` are is not known: write when they were taken \
                     into its snapshot.json, as {{\"taken_at\": \"{now}\"}}"
                ));
            }
            _ => {}
        }
        if let [first, others @ ..] = &*self.strangers {
            let more = match others.len() {
                0 => String::new(),
                number => format!(" and {number} more"),
            };
            remarks.push(format!(
                "passed over in `{shown}`: `{first}`{more}; the files of a snapshot are {}",
                SnapshotFile::NAMES
            ));
        }
        remarks
    }
}

/// What `snapshot.json` says about the snapshot; other keys are passed over.
#[derive(Deserialize)]
struct About {
    taken_at: Option<Timestamp>,
}

/// Reads the files of a snapshot folder; others are passed over, and those that
/// are broken are named among its faults.
///
/// # Errors
///
/// The folder cannot be read.
pub fn read(folder: &Path) -> Result<Snapshot, Error> {
    let mut facts = Facts::default();
    let mut snapshot = Snapshot::default();
    let mut builder = WalkBuilder::new(folder);
    // As deep as `custom_views/{Module}/{id}.json`.
    builder.standard_filters(false).max_depth(Some(3));
    let (files, errors) = input::walk(folder, &builder);
    if let Some(error) = errors.into_iter().next() {
        return Err(error);
    }
    for path in files {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let wanted = inside.extension().is_some_and(|end| end == "json" || end == "toml");
        if wanted && let Err(error) = snapshot.take(&path, &parts.join("/"), &mut facts) {
            snapshot.faults.push(error.to_string());
        }
    }
    snapshot.facts = facts.into();
    Ok(snapshot)
}

impl Snapshot {
    /// Takes what a file holds.
    fn take(&mut self, path: &Path, name: &str, facts: &mut Facts) -> Result<(), Error> {
        let cannot = |why: String| Error::SnapshotFile { file: path.to_owned(), why };
        let bytes =
            crate::read::bounded(path, limits::FILE_BYTES).map_err(|error| match error {
                Error::Read(_, error) => cannot(error.to_string()),
                error => error,
            })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| cannot("it is not UTF-8; save it as such".to_owned()))?;
        match SnapshotFile::parse(name) {
            Some(SnapshotFile::Snapshot) => {
                let text = text.trim_start_matches('\u{feff}');
                let about: About =
                    serde_json::from_str(text).map_err(|error| cannot(error.to_string()))?;
                self.taken_at = about.taken_at;
            }
            _ if facts.add(name, &text).map_err(|error| cannot(error.to_string()))? => {}
            _ => self.strangers.push(name.to_owned()),
        }
        Ok(())
    }
}

/// The snapshot directory, looked for in the folder of each file and above.
pub const FOLDER: &str = ".massup/snapshot";

/// The snapshot directory of a folder: its own, or that of the nearest folder above.
pub fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FOLDER)).find(|found| found.is_dir())
}

/// The facts of the snapshot that is named, or of the nearest one, if there is one.
///
/// # Errors
///
/// The directory that is named does not exist, or a file of it cannot be used.
pub fn known(named: Option<&Path>) -> Result<Option<Arc<Facts>>, Error> {
    let here = || nearest(&std::env::current_dir().ok()?);
    let Some(folder) = named.map(Path::to_owned).or_else(here) else { return Ok(None) };
    if !folder.is_dir() {
        return Err(Error::NotASnapshot(folder));
    }
    let Snapshot { facts, faults, .. } = read(&folder)?;
    match faults.into_iter().next() {
        // A plan is made of all that is known, or not at all.
        Some(fault) => Err(Error::BrokenSnapshot(fault)),
        None => Ok(Some(facts)),
    }
}

/// The time that counts as now: `SOURCE_DATE_EPOCH`, in seconds, makes output reproducible.
pub fn now() -> Timestamp {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse().ok());
    told.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or_else(Timestamp::now)
}

/// The plan with the age of its count.
pub fn aged(plan: Plan, now: Timestamp) -> Plan {
    let counted = plan.facts().and_then(|facts| facts.view.counted.as_deref());
    let counted = counted.and_then(|counted| counted.parse::<Timestamp>().ok());
    let hours = counted.map(|counted| now.duration_since(counted).as_hours());
    plan.counted_before(hours.and_then(|hours| u64::try_from(hours).ok()))
}
