//! What is wrong with how a file is written, as data. Rules turn it into findings.

use massup_model::UnknownVersion;
use massup_model::json::Span;

/// Something about the text of a file that its reader should know.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// Where, in bytes of the file.
    pub span: Span,
    /// An RFC 6901 JSON Pointer to it in the call, empty for a place outside of the body.
    pub pointer: String,
    /// The bytes around it that may be shown, where a secret may be next to them; otherwise the whole
    /// line may be shown.
    pub shown: Option<Span>,
}

/// The kinds of [`Problem`], one variant for each rule on the text of a file.
///
/// It is matched without a catch-all arm where problems are worded, so that a new kind cannot be
/// forgotten there.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// The text cannot be read as JSON.
    Malformed(Malformed),
    /// The text can be read, but is not plain JSON as the API takes it.
    NotPlain(NotPlain),
    /// A call file has a part that its format does not know.
    CallFile(OwnFormat),
    /// A change file has a part that its format does not know.
    ChangeFile(OwnFormat),
    /// An object has this key more than once.
    DuplicateKey(String),
    /// The body of a call is somewhere else.
    BodyElsewhere(Elsewhere),
    /// A value is filled in later, by the variable of this name; so are `others` more values.
    Unresolved {
        /// The variable as it is written.
        name: String,
        /// How many other values of the call are filled in later.
        others: usize,
    },
}

/// Why a text cannot be read as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The bytes are not UTF-8, from this byte on; `None` at the end of the file.
    NotUtf8(Option<u8>),
    /// There is nothing but white space.
    Empty,
    /// There is nothing but comments.
    CommentsOnly,
    /// A call has no body.
    NoBody,
    /// A control character is inside a string.
    ControlCharacter,
    /// A string is in single quotes.
    SingleQuotes,
    /// Another value follows the first.
    SecondValue(Found),
    /// A comma is missing before this.
    MissingComma(Found),
    /// A colon is missing after a key; this is there instead.
    MissingColon(Found),
    /// An array is not closed.
    UnclosedArray,
    /// An object is not closed.
    UnclosedObject,
    /// A comment is not closed.
    UnclosedComment,
    /// Values are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    TooDeep,
    /// A word without quotes that begins with this character.
    BareWord(Found),
    /// A string is not closed or has an escape that JSON does not know: the parser's reason.
    BadString(String),
    /// Anything else: the parser's reason, and what is there.
    Other(String, Option<Found>),
}

/// What is at a place in the text: a character, or the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found(pub Option<char>);

/// What keeps a text from being plain JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPlain {
    /// It begins with a byte order mark.
    ByteOrderMark,
    /// It has a comment.
    Comment,
    /// It holds several values, one a line, and its name promises one.
    SeveralValues,
    /// A comma follows the last item or member.
    TrailingComma,
}

/// What is wrong with a file in one of massup's own formats.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnFormat {
    /// The keys `module` or `api_version` and the path name different things.
    Contradiction {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What the path says.
        path: String,
    },
    /// There is no `body`.
    NoBody,
    /// There is no `module`.
    NoModule,
    /// The value of a key is not one of the words that it takes.
    NotOneOf {
        /// The key.
        key: &'static str,
        /// The words.
        words: &'static [&'static str],
    },
    /// The text is not TOML: the parser's reason.
    NotToml(String),
    /// The text is not YAML: the parser's reason.
    NotYaml(String),
    /// `select` is a list of fewer than two selections.
    ShortList,
    /// A key that a part of the format does not have.
    UnknownKey {
        /// The part: `a change file`, or a key in backticks.
        part: &'static str,
        /// The key.
        key: String,
        /// The keys that the part has.
        known: &'static [&'static str],
    },
    /// A version that no document describes.
    UnknownVersion(UnknownVersion),
    /// A view is one of several selections.
    ViewBesideOthers,
    /// The value of a key has the wrong type.
    WrongType {
        /// The key.
        key: &'static str,
        /// The type that it has, with its article.
        found: &'static str,
        /// The type that it takes, with its article.
        expected: &'static str,
    },
}

/// Where the body of a call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// In the file of this name.
    File(String),
    /// In the output of another program.
    Piped,
}
