//! The laws of plans, for plans that were written by hand too.

use std::collections::BTreeMap;
use std::io::BufRead;

use massup_model::{RecordId, Request, Selection, Template};

use super::{Footer, Header, Reader};
use crate::words::quoted;
use crate::{Action, Error, IdSet, Step};

/// A breach of the laws of plans, or damage to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach {
    /// The line of the plan file, counted from 1.
    pub line: u64,
    /// Whether the file is damaged: incomplete or modified. Otherwise the plan could run, and would break a law.
    pub is_damage: bool,
    /// What is wrong, in one sentence.
    pub what: String,
    /// The correct text, if it is known.
    pub correction: Option<Correction>,
}

/// The text that a plan should have instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Correction {
    /// The footer, if all other lines are as intended.
    Footer(String),
    /// The digest of the facts in the header.
    FactsDigest(String),
}

/// Reads a plan to its end and reports breaches of the laws of plans: a record that gets a field twice or not at
/// all, two jobs on a view at a time, a field of the view's criteria before others, a route that the plan's own
/// policy and facts do not allow. It also reports lines that are not steps, and continues after them; for a wrong
/// footer it gives the correct one. So every faulty line of a plan that was written by hand is reported at once.
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
///
/// let edited = String::from_utf8_lossy(&text).replace("\"8\"", "\"9\"");
/// let breaches = file::breaches(edited.as_bytes())?;
/// assert!(breaches[0].is_damage && breaches[0].line == 3);
/// # Ok::<(), massup_planner::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::PlanFile`](crate::ErrorKind::PlanFile): the first line is not a header;
/// [`ErrorKind::Io`](crate::ErrorKind::Io): reading fails.
pub fn breaches<R: BufRead>(reader: R) -> Result<Vec<Breach>, Error> {
    let mut reader = Reader::new(reader)?;
    let mut laws = Laws::new(reader.header().clone());
    while !reader.has_ended() {
        match reader.step() {
            Ok(Some(step)) => {
                laws.line = reader.line();
                laws.step(&step);
            }
            Ok(None) => {}
            Err(error) => {
                let (line, what) = error.into_plan_file()?;
                if reader.has_ended() {
                    laws.wrong_end(&reader, line, what);
                } else {
                    laws.add(Breach { line, is_damage: true, what, correction: None });
                }
            }
        }
    }
    laws.line = reader.line();
    laws.end(reader.footer())
}

/// The most breaches that are kept; further ones are counted in the last.
const MAX_BREACHES: usize = 1_000;

/// The records of a group of fields.
#[derive(Debug, Default)]
struct Group {
    /// The line of its first call.
    first: u64,
    ids: IdSet,
    count: u64,
    /// A checksum that does not depend on the order of the records.
    sum: u64,
}

#[derive(Debug)]
struct Laws {
    header: Header,
    /// The current line.
    line: u64,
    found: Vec<Breach>,
    /// How many breaches are only counted, and whether a line among them is damaged.
    further: u64,
    is_further_damage: bool,
    /// The first step that sets a field, and the value.
    fields: BTreeMap<String, (u64, serde_json::Value)>,
    groups: BTreeMap<Vec<String>, Group>,
    /// The last step on the view, and the fields of its criteria that it sets.
    on_view: Option<u64>,
    changed: Option<(u64, Vec<String>)>,
    reads: Option<u64>,
}

impl Laws {
    fn new(header: Header) -> Self {
        Self {
            header,
            line: 1,
            found: Vec::new(),
            further: 0,
            is_further_damage: false,
            fields: BTreeMap::new(),
            groups: BTreeMap::new(),
            on_view: None,
            changed: None,
            reads: None,
        }
    }

    fn breach(&mut self, what: impl Into<String>) {
        self.breach_at(self.line, what, None);
    }

    fn breach_at(&mut self, line: u64, what: impl Into<String>, correction: Option<Correction>) {
        self.add(Breach { line, is_damage: false, what: what.into(), correction });
    }

    /// Reports a missing or wrong footer, with the correct one unless steps are damaged too.
    fn wrong_end<R: BufRead>(&mut self, reader: &Reader<R>, line: u64, what: String) {
        let whole = !self.found.iter().any(|breach| breach.is_damage);
        let records = self.records();
        let correction = whole.then(|| Correction::Footer(reader.fitting_footer(records)));
        self.add(Breach { line, is_damage: true, what, correction });
    }

    /// The number of records, by the calls or by the facts.
    fn records(&self) -> Option<u64> {
        match self.header.select {
            Some(_) => self.header.plan().ok()?.records(),
            None => Some(self.groups.values().next().map_or(0, |group| group.count)),
        }
    }

    fn step(&mut self, step: &Step) {
        let number = step.number;
        if let Some(after) = step.after.filter(|after| !(1..number).contains(after)) {
            self.breach(format!("it waits for step {after}, which does not come before it"));
        }
        match &step.action {
            Action::Read(_) => {
                if self.reads.replace(number).is_some() || number > 1 {
                    self.breach("only the first step may read ids");
                }
            }
            Action::Update(request) => match request.selection() {
                Selection::Ids(ids) => self.by_ids(number, request, ids),
                Selection::View { .. } => self.on_view(step, request),
            },
            Action::UpdateRead { step: read, template } => {
                if self.reads != Some(*read) || step.after != Some(*read) {
                    let what = format!(
                        "it uses the ids of step {read}, but does not wait for a step that reads ids"
                    );
                    self.breach(what);
                }
                self.once(number, template);
            }
        }
    }

    /// Checks a call that must be the only one on its fields.
    fn once(&mut self, number: u64, call: &Template) {
        for (name, _) in call.fields() {
            if let Some((earlier, _)) = self.fields.get(name) {
                let what = format!("it sets `{name}`, which step {earlier} already sets");
                self.breach(what);
            }
        }
        self.call(number, call);
    }

    fn call(&mut self, number: u64, call: &Template) {
        if call.over_write() != self.header.over_write {
            self.breach("its `over_write` differs from that of the header");
        }
        for (name, value) in call.fields() {
            if !self.header.fields.contains(name) {
                self.breach(format!("it sets `{name}`, which is not in the header"));
            }
            let (earlier, known) =
                self.fields.entry(name.clone()).or_insert_with(|| (number, value.clone()));
            if known != value {
                let what = format!("it sets `{name}` to another value than step {earlier}");
                self.breach(what);
            }
        }
    }

    fn by_ids(&mut self, number: u64, request: &Request, ids: &[RecordId]) {
        if self.header.select.is_some() {
            self.breach("it lists ids, but the plan selects a view");
        }
        self.call(number, request.template());
        let names: Vec<String> = request.fields().iter().map(|(name, _)| name.clone()).collect();
        if !self.groups.contains_key(&names) {
            let shared = self.groups.keys().flatten().find(|name| names.contains(name)).cloned();
            if let Some(name) = shared {
                let what =
                    format!("it sets `{name}` together with other fields than calls before it");
                self.breach(what);
            }
        }
        let group = self.groups.entry(names).or_default();
        if group.first == 0 {
            group.first = self.line;
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
            self.breach(format!("record `{id}` gets these fields twice"));
        }
    }

    fn on_view(&mut self, step: &Step, request: &Request) {
        let number = step.number;
        if self.header.plan().is_ok_and(|plan| plan.selection() != request.selection()) {
            self.breach("its view is not that of the plan");
        }
        if let Some(before) = self.on_view
            && step.after != Some(before)
        {
            let what =
                format!("it does not wait for step {before}, but a view takes one job at a time");
            self.breach(what);
        }
        if let Some((before, names)) = self.changed.take() {
            let what = format!(
                "step {before} sets {}, which the criteria of the view use: this job finds other records",
                quoted(&names)
            );
            self.breach(what);
        }
        self.once(number, request.template());
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

    /// Checks the plan as a whole. A wrong footer is `None`.
    fn add(&mut self, breach: Breach) {
        if self.found.len() < MAX_BREACHES {
            self.found.push(breach);
        } else {
            self.further += 1;
            self.is_further_damage |= breach.is_damage;
        }
    }

    fn end(mut self, footer: Option<&Footer>) -> Result<Vec<Breach>, Error> {
        // A line that could not be read may contain what seems to be missing.
        if !self.found.iter().any(|breach| breach.is_damage && breach.line < self.line) {
            self.all_set(footer);
        }
        if let Some(facts) = &self.header.facts
            && let digest = facts.known.digest()
            && facts.digest != digest
        {
            let correction = Some(Correction::FactsDigest(digest));
            self.breach_at(1, "the facts do not match their digest", correction);
        }
        let decision = self.header.plan()?.decide(self.records());
        let route = self.header.route;
        match decision.alternatives.iter().find(|other| other.route == route) {
            Some(taken) => {
                for why in &taken.objections {
                    let what = format!("{} is not possible for this plan: {why}", route.title());
                    self.breach_at(1, what, None);
                }
            }
            None => {
                let what = format!("{} does not match the selection", route.title());
                self.breach_at(1, what, None);
            }
        }
        self.found.sort_by_key(|breach| breach.line);
        if self.further > 0 {
            let what = format!("{} more faults up to here", self.further);
            let (line, is_damage) = (self.line, self.is_further_damage);
            self.found.push(Breach { line, is_damage, what, correction: None });
        }
        Ok(self.found)
    }

    /// Checks that each field is set, on the same records, and on as many as the footer says.
    fn all_set(&mut self, footer: Option<&Footer>) {
        let none = self.fields.is_empty() && self.records() == Some(0);
        for name in self.header.fields.clone() {
            if !none && !self.fields.contains_key(&name) {
                self.breach_at(1, format!("no step sets `{name}`"), None);
            }
        }
        let first = self.groups.values().next().map(|group| (group.count, group.sum));
        let odd = self.groups.values().find(|group| Some((group.count, group.sum)) != first);
        if let Some(line) = odd.map(|group| group.first) {
            self.breach_at(
                line,
                "these fields are not set on the same records as the others",
                None,
            );
        }
        let records = self.records();
        if footer.is_some_and(|footer| footer.records != records) {
            let records = records.map_or("null".to_owned(), |records| records.to_string());
            self.breach(format!("the number of records in the footer must be {records}"));
        }
    }
}
