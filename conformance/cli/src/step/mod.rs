//! `step`: the reference implementation's store beside the model, through every edge of each scope.
//!
//! Model and store are read from the documents by different means. Here they are driven side by side in process: in each state
//! of a scope each call is made, under each choice of the freedoms that show in it, and what the store says and keeps must be
//! what the model permits.

mod bindings;
mod choices;
mod driver;
mod expand;
mod explained;
mod lists;
mod names;
mod views;
mod walk;
mod walked;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};
use signer_conformance::report::{Tone, Toned};
use signer_model::scopes;
use signer_reference::faults::Faults;

pub use explained::EXPLAINED;
pub use walk::{Limits, walk};
pub use walked::{Disagreement, Untaken, Walked};

use crate::failure::Failure;
use crate::progress::Line;
use crate::show;

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
    let chosen =
        if args.scope.is_empty() { scopes() } else { args.scope.iter().filter_map(|name| signer_model::scope(name)).collect() };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let limits = Limits { states: args.states.unwrap_or(usize::MAX), threads: args.threads.map_or(cores, usize::from) };
    let mut rows = Vec::new();
    let mut first = None;
    for scope in chosen {
        let begin = Instant::now();
        let line = Line::new();
        let mut tell = |walked: &Walked| {
            line.tell(|| format!("{}: {} states, {} edges, {} calls", scope.name, walked.states, walked.edges, walked.calls));
        };
        let walked = walk(&scope, faults, limits, &mut tell);
        drop(line);
        let walked = walked.map_err(|what| Failure::Inconclusive(format!("{}: {what}", scope.name)))?;
        let seconds = begin.elapsed().as_secs_f64();
        if args.json {
            rows.push(as_json(scope.name, &walked, seconds));
        } else {
            show::out(as_text(scope.name, &walked, seconds))?;
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
        std::fs::write(file, text).map_err(|error| Failure::option("--out", format!("{}: {error}", file.display())))?;
    }
    Ok(ExitCode::from(u8::from(first.is_some())))
}

fn as_text(scope: &str, walked: &Walked, seconds: f64) -> Toned {
    let states = if walked.complete { "states" } else { "states (not all)" };
    let mut out = Toned::default();
    out.toned(Tone::Strong, scope);
    let _ = writeln!(
        out,
        ": {} {states}, {} of {} edges taken, {} calls, {seconds:.2} s",
        walked.states, walked.taken, walked.edges, walked.calls
    );
    for (requirement, untaken) in &walked.untaken {
        let (state, by) = &untaken.example;
        let state = state.to_string().replace('\n', "; ");
        let _ = write!(out, "  {} ", untaken.edges);
        out.toned(Tone::Doubtful, "not taken");
        let _ = writeln!(out, " [{requirement}]");
        let _ = writeln!(out, "          {}", explained::reason(requirement).unwrap_or("nobody has said why"));
        let _ = writeln!(out, "          e.g. {by}, where {state}");
    }
    let Some(found) = &walked.disagreement else { return out };
    let _ = write!(out, "  ");
    out.toned(Tone::Bad, "DISAGREES");
    let _ = writeln!(out, " after {} steps", found.program.steps.len());
    for (index, step) in found.program.steps.iter().enumerate() {
        let freedoms = found.freedoms.get(index).map_or_else(String::new, |names| names.join(" "));
        let freedoms = if freedoms.is_empty() { freedoms } else { format!(" (--freedom {freedoms})") };
        let _ = writeln!(out, "  {:>3}. {}{freedoms}", index + 1, signer_conformance::report::step_words(step));
    }
    let _ = writeln!(out, "  the store: {}", found.observed);
    for line in &found.difference {
        let _ = writeln!(out, "             {line}");
    }
    for (index, line) in found.permitted.iter().enumerate() {
        let _ = writeln!(out, "  {} {line}", if index == 0 { "permitted:" } else { "          " });
    }
    let _ = writeln!(out, "  {}", json!(found.program));
    out
}

fn as_json(scope: &str, walked: &Walked, seconds: f64) -> Value {
    let untaken: Vec<Value> = walked
        .untaken
        .iter()
        .map(|(requirement, untaken)| {
            let (state, by) = &untaken.example;
            let state: Vec<String> = state.to_string().lines().map(str::to_owned).collect();
            json!({
                "requirement": requirement,
                "edges": untaken.edges,
                "reason": explained::reason(requirement),
                "example": { "state": state, "step": by.to_string() },
            })
        })
        .collect();
    let disagreement = walked.disagreement.as_ref().map(|found| {
        json!({
            "program": found.program,
            "freedoms": found.freedoms,
            "step": found.step,
            "permitted": found.permitted,
            "observed": found.observed,
            "difference": found.difference,
        })
    });
    json!({
        "scope": scope,
        "states": walked.states,
        "complete": walked.complete,
        "edges": walked.edges,
        "taken": walked.taken,
        "calls": walked.calls,
        "seconds": seconds,
        "untaken": untaken,
        "disagreement": disagreement,
    })
}

fn scope(text: &str) -> Result<String, String> {
    match signer_model::scope(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("the scopes are {}", scopes().iter().map(|scope| scope.name).collect::<Vec<_>>().join(", "))),
    }
}
