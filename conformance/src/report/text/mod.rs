//! The report as text, for a person at a terminal: what to mend first, then the rest, on at most 200 lines.
//! What does not fit is in the report's files, and `signer-conformance report` prints any finding of it.

mod findings;
mod lines;

use std::fmt::{self, Write as _};

use crate::data::visible::{on_one_line, printable};
use crate::report::folder::LEDGER_LINES;
use crate::report::text::lines::{lines, more, tally};
use crate::report::toned::{Tone, Toned};
use crate::report::words::{counted, cut_to};
use crate::report::{Conclusion, FindingRow, Report, ThemeRow};

/// So many lines a person reads, whatever was found.
const MOST_LINES: usize = 200;

/// The longest sentence of a theme.
const WIDEST: usize = 130;

/// How many themes are named first.
const FIRST_THEMES: usize = 9;

/// How many things of a kind are listed before the rest is only counted.
const LISTED: usize = 6;

/// The report as text; `folder` is where it lies.
pub fn text(report: &Report, folder: &str) -> Toned {
    let page = Page { report, folder };
    let mut out = page.rendered(&[Page::head, Page::themes, Page::operations, Page::coverage]);
    let after = page.rendered(&[Page::open_points, Page::not_covered, Page::ledger, Page::conclusion]);
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

fn heading(out: &mut Toned, title: &str) -> fmt::Result {
    writeln!(out)?;
    out.toned(Tone::Strong, title);
    writeln!(out)
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
        let has = report.target.capabilities;
        // Without jobs no S3 is looked for.
        let is_lacking = |(name, is_there): &(&str, bool)| !is_there && (*name != "S3" || has.jobs);
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
        heading(out, &format!("{what}: {findings}, in {} of {of}", report.failing))?;
        // Whatever is found nearly everywhere is named, however little a client notices it.
        let (first, last) = themes.split_at(themes.len().min(FIRST_THEMES));
        let hiding = last.iter().find(|theme| theme.hides);
        let shown = first.len() - usize::from(hiding.is_some());
        for theme in first[..shown].iter().chain(hiding) {
            self.theme(out, theme)?;
        }
        let more = themes.len() - shown - usize::from(hiding.is_some());
        if more > 0 {
            writeln!(out, "    and {} below", counted(more, "more theme"))?;
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

    fn operations(&self, out: &mut Toned) -> fmt::Result {
        let hiding = self.report.themes.iter().find(|theme| theme.hides);
        let hiding = hiding
            .filter(|_| self.report.operations.values().any(|row| row.beside.is_some() && row.failed > 0));
        let beside =
            hiding.map(|theme| format!("{:>14}", format!("without {}", theme.id))).unwrap_or_default();
        heading(out, &format!("{:<26}{:<15}{:>6}{:>8}{beside}", "Operation", "verdict", "cases", "failed"))?;
        for (operation, row) in &self.report.operations {
            write!(out, "{:<26}", operation.name())?;
            out.toned(Tone::of(row.verdict), &format!("{:<15}", row.verdict.id()));
            let beside = row
                .beside
                .filter(|_| hiding.is_some())
                .map(|beside| format!("{beside:>14}"))
                .unwrap_or_default();
            writeln!(out, "{:>6}{:>8}{beside}", row.cases, row.failed)?;
        }
        Ok(())
    }

    fn coverage(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        let coverage = &report.coverage;
        writeln!(
            out,
            "\nrequirements {} exercised / {} testable{}",
            coverage.requirements.exercised,
            coverage.requirements.testable,
            tally(&report.requirements.iter().map(|row| row.verdict))
        )?;
        writeln!(out, "cases {}{}", report.cases.len(), tally(&report.cases.iter().map(|row| row.verdict)))?;
        writeln!(
            out,
            "tour {} / {} transitions · declared errors provoked {} / {}",
            coverage.tour.reached, coverage.tour.total, coverage.errors.reached, coverage.errors.total
        )?;
        for (words, count) in report.tour.reasons() {
            writeln!(out, "  {count} not reached: {words}")?;
        }
        let seen = report.witnesses.iter().filter(|row| row.cases > 0).count();
        writeln!(out, "witnesses {seen} seen / {} required", report.witnesses.len())?;
        let unseen = report.witnesses.iter().filter(|row| row.cases == 0);
        for row in unseen.clone().take(LISTED) {
            let why =
                row.excused.as_ref().map(|finding| format!(" ({finding} may be why)")).unwrap_or_default();
            writeln!(out, "  not seen: {}{why}", row.what)?;
        }
        more(out, "  ", unseen.count().saturating_sub(LISTED), "in report.html")?;
        for (title, counts) in report.distribution.lines() {
            writeln!(out, "{title}: {}", printable(&counts))?;
        }
        Ok(())
    }

    fn open_points(&self, out: &mut Toned) -> fmt::Result {
        let points = &self.report.open_points;
        if points.is_empty() {
            return Ok(());
        }
        heading(out, &format!("Open points answered ({})", points.len()))?;
        for row in points.iter().take(LISTED) {
            writeln!(out, "{}: {}", row.id, cut_to(&printable(&row.observed), 100))?;
        }
        more(out, "", points.len().saturating_sub(LISTED), "in report.html")
    }

    /// What was not put to the test, a line for each kind.
    fn not_covered(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        let named = |rows: &mut dyn Iterator<Item = &str>| rows.map(str::to_owned).collect::<Vec<String>>();
        let open = named(
            &mut report.requirements.iter().filter(|row| row.exercised == 0).map(|row| row.id.as_str()),
        );
        let unseen =
            named(&mut report.requirements.iter().filter(|row| row.is_unseen()).map(|row| row.id.as_str()));
        let (sure, unsure) = report.missed_errors();
        let [sure, unsure] = [sure, unsure].map(|errors| named(&mut errors.into_iter()));
        writeln!(out)?;
        for (title, rows) in [
            ("Requirements not exercised", open),
            (
                "Requirements answered, not seen: nothing would have shown a call without effect, or a \
                 filter that is ignored",
                unseen,
            ),
            ("Declared errors that a full run provokes, and this one has not", sure),
            ("Declared errors not provoked, as no client is sure to", unsure),
        ] {
            if !rows.is_empty() {
                let listed = rows.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
                let rest = if rows.len() > 3 { ", …" } else { "" };
                writeln!(out, "{title} ({}): {listed}{rest}", rows.len())?;
            }
        }
        let untestable = signer_schemas::requirements()
            .iter()
            .filter(|rule| !rule.testable && rule.is_in(report.edition))
            .count();
        let words = format!(
            "{untestable} more requirements cannot be tested by a client; `signer-conformance requirements` \
             says why"
        );
        out.toned(Tone::Faint, &words);
        writeln!(out)
    }

    fn ledger(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        if let Some(row) = &report.ledger {
            heading(out, &format!("Ledger of {}: {} lines match", row.name, row.matched))?;
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
        let tone = match report.verdict {
            Conclusion::Conforms => Tone::Good,
            Conclusion::Nonconforming => Tone::Bad,
            Conclusion::Inconclusive => Tone::Doubtful,
        };
        let part = report.extent().map(|words| format!(", {words}")).unwrap_or_default();
        let unasked = report.unasked.as_ref().map(|words| format!(" ({words})")).unwrap_or_default();
        write!(out, "\nverdict: ")?;
        out.toned(tone, report.verdict.id());
        let known = report.findings.iter().filter(|row| row.counts && row.known.is_some()).count();
        if report.verdict == Conclusion::Conforms && known > 0 {
            write!(out, " but for {}", counted(known, "known deviation"))?;
        }
        writeln!(out, "{part}{unasked}")?;
        for reason in report.because.iter().take(LISTED) {
            writeln!(out, "  {}", printable(reason))?;
        }
        more(out, "  ", report.because.len().saturating_sub(LISTED), "in report.json")
    }
}
