//! A call whose records are not known yet.

use serde_json::Value;

use crate::module::is_api_name;
use crate::request::is_field_name;
use crate::{ApiVersion, Request, RequestError, Selection, limits};

/// A mass update call without its records, so it cannot be sent.
///
/// ```
/// use massup_model::{ApiVersion, RequestError, Selection, Template};
///
/// let fields = vec![("City".to_owned(), "Chennai".into())];
/// let template = Template::new(ApiVersion::V8, "Leads", fields)?;
/// let request = template.request(Selection::Ids(vec!["554023000000497007".parse()?]))?;
/// assert_eq!(request.body()["ids"][0], "554023000000497007");
///
/// let error = template.request(Selection::Ids(Vec::new())).unwrap_err();
/// assert_eq!(error, RequestError::NoIds);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    version: ApiVersion,
    module: String,
    fields: Vec<(String, Value)>,
    over_write: Option<bool>,
}

impl Template {
    /// A call that sets `fields`.
    ///
    /// # Errors
    ///
    /// * [`RequestError::ModuleName`], [`RequestError::FieldName`]: a name that is not a letter followed
    ///   by letters, digits and underscores.
    /// * [`RequestError::NoField`], [`RequestError::TooManyFields`], [`RequestError::RepeatedField`]: a
    ///   call sets 1 field, on Deals 1 to 3, each once.
    pub fn new(
        version: ApiVersion,
        module: &str,
        fields: Vec<(String, Value)>,
    ) -> Result<Self, RequestError> {
        if !is_api_name(module) {
            return Err(RequestError::ModuleName(module.to_owned()));
        }
        let limit = limits::fields_per_call(module);
        if fields.is_empty() {
            return Err(RequestError::NoField);
        }
        if fields.len() > limit {
            return Err(RequestError::TooManyFields { fields: fields.len(), limit });
        }
        for (index, (name, _)) in fields.iter().enumerate() {
            if !is_field_name(name) {
                return Err(RequestError::FieldName(name.clone()));
            }
            if fields.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(RequestError::RepeatedField(name.clone()));
            }
        }
        Ok(Self { version, module: module.to_owned(), fields, over_write: None })
    }

    /// The call on the records of `selection`.
    ///
    /// # Errors
    ///
    /// [`RequestError::NoIds`], [`RequestError::TooManyIds`]: a call by ids takes 1 to 500.
    pub fn request(&self, selection: Selection) -> Result<Request, RequestError> {
        self.clone().on(selection)
    }

    /// Sets `over_write`: whether values of multi-select picklists replace the present ones (`true`) or
    /// are added to them (`false`, the API's default).
    #[must_use]
    pub fn with_over_write(mut self, over_write: Option<bool>) -> Self {
        self.over_write = over_write;
        self
    }

    /// The API version.
    pub fn version(&self) -> ApiVersion {
        self.version
    }

    /// The module's API name.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The fields that are set, in order.
    pub fn fields(&self) -> &[(String, Value)] {
        &self.fields
    }

    /// `over_write`, if it is set.
    pub fn over_write(&self) -> Option<bool> {
        self.over_write
    }

    /// The HTTP method, always `POST`.
    pub fn method(&self) -> &'static str {
        "POST"
    }

    /// The path below the API domain: `/crm/v8/Leads/actions/mass_update`.
    pub fn path(&self) -> String {
        format!("/crm/{}/{}/actions/mass_update", self.version, self.module)
    }

    pub(crate) fn on(self, selection: Selection) -> Result<Request, RequestError> {
        if let Selection::Ids(ids) = &selection {
            match ids.len() {
                0 => return Err(RequestError::NoIds),
                1..=limits::MAX_IDS => {}
                many => return Err(RequestError::TooManyIds(many)),
            }
        }
        Ok(Request { template: self, selection })
    }
}
