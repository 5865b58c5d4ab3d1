//! The errors that refuse one record of a mass update by ids, while the others go on.
//!
//! In a scheduled job they show in its count of failed records alone.

use super::row::errors;

errors! {
    MassUpdate, Record;

    /// No record of the module has this id. Before v8 the same answer, for the whole call, stands
    /// for a wrong `cvid` or `territory.id`.
    INVALID_ID {
        key: "invalid-id",
        code: "INVALID_DATA",
        message: "The id given seems to be invalid"
            or "the given id seems to be invalid" or "given id is invalid",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Drop the id, or take the id of a record of this module.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI, SDK],
    }

    /// Some ids are wrong; the records of the others are updated, though the HTTP status is 400.
    PARTLY_INVALID_IDS {
        key: "partly-invalid-ids",
        code: "INVALID_DATA",
        message: "",
        status: [V7 400],
        versions: V7 to V7,
        cure: "Read the entries one by one, and drop the ids that are refused.",
        retry: Never,
        standing: Documented,
        sources: [V7_PAGE],
    }

    /// The processing of the record is restricted, for the sake of privacy.
    STOP_PROCESSING {
        key: "stop-processing",
        code: "CANNOT_PROCESS",
        message: "The record is in stop processing",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Leave the record out, or have the restriction lifted.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The record is inside a blueprint that governs the picklist to be set.
    IN_BLUEPRINT {
        key: "in-blueprint",
        code: "RECORD_IN_BLUEPRINT",
        message: "The record is in blue print",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Move the record by a transition of its blueprint, or wait until it has left it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The user has no right on the record.
    RECORD_NOT_PERMITTED {
        key: "record-not-permitted",
        code: "CANNOT_PERFORM_ACTION",
        message: "no permission to perform an action on this record",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Have the record shared with the user, or call as its owner.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The record waits for its approval.
    RECORD_NOT_APPROVED {
        key: "record-not-approved",
        code: "NOT_APPROVED",
        message: "record not approved" or "The record is not approved",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Have the record approved, then update it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, SDK],
    }

    /// The record is locked, by hand or by a rule.
    RECORD_LOCKED {
        key: "record-locked",
        code: "RECORD_LOCKED",
        message: "You cannot perform this operation as the record is locked.",
        status: [V7 400],
        versions: V7 to V7,
        cure: "Have the record unlocked, then update it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_PAGE],
    }

    /// The record is locked, by hand, by a rule, or for the sake of privacy; the message of v8.
    RECORD_LOCKED_V8 {
        key: "record-locked-v8",
        code: "RECORD_LOCKED",
        message: "Sorry, you cannot perform this operation as the record is locked.",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Have the record unlocked, then update it.",
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
        cure: "Wait until the check or the merge is over, then update the record.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, SDK],
    }

    /// The image of the record is rejected, or the record waits for its review.
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

    /// The layout of the record does not offer the picklist option.
    OPTION_NOT_IN_LAYOUT {
        key: "option-not-in-layout",
        code: "INVALID_DATA",
        message: "picklist not found in record layout",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Take an option of the record's layout, or add the option to the layout.",
        retry: AfterFix,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The user given as a value is no subordinate of the user who calls.
    NON_SUBORDINATE_USER {
        key: "non-subordinate-user",
        code: "INVALID_DATA",
        message: "Non Subordinate User Found",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Take a user below the caller in the role hierarchy, or call as someone above both.",
        retry: AfterFix,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The value does not fit its field: type, length, decimals or range.
    VALUE_INVALID {
        key: "value-invalid",
        code: "INVALID_DATA",
        message: "",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Fit the value to the field; `details` names the field and often the bound.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The value does not fit its field. Before v8 no document of the mass update says so; that of the
    /// insert of records does.
    VALUE_INVALID_BEFORE_V8 {
        key: "value-invalid-before-v8",
        code: "INVALID_DATA",
        message: "",
        status: [],
        versions: V2 to V7,
        cure: "Fit the value to the field; `details` may name the field and the bound.",
        retry: Never,
        standing: Assumed,
        sources: [V7_INSERT],
    }

    /// The value does not go with another: a stage outside its pipeline, an option outside its
    /// layout.
    MAPPING_MISMATCH {
        key: "mapping-mismatch",
        code: "MAPPING_MISMATCH",
        message: "",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Set both fields in the one call, to values that go together; `details.mapped_field` names the other.",
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
        cure: "Leave the lead out, and update the records that it became.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI, SDK],
    }

    /// Another record has the value already, and the field is unique.
    DUPLICATE_DATA {
        key: "duplicate-data",
        code: "DUPLICATE_DATA",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Set a unique field on one record at a time, to a value that no other has.",
        retry: Never,
        standing: Assumed,
        sources: [V7_INSERT],
    }
}
