//! Signatures of plans: a file next to the plan, made and checked with keys of minisign.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow, bail};
use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use crate::{Outcome, output};

/// The variable with the passphrase of the key.
const PASSPHRASE: &str = "MASSUP_SIGNING_PASSPHRASE";

/// The most bytes of a file with a key or a signature.
const MAX_FILE: u64 = 1 << 16;

/// How the second line of a secret key begins, without and with a passphrase.
const UNENCRYPTED: &str = "RWQAAEIy";
const ENCRYPTED: &str = "RWRTY0Iy";

/// The lines of a signature in Base64, of 74 and 64 bytes: their places, lengths and ends.
const LINES: [(usize, usize, &str); 2] = [(1, 100, "="), (3, 88, "==")];

/// The signature of a plan: `leads.plan.jsonl.minisig` for `leads.plan.jsonl`.
pub(crate) fn beside(plan: &Path) -> PathBuf {
    let mut name = plan.file_name().unwrap_or_default().to_owned();
    name.push(".minisig");
    plan.with_file_name(name)
}

/// A secret key that is ready to sign.
pub(crate) struct Signer(SecretKey);

impl Signer {
    /// Reads a secret key. Asks for its passphrase, if it has one that the environment does not have.
    ///
    /// # Errors
    ///
    /// The file cannot be read, others may read it, or it is not a secret key; there is no passphrase, or
    /// another one.
    pub(crate) fn unlock(path: &Path) -> Result<Self> {
        let shown = massup_project::shown(path);
        let cannot = || format!("cannot read `{shown}`");
        let file = File::open(path).with_context(cannot)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if file.metadata().with_context(cannot)?.permissions().mode() & 0o077 != 0 {
                bail!("others may read the signing key `{shown}`\nhelp: run `chmod 600` on it");
            }
        }
        let mut text = String::new();
        file.take(MAX_FILE).read_to_string(&mut text).with_context(cannot)?;
        let kind = text.lines().nth(1).and_then(|line| line.get(..UNENCRYPTED.len()));
        let is_encrypted = match kind {
            Some(UNENCRYPTED) => false,
            Some(ENCRYPTED) => true,
            _ => bail!("`{shown}` is not a secret key of minisign\nhelp: `minisign -G` makes one"),
        };
        let cannot = || format!("cannot use the signing key `{shown}`");
        let key = SecretKeyBox::from_string(&text);
        let key = if is_encrypted {
            let passphrase = passphrase(&shown.to_string()).with_context(cannot)?;
            key.and_then(|key| key.into_secret_key(Some(passphrase)))
        } else {
            key.and_then(SecretKeyBox::into_unencrypted_secret_key)
        };
        Ok(Self(key.map_err(|error| anyhow!("{}: {error}", cannot()))?))
    }

    /// Signs a plan; returns the file of the signature.
    ///
    /// # Errors
    ///
    /// The plan cannot be read, or the signature cannot be written.
    pub(crate) fn sign(&self, plan: &Path) -> Result<PathBuf> {
        let cannot = || format!("cannot sign `{}`", massup_project::shown(plan));
        let file = File::open(plan).with_context(cannot)?;
        let signed = minisign::sign(None, &self.0, file, None, Some("signature of a massup plan"));
        let signed = signed.map_err(|error| anyhow!("{}: {error}", cannot()))?;
        let path = beside(plan);
        output::whole(&path, |file| Ok(file.write_all(signed.into_string().as_bytes())?))?;
        Ok(path)
    }
}

/// The passphrase of a key, from the environment or typed unseen.
fn passphrase(key: &str) -> Result<String> {
    if let Ok(text) = std::env::var(PASSPHRASE) {
        return Ok(text);
    }
    if !std::io::stdin().is_terminal() {
        bail!("it has a passphrase; set {PASSPHRASE}, or run the command in a terminal");
    }
    let mut err = anstream::stderr();
    write!(err, "passphrase of `{key}`: ").and_then(|()| err.flush())?;
    rpassword::read_password().context("the passphrase cannot be read")
}

/// A public key whose signatures are trusted.
#[derive(Clone, Debug)]
pub(crate) struct Trusted(PublicKey);

impl FromStr for Trusted {
    type Err = String;

    /// Reads a public key: its Base64, or the file that holds it.
    ///
    /// # Errors
    ///
    /// The text is neither.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(key) = PublicKey::from_base64(text) {
            return Ok(Self(key));
        }
        let bytes = small(Path::new(text)).map_err(|error| {
            format!("it is not a public key of minisign, and not a file with one ({error})")
        })?;
        let key = PublicKeyBox::from_string(&bytes).and_then(PublicKeyBox::into_public_key);
        let key = key.or_else(|_| PublicKey::from_base64(bytes.trim()));
        key.map(Self).map_err(|_| "the file is not a public key of minisign".to_owned())
    }
}

/// Whether a plan is signed.
pub(crate) enum Signed {
    /// By the trusted key with this id.
    By(String),
    /// Not by a trusted key: the reason.
    Not(String),
}

/// Checks the signature next to a plan, which is read from its start.
///
/// # Errors
///
/// The plan cannot be read.
pub(crate) fn check(plan: &Path, mut file: &File, keys: &[Trusted]) -> Result<Signed> {
    let path = beside(plan);
    let shown = massup_project::shown(&path);
    let signature = match read(&path) {
        Ok(signature) => signature,
        Err(why) => return Ok(Signed::Not(format!("`{shown}` {why}"))),
    };
    let id = id(signature.keynum());
    let Some(Trusted(key)) = keys.iter().find(|key| key.0.keynum() == signature.keynum()) else {
        return Ok(Signed::Not(format!("it is signed by key {id}, which is not a trusted one")));
    };
    // The file is read before the comparison, so an error here is about its bytes.
    match minisign::verify(key, &signature, &mut file, true, false, false) {
        Ok(()) => Ok(Signed::By(id)),
        Err(error) if matches!(error.kind(), minisign::ErrorKind::Io) => {
            bail!("cannot read `{}`: {error}", massup_project::shown(plan))
        }
        Err(_) => Ok(Signed::Not(format!(
            "the signature of key {id} does not match: the plan or the signature was changed"
        ))),
    }
}

/// Says that a plan is not signed by a trusted key.
pub(crate) fn refuse(plan: &Path, why: &str) -> Outcome {
    let shown = massup_project::shown(plan);
    output::complain(&format!("`{shown}` is not signed by a trusted key: {why}"));
    output::remark("make and sign it with `massup plan --sign KEY -o PLAN`");
    Outcome::Findings
}

/// The id of the key that a plan claims to be signed by; `None` without a readable signature.
pub(crate) fn claimed(plan: &Path) -> Option<String> {
    read(&beside(plan)).ok().map(|signature| id(signature.keynum()))
}

fn read(path: &Path) -> Result<SignatureBox, String> {
    let text = match small(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err("does not exist: the plan is not signed".to_owned());
        }
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    // The crate takes these lengths for granted.
    let is_whole = LINES.iter().all(|(place, length, end)| {
        let line = text.lines().nth(*place).map(str::trim);
        line.is_some_and(|line| line.len() == *length && line.ends_with(end))
    });
    let signature = SignatureBox::from_string(&text).ok().filter(|_| is_whole);
    signature.ok_or_else(|| "is not a signature of minisign".to_owned())
}

fn small(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    crate::plain_file::read(path)?.take(MAX_FILE).read_to_string(&mut text)?;
    Ok(text)
}

/// The id of a key, as minisign shows it.
fn id(number: &[u8]) -> String {
    number.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Seek as _;

    use minisign::KeyPair;

    use super::*;

    struct Signing {
        folder: tempfile::TempDir,
        plan: PathBuf,
        trusted: Trusted,
    }

    fn secret(folder: &Path, keys: &KeyPair) -> PathBuf {
        let path = folder.join("secret.key");
        let text = keys.sk.to_box(None).unwrap().to_string();
        output::private(&path, |file| Ok(file.write_all(text.as_bytes())?)).unwrap();
        path
    }

    fn signed() -> Signing {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyPair::generate_unencrypted_keypair().unwrap();
        let plan = folder.path().join("a.plan.jsonl");
        std::fs::write(&plan, "a plan\n").unwrap();
        let signer = Signer::unlock(&secret(folder.path(), &keys)).unwrap();
        assert_eq!(signer.sign(&plan).unwrap(), folder.path().join("a.plan.jsonl.minisig"));
        Signing { folder, plan, trusted: keys.pk.to_base64().parse().unwrap() }
    }

    fn refused(signing: &Signing, keys: &[Trusted]) -> String {
        let file = File::open(&signing.plan).unwrap();
        match check(&signing.plan, &file, keys).unwrap() {
            Signed::Not(why) => why,
            Signed::By(id) => panic!("signed by {id}"),
        }
    }

    #[test]
    fn a_signature_is_of_one_text_by_one_key() {
        let signing = signed();
        let other = KeyPair::generate_unencrypted_keypair().unwrap();
        let other: Trusted = other.pk.to_base64().parse().unwrap();
        let keys = [other.clone(), signing.trusted.clone()];
        let mut file = File::open(&signing.plan).unwrap();
        let Signed::By(id) = check(&signing.plan, &file, &keys).unwrap() else { panic!("refused") };
        assert_eq!(claimed(&signing.plan), Some(id.clone()));
        file.rewind().unwrap();

        let why = refused(&signing, &[other]);
        assert!(why.contains(&id) && why.contains("not a trusted one"), "{why}");
        for edited in ["a plam\n", "a plan", "a plan\n\n", ""] {
            std::fs::write(&signing.plan, edited).unwrap();
            let why = refused(&signing, &keys);
            assert!(why.contains("does not match"), "{edited:?}: {why}");
        }
        std::fs::remove_file(beside(&signing.plan)).unwrap();
        assert!(refused(&signing, &keys).contains("not signed"));
        assert_eq!(claimed(&signing.plan), None);
    }

    /// A signature that is cut off or changed anywhere but in its first line, which is not signed, is refused.
    #[test]
    fn a_damaged_signature_is_refused() {
        let signing = signed();
        let path = beside(&signing.plan);
        let whole = std::fs::read_to_string(&path).unwrap();
        let keys = std::slice::from_ref(&signing.trusted);
        let first = whole.find('\n').unwrap();
        for end in 0..whole.trim_end().len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            refused(&signing, keys);
        }
        for at in (first + 1..whole.trim_end().len()).filter(|at| whole.as_bytes()[*at] != b'\n') {
            // A space at the end of a line would be trimmed.
            let mut bytes = whole.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            std::fs::write(&path, bytes).unwrap();
            refused(&signing, keys);
        }
    }

    /// A key is matched by its number, which anybody can copy; the signature decides.
    #[test]
    fn a_key_with_the_number_of_another_is_not_that_key() {
        let signing = signed();
        let mut bytes = KeyPair::generate_unencrypted_keypair().unwrap().pk.to_bytes();
        bytes[2..10].copy_from_slice(signing.trusted.0.keynum());
        let twin = Trusted(PublicKey::from_bytes(&bytes).unwrap());
        assert!(refused(&signing, &[twin]).contains("does not match"));
    }

    #[test]
    fn a_secret_key_is_private_and_one() {
        let signing = signed();
        let key = signing.folder.path().join("secret.key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            for mode in [0o640, 0o604, 0o620] {
                std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
                let error = Signer::unlock(&key).err().unwrap().to_string();
                assert!(error.contains("others may read"), "{error}");
            }
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let whole = std::fs::read_to_string(&key).unwrap();
        let secret = whole.lines().nth(1).unwrap();
        for text in ["", "x", "untrusted comment: x\nRWQAAEIy", &whole.replace("RWQA", "RWQB")] {
            std::fs::write(&key, text).unwrap();
            let error = Signer::unlock(&key).err().unwrap().to_string();
            assert!(!error.contains(&secret[8..]), "a secret is never shown: {error}");
        }
    }

    #[test]
    fn a_public_key_is_a_text_or_a_file() {
        let signing = signed();
        let path = signing.folder.path().join("team.pub");
        let written = signing.trusted.0.to_box().unwrap().to_string();
        for text in [written, signing.trusted.0.to_base64() + "\n"] {
            std::fs::write(&path, text).unwrap();
            let key: Trusted = path.to_str().unwrap().parse().unwrap();
            assert_eq!(key.0, signing.trusted.0);
        }
        std::fs::write(&path, "x").unwrap();
        for text in [path.to_str().unwrap(), "", "no-such-file", "RWQ"] {
            assert!(text.parse::<Trusted>().is_err(), "{text}");
        }
    }
}
