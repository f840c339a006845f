//! The report as Markdown, for a pull request or a job's summary page.

use std::fmt::Write as _;

use super::{FindingRow, Report, printable};

/// The report as the file `summary.md` has it.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = render(&mut out, report);
    out
}

fn render(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "# AWS Signer conformance: {} {}\n", escape(&report.target.name), report.verdict)?;
    writeln!(
        out,
        "Edition {} · basis {} · `{}` · {} in {:.1} s · seed {}\n",
        report.edition,
        report.basis.id(),
        report.target.endpoint,
        report.requests_in_words(),
        report.elapsed_s,
        report.seed
    )?;
    if let Some(caution) = report.target.caution() {
        writeln!(out, "**{caution}**\n")?;
    }
    for reason in report.because.iter().chain(&report.unasked) {
        writeln!(out, "- {}", escape(reason))?;
    }
    if !report.because.is_empty() || report.unasked.is_some() {
        writeln!(out)?;
    }
    writeln!(out, "| operation | verdict | cases | failed |\n|---|---|--:|--:|")?;
    for (operation, row) in &report.operations {
        writeln!(out, "| {operation} | {} | {} | {} |", row.verdict.id(), row.cases, row.failed)?;
    }
    let coverage = &report.coverage;
    writeln!(
        out,
        "\nRequirements: {} exercised / {} testable · tour: {} / {} transitions · declared errors: {} / {}\n",
        coverage.requirements.exercised,
        coverage.requirements.testable,
        coverage.tour.reached,
        coverage.tour.total,
        coverage.errors.reached,
        coverage.errors.total
    )?;
    for (title, counts) in report.distribution.lines() {
        writeln!(out, "- {title}: {}", escape(&counts))?;
    }
    for row in report.witnesses.iter().filter(|row| row.cases == 0) {
        let why = row.excused.as_ref().map(|finding| format!(" ({finding} may be why)")).unwrap_or_default();
        writeln!(out, "- not seen, though a full run should: {}{why}", row.what)?;
    }
    let (_, unsure) = report.missed_errors();
    if !unsure.is_empty() {
        writeln!(out, "- {} declared errors not provoked, as no client is sure to", unsure.len())?;
    }
    writeln!(out)?;
    let reasons = report.tour.reasons();
    if !reasons.is_empty() {
        writeln!(out, "| transitions of the tour not reached, as | |\n|---|--:|")?;
        for (words, count) in reasons {
            writeln!(out, "| {words} | {count} |")?;
        }
        writeln!(out)?;
    }
    findings(out, "Findings that count", report.findings.iter().filter(|row| row.is_new()))?;
    findings(out, "Known deviations", report.findings.iter().filter(|row| row.known.is_some()))?;
    findings(out, "Findings that do not count here", report.findings.iter().filter(|row| !row.counts && row.known.is_none()))?;
    if !report.open_points.is_empty() {
        writeln!(out, "## Open points answered\n\n| open point | question | answer |\n|---|---|---|")?;
        for row in &report.open_points {
            writeln!(out, "| {} | {} | {} |", row.id, escape(&row.question), escape(&row.observed))?;
        }
    }
    Ok(())
}

fn findings<'a>(out: &mut String, title: &str, rows: impl Iterator<Item = &'a FindingRow>) -> std::fmt::Result {
    let rows: Vec<&FindingRow> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "## {title} ({})\n\n| | requirement | operation | what | observed |\n|---|---|---|---|---|", rows.len())?;
    for row in rows {
        writeln!(
            out,
            "| {}{} | {} ({}) | {} | {} | {} |",
            row.id,
            row.doubt().map(|words| format!(" ({words})")).unwrap_or_default(),
            row.requirement,
            row.basis.id(),
            row.places(),
            escape(&row.summary),
            escape(&row.observed)
        )?;
    }
    writeln!(out)
}

/// Keeps a text inside its table cell and from being read as markup, and control characters of a target out of it.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in printable(&text.replace(['\n', '\r'], " ")).chars() {
        match character {
            '|' | '<' | '`' | '*' | '_' | '[' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}
