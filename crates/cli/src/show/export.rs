//! Plans for other programs: a shell script of curl calls, a Postman collection.

use std::io::Write;

use anyhow::{Result, bail};
use massup_model::{Request, Selection};
use massup_planner::{Action, Step};
use serde_json::{Value, json};

use crate::render;

/// What the start of an export says about the plan.
pub(super) struct About<'a> {
    pub(super) headline: &'a str,
    /// The fields with their values.
    pub(super) values: &'a str,
    pub(super) digest: &'a str,
    pub(super) module: &'a str,
}

/// The call of a step, if it can be sent without anything of another step.
///
/// # Errors
///
/// The step waits for another one.
fn call(step: &Step) -> Result<&Request> {
    match &step.action {
        Action::Update(request) if step.after.is_none() => Ok(request),
        _ => bail!(
            "step {} waits for another step, which only a program can do; use `massup apply`",
            step.number
        ),
    }
}

/// The body of a call as one line of JSON. Hidden characters are escaped, so that readers see what is sent.
fn body(request: &Request) -> Result<String> {
    let mut text = Vec::new();
    render::json::line(&request.body(), &mut text)?;
    Ok(String::from_utf8(text)?.trim_end().to_owned())
}

/// Writes a shell script that sends the calls with curl.
///
/// # Errors
///
/// A step waits for another one, or `out` cannot be written.
pub(super) fn script(
    out: &mut dyn Write,
    about: &About<'_>,
    steps: impl Iterator<Item = Result<Step>>,
) -> Result<()> {
    let About { headline, values, digest, module } = about;
    write!(
        out,
        "#!/bin/sh\n# {headline}\n# {values}\n# Made by massup {} from the plan with the digest {digest}\n#\n\
         # Before you run it, set MASSUP_ACCESS_TOKEN to an access token with the scope\n\
         # ZohoCRM.mass_update.{module}.UPDATE, and MASSUP_API_URL to the API domain of its data centre, if that\n\
         # is not https://www.zohoapis.com. The script stops at the first call that does not succeed for every\n\
         # record. To go on with step N, run it with N as its argument.\n",
        env!("CARGO_PKG_VERSION")
    )?;
    out.write_all(include_bytes!("script.sh"))?;
    for step in steps {
        let step = step?;
        let request = call(&step)?;
        // A job has one code, calls by ids one for each record.
        let successes = match request.selection() {
            Selection::Ids(ids) => ids.len(),
            Selection::View { .. } => 1,
        };
        // JSON on one line cannot hold the line that ends it, and nothing in it is expanded.
        let (number, path, body) = (step.number, request.path(), body(request)?);
        write!(out, "\ncall {number} {successes} '{path}' <<'JSON'\n{body}\nJSON\n")?;
    }
    Ok(out.write_all(b"\n# end of plan\n")?)
}

/// Writes a Postman collection, format 2.1, of the calls.
///
/// # Errors
///
/// A step waits for another one, or `out` cannot be written.
pub(super) fn postman(
    out: &mut dyn Write,
    about: &About<'_>,
    steps: impl Iterator<Item = Result<Step>>,
) -> Result<()> {
    let About { headline, values, digest, .. } = about;
    let info = json!({
        "name": headline,
        "description": format!("{values}\n\nMade by massup from the plan with the digest {digest}"),
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    });
    let variables = json!([
        { "key": "api_domain", "value": "https://www.zohoapis.com" },
        { "key": "access_token", "value": "" },
    ]);
    write!(out, "{{\"info\":{info},\n\"variable\":{variables},\n\"item\":[")?;
    let mut separator = "\n";
    for step in steps {
        let step = step?;
        write!(out, "{separator}{}", item(step.number, call(&step)?)?)?;
        separator = ",\n";
    }
    Ok(out.write_all(b"\n]}\n")?)
}

fn item(number: u64, request: &Request) -> Result<Value> {
    // Postman replaces `{{name}}` in bodies, and two braces are next to each other only in strings.
    let body = body(request)?.replace("{{", "{\\u007b");
    let path = request.path();
    Ok(json!({
        "name": format!("Step {number}"),
        "request": {
            "method": request.method(),
            "header": [
                { "key": "Authorization", "value": "Zoho-oauthtoken {{access_token}}" },
                { "key": "Content-Type", "value": "application/json" },
            ],
            "body": { "mode": "raw", "raw": body, "options": { "raw": { "language": "json" } } },
            "url": {
                "raw": format!("{{{{api_domain}}}}{path}"),
                "host": ["{{api_domain}}"],
                "path": path.split('/').skip(1).collect::<Vec<_>>(),
            },
        },
    }))
}

#[cfg(test)]
mod tests {
    use massup_model::{ApiVersion, RecordId};
    use massup_planner::Plan;

    use super::*;
    use crate::text::is_hidden;

    const VALUES: [&str; 7] = [
        "it's $HOME `id` \\",
        "JSON\nJSON",
        "{{access_token}}",
        "{{{{",
        "\u{2028}é\"",
        "$(rm x)",
        "Ch\u{202e}ennai\u{9b}2J\u{e0041}",
    ];

    fn assert_visible(text: &str) {
        let hidden = text.chars().find(|c| is_hidden(*c) && *c != '\n');
        assert_eq!(hidden, None, "{text}");
    }

    fn steps(value: &str) -> Vec<Step> {
        let fields = vec![("City".to_owned(), Value::from(value))];
        let plan = Plan::new(ApiVersion::V8, "Leads", fields, None).unwrap();
        let view = plan.clone().on_view("7".parse().unwrap(), None);
        let mut steps = view.steps(massup_planner::Route::View).unwrap();
        let ids = (1..=501).map(|n| Ok(RecordId::from_number(n).unwrap()));
        for (number, request) in (2..).zip(plan.calls(ids)) {
            let mut step = steps[0].clone();
            (step.number, step.action) = (number, Action::Update(request.unwrap()));
            steps.push(step);
        }
        steps
    }

    fn bodies(steps: &[Step]) -> Vec<Value> {
        steps.iter().map(|step| step.request().unwrap().body()).collect()
    }

    const ABOUT: About<'_> =
        About { headline: "Leads", values: "City", digest: "sha256:0", module: "Leads" };

    /// A shell reads the bodies as they are in the plan, and one that is cut off sends nothing.
    #[cfg(unix)]
    #[test]
    fn a_shell_sends_the_bodies_of_the_plan() {
        for value in VALUES {
            let folder = tempfile::tempdir().unwrap();
            let steps = steps(value);
            let mut text = Vec::new();
            script(&mut text, &ABOUT, steps.iter().cloned().map(Ok)).unwrap();
            assert_visible(str::from_utf8(&text).unwrap());
            let curl = folder.path().join("curl");
            std::fs::write(
                &curl,
                "#!/bin/sh\nfor a; do case $a in @*body) cat \"${a#@}\" >> sent;; esac; done\n\
                 n=$(wc -l < sent); c='{\"code\": \"SUCCESS\"}'; [ \"$n\" = 2 ] && c=$(yes \"$c\" | head -500)\n\
                 while [ $# -gt 0 ]; do [ \"$1\" = --output ] && echo \"$c\" > \"$2\"; shift; done; printf 200\n",
            )
            .unwrap();
            let run = |text: &[u8]| {
                let _ = std::fs::remove_file(folder.path().join("sent"));
                std::fs::write(folder.path().join("plan.sh"), text).unwrap();
                let path =
                    format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
                let run = std::process::Command::new("sh")
                    .args(["-c", "chmod +x curl; exec sh plan.sh"])
                    .current_dir(folder.path())
                    .env("PATH", path)
                    .env("MASSUP_ACCESS_TOKEN", "secret")
                    .output()
                    .unwrap();
                let sent = std::fs::read_to_string(folder.path().join("sent")).unwrap_or_default();
                let sent = sent.lines().map(|line| serde_json::from_str(line).unwrap());
                let out = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
                assert!(!out.contains("secret"), "{out}");
                (run.status.code().unwrap(), sent.collect::<Vec<Value>>(), out)
            };
            let (code, sent, out) = run(&text);
            assert_eq!((code, sent), (0, bodies(&steps)), "{out}");
            let (code, sent, out) = run(&text[..text.len() - 2]);
            assert_eq!((code, sent.len()), (2, 0), "{out}");
            // The server answers the job with a failure.
            let failed = String::from_utf8(text).unwrap().replace("call 1 1 ", "call 1 2 ");
            let (code, sent, out) = run(failed.as_bytes());
            assert_eq!((code, sent.len()), (1, 1), "{out}");
            assert!(out.contains("1 of 2 succeeded") && out.contains("with step 2"), "{out}");
        }
    }

    #[test]
    fn a_collection_has_the_bodies_of_the_plan_and_no_other_variables() {
        for value in VALUES {
            let steps = steps(value);
            let mut text = Vec::new();
            postman(&mut text, &ABOUT, steps.iter().cloned().map(Ok)).unwrap();
            let collection: Value = serde_json::from_slice(&text).unwrap();
            let items = collection["item"].as_array().unwrap();
            let raw = |item: &Value| item["request"]["body"]["raw"].as_str().unwrap().to_owned();
            for item in items {
                assert_visible(&raw(item));
            }
            let sent = items.iter().map(|item| serde_json::from_str(&raw(item)).unwrap());
            assert_eq!(sent.collect::<Vec<Value>>(), bodies(&steps));
            assert!(items.iter().all(|item| !raw(item).contains("{{")));
        }
    }

    #[test]
    fn a_step_that_waits_is_refused() {
        let mut steps = steps("x");
        steps[1].after = Some(1);
        let mut text = Vec::new();
        assert!(script(&mut text, &ABOUT, steps.iter().cloned().map(Ok)).is_err());
        assert!(!String::from_utf8(text).unwrap().contains("# end of plan\n"));
    }
}
