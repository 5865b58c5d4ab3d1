//! Signs plans with keys of minisign.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use massup_project::signature::{self, MAX_FILE, PublicKey};
use massup_project::{Error, Options, Settings};
use minisign::{SecretKey, SecretKeyBox};

use crate::{Outcome, output};

/// The variable with the passphrase of the key.
const PASSPHRASE: &str = "MASSUP_SIGNING_PASSPHRASE";

/// How the second line of a secret key begins, without and with a passphrase.
const UNENCRYPTED: &str = "RWQAAEIy";
const ENCRYPTED: &str = "RWRTY0Iy";

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
        let path = signature::beside(plan);
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

/// The public keys of which one must have signed a plan: those that are named, or else those of the massup.toml that holds
/// for its folder.
///
/// # Errors
///
/// The massup.toml cannot be read, or is not valid.
pub(crate) fn signers(plan: &Path, named: &[PublicKey]) -> Result<Arc<[PublicKey]>, Error> {
    let mut options = Options::default();
    options.require_signature = named.to_vec();
    Settings::new(options).signers(plan)
}

/// Says that a plan is not signed by a trusted key.
pub(crate) fn refuse(plan: &Path, why: &str) -> Outcome {
    let shown = massup_project::shown(plan);
    output::complain(&format!("`{shown}` is not signed by a trusted key: {why}"));
    output::remark(signature::SIGN);
    Outcome::Findings
}

#[cfg(test)]
mod tests {
    use massup_project::signature::Signed;
    use minisign::KeyPair;

    use super::*;

    fn secret(folder: &Path, keys: &KeyPair) -> PathBuf {
        let path = folder.join("secret.key");
        let text = keys.sk.to_box(None).unwrap().to_string();
        output::private(&path, |file| Ok(file.write_all(text.as_bytes())?)).unwrap();
        path
    }

    #[test]
    fn what_is_signed_here_is_checked_there() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyPair::generate_unencrypted_keypair().unwrap();
        let plan = folder.path().join("a.plan.jsonl");
        std::fs::write(&plan, "a plan\n").unwrap();
        let signer = Signer::unlock(&secret(folder.path(), &keys)).unwrap();
        assert_eq!(signer.sign(&plan).unwrap(), folder.path().join("a.plan.jsonl.minisig"));
        let trusted: [PublicKey; 1] = [keys.pk.to_base64().parse().unwrap()];
        let found = signature::check(&plan, File::open(&plan).unwrap(), &trusted).unwrap();
        assert!(matches!(found, Signed::By(_)), "{found:?}");
    }

    #[test]
    fn a_secret_key_is_private_and_one() {
        let folder = tempfile::tempdir().unwrap();
        let key = secret(folder.path(), &KeyPair::generate_unencrypted_keypair().unwrap());
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
}
