//! The pages of rules, and what the snapshot knows about what a file names.

use std::fmt::Write as _;
use std::ops::Range;

use massup_facts::{Facts, Field};
use massup_model::draft::Spot;
use massup_model::json::Node;
use massup_model::{Draft, Module};
use massup_project::rule_page;
use massup_rules::find;

use crate::document::Findings;
use crate::position::Text;

/// How many rules one hover explains.
const RULES: usize = 3;

/// How many options of a picklist are listed.
const OPTIONS: usize = 30;

/// What there is to say about a place, as Markdown, and the bytes that it is about.
pub(crate) fn at(byte: usize, findings: &Findings, text: &Text) -> Option<(String, Range<usize>)> {
    let checker = findings.checker.as_ref()?;
    let facts = checker.linter().known();
    let read = massup_syntax::read(&findings.name, text.as_str().as_bytes());
    let module = checker.linter().module_name();
    let named = read.calls.iter().find_map(|call| {
        let place = Place { call, facts, module: call.module_name().or(module) };
        place.named(byte)
    });
    let touched = findings.shown.iter().filter(|found| touches(&Findings::bytes(found), byte));
    let mut codes: Vec<&str> = Vec::new();
    let mut about: Option<Range<usize>> = None;
    for found in touched {
        if !codes.contains(&found.code) && codes.len() < RULES {
            codes.push(found.code);
            let bytes = Findings::bytes(found);
            // The smallest of them: a finding about the whole call is everywhere.
            about = Some(about.filter(|known| known.len() <= bytes.len()).unwrap_or(bytes));
        }
    }
    let (mut parts, mut range) = (Vec::new(), about);
    if let Some((words, bytes)) = named {
        parts.push(words);
        range = Some(bytes);
    }
    parts.extend(codes.iter().filter_map(|code| find(code)).map(page));
    Some((parts.join("\n\n---\n\n"), range?)).filter(|(words, _)| !words.is_empty())
}

fn touches(bytes: &Range<usize>, byte: usize) -> bool {
    bytes.start <= byte && byte <= bytes.end
}

/// The page of a rule, its first line as a heading.
fn page(rule: &'static massup_rules::Rule) -> String {
    format!("# {}", rule_page(rule))
}

/// A call, and what is known about its module.
struct Place<'p, 't> {
    call: &'p Draft<'t>,
    facts: &'p Facts,
    module: Option<&'p str>,
}

impl Place<'_, '_> {
    /// What the file names at a byte.
    fn named(&self, byte: usize) -> Option<(String, Range<usize>)> {
        let spot = |spot: &Option<Spot<'_>>| {
            let span = spot.as_ref()?.span?;
            touches(&(span.start..span.end), byte).then_some(span.start..span.end)
        };
        if let Some(bytes) = spot(&self.call.module) {
            return Some((module(self.module?, self.facts)?, bytes));
        }
        let mut path = Vec::new();
        let (node, key) = innermost(self.call.body.as_ref()?, byte, &mut path)?;
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let words = match path.as_slice() {
            ["data", name, ..] => self.field(name, node.as_str().filter(|_| key.is_none())),
            ["cvid"] => self.view(node.as_id()?),
            ["territory", "id"] => {
                let id = node.as_id()?;
                let known = self.facts.territories.as_deref()?.iter().find(|known| known.id == id);
                Some(format!("territory **{}**", known?.name.as_deref()?))
            }
            _ => None,
        };
        Some((words?, key.unwrap_or(node.span.start..node.span.end)))
    }

    fn field(&self, name: &str, value: Option<&str>) -> Option<String> {
        let fields = self.facts.fields_of(self.module?)?;
        let field = fields.iter().find(|field| field.api_name == name)?;
        let mut words = about(field);
        if let Some((option, _)) = value.and_then(|value| field.option(value)) {
            let _ = write!(words, "\n\noption `{}`", option.shown);
            if option.value != option.shown {
                let _ = write!(words, ", actual value `{}`", option.value);
            }
            if !option.used {
                words += ", unused";
            }
        }
        Some(words)
    }

    fn view(&self, id: u64) -> Option<String> {
        let view = self.facts.views_of(self.module?)?.find(id)?;
        let mut words = format!("custom view **{}**", view.name.as_deref()?);
        if let Some(records) = self.facts.counts.get(&id) {
            let _ = write!(words, "\n\n* records: {records}");
            if let Some(counted) = self.facts.counted.get(&id) {
                let _ = write!(words, ", counted {counted}");
            }
        }
        if let Some(fields) = view.criteria_fields.as_ref().filter(|fields| !fields.is_empty()) {
            let fields: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
            let _ = write!(words, "\n* criteria: {}", fields.join(", "));
        }
        Some(words)
    }
}

fn module(name: &str, facts: &Facts) -> Option<String> {
    let label = Module::find(name).map(|module| module.label);
    let known = facts.modules.as_ref().is_some_and(|modules| modules.contains_key(name));
    let fields = facts.fields_of(name).map(Vec::len);
    if label.is_none() && !known && fields.is_none() {
        return None;
    }
    let mut words = format!("module **{}**", label.unwrap_or(name));
    if let Some(fields) = fields {
        let _ = write!(words, "\n\n* fields in the snapshot: {fields}");
    } else {
        let _ = write!(words, "\n\nno fields in the snapshot: `massup pull --module {name}`");
    }
    Some(words)
}

/// A field as the snapshot describes it.
pub(crate) fn about(field: &Field) -> String {
    let mut words = format!("field **{}**", field.label.as_deref().unwrap_or(&field.api_name));
    let _ = writeln!(words, " `{}`", field.api_name);
    let mut line = |name: &str, value: String| {
        let _ = write!(words, "\n* {name}: {value}");
    };
    if let Some(kind) = &field.data_type {
        line("type", format!("`{kind}`"));
    }
    if let Some(can) = field.mass_update {
        line("mass update", if can { "yes" } else { "no" }.to_owned());
    }
    if let Some(length) = field.length {
        line("length", length.to_string());
    }
    if field.unique == Some(true) {
        line("unique", "yes".to_owned());
    }
    if field.read_only == Some(true) || field.always_read_only == Some(true) {
        line("read-only", "yes".to_owned());
    }
    if let Some(options) = &field.options {
        let used = || options.iter().filter(|option| option.used);
        let shown: Vec<_> = used().take(OPTIONS).map(|one| format!("`{}`", one.shown)).collect();
        let more = used().count().saturating_sub(OPTIONS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        line("options", shown.join(", ") + &more);
    }
    words
}

/// The innermost value at a byte with the keys that lead to it, places in arrays left out; and the bytes of its
/// key, if the byte is there.
fn innermost<'n, 't>(
    node: &'n Node<'t>,
    byte: usize,
    path: &mut Vec<String>,
) -> Option<(&'n Node<'t>, Option<Range<usize>>)> {
    for member in node.as_object().unwrap_or_default() {
        if touches(&(member.key_span.start..member.key_span.end), byte) {
            path.push(member.key.to_string());
            return Some((&member.value, Some(member.key_span.start..member.key_span.end)));
        }
        if touches(&(member.value.span.start..member.value.span.end), byte) {
            path.push(member.key.to_string());
            return innermost(&member.value, byte, path);
        }
    }
    let holds = |item: &&Node<'_>| touches(&(item.span.start..item.span.end), byte);
    match node.as_array().unwrap_or_default().iter().find(holds) {
        Some(item) => innermost(item, byte, path),
        None => Some((node, None)),
    }
}
