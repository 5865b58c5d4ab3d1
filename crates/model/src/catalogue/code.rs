//! The codes of answers.

use crate::open::open_enum;

open_enum! {
    /// The `code` of an answer.
    ///
    /// The set is open: an unknown code is kept as it is.
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
        /// A field, a value or an id is invalid; the message says which.
        InvalidData = "INVALID_DATA",
        /// Something required is missing.
        MandatoryNotFound = "MANDATORY_NOT_FOUND",
        /// The processing of the record is restricted.
        CannotProcess = "CANNOT_PROCESS",
        /// The record is in a blueprint.
        RecordInBlueprint = "RECORD_IN_BLUEPRINT",
        /// The user does not have permission for the record.
        CannotPerformAction = "CANNOT_PERFORM_ACTION",
        /// A job for the custom view has not ended yet.
        AlreadyScheduled = "ALREADY_SCHEDULED",
        /// Too many records for one job.
        LimitExceeded = "LIMIT_EXCEEDED",
        /// The record or its image is waiting for approval.
        NotApproved = "NOT_APPROVED",
        /// The custom view is empty.
        NoRecordsFound = "NO_RECORDS_FOUND",
        /// The user does not have a permission.
        NoPermission = "NO_PERMISSION",
        /// The module does not exist, or does not support the call.
        InvalidModule = "INVALID_MODULE",
        /// The path does not exist.
        InvalidUrlPattern = "INVALID_URL_PATTERN",
        /// The token does not have a scope.
        OauthScopeMismatch = "OAUTH_SCOPE_MISMATCH",
        /// The server failed.
        InternalError = "INTERNAL_ERROR",
        /// The HTTP method is wrong.
        InvalidRequestMethod = "INVALID_REQUEST_METHOD",
        /// The user does not have a privilege.
        AuthorizationFailed = "AUTHORIZATION_FAILED",
        /// The record is locked.
        RecordLocked = "RECORD_LOCKED",
        /// The module does not support mass updates. v8.
        NotSupported = "NOT_SUPPORTED",
        /// A value does not match another one. v8.
        MappingMismatch = "MAPPING_MISMATCH",
        /// The lead is converted. v8.
        ConvertedRecord = "CONVERTED_RECORD",
        /// The job does not exist.
        NotFound = "NOT_FOUND",
        /// The access token is invalid or has expired.
        InvalidToken = "INVALID_TOKEN",
        /// The access token is invalid or has expired, under another name.
        InvalidOauthtoken = "INVALID_OAUTHTOKEN",
        /// The call has no usable access token.
        AuthenticationFailure = "AUTHENTICATION_FAILURE",
        /// Too many calls in a day or at the same time.
        TooManyRequests = "TOO_MANY_REQUESTS",
        /// The edition does not have the feature. Client SDKs only.
        FeatureNotSupported = "FEATURE_NOT_SUPPORTED",
        /// The organisation has no territories. Client SDKs only.
        TerritoryNotEnabled = "TERRITORY_NOT_ENABLED",
        /// Another record has the value of a unique field. Sibling calls only.
        DuplicateData = "DUPLICATE_DATA",
        /// The body is not JSON. Sibling calls only.
        UnableToParseDataType = "UNABLE_TO_PARSE_DATA_TYPE",
        /// Not allowed. Client SDKs only, since v2.1.
        NotAllowed = "NOT_ALLOWED",
        /// Already used. Client SDKs only, since v2.1.
        AlreadyUsed = "ALREADY_USED",
        /// A field that another depends on is missing. Client SDKs only, since v2.1.
        DependentFieldMissing = "DEPENDENT_FIELD_MISSING",
        /// A field that was expected is missing. Client SDKs only, since v2.1.
        ExpectedFieldMissing = "EXPECTED_FIELD_MISSING",
        /// The storage is full. Client SDKs only, since v2.1.
        StorageSpaceExceeded = "STORAGE_SPACE_EXCEEDED",
        /// A bad request. Client SDKs only, v5 to v7.
        BadRequest = "BAD_REQUEST",
        /// The server failed, under another name. Client SDKs only, v5 to v7.
        InternalServerError = "INTERNAL_SERVER_ERROR",
        /// A limit is reached. Client SDKs only, since v5.
        LimitReached = "LIMIT_REACHED",
        /// There is nothing to return. Client SDKs only, since v5.
        NoContent = "NO_CONTENT",
    }
}
