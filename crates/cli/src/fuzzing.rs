//! What commands print about bytes that are not in a file, for fuzzing.

use anyhow::Result;
use clap::ValueEnum as _;
use massup_project::Checked;

use crate::args::Format;
use crate::render::{Detail, Run, write};
use crate::show;

/// Findings in every format of `massup lint`, by its name, without colours.
///
/// # Errors
///
/// A format is not UTF-8, or cannot be written.
pub fn findings(files: &[Checked]) -> Result<Vec<(String, String)>> {
    let formats = Format::value_variants().iter().copied().filter(|format| format.is_of("lint"));
    formats
        .map(|format| {
            let mut out = Vec::new();
            let detail = Detail { only: None, verbose: true };
            write(format, &Run::of(files), detail, &mut out)?;
            Ok((name(format), plain(&String::from_utf8(out)?)))
        })
        .collect()
}

/// A plan file in every format of `massup show`, by its name, without colours.
///
/// # Errors
///
/// The bytes are not a plan that is complete and unmodified, or no call can set its fields.
pub fn plan(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    let texts = show::in_every_format(bytes)?;
    Ok(texts.into_iter().map(|(format, text)| (name(format), plain(&text))).collect())
}

/// A text without colours.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn name(format: Format) -> String {
    format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
