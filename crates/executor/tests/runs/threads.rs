//! The driver of threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use massup_executor::event::{Event, Stop};
use massup_executor::{Options, Report, Run};
use massup_transport::{Call, Failure, Method, Response, Transport};

use crate::driver::{by_ids, journal, plain, updated};

/// A transport that counts the calls at the same time.
struct Counting {
    now: AtomicUsize,
    most: AtomicUsize,
    calls: AtomicUsize,
    stop: AtomicBool,
    panics: bool,
}

impl Transport for Counting {
    fn send(&self, call: &Call) -> Result<Response, Failure> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        if self.calls.fetch_add(1, Ordering::SeqCst) == 20 {
            self.stop.store(true, Ordering::SeqCst);
        }
        std::thread::sleep(Duration::from_millis(2));
        self.now.fetch_sub(1, Ordering::SeqCst);
        assert!(!self.panics || call.method() == Method::Get, "a defect of the transport");
        if call.method() == Method::Get { Ok(Response::new(204, "")) } else { updated(call) }
    }
}

fn counting(panics: bool) -> Counting {
    let zero = || AtomicUsize::new(0);
    Counting { now: zero(), most: zero(), calls: zero(), stop: AtomicBool::new(false), panics }
}

#[test]
fn threads_send_as_many_calls_as_are_allowed() {
    let (transport, mut journal) = (counting(false), journal());
    let options = Options { concurrency: 4, ..plain() };
    let steps = by_ids(&["City"], 50_000).into_iter().map(Ok);
    let mut watch = |_: &Event| {};
    let outcome = Run::new(options).apply(steps, &transport, &mut journal, &mut watch).unwrap();
    assert_eq!((outcome.totals.updated, outcome.stop), (50_000, None));
    assert_eq!(transport.calls.load(Ordering::SeqCst), 100);
    assert!((2..=4).contains(&transport.most.load(Ordering::SeqCst)));
}

#[test]
fn a_wish_to_stop_lets_calls_under_way_end() {
    let (transport, mut journal) = (counting(false), journal());
    let options = Options { concurrency: 4, ..plain() };
    let steps = by_ids(&["City"], 100_000);
    let run = Run::new(options.clone()).stopped_by(&transport.stop);
    let mut watch = |_: &Event| {};
    let outcome =
        run.apply(steps.clone().into_iter().map(Ok), &transport, &mut journal, &mut watch).unwrap();
    assert_eq!(outcome.stop, Some(Stop::Asked));
    let calls = transport.calls.load(Ordering::SeqCst) as u64;
    assert!(calls < 200);
    let report = Report::of(&mut journal).unwrap();
    assert_eq!((report.calls.done, report.calls.in_doubt), (calls, 0));
    let steps = steps.into_iter().map(Ok);
    let outcome = Run::new(options).apply(steps, &transport, &mut journal, &mut watch).unwrap();
    assert_eq!(outcome.totals.updates + calls, 200);
}

#[test]
fn a_transport_that_panics_leaves_a_call_in_doubt() {
    let (transport, mut journal) = (counting(true), journal());
    let options = Options { settle_after: Duration::ZERO, ..plain() };
    let steps = by_ids(&["City"], 3).into_iter().map(Ok);
    let mut doubts = 0;
    let mut watch = |event: &Event| doubts += u32::from(matches!(event, Event::CallInDoubt { .. }));
    let outcome = Run::new(options).apply(steps, &transport, &mut journal, &mut watch).unwrap();
    assert_eq!((outcome.totals.failed, doubts), (3, 1), "the records are gone, by the answer");
}
