use massup_model::Draft;
use massup_model::catalogue::{DocumentedError, INVALID_ID, PARTLY_INVALID_IDS};
use massup_model::id::{InvalidId, parse_digits};
use massup_model::json::{Node, Value, join};

use crate::known;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// An id is a string of 1 to 19 digits that fits a signed 64-bit integer.
    ///
    /// ## Why
    ///
    /// Anything else names no record. A bad record id is refused alone, the others of the call are
    /// updated; a bad `cvid` or territory refuses the whole call. `5.54023E+17` is an id that went through
    /// a spreadsheet: its last digits are lost.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["zcrm_554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "cvid": "All Leads" }
    /// ```
    ///
    /// ```json module=Leads api=v7
    /// { "data": [{ "City": "Chennai" }], "ids": ["5.54023E+17", "554023000000497007"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ## Fix
    ///
    /// White space around the digits is taken out, and so is `zcrm_`, which exports put in front of them.
    MU121 "malformed-id",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_ID, PARTLY_INVALID_IDS, INVALID_CVID],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
}

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    for (index, id) in draft.ids().iter().enumerate() {
        if let Some(why) = fault(id) {
            report(
                id,
                why,
                join("/ids", index),
                "a record id",
                &[&INVALID_ID, &PARTLY_INVALID_IDS],
                sink,
            );
        }
    }
    for (pointer, what, answer) in [
        ("/cvid", "the id of a view", known::wrong_view(draft)),
        ("/territory/id", "the id of a territory", &INVALID_ID),
    ] {
        let node = draft.body.as_ref().and_then(|body| body.resolve(pointer));
        if let Some((node, why)) = node.and_then(|node| Some((node, fault(node)?))) {
            report(node, why, pointer.to_owned(), what, &[answer], sink);
        }
    }
}

fn fault(node: &Node<'_>) -> Option<InvalidId> {
    if let Value::String(text) = &node.value { parse_digits(text).err() } else { None }
}

fn report(
    node: &Node<'_>,
    why: InvalidId,
    pointer: String,
    what: &str,
    answers: &[&'static DocumentedError],
    sink: &mut Sink<'_>,
) {
    let text = node.as_str().unwrap_or_default();
    let message = format!("this is not {what}: {why}");
    let finding = sink.value(pointer.clone(), message).answers(answers);
    let bare = text.trim();
    let bare = bare.strip_prefix("zcrm_").unwrap_or(bare);
    if bare != text && parse_digits(bare).is_ok() {
        let patch = vec![Edit::Replace { path: pointer, value: bare.into() }];
        finding.help(format!("write `{bare}`")).fix("keep the digits alone", patch);
    } else if text.contains(['e', 'E']) && text.parse::<f64>().is_ok() {
        finding.help(
            "a spreadsheet has rounded the id and its digits are lost: export it again as text",
        );
    } else {
        finding.help("an id is 1 to 19 digits, as the API lists it");
    }
}
