use std::collections::HashSet;

use super::*;
use crate::ApiVersion;

/// The list of the v2 page, row by row: code, HTTP status, message.
const V2_PAGE_ROWS: [(&str, u16, &str); 26] = [
    ("INVALID_DATA", 400, "No field found"),
    ("INVALID_DATA", 400, "Max field limit exceeded"),
    ("INVALID_DATA", 400, "This field cannot be updated in the Mass Update"),
    ("INVALID_DATA", 400, "Field cannot be updated as it is associated with a layout rule"),
    ("INVALID_DATA", 400, "Field cannot be updated as it is associated with a validation rule"),
    ("INVALID_DATA", 200, "Field is not visible"),
    ("INVALID_DATA", 400, "The id given seems to be invalid"),
    ("CANNOT_PROCESS", 400, "The record is in stop processing"),
    ("RECORD_IN_BLUEPRINT", 400, "The record is in blue print"),
    ("MANDATORY_NOT_FOUND", 400, "required field not found"),
    ("CANNOT_PERFORM_ACTION", 400, "no permission to perform an action on this record"),
    ("ALREADY_SCHEDULED", 202, "Already a Mass Action scheduler is running for the given cvid"),
    ("LIMIT_EXCEEDED", 400, "Record count exceeded"),
    ("NOT_APPROVED", 400, "record not approved"),
    ("NO_RECORDS_FOUND", 400, "no record found to update"),
    ("NO_PERMISSION", 403, "permission denied"),
    ("NO_PERMISSION", 403, "Field Edit Permission not given"),
    ("NO_PERMISSION", 403, "Customview not accessible"),
    ("INVALID_MODULE", 400, "the module name given seems to be invalid"),
    ("INVALID_URL_PATTERN", 404, "Please check if the URL trying to access is a correct one"),
    ("OAUTH_SCOPE_MISMATCH", 401, "Unauthorized"),
    ("INTERNAL_ERROR", 500, "Internal Server Error"),
    ("INVALID_REQUEST_METHOD", 400, "The http request method type is not a valid one"),
    (
        "AUTHORIZATION_FAILED",
        400,
        "User does not have sufficient privilege to schedule mass update.",
    ),
    ("RECORD_LOCKED", 400, "Cannot update record that is not approved yet"),
    ("NOT_APPROVED", 400, "Cannot update record that is not approved yet"),
];

/// What the v7 page changes and adds; an empty message where the page quotes none.
const V7_PAGE_ROWS: [(&str, u16, &str); 3] = [
    ("INVALID_DATA", 400, "Field is not visible"),
    ("INVALID_DATA", 400, ""),
    ("RECORD_LOCKED", 400, "You cannot perform this operation as the record is locked."),
];

/// What the OpenAPI description of v8 changes and adds.
const V8_ROWS: [(&str, u16, &str); 9] = [
    ("INVALID_DATA", 400, "the cvid given seems to be invalid"),
    ("ALREADY_SCHEDULED", 400, "Already a Mass Action scheduler is running for the given cvid"),
    ("NOT_SUPPORTED", 400, "the given module is not supported for this api"),
    ("INVALID_DATA", 400, "picklist not found in record layout"),
    ("INVALID_DATA", 400, "Non Subordinate User Found"),
    ("INVALID_DATA", 400, ""),
    ("MAPPING_MISMATCH", 400, ""),
    ("RECORD_LOCKED", 400, "Sorry, you cannot perform this operation as the record is locked."),
    ("CONVERTED_RECORD", 400, "can't update the converted record"),
];

/// The list of the status page of v7, and what v8 adds to it.
const STATUS_ROWS: [(&str, u16, &str, ApiVersion); 11] = [
    ("NOT_FOUND", 404, "Empty response", ApiVersion::V2),
    ("MANDATORY_NOT_FOUND", 400, "mandatory param missing", ApiVersion::V2),
    (
        "INVALID_URL_PATTERN",
        404,
        "Please check if the URL trying to access is a correct one",
        ApiVersion::V7,
    ),
    ("OAUTH_SCOPE_MISMATCH", 401, "Unauthorized", ApiVersion::V7),
    ("NO_PERMISSION", 403, "Permission denied to read records", ApiVersion::V7),
    (
        "AUTHORIZATION_FAILED",
        400,
        "User does not have sufficient privilege to read records",
        ApiVersion::V7,
    ),
    ("INVALID_MODULE", 400, "The module name given seems to be invalid", ApiVersion::V7),
    ("INVALID_MODULE", 400, "The given module is not supported in API", ApiVersion::V7),
    (
        "INVALID_REQUEST_METHOD",
        400,
        "The http request method type is not a valid one",
        ApiVersion::V7,
    ),
    ("INTERNAL_ERROR", 500, "Internal Server Error", ApiVersion::V7),
    ("INVALID_DATA", 400, "The jobid given seems to be invalid", ApiVersion::V8),
];

#[track_caller]
fn check_listed(
    endpoint: Endpoint,
    version: ApiVersion,
    (code, status, message): (&str, u16, &str),
) {
    let found = by_code(code).filter(|row| {
        row.endpoint == endpoint
            && row.message == message
            && row.status(version) == Some(status)
            && row.is_documented_for(version)
            && row.standing == Standing::Documented
    });
    assert_eq!(found.count(), 1, "{version} {code} {status} {message:?}");
}

#[test]
fn every_documented_row_is_listed_once() {
    for row in V2_PAGE_ROWS {
        check_listed(Endpoint::MassUpdate, ApiVersion::V2, row);
    }
    // v7 repeats the rows of v2, but for the status of one.
    for row in V2_PAGE_ROWS.into_iter().filter(|row| row.1 != 200).chain(V7_PAGE_ROWS) {
        check_listed(Endpoint::MassUpdate, ApiVersion::V7, row);
    }
    for row in V8_ROWS {
        check_listed(Endpoint::MassUpdate, ApiVersion::V8, row);
    }
    for (code, status, message, version) in STATUS_ROWS {
        check_listed(Endpoint::Status, version, (code, status, message));
    }
}

/// The catalogue invents nothing: what it calls documented for v2 is on the page.
#[test]
fn no_row_of_v2_is_beyond_the_page() {
    let of_v2 = ALL.iter().filter(|row| {
        row.endpoint == Endpoint::MassUpdate
            && row.standing == Standing::Documented
            && row.is_documented_for(ApiVersion::V2)
    });
    assert_eq!(of_v2.count(), V2_PAGE_ROWS.len());
}

#[test]
fn every_row_is_well_formed() {
    let mut keys = HashSet::new();
    for row in ALL {
        let key = row.key;
        assert!(keys.insert(key), "`{key}` is there twice");
        assert!(key.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')), "{key}");
        assert_eq!(by_key(key), Some(*row));
        assert!(Code::WORDS.contains(&row.code), "{key}: {}", row.code);
        for text in [row.meaning, row.cure] {
            assert!(
                text.ends_with('.') && !text.contains("  ") && !text.starts_with(' '),
                "{text}"
            );
        }
        assert!(row.versions.0 <= row.versions.1, "{key}");
        assert!(row.statuses.windows(2).all(|pair| pair[0].0 < pair[1].0), "{key}");
        assert!(row.statuses.iter().all(|(since, _)| row.is_documented_for(*since)), "{key}");
        assert!(!row.sources.is_empty() || row.standing == Standing::Assumed, "{key}");
    }
}

/// Each row is found by its own words, in any case and without its stop.
#[test]
fn a_documented_answer_is_recognised() {
    for row in ALL.iter().filter(|row| !row.message.is_empty()) {
        let version = row.versions.1;
        for message in std::iter::once(&row.message).chain(row.variants) {
            let plain = message.trim_end_matches('.');
            for message in
                [*message, &format!("{plain}."), &plain.to_uppercase(), &plain.to_lowercase()]
            {
                let found = recognise(row.endpoint, row.code, message, version);
                let same = found.is_some_and(|found| {
                    // Two rows that differ in their call alone are one for the asker of both.
                    found.key == row.key || found.message.eq_ignore_ascii_case(row.message)
                });
                assert!(same, "{message}: {found:?}");
            }
        }
    }
}

#[test]
fn other_spellings_and_free_texts_are_recognised_by_the_code() {
    use Endpoint::{Any, MassUpdate, Status};

    let key = |endpoint, code, message| {
        recognise(endpoint, code, message, ApiVersion::V8).map(|row| row.key)
    };
    let two_in_one = "Field cannot be updated as it is associated with a layout rule.This field \
                      cannot be updated in the Mass Update";
    assert_eq!(key(MassUpdate, "INVALID_DATA", two_in_one), Some("layout-rule-field"));
    assert_eq!(key(MassUpdate, "INVALID_DATA", "the id given is invalid"), Some("invalid-id"));
    assert_eq!(key(MassUpdate, "RECORD_LOCKED", "no words for it"), Some("record-locked"));
    assert_eq!(key(MassUpdate, "INVALID_MODULE", ""), Some("invalid-module"));
    assert_eq!(key(Status, "INVALID_MODULE", ""), Some("status-invalid-module"));
    assert_eq!(key(Status, "INVALID_DATA", ""), Some("job-id-invalid"));
    assert_eq!(key(MassUpdate, "INVALID_DATA", ""), None);
    assert_eq!(key(Any, "INVALID_TOKEN", "who are you"), Some("invalid-token"));
    assert_eq!(key(MassUpdate, "already_scheduled", ""), None);
}

#[test]
fn a_code_is_kept_letter_for_letter() {
    for word in Code::WORDS.iter().chain(&["", "success", "NEW_CODE", "é\u{0}"]) {
        assert_eq!(Code::parse(word).as_str(), *word);
        assert_eq!(matches!(Code::parse(word), Code::Unknown(_)), !Code::WORDS.contains(word));
    }
}

#[test]
fn a_row_is_printed_as_a_record() {
    let row = serde_json::to_value(&ALREADY_SCHEDULED).unwrap();
    assert_eq!(row["endpoint"], "mass-update");
    assert_eq!(row["reach"], "whole-call");
    assert_eq!(row["retry"], "later");
    assert_eq!(row["statuses"], serde_json::json!([["v2", 202], ["v8", 400]]));
    assert_eq!(row["sources"][0]["name"], "Mass Update Records, v2");
}

/// Whatever code an answer has, there is an explanation.
#[test]
fn every_known_code_is_explained() {
    for word in Code::WORDS {
        let known = |rows: &[&DocumentedError]| rows.iter().any(|row| row.code == *word);
        assert!(known(ALL) || known(RELATED), "{word}");
    }
    let keys: HashSet<_> = ALL.iter().chain(RELATED).map(|row| row.key).collect();
    assert_eq!(keys.len(), ALL.len() + RELATED.len(), "keys are unique");
}

/// By far the most reported trouble: a token or a client of another data centre.
#[test]
fn token_errors_name_the_data_centre_first() {
    for code in ["INVALID_TOKEN", "INVALID_OAUTHTOKEN", "invalid_client", "invalid_code"] {
        let rows: Vec<_> = ALL.iter().chain(RELATED).filter(|row| row.code == code).collect();
        assert_eq!(rows.len(), 1, "{code}");
        assert!(rows[0].cure.starts_with("Check the data centre first"), "{code}");
    }
}

#[test]
fn the_message_of_an_answer_is_found_in_a_longer_text() {
    for row in ALL.iter().chain(RELATED).filter(|row| row.message.contains(' ')) {
        let text = format!("2026-11-26 ERROR 400: {}", row.message);
        let found = matching(&text);
        let same = |found: &&DocumentedError| found.message.eq_ignore_ascii_case(row.message);
        assert!(found.iter().any(|found| found.key == row.key || same(found)), "{text}: {found:?}");
    }
    assert_eq!(matching("").len() + matching("zzz").len(), 0);
}
