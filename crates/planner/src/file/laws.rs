//! What every plan keeps, also one that people have written.

use std::collections::BTreeMap;
use std::io::BufRead;

use massup_model::{RecordId, Request, Selection};

use super::{Footer, Header, Reader};
use crate::decision::quoted;
use crate::{Action, Error, Facts, IdSet, Step};

/// Something that no plan may do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach {
    /// The line of the plan file, counted from 1.
    pub line: u64,
    /// What it is, in one sentence.
    pub what: String,
}

/// Reads a plan to its end and finds what no plan may do: a record that gets a field twice or not at
/// all, two jobs at a time on a view, a field of the view's criteria before others, a route that its own
/// policy and facts do not allow.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::ids::Ids;
/// use massup_planner::{Plan, file};
///
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?;
/// let mut text = Vec::new();
/// file::write(&mut text, plan.calls(Ids::from_lines("7\n8\n".as_bytes())))?;
/// assert!(file::breaches(text.as_slice())?.is_empty());
/// # Ok::<(), massup_planner::Error>(())
/// ```
///
/// # Errors
///
/// As [`verify`](super::verify): the plan is not whole, or was edited.
pub fn breaches<R: BufRead>(reader: R) -> Result<Vec<Breach>, Error> {
    let mut reader = Reader::new(reader)?;
    let mut laws = Laws::new(reader.header().clone());
    for step in reader.by_ref() {
        laws.step(&step?);
    }
    match reader.footer() {
        Some(footer) => laws.end(footer),
        None => Err(super::read::cut_off(reader.line())),
    }
}

/// The records that get a group of fields.
#[derive(Debug, Default)]
struct Group {
    first: u64,
    ids: IdSet,
    count: u64,
    /// The same for the same records in whatever order.
    sum: u64,
}

#[derive(Debug)]
struct Laws {
    header: Header,
    found: Vec<Breach>,
    /// The step that first sets a field, and its value.
    fields: BTreeMap<String, (u64, serde_json::Value)>,
    groups: BTreeMap<Vec<String>, Group>,
    /// The last step on the view, and the fields of the criteria that a step has set.
    on_view: Option<u64>,
    changed: Option<(u64, Vec<String>)>,
    reads: Option<u64>,
}

/// The first line that holds a step.
const FIRST: u64 = 2;

impl Laws {
    fn new(header: Header) -> Self {
        Self {
            header,
            found: Vec::new(),
            fields: BTreeMap::new(),
            groups: BTreeMap::new(),
            on_view: None,
            changed: None,
            reads: None,
        }
    }

    fn breach(&mut self, step: u64, what: impl Into<String>) {
        self.found.push(Breach { line: step - 1 + FIRST, what: what.into() });
    }

    fn step(&mut self, step: &Step) {
        let number = step.number;
        match &step.action {
            Action::Read(_) => {
                if self.reads.replace(number).is_some() || number > 1 {
                    self.breach(number, "the ids are read once, by the first step");
                }
            }
            Action::Update(request) => match request.selection() {
                Selection::Ids(ids) => self.by_ids(number, request, ids),
                Selection::View { .. } => self.on_view(step, request),
            },
            Action::UpdateRead { step: read, request } => {
                if self.reads != Some(*read) || step.after != Some(*read) {
                    let what = format!(
                        "it uses the ids of step {read}, and does not come after a step that reads ids"
                    );
                    self.breach(number, what);
                }
                self.once(number, request);
            }
        }
    }

    /// What holds for every call, and that this is the first on its fields.
    fn once(&mut self, number: u64, request: &Request) {
        for (name, _) in request.fields() {
            if let Some((earlier, _)) = self.fields.get(name) {
                let what = format!("it sets `{name}`, which step {earlier} has set");
                self.breach(number, what);
            }
        }
        self.call(number, request);
    }

    fn call(&mut self, number: u64, request: &Request) {
        if request.over_write() != self.header.over_write {
            self.breach(number, "its `over_write` is not that of the header");
        }
        for (name, value) in request.fields() {
            if !self.header.fields.contains(name) {
                self.breach(number, format!("it sets `{name}`, which the header does not name"));
            }
            let (earlier, known) =
                self.fields.entry(name.clone()).or_insert_with(|| (number, value.clone()));
            if known != value {
                let what = format!("it sets `{name}` to another value than step {earlier}");
                self.breach(number, what);
            }
        }
    }

    fn by_ids(&mut self, number: u64, request: &Request, ids: &[RecordId]) {
        if self.header.select.is_some() {
            self.breach(number, "it names ids, and the plan is on a view");
        }
        self.call(number, request);
        let names: Vec<String> = request.fields().iter().map(|(name, _)| name.clone()).collect();
        if !self.groups.contains_key(&names) {
            let shared = self.groups.keys().flatten().find(|name| names.contains(name)).cloned();
            if let Some(name) = shared {
                let what =
                    format!("it sets `{name}` together with other fields than calls before it");
                self.breach(number, what);
            }
        }
        let group = self.groups.entry(names).or_default();
        if group.first == 0 {
            group.first = number;
        }
        let mut again = None;
        for id in ids {
            if group.ids.insert(*id) {
                group.count += 1;
                // An odd factor and a rotation: sums of other records hardly ever are the same.
                let mixed = id.get().wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
                group.sum = group.sum.wrapping_add(mixed.wrapping_mul(id.get() | 1));
            } else {
                again = again.or(Some(*id));
            }
        }
        if let Some(id) = again {
            self.breach(number, format!("record `{id}` gets these fields twice"));
        }
    }

    fn on_view(&mut self, step: &Step, request: &Request) {
        let number = step.number;
        if self.header.plan().is_ok_and(|plan| plan.selection() != request.selection()) {
            self.breach(number, "it is on another view than the plan");
        }
        if let Some(before) = self.on_view
            && step.after != Some(before)
        {
            let what =
                format!("it does not wait for step {before}, and a view takes one job at a time");
            self.breach(number, what);
        }
        if let Some((before, names)) = self.changed.take() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let what = format!(
                "step {before} has set {}, which the criteria of the view name: this job finds other \
                 records",
                quoted(&names)
            );
            self.breach(number, what);
        }
        self.once(number, request);
        self.on_view = Some(number);
        let facts = self.header.facts.as_ref().map(|facts| &facts.known);
        let criteria = facts.and_then(|facts| facts.view.criteria.as_ref());
        let asked = |name: &&String| criteria.is_some_and(|criteria| criteria.contains(*name));
        let set: Vec<String> =
            request.fields().iter().map(|(name, _)| name).filter(asked).cloned().collect();
        if !set.is_empty() {
            self.changed = Some((number, set));
        }
    }

    fn end(mut self, footer: &Footer) -> Result<Vec<Breach>, Error> {
        let none = footer.steps == 0;
        for name in self.header.fields.clone() {
            if !none && !self.fields.contains_key(&name) {
                self.breach(footer.steps, format!("no step sets `{name}`"));
            }
        }
        let first = self.groups.values().next().map(|group| (group.count, group.sum));
        let odd = self.groups.values().find(|group| Some((group.count, group.sum)) != first);
        if let Some(step) = odd.map(|group| group.first) {
            self.breach(step, "these fields are not set on the same records as the others");
        }
        if let Some((count, _)) = first
            && footer.records != Some(count)
        {
            let what = format!("the footer tells other than the {count} records of the calls");
            self.breach(footer.steps + 1, what);
        }
        if let Some(facts) = &self.header.facts
            && facts.digest != Facts::digest(&facts.known)
        {
            self.found.push(Breach { line: 1, what: "the facts do not fit their digest".into() });
        }
        let decision = self.header.plan()?.decide(footer.records);
        let route = self.header.route;
        match decision.alternatives.iter().find(|other| other.route == route) {
            Some(taken) => {
                for why in &taken.why_not {
                    let what = format!("{} is not open to this plan: {why}", route.title());
                    self.found.push(Breach { line: 1, what });
                }
            }
            None => {
                let what = format!("{} does not fit the selection", route.title());
                self.found.push(Breach { line: 1, what });
            }
        }
        self.found.sort_by_key(|breach| breach.line);
        Ok(self.found)
    }
}
