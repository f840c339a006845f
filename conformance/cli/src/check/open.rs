//! What the documents leave open in the scopes that were checked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};
use signer_conformance::report::{Tone, Toned};
use signer_model::{Ambiguity, Rule};

use crate::check::checked::{Checked, told, write_steps};

/// Of all scopes, the shortest way to each point that the documents leave open; the shortest first, with the
/// scope's name.
pub(super) fn nearest_ambiguities(checked: &[Checked]) -> Vec<(&Checked, &Ambiguity)> {
    let mut nearest = BTreeMap::<(bool, &[Rule]), (&Checked, &Ambiguity)>::new();
    for one in checked {
        for ambiguity in &one.report.ambiguities {
            let known = nearest.entry((ambiguity.open, &ambiguity.rules)).or_insert((one, ambiguity));
            if ambiguity.path.len() < known.1.path.len() {
                *known = (one, ambiguity);
            }
        }
    }
    // Observations that meet at one point are confirmed one by one.
    let known = nearest.keys().copied().collect::<Vec<_>>();
    nearest.retain(|(open, rules), _| {
        let parts = known.iter().filter(|(other, part)| other == open && part.len() < rules.len());
        let parts = parts
            .filter(|(_, part)| part.iter().all(|rule| rules.contains(rule)))
            .flat_map(|(_, part)| part.iter());
        *open || parts.collect::<BTreeSet<_>>().len() < rules.len()
    });
    let mut nearest = nearest.into_values().collect::<Vec<_>>();
    nearest.sort_by_key(|(_, ambiguity)| (!ambiguity.open, ambiguity.path.len(), ambiguity.call));
    nearest
}

/// The ambiguity report: what to ask of the real service. Each point once, on the shortest path of all
/// scopes.
pub fn open_text(checked: &[Checked]) -> Toned {
    let ambiguities = nearest_ambiguities(checked);
    let mut out = Toned::default();
    let (open, seen) = ambiguities.split_at(ambiguities.partition_point(|(_, ambiguity)| ambiguity.open));
    let questions = |some: &[(&Checked, &Ambiguity)]| {
        some.iter().flat_map(|(_, ambiguity)| &ambiguity.rules).collect::<BTreeSet<_>>().len()
    };
    let parts = [
        (open, format!("Nobody settles these: {} points, {} questions", open.len(), questions(open))),
        (
            seen,
            format!(
                "The documents admit more than was seen of the real service: {} points, {} observations to \
                 confirm",
                seen.len(),
                questions(seen)
            ),
        ),
    ];
    for (part, title) in parts.into_iter().filter(|(part, _)| !part.is_empty()) {
        out.toned(Tone::Strong, &title);
        let _ = writeln!(out, "\n");
        for (nth, (one, ambiguity)) in part.iter().enumerate() {
            let _ = writeln!(out, "{}. {} ({}, {})", nth + 1, ambiguity.call, one.name, one.scope.edition);
            for rule in &ambiguity.rules {
                let _ = writeln!(out, "   {}", question(*rule));
            }
            write_steps(&mut out, &ambiguity.path);
            let _ = writeln!(out, "          {}. {} → one of", ambiguity.path.len() + 1, ambiguity.call);
            for (reply, changes) in &ambiguity.outcomes {
                let after =
                    if changes.is_empty() { String::new() } else { format!(" ({})", changes.join("; ")) };
                let _ = writeln!(out, "             {reply}{after}");
            }
            let _ = writeln!(out);
        }
    }
    out
}

/// The question that a requirement stands for, or, where it was observed, what it says.
fn question(rule: Rule) -> String {
    let row = signer_schemas::requirement(rule.id);
    let says = row.map(|row| row.question.as_deref().unwrap_or(&row.statement)).unwrap_or_default();
    format!("{}: {says}", rule.id)
}

/// A point in JSON.
pub(super) fn ambiguity_json(one: &Checked, ambiguity: &Ambiguity) -> Value {
    let outcomes = ambiguity
        .outcomes
        .iter()
        .map(|(reply, changes)| json!({ "reply": reply.to_string(), "changes": changes }));
    let questions = ambiguity.rules.iter().map(|rule| {
        let row = signer_schemas::requirement(rule.id);
        let question = row.and_then(|row| row.question.clone());
        let admits = row.map(|row| row.admits.clone()).unwrap_or_default();
        json!({ "requirement": rule.id, "question": question, "admits": admits })
    });
    json!({
        "open": ambiguity.open,
        "scope": one.name,
        "edition": one.scope.edition.id(),
        "states": ambiguity.states,
        "path": told(&ambiguity.path),
        "call": ambiguity.call.to_string(),
        "outcomes": outcomes.collect::<Vec<_>>(),
        "settles": questions.collect::<Vec<_>>(),
    })
}
