//! The paths of the two calls: `/crm/{version}/{module}/actions/mass_update`.

use crate::ApiVersion;
use crate::module::is_api_name;

/// What a path of the API names.
///
/// ```
/// use massup_model::{ApiVersion, Route};
///
/// let route = Route::parse("https://www.zohoapis.com/crm/v2/Leads/actions/mass_update?job_id=1");
/// let route = route.unwrap();
/// assert_eq!((route.version, route.module, route.job_id()), (ApiVersion::V2, "Leads", Some("1")));
///
/// assert!(Route::parse("/crm/v2/Leads/actions/mass-update").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route<'p> {
    /// The version segment.
    pub version: ApiVersion,
    /// The module segment: letters, digits and underscores, safe in a URL.
    pub module: &'p str,
    /// What follows the `?`, or nothing.
    pub query: &'p str,
}

/// Why a text is not the path of a mass update.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The segments are not those of a mass update.
    #[error("the path is not `/crm/{{version}}/{{module}}/actions/mass_update`")]
    Shape,
    /// The version segment names no version.
    #[error("`{0}` is not an API version; expected one of {names}", names = ApiVersion::names())]
    Version(String),
    /// The module segment can be no API name.
    #[error(
        "`{0}` is not the API name of a module: a letter, then letters, digits and underscores"
    )]
    Module(String),
}

impl<'p> Route<'p> {
    /// Reads a path or a whole URL; scheme, host, query and fragment may be there or not.
    ///
    /// # Errors
    ///
    /// * [`RouteError::Shape`]: other segments than `crm`, version, module, `actions`, `mass_update`.
    /// * [`RouteError::Version`], [`RouteError::Module`]: the segment is not valid.
    pub fn parse(text: &'p str) -> Result<Self, RouteError> {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let path = match path.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""),
            None => path,
        };
        let mut segments = path.strip_prefix('/').ok_or(RouteError::Shape)?.split('/');
        let mut next = || segments.next().unwrap_or("");
        let found = [next(), next(), next(), next(), next()];
        let [crm, version, module, actions, mass_update] = found;
        if (crm, actions, mass_update) != ("crm", "actions", "mass_update")
            || segments.next().is_some()
        {
            return Err(RouteError::Shape);
        }
        let version = version.parse().map_err(|_| RouteError::Version(version.to_owned()))?;
        if !is_api_name(module) {
            return Err(RouteError::Module(module.to_owned()));
        }
        Ok(Self { version, module, query })
    }

    /// The key of the body, `ids` or `cvid`, that is a parameter of the query; `ids[]` is one too.
    ///
    /// ```
    /// use massup_model::Route;
    ///
    /// let selection = |query| Route::selection_in(query);
    /// assert_eq!(selection("trigger=&ids=554023000000497007"), Some("ids"));
    /// assert_eq!(selection("ids%5B%5D=554023000000497007"), Some("ids"));
    /// assert_eq!(selection("cvid=554023000000091515"), Some("cvid"));
    /// assert_eq!(selection("job_id=554023000000506003&grids=1"), None);
    /// ```
    pub fn selection_in(query: &str) -> Option<&'static str> {
        query.split('&').find_map(|pair| {
            let name = pair.split(['=', '[', '%']).next()?;
            ["ids", "cvid"].into_iter().find(|key| *key == name)
        })
    }

    /// The value of `job_id` in the query, not decoded.
    pub fn job_id(&self) -> Option<&'p str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix("job_id="))
    }
}
