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
    assert_eq!(found("curl -G URL -d job_id=$J; curl \"URL?job_id=$J\"; curl URL \"$@\""), []);
    assert_eq!(found("curl -X POST $ADDRESS -d '{'; echo curl URL; curl -I URL; wget URL"), []);
}

#[test]
fn what_is_wrong_with_the_call_is_said() {
    assert_eq!(found("curl URL"), [("missing-job-id", "/crm/v8/Leads/actions/mass_update".into())]);
    assert_eq!(
        found(
            "curl -X PUT https://me:secret@x/crm/v9/Leads/actions/mass_update?a=secret -d @b.json"
        ),
        [
            ("wrong-method", "PUT".to_owned()),
            ("wrong-path", "/crm/v9/Leads/actions/mass_update".to_owned()),
            ("body-elsewhere", "b.json".to_owned()),
        ]
    );
    let names = |text: &str| found(text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("curl -XPOST URL"), ["malformed-json"]);
    assert_eq!(names("curl URL -d '{' --next URL?job_id=5"), ["malformed-json"]);
    assert_eq!(names("curl URL -d @- < b.json"), ["body-elsewhere"]);
}
