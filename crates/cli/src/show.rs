//! `massup show`.

mod export;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;
use massup_model::{RecordId, Request, Selection};
use massup_planner::file::{self, Footer, Header};
use massup_planner::{Decision, Error, ErrorKind, Plan, Summary};
use massup_project::signature::{self, Signed};
use massup_project::snapshot;
use massup_rules::Facts;
use massup_rules::report::Signature;
use serde_json::Value;

use crate::args::{Format, Global, ShowArgs};
use crate::held_file::HeldFile;
use crate::render::plan::Shown;
use crate::signature::{refuse as unsigned, signers};
use crate::{Outcome, output};

pub(crate) fn run(args: &ShowArgs, global: &Global) -> Result<Outcome> {
    if global.format.is_of_calls() && args.plan == Path::new("-") {
        output::complain("this format reads the plan twice; write the plan to a file");
        return Ok(Outcome::Usage);
    }
    let mut signed_by = None;
    let reader: Box<dyn BufRead> = if args.plan == Path::new("-") {
        if !args.require_signature.is_empty() {
            output::complain("a plan on standard input has no signature next to it");
            return Ok(Outcome::Usage);
        }
        Box::new(BufReader::new(std::io::stdin().lock()))
    } else {
        let file = File::open(&args.plan)
            .with_context(|| format!("cannot read `{}`", args.plan.display()))?;
        let trusted = match signers(&args.plan, &args.require_signature) {
            Ok(trusted) => trusted,
            Err(error) => return Ok(output::misused(error)),
        };
        if !trusted.is_empty() {
            match signature::check(&args.plan, &file, &trusted)? {
                Signed::By(id) => signed_by = Some(id),
                Signed::Not(why) => return Ok(unsigned(&args.plan, &why)),
            }
        }
        // What is shown is what was checked, whatever takes its name meanwhile.
        Box::new(BufReader::new(HeldFile::from_start(&Arc::new(file))))
    };
    let whole = match Whole::read(reader) {
        Ok(whole) => whole,
        Err(error) if error.kind() == ErrorKind::PlanFile => return Ok(refuse(&args.plan, &error)),
        Err(error) => {
            let cannot = || format!("cannot read `{}`", args.plan.display());
            return Err(error).with_context(cannot);
        }
    };
    let Whole { header, footer, .. } = &whole;
    let known = match snapshot::known(args.snapshot.as_deref()) {
        Ok(known) => known,
        Err(error) => return Ok(output::misused(error)),
    };
    if let Some(known) = &known
        && !massup_project::plan::is_current(header, known)
        && !args.allow_stale
    {
        output::complain("the facts have changed since the plan was made");
        output::remark("plan again, or use `--allow-stale`");
        return Ok(Outcome::Findings);
    }
    let plan = snapshot::aged(header.plan_with(&whole.values)?, snapshot::now());
    let decision = plan.decide(footer.records);
    let summary = header.summary(&plan, footer);
    let territory = known.as_deref().and_then(|known| territory(&plan, known));
    let signature = signed_by
        .map(|key| Signature { key, checked: true })
        .or_else(|| signature::claimed(&args.plan).map(|key| Signature { key, checked: false }));
    let signature = signature.as_ref();
    let shown = Shown { territory, signature, ..whole.shown(&plan, &decision, &summary) };
    let text = match global.format {
        Format::Human if global.quiet => String::new(),
        Format::Curl | Format::Postman => return export(args, global.format, &shown, footer),
        Format::Human => shown.words() + &signature_line(signature),
        format => shown.written(format)?,
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}

/// What is known of the signature of a plan; empty without one.
fn signature_line(signature: Option<&Signature>) -> String {
    match signature {
        Some(Signature { key, checked: true }) => format!("signed by the trusted key {key}\n"),
        Some(Signature { key, checked: false }) => format!(
            "a signature of key {key} is next to the plan, not checked; use `--require-signature KEY`\n"
        ),
        None => String::new(),
    }
}

/// How many ids the page shows.
const SAMPLE: usize = 10;

/// A plan file that is complete and unmodified.
struct Whole {
    header: Header,
    footer: Footer,
    /// The values that the steps set, by field.
    values: BTreeMap<String, Value>,
    /// Some of the ids.
    sample: Vec<RecordId>,
}

impl Whole {
    fn read(reader: impl BufRead) -> Result<Self, Error> {
        let mut values = BTreeMap::new();
        let mut sample = Vec::new();
        let (header, footer) = file::verify_each(reader, |step| {
            if let Some(Selection::Ids(ids)) = step.request().map(Request::selection) {
                sample.extend(ids.iter().take(SAMPLE.saturating_sub(sample.len())));
            }
            for (name, value) in step.fields() {
                if !values.contains_key(name) {
                    values.insert(name.clone(), value.clone());
                }
            }
        })?;
        Ok(Self { header, footer, values, sample })
    }

    fn shown<'p>(
        &'p self,
        plan: &'p Plan,
        decision: &'p Decision,
        summary: &'p Summary,
    ) -> Shown<'p> {
        let digest = Some(self.footer.digest.as_str());
        let (summary, sample) = (Some(summary), self.sample.as_slice());
        Shown { summary, digest, sample, ..Shown::of(plan, decision) }
    }
}

/// A plan file in every format of the command, without a snapshot.
pub(crate) fn in_every_format(bytes: &[u8]) -> Result<Vec<(Format, String)>> {
    let whole = Whole::read(bytes)?;
    let plan = whole.header.plan_with(&whole.values)?;
    let decision = plan.decide(whole.footer.records);
    let summary = whole.header.summary(&plan, &whole.footer);
    let shown = whole.shown(&plan, &decision, &summary);
    let mut texts = Vec::new();
    for format in Format::value_variants().iter().copied().filter(|format| format.is_of("show")) {
        if !format.is_of_calls() {
            texts.push((format, shown.written(format)?));
        } else if shown.steps()?.len() <= 1 {
            let mut out = Vec::new();
            calls(format, &shown, &whole.footer, bytes, &mut out)?;
            texts.push((format, String::from_utf8(out)?));
        }
    }
    Ok(texts)
}

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
    let mut out = BufWriter::new(std::io::stdout().lock());
    calls(format, shown, footer, BufReader::new(file), &mut out)?;
    out.flush()?;
    Ok(Outcome::Clean)
}

fn calls(
    format: Format,
    shown: &Shown<'_>,
    footer: &Footer,
    plan: impl BufRead,
    out: &mut impl Write,
) -> Result<()> {
    let steps = file::Reader::new(plan)?.map(|step| Ok(step?));
    let (headline, values) = (shown.headline(), shown.values(shown.plan.fields()));
    let about = export::About {
        headline: &headline,
        values: &output::printable(&values),
        digest: &footer.digest,
        module: shown.plan.module(),
    };
    match format {
        Format::Postman => export::postman(out, &about, steps),
        _ => export::script(out, &about, steps),
    }
}

fn refuse(path: &Path, error: &Error) -> Outcome {
    output::complain(&format!("`{}`: {error}", path.display()));
    output::remark("make the plan again with `massup plan`");
    Outcome::Findings
}
