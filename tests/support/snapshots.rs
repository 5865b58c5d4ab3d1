//! Generators of snapshots, and of bodies that their facts decide about.

use std::collections::BTreeSet;

use massup_model::ApiVersion;
use massup_rules::Facts;
use massup_rules::facts::{Associations, Field, PickOption, Territory, View, Views};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use crate::strategies::{Case, id, value};

/// Types of fields: all that rules know, one that none does, and none.
const TYPES: [&str; 20] = [
    "text",
    "textarea",
    "email",
    "phone",
    "website",
    "picklist",
    "date",
    "datetime",
    "bigint",
    "integer",
    "double",
    "currency",
    "percent",
    "boolean",
    "multiselectpicklist",
    "userlookup",
    "layout",
    "formula",
    "mystery",
    "",
];

/// API names of fields; some need a rule of their own.
const NAMES: [&str; 10] =
    ["City", "Stage", "Pipeline", "Amount", "Closing", "Code", "Owner", "X__s", "ids", "id"];

/// The views and territories that snapshots choose from.
const IDS: [u64; 5] = [1, 7, 10, 554_023_000_000_091_515, 9_223_372_036_854_775_807];

/// Cases whose snapshots know most of what there is to know about the module of the body.
pub fn informed_cases() -> impl Strategy<Value = Case> {
    let modules =
        select(vec!["Leads", "Leads", "Deals", "Deals", "Vehicles", "Events", "Lead", "Users"]);
    (modules, select(ApiVersion::ALL.to_vec())).prop_flat_map(|(module, version)| {
        snapshot(module).prop_flat_map(move |facts| {
            body(facts.fields_of(module).map(Vec::as_slice).unwrap_or_default()).prop_map(
                move |body| Case {
                    module: Some(module.to_owned()),
                    version,
                    facts: facts.clone(),
                    body,
                },
            )
        })
    })
}

/// Facts about a module, each of them sometimes unknown.
fn snapshot(module: &'static str) -> impl Strategy<Value = Facts> {
    let fields = prop::option::weighted(0.95, prop::collection::vec(field(), 1..8));
    let listed = prop::option::weighted(0.7, (views(), any::<bool>()));
    let others = prop::option::weighted(0.3, views());
    let counts = prop::collection::vec(
        (select(IDS.to_vec()), select(vec![0_u64, 1, 2, 1000, 50_000, 50_001])),
        0..4,
    );
    let territories =
        prop::option::weighted(0.5, prop::collection::vec(select(IDS.to_vec()), 0..3));
    let listing = || {
        prop::option::weighted(
            0.15,
            prop::collection::btree_set(select(NAMES.map(str::to_owned).to_vec()), 0..2),
        )
    };
    let caller = (
        prop::option::weighted(
            0.15,
            select(vec![
                "ZohoCRM.mass_update.UPDATE",
                "ZohoCRM.mass_update.leads.UPDATE",
                "ZohoCRM.modules.ALL",
            ]),
        ),
        prop::option::weighted(0.3, select(vec!["Enterprise", "Professional", "Free", "Trial"])),
        prop::option::weighted(0.3, select(vec!["1", "2"])),
        prop::option::weighted(0.15, select(vec!["custom", "linking", "default"])),
        prop::bool::weighted(0.1),
    );
    (fields, listed, others, counts, territories, (listing(), listing()), caller).prop_map(
        move |(
            fields,
            listed,
            others,
            counts,
            territories,
            (layout_rules, validation_rules),
            caller,
        )| {
            let (scope, edition, profile, kind, without_territories) = caller;
            let mut facts = Facts::default();
            facts.fields.extend(fields.map(|fields| (module.to_owned(), fields)));
            let view = |id| View::new(id);
            let all = |ids: BTreeSet<u64>| ids.into_iter().map(view).collect::<Vec<_>>();
            facts.views.extend(
                listed.map(|(ids, complete)| (module.to_owned(), Views::new(all(ids), complete))),
            );
            facts
                .views
                .extend(others.map(|ids| ("Contacts".to_owned(), Views::new(all(ids), true))));
            facts.counts = counts.into_iter().collect();
            facts.territories = territories.map(|ids| ids.into_iter().map(territory).collect());
            let associations =
                Associations { layout_rules, validation_rules, validation_rules_secondary: None };
            facts = facts.associations(module, associations);
            facts = scope.into_iter().fold(facts, |facts, scope| facts.scopes([scope]));
            facts = edition.into_iter().fold(facts, Facts::edition);
            facts = profile.into_iter().fold(facts, Facts::profile);
            facts.modules = kind.map(|kind| [(module.to_owned(), Some(kind.to_owned()))].into());
            facts.without_territories.extend(without_territories.then(|| module.to_owned()));
            facts
        },
    )
}

fn views() -> impl Strategy<Value = BTreeSet<u64>> {
    prop::collection::btree_set(select(IDS.to_vec()), 0..4)
}

fn territory(id: u64) -> Territory {
    let mut territory = Territory::default();
    territory.id = id;
    territory
}

/// A field, most often one that can be set.
fn field() -> impl Strategy<Value = Field> {
    let usual = |usual: bool| {
        prop::option::weighted(0.8, prop::bool::weighted(if usual { 0.93 } else { 0.07 }))
    };
    let length = prop::option::weighted(0.4, select(vec![0_u64, 1, 2, 5, 18, 30, 120]));
    let decimals = prop::option::weighted(0.5, select(vec![0_u64, 1, 2, 9, 12]));
    let range = prop::option::weighted(
        0.15,
        select(vec![(0.0, 100.0), (-5.5, 5.5), (10.0, 1.0), (0.0, 1e18)]),
    );
    let options = prop::option::weighted(0.6, prop::collection::vec(option(), 1..5));
    let permission = prop::option::weighted(0.2, select(vec!["read_write", "read_only", "hidden"]));
    let flags = (
        usual(true),
        usual(true),
        usual(false),
        usual(false),
        usual(true),
        usual(false),
        usual(false),
        usual(false),
    );
    (
        select(NAMES.to_vec()),
        select(TYPES.to_vec()),
        flags,
        (length, decimals, range),
        options,
        permission,
    )
        .prop_map(
            |(name, data_type, flags, (length, decimals, range), options, permission)| {
                let mut field = Field::new(name, data_type);
                field.data_type = field.data_type.filter(|name| !name.is_empty());
                field.label = Some(format!("{name} label"));
                (
                    field.mass_update,
                    field.visible,
                    field.read_only,
                    field.always_read_only,
                    field.api_update,
                    field.is_virtual,
                    field.mandatory,
                    field.unique,
                ) = flags;
                (field.length, field.decimal_place, field.range, field.options) =
                    (length, decimals, range, options);
                field.permissions =
                    permission.into_iter().map(|one| ("1".to_owned(), one.to_owned())).collect();
                field
            },
        )
}

fn option() -> impl Strategy<Value = PickOption> {
    let names = || select(OPTIONS.to_vec());
    (
        names(),
        names(),
        prop::option::weighted(0.2, names()),
        prop::option::weighted(0.3, select(vec!["7", "71"])),
        any::<bool>(),
    )
        .prop_map(|(shown, value, reference, id, used)| {
            let mut option = PickOption::new(value);
            shown.clone_into(&mut option.shown);
            option.reference = reference.map(str::to_owned);
            option.id = id.map(str::to_owned);
            option.used = used;
            option
        })
}

const OPTIONS: [&str; 5] = ["Open", "Closed Won", "Ümlaut", "40", ""];

/// A body that sets fields of the snapshot, and selects ids or a view.
fn body(fields: &[Field]) -> BoxedStrategy<Value> {
    let fields = fields.to_vec();
    let count = prop_oneof![6 => Just(1_usize), 2 => Just(2), 1 => Just(4)];
    let set = count.prop_flat_map(move |count| {
        let fields = fields.clone();
        let one = any::<Index>().prop_flat_map(move |at| {
            let known = (!fields.is_empty()).then(|| at.get(&fields));
            let name = known.map_or("City", |field| &field.api_name).to_owned();
            let name =
                prop_oneof![9 => Just(name), 1 => select(NAMES.to_vec()).prop_map(str::to_owned)];
            (name, value_of(known.map_or("", |field| field.data_type())))
        });
        prop::collection::vec(one, count)
    });
    let record =
        prop_oneof![4 => select(IDS.to_vec()).prop_map(|id| json!(id.to_string())), 1 => id()];
    let ids = prop::collection::vec(record, 1..3).prop_map(Value::from);
    let named = || {
        prop_oneof![
            6 => select(IDS.to_vec()).prop_map(|id| json!(id.to_string())),
            1 => select(vec![json!("007"), json!("8"), json!(7), json!("0001\n"), json!("00000000000000000007")]),
            1 => id(),
        ]
    };
    let territory = prop_oneof![6 => named().prop_map(|id| json!({ "id": id })), 1 => Just(json!({})), 1 => Just(json!(null))];
    let selection = (
        prop_oneof![4 => Just((true, false)), 4 => Just((false, true)), 1 => Just((true, true))],
        ids,
        named(),
        prop::option::weighted(0.3, territory),
    );
    (set, selection)
        .prop_map(|(set, ((by_ids, by_view), ids, cvid, territory))| {
            let set: Map<String, Value> = set.into_iter().collect();
            let mut body = json!({ "data": [set] });
            if by_ids {
                body["ids"] = ids;
            }
            if by_view {
                body["cvid"] = cvid;
            }
            if let Some(territory) = territory.filter(|_| by_view) {
                body["territory"] = territory;
            }
            body
        })
        .boxed()
}

/// Values for fields of a type: right ones, those at the edges, and some of other types.
fn value_of(data_type: &str) -> BoxedStrategy<Value> {
    let of = |texts: &'static [&str]| select(texts).prop_map(Value::from).boxed();
    let right = match data_type {
        "date" => of(&DATES),
        "datetime" => of(&TIMES),
        "email" => of(&EMAILS),
        "website" => of(&WEBSITES),
        "phone" => of(&["+91 (44) 12-34", "+-()", "", "1\n", "A;b#1/2,3", "é1", "1\t"]),
        "bigint" => of(&["007", "-7", "123456789012345678", "1234567890123456789", "", "1\n", "x"]),
        "integer" | "double" | "currency" | "percent" => {
            prop_oneof![4 => select(&NUMBERS).prop_map(Value::from), 1 => select(&WHOLE).prop_map(Value::from), 2 => of(&QUOTED)].boxed()
        }
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "multiselectpicklist" => prop::collection::vec(text(), 0..4).prop_map(Value::from).boxed(),
        "userlookup" | "layout" => id().prop_map(|id| json!({ "id": id })).boxed(),
        _ => text().boxed(),
    };
    prop_oneof![
        8 => right,
        1 => text(),
        1 => prop_oneof![select(&NUMBERS).prop_map(Value::from), of(&QUOTED)],
        1 => value(),
        1 => Just(Value::Null),
    ]
    .boxed()
}

const DATES: [&str; 12] = [
    "2026-12-31",
    "2026-02-29",
    "2028-02-29",
    "2100-02-29",
    "2000-02-29",
    "0000-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "2026-12-31\n",
    "",
];

const TIMES: [&str; 10] = [
    "2026-12-31T23:59:59+05:30",
    "2026-12-31T23:59:59Z",
    "2026-12-31T24:00:00Z",
    "2026-12-31T10:00Z",
    "2026-12-31T10:00:00-24:00",
    "2026-12-31T10:00:00",
    "2026-02-30T10:00:00Z",
    "2026-12-31T10:00:00Z05:30",
    "2026-12-31T10:00:00Z\n",
    "2026-12-31T10:00:60Z",
];

const EMAILS: [&str; 10] = [
    "a@b.example",
    "a@b",
    "a b@c.example",
    "@b.c",
    "a@b@c.d",
    "a@.b.c",
    "a@b.c.",
    "a@b..c",
    "a@b.c\n",
    "a@b\u{a0}.c",
];

const WEBSITES: [&str; 8] = [
    "https://a.example",
    "WWW.a",
    "www.",
    "https://a b",
    "ftp://x",
    "Http://\n",
    "http//a",
    "www.\u{2003}",
];

const NUMBERS: [f64; 12] =
    [1.5, -0.25, 1.13, 0.123_456_789_1, 5.5, 5.6, 100.0, 1e15, 1e16, 1e18, 1e30, -1e5];

const WHOLE: [i64; 12] = [
    0,
    1,
    -1,
    5,
    100,
    101,
    99_999,
    100_000,
    999_999_999,
    1_000_000_000,
    -1_000_000_000,
    9_999_999_999_999_999,
];

const QUOTED: [&str; 20] = [
    "40",
    "-1",
    "0",
    "007",
    "1.5",
    "1.50",
    "1.505",
    "-0.0",
    "99999",
    "100000",
    "1e3",
    "1E+2",
    " 1",
    "1\n",
    "1.",
    ".5",
    "+1",
    "0.0000000001",
    "0.1000000000000",
    "100000000000000000000",
];

/// Texts of fields: options, and texts as long as fields allow.
fn text() -> impl Strategy<Value = Value> {
    let long = select(vec![1_usize, 2, 5, 30, 31, 120, 121, 255, 256])
        .prop_map(|length| "é".repeat(length));
    let named = select([&OPTIONS[..], &["7", "71", "closed won", "Other"]].concat())
        .prop_map(str::to_owned);
    prop_oneof![5 => named, 3 => long, 1 => ".{0,6}"].prop_map(Value::from)
}
