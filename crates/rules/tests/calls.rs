//! What is found in a call alone, as a program that links the crate sees it.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use massup_model::ApiVersion::{self, V2, V2_1, V7, V8};
use massup_rules::report::Diagnostic;
use massup_rules::{Linter, Severity};

fn found(version: ApiVersion, text: &str) -> Vec<Diagnostic> {
    Linter::new().module("Leads").version(version).lint("a.json", text.as_bytes()).diagnostics
}

fn help(found: &[Diagnostic]) -> &str {
    found[0].help.as_deref().unwrap_or_default()
}

#[test]
fn a_wrong_path_is_answered_by_what_is_wrong_in_it() {
    for (path, code, told) in [
        ("/crm/V8/Leads/actions/mass_update", "INVALID_URL_PATTERN", "did you mean `v8`?"),
        ("/crm/v9/Leads/actions/mass_update", "INVALID_URL_PATTERN", ""),
        ("/crm/v8//actions/mass_update", "INVALID_URL_PATTERN", "between the slashes"),
        ("/crm/v8/Leads/actions/mass_update/", "INVALID_URL_PATTERN", "for example"),
        ("/crm/v8/Sales%20Orders/actions/mass_update", "INVALID_MODULE", "`Sales_Orders`"),
        ("/crm/v8/12/actions/mass_update", "INVALID_MODULE", "Modules API"),
    ] {
        let call = format!(
            r#"{{"method": "POST", "path": "{path}", "body": {{"data": [{{"City": "x"}}], "ids": ["7"]}}}}"#
        );
        let found = found(V8, &call);
        assert_eq!((found[0].name, found[0].answers[0].code), ("wrong-path", code), "{path}");
        assert!(help(&found).contains(told), "{path}: {found:#?}");
    }
}

#[test]
fn two_selections_are_forbidden_in_v8_and_doubtful_before() {
    let both = r#"{"data": [{"City": "x"}], "ids": ["7"], "cvid": "9"}"#;
    for (version, severity, why) in [
        (V2, Severity::Warning, "not documented"),
        (V2_1, Severity::Warning, "not documented"),
        (V7, Severity::Warning, "not documented"),
        (V8, Severity::Error, "v8 takes one of them"),
    ] {
        let found = found(version, both);
        assert_eq!((found.len(), found[0].name, found[0].severity), (1, "cvid-and-ids", severity));
        assert!(found[0].message.contains(why), "{version}: {}", found[0].message);
    }
    // `null` selects nothing.
    let null = found(V8, r#"{"data": [{"City": "x"}], "ids": ["7"], "cvid": null}"#);
    assert_eq!(null.iter().map(|d| d.name).collect::<Vec<_>>(), ["wrong-type"]);
}

#[test]
fn an_empty_list_next_to_a_view_is_to_be_dropped() {
    let alone = found(V7, r#"{"data": [{"City": "x"}], "ids": []}"#);
    assert!(help(&alone).starts_with("send no call"), "{alone:#?}");
    let next = found(V7, r#"{"ids": [], "data": [{"City": "x"}], "cvid": "9"}"#);
    let empty = next.iter().find(|d| d.name == "empty-ids").unwrap();
    assert_eq!(empty.help.as_deref(), Some("drop `ids` to schedule the view"));
}

#[test]
fn a_call_file_does_not_contradict_its_path() {
    let rest = r#""path": "/crm/v7/Leads/actions/mass_update", "body": {"data": [{"City": "x"}], "ids": ["7"]}"#;
    for (more, message) in [
        (r#""module": "Deals","#, Some("`module` is `Deals`, and the path names `Leads`")),
        (r#""api_version": "v8","#, Some("`api_version` is `v8`, and the path names `v7`")),
        (r#""module": "Leads", "api_version": "v7","#, None),
    ] {
        let found = found(V8, &format!("{{{more} {rest}}}"));
        assert_eq!(found.first().map(|found| found.message.as_str()), message);
        assert!(found.iter().all(|found| found.name == "bad-call-file"), "{found:#?}");
    }
}
