//! `massup show`.

mod export;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use massup_model::{Request, Selection};
use massup_planner::file::{self, Footer};
use massup_planner::{Error, ErrorKind, Plan};
use massup_project::snapshot;
use massup_rules::Facts;

use crate::args::{Format, Global, ShowArgs};
use crate::render::plan::Shown;
use crate::{Outcome, output};

pub(crate) fn run(args: &ShowArgs, global: &Global) -> Result<Outcome> {
    if global.format.is_of_calls() && args.plan == Path::new("-") {
        output::complain("this format reads the plan twice; write the plan to a file");
        return Ok(Outcome::Usage);
    }
    let reader: Box<dyn BufRead> = if args.plan == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin().lock()))
    } else {
        let file = File::open(&args.plan)
            .with_context(|| format!("cannot read `{}`", args.plan.display()))?;
        Box::new(BufReader::new(file))
    };
    // The values that the steps set, by field.
    let mut values = BTreeMap::new();
    let mut sample = Vec::new();
    let seen = file::verify_each(reader, |step| {
        if let Some(Selection::Ids(ids)) = step.request().map(Request::selection) {
            sample.extend(ids.iter().take(SAMPLE.saturating_sub(sample.len())));
        }
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
    if let Some(known) = &known
        && !massup_project::plan::is_current(&header, known)
        && !args.allow_stale
    {
        output::complain("the facts have changed since the plan was made");
        output::remark("plan again, or use `--allow-stale`");
        return Ok(Outcome::Findings);
    }
    let plan = snapshot::aged(header.plan_with(&values)?, snapshot::now());
    let decision = plan.decide(footer.records);
    let summary = header.summary(&plan, &footer);
    let digest = Some(footer.digest.as_str());
    let territory = known.as_deref().and_then(|known| territory(&plan, known));
    let shown = Shown {
        summary: Some(&summary),
        digest,
        sample: &sample,
        territory,
        ..Shown::of(&plan, &decision)
    };
    let text = match global.format {
        Format::Human if global.quiet => String::new(),
        Format::Curl | Format::Postman => return export(args, global.format, &shown, &footer),
        format => shown.written(format)?,
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}

/// How many ids the page shows.
const SAMPLE: usize = 10;

/// The name of the territory of a plan.
fn territory<'f>(plan: &Plan, known: &'f Facts) -> Option<&'f str> {
    let Selection::View { territory: Some(within), .. } = plan.selection() else { return None };
    let mut territories = known.territories.iter().flatten();
    territories.find(|known| known.id == within.id.get())?.name.as_deref()
}

/// Writes the calls, which are read again: a plan may be too large to hold.
fn export(args: &ShowArgs, format: Format, shown: &Shown<'_>, footer: &Footer) -> Result<Outcome> {
    if shown.steps()?.len() > 1 {
        output::complain(
            "the steps of this plan wait for one another, which a list of calls cannot do",
        );
        output::remark("only plans by ids and plans of a single job have this format");
        return Ok(Outcome::Usage);
    }
    let file =
        File::open(&args.plan).with_context(|| format!("cannot read `{}`", args.plan.display()))?;
    let steps = file::Reader::new(BufReader::new(file))?.map(|step| Ok(step?));
    let (headline, values) = (shown.headline(), shown.values(shown.plan.fields()));
    let about = export::About {
        headline: &headline,
        values: &output::printable(&values),
        digest: &footer.digest,
        module: shown.plan.module(),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    match format {
        Format::Postman => export::postman(&mut out, &about, steps)?,
        _ => export::script(&mut out, &about, steps)?,
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

fn refuse(path: &Path, error: &Error) -> Outcome {
    output::complain(&format!("`{}`: {error}", path.display()));
    output::remark("make the plan again with `massup plan`");
    Outcome::Findings
}
