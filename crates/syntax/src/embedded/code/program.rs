//! The variables of a program.

use std::collections::HashMap;

use super::lexer::Source;

/// Where a program gives values to variables.
pub(super) struct Program<'s> {
    source: &'s Source,
    /// By name: the token of each name that is given a value, and the token at which the value begins.
    assigned: HashMap<&'s str, Vec<(usize, usize)>>,
    /// By name: all tokens of it that are a variable.
    used: HashMap<&'s str, Vec<usize>>,
}

impl<'s> Program<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        let mut program = Self { source, assigned: HashMap::new(), used: HashMap::new() };
        for (at, token) in source.tokens.iter().enumerate() {
            let Some(name) = token.word() else { continue };
            let member = at.checked_sub(1).is_some_and(|before| program.is(before, '.'));
            if !member {
                program.used.entry(name).or_default().push(at);
            }
            if let Some(value) = program.assignment(at) {
                program.assigned.entry(name).or_default().push((at, value));
            }
        }
        program
    }

    fn is(&self, at: usize, mark: char) -> bool {
        self.source.tokens.get(at).is_some_and(|token| token.is(mark))
    }

    /// Where the value begins that a name is given: `name = `, `name := `, `name: Type = `.
    pub(super) fn assignment(&self, at: usize) -> Option<usize> {
        let token = self.source.tokens.get(at)?;
        let inside = token.inside.and_then(|open| self.source.tokens.get(open));
        // The name of an argument is not a variable.
        if inside.is_some_and(|open| open.is('(')) {
            return None;
        }
        // `body, err := json.Marshal(…)` of Go: the value is that of the first name.
        if self.source.language.is("go") {
            let word = |at: usize| self.source.tokens.get(at).is_some_and(|t| t.word().is_some());
            if self.is(at + 1, ',') && word(at + 2) {
                let next = if self.is(at + 3, ':') { at + 4 } else { at + 3 };
                return self.is(next, '=').then_some(next + 1);
            }
            if at > 1 && self.is(at - 1, ',') && word(at - 2) {
                return None;
            }
        }
        if self.is(at + 1, '=') {
            return Some(at + 2);
        }
        if !self.is(at + 1, ':') {
            return None;
        }
        let mut next = at + 2;
        while next < at + 12 && !self.is(next, '=') {
            let token = self.source.tokens.get(next)?;
            let of_type = token.word().is_some()
                || ['[', ']', '<', '>', ',', '.', '|'].iter().any(|m| token.is(*m));
            if !of_type || token.begins_line {
                return None;
            }
            next += 1;
        }
        self.is(next, '=').then_some(next + 1)
    }

    /// Where the value begins that a name has at a token: the last one that it was given before.
    pub(super) fn value_of(&self, name: &str, at: usize) -> Option<usize> {
        let all = self.assigned.get(name)?;
        // In `body.ids = ids` the value is not that of `body.ids`.
        let before = all.partition_point(|(_, value)| *value < at);
        all.get(before.checked_sub(1)?).map(|(_, value)| *value)
    }

    /// Whether a name is given a value but once.
    pub(super) fn has_one_value(&self, name: &str) -> bool {
        self.assigned.get(name).is_some_and(|all| all.len() == 1)
    }

    /// The tokens of a name after one that gives it a value, up to the next that does.
    pub(super) fn uses(&self, name: &str, assigned: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.assigned.get(name).map(Vec::as_slice).unwrap_or_default();
        let after = all.partition_point(|(token, _)| *token <= assigned);
        let end = all.get(after).map_or(usize::MAX, |(token, _)| *token);
        let used = self.used.get(name).map(Vec::as_slice).unwrap_or_default();
        let first = used.partition_point(|token| *token <= assigned);
        used.iter().skip(first).copied().take_while(move |token| *token < end)
    }
}
