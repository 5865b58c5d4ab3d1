//! Generators of whole calls to an emulated organisation: most are right or nearly right for it.

use massup_emulator::Request;
use massup_emulator::metadata::{Field, Module};
use massup_emulator::settings::{BothSelections, ByVersion, Choice, Settings};
use massup_model::ApiVersion;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

use crate::organisation::{ORGANISATIONS, Organisation, TOKENS};
use crate::strategies::{COUNTS, id, key, value};

/// A call to an organisation.
#[derive(Clone, Debug)]
pub struct Call {
    /// The place of the organisation.
    pub organisation: usize,
    /// The place of the token; past the end, the call has none.
    pub token: usize,
    /// The HTTP method.
    pub method: &'static str,
    /// The path with its query.
    pub path: String,
    /// The text of the body.
    pub body: Option<String>,
    /// How the emulator takes what no document tells.
    pub settings: Settings,
}

impl Call {
    /// The organisation that is called.
    pub fn organisation(&self) -> &'static Organisation {
        &ORGANISATIONS[self.organisation]
    }

    /// The path that a client sends: it keeps a fragment to itself.
    pub fn sent_path(&self) -> &str {
        self.path.split('#').next().unwrap_or_default()
    }

    /// The call as the emulator takes it.
    pub fn request(&self) -> Request {
        let request = Request::new(self.method, self.sent_path());
        let request = match TOKENS.get(self.token) {
            Some(token) => request.with_token(token),
            None => request,
        };
        request.with_body(self.body.clone().unwrap_or_default())
    }

    /// The call as a file that the lint takes.
    pub fn file(&self) -> String {
        let (method, path) = (json!(self.method), json!(self.path));
        match &self.body {
            Some(body) => format!("{{\"method\":{method},\"path\":{path},\"body\":{body}}}"),
            None => format!("{{\"method\":{method},\"path\":{path}}}"),
        }
    }

    /// The body, where it is JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.body.as_deref().unwrap_or_default()).unwrap_or_default()
    }
}

/// Calls to any of the organisations, at the settings that the emulator starts with.
pub fn calls() -> BoxedStrategy<Call> {
    let both = vec![BothSelections::View, BothSelections::Ids];
    let settings = select(both)
        .prop_map(|both_selections| Settings { both_selections, ..Settings::default() });
    calls_under(settings.boxed()).boxed()
}

/// The same at any settings about which the documents are silent, and the lint not sure.
pub fn calls_at_any_settings() -> BoxedStrategy<Call> {
    let choice = || select(vec![Choice::Accept, Choice::Refuse]);
    let by_version = || select(vec![ByVersion::Never, ByVersion::V8, ByVersion::Always]);
    let both = select(vec![BothSelections::View, BothSelections::Ids, BothSelections::Refuse]);
    let settings = (
        (both, choice(), choice(), choice(), choice(), choice()),
        (choice(), by_version(), by_version(), by_version()),
    )
        .prop_map(
            |(
                (
                    both_selections,
                    duplicate_ids,
                    number_ids,
                    null_values,
                    number_strings,
                    criteria_key,
                ),
                (repeated_options, unknown_options, mappings, multi_status),
            )| Settings {
                both_selections,
                duplicate_ids,
                number_ids,
                null_values,
                number_strings,
                criteria_key,
                repeated_options,
                unknown_options,
                mappings,
                multi_status,
                ..Settings::default()
            },
        );
    calls_under(settings.boxed()).boxed()
}

fn calls_under(settings: BoxedStrategy<Settings>) -> BoxedStrategy<Call> {
    let organisations = Union::new_weighted(vec![(4, Just(0_usize)), (1, Just(1))]);
    let tokens = Union::new_weighted(
        [(60, 0), (20, 1), (2, 2), (1, 3), (1, 4), (1, TOKENS.len())]
            .map(|(weight, token)| (weight, Just(token)))
            .to_vec(),
    );
    (organisations, tokens, select(ApiVersion::ALL.to_vec()), any::<Index>())
        .prop_flat_map(move |(organisation, token, version, module)| {
            let modules = &ORGANISATIONS[organisation].description.modules;
            // The first modules have the most kinds of fields.
            let place = module.index(modules.len() + 60);
            let place = if place < modules.len() { place } else { place % 6 };
            let name = modules[place].api_name.clone();
            (requests(organisation, place, &name, version), settings.clone()).prop_map(
                move |((method, path, body), settings)| Call {
                    organisation,
                    token,
                    method,
                    path,
                    body,
                    settings,
                },
            )
        })
        .boxed()
}

/// Method, path and body of a call.
fn requests(
    organisation: usize,
    place: usize,
    name: &str,
    version: ApiVersion,
) -> BoxedStrategy<(&'static str, String, Option<String>)> {
    let name = match name {
        "Tasks" if version < ApiVersion::V3 => "Activities",
        name => name,
    };
    let path = format!("/crm/{version}/{name}/actions/mass_update");
    let odd = {
        let (at, base) = (format!("/crm/{version}"), path.clone());
        let names =
            ["Custom", "Meetings", "leads", "Nowhere", "Services__s", "Activities", "Tasks", "9s"];
        let modules = names.map(|name| format!("{at}/{name}/actions/mass_update"));
        let others = vec![
            format!("/crm/v99/{name}/actions/mass_update"),
            format!("/crm/{version}/{name}/actions/massupdate"),
            format!("/crm/{version}/actions/mass_update"),
            format!("{base}/"),
            format!("{base}?cvid=1"),
            format!("crm/{version}/{name}/actions/mass_update"),
        ];
        select([modules.to_vec(), others].concat())
    };
    let paths = prop_oneof![40 => Just(path.clone()), 1 => odd];
    let methods = Union::new_weighted(vec![(60, Just("POST")), (1, Just("GET")), (1, Just("PUT"))]);
    let update = (methods, paths, bodies(organisation, place), 0..120_u8)
        .prop_map(|(method, path, body, odd)| (method, path, Some(text(&body, odd))));
    let queries = vec!["", "?job_id=", "?job_id=1", "?job_id=x1", "?job_id=99999999999999999999"];
    let status = (prop_oneof![9 => Just("GET"), 1 => Just("POST")], select(queries))
        .prop_map(move |(method, query)| (method, format!("{path}{query}"), None));
    prop_oneof![30 => update, 1 => status].boxed()
}

/// A body as text, now and then not quite the JSON that it was.
fn text(body: &Value, odd: u8) -> String {
    let text = body.to_string();
    match odd {
        0 => format!("{text} // sent by hand"),
        1 => text.replacen('}', ",}", 1),
        2 => text.replacen('{', "{\"data\":[],", 1),
        3 => text.get(..text.len() / 2).unwrap_or_default().to_owned(),
        _ => text,
    }
}

fn bodies(organisation: usize, place: usize) -> BoxedStrategy<Value> {
    let odd = prop::option::weighted(0.03, (key(), prop_oneof![Just(Value::Null), value()]));
    let over_write = prop_oneof![
        9 => any::<bool>().prop_map(Value::from),
        1 => select(vec![json!("true"), json!(null)]),
    ];
    (
        data(organisation, place),
        selection(organisation, place),
        prop::option::weighted(0.15, over_write),
        odd,
    )
        .prop_map(|(data, selection, over_write, odd)| {
            let mut body = Map::new();
            body.insert("data".to_owned(), data);
            body.extend(selection);
            body.extend(over_write.map(|value| ("over_write".to_owned(), value)));
            body.extend(odd);
            Value::Object(body)
        })
        .boxed()
}

fn data(organisation: usize, place: usize) -> BoxedStrategy<Value> {
    let module = &ORGANISATIONS[organisation].description.modules[place];
    let most = massup_model::limits::fields_per_call(&module.api_name);
    let object = |count: std::ops::RangeInclusive<usize>| {
        prop::collection::vec(member(module), count)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    };
    let one = prop_oneof![6 => object(1..=1), 3 => object(1..=most), 1 => object(0..=most + 1)];
    prop_oneof![
        90 => one.prop_map(|object| json!([object])),
        1 => object(1..=1),
        1 => (object(1..=1), object(0..=1)).prop_map(|(a, b)| json!([a, b])),
        1 => select(vec![json!([]), json!(null), json!([1]), json!("City")]),
    ]
    .boxed()
}

fn member(module: &'static Module) -> BoxedStrategy<(String, Value)> {
    let known = any::<Index>().prop_flat_map(|index| {
        let field = match module.fields.len() {
            0 => None,
            many => module.fields.get(index.index(many)),
        };
        // A field that nobody can set is met often enough.
        let field = field.filter(|field| field.mass_update || index.index(8) == 0);
        let settable =
            || module.fields.iter().filter(|field| field.mass_update).collect::<Vec<_>>();
        let field = field.or_else(|| {
            let settable = settable();
            (!settable.is_empty()).then(|| settable[index.index(settable.len())])
        });
        let name = field.map_or("Name", |field| field.api_name.as_str()).to_owned();
        let values = field.map_or_else(|| value().boxed(), values);
        (Just(name), values)
    });
    let names = select(vec!["id", "No_Such_Field", "Lead Source", "city", "Citi", ""]);
    prop_oneof![
        60 => known,
        1 => (names.prop_map(str::to_owned), value()),
    ]
    .boxed()
}

/// Values for a field: right ones, those at a limit, and others.
fn values(field: &'static Field) -> BoxedStrategy<Value> {
    let length = field.length.unwrap_or(30) as usize;
    let right = match field.data_type.as_str() {
        "text" | "textarea" | "email" => lengths(length).boxed(),
        "phone" => prop_oneof!["\\+?[0-9 ()-]{1,12}", "[0-9_/]{0,8}", "[0-9]{28,32}"]
            .prop_map(Value::from)
            .boxed(),
        "website" => prop_oneof![
            "(https://|http://|www\\.|WWW\\.|ftp:)[a-z.]{0,6}",
            "[a-z]{1,4}\\.[a-z]{2}",
            "https://[ a]{1,3}",
            "https://[a-z]{245,250}"
        ]
        .prop_map(Value::from)
        .boxed(),
        "picklist" => option(field).boxed(),
        "multiselectpicklist" => {
            let long = "[a-z]{119,122}".prop_map(Value::from);
            let item = prop_oneof![20 => option(field), 1 => long, 1 => json_numbers()];
            prop::collection::vec(item, 0..4).prop_map(Value::from).boxed()
        }
        "boolean" => select(vec![json!(true), json!(false), json!("true"), json!(1)]).boxed(),
        "integer" | "currency" | "double" | "percent" => numbers().boxed(),
        "bigint" => {
            prop_oneof![4 => "[0-9]{1,20}".prop_map(Value::from), 1 => json_numbers()].boxed()
        }
        "date" => date().prop_map(Value::from).boxed(),
        "datetime" => datetime().prop_map(Value::from).boxed(),
        "layout" | "lookup" | "userlookup" | "ownerlookup" => reference().boxed(),
        _ => value().boxed(),
    };
    let empty = select(vec![json!(null), json!(""), json!(" "), json!([]), json!({})]);
    prop_oneof![24 => right, 1 => empty, 1 => value(), 1 => reference()].boxed()
}

/// Texts about as long as a field holds.
fn lengths(length: usize) -> BoxedStrategy<Value> {
    let at_limit = (0..3_usize, select(vec!['x', 'é', '😀'])).prop_map(move |(over, letter)| {
        letter.to_string().repeat((length + over).saturating_sub(1))
    });
    prop_oneof![3 => "[A-Za-z ]{1,12}", 1 => at_limit].prop_map(Value::from).boxed()
}

/// Options as they are stored, shown and numbered, and texts that are none.
fn option(field: &'static Field) -> BoxedStrategy<Value> {
    let known: Vec<Value> = field
        .pick_list_values
        .iter()
        .flat_map(|option| {
            // What is stored counts most.
            let stored = vec![json!(option.actual_value); 6];
            [stored, vec![json!(option.display_value), json!(option.id)]].concat()
        })
        .chain([json!("-None-")])
        .collect();
    let others = prop_oneof!["[A-Za-z]{1,8}", "[0-9]{1,6}", "x{119,122}"].prop_map(Value::from);
    prop_oneof![9 => select(known), 1 => others].boxed()
}

fn json_numbers() -> BoxedStrategy<Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1_000_000..1_000_000_i32, 0..5_u32)
            .prop_map(|(number, point)| json!(f64::from(number) / f64::from(10_u32.pow(point)))),
    ]
    .boxed()
}

/// Numbers with any count of digits before and after the point, some of them in quotes. None has more
/// digits than a double keeps: the lint counts those of the text, the emulator those that are left.
fn numbers() -> BoxedStrategy<Value> {
    let plain = "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,7})?|-?[1-9][0-9]{7,17}|[1-9](\\.[0-9])?e-?[0-9]";
    let odd = prop_oneof!["[+.0-9-]{1,5}", " ?[0-9]{1,3} ?", Just("NaN".to_owned())];
    prop_oneof![
        5 => plain.prop_map(|text| serde_json::from_str(&text).unwrap_or_default()),
        3 => json_numbers(),
        2 => plain.prop_map(Value::from),
        1 => odd.prop_map(Value::from),
    ]
    .boxed()
}

fn date() -> BoxedStrategy<String> {
    let two = || prop_oneof![5 => "0[1-9]|1[0-2]|2[0-9]|3[01]", 1 => "[0-9]{1,2}"];
    prop_oneof![
        8 => ("20[0-9]{2}|0000|1900", two(), two()).prop_map(|(y, m, d)| format!("{y}-{m}-{d}")),
        4 => ("20[0-9]{2}", 1..13_u8, 1..29_u8).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")),
        1 => "[0-9/-]{6,10}",
    ]
    .boxed()
}

fn datetime() -> BoxedStrategy<String> {
    let two = || prop_oneof![4 => "[0-5][0-9]", 1 => "[0-9]{1,2}"];
    let hour = || prop_oneof![4 => "0[0-9]|1[0-9]|2[0-4]", 1 => "[0-9]{2}"];
    let offset = prop_oneof![
        4 => (hour(), two()).prop_map(|(h, m)| format!("+{h}:{m}")),
        1 => "Z|z|-0[0-9]:00|\\+0530|\\.000Z|",
    ];
    (date(), select(vec!["T", "T", "T", "T", "T", " ", "t"]), hour(), two(), two(), offset)
        .prop_map(|(date, t, h, m, s, offset)| format!("{date}{t}{h}:{m}:{s}{offset}"))
        .boxed()
}

/// Objects with an id: of a layout or a user of the seed, of nothing, and odd ones.
fn reference() -> BoxedStrategy<Value> {
    let known = select(vec!["5725767000000091000", "5725767000000091001", "5725767000000411002"]);
    prop_oneof![
        4 => known.prop_map(|id| json!({ "id": id })),
        2 => id().prop_map(|id| json!({ "id": id })),
        1 => select(vec![json!({}), json!({ "name": "x" }), json!({ "id": [] }), json!("5725767000000091000")]),
    ]
        .boxed()
}

fn selection(organisation: usize, place: usize) -> BoxedStrategy<Vec<(String, Value)>> {
    let entry = |key: &str, value: Value| (key.to_owned(), value);
    let ids = move || ids(organisation, place).prop_map(move |ids| entry("ids", ids));
    let view = move || view(organisation, place).prop_map(move |id| entry("cvid", id));
    let territory = move || territory(organisation).prop_map(move |t| entry("territory", t));
    prop_oneof![
        26 => ids().prop_map(|ids| vec![ids]),
        18 => view().prop_map(|view| vec![view]),
        8 => (view(), territory()).prop_map(|(view, territory)| vec![view, territory]),
        1 => (ids(), view()).prop_map(|(ids, view)| vec![ids, view]),
        1 => (ids(), view(), territory()).prop_map(|(i, v, t)| vec![i, v, t]),
        1 => (ids(), territory()).prop_map(|(ids, territory)| vec![ids, territory]),
        1 => territory().prop_map(|territory| vec![territory]),
        1 => Just(Vec::new()),
    ]
    .boxed()
}

fn ids(organisation: usize, place: usize) -> BoxedStrategy<Value> {
    let known = &ORGANISATIONS[organisation].ids[place];
    let of = |known: &[String], index: usize| match known.get(index) {
        Some(id) => json!(id),
        // Past the records there are, ids of none.
        None => json!((4_000_000_000_u64 + index as u64).to_string()),
    };
    let some = prop::collection::vec(any::<Index>(), 1..4).prop_map(move |places| {
        places.iter().map(|place| of(known, place.index(known.len() + 3))).collect::<Value>()
    });
    let many = select(COUNTS.to_vec())
        .prop_map(move |count| (0..count).map(|index| of(known, index)).collect::<Value>());
    let odd = select(vec![json!(null), json!([]), json!("1"), json!({}), json!(7)]);
    prop_oneof![
        24 => some,
        3 => many,
        2 => prop::collection::vec(id(), 1..4).prop_map(Value::from),
        1 => odd,
    ]
    .boxed()
}

fn view(organisation: usize, place: usize) -> BoxedStrategy<Value> {
    let modules = &ORGANISATIONS[organisation].description.modules;
    let of = |module: &Module| module.views.iter().map(|view| json!(view.id)).collect::<Vec<_>>();
    let mut own = of(&modules[place]);
    own.push(json!("404"));
    let other = of(&modules[(place + 1) % 10]);
    prop_oneof![40 => select(own), 2 => select(other), 2 => id(), 1 => Just(json!(null))].boxed()
}

fn territory(organisation: usize) -> BoxedStrategy<Value> {
    let known = &ORGANISATIONS[organisation].description.territories;
    let ids: Vec<Value> = known.iter().map(|territory| json!(territory.id)).collect();
    let ids = [ids, vec![json!("404")]].concat();
    let ids = prop_oneof![12 => select(ids), 1 => id()];
    let include = prop_oneof![
        12 => any::<bool>().prop_map(Value::from),
        1 => select(vec![json!("true"), json!(null)]),
    ];
    prop_oneof![
        4 => ids.clone().prop_map(|id| json!({ "id": id })),
        6 => (ids, include).prop_map(|(id, child)| json!({ "id": id, "include_child": child })),
        1 => select(vec![json!(null), json!({}), json!("5"), json!({ "id": "1", "child": true })]),
    ]
    .boxed()
}
