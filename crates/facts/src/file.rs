//! The files of a snapshot directory: the one place that knows their names.

use std::fmt;

/// A file of a snapshot directory.
///
/// ```
/// use massup_facts::SnapshotFile;
///
/// let file = SnapshotFile::parse("custom_views/Leads/554023000000091515.json").unwrap();
/// assert_eq!(file, SnapshotFile::View { module: "Leads", id: "554023000000091515" });
/// assert_eq!(file.to_string(), "custom_views/Leads/554023000000091515.json");
///
/// assert_eq!(SnapshotFile::parse("notes.txt"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SnapshotFile<'n> {
    /// `fields/{Module}.json`: the answer of `GET /crm/v8/settings/fields?module={Module}`.
    Fields(&'n str),
    /// `layouts/{Module}.json`: … `/settings/layouts?module={Module}`.
    Layouts(&'n str),
    /// `map_dependency/{Module}.json`: … `/settings/layouts/{layout}/map_dependency?module={Module}`, for
    /// all layouts.
    MapDependency(&'n str),
    /// `custom_views/{Module}.json`: … `/settings/custom_views?module={Module}`.
    Views(&'n str),
    /// `custom_views/{Module}/{id}.json`: … `/settings/custom_views/{id}?module={Module}`, with the criteria.
    View {
        /// The module's API name.
        module: &'n str,
        /// The id of the view.
        id: &'n str,
    },
    /// `territories.json`: … `/settings/territories`.
    Territories,
    /// `modules.json`: … `/settings/modules`.
    Modules,
    /// `counts.json`, ours: `{"{cvid}": {"count": 1200, "as_of": "2026-11-23T10:00:00Z"}}`.
    Counts,
    /// `user.json`, ours: `scopes`, `profile_id`, `edition`; or an answer that contains them.
    User,
    /// `overrides.toml`, ours, a table for each module: `layout_rules`, `validation_rules`,
    /// `validation_rules_secondary`.
    Overrides,
    /// `snapshot.json`, ours: when the snapshot was made, by whom, from where.
    Snapshot,
}

impl<'n> SnapshotFile<'n> {
    /// The names of all files, for messages.
    pub const NAMES: &'static str = "fields/{Module}.json, layouts/{Module}.json, \
        map_dependency/{Module}.json, custom_views/{Module}.json, custom_views/{Module}/{id}.json, \
        territories.json, modules.json, counts.json, user.json, overrides.toml and snapshot.json";

    /// The file with a path in the directory, written with `/`.
    pub fn parse(path: &'n str) -> Option<Self> {
        let mut parts = path.split('/');
        let (first, second, third) = (parts.next()?, parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        let stem = |file: &'n str| file.strip_suffix(".json");
        Some(match (first, second, third) {
            ("fields", Some(file), None) => Self::Fields(stem(file)?),
            ("layouts", Some(file), None) => Self::Layouts(stem(file)?),
            ("map_dependency", Some(file), None) => Self::MapDependency(stem(file)?),
            ("custom_views", Some(file), None) => Self::Views(stem(file)?),
            ("custom_views", Some(module), Some(file)) => Self::View { module, id: stem(file)? },
            ("territories.json", None, None) => Self::Territories,
            ("modules.json", None, None) => Self::Modules,
            ("counts.json", None, None) => Self::Counts,
            ("user.json", None, None) => Self::User,
            ("overrides.toml", None, None) => Self::Overrides,
            ("snapshot.json", None, None) => Self::Snapshot,
            _ => return None,
        })
    }
}

impl fmt::Display for SnapshotFile<'_> {
    /// The path in the directory, written with `/`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(module) => write!(f, "fields/{module}.json"),
            Self::Layouts(module) => write!(f, "layouts/{module}.json"),
            Self::MapDependency(module) => write!(f, "map_dependency/{module}.json"),
            Self::Views(module) => write!(f, "custom_views/{module}.json"),
            Self::View { module, id } => write!(f, "custom_views/{module}/{id}.json"),
            Self::Territories => f.write_str("territories.json"),
            Self::Modules => f.write_str("modules.json"),
            Self::Counts => f.write_str("counts.json"),
            Self::User => f.write_str("user.json"),
            Self::Overrides => f.write_str("overrides.toml"),
            Self::Snapshot => f.write_str("snapshot.json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SnapshotFile as File;

    #[test]
    fn a_path_is_read_as_it_is_written_and_all_of_them_are_named() {
        let files = [
            File::Fields("Leads"),
            File::Layouts("Leads"),
            File::MapDependency("Leads"),
            File::Views("Leads"),
            File::View { module: "Leads", id: "7" },
            File::Territories,
            File::Modules,
            File::Counts,
            File::User,
            File::Overrides,
            File::Snapshot,
        ];
        for file in files {
            let path = file.to_string();
            assert_eq!(File::parse(&path), Some(file), "{path}");
            let pattern = path.replace("Leads", "{Module}").replace('7', "{id}");
            assert!(File::NAMES.contains(&pattern), "{pattern}");
            for other in [format!("x/{path}"), format!("{path}/x"), path.replace(".json", ".txt")] {
                assert!(other == path || File::parse(&other).is_none(), "{other}");
            }
        }
    }
}
