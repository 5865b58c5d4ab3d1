//! What is found in a call alone, as a program that links the crate sees it.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use massup_model::ApiVersion::{self, V2, V2_1, V7, V8};
use massup_rules::report::{Applicability, Diagnostic};
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
        ("/crm/v99/Leads/actions/mass_update", "INVALID_URL_PATTERN", "`v8` is the newest"),
        ("/crm/v8//actions/mass_update", "INVALID_URL_PATTERN", "insert the API name"),
        ("/crm/v8/Leads/actions/mass_update/", "INVALID_URL_PATTERN", "use a path such as"),
        ("/crm/v8/Sales%20Orders/actions/mass_update", "INVALID_MODULE", "`Sales_Orders`"),
        ("/crm/v8/12/actions/mass_update", "INVALID_MODULE", "settings/modules"),
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
        (V2, Severity::Warning, "no document says"),
        (V2_1, Severity::Warning, "no document says"),
        (V7, Severity::Warning, "no document says"),
        (V8, Severity::Error, "v8 accepts only one of them"),
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
    assert!(help(&alone).starts_with("add record ids"), "{alone:#?}");
    let next = found(V7, r#"{"ids": [], "data": [{"City": "x"}], "cvid": "9"}"#);
    let empty = next.iter().find(|d| d.name == "empty-ids").unwrap();
    assert_eq!(empty.help.as_deref(), Some("remove `ids` to schedule the view"));
}

#[test]
fn a_call_file_does_not_contradict_its_path() {
    let rest = r#""path": "/crm/v7/Leads/actions/mass_update", "body": {"data": [{"City": "x"}], "ids": ["7"]}"#;
    for (more, message) in [
        (r#""module": "Deals","#, Some("`module` is `Deals`, but the path names `Leads`")),
        (r#""api_version": "v8","#, Some("`api_version` is `v8`, but the path names `v7`")),
        (r#""module": "Leads", "api_version": "v7","#, None),
    ] {
        let found = found(V8, &format!("{{{more} {rest}}}"));
        assert_eq!(found.first().map(|found| found.message.as_str()), message);
        assert!(found.iter().all(|found| found.name == "bad-call-file"), "{found:#?}");
    }
}

#[test]
fn a_module_is_taken_in_the_versions_that_list_it() {
    let module = |version: ApiVersion, module: &str| {
        let body = br#"{"data": [{"City": "x"}], "ids": ["7"]}"#;
        let report = Linter::new().module(module).version(version).lint("a.json", body);
        let found = report.diagnostics.into_iter().find(|d| d.name == "unsupported-module");
        found.map(|d| (d.severity, d.help.unwrap_or_default()))
    };
    let (severity, help) = module(V8, "Cases").unwrap();
    assert_eq!(severity, Severity::Warning);
    assert!(help.contains("one record first"), "{help}");
    assert_eq!(module(V7, "Cases").map(|(severity, _)| severity), Some(Severity::Error));
    assert_eq!(module(ApiVersion::V2_1, "Activities"), None);
    let (severity, help) = module(ApiVersion::V3, "Activities").unwrap();
    assert!(severity == Severity::Error && help.contains("`Tasks`, `Calls` or `Events`"), "{help}");
    let (severity, help) = module(ApiVersion::V2_1, "Tasks").unwrap();
    assert!(severity == Severity::Warning && help.contains("use v3 or newer"), "{help}");
    // The pages up to v7 have another label.
    assert_eq!(module(ApiVersion::V3, "Tasks").unwrap().0, Severity::Note);
    assert_eq!((module(V7, "Events").unwrap().0, module(V8, "Tasks")), (Severity::Note, None));
    assert_eq!(module(V7, "Meetings").unwrap().1, "use `Events`, the API name of the module");
    for (name, meant) in
        [("Lead", "`Leads`"), ("Potentials", "`Deals`"), ("PriceBooks", "`Price_Books`")]
    {
        let (severity, help) = module(V8, name).unwrap();
        assert!(severity == Severity::Error && help.contains(meant), "{name}: {help}");
    }
    assert_eq!(module(V8, "Users").unwrap().0, Severity::Error);
    assert_eq!(module(V8, "Projects"), None);
    // Letter case counts in v8.
    assert_eq!(module(V7, "leads").unwrap().0, Severity::Warning);
    assert_eq!(module(V7, "lead").map(|(severity, _)| severity), module(V8, "lead").map(|f| f.0));
    assert_eq!(module(V8, "leads").unwrap().0, Severity::Error);
}

#[test]
fn an_id_with_a_fraction_or_an_exponent_is_an_error_and_has_no_fix() {
    for number in ["5.0", "0.0", "5e3", "5.72577E+18", "1.5"] {
        for body in [
            format!(r#"{{"data": [{{"City": "x"}}], "ids": [{number}]}}"#),
            format!(r#"{{"data": [{{"City": "x"}}], "cvid": {number}}}"#),
        ] {
            let found = found(V8, &body);
            let found = found.iter().find(|found| found.name == "id-as-number").unwrap();
            assert_eq!((found.severity, &found.fix), (Severity::Error, &None), "{body}");
            assert!(found.message.contains("lost digits"), "{}", found.message);
        }
    }
}

#[test]
fn a_number_is_an_id_that_is_rounded_above_53_bits() {
    for (number, rounded) in [("9007199254740992", false), ("9007199254740993", true)] {
        let text = format!(r#"{{"data": [{{"City": "x"}}], "ids": [{number}]}}"#);
        let found = found(V8, &text);
        assert_eq!(found[0].name, "id-as-number");
        assert_eq!(found[0].message.contains("round"), rounded, "{number}");
    }
}

#[test]
fn no_field_is_set_by_what_is_empty() {
    for (data, pointer) in [("[]", "/data"), ("[{}]", "/data/0")] {
        let found = found(V8, &format!(r#"{{"data": {data}, "ids": ["7"]}}"#));
        let names: Vec<_> = found.iter().map(|d| (d.name, &*d.pointer)).collect();
        assert_eq!(names, [("no-field", pointer)]);
    }
    assert_eq!(found(V8, r#"{"ids": ["7"]}"#)[0].name, "no-field");
    assert!(found(V8, r#"{"data": [7], "ids": ["7"]}"#).iter().all(|d| d.name != "no-field"));
}

#[test]
fn how_many_fields_a_call_takes_depends_on_a_module_that_is_known() {
    let unknown = |fields: &[&str]| {
        let data: Vec<_> = fields.iter().map(|name| format!(r#""{name}": "x""#)).collect();
        let body = format!(r#"{{"data": [{{{}}}], "ids": ["7"]}}"#, data.join(", "));
        let report = Linter::new().lint("a.json", body.as_bytes());
        let found = report.diagnostics.iter().any(|d| d.name == "too-many-fields");
        (found, report.unchecked.iter().any(|entry| entry.name == "too-many-fields"))
    };
    assert_eq!(unknown(&["A"]), (false, false));
    assert_eq!(unknown(&["A", "B"]), (false, true));
    assert_eq!(unknown(&["A", "B", "C"]), (false, true));
    assert_eq!(unknown(&["A", "B", "C", "D"]), (true, false));
}

#[test]
fn an_id_is_a_text_or_at_most_a_number() {
    for selection in [r#""cvid": true"#, r#""cvid": "9", "territory": {"id": [3]}"#] {
        let found = found(V8, &format!(r#"{{"data": [{{"City": "x"}}], {selection}}}"#));
        assert_eq!(found[0].name, "wrong-type", "{selection}");
        assert!(found[0].message.contains("expected a string of digits"), "{selection}");
    }
    let number = found(V8, r#"{"data": [{"City": "x"}], "cvid": 9}"#);
    assert_eq!(number.iter().map(|d| d.name).collect::<Vec<_>>(), ["id-as-number"]);
}

#[test]
fn curl_is_read_with_all_its_options() {
    let url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
    let bad = r#"-d '{"data":[{"City":"x"}],"ids":["5x"]}'"#;
    let names = |words: &str| {
        let script = words.replace("URL", url).replace("BAD", bad);
        let report = Linter::new().lint("a.sh", format!("{script}\n").as_bytes());
        report.diagnostics.iter().map(|found| found.name).collect::<Vec<_>>()
    };
    for call in [
        "curl --request POST --url URL BAD",
        "curl --max-time 5 URL BAD",
        "/usr/bin/curl -sS -m 5 URL BAD",
        "curl https://example.com --next URL BAD",
        "curl https://example.com -: URL BAD",
        "curl -o out.json --retry 3 --header 'a: b' URL BAD",
    ] {
        assert_eq!(names(call), ["malformed-id"], "{call}");
    }
    assert_eq!(names("curl --request PUT URL BAD"), ["wrong-method", "malformed-id"]);
    assert_eq!(names("curl --get URL --data-urlencode job_id=5x"), ["malformed-job-id"]);
    assert_eq!(names("curl -G URL -d job_id=5x"), ["malformed-job-id"]);
    for other in ["curl --head URL", "curl -I URL"] {
        assert_eq!(names(other), [""; 0], "{other}");
    }
    assert_eq!(names("curl --url https://example.com BAD"), ["unrecognised-file"]);
    // What is sent is not to be seen, so it is not said to be missing.
    for (unseen, expected) in [
        ("-T body.json", "body-elsewhere"),
        ("--upload-file body.json", "body-elsewhere"),
        ("-F a=b", "form-body"),
        ("--form a=b", "form-body"),
        ("--form-string a=b", "form-body"),
        ("--data-urlencode a=b", "form-body"),
        ("-d 'a=b&c=d'", "form-body"),
        ("-K file", "body-elsewhere"),
        ("--config file", "body-elsewhere"),
    ] {
        assert_eq!(names(&format!("curl -X POST URL {unseen}")), [expected], "{unseen}");
    }
    assert_eq!(names("curl URL -T body.json"), ["wrong-method", "body-elsewhere"]);
    assert_eq!(names("curl -X POST URL -d @body.json"), ["body-elsewhere"]);
    assert_eq!(names("curl -X POST URL -d @- < body.json"), ["body-elsewhere"]);
    assert_eq!(names("make-body | curl -X POST URL -d @-"), ["body-elsewhere"]);
}

#[test]
fn a_bad_id_gets_advice_that_fits() {
    for (id, told) in [
        (
            "554023000000497007, 554023000000497021",
            "`\"554023000000497007\"`, `\"554023000000497021\"`",
        ),
        ("554023000000497007 554023000000497021", "write"),
        ("554023000000497007554023000000497021", "joined"),
        (
            "https://crm.zoho.com/crm/org7/tab/Leads/554023000000497007",
            "`554023000000497007`, the id in the URL",
        ),
        ("554,023,000,000,497,007", "as a number"),
        ("5.72577E+18", "lost digits"),
        ("554023000000497007.0", "lost digits"),
        (" zcrm_554023000000497007", "write `554023000000497007`"),
        ("000554023000000497007", "write `554023000000497007`"),
        ("ann@zylker.example", "email"),
        ("{{lead_id}}", "placeholder"),
        ("Ann Lee", "use the `id` of the record"),
    ] {
        let found = found(V8, &format!(r#"{{"data": [{{"City": "x"}}], "ids": ["{id}"]}}"#));
        let found = found.iter().find(|d| d.name == "malformed-id").unwrap();
        let help = found.help.as_deref().unwrap();
        assert!(help.contains(told), "{id}: {help}");
        // Lost digits are never restored.
        let lost = ["lost digits", "as a number", "joined"].iter().any(|word| help.contains(word));
        assert!(!(lost && found.fix.is_some()), "{id}");
    }
}

#[test]
fn a_key_of_the_body_inside_data_is_moved_out() {
    let linter = Linter::new().module("Leads");
    for (before, after) in [
        (
            r#"{"data": [{"City": "x", "ids": ["554023000000497007"]}]}"#,
            r#"{"data": [{"City": "x"}], "ids": ["554023000000497007"]}"#,
        ),
        (r#"{"data": [{"cvid": "9", "City": "x"}]}"#, r#"{"data": [{"City": "x"}], "cvid": "9"}"#),
        (
            "{\n  \"data\": [\n    {\n      \"City\": \"x\",\n      \"over_write\": false\n    }\n  ],\n  \"cvid\": \"9\"\n}\n",
            "{\n  \"data\": [\n    {\n      \"City\": \"x\"\n    }\n  ],\n  \"over_write\": false,\n  \"cvid\": \"9\"\n}\n",
        ),
        (
            r#"{"data": [{"id": "554023000000497007", "City": "x"}]}"#,
            r#"{"data": [{"City": "x"}], "ids": ["554023000000497007"]}"#,
        ),
    ] {
        let report = linter.lint("a.json", before.as_bytes());
        assert!(report.diagnostics.iter().all(|d| d.name != "too-many-fields"), "{report:#?}");
        assert_eq!(linter.fix("a.json", before, Applicability::Safe).text, after);
    }
    // The selection is there already: which one is meant nobody knows.
    let both = r#"{"data": [{"City": "x", "ids": ["8"]}], "cvid": "9"}"#;
    assert_eq!(linter.fix("a.json", both, Applicability::Safe).text, both);
}

#[test]
fn ids_that_look_wrong_are_reported_together() {
    let suspicious = |ids: &[&str]| {
        let ids: Vec<_> = ids.iter().map(|id| format!("\"{id}\"")).collect();
        let body = format!(r#"{{"data": [{{"City": "x"}}], "ids": [{}]}}"#, ids.join(","));
        let found = found(V8, &body);
        found.into_iter().find(|d| d.name == "suspicious-ids").map(|d| d.message)
    };
    assert!(suspicious(&["554023000000497000", "554023000000498000"]).unwrap().contains("rounded"));
    assert!(suspicious(&["1", "2", "3"]).unwrap().contains("too short"));
    for ids in [
        &["1", "2"][..],
        &["554023000000497000"],
        &["554023000000497000", "554023000000497001"],
        &["55402300000497000", "55402300000498000"],
        &["1", "2", "1000000000"],
    ] {
        assert_eq!(suspicious(ids), None, "{ids:?}");
    }
}

/// Each kind of value, where it is reported and how severely.
#[test]
fn objects_and_arrays_are_values_of_few_fields() {
    let structured = |value: &str| {
        let found = found(V8, &format!(r#"{{"data": [{{"F": {value}}}], "cvid": "9"}}"#));
        let found = found.into_iter().find(|d| d.name == "structured-value");
        found.map(|d| (d.severity, d.pointer, d.message))
    };
    let (error, warning) = (Severity::Error, Severity::Warning);
    for (value, expected) in [
        (r#"{"id": "7"}"#, Some((warning, "/data/0/F", "value of a lookup"))),
        (r#"{"name": "Ann", "id": 7}"#, Some((warning, "/data/0/F", "value of a lookup"))),
        (r#"{"id": null}"#, Some((error, "/data/0/F", "accepts an object"))),
        (r#"{"name": "Ann"}"#, Some((error, "/data/0/F", "accepts an object"))),
        ("{}", Some((error, "/data/0/F", "accepts an object"))),
        (r#"["a", 5]"#, Some((error, "/data/0/F/1", "is a number"))),
        (r#"["a", "b", null, 5]"#, Some((error, "/data/0/F/2", "is null"))),
        (r#"[{"id": "7"}]"#, Some((error, "/data/0/F/0", "is an object"))),
        (r#"[["a"]]"#, Some((error, "/data/0/F/0", "is an array"))),
        (r#"["a", "b"]"#, None),
        ("[]", None),
        ("5", None),
        ("true", None),
        ("null", None),
        (r#""a""#, None),
    ] {
        let found = structured(value);
        let is = found.as_ref().map(|(severity, pointer, _)| (*severity, pointer.as_str()));
        assert_eq!(is, expected.map(|(severity, pointer, _)| (severity, pointer)), "{value}");
        if let (Some((.., message)), Some((.., told))) = (found, expected) {
            assert!(message.contains(told), "{value}: {message}");
        }
    }
}
