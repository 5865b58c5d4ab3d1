//! Calls in Postman collections and HTTP archives, and what is found in them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use massup_rules::Linter;

fn found(text: &str) -> Vec<(&'static str, usize, usize)> {
    let report = Linter::new().lint("a.postman_collection.json", text.as_bytes());
    report.diagnostics.iter().map(|d| (d.name, d.line.unwrap(), d.column.unwrap())).collect()
}

fn with(request: &str) -> String {
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    format!(
        "{{\"info\":{{\"name\":\"x\",\"schema\":\"{schema}\"}},\n\"item\":[{{\"name\":\"f\",\"item\":[{{\"name\":\"r\",\n{request}}}]}}]}}"
    )
}

#[test]
fn bodies_are_checked_where_they_stand() {
    let text = with(
        r#""request":{"method":"POST","url":{"raw":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"},
"body":{"mode":"raw","raw":"{\n  \"data\": [{ \"City\": \"x\" }],\n  \"ids\": [\"5x\"]\n}"}},
"response":[{"originalRequest":{"method":"POST","url":{"raw":"https://x/crm/v8/Leads/actions/mass_update"}}}]"#,
    );
    let column = text.lines().nth(3).unwrap().find(r#"\"5x"#).unwrap() + 1;
    assert_eq!(found(&text), [("malformed-id", 4, column)]);
}

#[test]
fn urls_may_be_strings_objects_and_hold_variables() {
    for url in [
        r#""{{base}}/crm/v2/:module/actions/mass_update""#,
        r#""{{base}}/{{module}}/actions/mass_update""#,
        r#"{"raw":"{{host}}/crm/{{v}}/Leads/actions/mass_update?x={{y}}"}"#,
        r#"{"host":["x"],"path":["crm","v8","Leads","actions","mass_update"]}"#,
    ] {
        let request = format!(
            r#""request":{{"method":"POST","url":{url},"body":{{"mode":"raw","raw":"{{\"data\":[{{\"City\":\"{{{{c}}}}\"}}],\"ids\":{{{{ids}}}}}}"}}}}"#
        );
        let names: Vec<_> = found(&with(&request)).iter().map(|found| found.0).collect();
        assert_eq!(names, ["unresolved-variable"], "{url}");
    }
    let wrong = r#""request":{"method":"PUT","url":"{{base}}/crm/v99/Leads/actions/mass_update","body":{"raw":"{\"data\": ["}}"#;
    let names: Vec<_> = found(&with(wrong)).iter().map(|found| found.0).collect();
    assert_eq!(names, ["wrong-method", "wrong-path", "malformed-json"]);
}

#[test]
fn other_requests_are_passed_over() {
    for request in [
        r#""request":{"method":"POST","url":"https://x/crm/v8/Leads","body":{"mode":"raw","raw":"{"}}"#,
        r#""request":"https://x/crm/v8/Leads""#,
        r#""request":{"url":{"path":[1]}}"#,
    ] {
        assert_eq!(found(&with(request)), [("unrecognised-file", 1, 1)], "{request}");
    }
    let status = r#""request":{"method":"GET","url":"https://x/crm/v8/Leads/actions/mass_update?job_id={{id}}"}"#;
    assert_eq!(found(&with(status)), []);
}

#[test]
fn requests_of_an_archive_are_checked_and_nothing_else_is_shown() {
    let text = r#"{"log":{"version":"1.2","entries":[
{"request":{"method":"OPTIONS","url":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"}},
{"request":{"method":"GET","url":"https://www.zohoapis.com/crm/v8/Leads"}},
{"request":{"method":"POST","url":"https://me:secret@www.zohoapis.com/crm/v8/Leads/actions/mass_update?authtoken=secret","headers":[{"name":"Authorization","value":"secret"}],"postData":{"text":"{\"data\":[{\"City\":\"{{x}}\"}],\"cvid\":7}"}}},
{"request":{"method":"GET","url":"https://www.zohoapis.com/crm/v8/Leads/actions/mass_update?job_id=x"}}]}}"#;
    let report = Linter::new().lint("a.har", text.as_bytes());
    let names: Vec<_> =
        report.diagnostics.iter().map(|d| (d.call, d.name, d.line.unwrap())).collect();
    assert_eq!(
        names,
        [
            (None, "wrong-authorization", 4),
            (Some(1), "id-as-number", 4),
            (Some(2), "malformed-job-id", 5)
        ]
    );
    for found in &report.diagnostics {
        let (span, shown) = (found.span.unwrap(), found.shown.unwrap());
        assert!(shown.start <= span.start && span.end <= shown.end);
        assert!(!text[shown.start..shown.end].contains("secret"));
    }
}
