use massup_model::Draft;
use massup_model::catalogue::{INVALID_ID, PARTLY_INVALID_IDS};
use massup_model::draft::Kind;
use massup_model::id::{InvalidId, parse_digits};
use massup_model::json::{Node, Value, join};
use massup_model::limits::MAX_ID_DIGITS;

use crate::facts::Facts;
use crate::known;
use crate::report::{Edit, Severity};
use crate::rule::{Check, declare_rule};
use crate::sink::{Finding, Sink};

declare_rule! {
    /// An id is not a string of 1 to 19 digits that fits a signed 64-bit integer.
    ///
    /// ## Why
    ///
    /// Such an id matches nothing. An invalid record id is refused alone, and the other records of the call
    /// are updated; an invalid `cvid` or territory id refuses the whole call. `5.54023E+17` is an id from a
    /// spreadsheet, which dropped its last digits.
    ///
    /// ## Rejected
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["zcrm_554023000000497007"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["554023000000497007, 554023000000497021"] }
    /// ```
    ///
    /// ```json module=Leads
    /// { "data": [{ "City": "Chennai" }], "ids": ["https://crm.zoho.com/crm/tab/Leads/554023000000497007"] }
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
    /// Removes blanks and leading zeros, the prefix `zcrm_` of exported ids, and the rest of a URL. Splits a
    /// list of ids in one string. Replaces the name of a known view or territory by its id.
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
    let ids = draft.ids();
    let numbers = sink.id_numbers().iter().enumerate();
    let faulty: Vec<_> = numbers.filter_map(|(at, id)| id.is_none().then_some(at)).collect();
    for index in faulty {
        let Some((text, why)) = ids.get(index).and_then(fault) else { continue };
        if sink.only_counts() {
            continue;
        }
        let path = join("/ids", index);
        let parts = split(text);
        if let Some(parts) = parts.filter(|parts| parts.len() > 1) {
            let message =
                format!("this string contains {} ids; each needs a string of its own", parts.len());
            let finding = sink
                .value(path, message)
                .answers(&[&INVALID_ID, &PARTLY_INVALID_IDS])
                .help(format!("write {}", listed(&parts)));
            if ids.len() == 1 {
                let array = Edit::Replace { path: "/ids".into(), value: parts.into() };
                finding.fix("write the ids as an array", vec![array]);
            }
            continue;
        }
        let finding = sink.value(path.as_str(), format!("this is not a record id: {why}"));
        let finding = finding.answers(&[&INVALID_ID, &PARTLY_INVALID_IDS]);
        advise(finding, text, &path, || {
            "use the `id` of the record, as Get Records or the URL of the record shows it"
                .to_owned()
        });
    }
    let territory = draft.key("territory").and_then(|territory| territory.field("id"));
    for (node, pointer, what, answer) in [
        (draft.key("cvid"), "/cvid", "custom view", known::wrong_view(draft)),
        (territory, "/territory/id", "territory", &INVALID_ID),
    ] {
        let Some((text, why)) = node.and_then(fault) else { continue };
        let finding = sink.value(pointer, format!("this is not the id of a {what}: {why}"));
        let finding = finding.answers(&[answer]);
        let named = named(pointer, text, draft, facts);
        match named[..] {
            [id] => {
                let patch =
                    vec![Edit::Replace { path: pointer.into(), value: id.to_string().into() }];
                finding
                    .help(format!("`{text}` is the name of the {what}; its id is `{id}`"))
                    .unsafe_fix(format!("write `{id}`"), patch);
            }
            [first, second, ..] => {
                finding.help(format!(
                    "several {what}s are named `{text}`: use the id of one, such as `{first}` or `{second}`"
                ));
            }
            [] => advise(finding, text, pointer, || general(pointer, draft)),
        }
    }
}

fn fault<'n>(node: &'n Node<'_>) -> Option<(&'n str, InvalidId)> {
    let Value::String(text) = &node.value else { return None };
    Some((text, parse_digits(text).err()?))
}

/// The ids of the views or territories with a name.
fn named(pointer: &str, name: &str, draft: &Draft<'_>, facts: &Facts) -> Vec<u64> {
    if pointer == "/cvid" {
        let views = draft.module_name().and_then(|module| facts.views_of(module));
        views.map(|views| views.by_name(name)).unwrap_or_default().iter().map(|v| v.id).collect()
    } else {
        facts.territories_by_name(name).iter().map(|territory| territory.id).collect()
    }
}

/// What to do about an id of a view or a territory that has no obvious correction.
fn general(pointer: &str, draft: &Draft<'_>) -> String {
    let module = draft.module_name().unwrap_or("MODULE");
    if pointer == "/cvid" {
        format!(
            "use the `id` of the view, from `GET /settings/custom_views?module={module}` or its URL"
        )
    } else {
        let key = match draft.kind {
            Kind::Intent => "territory: { id: \"…\" }",
            Kind::Call | Kind::Status => "\"territory\": { \"id\": \"…\" }",
        };
        format!("write `{key}` with the `id` of the territory, from `GET /settings/territories`")
    }
}

/// The ids in a text that separates them with commas, semicolons, bars or white space; `None` if there is
/// anything else in it.
pub(crate) fn split(text: &str) -> Option<Vec<String>> {
    let separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    text.trim_matches(['[', ']'])
        .split(separator)
        .map(|part| part.trim_matches(['"', '\'']))
        .filter(|part| !part.is_empty())
        .map(|part| {
            let digits = part.strip_prefix("zcrm_").unwrap_or(part);
            parse_digits(digits).is_ok().then(|| digits.to_owned())
        })
        .collect::<Option<Vec<_>>>()
        // Short groups are digits of one number: `1,000,000`.
        .filter(|ids| ids.len() < 2 || ids.iter().all(|id| id.len() > 3))
}

/// Up to three ids as JSON strings.
fn listed(ids: &[String]) -> String {
    let shown: Vec<_> = ids.iter().take(3).map(|id| format!("`\"{id}\"`")).collect();
    let more = if ids.len() > 3 { " and so on" } else { "" };
    shown.join(", ") + more
}

/// The only long id in the path of a URL.
fn in_url(text: &str) -> Option<&str> {
    if !text.contains("://") && !text.starts_with("crm.zoho") && !text.starts_with("www.") {
        return None;
    }
    let mut ids = text
        .split(['/', '?', '#', '&', '='])
        .filter(|part| part.len() >= SHORTEST_IN_URL && parse_digits(part).is_ok());
    ids.next().filter(|_| ids.next().is_none())
}

/// Digits from which a part of a URL is taken for an id, not for the number of an organisation.
const SHORTEST_IN_URL: usize = 12;

fn advise(finding: Finding<'_>, text: &str, path: &str, otherwise: impl FnOnce() -> String) {
    let bare = text.trim().trim_matches(['"', '\'', '[', ']', ',', ';']).trim();
    let bare = bare.strip_prefix("zcrm_").unwrap_or(bare);
    let bare = if bare.len() > MAX_ID_DIGITS { bare.trim_start_matches('0') } else { bare };
    let replace = |id: &str| vec![Edit::Replace { path: path.to_owned(), value: id.into() }];
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    if bare != text && parse_digits(bare).is_ok() {
        finding.help(format!("write `{bare}`")).fix("keep only the digits", replace(bare));
    } else if let Some(id) = in_url(text) {
        finding
            .help(format!("write `{id}`, the id in the URL"))
            .unsafe_fix(format!("write `{id}`"), replace(id));
    } else if bare.parse::<f64>().is_ok() && bare.contains(['e', 'E', '.']) {
        finding.help(
            "a spreadsheet or a program has rounded the id and lost digits: export it again as text",
        );
    } else if bare.contains(',') && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
        finding.help("a spreadsheet has formatted the id as a number: export it again as text");
    } else if digits == bare.len() && digits > MAX_ID_DIGITS {
        finding.help("two ids may have been joined: write each as a string of its own");
    } else if text.contains(['{', '<', '$', '%']) {
        finding.help("replace the placeholder by an id");
    } else if text.contains('@') {
        finding.help("this looks like an email address: search for the record to get its id");
    } else {
        finding.help(otherwise());
    }
}

#[cfg(test)]
mod tests {
    use crate::Linter;

    #[test]
    fn placeholders_are_told_from_ids() {
        for id in ["{record_id}", "{{id}}", "${id}", "<id>", "%ID%", "$id"] {
            let body = format!(r#"{{"data": [{{"City": "a"}}], "ids": ["{id}"]}}"#);
            let report = Linter::new().module("Leads").lint("a.json", body.as_bytes());
            let helps: Vec<_> = report.diagnostics.iter().map(|d| d.help.as_deref()).collect();
            assert_eq!(helps, [Some("replace the placeholder by an id")], "{id}");
        }
    }
}
