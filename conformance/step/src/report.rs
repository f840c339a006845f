//! What came of a walk, as text for people and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};
use signer_conformance::report::{Tone, Toned, step_words};

use crate::explained::reason;
use crate::walked::Walked;

/// For a person: the sizes, the edges that were not taken with the reason, and the sequence to a
/// disagreement.
pub fn as_text(scope: &str, walked: &Walked, seconds: f64) -> Toned {
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
        let _ = writeln!(out, "          {}", reason(requirement).unwrap_or("nobody has said why"));
        let _ = writeln!(out, "          e.g. {by}, where {state}");
    }
    let Some(found) = &walked.disagreement else { return out };
    let _ = write!(out, "  ");
    out.toned(Tone::Bad, "DISAGREES");
    let _ = writeln!(out, " after {} steps", found.program.steps.len());
    for (index, step) in found.program.steps.iter().enumerate() {
        let freedoms = found.freedoms.get(index).map_or_else(String::new, |names| names.join(" "));
        let freedoms = if freedoms.is_empty() { freedoms } else { format!(" (--freedom {freedoms})") };
        let _ = writeln!(out, "  {:>3}. {}{freedoms}", index + 1, step_words(step));
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

/// For a program: the same as one object.
pub fn as_json(scope: &str, walked: &Walked, seconds: f64) -> Value {
    let untaken: Vec<Value> = walked
        .untaken
        .iter()
        .map(|(requirement, untaken)| {
            let (state, by) = &untaken.example;
            let state: Vec<String> = state.to_string().lines().map(str::to_owned).collect();
            json!({
                "requirement": requirement,
                "edges": untaken.edges,
                "reason": reason(requirement),
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
