use massup_model::Draft;

use crate::facts::{Facts, MovedBy};
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use crate::text::quoted;

declare_rule! {
    /// The records of the custom view depend on the time or on the caller.
    ///
    /// ## Why
    ///
    /// A mass update modifies records, so views of recently modified records change while the job runs. Criteria on
    /// `Modified_Time`, `Modified_By` or `Last_Activity_Time` have the same effect. Criteria with values such as
    /// `${TODAY}` select other records tomorrow; criteria with `${CURRENTUSER}`, and views of one's own records, show
    /// the records of the user who owns the token.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091503" }
    /// ```
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091505" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515" }
    /// ```
    MU247 "moving-view",
    severity: |_| Severity::Warning,
    evidence: Inferred,
    answers: [],
    sources: [V7_CUSTOM_VIEWS],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(view) = known::view(draft, facts, sink) else { return };
    let Some(moved_by) = view.moved_by() else { return };
    let values: Vec<_> = view.relative_values.iter().map(String::as_str).collect();
    let why = match (view.criteria_set_by_every_update().next(), moved_by) {
        (Some(field), _) => format!("every update sets `{field}`, which is in its criteria"),
        (None, MovedBy::Time) if values.is_empty() => "it changes while the job runs".to_owned(),
        (None, MovedBy::Time) => format!("its criteria depend on the day: {}", quoted(&values)),
        (None, MovedBy::Caller) if values.is_empty() => {
            "it shows the records of the user who sends the call".to_owned()
        }
        (None, MovedBy::Caller) => {
            format!("its criteria depend on the caller: {}", quoted(&values))
        }
    };
    let name = view.system_name.as_deref().or(view.name.as_deref());
    let name = name.map_or_else(|| view.id.to_string(), str::to_owned);
    sink.value("/cvid", format!("custom view `{name}` is not a fixed set of records: {why}"))
        .help("read the ids of the view and select by `ids`, or use a view with fixed criteria");
}
