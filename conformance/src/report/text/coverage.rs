//! How far the run went: the operations, what was reached, and what was not put to the test.

use std::fmt::{self, Write as _};

use crate::data::visible::printable;
use crate::report::text::Page;
use crate::report::text::lines::{LISTED, heading, more, tally};
use crate::report::toned::{Tone, Toned};

impl Page<'_> {
    pub(super) fn operations(&self, out: &mut Toned) -> fmt::Result {
        let hiding = self.report.themes.iter().find(|theme| theme.hides);
        let hiding = hiding
            .filter(|_| self.report.operations.values().any(|row| row.beside.is_some() && row.failed > 0));
        let beside =
            hiding.map(|theme| format!("{:>14}", format!("without {}", theme.id))).unwrap_or_default();
        let told = self.report.has_deviating();
        let (known, new) = if told { ("   known", "new") } else { ("", "failed") };
        heading(out, &format!("{:<26}{:<15}{:>6}{known}{new:>8}{beside}", "Operation", "verdict", "cases"))?;
        for (operation, row) in &self.report.operations {
            write!(out, "{:<26}", operation.name())?;
            out.toned(Tone::of(row.verdict), &format!("{:<15}", row.verdict.id()));
            let beside = row
                .beside
                .filter(|_| hiding.is_some())
                .map(|beside| format!("{beside:>14}"))
                .unwrap_or_default();
            let known = row.deviating.filter(|_| told).map(|cases| format!("{cases:>8}")).unwrap_or_default();
            writeln!(out, "{:>6}{known}{:>8}{beside}", row.cases, row.failed)?;
        }
        Ok(())
    }

    pub(super) fn coverage(&self, out: &mut Toned) -> fmt::Result {
        let report = self.report;
        let coverage = &report.coverage;
        writeln!(
            out,
            "\nrequirements {} exercised / {} testable{}",
            coverage.requirements.exercised,
            coverage.requirements.testable,
            tally(&report.requirements.iter().map(|row| row.verdict))
        )?;
        if !report.findings.is_empty() {
            writeln!(out, "{}", report.reconciled())?;
        }
        writeln!(out, "cases {}{}", report.cases.len(), tally(&report.cases.iter().map(|row| row.verdict)))?;
        writeln!(
            out,
            "steps of the model taken by the tour {} / {} · declared errors provoked {} / {}",
            coverage.tour.reached, coverage.tour.total, coverage.errors.reached, coverage.errors.total
        )?;
        for (words, count) in report.tour.reasons() {
            writeln!(out, "  {count} not reached: {words}")?;
        }
        let seen = report.witnesses.iter().filter(|row| row.cases > 0).count();
        writeln!(out, "behaviours seen that a full run has to see {seen} / {}", report.witnesses.len())?;
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

    /// What was not put to the test, a line for each kind.
    pub(super) fn not_covered(&self, out: &mut Toned) -> fmt::Result {
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
                "Requirements of which no answer could tell, as of a filter where the list has nothing to \
                 leave out",
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
}
