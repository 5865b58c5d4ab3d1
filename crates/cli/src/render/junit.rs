//! JUnit XML, which most build servers read.
//!
//! A file is a test suite, a finding a test case. What does not make the run fail is a case that passes
//! and says what was found; a file without findings is one that passes.

use std::io::{self, Write};

use anyhow::Result;
use massup_project::Checked;
use massup_rules::Diagnostic;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::called;
use crate::output::count;
use crate::text::Line;

/// The report on all files.
pub(super) fn report(files: &[Checked], out: &mut dyn Write) -> Result<()> {
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attribute(("name", "massup"))
        .write_inner_content(|writer| files.iter().try_for_each(|file| suite(file, writer)))?;
    Ok(writeln!(out)?)
}

fn suite<W: Write>(file: &Checked, writer: &mut Writer<W>) -> io::Result<()> {
    let found = &file.report.diagnostics;
    let failures = found.iter().filter(|found| found.severity >= file.deny).count();
    // Escapes of markup are the writer's; what XML 1.0 cannot hold at all is made visible here.
    let path = Line::of(called(&file.report.path));
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", path.as_str()),
            ("tests", &found.len().max(1).to_string()),
            ("failures", &failures.to_string()),
            ("errors", "0"),
        ])
        .write_inner_content(|writer| {
            if found.is_empty() {
                let case = [("classname", path.as_str()), ("name", "no findings")];
                writer.create_element("testcase").with_attributes(case).write_empty()?;
            }
            if file.report.omitted.total() > 0 {
                let more = count(file.report.omitted.total(), "more finding");
                let text = BytesText::new(&more);
                writer.create_element("system-out").write_text_content(text)?;
            }
            found
                .iter()
                .try_for_each(|found| case(&path, found, found.severity >= file.deny, writer))
        })?;
    Ok(())
}

fn case<W: Write>(
    path: &Line,
    found: &Diagnostic,
    fails: bool,
    writer: &mut Writer<W>,
) -> io::Result<()> {
    let place = match (found.line, found.column) {
        (Some(line), Some(column)) => Line::of(line).own(":").outside(column),
        _ => Line::of(&found.pointer),
    };
    let name = Line::of(found.code).own(" ").outside(found.name).own(" ").then(&place);
    let message = Line::of(&found.message);
    let mut text = Line::new().then(path).own(":").then(&place).own(": ").then(&message);
    if let Some(help) = &found.help {
        text = text.own("\nhelp: ").outside(help);
    }
    writer
        .create_element("testcase")
        .with_attributes([("classname", path.as_str()), ("name", name.as_str().trim_end())])
        .write_inner_content(|writer| {
            let text = BytesText::new(text.as_str());
            if fails {
                let about = [("type", found.severity.as_str()), ("message", message.as_str())];
                writer.create_element("failure").with_attributes(about).write_text_content(text)?;
            } else {
                writer.create_element("system-out").write_text_content(text)?;
            }
            Ok(())
        })?;
    Ok(())
}
