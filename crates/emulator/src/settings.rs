//! What the documentation leaves open, and faults on demand.

use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::query::Query;

/// How the emulator behaves where the documentation is silent, and which faults it plays.
///
/// The default of each field is the reading that the documents favour.
///
/// ```
/// use massup_emulator::settings::{Choice, Settings};
///
/// let strict: Settings = serde_json::from_str(r#"{ "duplicate_ids": "refuse" }"#)?;
/// assert_eq!(strict.duplicate_ids, Choice::Refuse);
/// assert_eq!(strict.null_values, Settings::default().null_values);
/// assert!(serde_json::from_str::<Settings>(r#"{ "duplicate_id": "refuse" }"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `cvid` next to `ids` before v8: the pages' samples send both and say nothing of it. By default
    /// the view wins, since the pages call a call with `cvid` the scheduler type. v8 always refuses.
    pub both_selections: BothSelections,
    /// More than 500 ids: no error is listed. Refused by default, as `LIMIT_EXCEEDED`.
    pub too_many_ids: Choice,
    /// An id given twice. Accepted by default: the record is updated once, and answered twice.
    pub duplicate_ids: Choice,
    /// Ids as JSON numbers. Accepted by default where they are integers, as some SDKs send them.
    pub number_ids: Choice,
    /// Tasks, Calls and Events before v3, whose pages list them together as Activities. Accepted by default.
    pub activity_modules: Choice,
    /// Which versions take the name of a module in a path letter for letter. The description of v8 says that
    /// case counts; clients of older versions send `leads`.
    pub module_case: ByVersion,
    /// The API domain of the organisation, with its port. From v2.1 on a call with another `Host` is answered
    /// with `INVALID_HOST`. Left out, any host is right.
    pub api_host: Option<String>,
    /// `null` as a value. Accepted by default, and empties the field.
    pub null_values: Choice,
    /// `null` for a key of the body, such as `"cvid": null`. Refused by default: the description of v8
    /// gives each key a type, and none of them is `null`. Accepted, the key counts as absent.
    pub null_keys: Choice,
    /// An option given twice for a multi-select picklist. Accepted by default, and kept once.
    pub repeated_options: Choice,
    /// Numbers in quotes for number fields. Accepted by default: an official sample sends one.
    pub number_strings: Choice,
    /// Whether a job of exactly 1,000 records triggers automations. Not by default.
    pub automations_at_threshold: bool,
    /// A picklist value that is not an option. By default refused in v8 for every record, where an error
    /// is documented, and accepted before, where the pages allow new values.
    pub unknown_options: ByVersion,
    /// Stages that do not go with the pipeline, and other dependent options. By default checked in
    /// v8, where an error is documented.
    pub mappings: ByVersion,
    /// Keys of the body that no page names. Refused by default.
    pub unknown_keys: Choice,
    /// The key `criteria`, which every SDK has and no page explains. Accepted by default, and ignored.
    pub criteria_key: Choice,
    /// More than one object in `data`. Refused by default; accepted, the first one counts.
    pub several_data: Choice,
    /// A key given twice in an object. Refused by default; accepted, the last one counts.
    pub duplicate_keys: Choice,
    /// Which versions keep scheduled calls to the editions that the v8 description names.
    pub edition_gate: ByVersion,
    /// Which versions answer a call by ids that met only some of its records with HTTP 207; the others
    /// with 200. The pages are silent, the newest description of v8 has 207.
    pub multi_status: ByVersion,
    /// What the length of a text is counted in.
    pub length_unit: LengthUnit,
    /// How many records of each running job one step of the background work does.
    pub job_batch: u32,
    /// Milliseconds that the server pauses after each step, so that jobs can be watched. None by default.
    pub job_pause_ms: u64,
    /// Seconds between the scheduling of a job and its start.
    pub job_delay: i64,
    /// Credits in 24 hours; what the edition gives where it is left out.
    pub daily_credits: Option<u64>,
    /// Calls under way at the same time; what the edition gives where it is left out.
    pub concurrency: Option<usize>,
    /// Milliseconds that a client may take to send the head of a call, and as many for its body.
    pub read_timeout_ms: u64,
    /// Whether page numbers end at the 2,000th record, behind which only a `page_token` leads. In all
    /// versions by default; the page of v7 says so, older ones were not to be had.
    pub page_limit: ByVersion,
    /// Seconds that an access token is good for.
    pub token_lifetime: i64,
    /// Whether calls need a token at all.
    pub require_token: bool,
    /// Faults to play.
    pub faults: Faults,
}

impl Settings {
    /// Reads settings; what is left out has its default.
    ///
    /// # Errors
    ///
    /// The bytes are not a JSON object, or hold an unknown key or value; the error gives line and column.
    pub fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        crate::reply::object(json)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            both_selections: BothSelections::View,
            too_many_ids: Choice::Refuse,
            duplicate_ids: Choice::Accept,
            number_ids: Choice::Accept,
            activity_modules: Choice::Accept,
            module_case: ByVersion::V8,
            api_host: None,
            null_values: Choice::Accept,
            null_keys: Choice::Refuse,
            repeated_options: Choice::Accept,
            number_strings: Choice::Accept,
            automations_at_threshold: false,
            unknown_options: ByVersion::V8,
            mappings: ByVersion::V8,
            unknown_keys: Choice::Refuse,
            criteria_key: Choice::Accept,
            several_data: Choice::Refuse,
            duplicate_keys: Choice::Refuse,
            edition_gate: ByVersion::V8,
            multi_status: ByVersion::V8,
            length_unit: LengthUnit::Characters,
            job_batch: 500,
            job_pause_ms: 0,
            job_delay: 0,
            daily_credits: None,
            concurrency: None,
            read_timeout_ms: 30_000,
            page_limit: ByVersion::Always,
            token_lifetime: 3_600,
            require_token: true,
            faults: Faults::default(),
        }
    }
}

/// Accepted or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// Accepted.
    Accept,
    /// Refused.
    Refuse,
}

/// What `cvid` and `ids` in one call mean before v8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BothSelections {
    /// The view counts, a job is scheduled.
    View,
    /// The ids count, the records are updated at once.
    Ids,
    /// The call is refused.
    Refuse,
}

/// The versions that enforce a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ByVersion {
    /// None.
    Never,
    /// v8 alone.
    V8,
    /// All.
    Always,
}

impl ByVersion {
    /// Whether a version enforces it.
    pub fn applies(self, version: massup_model::ApiVersion) -> bool {
        match self {
            Self::Never => false,
            Self::V8 => version >= massup_model::ApiVersion::V8,
            Self::Always => true,
        }
    }
}

/// What the length of a text is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LengthUnit {
    /// Unicode scalar values.
    Characters,
    /// UTF-16 code units.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl LengthUnit {
    /// The length of a text.
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// Faults that are played on demand. Each counter goes down by one a call that it meets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// Milliseconds that the server waits before it does its work.
    pub latency_ms: u64,
    /// Milliseconds that the server waits after its work is done and before it answers.
    pub answer_latency_ms: u64,
    /// Calls that are answered with HTTP 500 and not done.
    pub errors_before: u32,
    /// Calls that are done and then answered with HTTP 500.
    pub errors_after: u32,
    /// Calls whose connection is closed before anything is done.
    pub drops_before: u32,
    /// Calls that are done and whose connection is closed without an answer.
    pub drops_after: u32,
    /// Calls that are answered with HTTP 429.
    pub too_many_requests: u32,
    /// The next calls answer that their token is invalid.
    pub invalid_tokens: u32,
    /// Jobs stop after this many records and stay RUNNING, until it is taken away.
    pub stall_jobs_after: Option<u64>,
    /// Jobs end as FAILED after this many records.
    pub fail_jobs_after: Option<u64>,
    /// Calls that are refused for a reason of choice. The first one that fits a call counts.
    pub refuse: Vec<Refused>,
}

/// Calls that are refused for a documented reason, whatever the organisation is like.
///
/// ```
/// use massup_emulator::settings::Faults;
///
/// let faults: Faults = serde_json::from_str(
///     r#"{ "refuse": [
///         { "path": "settings/layouts/*/map_dependency", "refusal": "layout_deactivated" },
///         { "path": "settings/fields?module=Deals", "refusal": "scope_missing", "times": 1 }
///     ] }"#,
/// )?;
/// assert_eq!(faults.refuse.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The path below `/crm/{version}/`; `*` matches any one segment. Each parameter behind a `?` must be
    /// among those of the call.
    pub path: String,
    /// The method; any where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The reason, in the words of [`Refusal`] with underscores: `territories_not_enabled`.
    pub refusal: Refusal,
    /// How many calls are refused; all of them where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl Refused {
    fn fits(&self, method: &str, words: &[&str], query: &Query) -> bool {
        let (path, wanted) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let pattern: Vec<&str> = path.trim_matches('/').split('/').collect();
        self.times != Some(0)
            && self.method.as_deref().is_none_or(|known| known.eq_ignore_ascii_case(method))
            && pattern.len() == words.len()
            && pattern.iter().zip(words).all(|(known, word)| *known == "*" || known == word)
            && Query::of(wanted).pairs().all(|(name, value)| query.get(name) == Some(value))
    }
}

/// What a fault does to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ErrorBefore,
    ErrorAfter,
    DropBefore,
    DropAfter,
    TooManyRequests,
    InvalidToken,
}

impl Faults {
    /// The reason for which a call is to be refused, if any, taken off its counter.
    pub(crate) fn refuse(
        &mut self,
        method: &str,
        words: &[&str],
        query: &Query,
    ) -> Option<Refusal> {
        let refused = self.refuse.iter_mut().find(|refused| refused.fits(method, words, query))?;
        refused.times = refused.times.map(|times| times.saturating_sub(1));
        Some(refused.refusal)
    }

    /// The fault that meets the next call, taken off its counter.
    pub(crate) fn take(&mut self) -> Option<Fault> {
        [
            (&mut self.drops_before, Fault::DropBefore),
            (&mut self.drops_after, Fault::DropAfter),
            (&mut self.errors_before, Fault::ErrorBefore),
            (&mut self.errors_after, Fault::ErrorAfter),
            (&mut self.too_many_requests, Fault::TooManyRequests),
            (&mut self.invalid_tokens, Fault::InvalidToken),
        ]
        .into_iter()
        .find_map(|(left, fault)| {
            *left = left.checked_sub(1)?;
            Some(fault)
        })
    }
}
