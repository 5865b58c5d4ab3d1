//! `massup apply`, `status` and `rollback` against the emulator, killed and resumed.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use massup_tests::held::Run as _;
use massup_tests::server::Server;
use massup_tests::session;
use serde_json::{Value, json};
use tempfile::TempDir;

const FIRST: u64 = 5_725_767_000_001_000_001;

/// Words that appear nowhere else, so that they can be searched for.
const SECRETS: [&str; 3] = ["1000.hush-refresh-ab1e", "hush-secret-ab1e", "1000.hush-grant-ab1e"];

const SCOPES: [&str; 4] =
    ["ZohoCRM.modules.ALL", "ZohoCRM.mass_update.UPDATE", "ZohoCRM.org.ALL", "ZohoCRM.users.ALL"];

/// An access token, for runs that begin more often than a refresh token gives new ones: ten times in ten minutes.
const ACCESS: &str = "1000.often";

/// An organisation of Leads without obstacles, and a folder with a plan for all of them.
struct Desk {
    folder: TempDir,
    records: u64,
}

impl Desk {
    fn new(records: u64) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), records };
        let cities = ["Agra", "Pune", "Delhi"];
        let record = |number: u64| {
            let city = cities[usize::try_from(number).unwrap() % cities.len()];
            json!({ "id": (FIRST + number).to_string(), "data": { "City": city } })
        };
        let [refresh, secret, grant] = SECRETS;
        let organisation = json!({
            "profiles": [{ "id": "1", "name": "Administrator" }],
            "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
            "clients": [{
                "client_id": "1000.CLIENT", "client_secret": secret, "refresh_token": refresh,
                "grant": grant, "user": "2",
                "scopes": SCOPES,
            }],
            "tokens": [{ "token": ACCESS, "user": "2", "scopes": SCOPES }],
            "modules": [{
                "api_name": "Leads",
                "fields": [{ "api_name": "City", "data_type": "text", "mass_update": true }],
                "records": (0..records).map(record).collect::<Vec<_>>(),
            }],
        });
        fs::write(desk.path("organisation.json"), organisation.to_string()).unwrap();
        let ids: String = (0..records).map(|number| format!("{}\n", FIRST + number)).collect();
        fs::write(desk.path("ids.txt"), ids).unwrap();
        let plan = ["plan", "--module", "Leads", "--set", "City=Chennai", "--ids", "ids.txt"];
        let planned = desk.massup(&plan).args(["-q", "-o", "leads.plan.jsonl"]).status().unwrap();
        assert!(planned.success());
        desk
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn massup(&self, arguments: &[&str]) -> Command {
        let [refresh, secret, _] = SECRETS;
        let mut command = Command::new(session::binary());
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .env("MASSUP_CLIENT_ID", "1000.CLIENT")
            .env("MASSUP_CLIENT_SECRET", secret)
            .env("MASSUP_REFRESH_TOKEN", refresh)
            .stdin(Stdio::null());
        command
    }

    fn serve(&self, more: &[&str]) -> Server {
        let data = self.path("crm.db");
        let organisation = self.path("organisation.json");
        let mut arguments = vec!["--data", data.to_str().unwrap()];
        if !data.exists() {
            arguments.extend(["--import", organisation.to_str().unwrap()]);
        }
        arguments.extend(more);
        Server::start(&arguments)
    }

    fn apply(&self, server: &Server) -> Command {
        let mut command =
            self.massup(&["apply", "leads.plan.jsonl", "--yes", "--base-url", &server.url]);
        command.args(["--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// As [`Desk::apply`], with an access token that is there already.
    fn apply_often(&self, server: &Server) -> Command {
        let mut command = self.apply(server);
        for variable in ["MASSUP_CLIENT_ID", "MASSUP_CLIENT_SECRET", "MASSUP_REFRESH_TOKEN"] {
            command.env_remove(variable);
        }
        command.env("MASSUP_ACCESS_TOKEN", ACCESS);
        command
    }

    /// How often records triggered automations, once for each update.
    fn updates(server: &Server) -> u64 {
        let (_, answer) = server.call("GET", "/__emulator/automations", "").unwrap();
        answer["count"].as_u64().unwrap()
    }
}

fn report(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{output:?}"))
}

/// A number that looks random and is the same in every run.
fn scattered(number: u64) -> u64 {
    let mixed = (number ^ (number >> 7)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed >> 40
}

#[test]
fn a_plan_is_run_verified_and_taken_back() {
    let desk = Desk::new(1_200);
    let server = desk.serve(&[]);
    let asked = desk.massup(&["apply", "leads.plan.jsonl", "--base-url", &server.url]).run();
    assert_eq!(
        asked.status.code(),
        Some(2),
        "without a terminal and without --yes nothing is sent"
    );
    let words = String::from_utf8_lossy(&asked.stderr);
    for loss in [
        "will not restore everything",
        "automations will run: their effects stay",
        "only the value of `City` is kept",
        "where `City` is empty now: it is not documented whether a mass update can clear a field",
        "`City` without metadata",
    ] {
        assert!(words.contains(loss), "{loss} is not in {words}");
    }
    assert!(!desk.path("leads.journal").exists());
    assert_eq!(Desk::updates(&server), 0);

    let run = desk.apply(&server).arg("--verify").run();
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let whole = report(&run);
    assert_eq!(whole["report"]["updated"], 1_200);
    assert_eq!(whole["verified"]["totals"]["matched"], 1_200);
    assert_eq!(Desk::updates(&server), 1_200);

    let again = desk.apply(&server).run();
    assert_eq!(
        (again.status.code(), Desk::updates(&server)),
        (Some(0), 1_200),
        "nothing is sent twice"
    );

    let status = desk.massup(&["status", "leads.plan.jsonl", "--done", "done.csv"]).run();
    assert_eq!(status.status.code(), Some(0));
    assert_eq!(fs::read_to_string(desk.path("done.csv")).unwrap().lines().count(), 1 + 1_200);

    let back = ["rollback", "leads.plan.jsonl", "--yes", "--base-url", &server.url];
    let back = desk.massup(&back).run();
    assert_eq!(back.status.code(), Some(0), "{back:?}");
    for number in [0, 1, 2, 1_199] {
        let path = format!("/crm/v8/Leads/{}", FIRST + number);
        let city = read(&server, &path, &token(&server));
        let before = ["Agra", "Pune", "Delhi"][usize::try_from(number).unwrap() % 3];
        assert_eq!(city["data"][0]["City"], before);
    }
}

/// A run that stopped early is not done, though nothing of it failed.
#[test]
fn a_stopped_run_says_what_is_left() {
    let desk = Desk::new(1_200);
    let server = desk.serve(&[]);
    // One credit for the call, five for reading the values of its records.
    let run = desk.apply(&server).args(["--concurrency", "1", "--max-credits", "8"]).run();
    let whole = report(&run);
    let left = whole["ahead"]["calls"].as_u64().unwrap();
    assert!((1..3).contains(&left), "{whole}");
    let status =
        |format: &str| desk.massup(&["status", "leads.plan.jsonl", "--format", format]).run();
    let said = status("human");
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains(" not sent yet: run `massup apply` again to go on"), "{said}");
    let said = String::from_utf8_lossy(&status("markdown").stdout).into_owned();
    assert!(said.contains(&format!("| not sent yet | {left} |")), "{said}");

    let rest = desk.apply(&server).run();
    assert_eq!(rest.status.code(), Some(0), "{rest:?}");
    assert_eq!(report(&rest)["ahead"], serde_json::json!({ "calls": 0, "reads": 0 }));
    assert_eq!(status("human").status.code(), Some(0));
}

fn token(server: &Server) -> String {
    let [refresh, secret, _] = SECRETS;
    let path = format!(
        "/oauth/v2/token?grant_type=refresh_token&client_id=1000.CLIENT&client_secret={secret}&refresh_token={refresh}"
    );
    let (_, answer) = server.call("POST", &path, "").unwrap();
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn read(server: &Server, path: &str, token: &str) -> Value {
    let url = format!("{}{path}", server.url);
    let header = format!("Authorization: Zoho-oauthtoken {token}");
    let output = Command::new("curl").args(["-s", "-H", &header, &url]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Both processes are killed at moments all over a run. `MASSUP_KILLS` says how often.
#[test]
fn a_run_that_is_killed_ends_as_one_that_is_not() {
    let kills: u64 =
        std::env::var("MASSUP_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(6);
    let desk = Desk::new(6_000);
    let mut server = desk.serve(&["--latency", "40"]);
    for kill in 0..kills {
        let mut run =
            desk.apply_often(&server).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150 + scattered(kill) % 900));
        if kill % 3 == 2 {
            server.kill();
            run.kill().unwrap();
            run.wait().unwrap();
            server = desk.serve(&["--latency", "40"]);
        } else {
            run.kill().unwrap();
            run.wait().unwrap();
        }
    }
    let last = desk.apply_often(&server).arg("--verify").run();
    let whole = report(&last);
    let (updated, in_doubt) = (&whole["report"]["updated"], &whole["report"]["in_doubt"]);
    let (updated, in_doubt) = (updated.as_u64().unwrap(), in_doubt.as_u64().unwrap());
    assert_eq!(updated + in_doubt, desk.records, "{whole}");
    assert_eq!(whole["verified"]["totals"]["differs"], 0, "{whole}");
    let times = Desk::updates(&server);
    assert!(times >= updated && times <= updated + in_doubt, "{times} updates, {whole}");
}

/// The journal cannot grow beyond a limit: every update that was sent is in it, and the next run goes on.
#[test]
fn a_run_that_meets_a_full_disk_goes_on_when_there_is_space() {
    let desk = Desk::new(3_000);
    let server = desk.serve(&["--latency", "100"]);
    let mut updates = Vec::new();
    for kib in [60, 120, 200, 300] {
        // A write beyond the limit fails, as on a full disk; the signal would end the process.
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
        let apply = desk.apply_often(&server);
        let mut limited = Command::new("bash");
        limited.args(["-c", &script, "limited"]).arg(apply.get_program()).args(apply.get_args());
        for (name, value) in apply.get_envs() {
            match value {
                Some(value) => limited.env(name, value),
                None => limited.env_remove(name),
            };
        }
        let output = limited.current_dir(desk.folder.path()).stdin(Stdio::null()).output().unwrap();
        if output.status.code() != Some(3) {
            break;
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("no further call was sent"), "{said}");
        assert!(said.contains("run the command again"), "{said}");
        updates.push(Desk::updates(&server));
    }
    assert!(updates.first().is_some_and(|sent| *sent < 3_000), "{updates:?}");
    let last = desk.apply_often(&server).arg("--verify").run();
    let whole = report(&last);
    assert_eq!(last.status.code(), Some(0), "{whole}");
    assert_eq!(whole["verified"]["totals"]["matched"], 3_000, "{whole}");
    assert_eq!(Desk::updates(&server), 3_000, "no record is updated twice");
}

#[test]
fn no_secret_is_in_any_output_or_file_of_a_run() {
    let desk = Desk::new(600);
    let server = desk.serve(&["--invalid-tokens", "1", "--errors-before", "2"]);
    let mut texts = Vec::new();
    for format in ["human", "json", "jsonl"] {
        let arguments = ["apply", "leads.plan.jsonl", "--yes", "--verify", "--format", format];
        let output = desk.massup(&arguments).args(["--base-url", &server.url]).run();
        texts.extend([output.stdout, output.stderr]);
    }
    let back = ["rollback", "leads.plan.jsonl", "--yes", "--base-url", &server.url];
    let output = desk.massup(&back).run();
    texts.extend([output.stdout, output.stderr]);
    let token = token(&server);
    for entry in fs::read_dir(desk.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // The organisation itself and what the server keeps are not massup's.
        if path.is_file() && name != "organisation.json" && !name.starts_with("crm.db") {
            texts.push(fs::read(&path).unwrap());
            assert_private(&path);
        }
    }
    for text in texts {
        let text = String::from_utf8_lossy(&text);
        for secret in SECRETS.iter().copied().chain([token.as_str()]) {
            assert!(!text.contains(secret), "a secret is in: {text}");
        }
    }
}

/// Files with values of records are readable by their owner alone.
fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let name = path.to_string_lossy();
    if name.ends_with(".journal") || name.contains("rollback") {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o077, 0, "{name}");
    }
}

/// The plans that take a signed plan back are made by that run: its key need not sign them.
#[test]
fn a_signed_plan_is_taken_back_where_signatures_are_required() {
    let desk = Desk::new(5);
    let keys = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let mut key = tempfile::NamedTempFile::new_in(desk.folder.path()).unwrap();
    std::io::Write::write_all(&mut key, keys.sk.to_box(None).unwrap().to_string().as_bytes())
        .unwrap();
    let plan = ["plan", "--module", "Leads", "--set", "City=Salem", "--ids", "ids.txt", "--sign"];
    let planned =
        desk.massup(&plan).arg(key.path()).args(["-q", "-o", "leads.plan.jsonl"]).status();
    assert!(planned.unwrap().success());
    let settings = format!("require_signature = [\"{}\"]\n", keys.pk.to_base64());
    fs::write(desk.path("massup.toml"), settings).unwrap();
    let server = desk.serve(&[]);
    let output = desk.apply(&server).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let back = ["rollback", "leads.plan.jsonl", "--yes", "--base-url", &server.url];
    let output = desk.massup(&back).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
