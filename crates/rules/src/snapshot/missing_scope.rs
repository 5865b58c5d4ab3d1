use massup_model::Draft;
use massup_model::draft::Kind;
use massup_model::module::{Module, scope_segment};

use crate::facts::Facts;
use crate::known;
use crate::report::Severity;
use crate::rule::{Check, declare_rule};
use crate::sink::{Fact, Sink};

declare_rule! {
    /// The token does not have the scope for the call.
    ///
    /// ## Why
    ///
    /// A mass update needs `ZohoCRM.mass_update.UPDATE` or the scope of its module, such as
    /// `ZohoCRM.mass_update.leads.UPDATE`; the status of a job needs `READ` instead of `UPDATE`. Scopes of records,
    /// such as `ZohoCRM.modules.ALL`, do not include it. All custom modules share the segment `custom`. Letter case
    /// does not matter. Programs also use the operation `ALL`, but no page documents it: a warning.
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
        return sink
            .lacks(Fact::Scopes, || ("the scopes of the token".into(), known::supply_scopes()));
    };
    let operation = if draft.kind == Kind::Status { "READ" } else { "UPDATE" };
    let has = |scope: &str| scopes.iter().any(|granted| granted.trim().eq_ignore_ascii_case(scope));
    let wide = format!("ZohoCRM.mass_update.{operation}");
    if has(&wide) {
        return;
    }
    let Some(module) = known::module(draft, sink) else { return };
    // A misspelt name is reported by another rule.
    let segment = scope_segment(Module::meant_by(module).map_or(module, |meant| meant.api_name));
    let narrow = format!("ZohoCRM.mass_update.{segment}.{operation}");
    if has(&narrow) {
        return;
    }
    let records = ["ZohoCRM.modules.ALL", "ZohoCRM.modules.UPDATE", "ZohoCRM.modules.WRITE"];
    let why = match records.into_iter().find(|scope| has(scope)) {
        Some(scope) => format!("; `{scope}` does not include it"),
        None => String::new(),
    };
    let finding = sink.call(format!("the token has neither scope `{wide}` nor `{narrow}`{why}"));
    if has("ZohoCRM.mass_update.ALL") || has(&format!("ZohoCRM.mass_update.{segment}.ALL")) {
        finding
            .severity(Severity::Warning)
            .help(format!("request `{narrow}`: `ALL` is not documented for mass updates"));
    } else {
        finding.help(format!("authorise the client again with `{narrow}`"));
    }
}
