//! The snapshot folder.

use std::path::Path;

use anyhow::{Context as _, Result};
use ignore::WalkBuilder;
use massup_rules::Facts;

use crate::lint;

/// Reads the files of a snapshot folder; those that are no part of one are passed over.
///
/// # Errors
///
/// A file cannot be read, or is not what its name promises.
pub fn read(folder: &Path) -> Result<Facts> {
    let mut facts = Facts::default();
    let mut builder = WalkBuilder::new(folder);
    // As deep as `custom_views/{Module}/{id}.json`.
    builder.standard_filters(false).max_depth(Some(3));
    for path in lint::walk(folder, &builder)? {
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
