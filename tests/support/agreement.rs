//! Two readings of the documentation, held against each other: the rules and the emulator, which share no rule.

use massup_emulator::settings::BothSelections;
use massup_emulator::{Refusal, Reply, Request};
use massup_model::{Module, Route, RouteError};
use massup_rules::{Diagnostic, FileReport, Severity};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::calls::Call;
use crate::foretold::{Foretold, foretold};
use crate::organisation::TOKENS;

/// What a lint finds in a call that knows what the bearer of the token can find out.
pub fn linted(call: &Call) -> FileReport {
    let linter = call.organisation().linter(call.token.min(TOKENS.len() - 1));
    linter.lint("a.json", call.file().as_bytes())
}

/// What the emulator answers to a call, which it does not carry out.
pub fn tried(call: &Call) -> Reply {
    let emulator = call.organisation().emulator();
    emulator.configure(|settings| *settings = call.settings.clone());
    emulator.try_out(&call.request())
}

/// Why a call, or records of it, were refused.
pub fn refusals(reply: &Reply) -> Vec<Refusal> {
    reply.refusal.into_iter().chain(reply.records.iter().flatten().copied()).collect()
}

/// Whether a report has one of some rules with a finding of a weight or more.
pub fn has(report: &FileReport, codes: &[&str], least: Severity) -> bool {
    report.diagnostics.iter().any(|d| codes.contains(&d.code) && d.severity >= least)
}

/// Whether the path names a documented module in other letters than its API name.
fn misspelt(call: &Call) -> bool {
    let module = Route::parse(&call.path).map(|route| route.module).unwrap_or_default();
    Module::find(module).is_none() && Module::meant_by(module).is_some()
}

/// Every refusal that a rule covers is foretold; `sure` asks for the weight that the defaults ask for.
///
/// # Errors
///
/// A refusal is not foretold.
pub fn foretells(call: &Call, report: &FileReport, reply: &Reply, sure: bool) -> TestCaseResult {
    // In invalid JSON nothing else is found.
    if has(report, &["MU001"], Severity::Error) && reply.refusal.is_some() {
        return Ok(());
    }
    for refusal in refusals(reply) {
        let (least, codes) = match foretold(refusal) {
            Foretold::ByNobody => continue,
            Foretold::As(codes) if sure => (Severity::Error, codes),
            Foretold::As(codes) => (Severity::Warning, codes),
            Foretold::AtLeast(least, codes) => (least, codes),
        };
        // Whether another record has the value of a unique field, only the server knows.
        if refusal == Refusal::DuplicateValue && reply.records.len() == 1 {
            continue;
        }
        // A module in other letters is reported as such; before v8 the server knows which one is meant, and
        // what is wrong with the call there.
        if misspelt(call) {
            prop_assert!(has(report, &["MU103"], Severity::Warning));
            continue;
        }
        // No API counts the records of a view within a territory.
        if refusal == Refusal::NoRecords && call.json().get("territory").is_some() {
            continue;
        }
        prop_assert!(
            has(report, codes, least),
            "{refusal:?} is not foretold by {codes:?}, only {:#?}",
            report.diagnostics
        );
    }
    Ok(())
}

/// The answer that is foretold is the answer that is given: code, status and version.
///
/// Where no document gives an answer, none is foretold, and nothing is compared.
///
/// # Errors
///
/// Another answer is foretold.
pub fn answers_agree(call: &Call, report: &FileReport, reply: &Reply) -> TestCaseResult {
    let version = Route::parse(&call.path).map(|route| route.version);
    let Some(version) = version.ok() else { return Ok(()) };
    for refusal in refusals(reply) {
        let Foretold::As(codes) = foretold(refusal) else { continue };
        let told = report.diagnostics.iter().filter(|d| codes.contains(&d.code));
        let answers: Vec<_> = told.flat_map(|d| &d.answers).collect();
        let given = (refusal.code(version), refusal.status(version));
        let same = answers.iter().any(|answer| {
            answer.code == given.0 && answer.status.is_none_or(|status| status == given.1)
        });
        prop_assert!(
            answers.is_empty() || same,
            "{refusal:?}: {given:?} given, foretold {answers:?}"
        );
    }
    Ok(())
}

/// The errors about what counts: where a call selects in two ways, the emulator looks at one.
fn counting<'r>(call: &Call, report: &'r FileReport) -> Vec<&'r Diagnostic> {
    let body = call.json();
    let given = |key: &str| body.get(key).is_some_and(|value| !value.is_null());
    let both = given("ids") && given("cvid");
    let ignored: &[&str] = match call.settings.both_selections {
        BothSelections::View if both => &["/ids"],
        BothSelections::Ids if both => &["/cvid", "/territory"],
        _ => &[],
    };
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors
        .filter(|d| !ignored.iter().any(|part| d.pointer.starts_with(part)))
        // Of the two selections, one may hold several records and the other one.
        .filter(|d| !(both && d.code == "MU228"))
        .collect()
}

/// The answer to the same change on the records that a view holds: a job refuses record by record, and
/// does not say which. All who may schedule are the user of the first token, who may read as well.
fn tried_on_members(call: &Call) -> Option<Reply> {
    let mut body = call.json();
    // An id may be a number.
    let view = body.get("cvid")?.to_string();
    let view = view.trim_matches('"');
    let path = call.sent_path().split('?').next()?.strip_suffix("/actions/mass_update")?;
    let emulator = call.organisation().emulator();
    let members = emulator
        .try_out(
            &Request::new("GET", &format!("{path}?cvid={view}&fields=id")).with_token(TOKENS[0]),
        )
        .to_json();
    let ids =
        members.get("data")?.as_array()?.iter().filter_map(|record| record.get("id")).cloned();
    let keys = body.as_object_mut()?;
    keys.insert("ids".to_owned(), ids.collect());
    keys.remove("cvid");
    keys.remove("territory");
    Some(emulator.try_out(&call.request().with_json(&body)))
}

/// An error is refused: the whole call, or a record of it.
///
/// # Errors
///
/// The emulator takes what is reported as an error.
pub fn errors_are_refused(call: &Call, report: &FileReport, reply: &Reply) -> TestCaseResult {
    let errors = counting(call, report);
    if errors.is_empty() || !refusals(reply).is_empty() {
        return Ok(());
    }
    // How many records of a view are in a territory, nobody can know.
    if errors.iter().all(|d| d.code == "MU228") && call.json().get("territory").is_some() {
        return Ok(());
    }
    // Other APIs take other paths.
    if call.method != "POST" && Route::parse(&call.path) == Err(RouteError::Shape) {
        return Ok(());
    }
    let refused = tried_on_members(call).is_some_and(|reply| !refusals(&reply).is_empty());
    prop_assert!(refused, "the emulator takes what is reported: {errors:#?}");
    Ok(())
}
