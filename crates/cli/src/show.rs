//! `massup show`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result};
use massup_planner::file;
use massup_planner::{Error, ErrorKind};
use massup_project::snapshot;

use crate::args::{Format, Global, ShowArgs};
use crate::render::plan::Shown;
use crate::{Outcome, output};

pub(crate) fn run(args: &ShowArgs, global: &Global) -> Result<Outcome> {
    let reader: Box<dyn BufRead> = if args.plan == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin().lock()))
    } else {
        let file = File::open(&args.plan)
            .with_context(|| format!("cannot read `{}`", args.plan.display()))?;
        Box::new(BufReader::new(file))
    };
    // What the steps set, by the names of the fields.
    let mut values = BTreeMap::new();
    let seen = file::verify_each(reader, |step| {
        for (name, value) in step.fields() {
            if !values.contains_key(name) {
                values.insert(name.clone(), value.clone());
            }
        }
    });
    let (header, footer) = match seen {
        Ok(whole) => whole,
        Err(error) if error.kind() == ErrorKind::PlanFile => return Ok(refuse(&args.plan, &error)),
        Err(error) => {
            let cannot = || format!("cannot read `{}`", args.plan.display());
            return Err(error).with_context(cannot);
        }
    };
    let known = match snapshot::known(args.snapshot.as_deref()) {
        Ok(known) => known,
        Err(error) => return Ok(output::misused(error)),
    };
    if let Some(known) = known
        && !massup_project::plan::is_current(&header, &known)
        && !args.allow_stale
    {
        output::complain("the facts have changed since the plan was made");
        output::remark("plan again, or go on with --allow-stale");
        return Ok(Outcome::Findings);
    }
    let plan = snapshot::aged(header.plan_with(&values)?, snapshot::now());
    let decision = plan.decide(footer.records);
    let summary = header.summary(&plan, &footer);
    let digest = Some(footer.digest.as_str());
    let shown = Shown { plan: &plan, decision: &decision, summary: Some(&summary), digest };
    let text = match global.format {
        Format::Human if global.quiet => String::new(),
        format => shown.written(format)?,
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}

fn refuse(path: &Path, error: &Error) -> Outcome {
    output::complain(&format!("`{}`: {error}", path.display()));
    output::remark("a plan is kept whole or not at all: make it anew with `massup plan`");
    Outcome::Findings
}
