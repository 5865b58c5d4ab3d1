use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::module::{Module, scope_segment};

use crate::facts::Facts;
use crate::known;
use crate::known::USER;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;

declare_rule! {
    /// The token lacks the scope of the call.
    ///
    /// ## Why
    ///
    /// A mass update takes `ZohoCRM.mass_update.UPDATE`, or the scope of its module, such as
    /// `ZohoCRM.mass_update.leads.UPDATE`; the status of a job takes `READ` in the place of `UPDATE`. All
    /// custom modules share the segment `custom`. Letter case does not count. `ALL` in the place of the
    /// operation is seen in programs, and on no page: a warning.
    ///
    /// ## Rejected
    ///
    /// ```json module=Deals scopes=ZohoCRM.mass_update.leads.UPDATE,ZohoCRM.modules.ALL
    /// { "data": [{ "Stage": "Closed Won" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json scopes=ZohoCRM.mass_update.UPDATE
    /// { "method": "GET", "path": "/crm/v8/Deals/actions/mass_update?job_id=554023000000506003" }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals scopes=ZohoCRM.mass_update.Deals.UPDATE
    /// { "data": [{ "Stage": "Closed Won" }], "ids": ["554023000000497007"] }
    /// ```
    ///
    /// ```json module=Vehicles scopes=ZohoCRM.mass_update.custom.UPDATE
    /// { "data": [{ "Color": "Red" }], "ids": ["554023000000497007"] }
    /// ```
    MU201 "missing-scope",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [SCOPE_MISMATCH],
    sources: [V2_PAGE, V7_PAGE, V7_STATUS_PAGE],
    since: "0.1.0",
    check: Check::Facts(check),
    decided_by: Shape,
}

fn check(draft: &Draft<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(scopes) = &facts.scopes else {
        return sink.unchecked(|| ("the scopes of the token", USER));
    };
    let operation = if draft.kind == Kind::Status { "READ" } else { "UPDATE" };
    let has = |scope: &str| scopes.iter().any(|granted| granted.trim().eq_ignore_ascii_case(scope));
    let wide = format!("ZohoCRM.mass_update.{operation}");
    if has(&wide) {
        return;
    }
    let Some(module) = known::module(draft, sink) else { return };
    // A name that is not spelt as documented is another rule's finding.
    let segment = scope_segment(Module::meant_by(module).map_or(module, |meant| meant.api_name));
    let narrow = format!("ZohoCRM.mass_update.{segment}.{operation}");
    if has(&narrow) {
        return;
    }
    let finding = sink.call(format!("the token has neither scope `{wide}` nor `{narrow}`"));
    if has("ZohoCRM.mass_update.ALL") || has(&format!("ZohoCRM.mass_update.{segment}.ALL")) {
        finding
            .severity(Severity::Warning)
            .help("`ALL` is not documented for mass updates: ask for the scope by its name");
    } else {
        finding.help(format!("authorise the client anew with `{narrow}`"));
    }
}
