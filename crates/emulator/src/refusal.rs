//! Why a call, or one record of it, is refused, and how each version says so.

use massup_model::ApiVersion;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::reply::Reply;

// One table, so that no reason can lack its words on the wire.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident $code:literal $status:literal $message:literal,)+) => {
        /// A reason to refuse a call, or one record of it: finer than the codes of the API, of which
        /// `INVALID_DATA` covers dozens. The enumeration is meant to be matched in full.
        ///
        /// ```
        /// use massup_emulator::Refusal;
        /// use massup_model::ApiVersion;
        ///
        /// assert_eq!(Refusal::AlreadyScheduled.code(ApiVersion::V2), "ALREADY_SCHEDULED");
        /// // An error, and yet no HTTP error.
        /// assert_eq!(Refusal::AlreadyScheduled.status(ApiVersion::V2), 202);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Refusal { $($(#[$doc])* $name,)+ }

        impl Refusal {
            /// Every reason, in the order in which a call meets them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            const fn row(self) -> (&'static str, u16, &'static str) {
                match self { $(Self::$name => ($code, $status, $message),)+ }
            }
        }
    };
}

refusals! {
    /// The API has no such path.
    WrongUrl "INVALID_URL_PATTERN" 404 "Please check if the URL trying to access is a correct one",
    /// The path does not take this method.
    WrongMethod "INVALID_REQUEST_METHOD" 400 "The http request method type is not a valid one",
    /// Too many credits used, or too many calls under way.
    TooManyRequests "TOO_MANY_REQUESTS" 429 "too many requests. please try again after some time",
    /// The call was sent to another API domain than that of the organisation.
    HostInvalid "INVALID_HOST" 400 "The host is not the API domain of the organisation",
    /// No `Authorization: Zoho-oauthtoken …`.
    TokenMissing "AUTHENTICATION_FAILURE" 401 "Authentication failed",
    /// The token is unknown, expired or revoked.
    TokenInvalid "INVALID_TOKEN" 401 "invalid oauth token",
    /// The token lacks the scope.
    ScopeMissing "OAUTH_SCOPE_MISMATCH" 401 "Unauthorized",
    /// No such module, or none that this version updates.
    ModuleUnknown "INVALID_MODULE" 400 "the module name given seems to be invalid",
    /// A module that no mass update reaches.
    ModuleNotSupported "NOT_SUPPORTED" 400 "the given module is not supported for this api",
    /// The profile may not mass update.
    NoMassUpdatePermission "NO_PERMISSION" 403 "permission denied",
    /// The body is not JSON, or not an object.
    BodyMalformed "UNABLE_TO_PARSE_DATA_TYPE" 400
        "either the request body or parameters is in wrong format",
    /// An object has a key twice.
    DuplicateKey "INVALID_DATA" 400 "a key is given more than once",
    /// A key that the API does not have.
    UnknownKey "INVALID_DATA" 400 "an unknown key is given",
    /// `data` is not an array of one object.
    DataMalformed "INVALID_DATA" 400 "invalid data",
    /// No field is set.
    NoField "INVALID_DATA" 400 "No field found",
    /// More fields than the module takes.
    TooManyFields "INVALID_DATA" 400 "Max field limit exceeded",
    /// `over_write` is not a boolean.
    OverWriteMalformed "INVALID_DATA" 400 "invalid data",
    /// Neither `ids` nor `cvid`.
    SelectionMissing "MANDATORY_NOT_FOUND" 400 "required field not found",
    /// `ids` and `cvid`.
    BothSelections "INVALID_DATA" 400 "either ids or cvid can be given",
    /// `territory` without `cvid`.
    TerritoryWithoutView "MANDATORY_NOT_FOUND" 400 "required field not found",
    /// `territory` is not an object of `id` and `include_child`.
    TerritoryMalformed "INVALID_DATA" 400 "invalid data",
    /// `ids` is not an array.
    IdsMalformed "INVALID_DATA" 400 "invalid data",
    /// `ids` is empty.
    EmptyIds "MANDATORY_NOT_FOUND" 400 "required field not found",
    /// More than 500 ids.
    TooManyIds "LIMIT_EXCEEDED" 400 "Record count exceeded",
    /// An id given twice.
    DuplicateId "INVALID_DATA" 400 "the id given seems to be invalid",
    /// The module has no such field.
    FieldUnknown "INVALID_DATA" 400 "This field cannot be updated in the Mass Update",
    /// The field is hidden from the user.
    FieldHidden "INVALID_DATA" 400 "Field is not visible",
    /// Nobody can change the field.
    FieldReadOnly "INVALID_DATA" 400 "This field cannot be updated in the Mass Update",
    /// The field is the primary one of a layout rule.
    LayoutRule "INVALID_DATA" 400 "Field cannot be updated as it is associated with a layout rule",
    /// The field is the primary one of a validation rule.
    ValidationRule "INVALID_DATA" 400
        "Field cannot be updated as it is associated with a validation rule",
    /// The field may not be mass updated.
    FieldNotMassUpdatable "INVALID_DATA" 400 "This field cannot be updated in the Mass Update",
    /// The profile may not edit the field.
    FieldNotEditable "NO_PERMISSION" 403 "Field Edit Permission not given",
    /// The field may be set with `ids` only.
    FieldNotSchedulable "INVALID_DATA" 400 "Field cannot be updated in Scheduled Mass Update",
    /// `null`, where the settings refuse it.
    ValueNull "INVALID_DATA" 400 "invalid data",
    /// Nothing for a field that must have a value.
    ValueMandatory "MANDATORY_NOT_FOUND" 400 "required field not found",
    /// A JSON type that the field does not take.
    ValueType "INVALID_DATA" 400 "invalid data",
    /// The right JSON type in the wrong form, such as a malformed date or phone number.
    ValueFormat "INVALID_DATA" 400 "invalid data",
    /// More characters, digits or items than the field holds.
    ValueTooLong "INVALID_DATA" 400 "invalid data",
    /// More decimals than the field holds.
    ValueDecimals "INVALID_DATA" 400 "invalid data",
    /// A number out of the field's range.
    ValueRange "INVALID_DATA" 400 "invalid data",
    /// An option of a multi-select picklist given twice.
    ValueRepeated "INVALID_DATA" 400 "invalid data",
    /// `cvid` is not an id.
    ViewMalformed "INVALID_DATA" 400 "The id given seems to be invalid",
    /// No such view.
    ViewUnknown "INVALID_DATA" 400 "The id given seems to be invalid",
    /// The view belongs to another module, or is not shown to the user.
    ViewNotAccessible "NO_PERMISSION" 403 "Customview not accessible",
    /// The module has no territories.
    TerritoryNotSupported "INVALID_MODULE" 400 "Territory is not supported for the given module",
    /// The organisation has no territories.
    TerritoryNotEnabled "TERRITORY_NOT_ENABLED" 400 "the territory feature is not enabled",
    /// Territories are asked for, and the organisation never enabled them.
    TerritoriesNotEnabled "FEATURE_NOT_ENABLED" 400 "Territory Management is not enabled",
    /// Territories are asked for, and the organisation disabled them.
    TerritoriesDisabled "FEATURE_NOT_ENABLED" 400 "Territory Management is disabled",
    /// Territories of leads are asked for, which are enabled separately.
    TerritoriesNotForLeads "FEATURE_NOT_ENABLED" 400
        "Territory Management is not enabled for Leads Module",
    /// The territory's id is not an id.
    TerritoryIdMalformed "INVALID_DATA" 400 "The id given seems to be invalid",
    /// No such territory.
    TerritoryUnknown "INVALID_DATA" 400 "The id given seems to be invalid",
    /// The profile may not schedule.
    NoSchedulePermission "AUTHORIZATION_FAILED" 400
        "User does not have sufficient privilege to schedule mass update.",
    /// The edition has no scheduled mass updates.
    Edition "FEATURE_NOT_SUPPORTED" 400
        "Scheduled Mass Operation feature is not available in your edition",
    /// A job of that view is scheduled or running.
    AlreadyScheduled "ALREADY_SCHEDULED" 202
        "Already a Mass Action scheduler is running for the given cvid",
    /// The view holds no record.
    NoRecords "NO_RECORDS_FOUND" 400 "no record found to update",
    /// The view holds more than 50,000 records.
    TooManyRecords "LIMIT_EXCEEDED" 400 "Record count exceeded",
    /// An entry of `ids` is not an id.
    IdMalformed "INVALID_DATA" 400 "the id given seems to be invalid",
    /// The module has no such record.
    IdUnknown "INVALID_DATA" 400 "the id given seems to be invalid",
    /// The user has no right to the record.
    NoRecordPermission "CANNOT_PERFORM_ACTION" 400
        "no permission to perform an action on this record",
    /// The record is a converted one.
    Converted "CONVERTED_RECORD" 400 "can't update the converted record",
    /// The processing of the record is restricted.
    StopProcessing "CANNOT_PROCESS" 400 "The record is in stop processing",
    /// The record is locked.
    RecordLocked "RECORD_LOCKED" 400 "You cannot perform this operation as the record is locked.",
    /// The record's images are being checked, or it is being merged.
    ImageCheck "RECORD_LOCKED" 400 "Cannot update record that is not approved yet",
    /// An image of the record is rejected, or in review and an image field is set.
    ImageNotApproved "NOT_APPROVED" 400 "Cannot update record that is not approved yet",
    /// The record awaits approval.
    NotApproved "NOT_APPROVED" 400 "record not approved",
    /// The record is in a blueprint that governs a field of the call.
    InBlueprint "RECORD_IN_BLUEPRINT" 400 "The record is in blue print",
    /// A picklist value that is not an option.
    OptionUnknown "INVALID_DATA" 400 "picklist not found in record layout",
    /// An option that the record's layout does not have.
    OptionNotInLayout "INVALID_DATA" 400 "picklist not found in record layout",
    /// An option that does not go with another: a stage of another pipeline.
    MappingMismatch "MAPPING_MISMATCH" 400 "the value given does not match the mapped field",
    /// The record, user or layout that a reference names does not exist.
    ReferenceUnknown "INVALID_DATA" 400 "the id given seems to be invalid",
    /// Another record has this value of a unique field.
    DuplicateValue "DUPLICATE_DATA" 400 "duplicate data",
    /// The profile may not read.
    NoReadPermission "NO_PERMISSION" 403 "Permission denied to read records",
    /// The profile may not mass update, so it may not read the status of jobs either.
    NoStatusPermission "AUTHORIZATION_FAILED" 400
        "User does not have sufficient privilege to read records",
    /// The status of a mass update is asked for in a module that has none.
    StatusModuleNotSupported "INVALID_MODULE" 400 "The given module is not supported in API",
    /// A parameter of the URL is missing, such as `job_id`.
    ParameterMissing "MANDATORY_NOT_FOUND" 400 "mandatory param missing",
    /// `job_id` is not an id.
    JobIdMalformed "NOT_FOUND" 404 "Empty response",
    /// No such job.
    JobUnknown "NOT_FOUND" 404 "Empty response",
    /// A parameter of the URL has a value that it cannot have.
    ParameterInvalid "INVALID_DATA" 400 "invalid data",
    /// Page numbers lead to 2,000 records, page tokens to 100,000.
    TooManyPages "DISCRETE_PAGINATION_LIMIT_EXCEEDED" 400
        "You can only get the first 2000 records without using page_token param.",
    /// A page token of another call, or a malformed one.
    PageTokenMismatch "TOKEN_BOUND_DATA_MISMATCH" 400
        "The page_token given seems to be invalid or input param is added or altered or deleted",
    /// A page token of the day before.
    PageTokenExpired "EXPIRED_VALUE" 400 "Page token expired",
    /// A layout is asked for that is deactivated.
    LayoutDeactivated "INVALID_DATA" 400 "The layout is deactivated",
    /// A count of records that is beyond what the server counts.
    CountLimitReached "LIMIT_REACHED" 400 "The limit of the record count is reached",
    /// A count by a view and by criteria, an email address, a phone number or a word.
    CountAmbiguous "AMBIGUITY_DURING_PROCESSING" 400
        "cvid cannot be combined with criteria, email, phone or word",
    /// Something else that a path names does not exist.
    ResourceUnknown "INVALID_DATA" 400 "the id given seems to be invalid",
    /// The server failed.
    Internal "INTERNAL_ERROR" 500 "Internal Server Error",
}

impl Refusal {
    /// The `code` on the wire.
    pub fn code(self, version: ApiVersion) -> &'static str {
        match self {
            Self::ModuleNotSupported if version < ApiVersion::V8 => "INVALID_MODULE",
            Self::JobIdMalformed | Self::JobUnknown if version >= ApiVersion::V8 => "INVALID_DATA",
            _ => self.row().0,
        }
    }

    /// The HTTP status of a call that is refused whole.
    pub fn status(self, version: ApiVersion) -> u16 {
        match self {
            // The v2 page alone gives this error under HTTP 200; the v7 page has 400.
            Self::FieldHidden if version < ApiVersion::V7 => 200,
            Self::AlreadyScheduled | Self::JobIdMalformed | Self::JobUnknown
                if version >= ApiVersion::V8 =>
            {
                400
            }
            _ => self.row().1,
        }
    }

    /// The `message` on the wire.
    pub fn message(self, version: ApiVersion) -> &'static str {
        let v8 = version >= ApiVersion::V8;
        match self {
            Self::ViewMalformed | Self::ViewUnknown if v8 => "the cvid given seems to be invalid",
            Self::JobIdMalformed | Self::JobUnknown if v8 => "The jobid given seems to be invalid",
            Self::ModuleNotSupported if !v8 => "the module name given seems to be invalid",
            Self::RecordLocked if v8 => {
                "Sorry, you cannot perform this operation as the record is locked."
            }
            _ => self.row().2,
        }
    }

    /// Whether it concerns single records of a call and leaves the others alone.
    pub const fn is_about_a_record(self) -> bool {
        matches!(
            self,
            Self::IdMalformed
                | Self::IdUnknown
                | Self::NoRecordPermission
                | Self::Converted
                | Self::StopProcessing
                | Self::RecordLocked
                | Self::ImageCheck
                | Self::ImageNotApproved
                | Self::NotApproved
                | Self::InBlueprint
                | Self::OptionUnknown
                | Self::OptionNotInLayout
                | Self::MappingMismatch
                | Self::ReferenceUnknown
                | Self::DuplicateValue
        )
    }

    /// Whether a whole call that is refused for it is answered inside `data`. The newest description
    /// of v8 shows missing properties and wrong values there; everything else is at the top.
    fn inside_data(self, version: ApiVersion) -> bool {
        version >= ApiVersion::V8
            && matches!(
                self,
                Self::SelectionMissing
                    | Self::EmptyIds
                    | Self::TerritoryWithoutView
                    | Self::ValueNull
                    | Self::ValueMandatory
                    | Self::ValueType
                    | Self::ValueFormat
                    | Self::ValueTooLong
                    | Self::ValueDecimals
                    | Self::ValueRange
                    | Self::ValueRepeated
            )
    }
}

/// A refusal with the details of its answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Denial {
    pub(crate) refusal: Refusal,
    pub(crate) details: Map<String, Value>,
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, details: Map::new() }
    }
}

impl Denial {
    /// Adds one of the `details`.
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Adds the place in the body.
    pub(crate) fn at(self, name: &str, path: &str) -> Self {
        self.with("api_name", name).with("json_path", path)
    }

    /// The error as an object of the wire.
    pub(crate) fn entry(&self, version: ApiVersion) -> Value {
        json!({
            "code": self.refusal.code(version),
            "details": self.details,
            "message": self.refusal.message(version),
            "status": "error",
        })
    }

    /// The answer to a call that is refused whole.
    pub(crate) fn reply(&self, version: ApiVersion) -> Reply {
        let mut body = self.entry(version);
        if self.refusal.inside_data(version) {
            body = json!({ "data": [body] });
        }
        let mut reply = Reply::json(self.refusal.status(version), &body);
        reply.refusal = Some(self.refusal);
        reply
    }
}
