//! The snapshot folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use massup_rules::Facts;

/// Reads the files of a snapshot folder; those that are no part of one are passed over.
///
/// # Errors
///
/// A file cannot be read, or is not what its name promises.
pub fn read(folder: &Path) -> Result<Facts> {
    let mut facts = Facts::default();
    for path in files(folder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let wanted = inside.extension().is_some_and(|end| end == "json" || end == "toml");
        if !wanted {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        facts
            .add(&parts.join("/"), &text)
            .with_context(|| format!("cannot take facts from `{}`", path.display()))?;
    }
    Ok(facts)
}

/// The files at most three folders deep, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .max_depth(Some(3))
        .sort_by_file_name(std::cmp::Ord::cmp)
        .build();
    for entry in walk {
        let entry = entry.with_context(|| format!("cannot walk `{}`", folder.display()))?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}
