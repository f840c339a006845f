//! `step`: the reference implementation's store beside the model, through every edge of each scope.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use signer_model::scopes;
use signer_reference::faults::Faults;
use signer_step::{Limits, Walked, report, walk};

use crate::failure::Failure;
use crate::progress::Line;
use crate::show;
use crate::threads::threads;

/// The options of `step`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Walks through these scopes only.
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = scope)]
    scope: Vec<String>,
    /// Visits at most so many states of each scope.
    #[arg(long, value_name = "N")]
    states: Option<usize>,
    /// Threads; as many as there are cores unless given. The result is the same on any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// A deliberate mistake of the reference implementation; stepping should find it.
    #[arg(long, value_name = "ID", num_args = 1..)]
    fault: Vec<String>,
    /// Writes the sequence that leads to the first disagreement, for `replay`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut faults = Faults::default();
    for id in &args.fault {
        faults.insert(id).map_err(|error| Failure::option("--fault", error))?;
    }
    if args.states == Some(0) {
        return Err(Failure::option("--states", "with 0 there is nothing to see"));
    }
    let chosen = if args.scope.is_empty() {
        scopes()
    } else {
        args.scope.iter().filter_map(|name| signer_model::scope(name)).collect()
    };
    let limits = Limits { states: args.states.unwrap_or(usize::MAX), threads: threads(args.threads) };
    let mut rows = Vec::new();
    let mut first = None;
    for scope in chosen {
        let begin = Instant::now();
        let line = Line::new();
        let mut tell = |walked: &Walked| {
            line.tell(|| {
                format!(
                    "{}: {} states, {} edges, {} calls",
                    scope.name, walked.states, walked.edges, walked.calls
                )
            });
        };
        let walked = walk(&scope, faults, limits, &mut tell);
        drop(line);
        let walked = walked.map_err(|what| Failure::Inconclusive(format!("{}: {what}", scope.name)))?;
        let seconds = begin.elapsed().as_secs_f64();
        if args.json {
            rows.push(report::as_json(scope.name, &walked, seconds));
        } else {
            show::out(report::as_text(scope.name, &walked, seconds))?;
        }
        if walked.disagreement.is_some() {
            first = walked.disagreement;
            break;
        }
    }
    if args.json {
        show::out(&format!("{:#}\n", json!({ "scopes": rows })))?;
    }
    if let (Some(disagreement), Some(file)) = (&first, &args.out) {
        let text = format!("{:#}\n", json!(disagreement.program));
        std::fs::write(file, text)
            .map_err(|error| Failure::option("--out", format!("{}: {error}", file.display())))?;
    }
    Ok(ExitCode::from(u8::from(first.is_some())))
}

fn scope(text: &str) -> Result<String, String> {
    match signer_model::scope(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!(
            "the scopes are {}",
            scopes().iter().map(|scope| scope.name).collect::<Vec<_>>().join(", ")
        )),
    }
}
