//! `massup.toml`: what a team has agreed on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};
use massup_model::ApiVersion;
use massup_rules::levels::{Level, Levels};
use massup_rules::{Rule, Severity};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::error::Error;
use crate::signature::PublicKey;

/// The name of the file, looked for in the folder of each file and above.
pub const NAME: &str = "massup.toml";

/// The settings of `massup lint` for the files in its folder and below.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Exit with 1 for findings of this level and above [default: error].
    #[schemars(with = "Severity", extend("default" = "error"))]
    pub(crate) deny: Option<Severity>,
    /// The snapshot directory, from here [default: `.massup/snapshot` in the folder of each file, or above it].
    #[schemars(with = "String")]
    pub(crate) snapshot: Option<PathBuf>,
    /// After how many days massup says that the snapshot is old [default: 30].
    #[schemars(with = "u32", range(max = u32::MAX), extend("default" = 30))]
    pub(crate) snapshot_max_age_days: Option<u32>,
    /// Files that are left out where a folder is checked, as globs from here: `vendor/**`. A file that is
    /// named is checked all the same.
    #[schemars(with = "Vec<String>")]
    exclude: Vec<Pattern>,
    /// The file of accepted findings, from here.
    #[schemars(with = "String")]
    pub(crate) baseline: Option<PathBuf>,
    /// The public keys of minisign that may sign plans, as text or as files from here. One of them must have signed each
    /// plan in this folder and below: `massup lint` reports any other, `massup apply` and `massup show` refuse it.
    require_signature: Vec<String>,
    /// Levels by rule, by code or name.
    rules: RuleLevels,
    /// What holds for some files only. Where several match, the later one wins.
    #[serde(deserialize_with = "tables")]
    files: Vec<Files>,
}

/// What holds for the files that a glob matches.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Files {
    /// Which files, from the folder of massup.toml: `requests/**/deals-*.json`.
    #[schemars(with = "String")]
    glob: Pattern,
    /// API name of the module, for files that do not name one.
    #[serde(default)]
    #[schemars(with = "String")]
    module: Option<String>,
    /// API version, for files that do not name one.
    #[serde(default)]
    #[schemars(with = "String", extend("enum" = ApiVersion::ALL))]
    api_version: Option<ApiVersion>,
    /// Levels by rule, by code or name.
    #[serde(default)]
    rules: RuleLevels,
}

/// What holds for one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) module: Option<String>,
    pub(crate) api_version: Option<ApiVersion>,
    pub(crate) levels: Levels,
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no TOML, or says something that massup does not know: the message names the
    /// line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::parse(path, &crate::read::settings(path)?)
    }

    /// Reads the text of a file; the path is for messages.
    ///
    /// # Errors
    ///
    /// [`Error::Config`]: it is no TOML, or says something that massup does not know.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        toml::from_str(text)
            .map_err(|error| Error::Config { file: path.to_owned(), why: explained(&error, text) })
    }

    /// The places of the globs that match a file, named from the folder of massup.toml.
    pub fn matching(&self, file: &Path) -> Vec<usize> {
        let matches = |(_, files): &(usize, &Files)| files.glob.0.is_match(file);
        self.files.iter().enumerate().filter(matches).map(|(place, _)| place).collect()
    }

    /// Whether a file, named from the folder of massup.toml, is left out where a folder is checked; so is
    /// everything in a folder that a glob names.
    pub fn excludes(&self, file: &Path) -> bool {
        let parts = || file.ancestors().filter(|part| *part != Path::new(""));
        self.exclude.iter().any(|glob| parts().any(|part| glob.0.is_match(part)))
    }

    /// The public keys of which one must have signed each plan; none if plans need no signature. Files are named from the
    /// folder of massup.toml.
    ///
    /// # Errors
    ///
    /// [`Error::Config`]: one of them is not a public key.
    pub(crate) fn trusted(&self, folder: &Path) -> Result<Vec<PublicKey>, Error> {
        let key = |text: &String| {
            PublicKey::read(text, folder).map_err(|why| Error::Config {
                file: folder.join(NAME),
                why: format!("`require_signature` has `{text}`: {why}"),
            })
        };
        self.require_signature.iter().map(key).collect()
    }

    /// What holds for a file, by the places of the globs that match it.
    pub(crate) fn settings(&self, matching: &[usize]) -> Settings {
        let mut settings = Settings { levels: self.rules.0.clone(), ..Settings::default() };
        for files in matching.iter().filter_map(|place| self.files.get(*place)) {
            settings.module = files.module.clone().or(settings.module);
            settings.api_version = files.api_version.or(settings.api_version);
            settings.levels.extend(&files.rules.0);
        }
        settings
    }
}

/// What is wrong, on one line, with its place; of an unknown word, also which of the known ones it is most
/// like.
fn explained(error: &toml::de::Error, text: &str) -> String {
    let place = error.span().map_or_else(String::new, |span| {
        let mut place = massup_syntax::Cursor::start_of(text);
        place.move_to(span.start);
        format!("line {}, column {}: ", place.line(), place.column())
    });
    let message = error.message().trim().replace('\n', ", ");
    let mut words = error.message().split('`').skip(1).step_by(2);
    match words.next().and_then(|written| massup_rules::nearest(written, words)) {
        Some(meant) if error.message().starts_with("unknown ") => {
            format!("{place}{message}; did you mean `{meant}`?")
        }
        _ => place + &message,
    }
}

/// The JSON Schema of the file.
pub fn schema() -> schemars::Schema {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "massup.toml".into());
    // TOML has no null, and an empty list says nothing.
    for properties in ["/properties", "/$defs/Files/properties"] {
        let properties = schema.pointer_mut(properties).and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
            let default = property.get("default").map(|default| match default {
                Value::Array(items) => items.is_empty(),
                Value::Object(members) => members.is_empty(),
                other => other.is_null(),
            });
            if let (Some(true), Value::Object(property)) = (default, property) {
                property.remove("default");
            }
        }
    }
    schema
}

#[derive(Clone, Debug, Default)]
struct RuleLevels(Levels);

// Codes and names as properties, so that editors offer both.
impl JsonSchema for RuleLevels {
    fn schema_name() -> Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        let mut properties = serde_json::Map::new();
        for rule in massup_rules::rules() {
            let mut of_rule = level.clone();
            of_rule.insert("description".to_owned(), rule.summary().into());
            for name in [rule.code, rule.name] {
                properties.insert(name.to_owned(), of_rule.clone().into());
            }
        }
        json_schema!({ "type": "object", "additionalProperties": false, "properties": properties })
    }
}

impl<'de> Deserialize<'de> for RuleLevels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = BTreeMap::<Key, Level>::deserialize(deserializer)?;
        let mut levels = Levels::default();
        for (Key(code), level) in named {
            let rule = massup_rules::find(code).ok_or_else(|| de::Error::custom(code))?;
            levels.set(rule, level);
        }
        Ok(Self(levels))
    }
}

/// Reads tables. Without this, arrays of values in the order of the keys would be read too.
fn tables<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Files>, D::Error> {
    struct Table(Files);

    impl<'de> Deserialize<'de> for Table {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(Members).map(Self)
        }
    }

    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Files;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table with `glob`")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Files, A::Error> {
            Files::deserialize(MapAccessDeserializer::new(members))
        }
    }

    let tables = Vec::<Table>::deserialize(deserializer)?;
    Ok(tables.into_iter().map(|table| table.0).collect())
}

/// The rule with a code or a name.
///
/// # Errors
///
/// There is none: the message, with the name that may be meant.
pub fn rule(name: &str) -> Result<&'static Rule, String> {
    massup_rules::find(name).ok_or_else(|| {
        let names = massup_rules::rules().iter().map(|rule| rule.name);
        match massup_rules::nearest(name, names) {
            Some(meant) => format!("there is no rule `{name}`; did you mean `{meant}`?"),
            None => format!("there is no rule `{name}`; `massup rules` lists them"),
        }
    })
}

/// The code of a rule, which the file may also call by its name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key(&'static str);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        rule(&name).map(|rule| Self(rule.code)).map_err(de::Error::custom)
    }
}

#[derive(Clone, Debug)]
struct Pattern(GlobMatcher);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let glob = Glob::new(&text).map_err(de::Error::custom)?;
        Ok(Self(glob.compile_matcher()))
    }
}
