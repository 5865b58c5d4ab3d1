//! Takes secrets out of what a server repeats.

use crate::Secret;

/// What is written in the place of a secret.
const MARK: &str = "…";

/// The shortest text that is looked for: no secret is shorter, and a letter is in every word.
const SHORTEST: usize = 6;

/// A text with secrets replaced.
pub(super) fn redacted(text: &str, secrets: &[&Secret]) -> String {
    secrets.iter().fold(text.to_owned(), |shown, secret| match secret.reveal() {
        short if short.len() < SHORTEST => shown,
        secret => shown.replace(secret, MARK),
    })
}

/// The bytes of an answer with a secret replaced. An answer without it is not copied.
pub(super) fn redacted_bytes(body: Vec<u8>, secret: &Secret) -> Vec<u8> {
    let secret = secret.reveal().as_bytes();
    if secret.len() < SHORTEST {
        return body;
    }
    let finder = memchr::memmem::Finder::new(secret);
    if finder.find(&body).is_none() {
        return body;
    }
    let mut shown = Vec::with_capacity(body.len());
    let mut rest = body.as_slice();
    while let Some((before, after)) =
        finder.find(rest).and_then(|at| Some((rest.get(..at)?, rest.get(at + secret.len()..)?)))
    {
        shown.extend_from_slice(before);
        shown.extend_from_slice(MARK.as_bytes());
        rest = after;
    }
    shown.extend_from_slice(rest);
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_secret_is_left_and_nothing_else_is_changed(
            parts in prop::collection::vec("[a-z0-9 .\"]{0,8}", 1..8),
            secret in "1000\\.[A-Z]{4,8}",
        ) {
            let text = parts.join(&secret);
            let of = Secret::new(&secret);
            let bytes = redacted_bytes(text.clone().into_bytes(), &of);
            let shown = redacted(&text, &[&of]);
            prop_assert!(!shown.contains(&secret));
            prop_assert_eq!(bytes, shown.clone().into_bytes());
            prop_assert_eq!(shown, parts.join(MARK));
        }
    }

    #[test]
    fn a_word_of_a_few_letters_is_not_a_secret() {
        let short = Secret::new("e");
        assert_eq!(redacted("the code", &[&short]), "the code");
        assert_eq!(redacted_bytes(b"the code".to_vec(), &short), b"the code");
    }
}
