//! The errors that refuse a mass update as a whole.

use super::row::errors;

errors! {
    MassUpdate, WholeCall;

    /// `data` names no field.
    NO_FIELD_FOUND {
        key: "no-field-found",
        code: "INVALID_DATA",
        message: "No field found" or "Specify Atleast one field",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Name the field to set, with its value, in `data[0]`.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The call sets more fields than its module takes: three on Deals, one elsewhere.
    MAX_FIELD_LIMIT {
        key: "max-field-limit",
        code: "INVALID_DATA",
        message: "Max field limit exceeded",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Split the fields over several calls.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The module has no such field, or mass updates may not set it.
    FIELD_NOT_UPDATABLE {
        key: "field-not-updatable",
        code: "INVALID_DATA",
        message: "This field cannot be updated in the Mass Update",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Use the field's API name; what mass updates may not set, update record by record.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The field is the primary field of a layout rule.
    LAYOUT_RULE_FIELD {
        key: "layout-rule-field",
        code: "INVALID_DATA",
        message: "Field cannot be updated as it is associated with a layout rule",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Update record by record, or have an administrator change the layout rule.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The field is the primary field of a validation rule.
    VALIDATION_RULE_FIELD {
        key: "validation-rule-field",
        code: "INVALID_DATA",
        message: "Field cannot be updated as it is associated with a validation rule",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Update record by record, or have an administrator change the validation rule.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The field is hidden from the user. Up to v6 the answer comes under HTTP 200.
    FIELD_NOT_VISIBLE {
        key: "field-not-visible",
        code: "INVALID_DATA",
        message: "Field is not visible",
        status: [V2 200, V7 400],
        versions: V2 to V7,
        cure: "Have an administrator show the field to the user's profile, or call as another user.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// No custom view has the id in `cvid`. Before v8 the message is that of any wrong id.
    INVALID_CVID {
        key: "invalid-cvid",
        code: "INVALID_DATA",
        message: "the cvid given seems to be invalid",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Look the id of the custom view up; it may have been deleted, or belong to another organisation.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// Neither `ids` nor `cvid` says which records are meant.
    SELECTION_MISSING {
        key: "selection-missing",
        code: "MANDATORY_NOT_FOUND",
        message: "required field not found",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Give the records in `ids`, or a custom view in `cvid`.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    }

    /// A mass job for the custom view is scheduled or running. Before v8 the answer comes under
    /// HTTP 202, as if the call were accepted.
    ALREADY_SCHEDULED {
        key: "already-scheduled",
        code: "ALREADY_SCHEDULED",
        message: "Already a Mass Action scheduler is running for the given cvid"
            or "Already an Mass Action scheduler is runing for the given cvid",
        status: [V2 202, V8 400],
        versions: V2 to V8,
        cure: "Wait until the job of the view is over, then send the call again.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI, SDK],
    }

    /// The custom view holds more than the 50,000 records that one job reaches.
    JOB_TOO_LARGE {
        key: "job-too-large",
        code: "LIMIT_EXCEEDED",
        message: "Record count exceeded",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Narrow the view, split it into views that do not overlap, or update by ids.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The custom view, within the territory, holds no record.
    NO_RECORDS {
        key: "no-records",
        code: "NO_RECORDS_FOUND",
        message: "no record found to update",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Nothing is left to do, unless the view or the territory is the wrong one.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI_2025],
    }

    /// The user may not mass update.
    MASS_UPDATE_NOT_PERMITTED {
        key: "mass-update-not-permitted",
        code: "NO_PERMISSION",
        message: "permission denied",
        status: [V2 403],
        versions: V2 to V7,
        cure: "Have an administrator give the user's profile the right to mass update.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The user may not edit the field.
    FIELD_EDIT_NOT_PERMITTED {
        key: "field-edit-not-permitted",
        code: "NO_PERMISSION",
        message: "Field Edit Permission not given",
        status: [V2 403],
        versions: V2 to V7,
        cure: "Have an administrator let the user's profile edit the field.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The custom view is not shared with the user, or belongs to another module.
    VIEW_NOT_ACCESSIBLE {
        key: "view-not-accessible",
        code: "NO_PERMISSION",
        message: "Customview not accessible",
        status: [V2 403],
        versions: V2 to V7,
        cure: "Take a view of this module, or have its owner share it with the user.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// There is no module of this name, or it takes no mass update.
    INVALID_MODULE {
        key: "invalid-module",
        code: "INVALID_MODULE",
        message: "the module name given seems to be invalid",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Put the API name of a supported module in the path.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    }

    /// The path of the URL is wrong.
    INVALID_URL {
        key: "invalid-url",
        code: "INVALID_URL_PATTERN",
        message: "Please check if the URL trying to access is a correct one",
        status: [V2 404],
        versions: V2 to V7,
        cure: "Use `/crm/{version}/{module}/actions/mass_update`.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The access token lacks the scope to mass update the module.
    SCOPE_MISMATCH {
        key: "scope-mismatch",
        code: "OAUTH_SCOPE_MISMATCH",
        message: "Unauthorized",
        status: [V2 401],
        versions: V2 to V7,
        cure: "Authorise the client anew with `ZohoCRM.mass_update.UPDATE`, or the form for the module.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The server failed; how far the update has gone, it does not say.
    INTERNAL_ERROR {
        key: "internal-error",
        code: "INTERNAL_ERROR",
        message: "Internal Server Error",
        status: [V2 500],
        versions: V2 to V7,
        cure: "Look whether records were changed or a job was scheduled before sending the call again; if it stays, write to the vendor's support.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The call is sent with another method than POST.
    WRONG_METHOD {
        key: "wrong-method",
        code: "INVALID_REQUEST_METHOD",
        message: "The http request method type is not a valid one",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Use POST for a mass update, GET for the status of a job.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The user may not schedule a mass update of a custom view.
    SCHEDULE_NOT_PERMITTED {
        key: "schedule-not-permitted",
        code: "AUTHORIZATION_FAILED",
        message: "User does not have sufficient privilege to schedule mass update.",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Have an administrator give the user the privilege, or update by ids.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The module is there, but takes no mass update: Services and Appointments, for example.
    MODULE_NOT_SUPPORTED {
        key: "module-not-supported",
        code: "NOT_SUPPORTED",
        message: "the given module is not supported for this api"
            or "the given module is not supported in api",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Update the records of this module one by one.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The field can be set by `ids`, but not by a scheduled job.
    NOT_IN_SCHEDULED {
        key: "not-in-scheduled",
        code: "INVALID_DATA",
        message: "Field cannot be updated in Scheduled Mass Update",
        status: [],
        versions: V2 to V8,
        cure: "Name the records in `ids` in place of the view.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// The edition has no scheduled mass update. Only the message is known, not its code.
    EDITION_NOT_SUPPORTED {
        key: "edition-not-supported",
        code: "FEATURE_NOT_SUPPORTED",
        message: "Scheduled Mass Operation feature is not available in your edition",
        status: [],
        versions: V2 to V8,
        cure: "Update by ids, or move to Enterprise, Ultimate, CRM Plus or Zoho One Enterprise.",
        retry: Never,
        standing: Assumed,
        sources: [SDK, V8_OPENAPI],
    }

    /// The module has no territories; only Leads, Contacts, Accounts and Deals have.
    TERRITORY_NOT_SUPPORTED {
        key: "territory-not-supported",
        code: "INVALID_MODULE",
        message: "Territory is not supported for the given module",
        status: [],
        versions: V2 to V8,
        cure: "Leave `territory` out.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// The organisation does not use territories.
    TERRITORY_NOT_ENABLED {
        key: "territory-not-enabled",
        code: "TERRITORY_NOT_ENABLED",
        message: "the territory feature is not enabled",
        status: [],
        versions: V2_1 to V8,
        cure: "Leave `territory` out, or have an administrator switch territories on.",
        retry: AfterFix,
        standing: Sdk,
        sources: [SDK],
    }

    /// The body is no JSON that the server can read.
    MALFORMED_BODY {
        key: "malformed-body",
        code: "UNABLE_TO_PARSE_DATA_TYPE",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Send one JSON object, without comments and trailing commas.",
        retry: Never,
        standing: Assumed,
        sources: [],
    }
}
