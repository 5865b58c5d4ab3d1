//! The emulator over HTTP.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

mod guard;
mod patience;

use guard::Guard;
use patience::{Bounds, Patient, Share, held};

use crate::control::Caller;
use crate::emulator::Pacing;
use crate::refusal::Denial;
use crate::{Emulator, Refusal, Reply, Request};

/// Bytes of the body of a call at most: hundred records of long texts fit.
const MAX_BODY: usize = 8 << 20;

/// Bytes of an organisation at most.
const MAX_IMPORT: usize = 256 << 20;

/// How long to wait before accepting again when the system has no more connections to give.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);

/// How long the background work pauses when there is nothing to do.
const IDLE_POLL: Duration = Duration::from_millis(20);

/// An address that calls can be sent to.
#[derive(Debug)]
pub struct Server {
    emulator: Arc<Emulator>,
    listener: TcpListener,
    guard: Guard,
}

/// What all connections share.
struct Shared {
    emulator: Arc<Emulator>,
    guard: Guard,
    bounds: Bounds,
    under_way: AtomicUsize,
}

impl Server {
    /// Takes an address, by default `127.0.0.1:8787`; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// When the address is taken or not this machine's.
    pub async fn bind(emulator: Arc<Emulator>, address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let guard = Guard::new(listener.local_addr()?.ip()).map_err(io::Error::other)?;
        Ok(Self { emulator, listener, guard })
    }

    /// Answers to one more name in `Host`, in addition to `localhost` and the server's address.
    pub fn allow_host(&self, name: &str) {
        self.guard.allow(name);
    }

    /// The token that the control endpoint takes in the header `X-Emulator-Token`. It is made anew by each
    /// server. Callers on this machine need none, unless they want to see the organisation's secrets.
    pub fn control_token(&self) -> &str {
        self.guard.token()
    }

    /// The address with its port.
    ///
    /// # Errors
    ///
    /// The default if the system does not report it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The URL that calls can be sent to from this machine.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address).
    pub fn url(&self) -> io::Result<String> {
        let mut address = self.address()?;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        Ok(format!("http://{address}"))
    }

    /// The lines that a person wants to see first: where the server is, and a call that works.
    ///
    /// # Errors
    ///
    /// As [`address`](Self::address).
    pub fn greeting(&self) -> io::Result<String> {
        let url = self.url()?;
        let example = self.emulator.example().map_or_else(
            || {
                "no call works yet: import an organisation with a token, a module, a field that may be mass \
                 updated, and a record"
                    .to_owned()
            },
            |example| format!("try it:\n  {}", example.curl(&url)),
        );
        Ok(format!("emulating the mass update API on {url}\n{example}"))
    }

    /// An access token that calls can be made with; the first of the organisation's own.
    pub fn token(&self) -> Option<String> {
        self.emulator.organisation().tokens.into_iter().next().map(|token| token.token)
    }

    /// A client that may ask for tokens; the first of the organisation's own.
    pub fn client(&self) -> Option<crate::metadata::Client> {
        self.emulator.organisation().clients.into_iter().next()
    }

    /// Answers calls and does the background work until `stop` is ready.
    ///
    /// A connection that cannot be taken concerns its client alone: where the system has no more of them,
    /// the next one is taken when it has.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let background = tokio::spawn(work(Arc::clone(&self.emulator)));
        let shared = Arc::new(Shared {
            emulator: self.emulator,
            guard: self.guard,
            bounds: Bounds::new(),
            under_way: AtomicUsize::new(0),
        });
        let accept = async {
            loop {
                let share = shared.bounds.connection().await;
                let Ok((stream, peer)) = self.listener.accept().await else {
                    tokio::time::sleep(ACCEPT_BACKOFF).await;
                    continue;
                };
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    connection(stream, peer, shared).await;
                    drop(share);
                });
            }
        };
        tokio::select! {
            () = accept => {}
            () = stop => {}
        }
        background.abort();
    }
}

/// Serves an emulator until `stop` is ready; `announce` is called once calls are taken.
///
/// This makes its own runtime, for programs that have none.
///
/// # Errors
///
/// When the address cannot be taken, or `announce` fails.
///
/// ```
/// use std::sync::Arc;
///
/// use massup_emulator::{Emulator, server};
///
/// let emulator = Arc::new(Emulator::seeded()?);
/// let mut greeting = String::new();
/// let announce = |server: &server::Server| {
///     greeting = server.greeting()?;
///     Ok(())
/// };
/// server::serve(emulator, ([127, 0, 0, 1], 0).into(), announce, async {})?;
/// assert!(greeting.contains("curl -X POST http://127.0.0.1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve(
    emulator: Arc<Emulator>,
    address: SocketAddr,
    announce: impl FnOnce(&Server) -> io::Result<()>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let server = Server::bind(emulator, address).await?;
        announce(&server)?;
        server.run(stop).await;
        Ok(())
    })
}

/// Is ready when the process is asked to stop: by Ctrl-C, or on Unix by SIGTERM.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Lets jobs go on, step by step, so that calls come in between.
async fn work(emulator: Arc<Emulator>) {
    loop {
        let own = Arc::clone(&emulator);
        let worked = tokio::task::spawn_blocking(move || own.tick()).await;
        let pause = match worked {
            Ok(Ok(true)) => emulator.pacing().job_pause,
            _ => IDLE_POLL,
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // Answers are small and complete: none should wait for more.
    let _ = stream.set_nodelay(true);
    let patience = shared.emulator.pacing().patience;
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { answer(request, peer, shared).await }
    });
    let stream = TokioIo::new(Patient::new(stream, patience));
    // A connection that ends badly concerns its client alone.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        // A client that has said all may close its half, and still waits for the answer.
        .half_close(true)
        .serve_connection(stream, service)
        .await;
}

/// The connection is closed without an answer: on demand, or because the client does not go on.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
struct Dropped;

async fn answer(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    shared: Arc<Shared>,
) -> Result<hyper::Response<Full<Bytes>>, Dropped> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let headers = parts.headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    let mut request = Request::new(parts.method.as_str(), &path);
    request.headers = headers.collect();
    if let Some(refused) = shared.guard.refuse(&request, peer) {
        return Ok(response(refused, None));
    }
    let caller = if shared.guard.has_token(&request) { Caller::Holder } else { Caller::Anonymous };
    let most = if path == "/__emulator/import" { MAX_IMPORT } else { MAX_BODY };
    let malformed = || Denial::from(Refusal::BodyMalformed).reply(massup_model::ApiVersion::LATEST);
    // What is announced as too long is not waited for.
    let size = body.size_hint();
    if size.lower() > most as u64 {
        return Ok(response(malformed(), None));
    }
    let size = size.upper().and_then(|size| usize::try_from(size).ok()).unwrap_or(most);
    let collected = async {
        let memory = shared.bounds.body(size.min(most)).await;
        (Limited::new(body, most).collect().await, memory)
    };
    let pacing = shared.emulator.pacing();
    let collected = tokio::time::timeout(pacing.patience, collected).await;
    let (Ok(body), memory) = collected.map_err(|_| Dropped)? else {
        return Ok(response(malformed(), None));
    };
    request.body = body.to_bytes().into();
    // The work is done to its end even where the client goes away meanwhile.
    let bounds = shared.bounds.clone();
    let handled = tokio::task::spawn_blocking(move || {
        let reply = limited(&request, &shared, caller, pacing);
        drop(memory);
        reply
    });
    let reply = handled.await.unwrap_or_else(|_| {
        Denial::from(Refusal::Internal).reply(massup_model::ApiVersion::LATEST)
    });
    if reply.dropped {
        return Err(Dropped);
    }
    // Clients that do not read hold all the memory there is for long answers: the others get short ones.
    let share = bounds.answer(reply.body.len()).map_err(|_| Dropped)?;
    Ok(response(reply, share))
}

/// Answers a call; one of the API with the limit of calls under way and the delays that were asked for.
fn limited(request: &Request, shared: &Shared, caller: Caller, pacing: Pacing) -> Reply {
    let emulator = &shared.emulator;
    if !request.path.starts_with("/crm/") {
        return emulator.handle_from(request, caller);
    }
    let counted = UnderWay::begin(&shared.under_way);
    if counted.before >= pacing.concurrency {
        return Denial::from(Refusal::TooManyRequests).reply(massup_model::ApiVersion::LATEST);
    }
    pause(pacing.before);
    let reply = emulator.handle_from(request, caller);
    pause(pacing.after);
    reply
}

/// A call that is counted as long as this lives, however it ends.
struct UnderWay<'a> {
    count: &'a AtomicUsize,
    /// The calls that were under way before.
    before: usize,
}

impl<'a> UnderWay<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        Self { count, before: count.fetch_add(1, Ordering::SeqCst) }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
    }
}

fn pause(time: Duration) {
    if !time.is_zero() {
        std::thread::sleep(time);
    }
}

fn response(reply: Reply, share: Option<Share>) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(held(reply.body, share)));
    if let Ok(status) = hyper::StatusCode::from_u16(reply.status) {
        *response.status_mut() = status;
    }
    for (name, value) in reply.headers {
        let name = HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
