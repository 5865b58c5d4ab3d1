//! The accounts server: tokens are got, renewed and revoked there.

use std::time::Duration;

use serde_json::{Map, Value};
use ureq::Agent;

use super::connection::{self, failure};
use super::redact::redacted;
use super::{SendError, Settings};
use crate::{BaseUrl, Failure, Refresh, Secret};

/// Bytes of an answer about tokens at most.
const MAX_ANSWER: u64 = 64 << 10;

/// How long an access token is valid, whatever an answer says.
const LIFETIME: Duration = Duration::from_hours(1);

/// How long a device code can be entered, whatever an answer says.
const DEVICE_LIFETIME: Duration = Duration::from_mins(5);

/// The time between two questions for the token of a device; sooner ones are refused.
const DEVICE_INTERVAL: Duration = Duration::from_secs(30);

/// The client that asks for tokens, as the API console names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthClient {
    /// `client_id`.
    pub id: Secret,
    /// `client_secret`.
    pub secret: Secret,
}

/// What the accounts server issues.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// The access token.
    pub access_token: Secret,
    /// The token to get further access tokens with; only the first answer to a grant has it.
    pub refresh_token: Option<Secret>,
    /// How long the access token is valid, at most an hour.
    pub lifetime: Duration,
    /// The address of the API that the token is for, as the server writes it.
    pub api_domain: Option<String>,
    /// The scopes, where the answer names them.
    pub scopes: Option<Vec<String>>,
}

impl Token {
    /// A token that was issued before, with the time that it has left.
    pub fn kept(
        access_token: Secret,
        left: Duration,
        api_domain: Option<String>,
        scopes: Option<Vec<String>>,
    ) -> Self {
        Self { access_token, refresh_token: None, lifetime: left.min(LIFETIME), api_domain, scopes }
    }
}

/// A code that a person enters in a browser to let this device in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceCode {
    /// The code to enter.
    pub user_code: String,
    /// The address of the page to enter it on.
    pub verification_url: String,
    /// How long the code can be entered, at most five minutes.
    pub lifetime: Duration,
    /// The time to wait before each question for the token.
    pub interval: Duration,
    secret: Secret,
}

/// What became of a device code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceAnswer {
    /// The person let the device in.
    Token(Box<Token>),
    /// The person has not decided yet, or the question came too soon.
    Pending,
    /// The person is at home in another data centre, which has to be asked from now on; its location, such
    /// as `eu`.
    OtherDataCentre(String),
}

/// The accounts server of a data centre.
#[derive(Clone, Debug)]
pub struct Accounts {
    agent: Agent,
    url: BaseUrl,
}

impl Accounts {
    /// The accounts server of some settings.
    pub fn new(settings: &Settings) -> Self {
        Self { agent: connection::agent(settings), url: settings.accounts.clone() }
    }

    pub(super) fn sharing(agent: Agent, url: BaseUrl) -> Self {
        Self { agent, url }
    }

    /// The address of the server.
    pub fn url(&self) -> &BaseUrl {
        &self.url
    }

    /// Gets another access token.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSent`] where the server cannot be reached or issues no token now,
    /// [`Failure::Unsendable`] where it refuses.
    pub fn refresh(&self, refresh: &Refresh) -> Result<Token, Failure> {
        let answer = self.ask(
            "oauth/v2/token",
            &[
                ("grant_type", "refresh_token"),
                ("client_id", refresh.client_id.reveal()),
                ("client_secret", refresh.client_secret.reveal()),
                ("refresh_token", refresh.refresh_token.reveal()),
            ],
        )?;
        let secrets = [&refresh.refresh_token, &refresh.client_secret, &refresh.client_id];
        answer.token().ok_or_else(|| self.refusal(&answer, &secrets))
    }

    /// Exchanges a grant code, which is valid once and for some minutes.
    ///
    /// # Errors
    ///
    /// As [`Accounts::refresh`].
    pub fn exchange(&self, client: &OauthClient, code: &Secret) -> Result<Token, Failure> {
        let answer = self.ask(
            "oauth/v2/token",
            &[
                ("grant_type", "authorization_code"),
                ("client_id", client.id.reveal()),
                ("client_secret", client.secret.reveal()),
                ("code", code.reveal()),
            ],
        )?;
        answer.token().ok_or_else(|| self.refusal(&answer, &[code, &client.secret, &client.id]))
    }

    /// Asks for a code that a person enters in a browser.
    ///
    /// # Errors
    ///
    /// As [`Accounts::refresh`].
    pub fn device_code(
        &self,
        client: &OauthClient,
        scopes: &[&str],
    ) -> Result<DeviceCode, Failure> {
        let scopes = scopes.join(",");
        let answer = self.ask(
            "oauth/v3/device/code",
            &[
                ("grant_type", "device_request"),
                ("client_id", client.id.reveal()),
                ("scope", &scopes),
                ("access_type", "offline"),
                ("prompt", "consent"),
            ],
        )?;
        answer.device_code().ok_or_else(|| self.refusal(&answer, &[&client.id]))
    }

    /// Asks whether the person has entered the code.
    ///
    /// # Errors
    ///
    /// As [`Accounts::refresh`]; also where the person refuses or the code has expired.
    pub fn device_token(
        &self,
        client: &OauthClient,
        code: &DeviceCode,
    ) -> Result<DeviceAnswer, Failure> {
        let answer = self.ask(
            "oauth/v3/device/token",
            &[
                ("grant_type", "device_token"),
                ("client_id", client.id.reveal()),
                ("client_secret", client.secret.reveal()),
                ("code", code.secret.reveal()),
            ],
        )?;
        if let Some(token) = answer.token() {
            return Ok(DeviceAnswer::Token(Box::new(token)));
        }
        match answer.text("error") {
            Some("authorization_pending" | "slow_down") => Ok(DeviceAnswer::Pending),
            Some("other_dc") => {
                let location = answer.text("user_location").unwrap_or_default();
                Ok(DeviceAnswer::OtherDataCentre(location.to_ascii_lowercase()))
            }
            _ => Err(self.refusal(&answer, &[&code.secret, &client.secret, &client.id])),
        }
    }

    /// Revokes a refresh token, with the access tokens that it got.
    ///
    /// # Errors
    ///
    /// As [`Accounts::refresh`].
    pub fn revoke(&self, token: &Secret) -> Result<(), Failure> {
        let answer = self.ask("oauth/v2/token/revoke", &[("token", token.reveal())])?;
        let refused = answer.text("error").is_some() || answer.text("status") == Some("error");
        if refused || !(200..300).contains(&answer.status) {
            return Err(self.refusal(&answer, &[token]));
        }
        Ok(())
    }

    /// Sends a form. An answer that does not come is safe to ask for again: nothing in the organisation
    /// depends on it.
    fn ask(&self, path: &str, form: &[(&str, &str)]) -> Result<TokenResponse, Failure> {
        let sent = self.agent.post(format!("{}/{path}", self.url)).send_form(form.iter().copied());
        let unreachable = |error| match failure(error, &self.url) {
            Failure::InDoubt(source) => {
                SendError::Unreachable(self.url.clone(), source).into_failure()
            }
            unsent => unsent,
        };
        let mut response = sent.map_err(unreachable)?;
        let body = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        let keys = body.ok().and_then(|body| serde_json::from_slice(&body).ok());
        Ok(TokenResponse { status: response.status().as_u16(), keys: keys.unwrap_or_default() })
    }

    /// Why the server issues nothing. Its words are shown, except for those that repeat what it was sent.
    fn refusal(&self, answer: &TokenResponse, secrets: &[&Secret]) -> Failure {
        let status = answer.status;
        let Some(code) = answer.text("error").or_else(|| answer.text("message")) else {
            return SendError::NotNow(format!("HTTP {status} without an error code"))
                .into_failure();
        };
        let shown = redacted(code, secrets);
        let shown: String = shown.chars().filter(|c| !c.is_control()).take(100).collect();
        if status >= 500 || status == 429 || shown == "Access Denied" {
            return SendError::NotNow(format!("`{shown}`")).into_failure();
        }
        SendError::Refused { accounts: self.url.clone(), code: shown }.into_failure()
    }
}

/// An answer of the accounts server: a JSON object, or nothing.
struct TokenResponse {
    status: u16,
    keys: Map<String, Value>,
}

impl TokenResponse {
    fn text(&self, key: &str) -> Option<&str> {
        self.keys.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A number of seconds, some of which come as texts.
    fn seconds(&self, key: &str) -> Option<Duration> {
        let value = self.keys.get(key)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
        Some(Duration::from_secs(number))
    }

    fn token(&self) -> Option<Token> {
        let access_token = self.text("access_token").filter(|token| is_token(token))?;
        let scopes = |scope: &str| {
            let words = scope.split([' ', ',']).filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        };
        Some(Token {
            access_token: Secret::new(access_token),
            refresh_token: self.text("refresh_token").filter(|t| is_token(t)).map(Secret::new),
            lifetime: self.seconds("expires_in").unwrap_or(LIFETIME).min(LIFETIME),
            api_domain: self.text("api_domain").map(str::to_owned),
            scopes: self.text("scope").map(scopes),
        })
    }

    fn device_code(&self) -> Option<DeviceCode> {
        let url = self.text("verification_uri_complete").or(self.text("verification_url"))?;
        let interval = self.seconds("interval").unwrap_or(DEVICE_INTERVAL);
        Some(DeviceCode {
            user_code: self.text("user_code")?.to_owned(),
            verification_url: url.to_owned(),
            lifetime: self.seconds("expires_in").unwrap_or(DEVICE_LIFETIME).min(DEVICE_LIFETIME),
            // The documents say one question in 30 seconds; answers also name milliseconds.
            interval: interval.clamp(Duration::from_secs(1), DEVICE_INTERVAL),
            secret: Secret::new(self.text("device_code").filter(|code| is_token(code))?),
        })
    }
}

/// Whether a text can be sent as a token: printable ASCII without white space.
fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn answer(body: &Value) -> TokenResponse {
        TokenResponse { status: 200, keys: body.as_object().cloned().unwrap_or_default() }
    }

    #[test]
    fn a_lifetime_is_never_longer_than_documented() {
        let lifetime = |expires_in: Value| {
            let body = json!({ "access_token": "1000.x", "expires_in": expires_in });
            answer(&body).token().unwrap().lifetime
        };
        assert_eq!(lifetime(json!(3_600)), LIFETIME);
        assert_eq!(lifetime(json!(60)), Duration::from_mins(1));
        assert_eq!(lifetime(json!("60")), Duration::from_mins(1));
        for odd in [json!(u64::MAX), json!(-1), json!(1e300), json!("soon"), json!(null), json!({})]
        {
            assert_eq!(lifetime(odd.clone()), LIFETIME, "{odd}");
        }
    }

    #[test]
    fn what_no_header_can_hold_is_not_a_token() {
        for token in ["", "a b", "1000.x\n", "1000.\u{e9}"] {
            assert!(answer(&json!({ "access_token": token })).token().is_none(), "{token}");
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC*".prop_map(Value::from),
            Just(Value::Null),
            Just(json!([1])),
        ]
    }

    proptest! {
        /// No value makes the reader fail or wait for long.
        #[test]
        fn any_answer_is_read(
            keys in prop::collection::hash_map(
                prop::sample::select(vec![
                    "access_token", "refresh_token", "expires_in", "scope", "api_domain", "error", "interval",
                    "device_code", "user_code", "verification_url",
                ]),
                values(), 0..10,
            ),
        ) {
            let keys = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            let answer = TokenResponse { status: 200, keys };
            if let Some(token) = answer.token() {
                prop_assert!(token.lifetime <= LIFETIME);
            }
            if let Some(code) = answer.device_code() {
                prop_assert!(code.lifetime <= DEVICE_LIFETIME && code.interval <= DEVICE_INTERVAL);
            }
        }
    }
}
