//! `massup rules`, `massup schema`, `massup types`, `massup completions`, `massup man`.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;
use massup_model::ApiVersion;
use massup_project::{schemas, snapshot, types};
use massup_rules::schema;
use serde_json::{Value, json};

use crate::args::{self, Format, Global, RulesArgs, SchemaArgs, SchemaName, TypesArgs};
use crate::list::{self, no_module};
use crate::{Outcome, output, schemas as published};

pub(crate) fn rules(_: &RulesArgs, global: &Global) -> Result<Outcome> {
    if global.format == Format::Json {
        output::json(&schema::catalogue())?;
        return Ok(Outcome::Clean);
    }
    let rules = massup_rules::rules();
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &&massup_rules::Rule| {
        let severity = (rule.severity)(ApiVersion::LATEST).as_str();
        let (code, name, summary) = (rule.code, rule.name, rule.summary());
        format!("{code}  {name:width$}  {severity:7}  {summary}\n")
    };
    output::print(&rules.iter().map(line).collect::<String>())?;
    Ok(Outcome::Clean)
}

pub(crate) fn schema(args: &SchemaArgs, global: &Global) -> Result<Outcome> {
    let module = args.target.module.as_deref();
    let version = args.target.api_version;
    let Some(name) = args.name else {
        if global.format == Format::Json {
            output::json(&published::catalogue())?;
            return Ok(Outcome::Clean);
        }
        let names = SchemaName::value_variants().iter().filter_map(|name| {
            let value = name.to_possible_value()?;
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            Some(format!("{:11}  {help}\n", value.get_name()))
        });
        output::print(&names.collect::<String>())?;
        return Ok(Outcome::Clean);
    };
    let word =
        name.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    if args.snapshot.is_some() && name != SchemaName::Request {
        output::complain("`--snapshot` is for the schema of a request");
        return Ok(Outcome::Usage);
    }
    let known = match args.snapshot.as_deref().map(|folder| snapshot::known(Some(folder))) {
        Some(Ok(known)) => known,
        Some(Err(error)) => return Ok(output::misused(error)),
        None => None,
    };
    let published = if let (Some(facts), Some(module)) = (known, module) {
        if facts.fields_of(module).is_none() {
            return Ok(no_module(module, "fields", facts.fields.keys()).report());
        }
        // It is nobody else's, so it has no name of its own.
        schema::of_organisation(module, version, facts).to_value()
    } else if name == SchemaName::Request && (module.is_some() || version.is_some()) {
        let of = format!(
            "request/{}.{}",
            version.unwrap_or(ApiVersion::LATEST),
            module.unwrap_or("any")
        );
        schemas::published(&of, &[], schema::request(module, version).to_value()).schema
    } else {
        published::find(&word).context("no schema has this name")?.schema
    };
    let schema = args.draft.into_draft().render(&published);
    output::print(&schemas::text(&schema))?;
    Ok(Outcome::Clean)
}

pub(crate) fn types(args: &TypesArgs) -> Result<Outcome> {
    let Some(facts) = list::facts(&args.from)? else { return Ok(Outcome::Usage) };
    let module = args.module.as_str();
    if facts.fields_of(module).is_none() {
        return Ok(no_module(module, "fields", facts.fields.keys()).report());
    }
    let schema = schema::of_organisation(module, args.api_version, facts).to_value();
    if schema.get("not").is_some_and(|not| *not == json!({})) {
        let why = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        output::complain(why.trim_end_matches('.'));
        return Ok(Outcome::Findings);
    }
    output::print(&types::written(module, &schema, args.lang.into_language()))?;
    Ok(Outcome::Clean)
}

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "massup", &mut text);
    output::print(&String::from_utf8(text)?)?;
    Ok(Outcome::Clean)
}

/// Prints the manual page of the program or of one of its commands, or writes all pages to a directory.
pub(crate) fn man(command: Option<&str>, output: Option<&Path>) -> Result<Outcome> {
    let mut whole = args::command();
    // Global options are on the page of each command.
    whole.build();
    if let Some(directory) = output {
        std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(whole, directory))
            .with_context(|| format!("cannot write to `{}`", directory.display()))?;
        return Ok(Outcome::Clean);
    }
    let page = match command {
        None => whole,
        Some(name) => {
            let Some(found) = whole.find_subcommand(name) else {
                let names = whole
                    .get_subcommands()
                    .map(clap::Command::get_name)
                    .collect::<Vec<_>>()
                    .join(", ");
                output::complain(&format!("`{name}` is not a command; expected one of {names}"));
                return Ok(Outcome::Usage);
            };
            found.clone()
        }
    };
    let mut text = Vec::new();
    let program = concat!("massup ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(page)
        .source(program)
        .render(&mut text)
        .context("cannot write the page")?;
    output::print(&String::from_utf8(text)?)?;
    Ok(Outcome::Clean)
}
