//! Plans that are signed, and runs that require it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use massup_tests::held::Run as _;
use massup_tests::session::binary;
use minisign::KeyPair;
use sha2::{Digest as _, Sha256};

const PASSPHRASE: &str = "correct horse";

/// A folder with a signed plan and two pairs of keys.
struct Team {
    folder: tempfile::TempDir,
}

impl Team {
    fn new() -> Self {
        let team = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["anna", "ben"] {
            let keys = KeyPair::generate_unencrypted_keypair().unwrap();
            team.private(&format!("{name}.key"), &keys.sk.to_box(None).unwrap().to_string());
            let public = keys.pk.to_box().unwrap().to_string();
            fs::write(team.path(&format!("{name}.pub")), public).unwrap();
        }
        fs::write(team.path("ids.txt"), "554023000000497007\n554023000000497008\n").unwrap();
        let made = team.plan("anna.key");
        assert!(made.status.success(), "{made:?}");
        team
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn private(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    fn massup(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("MASSUP_SIGNING_PASSPHRASE").stdin(std::process::Stdio::null());
        command
    }

    fn plan(&self, key: &str) -> Output {
        let change = ["plan", "--module", "Leads", "--set", "City=Chennai", "--ids", "ids.txt"];
        let mut command = self.massup(&change);
        command.args(["-o", "a.plan.jsonl", "--sign", key]).run()
    }

    /// What a dry run says with these keys: its exit code and its output.
    fn dry_run(&self, keys: &[&str]) -> (Option<i32>, String) {
        let mut command = self.massup(&["apply", "a.plan.jsonl", "--dry-run"]);
        for key in keys {
            command.args(["--require-signature", key]);
        }
        said(&command.run())
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Edits a plan and puts the right digest into its last line, as somebody who knows the format would.
fn edit(plan: &Path) {
    let edited = fs::read_to_string(plan).unwrap().replace("Chennai", "Bergen!");
    let until = edited.len() - 64 - "\"}\n".len();
    let (kept, _) = edited.split_at(until);
    let digest = Sha256::digest(kept.as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(plan, format!("{kept}{digits}\"}}\n")).unwrap();
}

#[test]
fn a_signed_plan_runs_by_one_of_the_trusted_keys() {
    let team = Team::new();
    for keys in [&["anna.pub"][..], &["ben.pub", "anna.pub"]] {
        let (code, text) = team.dry_run(keys);
        assert_eq!(code, Some(0), "{text}");
    }
    let (code, text) = team.dry_run(&["ben.pub"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("not a trusted one"), "{text}");
    let shown = team.massup(&["show", "a.plan.jsonl", "--require-signature", "anna.pub"]);
    let (code, text) = said(&{ shown }.run());
    assert!(code == Some(0) && text.contains("signed by the trusted key"), "{text}");
    let (_, text) = said(&team.massup(&["show", "a.plan.jsonl"]).run());
    assert!(text.contains("not checked"), "{text}");
    for keys in [&[][..], &["--require-signature", "anna.pub"]] {
        let show = |format: &str| {
            let words = [&["show", "a.plan.jsonl", "--format", format][..], keys].concat();
            String::from_utf8(team.massup(&words).run().stdout).unwrap()
        };
        let document: serde_json::Value = serde_json::from_str(&show("json")).unwrap();
        let signature = &document["signature"];
        assert_eq!(signature["checked"], !keys.is_empty());
        let key = signature["key"].as_str().unwrap();
        assert!(key.len() == 16 && document["steps"] == 1, "{document}");
        let page = show("html");
        assert!(page.contains(key), "{page}");
        assert_eq!(page.contains("that was not checked"), keys.is_empty(), "{page}");
    }
}

/// The digest proves nothing against somebody who knows how it is made; the signature does.
#[test]
fn an_edited_plan_with_the_right_digest_is_refused() {
    let team = Team::new();
    edit(&team.path("a.plan.jsonl"));
    assert_eq!(team.dry_run(&[]).0, Some(0), "the digest is right");
    let (code, text) = team.dry_run(&["anna.pub"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("does not match"), "{text}");
    let shown = team.massup(&["show", "a.plan.jsonl", "--require-signature", "anna.pub"]).output();
    assert_eq!(shown.unwrap().status.code(), Some(1));
    // Signed again by somebody else.
    assert!(team.plan("ben.key").status.success());
    assert_eq!(team.dry_run(&["anna.pub"]).0, Some(1));
}

#[test]
fn a_plan_that_is_cut_off_or_not_signed_is_refused() {
    let team = Team::new();
    let plan = team.path("a.plan.jsonl");
    let whole = fs::read(&plan).unwrap();
    for end in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&plan, whole.get(..end).unwrap()).unwrap();
        let (code, text) = team.dry_run(&["anna.pub"]);
        assert!(code == Some(1) && text.contains("does not match"), "{end}: {text}");
    }
    fs::write(&plan, &whole).unwrap();
    fs::remove_file(team.path("a.plan.jsonl.minisig")).unwrap();
    let (code, text) = team.dry_run(&["anna.pub"]);
    assert!(code == Some(1) && text.contains(".minisig` does not exist"), "{text}");
    let (code, text) = team.dry_run(&["nobody.pub"]);
    assert!(code == Some(2) && text.contains("not a public key"), "{text}");
}

#[test]
fn a_passphrase_comes_from_the_environment_and_is_never_shown() {
    let team = Team::new();
    let keys = KeyPair::generate_encrypted_keypair(Some(PASSPHRASE.to_owned())).unwrap();
    team.private("locked.key", &keys.sk.to_box(None).unwrap().to_string());
    let before = fs::read(team.path("a.plan.jsonl")).unwrap();
    let plan = |passphrase: Option<&str>| {
        let mut command = team.massup(&["plan", "--module", "Leads", "--set", "City=Oslo"]);
        command.args(["--ids", "ids.txt", "-o", "a.plan.jsonl", "--sign", "locked.key"]);
        passphrase.map(|text| command.env("MASSUP_SIGNING_PASSPHRASE", text));
        said(&command.run())
    };
    let (code, text) = plan(None);
    assert!(code == Some(2) && text.contains("MASSUP_SIGNING_PASSPHRASE"), "{text}");
    let (code, text) = plan(Some("wrong horse"));
    assert!(code == Some(2) && !text.contains("horse"), "{text}");
    assert_eq!(fs::read(team.path("a.plan.jsonl")).unwrap(), before, "nothing is planned");
    let (code, text) = plan(Some(PASSPHRASE));
    assert!(code == Some(0) && !text.contains("horse"), "{text}");
    let key = keys.pk.to_base64();
    assert_eq!(team.dry_run(&[&key]).0, Some(0));
    assert_eq!(team.dry_run(&["anna.pub"]).0, Some(1));
}

/// The key in massup.toml counts wherever the command is started, for lint, show and apply.
#[test]
fn massup_toml_says_who_may_sign() {
    let team = Team::new();
    let settings = |keys: &str| {
        fs::write(team.path("massup.toml"), format!("require_signature = [{keys}]\n")).unwrap();
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let plan = team.path("a.plan.jsonl");
    let run = |command: &str, more: &[&str]| {
        let mut massup = team.massup(&[command]);
        massup.arg(&plan).args(more).current_dir(elsewhere.path());
        said(&massup.output().unwrap())
    };
    let all = || {
        let lint = run("lint", &["--verbose"]);
        let apply = run("apply", &["--dry-run"]);
        assert_eq!(run("show", &[]).0, lint.0);
        assert_eq!(apply.0, lint.0, "{lint:?} {apply:?}");
        lint
    };

    let (code, text) = all();
    assert!(code == Some(0) && text.contains("1 plan with a signature of key"), "{text}");
    assert!(text.contains("the public key of those who sign (1 rule)"), "{text}");
    settings("\"ben.pub\", \"anna.pub\"");
    let (code, text) = all();
    assert!(code == Some(0) && text.contains("1 plan signed by the trusted key"), "{text}");
    let key = fs::read_to_string(team.path("anna.pub")).unwrap();
    settings(&format!("\"{}\"", key.lines().nth(1).unwrap()));
    assert_eq!(all().0, Some(0));

    settings("\"ben.pub\"");
    let (code, text) = all();
    assert!(code == Some(1) && text.contains("MU305"), "{text}");
    assert!(text.contains("not a trusted one"), "{text}");
    // What is named on the command line comes first.
    let anna = team.path("anna.pub");
    let (code, text) = run("lint", &["--require-signature", anna.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{text}");
    // A level changes what lint says, not what is run.
    assert_eq!(run("lint", &["--allow", "MU305"]).0, Some(0));
    assert_eq!(run("apply", &["--dry-run"]).0, Some(1));

    settings("\"anna.pub\"");
    edit(&plan);
    let (code, text) = all();
    assert!(code == Some(1) && text.contains("does not match"), "{text}");
    let edited = fs::read(&plan).unwrap();
    // The text of a plan cannot allow its own edit.
    fs::write(&plan, [&b"// massup: allow(MU301, MU305) checked\n"[..], &edited].concat()).unwrap();
    assert_eq!(all().0, Some(1));
    fs::write(&plan, edited).unwrap();
    fs::remove_file(team.path("a.plan.jsonl.minisig")).unwrap();
    let (code, text) = all();
    assert!(code == Some(1) && text.contains("is not signed"), "{text}");

    settings("\"nobody.pub\"");
    let (code, text) = all();
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("massup.toml") && text.contains("`nobody.pub`"), "{text}");
}

/// A plan that is too large to hold is checked as a small one is.
#[test]
fn the_signature_of_a_large_plan_is_checked() {
    let team = Team::new();
    let ids: String =
        (0..30_000).map(|n| format!("{}\n", 554_023_000_000_497_007_u64 + n)).collect();
    fs::write(team.path("ids.txt"), ids).unwrap();
    assert!(team.plan("anna.key").status.success());
    let plan = team.path("a.plan.jsonl");
    assert!(fs::metadata(&plan).unwrap().len() > 1 << 18);
    let lint = |key: &str| {
        said(&team.massup(&["lint", "a.plan.jsonl", "--require-signature", key]).output().unwrap())
    };
    let (code, text) = lint("anna.pub");
    assert!(code == Some(0) && text.contains("1 plan signed by the trusted key"), "{text}");
    assert_eq!(lint("ben.pub").0, Some(1));
    edit(&plan);
    let (code, text) = lint("anna.pub");
    assert!(code == Some(1) && text.contains("does not match"), "{text}");
}

/// A plan in a pipe has no place for a signature: it is refused where the command asks for one.
#[test]
fn a_plan_on_standard_input_has_no_signature() {
    let team = Team::new();
    fs::write(team.path("massup.toml"), "require_signature = [\"anna.pub\"]\n").unwrap();
    let lint = |more: &[&str]| {
        let mut massup = team.massup(&["lint", "-"]);
        massup.args(more).stdin(fs::File::open(team.path("a.plan.jsonl")).unwrap());
        said(&massup.output().unwrap())
    };
    assert_eq!(lint(&[]).0, Some(0));
    let (code, text) = lint(&["--require-signature", "anna.pub"]);
    assert!(code == Some(1) && text.contains("standard input"), "{text}");
}
