//! The report as text, for a person at a terminal.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use signer_schemas::Operation;

use crate::data::finding::Verdict;
use crate::data::visible::{on_one_line, printable, visible};
use crate::report::ledger::PLACEHOLDER;
use crate::report::shell::shell_word;
use crate::report::toned::{Tone, Toned};
use crate::report::{Conclusion, FindingRow, Report};

/// How many names of a kind are listed before the rest is only counted.
const LISTED: usize = 6;

/// What the text needs to know beyond the report.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The folder of the report, in which the counterexamples lie.
    pub folder: &'a str,
    /// The date (`YYYY-MM-DD`) of the ledger lines that are offered.
    pub today: &'a str,
}

/// The report as text.
pub fn text(report: &Report, around: Surroundings<'_>) -> Toned {
    let mut page = Page { out: Toned::default(), report, around };
    // Writing into a string cannot fail.
    let _ = page.render();
    page.out
}

struct Page<'a> {
    out: Toned,
    report: &'a Report,
    around: Surroundings<'a>,
}

impl Page<'_> {
    fn render(&mut self) -> fmt::Result {
        self.head()?;
        self.operations()?;
        self.coverage()?;
        self.findings()?;
        self.open_points()?;
        self.not_covered()?;
        self.ledger()?;
        self.conclusion()
    }

    fn head(&mut self) -> fmt::Result {
        let report = self.report;
        writeln!(self.out, "signer-conformance {} certifies {}", report.suite_version, self.target())?;
        writeln!(
            self.out,
            "edition {} · basis {} · seed {} · {} in {:.1} s",
            report.edition,
            report.basis.id(),
            report.seed,
            report.requests_in_words(),
            report.elapsed_s
        )?;
        if let Some(caution) = report.target.caution() {
            writeln!(self.out, "{caution}")?;
        }
        let has = report.target.capabilities;
        let marks = [
            ("jobs", has.jobs),
            ("S3", has.s3 || !has.jobs),
            ("signatures", has.signature),
            ("two accounts", has.cross_account),
            ("authentication", has.auth),
            ("two Regions", has.second_region),
        ];
        let lacking: Vec<&str> = marks.iter().filter(|(_, has)| !has).map(|(name, _)| *name).collect();
        if !lacking.is_empty() {
            writeln!(self.out, "not there, so not tested: {}", lacking.join(", "))?;
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

    fn heading(&mut self, title: &str) -> fmt::Result {
        writeln!(self.out)?;
        self.out.toned(Tone::Strong, title);
        writeln!(self.out)
    }

    fn operations(&mut self) -> fmt::Result {
        self.heading(&format!("{:<26}{:<15}{:>6}{:>8}", "Operation", "verdict", "cases", "failed"))?;
        for (operation, row) in &self.report.operations {
            write!(self.out, "{:<26}", operation.name())?;
            self.out.toned(tone(row.verdict), &format!("{:<15}", row.verdict.id()));
            writeln!(self.out, "{:>6}{:>8}", row.cases, row.failed)?;
        }
        Ok(())
    }

    fn coverage(&mut self) -> fmt::Result {
        let report = self.report;
        let coverage = &report.coverage;
        writeln!(
            self.out,
            "\nrequirements {} exercised / {} testable{}",
            coverage.requirements.exercised,
            coverage.requirements.testable,
            tally(&report.requirements.iter().map(|row| row.verdict))
        )?;
        writeln!(self.out, "cases {}{}", report.cases.len(), tally(&report.cases.iter().map(|row| row.verdict)))?;
        writeln!(
            self.out,
            "tour {} / {} transitions · declared errors provoked {} / {}",
            coverage.tour.reached, coverage.tour.total, coverage.errors.reached, coverage.errors.total
        )?;
        for (words, count) in report.tour.reasons() {
            writeln!(self.out, "  {count} not reached: {words}")?;
        }
        let seen = report.witnesses.iter().filter(|row| row.cases > 0).count();
        writeln!(self.out, "witnesses {seen} seen / {} required", report.witnesses.len())?;
        for row in report.witnesses.iter().filter(|row| row.cases == 0) {
            let why = row.excused.as_ref().map(|finding| format!(" ({finding} may be why)")).unwrap_or_default();
            writeln!(self.out, "  not seen: {}{why}", row.what)?;
        }
        for (title, counts) in report.distribution.lines() {
            writeln!(self.out, "{title}: {}", printable(&counts))?;
        }
        Ok(())
    }

    fn findings(&mut self) -> fmt::Result {
        let (known, rest): (Vec<_>, Vec<_>) = self.report.findings.iter().partition(|row| row.known.is_some());
        let (new, weaker): (Vec<_>, Vec<_>) = rest.into_iter().partition(|row| row.counts);
        for (title, rows) in
            [("Findings that count", new), ("Known deviations", known), ("Findings that do not count here", weaker)]
        {
            if rows.is_empty() {
                continue;
            }
            self.heading(&format!("{title} ({})", rows.len()))?;
            for row in rows {
                self.finding(row)?;
            }
        }
        Ok(())
    }

    fn finding(&mut self, row: &FindingRow) -> fmt::Result {
        let tone = if row.is_new() { Tone::Bad } else { Tone::Doubtful };
        let doubt = row.doubt().map(|words| format!(" ({words})")).unwrap_or_default();
        writeln!(self.out)?;
        self.out.toned(tone, &row.id);
        let crashed_by = row.crashed_by.as_ref().map(|input| format!(" on {input}")).unwrap_or_default();
        writeln!(self.out, " {} at {}{crashed_by}{doubt}", row.requirement, row.places())?;
        writeln!(self.out, "     {}", printable(&row.summary))?;
        if let Some(cause) = &row.cause {
            let why = row.looks().unwrap_or_else(|| "it is never seen without".to_owned());
            writeln!(self.out, "     {:<10}that of {cause}: {why}", "cause")?;
            writeln!(self.out, "     {:<10}{}", "observed", printable(&row.observed))?;
            return writeln!(self.out, "     {:<10}{}", "replay", self.replay(row));
        }
        if let Some(looks) = row.looks() {
            writeln!(self.out, "     {:<10}{looks}: no answer of the run speaks against it", "looks")?;
        }
        if let Some(known) = &row.known {
            writeln!(self.out, "     known since {} (line {}): {}", known.date, known.line, printable(&known.reason))?;
        }
        for (index, call) in row.called.iter().enumerate() {
            let label = if index == 0 { "called" } else { "" };
            writeln!(self.out, "     {label:<10}{}. {}", index + 1, printable(call))?;
        }
        for (index, words) in before_words(row).iter().enumerate() {
            let label = if index == 0 { format!("before {}", row.step + 1) } else { String::new() };
            writeln!(self.out, "     {label:<10}{}", printable(words))?;
        }
        for (index, permitted) in row.permitted.iter().enumerate() {
            let label = if index == 0 { "permitted" } else { "or" };
            writeln!(self.out, "     {label:<10}{}", printable(permitted))?;
        }
        for (index, effect) in row.effects.iter().enumerate() {
            let label = if index == 0 { "after" } else { "" };
            writeln!(self.out, "     {label:<10}{}", printable(effect))?;
        }
        writeln!(self.out, "     {:<10}{}", "observed", printable(&row.observed))?;
        writeln!(self.out, "     {:<10}{} ({})", "rule", printable(&row.statement), row.basis.id())?;
        writeln!(self.out, "     {:<10}{}", "source", printable(&row.source))?;
        let (by, cases, case) = (&row.by, row.cases, &row.case);
        let seen = format!("noticed by {by} in {cases} of the cases, first {case}; {}{}", row.again(), row.where_again());
        writeln!(self.out, "     {:<10}{seen}", "seen")?;
        writeln!(self.out, "     {:<10}{}", "replay", self.replay(row))
    }

    fn replay(&self, row: &FindingRow) -> String {
        let file = std::path::Path::new(self.around.folder).join(&row.counterexample);
        let file = shell_word(&file.display().to_string());
        let command = format!("signer-conformance replay {file} {}", self.report.target.replay);
        command.trim_end().to_owned()
    }

    fn open_points(&mut self) -> fmt::Result {
        if self.report.open_points.is_empty() {
            return Ok(());
        }
        self.heading(&format!("Open points answered ({})", self.report.open_points.len()))?;
        for row in &self.report.open_points {
            writeln!(self.out, "{}: {}", row.id, printable(&row.observed))?;
        }
        Ok(())
    }

    fn not_covered(&mut self) -> fmt::Result {
        let report = self.report;
        let open: Vec<(&str, &str)> =
            report.requirements.iter().filter(|row| row.exercised == 0).map(|row| split(&row.id)).collect();
        let unseen: Vec<(&str, &str)> =
            report.requirements.iter().filter(|row| row.is_unseen()).map(|row| split(&row.id)).collect();
        let (sure, unsure) = report.missed_errors();
        let [sure, unsure] = [sure, unsure].map(|errors| errors.into_iter().map(split_error).collect::<Vec<_>>());
        for (title, rows) in [
            ("Requirements not exercised", open),
            (
                "Requirements answered, not seen: nothing would have shown a call without effect, or a filter that is ignored",
                unseen,
            ),
            ("Declared errors that a full run provokes, and this one has not", sure),
            ("Declared errors not provoked, as no client is sure to", unsure),
        ] {
            if rows.is_empty() {
                continue;
            }
            self.heading(&format!("{title} ({})", rows.len()))?;
            let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
            for (group, name) in rows {
                match groups.last_mut() {
                    Some((last, names)) if *last == group => names.push(name),
                    _ => groups.push((group, vec![name])),
                }
            }
            for (group, names) in groups {
                let more = names.len().saturating_sub(LISTED);
                let listed = names.into_iter().take(LISTED).collect::<Vec<_>>().join(", ");
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                writeln!(self.out, "{group}: {listed}{more}")?;
            }
        }
        let untestable =
            signer_schemas::requirements().iter().filter(|rule| !rule.testable && rule.is_in(report.edition)).count();
        let words =
            format!("{untestable} more requirements cannot be tested by a client; `signer-conformance requirements` says why");
        writeln!(self.out)?;
        self.out.toned(Tone::Faint, &words);
        writeln!(self.out)
    }

    fn ledger(&mut self) -> fmt::Result {
        let report = self.report;
        if let Some(row) = &report.ledger {
            self.heading(&format!("Ledger of {}: {} lines match", row.name, row.matched))?;
            for words in &row.unmatched {
                self.out.toned(Tone::Bad, "matches nothing:");
                writeln!(self.out, " {}", printable(words))?;
            }
            for words in &row.untold {
                self.out.toned(Tone::Doubtful, "cannot be told in this run:");
                writeln!(self.out, " {}", printable(words))?;
            }
        }
        let absent: Vec<Operation> = report.absent_and_unlisted().collect();
        let new: Vec<&FindingRow> = report.new_findings().collect();
        if new.is_empty() && absent.is_empty() {
            return Ok(());
        }
        self.heading("Lines for the target's ledger, each with a reason to be filled in")?;
        if report.ledger.is_none() {
            let target = &report.target;
            let name = toml::Value::from(visible(if target.name.is_empty() { &target.endpoint } else { &target.name }));
            writeln!(self.out, "name = {name}\nedition = \"{}\"\n", report.edition)?;
        }
        for operation in absent {
            writeln!(self.out, "[[unimplemented]]\noperation = \"{operation}\"")?;
            writeln!(self.out, "reason = \"{PLACEHOLDER}\"\ndate = \"{}\"\n", self.around.today)?;
        }
        // Crashes on several inputs are one line.
        let mut written = BTreeSet::new();
        for row in new {
            let lines: Vec<&Operation> =
                row.operations.iter().filter(|operation| written.insert((&row.requirement, **operation))).collect();
            if lines.is_empty() {
                continue;
            }
            writeln!(self.out, "# {}: {}", row.id, printable(&row.summary.replace(['\n', '\r'], " ")))?;
            for operation in lines {
                writeln!(self.out, "[[deviation]]\nrequirement = \"{}\"\noperation = \"{operation}\"", row.requirement)?;
                let flaky = if row.flaky { "flaky = true\n" } else { "" };
                writeln!(self.out, "{flaky}reason = \"{PLACEHOLDER}\"\ndate = \"{}\"\n", self.around.today)?;
            }
        }
        Ok(())
    }

    fn conclusion(&mut self) -> fmt::Result {
        let report = self.report;
        let tone = match report.verdict {
            Conclusion::Conforms => Tone::Good,
            Conclusion::Nonconforming => Tone::Bad,
            Conclusion::Inconclusive => Tone::Doubtful,
        };
        let part = report.extent().map(|words| format!(", {words}")).unwrap_or_default();
        let unasked = report.unasked.as_ref().map(|words| format!(" ({words})")).unwrap_or_default();
        write!(self.out, "\nverdict: ")?;
        self.out.toned(tone, report.verdict.id());
        writeln!(self.out, "{part}{unasked}")?;
        for reason in &report.because {
            writeln!(self.out, "  {}", printable(reason))?;
        }
        Ok(())
    }
}

const fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Fail | Verdict::Unimplemented => Tone::Bad,
        Verdict::Deviates | Verdict::Inconclusive | Verdict::Error => Tone::Doubtful,
        Verdict::Skipped => Tone::Faint,
    }
}

/// ` · 3 pass · 1 fail`, without what there is none of.
fn tally(verdicts: &(impl Iterator<Item = Verdict> + Clone)) -> String {
    const ORDER: [Verdict; 7] = [
        Verdict::Pass,
        Verdict::Fail,
        Verdict::Deviates,
        Verdict::Unimplemented,
        Verdict::Skipped,
        Verdict::Inconclusive,
        Verdict::Error,
    ];
    let mut out = String::new();
    for verdict in ORDER {
        let count = verdicts.clone().filter(|other| *other == verdict).count();
        if count > 0 {
            let _ = write!(out, " · {count} {}", verdict.id());
        }
    }
    out
}

/// What is known before the step that departs, a line for each thing.
pub(super) fn before_words(row: &FindingRow) -> Vec<String> {
    let mut lines = row.before.clone();
    if !row.alternatives.is_empty() {
        let each =
            row.alternatives.iter().map(|lines| if lines.is_empty() { "nothing more".to_owned() } else { lines.join("; ") });
        lines.push(format!("either {}", each.collect::<Vec<_>>().join(", or ")));
    }
    if lines.is_empty() {
        lines.push("nothing made yet".to_owned());
    }
    lines
}

/// A requirement's id as its operation and the rest.
pub(crate) fn split(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or(("", id))
}

/// An error as its operation and its name.
fn split_error(text: &str) -> (&str, &str) {
    text.split_once(": ").unwrap_or(("", text))
}
