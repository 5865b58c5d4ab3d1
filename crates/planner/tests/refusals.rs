//! What is refused, and in which words.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::io;

use massup_model::ApiVersion;
use massup_model::id::Suspicion;
use massup_planner::ids::{Ids, KEPT};
use massup_planner::{Error, ErrorKind, Plan, file};

fn plan() -> Plan {
    Plan::new(ApiVersion::V8, "Leads", vec![("City".to_owned(), "Chennai".into())], None).unwrap()
}

fn text() -> String {
    let ids = (1..=501).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let mut text = Vec::new();
    file::write(&mut text, plan().calls(Ids::from_lines(ids.as_bytes()))).unwrap();
    String::from_utf8(text).unwrap()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let error = file::verify(text.as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn the_form_of_a_plan_file() {
    let mut text = Vec::new();
    let summary =
        file::write(&mut text, plan().calls(Ids::from_lines("7\n8\n7".as_bytes()))).unwrap();
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        concat!(
            r#"{"massup_plan":1,"module":"Leads","api_version":"v8","fields":["City"],"#,
            r#""route":"ids","facts":null,"created_by":"massup 0.1.0"}"#
        )
    );
    assert_eq!(
        lines[1],
        concat!(
            r#"{"step":1,"method":"POST","path":"/crm/v8/Leads/actions/mass_update","#,
            r#""body":{"data":[{"City":"Chennai"}],"ids":["7","8"]}}"#
        )
    );
    let footer = r#"{"steps":1,"records":2,"duplicates":1,"digest":"sha256:"#;
    assert!(lines[2].starts_with(footer), "{}", lines[2]);
    assert_eq!(lines[2].len(), footer.len() + 64 + 2);

    assert_eq!(
        serde_json::to_value(&summary).unwrap(),
        serde_json::json!({
            "module": "Leads", "api_version": "v8", "route": "ids", "steps": 1, "calls": 1,
            "records": 2, "duplicates": 1,
            "fields": ["City"], "field_groups": [["City"]], "automations": "triggered",
        })
    );
}

#[test]
fn a_damaged_plan_is_refused_in_words() {
    let text = text();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let [header, first, second, footer] = lines[..] else { panic!("{} lines", lines.len()) };
    check("", "line 1 of the plan: it is not the header");
    check("{}\n", "line 1 of the plan: it is not the header");
    check(&text.replace("_plan\":1", "_plan\":2"), "line 1 of the plan: the plan has format 2");
    check(&text.replace("\"facts\"", "\"fakts\""), "line 1 of the plan: the header is not valid");
    check(header, "line 1 of the plan: the plan is cut off");
    check(&[header, first, second].concat(), "line 3 of the plan: the plan is cut off");
    check(text.trim_end(), "line 4 of the plan: the plan is cut off: its footer has no line end");
    check(
        &format!("\u{feff}{text}"),
        "line 1 of the plan: it is not the header of a plan: it starts with",
    );
    check(&[header, second, first, footer].concat(), "line 2 of the plan: it is step 2; expected");
    check(&[header, first, footer].concat(), "line 3 of the plan: the totals do not match");
    check(&text.replace("Chennai", "Madurai"), "line 4 of the plan: the digest does not match");
    check(&text.replace("POST", "GET"), "line 2 of the plan: it is not a call of this plan");
    for (from, to) in [("mass_update", "mass_delete"), ("/Leads/", "/Deals/"), ("/v8/", "/v7/")] {
        check(&text.replace(from, to), "line 2 of the plan: it is not a call of this plan");
    }
    check(&text.replace("\"501\"", ""), "line 3 of the plan: the call is not valid");
    check(&text.replace("\"501\"", "\"5x\""), "line 3 of the plan: it is neither a step nor");
    check(&(text.clone() + "\n"), "line 5 of the plan: text follows the footer");
}

#[test]
fn bad_lines_are_collected_and_no_plan_is_left() {
    let bad = "x\n".repeat(KEPT + 5);
    let ids = format!("1\n{bad}2\n");
    let mut text = Vec::new();
    let error = file::write(&mut text, plan().calls(Ids::from_lines(ids.as_bytes()))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadIds);
    assert_eq!((error.bad_ids().len(), error.bad_id_count()), (KEPT, KEPT as u64 + 5));
    assert_eq!(error.bad_ids()[0].line, 2);
    assert_eq!(
        error.to_string(),
        "line 2: `x` is not a record id: it contains `x`, which is not a digit; and 24 more lines"
    );
    assert!(file::verify(text.as_slice()).is_err());
}

#[test]
fn lists_that_look_wrong_are_suspicious() {
    let suspicion = |ids: &str| {
        let plan = plan();
        let mut calls = plan.calls(Ids::from_lines(ids.as_bytes()));
        calls.by_ref().for_each(|call| drop(call.unwrap()));
        calls.summary().suspicion
    };
    let rounded = "4710000000122650000\n4710000000122660000\n4710000000122710000\n";
    assert_eq!(suspicion(rounded), Some(Suspicion::Rounded));
    assert_eq!(suspicion(&format!("{rounded}4710000000122710001\n")), None);
    assert_eq!(suspicion("100400\n100401\n100402\n"), Some(Suspicion::TooShort));
    assert_eq!(suspicion("100400\n100401\n1004020000000\n"), None);
    assert_eq!(suspicion("1\n2\n"), None);
}

#[test]
fn after_an_error_there_are_no_calls() {
    let ids = "1\n2\nx\n3\n".as_bytes();
    let fields = vec![("City".to_owned(), 1.into()), ("Rating".to_owned(), 2.into())];
    let plan = Plan::new(ApiVersion::V8, "Leads", fields, None).unwrap();
    let mut calls = plan.calls(Ids::from_lines(ids));
    assert!(calls.next().unwrap().is_err());
    assert!(calls.next().is_none());
}

#[test]
fn a_failing_reader_is_an_error_with_its_cause() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let broken = || io::BufReader::new(Broken);
    let errors: [Error; 3] = [
        Ids::from_lines(broken()).next().unwrap().unwrap_err(),
        Ids::from_column(broken(), "Id").err().unwrap(),
        file::verify(broken()).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.to_string(), "reading failed");
        assert_eq!(error.source().unwrap().to_string(), "the disk is gone");
    }
}
