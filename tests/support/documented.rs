//! The examples in the documentation of the rules.

use std::path::Path;
use std::sync::LazyLock;

use massup_model::ApiVersion;
use massup_project::{Input, Options, Settings};
use massup_rules::rule::Stage;
use massup_rules::{Facts, FileReport, Linter, Rule};
use serde_json::Value;

use crate::current::repository;

/// An example: a fenced block of a rule's documentation.
#[derive(Clone, Debug)]
pub struct Example {
    /// The rule whose documentation it is in.
    pub rule: &'static Rule,
    /// The section: `Rejected` or `Accepted`.
    pub section: String,
    /// The words after the fence: language, then flags.
    pub flags: Vec<String>,
    /// The text as it is in the documentation.
    pub source: String,
}

impl Example {
    /// The name of a file that would hold it.
    pub fn name(&self) -> String {
        format!("example.{}", self.flags.first().map_or("json", String::as_str))
    }

    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find_map(|flag| flag.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether it is about the organisation of the example snapshot.
    pub fn knows_the_snapshot(&self) -> bool {
        self.flags.iter().any(|flag| flag == "snapshot")
    }

    /// The linter that the flags ask for.
    pub fn linter(&self) -> Linter {
        let mut linter = Linter::new();
        if let Some(module) = self.flag("module") {
            linter = linter.module(module);
        }
        if let Some(version) = self.flag("api") {
            linter = linter.version(version.parse::<ApiVersion>().expect("a known version"));
        }
        let mut facts = Facts::default();
        if self.knows_the_snapshot() {
            facts = snapshot().clone();
        }
        if let Some(scopes) = self.flag("scopes") {
            facts = facts.scopes(scopes.split(','));
        }
        if self.flag("territories") == Some("none") {
            facts = facts.territories([]);
        }
        if let Some(edition) = self.flag("edition") {
            facts = facts.edition(edition);
        }
        linter.facts(facts)
    }

    /// The whole text: `repeat=/ids/0*501` makes 501 different ids out of one.
    pub fn text(&self) -> String {
        let Some(repeat) = self.flag("repeat") else { return self.source.clone() };
        let (pointer, times) = repeat.split_once('*').expect("repeat=POINTER*TIMES");
        let (array, _) = pointer.rsplit_once('/').expect("the pointer of an item");
        let mut body: Value = serde_json::from_str(&self.source).expect("plain JSON");
        let first: u64 = body.pointer(pointer).and_then(Value::as_str).unwrap().parse().unwrap();
        let times: u64 = times.parse().expect("a number of times");
        let items = (0..times).map(|n| Value::String((first + n).to_string())).collect();
        *body.pointer_mut(array).expect("the array") = Value::Array(items);
        body.to_string()
    }

    /// What the linter finds in it; of a rule on plans, what the planner finds.
    pub fn lint(&self) -> FileReport {
        if self.rule.stage() == Stage::Plan {
            let known = self.knows_the_snapshot().then(snapshot);
            let now = self.flag("now").map(|now| now.parse().expect("a time"));
            let (name, text) = (self.name(), self.text());
            return match self.flag("key") {
                Some(key) => unsigned(&name, key, text.as_bytes()),
                None => massup_project::plan::hazards(&name, text.as_bytes(), known, now),
            };
        }
        self.linter().lint(&self.name(), self.text().as_bytes())
    }

    /// Whether it is a bare request body in plain JSON.
    pub fn body(&self) -> Option<Value> {
        let body: Value = serde_json::from_str(&self.text()).ok()?;
        (self.name() == "example.json" && body.get("body").is_none() && body.get("set").is_none())
            .then_some(body)
    }
}

/// What is found in a plan without a signature next to it, where a key is required.
fn unsigned(name: &str, key: &str, plan: &[u8]) -> FileReport {
    let mut options = Options::default();
    options.require_signature = vec![key.parse().expect("a public key")];
    let job = Settings::new(options).job(Input::named(Path::new(name))).expect("no settings");
    job.check(plan).expect("bytes in memory")
}

/// What the folder of facts among the examples tells: an example with the flag `snapshot` knows it.
///
/// # Panics
///
/// A file of it cannot be read.
pub fn snapshot() -> &'static Facts {
    static FACTS: LazyLock<Facts> = LazyLock::new(|| {
        let folder = repository().join("examples/snapshot");
        let snapshot = massup_project::snapshot::read(&folder).expect("the folder is readable");
        assert_eq!(snapshot.faults, [""; 0]);
        Facts::clone(&snapshot.facts)
    });
    &FACTS
}

/// The headings of a rule's documentation, in order.
pub fn headings(rule: &Rule) -> Vec<&str> {
    rule.documentation.lines().filter_map(|line| line.trim().strip_prefix("## ")).collect()
}

/// The examples of a rule.
///
/// # Panics
///
/// A fence is not closed.
pub fn examples(rule: &'static Rule) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut section = String::new();
    let mut open: Option<Example> = None;
    for line in rule.documentation.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut section);
        } else if let Some(info) = line.strip_prefix("```") {
            match open.take() {
                Some(example) => examples.push(example),
                None => {
                    open = Some(Example {
                        rule,
                        section: section.clone(),
                        flags: info.split_whitespace().map(str::to_owned).collect(),
                        source: String::new(),
                    });
                }
            }
        } else if let Some(example) = &mut open {
            example.source += line;
            example.source += "\n";
        }
    }
    assert!(open.is_none(), "{}: a fence is not closed", rule.code);
    examples
}

/// The examples of all rules.
pub fn all() -> Vec<Example> {
    massup_rules::rules().iter().flat_map(|rule| examples(rule)).collect()
}
