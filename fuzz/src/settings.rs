//! Any bytes as `massup.toml`: settings or an error with a place.

use std::path::Path;

use massup_project::Config;

pub(crate) fn target(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Config::parse(Path::new("massup.toml"), text) {
        Ok(config) => {
            for file in ["a.json", "requests/a.json", "requests/deep/b.massup.yaml", "ü/\n.sh", ""]
            {
                let file = Path::new(file);
                let matching = config.matching(file);
                assert!(matching.is_sorted());
                let _ = config.excludes(file);
            }
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("massup.toml"), "{error}");
        }
    }
}
