//! Names that are nearly right: did you mean …?

/// The name nearest to what was written, if it is near enough to be meant. Letter case, spaces,
/// hyphens, underscores and full stops do not count.
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = folded(written);
    names
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&wanted, &folded(name)), name))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// A name without what people write now one way, now another.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase().replace(['_', '-', ' ', '.'], "")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn letter_case_separators_and_typos_are_seen_through() {
        let keys = ["data", "ids", "cvid", "territory", "over_write"];
        assert_eq!(nearest("overwrite", keys), Some("over_write"));
        assert_eq!(nearest("OverWrite", keys), Some("over_write"));
        assert_eq!(nearest("cv_id", keys), Some("cvid"));
        assert_eq!(nearest("teritory", keys), Some("territory"));
        assert_eq!(nearest("trigger", keys), None);
    }
}
