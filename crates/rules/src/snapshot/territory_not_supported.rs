use massup_model::Draft;
use massup_model::catalogue::{TERRITORY_NOT_ENABLED, TERRITORY_NOT_SUPPORTED};
use massup_model::module::Module;

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The module or the organisation has no territories.
    ///
    /// ## Why
    ///
    /// Only Leads, Contacts, Accounts and Deals have territories, and Leads only if enabled separately. An
    /// organisation without any territory has not enabled Territory Management.
    ///
    /// ## Rejected
    ///
    /// ```json module=Campaigns snapshot
    /// { "data": [{ "Status": "Planning" }], "cvid": "554023000000093501",
    ///   "territory": { "id": "554023000000430411" } }
    /// ```
    ///
    /// ```json module=Leads snapshot territories=none
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515",
    ///   "territory": { "id": "554023000000430411" } }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Leads snapshot
    /// { "data": [{ "Lead_Source": "Advertisement" }], "cvid": "554023000000091515",
    ///   "territory": { "id": "554023000000430411" } }
    /// ```
    MU249 "territory-not-supported",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [TERRITORY_NOT_SUPPORTED, TERRITORY_NOT_ENABLED],
    sources: [V7_TERRITORIES, SDK],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if draft.key("territory").is_none() || !draft.has_view() {
        return;
    }
    let Some(name) = known::module(draft, sink) else { return };
    if Module::find(name).is_none_or(|module| !module.territories) {
        sink.key("/territory", format!("module `{name}` has no territories"))
            .answers(&[&TERRITORY_NOT_SUPPORTED])
            .help("remove `territory`; only `Leads`, `Contacts`, `Accounts` and `Deals` have territories");
    } else if facts.without_territories.contains(name) {
        sink.key("/territory", format!("territories are not enabled for module `{name}`"))
            .answers(&[&TERRITORY_NOT_SUPPORTED, &TERRITORY_NOT_ENABLED])
            .help(
                "remove `territory`, or ask an administrator to enable territories for the module",
            );
    } else if known::territories(draft, facts, sink).is_some_and(<[_]>::is_empty) {
        sink.key("/territory", "the organisation has no territories")
            .answers(&[&TERRITORY_NOT_ENABLED])
            .help("remove `territory` to update the whole view, or enable Territory Management");
    }
}
