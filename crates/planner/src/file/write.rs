use std::io::{self, Write};

use massup_model::{RecordId, Request, Selection, Template, Territory};
use serde_json::Value;

use super::sealed::Sealed;
use super::{END, Header, digits};
use crate::calls::Call;
use crate::{Action, Calls, Error, IdSet, Plan, Route, Step, Summary};

/// Makes all calls and writes them as a plan file.
///
/// After an error `out` has no footer, so every reader refuses it. `out` needs no buffer: it is written to in large
/// blocks of whole lines.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::ids::Ids;
/// use massup_planner::{Plan, file};
///
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?;
/// let mut out = Vec::new();
/// let summary = file::write(&mut out, plan.calls(Ids::from_lines("7\n8\n".as_bytes())))?;
/// assert_eq!((summary.steps, summary.records), (1, Some(2)));
///
/// let bad = plan.calls(Ids::from_lines("Leads\n".as_bytes()));
/// assert!(file::write(&mut out, bad).is_err());
/// # Ok::<(), massup_planner::Error>(())
/// ```
///
/// # Errors
///
/// * Reading the ids fails: [`ErrorKind::BadIds`](crate::ErrorKind::BadIds),
///   [`ErrorKind::Table`](crate::ErrorKind::Table), [`ErrorKind::Io`](crate::ErrorKind::Io).
/// * [`ErrorKind::Infeasible`](crate::ErrorKind::Infeasible): the policy does not allow calls by ids, or
///   not so many, which is known once the ids are counted.
/// * [`ErrorKind::Io`](crate::ErrorKind::Io): `out` cannot be written.
pub fn write<W, I>(out: W, mut calls: Calls<'_, I>) -> Result<Summary, Error>
where
    W: Write,
    I: Iterator<Item = Result<RecordId, Error>>,
{
    let plan = calls.plan;
    let mut lines = Lines::new(out);
    lines.header(plan, Route::Ids)?;

    // The text of the calls of a group between their number and their ids, made once.
    let mut starts: Vec<Vec<u8>> = Vec::with_capacity(plan.groups(Route::Ids).len());
    let mut number = 0_u64;
    while let Some(step) = calls.call()? {
        if starts.len() == step.group {
            starts.push(start(plan, &step)?);
        }
        number += 1;
        let start = starts.get(step.group).map_or(&[][..], Vec::as_slice);
        lines.call(number, start, step.ids)?;
    }

    let summary = calls.summary();
    if matches!(plan.selection(), Selection::Ids(_)) && plan.cheapest(summary.records).is_none() {
        return Err(Error::infeasible(plan.decide(summary.records)));
    }
    lines.footer(&summary)?;
    Ok(summary)
}

/// Writes a plan on a view as a plan file, by the cheapest route.
///
/// ```
/// use massup_model::ApiVersion;
/// use massup_planner::{ErrorKind, Plan, file};
///
/// let plan = Plan::new(ApiVersion::V8, "Leads", vec![("City".into(), "Chennai".into())], None)?
///     .on_view("554023000000091515".parse()?, None);
/// let mut out = Vec::new();
/// assert_eq!(file::write_steps(&mut out, &plan)?.steps, 1);
/// assert!(file::verify(out.as_slice()).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// * [`ErrorKind::Infeasible`](crate::ErrorKind::Infeasible): no route is possible.
/// * [`ErrorKind::Io`](crate::ErrorKind::Io): `out` cannot be written.
pub fn write_steps<W: Write>(out: W, plan: &Plan) -> Result<Summary, Error> {
    let Some((route, _)) = plan.cheapest(None) else {
        return Err(Error::infeasible(plan.decide(None)));
    };
    let mut lines = Lines::new(out);
    lines.header(plan, route)?;
    let steps = plan.steps(route)?;
    for step in &steps {
        lines.step(plan, step)?;
    }
    let summary = plan.summary(route, steps.len() as u64, plan.records(), 0);
    lines.footer(&summary)?;
    Ok(summary)
}

/// Writes calls by ids that are made already, such as those that restore former values, as a plan file.
/// The plan names module, version and fields; its values are not looked at. Calls on a view are left out.
///
/// ```
/// use massup_model::{ApiVersion, Request, Selection};
/// use massup_planner::{Plan, file};
///
/// let city = |city: &str| vec![("City".to_owned(), city.into())];
/// let plan = Plan::new(ApiVersion::V8, "Leads", city("Pune"), None)?;
/// let call = |value: &str, id: &str| {
///     let ids = Selection::Ids(vec![id.parse()?]);
///     Ok::<_, Box<dyn std::error::Error>>(Request::new(ApiVersion::V8, "Leads", city(value), ids)?)
/// };
/// let mut out = Vec::new();
/// file::write_requests(&mut out, &plan, [call("Pune", "7")?, call("Agra", "8")?])?;
/// assert_eq!(file::verify(out.as_slice())?.1.records, Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io): `out` cannot be written.
pub fn write_requests<W: Write>(
    out: W,
    plan: &Plan,
    requests: impl IntoIterator<Item = Request>,
) -> Result<Summary, Error> {
    let mut lines = Lines::new(out);
    lines.header(plan, Route::Ids)?;
    let (mut number, mut records, mut seen) = (0_u64, 0_u64, IdSet::default());
    for request in requests {
        let Selection::Ids(ids) = request.selection() else { continue };
        let mut start = vec![b','];
        write_start(&mut start, request.template()).map_err(Error::writing)?;
        start.extend_from_slice(b",\"ids\":[");
        number += 1;
        records += ids.iter().filter(|id| seen.insert(**id)).count() as u64;
        lines.call(number, &start, ids)?;
    }
    let summary = plan.summary(Route::Ids, number, Some(records), 0);
    lines.footer(&summary)?;
    Ok(summary)
}

/// The lines of a plan file.
struct Lines<W>(Sealed<W>);

impl<W: Write> Lines<W> {
    fn new(out: W) -> Self {
        Self(Sealed::new(out))
    }

    fn header(&mut self, plan: &Plan, route: Route) -> Result<(), Error> {
        let header = Header::new(plan, route);
        serde_json::to_writer(self.0.text(), &header).map_err(Error::writing)?;
        self.0.text().push(b'\n');
        self.0.end_line().map_err(Error::writing)
    }

    fn call(&mut self, number: u64, start: &[u8], ids: &[RecordId]) -> Result<(), Error> {
        let text = self.0.text();
        text.extend_from_slice(b"{\"step\":");
        digits::push(text, number);
        text.extend_from_slice(start);
        self.0.ids(ids);
        self.0.text().extend_from_slice(b"]}}\n");
        self.0.end_line().map_err(Error::writing)
    }

    fn step(&mut self, plan: &Plan, step: &Step) -> Result<(), Error> {
        write_step(self.0.text(), plan, step).map_err(Error::writing)?;
        self.0.end_line().map_err(Error::writing)
    }

    fn footer(mut self, summary: &Summary) -> Result<(), Error> {
        let Summary { steps, records, duplicates, .. } = summary;
        let records = records.map_or("null".to_owned(), |records| records.to_string());
        let totals = format!(
            r#"{{"steps":{steps},"records":{records},"duplicates":{duplicates},"digest":"sha256:"#
        );
        self.0.text().extend_from_slice(totals.as_bytes());
        self.0.seal(END).map_err(Error::writing)
    }
}

/// The text between the number of a call and the first of its ids.
fn start(plan: &Plan, call: &Call<'_>) -> Result<Vec<u8>, Error> {
    let template = plan.template(call.fields)?;
    let mut text = vec![b','];
    write_start(&mut text, &template).map_err(Error::writing)?;
    text.extend_from_slice(b",\"ids\":[");
    Ok(text)
}

/// Writes the call up to the selection in its body, which stays open.
fn write_start(text: &mut Vec<u8>, template: &Template) -> io::Result<()> {
    let (method, path) = (template.method(), template.path());
    write!(text, r#""method":"{method}","path":"{path}","body":{{"data":[{{"#)?;
    for (index, (name, value)) in template.fields().iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        write_field(text, name, value)?;
    }
    text.extend_from_slice(b"}]");
    if let Some(over_write) = template.over_write() {
        write!(text, r#","over_write":{over_write}"#)?;
    }
    Ok(())
}

fn write_field(text: &mut Vec<u8>, name: &str, value: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *text, name)?;
    text.push(b':');
    Ok(serde_json::to_writer(text, value)?)
}

fn write_step(text: &mut Vec<u8>, plan: &Plan, step: &Step) -> io::Result<()> {
    write!(text, r#"{{"step":{},"#, step.number)?;
    if let Some(after) = step.after {
        write!(text, r#""after":{after},"#)?;
    }
    match &step.action {
        Action::Read(read) => {
            let (method, path) = (read.method(), read.path(plan.version(), plan.module()));
            let records = read.records.map_or("null".to_owned(), |records| records.to_string());
            writeln!(
                text,
                r#""method":"{method}","path":"{path}","read":{{"records":{records}}}}}"#
            )
        }
        Action::Update(request) => {
            write_start(text, request.template())?;
            if let Selection::View { view, territory } = request.selection() {
                write!(text, r#","cvid":"{view}""#)?;
                if let Some(Territory { id, include_child }) = territory {
                    write!(
                        text,
                        r#","territory":{{"id":"{id}","include_child":{include_child}}}"#
                    )?;
                }
            }
            text.extend_from_slice(b"}}\n");
            Ok(())
        }
        Action::UpdateRead { step, template } => {
            write!(text, r#""ids_of":{step},"#)?;
            write_start(text, template)?;
            text.extend_from_slice(b"}}\n");
            Ok(())
        }
    }
}
