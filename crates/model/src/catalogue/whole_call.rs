//! The errors that refuse a mass update as a whole.

use super::row::errors;

errors! {
    MassUpdate, WholeCall;

    /// `data` sets no field.
    NO_FIELD_FOUND {
        key: "no-field-found",
        code: "INVALID_DATA",
        message: "No field found" or "Specify Atleast one field",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Set a field in `data[0]`, such as `{ \"City\": \"Chennai\" }`.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The call sets more fields than the module allows: three on Deals, one on others.
    MAX_FIELD_LIMIT {
        key: "max-field-limit",
        code: "INVALID_DATA",
        message: "Max field limit exceeded",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Send a separate call for each field, or for each three fields of Deals.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The module has no such field, or mass updates cannot set it.
    FIELD_NOT_UPDATABLE {
        key: "field-not-updatable",
        code: "INVALID_DATA",
        message: "This field cannot be updated in the Mass Update",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Use the API name of the field. Fields with `mass_update: false` can be set with Update Records.",
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
        cure: "Use Update Records, or ask an administrator to deactivate the layout rule during the update.",
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
        cure: "Use Update Records, or ask an administrator to deactivate the validation rule during the update.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The field is hidden from the user. Up to v6 this error has HTTP status 200.
    FIELD_NOT_VISIBLE {
        key: "field-not-visible",
        code: "INVALID_DATA",
        message: "Field is not visible",
        status: [V2 200, V7 400],
        versions: V2 to V7,
        cure: "Ask an administrator to make the field visible to the user's profile, or call as another user.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// No custom view has the id in `cvid`. Before v8 the message is that of any invalid id.
    INVALID_CVID {
        key: "invalid-cvid",
        code: "INVALID_DATA",
        message: "the cvid given seems to be invalid",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Look up the id of the custom view: it may have been deleted, or belong to another organisation or sandbox.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The call has neither `ids` nor `cvid`, or a record lacks a mandatory value.
    SELECTION_MISSING {
        key: "selection-missing",
        code: "MANDATORY_NOT_FOUND",
        message: "required field not found" or "a required property is missing",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Add `ids` or `cvid` next to `data`. If only some records are refused, set the field that `details.api_name` names.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    }

    /// A mass job for the custom view is scheduled or running. Before v8 the answer has HTTP status
    /// 202, as if the call were accepted.
    ALREADY_SCHEDULED {
        key: "already-scheduled",
        code: "ALREADY_SCHEDULED",
        message: "Already a Mass Action scheduler is running for the given cvid"
            or "Already an Mass Action scheduler is runing for the given cvid",
        status: [V2 202, V8 400],
        versions: V2 to V8,
        cure: "Wait until the job of the view has ended, then send the call again.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI, SDK],
    }

    /// The custom view has more than 50,000 records, the most that one job updates.
    JOB_TOO_LARGE {
        key: "job-too-large",
        code: "LIMIT_EXCEEDED",
        message: "Record count exceeded",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Narrow the view, split it into views that do not overlap, or select the records by `ids`.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The custom view has no records, or none in the territory.
    NO_RECORDS {
        key: "no-records",
        code: "NO_RECORDS_FOUND",
        message: "no record found to update",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Check the view and the territory; if they are right, there is nothing to update.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI_2025],
    }

    /// The user does not have permission for mass updates. `details.permissions` names it, such as
    /// `Crm_Implied_Mass_Update_Leads`.
    MASS_UPDATE_NOT_PERMITTED {
        key: "mass-update-not-permitted",
        code: "NO_PERMISSION",
        message: "permission denied",
        status: [V2 403],
        versions: V2 to V7,
        cure: "Ask an administrator to give the user's profile the permission for mass updates of the module.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The user does not have permission to edit the field.
    FIELD_EDIT_NOT_PERMITTED {
        key: "field-edit-not-permitted",
        code: "NO_PERMISSION",
        message: "Field Edit Permission not given",
        status: [V2 403],
        versions: V2 to V7,
        cure: "Ask an administrator to give the user's profile edit permission for the field.",
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
        cure: "Use a view of this module, or ask its owner to share it with the user.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The module does not exist, or does not support mass updates.
    INVALID_MODULE {
        key: "invalid-module",
        code: "INVALID_MODULE",
        message: "the module name given seems to be invalid",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Use the API name of a supported module in the path, such as `Leads`.",
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

    /// The access token does not have the scope for mass updates of the module.
    SCOPE_MISMATCH {
        key: "scope-mismatch",
        code: "OAUTH_SCOPE_MISMATCH",
        message: "Unauthorized" or "invalid oauth scope to access this URL",
        status: [V2 401],
        versions: V2 to V7,
        cure: "Authorise the client again with `ZohoCRM.mass_update.UPDATE` or the scope of the module; `ZohoCRM.modules.ALL` does not include it.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The server failed. Some records may have been updated.
    INTERNAL_ERROR {
        key: "internal-error",
        code: "INTERNAL_ERROR",
        message: "Internal Server Error",
        status: [V2 500],
        versions: V2 to V7,
        cure: "Check whether records were changed or a job was scheduled before you send the call again. If the error persists, contact the vendor's support.",
        retry: Later,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The call uses another HTTP method than POST.
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

    /// The user does not have permission to schedule a mass update of a custom view.
    SCHEDULE_NOT_PERMITTED {
        key: "schedule-not-permitted",
        code: "AUTHORIZATION_FAILED",
        message: "User does not have sufficient privilege to schedule mass update.",
        status: [V2 400],
        versions: V2 to V7,
        cure: "Ask an administrator for the permission, or select the records by `ids`.",
        retry: AfterFix,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE],
    }

    /// The module exists but does not support mass updates: Services and Appointments, for example.
    MODULE_NOT_SUPPORTED {
        key: "module-not-supported",
        code: "NOT_SUPPORTED",
        message: "the given module is not supported for this api"
            or "the given module is not supported in api",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Use Update Records for this module.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The field can be set in a call by `ids`, but not in a scheduled job.
    NOT_IN_SCHEDULED {
        key: "not-in-scheduled",
        code: "INVALID_DATA",
        message: "Field cannot be updated in Scheduled Mass Update",
        status: [],
        versions: V2 to V8,
        cure: "Select the records by `ids` instead of the view.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// The edition does not support scheduled mass updates. Documents have only the message, not its code.
    EDITION_NOT_SUPPORTED {
        key: "edition-not-supported",
        code: "FEATURE_NOT_SUPPORTED",
        message: "Scheduled Mass Operation feature is not available in your edition",
        status: [],
        versions: V2 to V8,
        cure: "Select the records by `ids`, or upgrade to Enterprise, Ultimate, CRM Plus or Zoho One Enterprise.",
        retry: Never,
        standing: Assumed,
        sources: [SDK, V8_OPENAPI],
    }

    /// The module has no territories; only Leads, Contacts, Accounts and Deals have them.
    TERRITORY_NOT_SUPPORTED {
        key: "territory-not-supported",
        code: "INVALID_MODULE",
        message: "Territory is not supported for the given module",
        status: [],
        versions: V2 to V8,
        cure: "Remove `territory`.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// Territories are not enabled in the organisation.
    TERRITORY_NOT_ENABLED {
        key: "territory-not-enabled",
        code: "TERRITORY_NOT_ENABLED",
        message: "the territory feature is not enabled",
        status: [],
        versions: V2_1 to V8,
        cure: "Remove `territory`, or ask an administrator to enable territories.",
        retry: AfterFix,
        standing: Sdk,
        sources: [SDK],
    }

    /// The server cannot parse the body as JSON.
    MALFORMED_BODY {
        key: "malformed-body",
        code: "UNABLE_TO_PARSE_DATA_TYPE",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Send one JSON object without comments and trailing commas.",
        retry: Never,
        standing: Assumed,
        sources: [],
    }
}
