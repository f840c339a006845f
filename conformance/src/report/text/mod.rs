//! The report as text, for a person at a terminal: what to mend first, then the rest, on at most 200 lines.
//! What does not fit is in the report's files, and `signer-conformance report` prints any finding of it.

mod coverage;
mod findings;
mod lines;
mod short;

use std::fmt::{self, Write as _};

use signer_schemas::Operation;

use crate::data::finding::Verdict;
use crate::data::visible::{on_one_line, printable};
use crate::report::folder::{LEDGER, LEDGER_LINES};
use crate::report::text::lines::{LISTED, heading, lines, more};
use crate::report::toned::{Tone, Toned};
use crate::report::words::{counted, cut_to, some_of};
use crate::report::{Conclusion, FindingRow, Report, ThemeRow};

/// So many lines a person reads, whatever was found.
const MOST_LINES: usize = 200;

/// The longest sentence of a theme.
const WIDEST: usize = 200;

/// How many themes are named first.
const FIRST_THEMES: usize = 9;

/// The report as text; `folder` is where it lies.
pub fn text(report: &Report, folder: &str) -> Toned {
    let page = Page { report, folder };
    let mut out = page.rendered(&[Page::head, Page::themes]);
    let after = page.rendered(&[
        Page::operations,
        Page::coverage,
        Page::open_points,
        Page::not_covered,
        Page::ledger,
        Page::conclusion,
    ]);
    let taken = lines(&out) + lines(&after) + RESERVED;
    out.append(findings::findings(report, folder, MOST_LINES.saturating_sub(taken)));
    out.append(after);
    out
}

/// One finding, as far as it can be explained.
pub fn finding_text(report: &Report, row: &FindingRow, folder: &str) -> Toned {
    findings::explained(report, row, folder)
}

/// What to mend first, a line for each theme.
pub fn themes_text(report: &Report, folder: &str) -> Toned {
    Page { report, folder }.rendered(&[Page::themes])
}

/// What a command writes behind the text.
const RESERVED: usize = 1;

struct Page<'a> {
    report: &'a Report,
    folder: &'a str,
}

/// A part of the page.
type Part<'a> = fn(&Page<'a>, &mut Toned) -> fmt::Result;

impl<'a> Page<'a> {
    fn rendered(&self, parts: &[Part<'a>]) -> Toned {
        let mut out = Toned::default();
        for part in parts {
            // Writing into a string cannot fail.
            let _ = part(self, &mut out);
        }
        out
    }

    fn head(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        writeln!(out, "signer-conformance {} certifies {}", report.suite_version, self.target())?;
        writeln!(
            out,
            "edition {} · basis {} · seed {} · {} in {:.1} s",
            report.edition,
            report.basis.id(),
            report.seed,
            report.requests_in_words(),
            report.elapsed_s
        )?;
        if let Some(caution) = report.target.caution() {
            writeln!(out, "{caution}")?;
        }
        self.verdict(out)?;
        self.absent(out)
    }

    /// What the target does not have.
    fn absent(&self, out: &mut Toned) -> fmt::Result {
        let operations = &self.report.operations;
        let is_absent = |operation: &Operation| {
            operations.get(operation).is_some_and(|row| row.verdict == Verdict::Unimplemented)
        };
        let absent: Vec<Operation> = operations.keys().copied().filter(is_absent).collect();
        if !absent.is_empty() {
            let names = some_of(&absent, absent.len());
            writeln!(out, "{} of {} operations are not there: {names}", absent.len(), operations.len())?;
        }
        let has = self.report.target.capabilities;
        // Without jobs no S3 is looked for, and an operation that is not there is named as such.
        let is_lacking = |(name, is_there): &(&str, bool)| {
            !is_there
                && match *name {
                    "S3" => has.jobs,
                    "jobs" => !is_absent(&Operation::StartSigningJob),
                    "SignPayload" => !is_absent(&Operation::SignPayload),
                    _ => true,
                }
        };
        let lacking: Vec<&str> = has.named().into_iter().filter(is_lacking).map(|(name, _)| name).collect();
        if !lacking.is_empty() {
            writeln!(out, "not there, so not tested: {}", lacking.join(", "))?;
        }
        Ok(())
    }

    fn target(&self) -> String {
        let target = &self.report.target;
        if target.name.is_empty() || target.name == target.endpoint {
            on_one_line(&target.endpoint)
        } else {
            on_one_line(&format!("{} at {}", target.name, target.endpoint))
        }
    }

    /// What to mend first.
    fn themes(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        let all_known = report.new_findings().next().is_none();
        let what = if all_known { "Known deviations" } else { "Mend first" };
        let themes = report.themes.as_slice();
        if themes.is_empty() {
            return Ok(());
        }
        let findings = counted(themes.iter().map(|theme| theme.findings.len()).sum(), "finding");
        let findings = if all_known { findings } else { format!("{findings} that count") };
        let of = counted(report.cases.len(), "case");
        let order = if themes.len() > 1 { "; what a client notices first stands first" } else { "" };
        heading(out, &format!("{what}: {findings}, in {} of {of}{order}", report.failing))?;
        // Whatever is found nearly everywhere is named, however little a client notices it.
        let (first, last) = themes.split_at(themes.len().min(FIRST_THEMES));
        let hiding = last.iter().find(|theme| theme.hides);
        let shown = first.len() - usize::from(hiding.is_some());
        for theme in first[..shown].iter().chain(hiding) {
            self.theme(out, theme)?;
        }
        let more = themes.len() - shown - usize::from(hiding.is_some());
        if more > 0 {
            write!(out, "    and {} below", counted(more, "more theme"))?;
            match hiding {
                Some(theme) => writeln!(out, "; {} is named here as most of these cases show it", theme.id)?,
                None => writeln!(out)?,
            }
        }
        Ok(())
    }

    fn theme(&self, out: &mut Toned, theme: &ThemeRow) -> fmt::Result {
        out.toned(if theme.hides { Tone::Doubtful } else { Tone::Bad }, &format!("{:<3}", theme.id));
        writeln!(
            out,
            " {} · {}",
            cut_to(&printable(&theme.line()), WIDEST),
            theme.weight(self.report.failing)
        )
    }

    fn open_points(&self, out: &mut Toned) -> fmt::Result {
        let points = &self.report.open_points;
        if points.is_empty() {
            return Ok(());
        }
        heading(out, &format!("What it answers where the documents leave it open ({})", points.len()))?;
        for row in points.iter().take(LISTED) {
            writeln!(out, "{}: {}", row.id, cut_to(&printable(&row.observed), 100))?;
        }
        more(out, "", points.len().saturating_sub(LISTED), "in report.html")
    }

    fn ledger(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        if let Some(row) = &report.ledger {
            let matching = counted(row.matched, "matching line");
            heading(out, &format!("{LEDGER}, the ledger of {}: {matching}", row.name))?;
            let kinds = [
                (Tone::Bad, "matches nothing", &row.unmatched),
                (Tone::Doubtful, "cannot be told in this run", &row.untold),
            ];
            for (tone, kind, lines) in kinds {
                for words in lines.iter().take(LISTED) {
                    out.toned(tone, &format!("{kind}:"));
                    writeln!(out, " {}", printable(words))?;
                }
                more(out, "", lines.len().saturating_sub(LISTED), "in report.json")?;
            }
        }
        if report.new_findings().next().is_some() || report.absent_and_unlisted().next().is_some() {
            let path = std::path::Path::new(self.folder).join(LEDGER_LINES);
            writeln!(
                out,
                "\nlines for the target's ledger, each with a reason to be filled in: {}",
                path.display()
            )?;
        }
        Ok(())
    }

    fn conclusion(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        writeln!(out)?;
        self.verdict(out)?;
        for reason in report.because.iter().take(LISTED) {
            writeln!(out, "  {}", printable(reason))?;
        }
        more(out, "  ", report.because.len().saturating_sub(LISTED), "in report.json")
    }

    /// The verdict on one line, which the first lines and the last ones have.
    fn verdict(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        let tone = match report.verdict {
            Conclusion::Conforms => Tone::Good,
            Conclusion::Nonconforming => Tone::Bad,
            Conclusion::Inconclusive => Tone::Doubtful,
        };
        let part = report.extent().map(|words| format!(", {words}")).unwrap_or_default();
        let unasked = report.unasked.as_ref().map(|words| format!(" ({words})")).unwrap_or_default();
        write!(out, "verdict: ")?;
        out.toned(tone, report.verdict.id());
        if let Some(words) = report.allowed_for() {
            write!(out, " to its ledger: {words}")?;
        }
        writeln!(out, "{part}{unasked}")
    }
}
