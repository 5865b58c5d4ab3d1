//! The parameters of a URL, and of a form.

/// The parameters of a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `a=b&c=d`, percent signs and plus signs resolved.
    pub(crate) fn of(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// Reads the parts of a `multipart/form-data` body; those without a name are passed over.
    pub(crate) fn of_parts(body: &str, boundary: &str) -> Self {
        let mark = format!("--{boundary}");
        let parts = body.split(&mark).filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            Some((name.to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
        });
        Self(parts.collect())
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All parameters, in their order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A number, at least 1.
    pub(crate) fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|text| text.parse().ok()).unwrap_or(default).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded() {
        let query = Query::of("a=b%20c+d&empty&x=%zz&y=%C3%A9");
        assert_eq!(query.get("a"), Some("b c d"));
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.get("x"), Some("%zz"));
        assert_eq!(query.get("y"), Some("é"));
        assert_eq!(query.get("z"), None);
    }

    #[test]
    fn parts_of_a_form_are_read() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1000.x\r\n\
                    --b\r\nContent-Disposition: form-data\r\n\r\nlost\r\n--b--\r\n";
        let form = Query::of_parts(body, "b");
        assert_eq!((form.get("code"), form.get("lost")), (Some("1000.x"), None));
    }
}
