//! Errors of the accounts server and of other API calls, which people meet when they set up mass updates.
//!
//! No rule predicts them; `massup explain` explains them.

use super::row::errors;

errors! {
    Any, WholeCall;

    /// The record is updated, or the job is scheduled. A scheduled job can still fail: read its status.
    SUCCESS {
        key: "success",
        code: "SUCCESS",
        message: "record updated" or "mass update scheduled successfully",
        status: [V2 200],
        versions: V2 to V8,
        cure: "Nothing to do. Check every entry of `data`, since others can be errors; for a job, read its status with `job_id`.",
        retry: Never,
        standing: Documented,
        sources: [V2_PAGE, V7_PAGE, V8_OPENAPI],
    }

    /// The call went to an API domain that is not that of the organisation.
    INVALID_HOST {
        key: "invalid-host",
        code: "INVALID_HOST",
        message: "",
        status: [V2_1 400],
        versions: V2_1 to V8,
        cure: "Call the API domain of the organisation's data centre: the `api_domain` of the token answer, such as `https://www.zohoapis.eu`.",
        retry: Never,
        standing: Documented,
        sources: [V3_CHANGE_LOG, MULTI_DC],
    }

    /// A feature is not enabled in the organisation, or not for the module: Territory Management, for example.
    FEATURE_NOT_ENABLED {
        key: "feature-not-enabled",
        code: "FEATURE_NOT_ENABLED",
        message: "Territory Management is not enabled"
            or "Territory Management is disabled"
            or "Territory Management is not enabled for Leads Module"
            or "feature not enabled",
        status: [V8 400],
        versions: V8 to V8,
        cure: "Remove `territory` from the call, or ask an administrator to enable the feature. Leads must be enabled separately.",
        retry: AfterFix,
        standing: Documented,
        sources: [V8_OPENAPI],
    }

    /// A limit of the API call is reached, for example of counting records.
    LIMIT_REACHED {
        key: "limit-reached",
        code: "LIMIT_REACHED",
        message: "",
        status: [],
        versions: V5 to V8,
        cure: "Wait, then send the call again; read `details` for the limit.",
        retry: Later,
        standing: Sdk,
        sources: [SDK, V7_RECORD_COUNT],
    }

    /// The parameters of the call exclude each other, such as `cvid` and `criteria` in a record count.
    AMBIGUITY {
        key: "ambiguity",
        code: "AMBIGUITY_DURING_PROCESSING",
        message: "",
        status: [V7 400],
        versions: V7 to V8,
        cure: "Send only one of the parameters in `details.ambiguity_due_to`.",
        retry: Never,
        standing: Documented,
        sources: [V7_RECORD_COUNT],
    }

    /// The operation is not allowed.
    NOT_ALLOWED {
        key: "not-allowed",
        code: "NOT_ALLOWED",
        message: "",
        status: [],
        versions: V2_1 to V8,
        cure: "Read `details` for the cause; no document describes this error for mass updates.",
        retry: AfterFix,
        standing: Sdk,
        sources: [SDK],
    }

    /// A value is already used by another record.
    ALREADY_USED {
        key: "already-used",
        code: "ALREADY_USED",
        message: "",
        status: [],
        versions: V2_1 to V8,
        cure: "Use another value, or leave the field out: a mass update sets the same value in all records.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// A field that another field depends on is missing.
    DEPENDENT_FIELD_MISSING {
        key: "dependent-field-missing",
        code: "DEPENDENT_FIELD_MISSING",
        message: "",
        status: [],
        versions: V2_1 to V8,
        cure: "Set both fields in one call if the module allows it (Deals), or update the records with Update Records.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// An expected field or key is missing; `details.expected_fields` lists it.
    EXPECTED_FIELD_MISSING {
        key: "expected-field-missing",
        code: "EXPECTED_FIELD_MISSING",
        message: "",
        status: [],
        versions: V2_1 to V8,
        cure: "Add the field or key in `details.expected_fields`.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// The storage space of the organisation is full.
    STORAGE_SPACE_EXCEEDED {
        key: "storage-space-exceeded",
        code: "STORAGE_SPACE_EXCEEDED",
        message: "",
        status: [],
        versions: V2_1 to V8,
        cure: "Delete records or files, or buy storage, then send the call again.",
        retry: AfterFix,
        standing: Sdk,
        sources: [SDK],
    }

    /// The request is not valid.
    BAD_REQUEST {
        key: "bad-request",
        code: "BAD_REQUEST",
        message: "",
        status: [],
        versions: V5 to V7,
        cure: "Check the body with `massup lint`, then the path and the headers of the call.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// The server failed: another name of `INTERNAL_ERROR`.
    INTERNAL_SERVER_ERROR {
        key: "internal-server-error",
        code: "INTERNAL_SERVER_ERROR",
        message: "",
        status: [],
        versions: V5 to V7,
        cure: "Check whether records were changed or a job was scheduled before you send the call again.",
        retry: Later,
        standing: Sdk,
        sources: [SDK],
    }

    /// There is nothing to return. A list without entries has HTTP status 204 and an empty body.
    NO_CONTENT {
        key: "no-content",
        code: "NO_CONTENT",
        message: "",
        status: [],
        versions: V5 to V8,
        cure: "Check the module and the ids: the list is empty or hidden from the user.",
        retry: Never,
        standing: Sdk,
        sources: [SDK],
    }

    /// The accounts server does not know the client: wrong client id, wrong client type, or a client of another
    /// data centre.
    OAUTH_INVALID_CLIENT {
        key: "oauth-invalid-client",
        code: "invalid_client",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Check the data centre first: register the client there, or enable multi-DC, and send the request to its accounts server, such as `accounts.zoho.eu`. Then check `client_id` for typing errors.",
        retry: Never,
        standing: Documented,
        sources: [OAUTH, MULTI_DC],
    }

    /// The client secret does not belong to the client, or is that of another data centre.
    OAUTH_INVALID_CLIENT_SECRET {
        key: "oauth-invalid-client-secret",
        code: "invalid_client_secret",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Check the data centre first: with multi-DC a client has another secret in each one. Then copy the secret again.",
        retry: Never,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// The grant code or the refresh token is unknown: it belongs to another data centre, was already used, or has
    /// expired. A grant code is valid for two or three minutes and can be used once.
    OAUTH_INVALID_CODE {
        key: "oauth-invalid-code",
        code: "invalid_code",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Check the data centre first: use the accounts server that issued the code (`accounts-server` of the redirect). Then create a new grant code and use it at once. A client has at most 20 refresh tokens for each user; the next one deletes the oldest.",
        retry: Never,
        standing: Documented,
        sources: [OAUTH, MULTI_DC],
    }

    /// The refresh token or the grant is not valid: another name of `invalid_code`.
    OAUTH_INVALID_GRANT {
        key: "oauth-invalid-grant",
        code: "invalid_grant",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Check the data centre first, then authorise the client again for a new refresh token.",
        retry: Never,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// The redirect URI is not the registered one.
    OAUTH_INVALID_REDIRECT {
        key: "oauth-invalid-redirect",
        code: "invalid_redirect_uri",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Send exactly the redirect URI of the client in the API console of this data centre.",
        retry: Never,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// A scope does not exist.
    OAUTH_INVALID_SCOPE {
        key: "oauth-invalid-scope",
        code: "invalid_scope",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Separate scopes with commas, and write them as documented: `ZohoCRM.mass_update.UPDATE`.",
        retry: Never,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// Too many access tokens were created: ten for each refresh token in ten minutes. The answer has HTTP status 200.
    OAUTH_ACCESS_DENIED {
        key: "oauth-access-denied",
        code: "access_denied",
        message: "Access Denied" or "You have made too many requests continuously. Please try again after some time.",
        status: [V2 200],
        versions: V2 to V8,
        cure: "Wait ten minutes, and use an access token for its whole hour instead of creating one for each call.",
        retry: Later,
        standing: Documented,
        sources: [OAUTH],
    }

    /// The accounts server could not process the request.
    OAUTH_GENERAL_ERROR {
        key: "oauth-general-error",
        code: "general_error",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Check the data centre first, then `grant_type` and the other parameters; try again later.",
        retry: Later,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// The user has not confirmed the code of the device flow yet.
    OAUTH_AUTHORIZATION_PENDING {
        key: "oauth-authorization-pending",
        code: "authorization_pending",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Open the verification URL, enter the code, and ask again after the `interval` of the first answer.",
        retry: Later,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// The client asks for the token of the device flow too often.
    OAUTH_SLOW_DOWN {
        key: "oauth-slow-down",
        code: "slow_down",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Wait longer between two requests: at least the `interval` of the first answer.",
        retry: Later,
        standing: Assumed,
        sources: [OAUTH],
    }

    /// The client may not use this grant type.
    OAUTH_UNAUTHORIZED_CLIENT {
        key: "oauth-unauthorized-client",
        code: "unauthorized_client",
        message: "",
        status: [],
        versions: V2 to V8,
        cure: "Check the data centre first, then the type of the client in the API console: server-based, self client or device.",
        retry: Never,
        standing: Assumed,
        sources: [OAUTH],
    }
}

/// The errors of this file, in the order of the explanation.
pub static RELATED: &[&super::DocumentedError] = ROWS;
