//! The lines that would make a target's ledger foresee what was found, each with a reason to be filled in.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use signer_schemas::Operation;

use crate::data::visible::{printable, visible};
use crate::report::ledger::PLACEHOLDER;
use crate::report::{FindingRow, Report};

/// The lines to paste into the target's ledger, or a whole ledger if it has none; none if there is nothing
/// new.
pub fn ledger_lines(report: &Report) -> Option<String> {
    let absent: Vec<Operation> = report.absent_and_unlisted().collect();
    let new: Vec<&FindingRow> = report.new_findings().collect();
    if new.is_empty() && absent.is_empty() {
        return None;
    }
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = render(&mut out, report, &absent, &new);
    Some(out)
}

fn render(out: &mut String, report: &Report, absent: &[Operation], new: &[&FindingRow]) -> fmt::Result {
    // Without a day, what a ledger refuses until it is filled in.
    let date = day(report).unwrap_or_else(|| "YYYY-MM-DD".to_owned());
    if report.ledger.is_none() {
        let target = &report.target;
        let name =
            toml::Value::from(visible(if target.name.is_empty() { &target.endpoint } else { &target.name }));
        writeln!(out, "name = {name}\nedition = \"{}\"\n", report.edition)?;
    }
    for operation in absent {
        writeln!(out, "[[unimplemented]]\noperation = \"{operation}\"")?;
        writeln!(out, "reason = \"{PLACEHOLDER}\"\ndate = \"{date}\"\n")?;
    }
    // Crashes on several inputs are one line.
    let mut written = BTreeSet::new();
    for row in new {
        let lines: Vec<&Operation> = row
            .operations
            .iter()
            .filter(|operation| written.insert((&row.requirement, **operation)))
            .collect();
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "# {}: {}", row.id, printable(&row.summary.replace(['\n', '\r'], " ")))?;
        for operation in lines {
            writeln!(
                out,
                "[[deviation]]\nrequirement = \"{}\"\noperation = \"{operation}\"",
                row.requirement
            )?;
            let flaky = if row.flaky { "flaky = true\n" } else { "" };
            writeln!(out, "{flaky}reason = \"{PLACEHOLDER}\"\ndate = \"{date}\"\n")?;
        }
    }
    Ok(())
}

/// The day of the run, as its report tells it: so it can be derived again.
pub(super) fn day(report: &Report) -> Option<String> {
    let last = report.cases.iter().filter_map(|case| case.began).max()?;
    Some(last.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}
