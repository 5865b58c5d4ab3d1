//! Generators of request bodies: likely right, nearly right, and anything at all.

use massup_model::ApiVersion;
use massup_rules::{Facts, Linter};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::documented;

/// Counts at and around every limit.
pub const COUNTS: [usize; 9] = [1, 2, 3, 4, 10, 499, 500, 501, 1001];

/// A body with what it is meant for.
#[derive(Clone, Debug)]
pub struct Case {
    /// The module, if it is told.
    pub module: Option<String>,
    /// The version.
    pub version: ApiVersion,
    /// What is known about the caller.
    pub facts: Facts,
    /// The request body.
    pub body: Value,
}

impl Case {
    /// A linter that knows what the case knows.
    pub fn linter(&self) -> Linter {
        let linter = Linter::new().version(self.version).facts(self.facts.clone());
        match &self.module {
            Some(module) => linter.module(module),
            None => linter,
        }
    }
}

/// Cases of every kind, most of them nearly right.
pub fn cases() -> impl Strategy<Value = Case> {
    prop_oneof![3 => uninformed(), 1 => informed()]
}

/// Cases about the organisation of the example snapshot: documented examples that need it, most of them
/// with one place changed.
fn informed() -> impl Strategy<Value = Case> {
    let seeds: Vec<(String, Value)> = documented::all()
        .iter()
        .filter(|example| example.knows_the_snapshot())
        .filter_map(|example| Some((example.flag("module")?.to_owned(), example.body()?)))
        .collect();
    let versions = select(ApiVersion::ALL.to_vec());
    (select(seeds), versions, prop::option::weighted(0.6, changes())).prop_map(
        |((module, body), version, change)| Case {
            module: Some(module),
            version,
            facts: documented::snapshot().clone(),
            body: change.iter().fold(body, changed),
        },
    )
}

/// Cases with little or nothing known but the call.
fn uninformed() -> impl Strategy<Value = Case> {
    let modules = select(vec![None, Some("Deals"), Some("Leads"), Some("Vehicles"), Some("leads")]);
    let versions = select(ApiVersion::ALL.to_vec());
    let bodies = prop_oneof![2 => right(), 6 => built(), 3 => mutated(), 1 => json(4)];
    (modules, versions, facts(), bodies).prop_map(|(module, version, facts, body)| Case {
        facts,
        module: module.map(str::to_owned),
        version,
        body,
    })
}

/// Facts about the caller, most often none.
fn facts() -> impl Strategy<Value = Facts> {
    let scopes = select(vec![
        "ZohoCRM.mass_update.UPDATE",
        "ZohoCRM.mass_update.leads.UPDATE",
        "zohocrm.mass_update.custom.update",
        "ZohoCRM.mass_update.ALL",
        "ZohoCRM.modules.ALL",
    ]);
    let editions = select(vec!["Enterprise", "CRM Plus", "Professional", "Free"]);
    (prop::option::weighted(0.2, scopes), prop::option::weighted(0.2, editions)).prop_map(
        |(scope, edition)| {
            let facts = Facts::default();
            let facts = scope.into_iter().fold(facts, |facts, scope| facts.scopes([scope]));
            edition.into_iter().fold(facts, Facts::edition)
        },
    )
}

/// Any JSON value.
pub fn json(depth: u32) -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| if n.is_finite() { json!(n) } else { json!(0.5) }),
        ".{0,6}".prop_map(Value::from),
        key().prop_map(Value::from),
    ];
    leaf.prop_recursive(depth, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Keys that a body has, nearly has, or does not have.
pub(crate) fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec![
            "data", "ids", "cvid", "territory", "over_write", "criteria", "id", "include_child",
            "overwrite", "cv_id", "Data", "trigger", "City", "Stage", "Lead Source", "body", "set",
        ])
        .prop_map(str::to_owned),
        1 => ".{0,4}",
    ]
}

/// Ids, right and wrong, as strings and as numbers.
pub(crate) fn id() -> impl Strategy<Value = Value> {
    let edges = vec![
        json!("0"),
        json!("007"),
        json!(""),
        json!(" 1"),
        json!("1\n"),
        json!("zcrm_554023000000497007"),
        json!("9223372036854775807"),
        json!("9223372036854775808"),
        json!("09223372036854775807"),
        json!("5.54E+17"),
        json!("٣"),
        json!(0),
        json!(-1),
        json!(1.0),
        json!(1.5),
        json!(1e30),
        json!(9_007_199_254_740_993_u64),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(null),
        json!(true),
    ];
    prop_oneof![
        12 => (1_u64..=i64::MAX as u64).prop_map(|n| json!(n.to_string())),
        2 => (1_u64..=i64::MAX as u64).prop_map(|n| json!(n)),
        3 => select(edges),
    ]
}

/// Lists of ids, often of a length at a limit.
fn ids() -> impl Strategy<Value = Value> {
    let long = (select(COUNTS.to_vec()), 1_u64..1 << 60)
        .prop_map(|(n, first)| (0..n as u64).map(|i| json!((first + i).to_string())).collect());
    prop_oneof![
        4 => long,
        3 => prop::collection::vec(id(), 0..5).prop_map(Value::from),
        1 => Just(json!([])),
        1 => select(vec![json!("1,2"), json!({}), json!(null), json!(7)]),
    ]
}

/// Values of fields.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => "[A-Za-z ]{1,12}".prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        2 => select(vec![
            json!(null), json!(""), json!([]), json!(["English"]), json!(["A", 1]), json!({"id": "1"}),
            json!({"id": true}), json!({}), json!([{"id": "1"}]), json!([[]]), json!({"name": "x"}),
        ]),
    ]
}

/// None to five fields with values.
pub(crate) fn data_object() -> BoxedStrategy<Value> {
    let names = vec![
        "City",
        "Stage",
        "Pipeline",
        "Lead_Source",
        "Fax",
        "X__s",
        "Lead Source",
        "id",
        "1st",
        "é",
        "a\n",
    ];
    let fields = prop::collection::vec((select(names), value()), 0..6);
    fields
        .prop_map(|fields| {
            let members = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
            Value::Object(members.collect::<Map<_, _>>())
        })
        .boxed()
}

/// `data`, with none to five fields.
fn data() -> impl Strategy<Value = Value> {
    let object = data_object();
    let single =
        (select(vec!["City", "Stage"]), value()).prop_map(|(name, value)| json!({ name: value }));
    prop_oneof![
        5 => single.prop_map(|object| json!([object])),
        4 => object.clone().prop_map(|object| json!([object])),
        1 => object.clone(),
        1 => (object.clone(), object).prop_map(|(a, b)| json!([a, b])),
        1 => select(vec![json!([]), json!(null), json!([1]), json!("City")]),
    ]
}

fn territory() -> impl Strategy<Value = Value> {
    let include = select(vec![json!(true), json!(false), json!("true"), json!(1), json!(null)]);
    prop_oneof![
        3 => id().prop_map(|id| json!({ "id": id })),
        3 => (id(), include).prop_map(|(id, include)| json!({ "id": id, "include_child": include })),
        1 => select(vec![json!({}), json!("5"), json!([]), json!({"id": "1", "child": true})]),
    ]
}

/// Bodies that nothing is wrong with.
fn right() -> impl Strategy<Value = Value> {
    let selection = prop_oneof![
        (select(vec![1_u64, 3, 499, 500]), 1_u64..1 << 60).prop_map(|(n, first)| {
            ("ids", (0..n).map(|i| json!((first + i).to_string())).collect::<Value>())
        }),
        (1_u64..=i64::MAX as u64).prop_map(|id| ("cvid", json!(id.to_string()))),
    ];
    ("[A-Za-z]{1,12}", selection)
        .prop_map(|(value, (key, records))| json!({ "data": [{ "City": value }], key: records }))
}

/// Bodies put together key by key.
fn built() -> impl Strategy<Value = Value> {
    let over_write = select(vec![json!(true), json!(false), json!("TRUE"), json!(1)]);
    let odd = prop::option::weighted(0.15, (key(), json(2)));
    (
        prop::option::weighted(0.95, data()),
        prop::option::weighted(0.7, ids()),
        prop::option::weighted(0.35, id()),
        prop::option::weighted(0.25, territory()),
        prop::option::weighted(0.3, over_write),
        odd,
    )
        .prop_map(|(data, ids, cvid, territory, over_write, odd)| {
            let mut body = Map::new();
            let parts = [
                ("data", data),
                ("ids", ids),
                ("cvid", cvid),
                ("territory", territory),
                ("over_write", over_write),
            ];
            for (key, value) in parts {
                if let Some(value) = value {
                    body.insert(key.to_owned(), value);
                }
            }
            if let Some((key, value)) = odd {
                body.insert(key, value);
            }
            Value::Object(body)
        })
}

/// The documented examples, one place changed: a new rule brings its own seeds.
fn mutated() -> impl Strategy<Value = Value> {
    let seeds: Vec<Value> =
        documented::all().iter().filter_map(documented::Example::body).collect();
    (select(seeds), changes()).prop_map(|(body, change)| changed(body, &change))
}

/// A place, and what to put there: a value, or nothing.
pub type Change = (prop::sample::Index, Option<Value>);

/// Changes of any place to values that are right somewhere.
pub fn changes() -> impl Strategy<Value = Change> {
    let value = prop_oneof![json(1), id(), value()];
    (any::<prop::sample::Index>(), prop::option::weighted(0.8, value))
}

/// A value with one place changed.
pub fn changed(mut body: Value, (place, value): &Change) -> Value {
    let mut pointers = Vec::new();
    collect(&body, String::new(), &mut pointers);
    let pointer: &String = place.get(&pointers);
    if let Some(slot) = body.pointer_mut(pointer) {
        *slot = value.clone().unwrap_or(Value::Null);
    }
    body
}

/// The pointers to all values, long arrays cut short.
fn collect(value: &Value, pointer: String, into: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().take(3).enumerate() {
                collect(item, format!("{pointer}/{index}"), into);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(member, format!("{pointer}/{key}"), into);
            }
        }
        _ => {}
    }
    into.push(pointer);
}

/// How a call is written down.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Decides the order of members, the white space and the escapes.
    seed: u64,
    /// A bare body, a call file, an array of two calls, or lines.
    form: u8,
}

/// Every way to write a call.
pub fn layouts() -> impl Strategy<Value = Layout> {
    (any::<u64>(), 0..6_u8).prop_map(|(seed, form)| Layout { seed, form })
}

impl Layout {
    /// The name and the text of a file with a call.
    pub fn write(&self, case: &Case) -> (&'static str, String) {
        let mut seed = self.seed | 1;
        let mut text = |value: &Value| {
            let mut to = String::new();
            write_json(value, &mut seed, &mut to);
            to
        };
        let module = case.module.as_deref().unwrap_or("Leads");
        let path = format!("/crm/{}/{module}/actions/mass_update", case.version);
        let call = json!({ "method": "POST", "path": path, "body": case.body });
        let step = json!({ "step": 7, "after": [1, 2], "path": path, "body": case.body });
        match self.form {
            0 | 1 => ("a.json", text(&case.body)),
            2 => ("a.json", text(&call)),
            3 => ("a.json", text(&json!([case.body, call]))),
            4 => ("a.jsonl", format!("{}\n\n{}\n", text(&case.body), text(&call))),
            _ => ("a.jsonl", format!("{{\"massup_plan\":1}}\n{}\r\n{}", text(&step), text(&step))),
        }
    }
}

/// Writes a value with members in any order, any white space and escapes.
fn write_json(value: &Value, seed: &mut u64, to: &mut String) {
    let mut next = |limit: u64| {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed % limit
    };
    let style = next(3);
    let space = move |to: &mut String, depth: usize| match style {
        0 => {}
        1 => to.push(' '),
        _ => to.push_str(["\n", "\t\r\n ", "  "][depth % 3]),
    };
    match value {
        Value::Array(items) => {
            to.push('[');
            for (index, item) in items.iter().enumerate() {
                to.push_str(if index > 0 { "," } else { "" });
                space(to, index);
                write_json(item, seed, to);
            }
            space(to, items.len());
            to.push(']');
        }
        Value::Object(members) => {
            let turn = usize::try_from(next(members.len().max(1) as u64)).expect("below a length");
            let ordered = members.iter().skip(turn).chain(members.iter().take(turn));
            to.push('{');
            for (index, (key, value)) in ordered.enumerate() {
                to.push_str(if index > 0 { "," } else { "" });
                space(to, index);
                to.push_str(&Value::from(key.as_str()).to_string());
                space(to, index + 1);
                to.push(':');
                space(to, index);
                write_json(value, seed, to);
            }
            space(to, members.len());
            to.push('}');
        }
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            to.push_str(&value.to_string());
        }
        Value::String(text) if next(3) == 0 => {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            to.push_str(&format!("\"{}\"", units.collect::<String>()));
        }
        _ => to.push_str(&value.to_string()),
    }
}

/// Texts of files: examples with bytes changed, cut or doubled, and anything at all.
pub fn texts() -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<Vec<u8>> =
        documented::all().iter().map(|example| example.source.clone().into_bytes()).collect();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6);
    let changed = (select(seeds), edits).prop_map(|(mut bytes, edits)| {
        for (at, byte, kind) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at),
                _ => bytes.insert(at, b"{}[]\",:\\/*#-&\n"[byte as usize % 14]),
            }
        }
        bytes
    });
    prop_oneof![
        3 => changed,
        1 => prop::collection::vec(any::<u8>(), 0..64),
        1 => "[\\[\\]{}\",:0-9a-z \\n/*#\\-&]{0,48}".prop_map(String::into_bytes),
        1 => (1..1500_usize, select(vec!["[", "{\"a\":", "- ", "[[", "a: "]))
            .prop_map(|(times, text)| text.repeat(times).into_bytes()),
    ]
}
