//! A trace in the Informal Trace Format, which Apalache and other tools for TLA+ read and show.

use serde_json::{Map, Value, json};

use crate::cards::cards;
use crate::position::Position;
use crate::steps::By;

/// The trace. Each state has a record for each thing that was made, and the step that led to it; where worlds
/// differ in a value, the value names all that it may be.
pub(super) fn trace(position: &Position) -> Value {
    let state = |at: usize| {
        let things = |kind: &str| {
            let cards = cards(None, position.worlds_at(at)).into_iter().filter(|card| card.kind == kind);
            let pairs = cards.map(|card| {
                let fields = card.lines.into_iter().map(|line| (line.field, Value::String(line.value)));
                json!([card.name, fields.collect::<Map<_, _>>()])
            });
            json!({ "#map": pairs.collect::<Vec<_>>() })
        };
        let step = at.checked_sub(1).and_then(|last| position.steps.get(last));
        let (by, reply) = step.map_or_else(Default::default, |step| {
            let by = match step.by {
                By::Call(call) => call.to_string(),
                By::Ends(job, status) => format!("{job} becomes {status}"),
                By::Settles(job) => format!("{job} ends"),
            };
            (by, step.reply.map(|reply| reply.to_string()).unwrap_or_default())
        });
        json!({
            "#meta": { "index": at },
            "profiles": things("profile"),
            "jobs": things("job"),
            "call": by,
            "reply": reply,
        })
    };
    json!({
        "#meta": {
            "format": "ITF",
            "description": format!("A walk through the scope {} of the model of AWS Signer", position.subject.name),
        },
        "vars": ["profiles", "jobs", "call", "reply"],
        "states": (0..=position.at).map(state).collect::<Vec<_>>(),
    })
}
