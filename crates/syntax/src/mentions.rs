//! Places that name the API: what is part of no call that was read is reported, so that nothing passes for
//! checked that was not.

use std::sync::LazyLock;

use massup_model::draft::Embedded;
use massup_model::json::Span;
use memchr::memmem;

use crate::document::Document;
use crate::embedded::target::is_near_name;
use crate::format::Format;
use crate::problem::{Malformed, Mention, NotFollowed, ProblemKind};
use crate::steps;

/// How far a name may go in each direction from its first letters.
const MAX_NAME: usize = 40;

/// The class that every official SDK has for the body of a mass update, which nothing else is called.
const SDK_BODY: &str = "massupdatebodywrapper";

/// Names of methods and classes that the official SDKs have for a mass update, and other libraries perhaps as well.
const SDK: [&str; 4] =
    ["massupdaterecords", "massupdateoperations", "massupdatestatus", "massupdateactionhandler"];

/// What shows that a text speaks of the CRM.
const CRM: [&str; 9] = [
    "zoho",
    "ZCRM",
    "Zoho",
    "ZOHO",
    "/crm/v",
    "CRM_",
    "/actions/",
    "RecordOperations",
    "record_operations",
];

/// Words in the names of variables and functions that hold a URL.
const URLS: [&str; 4] = ["url", "uri", "endpoint", "path"];

/// What the body of a mass update has.
const SELECTIONS: [&str; 3] = ["ids", "cvid", "over_write"];

/// The tool of the MCP server.
const TOOL: &str = "zohocrmmassupdaterecords";

/// The letters after the `m` of every name, which may be a capital.
static BEGINS: LazyLock<[memmem::Finder<'_>; 2]> =
    LazyLock::new(|| ["ass", "ASS"].map(memmem::Finder::new));

/// A place that names the API.
struct Found {
    what: Mention,
    span: Span,
}

/// Whether a text names the API.
pub(crate) fn any(bytes: &[u8]) -> bool {
    let mut places = Places::new(bytes);
    places.next().is_some()
}

/// Reports the places that are in no call.
pub(crate) fn report(document: &mut Document<'_>, format: &Format) {
    let unreadable = |kind: &ProblemKind| {
        matches!(kind, ProblemKind::Malformed(_))
            && !matches!(kind, ProblemKind::Malformed(Malformed::NoBody))
    };
    // One error says that nothing of the file was read.
    if document.is_plan
        || document.number_of_calls() == 0 && document.problems.iter().any(|p| unreadable(&p.kind))
    {
        return;
    }
    let mut places = Places::new(document.text.as_bytes()).peekable();
    if places.peek().is_none() {
        return;
    }
    let covered = covered(document);
    let (mut sdk, mut prose, mut line_end, mut name) = (false, false, 0, None);
    let mut found = Vec::new();
    for Found { what, span } in places {
        let next = covered.partition_point(|known| known.start <= span.start);
        let known = next.checked_sub(1).and_then(|last| covered.get(last));
        let is_covered = known.is_some_and(|known| span.start < known.end);
        let in_prose = format.is_prose && matches!(what, Mention::Path | Mention::Tool);
        let what = if in_prose { Mention::Prose } else { what };
        // One for a line, and one for all that an SDK does, or that a text says.
        let said = what == Mention::Sdk && sdk || what == Mention::Prose && prose;
        // The classes of an SDK are a part of the calls that were read.
        let of_calls = what == Mention::Sdk
            && document.number_of_calls() > 0
            && !is_method(document.text, span);
        if is_covered || span.start < line_end || said || of_calls {
            continue;
        }
        if what == Mention::Name {
            name.get_or_insert(span);
            continue;
        }
        sdk |= what == Mention::Sdk;
        prose |= what == Mention::Prose;
        let rest = document.text.as_bytes().get(span.end..).unwrap_or_default();
        line_end = span.end + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        found.push((what, span));
    }
    // A name says little where a call was read, or where anything else names the API.
    let alone = found.is_empty() && document.number_of_calls() == 0 && document.problems.is_empty();
    found.extend(name.filter(|_| alone && format.is_code).map(|span| (Mention::Name, span)));
    for (what, span) in found {
        let problem = NotFollowed { what, format: format.name };
        document.add_shown(ProblemKind::NotFollowed(problem), span, span);
    }
}

/// Whether a name is that of a method which is called on an object. What is called on a class, whose name begins with a
/// capital, is a function of the program around the request.
fn is_method(text: &str, name: Span) -> bool {
    let before = text.get(..name.start).unwrap_or_default();
    let after = text.get(name.end..).unwrap_or_default();
    let name = text.get(name.start..name.end).unwrap_or_default();
    let Some(object) = before.strip_suffix('.').or_else(|| before.strip_suffix("->")) else {
        return false;
    };
    let object = object.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
    let of_class = object.is_some_and(|object| object.starts_with(char::is_uppercase));
    after.trim_start().starts_with('(') && !of_class && !name.to_lowercase().ends_with("wrapper")
}

/// The places of which it is known what they are, in order, none within another.
fn covered(document: &Document<'_>) -> Vec<Span> {
    let mut covered = document.covered.clone();
    for call in &document.calls {
        covered.extend(call.embedded.iter().flat_map(Embedded::parts));
        covered.extend(call.path.as_ref().and_then(|path| path.span));
        covered.extend(call.body.as_ref().map(|body| body.span));
    }
    covered.sort_unstable();
    let mut end = 0;
    covered.retain(|span| {
        let is_new = span.end > end;
        end = end.max(span.end);
        is_new
    });
    covered
}

/// The places of a text that name the API, in order.
struct Places<'t> {
    text: &'t [u8],
    starts: std::iter::Peekable<std::vec::IntoIter<usize>>,
    /// Whether the text speaks of the CRM, once that was asked.
    of_the_crm: Option<bool>,
    /// Whether the text has the keys of a body, once that was asked.
    has_body: Option<bool>,
}

impl<'t> Places<'t> {
    fn new(text: &'t [u8]) -> Self {
        let found = BEGINS.iter().flat_map(|letters| letters.find_iter(text));
        let starts = found.filter_map(|at| at.checked_sub(1));
        let is_m = |at: &usize| text.get(*at).is_some_and(|byte| b"mM".contains(byte));
        let mut starts: Vec<usize> = starts.filter(is_m).collect();
        starts.sort_unstable();
        Self { text, starts: starts.into_iter().peekable(), of_the_crm: None, has_body: None }
    }

    fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| memmem::find(self.text, word.as_bytes()).is_some())
    }

    fn of_the_crm(&mut self) -> bool {
        if let Some(known) = self.of_the_crm {
            return known;
        }
        let is = self.has(&CRM);
        self.of_the_crm = Some(is);
        is
    }

    /// What the name around a place is, if it is one.
    fn at(&mut self, start: usize) -> Option<Found> {
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
        let (before, after) = self.text.split_at_checked(start)?;
        let start = start - before.iter().rev().take(MAX_NAME).take_while(is_name).count();
        let end = before.len() + after.iter().take(MAX_NAME).take_while(is_name).count();
        let name = str::from_utf8(self.text.get(start..end)?).ok()?;
        let (before, after) = (self.text.get(..start)?, self.text.get(end..)?);
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        let folded: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        let span = Span { start, end };
        let found = |what| Some(Found { what, span });
        if folded.ends_with(TOOL) {
            return found(Mention::Tool);
        }
        // `mass_update.html` is a file, `ZohoCRM.mass_update.ALL` a scope.
        let dotted = matches!(after, [b'.', next, ..] if next.is_ascii_alphabetic());
        let last = before.last().copied();
        if last == Some(b'/') && !dotted && is_near_name(name) {
            let segment = before
                .strip_suffix(b"/")
                .map_or(before, |rest| rest.strip_suffix(b"\\").unwrap_or(rest));
            let acts =
                [&b"actions"[..], b"action", b"Actions"].iter().any(|w| segment.ends_with(w));
            return if acts || self.of_the_crm() { found(Mention::Path) } else { None };
        }
        let quote = last.filter(|last| b"\"'`".contains(last));
        if quote.is_some() && after.first().copied() == quote && is_near_name(name) {
            let rest = after.get(1..)?.trim_ascii_start();
            let mut before = before.iter().rev().skip(1).skip_while(|b| b.is_ascii_whitespace());
            // `x["mass_update"]` is a key, the end of a list is not.
            let index = rest.starts_with(b"]") && before.next() == Some(&b'[');
            let key = index || [&b":"[..], b"=>"].iter().any(|mark| rest.starts_with(mark));
            let path = !key && self.has(&["actions"]) && self.of_the_crm();
            return if path { found(Mention::Path) } else { None };
        }
        let defined = ["def", "func", "function", "sub", "fn"]
            .iter()
            .any(|word| before.trim_ascii_end().ends_with(word.as_bytes()));
        let used = !defined && !matches!(last, Some(b'/' | b'-' | b'#' | b'"' | b'\''));
        if used && folded == SDK_BODY {
            return found(Mention::Sdk);
        }
        if used && !dotted && SDK.contains(&folded.as_str()) && self.of_the_crm() {
            return found(Mention::Sdk);
        }
        let quoted = quote.is_some() && after.first().copied() == quote;
        let names = folded.contains("massupdate") && !quoted && last != Some(b'/') && !dotted;
        (names && self.sends(&folded)).then_some(Found { what: Mention::Name, span })
    }

    /// Whether a name that has `mass_update` in it is that of a function or a variable which sends one: the text speaks
    /// of the CRM and has what a body has, or the name is that of a URL.
    fn sends(&mut self, folded: &str) -> bool {
        if !self.of_the_crm() {
            return false;
        }
        let known = self.has_body;
        let has_body = known.unwrap_or_else(|| self.has(&["data"]) && self.has(&SELECTIONS));
        self.has_body = Some(has_body);
        has_body || URLS.iter().any(|word| folded.ends_with(word))
    }
}

impl Iterator for Places<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let start = self.starts.next()?;
            steps::add(1);
            if let Some(found) = self.at(start) {
                while self.starts.next_if(|start| *start < found.span.end).is_some() {}
                return Some(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_what_is_around_them() {
        use Mention::{Name, Path, Sdk, Tool};
        for (text, expected) in [
            ("x = f\"{base}/crm/v8/{m}/actions/mass_update\"", Some(Path)),
            ("post('/crm/v8/Leads/massUpdate')", Some(Path)),
            (
                "\"https:\\/\\/www.zohoapis.com\\/crm\\/v8\\/Leads\\/actions\\/mass_update\"",
                Some(Path),
            ),
            ("zoho: [\"crm\", \"Leads\", \"actions\", \"mass_update\"]", Some(Path)),
            ("/crm/v8/ x[\"actions\"][\"mass_update\"]", None),
            ("base + \"/Leads/actions/\" + \"mass_update\"", Some(Path)),
            ("body = new MassUpdateBodyWrapper();", Some(Sdk)),
            (
                "await recordOperations.massUpdateRecords(\"Leads\", request); // RecordOperations",
                Some(Sdk),
            ),
            (
                "def mass_update_leads(token): # zoho\n post(URL, {\"data\": x, \"ids\": y})",
                Some(Name),
            ),
            ("post(settings.ZOHO_MASS_UPDATE_URL, body)", Some(Name)),
            ("def mass_update(queryset): pass", None),
            ("zoho: [\"crm\", \"Leads\", \"actions\", \"mass_update\", \"\"]", Some(Path)),
            ("recordOperations.massUpdateRecords(\"Leads\", body) // zoho", Some(Sdk)),
            ("import com.zoho.crm.api.record.MassUpdateBodyWrapper;", Some(Sdk)),
            ("{\"name\": \"ZohoCRM_massUpdateRecords\"}", Some(Tool)),
            ("mcp__zoho__ZohoCRM_massUpdateRecords", Some(Tool)),
            ("def mass_update_records(): pass", None),
            ("async def mass_update_records(self): # zoho", None),
            ("scope=ZohoCRM.mass_update.ALL", None),
            ("tpl = 'adminactions/mass_update.html'", None),
            ("https://www.zoho.com/crm/developer/docs/api/v8/mass-update-records.html", None),
            ("/crm/v8/Leads/actions/mass_delete", None),
            ("{\"fields\": [{\"mass_update\": true}], \"zoho\": \"actions\"}", None),
            ("the mass of an update", None),
            ("ZCRMModule.get_instance(m).mass_update_records(ids, 'City', 'x')", Some(Sdk)),
        ] {
            let found = Places::new(text.as_bytes()).next().map(|found| found.what);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn requests_are_methods_of_objects() {
        for (text, expected) in [
            ("operations.massUpdateRecords(request)", true),
            ("$operations->massUpdateRecords ($request)", true),
            ("Records.massUpdateRecords(module)", false),
            ("massUpdateRecords(module)", false),
            ("class massUpdateRecords {", false),
            ("zoho.massUpdateBodyWrapper()", false),
        ] {
            let start = text.find("mass").unwrap();
            let name = text[start..].find([' ', '(']).unwrap();
            let span = Span { start, end: start + name };
            assert_eq!(is_method(text, span), expected, "{text}");
        }
    }
}
