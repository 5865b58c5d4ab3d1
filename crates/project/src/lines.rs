//! Checks large files of one value per line without holding them.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use massup_rules::{Facts, FileReport};
use massup_syntax::{is_json_lines, is_plan, looks_like_a_call};

use crate::checker::FileChecker;
use crate::error::Error;
use crate::input::Input;
use crate::{limits, plan};

/// The bytes that are read at a time. Smaller files are held.
const PART: usize = 256 << 10;

impl FileChecker {
    /// Checks a large JSON Lines file or plan while reading it, so that memory does not grow with the file.
    ///
    /// `None` if the file must be held: it is small, has another format, or is not quickly shown to be clean.
    /// [`Input::content`] and [`FileChecker::check`] then give the report.
    ///
    /// # Errors
    ///
    /// [`Error::Read`]: reading fails.
    pub fn check_clean_lines(&self, input: &Input) -> Result<Option<FileReport>, Error> {
        let Some(path) = input.path.as_deref().filter(|_| is_json_lines(&input.name)) else {
            return Ok(None);
        };
        let is_large = |there: std::fs::Metadata| {
            there.is_file() && (PART as u64..=limits::LINES_FILE_BYTES).contains(&there.len())
        };
        if !path.metadata().is_ok_and(is_large) {
            return Ok(None);
        }
        self.clean_lines(input, path).map_err(|error| Error::Read(path.to_owned(), error))
    }

    fn clean_lines(&self, input: &Input, path: &Path) -> io::Result<Option<FileReport>> {
        let mut file = open(path)?;
        let first = file.fill_buf()?;
        // The first line shows whether the file is a plan.
        let is_whole = first.trim_ascii_start().contains(&b'\n');
        let is_wanted = !input.is_found() || looks_like_a_call(&input.name, first);
        if !is_whole || !is_wanted {
            return Ok(None);
        }
        let is_plan = is_plan(first);
        let report = self.linter().checker().lint_clean_lines(&input.name, &mut file)?;
        if report.is_some() && is_plan && !is_sound(path, self.known())? {
            return Ok(None);
        }
        Ok(report)
    }
}

fn open(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(PART, File::open(path)?))
}

/// Whether nothing is wrong with a plan.
fn is_sound(path: &Path, known: Option<&Facts>) -> io::Result<bool> {
    Ok(plan::is_current_file(open(path)?, known)
        && massup_planner::file::breaches(open(path)?).is_ok_and(|found| found.is_empty()))
}

#[cfg(test)]
mod tests {
    use massup_rules::Linter;

    use super::*;

    const HEADER: &str = "{\"massup_plan\":1,\"module\":\"Leads\",\"api_version\":\"v8\"}\n";

    fn lines(number: u64) -> String {
        let line = |n: u64| {
            let id = 554_023_000_000_000_000 + n;
            format!("{{\"data\":[{{\"City\":\"x\"}}],\"ids\":[\"{id}\"]}}\n")
        };
        (0..number).map(line).collect()
    }

    /// What is reported while reading is what is reported on the bytes; the rest is left to them.
    #[test]
    fn a_file_that_is_read_in_parts_has_the_report_of_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let many = lines(6_000);
        assert!(many.len() > PART);
        let faulty = "{\"data\":[{\"City\":\"x\"}],\"ids\":[]}\n";
        let cut_off = format!("{HEADER}{many}");
        for (name, text, reads) in [
            ("a.jsonl", many.clone(), true),
            ("a.ndjson", many.trim_end().to_owned(), true),
            ("a.jsonl", many.replace("}\n", "}\r\n\n"), true),
            ("a.json", many.clone(), false),
            ("a.jsonl", lines(9), false),
            ("a.jsonl", format!("{many}{faulty}"), false),
            ("a.jsonl", format!("{faulty}{many}"), false),
            ("a.jsonl", format!("{many}{}", many.trim_end_matches("}\n")), false),
            ("a.jsonl", format!("\u{feff}{many}"), false),
            ("a.jsonl", format!("// massup: allow(MU120) x\n{many}"), false),
            ("a.plan.jsonl", cut_off.clone(), false),
            ("a.jsonl", format!("\n \n{cut_off}"), false),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, &text).unwrap();
            for input in [Input::named(&path), Input::met(&path)] {
                let checker = FileChecker::new(Linter::new().module("Leads"));
                let found = checker.check_clean_lines(&input).unwrap();
                assert_eq!(found.is_some(), reads, "{name} {}", &text[..60]);
                if let Some(found) = found {
                    assert_eq!(found, checker.check(&input.name, text.as_bytes()));
                }
            }
        }
        let other = folder.path().join("b.jsonl");
        std::fs::write(&other, "{\"a\":1}\n".repeat(PART)).unwrap();
        let checker = FileChecker::default();
        assert_eq!(checker.check_clean_lines(&Input::met(&other)).unwrap(), None);
    }
}
