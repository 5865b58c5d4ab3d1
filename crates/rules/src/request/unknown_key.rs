use massup_model::Draft;
use massup_model::draft::{BODY_KEYS, CRITERIA, Kind, TERRITORY_KEYS};
use massup_model::json::{Node, join};

use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::Sink;
use crate::suggest::nearest;

declare_rule! {
    /// The body has an unknown key.
    ///
    /// ## Why
    ///
    /// The keys are `data`, `ids`, `cvid`, `territory` and `over_write`; inside `territory`, `id` and
    /// `include_child`. At best the server ignores a misspelt key: with `overwrite` the old options of a
    /// multi-select picklist would stay. Keys of other record APIs, such as `trigger`, have no documented effect.
    ///
    /// ## Rejected
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"],
    ///   "over_write": true, "overwrite": true }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007"], "trigger": ["workflow"] }
    /// ```
    ///
    /// ## Accepted
    ///
    /// ```json module=Deals
    /// { "data": [{ "Languages_Known": ["English"] }], "ids": ["554023000000497007"], "over_write": true }
    /// ```
    ///
    /// ## Fix
    ///
    /// Renames a misspelt key, unless the correct one is present too. Removes any other unknown key.
    MU111 "unknown-key",
    severity: |_| Severity::Error,
    evidence: Documented,
    answers: [],
    sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    since: "0.1.0",
    check: Check::Call(check),
    decided_by: Shape,
}

/// Keys of change files, which are not keys of a request body.
const CHANGE_KEYS: [&str; 5] = ["api_version", "module", "policy", "select", "set"];

fn check(draft: &Draft<'_>, sink: &mut Sink<'_>) {
    let Some(body) = &draft.body else { return };
    if draft.kind == Kind::Call {
        members(body, "", "the body", &BODY_KEYS, sink);
    }
    if let Some(territory) = body.field("territory") {
        let what = format!("`{}`", draft.name_in_file("territory"));
        members(territory, "/territory", &what, &TERRITORY_KEYS, sink);
    }
}

fn members(node: &Node<'_>, pointer: &str, what: &str, known: &[&str], sink: &mut Sink<'_>) {
    for member in node.as_object().unwrap_or_default() {
        let key = member.key.as_ref();
        if known.contains(&key) || (pointer.is_empty() && key == CRITERIA) {
            continue;
        }
        if sink.only_counts() {
            continue;
        }
        let from = join(pointer, key);
        let finding =
            sink.place(Some(member.key_span), from.clone(), format!("{what} has no key `{key}`"));
        if pointer.is_empty() && CHANGE_KEYS.contains(&key) {
            finding.help(
                "write a change file with `set` and `select`, or a call file with the request under `body`",
            );
            continue;
        }
        match nearest(key, known.iter().copied()) {
            Some(near) => {
                let finding = finding.help(format!("did you mean `{near}`?"));
                if node.member(near).is_none() {
                    let path = join(pointer, near);
                    finding.unsafe_fix(
                        format!("rename it to `{near}`"),
                        vec![Edit::Move { from, path }],
                    );
                }
            }
            None => {
                let keys = crate::text::quoted(known);
                finding
                    .help(format!("the keys are {keys}"))
                    .unsafe_fix(format!("remove `{key}`"), vec![Edit::Remove { path: from }]);
            }
        }
    }
}
