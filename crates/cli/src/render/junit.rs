//! JUnit XML, which most build servers read.
//!
//! A file is a test suite, a finding a test case. What does not make the run fail is a case that passes
//! and says what was found; a file without findings is one that passes.

use anyhow::Result;
use massup_rules::Diagnostic;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{called, with_help};
use massup_project::Checked;

/// The report on all files.
pub(super) fn report(files: &[Checked]) -> Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("testsuites")
        .with_attribute(("name", "massup"))
        .write_inner_content(|writer| files.iter().try_for_each(|file| suite(file, writer)))?;
    Ok(String::from_utf8(writer.into_inner())? + "\n")
}

fn suite(file: &Checked, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
    let found = &file.report.diagnostics;
    let failures = found.iter().filter(|found| found.severity >= file.deny).count();
    let path = legal(called(&file.report.path));
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
            found
                .iter()
                .try_for_each(|found| case(&path, found, found.severity >= file.deny, writer))
        })?;
    Ok(())
}

fn case(
    path: &str,
    found: &Diagnostic,
    fails: bool,
    writer: &mut Writer<Vec<u8>>,
) -> std::io::Result<()> {
    let place = match (found.line, found.column) {
        (Some(line), Some(column)) => format!("{line}:{column}"),
        _ => found.pointer.clone(),
    };
    let name = legal(format!("{} {} {place}", found.code, found.name).trim_end());
    let text = legal(&format!("{path}:{place}: {}", with_help(found)));
    let message = legal(&found.message);
    writer
        .create_element("testcase")
        .with_attributes([("classname", path), ("name", name.as_str())])
        .write_inner_content(|writer| {
            let text = BytesText::new(&text);
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

/// A text without the characters that XML 1.0 cannot hold, escaped or not.
fn legal(text: &str) -> String {
    let legal = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}') || c == '\n';
    text.chars().map(|c| if legal(c) { c } else { '\u{fffd}' }).collect()
}
