//! The errors that may answer every call.

use super::row::errors;

errors! {
    Any, WholeCall;

    /// The access token is wrong or has run out; it lasts one hour.
    INVALID_TOKEN {
        key: "invalid-token",
        code: "INVALID_TOKEN",
        message: "invalid oauth token",
        status: [V2 401],
        versions: V2 to V8,
        cure: "Make a fresh access token from the refresh token and send the call again.",
        retry: AfterRefresh,
        standing: Sdk,
        sources: [SDK, STATUS_CODES],
    }

    /// The access token is wrong or has run out: another spelling of `INVALID_TOKEN`.
    INVALID_OAUTHTOKEN {
        key: "invalid-oauthtoken",
        code: "INVALID_OAUTHTOKEN",
        message: "",
        status: [],
        versions: V8 to V8,
        cure: "Make a fresh access token from the refresh token and send the call again.",
        retry: AfterRefresh,
        standing: Assumed,
        sources: [],
    }

    /// The call carries no access token that the server can use.
    AUTHENTICATION_FAILURE {
        key: "authentication-failure",
        code: "AUTHENTICATION_FAILURE",
        message: "Authentication failed",
        status: [V2 401],
        versions: V2 to V8,
        cure: "Send the header `Authorization: Zoho-oauthtoken …` with a fresh token, to the data centre that issued it.",
        retry: AfterRefresh,
        standing: Sdk,
        sources: [SDK, STATUS_CODES],
    }

    /// The credits of the last 24 hours are used up, or too many calls run at a time.
    TOO_MANY_REQUESTS {
        key: "too-many-requests",
        code: "TOO_MANY_REQUESTS",
        message: "" or "too many requests. please try again after some time",
        status: [V2 429],
        versions: V2 to V8,
        cure: "Wait, longer each time, and send fewer calls at once; no document says when the count starts anew.",
        retry: Later,
        standing: Documented,
        sources: [STATUS_CODES, LIMITS_PAGE],
    }
}
