use super::*;

fn body() -> &'static [u8] {
    br#"{"data": [{"City": "Chennai"}], "ids": []}"#
}

#[test]
fn options_are_named_and_wrong_ones_are_explained() {
    for (options, says) in [
        (r#"{"modul": "Leads"}"#, "unknown field `modul`"),
        (r#"{"api_version": "v99"}"#, "`v99` is not an API version; expected one of"),
        (r#"{"deny": ["empty-id"]}"#, "there is no rule `empty-id`; did you mean `empty-ids`?"),
        (r#"{"snapshot": "no-such-directory"}"#, "`no-such-directory` is not a snapshot directory"),
        ("[]", "invalid type"),
        ("{", "EOF"),
    ] {
        let error = Session::from_json(options.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(says), "{options}: {error}");
    }
    let names = |options: &str| {
        let report = Session::from_json(options.as_bytes()).unwrap().lint("a.json", body());
        report.files[0].diagnostics.iter().map(|one| (one.name, one.severity.as_str())).collect()
    };
    let found: Vec<_> = names(r#"{"module": "Leads"}"#);
    assert_eq!(found, [("empty-ids", "error")]);
    assert_eq!(names(r#"{"module": "Leads", "warn": ["MU120"]}"#), [("empty-ids", "warning")]);
    assert!(names(r#"{"module": "Leads", "allow": ["empty-ids"]}"#).is_empty());
}

#[test]
fn a_file_is_checked_with_the_settings_of_its_directory_and_a_text_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    std::fs::write(&file, body()).unwrap();
    std::fs::write(folder.path().join("massup.toml"), "[rules]\nempty-ids = \"allow\"\n").unwrap();
    let session = Session::from_json(br#"{"module": "Leads"}"#).unwrap();
    assert_eq!(session.lint_file(&file).unwrap().summary.errors, 0);
    assert_eq!(session.lint("a.json", body()).summary.errors, 1);
    let error = session.lint_file(&folder.path().join("b.json")).unwrap_err().to_string();
    assert!(error.contains("cannot read") && error.contains("No such file"), "{error}");
}

#[test]
fn a_snapshot_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("modules.json"), "{").unwrap();
    let options = serde_json::json!({ "snapshot": folder.path() }).to_string();
    let error = Session::from_json(options.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("modules.json"), "{error}");
}

#[test]
fn plans_name_the_reason_when_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::from_json(b"").unwrap();
    let plan = |select: &str, policy: &str| {
        let change = format!(
            r#"{{"module": "Leads", "set": {{"City": "a"}}, "select": {select}, "policy": {policy}}}"#
        );
        session.plan("change.json", change.as_bytes(), folder.path())
    };
    std::fs::write(folder.path().join("ids.csv"), "Record Id,Last Name\n7,x\n8,y\n7,z\n").unwrap();
    let planned = plan(r#"[{"ids_file": "ids.csv"}, {"ids": ["9"]}]"#, "{}").unwrap();
    let document = serde_json::to_value(planned.document()).unwrap();
    assert_eq!((&document["records"], &document["duplicates"]), (&3.into(), &1.into()));
    let text = planned.text.unwrap();
    assert_eq!(session.lint("a.plan.jsonl", &text).summary.errors, 0);

    let impossible = plan(r#"{"ids": ["7"]}"#, r#"{"automation": "forbid"}"#).unwrap();
    assert!(impossible.text.is_none());
    let document = serde_json::to_value(impossible.document()).unwrap();
    assert!(!document["nearest"].as_array().unwrap().is_empty(), "{document}");

    std::fs::write(folder.path().join("bad.txt"), "7\nseven\n").unwrap();
    for (select, says) in
        [(r#"{"ids_file": "gone.csv"}"#, "gone.csv"), (r#"{"ids_file": "bad.txt"}"#, "seven")]
    {
        let Err(Unplanned::Error(error)) = plan(select, "{}") else { panic!("{select}") };
        assert!(error.to_string().contains(says), "{error}");
    }
    let Err(Unplanned::Findings(report)) = plan("{}", "{}") else { panic!("no selection") };
    assert!(report.summary.errors > 0);
}
