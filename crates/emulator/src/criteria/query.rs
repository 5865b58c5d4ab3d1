//! Criteria as a parameter of a URL: `((City:equals:Chennai)and(Rating:in:Active,Acquired))`.

use serde_json::Value;

use super::{Comparator, Criteria, Operator};

/// How deep groups can be inside each other.
const MAX_DEPTH: usize = 8;

impl Criteria {
    /// Reads the value of the parameter `criteria`; `None` for what does not have its form.
    ///
    /// A test is `(field:comparator:value)`; `in` and `between` take values separated by commas. A backslash
    /// takes the meaning from a parenthesis, a comma or a backslash behind it. The tests of a group are
    /// joined by one operator.
    ///
    /// ```
    /// use massup_emulator::criteria::Criteria;
    ///
    /// let criteria = Criteria::of_query("((City:equals:Chennai)or(Phone:starts_with:+91))").unwrap();
    /// assert_eq!(criteria.fields(), ["City", "Phone"]);
    /// assert!(Criteria::of_query("City=Chennai").is_none());
    /// ```
    pub fn of_query(text: &str) -> Option<Self> {
        let (criteria, rest) = parenthesised(text.trim(), MAX_DEPTH)?;
        rest.is_empty().then_some(criteria)
    }
}

/// What the parentheses at the start of a text hold, and what follows them.
fn parenthesised(text: &str, depth: usize) -> Option<(Criteria, &str)> {
    let inner = text.strip_prefix('(')?;
    if !inner.trim_start().starts_with('(') {
        let end = unescaped(inner, ')')?;
        let (inside, rest) = (inner.get(..end)?, inner.get(end + 1..)?);
        return Some((test(inside)?, rest));
    }
    let depth = depth.checked_sub(1)?;
    let (first, mut rest) = parenthesised(inner.trim_start(), depth)?;
    let (mut group, mut joined) = (vec![first], None);
    loop {
        let next = rest.trim_start();
        if let Some(rest) = next.strip_prefix(')') {
            let only = group.len() == 1;
            let criteria = if only {
                group.pop()?
            } else {
                Criteria::Group { group_operator: joined?, group }
            };
            return Some((criteria, rest));
        }
        let (operator, behind) = [("and", Operator::And), ("or", Operator::Or)]
            .into_iter()
            .find_map(|(word, operator)| Some((operator, next.strip_prefix(word)?)))?;
        if joined.is_some_and(|joined| joined != operator) {
            return None;
        }
        joined = Some(operator);
        let (part, behind) = parenthesised(behind.trim_start(), depth)?;
        group.push(part);
        rest = behind;
    }
}

/// Where a character first is without a backslash in front.
fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let found = c == wanted && !escaped;
        escaped = c == '\\' && !escaped;
        found.then_some(at)
    })
}

fn test(text: &str) -> Option<Criteria> {
    let mut parts = text.splitn(3, ':');
    let (field, word, value) = (parts.next()?.trim(), parts.next()?.trim(), parts.next()?);
    let comparator = match word {
        "equals" | "equal" => Comparator::Equal,
        other => serde_json::from_value(other.into()).ok()?,
    };
    let several = matches!(
        comparator,
        Comparator::In | Comparator::NotIn | Comparator::Between | Comparator::NotBetween
    );
    let value: Value = if several { values(value).into() } else { plain(value).into() };
    (!field.is_empty()).then(|| Criteria::test(field, comparator, value))
}

fn values(mut text: &str) -> Vec<Value> {
    let mut values = Vec::new();
    while let Some(at) = unescaped(text, ',') {
        values.push(plain(text.get(..at).unwrap_or_default()).into());
        text = text.get(at + 1..).unwrap_or_default();
    }
    values.push(plain(text).into());
    values
}

/// A value without its backslashes.
fn plain(text: &str) -> String {
    let mut escaped = false;
    let kept = text.trim().chars().filter(|c| {
        escaped = *c == '\\' && !escaped;
        !escaped
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_is_read_as_the_pages_write_it() {
        let read = |text| serde_json::to_value(Criteria::of_query(text)).unwrap();
        let test = |field: &str, comparator: &str, value: Value| json!({ "field": { "api_name": field }, "comparator": comparator, "value": value });
        let city = test("City", "equal", json!("Chennai"));
        assert_eq!(read("(City:equals:Chennai)"), city);
        assert_eq!(read("((City:equals:Chennai))"), city);
        let rating = test("Rating", "in", json!(["Active", "a,b"]));
        assert_eq!(
            read(r"((City:equals:Chennai) and (Rating:in:Active,a\,b))"),
            json!({ "group_operator": "and", "group": [city, rating] })
        );
        assert_eq!(read(r"(City:equals:a\)b:c\\)"), test("City", "equal", json!(r"a)b:c\")));
        for wrong in [
            "",
            "City:equals:x",
            "(City:equals:x",
            "(City:resembles:x)",
            "(City)",
            "((City:equals:x)and(City:equals:y)or(City:equals:z))",
            "((City:equals:x)(City:equals:y))",
            "(:equals:x)",
            "(City:equals:x)x",
            &"(".repeat(100_000),
        ] {
            assert_eq!(Criteria::of_query(wrong), None, "{wrong:.40}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "[()\\\\:,a-z and]{0,60}") {
            Criteria::of_query(&text);
        }
    }
}
