//! Measures ways of looking at documents.

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use massup_rules::facts::{Facts, Field, PickOption, View};

use crate::corpus::{Document, FIELDS, OPTIONS};

/// A way of looking at a document; what it answers only keeps the compiler from leaving it out.
pub type Way<'w> = (&'static str, Box<dyn FnMut(&[u8]) -> bool + 'w>);

/// The median time of each way in nanoseconds for a document.
///
/// Some documents are measured at a time, so that other work on the machine falls into few of the measurements.
#[expect(clippy::cast_precision_loss, reason = "a mean needs no last digit")]
pub fn medians(documents: &[Document], rounds: usize, ways: &mut [Way<'_>]) -> Vec<f64> {
    let chunks: Vec<_> = documents.chunks(20).collect();
    let mut times = vec![vec![Vec::with_capacity(rounds); chunks.len()]; ways.len()];
    for _ in 0..rounds {
        for (index, chunk) in chunks.iter().enumerate() {
            for ((_, way), times) in ways.iter_mut().zip(&mut times) {
                let start = Instant::now();
                for document in *chunk {
                    black_box(way(black_box(document.text.as_bytes())));
                }
                if let Some(times) = times.get_mut(index) {
                    times.push(start.elapsed());
                }
            }
        }
    }
    let of_chunks =
        |chunks: &mut Vec<Vec<_>>| chunks.iter_mut().map(|times| median(times)).sum::<f64>();
    times.iter_mut().map(|chunks| of_chunks(chunks) * 1e9 / documents.len() as f64).collect()
}

/// The median in seconds.
pub fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}

/// The instructions of this program with some arguments, counted by callgrind.
///
/// # Errors
///
/// What callgrind says, if it cannot be run.
pub fn instructions(arguments: &[&str]) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .output();
    let output = output.map_err(|error| format!("cannot run valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let count =
        text.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    count.ok_or_else(|| text.into_owned())
}

/// The fields, options and views of the corpus.
pub fn facts() -> Facts {
    let fields = FIELDS.map(|(name, data_type)| {
        let mut field = Field::new(name, data_type);
        field.visible = Some(true);
        field.read_only = Some(false);
        field.always_read_only = Some(false);
        field.api_update = Some(true);
        field.blueprint = Some(false);
        field.unique = Some(false);
        field.mandatory = Some(false);
        field.length = (data_type == "text").then_some(255);
        field.options =
            data_type.ends_with("picklist").then(|| OPTIONS.map(PickOption::new).to_vec());
        field
    });
    let views = (0..400).map(|number| View::new(554_023_000_000_000_000 + number));
    Facts::default().fields("Deals", fields).views("Deals", views)
}
