//! The records of the seed.

use massup_model::RecordId;
use serde_json::{Map, Value, json};

use super::{BASE, id, record_number, territory_id};
use crate::metadata::{Field, Module, Record, RecordState};
use crate::time::{self, Clock, DAY};

const FIRST_NAMES: &[&str] =
    &["Aisha", "Ben", "Carla", "Devi", "Erik", "Fumiko", "Grace", "Hassan", "Ines", "Jonas"];
const LAST_NAMES: &[&str] =
    &["Abe", "Boyle", "Costa", "Dutta", "Eriksen", "Fischer", "Gupta", "Hughes", "Ito", "Jansen"];
const COMPANIES: &[&str] =
    &["Benton", "Chanay", "Chemel", "Commercial Press", "Feltz", "King", "Morlong"];
const PLACES: &[(&str, &str, u64)] = &[
    ("Chennai", "India", 3),
    ("Mumbai", "India", 3),
    ("Osaka", "Japan", 4),
    ("Lisbon", "Portugal", 2),
    ("Berlin", "Germany", 2),
    ("Austin", "United States", 0),
];

/// A stream of numbers that is the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = self.below(items.len() as u64);
        items.get(usize::try_from(index).unwrap_or_default())
    }
}

/// The records of one module.
pub(super) fn of(index: u64, module: &Module, count: u64, accounts: &[String]) -> Vec<Record> {
    (0..count).filter_map(|n| record(index, module, n, accounts)).collect()
}

fn record(index: u64, module: &Module, n: u64, accounts: &[String]) -> Option<Record> {
    let mut numbers = Numbers(index * 1_000_003 + n);
    let place = numbers.pick(PLACES)?;
    let mut data = Map::new();
    for field in &module.fields {
        let value = value(field, n, &mut numbers, *place, accounts);
        if !value.is_null() {
            data.insert(field.api_name.clone(), value);
        }
    }
    let owner =
        if n.is_multiple_of(5) { ("Arun Kumar", 411_002) } else { ("Patricia Boyle", 411_001) };
    let owner = json!({ "id": id(owner.1), "name": owner.0 });
    let age = i64::try_from(n % 90).unwrap_or_default();
    let created = json!(time::format(Clock::START - age * DAY - 3_600));
    for (name, value) in [
        ("Owner", owner.clone()),
        ("Created_By", owner.clone()),
        ("Modified_By", owner),
        ("Created_Time", created.clone()),
        ("Modified_Time", created),
    ] {
        data.insert(name.to_owned(), value);
    }
    let layout = module
        .layouts
        .iter()
        .rev()
        .nth(usize::from(!n.is_multiple_of(10)))
        .or(module.layouts.first())?;
    data.insert("Layout".to_owned(), json!({ "id": layout.id, "name": layout.name }));
    let state = state(&module.api_name, n);
    if module.api_name == "Leads" {
        data.insert("Converted__s".to_owned(), json!(state == RecordState::Converted));
    }
    if module.api_name == "Deals" {
        let renewal = n % 7 == 3;
        let pipeline = if renewal { "Renewals" } else { "Standard (Standard)" };
        data.insert("Pipeline".to_owned(), pipeline.into());
        if renewal {
            data.insert("Stage".to_owned(), "Renewal Due".into());
        } else if data
            .get("Stage")
            .and_then(Value::as_str)
            .is_none_or(|s| s.starts_with(['R', '-']))
        {
            data.insert("Stage".to_owned(), "Qualification".into());
        }
    }
    let territories =
        if index < 4 { territory_id(place.2).into_iter().collect() } else { Vec::new() };
    let id = RecordId::from_number(BASE + record_number(index, n))?;
    Some(Record { id, data, state, territories })
}

/// A few records of each module are in each state; the first hundred are all free.
fn state(module: &str, n: u64) -> RecordState {
    match n {
        101 => RecordState::AwaitingApproval,
        102 => RecordState::InBlueprint,
        103 => RecordState::Locked,
        104 => RecordState::StopProcessing,
        105 => RecordState::ImageCheck,
        106 => RecordState::ImageRejected,
        107 => RecordState::ImageReview,
        108 => RecordState::NoPermission,
        120..=129 if module == "Leads" => RecordState::Converted,
        _ => RecordState::Free,
    }
}

fn value(
    field: &Field,
    n: u64,
    numbers: &mut Numbers,
    (city, country, _): (&str, &str, u64),
    accounts: &[String],
) -> Value {
    let first = numbers.pick(FIRST_NAMES).copied().unwrap_or_default();
    let last = numbers.pick(LAST_NAMES).copied().unwrap_or_default();
    let number = numbers.below(100_000);
    match (field.api_name.as_str(), field.data_type.as_str()) {
        ("Account_Name", "lookup") => {
            let account = numbers.below(accounts.len() as u64);
            let id = usize::try_from(account).ok().and_then(|index| accounts.get(index));
            json!({ "id": id, "name": format!("Account {}", account + 1) })
        }
        ("Account_Name", _) => json!(format!("Account {}", n + 1)),
        ("Number", _) => json!(n + 1),
        ("Plate", _) => json!(format!("TN-{:05}", n + 1)),
        ("Reference_Code", _) => json!(format!("R{:05}", n + 1)),
        ("Probability", _) => json!(number % 11 * 10),
        ("First_Name", _) => json!(first),
        ("Last_Name", _) => json!(last),
        ("Company", _) => numbers.pick(COMPANIES).map_or(Value::Null, |name| json!(name)),
        ("City" | "Billing_City" | "Mailing_City" | "Shipping_City", _) => json!(city),
        ("Country" | "Billing_Country" | "Mailing_Country", _) => json!(country),
        ("Full_Name" | "Name", _) => json!(format!("{first} {last}")),
        (_, "picklist") => {
            numbers.pick(&field.pick_list_values).map_or(Value::Null, |o| json!(o.display_value))
        }
        (_, "multiselectpicklist") => {
            let option = numbers.pick(&field.pick_list_values).map(|o| o.display_value.clone());
            Value::Array(option.into_iter().map(Value::String).collect())
        }
        (_, "boolean") if !field.field_read_only => json!(number.is_multiple_of(2)),
        (_, "integer") => json!(number % 1_000),
        (_, "currency" | "double") => json!(number),
        (_, "percent") => json!(number % 100),
        (_, "bigint") if field.api_name != "id" => json!(number.to_string()),
        (_, "date") => json!(time::format_date(Clock::START + i64::from(n % 60 < 30) * 30 * DAY)),
        (_, "email") => json!(format!("{}.{n}@example.com", first.to_lowercase())),
        (_, "phone") => json!(format!("+91 44 {:07}", n + 1)),
        (_, "website") => json!(format!("https://www.{}.example", last.to_lowercase())),
        (_, "text") if field.system_mandatory => json!(format!("{} {}", field.field_label, n + 1)),
        _ => Value::Null,
    }
}
