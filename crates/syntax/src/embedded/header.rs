//! Headers of requests.

use massup_model::json::{Node, Span};

use super::decoded::Decoded;
use super::strings::Strings;
use crate::problem::{ProblemKind, Scheme};

/// The scheme that the API takes.
const OURS: &str = "Zoho-oauthtoken";

/// Schemes that may be shown; anything else in their place may be a token.
const KNOWN: [&str; 7] =
    ["Bearer", "Basic", "OAuth", "Token", "Zoho-authtoken", "Zoho-encrapikey", "Zoho-oauthtoken"];

/// How access tokens begin.
const TOKEN: &str = "1000.";

/// What is wrong with a header in one line, `Authorization: Bearer …`, and where: never at the token.
pub(super) fn authorization(header: &Decoded) -> Option<(ProblemKind, Span)> {
    let (name, value) = header.text.split_once(':')?;
    if !name.trim().eq_ignore_ascii_case("authorization") {
        return None;
    }
    let start = header.text.len() - value.trim_start().len();
    scheme(header, start, Span { start: 0, end: name.len() })
}

/// What is wrong with the `Authorization` among headers that are objects, each with its name under a key.
pub(super) fn listed(
    headers: &[Node<'_>],
    key: &str,
    strings: &Strings<'_>,
) -> Option<(ProblemKind, Span)> {
    headers.iter().find_map(|header| {
        let named = header.field(key)?.as_str()?.eq_ignore_ascii_case("authorization");
        let off = header.field("disabled").and_then(Node::as_bool) == Some(true);
        let value = strings.decoded(header.field("value")?).filter(|_| named && !off)?;
        scheme(&value.with_braces(), 0, Span::default())
    })
}

/// A token in the query of a URL, and the place of its name: API v1 took one there.
pub(super) fn token_in_query(url: &Decoded) -> Option<(ProblemKind, Span)> {
    const NAMES: [&str; 2] = ["authtoken", "access_token"];
    let mut at = url.text.find('?')? + 1;
    for parameter in url.text.get(at..)?.split('&') {
        let name = parameter.split('=').next().unwrap_or_default();
        if NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            let span = url.place(Span { start: at, end: at + name.len() });
            return Some((ProblemKind::Authorization(Scheme::InQuery), span));
        }
        at += parameter.len() + 1;
    }
    None
}

/// What is wrong with the value of an `Authorization` header that a token is joined to.
pub(super) fn joined(text: &Decoded, joined: bool) -> Option<(ProblemKind, Span)> {
    let whole = Span { start: 0, end: text.text.len() };
    let ours = joined && text.text.eq_ignore_ascii_case(OURS);
    ours.then(|| (ProblemKind::Authorization(Scheme::Joined), text.place(whole)))
}

/// What is wrong with the value of an `Authorization` header that begins at a byte of a text.
pub(super) fn scheme(text: &Decoded, start: usize, name: Span) -> Option<(ProblemKind, Span)> {
    let value = text.text.get(start..)?;
    let word = value.split([' ', '\t']).next()?;
    let range = Span { start, end: start + word.len() };
    if word.starts_with(TOKEN) {
        return Some((ProblemKind::Authorization(Scheme::Missing), text.place(name)));
    }
    let ours = word.get(..OURS.len()).is_some_and(|word| word.eq_ignore_ascii_case(OURS));
    if ours && word.len() > OURS.len() {
        let range = Span { start, end: start + OURS.len() };
        return Some((ProblemKind::Authorization(Scheme::Joined), text.place(range)));
    }
    if text.has_variable(range) {
        return None;
    }
    let known = KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(word))?;
    let kind = ProblemKind::Authorization(Scheme::Named(known));
    (known != OURS).then(|| (kind, text.place(range)))
}
