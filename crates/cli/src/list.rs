//! `massup fields`, `massup views`, `massup territories` and `massup modules`: the snapshot as tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use massup_model::Module;
use massup_project::snapshot;
use massup_rules::facts::{Facts, Field, View};
use serde_json::{Value, json};

use crate::args::{FieldsArgs, Format, Global, SnapshotArgs, ViewsArgs};
use crate::{Outcome, output};

/// A table for people, and the same for programs.
struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    json: Value,
}

pub(crate) fn fields(args: &FieldsArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(&args.from)? else { return Ok(Outcome::Usage) };
    let Some(fields) = facts.fields_of(&args.module) else {
        return Ok(no_module(&args.module, "fields", facts.fields.keys()));
    };
    let Some(wanted) = &args.field else {
        let json = fields.iter().map(field_json).collect::<Vec<_>>();
        let rows = fields.iter().map(field_row).collect();
        let head = vec!["api name", "label", "type", "mass update", "options"];
        return print(&Table { head, rows, json: json!({ "fields": json }) }, global);
    };
    let is_wanted = |field: &&Field| {
        let names = [Some(field.api_name.as_str()), field.label.as_deref()];
        names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(wanted))
    };
    let Some(field) = fields.iter().find(is_wanted) else {
        let names = fields.iter().map(|field| field.api_name.as_str());
        output::complain(&format!(
            "module `{}` has no field `{}`{}",
            args.module,
            plain(wanted),
            did_you_mean(wanted, names)
        ));
        return Ok(Outcome::Usage);
    };
    let options = field.options.as_deref().unwrap_or_default();
    let row = |option: &massup_rules::facts::PickOption| {
        let id = option.id.clone().unwrap_or_default();
        let used = if option.used { "" } else { "unused" };
        vec![option.shown.clone(), option.value.clone(), id, used.to_owned()]
    };
    if global.format != Format::Json {
        let about = Table {
            head: vec!["api name", "label", "type", "mass update", "options"],
            rows: vec![field_row(field)],
            json: Value::Null,
        };
        output::print(&(about.in_words() + if options.is_empty() { "" } else { "\n" }))?;
        if options.is_empty() {
            return Ok(Outcome::Clean);
        }
    }
    let head = vec!["display value", "actual value", "id", ""];
    print(&Table { head, rows: options.iter().map(row).collect(), json: field_json(field) }, global)
}

pub(crate) fn views(args: &ViewsArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(&args.from)? else { return Ok(Outcome::Usage) };
    let Some(views) = facts.views_of(&args.module) else {
        return Ok(no_module(&args.module, "custom views", facts.views.keys()));
    };
    let row = |view: &View| {
        let records = facts.counts.get(&view.id).map_or_else(|| "?".to_owned(), u64::to_string);
        let counted = facts.counted.get(&view.id).cloned().unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![view.id.to_string(), text(&view.name), text(&view.system_name), records, counted]
    };
    let json = views.views.iter().map(|view| {
        json!({
            "id": view.id.to_string(),
            "name": view.name,
            "system_name": view.system_name,
            "records": facts.counts.get(&view.id),
            "counted": facts.counted.get(&view.id),
            "criteria_fields": view.criteria_fields,
        })
    });
    let json = json!({ "views": json.collect::<Vec<_>>(), "complete": views.complete });
    let head = vec!["id", "name", "system name", "records", "counted"];
    let outcome = print(&Table { head, rows: views.views.iter().map(row).collect(), json }, global);
    if !views.complete && !global.quiet {
        output::remark("the list is not complete: the snapshot has only some views or pages");
    }
    outcome
}

pub(crate) fn territories(from: &SnapshotArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(from)? else { return Ok(Outcome::Usage) };
    let Some(territories) = &facts.territories else {
        output::complain("the snapshot has no territories");
        output::remark("`massup pull --module Leads` downloads them");
        return Ok(Outcome::Usage);
    };
    let rows = territories.iter().map(|territory| {
        vec![territory.id.to_string(), territory.name.clone().unwrap_or_default()]
    });
    let json = territories
        .iter()
        .map(|territory| json!({ "id": territory.id.to_string(), "name": territory.name }));
    let json = json!({ "territories": json.collect::<Vec<_>>() });
    print(&Table { head: vec!["id", "name"], rows: rows.collect(), json }, global)
}

pub(crate) fn modules(from: &SnapshotArgs, global: &Global) -> Result<Outcome> {
    let Some(facts) = facts(from)? else { return Ok(Outcome::Usage) };
    let Some(modules) = &facts.modules else {
        output::complain("the snapshot has no list of modules");
        output::remark("`massup pull --module Leads` downloads it");
        return Ok(Outcome::Usage);
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
    let json = modules.iter().map(|(name, kind)| {
        json!({ "api_name": name, "kind": kind, "fields": fields(name), "labels": named(name) })
    });
    let json = json!({ "modules": json.collect::<Vec<_>>() });
    print(
        &Table { head: vec!["api name", "kind", "fields", "labels"], rows: rows.collect(), json },
        global,
    )
}

/// The facts of the snapshot; `None` if there is none, which is reported.
fn facts(from: &SnapshotArgs) -> Result<Option<Arc<Facts>>> {
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

/// Reports a module of which the snapshot has nothing.
fn no_module<'m>(module: &str, what: &str, known: impl Iterator<Item = &'m String>) -> Outcome {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let meant = Module::meant_by(module).map(|meant| meant.api_name).filter(|name| *name != module);
    let near = match meant.filter(|meant| known.contains(meant)) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => did_you_mean(module, known.iter().copied()),
    };
    output::complain(&format!("the snapshot has no {what} of module `{}`{near}", plain(module)));
    if near.is_empty() && massup_model::module::is_api_name(module) {
        output::remark(&format!("`massup pull --module {module}` downloads them"));
    }
    if !known.is_empty() {
        output::remark(&format!("it has those of {}", known.join(", ")));
    }
    Outcome::Usage
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

fn field_json(field: &Field) -> Value {
    let options = field.options.iter().flatten().map(|option| {
        json!({
            "display_value": option.shown,
            "actual_value": option.value,
            "id": option.id,
            "used": option.used,
        })
    });
    json!({
        "api_name": field.api_name,
        "label": field.label,
        "data_type": field.data_type,
        "mass_update": field.mass_update,
        "visible": field.visible,
        "read_only": field.read_only,
        "unique": field.unique,
        "length": field.length,
        "options": options.collect::<Vec<_>>(),
    })
}

fn print(table: &Table, global: &Global) -> Result<Outcome> {
    let text = match global.format {
        Format::Json => serde_json::to_string_pretty(&table.json)? + "\n",
        _ => table.in_words(),
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
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
