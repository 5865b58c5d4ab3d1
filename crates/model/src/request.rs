//! A call that can be sent.

use serde_json::{Map, Value};

use crate::module::is_api_name;
use crate::{ApiVersion, RecordId, Template, TerritoryId, ViewId, limits};

/// One mass update call that keeps every structural limit.
///
/// [`Request::new`] is the only way to create one, so it always does.
///
/// ```
/// use massup_model::{ApiVersion, Request, RequestError, Selection};
/// use serde_json::json;
///
/// let ids = Selection::Ids(vec!["554023000000497007".parse()?]);
/// let fields = vec![("Lead_Source".to_owned(), json!("Advertisement"))];
/// let request = Request::new(ApiVersion::V8, "Leads", fields, ids)?;
/// assert_eq!(request.path(), "/crm/v8/Leads/actions/mass_update");
///
/// // Any module but Deals takes one field a call.
/// let two = vec![("City".to_owned(), json!("Chennai")), ("Rating".to_owned(), json!("Active"))];
/// let ids = Selection::Ids(vec!["554023000000497007".parse()?]);
/// assert_eq!(
///     Request::new(ApiVersion::V8, "Leads", two, ids).unwrap_err(),
///     RequestError::TooManyFields { fields: 2, limit: 1 },
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub(crate) template: Template,
    pub(crate) selection: Selection,
}

/// Which records a call updates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// 1 to 500 records, updated at once.
    Ids(Vec<RecordId>),
    /// The records of a custom view, at most 50,000, updated by a background job.
    View {
        /// `cvid`.
        view: ViewId,
        /// `territory`, to narrow the view to the records of a territory.
        territory: Option<Territory>,
    },
}

/// `territory` of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Territory {
    /// `territory.id`.
    pub id: TerritoryId,
    /// `territory.include_child`; the API takes `false` where it is left out.
    pub include_child: bool,
}

/// Why a call cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The module's name would not be one segment of a URL.
    #[error(
        "`{0}` is not the API name of a module: a letter, then letters, digits and underscores"
    )]
    ModuleName(String),
    /// A key of `data[0]` is not the API name of a field.
    #[error("`{0}` is not the API name of a field: a letter, then letters, digits and underscores")]
    FieldName(String),
    /// A field is named twice.
    #[error("field `{0}` is set twice")]
    RepeatedField(String),
    /// No field is set.
    #[error("no field is set")]
    NoField,
    /// More fields than a call on this module takes.
    #[error("{fields} fields are set; a call on this module takes {limit}")]
    TooManyFields {
        /// The number given.
        fields: usize,
        /// The number allowed.
        limit: usize,
    },
    /// No record is selected.
    #[error("no record id is given")]
    NoIds,
    /// More than 500 ids.
    #[error("{0} record ids are given; a call takes {max}", max = limits::MAX_IDS)]
    TooManyIds(usize),
}

impl Request {
    /// A call that sets `fields` on the records of `selection`.
    ///
    /// # Errors
    ///
    /// * [`RequestError::ModuleName`], [`RequestError::FieldName`]: a name that is not a letter followed
    ///   by letters, digits and underscores.
    /// * [`RequestError::NoField`], [`RequestError::TooManyFields`], [`RequestError::RepeatedField`]: a
    ///   call sets 1 field, on Deals 1 to 3, each once.
    /// * [`RequestError::NoIds`], [`RequestError::TooManyIds`]: a call by ids takes 1 to 500.
    pub fn new(
        version: ApiVersion,
        module: &str,
        fields: Vec<(String, Value)>,
        selection: Selection,
    ) -> Result<Self, RequestError> {
        Template::new(version, module, fields)?.on(selection)
    }

    /// Says whether values of multi-select picklists replace the present ones (`true`) or are added to
    /// them (`false`, what the API takes where nothing is said).
    #[must_use]
    pub fn with_over_write(mut self, over_write: Option<bool>) -> Self {
        self.template = self.template.with_over_write(over_write);
        self
    }

    /// Everything but the selection.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The API version.
    pub fn version(&self) -> ApiVersion {
        self.template.version()
    }

    /// The module's API name.
    pub fn module(&self) -> &str {
        self.template.module()
    }

    /// The fields that are set, in order.
    pub fn fields(&self) -> &[(String, Value)] {
        self.template.fields()
    }

    /// The records that are updated.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// `over_write`, if the call says it.
    pub fn over_write(&self) -> Option<bool> {
        self.template.over_write()
    }

    /// The HTTP method, always `POST`.
    pub fn method(&self) -> &'static str {
        self.template.method()
    }

    /// The path below the API domain: `/crm/v8/Leads/actions/mass_update`.
    pub fn path(&self) -> String {
        self.template.path()
    }

    /// The request body.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        let data: Map<String, Value> = self.fields().iter().cloned().collect();
        body.insert("data".into(), Value::Array(vec![Value::Object(data)]));
        if let Some(over_write) = self.over_write() {
            body.insert("over_write".into(), over_write.into());
        }
        match &self.selection {
            Selection::Ids(ids) => {
                let ids = ids.iter().map(|id| Value::String(id.to_string())).collect();
                body.insert("ids".into(), Value::Array(ids));
            }
            Selection::View { view, territory } => {
                body.insert("cvid".into(), view.to_string().into());
                if let Some(Territory { id, include_child }) = territory {
                    let territory = serde_json::json!({
                        "id": id.to_string(),
                        "include_child": include_child,
                    });
                    body.insert("territory".into(), territory);
                }
            }
        }
        Value::Object(body)
    }
}

/// The fields that every update of a record changes by itself.
pub const SET_BY_EVERY_UPDATE: [&str; 3] = ["Last_Activity_Time", "Modified_By", "Modified_Time"];

/// Whether a text can be a field's API name: a letter, then letters, digits and underscores, and not
/// `id`, which names the record itself.
pub fn is_field_name(text: &str) -> bool {
    is_api_name(text) && text != "id"
}
