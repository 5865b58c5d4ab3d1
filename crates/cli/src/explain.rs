//! `massup explain`: rules, codes and messages of the server, pasted answers, states of jobs.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use massup_project::Explanation;

use crate::args::{ExplainArgs, Format, Global};
use crate::{Outcome, output};

pub(crate) fn run(args: &ExplainArgs, global: &Global) -> Result<Outcome> {
    let mut text = args.words.join(" ");
    if text == "-" {
        text.clear();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    }
    let explanation = match Explanation::of(&text) {
        Ok(explanation) => explanation,
        Err(unknown) => {
            output::complain(&unknown.to_string());
            output::remark("`massup rules` lists the rules");
            return Ok(Outcome::Usage);
        }
    };
    match global.format {
        Format::Json => output::json(&explanation.as_json())?,
        _ => output::print(&explanation.to_string())?,
    }
    Ok(Outcome::Clean)
}
