//! Laws of calls in scripts, collections and archives.

use massup_rules::{FileReport, Linter};
use massup_tests::strategies::cases;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::config;

const URL: &str = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";
const SECRET: &str = "1000.0123456789abcdef";

/// How a call may be in another file.
#[derive(Clone, Copy, Debug)]
enum Form {
    Postman,
    Har,
    SingleQuotes,
    DoubleQuotes,
    HereDocument,
}

impl Form {
    const ALL: [Self; 5] =
        [Self::Postman, Self::Har, Self::SingleQuotes, Self::DoubleQuotes, Self::HereDocument];

    /// The name and the text of a file that sends a body, with a token beside it.
    fn file(self, body: &str) -> (&'static str, String) {
        let curl = format!("curl -H 'Authorization: Zoho-oauthtoken {SECRET}' -X POST {URL} -d");
        let value = format!("Zoho-oauthtoken {SECRET}");
        let header = json!([{ "key": "Authorization", "name": "Authorization", "value": value }]);
        match self {
            Self::Postman => {
                let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
                let request = json!({
                    "method": "POST", "header": header, "url": { "raw": URL },
                    "body": { "mode": "raw", "raw": body },
                });
                let folder = json!([{ "item": [{ "request": request }] }]);
                ("a.json", json!({ "info": { "schema": schema }, "item": folder }).to_string())
            }
            Self::Har => {
                let request = json!({
                    "method": "POST", "headers": header, "url": URL,
                    "postData": { "text": body },
                });
                ("a.har", json!({ "log": { "entries": [{ "request": request }] } }).to_string())
            }
            Self::SingleQuotes => ("a.sh", format!("{curl} '{}'\n", body.replace('\'', "'\\''"))),
            Self::DoubleQuotes => {
                let marks = ['\\', '"', '$', '`'];
                let escaped: String = body
                    .chars()
                    .flat_map(|c| marks.contains(&c).then_some('\\').into_iter().chain([c]))
                    .collect();
                ("a.sh", format!("{curl} \"{escaped}\"\n"))
            }
            Self::HereDocument => ("a.bash", format!("{curl} @- <<'END'\n{body}\nEND\n")),
        }
    }

    /// How the first character of a place in the body is written there.
    fn begins(self, written: &str, letter: char) -> bool {
        let json = Value::from(letter.to_string()).to_string();
        match self {
            Self::Postman | Self::Har | Self::DoubleQuotes if letter == '"' => {
                written.starts_with("\\\"")
            }
            Self::Postman | Self::Har => written.starts_with(json.trim_matches('"')),
            _ => written.starts_with(letter),
        }
    }
}

type Key = (&'static str, String, String);

fn keys(report: &FileReport) -> Vec<Key> {
    let mut keys: Vec<Key> =
        report.diagnostics.iter().map(|d| (d.code, d.pointer.clone(), d.message.clone())).collect();
    keys.sort();
    keys
}

proptest! {
    #![proptest_config(config(300))]

    /// A call is judged the same wherever it stands, each finding at its place, and what is beside
    /// the call is not shown.
    #[test]
    fn a_call_is_judged_the_same_wherever_it_stands(case in cases(), form in select(Form::ALL.to_vec())) {
        prop_assume!(case.body.is_object());
        let body = format!("{:#}", case.body);
        prop_assume!(!body.contains("{{"));
        let linter = Linter::new().facts(case.facts.clone());
        let call = format!("{{\"method\":\"POST\",\"path\":\"{URL}\",\"body\":{body}}}");
        let offset = call.len() - 1 - body.len();
        let bare = linter.lint("a.json", call.as_bytes());
        let (name, text) = form.file(&body);
        let report = linter.lint(name, text.as_bytes());
        prop_assert_eq!(keys(&bare), keys(&report), "{}", text);
        prop_assert_eq!(&bare.unchecked, &report.unchecked);
        for found in &report.diagnostics {
            let (span, shown) = (found.span.unwrap(), found.shown.unwrap());
            prop_assert!(shown.start <= span.start && span.end <= shown.end, "{:?}", found);
            prop_assert!(!text[shown.start..shown.end].contains(SECRET));
            let line = text[..span.start].matches('\n').count() + 1;
            prop_assert_eq!(found.line, Some(line));
            let twins = bare.diagnostics.iter().filter(|d| (d.code, &d.pointer, &d.message) == (found.code, &found.pointer, &found.message));
            let mut letters = twins.filter_map(|d| call[d.span.unwrap().start..].chars().next());
            let in_body = bare.diagnostics.iter().any(|d| d.code == found.code && d.span.unwrap().start >= offset);
            if in_body {
                prop_assert!(letters.any(|letter| form.begins(&text[span.start..], letter)), "{:?} in {}", found, text);
            }
        }
    }
}
