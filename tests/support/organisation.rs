//! Emulated organisations, and what massup can know about them: a snapshot that is taken from the
//! emulator through its own settings endpoints.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use massup_emulator::metadata::{Description, Edition, Field, Module, RecordState};
use massup_emulator::{Emulator, Refusal, Reply, Request, seed};
use massup_rules::{Facts, Linter};
use serde_json::{Value, json};

/// The tokens that calls are made with; the last is none.
pub const TOKENS: [&str; 5] =
    [seed::DEMO_TOKEN, "1000.standard", "1000.leads", "1000.guest", "1000.unknown"];

/// Records of each module: enough for all states of the seed.
const RECORDS: usize = 135;

/// An organisation behind the emulator, with a linter a token that knows all that its snapshot tells.
pub struct Organisation {
    emulator: Mutex<Emulator>,
    /// The organisation without its records.
    pub description: Description,
    /// The ids of the records, by the place of their module.
    pub ids: Vec<Vec<String>>,
    linters: Vec<Linter>,
}

impl Organisation {
    /// The emulator; one test at a time has it, since each sets its settings.
    pub fn emulator(&self) -> MutexGuard<'_, Emulator> {
        self.emulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A linter that knows what the bearer of a token can find out, by the token's place.
    pub fn linter(&self, token: usize) -> &Linter {
        &self.linters[token]
    }

    fn new(description: &Description) -> Self {
        let emulator = Emulator::of(description).unwrap();
        let linters = TOKENS.iter().map(|token| Linter::new().facts(facts(&emulator, token)));
        let ids = description.modules.iter().map(|module| {
            let ids = module.records.iter().map(|record| record.id.to_string());
            ids.collect()
        });
        Self {
            ids: ids.collect(),
            linters: linters.collect(),
            description: emulator.organisation(),
            emulator: Mutex::new(emulator),
        }
    }
}

/// The organisations: the emulator's seed with a module that links two others, and a small one with
/// another edition, no territories and a module less.
pub static ORGANISATIONS: LazyLock<Vec<Organisation>> = LazyLock::new(|| {
    let mut seeded = cut(seed::organisation());
    seeded.modules.push(Module {
        api_name: "Leads_X_Vehicles".to_owned(),
        generated_type: "linking".to_owned(),
        fields: vec![Field {
            api_name: "Remark".to_owned(),
            data_type: "text".to_owned(),
            mass_update: true,
            visible: true,
            ..Field::default()
        }],
        ..Module::default()
    });
    // Nobody can set it, although its metadata has it in mass updates.
    seeded.modules[0].fields.push(Field {
        api_name: "Computed_Score".to_owned(),
        data_type: "formula".to_owned(),
        virtual_field: true,
        field_read_only: true,
        mass_update: true,
        visible: true,
        ..Field::default()
    });
    let mut small = cut(seed::organisation());
    small.org.edition = Edition::Professional;
    small.territories.clear();
    small.modules.retain(|module| module.api_name != "Solutions");
    for record in small.modules.iter_mut().flat_map(|module| &mut module.records) {
        record.territories.clear();
        record.state = RecordState::Free;
    }
    vec![Organisation::new(&seeded), Organisation::new(&small)]
});

fn cut(mut description: Description) -> Description {
    for module in &mut description.modules {
        module.records.truncate(RECORDS);
    }
    description
}

/// What the bearer of a token can know: the answers of the settings endpoints, the scopes of the token,
/// and the layout rules, which no API tells.
fn facts(emulator: &Emulator, token: &str) -> Facts {
    let description = emulator.organisation();
    let known = description.tokens.iter().find(|known| known.token == token);
    let user = known.map_or_else(|| description.users[0].id.clone(), |known| known.user.clone());
    // A token without the scopes for settings is served by a snapshot of the same user.
    let reader = description.tokens.iter().find(|other| other.user == user).unwrap();
    let get = |path: &str| {
        emulator.handle(&Request::new("GET", &format!("/crm/v8/{path}")).with_token(&reader.token))
    };
    let mut facts = Facts::default();
    let mut add = |name: &str, root: &str, reply: &Reply| match reply.status {
        200 => assert!(facts.add(name, &String::from_utf8_lossy(&reply.body)).unwrap(), "{name}"),
        204 => assert!(facts.add(name, &json!({ root: [] }).to_string()).unwrap(), "{name}"),
        // An organisation that does not use territories has none.
        _ if reply.refusal == Some(Refusal::TerritoriesNotEnabled) => {
            assert!(facts.add(name, &json!({ root: [] }).to_string()).unwrap(), "{name}");
        }
        _ => {}
    };
    add("modules.json", "modules", &get("settings/modules"));
    add("territories.json", "territories", &get("settings/territories"));
    let mut counts = serde_json::Map::new();
    let names = description.modules.iter().map(|module| module.api_name.as_str());
    for name in names.chain(["Activities", "Meetings"]) {
        for kind in ["fields", "layouts", "custom_views"] {
            let reply = get(&format!("settings/{kind}?module={name}"));
            add(&format!("{kind}/{name}.json"), kind, &reply);
            if kind == "layouts" {
                dependencies(name, &reply, &get, &mut add);
            }
            if kind != "custom_views" {
                continue;
            }
            for view in reply.to_json()["custom_views"].as_array().into_iter().flatten() {
                let id = view["id"].as_str().unwrap();
                let one = get(&format!("settings/custom_views/{id}?module={name}"));
                add(&format!("custom_views/{name}/{id}.json"), kind, &one);
                let count = get(&format!("{name}/actions/count?cvid={id}"));
                if count.status == 200 {
                    counts.insert(id.to_owned(), count.to_json());
                }
            }
        }
    }
    let profile = get("users?type=CurrentUser").to_json()["users"][0]["profile"]["id"].clone();
    let edition = get("org").to_json()["org"][0]["license_details"]["paid_type"].clone();
    let scopes: Option<Vec<String>> = known.map(|known| known.scopes.clone());
    let mut user = json!({ "profile_id": profile, "edition": edition });
    if let Some(scopes) = scopes {
        user["scopes"] = json!(scopes);
    }
    facts.add("counts.json", &Value::Object(counts).to_string()).unwrap();
    facts.add("user.json", &user.to_string()).unwrap();
    facts.add("overrides.toml", &overrides(&description)).unwrap();
    facts
}

/// Adds which options go with which, of all layouts of a module.
fn dependencies(
    name: &str,
    layouts: &Reply,
    get: &dyn Fn(&str) -> Reply,
    add: &mut dyn FnMut(&str, &str, &Reply),
) {
    let layouts = layouts.to_json();
    let all = layouts["layouts"].as_array().into_iter().flatten().flat_map(|layout| {
        let id = layout["id"].as_str().unwrap();
        let path = format!("settings/layouts/{id}/map_dependency");
        let list = get(&format!("{path}?module={name}")).to_json();
        // The options are in the answers about each one.
        let ids = list["map_dependency"].as_array().cloned().unwrap_or_default().into_iter();
        let whole = ids.map(move |listed| {
            let id = listed["id"].as_str().unwrap().to_owned();
            get(&format!("{path}/{id}?module={name}")).to_json()["map_dependency"][0].clone()
        });
        whole.collect::<Vec<_>>()
    });
    let mut reply = get("settings/modules");
    reply.body = json!({ "map_dependency": all.collect::<Value>() }).to_string().into_bytes();
    add(&format!("map_dependency/{name}.json"), "map_dependency", &reply);
}

fn overrides(description: &Description) -> String {
    let table = |module: &Module| {
        let fields = module.fields.iter().filter(|field| field.layout_rule);
        let names: Vec<_> = fields.map(|field| format!("{:?}", field.api_name)).collect();
        format!("[{}]\nlayout_rules = [{}]\n", module.api_name, names.join(", "))
    };
    description.modules.iter().map(table).collect()
}
