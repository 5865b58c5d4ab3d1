//! Counts what a checker allocates.

use allocation_counter::measure;
use massup_rules::Linter;
use massup_rules::facts::{Facts, Field, PickOption, View};

fn ids(count: u64, step: u64) -> String {
    let id = |n: u64| format!("\"{}\"", 554_023_000_000_000_000 + n * step % count);
    (0..count).map(id).collect::<Vec<_>>().join(",")
}

/// Clean bodies on Deals, of every form.
fn bodies() -> Vec<String> {
    vec![
        format!(r#"{{"data":[{{"City":"Chennai"}}],"ids":[{}]}}"#, ids(3, 1)),
        format!(r#"{{"ids":[{}],"data":[{{"City":"A","Fax":"B","Zip":7.5}}]}}"#, ids(500, 7)),
        format!("{{ \"ids\" : [ {} ],\n \"data\": [{{\"Open\": true}}] }}", ids(50, 7)),
        r#"{"data":[{"City":"caf\u00e9 \"x\"","Langs":["a","b\n"]}],"over_write":true,"cvid":"7"}"#.to_owned(),
        r#"{"data":[{"Langs":["a"]}],"over_write":false,"cvid":"7","territory":{"id":"6","include_child":true}}"#
            .to_owned(),
        format!(
            r#"{{"method":"POST","path":"/crm/v8/Deals/actions/mass_update","body":{{"data":[{{"Zip":1}}],"ids":[{}]}}}}"#,
            ids(9, 4)
        ),
    ]
}

fn facts() -> Facts {
    let mut langs = Field::new("Langs", "multiselectpicklist");
    langs.options = Some(["a", "b\n"].map(PickOption::new).to_vec());
    let field = |(name, data_type): (&str, &str)| Field::new(name, data_type);
    let fields = [("City", "text"), ("Fax", "text"), ("Zip", "double"), ("Open", "boolean")];
    let fields = fields.map(field).into_iter().chain([langs]);
    Facts::default().fields("Deals", fields).views("Deals", [View::new(7)])
}

#[test]
fn a_clean_call_allocates_nothing_once_its_shape_is_known() {
    for facts in [Facts::default(), facts()] {
        let linter = Linter::new().module("Deals").facts(facts.clone());
        let mut checker = linter.checker();
        for body in bodies() {
            assert!(checker.proves("a.json", body.as_bytes()), "{body}");
        }
        for body in bodies() {
            let mut clean = false;
            let count = measure(|| clean = checker.is_clean(body.as_bytes())).count_total;
            assert!(clean);
            assert_eq!(
                count, 0,
                "allocations for {body}\nIf a new rule caused them, declare `check: Check::Values` or \
                 `decided_by: Shape` in its file where that is true of it; see CONTRIBUTING.md"
            );
        }
    }
}

#[test]
fn a_clean_report_only_allocates_its_path_and_its_automation() {
    let linter = Linter::new().module("Deals");
    let mut checker = linter.checker();
    for body in bodies() {
        checker.lint("a.json", body.as_bytes());
        let count = measure(|| drop(checker.lint("a.json", body.as_bytes()))).count_total;
        assert!(count <= 3, "{count} allocations for {body}");
    }
}

/// A report lists the automation of each call; besides, a line is held.
#[test]
fn lines_are_checked_without_being_held() {
    let linter = Linter::new().module("Deals");
    let body = &bodies()[1];
    let held = |lines: usize| {
        let text = format!("{body}\n").repeat(lines);
        let mut clean = false;
        let allocated = measure(|| {
            let mut reader = std::io::BufReader::with_capacity(4096, text.as_bytes());
            let report = linter.checker().lint_clean_lines("a.jsonl", &mut reader).unwrap();
            clean = report.is_some_and(|report| report.calls == lines);
        });
        assert!(clean);
        allocated.bytes_max
    };
    held(1);
    assert!(held(500) < held(2) + 500 * 200);
}
