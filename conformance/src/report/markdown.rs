//! The report as Markdown, for a pull request or a job's summary page.

use std::fmt::Write as _;

use crate::data::visible::{logged, visible};
use crate::report::words::counted;
use crate::report::{FindingRow, Report};

/// The report as the file `summary.md` has it.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = render(&mut out, report);
    out
}

fn render(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "# AWS Signer conformance: {} {}\n", said(&report.target.name), report.verdict)?;
    writeln!(
        out,
        "Edition {} · basis {} · {} · {} in {:.1} s · seed {}\n",
        report.edition,
        report.basis.id(),
        said(&report.target.endpoint),
        report.requests_in_words(),
        report.elapsed_s,
        report.seed
    )?;
    if let Some(caution) = report.target.caution() {
        writeln!(out, "**{caution}**\n")?;
    }
    if let Some(words) = report.extent() {
        writeln!(out, "The verdict goes {words}.\n")?;
    }
    for reason in report.because.iter().chain(&report.unasked) {
        writeln!(out, "- {}", said(reason))?;
    }
    if let Some(words) = report.allowed_for() {
        writeln!(out, "- it conforms to its ledger: {words}")?;
    }
    if !report.because.is_empty() || report.unasked.is_some() || report.allowed_for().is_some() {
        writeln!(out)?;
    }
    themes(out, report)?;
    operations(out, report)?;
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
        writeln!(out, "- {title}: {}", said(&counts))?;
    }
    for row in report.witnesses.iter().filter(|row| row.cases == 0) {
        let why = row.excused.as_ref().map(|finding| format!(" ({finding} may be why)")).unwrap_or_default();
        writeln!(out, "- not seen, though a full run should: {}{why}", said(&row.what))?;
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
    findings(
        out,
        "Findings that do not count here",
        report.findings.iter().filter(|row| !row.counts && row.known.is_none()),
    )?;
    if !report.open_points.is_empty() {
        writeln!(out, "## Open points answered\n\n| open point | question | answer |\n|---|---|---|")?;
        for row in &report.open_points {
            writeln!(out, "| {} | {} | {} |", said(&row.id), said(&row.question), said(&row.observed))?;
        }
    }
    Ok(())
}

/// How each operation fared.
fn operations(out: &mut String, report: &Report) -> std::fmt::Result {
    let hiding = report
        .themes
        .iter()
        .find(|theme| theme.hides && report.operations.values().any(|row| row.failed > 0));
    let (head, rule) = hiding.map(|theme| (format!(" without {} |", theme.id), "--:|")).unwrap_or_default();
    let told = report.has_deviating();
    let (columns, rules) = if told { ("known | new", "--:|--:") } else { ("failed", "--:") };
    writeln!(out, "| operation | verdict | cases | {columns} |{head}\n|---|---|--:|{rules}|{rule}")?;
    for (operation, row) in &report.operations {
        let beside = hiding.map(|_| format!(" {} |", row.beside.unwrap_or(row.failed))).unwrap_or_default();
        let known = row.deviating.filter(|_| told).map(|cases| format!("{cases} | ")).unwrap_or_default();
        let (verdict, cases, failed) = (row.verdict.id(), row.cases, row.failed);
        writeln!(out, "| {operation} | {verdict} | {cases} | {known}{failed} |{beside}")?;
    }
    Ok(())
}

/// What to mend first, a line for each theme.
fn themes(out: &mut String, report: &Report) -> std::fmt::Result {
    const FIRST: usize = 9;
    if report.themes.is_empty() {
        return Ok(());
    }
    let what = if report.new_findings().next().is_none() {
        "Known deviations, by theme"
    } else {
        "What to mend first"
    };
    let of = counted(report.cases.len(), "case");
    writeln!(
        out,
        "## {what}\n\nBy what a client notices first. In {} of {of} something was found that counts.\n",
        report.failing
    )?;
    let hiding = report.themes.iter().skip(FIRST).find(|theme| theme.hides);
    for theme in report.themes.iter().take(FIRST - usize::from(hiding.is_some())).chain(hiding) {
        writeln!(out, "- {} {}: {}", theme.id, said(&theme.line()), theme.weight(report.failing))?;
    }
    writeln!(out)
}

fn findings<'a>(
    out: &mut String,
    title: &str,
    rows: impl Iterator<Item = &'a FindingRow>,
) -> std::fmt::Result {
    let rows: Vec<&FindingRow> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## {title} ({})\n\n| | theme | requirement | operation | what | expected | observed |\n\
         |---|---|---|---|---|---|---|",
        rows.len()
    )?;
    for row in rows {
        writeln!(
            out,
            "| {}{} | {} | {} ({}) | {} | {} | {} | {} |",
            row.id,
            row.doubt().map(|words| format!(" ({words})")).unwrap_or_default(),
            row.theme.as_deref().unwrap_or_default(),
            row.requirement,
            row.basis.id(),
            row.places(),
            said(&[&row.summary, row.telling_call().unwrap_or_default()].join(" ")),
            said(&row.expected().collect::<Vec<_>>().join(" or ")),
            said(&row.observed)
        )?;
    }
    writeln!(out)
}

/// A text of which nobody here knows what it holds, on one line: as it is if none of it can be markup, a link
/// or the end of a cell, else as code, in which only its own mark and that of cells mean anything.
pub(super) fn said(text: &str) -> String {
    let text = logged(&visible(text).replace('\n', " "));
    let text = text.trim();
    let mut harmless = true;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        harmless &= match character {
            // In the middle of a word they may make a link of it.
            '.' | ':' => characters.peek().is_none_or(|next| *next == ' '),
            ' ' | ',' | ';' | '\'' | '"' | '/' | '-' | '=' | '(' | ')' | '?' | '→' | '…' | '·' => true,
            other => other.is_alphanumeric(),
        };
    }
    if harmless && text.starts_with(|first: char| first.is_alphanumeric()) || text.is_empty() {
        text.to_owned()
    } else {
        format!("`{}`", text.replace('`', "\\u{60}").replace('|', "\\u{7c}"))
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn what_may_be_markup_is_code() {
        for plain in [
            "HTTP 500",
            "a job that Failed",
            "404 ResourceNotFoundException; 400 ValidationException",
            "so it is: yes.",
            "",
        ] {
            assert_eq!(said(plain), plain);
        }
        for (text, code) in [
            ("a | b\n<script>", "`a \\u{7c} b <script>`"),
            ("[x](javascript:y)", "`[x](javascript:y)`"),
            ("www.example.com", "`www.example.com`"),
            ("&#x202e;", "`&#x202e;`"),
            ("@everyone", "`@everyone`"),
            ("`` ` $x$", "`\\u{60}\\u{60} \\u{60} $x$`"),
            ("::error::x", "`\\u{3a}:error::x`"),
            ("\u{202e}", "`\\u{202e}`"),
            ("- x", "`- x`"),
        ] {
            assert_eq!(said(text), code);
        }
    }
}
