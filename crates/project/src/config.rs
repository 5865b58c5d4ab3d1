//! `massup.toml`: what a team has agreed on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher};
use massup_model::ApiVersion;
use massup_rules::levels::{Level, Levels};
use massup_rules::{Rule, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::error::Error;

/// The name of the file, looked for in the folder of each file and above.
pub const NAME: &str = "massup.toml";

/// The settings of `massup lint` for the files beside and below it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Exit with 1 for findings of this level and above; errors alone where it is not said.
    pub(crate) deny: Option<Severity>,
    /// The folder of facts about the organisation, from here; `.massup/snapshot` where it is not said.
    pub(crate) snapshot: Option<PathBuf>,
    /// After how many days the facts are called old; 30 where it is not said.
    pub(crate) snapshot_max_age_days: Option<u32>,
    /// Levels by rule, by code or name.
    #[schemars(with = "BTreeMap<String, Level>")]
    rules: RuleLevels,
    /// What holds for some files alone. Where several match, what stands later comes first.
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
    module: Option<String>,
    /// API version, for files that do not name one.
    #[schemars(with = "Option<String>", extend("enum" = ApiVersion::ALL))]
    api_version: Option<ApiVersion>,
    /// Levels by rule, by code or name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Level>")]
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
        let text =
            std::fs::read_to_string(path).map_err(|error| Error::Read(path.to_owned(), error))?;
        toml::from_str(&text)
            .map_err(|error| Error::Config { file: path.to_owned(), why: explained(&error) })
    }

    /// The places of the globs that match a file, named from the folder of massup.toml.
    pub fn matching(&self, file: &Path) -> Vec<usize> {
        let matches = |(_, files): &(usize, &Files)| files.glob.0.is_match(file);
        self.files.iter().enumerate().filter(matches).map(|(place, _)| place).collect()
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

/// What is wrong, with its line; of an unknown word, also which of the known ones it is most like.
fn explained(error: &toml::de::Error) -> String {
    let text = error.to_string().trim().to_owned();
    let mut words = error.message().split('`').skip(1).step_by(2);
    match words.next().and_then(|written| massup_rules::nearest(written, words)) {
        Some(meant) if error.message().starts_with("unknown ") => {
            format!("{text}; did you mean `{meant}`?")
        }
        _ => text,
    }
}

/// The JSON Schema of the file.
pub fn schema() -> schemars::Schema {
    let mut schema = schemars::schema_for!(Config);
    schema.insert("title".to_owned(), "massup.toml".into());
    schema
}

#[derive(Clone, Debug, Default)]
struct RuleLevels(Levels);

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
