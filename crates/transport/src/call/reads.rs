//! Calls that read records: a view page by page, records by their ids, and bulk reads.

use massup_model::module::is_api_name;
use massup_model::request::is_field_name;
use massup_model::{ApiVersion, JobId, RecordId, RequestError, Territory, ViewId, limits};
use serde_json::json;

use super::{Call, Method, escaped};

/// Where a page of a view begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageStart {
    /// The page with this number, counted from 1.
    Number(u32),
    /// The page that the previous one named: `next_page_token` of its `info`.
    Token(String),
}

impl Call {
    /// The call for a page of the records of a custom view, at most 200: `GET …/{module}?cvid=…`.
    ///
    /// The id of each record is always part of the answer.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_transport::{Call, PageStart};
    ///
    /// let view = "554023000000091515".parse()?;
    /// let call = Call::page(ApiVersion::V8, "Leads", view, None, &["City"], &PageStart::Number(1))?;
    /// assert_eq!(call.path(), "/crm/v8/Leads");
    /// assert_eq!(call.query(), Some("cvid=554023000000091515&fields=id%2CCity&per_page=200&page=1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::ModuleName`], [`RequestError::FieldName`]: a name that is not a letter followed by
    /// letters, digits and underscores.
    pub fn page(
        version: ApiVersion,
        module: &str,
        view: ViewId,
        territory: Option<Territory>,
        fields: &[&str],
        start: &PageStart,
    ) -> Result<Self, RequestError> {
        let fields = listed(module, fields)?;
        let mut query = format!("cvid={view}&fields={fields}&per_page={}", limits::PAGE_SIZE);
        if let Some(Territory { id, include_child }) = territory {
            query += &format!("&territory_id={id}&include_child={include_child}");
        }
        query += &match start {
            PageStart::Number(number) => format!("&page={number}"),
            PageStart::Token(token) => format!("&page_token={}", escaped(token)),
        };
        Ok(Self::get(format!("/crm/{version}/{module}"), Some(query)))
    }

    /// The call for chosen fields of records that are named by their ids, at most 100.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_transport::Call;
    ///
    /// let call = Call::records(ApiVersion::V8, "Leads", &["7".parse()?, "8".parse()?], &["City"])?;
    /// assert_eq!(call.query(), Some("ids=7%2C8&fields=id%2CCity"));
    /// assert!(Call::records(ApiVersion::V8, "Leads", &[], &["City"]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * [`RequestError::ModuleName`], [`RequestError::FieldName`]: a name that is not a letter followed
    ///   by letters, digits and underscores.
    /// * [`RequestError::NoIds`], [`RequestError::TooManyIds`]: a call reads 1 to 100 records.
    pub fn records(
        version: ApiVersion,
        module: &str,
        ids: &[RecordId],
        fields: &[&str],
    ) -> Result<Self, RequestError> {
        let fields = listed(module, fields)?;
        if ids.is_empty() {
            return Err(RequestError::NoIds);
        }
        if ids.len() > limits::MAX_READ_IDS {
            return Err(RequestError::TooManyIds(ids.len()));
        }
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let query = format!("ids={}&fields={fields}", ids.join("%2C"));
        Ok(Self::get(format!("/crm/{version}/{module}"), Some(query)))
    }

    /// The call that creates a bulk read job for the ids of the records of a view: up to 200,000 of
    /// them, on the page that is counted from 1.
    ///
    /// ```
    /// use massup_model::ApiVersion;
    /// use massup_transport::Call;
    ///
    /// let call = Call::bulk_read(ApiVersion::V8, "Leads", "7".parse()?, 1)?;
    /// assert_eq!(call.path(), "/crm/bulk/v8/read");
    /// assert_eq!(
    ///     call.body(),
    ///     Some(r#"{"query":{"cvid":"7","fields":["id"],"module":{"api_name":"Leads"},"page":1}}"#)
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RequestError::ModuleName`] when the module is not a letter followed by letters, digits and
    /// underscores.
    pub fn bulk_read(
        version: ApiVersion,
        module: &str,
        view: ViewId,
        page: u32,
    ) -> Result<Self, RequestError> {
        if !is_api_name(module) {
            return Err(RequestError::ModuleName(module.to_owned()));
        }
        // The pages of v2 name the module by a text, those since v2.1 by an object.
        let module = match version {
            ApiVersion::V2 => json!(module),
            _ => json!({ "api_name": module }),
        };
        let query = json!({ "module": module, "cvid": view, "fields": ["id"], "page": page });
        Ok(Self {
            method: Method::Post,
            path: format!("/crm/bulk/{version}/read"),
            query: None,
            body: Some(json!({ "query": query }).to_string()),
        })
    }

    /// The call for the state of a bulk read job.
    pub fn bulk_status(version: ApiVersion, job: JobId) -> Self {
        Self::get(format!("/crm/bulk/{version}/read/{job}"), None)
    }

    /// The call for the result of a bulk read job: a ZIP archive with one CSV file.
    pub fn bulk_result(version: ApiVersion, job: JobId) -> Self {
        Self::get(format!("/crm/bulk/{version}/read/{job}/result"), None)
    }

    fn get(path: String, query: Option<String>) -> Self {
        Self { method: Method::Get, path, query, body: None }
    }
}

/// `id` and the fields, separated by commas, as they are written in a query.
fn listed(module: &str, fields: &[&str]) -> Result<String, RequestError> {
    if !is_api_name(module) {
        return Err(RequestError::ModuleName(module.to_owned()));
    }
    if let Some(bad) = fields.iter().find(|field| !is_field_name(field)) {
        return Err(RequestError::FieldName((*bad).to_owned()));
    }
    let names: Vec<&str> = std::iter::once("id").chain(fields.iter().copied()).collect();
    Ok(names.join("%2C"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_change_the_url_are_refused() {
        let view = "7".parse().unwrap();
        let start = PageStart::Token("a&b=c/../d".to_owned());
        let page = |module: &str, field: &str| {
            Call::page(ApiVersion::V8, module, view, None, &[field], &start)
        };
        let query = page("Leads", "City").unwrap().query().unwrap().to_owned();
        assert!(query.ends_with("&page_token=a%26b%3Dc%2F..%2Fd"), "{query}");
        assert!(page("Leads/x", "City").is_err() && page("Leads", "City&a=b").is_err());
        assert!(Call::bulk_read(ApiVersion::V8, "a b", view, 1).is_err());
        let many = vec![RecordId::from_number(1).unwrap(); limits::MAX_READ_IDS + 1];
        assert!(Call::records(ApiVersion::V8, "Leads", &many, &[]).is_err());
    }
}
