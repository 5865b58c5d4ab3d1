//! Change files, read and refused.

use super::*;

fn read(text: &str) -> Result<(Change, FileReport), Box<FileReport>> {
    Linter::new().read_change("a.massup.yaml", text.as_bytes())
}

fn selected(select: &str) -> Select {
    let text = format!("module: Leads\nset: {{City: a}}\nselect: {select}\n");
    read(&text).unwrap_or_else(|report| panic!("{select}: {:?}", report.diagnostics)).0.select
}

fn ids(numbers: &[u64]) -> Select {
    Select::Ids(numbers.iter().map(|id| RecordId::from_number(*id).unwrap()).collect())
}

fn file(path: &str, column: Option<&str>) -> Select {
    Select::File { path: path.to_owned(), column: column.map(str::to_owned) }
}

#[test]
fn selections_are_read_as_they_are_meant() {
    let view = |territory: Option<(u64, bool)>| Select::View {
        view: ViewId::from_number(5).unwrap(),
        territory: territory.map(|(id, child)| (TerritoryId::from_number(id).unwrap(), child)),
    };
    for (text, expected) in [
        (r#"{ids: ["7", 8]}"#, ids(&[7, 8])),
        (r#"{view: "5"}"#, view(None)),
        (r#"{view: "5", territory: {id: "6"}}"#, view(Some((6, false)))),
        (r#"{view: "5", territory: {id: "6", include_child: true}}"#, view(Some((6, true)))),
        ("{ids_file: a.csv}", file("a.csv", None)),
        ("{ids_file: a.csv, column: Id}", file("a.csv", Some("Id"))),
        (r#"[{ids: ["7"]}, {ids: ["8"]}]"#, ids(&[7, 8])),
        (
            r#"[{ids_file: a.csv, column: Id}, {ids: ["7"]}, {ids_file: b.txt}]"#,
            Select::Several(vec![ids(&[7]), file("a.csv", Some("Id")), file("b.txt", None)]),
        ),
        (
            "[{ids_file: a.txt}, {ids_file: b.csv, column: Id}]",
            Select::Several(vec![file("a.txt", None), file("b.csv", Some("Id"))]),
        ),
    ] {
        assert_eq!(selected(text), expected, "{text}");
    }
}

#[test]
fn selections_that_would_be_dropped_are_refused() {
    for (text, expected) in [
        (r#"{view: "5", ids_file: a.csv}"#, "a view next to other selections"),
        (r#"{view: "5", ids: ["7"]}"#, "both `select.view` and `select.ids`"),
        (r#"{ids: ["7"], column: Id}"#, "`column` is given without `ids_file`"),
        (r#"[{ids: ["7"]}, {}]"#, "a selection of the list names no records"),
        (r#"[{ids: ["7"]}, {ids: []}]"#, "a selection of the list names no records"),
        (r#"[{ids: ["7"]}, {ids: "8"}]"#, "`ids` is a string; expected an array of ids"),
    ] {
        for version in ["v2", "v8"] {
            let text = format!(
                "module: Leads\napi_version: {version}\nset: {{City: a}}\nselect: {text}\n"
            );
            let found = read(&text).unwrap_err().diagnostics;
            assert!(
                found.iter().any(|found| found.message.starts_with(expected)),
                "{text} {found:?}"
            );
        }
    }
}

#[test]
fn what_is_named_or_meant_as_a_change_file_is_called_one() {
    for (name, text, help) in [
        ("a.massup.yaml", "modul: Leads\nset: {City: a}\n", "did you mean `module`?"),
        ("a.massup.toml", "module = 'Leads'\nwhere = 'x'\n", "select records under `select`"),
        ("a.massup.json", r#"{"module": "Leads", "fields": {}}"#, "set fields under `set`"),
        ("a.yaml", "module: Leads\nselection: {ids: ['7']}\n", "did you mean `select`?"),
        ("a.json", r#"{"set": {}, "select": {}, "data": []}"#, "set fields under `set`"),
        ("a.yaml", "set: {A: b}\nselect: {}\npolicy: {route: id}\n", "did you mean `ids`?"),
    ] {
        let found = Linter::new().lint(name, text.as_bytes()).diagnostics;
        let helps = |found: &crate::Diagnostic| {
            found.code == "MU005"
                && found.help.as_deref().is_some_and(|text| text.starts_with(help))
        };
        assert!(found.iter().any(helps), "{text} {found:?}");
    }
    // A body keeps its rules, whatever its file is called.
    let body = br#"{"data": [{"City": "a"}], "ids": ["7"]}"#;
    assert_eq!(Linter::new().lint("a.massup.json", body).worst(), None);
}

#[test]
fn everything_that_is_said_is_kept() {
    let text = "module: Deals\napi_version: v2\nset: {A: 1, B: [x]}\nover_write: false\n\
                select: {view: \"5\"}\npolicy: {automation: any, max_calls: 3, credits: {read_page: 2}}\n";
    let (change, _) = read(text).unwrap();
    assert_eq!((&*change.module, change.version), ("Deals", Some(ApiVersion::V2)));
    assert_eq!(
        change.set,
        [("A".to_owned(), serde_json::json!(1)), ("B".to_owned(), serde_json::json!(["x"]))]
    );
    assert_eq!(change.over_write, Some(false));
    let policy =
        serde_json::json!({"automation": "any", "max_calls": 3, "credits": {"read_page": 2}});
    assert_eq!(change.policy, policy);
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let start = "module: Leads\nset: {City: a}\n";
    for (text, line, message) in [
        ("set: {City: a}\nselect: {ids: [\"7\"]}\n", 1, "has no `module`"),
        ("module: 5\nset: {City: a}\nselect: {ids: [\"7\"]}\n", 1, "`module`"),
        (&format!("api_version: v99\n{start}select: {{ids: [\"7\"]}}\n"), 1, "`v99`"),
        (&format!("{start}selekt: {{}}\nselect: {{ids: [\"7\"]}}\n"), 3, "`selekt`"),
        (&format!("{start}select: 5\n"), 3, "expected an object"),
        (&format!("{start}select: []\n"), 3, "fewer than two"),
        (&format!("{start}select: [{{ids: [\"7\"]}}]\n"), 3, "fewer than two"),
        (&format!("{start}select: [{{ids: [\"7\"]}}, {{view: \"5\"}}]\n"), 3, "a view next to"),
        (&format!("{start}select: {{ids: [\"7\"], idz: 5}}\n"), 3, "`idz`"),
        (&format!("{start}select: {{ids_file: 5}}\n"), 3, "`ids_file`"),
        (&format!("{start}select: {{ids: [\"7\"]}}\npolicy: 5\n"), 4, "expected an object"),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{automation: maybe}}\n"),
            4,
            "`automation` is not one of",
        ),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{route: sideways}}\n"),
            4,
            "`route` is not one of",
        ),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{max_calls: few}}\n"),
            4,
            "expected a whole number",
        ),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{concurrency: -1}}\n"),
            4,
            "expected a whole number",
        ),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{credits: 5}}\n"),
            4,
            "expected an object",
        ),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{credits: {{read_page: a}}}}\n"),
            4,
            "expected a whole number",
        ),
        (
            &format!("{start}select: {{ids: [\"7\"]}}\npolicy: {{credits: {{tea: 1}}}}\n"),
            4,
            "`tea`",
        ),
    ] {
        let report = read(text).expect_err(text);
        let found: Vec<_> = report
            .diagnostics
            .iter()
            .filter(|found| found.name == "bad-change-file")
            .map(|found| (found.line, &found.message))
            .collect();
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, Some(line), "{text}: {found:?}");
        assert!(found[0].1.contains(message), "{text}: {found:?}");
    }
}

#[test]
fn another_kind_of_file_is_no_change_file() {
    let body = r#"{"data":[{"City":"a"}],"ids":["7"]}"#;
    let report = Linter::new().module("Leads").read_change("a.json", body.as_bytes()).unwrap_err();
    assert_eq!(report.diagnostics.len(), 1);
    assert_eq!(report.diagnostics[0].message, "this is not one change file");
}
