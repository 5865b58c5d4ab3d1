//! Calls of functions that are named after the mass update and know the address themselves: those of the official
//! SDKs, and wrappers such as `client.mass_update("Leads", body)`.

use massup_model::Module;
use massup_model::draft::Spot;
use massup_model::module::is_api_name;

use super::super::super::Body;
use super::{Follow, Source, Token};
use crate::document::Document;

/// Words in front of a name that is defined, or made, and not called.
const DEFINES: [&str; 7] = ["class", "def", "fn", "func", "function", "new", "sub"];

/// The brackets of the calls of such functions.
pub(super) fn calls(source: &Source) -> Vec<usize> {
    let is = |at: usize, mark| source.tokens.get(at).is_some_and(|token| token.is(mark));
    let tokens = source.tokens.iter().enumerate();
    let named = tokens.filter(|(at, token)| {
        let word = |at: usize| source.tokens.get(at).and_then(Token::word);
        // `def self.mass_update_records` of Ruby.
        let own = at.checked_sub(2).filter(|own| is(at - 1, '.') && word(*own) == Some("self"));
        let before = own.unwrap_or(*at).checked_sub(1).and_then(word);
        is(at + 1, '(')
            && token.word().is_some_and(is_named_so)
            && !before.is_some_and(|word| DEFINES.contains(&word))
    });
    named.map(|(at, _)| at + 1).collect()
}

fn folded(word: &str) -> String {
    let letters = word.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn is_named_so(word: &str) -> bool {
    let folded = folded(word);
    folded.contains("massupdate") && !folded.ends_with("wrapper") && !folded.ends_with("territory")
}

impl Follow<'_> {
    /// Adds the calls whose body can be read.
    pub(super) fn named(&self, document: &mut Document<'_>, calls: &[usize]) {
        let mut read = 0;
        for open in calls {
            let Some(close) = self.token(*open).and_then(|token| token.pair) else { continue };
            if !self.spend(close - open) {
                return;
            }
            let Body::Tree(body) = self.body(*open, close) else { continue };
            let known = |call: &massup_model::Draft<'_>| {
                call.body.as_ref().is_some_and(|other| other.span == body.span)
            };
            let selects =
                ["ids", "cvid", "over_write"].iter().any(|key| body.member(key).is_some());
            if !(selects || self.is_of_sdk()) || document.calls.iter().any(known) {
                continue;
            }
            let Some(name) = open.checked_sub(1).and_then(|name| self.token(name)) else {
                continue;
            };
            let module = self.module(*open, close);
            document.tool(name.span, module, Some(Body::Tree(body)));
            read += 1;
        }
        // What else names the SDK are its imports and the classes that the calls use.
        if read > 0 && read == calls.len() {
            let names = |token: &&Token| {
                let text = token.word().or(token.text().map(|text| text.text.as_str()));
                text.is_some_and(|text| folded(text).contains("massupdate"))
            };
            document.covered.extend(self.source.tokens.iter().filter(names).map(|t| t.span));
        }
    }

    /// Whether the program makes bodies with the class of the official SDKs.
    fn is_of_sdk(&self) -> bool {
        self.spend(self.source.tokens.len())
            && self.source.tokens.iter().any(|token| token.word() == Some("MassUpdateBodyWrapper"))
    }

    /// The module, which the SDKs also take in lower case: among the arguments, or where the object is made whose
    /// method is called.
    fn module(&self, open: usize, close: usize) -> Option<Spot<'static>> {
        let known = |at: usize| {
            let token = self.token(at)?;
            let named = |word: &&str| word.to_ascii_lowercase().contains("module");
            let variable = || self.text_of(token.word().filter(named)?, at);
            let text = token.text().or_else(variable)?;
            text.variables.is_empty().then_some((text.text.as_str(), token))
        };
        let direct = |at: &usize| self.token(*at).is_some_and(|token| token.inside == Some(open));
        let argument = (open + 1..close).filter(direct).find_map(known);
        let (name, token) = argument.or_else(|| {
            let made = open.checked_sub(3).and_then(|owner| self.made_at(owner))?;
            let arguments = self.token(made).filter(|token| token.is('('))?.pair?;
            (made + 1..arguments).find_map(known)
        })?;
        let known = Module::meant_by(name).map(|module| module.api_name);
        let name = known.filter(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name);
        is_api_name(name).then(|| Spot { text: name.to_owned().into(), span: Some(token.span) })
    }

    /// The bracket behind the class that a variable is made of: `new RecordOperations("Leads")`.
    fn made_at(&self, variable: usize) -> Option<usize> {
        let value = self.program.value_of(self.token(variable)?.word()?, variable)?;
        let word = |at: usize| self.token(at).and_then(Token::word);
        let class = (value..value + 8).find(|at| word(*at) == Some("RecordOperations"))?;
        Some(if word(class + 2) == Some("new") { class + 3 } else { class + 1 })
    }
}
