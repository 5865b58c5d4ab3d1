//! Programs as people write them: whole calls in short.

mod built;
mod merged;
mod query;

use massup_model::ApiVersion;

use crate::{Document, read};

/// The calls of a program: method, module, version, the fields and ids, and what is not known.
fn calls(name: &str, text: &str) -> Vec<String> {
    let document = read(name, text.as_bytes());
    let in_short = |document: &Document<'_>| {
        let calls = document.calls.iter().map(|call| {
            let method = call.method.as_ref().map_or("?", |method| &method.text);
            let version = call.version.map_or("?", ApiVersion::as_str);
            let body = call
                .body
                .as_ref()
                .map_or_else(|| "-".to_owned(), |body| body.to_plain().to_string());
            format!("{method} {} {version} {body}", call.module_name().unwrap_or("?"))
        });
        calls.collect()
    };
    in_short(&document)
}

fn problems(name: &str, text: &str) -> Vec<String> {
    let document = read(name, text.as_bytes());
    let name = |kind: &crate::ProblemKind| {
        let text = format!("{kind:?}");
        text.split(['(', ' ']).next().unwrap_or_default().to_owned()
    };
    document.problems.iter().map(|problem| name(&problem.kind)).collect()
}

const BODY: &str = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
const URL: &str = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update";

#[test]
fn each_language_has_its_own_way() {
    for (name, text) in [
        ("a.py", r#"requests.post("URL", json={"data": [{"City": "a"}], "ids": ["7"]})"#),
        (
            "a.py",
            "b = {'data': [{'City': 'a'}]}\nb['ids'] = ['7']\nr = s.request('POST', 'URL', data=json.dumps(b))",
        ),
        (
            "a.py",
            "def f():\n    url = 'URL'\n    body = '''BODY'''\n    return s.post(url, data=body)\n",
        ),
        (
            "a.js",
            "fetch('URL', { method: 'post', body: JSON.stringify({ data: [{ City: 'a' }], ids: ['7'] }) })",
        ),
        (
            "a.mjs",
            "const url = `URL`;\nconst ids = ['7'];\nawait axios.post(url, { data: [{ City: 'a' }], ids });",
        ),
        (
            "a.ts",
            "const body: Record<string, unknown> = { data: [{ City: 'a' }], ids: ['7'] };\naxios({ method: 'POST', url: 'URL', data: body })",
        ),
        (
            "a.rb",
            "uri = URI('URL')\nreq = Net::HTTP::Post.new(uri)\nHTTP.post(uri, json: { :data => [{ 'City' => 'a' }], ids: ['7'] })",
        ),
        (
            "a.php",
            "$url = 'URL';\n$client->post($url, ['json' => ['data' => [['City' => 'a']], 'ids' => ['7']]]);",
        ),
        (
            "a.ps1",
            "$b = @{ data = @(@{ City = 'a' }); ids = @('7') } | ConvertTo-Json\nInvoke-RestMethod -Method Post -Uri 'URL' -Body $b",
        ),
        ("a.ps1", "Invoke-RestMethod -Method POST -Uri \"URL\" -Body @'\nBODY\n'@"),
        (
            "A.java",
            "c.method(\"POST\", HttpRequest.BodyPublishers.ofString(\"ESCAPED\")).uri(URI.create(\"URL\"));",
        ),
        (
            "a.cs",
            "var body = new { data = new[] { new { City = \"a\" } }, ids = new[] { \"7\" } };\nawait http.SendAsync(\"POST\", \"URL\", body);",
        ),
        ("a.go", "req, err := http.NewRequest(\"POST\", \"URL\", strings.NewReader(`BODY`))"),
        (
            "a.deluge",
            "r = invokeurl\n[\n url: \"URL\"\n type: POST\n parameters: {\"data\": [{\"City\": \"a\"}], \"ids\": [\"7\"]}.toString()\n];",
        ),
    ] {
        let escaped = BODY.replace('"', "\\\"");
        let text = text.replace("URL", URL).replace("BODY", BODY).replace("ESCAPED", &escaped);
        assert_eq!(calls(name, &text), [format!("POST Leads v8 {BODY}")], "{name}: {text}");
    }
}

#[test]
fn what_is_computed_is_unknown_and_the_rest_is_known() {
    for (text, expected) in [
        (
            "post(f'https://x/crm/v8/{m}/actions/mass_update', json={'data': [fields], 'cvid': cv})",
            r#"POST ? v8 {"cvid":"cv","data":["fields"]}"#,
        ),
        (
            "post(BASE + '/Leads/actions/mass_update', json={'data': [{'A': f(1)}], 'ids': [str(i) for i in x]})",
            r#"POST Leads ? {"data":[{"A":"an expression"}],"ids":"an expression"}"#,
        ),
        (
            "BASE = 'https://www.zohoapis.eu/crm/v7'\npost(f'{BASE}/Deals/actions/mass_update', json={'data': [{'A': -1.5, 'B': True, 'C': None}], **more})",
            "POST Deals v7 -",
        ),
        (
            "b = {'data': [{'A': 1}], 'ids': []}\nb.update(x)\npost('URL', json=b)",
            "POST Leads v8 -",
        ),
        ("b = {'data': [{'A': 1}], 'ids': []}\nb = load()\npost('URL', json=b)", "POST Leads v8 -"),
        ("get('URL', params=p)", "GET Leads v8 -"),
        (
            "put('URL', json={'data': [{'A': 1}], 'ids': []})",
            r#"PUT Leads v8 {"data":[{"A":1}],"ids":[]}"#,
        ),
    ] {
        let text = text.replace("URL", URL);
        assert_eq!(calls("a.py", &text), [expected], "{text}");
    }
}

#[test]
fn what_is_not_followed_is_reported_and_comments_are_not() {
    for (name, text, expected) in [
        ("a.py", "path = 'URL'\n", &["NotFollowed"][..]),
        ("a.py", "send(path='URL', what=things)\n", &["BodyElsewhere"]),
        (
            "a.py",
            "from zohocrmsdk import MassUpdateBodyWrapper\nops.mass_update_records('Leads', r)\n",
            &["NotFollowed"],
        ),
        (
            "a.java",
            "apiPath = apiPath.concat(\"/crm/v8/\"); apiPath = apiPath.concat(\"/actions/mass_update\");",
            &["NotFollowed"],
        ),
        ("a.py", "# URL\nx = 1\n", &["Unrecognised"]),
        ("a.py", "\"\"\"Calls URL.\"\"\"\nx = 1\n", &["Unrecognised"]),
        ("a.js", "/* URL */ // URL\nlet x = /['\"]/;\n", &["Unrecognised"]),
        ("a.py", "print('hello')\n", &["Unrecognised"]),
        (
            "a.py",
            "requests.post('URL', headers={'Authorization': f'Bearer {t}'}, json={'data': [{'A': 1}], 'ids': ['7']})",
            &["Authorization"],
        ),
        (
            "a.py",
            "requests.post('https://www.zohoapis.co.in/crm/v8/Leads/actions/mass_update', json={'data': [{'A': 1}], 'ids': ['7']})",
            &["Address"],
        ),
    ] {
        let text = text.replace("URL", URL);
        assert_eq!(problems(name, &text), expected, "{text}");
    }
}
