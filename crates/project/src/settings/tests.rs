use std::fs;

use super::*;

/// A folder with files, and what applies to the files that a walk meets.
fn settings(files: &[(&str, &str)]) -> (tempfile::TempDir, Settings) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    (folder, Settings::new(Options::default()))
}

#[test]
fn exclude_leaves_out_files_met_in_folders_and_no_others() {
    let (folder, mut settings) = settings(&[
        ("massup.toml", "exclude = [\"vendor\", \"**/*.draft.json\"]"),
        ("a.json", "{}"),
        ("b.draft.json", "{}"),
        ("sub/c.draft.json", "{}"),
        ("vendor/deep/d.json", "{}"),
    ]);
    let (inputs, errors) = Input::list(&[folder.path().to_owned()]);
    assert!(errors.is_empty());
    let kept: Vec<_> = inputs
        .into_iter()
        .filter(|input| !settings.excludes(input).unwrap())
        .map(|input| input.path.unwrap().strip_prefix(folder.path()).unwrap().to_owned())
        .collect();
    assert_eq!(kept, [Path::new("a.json"), Path::new("massup.toml")]);
    let named = Input::named(&folder.path().join("b.draft.json"));
    assert!(!settings.excludes(&named).unwrap());
}

#[test]
fn the_baseline_of_massup_toml_is_named_from_its_folder() {
    let (folder, mut settings) = settings(&[
        ("massup.toml", "baseline = \"accepted.json\""),
        ("sub/a.json", "{}"),
        ("sub/own/massup.toml", ""),
        ("sub/own/b.json", "{}"),
    ]);
    let mut baseline =
        |name: &str| settings.job(Input::named(&folder.path().join(name))).unwrap().baseline;
    assert_eq!(baseline("sub/a.json").as_deref(), Some(&*folder.path().join("accepted.json")));
    assert_eq!(baseline("sub/own/b.json"), None);
}

#[test]
fn a_snapshot_is_found_upwards_from_the_file_unless_another_is_named() {
    let fields = "{\"fields\": [{\"api_name\": \"City\", \"data_type\": \"text\"}]}";
    let (folder, mut settings) = settings(&[
        (".massup/snapshot/fields/Leads.json", fields),
        ("a.json", "{}"),
        ("deep/er/b.json", "{}"),
        ("own/.massup/snapshot/fields/Deals.json", fields),
        ("own/c.json", "{}"),
        ("set/massup.toml", "snapshot = \"../own/.massup/snapshot\""),
        ("set/d.json", "{}"),
    ]);
    let mut known = |name: &str| {
        let job = settings.job(Input::named(&folder.path().join(name))).unwrap();
        job.checker.linter().known().fields.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(known("a.json"), ["Leads"]);
    assert_eq!(known("deep/er/b.json"), ["Leads"]);
    assert_eq!(known("own/c.json"), ["Deals"]);
    assert_eq!(known("set/d.json"), ["Deals"]);
}
