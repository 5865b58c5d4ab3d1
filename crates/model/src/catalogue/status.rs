//! The errors of the status request for a scheduled job.

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
        cure: "Check the `job_id`. If the job was scheduled just now, try again after a while.",
        retry: Later,
        standing: Documented,
        sources: [V2_STATUS_PAGE, V7_STATUS_PAGE],
    }

    /// `job_id` is not an id, or no job has it.
    JOB_ID_INVALID {
        key: "job-id-invalid",
        code: "INVALID_DATA",
        message: "The jobid given seems to be invalid",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Send the `job_id` exactly as in the answer to the mass update.",
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
        cure: "Append `?job_id=` with the id from the answer to the mass update.",
        retry: Never,
        standing: Documented,
        sources: [V2_STATUS_PAGE, V7_STATUS_PAGE, V8_OPENAPI],
    }

    /// The user does not have permission to read the records of the module.
    STATUS_NO_PERMISSION {
        key: "status-no-permission",
        code: "NO_PERMISSION",
        message: "Permission denied to read records",
        status: [V7 403],
        versions: V7 to V8,
        cure: "Ask an administrator to give the user's profile read permission for the module, or call as another user.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The user does not have permission to read the records of the job.
    STATUS_NOT_AUTHORIZED {
        key: "status-not-authorized",
        code: "AUTHORIZATION_FAILED",
        message: "User does not have sufficient privilege to read records",
        status: [V7 400],
        versions: V7 to V8,
        cure: "Ask an administrator for the permission, or call as the user who scheduled the job.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The module does not exist, or its tab is hidden from the user.
    STATUS_INVALID_MODULE {
        key: "status-invalid-module",
        code: "INVALID_MODULE",
        message: "The module name given seems to be invalid",
        status: [V7 400],
        versions: V7 to V8,
        cure: "Use the same API name of the module in the path as in the mass update.",
        retry: Never,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE, V8_OPENAPI],
    }

    /// The module exists, but the API does not support it.
    STATUS_MODULE_NOT_SUPPORTED {
        key: "status-module-not-supported",
        code: "INVALID_MODULE",
        message: "The given module is not supported in API",
        status: [V7 400],
        versions: V7 to V7,
        cure: "Use a module that supports mass updates.",
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

    /// The access token does not have the scope to read the status of mass updates.
    STATUS_SCOPE_MISMATCH {
        key: "status-scope-mismatch",
        code: "OAUTH_SCOPE_MISMATCH",
        message: "Unauthorized" or "invalid oauth scope to access this URL",
        status: [V7 401],
        versions: V7 to V8,
        cure: "Authorise the client again with `ZohoCRM.mass_update.READ` or the scope of the module.",
        retry: AfterFix,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }

    /// The request uses another HTTP method than GET.
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

    /// The server failed. Reading the status changes nothing.
    STATUS_INTERNAL_ERROR {
        key: "status-internal-error",
        code: "INTERNAL_ERROR",
        message: "Internal Server Error",
        status: [V7 500],
        versions: V7 to V8,
        cure: "Try again after a while. If the error persists, contact the vendor's support.",
        retry: Later,
        standing: Documented,
        sources: [V7_STATUS_PAGE, V8_STATUS_PAGE],
    }
}
