//! What is in the query of a URL, wherever a program puts it.

use super::URL;
use crate::read;

/// The query of the only call of a program, and the key of a body in it.
fn query(name: &str, text: &str) -> (Option<String>, Option<&'static str>) {
    let text = text.replace("URL", URL);
    let document = read(name, text.as_bytes());
    let [call] = document.calls.as_slice() else {
        panic!("{text}: {} calls", document.calls.len())
    };
    let path = call.path.as_ref().map(|path| path.text.as_ref());
    let query = path.map(|path| path.split_once('?').map_or("", |(_, query)| query).to_owned());
    (query, call.selection_in_query)
}

#[test]
fn parameters_of_a_client_are_in_the_query() {
    for (name, text) in [
        ("a.py", "requests.get('URL', params={'job_id': '7'})"),
        ("a.py", "p = {'job_id': 7}\nrequests.get('URL', params=p)"),
        ("a.py", "requests.get('URL', params=dict(job_id=7))"),
        ("a.js", "await axios.get('URL', { params: { job_id: '7' }, headers })"),
        ("a.js", "const params = { job_id: '7' };\nawait axios.get('URL', { params });"),
        ("a.rb", "HTTParty.get('URL', query: { job_id: '7' })"),
        ("a.php", "<?php $client->get('URL', ['query' => ['job_id' => '7']]);"),
        ("a.js", "request({ method: 'GET', url: 'URL', qs: { job_id: '7' } })"),
        ("a.js", "fetch('URL?job_id=' + '7', { method: 'GET' })"),
        ("a.php", "<?php $client->get('URL' . '?job_id=' . '7');"),
        ("a.sh", "http GET URL job_id==7"),
        ("a.sh", "curl -G URL -d job_id=7"),
        ("a.sh", "curl URL --url-query job_id=7"),
        ("a.json", r#"{"url": "URL", "method": "GET", "params": {"job_id": "7"}}"#),
        (
            "a.json",
            r#"{"url": "URL", "queryParameters": {"parameters": [{"name": "job_id", "value": "7"}]}}"#,
        ),
        (
            "a.json",
            r#"{"url": "URL", "method": "GET", "parameters": [{"name": "job_id", "value": "7"}], "body": {}}"#,
        ),
    ] {
        assert_eq!(query(name, text), (Some("job_id=7".to_owned()), None), "{text}");
    }
}

#[test]
fn parameters_that_nobody_knows_may_hold_a_job_id() {
    for (name, text) in [
        ("a.py", "requests.get('URL', params={'job_id': job})"),
        ("a.py", "requests.get('URL', params=parameters)"),
        ("a.py", "requests.get('URL?' + urlencode({'job_id': job}))"),
        ("a.js", "fetch('URL?job_id=' + job.id, { method: 'GET' })"),
        ("a.js", "const job = '7';\nfetch('URL?job_id=' + job.id, { method: 'GET' })"),
        ("a.js", "fetch('URL?job_id=' + encodeURIComponent(job), { method: 'GET' })"),
        ("a.js", "fetch('URL' + (job ? '?job_id=' + job : ''), { method: 'GET' })"),
        ("a.js", "fetch(`URL${query}`, { method: 'GET' })"),
        ("a.sh", "curl \"URL$QUERY\""),
        ("a.java", "HttpGet get = new HttpGet(\"URL?job_id=\" + job.getId());"),
        ("a.php", "<?php $client->get('URL?' . http_build_query(['job_id' => $this->job]));"),
        ("a.dg", "r = invokeurl\n[\n\turl :\"URL?job_id=\" + job\n\ttype :GET\n];"),
        ("a.go", "req, _ := http.Get(\"URL\")\nq := req.URL.Query()\nq.Add(\"job_id\", job)"),
        ("a.kt", "val r = client.get(\"URL\") { parameter(\"job_id\", job) }"),
        ("a.ps1", "Invoke-RestMethod -Method Get -Uri \"URL\" -Body @{ job_id = $job }"),
        ("a.sh", "http GET URL job_id==\"$JOB\""),
    ] {
        assert_eq!(query(name, text), (None, None), "{text}");
    }
    let read = "job = answer['data'][0]['details']['job_id']\nrequests.get('URL')";
    assert_eq!(query("a.py", read), (Some(String::new()), None));
}

#[test]
fn another_parameter_is_no_job_id() {
    for text in [
        "requests.get('URL', params={'jobid': job})",
        "requests.get(f'URL?job={job}')",
        "requests.get(f'URL?a={x}&b={y}')",
    ] {
        assert_eq!(query("a.py", text), (Some(String::new()), None), "{text}");
    }
    for text in ["requests.get(f'URL?{job}')", "requests.get(f'URL?a=1&{name}={job}')"] {
        assert_eq!(query("a.py", text), (None, None), "{text}");
    }
    let wrong = format!("requests.get('{URL}s', params=p)");
    let document = read("a.py", wrong.as_bytes());
    let path = document.calls[0].path.as_ref().unwrap();
    assert_eq!(path.text, "/crm/v8/Leads/actions/mass_updates");
}

#[test]
fn a_selection_in_the_query_is_known() {
    for (name, text, key) in [
        ("a.sh", "curl -X POST 'URL?ids=7,8' -d '{\"data\":[{\"City\":\"a\"}]}'", "ids"),
        (
            "a.sh",
            "curl \"$API/Leads/actions/mass_update?cvid=$CV\" -d '{\"data\":[{\"City\":\"a\"}]}'",
            "cvid",
        ),
        ("a.http", "POST URL\n  ?ids=7\n\n{\"data\":[{\"City\":\"a\"}]}\n", "ids"),
        (
            "a.bru",
            "post {\n  url: {{host}}/crm/v8/Leads/actions/mass_update?cvid=7\n}\n\nbody:json {\n  {\"data\":[{}]}\n}\n",
            "cvid",
        ),
        (
            "a.hurl",
            "POST URL\n[Query]\nids: 7\n```json\n{\"data\":[{\"City\":\"a\"}]}\n```\n",
            "ids",
        ),
        (
            "a.py",
            "requests.post(f'{base}/crm/v8/Leads/actions/mass_update', params={'ids': ids}, json={'data': [{'City': 'a'}]})",
            "ids",
        ),
        ("a.js", "axios.post('URL', { data: [{ City: 'a' }] }, { params: { cvid } })", "cvid"),
        (
            "a.json",
            r#"{"method": "POST", "path": "/crm/v8/Leads/actions/mass_update?ids=7", "body": {"data": [{"City": "a"}]}}"#,
            "ids",
        ),
        (
            "a.json",
            r#"{"method": "POST", "url": "URL", "params": {"ids": "7"}, "body": {"data": [{"City": "a"}]}}"#,
            "ids",
        ),
    ] {
        assert_eq!(query(name, text).1, Some(key), "{text}");
    }
    let apart = "curl -X POST 'URL?trigger=ids#cvid=7' -d '{\"data\":[{\"City\":\"a\"}]}'";
    assert_eq!(query("a.sh", apart).1, None);
}
