//! What could not be decided, because facts are missing. Most calls lack the same, so it is put into words once.

use std::collections::BTreeMap;
use std::ptr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::report::Unchecked;
use crate::rule::Rule;

/// A fact that rules ask for, about one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact {
    Associations,
    Count,
    /// The number of records of a view in a territory.
    CountInTerritory,
    Criteria,
    Dependencies,
    Edition,
    Fields,
    Module,
    Modules,
    Scopes,
    Server,
    Territories,
    View,
    /// A value in the metadata of a field, by its key.
    Value(&'static str),
    Views,
}

impl Fact {
    /// Whether the texts about the fact name nothing of a call but its module.
    pub(super) fn is_of_the_module(self) -> bool {
        !matches!(self, Self::Criteria | Self::View)
    }
}

/// A missing fact in words: what it is, and what would supply it.
type Lack = (Arc<str>, Arc<str>);

/// The rules that a call leaves undecided, each with the fact that it lacks, in the order of the rules.
type Missing = Vec<(&'static Rule, Fact)>;

/// What calls lack, in words, by their module.
#[derive(Debug, Default)]
pub(crate) struct Lacks {
    /// Most calls of a linter are on one module.
    first: OnceLock<(Option<String>, Arc<OfModule>)>,
    others: Mutex<BTreeMap<Option<String>, Arc<OfModule>>>,
}

/// What calls on one module lack.
#[derive(Debug, Default)]
pub(super) struct OfModule {
    texts: Mutex<BTreeMap<Fact, Lack>>,
    lists: Mutex<Vec<(Missing, Arc<[Unchecked]>)>>,
}

/// The most modules that are kept, and the most lists of a module; when there are more, all are made again.
const MOST: usize = 64;

impl Lacks {
    fn of(&self, module: Option<&str>) -> Arc<OfModule> {
        let (first, kept) = self.first.get_or_init(|| (module.map(str::to_owned), Arc::default()));
        if first.as_deref() == module {
            return Arc::clone(kept);
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let module = module.map(str::to_owned);
        if others.len() >= MOST && !others.contains_key(&module) {
            others.clear();
        }
        Arc::clone(others.entry(module).or_default())
    }
}

impl OfModule {
    /// Keeps what is said of a fact.
    fn keep(&self, fact: Fact, texts: impl Fn() -> (String, String)) {
        let words = || {
            let (needs, supply) = texts();
            (Arc::from(needs), Arc::from(supply))
        };
        let mut kept = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let said = kept.entry(fact).or_insert_with(words);
        debug_assert_eq!(*said, words(), "the texts name more of a call than its module");
    }

    /// The unchecked rules for what a call lacks, sorted by code.
    fn list(&self, missing: &Missing) -> Arc<[Unchecked]> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |((rule, fact), (other, of)): (&(&Rule, Fact), &(&Rule, Fact))| {
            ptr::eq(*rule, *other) && fact == of
        };
        let is_same =
            |known: &Missing| known.len() == missing.len() && known.iter().zip(missing).all(same);
        if let Some((_, list)) = lists.iter().find(|(known, _)| is_same(known)) {
            return Arc::clone(list);
        }
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = |(rule, fact): &(&'static Rule, Fact)| {
            let (needs, supply) = texts.get(fact)?.clone();
            Some(Unchecked { code: rule.code, name: rule.name, needs, supply })
        };
        let list = in_order(missing.iter().filter_map(entry).collect());
        if lists.len() >= MOST {
            lists.clear();
        }
        lists.push((missing.clone(), Arc::clone(&list)));
        list
    }
}

/// Unchecked rules by code, each once.
fn in_order(mut list: Vec<Unchecked>) -> Arc<[Unchecked]> {
    list.sort();
    list.dedup();
    list.into()
}

/// The rules that calls leave undecided.
#[derive(Debug, Default)]
pub(crate) struct Undecided {
    /// Those of earlier calls.
    lists: Lists,
    /// Those of the call in hand.
    missing: Missing,
    /// The facts that they lack.
    facts: Vec<Fact>,
    /// What is said of its module, once something is missing.
    of_module: Option<Arc<OfModule>>,
    /// Those with words of their own.
    others: Vec<Unchecked>,
    /// How many of the others there are before repeated ones are taken out.
    tidy_at: usize,
}

/// What rules lack in a call, and so in all calls that are alike.
#[derive(Debug, Default)]
pub(crate) struct Lacking {
    of_module: Option<Arc<OfModule>>,
    missing: Missing,
    facts: Vec<Fact>,
}

/// The most rules that a call leaves undecided as a rule.
const USUAL: usize = 32;

/// The unchecked rules that are recorded before repeated ones are taken out for the first time.
const TIDY: usize = 1_000;

impl Undecided {
    /// Begins with another call.
    pub(super) fn next_call(&mut self) {
        if let Some(of_module) = self.of_module.take() {
            self.lists.add(&of_module.list(&self.missing));
            self.missing.clear();
            self.facts.clear();
        }
        // Most calls of a file lack the same data: repeated entries must not add up.
        if self.others.len() >= self.tidy_at {
            self.others.sort();
            self.others.dedup();
            self.tidy_at = (2 * self.others.len()).max(TIDY);
        }
    }

    /// What the call in hand lacks, by some of the rules.
    pub(crate) fn lacking(&self, of: impl Fn(&Rule) -> bool) -> Lacking {
        let missing: Missing = self.missing.iter().filter(|(rule, _)| of(rule)).copied().collect();
        let is_lacked = |fact: &Fact| missing.iter().any(|(_, lacked)| lacked == fact);
        let facts = self.facts.iter().copied().filter(is_lacked).collect();
        let of_module = self.of_module.clone().filter(|_| !missing.is_empty());
        Lacking { of_module, missing, facts }
    }

    /// Adds what an earlier call lacked to the call in hand, which is alike and has not been checked yet.
    pub(super) fn begin_with(&mut self, lacking: &Lacking) {
        self.of_module.clone_from(&lacking.of_module);
        self.missing.reserve(USUAL);
        self.missing.extend_from_slice(&lacking.missing);
        self.facts.extend_from_slice(&lacking.facts);
    }

    /// Adds a rule that lacks a fact about a call on a module.
    pub(super) fn lacks(
        &mut self,
        (rule, fact): (&'static Rule, Fact),
        module: Option<&str>,
        lacks: &Lacks,
        texts: impl Fn() -> (String, String),
    ) {
        if !self.facts.contains(&fact) {
            self.facts.push(fact);
            self.of_module.get_or_insert_with(|| lacks.of(module)).keep(fact, texts);
        }
        // Many fields may lack the same.
        let same = |(last, of): &(&Rule, Fact)| ptr::eq(*last, rule) && *of == fact;
        if self.missing.is_empty() {
            self.missing.reserve(USUAL);
            self.facts.reserve(USUAL / 2);
        }
        if !self.missing.last().is_some_and(same) {
            self.missing.push((rule, fact));
        }
    }

    /// Adds a rule with words of its own.
    pub(super) fn add(&mut self, rule: &Rule, needs: Arc<str>, supply: Arc<str>) {
        let &Rule { code, name, .. } = rule;
        let entry = Unchecked { code, name, needs, supply };
        if self.others.last() != Some(&entry) {
            self.others.push(entry);
        }
    }

    /// Whether a rule was left undecided.
    pub(crate) fn has(&self, rule: &Rule) -> bool {
        let is = |entry: &Unchecked| entry.code == rule.code;
        self.missing.iter().any(|(missing, _)| ptr::eq(*missing, rule))
            || self.others.iter().any(is)
            || self.lists.all().any(is)
    }

    /// All of them, by code.
    pub(crate) fn listed(mut self) -> Arc<[Unchecked]> {
        self.next_call();
        if !self.others.is_empty() {
            self.lists.add(&in_order(self.others));
        }
        self.lists.merged()
    }
}

/// Distinct lists of unchecked rules.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// The only one of most files.
    first: Option<Arc<[Unchecked]>>,
    others: Vec<Arc<[Unchecked]>>,
}

impl Lists {
    pub(crate) fn add(&mut self, list: &Arc<[Unchecked]>) {
        let is = |known: &Arc<[Unchecked]>| Arc::ptr_eq(known, list);
        match &self.first {
            None => self.first = Some(Arc::clone(list)),
            Some(first) if is(first) || self.others.iter().any(is) => {}
            Some(_) => self.others.push(Arc::clone(list)),
        }
        if self.others.len() > MOST {
            self.first = Some(std::mem::take(self).merged());
        }
    }

    fn all(&self) -> impl Iterator<Item = &Unchecked> {
        self.first.iter().chain(&self.others).flat_map(|list| list.iter())
    }

    /// All lists as one, by code.
    pub(crate) fn merged(self) -> Arc<[Unchecked]> {
        if self.others.is_empty() {
            return self.first.unwrap_or_default();
        }
        in_order(self.all().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use massup_model::Draft;

    use super::*;
    use crate::checker::Shapes;
    use crate::sink::{Findings, Sink};

    #[test]
    fn unchecked_rules_of_many_calls_do_not_add_up() {
        let draft = Draft::default();
        let mut findings = Findings::default();
        for call in 0..100 * TIDY {
            findings.next_call();
            let sink = &mut Sink::new(crate::rules()[0], &draft, &mut findings);
            sink.unchecked(|| ("the fields", "pull"));
            sink.unchecked(|| (if call % 2 == 0 { "the views" } else { "the counts" }, "pull"));
            sink.lacks(Fact::Fields, || ("the fields of a module".into(), "pull".into()));
            assert!(findings.undecided.others.len() <= 2 * TIDY);
            assert!(findings.undecided.lists.others.is_empty());
        }
        assert!(findings.undecided.has(crate::rules()[0]));
        assert!(!findings.undecided.has(crate::rules()[1]));
        assert_eq!(findings.undecided.listed().len(), 4);
    }

    /// What is kept of one module is not said of another, however many there are.
    #[test]
    fn each_module_has_its_own_words() {
        let shapes = Shapes::default();
        for module in (0..3 * MOST).chain(0..3) {
            let module = format!("Module{module}");
            let spot = massup_model::draft::Spot::outside(&*module);
            let draft = Draft { module: Some(spot), ..Draft::default() };
            let mut findings = Findings::of(&shapes);
            let sink = &mut Sink::new(crate::rules()[0], &draft, &mut findings);
            sink.lacks(Fact::Fields, || (format!("the fields of {module}"), "pull".into()));
            let list = findings.undecided.listed();
            assert_eq!(&*list[0].needs, format!("the fields of {module}"));
        }
    }
}
