use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::*;
use crate::Linter;
use crate::facts::{Facts, Field, PickOption};
use crate::proof::{Ids, Outline};

const TYPES: [&str; 20] = [
    "text",
    "textarea",
    "email",
    "phone",
    "website",
    "picklist",
    "multiselectpicklist",
    "date",
    "datetime",
    "bigint",
    "integer",
    "double",
    "currency",
    "percent",
    "boolean",
    "ownerlookup",
    "newtype",
    // Arrays have more limits.
    "multiselectpicklist",
    "multiselectpicklist",
    "multiselectpicklist",
];

fn options() -> Vec<PickOption> {
    let mut options = ["Bern", "Zürich", "a \"b\"", "old", "5"].map(PickOption::new).to_vec();
    options[3].used = false;
    let mut renamed = PickOption::new("stored");
    renamed.shown = "shown".to_owned();
    options.push(renamed);
    // As it is written here, and not a line break.
    options.push(PickOption::new(r"a\nb"));
    options.push(PickOption::new("long ".repeat(30)));
    options
}

fn fields() -> impl Strategy<Value = Field> {
    let length = select(vec![None, Some(1), Some(2), Some(5), Some(16), Some(300)]);
    let range = select(vec![
        None,
        Some((0.0, 100.0)),
        Some((-100.0, 100.0)),
        Some((-1e3, 50.0)),
        Some((5.0, 900.0)),
        Some((-1e3, -5.0)),
        Some((-1e300, 1e300)),
    ]);
    let decimals = select(vec![None, Some(0), Some(2), Some(12)]);
    (select(TYPES.to_vec()), length, range, decimals, any::<bool>()).prop_map(
        |(data_type, length, range, decimal_place, has_options)| {
            let mut field = Field::new("Field", data_type);
            (field.length, field.range, field.decimal_place) = (length, range, decimal_place);
            field.options = has_options.then(options);
            field
        },
    )
}

/// Values as they are written: near the limits, options, and others.
fn values() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,3}|[1-9][0-9]{8,18})(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?";
    let word = prop_oneof![
        4 => select(vec![
            "Bern", "Zürich", "a \\\"b\\\"", "a\\nb", "old", "5", "stored", "shown", "", " ", "2026-12-31", "2026-02-30",
            "2026-12-31T10:00:00+05:30", "x@y.example", "www.z.example", "+91 44", "Bern;5", "\\u0042ern", "é\\n", "007",
        ])
        .prop_map(str::to_owned),
        1 => Just("long ".repeat(30)),
        1 => "[a-z]{1,6}",
        1 => (0..320_usize).prop_map(|length| "x".repeat(length)),
    ];
    let word = word.prop_map(|word| format!("\"{word}\"")).boxed();
    prop_oneof![
        3 => number,
        4 => word.clone(),
        3 => prop::collection::vec(select(vec!["\"Bern\"", "\"Zürich\"", "\"5\"", "\"shown\"", "\"old\""]), 1..4)
            .prop_map(|words| format!("[{}]", words.join(","))),
        2 => prop::collection::vec(word, 1..20).prop_map(|words| format!("[{}]", words.join(","))),
        1 => select(vec!["true", "false", "null", "[]", "{\"id\":\"7\"}", "[1]"]).prop_map(str::to_owned),
    ]
}

fn body(value: &str) -> String {
    format!(r#"{{"data":[{{"Field":{value}}}],"ids":["554023000000497007"],"over_write":false}}"#)
}

fn linter(field: Field) -> Linter {
    Linter::new().module("Leads").facts(Facts::default().fields("Leads", [field]))
}

/// Whether a value needs no rule to run.
fn is_safe(linter: &Linter, field: &Field, value: &str) -> bool {
    let body = body(value);
    let mut outline = Outline::default();
    if Pass::of(body.as_bytes()).call(&mut outline, &mut Ids::default()).is_none() {
        return false;
    }
    let safe = linter.safe_values("Leads", field);
    safe.is_some_and(|safe| outline.values().all(|raw| raw.is_safe(&safe)))
}

/// Safe values of most types are met, and unsafe ones.
#[test]
fn values_of_all_types_are_safe_and_unsafe() {
    let mut runner = TestRunner::deterministic();
    let mut met = std::collections::BTreeMap::<_, [usize; 2]>::new();
    for _ in 0..6_000 {
        let field = fields().new_tree(&mut runner).unwrap().current();
        let value = values().new_tree(&mut runner).unwrap().current();
        let safe = is_safe(&linter(field.clone()), &field, &value);
        let kind = (field.data_type().to_owned(), value.starts_with('['));
        met.entry(kind).or_default()[usize::from(safe)] += 1;
    }
    for data_type in TYPES {
        let [not, safe] = met[&(data_type.to_owned(), false)];
        assert!(not >= 10 && safe >= 10, "{data_type}: {not} {safe}");
    }
    let [not, safe] = met[&("multiselectpicklist".to_owned(), true)];
    assert!(not >= 10 && safe >= 5, "arrays: {not} {safe}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8_000))]

    /// No rule on values finds anything in a safe value, except by its kind.
    #[test]
    fn no_rule_finds_anything_in_a_safe_value(field in fields(), value in values()) {
        let linter = linter(field.clone());
        let report = linter.lint_in_full("a.json", body(&value).as_bytes());
        prop_assert_eq!(&linter.checker().lint("a.json", body(&value).as_bytes()), &report);
        if is_safe(&linter, &field, &value) {
            let on_values = |code: &str| ("MU221"..="MU227").contains(&code) || code == "MU250";
            let found = report.diagnostics.iter().find(|found| on_values(found.code));
            prop_assert!(found.is_none(), "{} {} {:?}", field.data_type(), value, found);
        }
    }
}
