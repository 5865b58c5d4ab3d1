//! Bodies that are put together from several objects, and fields whose names are computed.

use super::{URL, calls};

/// What is written out in two objects is read as the one that is sent.
#[test]
fn objects_are_put_together() {
    let body = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    for (name, text) in [
        ("a.js", "const b = { data: [{ City: 'a' }] };\naxios.post('URL', { ...b, ids: ['7'] })"),
        (
            "a.js",
            "const b = { data: [{ City: 'x' }], ids: ['7'] };\naxios.post('URL', { ...b, data: [{ City: 'a' }] })",
        ),
        (
            "a.js",
            "const b = { data: [{ City: 'a' }] };\naxios.post('URL', { data: 1, ids: ['7'], ...b })",
        ),
        (
            "a.ts",
            "const b = { data: [{ City: 'a' }] };\nfetch('URL', { method: 'POST', body: JSON.stringify(Object.assign({}, b, { ids: ['7'] })) })",
        ),
        (
            "a.js",
            "const b = { data: [{ City: 'a' }] };\n$.post('URL', $.extend(b, { ids: ['7'] }))",
        ),
        ("a.py", "b = {'data': [{'City': 'a'}]}\npost('URL', json={**b, 'ids': ['7']})"),
        ("a.py", "b = {'data': [{'City': 'a'}]}\npost('URL', json=dict(b, ids=['7']))"),
        ("a.py", "b = {'data': [{'City': 'a'}]}\npost('URL', json=b | {'ids': ['7']})"),
        ("a.py", "b = {'data': [{'City': 'a'}]}\nb2 = b | {'ids': ['7']}\npost('URL', json=b2)"),
        (
            "a.rb",
            "b = { data: [{ City: 'a' }] }\nHTTParty.post('URL', body: b.merge(ids: ['7']).to_json)",
        ),
        (
            "a.rb",
            "b = { data: [{ City: 'a' }] }\nHTTParty.post('URL', body: b.merge({ ids: ['7'] }).to_json)",
        ),
        (
            "a.php",
            "$b = ['data' => [['City' => 'a']]];\n$c->post('URL', ['json' => array_merge($b, ['ids' => ['7']])]);",
        ),
        (
            "a.php",
            "$b = ['data' => [['City' => 'a']]];\n$c->post('URL', ['json' => $b + ['ids' => ['7'], 'data' => 1]]);",
        ),
        (
            "a.php",
            "$b = ['data' => [['City' => 'a']]];\n$c->post('URL', ['json' => [...$b, 'ids' => ['7']]]);",
        ),
        (
            "a.kt",
            "val b = mapOf(\"data\" to listOf(mapOf(\"City\" to \"a\")))\nclient.post(\"URL\") { setBody(b + mapOf(\"ids\" to listOf(\"7\"))) }",
        ),
        (
            "a.kt",
            "val b = mapOf(\"data\" to listOf(mapOf(\"City\" to \"a\")), \"ids\" to listOf(\"7\"))\nkhttp.post(\"URL\", json = b)",
        ),
    ] {
        let text = text.replace("URL", URL);
        assert_eq!(calls(name, &text), [format!("POST Leads v8 {body}")], "{name}: {text}");
    }
}

/// Maps and lists as further languages write them.
#[test]
fn literals_of_further_languages() {
    for (name, text) in [
        (
            "a.cs",
            "var b = new Dictionary<string, object> { { \"data\", new List<object> { new Dictionary<string, object> { { \"City\", \"a\" } } } }, { \"ids\", new[] { \"7\" } } };\nc.PostAsync(\"URL\", Json(b));",
        ),
        (
            "a.cs",
            "var b = new Dictionary<string, object> { [\"data\"] = new[] { new Dictionary<string, string> { [\"City\"] = \"a\" } }, [\"ids\"] = new[] { \"7\" } };\nc.PostAsync(\"URL\", Json(b));",
        ),
        (
            "a.cs",
            "var b = new { data = new[] { new { City = \"a\" } }, ids = new[] { \"7\" } };\nvar r = new RestRequest(\"URL\", Method.Post);\nr.AddJsonBody(b);",
        ),
        (
            "a.cs",
            "var b = new Dictionary<string, object> { [\"data\"] = new[] { new { City = \"a\" } }, [\"ids\"] = new[] { \"7\" } };\nvar r = new RestRequest(\"URL\", Method.Post);\nr.AddJsonBody(b);",
        ),
        (
            "a.swift",
            "let b: [String: Any] = [\"data\": [[\"City\": \"a\"]], \"ids\": [\"7\"]]\nvar r = URLRequest(url: URL(string: \"URL\")!)\nr.httpMethod = \"POST\"\nr.httpBody = try JSONSerialization.data(withJSONObject: b)",
        ),
        (
            "a.groovy",
            "def b = [data: [[City: 'a']], ids: ['7']]\nclient.post(path: 'URL', body: JsonOutput.toJson(b))",
        ),
        (
            "a.scala",
            "val b = Map(\"data\" -> List(Map(\"City\" -> \"a\")), \"ids\" -> Seq(\"7\"))\nclient.post(\"URL\", write(b))",
        ),
    ] {
        let text =
            text.replace("\"URL\"", &format!("\"{URL}\"")).replace("'URL'", &format!("'{URL}'"));
        let read = calls(name, &text);
        assert_eq!(read, [r#"POST Leads v8 {"data":[{"City":"a"}],"ids":["7"]}"#], "{text}");
    }
}

#[test]
fn methods_in_the_names_of_functions_and_types() {
    for (name, send) in [
        (
            "a.cs",
            "c.PutAsync(\"URL\", new { data = new[] { new { A = 1 } }, ids = new[] { \"7\" } });",
        ),
        (
            "a.cs",
            "c.PutAsJsonAsync(\"URL\", new { data = new[] { new { A = 1 } }, ids = new[] { \"7\" } });",
        ),
        (
            "A.java",
            "rest.exchange(\"URL\", HttpMethod.PUT, Map.of(\"data\", List.of(Map.of(\"A\", 1)), \"ids\", List.of(\"7\")));",
        ),
    ] {
        let text = send.replace("URL", URL);
        assert_eq!(
            calls(name, &text),
            [r#"PUT Leads v8 {"data":[{"A":1}],"ids":["7"]}"#],
            "{text}"
        );
    }
}

/// A client that makes a form of an object.
#[test]
fn apps_script_sends_an_object_as_a_form() {
    let text = |payload: &str| {
        format!("UrlFetchApp.fetch('{URL}', {{ method: 'post', payload: {payload} }});")
    };
    let body = "{ data: [{ City: 'a' }], ids: ['7'] }";
    assert_eq!(super::problems("a.gs", &text(body)), ["FormBody"]);
    assert_eq!(super::problems("a.gs", &text(&format!("JSON.stringify({body})"))), [""; 0]);
}

/// An object of which only a part is known is not taken for the whole: the rest may have what it lacks.
#[test]
fn a_part_of_a_body_is_not_a_body() {
    for (name, text) in [
        ("a.js", "const b = { data: [{ A: 1 }] };\naxios.post('URL', { ...b, ...rest })"),
        ("a.js", "const b = { data: [{ A: 1 }] };\naxios.post('URL', _.merge(b, rest))"),
        ("a.js", "axios.post('URL', Object.assign({ data: [{ A: 1 }] }, selection))"),
        ("a.js", "const b = { data: [{ A: 1 }] };\naxios.post('URL', given || b)"),
        ("a.py", "b = {'data': [{'A': 1}]}\npost('URL', json={**b, **selection})"),
        ("a.py", "b = {'data': [{'A': 1}]}\npost('URL', json=dict(b, **selection))"),
        ("a.py", "b = {'data': [{'A': 1}]}\npost('URL', json=b | selection)"),
        (
            "a.rb",
            "b = { data: [{ A: 1 }] }\nHTTParty.post('URL', body: b.merge(selection).to_json)",
        ),
        (
            "a.php",
            "$b = ['data' => [['A' => 1]]];\n$c->post('URL', ['json' => array_merge($b, $selection)]);",
        ),
        ("a.php", "$b = ['data' => [['A' => 1]]];\n$c->post('URL', ['json' => $b + $selection]);"),
        (
            "a.kt",
            "val b = mapOf(\"data\" to listOf(mapOf(\"A\" to 1)))\nkhttp.post(\"URL\", json = b + selection)",
        ),
    ] {
        let text = text.replace("URL", URL);
        let read = calls(name, &text);
        assert_eq!(read, ["POST Leads v8 -"], "{name}: {text}");
    }
}

/// A field whose name is computed leaves the record unknown; a name that a variable holds is read.
#[test]
fn names_of_fields_may_be_computed() {
    for (name, record) in [
        ("a.py", "{field: value}"),
        ("a.py", "{f'{a}_Name': value}"),
        ("a.py", "{FIELDS['a']: value, 'B': 1}"),
        ("a.py", "{self.field: value}"),
        ("a.js", "{ [field]: value }"),
        ("a.js", "{ [`${a}_Name`]: value, B: 1 }"),
        ("a.js", "{ A: 1, [names.b]: value }"),
        ("a.js", "{ A: 1, ...rest }"),
        ("a.rb", "{ field => value }"),
        ("a.rb", "{ field.to_s => value }"),
        ("a.php", "[$field => $value]"),
        ("a.php", "[$this->field => $value]"),
        ("a.php", "[self::FIELD => $value]"),
    ] {
        let body = match name {
            "a.py" => format!("json={{'data': [{record}], 'ids': ['7']}}"),
            "a.rb" => format!("body: {{ data: [{record}], ids: ['7'] }}.to_json"),
            "a.php" => format!("['json' => ['data' => [{record}], 'ids' => ['7']]]"),
            _ => format!("{{ data: [{record}], ids: ['7'] }}"),
        };
        let object = if name == "a.php" { "$client->" } else { "client." };
        let text = format!("{object}post('{URL}', {body})");
        let expected = r#"POST Leads v8 {"data":["an expression"],"ids":["7"]}"#;
        assert_eq!(calls(name, &text), [expected], "{text}");
    }
    for (name, text) in [
        ("a.py", "F = 'City'\npost('URL', json={'data': [{F: 'a'}], 'ids': ['7']})"),
        ("a.js", "const F = 'City';\naxios.post('URL', { data: [{ [F]: 'a' }], ids: ['7'] })"),
        ("a.js", "axios.post('URL', { data: [{ ['City']: 'a' }], ids: ['7'] })"),
        ("a.rb", "f = 'City'\npost('URL', body: { data: [{ f => 'a' }], ids: ['7'] }.to_json)"),
        (
            "a.php",
            "$f = 'City';\n$c->post('URL', ['json' => ['data' => [[$f => 'a']], 'ids' => ['7']]]);",
        ),
    ] {
        let text = text.replace("URL", URL);
        let expected = r#"POST Leads v8 {"data":[{"City":"a"}],"ids":["7"]}"#;
        assert_eq!(calls(name, &text), [expected], "{text}");
    }
}
