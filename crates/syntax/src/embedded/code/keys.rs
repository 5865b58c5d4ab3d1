//! Keys of members: a name that is written out, or one that the program computes.

use massup_model::json::Span;

use super::lexer::{Kind, Token};
use super::value::Reader;

/// The key of a member.
pub(super) struct Key {
    /// `None` if the program computes it.
    pub(super) name: Option<String>,
    pub(super) span: Span,
    /// The token at which the value begins. Of `{ ids }` it is the key itself.
    pub(super) value: usize,
}

impl Reader<'_> {
    /// Whether a member, or members that are spread, begin at a token.
    pub(super) fn is_key(&self, at: usize) -> bool {
        self.key(at).is_some()
            || self.token(at).is_some_and(|token| matches!(token.kind, Kind::Operator(_)))
    }

    /// Whether the members of another object are inserted at a token: `...base`, `**base`.
    pub(super) fn is_spread(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| matches!(token.kind, Kind::Operator("..." | "**")))
    }

    /// Whether the key of a member begins behind a `[`, which is an array elsewhere: in PHP, Swift and Groovy.
    pub(super) fn has_key_behind(&self, open: usize) -> bool {
        let colons = ["swift", "groovy"].iter().any(|name| self.source.language.is(name));
        let mark = self.mark_behind(open + 1).and_then(|mark| self.token(mark));
        mark.is_some_and(|mark| matches!(mark.kind, Kind::Arrow) || mark.is(':') && colons)
    }

    /// Whether brackets have `=>` between their members.
    pub(super) fn has_arrow(&self, open: usize, close: usize) -> bool {
        let mut within = (open + 1..close).filter_map(|at| self.token(at));
        within.any(|token| token.inside == Some(open) && matches!(token.kind, Kind::Arrow))
    }

    /// Whether `{ ids }` is an object whose member has the name of a variable. In Deluge it is a list.
    fn has_shorthand(&self) -> bool {
        ["js", "ts", "vue", "cs"].iter().any(|name| self.source.language.is(name))
    }

    /// Whether a word is its own name as a key in front of a mark, and not a variable.
    fn names_itself(&self, word: &str, mark: &Token) -> bool {
        const VARIABLES: [&str; 6] = ["py", "go", "deluge", "dart", "rs", "swift"];
        let language = self.source.language;
        match mark.kind {
            Kind::Arrow => language.is("pl") && !word.starts_with('$'),
            Kind::Mark('=') => !word.starts_with('$'),
            _ => !VARIABLES.iter().any(|name| language.is(name)),
        }
    }

    /// The key that begins at a token, if a member does.
    pub(super) fn key(&self, at: usize) -> Option<Key> {
        let token = self.token(at)?;
        // A symbol of Ruby.
        if token.is(':') && matches!(self.token(at + 2)?.kind, Kind::Arrow) {
            let word = self.token(at + 1)?;
            return Some(Key {
                name: Some(word.word()?.to_owned()),
                span: word.span,
                value: at + 3,
            });
        }
        let mark = self.mark_behind(at);
        if let (Kind::Word(word), None) = (&token.kind, mark) {
            let next = self.token(at + 1)?;
            let short = self.has_shorthand() && (next.is(',') || next.is('}'));
            return short.then(|| Key { name: Some(word.clone()), span: token.span, value: at });
        }
        let mark = mark?;
        let last = mark.checked_sub(1)?;
        // `[name]` of JavaScript and C#.
        let bracketed = token.is('[') && token.pair == Some(last);
        let (first, end) = if bracketed { (at + 1, last) } else { (at, mark) };
        let name = (end == first + 1).then(|| self.name(first, mark, bracketed)).flatten();
        let span = if bracketed { self.span(at, last) } else { self.span(first, last) };
        Some(Key { name, span, value: mark + 1 })
    }

    /// The name that a key of one token has.
    fn name(&self, at: usize, mark: usize, computed: bool) -> Option<String> {
        let token = self.token(at)?;
        match &token.kind {
            Kind::Text(text) => text.variables.is_empty().then(|| text.text.clone()),
            Kind::Word(word) if !computed && self.names_itself(word, self.token(mark)?) => {
                Some(word.clone())
            }
            Kind::Word(word) => {
                let value = self.program.value_of(word, at)?;
                let text = self.token(value)?.text()?;
                let whole = self.end_of(value) == value + 1 && text.variables.is_empty();
                whole.then(|| text.text.clone())
            }
            _ => None,
        }
    }

    /// The token of the mark between the key that begins at a token and its value.
    fn mark_behind(&self, at: usize) -> Option<usize> {
        const LONGEST: usize = 12;
        let mut next = at;
        for _ in 0..LONGEST {
            let token = self.token(next)?;
            next = match &token.kind {
                Kind::Arrow | Kind::Mark(':' | '=') if next > at => return Some(next),
                Kind::Mark('[' | '(') => token.pair? + 1,
                Kind::Word(_)
                | Kind::Text(_)
                | Kind::Mark('.' | '@' | '&')
                | Kind::Operator("->" | "::") => next + 1,
                _ => return None,
            };
        }
        None
    }
}
