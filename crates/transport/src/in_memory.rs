//! A transport without a network.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Call, Failure, Response, Transport};

type Respond = Box<dyn FnMut(&Call) -> Result<Response, Failure> + Send>;

/// A transport that makes up its answers and remembers every call.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_transport::{Response, Call, Failure, InMemory, Transport as _};
///
/// let transport = InMemory::scripted([
///     Ok(Response::new(429, r#"{"code":"TOO_MANY_REQUESTS"}"#)),
///     Err(Failure::InDoubt("the connection was closed".into())),
/// ]);
/// let call = Call::status(ApiVersion::V8, "Leads", "554023000000506003".parse()?)?;
/// assert_eq!(transport.send(&call)?.status, 429);
/// assert!(transport.send(&call).unwrap_err().is_in_doubt());
///
/// // The script has come to its end.
/// assert!(!transport.send(&call).unwrap_err().is_in_doubt());
/// assert_eq!(transport.calls().len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct InMemory {
    state: Mutex<State>,
}

struct State {
    respond: Respond,
    calls: Vec<Call>,
}

impl InMemory {
    /// A transport that answers each call with what `respond` returns for it.
    pub fn answering(
        respond: impl FnMut(&Call) -> Result<Response, Failure> + Send + 'static,
    ) -> Self {
        Self { state: Mutex::new(State { respond: Box::new(respond), calls: Vec::new() }) }
    }

    /// A transport that returns these outcomes in order, for any call. After the last one, calls fail as
    /// not sent.
    pub fn scripted<I>(outcomes: I) -> Self
    where
        I: IntoIterator<Item = Result<Response, Failure>>,
        I::IntoIter: Send + 'static,
    {
        let mut outcomes = outcomes.into_iter();
        Self::answering(move |_| {
            outcomes
                .next()
                .unwrap_or_else(|| Err(Failure::NotSent("no outcome is left in the script".into())))
        })
    }

    /// Every call so far, in the order of sending, those without an answer included.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A closure that panicked leaves the list of calls whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for InMemory {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let mut state = self.lock();
        state.calls.push(call.clone());
        (state.respond)(call)
    }
}

impl fmt::Debug for InMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory").field("calls", &self.lock().calls).finish_non_exhaustive()
    }
}
