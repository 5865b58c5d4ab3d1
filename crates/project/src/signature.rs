//! Signatures of plans: a file next to the plan, checked with public keys of minisign.

use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use massup_model::ApiVersion;
use massup_rules::Diagnostic;
use massup_rules::report::{Signature, Unchecked};
use minisign::{PublicKeyBox, SignatureBox};

use crate::error::Error;
use crate::plain_file;

/// The most bytes of a file with a key or a signature.
pub const MAX_FILE: u64 = 1 << 16;

/// The lines of a signature in Base64, of 74 and 64 bytes: their places, lengths and ends.
const LINES: [(usize, usize, &str); 2] = [(1, 100, "="), (3, 88, "==")];

/// The rule about plans that no trusted key has signed.
const UNSIGNED: &str = "MU305";

/// What to do about such a plan.
pub const SIGN: &str =
    "review the plan, then make and sign it with `massup plan --sign KEY -o PLAN`";

/// The file with the signature of a plan: `leads.plan.jsonl.minisig` for `leads.plan.jsonl`.
pub fn beside(plan: &Path) -> PathBuf {
    let mut name = plan.file_name().unwrap_or_default().to_owned();
    name.push(".minisig");
    plan.with_file_name(name)
}

/// A public key whose signatures are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(minisign::PublicKey);

impl PublicKey {
    /// Reads a public key: its Base64, or a file that holds it, named from a directory.
    ///
    /// # Errors
    ///
    /// The text is neither: the reason.
    pub fn read(text: &str, directory: &Path) -> Result<Self, String> {
        if let Ok(key) = minisign::PublicKey::from_base64(text) {
            return Ok(Self(key));
        }
        let bytes = small(&directory.join(text)).map_err(|error| {
            format!("it is not a public key of minisign, and not a file with one ({error})")
        })?;
        let key = PublicKeyBox::from_string(&bytes).and_then(PublicKeyBox::into_public_key);
        let key = key.or_else(|_| minisign::PublicKey::from_base64(bytes.trim()));
        key.map(Self).map_err(|_| "the file is not a public key of minisign".to_owned())
    }
}

impl FromStr for PublicKey {
    type Err = String;

    /// Reads a public key: its Base64, or a file that holds it, named from the working directory.
    ///
    /// # Errors
    ///
    /// The text is neither: the reason.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text, Path::new(""))
    }
}

/// Whether a plan is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// By the trusted key with this id.
    By(String),
    /// Not by a trusted key: the reason.
    Not(String),
}

/// Checks the signature next to a plan, which is read from its start.
///
/// # Errors
///
/// [`Error::Read`]: the plan cannot be read.
pub fn check(path: &Path, mut plan: impl Read + Seek, keys: &[PublicKey]) -> Result<Signed, Error> {
    let file = beside(path);
    let signature = match read(&file) {
        Ok(signature) => signature,
        Err(why) => return Ok(Signed::Not(format!("`{}` {why}", crate::shown(&file)))),
    };
    let id = id(signature.keynum());
    let Some(PublicKey(key)) = keys.iter().find(|key| key.0.keynum() == signature.keynum()) else {
        return Ok(Signed::Not(format!("it is signed by key {id}, which is not a trusted one")));
    };
    // The file is read before the comparison, so an error here is about its bytes.
    match minisign::verify(key, &signature, &mut plan, true, false, false) {
        Ok(()) => Ok(Signed::By(id)),
        Err(error) if matches!(error.kind(), minisign::ErrorKind::Io) => {
            Err(Error::Read(path.to_owned(), io::Error::other(error)))
        }
        Err(_) => Ok(Signed::Not(format!(
            "the signature of key {id} does not match: the plan or the signature was changed"
        ))),
    }
}

/// What a report says of the signature of a plan.
#[derive(Debug)]
pub(crate) enum Seen {
    /// There is no signature, and none is required.
    None,
    /// There is one, and no key to check it.
    Unchecked(Signature, Unchecked),
    /// A trusted key has signed the plan.
    Holds(Signature),
    /// No trusted key has signed the plan.
    Refused(Box<Diagnostic>),
}

/// Looks at the signature next to a plan, as far as there are keys; `None` is a plan on standard input.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn look(
    path: Option<&Path>,
    plan: impl Read + Seek,
    keys: &[PublicKey],
) -> Result<Seen, Error> {
    let Some(rule) = massup_rules::find(UNSIGNED) else { return Ok(Seen::None) };
    let signed = match path {
        Some(path) if keys.is_empty() => {
            let Some(key) = claimed(path) else { return Ok(Seen::None) };
            let unchecked = Unchecked {
                code: rule.code,
                name: rule.name,
                needs: "the public key of those who sign".into(),
                supply: "list it as `require_signature` in massup.toml".into(),
            };
            return Ok(Seen::Unchecked(Signature { key, checked: false }, unchecked));
        }
        None if keys.is_empty() => return Ok(Seen::None),
        Some(path) => check(path, plan, keys)?,
        None => Signed::Not("on standard input it has no signature next to it".to_owned()),
    };
    let why = match signed {
        Signed::By(key) => return Ok(Seen::Holds(Signature { key, checked: true })),
        Signed::Not(why) => why,
    };
    let message = format!("the plan is not signed by a trusted key: {why}");
    let mut found = Diagnostic::new(rule, ApiVersion::LATEST, message);
    found.help = Some(SIGN.to_owned());
    Ok(Seen::Refused(Box::new(found)))
}

/// The id of the key that a plan claims to be signed by; `None` without a readable signature.
pub fn claimed(plan: &Path) -> Option<String> {
    read(&beside(plan)).ok().map(|signature| id(signature.keynum()))
}

fn read(path: &Path) -> Result<SignatureBox, String> {
    let text = match small(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("does not exist".to_owned());
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

fn small(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    plain_file::read(path)?.take(MAX_FILE).read_to_string(&mut text)?;
    Ok(text)
}

/// The id of a key, as minisign shows it.
fn id(number: &[u8]) -> String {
    number.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use minisign::KeyPair;

    use super::*;

    struct Signing {
        folder: tempfile::TempDir,
        plan: PathBuf,
        trusted: PublicKey,
    }

    fn signed() -> Signing {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyPair::generate_unencrypted_keypair().unwrap();
        let plan = folder.path().join("a.plan.jsonl");
        std::fs::write(&plan, "a plan\n").unwrap();
        let signature =
            minisign::sign(None, &keys.sk, File::open(&plan).unwrap(), None, None).unwrap();
        std::fs::write(beside(&plan), signature.into_string()).unwrap();
        Signing { folder, plan, trusted: keys.pk.to_base64().parse().unwrap() }
    }

    fn refused(signing: &Signing, keys: &[PublicKey]) -> String {
        match check(&signing.plan, File::open(&signing.plan).unwrap(), keys).unwrap() {
            Signed::Not(why) => why,
            Signed::By(id) => panic!("signed by {id}"),
        }
    }

    #[test]
    fn a_signature_is_of_one_text_by_one_key() {
        let signing = signed();
        let other = KeyPair::generate_unencrypted_keypair().unwrap();
        let other: PublicKey = other.pk.to_base64().parse().unwrap();
        let keys = [other.clone(), signing.trusted.clone()];
        let file = File::open(&signing.plan).unwrap();
        let Signed::By(id) = check(&signing.plan, file, &keys).unwrap() else { panic!("refused") };
        assert_eq!(claimed(&signing.plan), Some(id.clone()));

        let why = refused(&signing, &[other]);
        assert!(why.contains(&id) && why.contains("not a trusted one"), "{why}");
        for edited in ["a plam\n", "a plan", "a plan\n\n", ""] {
            std::fs::write(&signing.plan, edited).unwrap();
            let why = refused(&signing, &keys);
            assert!(why.contains("does not match"), "{edited:?}: {why}");
        }
        std::fs::remove_file(beside(&signing.plan)).unwrap();
        assert!(refused(&signing, &keys).contains("does not exist"));
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
        let twin = PublicKey(minisign::PublicKey::from_bytes(&bytes).unwrap());
        assert!(refused(&signing, &[twin]).contains("does not match"));
    }

    #[test]
    fn a_public_key_is_a_text_or_a_file() {
        let signing = signed();
        let path = signing.folder.path().join("team.pub");
        let written = signing.trusted.0.to_box().unwrap().to_string();
        for text in [written, signing.trusted.0.to_base64() + "\n"] {
            std::fs::write(&path, text).unwrap();
            let key: PublicKey = path.to_str().unwrap().parse().unwrap();
            assert_eq!(key.0, signing.trusted.0);
        }
        std::fs::write(&path, "x").unwrap();
        for text in [path.to_str().unwrap(), "", "no-such-file", "RWQ"] {
            assert!(text.parse::<PublicKey>().is_err(), "{text}");
        }
    }
}
