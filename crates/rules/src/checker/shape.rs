//! What all calls of one shape have in common.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use massup_model::Draft;
use massup_model::draft::Spot;
use massup_model::json::{Member, Node, Span, Value};

use super::{ON_VALUES, finds_nothing, found_nothing, on_shapes};
use crate::automation::CallAutomation;
use crate::engine::{Forms, Linter};
use crate::facts::{Facts, Field};
use crate::known::{Options, Set};
use crate::proof::{KeptIds, Outline, SafeValues, Signature};
use crate::report::Unchecked;
use crate::rule::Check;
use crate::safe::Safe;
use crate::sink::{Findings, Lacks};

/// The result of checking the first call of a shape.
#[derive(Debug)]
pub(super) struct Shape {
    specimen: Box<str>,
    pub(super) signature: Signature,
    /// Whether the rules that do not run on each call have no findings.
    pub(super) clean: bool,
    /// The calls without their bodies.
    pub(super) head: Arc<Draft<'static>>,
    /// The fields with metadata; empty if there are none.
    pub(super) fields: Vec<Option<Known>>,
    report: OnceLock<Told>,
}

/// What a report says of a clean call.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) unchecked: Arc<[Unchecked]>,
    pub(super) automation: Option<CallAutomation>,
}

/// A field with metadata.
#[derive(Debug)]
pub(super) struct Known {
    /// The position in the metadata of the module.
    pub(super) position: usize,
    pub(super) options: Option<Arc<Options>>,
    /// The values that need no rule to run; `None` if all do.
    pub(super) safe: Option<Arc<SafeValues>>,
}

/// Shapes by the hashes of their signatures. On a collision the newer shape replaces the older.
#[derive(Debug, Default)]
pub(super) struct Kept(HashMap<u64, Arc<Shape>, BuildHasherDefault<Hashed>>);

/// What a linter derives from its settings when it needs it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes(Arc<Derived>);

#[derive(Debug, Default)]
struct Derived {
    /// The shapes of texts that were not checked with a [`super::Checker`].
    kept: RwLock<Kept>,
    /// The lists of unchecked rules, to share equal ones.
    lists: Mutex<HashSet<Arc<[Unchecked]>>>,
    forms: Forms,
    lacks: Lacks,
    names: OnceLock<Names>,
    /// The head of bare bodies.
    head: OnceLock<Arc<Draft<'static>>>,
}

/// The fields in the metadata of modules, by API name.
type Names = HashMap<String, HashMap<String, Named>>;

/// A field in the metadata of its module.
#[derive(Debug)]
pub(crate) struct Named {
    position: usize,
    options: OnceLock<Option<Arc<Options>>>,
    safe: OnceLock<Option<Arc<SafeValues>>>,
}

impl Named {
    /// The index of the options of the field, which is made once.
    pub(crate) fn options(&self, field: &Field) -> Option<&Arc<Options>> {
        self.options.get_or_init(|| Options::of(field).map(Arc::new)).as_ref()
    }
}

/// The most options of a field that are checked one by one beforehand.
const MOST_OPTIONS: usize = 256;

/// The most shapes that are kept; when there are more, all are dropped and checked again.
const MOST: usize = 4_096;

impl Kept {
    fn get(&self, hash: u64, is_same: impl FnOnce(&Shape) -> bool) -> Option<&Arc<Shape>> {
        self.0.get(&hash).filter(|shape| is_same(shape))
    }

    fn insert(&mut self, hash: u64, shape: Arc<Shape>) {
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(hash, shape);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The shape with a hash that is the same; calls `make` if it is missing.
    pub(super) fn find(
        &mut self,
        hash: u64,
        is_same: impl FnOnce(&Shape) -> bool,
        mut make: impl FnMut() -> Shape,
    ) -> &Shape {
        if self.0.len() >= MOST && !self.0.contains_key(&hash) {
            self.0.clear();
        }
        let shape = self.0.entry(hash).or_insert_with(|| Arc::new(make()));
        if !is_same(shape) {
            *shape = Arc::new(make());
        }
        shape
    }
}

impl Shapes {
    /// The forms of the calls that all rules have checked.
    pub(crate) fn forms(&self) -> &Forms {
        let Self(derived) = self;
        &derived.forms
    }

    /// The missing facts in words.
    pub(crate) fn lacks(&self) -> &Lacks {
        let Self(derived) = self;
        &derived.lacks
    }

    /// The position of a field in the metadata of a module.
    pub(crate) fn position(&self, facts: &Facts, module: &str, field: &str) -> Option<usize> {
        self.named(facts, module, field).map(|named| named.position)
    }

    /// A field in the metadata of a module.
    pub(crate) fn named(&self, facts: &Facts, module: &str, field: &str) -> Option<&Named> {
        let Self(derived) = self;
        let names = derived.names.get_or_init(|| {
            let named = |(position, field): (usize, &Field)| {
                let (options, safe) = (OnceLock::new(), OnceLock::new());
                (field.api_name.clone(), Named { position, options, safe })
            };
            // The first of duplicates counts.
            let all = |fields: &Vec<Field>| fields.iter().enumerate().rev().map(named).collect();
            facts.fields.iter().map(|(module, fields)| (module.clone(), all(fields))).collect()
        });
        let other = || names.get(massup_model::module::other_name(module)?);
        names.get(module).or_else(other)?.get(field)
    }

    /// The shape with a hash that is the same; calls `make` if it is missing.
    pub(super) fn find(
        &self,
        hash: u64,
        is_same: impl FnOnce(&Shape) -> bool,
        make: impl FnOnce() -> Shape,
    ) -> Arc<Shape> {
        let Self(derived) = self;
        // A poisoned table is still complete: inserting a shape cannot panic halfway.
        let known = derived.kept.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = known.get(hash, is_same) {
            return Arc::clone(shape);
        }
        drop(known);
        let shape = Arc::new(make());
        let mut kept = derived.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(hash, Arc::clone(&shape));
        shape
    }

    fn shared(&self, list: Arc<[Unchecked]>) -> Arc<[Unchecked]> {
        let Self(derived) = self;
        let mut lists = derived.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lists.get(&list) {
            return Arc::clone(known);
        }
        if lists.len() >= MOST {
            lists.clear();
        }
        lists.insert(Arc::clone(&list));
        list
    }
}

impl Shape {
    /// What a report says of the calls of this shape.
    pub(super) fn told(&self, linter: &Linter) -> &Told {
        self.report.get_or_init(|| {
            let report = linter.lint_in_full("", self.specimen.as_bytes());
            let unchecked = linter.shapes().shared(report.unchecked);
            Told { unchecked, automation: report.automations.into_iter().next() }
        })
    }
}

impl Linter {
    /// Checks the first call of a shape.
    pub(super) fn shape(
        &self,
        outline: &Outline<'_>,
        kept_ids: KeptIds,
        findings: &mut Findings,
    ) -> Shape {
        let specimen = outline.specimen(kept_ids);
        let Shapes(derived) = self.shapes();
        let head = if outline.is_bare() {
            let head = || Arc::new(self.head_of(Draft::default()));
            Some(Arc::clone(derived.head.get_or_init(head)))
        } else {
            let mut document = massup_syntax::read("", specimen.as_bytes());
            let draft = document.calls.pop().filter(|_| document.problems.is_empty());
            draft.map(|draft| Arc::new(self.head_of(draft)))
        };
        let is_readable = head.is_some();
        let head = head.unwrap_or_default();
        let draft = with_body(&head, outline.body());
        let clean = is_readable && on_shapes(&draft, self, findings);
        found_nothing(findings);
        let facts = self.known();
        let module = draft.module_name();
        let metadata = module.and_then(|module| Some((module, facts.fields_of(module)?)));
        let mut fields = Vec::new();
        if let Some((module, metadata)) = metadata {
            let known = |name: &str| {
                let named = self.shapes().named(facts, module, name)?;
                let field = metadata.get(named.position)?;
                let options = named.options(field).cloned();
                let safe = named.safe.get_or_init(|| self.safe_values(module, field)).clone();
                Some(Known { position: named.position, options, safe })
            };
            fields.extend(outline.names().map(known));
        }
        let (report, signature) = (OnceLock::new(), Signature::of(outline, kept_ids));
        drop(draft);
        Shape { specimen: specimen.into(), signature, clean, head, fields, report }
    }

    /// The values of a field of a module in which no rule on values finds anything.
    pub(crate) fn safe_values(&self, module: &str, field: &Field) -> Option<Arc<SafeValues>> {
        let dependencies = self.known().dependencies_of(module).map(Vec::as_slice);
        let mut safe = Safe::ALL;
        for rule in ON_VALUES.iter() {
            let Check::Values(_, safe_for) = rule.check else { return None };
            safe = safe.and(safe_for(field, dependencies.unwrap_or_default()));
        }
        let options = field.options.as_deref().unwrap_or_default();
        if options.len() > MOST_OPTIONS {
            return None;
        }
        let draft = Draft { module: Some(Spot::outside(module)), ..Draft::default() };
        let findings = &mut Findings::alone(self.shapes());
        let mut is_safe = |text: &&str| {
            let text = Node::new(Value::String((*text).into()));
            let value = match field.data_type() {
                "multiselectpicklist" => Node::new(Value::Array(vec![text])),
                _ => text,
            };
            let key = field.api_name.as_str().into();
            let member = Member { key, key_span: Span::default(), value };
            let set = Set { member: &member, field, options: None };
            ON_VALUES.iter().all(|rule| finds_nothing(rule, &[set], self, &draft, findings))
        };
        let options =
            options.iter().map(|option| option.shown.as_str()).filter(|text| is_safe(text));
        Some(Arc::new(SafeValues::new(safe, field.data_type(), options)))
    }

    /// The same call without its body, completed.
    fn head_of<'d>(&'d self, mut draft: Draft<'d>) -> Draft<'static> {
        self.complete(&mut draft);
        let owned = |spot: Spot<'_>| Spot::outside(spot.text.into_owned());
        Draft {
            kind: draft.kind,
            method: draft.method.map(owned),
            path: draft.path.map(owned),
            module: draft.module.map(owned),
            version: draft.version,
            ..Draft::default()
        }
    }
}

/// A call with a head and a body.
pub(super) fn with_body<'d>(head: &'d Draft<'static>, body: Node<'d>) -> Draft<'d> {
    let spot = |spot: &'d Option<Spot<'static>>| {
        spot.as_ref().map(|spot| Spot::outside(spot.text.as_ref()))
    };
    Draft {
        kind: head.kind,
        method: spot(&head.method),
        path: spot(&head.path),
        module: spot(&head.module),
        version: head.version,
        body: Some(body),
        ..Draft::default()
    }
}

/// A hasher for keys that are hashes.
#[derive(Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash ^ (hash >> 32);
    }
}
