//! The errors of the status of a scheduled job.

use super::row::errors;

errors! {
    Status, WholeCall;

    /// No job has this id.
    JOB_NOT_FOUND {
        key: "job-not-found",
        code: "NOT_FOUND",
        message: "Empty response",
        status: [V2 404],
        versions: V2 to V7,
        cure: "Check the `job_id`; right after the job is scheduled, ask once more after a while.",
        retry: Later,
        standing: Documented,
        sources: [V2_STATUS_PAGE, V7_STATUS_PAGE],
    }

    /// `job_id` is no id, or no job has it.
    JOB_ID_INVALID {
        key: "job-id-invalid",
        code: "INVALID_DATA",
        message: "The jobid given seems to be invalid",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Send the `job_id` as the answer of the mass update gave it.",
        retry: Never,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// The query of the URL has no `job_id`.
    JOB_ID_MISSING {
        key: "job-id-missing",
        code: "MANDATORY_NOT_FOUND",
        message: "mandatory param missing",
        status: [V2 400],
        versions: V2 to V8,
        cure: "Append `?job_id=` with the id from the answer of the mass update.",
        retry: Never,
        standing: Documented,
        sources: [V2_STATUS_PAGE, V7_STATUS_PAGE, V8_OPENAPI],
    }

    /// The user may not read the records of the module.
    STATUS_NO_PERMISSION {
        key: "status-no-permission",
        code: "NO_PERMISSION",
        message: "Permission denied to read records",
        status: [V7 403],
        versions: V7 to V8,
        cure: "Have an administrator give the user's profile the right to read the module, or ask as another user.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The user lacks the privilege to read the records that the job is about.
    STATUS_NOT_AUTHORIZED {
        key: "status-not-authorized",
        code: "AUTHORIZATION_FAILED",
        message: "User does not have sufficient privilege to read records",
        status: [V7 400],
        versions: V7 to V8,
        cure: "Have an administrator give the user the privilege, or ask as the user who scheduled the job.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// There is no module of this name, or the user does not see its tab.
    STATUS_INVALID_MODULE {
        key: "status-invalid-module",
        code: "INVALID_MODULE",
        message: "The module name given seems to be invalid",
        status: [V7 400],
        versions: V7 to V8,
        cure: "Put the module's API name in the path, the same as in the mass update.",
        retry: Never,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE, V8_OPENAPI],
    }

    /// The module is there, but not to be had through the API.
    STATUS_MODULE_NOT_SUPPORTED {
        key: "status-module-not-supported",
        code: "INVALID_MODULE",
        message: "The given module is not supported in API",
        status: [V7 400],
        versions: V7 to V7,
        cure: "Ask for a job of a module that takes mass updates.",
        retry: Never,
        standing: Documented,
        sources: [V7_STATUS_PAGE],
    }

    /// The path of the URL is wrong.
    STATUS_INVALID_URL {
        key: "status-invalid-url",
        code: "INVALID_URL_PATTERN",
        message: "Please check if the URL trying to access is a correct one",
        status: [V7 404],
        versions: V7 to V8,
        cure: "Use `/crm/{version}/{module}/actions/mass_update?job_id={id}`.",
        retry: Never,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The access token lacks the scope to read mass updates.
    STATUS_SCOPE_MISMATCH {
        key: "status-scope-mismatch",
        code: "OAUTH_SCOPE_MISMATCH",
        message: "Unauthorized",
        status: [V7 401],
        versions: V7 to V8,
        cure: "Authorise the client anew with `ZohoCRM.mass_update.READ`, or the form for the module.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The status is asked for with another method than GET.
    STATUS_WRONG_METHOD {
        key: "status-wrong-method",
        code: "INVALID_REQUEST_METHOD",
        message: "The http request method type is not a valid one",
        status: [V7 400],
        versions: V7 to V8,
        cure: "Use GET for the status.",
        retry: Never,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The server failed; nothing is changed by asking.
    STATUS_INTERNAL_ERROR {
        key: "status-internal-error",
        code: "INTERNAL_ERROR",
        message: "Internal Server Error",
        status: [V7 500],
        versions: V7 to V8,
        cure: "Ask again after a while; if it stays, write to the vendor's support.",
        retry: Later,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }
}
