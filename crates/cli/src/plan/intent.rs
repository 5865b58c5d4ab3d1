//! What to plan: the change file, and what flags add to it.

use std::path::Path;

use anyhow::Result;
use massup_model::RecordId;
use massup_project::Checked;
use massup_rules::change::{Change, Select};
use massup_rules::{Facts, Linter};
use serde_json::Value;

use super::{Refusal, by_name, report_findings};
use crate::args::{Global, PlanArgs};
use crate::output;

/// Reads the change file, and adds the flags.
pub(super) fn intent(
    args: &PlanArgs,
    file: Option<&Path>,
    global: &Global,
) -> Result<Result<Change, Refusal>> {
    let mut change = match file {
        Some(path) => match change_file(path, args, global)? {
            Some(change) => change,
            None => return Ok(Err(Refusal::Findings)),
        },
        None => Change {
            module: String::new(),
            version: None,
            set: Vec::new(),
            over_write: None,
            select: Select::Ids(Vec::new()),
            policy: Value::Null,
        },
    };
    if let Some(module) = &args.module {
        change.module.clone_from(module);
    }
    change.version = args.api_version.or(change.version);
    change.over_write = args.over_write.or(change.over_write);
    for setting in &args.set {
        let Some((field, value)) = setting.split_once('=') else {
            let message = format!("--set `{setting}` has no `=`; expected FIELD=VALUE");
            return Ok(Err(Refusal::Usage(message)));
        };
        let value = parsed(value);
        change.set.retain(|(name, _)| name != field || file.is_none());
        change.set.push((field.to_owned(), value));
    }
    if let Some(ids) = &args.ids {
        change.select =
            Select::File { path: ids.display().to_string(), column: args.column.clone() };
    }
    if let Some(view) = &args.view {
        match view_of(args, view, &change.module) {
            Ok(select) => change.select = select,
            Err(message) => return Ok(Err(Refusal::Usage(message))),
        }
    }
    Ok(match &change.select {
        _ if change.module.is_empty() => {
            Err(Refusal::Usage("no module given; use `--module` or a change file".to_owned()))
        }
        _ if change.set.is_empty() => Err(Refusal::Usage(
            "no field is set; use `--set FIELD=VALUE` or a change file".to_owned(),
        )),
        Select::Ids(ids) if ids.is_empty() => Err(Refusal::Usage(
            "no records selected; use `--view CVID`, `--ids FILE`, or `--ids -` for standard input"
                .to_owned(),
        )),
        Select::Ids(_) | Select::File { .. } | Select::Several(_) | Select::View { .. } => {
            Ok(change)
        }
    })
}

/// The view of the flags, and the territory within it. The snapshot is read for names only.
fn view_of(args: &PlanArgs, view: &str, module: &str) -> Result<Select, String> {
    let is_id = |text: &str| text.parse::<RecordId>().is_ok();
    let known = if is_id(view) && args.territory.as_deref().is_none_or(is_id) {
        None
    } else {
        let known = massup_project::snapshot::known(args.snapshot.as_deref());
        known.map_err(|error| error.to_string())?
    };
    let known = known.as_deref();
    let view = by_name::view(view, module, known)?;
    let territory = args.territory.as_deref().map(|named| by_name::territory(named, known));
    let territory = territory.transpose()?.map(|territory| (territory, args.include_child));
    Ok(Select::View { view, territory })
}

/// Makes the paths of a selection relative to the folder of its change file.
fn beside(folder: &Path, select: &mut Select) {
    match select {
        Select::File { path, .. } if path == "-" => {}
        Select::File { path, .. } => *path = folder.join(&*path).display().to_string(),
        Select::Several(parts) => parts.iter_mut().for_each(|part| beside(folder, part)),
        Select::Ids(_) | Select::View { .. } => {}
    }
}

fn change_file(path: &Path, args: &PlanArgs, global: &Global) -> Result<Option<Change>> {
    let bytes = massup_project::read(path)?;
    let mut linter = Linter::new();
    if let Some(version) = args.api_version {
        linter = linter.version(version);
    }
    match linter.read_change(&path.display().to_string(), &bytes) {
        Ok((mut change, report)) => {
            report_findings(Checked::new(bytes, report), global)?;
            beside(path.parent().unwrap_or(Path::new("")), &mut change.select);
            Ok(Some(change))
        }
        Err(report) => {
            report_findings(Checked::new(bytes, *report), global)?;
            Ok(None)
        }
    }
}

/// A value of `--set`: JSON where it is JSON, else a string.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// The types of fields whose values are strings.
const STRINGS: [&str; 7] = ["text", "textarea", "phone", "email", "website", "picklist", "bigint"];

/// Makes numbers and booleans of `--set` strings where the field takes strings, such as `--set Zip_Code=12345`.
/// Where the type of the field is unknown, a remark shows what to type.
pub(super) fn typed(args: &PlanArgs, change: &mut Change, known: Option<&Facts>, global: &Global) {
    for (field, text) in args.set.iter().filter_map(|setting| setting.split_once('=')) {
        let value = parsed(text);
        if !value.is_number() && !value.is_boolean() {
            continue;
        }
        let fields = known.and_then(|known| known.fields.get(&change.module));
        let found = fields.into_iter().flatten().find(|known| known.api_name == field);
        match found.and_then(|field| field.data_type.as_deref()) {
            Some(kind) if STRINGS.contains(&kind) => {
                let set =
                    change.set.iter_mut().filter(|(name, set)| name == field && *set == value);
                set.for_each(|(_, set)| *set = Value::from(text));
            }
            None if value.is_number() && !global.quiet => output::remark(&format!(
                "`{field}` is set to a number; for a text field, use `--set '{field}=\"{text}\"'`"
            )),
            _ => {}
        }
    }
}
