//! Calls in shell scripts, and what is found in them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use massup_rules::Linter;

const URL: &str = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";

/// Names and the text of the file from each finding on.
fn found(text: &str) -> Vec<(&'static str, String)> {
    let text = text.replace("URL", URL);
    let report = Linter::new().lint("a.sh", text.as_bytes());
    let at = |d: &massup_rules::Diagnostic| {
        let (span, shown) = (d.span.unwrap(), d.shown.unwrap());
        assert!(!text[shown.start..shown.end].contains("secret"), "{d:?}");
        text[span.start..span.end].to_owned()
    };
    report.diagnostics.iter().map(|d| (d.name, at(d))).collect()
}

#[test]
fn data_is_checked_where_it_stands() {
    for data in [
        r#"-d '{"data":[{"City":"x"}],"ids":["5x"]}'"#,
        r#"-sSd'{"data":[{"City":"x"}],"ids":["5x"]}'"#,
        r#"--json '{"data":[{"City":"x"}],' --json '"ids":["5x"]}'"#,
        "--data-binary @- <<'E'\n{\"data\":[{\"City\":\"x\"}],\"ids\":[\"5x\"]}\nE\n",
        "--data \"$(cat <<E\n{\"data\":[{\"City\":\"x\"}],\"ids\":[\"5x\"]}\nE\n)\"",
    ] {
        let text = format!("r=$(sudo curl -H 'Authorization: secret' -XPOST URL {data})");
        assert_eq!(found(&text), [("malformed-id", "\"5x\"".to_owned())], "{data}");
    }
    let text = r#"echo '{"data":[{"City":"x"}],"ids":["5x"]}' | curl -u me:secret URL -d @-"#;
    assert_eq!(found(text), [("malformed-id", "\"5x\"".to_owned())]);
    let text =
        r#"curl -H "a: secret" URL --data-raw "{\"data\":[{\"City\":\"x\"}],\"ids\":[\"5x\"]}""#;
    assert_eq!(found(text), [("malformed-id", "\\\"5x\\\"".to_owned())]);
}

#[test]
fn variables_are_not_checked() {
    for data in [
        r#"'{"data":[{"City":"x"}],"cvid":"'$V'"}'"#,
        r#""{\"data\":[{\"City\":\"$(secret)\"}],\"cvid\":\"$V\"}""#,
        r#""{\"data\":[{\"City\":\"x\"}],\"ids\":[$IDS]}""#,
        r#""$BODY""#,
        r#""{\"data\":[{\"City\":\"x\"}],$REST}""#,
        r#""{\"data\":[{\"$FIELD\":\"x\"}],\"cvid\":\"5\"}""#,
    ] {
        let text = format!("curl -X POST \"$BASE/crm/v8/$MODULE/actions/mass_update\" -d {data}");
        let names: Vec<_> = found(&text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["unresolved-variable"], "{data}");
    }
    assert_eq!(found("curl -G URL -d job_id=$J; curl \"URL?job_id=$J\""), []);
    assert_eq!(found("curl -X POST $ADDRESS -d '{'; echo curl URL; curl -I URL"), []);
    let path = "/crm/v8/Leads/actions/mass_update";
    assert_eq!(found("curl URL \"$@\""), [("body-elsewhere", path.to_owned())]);
    assert_eq!(found("wget URL"), [("missing-job-id", path.to_owned())]);
}

#[test]
fn variables_with_one_value_are_known() {
    let call = "curl -X POST \"$U\" -d \"$B\"";
    for set in [
        "U=URL\nB='BODY'",
        "export U=URL B='BODY'",
        "BASE=https://www.zohoapis.com/crm/v8; U=\"${BASE}/Leads/actions/mass_update\"\nreadonly B='BODY'",
        "M=Leads A=mass_update; U=\"https://www.zohoapis.com/crm/v8/$M/actions/$A\"; I=5x; B=\"{\\\"data\\\":[{\\\"City\\\":\\\"x\\\"}],\\\"ids\\\":[\\\"$I\\\"]}\"",
    ] {
        let text = format!("{set}\n{call}\n").replace("BODY", BAD);
        let names: Vec<_> = found(&text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["malformed-id"], "{text}");
    }
    // With two values, or one that is read, it is not known which.
    for set in [
        "B='BODY'; B='BODY'",
        "B='BODY'; read -r B",
        "B='BODY'; B+=x",
        "for B in 'BODY'; do :; done",
    ] {
        let text = format!("U=URL; {set}\n{call}\n").replace("BODY", BAD);
        let names: Vec<_> = found(&text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["unresolved-variable"], "{text}");
    }
    // What is between a variable and its use is not shown.
    let text = format!(
        "U=https://www.zohoapis.com\nTOKEN=secret\ncurl \"$U/crm/v99/Leads/actions/mass_update\" -d '{BAD}'"
    );
    assert_eq!(found(&text).len(), 2);
}

const BAD: &str = r#"{"data":[{"City":"x"}],"ids":["5x"]}"#;

#[test]
fn every_client_is_read() {
    for text in [
        "wget --method=POST --header 'Authorization: secret' --body-data='BODY' URL",
        "wget -qO- --post-data 'BODY' URL",
        "http POST URL 'Authorization:secret' data:='[{\"City\":\"x\"}]' ids:='[\"5x\"]'",
        "echo 'BODY' | http POST URL",
        "xh URL --raw='BODY'",
        "api -X POST /crm/v8/Leads/actions/mass_update -d 'BODY'",
        "zoho_post POST Leads/actions/mass_update 'BODY'",
        "retry 3 call --url=secret --json 'BODY' URL",
        "curl.exe -X POST URL -d 'BODY'",
        "curl URL\n-H 'Authorization: secret'\n-d 'BODY'",
        "ls | xargs -I{} curl URL -d 'BODY'",
    ] {
        let text = text.replace("BODY", BAD);
        let names: Vec<_> = found(&text).into_iter().map(|(name, _)| name).collect();
        let expected: &[_] = if text.contains('\n') {
            &["unjoined-lines", "malformed-id"]
        } else {
            &["malformed-id"]
        };
        assert_eq!(names, expected, "{text}");
    }
}

#[test]
fn what_is_around_the_body_is_checked_too() {
    let good = r#"-d '{"data":[{"City":"x"}],"ids":["5"]}'"#;
    for (text, name, at) in [
        ("curl -H 'Authorization: Bearer secret' URL GOOD", "wrong-authorization", "Bearer"),
        ("curl -H \"authorization: bearer $T\" URL GOOD", "wrong-authorization", "bearer"),
        ("curl --oauth2-bearer secret URL GOOD", "wrong-authorization", ""),
        ("curl -H 'Authorization: 1000.secret' URL GOOD", "wrong-authorization", "Authorization"),
        (
            "curl http://www.zohoapis.com/crm/v8/Leads/actions/mass_update GOOD",
            "wrong-address",
            "http://",
        ),
        (
            "curl https://www.zohoapis.co.in/crm/v8/Leads/actions/mass_update GOOD",
            "wrong-address",
            "www.zohoapis.co.in",
        ),
        (
            "curl https://crm.zoho.com/crm/v2.2/Leads/actions/mass_update GOOD",
            "wrong-address",
            "crm.zoho.com",
        ),
        ("curl -X post URL GOOD", "wrong-method", "post"),
        ("curl URL -d '{\"data\":[{\"City\":\"x\"}],\"ids\":[\"5\"],}'", "not-plain-json", ","),
        (
            "ls | xargs -I% curl URL -d '{\"data\":[{\"City\":\"x\"}],\"ids\":[\"%\"]}'",
            "unresolved-variable",
            "\"%\"",
        ),
        (
            "curl URL -d '{\"data\":[{\"City\":\"x\"}],\"ids\":[\"{{id}}\"]}'",
            "unresolved-variable",
            "\"{{id}}\"",
        ),
        (
            "curl https://www.zohoapis.com/crm/v8/$M/actions/mass_updates GOOD",
            "wrong-path",
            "/crm/v8/$M/actions/mass_updates",
        ),
    ] {
        let text = text.replace("GOOD", good);
        assert_eq!(found(&text), [(name, at.to_owned())], "{text}");
    }
    for text in [
        "curl -H \"Authorization: Zoho-oauthtoken $T\" URL GOOD",
        "curl -H \"Authorization: $AUTH\" URL GOOD",
        "curl http://127.0.0.1:8787/crm/v8/Leads/actions/mass_update GOOD",
        "curl https://zylker.zohoplatform.com/crm/v8/Leads/actions/mass_update GOOD",
    ] {
        assert_eq!(found(&text.replace("GOOD", good)), [], "{text}");
    }
}

#[test]
fn what_is_not_followed_is_reported() {
    for (text, name) in [
        ("U=URL\nsend_it \"$U\"", "call-not-followed"),
        ("python3 - <<'E'\npost('URL')\nE", "call-not-followed"),
        ("ssh host \"curl URL -d @x\"", "call-not-followed"),
        ("# URL\nls", "unrecognised-file"),
        ("echo URL", "unrecognised-file"),
    ] {
        let names: Vec<_> = found(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [name], "{text}");
    }
}

#[test]
fn what_is_wrong_with_the_call_is_said() {
    assert_eq!(found("curl URL"), [("missing-job-id", "/crm/v8/Leads/actions/mass_update".into())]);
    assert_eq!(
        found(
            "curl -X PUT https://me:secret@x/crm/v99/Leads/actions/mass_update?a=secret -d @b.json"
        ),
        [
            ("wrong-method", "PUT".to_owned()),
            ("wrong-path", "/crm/v99/Leads/actions/mass_update".to_owned()),
            ("body-elsewhere", "b.json".to_owned()),
        ]
    );
    let names = |text: &str| found(text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("curl -XPOST URL"), ["malformed-json"]);
    assert_eq!(names("curl URL -d '{' --next URL?job_id=5"), ["malformed-json"]);
    assert_eq!(names("curl URL -d @- < b.json"), ["body-elsewhere"]);
}
