//! Compares the shapes of calls without writing their specimens.

use super::{Envelope, Outline, Territory};

/// The ids in a call that facts may be known about: they tell shapes apart.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) views: bool,
    pub(crate) territories: bool,
}

/// Calls have equal signatures if and only if they have equal specimens.
#[derive(Debug)]
pub(crate) struct Signature {
    forms: u64,
    fields: Vec<Box<[u8]>>,
    words: [Option<Box<[u8]>>; WORDS],
}

/// The words of a call file, and the ids of a view and a territory.
const WORDS: usize = 6;

/// The kind of a value. Of strings and lists it tells only whether they are empty or blank.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Null = 1,
    True,
    False,
    Number,
    Empty,
    Blank,
    Text,
    NoTexts,
    Texts,
}

impl Kind {
    pub(super) fn specimen(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::True => "true",
            Self::False => "false",
            Self::Number => "1",
            Self::Empty => "\"\"",
            Self::Blank => "\" \"",
            Self::Text => "\"x\"",
            Self::NoTexts => "[]",
            Self::Texts => "[\"x\"]",
        }
    }
}

impl<'t> Outline<'t> {
    /// Everything in the specimen but the names of fields and the words.
    #[inline]
    pub(crate) fn forms(&self) -> u64 {
        let mut forms = 0;
        for field in self.fields() {
            forms = (forms << 4) | field.value.kind() as u64;
        }
        let mut add = |form: u64| forms = (forms << 2) | form;
        let boolean = |value: Option<bool>| value.map_or(0, |value| 1 + u64::from(value));
        add(u64::from(self.has_data));
        add(boolean(self.over_write));
        add(self.ids.map_or(0, |(_, second)| 1 + u64::from(second.is_some())));
        add(u64::from(self.cvid.is_some()));
        if let Some(Territory { id, include_child }) = self.territory {
            add(1 + u64::from(id.is_some()));
            add(boolean(include_child));
        } else {
            add(0);
            add(0);
        }
        let Envelope { method, path, module, api_version, step, after, body } = self.envelope;
        if body {
            for word in [method, path, module, api_version] {
                add(u64::from(word.is_some()));
            }
            add(u64::from(step));
            add(u64::from(after));
            // No bare body has as many forms.
            add(3);
        }
        forms
    }

    /// A hash of the signature. Collisions cost time but do no harm.
    #[inline]
    pub(crate) fn hash(&self, forms: u64, kept: Kept) -> u64 {
        let names = self
            .fields()
            .iter()
            .fold(forms.wrapping_mul(FACTOR), |all, field| mix(all, field.hash));
        if self.has_no_words(kept) {
            return names;
        }
        self.words(kept).iter().flatten().fold(names, |all, word| mix(all, hash(word)))
    }

    #[inline]
    fn has_no_words(&self, kept: Kept) -> bool {
        !(self.envelope.body
            || (kept.views && self.cvid.is_some())
            || (kept.territories && self.territory.is_some()))
    }

    fn words(&self, kept: Kept) -> [Option<&'t [u8]>; WORDS] {
        let Envelope { method, path, module, api_version, .. } = self.envelope;
        let view = self.cvid.filter(|_| kept.views);
        let territory =
            self.territory.filter(|_| kept.territories).and_then(|territory| territory.id);
        [method, path, module, api_version, view, territory]
    }
}

impl Signature {
    pub(crate) fn of(outline: &Outline<'_>, kept: Kept) -> Self {
        Self {
            forms: outline.forms(),
            fields: outline.fields().iter().map(|field| field.name.into()).collect(),
            words: outline.words(kept).map(|word| word.map(Into::into)),
        }
    }

    #[inline]
    pub(crate) fn is_of(&self, outline: &Outline<'_>, forms: u64, kept: Kept) -> bool {
        // Equal forms have as many fields.
        let mut names = self.fields.iter().zip(outline.fields());
        self.forms == forms
            && names.all(|(known, field)| **known == *field.name)
            && (outline.has_no_words(kept)
                || self
                    .words
                    .iter()
                    .zip(outline.words(kept))
                    .all(|(known, word)| known.as_deref() == word))
    }
}

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR)
}

/// Hashes a word.
#[inline]
pub(super) fn hash(word: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (word.first_chunk(), word.last_chunk()) {
        let between = word.get(8..word.len().saturating_sub(8)).unwrap_or_default();
        let (eights, _) = between.as_chunks::<8>();
        let inner = eights.iter().fold(0, |hash, eight| mix(hash, u64::from_le_bytes(*eight)));
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        return mix(mix(first.wrapping_mul(FACTOR), last) ^ inner, word.len() as u64);
    }
    let all = word.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte));
    mix(all.wrapping_mul(FACTOR), word.len() as u64)
}
