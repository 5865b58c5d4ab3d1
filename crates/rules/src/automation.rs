//! Whether a call triggers approvals, blueprints and workflows.

use std::borrow::Cow;

use massup_model::draft::Kind;
use massup_model::json::Node;
use massup_model::limits::AUTOMATION_THRESHOLD;
use massup_model::{Automation, Draft};
use serde::Serialize;

use crate::facts::Facts;

/// What becomes of the automations of one call, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallAutomation {
    /// The call, counted from 1, where the file holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "usize", range(min = 1)))]
    pub call: Option<usize>,
    /// What becomes of them.
    pub outcome: Automation,
    /// Why.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub reason: Cow<'static, str>,
}

/// What becomes of the automations of a draft; `None` if it selects nothing, or updates nothing.
pub(crate) fn of(draft: &Draft<'_>, facts: &Facts) -> Option<CallAutomation> {
    if draft.kind == Kind::Status {
        return None;
    }
    let ids = draft.has_ids();
    let (outcome, reason) = match (ids, draft.has_view()) {
        (false, false) => return None,
        (true, false) => (Automation::of_ids(), "calls by `ids` always trigger them".into()),
        (true, true) => {
            (Automation::Undefined, "which of `ids` and `cvid` wins is not documented".into())
        }
        (false, true) => {
            let view = draft.key("cvid").and_then(Node::as_id);
            let count = view.and_then(|view| facts.counts.get(&view).copied());
            // Within a territory fewer records are left, and nobody counts them.
            match count {
                Some(count) if draft.has_territory() && count >= AUTOMATION_THRESHOLD => (
                    Automation::Undefined,
                    "how many records of the view are in the territory is not known".into(),
                ),
                Some(count) => (
                    Automation::of_job(Some(count)),
                    format!("the view holds {count} records").into(),
                ),
                None => (
                    Automation::of_job(None),
                    "the number of records in the view is not known".into(),
                ),
            }
        }
    };
    Some(CallAutomation { call: None, outcome, reason })
}

#[cfg(test)]
mod tests {
    use massup_model::Automation;

    use crate::{Facts, Linter};

    #[test]
    fn selection_and_count_decide() {
        let mut facts = Facts::default();
        let counts = r#"{"1": {"count": 999}, "2": {"count": 1000}, "3": {"count": 1001}}"#;
        facts.add("counts.json", counts).unwrap();
        let linter = Linter::new().module("Leads").facts(facts);
        for (selection, outcome) in [
            (r#""ids": ["5"]"#, Some(Automation::Triggered)),
            (r#""cvid": "1""#, Some(Automation::Triggered)),
            (r#""cvid": "2""#, Some(Automation::Undefined)),
            (r#""cvid": "3""#, Some(Automation::NotTriggered)),
            (r#""cvid": "4""#, Some(Automation::Undefined)),
            (r#""cvid": "1", "territory": {"id": "7"}"#, Some(Automation::Triggered)),
            (r#""cvid": "3", "territory": {"id": "7"}"#, Some(Automation::Undefined)),
            (r#""cvid": "3", "ids": ["5"]"#, Some(Automation::Undefined)),
            (r#""cvid": null"#, None),
        ] {
            let body = format!(r#"{{"data": [{{"City": "x"}}], {selection}}}"#);
            let report = linter.lint("a.json", body.as_bytes());
            let found = report.automations.first().map(|call| call.outcome);
            assert_eq!(found, outcome, "{selection}");
        }
    }
}
