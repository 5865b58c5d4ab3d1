//! The paths that URIs name.

use std::path::PathBuf;

use lsp_types::Uri;
use percent_encoding::percent_decode_str;

/// The path of a `file` URI.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().is_some_and(|scheme| scheme.as_str().eq_ignore_ascii_case("file"));
    let path = uri.path().as_str();
    let path = percent_decode_str(path).decode_utf8().ok().filter(|_| is_file)?;
    // `file:///C:/leads.json`
    let drive = path.strip_prefix('/').filter(|path| path.as_bytes().get(1) == Some(&b':'));
    Some(PathBuf::from(drive.unwrap_or(&path)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::str::FromStr as _;

    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    const ESCAPED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

    fn of(path: &str) -> Uri {
        Uri::from_str(&format!("file://{}", utf8_percent_encode(path, ESCAPED))).unwrap()
    }

    #[test]
    fn a_path_is_its_uri_and_back() {
        for path in ["/a/b.json", "/Größe/50% off #1/a b?.massup.yaml"] {
            assert_eq!(super::path(&of(path)).as_deref(), Some(Path::new(path)));
        }
        let windows = Uri::from_str("file:///C%3A/leads.json").unwrap();
        assert_eq!(path(&windows), Some("C:/leads.json".into()));
        assert_eq!(path(&Uri::from_str("untitled:Untitled-1").unwrap()), None);
    }
}
