//! Change files, from the table of their keys: right, nearly right, and with a place changed.

use massup_syntax::change_file::{CHANGE, Part, SELECT, Takes};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::strategies::{changed, changes, data_object, id, json, value};

/// Change files of every kind.
pub fn change_files() -> impl Strategy<Value = Value> {
    let changed = (part(&CHANGE, 4), changes()).prop_map(|(file, change)| changed(file, &change));
    prop_oneof![8 => part(&CHANGE, 4), 2 => changed]
        // Other documents are no change files at all.
        .prop_filter("has `set` or `select`", |file| {
            ["set", "select"].iter().any(|key| file.get(key).is_some())
        })
}

/// An object with most of the required keys of a part and some of the others. `odd` of a hundred have a key too
/// many.
fn part(part: &'static Part, odd: u32) -> BoxedStrategy<Value> {
    let mut object = Just(Map::new()).boxed();
    for key in part.keys {
        let often = match (key.required, part.name) {
            (true, _) => 0.97,
            (_, "`select`") => 0.3,
            _ => 0.25,
        };
        let member = prop::option::weighted(often, taken(key.takes));
        object = (object, member)
            .prop_map(|(mut object, value)| {
                object.extend(value.map(|value| (key.name.to_owned(), value)));
                object
            })
            .boxed();
    }
    let names = vec!["modul", "ids", "cvid", "version", "view", "trigger", "id"];
    let odd = prop::option::weighted(f64::from(odd) / 100.0, (select(names), json(1)));
    (object, odd)
        .prop_map(|(mut object, odd)| {
            object.extend(odd.map(|(key, value)| (key.to_owned(), value)));
            Value::Object(object)
        })
        .boxed()
}

/// Mostly what a key takes.
fn taken(takes: Takes) -> BoxedStrategy<Value> {
    let modules = vec![
        "Leads",
        "Deals",
        "Vehicles",
        "Campaigns",
        "Contacts",
        "Activities",
        "Meetings",
        "Cases",
        "Tasks",
        "Users",
        "Custom",
        "Services__s",
        "",
        "My Module",
        "Fahrzeuge\n",
        "1st",
    ];
    let versions = vec!["v2", "v2.1", "v3", "v7", "v8", "v99", "8"];
    let right = match takes {
        Takes::Text => select(vec![json!("a.csv"), json!(""), json!("Record Id")]).boxed(),
        Takes::Module => {
            prop_oneof![4 => select(vec!["Leads", "Deals"]), 2 => select(modules)].prop_map(Value::from).boxed()
        }
        Takes::Version => select(versions).prop_map(Value::from).boxed(),
        Takes::Fields => {
            prop_oneof![3 => ("[A-Z][a-z_]{0,5}", value()).prop_map(|(name, value)| json!({ name: value })), 1 => data_object()]
                .boxed()
        }
        Takes::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Takes::Selection => {
            let one = || prop_oneof![
                2 => prop::collection::vec(id(), 1..3).prop_map(|ids| json!({ "ids": ids })),
                1 => Just(json!({ "ids_file": "a.csv" })),
                1 => id().prop_map(|id| json!({ "view": id })),
                1 => id().prop_map(|id| json!({ "view": id, "territory": { "id": "7" } })),
            ];
            prop_oneof![
                8 => one(),
                2 => part(&SELECT, 4),
                1 => prop::collection::vec(one(), 0..4).prop_map(Value::from),
                1 => prop::collection::vec(part(&SELECT, 4), 0..3).prop_map(Value::from),
            ]
            .boxed()
        }
        Takes::Id => id().boxed(),
        Takes::Ids => prop::collection::vec(id(), 0..4).prop_map(Value::from).boxed(),
        Takes::Word(words) => select(words).prop_map(Value::from).boxed(),
        // Few calls and credits are too few for some plans.
        Takes::Count => prop_oneof![2 => any::<u64>(), 1 => 0_u64..4].prop_map(Value::from).boxed(),
        Takes::Part(inner) => part(inner, 4),
    };
    prop_oneof![60 => right, 1 => json(1)].boxed()
}
