//! The findings by theme: as many in full as there is room for, the others on a line each.

use std::fmt::{self, Write as _};
use std::path::Path;

use crate::data::visible::printable;
use crate::report::folder::LEDGER;
use crate::report::shell::shell_word;
use crate::report::text::lines::{heading, lines, more};
use crate::report::text::short::short;
use crate::report::toned::{Tone, Toned};
use crate::report::words::counted;
use crate::report::{FindingRow, Report, ThemeRow};

/// How many findings of a theme are listed where there is no room for all.
const LISTED: usize = 8;

/// The findings that count and are new, those that are known, and those that do not count, on so many lines
/// at most.
pub(super) fn findings(report: &Report, folder: &str, most: usize) -> Toned {
    let (known, rest): (Vec<_>, Vec<_>) = report.findings.iter().partition(|row| row.known.is_some());
    let (new, weaker): (Vec<_>, Vec<_>) = rest.into_iter().partition(|row| row.counts);
    let classes = [
        ("Findings that count", new),
        ("Known deviations", known),
        ("Findings that do not count here", weaker),
    ];
    let parts: Vec<Part<'_>> = classes
        .into_iter()
        .flat_map(|(title, rows)| parts(report, title, rows))
        .filter(|part| !part.rows.is_empty())
        .collect();
    let mut plan = Plan::new(&parts, most);
    // What most cases show is explained wherever it stands.
    let mut order: Vec<(usize, &Part<'_>)> = parts.iter().enumerate().collect();
    order.sort_by_key(|(_, part)| !part.theme.is_some_and(|theme| theme.hides));
    // First what shows each theme best, then what else there is room for.
    for best in [true, false] {
        for (index, part) in order.iter().copied() {
            for (place, row) in part.rows.iter().enumerate().take(plan.listed) {
                if best == (Some(&row.id) == part.example || part.example.is_none()) {
                    plan.explain(index, place, lines(&explained(report, row, folder)));
                }
            }
        }
    }
    let mut out = Toned::default();
    for (index, part) in parts.iter().enumerate() {
        let _ = part.write(&mut out, report, folder, &plan.full[index], plan.listed);
    }
    out
}

/// The findings of one theme and class, or of a class that has no themes.
struct Part<'a> {
    title: Option<String>,
    theme: Option<&'a ThemeRow>,
    example: Option<&'a String>,
    rows: Vec<&'a FindingRow>,
}

fn parts<'a>(report: &'a Report, title: &str, rows: Vec<&'a FindingRow>) -> Vec<Part<'a>> {
    let title = format!("{title} ({})", rows.len());
    let mut parts: Vec<Part<'a>> = Vec::new();
    for theme in &report.themes {
        let of_it: Vec<&FindingRow> =
            rows.iter().copied().filter(|row| row.theme.as_ref() == Some(&theme.id)).collect();
        if !of_it.is_empty() {
            parts.push(Part { title: None, theme: Some(theme), example: Some(&theme.example), rows: of_it });
        }
    }
    let others: Vec<&FindingRow> = rows.into_iter().filter(|row| row.theme.is_none()).collect();
    parts.push(Part { title: None, theme: None, example: None, rows: others });
    parts.retain(|part| !part.rows.is_empty());
    if let Some(first) = parts.first_mut() {
        first.title = Some(title);
    }
    parts
}

impl Part<'_> {
    /// The lines of its headings.
    fn headings(&self) -> usize {
        2 * usize::from(self.title.is_some()) + 2 * usize::from(self.theme.is_some())
    }

    fn write(
        &self,
        out: &mut Toned,
        report: &Report,
        folder: &str,
        full: &[bool],
        listed: usize,
    ) -> fmt::Result {
        let theme = self.theme.map(|theme| format!("{} {}", theme.id, theme.heading()));
        for title in self.title.iter().chain(&theme) {
            heading(out, &printable(title))?;
        }
        for (row, full) in self.rows.iter().zip(full).take(listed) {
            if *full {
                out.append(explained(report, row, folder));
            } else {
                out.append(in_short(row));
            }
        }
        let rest = self.rows.len().saturating_sub(listed);
        let printed = self.theme.map(|theme| {
            format!(", and by `signer-conformance report {} --in {}`", theme.id, shell_word(folder))
        });
        more(out, "", rest, &format!("in report.html{}", printed.unwrap_or_default()))
    }
}

/// Which findings are explained, and how many of a theme are listed at all.
struct Plan {
    full: Vec<Vec<bool>>,
    listed: usize,
    left: usize,
}

impl Plan {
    fn new(parts: &[Part<'_>], most: usize) -> Self {
        let needed = |listed: usize| -> usize {
            let part = |part: &Part<'_>| {
                part.headings() + part.rows.len().min(listed) + usize::from(part.rows.len() > listed)
            };
            parts.iter().map(part).sum()
        };
        let longest = parts.iter().map(|part| part.rows.len()).max().unwrap_or_default();
        // Where not all can be listed and explained, what shows a theme best is explained rather than all of
        // it listed.
        let (longest, room) =
            if needed(longest) * 2 > most { (longest.min(LISTED), most / 2) } else { (longest, most) };
        let listed = (1..=longest).rev().find(|listed| needed(*listed) <= room);
        let listed = listed.unwrap_or_else(|| usize::from(needed(1) <= most));
        let full = parts.iter().map(|part| vec![false; part.rows.len()]).collect();
        Self { full, listed, left: most.saturating_sub(needed(listed)) }
    }

    /// Has a finding explained in so many lines, if there is room.
    fn explain(&mut self, part: usize, place: usize, lines: usize) {
        let beyond = lines.saturating_sub(1);
        if let Some(full) = self.full.get_mut(part).and_then(|part| part.get_mut(place))
            && !*full
            && beyond <= self.left
        {
            *full = true;
            self.left -= beyond;
        }
    }
}

/// A finding on one line.
fn in_short(row: &FindingRow) -> Toned {
    let mut out = Toned::default();
    name(&mut out, row);
    let _ = writeln!(out, " {} ({})", printable(&short(row)), counted(row.cases as usize, "case"));
    out
}

fn name(out: &mut Toned, row: &FindingRow) {
    out.toned(if row.is_new() { Tone::Bad } else { Tone::Doubtful }, &row.id);
}

fn doubt(row: &FindingRow) -> String {
    row.doubt().map(|words| format!(" ({words})")).unwrap_or_default()
}

/// A finding, as far as it can be explained.
pub(super) fn explained(report: &Report, row: &FindingRow, folder: &str) -> Toned {
    let mut out = Toned::default();
    let _ = explain(&mut out, report, row, folder);
    out
}

fn explain(out: &mut Toned, report: &Report, row: &FindingRow, folder: &str) -> fmt::Result {
    writeln!(out)?;
    name(out, row);
    let crashed_by = row.crashed_by.as_ref().map(|input| format!(" on {input}")).unwrap_or_default();
    writeln!(out, " {} at {}{crashed_by}{}", row.requirement, row.places(), doubt(row))?;
    let says = row.says();
    // A scene may have no better words than the requirement's own.
    if !says.ends_with(&row.summary) {
        writeln!(out, "     {}", printable(&row.summary))?;
    }
    writeln!(out, "     {}", printable(&says))?;
    if let Some(cause) = &row.cause {
        let why = row.looks().unwrap_or_else(|| "it vanishes when that one is put right".to_owned());
        line(out, "cause", &format!("{cause}: {why}"))?;
    } else if let Some(looks) = row.looks() {
        line(out, "looks", &format!("{looks}: no answer of the run speaks against it"))?;
    }
    if let Some(known) = &row.known {
        writeln!(
            out,
            "     known since {} ({LEDGER}:{}): {}",
            known.date,
            known.line,
            printable(&known.reason)
        )?;
    }
    for (index, call) in row.called.iter().enumerate() {
        line(out, if index == 0 { "called" } else { "" }, &format!("{}. {}", index + 1, printable(call)))?;
    }
    if let Some(sent) = &row.sent {
        line(out, "sent", &printable(sent))?;
        if row.sent_before > 0 {
            let script = file(folder, &Path::new(&row.counterexample).with_extension("sh"));
            let before = counted(row.sent_before, "other request");
            line(out, "", &format!("after {before}; {script} sends them all"))?;
        }
    }
    // A scene is a conversation written by hand, which the model does not follow.
    let before = if row.is_scene() { Vec::new() } else { before_words(row) };
    for (index, words) in before.iter().enumerate() {
        let label = if index == 0 { format!("before {}", row.step + 1) } else { String::new() };
        line(out, &label, &printable(words))?;
    }
    for (index, permitted) in row.permitted.iter().enumerate() {
        line(out, if index == 0 { "permitted" } else { "or" }, &printable(permitted))?;
    }
    for (index, effect) in row.effects.iter().enumerate() {
        line(out, if index == 0 { "after" } else { "" }, &printable(effect))?;
    }
    line(out, "observed", &printable(&row.observed))?;
    line(out, "source", &format!("{} ({})", printable(&row.source), row.basis.id()))?;
    if let Some(address) = row.address() {
        line(out, "", &address)?;
    }
    let (by, cases, case) = (&row.by, row.cases, &row.case);
    line(
        out,
        "seen",
        &format!(
            "noticed by {by} in {cases} of the cases, first {case}; {}{}",
            row.again(),
            row.where_again()
        ),
    )?;
    line(out, "replay", &replay(report, row, folder))
}

fn line(out: &mut Toned, label: &str, words: &str) -> fmt::Result {
    writeln!(out, "     {label:<10}{words}")
}

fn replay(report: &Report, row: &FindingRow, folder: &str) -> String {
    let file = file(folder, Path::new(&row.counterexample));
    format!("signer-conformance replay {file} {}", report.target.replay).trim_end().to_owned()
}

/// A file of the report, as a word of a command line.
fn file(folder: &str, name: &Path) -> String {
    shell_word(&Path::new(folder).join(name).display().to_string())
}

/// What is known before the step that departs, a line for each thing.
fn before_words(row: &FindingRow) -> Vec<String> {
    let mut lines = row.before.clone();
    if !row.alternatives.is_empty() {
        let each = row
            .alternatives
            .iter()
            .map(|lines| if lines.is_empty() { "nothing more".to_owned() } else { lines.join("; ") });
        lines.push(format!("either {}", each.collect::<Vec<_>>().join(", or ")));
    }
    if lines.is_empty() {
        lines.push("nothing made yet".to_owned());
    }
    lines
}
