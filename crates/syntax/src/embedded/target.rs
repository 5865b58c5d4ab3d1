//! URLs of mass updates, and those that are nearly right.

use massup_model::ApiVersion;
use massup_model::draft::Spot;
use massup_model::host::Host;
use massup_model::json::Span;
use massup_model::module::is_api_name;
use massup_model::{Draft, Route, module};

use super::decoded::Decoded;
use crate::format::call;
use crate::problem::Address;

/// What the path of every mass update ends in.
const ENDING: &str = "/actions/mass_update";

/// Longer than any URL that somebody writes down, in bytes.
pub(super) const MAX_URL: usize = 1 << 14;

/// The parts of the URL of a mass update, as ranges of its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    host: Span,
    path: Span,
    /// The path ends as it should.
    exact: bool,
    /// The path is there from its beginning, without variables that could be a part of it.
    whole: bool,
    /// The query has no variables.
    query_known: bool,
}

impl Target {
    /// The mass update that a URL names, or nearly names.
    pub(super) fn of(url: &Decoded) -> Option<Self> {
        let text = url.text.as_str();
        if text.len() > MAX_URL {
            return None;
        }
        let scheme = text.find("://").map_or(0, |at| at + 3);
        let slash = scheme + text.get(scheme..)?.find('/')?;
        let named = scheme.checked_sub(3).and_then(|end| text.get(..end)).unwrap_or_default();
        let web = ["", "http", "https"].iter().any(|known| named.eq_ignore_ascii_case(known));
        if !web && !url.has_variable(Span { start: 0, end: named.len() }) {
            return None;
        }
        // `Leads/actions/mass_update`, which a wrapper puts behind a host.
        let first = Span { start: scheme, end: slash };
        let name = text.get(scheme..slash)?;
        let relative = scheme == 0 && !name.contains(['.', ':']) && !url.has_variable(first);
        let start = if relative { 0 } else { slash };
        let rest = text.get(start..)?;
        // `…/mass_update${query}`
        let query = rest
            .find(ENDING)
            .map(|at| at + ENDING.len())
            .filter(|at| url.has_variable(Span { start: start + at, end: start + at + 1 }));
        let end = start + query.or_else(|| rest.find(['?', '#'])).unwrap_or(rest.len());
        let path = text.get(start..end)?;
        let blank = |(at, _): (usize, &str)| {
            !url.has_variable(Span { start: start + at, end: start + at + 1 })
        };
        if path.match_indices(char::is_whitespace).any(blank) {
            return None;
        }
        let exact = path.trim_end_matches('/').ends_with(ENDING);
        let host = Span { start: if relative { 0 } else { scheme }, end: start };
        if !exact && !is_near(text.get(host.start..host.end)?, path) {
            return None;
        }
        let range = Span { start, end };
        let before = Span { start: 0, end: start };
        // A variable for the host may hold the first segments as well.
        let begins = !url.has_variable(before) || path.starts_with("/crm/");
        // A wrapper puts what is missing in front of it.
        let begins = begins && (start > 0 || path.starts_with("/crm/"));
        let whole = begins && !relative && !url.has_variable(range);
        let query_known = !url.has_variable(Span { start: end, end: text.len() });
        Some(Self { host, path: range, exact, whole, query_known })
    }

    /// Whether a variable in the query may be a job id, or hold one with its name.
    pub(super) fn may_have_job_id(&self, url: &Decoded) -> bool {
        if !self.exact || self.query_known {
            return false;
        }
        let mut at = self.path.end;
        let query = url.text.get(at..).unwrap_or_default();
        query.split(['?', '&']).any(|pair| {
            let start = at;
            at += pair.len() + 1;
            let name = pair.split('=').next().unwrap_or_default();
            name == "job_id" || url.has_variable(Span { start, end: start + name.len() })
        })
    }

    /// Where the path is in the file: its end, if it is put together from several places.
    pub(super) fn place(&self, url: &Decoded) -> Span {
        url.place_of_end(self.path)
    }

    /// Puts into a draft what the URL names.
    pub(super) fn aim(&self, url: &Decoded, draft: &mut Draft<'_>) {
        let place = self.place(url);
        let Span { start, end } = self.path;
        if self.whole || !self.exact {
            let end = if self.query_known { url.text.len() } else { end };
            let text = url.text.get(start..end).unwrap_or_default().to_owned();
            draft.path = Some(Spot { text: text.into(), span: Some(place) });
            call::route(draft);
        }
        let query = url.text.get(end..).and_then(|rest| rest.strip_prefix('?')?.split('#').next());
        draft.selection_in_query = query.and_then(Route::selection_in);
        if draft.module.is_none() && draft.version.is_none() {
            let (version, module) = self.names(url);
            draft.version = version;
            draft.module =
                module.map(|name| Spot { text: name.to_owned().into(), span: Some(place) });
        }
    }

    /// The version and the module in a path that is not known as a whole.
    fn names<'u>(&self, url: &'u Decoded) -> (Option<ApiVersion>, Option<&'u str>) {
        let Span { start, end } = self.path;
        let text = url.text.get(start..end).unwrap_or_default();
        let mut at = start;
        let mut segments = Vec::new();
        for segment in text.trim_end_matches('/').split('/') {
            let range = Span { start: at, end: at + segment.len() };
            segments.push((segment, !url.has_variable(range)));
            at = range.end + 1;
        }
        let version = |(segment, known): &(&str, bool)| segment.parse().ok().filter(|_| *known);
        let found = segments.iter().position(|segment| version(segment).is_some());
        let is_module = |(segment, known): &&(&'u str, bool)| {
            *known && is_api_name(segment) && !is_word_of_path(segment)
        };
        let after = found.and_then(|at| segments.get(at + 1)).filter(is_module);
        // The module is followed by `actions` and `mass_update`.
        let before = || segments.iter().rev().nth(2).filter(|_| found.is_none()).filter(is_module);
        let module = after.or_else(before).map(|(segment, _)| *segment);
        (found.and_then(|at| version(segments.get(at)?)), module)
    }

    /// What is wrong with where the call goes, and where that is.
    pub(super) fn address(&self, url: &Decoded) -> Option<(Address, Span)> {
        let host = url.text.get(self.host.start..self.host.end)?;
        if host.is_empty() || url.has_variable(self.host) {
            return None;
        }
        let (name, from) = match host.rfind('@') {
            Some(at) => (host.get(at + 1..)?, self.host.start + at + 1),
            None => (host, self.host.start),
        };
        let span = url.place(Span { start: from, end: self.host.end });
        let known = Host::of(name);
        if let Host::NotApi(nearest) = known {
            let path = url.text.get(self.path.start..self.path.end).unwrap_or_default();
            let host = name.to_owned();
            // The web page of the CRM calls its own server by versions that no document has.
            let page = path.strip_prefix("/crm/v2.2/").is_some() && host.starts_with("crm");
            let address =
                if page { Address::Page { host } } else { Address::Host { host, nearest } };
            return Some((address, span));
        }
        let clear = url
            .text
            .get(..self.host.start)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://") && known == Host::Api);
        let scheme = Span { start: 0, end: self.host.start };
        clear.then(|| (Address::Clear, url.place(scheme)))
    }
}

/// Whether a word is one that paths of the API have around the module.
fn is_word_of_path(segment: &str) -> bool {
    ["crm", "actions", "action"].contains(&segment) || is_near_name(segment)
}

/// Whether a path is meant to be that of a mass update.
fn is_near(host: &str, path: &str) -> bool {
    let mut segments = path.split('/').skip(1).peekable();
    let (mut named, mut of_the_api) = (false, host.to_ascii_lowercase().contains("zoho"));
    while let Some(segment) = segments.next() {
        of_the_api |= segment == "crm" || module::Module::find(segment).is_some();
        let folded = segment.to_ascii_lowercase();
        of_the_api |= ["action", "actions"].contains(&folded.as_str()) && segments.peek().is_some();
        named |= is_near_name(segment);
    }
    named && of_the_api
}

/// The name in small letters and without separators.
const NAME: &str = "massupdate";

/// Whether a name is `mass_update`, or nearly so: other letter case, other separators, up to two slips.
pub(crate) fn is_near_name(name: &str) -> bool {
    if !(8..=24).contains(&name.len()) || name.contains('.') {
        return false;
    }
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    folded.starts_with(NAME) && folded.len() <= NAME.len() + 1
        || folded == "massupdaterecords"
        || folded == "updatemass"
        || strsim::osa_distance(&folded, NAME) <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_near_by_letters_alone() {
        for (name, near) in [
            ("mass_update", true),
            ("mass_updates", true),
            ("massUpdate", true),
            ("mass-update", true),
            ("MASS_UPDATE", true),
            ("mass_udpate", true),
            ("massupdat", true),
            ("massUpdateRecords", true),
            ("mass_delete", false),
            ("mass_convert", false),
            ("mass_change_owner", false),
            ("mass_update.html", false),
            ("mass-update-records.html", false),
            ("update", false),
            ("actions", false),
        ] {
            assert_eq!(is_near_name(name), near, "{name}");
        }
    }

    #[test]
    fn urls_are_told_by_their_paths() {
        for (url, expected) in [
            ("https://www.zohoapis.com/crm/v8/Leads/actions/mass_update", Some(true)),
            ("https://example.com/actions/mass_update", Some(true)),
            ("/crm/v8/Leads/actions/mass_update?job_id=1", Some(true)),
            ("Leads/actions/mass_update", Some(true)),
            ("https://www.zohoapis.com/crm/v8/Leads/actions/mass_updates", Some(false)),
            ("https://www.zohoapis.com/crm/v8/Leads/action/mass_update", Some(false)),
            ("https://www.zohoapis.com/crm/v8/Leads/mass_update", Some(false)),
            ("https://www.zohoapis.com/crm/v8/mass_update/Leads", Some(false)),
            ("https://www.zohoapis.com/crm/v8/massupdate", Some(false)),
            ("/Leads/mass_update", Some(false)),
            ("https://example.com/app/mass_update", None),
            ("https://www.zohoapis.com/crm/v8/Leads/actions/mass_delete", None),
            ("https://www.zohoapis.com/crm/v8/Leads?next=/actions/mass_update", None),
            ("adminactions/mass_update.html", None),
            ("mass_update", None),
            ("see /crm/v8/Leads/actions/mass_update", None),
        ] {
            let found = Target::of(&Decoded::of_source(url, 0)).map(|target| target.exact);
            assert_eq!(found, expected, "{url}");
        }
    }
}
