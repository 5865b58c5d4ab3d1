//! Names that are nearly right: did you mean …?

/// The most bytes of a name that is compared.
const MAX_NAME: usize = 200;

/// The name nearest to what was written, if it is near enough to be meant. Letter case, spaces,
/// hyphens, underscores and full stops do not count.
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Comparing takes the product of the lengths, and nobody means so long a name.
    if written.len() > MAX_NAME {
        return None;
    }
    let wanted = folded(written);
    let length = wanted.chars().count();
    // Each letter that one has more than the other is a difference, and at most four of ten may differ.
    let near = |name: &str| {
        let other = name.chars().count();
        10 * length.abs_diff(other) <= 4 * length.max(other)
    };
    names
        .into_iter()
        .filter(|name| name.len() <= MAX_NAME)
        .map(|name| (folded(name), name))
        .filter(|(folded, _)| near(folded))
        .map(|(folded, name)| (strsim::normalized_damerau_levenshtein(&wanted, &folded), name))
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
        let long = "k".repeat(1 << 20);
        assert_eq!(nearest(&long, [&*long]), None);
    }
}
