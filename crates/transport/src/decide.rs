//! What to do after a call: done, failed, send it again, or in doubt. Pure: the caller brings time and chance.

use std::time::Duration;

use massup_model::ApiVersion;
use massup_model::catalogue::{self, Code, Endpoint, Retry};
use massup_model::response::{self, Outcome};

use crate::{Failure, Response};

/// The purpose of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Updating records: doing it twice fires automations twice.
    Update,
    /// Reading the status of a job.
    Status,
    /// Reading anything else.
    Read,
    /// Reading a file: the answer is not JSON.
    Download,
}

impl Purpose {
    /// Whether the call changes nothing, so that it can be sent any number of times.
    pub fn is_harmless(self) -> bool {
        self != Self::Update
    }

    /// Reads the body of an answer to a call with this purpose.
    pub fn read(self, answer: &Response) -> response::Answer {
        let endpoint = match self {
            Self::Update => Endpoint::MassUpdate,
            Self::Status => Endpoint::Status,
            Self::Read | Self::Download => Endpoint::Any,
        };
        response::Answer::read(endpoint, &answer.body)
    }
}

/// What to do after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// There is an answer. That of an update by ids may hold errors of single records.
    Done,
    /// The server refused the call; the same call will be refused again.
    Failed,
    /// The call did nothing, or is harmless: send it again after this time.
    RetryAfter(Duration),
    /// The call may have been carried out. Sending it again may carry it out twice.
    InDoubt,
}

/// Exponential backoff: the wait doubles with each call, and differs between clients.
///
/// ```
/// use std::time::Duration;
/// use massup_transport::Backoff;
///
/// let backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60), calls: 5 };
/// assert_eq!(backoff.wait(1, 0.0), Duration::from_millis(500));
/// assert_eq!(backoff.wait(3, 1.0), Duration::from_secs(4));
/// assert_eq!(backoff.wait(30, 1.0), Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first call, at most.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
    /// How often a call is sent in all.
    pub calls: u32,
}

impl Default for Backoff {
    /// One second, doubled up to a minute; six calls.
    fn default() -> Self {
        Self { first: Duration::from_secs(1), most: Duration::from_mins(1), calls: 6 }
    }
}

impl Backoff {
    /// The wait after a call, counted from 1. `chance`, between 0 and 1, picks a time between half the
    /// wait and all of it.
    pub fn wait(&self, call: u32, chance: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(call.saturating_sub(1).min(31));
        let whole = self.first.saturating_mul(doubled).min(self.most);
        whole.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }

    /// What to do after the `call`th sending of a call, counted from 1.
    ///
    /// The body of the answer decides; its HTTP status counts only where no body can be read. What the
    /// server asks for in `Retry-After` is waited for at least.
    ///
    /// ```
    /// use std::time::Duration;
    /// use massup_model::ApiVersion;
    /// use massup_transport::{Response, Backoff, Decision, Failure, Purpose};
    ///
    /// let backoff = Backoff::default();
    /// let decide = |purpose, outcome: &_| backoff.decide(purpose, ApiVersion::V8, outcome, 1, 0.5);
    ///
    /// // An error under HTTP 202.
    /// let scheduled = Ok(Response::new(202, r#"{"code":"ALREADY_SCHEDULED","status":"error"}"#));
    /// assert!(matches!(decide(Purpose::Update, &scheduled), Decision::RetryAfter(_)));
    ///
    /// let lost = Err(Failure::InDoubt("the connection was closed".into()));
    /// assert_eq!(decide(Purpose::Update, &lost), Decision::InDoubt);
    /// assert!(matches!(decide(Purpose::Status, &lost), Decision::RetryAfter(_)));
    /// ```
    pub fn decide(
        &self,
        purpose: Purpose,
        version: ApiVersion,
        outcome: &Result<Response, Failure>,
        call: u32,
        chance: f64,
    ) -> Decision {
        let read = outcome.as_ref().ok().map(|answer| purpose.read(answer));
        self.decide_read(purpose, version, outcome, read.as_ref(), call, chance)
    }

    /// The same as [`decide`](Self::decide) with a body that was [read](Purpose::read) before; `None` without
    /// an answer.
    pub fn decide_read(
        &self,
        purpose: Purpose,
        version: ApiVersion,
        outcome: &Result<Response, Failure>,
        read: Option<&response::Answer>,
        call: u32,
        chance: f64,
    ) -> Decision {
        let empty = || response::Answer::read(Endpoint::Any, b"");
        let verdict = match outcome {
            Ok(answer) => match read {
                Some(read) => of_answer(purpose, version, answer, read),
                None => of_answer(purpose, version, answer, &empty()),
            },
            Err(Failure::NotSent(_)) => Verdict::Again,
            Err(Failure::Unsendable(_)) => Verdict::Failed,
            Err(Failure::InDoubt(_)) if purpose.is_harmless() => Verdict::Again,
            Err(Failure::InDoubt(_)) => Verdict::InDoubt,
        };
        let asked = outcome.as_ref().ok().and_then(|answer| answer.retry_after);
        let wait = self.wait(call, chance).max(asked.unwrap_or_default());
        let more = call < self.calls;
        match verdict {
            Verdict::Done => Decision::Done,
            Verdict::InDoubt => Decision::InDoubt,
            Verdict::Again if more => Decision::RetryAfter(wait),
            // A new job may not be known yet; a new token that is refused again will stay refused.
            Verdict::Once if call == 1 && more => Decision::RetryAfter(wait),
            Verdict::Again | Verdict::Once | Verdict::Failed => Decision::Failed,
        }
    }
}

/// A decision before its time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    Failed,
    /// As often as calls may be sent.
    Again,
    /// One more time.
    Once,
    InDoubt,
}

fn of_answer(
    purpose: Purpose,
    version: ApiVersion,
    answer: &Response,
    read: &response::Answer,
) -> Verdict {
    use response::Answer as Read;
    // The only record of an answer may have fields named as those of an error are.
    let is_record = |error: &Outcome| {
        purpose == Purpose::Read && (error.code.as_str().is_empty() || error.status != "error")
    };
    if let Some(error) = read.refusal().filter(|error| !is_record(error)) {
        // An entry about the one record of a call refuses that record, not the call.
        return of_error(purpose, version, error, answer.status);
    }
    match (read, purpose) {
        (Read::Scheduled { .. } | Read::Records(_), Purpose::Update)
        | (Read::Status(_), Purpose::Status) => Verdict::Done,
        (_, Purpose::Read) if is_readable(answer) => Verdict::Done,
        (_, Purpose::Download) if (200..300).contains(&answer.status) => Verdict::Done,
        // An answer to another kind of call says nothing about this one.
        _ => of_status(purpose, answer.status),
    }
}

/// Whether an answer to a call that reads is usable: JSON, or empty with the status for that.
fn is_readable(answer: &Response) -> bool {
    let json = serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
    answer.status == 204 || ((200..300).contains(&answer.status) && json)
}

/// An answer that says nothing; most likely a gateway's.
fn of_status(purpose: Purpose, status: u16) -> Verdict {
    match status {
        // A timeout of the gateway, which may have sent the call on.
        408 if !purpose.is_harmless() => Verdict::InDoubt,
        408 | 429 => Verdict::Again,
        400..=499 => Verdict::Failed,
        _ if purpose.is_harmless() => Verdict::Again,
        _ => Verdict::InDoubt,
    }
}

fn of_error(purpose: Purpose, version: ApiVersion, error: &Outcome, status: u16) -> Verdict {
    match &error.code {
        Code::Success => Verdict::Done,
        // A count or a list that is refused for its size is refused again.
        Code::LimitReached if purpose == Purpose::Read => Verdict::Failed,
        Code::TooManyRequests | Code::LimitReached | Code::AlreadyScheduled => Verdict::Again,
        Code::InvalidToken | Code::InvalidOauthtoken | Code::AuthenticationFailure => Verdict::Once,
        // The server may have failed half-way.
        Code::InternalError | Code::InternalServerError => {
            if purpose.is_harmless() {
                Verdict::Again
            } else {
                Verdict::InDoubt
            }
        }
        Code::NotFound if purpose == Purpose::Status => Verdict::Once,
        // If a code means several errors, the catalogue knows whether waiting helps.
        Code::InvalidData
        | Code::CannotProcess
        | Code::RecordInBlueprint
        | Code::NotApproved
        | Code::RecordLocked => {
            let endpoint =
                if purpose == Purpose::Status { Endpoint::Status } else { Endpoint::MassUpdate };
            let row = catalogue::recognise(endpoint, error.code.as_str(), &error.message, version);
            match row.map(|row| row.retry) {
                Some(Retry::Later) => Verdict::Again,
                Some(Retry::AfterRefresh) => Verdict::Once,
                Some(Retry::Never | Retry::AfterFix) | None => Verdict::Failed,
            }
        }
        // Only the status shows that an undocumented code is a fault of the server.
        Code::Unknown(_) if status >= 500 => of_status(purpose, status),
        Code::AlreadyUsed
        | Code::AuthorizationFailed
        | Code::BadRequest
        | Code::CannotPerformAction
        | Code::ConvertedRecord
        | Code::DependentFieldMissing
        | Code::DuplicateData
        | Code::ExpectedFieldMissing
        | Code::FeatureNotSupported
        | Code::InvalidModule
        | Code::InvalidRequestMethod
        | Code::InvalidUrlPattern
        | Code::LimitExceeded
        | Code::MandatoryNotFound
        | Code::MappingMismatch
        | Code::NoContent
        | Code::NoPermission
        | Code::NoRecordsFound
        | Code::NotAllowed
        | Code::NotFound
        | Code::NotSupported
        | Code::OauthScopeMismatch
        | Code::StorageSpaceExceeded
        | Code::TerritoryNotEnabled
        | Code::UnableToParseDataType
        | Code::Unknown(_) => Verdict::Failed,
    }
}

#[cfg(test)]
mod tests {
    use massup_model::catalogue::Reach;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn decide(purpose: Purpose, outcome: &Result<Response, Failure>) -> Decision {
        Backoff::default().decide(purpose, ApiVersion::V8, outcome, 1, 0.5)
    }

    fn error(code: &str, message: &str) -> Vec<u8> {
        let error = json!({ "code": code, "details": {}, "message": message, "status": "error" });
        error.to_string().into_bytes()
    }

    const PURPOSES: [Purpose; 4] =
        [Purpose::Update, Purpose::Status, Purpose::Read, Purpose::Download];

    /// Every documented error of a whole call, in every place and under every status it may have.
    #[test]
    fn every_documented_error_leads_where_its_row_says() {
        for row in catalogue::ALL.iter().filter(|row| row.reach == Reach::WholeCall) {
            let purpose = match row.endpoint {
                Endpoint::Status => Purpose::Status,
                Endpoint::MassUpdate | Endpoint::Any => Purpose::Update,
            };
            for status in [200, 202, 400, 500] {
                let answer = Ok(Response::new(status, error(row.code, row.message)));
                let decision = decide(purpose, &answer);
                let again = matches!(decision, Decision::RetryAfter(_));
                let fault = row.code.starts_with("INTERNAL") && purpose == Purpose::Update;
                let fresh = row.code == "NOT_FOUND";
                // An empty view fills when it fills: that is not a matter of minutes.
                let empty = row.code == "NO_RECORDS_FOUND";
                let expected = match row.retry {
                    _ if fault => decision == Decision::InDoubt,
                    _ if empty => decision == Decision::Failed,
                    Retry::Later | Retry::AfterRefresh => again,
                    Retry::Never | Retry::AfterFix if fresh => again,
                    Retry::Never | Retry::AfterFix => decision == Decision::Failed,
                };
                assert!(expected, "{} under {status}: {decision:?}", row.key);
            }
        }
    }

    #[test]
    fn every_way_to_have_no_answer_is_decided() {
        for purpose in PURPOSES {
            let not_sent = Err(Failure::NotSent("no route".into()));
            assert!(matches!(decide(purpose, &not_sent), Decision::RetryAfter(_)));
            let unsendable = Err(Failure::Unsendable("no token is given".into()));
            assert_eq!(decide(purpose, &unsendable), Decision::Failed);
            let lost = decide(purpose, &Err(Failure::InDoubt("reset".into())));
            assert_eq!(matches!(lost, Decision::RetryAfter(_)), purpose.is_harmless());
            assert_eq!(lost == Decision::InDoubt, !purpose.is_harmless());
        }
        for (status, update, status_of_job) in [
            (200, Decision::InDoubt, true),
            (204, Decision::InDoubt, true),
            (400, Decision::Failed, false),
            (404, Decision::Failed, false),
            (408, Decision::InDoubt, true),
            (500, Decision::InDoubt, true),
            (502, Decision::InDoubt, true),
            (503, Decision::InDoubt, true),
        ] {
            let answer = Ok(Response::new(status, "<html>"));
            assert_eq!(decide(Purpose::Update, &answer), update, "{status}");
            let again = matches!(decide(Purpose::Status, &answer), Decision::RetryAfter(_));
            assert_eq!(again, status_of_job, "{status}");
        }
        let nothing = Ok(Response::new(204, ""));
        assert_eq!(decide(Purpose::Read, &nothing), Decision::Done);
        let limit = Ok(Response::new(400, error("LIMIT_REACHED", "")));
        assert_eq!(decide(Purpose::Read, &limit), Decision::Failed);
        assert!(matches!(decide(Purpose::Update, &limit), Decision::RetryAfter(_)));
        let busy = Ok(Response::new(429, "<html>"));
        assert!(matches!(decide(Purpose::Update, &busy), Decision::RetryAfter(_)));
    }

    #[test]
    fn answers_are_done_whatever_their_status() {
        let job = json!({ "data": [{ "code": "SUCCESS", "details": { "job_id": "7" }, "message": "", "status": "success" }] });
        let one = json!({ "data": [{ "code": "INVALID_DATA", "details": { "id": "7" }, "message": "the id given seems to be invalid", "status": "error" }] });
        let status = json!({ "data": [{ "Status": "RUNNING", "Total_Count": 1, "Updated_Count": 0, "Not_Updated_Count": 1, "Failed_Count": 0 }] });
        for (purpose, body) in
            [(Purpose::Update, &job), (Purpose::Update, &one), (Purpose::Status, &status)]
        {
            for http in [200, 207, 400, 500] {
                let answer = Ok(Response::new(http, body.to_string()));
                assert_eq!(decide(purpose, &answer), Decision::Done, "{body}");
            }
        }
        // An answer to another call is not an answer.
        let crossed = Ok(Response::new(200, status.to_string()));
        assert_eq!(decide(Purpose::Update, &crossed), Decision::InDoubt);
    }

    #[test]
    fn one_record_is_no_refusal_of_the_call_that_reads_it() {
        for record in [json!({ "City": "Chennai" }), json!({ "Code": "X", "Status": "Open" })] {
            let answer = Ok(Response::new(200, json!({ "data": [record] }).to_string()));
            assert_eq!(decide(Purpose::Read, &answer), Decision::Done, "{record}");
        }
        let refused = Ok(Response::new(400, error("INVALID_DATA", "")));
        assert_eq!(decide(Purpose::Read, &refused), Decision::Failed);
    }

    #[test]
    fn a_file_is_done_and_an_error_in_its_place_is_not() {
        let zip = Ok(Response::new(200, b"PK\x03\x04".as_slice()));
        assert_eq!(decide(Purpose::Download, &zip), Decision::Done);
        assert!(matches!(decide(Purpose::Read, &zip), Decision::RetryAfter(_)));
        let refused = Ok(Response::new(200, error("NO_PERMISSION", "")));
        assert_eq!(decide(Purpose::Download, &refused), Decision::Failed);
    }

    #[test]
    fn what_the_server_asks_for_is_waited_for() {
        let mut answer = Response::new(429, error("TOO_MANY_REQUESTS", ""));
        answer.retry_after = Some(Duration::from_mins(5));
        let decision = decide(Purpose::Update, &Ok(answer));
        assert_eq!(decision, Decision::RetryAfter(Duration::from_mins(5)));
    }

    #[test]
    fn tokens_and_fresh_jobs_get_a_second_call_and_no_third() {
        let backoff = Backoff::default();
        for (purpose, code) in [(Purpose::Update, "INVALID_TOKEN"), (Purpose::Status, "NOT_FOUND")]
        {
            let answer = Ok(Response::new(400, error(code, "")));
            let decide = |call| backoff.decide(purpose, ApiVersion::V7, &answer, call, 0.0);
            assert!(matches!(decide(1), Decision::RetryAfter(_)), "{code}");
            assert_eq!(decide(2), Decision::Failed, "{code}");
        }
    }

    proptest! {
        /// No bytes make an update be sent twice unless an error says that it was not done.
        #[test]
        fn an_update_is_repeated_only_on_an_error_that_says_so(status in 100_u16..600, body in any::<Vec<u8>>()) {
            let again = matches!(
                decide(Purpose::Update, &Ok(Response::new(status, body))),
                Decision::RetryAfter(_)
            );
            prop_assert_eq!(again, status == 429);
        }

        #[test]
        fn waits_grow_to_their_bound(call in 1_u32..100, chance in 0.0..=1.0_f64) {
            let backoff = Backoff::default();
            let wait = backoff.wait(call, chance);
            prop_assert!(wait <= backoff.most && wait >= backoff.first / 2);
            prop_assert!(backoff.wait(call + 1, chance) >= wait);
            let last = backoff.decide(
                Purpose::Read, ApiVersion::V8, &Err(Failure::NotSent("".into())), backoff.calls, chance,
            );
            prop_assert_eq!(last, Decision::Failed);
        }
    }
}
