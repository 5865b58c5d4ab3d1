//! The snapshot folder.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use ignore::WalkBuilder;
use jiff::Timestamp;
use massup_rules::Facts;
use serde::Deserialize;

use crate::inputs;

/// The facts of a snapshot folder.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What the files tell.
    pub facts: Arc<Facts>,
    /// When they were taken, if `snapshot.json` tells.
    taken_at: Option<Timestamp>,
}

impl Snapshot {
    /// How many whole days ago the facts were taken, if that is known.
    pub(crate) fn days_old(&self) -> Option<i64> {
        Some(Timestamp::now().duration_since(self.taken_at?).as_hours() / 24)
    }
}

/// What `snapshot.json` says about the snapshot; other keys are passed over.
#[derive(Deserialize)]
struct About {
    taken_at: Option<Timestamp>,
}

/// Reads the files of a snapshot folder; those that are no part of one are passed over.
///
/// # Errors
///
/// A file cannot be read, or is not what its name promises.
pub fn read(folder: &Path) -> Result<Snapshot> {
    let mut facts = Facts::default();
    let mut taken_at = None;
    let mut builder = WalkBuilder::new(folder);
    // As deep as `custom_views/{Module}/{id}.json`.
    builder.standard_filters(false).max_depth(Some(3));
    for path in inputs::walk(folder, &builder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let wanted = inside.extension().is_some_and(|end| end == "json" || end == "toml");
        if !wanted {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let cannot = || format!("cannot take facts from `{}`", path.display());
        if parts == ["snapshot.json"] {
            let about: About = serde_json::from_str(&text).with_context(cannot)?;
            taken_at = about.taken_at;
            continue;
        }
        facts.add(&parts.join("/"), &text).with_context(cannot)?;
    }
    Ok(Snapshot { facts: facts.into(), taken_at })
}
