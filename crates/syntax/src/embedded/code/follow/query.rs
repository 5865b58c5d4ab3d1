//! The parameters that a client adds to the query of a URL: `params={"job_id": job}`.

use massup_model::json::{Node, Value};

use super::super::value::{EXPRESSION, Literal};
use super::{Decoded, Follow, Kind, Token};

/// The names that clients have for the parameters of the query.
const NAMES: [&str; 6] =
    ["params", "query", "qs", "searchparams", "queryparams", "queryparameters"];

/// The parameter of a status request.
const JOB_ID: &str = "job_id";

impl Follow<'_> {
    /// A URL with the parameters that are given in a call.
    pub(super) fn with_parameters(&self, mut url: Decoded, open: usize, close: usize) -> Decoded {
        let named = |token: &Token| {
            let name = token.word().or(token.text().map(|text| text.text.as_str()));
            name.is_some_and(|name| NAMES.contains(&&*name.to_ascii_lowercase()))
        };
        let at = (open + 1..close).find(|at| self.token(*at).is_some_and(named));
        let Some(key) = at.and_then(|at| self.reader.key(at)) else { return url };
        self.reader.until.set(key.value);
        match self.reader.read(key.value, 0).value {
            Literal::Node(Node { value: Value::Object(members), .. }) => {
                for member in members {
                    url.push_parameter(&format!("{}=", member.key), member.key_span);
                    match member.value.value {
                        Value::String(text) | Value::Number(text) if is_plain(&text) => {
                            url.push_escape(&text, member.value.span);
                        }
                        _ => url.push_variable(EXPRESSION, member.value.span),
                    }
                }
            }
            _ => {
                url.push_parameter("", key.span);
                url.push_variable(EXPRESSION, key.span);
            }
        }
        url
    }

    /// Whether some statement gives a `job_id` to something that may be the query of a URL:
    /// `query.Add("job_id", job)`, `{ job_id: job }`.
    pub(super) fn gives_job_id(&self) -> bool {
        let given = |at: usize| {
            let next = if self.is(at + 1, ']') { at + 2 } else { at + 1 };
            let arrow = self.token(next).is_some_and(|mark| matches!(mark.kind, Kind::Arrow));
            arrow || self.is(next, ':') || self.is(next, '=')
        };
        self.spend(self.source.tokens.len())
            && self.source.tokens.iter().enumerate().any(|(at, token)| match &token.kind {
                Kind::Text(text) => text.text == JOB_ID && (self.is(at + 1, ',') || given(at)),
                Kind::Word(word) => word == JOB_ID && token.inside.is_some() && given(at),
                _ => false,
            })
    }
}

/// Whether a text is the same in a URL.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte))
}
