use massup_model::Draft;
use massup_model::catalogue::{INVALID_ID, PARTLY_INVALID_IDS};
use massup_model::id::{InvalidId, parse_digits};
use massup_model::json::{Node, Value, join};

use crate::facts::Facts;
use crate::known;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::{Finding, Sink};
use crate::suggest::folded;

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
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "Leads in Chennai" }
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
    /// White space around the digits is taken out, and so is `zcrm_`, which exports put in front of them. The
    /// name of a view or a territory that is known gives way to its id.
    MU121 "malformed-id",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [INVALID_ID, PARTLY_INVALID_IDS, INVALID_CVID],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Pass,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (index, id) in draft.ids().iter().enumerate() {
        if let Some(why) = fault(id).filter(|_| !sink.only_counts()) {
            let message = format!("this is not a record id: {why}");
            let finding = sink.value(join("/ids", index), message);
            let finding = finding.answers(&[&INVALID_ID, &PARTLY_INVALID_IDS]);
            advise(finding, id, join("/ids", index), None);
        }
    }
    for (pointer, what, answer) in [
        ("/cvid", "the id of a view", known::wrong_view(draft)),
        ("/territory/id", "the id of a territory", &INVALID_ID),
    ] {
        let node = draft.body.as_ref().and_then(|body| body.resolve(pointer));
        if let Some((node, why)) = node.and_then(|node| Some((node, fault(node)?))) {
            let finding = sink.value(pointer, format!("this is not {what}: {why}"));
            let meant = named(pointer, node.as_str().unwrap_or_default(), draft, facts);
            advise(finding.answers(&[answer]), node, pointer.to_owned(), meant);
        }
    }
}

fn fault(node: &Node<'_>) -> Option<InvalidId> {
    if let Value::String(text) = &node.value { parse_digits(text).err() } else { None }
}

/// The id of the view or the territory with this name.
fn named(pointer: &str, name: &str, draft: &Draft<'_>, facts: &Facts) -> Option<u64> {
    let same = |other: Option<&str>| other.is_some_and(|other| folded(other) == folded(name));
    if pointer == "/cvid" {
        let views = &facts.views.get(draft.module_name()?)?.views;
        Some(views.iter().find(|view| same(view.name.as_deref()))?.id)
    } else {
        let mut territories = facts.territories.iter().flatten();
        Some(territories.find(|territory| same(territory.name.as_deref()))?.id)
    }
}

fn advise(finding: Finding<'_>, node: &Node<'_>, pointer: String, meant: Option<u64>) {
    let text = node.as_str().unwrap_or_default();
    let bare = text.trim();
    let bare = bare.strip_prefix("zcrm_").unwrap_or(bare);
    if bare != text && parse_digits(bare).is_ok() {
        let patch = vec![Edit::Replace { path: pointer, value: bare.into() }];
        finding.help(format!("write `{bare}`")).fix("keep the digits alone", patch);
    } else if let Some(id) = meant {
        let patch = vec![Edit::Replace { path: pointer, value: id.to_string().into() }];
        finding
            .help(format!("`{text}` is its name; its id is `{id}`"))
            .unsafe_fix(format!("write `{id}`"), patch);
    } else if text.contains(['e', 'E']) && text.parse::<f64>().is_ok() {
        finding.help(
            "a spreadsheet has rounded the id and its digits are lost: export it again as text",
        );
    } else {
        finding.help("an id is 1 to 19 digits, as the API lists it");
    }
}
