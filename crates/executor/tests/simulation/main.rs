//! Runs against the emulator under faults and crashes, the same for the same seed.
//!
//! `MASSUP_SEEDS=10000` runs so many worlds, `MASSUP_SEEDS=10000..20000` those with these seeds, and
//! `MASSUP_SEED=7` runs one.

#![expect(clippy::print_stdout, reason = "the test runner shows it where a law is broken")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod world;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use massup_emulator::settings::Faults;
use massup_executor::entry::{Doubt, Entry, Identity, Key, RecordEntry, RecordOutcome, State};
use massup_executor::event::{Choice, Event, Question, Stop};
use massup_executor::machine::{Now, Received};
use massup_executor::rollback::Rollback;
use massup_executor::sqlite::Sqlite;
use massup_executor::verify::{Verified, verify};
use massup_executor::{
    InDoubt, Journal, Memory, Observer, Options, Outcome, ReadBack, Report, Run, RunError, Session,
};
use massup_model::{ApiVersion, RecordId, Selection, ViewId};
use massup_planner::ids::Ids;
use massup_planner::{Action, Plan, Route, Step, file};
use massup_transport::{Call, Failure, Response};

use world::{Chance, Direct, FIELDS, MODULE, Mortal, Network, Server, Shared, id, organisation};

/// What a world is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Calls by ids.
    Ids,
    /// A chain of jobs on a view.
    Jobs,
    /// The ids of a view are read, then updated.
    Frozen,
}

/// What is to be done, and how.
struct Scenario {
    kind: Kind,
    records: u64,
    /// Fields with the value that each gets; one group each.
    set: Vec<(String, String)>,
    steps: Vec<Step>,
    options: Options,
    server: Server,
    /// Values before.
    before: BTreeMap<(RecordId, String), String>,
    refuses: Vec<RecordId>,
}

fn scenario(chance: &mut Chance) -> Scenario {
    let kind = chance.pick(&[Kind::Ids, Kind::Ids, Kind::Jobs, Kind::Frozen]);
    let records = match chance.below(10) {
        0 => 0,
        // More than a call takes, and more than a page has.
        1 => 480 + chance.below(60),
        _ => 1 + chance.below(40),
    };
    let records = if kind == Kind::Ids { records.max(1) } else { records };
    let (description, view) = organisation(records, chance);
    let fields = 1 + usize::try_from(chance.below(3)).unwrap();
    let set: Vec<(String, String)> = FIELDS[..fields]
        .iter()
        .map(|field| ((*field).to_owned(), format!("new{}", chance.below(2))))
        .collect();
    let server = Server::new(&description);
    server.emulator.configure(|settings| {
        settings.job_batch = u32::try_from(1 + chance.below(30)).unwrap();
        settings.job_delay = i64::try_from(chance.below(20)).unwrap();
    });
    let steps = steps(kind, records, &set, view, chance);
    let mut before = BTreeMap::new();
    for number in 0..records {
        for (field, _) in &set {
            let value = server.value(id(number), field);
            before.insert((id(number), field.clone()), value);
        }
    }
    let leads = description.modules.iter().find(|module| module.api_name == MODULE).unwrap();
    let free = massup_emulator::metadata::RecordState::Free;
    let refuses = leads.records.iter().filter(|r| r.state != free).map(|r| r.id).collect();
    let options = Options {
        in_doubt: chance.pick(&[InDoubt::Ask, InDoubt::Retry, InDoubt::Skip]),
        concurrency: usize::try_from(1 + chance.below(4)).unwrap(),
        backup: chance.pick(&[None, Some(1_000)]),
        seed: chance.next(),
        ..Options::default()
    };
    Scenario { kind, records, set, steps, options, server, before, refuses }
}

fn steps(
    kind: Kind,
    records: u64,
    set: &[(String, String)],
    view: ViewId,
    chance: &mut Chance,
) -> Vec<Step> {
    let fields = set.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let plan = Plan::new(ApiVersion::V8, MODULE, fields, None).unwrap();
    match kind {
        Kind::Jobs => plan.on_view(view, None).steps(Route::View).unwrap(),
        Kind::Frozen => plan.on_view(view, None).steps(Route::FrozenIds).unwrap(),
        Kind::Ids => {
            // Many small calls meet more than few large ones.
            let size = 1 + chance.below(12);
            let size = if records > 400 { size * 40 } else { size };
            let mut steps = Vec::new();
            let mut from = 0;
            while from < records {
                let mut lines = Vec::new();
                for number in from..(from + size).min(records) {
                    writeln!(lines, "{}", id(number)).unwrap();
                }
                let mut text = Vec::new();
                file::write(&mut text, plan.calls(Ids::from_lines(lines.as_slice()))).unwrap();
                for step in file::Reader::new(text.as_slice()).unwrap() {
                    let mut step = step.unwrap();
                    step.number = steps.len() as u64 + 1;
                    steps.push(step);
                }
                from += size;
            }
            steps
        }
    }
}

fn identity() -> Identity {
    Identity {
        plan: "sha256:0".to_owned(),
        organisation: "1".to_owned(),
        api_version: ApiVersion::V8,
        module: MODULE.to_owned(),
    }
}

/// Watches a run, and decides as the scenario does.
#[derive(Default)]
struct Watch {
    events: Vec<Event>,
    choice: Option<Choice>,
}

impl Observer for Watch {
    fn event(&mut self, event: &Event) {
        let line = serde_json::to_string(event).unwrap();
        println!("{line}");
        self.events.push(event.clone());
    }

    fn decide(&mut self, _: &Question) -> Choice {
        self.choice.unwrap_or(Choice::Later)
    }
}

/// A call between the executor and the server.
struct Flight {
    id: u64,
    call: Call,
    /// What the server has answered.
    outcome: Option<Result<Response, Failure>>,
}

/// The world around runs of one plan.
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
struct World {
    chance: Chance,
    scenario: Scenario,
    elapsed: Duration,
    wall: u64,
    /// Calls of a process that is gone; the server gets them before this time, or never.
    late: Vec<(Duration, Call)>,
    watch: Watch,
    /// Somebody else changes records meanwhile.
    meddles: bool,
    /// Jobs take long.
    slow: bool,
    /// The user stops runs.
    impatient: bool,
    /// The disk takes its time.
    lags: bool,
    /// A call was sent while the disk wrote.
    sent_ahead: bool,
}

impl World {
    fn new(chance: Chance, scenario: Scenario) -> Self {
        let (elapsed, wall, late) = (Duration::ZERO, 1 << 40, Vec::new());
        let watch = Watch::default();
        Self {
            chance,
            scenario,
            elapsed,
            wall,
            late,
            watch,
            meddles: false,
            slow: false,
            impatient: false,
            lags: false,
            sent_ahead: false,
        }
    }

    fn now(&mut self) -> Now {
        if self.chance.percent(2) {
            // The clock of the machine is set, forwards or backwards.
            self.wall = self.chance.next() >> 20;
        }
        Now { elapsed: self.elapsed, wall: self.wall }
    }

    fn pass(&mut self, time: Duration) {
        self.elapsed += time;
        self.wall = self.wall.wrapping_add(u64::try_from(time.as_millis()).unwrap());
        self.scenario.server.emulator.advance(i64::try_from(time.as_secs()).unwrap());
        if self.meddles && self.chance.percent(5) && self.scenario.records > 0 {
            let record = id(self.chance.below(self.scenario.records));
            self.scenario.server.meddle(record, FIELDS[0]);
        }
        let ticks =
            if self.slow { u64::from(self.chance.percent(1)) } else { self.chance.below(4) };
        for _ in 0..ticks {
            self.scenario.server.emulator.tick().unwrap();
        }
        let due = |late: &mut Vec<(Duration, Call)>, now| {
            let at = late.iter().position(|(until, _)| *until <= now);
            at.map(|at| late.swap_remove(at).1)
        };
        while let Some(call) = due(&mut self.late, self.elapsed) {
            let _ = self.scenario.server.handle(&call, &mut self.chance);
        }
    }

    /// One process: it runs until it is over, or is killed.
    fn run<J: Journal>(&mut self, journal: &mut J, writes: u64) -> Option<Outcome> {
        let after = self.chance.percent(50);
        let mut mortal = Mortal { journal, left: Rc::new(Cell::new(writes)), after };
        let steps = self.scenario.steps.clone().into_iter().map(Ok);
        let mut session =
            Session::new(self.scenario.options.clone(), steps, mortal.journal.identity());
        let mut flights: Vec<Flight> = Vec::new();
        // Entries on their way to the disk, since when.
        let mut writing: Option<(Vec<Entry>, Duration)> = None;
        let mut turns = 0;
        loop {
            turns += 1;
            assert!(turns < 200_000, "the run does not end");
            let now = self.now();
            if self.impatient && self.chance.percent(1) {
                session.stop(now);
            }
            let fly = |(id, call)| Flight { id, call, outcome: None };
            let known = flights.len();
            flights.extend(std::iter::from_fn(|| session.send_prepared(now)).map(fly));
            self.sent_ahead |= writing.is_some() && flights.len() > known;
            if writing.is_none() {
                match session.collect(now, &mut mortal, &mut self.watch) {
                    Ok(()) => writing = Some((session.take_entries(), self.elapsed)),
                    Err(RunError::Journal(_)) => {
                        self.killed(flights);
                        return None;
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            // Where the disk is slow, answers come and calls are sent while it writes.
            if let Some((entries, begun)) =
                writing.take_if(|(entries, _)| entries.is_empty() || self.disk_is_done(&flights))
            {
                if !entries.is_empty() && mortal.write(&entries).is_err() {
                    self.killed(flights);
                    return None;
                }
                let took = (!entries.is_empty()).then(|| self.elapsed.saturating_sub(begun));
                flights
                    .extend(session.written(took, &mut self.watch).unwrap().into_iter().map(fly));
                if session.is_finished() {
                    assert!(flights.is_empty());
                    return Some(session.outcome());
                }
                if !entries.is_empty() {
                    // Answers that came meanwhile may have more to write.
                    continue;
                }
            }
            if flights.is_empty() {
                let wake = session.machine().wake_at().expect("the run waits for nothing");
                let wait = wake.saturating_sub(self.elapsed).max(Duration::from_millis(1));
                self.pass(wait);
                continue;
            }
            let place = self.chance.below(flights.len() as u64);
            let place = usize::try_from(place).unwrap();
            let time = Duration::from_millis(self.chance.below(400));
            self.pass(time);
            let flight = &mut flights[place];
            if flight.outcome.is_none() {
                let server = &mut self.scenario.server;
                flight.outcome = Some(server.handle(&flight.call, &mut self.chance));
            } else {
                let flight = flights.swap_remove(place);
                let now = self.now();
                let received = Received::of(&flight.call, flight.outcome.unwrap());
                session.answer(now, flight.id, received);
            }
        }
    }

    /// Whether a write is over. It is waited for where nothing else can happen.
    fn disk_is_done(&mut self, flights: &[Flight]) -> bool {
        !self.lags || flights.is_empty() || self.chance.percent(30)
    }

    /// The process is gone: a call on its way may still arrive, at once or a while later.
    fn killed(&mut self, flights: Vec<Flight>) {
        for flight in flights.into_iter().filter(|flight| flight.outcome.is_none()) {
            if self.chance.percent(50) {
                let wait = Duration::from_millis(self.chance.below(25_000));
                self.late.push((self.elapsed + wait, flight.call));
            }
        }
        // The call that was not begun, since its journal could not be written, never arrives.
        self.pass(Duration::from_millis(self.chance.clone().below(40_000)));
    }
}

fn all_records<J: Journal>(journal: &mut J) -> Vec<RecordEntry> {
    let mut all: Vec<RecordEntry> = Vec::new();
    loop {
        let after = all.last().map(|record| (record.key, record.id));
        let more = journal.records_after(after, 7).unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

fn all_calls<J: Journal>(journal: &mut J) -> BTreeMap<Key, State> {
    let mut all = BTreeMap::new();
    loop {
        let after = all.last_key_value().map(|(key, _)| *key);
        let more = journal.calls_after(after, 5).unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Runs a world until nothing changes any more, and holds it against the laws. Returns what it has met.
fn simulate(seed: u64) -> BTreeSet<&'static str> {
    let mut chance = Chance::new(seed);
    let scenario = scenario(&mut chance);
    let mut world = World::new(chance, scenario);
    if seed.is_multiple_of(16) {
        // A journal in a file is opened again after each death.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.journal");
        world.live(|| Sqlite::open(&path, &identity()).unwrap());
        world.judge(&mut Sqlite::open(&path, &identity()).unwrap());
    } else {
        let journal = Rc::new(RefCell::new(Memory::new(identity())));
        world.live(|| Shared(Rc::clone(&journal), identity()));
        world.judge(&mut Shared(journal, identity()));
    }
    world.met()
}

impl World {
    fn live<J: Journal>(&mut self, open: impl Fn() -> J) {
        self.scenario.server.faults = Network::any(&mut self.chance);
        let (stall, fail) = (self.chance.percent(10), self.chance.percent(15));
        let after = self.chance.below(30);
        self.scenario.server.emulator.configure(|settings| {
            settings.faults.stall_jobs_after = stall.then_some(after);
            settings.faults.fail_jobs_after = (fail && !stall).then_some(after);
        });
        self.meddles = self.chance.percent(20);
        self.slow = self.chance.percent(30);
        self.impatient = self.chance.percent(20);
        self.lags = self.chance.percent(50);
        let deaths = self.chance.below(5);
        for _ in 0..deaths {
            let writes = self.chance.below(60);
            self.run(&mut open(), writes);
        }
        // In the end the network is well again.
        self.meddles = false;
        self.slow = false;
        self.impatient = false;
        self.scenario.server.faults = Network::default();
        self.scenario.server.emulator.configure(|settings| settings.faults = Faults::default());
        for _ in 0..4 {
            self.run(&mut open(), u64::MAX);
        }
        self.rest();
    }

    /// Everything that is on its way arrives.
    fn rest(&mut self) {
        while !self.late.is_empty() {
            self.pass(Duration::from_secs(10));
        }
        self.scenario.server.emulator.run_jobs().unwrap();
    }

    fn hold_laws<J: Journal>(&mut self, journal: &mut J) {
        let (calls, records) = (all_calls(journal), all_records(journal));
        let Scenario { kind, records: count, set, steps, options, server, .. } = &self.scenario;
        let by_record: BTreeMap<(Key, RecordId), &RecordEntry> =
            records.iter().map(|record| ((record.key, record.id), record)).collect();
        let updated = server.updates_by_record();
        let retries = options.in_doubt == InDoubt::Retry;
        // Each record and field.
        for step in steps {
            let Some((field, wanted)) = step.fields().first() else { continue };
            let selection = match &step.action {
                Action::Update(request) => Some(request.selection()),
                _ => None,
            };
            let ids: Vec<(Key, RecordId)> = match selection {
                Some(Selection::Ids(ids)) => {
                    let key = Key { step: step.number, part: 0 };
                    ids.iter().map(|id| (key, *id)).collect()
                }
                None => (0..*count)
                    .map(|n| {
                        (Key { step: step.number, part: u32::try_from(n / 500).unwrap() }, id(n))
                    })
                    .collect(),
                Some(Selection::View { .. }) => {
                    (0..*count).map(|n| (Key { step: step.number, part: 0 }, id(n))).collect()
                }
            };
            for (key, id) in ids {
                let value = server.value(id, field);
                let old = &self.scenario.before[&(id, field.clone())];
                let refuses = self.scenario.refuses.contains(&id);
                if field == FIELDS[0] && server.meddled.contains_key(&id) {
                    continue;
                }
                match (calls.get(&key), by_record.get(&(key, id))) {
                    (Some(State::Done(_)), None) if *kind != Kind::Jobs => {
                        // Without an image, a record read back with the value may have had it before.
                        let had = old == wanted && options.backup.is_none();
                        assert!(!refuses || had, "{id} refuses, and is called updated");
                        assert_eq!(value, *wanted, "{id} {field} is called updated");
                    }
                    (Some(State::Done(_)), Some(entry))
                        if entry.outcome == RecordOutcome::Failed =>
                    {
                        assert!(refuses, "{id} is called failed: {entry:?}");
                        assert_eq!(value, *old);
                    }
                    (Some(State::Ended(ended)), _) if ended.is_completed() => {
                        let expected = if refuses { old } else { wanted.as_str().unwrap() };
                        assert_eq!(value, expected, "{id} {field} of a job");
                    }
                    // Reported to be in doubt, by the user's decision or not.
                    (Some(State::Done(_) | State::InDoubt { .. } | State::Ended(_)), _) => {
                        assert!(value == *old || value == *wanted);
                    }
                    (state, _) => {
                        // A chain that waits for a decision does not go on.
                        assert!(
                            *kind == Kind::Jobs && options.in_doubt != InDoubt::Skip || *count == 0,
                            "{key:?} {id}: {state:?}"
                        );
                    }
                }
                if retries && *kind != Kind::Jobs && !refuses {
                    assert_eq!(value, *wanted, "{id} {field}");
                }
            }
        }
        // Nothing is done twice, unless the user says so.
        for (id, times) in &updated {
            let most = set.len() as u64;
            assert!(retries || *times <= most, "{id} was updated {times} times for {most} fields");
        }
        // No more calls than are planned, but for those whose records were read back.
        let settled = self.watch.events.iter();
        let again =
            settled.filter(|event| matches!(event, Event::Settled { pending, .. } if *pending > 0));
        let planned = match kind {
            Kind::Frozen => set.len() as u64 * count.div_ceil(500),
            _ => steps.len() as u64,
        };
        let most = planned + again.count() as u64;
        if !retries && *kind != Kind::Jobs {
            assert!(server.updates <= most, "{} calls for {most}", server.updates);
        }
    }
}

impl World {
    fn judge<J: Journal>(&mut self, journal: &mut J) {
        self.hold_laws(journal);
        self.hold_report(journal);
        if self.scenario.options.backup.is_some() {
            self.hold_rollback(journal);
        }
    }

    /// What the report and a verification say is what was found one by one.
    fn hold_report<J: Journal>(&mut self, journal: &mut J) {
        let report = Report::of(journal).unwrap();
        let records = all_records(journal);
        let in_doubt =
            records.iter().filter(|r| r.outcome == RecordOutcome::InDoubt).count() as u64;
        assert_eq!(report.in_doubt, in_doubt);
        if self.scenario.kind == Kind::Jobs {
            return;
        }
        assert_eq!(report.failed, (records.len() as u64) - in_doubt);
        assert!(report.errors.iter().all(|error| error.cure.is_some()));
        let direct = Direct(&self.scenario.server.emulator);
        let reader = ReadBack::new(&direct, ApiVersion::V8, MODULE, 1);
        let steps = self.scenario.steps.iter().cloned().map(Ok);
        let mut found = BTreeSet::new();
        let verified = verify(steps, journal, &reader, |difference| {
            found.insert(difference.id);
        });
        let Verified { matched, differs, gone, .. } = verified.unwrap();
        assert_eq!((matched + differs, gone), (report.updated, 0));
        assert!(found.iter().all(|id| self.scenario.server.meddled.contains_key(id)));
    }

    /// The way back leads to where the run came from, but for what others have changed.
    fn hold_rollback<J: Journal>(&mut self, journal: &mut J) {
        let emulator = &self.scenario.server.emulator;
        let direct = Direct(emulator);
        let reader = ReadBack::new(&direct, ApiVersion::V8, MODULE, 1);
        let steps = self.scenario.steps.iter().cloned().map(Ok);
        let rollback = Rollback::of(steps, journal, &reader).unwrap();
        for left in &rollback.left {
            assert!(self.scenario.server.meddled.contains_key(&left.id), "{left:?}");
        }
        let fields = self.scenario.before.keys().cloned();
        let is_theirs =
            |(id, field): &(RecordId, String)| self.scenario.server.value(*id, field) == "theirs";
        let theirs: BTreeSet<(RecordId, String)> = fields.filter(is_theirs).collect();
        emulator.advance(10);
        for plan in &rollback.plans {
            let mut text = Vec::new();
            plan.write(&mut text).unwrap();
            let (_, footer) = file::verify(text.as_slice()).unwrap();
            let mut journal = Memory::new(Identity { plan: footer.digest, ..identity() });
            let steps = file::Reader::new(text.as_slice()).unwrap();
            let options = Options { concurrency: 2, ..Options::default() };
            let mut watch = Watch::default();
            let outcome =
                Run::new(options).apply(steps, &direct, &mut journal, &mut watch).unwrap();
            assert_eq!((outcome.stop, outcome.totals.failed), (None, 0));
        }
        for ((id, field), before) in &self.scenario.before {
            let is_meddled = field == FIELDS[0] && self.scenario.server.meddled.contains_key(id);
            let value = self.scenario.server.value(*id, field);
            assert!(is_meddled || value == *before, "{id} {field} is not restored");
            let is_theirs = theirs.contains(&(*id, field.clone()));
            assert!(!is_theirs || value == "theirs", "{id} {field} of others is changed");
        }
    }

    /// What the world has met, so that the test of all worlds sees what they reach.
    fn met(&self) -> BTreeSet<&'static str> {
        let mut met = BTreeSet::new();
        for event in &self.watch.events {
            met.extend(match event {
                Event::Settled { pending, in_doubt, updated, .. } => [
                    (*pending > 0).then_some("settled: sent again"),
                    (*in_doubt > 0).then_some("settled: still in doubt"),
                    (*updated > 0).then_some("settled: done"),
                ]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>(),
                Event::CallInDoubt { why, .. } => vec![match why {
                    Doubt::NoAnswer => "no answer",
                    Doubt::ServerError => "server error",
                    Doubt::Unanswered => "unanswered",
                    Doubt::Interrupted => "interrupted",
                    Doubt::JobFailed => "job failed",
                    Doubt::JobVanished => "job vanished",
                    Doubt::JobOnView => "job on the view",
                }],
                Event::Stopping { why } => vec![match why {
                    Stop::Asked => "stop: asked",
                    Stop::JobStalled { .. } => "stop: job stalled",
                    Stop::Refused(_) => "stop: refused",
                    Stop::Unreachable { .. } => "stop: unreachable",
                    Stop::ViewBusy => "stop: view busy",
                    _ => "stop: other",
                }],
                Event::JobEnded { .. } => vec!["job ended"],
                Event::IdsRead { .. } => vec!["ids read"],
                Event::Blocked { .. } => vec!["blocked"],
                Event::Waiting { .. } => vec!["waiting"],
                _ => Vec::new(),
            });
        }
        if !self.scenario.server.meddled.is_empty() {
            met.insert("meddled");
        }
        if self.sent_ahead {
            met.insert("sent while the disk writes");
        }
        met
    }
}

/// The process dies at each of its writes in turn, once; then another one goes on.
#[test]
fn every_write_may_be_the_last() {
    let mut kinds = BTreeSet::new();
    for seed in 0..24 {
        for writes in 0.. {
            let mut chance = Chance::new(seed);
            let scenario = scenario(&mut chance);
            if scenario.records > 100 {
                break;
            }
            kinds.insert(format!("{:?}", scenario.kind));
            let mut world = World::new(chance, scenario);
            world.lags = !seed.is_multiple_of(3);
            let journal = Rc::new(RefCell::new(Memory::new(identity())));
            let open = || Shared(Rc::clone(&journal), identity());
            let survived = world.run(&mut open(), writes).is_some();
            for _ in 0..2 {
                world.run(&mut open(), u64::MAX);
            }
            world.rest();
            world.judge(&mut open());
            if survived {
                break;
            }
        }
    }
    assert_eq!(kinds.len(), 3);
}

/// The seeds of `MASSUP_SEEDS`, a number or a range; 300 where it is not set.
fn seeds() -> Range<u64> {
    let Ok(seeds) = std::env::var("MASSUP_SEEDS") else { return 0..300 };
    let (from, to) = seeds.split_once("..").unwrap_or(("0", &seeds));
    from.parse().unwrap()..to.parse().unwrap()
}

#[test]
fn worlds_keep_the_laws() {
    if let Ok(seed) = std::env::var("MASSUP_SEED") {
        simulate(seed.parse().unwrap());
        return;
    }
    // A second sending that is refused after a first one in doubt kept its images.
    simulate(6_312);
    // A call that is sent while its entry is still being written dies with the journal, and is sent twice.
    simulate(3_026);
    let mut met: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in seeds() {
        let of_this = std::panic::catch_unwind(|| simulate(seed));
        assert!(of_this.is_ok(), "the world with MASSUP_SEED={seed} breaks a law");
        for what in of_this.into_iter().flatten() {
            *met.entry(what).or_default() += 1;
        }
    }
    println!("{met:#?}");
    for what in [
        "blocked",
        "ids read",
        "interrupted",
        "job ended",
        "job failed",
        "job on the view",
        "meddled",
        "no answer",
        "sent while the disk writes",
        "server error",
        "settled: done",
        "settled: sent again",
        "settled: still in doubt",
        "stop: asked",
        "stop: job stalled",
        "stop: refused",
        "stop: unreachable",
        "waiting",
    ] {
        assert!(met.contains_key(what), "no world reaches `{what}`: {met:#?}");
    }
}
