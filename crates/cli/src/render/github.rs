//! Annotations of GitHub workflows: commands on standard output.
//!
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::io::Write;

use anyhow::Result;
use massup_project::Checked;
use massup_rules::Severity;

use super::{Further, Placed, further, placed};
use crate::text::{Language, Terminal, Text};

/// One command a finding.
pub(super) fn annotations(files: &[Checked], out: &mut dyn Write) -> Result<()> {
    for Placed { path, found, .. } in placed(files) {
        let mut about = Property::new().own(command(found.severity)).outside(found.code).own(" ");
        about = about.outside(found.name);
        // Standard input is not a file that GitHub could show.
        if let Some(path) = path {
            about = about.own(",file=").outside(&path.name);
            if let (Some(line), Some(column)) = (found.line, found.column) {
                about = about.own(",line=").outside(line).own(",col=").outside(column);
            }
        }
        let mut message = Text::<Data>::of(&found.message);
        if let Some(help) = &found.help {
            message = message.own("%0Ahelp: ").outside(help);
        }
        writeln!(out, "{about}::{message}")?;
    }
    for Further { path, severity, message, .. } in further(files) {
        let mut about = Property::new().own(command(severity)).own("massup");
        if let Some(path) = path {
            about = about.own(",file=").outside(&path.name);
        }
        writeln!(out, "{about}::{}", Text::<Data>::of(&message))?;
    }
    Ok(())
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "::error title=",
        Severity::Warning => "::warning title=",
        Severity::Note => "::notice title=",
    }
}

/// The message of a command.
struct Data;

/// What is before the message of a command.
struct Properties;

type Property = Text<Properties>;

impl Language for Data {
    fn escape(outside: &str, written: &mut String) {
        for c in outside.chars() {
            match c {
                '%' => *written += "%25",
                '\r' => *written += "%0D",
                '\n' => *written += "%0A",
                c => Terminal::escape(c.encode_utf8(&mut [0; 4]), written),
            }
        }
    }
}

impl Language for Properties {
    fn escape(outside: &str, written: &mut String) {
        let start = written.len();
        Data::escape(outside, written);
        let escaped = written.split_off(start);
        *written += &escaped.replace(':', "%3A").replace(',', "%2C");
    }
}
