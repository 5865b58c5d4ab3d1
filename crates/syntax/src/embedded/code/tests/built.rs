//! Bodies that are built in steps, by functions and with the classes of the SDKs.

use super::{BODY, URL, calls, problems};

/// Programs that all send the same body, each as its language puts it together.
#[test]
fn a_body_that_is_filled_is_the_same_as_one_that_is_written_out() {
    for (name, text) in [
        (
            "a.py",
            "b = {}\nb['data'] = [{}]\nb['data'][0]['City'] = 'a'\nb['ids'] = ['7']\npost('URL', json=b)",
        ),
        (
            "a.py",
            "l = []\ni = []\nr = {}\nr['City'] = 'a'\nl.append(r)\ni.append('7')\npost('URL', json={'data': l, 'ids': i})",
        ),
        ("a.py", "b = dict(data=[dict(City='a')], ids=['7'])\npost('URL', json=b)"),
        (
            "a.py",
            "b = {'data': [], 'ids': []}\nb['data'].append({'City': 'a'})\nb['ids'].append('7')\npost('URL', json=b)",
        ),
        (
            "a.js",
            "const b = {};\nb.data = [{ City: 'a' }];\nb.ids = [];\nb.ids.push('7');\naxios.post('URL', b)",
        ),
        (
            "a.php",
            "$r = array();\n$r['City'] = 'a';\n$b = ['data' => [$r], 'ids' => ['7']];\n$c->post('URL', ['json' => $b]);",
        ),
        (
            "a.deluge",
            "r = Map();\nr.put(\"City\",\"a\");\nb = Map();\nb.put(\"data\", {r});\nb.put(\"ids\", {\"7\"});\nx = invokeurl [ url: \"URL\" type: POST parameters: b.toString() ];",
        ),
        (
            "A.java",
            "JSONObject r = new JSONObject();\nr.put(\"City\", \"a\");\nJSONObject b = new JSONObject();\nb.put(\"data\", new JSONArray().put(r));\nb.put(\"ids\", Arrays.asList(\"7\"));\npost(\"URL\", b.toString());",
        ),
        (
            "A.java",
            "t.post(\"URL\", Map.of(\"data\", List.of(Map.of(\"City\", \"a\")), \"ids\", List.of(\"7\")));",
        ),
        (
            "a.php",
            "$l = array();\narray_push($l, ['City' => 'a']);\n$i = [];\n$i[] = '7';\n$b = ['data' => $l, 'ids' => $i];\n$c->post('URL', ['json' => $b]);",
        ),
        (
            "A.scala",
            "val r = new JSONObject()\nr.put(\"City\", \"a\")\nval l = ArrayBuffer[JSONObject]()\nl += r\nval b = new JSONObject()\nb.put(\"data\", l);\nb.put(\"ids\", List.of(\"7\"));\npost(\"URL\", b);",
        ),
        (
            "A.java",
            "List<org.json.JSONObject> l = new ArrayList<org.json.JSONObject>();\nJSONObject r = new org.json.JSONObject();\nr.put(\"City\", \"a\");\nl.add(r);\nJSONObject b = new JSONObject();\nb.put(\"data\", l);\nb.put(\"ids\", Arrays.asList(\"7\"));\npost(\"URL\", b);",
        ),
        (
            "a.go",
            "b := map[string]interface{}{\n\"data\": []map[string]interface{}{{\"City\": \"a\"}},\n\"ids\": []string{\"7\"},\n}\nj, _ := json.Marshal(b)\nr, err := http.NewRequest(\"POST\", \"URL\", bytes.NewBuffer(j))",
        ),
        (
            "a.tf",
            "data \"http\" \"a\" {\n  url = \"URL\"\n  method = \"POST\"\n  request_body = jsonencode({\n    data = [{ City = \"a\" }]\n    ids = [\"7\"]\n  })\n}\n",
        ),
        ("a.py", "os.system(\"\"\"curl URL -X POST -d 'BODY'\"\"\")"),
        ("a.rs", "let b = r#\"BODY\"#;\nc.post(\"URL\").body(b).send()?;"),
    ] {
        let text = text.replace("URL", URL).replace("BODY", BODY);
        assert_eq!(calls(name, &text), [format!("POST Leads v8 {BODY}")], "{name}: {text}");
    }
}

/// An item that is only sometimes added to a list leaves that list unknown.
#[test]
fn a_list_that_is_sometimes_filled_is_unknown() {
    for fills in ["$i[] = '7';", "array_push($i, '7');"] {
        let text = format!(
            "$i = [];\nif ($v) {{ {fills} }}\n$b = ['data' => [['A' => 1]], 'ids' => $i];\n$c->post('{URL}', ['json' => $b]);"
        );
        let expected = r#"POST Leads v8 {"data":[{"A":1}],"ids":"an expression"}"#;
        assert_eq!(calls("a.php", &text), [expected], "{text}");
    }
}

/// The status of a job is asked for next to the call that began it.
#[test]
fn the_one_update_of_a_program_has_the_one_body() {
    let update = "HttpPost post = new HttpPost(\"URL\");\nJSONObject b = new JSONObject(\"BODY\");\npost.setEntity(new StringEntity(b.toString()));";
    let body = BODY.replace('"', "\\\"");
    for status in
        ["HttpGet get = new HttpGet(\"URL\");", "HttpRequest get = request(\"URL?job_id=\" + job);"]
    {
        let text = format!("{update}\n{status}").replace("URL", URL).replace("BODY", &body);
        assert_eq!(calls("A.java", &text)[0], format!("POST Leads v8 {BODY}"), "{text}");
        assert!(!calls("A.java", &text)[1].contains("data"), "{text}");
    }
    let text = format!(
        "var q = new RestRequest(\"URL\", Method.Post);\nq.AddJsonBody({BODY});\nvar s = new RestRequest(\"URL\", Method.Get);\ns.AddQueryParameter(\"job_id\", job);"
    );
    let expected = [format!("POST Leads v8 {BODY}"), "GET Leads v8 -".to_owned()];
    assert_eq!(calls("a.cs", &text.replace("URL", URL)), expected);
    let other = format!("{update}\nHttpPost more = new HttpPost(\"URL\");");
    let text = other.replace("URL", URL).replace("BODY", &body);
    assert_eq!(calls("A.java", &text), ["POST Leads v8 -", "POST Leads v8 -"]);
}

/// A test says next to the URL what the server answers.
#[test]
fn answers_in_tests_are_not_bodies() {
    for (name, text) in [
        (
            "a.py",
            "m.post('URL', json={'data': [{'code': 'SUCCESS', 'details': {}, 'status': 'success'}]})",
        ),
        (
            "a.py",
            "m.get('URL?job_id=1', json={'data': [{'Status': 'COMPLETED', 'Total_Count': 3}]})",
        ),
        (
            "a.py",
            "m.post('URL', text='{\"data\": [{\"code\": \"SUCCESS\", \"status\": \"success\"}]}')",
        ),
        (
            "a.py",
            "A = {'code': 'INVALID_DATA', 'status': 'error', 'data': []}\nm.post('URL', json=A)",
        ),
    ] {
        let text = text.replace("URL", URL);
        assert_eq!(calls(name, &text), [""; 0], "{text}");
        assert_eq!(problems(name, &text), [""; 0], "{text}");
    }
    let both =
        "A = {'data': [{'code': 'SUCCESS', 'status': 'success'}]}\nB = BODY\nsend('URL', B, A)\n";
    let text = both.replace("URL", URL).replace("BODY", BODY);
    assert_eq!(calls("a.py", &text), [format!("? Leads v8 {BODY}")]);
}

#[test]
fn kotlin_makes_objects_without_new() {
    let text = "fun f() {\n  val r = JSONObject()\n  r.put(\"City\", \"a\")\n  val b = JSONObject()\n  b.put(\"data\", JSONArray().put(r))\n  b.put(\"ids\", JSONArray().put(\"7\"))\n  val q = Request.Builder()\n    .url(\"URL\")\n    .post(b.toString().toRequestBody(JSON))\n    .build()\n}";
    assert_eq!(calls("a.kt", &text.replace("URL", URL)), [format!("? Leads v8 {BODY}")]);
}

#[test]
fn words_of_ruby_are_strings() {
    let text = |ids: &str| {
        format!("HTTParty.post('{URL}', body: {{ data: [{{ City: 'a' }}], ids: {ids} }}.to_json)")
    };
    let read = |ids: &str| calls("a.rb", &text(ids)).concat();
    assert_eq!(read("%w[7 x]"), r#"POST Leads v8 {"data":[{"City":"a"}],"ids":["7","x"]}"#);
    for ids in ["%w[7-8]", "%w[7 'a']", "%i[7]"] {
        let unknown = read(ids);
        assert!(unknown.ends_with(r#""ids":"an expression"}"#), "{unknown}");
    }
}

/// A statement that is only sometimes run leaves the body unknown: what it sets may be there or not.
#[test]
fn what_depends_on_a_condition_is_unknown() {
    for (name, text) in [
        (
            "a.py",
            "b = {'data': [{'A': 1}]}\nif v:\n    b['cvid'] = v\nelse:\n    b['ids'] = i\npost('URL', json=b)",
        ),
        (
            "a.py",
            "b = {'data': [{'A': 1}], 'ids': []}\nb['ids'] += more\nb['ids'][k] = 1\nb |= x\npost('URL', json=b)",
        ),
        (
            "a.js",
            "const b = { data: [{ A: 1 }] };\nif (v) b.cvid = v;\nelse b.ids = i;\naxios.post('URL', b)",
        ),
        (
            "a.js",
            "const b = { data: [{ A: 1 }] };\nif (v) {\n  b.cvid = v;\n}\naxios.post('URL', b)",
        ),
        (
            "A.java",
            "JSONObject b = new JSONObject();\nb.put(\"data\", d);\nif (v) {\n  b.put(\"cvid\", v);\n}\npost(\"URL\", b.toString());",
        ),
    ] {
        let text = text.replace("URL", URL);
        assert_eq!(calls(name, &text), ["POST Leads v8 -"], "{text}");
    }
    let text = "b = {'data': [{'A': 1}], 'ids': []}\nfor r in rows:\n    b['ids'].append(r)\npost('URL', json=b)";
    let read = calls("a.py", &text.replace("URL", URL));
    assert_eq!(read, [r#"POST Leads v8 {"data":[{"A":1}],"ids":"an expression"}"#]);
}

#[test]
fn requests_of_the_sdks_are_read_where_they_are_written_out() {
    let expected = [r#"? Leads ? {"data":[{"City":"a"}],"ids":["7"],"over_write":true}"#];
    for (name, text) in [
        (
            "a.py",
            "from zohocrmsdk import MassUpdateBodyWrapper, Record\nq = MassUpdateBodyWrapper()\nr = Record()\nr.add_key_value('City', 'a')\nq.set_data([r])\nq.set_ids(['7'])\nq.set_over_write(True)\nops.mass_update_records('Leads', q)",
        ),
        (
            "a.js",
            "let q = new MassUpdateBodyWrapper();\nlet r = new ZCRM.Record.Model.Record();\nr.addKeyValue(\"City\", new Choice(\"a\"));\nq.setData([r]);\nq.setIds([\"7\"]);\nq.setOverWrite(true);\nawait ops.massUpdateRecords(\"leads\", q);",
        ),
        (
            "A.java",
            "MassUpdateBodyWrapper q = new MassUpdateBodyWrapper();\nList<Record> l = new ArrayList<Record>();\nRecord r = new Record();\nr.addKeyValue(\"City\", \"a\");\nl.add(r);\nq.setData(l);\nq.setIds(new ArrayList<String>(Arrays.asList(\"7\")));\nq.setOverWrite(true);\nx = ops.massUpdateRecords(\"Leads\", q);",
        ),
        (
            "a.php",
            "$q = new MassUpdateBodyWrapper();\n$r = new Record();\n$r->addKeyValue(\"City\", \"a\");\n$q->setData([$r]);\n$q->setIds([\"7\"]);\n$q->setOverWrite(true);\n$x = $ops->massUpdateRecords(\"Leads\", $q);",
        ),
        (
            "a.cs",
            "MassUpdateBodyWrapper q = new MassUpdateBodyWrapper();\nRecord r = new Record();\nr.AddKeyValue(\"City\", \"a\");\nq.Data = new List<Record>() { r };\nq.Ids = new List<string>() { \"7\" };\nq.OverWrite = true;\nvar x = ops.MassUpdateRecords(\"Leads\", q);",
        ),
        (
            "a.rb",
            "ops = ZOHOCRMSDK::Record::RecordOperations.new\nq = ZOHOCRMSDK::Record::MassUpdateBodyWrapper.new\nrecords=[]\nr=ZOHOCRMSDK::Record::Record.new\nr.add_key_value(\"City\", \"a\")\nrecords.push(r)\nq.data = records\nids= [\"7\"]\nq.ids = ids\nq.over_write = true\nx = ops.mass_update_records(\"Leads\", q)",
        ),
        (
            "a.rb",
            "def self.mass_update_records\n  ops = RecordOperations.new(\"Leads\")\n  q = MassUpdateBodyWrapper.new()\n  r = Record.new()\n  r.add_key_value(\"City\", \"a\")\n  q.data = [r]\n  q.ids = [\"7\"]\n  q.over_write = true\n  ops.mass_update_records(q)\nend",
        ),
        (
            "a.scala",
            "object M {\n  def run(): Unit = {\n    val ops = new RecordOperations(\"Leads\")\n    val q = new MassUpdateBodyWrapper()\n    val l = ArrayBuffer[Record]()\n    val r = new Record()\n    r.addKeyValue(\"City\", \"a\")\n    l += r\n    q.setData(l)\n    q.setIds(ArrayBuffer(\"7\"))\n    q.setOverWrite(true)\n    val x = ops.massUpdateRecords(q)\n  }\n}",
        ),
        (
            "a.ts",
            "const moduleName = \"leads\";\nlet q = new MassUpdateBodyWrapper();\nlet r: Record = new Record();\nr.addFieldValue(new Field(\"City\"), \"a\");\nq.setData([r]);\nq.setIds([\"7\"]);\nq.setOverWrite(true);\nawait ops.massUpdateRecords(moduleName, q);",
        ),
        (
            "a.py",
            "zoho.mass_update('Leads', {'data': [{'City': 'a'}], 'ids': ['7'], 'over_write': True})",
        ),
    ] {
        assert_eq!(calls(name, text), expected, "{text}");
        assert_eq!(problems(name, text), [""; 0], "{text}");
    }
}

/// Which API name a constant of an SDK stands for is in the SDK.
#[test]
fn a_field_that_a_constant_names_is_unknown() {
    for (name, field, written) in [
        ("A.java", "r.addFieldValue(Field.Leads.CITY, \"a\")", "Field.Leads.CITY"),
        ("a.mjs", "await r.addFieldValue(SDK.Field.Leads.CITY, \"a\")", "SDK.Field.Leads.CITY"),
        ("a.py", "r.add_field_value(Field.Leads.city(), \"a\")", "Field.Leads.city"),
        ("a.php", "$r->addFieldValue(Leads::City(), \"a\")", "Leads::City"),
    ] {
        let (q, r) = if name == "a.php" { ("$q", "$r") } else { ("q", "r") };
        let (dot, new) = match name {
            "a.php" => ("->", "new "),
            "a.py" => (".", ""),
            _ => (".", "new "),
        };
        let set =
            |key: &str| if name == "a.py" { format!("set_{key}") } else { format!("set{key}") };
        let (data, ids) = (set("data"), set("ids"));
        let text = format!(
            "{q} = {new}MassUpdateBodyWrapper();\n{r} = {new}Record();\n{field};\n{r}{dot}addKeyValue(\"Fax\", \"1\");\n{q}{dot}{data}([{r}]);\n{q}{dot}{ids}([\"7\"]);\nops{dot}massUpdateRecords(\"Leads\", {q});"
        );
        let unknown = format!("the field that `{written}` names");
        let body = format!(r#"{{"data":["{unknown}"],"ids":["7"]}}"#);
        assert_eq!(calls(name, &text), [format!("? Leads ? {body}")], "{text}");
    }
}

#[test]
fn a_body_of_the_sdks_is_one_without_ids_too() {
    let text = "q = MassUpdateBodyWrapper()\nr = Record()\nr.add_key_value('City', 'a')\nq.set_data([r])\nops.mass_update_records('Leads', q)";
    assert_eq!(calls("a.py", text), [r#"? Leads ? {"data":[{"City":"a"}]}"#]);
    let own = "db.mass_update_records('Leads', {'data': [{'City': 'a'}]})";
    assert_eq!(calls("a.py", own), [""; 0]);
}

#[test]
fn lines_end_statements_where_there_are_no_semicolons() {
    for (name, text) in [
        (
            "a.js",
            "async function f() {\n  const ids = ['7']\n  const body = { data: [{ City: 'a' }], ids }\n  const url = 'URL'\n  return axios.post(url, body)\n}",
        ),
        (
            "a.ts",
            "export const f = async () => {\n  const ids: string[] = ['7']\n  const body = {\n    data: [{ City: 'a' }],\n    ids,\n  }\n  const answer = await axios\n    .post('URL', body)\n}",
        ),
        (
            "a.kt",
            "fun f() {\n  val ids = listOf(\"7\")\n  val body = mapOf(\"data\" to listOf(mapOf(\"City\" to \"a\")), \"ids\" to ids)\n  client.post(\"URL\", body)\n}",
        ),
        (
            "a.go",
            "func f() {\n\tids := []string{\"7\"}\n\tbody := map[string]any{\"data\": []any{map[string]any{\"City\": \"a\"}}, \"ids\": ids}\n\tclient.Post(\"URL\", body)\n}",
        ),
        (
            "a.js",
            "const ids = ['7'];\nconst body = { data: [{ City: 'a' }] };\nbody.ids = ids;\naxios.post('URL', body);",
        ),
    ] {
        let text = text.replace("URL", URL);
        assert_eq!(calls(name, &text), [format!("POST Leads v8 {BODY}")], "{name}: {text}");
    }
}

#[test]
fn forms_are_told_from_json() {
    for (name, text) in [
        (
            "a.py",
            "import requests\nrequests.post('URL', data={'data': [{'City': 'a'}], 'ids': ['7']})",
        ),
        (
            "a.py",
            "import httpx\nb = {'data': [{'City': 'a'}], 'ids': ['7']}\nhttpx.post('URL', data=b)",
        ),
        (
            "a.js",
            "$.ajax({ url: 'URL', type: 'POST', data: { data: [{ City: 'a' }], ids: ['7'] } })",
        ),
        ("a.js", "request.post({ url: 'URL', form: { data: [{ City: 'a' }], ids: ['7'] } })"),
        (
            "a.php",
            "$c->post('URL', ['form_params' => ['data' => [['City' => 'a']], 'ids' => ['7']]]);",
        ),
        (
            "a.php",
            "$c = curl_init('URL');\ncurl_setopt($c, CURLOPT_POSTFIELDS, ['data' => [['City' => 'a']], 'ids' => ['7']]);",
        ),
    ] {
        assert_eq!(
            problems(name, &text.replace("'URL'", &format!("'{URL}'"))),
            ["FormBody"],
            "{text}"
        );
    }
    for (name, text) in [
        (
            "a.py",
            "import requests\nrequests.post('URL', data=json.dumps({'data': [{'City': 'a'}], 'ids': ['7']}))",
        ),
        ("a.py", "self.client.post('URL', data={'data': [{'City': 'a'}], 'ids': ['7']})"),
        (
            "a.js",
            "axios({ url: 'URL', method: 'POST', data: { data: [{ City: 'a' }], ids: ['7'] } })",
        ),
        (
            "a.js",
            "$.ajax({ url: 'URL', type: 'POST', data: JSON.stringify({ data: [{ City: 'a' }], ids: ['7'] }) })",
        ),
    ] {
        assert_eq!(problems(name, &text.replace("URL", URL)), [""; 0], "{text}");
    }
}

#[test]
fn urls_and_methods_are_found_where_languages_have_them() {
    for (name, text) in [
        ("a.py", "put('https://x.y/crm/v8/{}/actions/mass_update'.format('Leads'), json=BODY)"),
        (
            "a.py",
            "M = 'Leads'\nput('https://x.y/crm/v8/{m}/actions/mass_update'.format(m=M), json=BODY)",
        ),
        ("a.py", "put('https://x.y/crm/v8/%s/actions/mass_update' % 'Leads', json=BODY)"),
        ("a.php", "$c->put(sprintf('https://x.y/crm/v8/%s/actions/mass_update', 'Leads'), BODY);"),
        ("A.cls", "r.setEndpoint('URL');\nr.setMethod('PUT');\nr.setBody('BODY');"),
        ("a.cs", "var r = new RestRequest(\"URL\", Method.Put);\nr.AddJsonBody(BODY);"),
        ("a.ps1", "irm -Method Put 'URL' -Body 'BODY'"),
    ] {
        let text = text.replace("URL", URL).replace("BODY", BODY);
        assert_eq!(calls(name, &text), [format!("PUT Leads v8 {BODY}")], "{name}: {text}");
    }
    let get = |text: &str| calls("a.ps1", &text.replace("URL", URL));
    assert_eq!(get("Invoke-RestMethod -Uri \"URL?job_id=$job\" -Headers $h"), ["GET Leads v8 -"]);
    assert_eq!(get("Invoke-RestMethod @call -Uri 'URL'"), ["? Leads v8 -"]);
    assert_eq!(
        get(&format!("curl.exe -X POST \"URL\" -d '{BODY}'")),
        [format!("POST Leads v8 {BODY}")]
    );
}

#[test]
fn a_token_needs_a_space_before_it() {
    let text = "post('URL', json=BODY, headers={'Authorization': 'Zoho-oauthtoken' + token})";
    let read = |text: &str| problems("a.py", &text.replace("URL", URL).replace("BODY", BODY));
    assert_eq!(read(text), ["Authorization"]);
    assert_eq!(read(&text.replace("token' +", "token ' +")), [""; 0]);
    assert_eq!(
        read(&text.replace("token' + token", "token{token}'").replace("'Zoho", "f'Zoho")),
        ["Authorization"]
    );
}
