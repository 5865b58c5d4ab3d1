use massup_model::ApiVersion;
use massup_model::catalogue::{self, Endpoint, Standing};
use serde_json::json;

use super::provoke::provoke;
use super::{post, seed_of};
use crate::{Emulator, Refusal};

#[test]
fn every_reason_can_be_provoked_in_every_form() {
    for version in [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8] {
        for refusal in Refusal::ALL.iter().copied() {
            let reply = provoke(refusal, version);
            let body = reply.to_json();
            let shown = format!("{refusal:?} in {version}: {body}");
            let entry = if body.get("data").is_some() { &body["data"][0] } else { &body };
            if refusal.is_about_a_record() {
                assert_eq!(reply.records, [Some(refusal)], "{shown}");
                assert_eq!(reply.refusal, None, "{shown}");
                assert_eq!(reply.status, 400, "{shown}");
                assert!(body.get("data").is_some(), "{shown}");
                assert!(entry["details"].get("id").is_some(), "{shown}");
            } else {
                assert_eq!(reply.refusal, Some(refusal), "{shown}");
                assert_eq!(reply.status, refusal.status(version), "{shown}");
            }
            assert_eq!(entry["code"], refusal.code(version), "{shown}");
            assert_eq!(entry["message"], refusal.message(version), "{shown}");
            assert_eq!(entry["status"], "error", "{shown}");
            assert!(entry["details"].is_object(), "{shown}");
        }
    }
}

/// The rows of the documented tables, each in its form of v2, v7 and v8.
#[test]
fn the_documented_rows_come_as_documented() {
    use Refusal as R;
    let id = "The id given seems to be invalid";
    let field = "This field cannot be updated in the Mass Update";
    let required = "required field not found";
    for (refusal, code, statuses, message) in [
        (R::NoField, "INVALID_DATA", [400; 3], "No field found"),
        (R::TooManyFields, "INVALID_DATA", [400; 3], "Max field limit exceeded"),
        (R::FieldUnknown, "INVALID_DATA", [400; 3], field),
        (R::FieldNotMassUpdatable, "INVALID_DATA", [400; 3], field),
        (R::FieldReadOnly, "INVALID_DATA", [400; 3], field),
        (
            R::LayoutRule,
            "INVALID_DATA",
            [400; 3],
            "Field cannot be updated as it is associated with a layout rule",
        ),
        (
            R::ValidationRule,
            "INVALID_DATA",
            [400; 3],
            "Field cannot be updated as it is associated with a validation rule",
        ),
        (R::FieldHidden, "INVALID_DATA", [200, 400, 400], "Field is not visible"),
        (R::IdMalformed, "INVALID_DATA", [400; 3], id),
        (R::IdUnknown, "INVALID_DATA", [400; 3], id),
        (R::TerritoryUnknown, "INVALID_DATA", [400; 3], id),
        (R::StopProcessing, "CANNOT_PROCESS", [400; 3], "The record is in stop processing"),
        (R::InBlueprint, "RECORD_IN_BLUEPRINT", [400; 3], "The record is in blue print"),
        (R::SelectionMissing, "MANDATORY_NOT_FOUND", [400; 3], required),
        (
            R::NoRecordPermission,
            "CANNOT_PERFORM_ACTION",
            [400; 3],
            "no permission to perform an action on this record",
        ),
        (
            R::AlreadyScheduled,
            "ALREADY_SCHEDULED",
            [202, 202, 400],
            "Already a Mass Action scheduler is running for the given cvid",
        ),
        (R::TooManyRecords, "LIMIT_EXCEEDED", [400; 3], "Record count exceeded"),
        (R::NotApproved, "NOT_APPROVED", [400; 3], "record not approved"),
        (R::NoRecords, "NO_RECORDS_FOUND", [400; 3], "no record found to update"),
        (R::NoMassUpdatePermission, "NO_PERMISSION", [403; 3], "permission denied"),
        (R::FieldNotEditable, "NO_PERMISSION", [403; 3], "Field Edit Permission not given"),
        (R::ViewNotAccessible, "NO_PERMISSION", [403; 3], "Customview not accessible"),
        (R::ModuleUnknown, "INVALID_MODULE", [400; 3], "the module name given seems to be invalid"),
        (
            R::WrongUrl,
            "INVALID_URL_PATTERN",
            [404; 3],
            "Please check if the URL trying to access is a correct one",
        ),
        (R::ScopeMissing, "OAUTH_SCOPE_MISMATCH", [401; 3], "Unauthorized"),
        (R::Internal, "INTERNAL_ERROR", [500; 3], "Internal Server Error"),
        (
            R::WrongMethod,
            "INVALID_REQUEST_METHOD",
            [400; 3],
            "The http request method type is not a valid one",
        ),
        (
            R::NoSchedulePermission,
            "AUTHORIZATION_FAILED",
            [400; 3],
            "User does not have sufficient privilege to schedule mass update.",
        ),
        (R::ImageCheck, "RECORD_LOCKED", [400; 3], "Cannot update record that is not approved yet"),
        (
            R::ImageNotApproved,
            "NOT_APPROVED",
            [400; 3],
            "Cannot update record that is not approved yet",
        ),
        (R::ParameterMissing, "MANDATORY_NOT_FOUND", [400; 3], "mandatory param missing"),
        (R::NoReadPermission, "NO_PERMISSION", [403; 3], "Permission denied to read records"),
    ] {
        for (version, status) in
            [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8].into_iter().zip(statuses)
        {
            let reply = provoke(refusal, version);
            let body = reply.to_json();
            let entry = if body.get("data").is_some() { &body["data"][0] } else { &body };
            assert_eq!(
                (entry["code"].as_str(), reply.status),
                (Some(code), status),
                "{refusal:?} {version}"
            );
            let said = entry["message"].as_str().unwrap();
            assert!(said.eq_ignore_ascii_case(message), "{refusal:?} {version}: {said}");
        }
    }
}

#[test]
fn what_differs_in_v8_differs() {
    let of = |refusal, version| {
        let reply = provoke(refusal, version);
        (reply.status, reply.to_json())
    };
    let (status, view) = of(Refusal::ViewUnknown, ApiVersion::V8);
    assert_eq!((status, &view["message"]), (400, &json!("the cvid given seems to be invalid")));
    assert_eq!(view["details"], json!({ "api_name": "cvid", "json_path": "$.cvid" }));
    let (_, view) = of(Refusal::ViewUnknown, ApiVersion::V7);
    assert_eq!(view["message"], "The id given seems to be invalid");

    let (status, job) = of(Refusal::JobUnknown, ApiVersion::V8);
    assert_eq!((status, &job["code"]), (400, &json!("INVALID_DATA")));
    let (status, job) = of(Refusal::JobUnknown, ApiVersion::V7);
    assert_eq!((status, &job["code"]), (404, &json!("NOT_FOUND")));

    let (_, module) = of(Refusal::ModuleNotSupported, ApiVersion::V8);
    assert_eq!(module["code"], "NOT_SUPPORTED");
    let (_, module) = of(Refusal::ModuleNotSupported, ApiVersion::V7);
    assert_eq!(module["code"], "INVALID_MODULE");

    let (_, missing) = of(Refusal::SelectionMissing, ApiVersion::V8);
    assert!(missing.get("data").is_some());
    let (_, missing) = of(Refusal::SelectionMissing, ApiVersion::V7);
    assert!(missing.get("data").is_none());
}

#[test]
fn modules_follow_the_lists_of_their_versions() {
    let emulator = Emulator::of(&seed_of(1, 1)).unwrap();
    let refusal = |version: &str, module: &str| {
        emulator.handle(&post(version, module, &json!({ "data": [{}], "ids": ["1"] }))).refusal
    };
    for (module, old, new) in [
        ("Leads", Refusal::NoField, Refusal::NoField),
        ("Vehicles", Refusal::NoField, Refusal::NoField),
        ("Tasks", Refusal::NoField, Refusal::NoField),
        ("Events", Refusal::NoField, Refusal::NoField),
        ("Meetings", Refusal::ModuleUnknown, Refusal::NoField),
        ("Cases", Refusal::ModuleUnknown, Refusal::NoField),
        // Letter case counts in v8, and in no older version.
        ("leads", Refusal::NoField, Refusal::ModuleUnknown),
        ("Custom", Refusal::ModuleUnknown, Refusal::ModuleUnknown),
    ] {
        assert_eq!(refusal("v2", module), Some(old), "{module} in v2");
        assert_eq!(refusal("v7", module), Some(old), "{module} in v7");
        assert_eq!(refusal("v8", module), Some(new), "{module} in v8");
    }
    // The change log of v3 ends the calls to Activities.
    for (version, expected) in
        [("v2", Refusal::NoField), ("v2.1", Refusal::NoField), ("v3", Refusal::ModuleUnknown)]
    {
        assert_eq!(refusal(version, "Activities"), Some(expected), "{version}");
    }
}

/// Rows of the model's table of documented errors that the emulator has no occasion for.
const NEVER: &[&str] = &[
    // The sample of the same page shows these calls answered with HTTP 200.
    "partly-invalid-ids",
    // Users have no hierarchy here.
    "non-subordinate-user",
];

#[test]
fn the_two_readings_of_the_error_tables_agree() {
    let versions = [ApiVersion::V2, ApiVersion::V7, ApiVersion::V8];
    for row in catalogue::ALL.iter().filter(|row| row.standing != Standing::Assumed) {
        let documented = versions.into_iter().filter(|version| row.is_documented_for(*version));
        for version in documented.filter(|_| !NEVER.contains(&row.key)) {
            let said = |message: &str| {
                let same = |known: &&str| known.eq_ignore_ascii_case(message);
                row.message.is_empty() || same(&row.message) || row.variants.iter().any(same)
            };
            let found = Refusal::ALL.iter().any(|refusal| {
                refusal.code(version) == row.code
                    && said(refusal.message(version))
                    && row.status(version).is_none_or(|status| status == refusal.status(version))
            });
            // The status call shares most of its reasons with all others.
            assert!(
                found,
                "{} in {version} ({:?}, HTTP {:?})",
                row.key,
                row.endpoint,
                row.status(version)
            );
        }
    }
    assert!(catalogue::ALL.iter().any(|row| row.endpoint == Endpoint::Status));
}
