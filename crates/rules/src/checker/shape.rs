//! What all calls of one shape have in common.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use massup_model::Draft;
use massup_model::draft::Spot;
use massup_model::request::is_field_name;

use crate::automation::CallAutomation;
use crate::engine::{Linter, find};
use crate::report::Unchecked;
use crate::rule::{Check, Decided};

/// The result of checking a specimen.
#[derive(Debug)]
pub(super) struct Shape {
    specimen: String,
    /// Whether the rules that do not run on each call have no findings.
    pub(super) clean: bool,
    /// The calls without their bodies.
    pub(super) head: Draft<'static>,
    /// The position of each field in the metadata of the module.
    pub(super) fields: Vec<Option<usize>>,
    pub(super) unchecked: Arc<[Unchecked]>,
    pub(super) automation: Option<CallAutomation>,
}

/// Shapes by the hashes of their specimens. On a collision the newer shape replaces the older.
#[derive(Debug, Default)]
pub(super) struct Kept(HashMap<u64, Arc<Shape>, BuildHasherDefault<Hashed>>);

/// The shapes that a linter has checked, shared by its checkers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes(Arc<RwLock<Kept>>);

/// The most shapes that are kept; when there are more, all are dropped and checked again.
const MOST: usize = 1024;

impl Kept {
    fn get(&self, hash: u64, specimen: &str) -> Option<&Arc<Shape>> {
        self.0.get(&hash).filter(|shape| shape.specimen == specimen)
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

    /// The shape of a specimen; calls `make` if it is missing.
    pub(super) fn find(
        &mut self,
        hash: u64,
        specimen: &str,
        make: impl Fn() -> Arc<Shape>,
    ) -> &Shape {
        if self.0.len() >= MOST && !self.0.contains_key(&hash) {
            self.0.clear();
        }
        let shape = self.0.entry(hash).or_insert_with(&make);
        if shape.specimen != specimen {
            *shape = make();
        }
        shape
    }
}

impl Linter {
    /// The shape of a specimen.
    pub(super) fn shape(&self, hash: u64, specimen: &str) -> Arc<Shape> {
        let Shapes(kept) = self.shapes();
        // A poisoned table is still complete: inserting a shape cannot panic halfway.
        let known = kept.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = known.get(hash, specimen) {
            return Arc::clone(shape);
        }
        let same = |list: &Arc<[Unchecked]>| {
            let mut lists = known.0.values().map(|shape| &shape.unchecked);
            lists.find(|known| *known == list).cloned()
        };
        let mut shape = self.new_shape(specimen);
        shape.unchecked = same(&shape.unchecked).unwrap_or(shape.unchecked);
        let shape = Arc::new(shape);
        drop(known);
        kept.write().unwrap_or_else(PoisonError::into_inner).insert(hash, Arc::clone(&shape));
        shape
    }

    fn new_shape(&self, specimen: &str) -> Shape {
        let report = self.lint_in_full("", specimen.as_bytes());
        // Placeholders say nothing about the values that rules find in each call.
        let clean = report.diagnostics.iter().all(|found| runs_on_calls(found.code));
        let mut document = massup_syntax::read("", specimen.as_bytes());
        let draft = document.calls.pop().map(|draft| self.in_context(&draft));
        let draft = draft.unwrap_or_default();
        let metadata = draft.module_name().and_then(|module| self.known().fields.get(module));
        let place = |name: &str| {
            let named = metadata?.iter().position(|field| field.api_name == name);
            named.filter(|_| is_field_name(name))
        };
        let fields = draft.fields().iter().map(|member| place(&member.key)).collect();
        let owned = |spot: &Spot<'_>| Spot::outside(spot.text.clone().into_owned());
        let head = Draft {
            kind: draft.kind,
            method: draft.method.as_ref().map(owned),
            path: draft.path.as_ref().map(owned),
            module: draft.module.as_ref().map(owned),
            version: draft.version,
            ..Draft::default()
        };
        let automation = report.automations.into_iter().next();
        let specimen = specimen.to_owned();
        Shape { specimen, clean, head, fields, unchecked: report.unchecked, automation }
    }
}

/// Whether a rule runs on each call, which makes its findings in the specimen meaningless.
pub(super) fn runs_on_calls(code: &str) -> bool {
    find(code).is_some_and(|rule| match rule.check {
        Check::Values(_) => true,
        Check::Call(_) | Check::Facts(_) => rule.decided_by == Decided::Call,
        Check::Reading | Check::Planning | Check::Server(_) => false,
    })
}

/// Hashes a specimen. Collisions cost time but do no harm.
pub(super) fn hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().map(|word| u64::from_le_bytes(*word)).fold(0, mix);
    rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
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
