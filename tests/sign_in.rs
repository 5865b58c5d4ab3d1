//! `massup login`, `whoami` and `logout` against the emulator.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use massup_tests::held::{Run as _, hold};
use massup_tests::server::Server;
use massup_tests::session;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pull::{files, text};

/// Words that appear nowhere else, so that they can be searched for.
const SECRETS: [&str; 3] =
    ["1000.hush-refresh-7e57", "hush-client-secret-7e57", "1000.hush-grant-7e57"];
const CLIENT_ID: &str = "1000.CLIENT7E57";

/// A server whose only client has the secrets, and a folder to work in.
struct Desk {
    server: Server,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [refresh, secret, grant] = SECRETS;
        let scopes = [
            "ZohoCRM.settings.ALL",
            "ZohoCRM.users.ALL",
            "ZohoCRM.org.ALL",
            "ZohoCRM.modules.ALL",
            "ZohoSearch.securesearch.READ",
        ];
        let description = json!({
            "profiles": [{ "id": "1", "name": "Administrator" }],
            "users": [{ "id": "2", "name": "Patricia Boyle", "profile": "1" }],
            "clients": [{
                "client_id": CLIENT_ID, "client_secret": secret, "refresh_token": refresh, "grant": grant,
                "user": "2", "scopes": scopes,
            }],
            "modules": [{
                "api_name": "Leads",
                "fields": [{ "api_name": "City", "data_type": "text", "mass_update": true }],
                "records": [{ "id": "9", "data": {} }],
            }],
        });
        let organisation = folder.path().join("organisation.json");
        fs::write(&organisation, description.to_string()).unwrap();
        let server = Server::start(&["--import", organisation.to_str().unwrap()]);
        fs::remove_file(organisation).unwrap();
        Self { server, folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(session::binary());
        command
            .env_clear()
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .current_dir(self.folder.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).run()
    }

    /// Runs `massup login` with a client file on standard input.
    fn login(&self, client: &Value) -> Output {
        let arguments = ["login", "--base-url", &self.server.url, "--client", "-"];
        let mut process = self
            .command(&arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(client.to_string().as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        hold(&arguments.map(str::to_owned), &output.stdout);
        output
    }

    fn stored(&self) -> PathBuf {
        self.folder.path().join("config/massup/credentials.json")
    }
}

fn client() -> Value {
    let [_, secret, grant] = SECRETS;
    json!({
        "client_id": CLIENT_ID, "client_secret": secret, "code": grant,
        "scope": ["ZohoCRM.org.READ"], "grant_type": "authorization_code", "expiry_time": 1,
    })
}

/// What the process wrote; no secret is in it.
#[track_caller]
fn said(output: &Output) -> String {
    let said = text(&output.stdout) + &text(&output.stderr);
    for secret in SECRETS {
        assert!(!said.contains(secret), "a secret is shown: {said}");
    }
    assert!(!said.contains("1000.0") && !said.contains("1000.f"), "an access token: {said}");
    said
}

/// Asserts that secrets are in no file but the one of the login.
#[track_caller]
fn no_secret_in(folder: &Path, but: &Path) {
    for (path, content) in files(folder) {
        if path != but {
            for secret in SECRETS.iter().chain(&[CLIENT_ID]) {
                assert!(!content.contains(secret), "{} has a secret", path.display());
            }
        }
    }
}

#[test]
fn a_login_is_stored_used_and_revoked() {
    let desk = Desk::new();
    let output = desk.login(&client());
    let shown = said(&output);
    assert!(output.status.success() && shown.contains("Patricia Boyle"), "{shown}");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&desk.stored()), mode(desk.stored().parent().unwrap())), (0o600, 0o700));
    assert!(fs::read_to_string(desk.stored()).unwrap().contains(SECRETS[0]));

    // Nothing tells where the API is: the login does.
    let output = desk.run(&["pull"]);
    let shown = said(&output);
    assert!(output.status.success(), "{shown}");
    assert!(desk.folder.path().join(".massup/snapshot/fields/Leads.json").exists());

    let user = desk.folder.path().join(".massup/snapshot/user.json");
    fs::remove_file(&user).unwrap();
    let output = desk.run(&["whoami", "--format", "json"]);
    said(&output);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told.pointer("/user/name"), Some(&json!("Patricia Boyle")));
    assert_eq!(told.pointer("/credentials"), Some(&json!("login")));
    assert_eq!(told.pointer("/scopes/0"), Some(&json!("ZohoCRM.settings.ALL")));
    let filled: Value = serde_json::from_str(&fs::read_to_string(&user).unwrap()).unwrap();
    assert_eq!((&filled["profile_id"], &filled["scopes"]), (&json!("1"), &told["scopes"]));

    no_secret_in(desk.folder.path(), &desk.stored());
    let calls = desk.server.call("GET", "/__emulator/calls", "").unwrap().1.to_string();
    assert!(SECRETS.iter().all(|secret| !calls.contains(secret)));

    let output = desk.run(&["logout"]);
    assert!(output.status.success() && said(&output).contains("revoked"), "{}", said(&output));
    assert!(!desk.stored().exists());
    let output = desk.run(&["whoami", "--base-url", &desk.server.url]);
    assert!(output.status.code() == Some(2) && said(&output).contains("massup login"));
    // The token is revoked at the server too.
    let [refresh, secret, _] = SECRETS;
    let old = [
        ("MASSUP_CLIENT_ID", CLIENT_ID),
        ("MASSUP_CLIENT_SECRET", secret),
        ("MASSUP_REFRESH_TOKEN", refresh),
    ];
    let mut whoami = desk.command(&["whoami", "--base-url", &desk.server.url]);
    let output = whoami.envs(old).run();
    assert!(output.status.code() == Some(3) && said(&output).contains("invalid_code"));
}

/// The server issues ten access tokens in ten minutes; commands share one.
#[test]
fn many_commands_need_one_access_token() {
    let desk = Desk::new();
    assert!(desk.login(&client()).status.success());
    let kept = desk.stored().with_file_name("access-tokens.json");
    for _ in 0..14 {
        let output = desk.run(&["whoami"]);
        assert!(output.status.success(), "{}", said(&output));
    }
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    let content = fs::read_to_string(&kept).unwrap();
    assert!(SECRETS.iter().all(|secret| !content.contains(secret)), "{content}");
    let tokens = |content: &str| serde_json::from_str::<Value>(content).unwrap();
    let token = tokens(&content)[0]["access_token"].as_str().unwrap().to_owned();

    // A kept token that the server does not take any more is replaced.
    desk.server.call("POST", "/__emulator/tokens/expire", "").unwrap();
    let output = desk.run(&["whoami"]);
    assert!(output.status.success() && !said(&output).contains(&token), "{}", said(&output));
    let renewed = fs::read_to_string(&kept).unwrap();
    assert_ne!(tokens(&renewed)[0]["access_token"], json!(token));

    // What cannot be used is not used: a file of somebody else, one that others can read, an old token.
    let ours = tokens(&renewed);
    let mut old = ours.clone();
    old[0]["expires"] = json!(7);
    let mut other = ours.clone();
    other[0]["login"] = json!("another");
    other[0]["access_token"] = json!("1000.theirs");
    for content in ["{".to_owned(), old.to_string(), other.to_string()] {
        fs::write(&kept, content).unwrap();
        let output = desk.run(&["whoami"]);
        assert!(output.status.success(), "{}", said(&output));
    }
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(desk.run(&["whoami"]).status.success());
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);

    assert!(desk.run(&["logout"]).status.success());
    assert!(!kept.exists());
}

#[test]
fn a_refused_code_names_the_data_centre_first_and_stores_nothing() {
    let desk = Desk::new();
    let mut wrong = client();
    wrong["code"] = json!("1000.hush-grant-7e57-of-yesterday");
    let output = desk.login(&wrong);
    let shown = said(&output);
    assert_eq!(output.status.code(), Some(3), "{shown}");
    let place = |word: &str| shown.find(word).unwrap_or_else(|| panic!("{word}: {shown}"));
    assert!(place("data centre") < place("wrong, expired or revoked"), "{shown}");
    assert!(shown.contains("--dc") && !desk.stored().exists());

    for broken in [
        json!({ "client_id": 7 }),
        json!([7]),
        json!({ "code": "a\nb", "client_id": "x", "client_secret": "y" }),
    ] {
        let output = desk.login(&broken);
        assert_eq!(output.status.code(), Some(3), "{broken}: {}", said(&output));
    }
    // Nobody can be asked for what is missing.
    for (key, variable) in [
        ("client_id", "MASSUP_CLIENT_ID"),
        ("client_secret", "MASSUP_CLIENT_SECRET"),
        ("code", "MASSUP_GRANT_CODE"),
    ] {
        let mut partial = client();
        partial.as_object_mut().unwrap().remove(key);
        let output = desk.login(&partial);
        assert!(output.status.code() == Some(2) && said(&output).contains(variable), "{key}");
    }
}

#[test]
fn a_device_signs_in_once_its_code_is_entered() {
    let desk = Desk::new();
    let mut process = desk
        .command(&["login", "--device", "--base-url", &desk.server.url, "--quiet"])
        .env("MASSUP_CLIENT_ID", CLIENT_ID)
        .env("MASSUP_CLIENT_SECRET", SECRETS[1])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut err = std::io::BufReader::new(process.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut err, &mut line).unwrap();
    let page = line.trim().strip_prefix("open ").unwrap().to_owned();
    let path = page.strip_prefix(&desk.server.url).unwrap();
    assert_eq!(desk.server.call("GET", path, "").unwrap().0, 200);
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{}", said(&output));
    let output = desk.run(&["whoami"]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_stored_token_goes_nowhere_else() {
    let desk = Desk::new();
    assert!(desk.login(&client()).status.success());
    // Another server on this machine hears nothing.
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    stranger.set_nonblocking(true).unwrap();
    let url = format!("http://{}", stranger.local_addr().unwrap());
    for place in [["--base-url", &url], ["--accounts-url", &url], ["--dc", "eu"]] {
        let output = desk.run(&["whoami", place[0], place[1]]);
        let shown = said(&output);
        assert!(
            output.status.code() == Some(2) && shown.contains("no login is stored for"),
            "{shown}"
        );
    }
    assert!(stranger.accept().is_err(), "a call went out");
}

#[test]
fn logins_at_two_servers_do_not_replace_each_other() {
    let (desk, other) = (Desk::new(), Desk::new());
    assert!(desk.login(&client()).status.success());
    let second = ["login", "--base-url", &other.server.url, "--client", "-"];
    let mut process = desk
        .command(&second)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(client().to_string().as_bytes()).unwrap();
    assert!(process.wait().unwrap().success());

    let accounts = |arguments: &[&str]| {
        let output = desk.run(&[&["whoami", "--format", "json"], arguments].concat());
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        told["accounts"].as_str().unwrap().to_owned()
    };
    assert_eq!(accounts(&[]), other.server.url, "the newest login is used");
    assert_eq!(accounts(&["--base-url", &desk.server.url]), desk.server.url);
    let output = desk.run(&["logout", "--base-url", &other.server.url]);
    assert!(output.status.success() && said(&output).contains(&other.server.url));
    assert_eq!(accounts(&[]), desk.server.url);
    assert!(desk.run(&["logout"]).status.success() && !desk.stored().exists());
}

#[test]
fn a_login_that_others_can_read_or_that_is_a_link_is_refused() {
    let desk = Desk::new();
    assert!(desk.login(&client()).status.success());
    let stored = desk.stored();
    fs::set_permissions(&stored, fs::Permissions::from_mode(0o640)).unwrap();
    let output = desk.run(&["whoami"]);
    assert!(output.status.code() == Some(3) && said(&output).contains("chmod 600"));
    fs::set_permissions(&stored, fs::Permissions::from_mode(0o600)).unwrap();

    let moved = desk.folder.path().join("elsewhere.json");
    fs::rename(&stored, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &stored).unwrap();
    let output = desk.run(&["whoami"]);
    assert!(output.status.code() == Some(3) && said(&output).contains("link"));
    fs::remove_file(&stored).unwrap();

    for damaged in ["", "{}", "{\"format\": 2}", "1000.hush-refresh-7e57"] {
        fs::write(&stored, damaged).unwrap();
        fs::set_permissions(&stored, fs::Permissions::from_mode(0o600)).unwrap();
        let output = desk.run(&["whoami"]);
        assert!(output.status.code() == Some(3) && said(&output).contains("massup login"));
    }
}

#[test]
fn a_logout_without_the_server_keeps_the_login_unless_asked() {
    let desk = Desk::new();
    assert!(desk.login(&client()).status.success());
    let Desk { server, folder } = desk;
    server.kill();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(session::binary());
        command.env_clear().env("XDG_CONFIG_HOME", folder.path().join("config")).args(arguments);
        command.run()
    };
    let output = run(&["logout"]);
    assert!(output.status.code() == Some(3) && said(&output).contains("--offline"));
    let output = run(&["logout", "--offline"]);
    assert!(output.status.success() && said(&output).contains("not revoked"));
    assert!(!folder.path().join("config/massup/credentials.json").exists());
}
