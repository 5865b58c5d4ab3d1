//! The errors that refuse one record of a mass update by ids, while the others are updated.
//!
//! In a scheduled job they only increase its count of failed records.

use super::row::errors;

errors! {
    MassUpdate, Record;

    /// No record of the module has this id. Before v8 an invalid `cvid` or `territory.id` gets the same
    /// answer for the whole call.
    INVALID_ID {
        key: "invalid-id",
        code: "INVALID_DATA",
        message: "The id given seems to be invalid"
            or "the given id seems to be invalid" or "given id is invalid",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Remove the id, or use the id of a record in this module; ids differ between modules, organisations and sandboxes.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI, SDK],
    }

    /// Some ids are invalid. The other records are updated, although the HTTP status is 400.
    PARTLY_INVALID_IDS {
        key: "partly-invalid-ids",
        code: "INVALID_DATA",
        message: "",
        status: [V7 400],
        versions: V7 to V7,
        cure: "Read the entries one by one, and remove the refused ids.",
        retry: Never,
        standing: Documented,
        sources: [V7_PAGE],
    }

    /// Processing of the record is restricted for privacy reasons.
    STOP_PROCESSING {
        key: "stop-processing",
        code: "CANNOT_PROCESS",
        message: "The record is in stop processing",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Leave the record out, or ask an administrator to remove the restriction.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The record is in a blueprint that controls the picklist.
    IN_BLUEPRINT {
        key: "in-blueprint",
        code: "RECORD_IN_BLUEPRINT",
        message: "The record is in blue print",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Move the record by a transition of its blueprint, or wait until it leaves the blueprint.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The user does not have permission for the record.
    RECORD_NOT_PERMITTED {
        key: "record-not-permitted",
        code: "CANNOT_PERFORM_ACTION",
        message: "no permission to perform an action on this record",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Share the record with the user, or call as its owner.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The record is waiting for approval.
    RECORD_NOT_APPROVED {
        key: "record-not-approved",
        code: "NOT_APPROVED",
        message: "record not approved" or "The record is not approved",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Approve the record, then update it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, SDK],
    }

    /// The record is locked, manually or by a rule.
    RECORD_LOCKED {
        key: "record-locked",
        code: "RECORD_LOCKED",
        message: "You cannot perform this operation as the record is locked.",
        status: [V7 400],
        versions: V7 to V7,
        cure: "Unlock the record, then update it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_PAGE],
    }

    /// The record is locked, manually, by a rule or for privacy reasons; the message in v8.
    RECORD_LOCKED_V8 {
        key: "record-locked-v8",
        code: "RECORD_LOCKED",
        message: "Sorry, you cannot perform this operation as the record is locked.",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Unlock the record, then update it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// A check of the record's image, or a merge of duplicates, is running.
    RECORD_UNDER_REVIEW {
        key: "record-under-review",
        code: "RECORD_LOCKED",
        message: "Cannot update record that is not approved yet"
            or "The record under merge is locked",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Wait until the check or the merge has ended, then update the record.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, SDK],
    }

    /// The image of the record was rejected, or the record is waiting for review.
    IMAGE_NOT_APPROVED {
        key: "image-not-approved",
        code: "NOT_APPROVED",
        message: "Cannot update record that is not approved yet",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Replace or delete a rejected image and submit it again; otherwise wait for the reviewer.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The layout of the record does not have the picklist option.
    OPTION_NOT_IN_LAYOUT {
        key: "option-not-in-layout",
        code: "INVALID_DATA",
        message: "picklist not found in record layout",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Use the display value of an option in the record's layout, or add the option to the layout.",
        retry: AfterFix,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The user in the value is not a subordinate of the caller.
    NON_SUBORDINATE_USER {
        key: "non-subordinate-user",
        code: "INVALID_DATA",
        message: "Non Subordinate User Found",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Use a user below the caller in the role hierarchy, or call as a user above both.",
        retry: AfterFix,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The value is not valid for its field: type, length, decimal places or range.
    VALUE_INVALID {
        key: "value-invalid",
        code: "INVALID_DATA",
        message: "",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Correct the value; `details` names the field and often the limit.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The value is not valid for its field. Before v8 only the page of Insert Records documents this error.
    VALUE_INVALID_BEFORE_V8 {
        key: "value-invalid-before-v8",
        code: "INVALID_DATA",
        message: "",
        status: [],
        versions: V2 to V7,
        cure: "Correct the value; `details` may name the field and the limit.",
        retry: Never,
        standing: Assumed,
        sources: [V7_INSERT],
    }

    /// The value does not match another one: a stage of another pipeline, or an option of another layout.
    MAPPING_MISMATCH {
        key: "mapping-mismatch",
        code: "MAPPING_MISMATCH",
        message: "",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Set both fields in one call, to values that match; `details.mapped_field` names the other field.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The lead is converted.
    CONVERTED_RECORD {
        key: "converted-record",
        code: "CONVERTED_RECORD",
        message: "can't update the converted record",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Leave the lead out, and update the contact, account or deal that it was converted to.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI, SDK],
    }

    /// The field is unique, and another record already has the value.
    DUPLICATE_DATA {
        key: "duplicate-data",
        code: "DUPLICATE_DATA",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Set a unique field in one record at a time, to a value that no other record has.",
        retry: Never,
        standing: Assumed,
        sources: [V7_INSERT],
    }
}
