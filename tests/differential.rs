//! The schemas mean the same to validators of other languages: ajv and Python's `jsonschema` agree with the
//! `jsonschema` crate on bodies at every limit.
//!
//! `tests/differential/install` puts them into `target/differential`; `.ci/run` does that, and runs this test.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use massup_rules::{Report, schema};
use massup_tests::current::repository;
use massup_tests::documented;
use massup_tests::strategies::{Case, cases};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Generated bodies beside those of the documentation.
const GENERATED: usize = 4_000;

/// Whole numbers above 2^53 are rounded by JavaScript.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A body and the schema that it is held against.
struct Question {
    schema: PathBuf,
    body: Value,
}

fn questions(folder: &Path) -> Vec<Question> {
    fs::create_dir_all(folder).unwrap();
    let file = |name: &str, schema: &Value| {
        let path = folder.join(format!("{name}.json"));
        fs::write(&path, schema.to_string()).unwrap();
        path
    };
    let request = |case: &Case| {
        let name = format!("request-{}-{}", case.module.as_deref().unwrap_or("any"), case.version);
        file(&name, &schema::request(case.module.as_deref(), Some(case.version)).to_value())
    };
    let report = file("report", &schema::report().to_value());

    let mut runner = TestRunner::deterministic();
    let generated = (0..GENERATED).map(|_| cases().new_tree(&mut runner).unwrap().current());
    let mut questions = Vec::new();
    for (index, case) in generated.enumerate() {
        // Some reports as they are, and some without one of their keys.
        if index % 20 == 0 {
            let linted = case.linter().lint("a.json", case.body.to_string().as_bytes());
            let mut body = serde_json::to_value(Report::new(vec![linted])).unwrap();
            questions.push(Question { schema: report.clone(), body: body.clone() });
            body.pointer_mut("/files/0")
                .and_then(Value::as_object_mut)
                .unwrap()
                .remove("diagnostics");
            questions.push(Question { schema: report.clone(), body });
        }
        questions.push(Question { schema: request(&case), body: case.body });
    }
    let shipped = repository().join("schemas/request.schema.json");
    let documented = documented::all().into_iter().filter_map(|example| example.body());
    questions.extend(documented.map(|body| Question { schema: shipped.clone(), body }));
    questions
}

/// The verdicts of a program that reads questions, one a line.
fn verdicts(mut program: Command, questions: &[Question]) -> Vec<bool> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: String = questions
        .iter()
        .map(|q| format!("{}\n", json!({ "schema": q.schema, "body": q.body.to_string() })))
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{program:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(|n| n.abs() < EXACT),
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        _ => true,
    }
}

#[test]
#[ignore = "needs what tests/differential/install brings"]
fn validators_of_other_languages_agree() {
    let tools = repository().join("target/differential");
    let scripts = repository().join("tests/differential");
    let questions = questions(&tools.join("schemas"));
    let mut compiled = BTreeMap::new();
    let ours: Vec<bool> = questions
        .iter()
        .map(|question| {
            let validator = compiled.entry(&question.schema).or_insert_with(|| {
                let schema = fs::read_to_string(&question.schema).unwrap();
                jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
            });
            validator.is_valid(&question.body)
        })
        .collect();
    let accepted = ours.iter().filter(|verdict| **verdict).count();
    assert!(accepted > 500 && ours.len() - accepted > 500, "both verdicts occur: {accepted}");

    let mut python = Command::new(tools.join("venv/bin/python"));
    python.arg(scripts.join("verdicts.py"));
    let mut node = Command::new("node");
    node.arg(scripts.join("verdicts.mjs")).arg(&tools);
    for (name, program, rounds) in [("Python", python, false), ("ajv", node, true)] {
        let theirs = verdicts(program, &questions);
        assert_eq!(theirs.len(), ours.len(), "{name} answers every question");
        let asked = questions.iter().zip(ours.iter().zip(&theirs));
        let differ: Vec<_> = asked
            .filter(|(question, (ours, theirs))| {
                ours != theirs && (!rounds || is_exact(&question.body))
            })
            .map(|(question, (ours, _))| {
                format!("{} {ours}: {}", question.schema.display(), question.body)
            })
            .take(3)
            .collect();
        assert!(differ.is_empty(), "{name} says otherwise than the crate:\n{}", differ.join("\n"));
    }
}
