//! Errors that any call can get.

use super::row::errors;

errors! {
    Any, WholeCall;

    /// The data centre does not know the access token: it belongs to another data centre, has expired after one
    /// hour, or was revoked.
    INVALID_TOKEN {
        key: "invalid-token",
        code: "INVALID_TOKEN",
        message: "invalid oauth token",
        status: [V2 401],
        versions: V2 to V8,
        cure: "Check the data centre first: call the `api_domain` of the token answer, since a token is invalid in every other data centre, sandbox or developer edition. Then get a new access token with the refresh token.",
        retry: AfterRefresh,
        standing: Sdk,
        sources: [SDK, STATUS_CODES, MULTI_DC],
    }

    /// The data centre does not know the access token, or it has expired: another name of `INVALID_TOKEN`.
    INVALID_OAUTHTOKEN {
        key: "invalid-oauthtoken",
        code: "INVALID_OAUTHTOKEN",
        message: "",
        status: [],
        versions: V8 to V8,
        cure: "Check the data centre first: call the `api_domain` of the token answer. Then get a new access token with the refresh token.",
        retry: AfterRefresh,
        standing: Assumed,
        sources: [],
    }

    /// The call has no usable access token.
    AUTHENTICATION_FAILURE {
        key: "authentication-failure",
        code: "AUTHENTICATION_FAILURE",
        message: "Authentication failed",
        status: [V2 401],
        versions: V2 to V8,
        cure: "Send the header `Authorization: Zoho-oauthtoken …`, not `Bearer`, with a valid token, to the data centre that issued it.",
        retry: AfterRefresh,
        standing: Sdk,
        sources: [SDK, STATUS_CODES],
    }

    /// The API credits of the last 24 hours are used up, or too many calls run at the same time.
    TOO_MANY_REQUESTS {
        key: "too-many-requests",
        code: "TOO_MANY_REQUESTS",
        message: "" or "too many requests. please try again after some time",
        status: [V2 429],
        versions: V2 to V8,
        cure: "Wait, longer after each attempt, and send fewer calls at the same time. No document says when credits are available again.",
        retry: Later,
        standing: Documented,
        sources: [STATUS_CODES, LIMITS_PAGE],
    }
}
