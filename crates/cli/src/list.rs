//! `massup fields`, `massup views`, `massup territories` and `massup modules`: the snapshot as tables.

mod data;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
pub(crate) use data::{FieldData, Fields, Modules, Territories, Views};
use data::{ModuleData, TerritoryData, ViewData};
use massup_model::Module;
use massup_project::snapshot;
use massup_rules::facts::{Facts, Field, View};
use serde_json::{Value, json};

use crate::args::{FieldsArgs, Format, Global, SnapshotArgs, ViewsArgs};
use crate::{Outcome, output};

/// A table for people, and the same for programs.
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    pub(crate) json: Value,
}

/// What the snapshot does not have.
#[derive(Debug)]
pub(crate) struct Missing {
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) remarks: Vec<String>,
}

impl Missing {
    pub(crate) fn report(&self) -> Outcome {
        output::complain(&self.message);
        self.remarks.iter().for_each(|remark| output::remark(remark));
        Outcome::Usage
    }
}

pub(crate) fn fields(args: &FieldsArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(&args.from)? else { return Ok(Outcome::Usage) };
    match fields_of(&facts, &args.module, args.field.as_deref()) {
        Ok(tables) => print(&tables, global),
        Err(missing) => Ok(missing.report()),
    }
}

/// The fields of a module; or one field, and its options if it has some.
pub(crate) fn fields_of(
    facts: &Facts,
    module: &str,
    field: Option<&str>,
) -> Result<Vec<Table>, Missing> {
    let Some(fields) = facts.fields_of(module) else {
        return Err(no_module(module, "fields", facts.fields.keys()));
    };
    let head = vec!["api name", "label", "type", "mass update", "options"];
    let Some(wanted) = field else {
        let json = json!(Fields { fields: fields.iter().map(FieldData::of).collect() });
        let rows = fields.iter().map(field_row).collect();
        return Ok(vec![Table { head, rows, json }]);
    };
    let is_wanted = |field: &&Field| {
        let names = [Some(field.api_name.as_str()), field.label.as_deref()];
        names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(wanted))
    };
    let Some(field) = fields.iter().find(is_wanted) else {
        let names = fields.iter().map(|field| field.api_name.as_str());
        let near = did_you_mean(wanted, names);
        let message = format!("module `{module}` has no field `{}`{near}", plain(wanted));
        return Err(Missing { message, remarks: Vec::new() });
    };
    let options = field.options.as_deref().unwrap_or_default();
    let row = |option: &massup_rules::facts::PickOption| {
        let id = option.id.clone().unwrap_or_default();
        let used = if option.used { "" } else { "unused" };
        vec![option.shown.clone(), option.value.clone(), id, used.to_owned()]
    };
    let json = json!(FieldData::of(field));
    let mut tables = vec![Table { head, rows: vec![field_row(field)], json: json.clone() }];
    if !options.is_empty() {
        let head = vec!["display value", "actual value", "id", ""];
        let rows = options.iter().map(row).collect();
        tables.push(Table { head, rows, json });
    }
    Ok(tables)
}

pub(crate) fn views(args: &ViewsArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(&args.from)? else { return Ok(Outcome::Usage) };
    match views_of(&facts, &args.module) {
        Ok((table, complete)) => {
            let outcome = print(&[table], global);
            if !complete && !global.quiet {
                output::remark(INCOMPLETE);
            }
            outcome
        }
        Err(missing) => Ok(missing.report()),
    }
}

/// What to say of a list that is not complete.
pub(crate) const INCOMPLETE: &str =
    "the list is not complete: the snapshot has only some views or pages";

/// The custom views of a module, and whether these are all.
pub(crate) fn views_of(facts: &Facts, module: &str) -> Result<(Table, bool), Missing> {
    let Some(views) = facts.views_of(module) else {
        return Err(no_module(module, "custom views", facts.views.keys()));
    };
    let row = |view: &View| {
        let records = facts.counts.get(&view.id).map_or_else(|| "?".to_owned(), u64::to_string);
        let counted =
            facts.counted.get(&view.id).map(|time| to_the_second(time)).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![view.id.to_string(), text(&view.name), text(&view.system_name), records, counted]
    };
    let data = views.views.iter().map(|view| {
        let counted = facts.counted.get(&view.id).map(String::as_str);
        ViewData::of(view, facts.counts.get(&view.id).copied(), counted)
    });
    let json = json!(Views { views: data.collect(), complete: views.complete });
    let head = vec!["id", "name", "system name", "records", "counted"];
    Ok((Table { head, rows: views.views.iter().map(row).collect(), json }, views.complete))
}

pub(crate) fn territories(from: &SnapshotArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(from)? else { return Ok(Outcome::Usage) };
    match territories_of(&facts) {
        Ok(table) => print(&[table], global),
        Err(missing) => Ok(missing.report()),
    }
}

/// The territories of the organisation.
pub(crate) fn territories_of(facts: &Facts) -> Result<Table, Missing> {
    let Some(territories) = &facts.territories else {
        let remarks = vec!["`massup pull --module Leads` downloads them".to_owned()];
        return Err(Missing { message: "the snapshot has no territories".to_owned(), remarks });
    };
    let rows = territories.iter().map(|territory| {
        vec![territory.id.to_string(), territory.name.clone().unwrap_or_default()]
    });
    let data = territories.iter().map(|territory| TerritoryData {
        id: territory.id.to_string(),
        name: territory.name.as_deref(),
    });
    let json = json!(Territories { territories: data.collect() });
    Ok(Table { head: vec!["id", "name"], rows: rows.collect(), json })
}

pub(crate) fn modules(from: &SnapshotArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(from)? else { return Ok(Outcome::Usage) };
    match modules_of(&facts) {
        Ok(table) => print(&[table], global),
        Err(missing) => Ok(missing.report()),
    }
}

/// The modules of the organisation.
pub(crate) fn modules_of(facts: &Facts) -> Result<Table, Missing> {
    let Some(modules) = &facts.modules else {
        let remarks = vec!["`massup pull --module Leads` downloads it".to_owned()];
        return Err(Missing { message: "the snapshot has no list of modules".to_owned(), remarks });
    };
    let mut labels: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (label, name) in &facts.module_names {
        labels.entry(name).or_default().push(label);
    }
    let named = |name: &str| labels.get(name).cloned().unwrap_or_default();
    let fields = |name: &str| facts.fields_of(name).map(Vec::len);
    let rows = modules.iter().map(|(name, kind)| {
        let fields = fields(name).map(|count| count.to_string()).unwrap_or_default();
        vec![name.clone(), kind.clone().unwrap_or_default(), fields, named(name).join(", ")]
    });
    let data = modules.iter().map(|(name, kind)| ModuleData {
        api_name: name,
        kind: kind.as_deref(),
        fields: fields(name),
        labels: named(name),
    });
    let json = json!(Modules { modules: data.collect() });
    Ok(Table { head: vec!["api name", "kind", "fields", "labels"], rows: rows.collect(), json })
}

/// The facts of the snapshot; `None` if there is none, which is reported.
pub(crate) fn facts(from: &SnapshotArgs) -> Result<Option<Arc<Facts>>> {
    let folder = from.snapshot.as_deref().unwrap_or(Path::new(snapshot::FOLDER));
    if !folder.is_dir() {
        output::complain(&format!("there is no snapshot in `{}`", output::shown(folder)));
        output::remark(
            "`massup pull --module Leads` downloads one; --snapshot names another directory",
        );
        return Ok(None);
    }
    let read = snapshot::read(folder)?;
    for fault in &read.faults {
        output::complain(fault);
    }
    Ok(Some(read.facts))
}

/// A module of which the snapshot has nothing.
pub(crate) fn no_module<'m>(
    module: &str,
    what: &str,
    known: impl Iterator<Item = &'m String>,
) -> Missing {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let meant = Module::meant_by(module).map(|meant| meant.api_name).filter(|name| *name != module);
    let near = match meant.filter(|meant| known.contains(meant)) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => did_you_mean(module, known.iter().copied()),
    };
    let message = format!("the snapshot has no {what} of module `{}`{near}", plain(module));
    let mut remarks = Vec::new();
    if near.is_empty() && massup_model::module::is_api_name(module) {
        remarks.push(format!("`massup pull --module {module}` downloads them"));
    }
    if !known.is_empty() {
        remarks.push(format!("it has those of {}", known.join(", ")));
    }
    Missing { message, remarks }
}

fn did_you_mean<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> String {
    let near = massup_rules::nearest(written, names);
    near.map_or_else(String::new, |near| format!("; did you mean `{}`?", plain(near)))
}

fn field_row(field: &Field) -> Vec<String> {
    let flag = match field.mass_update {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    };
    let options =
        field.options.as_ref().map_or_else(String::new, |options| options.len().to_string());
    vec![
        field.api_name.clone(),
        field.label.clone().unwrap_or_default(),
        field.data_type().to_owned(),
        flag.to_owned(),
        options,
    ]
}

fn print(tables: &[Table], global: &Global) -> Result<Outcome> {
    match (global.format, tables.last()) {
        (Format::Json, Some(table)) => output::json(&table.json)?,
        _ => output::print(&in_words(tables))?,
    }
    Ok(Outcome::Clean)
}

/// Tables below each other.
pub(crate) fn in_words(tables: &[Table]) -> String {
    tables.iter().map(Table::in_words).collect::<Vec<_>>().join("\n")
}

impl Table {
    /// The columns side by side; empty columns are left out.
    fn in_words(&self) -> String {
        let rows: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let mut columns: Vec<(usize, &str, usize)> = Vec::new();
        for (column, head) in self.head.iter().enumerate() {
            let cells = width(column);
            if cells > 0 {
                columns.push((column, head, cells.max(head.chars().count())));
            }
        }
        let line = |cells: &dyn Fn(usize) -> String| {
            let mut line = String::new();
            for (column, _, width) in &columns {
                let _ = write!(line, "{:width$}  ", cells(*column));
            }
            line.trim_end().to_owned() + "\n"
        };
        let head = |column: usize| self.head.get(column).copied().unwrap_or_default().to_owned();
        let mut text = line(&head);
        for row in &rows {
            text += &line(&|column| row.get(column).cloned().unwrap_or_default());
        }
        if rows.is_empty() { "none\n".to_owned() } else { text }
    }
}

/// A text that stays in its line and cannot control the terminal.
fn plain(text: &str) -> String {
    output::printable(text).replace('\n', " ")
}

/// A time without its fraction of a second, which says nothing to people.
fn to_the_second(time: &str) -> String {
    match time.split_once('.') {
        Some((seconds, fraction)) if fraction.ends_with('Z') => format!("{seconds}Z"),
        _ => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_control_characters_are_escaped() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let table = Table {
            head: vec!["id", "name", "empty"],
            rows: vec![row(["7", "Größe", ""]), row(["1234", "a\u{1b}[2Jb\n", ""])],
            json: Value::Null,
        };
        assert_eq!(table.in_words(), "id    name\n7     Größe\n1234  a\\u{1b}[2Jb\n");
    }
}
