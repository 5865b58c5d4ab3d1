//! The languages: how each writes strings and comments.

use massup_model::json::Span;

use super::Format;

/// How a language writes what matters here.
#[derive(Debug)]
pub(super) struct Language {
    /// The endings of file names, and what people write behind the fence of a code block.
    names: &'static [&'static str],
    /// What begins a comment that ends with its line.
    pub(super) comments: &'static [&'static str],
    /// What begins and ends a longer comment.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// Strings; of two with the same beginning, the longer is first.
    pub(super) quotes: &'static [Quote],
    /// Whether `/` may begin a regular expression.
    pub(super) regex: bool,
    /// Whether a line ends a statement.
    pub(super) lines: bool,
    /// What joins two strings.
    pub(super) join: char,
}

impl Language {
    /// Whether it is the language that a name stands for.
    pub(super) fn is(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// Whether the end of a line may end a statement within braces, without a semicolon.
    pub(super) fn ends_by_line(&self) -> bool {
        const WITHOUT_SEMICOLONS: [&str; 8] =
            ["go", "groovy", "js", "kt", "scala", "swift", "ts", "vue"];
        self.lines || WITHOUT_SEMICOLONS.iter().any(|name| self.is(name))
    }
}

/// A way to write a string.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) escape: Escape,
    pub(super) inserts: Inserts,
    /// It may go over several lines.
    pub(super) long: bool,
}

/// How a string writes what it cannot have as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    None,
    Backslash,
    Backtick,
    /// The closing quote is written twice.
    Doubled,
}

/// How a string has values inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inserts {
    None,
    /// `{name}`, and `{{` for a brace.
    Braces,
    /// `${name}`.
    DollarBraces,
    /// `#{name}`.
    HashBraces,
    /// `$name`, `${name}`, `{$name}` and `$(command)`.
    Dollar,
}

const fn quote(open: &'static str, escape: Escape, inserts: Inserts, long: bool) -> Quote {
    Quote { open, close: open, escape, inserts, long }
}

const C_QUOTES: [Quote; 2] = [
    quote("\"", Escape::Backslash, Inserts::None, false),
    quote("'", Escape::Backslash, Inserts::None, false),
];

static PYTHON: [Quote; 12] = [
    prefixed("f\"\"\"", "\"\"\"", Escape::Backslash, Inserts::Braces, true),
    prefixed("f'''", "'''", Escape::Backslash, Inserts::Braces, true),
    prefixed("r\"\"\"", "\"\"\"", Escape::None, Inserts::None, true),
    prefixed("r'''", "'''", Escape::None, Inserts::None, true),
    quote("\"\"\"", Escape::Backslash, Inserts::None, true),
    quote("'''", Escape::Backslash, Inserts::None, true),
    prefixed("f\"", "\"", Escape::Backslash, Inserts::Braces, false),
    prefixed("f'", "'", Escape::Backslash, Inserts::Braces, false),
    prefixed("r\"", "\"", Escape::None, Inserts::None, false),
    prefixed("r'", "'", Escape::None, Inserts::None, false),
    quote("\"", Escape::Backslash, Inserts::None, false),
    quote("'", Escape::Backslash, Inserts::None, false),
];

const fn prefixed(
    open: &'static str,
    close: &'static str,
    escape: Escape,
    inserts: Inserts,
    long: bool,
) -> Quote {
    Quote { open, close, escape, inserts, long }
}

static SCRIPT: [Quote; 3] = [
    quote("`", Escape::Backslash, Inserts::DollarBraces, true),
    quote("\"", Escape::Backslash, Inserts::None, false),
    quote("'", Escape::Backslash, Inserts::None, false),
];

static RUBY: [Quote; 2] = [
    quote("\"", Escape::Backslash, Inserts::HashBraces, true),
    quote("'", Escape::Backslash, Inserts::None, true),
];

static PHP: [Quote; 2] = [
    quote("\"", Escape::Backslash, Inserts::Dollar, true),
    quote("'", Escape::Backslash, Inserts::None, true),
];

static POWERSHELL: [Quote; 4] = [
    prefixed("@\"", "\n\"@", Escape::Backtick, Inserts::Dollar, true),
    prefixed("@'", "\n'@", Escape::None, Inserts::None, true),
    quote("\"", Escape::Backtick, Inserts::Dollar, true),
    quote("'", Escape::Doubled, Inserts::None, true),
];

static JAVA: [Quote; 3] = [
    quote("\"\"\"", Escape::Backslash, Inserts::None, true),
    quote("\"", Escape::Backslash, Inserts::None, false),
    quote("'", Escape::Backslash, Inserts::None, false),
];

static CSHARP: [Quote; 7] = [
    prefixed("$@\"", "\"", Escape::Doubled, Inserts::Braces, true),
    prefixed("@$\"", "\"", Escape::Doubled, Inserts::Braces, true),
    prefixed("@\"", "\"", Escape::Doubled, Inserts::None, true),
    prefixed("\"\"\"", "\"\"\"", Escape::None, Inserts::None, true),
    prefixed("$\"", "\"", Escape::Backslash, Inserts::Braces, false),
    quote("\"", Escape::Backslash, Inserts::None, false),
    quote("'", Escape::Backslash, Inserts::None, false),
];

static GO: [Quote; 3] = [
    quote("`", Escape::None, Inserts::None, true),
    quote("\"", Escape::Backslash, Inserts::None, false),
    quote("'", Escape::Backslash, Inserts::None, false),
];

static HCL: [Quote; 1] = [quote("\"", Escape::Backslash, Inserts::DollarBraces, false)];

static RUST_QUOTES: [Quote; 3] = [
    prefixed("r#\"", "\"#", Escape::None, Inserts::None, true),
    prefixed("r\"", "\"", Escape::None, Inserts::None, true),
    quote("\"", Escape::Backslash, Inserts::None, true),
];

const C: Language = Language {
    names: &[],
    comments: &["//"],
    block: Some(("/*", "*/")),
    quotes: &C_QUOTES,
    regex: false,
    lines: false,
    join: '+',
};

macro_rules! languages {
    ($($id:ident $format:literal { $($field:ident: $value:expr),+ $(,)? })+) => {
        $(static $id: Language = Language { $($field: $value,)+ ..C };)+

        /// A format for each language.
        pub(crate) static FORMATS: [&Format; [$($format),+].len()] = [$(
            &Format {
                name: $format,
                extensions: $id.names,
                seems: Some($format),
                is_code: true,
                read: |document, text| {
                    super::read(document, text, Span { start: 0, end: text.len() }, &$id);
                },
                ..Format::NEW
            }
        ),+];

        /// The language that a name stands for: the ending of a file, or the word of a code block.
        pub(super) fn find(name: &str) -> Option<&'static Language> {
            [$(&$id),+].into_iter().find(|language: &&Language| language.names.contains(&name))
        }
    };
}

languages! {
    PYTHON_FILE "a Python file" {
        names: &["py", "python", "python3", "pyw", "pyi"],
        comments: &["#"],
        block: None,
        quotes: &PYTHON,
        lines: true,
    }
    JAVASCRIPT "a JavaScript file" {
        names: &["js", "javascript", "mjs", "cjs", "jsx", "node", "deno", "bun", "gs"],
        quotes: &SCRIPT,
        regex: true,
    }
    TYPESCRIPT "a TypeScript file" {
        names: &["ts", "typescript", "mts", "cts", "tsx"],
        quotes: &SCRIPT,
        regex: true,
    }
    RUBY_FILE "a Ruby file" {
        names: &["rb", "ruby"],
        comments: &["#"],
        block: Some(("\n=begin", "\n=end")),
        quotes: &RUBY,
        lines: true,
    }
    PHP_FILE "a PHP file" {
        names: &["php"],
        comments: &["//", "#"],
        quotes: &PHP,
        join: '.',
    }
    POWERSHELL_FILE "a PowerShell script" {
        names: &["ps1", "powershell", "psm1", "pwsh"],
        comments: &["#"],
        block: Some(("<#", "#>")),
        quotes: &POWERSHELL,
        lines: true,
    }
    JAVA_FILE "a Java file" { names: &["java"], quotes: &JAVA }
    KOTLIN "a Kotlin file" { names: &["kt", "kts", "kotlin"], quotes: &JAVA }
    SCALA "a Scala file" { names: &["scala", "sc"], quotes: &JAVA }
    GROOVY "a Groovy file" { names: &["groovy", "gradle"], quotes: &JAVA }
    APEX "an Apex class" { names: &["apex", "cls"], quotes: &JAVA }
    CSHARP_FILE "a C# file" { names: &["cs", "csharp"], quotes: &CSHARP }
    GO_FILE "a Go file" { names: &["go", "golang"], quotes: &GO }
    DELUGE "a Deluge script" { names: &["deluge", "dg", "ds"] }
    DART "a Dart file" { names: &["dart"] }
    RUST "a Rust file" { names: &["rs", "rust"], quotes: &RUST_QUOTES }
    SWIFT "a Swift file" { names: &["swift"], quotes: &JAVA }
    PERL "a Perl script" { names: &["pl", "pm", "perl"], comments: &["#"], block: None, quotes: &PHP, join: '.' }
    TERRAFORM "a Terraform file" { names: &["tf", "hcl", "terraform"], comments: &["#", "//"], quotes: &HCL, lines: true }
    VUE "a web page" { names: &["vue", "svelte", "html", "htm", "astro"], quotes: &SCRIPT, regex: true }
}
