#![expect(unsafe_code, reason = "the functions take pointers")]
#![expect(
    clippy::multiple_unsafe_ops_per_block,
    reason = "a test makes many calls with the same pointers"
)]

use super::*;

/// A report, and how the lint ended.
fn lint(options: &str, text: &[u8]) -> (MassupStatus, String) {
    let (mut linter, mut report) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: all pointers are to locals.
    unsafe {
        let status =
            massup_linter_new(options.as_ptr(), options.len(), &raw mut linter, ptr::null_mut());
        assert_eq!(status, MassupStatus::Ok);
        let status = massup_lint(linter, ptr::null(), text.as_ptr(), text.len(), &raw mut report);
        massup_linter_free(linter);
        (status, taken(report))
    }
}

/// The text of a string, which is freed.
fn taken(text: *mut c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: the library gave it.
    unsafe {
        let copy = CStr::from_ptr(text).to_str().unwrap().to_owned();
        massup_string_free(text);
        copy
    }
}

#[test]
fn the_report_is_that_of_the_session() {
    for text in
        [r#"{"data": [{"City": "a"}], "ids": ["7"]}"#, r#"{"data": [], "ids": []}"#, "{", "", "\0"]
    {
        let (status, report) = lint(r#"{"module": "Leads"}"#, text.as_bytes());
        let session = Session::from_json(br#"{"module": "Leads"}"#).unwrap();
        let expected = session.lint("body.json", text.as_bytes());
        assert_eq!(report, serde_json::to_string(&expected).unwrap());
        assert_eq!(status == MassupStatus::Findings, expected.summary.errors > 0, "{text}");
    }
}

#[test]
fn null_and_impossible_lengths_are_refused() {
    let null = ptr::null_mut();
    let (mut linter, mut text) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: all pointers are null, or to locals.
    unsafe {
        assert_eq!(massup_linter_new(ptr::null(), 0, ptr::null_mut(), null), MassupStatus::Usage);
        assert_eq!(massup_linter_new(ptr::null(), 1, &raw mut linter, null), MassupStatus::Usage);
        assert_eq!(
            massup_linter_new(b"{}".as_ptr(), usize::MAX, &raw mut linter, null),
            MassupStatus::Usage
        );
        assert!(linter.is_null());
        let wrong = b"{\"modul\": \"\\u0000\"}";
        let status = massup_linter_new(wrong.as_ptr(), wrong.len(), &raw mut linter, &raw mut text);
        assert_eq!(status, MassupStatus::Usage);
        assert!(linter.is_null() && taken(text).starts_with("unknown field `modul`"));

        assert_eq!(massup_linter_new(ptr::null(), 0, &raw mut linter, null), MassupStatus::Ok);
        let body = b"{}";
        let lint = |linter, name: *const c_char, length, text| {
            massup_lint(linter, name, body.as_ptr(), length, text)
        };
        assert_eq!(lint(ptr::null(), ptr::null(), 2, &raw mut text), MassupStatus::Usage);
        assert!(text.is_null());
        assert_eq!(lint(linter, c"\xff".as_ptr(), 2, &raw mut text), MassupStatus::Usage);
        assert_eq!(lint(linter, ptr::null(), usize::MAX, &raw mut text), MassupStatus::Usage);
        assert_eq!(
            massup_lint(linter, ptr::null(), ptr::null(), 2, &raw mut text),
            MassupStatus::Usage
        );
        assert_eq!(massup_lint(linter, ptr::null(), ptr::null(), 0, null), MassupStatus::Findings);
        massup_linter_free(linter);
        massup_linter_free(ptr::null_mut());
        massup_string_free(ptr::null_mut());
    }
}

#[test]
fn words_are_explained() {
    let mut text = ptr::null_mut();
    // SAFETY: all pointers are null, literals, or to locals.
    unsafe {
        assert_eq!(massup_explain(c"MU104".as_ptr(), &raw mut text), MassupStatus::Ok);
        assert!(taken(text).contains("cvid-and-ids"));
        assert_eq!(massup_explain(c"cvid-or-ids".as_ptr(), &raw mut text), MassupStatus::Usage);
        assert!(taken(text).contains("did you mean `cvid-and-ids`?"));
        assert_eq!(massup_explain(ptr::null(), &raw mut text), MassupStatus::Usage);
        assert_eq!(massup_explain(c"MU104".as_ptr(), ptr::null_mut()), MassupStatus::Ok);
        assert_eq!(CStr::from_ptr(massup_version()).to_str(), Ok(env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn a_panic_does_not_reach_the_caller() {
    assert_eq!(guarded(|| panic!("a bug")), MassupStatus::Failed);
}

#[test]
fn the_header_is_current() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let config = cbindgen::Config::from_root_or_default(folder);
    let mut made = Vec::new();
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(format!("{folder}/src/lib.rs"))
        .generate()
        .unwrap()
        .write(&mut made);
    let file = format!("{folder}/include/massup.h");
    if std::fs::read(&file).ok().as_ref() != Some(&made) {
        assert!(
            std::env::var_os("CI").is_none(),
            "include/massup.h is stale; run this test and commit it"
        );
        std::fs::write(file, made).unwrap();
    }
}

#[test]
fn the_readme_shows_the_example() {
    let (readme, example) = (include_str!("../README.md"), include_str!("../examples/lint.c"));
    assert!(
        readme.contains(&format!("```c\n{example}```\n")),
        "README.md does not show examples/lint.c"
    );
}
