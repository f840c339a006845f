//! A trace as a sequence diagram in Mermaid's text.

use std::fmt::Write as _;

use signer_model::Account;

use crate::position::Position;
use crate::steps::By;

/// The diagram.
pub(super) fn diagram(position: &Position) -> String {
    let mut out = String::from("sequenceDiagram\n  participant O as the owner\n");
    let steps = || position.steps.iter().take(position.at);
    if steps().any(|step| matches!(step.by, By::Call(call) if call.by == Account::Other)) {
        out.push_str("  participant X as the other account\n");
    }
    out.push_str("  participant S as AWS Signer\n");
    for step in steps() {
        // Writing into a string cannot fail.
        let _ = match step.by {
            By::Call(call) => {
                let who = if call.by == Account::Owner { "O" } else { "X" };
                let reply =
                    step.reply.map_or_else(|| "any admitted answer".to_owned(), |reply| reply.to_string());
                write!(
                    out,
                    "  {who}->>S: {}\n  S-->>{who}: {}\n",
                    plain(&call.request.to_string()),
                    plain(&reply)
                )
            }
            By::Ends(job, status) => writeln!(out, "  Note over S: {job} becomes {status}"),
            By::Settles(job) => writeln!(out, "  Note over S: {job} ends"),
        };
        for line in &step.changes {
            let _ = writeln!(out, "  Note right of S: {}", plain(line));
        }
    }
    out
}

/// A text without what ends a statement, or begins an entity.
fn plain(text: &str) -> String {
    text.replace([';', '#', '\n'], " ")
}
