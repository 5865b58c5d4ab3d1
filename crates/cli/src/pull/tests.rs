use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use massup_emulator::{Emulator, Request, seed};
use massup_transport::http::TooLong;
use massup_transport::{Call, Failure, InMemory, Response, Transport};
use proptest::prelude::*;

use super::pages::{MAX_ENTRIES, MAX_PAGES};
use super::*;

/// The emulator, or an answer of the test in its place.
struct Fake<F> {
    answer: F,
    calls: Mutex<Vec<String>>,
}

impl<F: Fn(&str) -> Option<Response>> Transport for Fake<F> {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let query = call.query().map_or_else(String::new, |query| format!("?{query}"));
        let url = format!("{}{query}", call.path());
        self.calls.lock().unwrap().push(url.clone());
        Ok((self.answer)(&url).unwrap_or_else(|| {
            let request = Request::new("GET", &url).with_token(seed::DEMO_TOKEN);
            let reply = EMULATOR.handle(&request);
            Response::new(reply.status, reply.body)
        }))
    }
}

impl<F: Fn(&str) -> Option<Response>> Authorized for Fake<F> {
    fn scopes(&self) -> Option<Vec<String>> {
        None
    }

    fn domain(&self) -> String {
        "http://localhost".to_owned()
    }
}

impl Authorized for InMemory {
    fn scopes(&self) -> Option<Vec<String>> {
        None
    }

    fn domain(&self) -> String {
        "http://localhost".to_owned()
    }
}

/// Two modules of the seed with two views each, and no records.
static EMULATOR: LazyLock<Emulator> = LazyLock::new(|| {
    let mut organisation = seed::organisation();
    organisation.modules.retain(|module| ["Leads", "Deals"].contains(&module.api_name.as_str()));
    for module in &mut organisation.modules {
        module.records.clear();
        module.views.truncate(2);
    }
    Emulator::of(&organisation).unwrap()
});

fn client<F: Fn(&str) -> Option<Response>>(answer: F) -> Client<Fake<F>> {
    let fake = Fake { answer, calls: Mutex::default() };
    Client::new(fake, ApiVersion::LATEST, true).with_sleep(|_: Duration| {})
}

fn pull<S: Authorized>(client: &Client<S>, folder: &Path) -> Result<Result<Taken, String>> {
    take(client, ApiVersion::LATEST, folder, &[], true)
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    let body = json!({ "code": code, "details": {}, "message": message, "status": "error" });
    Response::new(status, body.to_string())
}

fn read(folder: &Path, file: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The calls of a pull, as URLs.
static CALLS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let (client, folder) = (client(|_| None), tempfile::tempdir().unwrap());
    let taken = pull(&client, &folder.path().join("snapshot")).unwrap().unwrap();
    // The emulator names no scopes here; nothing else is refused.
    assert_eq!(taken.left_out.lines().count(), 1);
    client.session().calls.lock().unwrap().clone()
});

#[test]
fn a_pull_without_modules_reads_all_that_take_mass_updates() {
    let calls = &*CALLS;
    for part in ["settings/fields?module=Leads", "settings/fields?module=Deals", "/org"] {
        assert!(calls.iter().any(|call| call.ends_with(part)), "{part}: {calls:?}");
    }
    assert!(calls.iter().any(|call| call.ends_with("modules?feature_name=mass_update")));
}

#[test]
fn the_documented_modules_are_read_where_the_api_does_not_filter() {
    let client = client(|url| {
        url.contains("feature_name").then(|| refusal(400, "INVALID_DATA", "invalid data"))
    });
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    pull(&client, &snapshot).unwrap().unwrap();
    let mut modules = read(&snapshot, "snapshot.json")["modules"].as_array().unwrap().clone();
    modules.sort_by_key(Value::to_string);
    assert_eq!(modules, ["Deals", "Leads"]);
}

/// The answers that refuse one call and say nothing about the others.
fn refusals() -> impl Strategy<Value = (u16, &'static str, &'static str)> {
    prop::sample::select(vec![
        (400, "FEATURE_NOT_ENABLED", "Territory Management is not enabled"),
        (400, "INVALID_DATA", "The layout is deactivated"),
        (400, "INVALID_DATA", "the id given seems to be invalid"),
        (400, "LIMIT_REACHED", "limit reached"),
        (400, "INVALID_MODULE", "the module name given seems to be invalid"),
        (401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"),
        (403, "NO_PERMISSION", "permission denied"),
        (404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"),
        (500, "INTERNAL_ERROR", "Internal Server Error"),
        (400, "A_CODE_THAT_NOBODY_KNOWS", ""),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever calls are refused, whatever with: the rest is written, and what is missing is reported.
    #[test]
    fn a_refused_call_leaves_its_item_unknown_and_nothing_else(
        chosen in prop::collection::btree_set(0..CALLS.len(), 1..4),
        (status, code, message) in refusals(),
    ) {
        let all = &*CALLS;
        let refused: BTreeSet<&str> = chosen.iter().map(|at| all[*at].as_str()).collect();
        let client = client(|url| refused.contains(url).then(|| refusal(status, code, message)));
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("snapshot");
        let taken = pull(&client, &snapshot).unwrap().unwrap();

        let about = read(&snapshot, "snapshot.json");
        prop_assert!(about["taken_at"].is_string());
        let whole = massup_project::snapshot::read(&snapshot).unwrap();
        prop_assert!(whole.faults.is_empty(), "{:?}", whole.faults);
        for file in &taken.files {
            prop_assert!(snapshot.join(file).is_file(), "{file}");
        }
        // The filter has a fallback, and territories that are off are none.
        let silent = |url: &&&str| {
            url.contains("feature_name")
                || (url.ends_with("settings/territories") && code == "FEATURE_NOT_ENABLED")
        };
        let reported = taken.left_out.lines().filter(|line| line.contains(code)).count();
        prop_assert_eq!(reported > 0, refused.iter().any(|url| !silent(&url)));

        // What another call brought is there.
        let views = all.iter().filter(|url| url.contains("/custom_views/") && !refused.contains(url.as_str()));
        let lists_known = !refused.iter().any(|url| url.contains("settings/custom_views?"));
        for url in views.filter(|_| lists_known) {
            let (path, module) = url.split_once("?module=").unwrap();
            let id = path.rsplit('/').next().unwrap();
            let file = format!("custom_views/{module}/{id}.json");
            prop_assert!(snapshot.join(&file).is_file(), "{file}");
        }
    }
}

#[test]
fn each_refused_call_alone_gives_a_snapshot() {
    for url in &*CALLS {
        let client =
            client(|asked| (asked == url.as_str()).then(|| refusal(400, "INVALID_DATA", "no")));
        let folder = tempfile::tempdir().unwrap();
        let taken = pull(&client, &folder.path().join("snapshot"));
        let taken = taken.unwrap_or_else(|error| panic!("{url}: {error:#}")).unwrap();
        assert!(taken.files.iter().any(|file| file == "snapshot.json"), "{url}");
    }
}

#[test]
fn what_is_refused_now_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    pull(&client(|_| None), &snapshot).unwrap().unwrap();
    let counts = read(&snapshot, "counts.json");
    let (view, _) = counts.as_object().unwrap().iter().next().unwrap();
    let is_of_view = |url: &str| url.contains(&format!("cvid={view}"));
    let client = client(|url| {
        let fields = url.contains("fields?module=Leads");
        (fields || is_of_view(url)).then(|| refusal(400, "LIMIT_REACHED", ""))
    });
    pull(&client, &snapshot).unwrap().unwrap();
    assert!(!snapshot.join("fields/Leads.json").exists());
    assert!(snapshot.join("fields/Deals.json").exists());
    let left = read(&snapshot, "counts.json");
    assert!(left.get(view).is_none(), "{left}");
    assert_eq!(left.as_object().unwrap().len() + 1, counts.as_object().unwrap().len());
}

#[test]
fn scopes_written_by_hand_are_kept_for_the_same_user_only() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    pull(&client(|_| None), &snapshot).unwrap().unwrap();
    let user = snapshot.join("user.json");
    let mut known = read(&snapshot, "user.json");
    known["scopes"] = json!(["ZohoCRM.modules.ALL"]);
    std::fs::write(&user, known.to_string()).unwrap();
    pull(&client(|_| None), &snapshot).unwrap().unwrap();
    assert_eq!(read(&snapshot, "user.json"), known);
    known["user_id"] = json!("77");
    std::fs::write(&user, known.to_string()).unwrap();
    pull(&client(|_| None), &snapshot).unwrap().unwrap();
    assert!(read(&snapshot, "user.json").get("scopes").is_none());
}

#[test]
fn territories_that_are_not_enabled_are_none() {
    let client = client(|url| {
        let message = "Territory Management is not enabled";
        url.ends_with("territories").then(|| refusal(400, "FEATURE_NOT_ENABLED", message))
    });
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    pull(&client, &snapshot).unwrap().unwrap();
    let facts = massup_project::snapshot::read(&snapshot).unwrap().facts;
    assert_eq!(facts.territories.as_deref(), Some(&[][..]));
}

#[test]
fn dependencies_are_read_in_pages_and_one_by_one_where_the_list_lacks_their_options() {
    let side = |name: &str| json!({ "api_name": name });
    let list = |id: &str, more: bool| {
        let one = json!({ "id": id, "parent": side("Country"), "child": side("State") });
        let info = json!({ "more_records": more });
        Response::new(200, json!({ "map_dependency": [one], "info": info }).to_string())
    };
    let client = client(|url| {
        let (_, rest) = url.split_once("/map_dependency")?;
        let leads = url.contains("module=Leads");
        Some(match rest.split('?').next()? {
            _ if !leads => Response::new(204, ""),
            "" if url.contains("page=2") => list("78", false),
            "" => list("77", true),
            "/77" => {
                let options =
                    json!([{ "actual_value": "India", "maps": [{ "actual_value": "Goa" }] }]);
                let one = json!({ "id": "77", "parent": side("Country"), "child": side("State"), "pick_list_values": options });
                Response::new(200, json!({ "map_dependency": [one] }).to_string())
            }
            _ => refusal(400, "INVALID_DATA", "the id given seems to be invalid"),
        })
    });
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot");
    let taken = pull(&client, &snapshot).unwrap().unwrap();
    assert!(taken.left_out.lines().any(|line| line.contains("map_dependency/Leads.json (78")));
    let facts = massup_project::snapshot::read(&snapshot).unwrap().facts;
    let known = &facts.dependencies["Leads"];
    let of_country = known.iter().find(|one| one.parent == "Country").unwrap();
    assert!(of_country.pairs["India"].contains("Goa"));
}

#[test]
fn what_refuses_every_call_ends_the_run_and_names_the_data_centre() {
    for (status, code) in
        [(401, "INVALID_TOKEN"), (400, "INVALID_HOST"), (429, "TOO_MANY_REQUESTS")]
    {
        let client = client(|_| Some(refusal(status, code, "no")));
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("snapshot");
        let Err(error) = pull(&client, &snapshot) else { panic!("{code} is not fatal") };
        let said = format!("{error:#}");
        assert!(said.contains(code), "{said}");
        assert_eq!(said.contains("--dc"), code != "TOO_MANY_REQUESTS", "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        let Err(_) = pull(&client, &folder.path().join("made/for/it")) else { panic!() };
        assert!(!folder.path().join("made/for").exists());
    }
    // An address that is not an API's.
    let client = client(|_| Some(Response::new(200, "<html>")));
    let folder = tempfile::tempdir().unwrap();
    assert!(pull(&client, &folder.path().join("snapshot")).is_err());
}

#[test]
fn a_server_that_cannot_be_reached_is_tried_three_times() {
    let client = Client::new(InMemory::scripted([]), ApiVersion::LATEST, true).with_sleep(|_| {});
    let folder = tempfile::tempdir().unwrap();
    assert!(pull(&client, &folder.path().join("snapshot")).is_err());
    assert_eq!(client.session().calls().len(), 3);
}

/// What is cut off once would be cut off again, and a call that only reads carries nothing out.
#[test]
fn an_answer_that_is_too_long_is_asked_for_once() {
    let session = InMemory::scripted([Err(Failure::InDoubt(Box::new(TooLong(9))))]);
    let client = Client::new(session, ApiVersion::LATEST, true).with_sleep(|_| {});
    let folder = tempfile::tempdir().unwrap();
    let Err(error) = pull(&client, &folder.path().join("snapshot")) else { panic!("it is fatal") };
    assert_eq!(client.session().calls().len(), 1);
    let said = format!("{error:#}");
    assert!(said.contains("longer than 9 bytes") && !said.contains("carried out"), "{said}");
}

#[test]
fn no_id_of_the_server_becomes_a_path() {
    for id in ["../../../evil", "/etc/evil", "..", "1/2", "1\n", "", "-1", "１"] {
        let client = client(|url| {
            let list =
                |root: &str| Some(Response::new(200, json!({ root: [{ "id": id }] }).to_string()));
            match url {
                _ if url.contains("settings/custom_views?") => list("custom_views"),
                _ if url.contains("settings/layouts?") => list("layouts"),
                _ if url.ends_with("settings/modules") => None,
                _ if url.contains("feature_name") => {
                    let names = json!({ "modules": [{ "api_name": id }, { "api_name": "Leads" }] });
                    Some(Response::new(200, names.to_string()))
                }
                _ => None,
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let taken = pull(&client, &folder.path().join("a/b/snapshot")).unwrap().unwrap();
        let plain =
            |file: &String| file.split('/').all(|part| part.len() > 3 && !part.starts_with('.'));
        assert!(taken.files.iter().all(plain), "{:?}", taken.files);
        assert!(!taken.files.iter().any(|file| file.starts_with("custom_views/Leads/")));
        let calls = client.session().calls.lock().unwrap();
        assert!(calls.iter().all(|url| !url.contains("evil") && !url.contains("..")), "{calls:?}");
    }
}

#[test]
fn a_module_that_the_organisation_lacks_is_named_with_the_one_that_is_meant() {
    for (name, meant) in [("leads", "Leads"), ("Lead", "Leads"), ("Potentials", "Deals")] {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("snapshot");
        let client = client(|url| {
            url.ends_with("settings/modules").then(|| {
                let deals = json!({ "api_name": "Deals", "module_name": "Potentials" });
                Response::new(
                    200,
                    json!({ "modules": [{ "api_name": "Leads" }, deals] }).to_string(),
                )
            })
        });
        let asked = [name.to_owned()];
        let taken = take(&client, ApiVersion::LATEST, &snapshot, &asked, true).unwrap();
        let Err(said) = taken else { panic!("{name} is a module") };
        assert!(said.contains(&format!("did you mean `{meant}`")), "{said}");
        assert!(!snapshot.exists());
    }
}

#[test]
fn a_list_without_end_is_left_unknown() {
    for (entries, said) in [(1, "more than 500 pages"), (1_500, "more than 20000 entries")] {
        let client = client(|url| {
            url.contains("settings/custom_views?module=Leads").then(|| {
                let views = vec![json!({ "id": "1" }); entries];
                let info = json!({ "more_records": true });
                Response::new(200, json!({ "custom_views": views, "info": info }).to_string())
            })
        });
        let folder = tempfile::tempdir().unwrap();
        let taken = pull(&client, &folder.path().join("snapshot")).unwrap().unwrap();
        assert!(taken.left_out.lines().any(|line| line.contains(said)), "{said}");
        let calls = client.session().calls.lock().unwrap();
        let pages = calls.iter().filter(|url| url.contains("custom_views?module=Leads")).count();
        assert!(pages <= MAX_PAGES.min(MAX_ENTRIES / entries + 1), "{pages}");
    }
}
