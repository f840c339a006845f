//! The track record: what was found in other products, each with the rule, the shortest program and how it
//! was found.

use std::fmt::{self, Write as _};

use crate::report::board::{Board, BoardRun};
use crate::report::markdown::said;
use crate::report::{FindingRow, Report};

/// The record as Markdown: every finding that a ledger explains, as deviations that nobody has looked at
/// prove nothing yet.
pub fn track_record(board: &Board) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = render(&mut out, board);
    out
}

fn render(out: &mut String, board: &Board) -> fmt::Result {
    writeln!(out, "# Track record\n")?;
    writeln!(
        out,
        "What the judge has found in products that others wrote: findings that were looked at by hand and \
         stand in a ledger, from the reports of the products' newest runs. Written by `signer-conformance \
         compare --format record NAME@VERSION=DIR…`.\n"
    )?;
    for product in &board.products {
        let Some(run) = product.runs.first() else { continue };
        let known: Vec<&FindingRow> = run.report.findings.iter().filter(|row| row.known.is_some()).collect();
        let version = if run.version.is_empty() { String::new() } else { format!(" {}", run.version) };
        writeln!(out, "## {}{} ({})\n", said(&product.name), said_behind(&version), known.len())?;
        if known.is_empty() {
            writeln!(out, "Its report knows of no deviation with a reason.\n")?;
            continue;
        }
        writeln!(out, "| bug | requirement | program | found by |\n|---|---|---|---|")?;
        for row in known {
            line(out, run, row)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn said_behind(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" {}", said(text)) }
}

fn line(out: &mut String, run: &BoardRun, row: &FindingRow) -> fmt::Result {
    let reason = row.known.as_ref().map(|known| known.reason.as_str()).unwrap_or_default();
    // What a conversation sends has names that only one run has.
    let is_talk = |call: &&String| call.starts_with("the scene ");
    let calls: Vec<&String> = match row.called.iter().find(is_talk) {
        Some(talk) => vec![talk],
        None => row.called.iter().collect(),
    };
    let program: Vec<String> = calls.iter().take(MOST_CALLS).map(|call| said(call)).collect();
    let more = calls.len().saturating_sub(MOST_CALLS);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    writeln!(
        out,
        "| {} | {} at {} ({}) | {}{more} | {} |",
        said(reason),
        row.requirement,
        row.places(),
        row.basis.id(),
        program.join("; "),
        how(&run.report, row)
    )
}

/// More calls are only counted.
const MOST_CALLS: usize = 4;

/// Who noticed, and in which suite first.
fn how(report: &Report, row: &FindingRow) -> String {
    let suite = report.cases.iter().find(|case| case.id == row.case).map_or("", |case| case.suite.as_str());
    let days = row.known.as_ref().map(|known| known.date.as_str()).unwrap_or_default();
    format!("{}, suite {suite}, {days}", row.by)
}
