//! The codes of answers.

use crate::open::open_enum;

open_enum! {
    /// The `code` of an answer.
    ///
    /// The set is open: a code that no document lists is kept letter for letter.
    ///
    /// ```
    /// use massup_model::catalogue::Code;
    ///
    /// assert_eq!(Code::parse("ALREADY_SCHEDULED"), Code::AlreadyScheduled);
    /// assert_eq!(Code::parse("TOO_SLEEPY"), Code::Unknown("TOO_SLEEPY".into()));
    /// assert_eq!(Code::parse("TOO_SLEEPY").as_str(), "TOO_SLEEPY");
    /// ```
    Code {
        /// The record is updated, or the job is scheduled.
        Success = "SUCCESS",
        /// A field, a value or an id is wrong; the message tells which.
        InvalidData = "INVALID_DATA",
        /// Something required is left out.
        MandatoryNotFound = "MANDATORY_NOT_FOUND",
        /// The processing of the record is restricted.
        CannotProcess = "CANNOT_PROCESS",
        /// A blueprint holds the record.
        RecordInBlueprint = "RECORD_IN_BLUEPRINT",
        /// The user has no right on the record.
        CannotPerformAction = "CANNOT_PERFORM_ACTION",
        /// A job for the custom view is not over yet.
        AlreadyScheduled = "ALREADY_SCHEDULED",
        /// Too many records for one job.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// The record, or its image, waits for an approval.
        NotApproved = "NOT_APPROVED",
        /// The custom view is empty.
        NoRecordsFound = "NO_RECORDS_FOUND",
        /// The user lacks a right.
        NoPermission = "NO_PERMISSION",
        /// There is no such module, or not for this call.
        InvalidModule = "INVALID_MODULE",
        /// There is no such path.
        InvalidUrlPattern = "INVALID_URL_PATTERN",
        /// The token lacks a scope.
        OauthScopeMismatch = "OAUTH_SCOPE_MISMATCH",
        /// The server failed.
        InternalError = "INTERNAL_ERROR",
        /// The HTTP method is wrong.
        InvalidRequestMethod = "INVALID_REQUEST_METHOD",
        /// The user lacks a privilege.
        AuthorizationFailed = "AUTHORIZATION_FAILED",
        /// The record is locked.
        RecordLocked = "RECORD_LOCKED",
        /// The module takes no mass update. v8.
        NotSupported = "NOT_SUPPORTED",
        /// A value does not go with another. v8.
        MappingMismatch = "MAPPING_MISMATCH",
        /// The lead is converted. v8.
        ConvertedRecord = "CONVERTED_RECORD",
        /// There is no such job.
        NotFound = "NOT_FOUND",
        /// The access token is wrong or has run out.
        InvalidToken = "INVALID_TOKEN",
        /// The access token is wrong or has run out, in another spelling.
        InvalidOauthtoken = "INVALID_OAUTHTOKEN",
        /// No access token that can be used.
        AuthenticationFailure = "AUTHENTICATION_FAILURE",
        /// Too many calls for a day or at a time.
        TooManyRequests = "TOO_MANY_REQUESTS",
        /// The edition has no such feature. Client SDKs only.
        FeatureNotSupported = "FEATURE_NOT_SUPPORTED",
        /// The organisation has no territories. Client SDKs only.
        TerritoryNotEnabled = "TERRITORY_NOT_ENABLED",
        /// The value of a unique field is taken. Sibling calls only.
        DuplicateData = "DUPLICATE_DATA",
        /// The body is no JSON. Sibling calls only.
        UnableToParseDataType = "UNABLE_TO_PARSE_DATA_TYPE",
        /// Not allowed. Client SDKs only, since v2.1.
        NotAllowed = "NOT_ALLOWED",
        /// Used already. Client SDKs only, since v2.1.
        AlreadyUsed = "ALREADY_USED",
        /// A field that another depends on is missing. Client SDKs only, since v2.1.
        DependentFieldMissing = "DEPENDENT_FIELD_MISSING",
        /// A field that was expected is missing. Client SDKs only, since v2.1.
        ExpectedFieldMissing = "EXPECTED_FIELD_MISSING",
        /// The storage is full. Client SDKs only, since v2.1.
        StorageSpaceExceeded = "STORAGE_SPACE_EXCEEDED",
        /// A bad request. Client SDKs only, v5 to v7.
        BadRequest = "BAD_REQUEST",
        /// The server failed, in another spelling. Client SDKs only, v5 to v7.
        InternalServerError = "INTERNAL_SERVER_ERROR",
        /// A limit is reached. Client SDKs only, since v5.
        LimitReached = "LIMIT_REACHED",
        /// Nothing there. Client SDKs only, since v5.
        NoContent = "NO_CONTENT",
    }
}
