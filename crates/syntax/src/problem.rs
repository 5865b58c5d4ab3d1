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
    NotPlain(NotPlain, Sent),
    /// A call file has a part that its format does not know.
    CallFile(OwnFormat),
    /// A change file has a part that its format does not know.
    ChangeFile(OwnFormat),
    /// An object has this key more than once.
    DuplicateKey(String),
    /// A call goes to an address that does not serve the API.
    Address(Address),
    /// The `Authorization` header of a call does not have the scheme of the API.
    Authorization(Scheme),
    /// The body of a call is somewhere else.
    BodyElsewhere(Elsewhere),
    /// The body of a call is sent as a form.
    FormBody(Form),
    /// Something that names the API, and is not checked.
    NotFollowed(NotFollowed),
    /// The lines of a command are not joined.
    UnjoinedLines,
    /// The file is none of those that massup reads.
    Unrecognised(Foreign),
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
    /// The text is UTF-16.
    Utf16,
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
    /// The text holds more values than this.
    TooManyValues(usize),
    /// The file holds more calls than this.
    TooManyCalls(usize),
    /// A word without quotes in the place of a value.
    BareWord(String),
    /// A word without quotes in the place of a key.
    BareKey(String),
    /// A white space or an invisible character that JSON does not have between values.
    OddSpace(char),
    /// A quotation mark of a word processor.
    SmartQuote(char),
    /// A string ends here that was meant to end before.
    QuoteBefore,
    /// A number begins with `0`.
    LeadingZero,
    /// A number has commas between its thousands.
    Thousands,
    /// A number begins with this character.
    NumberStart(char),
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

/// What becomes of a text that is not plain JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is sent letter for letter, as by `curl -d`.
    AsItIs,
    /// The client removes its comments, as Postman and Bruno do, and sends the rest.
    WithoutComments,
    /// A program may read it first.
    Perhaps,
}

/// What is wrong with where a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The host serves the API, but by HTTP the token would go unencrypted.
    Clear,
    /// No data centre has this host.
    Host {
        /// The host as it is written.
        host: String,
        /// The nearest domain that serves the API.
        nearest: &'static str,
    },
    /// The call is one of the CRM's own web page, which calls its server by internal versions.
    Page {
        /// The host as it is written.
        host: String,
    },
}

/// What is in an `Authorization` header in the place of `Zoho-oauthtoken`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// The scheme of the API, and the token right behind it, without a space.
    Joined,
    /// Another scheme, by its usual name.
    Named(&'static str),
    /// A token without a scheme.
    Missing,
    /// A token in the query of the URL.
    InQuery,
}

/// How a body is sent that is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `multipart/form-data`.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
}

/// What names the API and is not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFollowed {
    /// What is there.
    pub what: Mention,
    /// The format of the file, for people: `a Python file`.
    pub format: &'static str,
}

/// How a text names the mass update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention {
    /// The path of the API in a program.
    Path,
    /// The path of the API in a text for people.
    Prose,
    /// A request of an official SDK.
    Sdk,
    /// The tool of an MCP server.
    Tool,
    /// The name of a function or a variable in a program that sends mass updates.
    Name,
    /// A body with `data` that may be that of another call.
    Body,
    /// The rest of a script or a program that is longer than what is read.
    Rest,
}

/// What a file seems to be that massup does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What it seems to be, with its article; `None` where that is unknown.
    pub seems: Option<&'static str>,
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
    /// A selection names no records.
    EmptySelection,
    /// There is no `body`.
    NoBody,
    /// There is no `module`.
    NoModule,
    /// The value of a key is not one of the words that it takes.
    NotOneOf {
        /// The key.
        key: &'static str,
        /// The value, empty if it is not a text.
        written: String,
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
        known: Vec<&'static str>,
    },
    /// A version that no document describes.
    UnknownVersion(UnknownVersion),
    /// A view is one of several selections.
    ViewBesideOthers,
    /// A key has no meaning without another one.
    Without {
        /// The key.
        key: &'static str,
        /// The key that is missing.
        other: &'static str,
    },
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
    /// A program puts it together.
    Built,
    /// In the file of this name.
    File(String),
    /// In the output of another program.
    Piped,
}
