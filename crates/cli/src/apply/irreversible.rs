//! What `massup rollback` will not be able to restore, as far as it can be foreseen.

use std::collections::BTreeSet;

use anyhow::Result;
use massup_model::Automation;
use massup_planner::Route;
use massup_rules::Facts;
use massup_rules::facts::Field;

use super::Plan;
use crate::output::printable;

/// Types whose values are lists of objects, which no mass update sets.
const LISTS: [&str; 5] =
    ["multiselectlookup", "multiuserlookup", "fileupload", "imageupload", "subform"];

/// Types whose values refer to a record or a user.
const REFERENCES: [&str; 4] = ["lookup", "userlookup", "ownerlookup", "multi_module_lookup"];

const OPTIONS: [&str; 2] = ["picklist", "multiselectpicklist"];

/// Each loss as a sentence. `keeps` is whether before-images are kept.
///
/// # Errors
///
/// The header of the plan is not valid.
pub(super) fn losses(plan: &Plan<'_>, facts: Option<&Facts>, keeps: bool) -> Result<Vec<String>> {
    let header = &plan.header;
    let mut losses = Vec::new();
    let automations = header.summary(&header.plan_with(&plan.values)?, &plan.footer).automations;
    match automations {
        Automation::Triggered => losses.push(
            "automations will run: their effects stay, and a rollback triggers automations again"
                .to_owned(),
        ),
        Automation::Undefined => losses.push(
            "automations may run: their effects stay, and a rollback triggers automations"
                .to_owned(),
        ),
        Automation::NotTriggered => losses
            .push("a rollback updates records by their ids, which triggers automations".to_owned()),
    }
    if !keeps {
        losses.push(format!("no value of {} is kept", quoted(&header.fields)));
        return Ok(losses);
    }
    losses.push(format!(
        "only {} kept: what automations, formulas and rules change in other fields stays",
        if header.fields.len() == 1 {
            format!("the value of {} is", quoted(&header.fields))
        } else {
            format!("the values of {} are", quoted(&header.fields))
        }
    ));
    if header.route == Route::View {
        losses.push(
            "values are read before the job is scheduled: records that enter the view in between have none"
                .to_owned(),
        );
    }
    let known = facts.and_then(|facts| facts.fields_of(&header.module));
    let (mut clearable, mut unknown) = (Vec::new(), Vec::new());
    for name in &header.fields {
        let field = known.and_then(|fields| fields.iter().find(|field| field.api_name == *name));
        match field {
            None => unknown.push(name.clone()),
            Some(field) => losses.extend(of_field(field)),
        }
        if field.is_none_or(|field| field.mandatory != Some(true)) {
            clearable.push(name.clone());
        }
    }
    if !clearable.is_empty() {
        losses.push(format!(
            "where {} is empty now: it is not documented whether a mass update can clear a field",
            alternatives(&clearable)
        ));
    }
    if !unknown.is_empty() {
        losses.push(format!(
            "{} without metadata: whether mandatory, a lookup, or of a type that cannot be restored, is \
             unknown; `massup pull --module {}` downloads it",
            quoted(&unknown),
            printable(&header.module)
        ));
    }
    Ok(losses)
}

/// What the metadata of a field says about its former values.
fn of_field(field: &Field) -> Vec<String> {
    let (name, data_type) = (printable(&field.api_name), field.data_type());
    let mut losses = Vec::new();
    if field.mandatory == Some(true) {
        losses
            .push(format!("where `{name}` is empty now: it is mandatory, so it cannot be cleared"));
    }
    if LISTS.contains(&data_type) {
        losses.push(format!(
            "every value of `{name}`: no mass update sets a field of the type `{}`",
            printable(data_type)
        ));
    }
    if REFERENCES.contains(&data_type) {
        losses.push(format!(
            "where `{name}` refers to something that is deleted by then, or that a mass update refuses for a \
             field of the type `{}`",
            printable(data_type)
        ));
    }
    if OPTIONS.contains(&data_type) {
        let unused: BTreeSet<String> = field
            .options
            .iter()
            .flatten()
            .filter(|option| !option.used)
            .map(|option| format!("`{}`", printable(&option.shown)))
            .collect();
        let unused: Vec<String> = unused.into_iter().collect();
        let such = if unused.is_empty() {
            String::new()
        } else {
            format!(", such as {}", unused.join(", "))
        };
        losses.push(format!("where `{name}` has an option that is not in use any more{such}"));
    }
    losses
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", printable(name))).collect();
    names.join(", ")
}

fn alternatives(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", printable(name))).collect();
    names.join(" or ")
}
