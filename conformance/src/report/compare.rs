//! Several reports side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use signer_schemas::{Basis, Edition, requirement};

use crate::data::visible;
use crate::data::visible::printable;
use crate::report::counts::Counts;
use crate::report::markdown::said;
use crate::report::{Conclusion, Reached, Report};

/// A report that is to be compared, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Handed {
    /// What it is to be called; its target's own name, if none is given.
    pub name: Option<String>,
    /// The folder that it lies in.
    pub folder: String,
    /// The report.
    pub report: Report,
}

impl Handed {
    /// The name given, or the target's own, or its URL.
    pub fn name(&self) -> &str {
        let target = &self.report.target;
        let own = if target.name.is_empty() { &target.endpoint } else { &target.name };
        self.name.as_ref().unwrap_or(own)
    }
}

/// What several targets make of the same API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The targets, in the order given: the columns.
    pub targets: Vec<Compared>,
    /// The verdict of each operation.
    pub operations: Vec<Row>,
    /// The verdict of each testable requirement.
    pub requirements: Vec<Row>,
    /// The answer to each open point that any target was asked.
    pub open_points: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What tells it from the others: its name, and its folder if two have the same.
    pub name: String,
    /// The edition that it was judged by.
    pub edition: Edition,
    /// Findings of this basis and of the stronger ones counted.
    pub basis: Basis,
    /// What came of it.
    pub verdict: Conclusion,
    /// How its jobs end; none if none was seen.
    pub jobs_end: Option<&'static str>,
    /// How much of it there is, and how much of that departs.
    pub counts: Counts,
}

/// A line: one cell for each target, none where its report does not speak of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The operation, or the requirement's id.
    pub id: String,
    /// The question, or the rule; empty for an operation.
    pub says: String,
    /// By target.
    pub cells: Vec<Option<String>>,
    /// Two targets that speak of it say different things: of a requirement, that one keeps it and one does
    /// not.
    pub differs: bool,
}

impl Comparison {
    /// Puts reports side by side.
    pub fn new(reports: &[Handed]) -> Self {
        let targets = reports.iter().map(|handed| {
            let own = handed.name();
            let alone = reports.iter().filter(|other| other.name() == own).count() == 1;
            let report = &handed.report;
            Compared {
                name: if alone { own.to_owned() } else { format!("{own} ({})", handed.folder) },
                edition: report.edition,
                basis: report.basis,
                verdict: report.verdict,
                jobs_end: report.distribution.jobs_end(),
                counts: Counts::of(report),
            }
        });
        let mut table = [const { Table::new() }; 3];
        for (column, handed) in reports.iter().enumerate() {
            let [operations, requirements, open_points] = &mut table;
            for (operation, row) in &handed.report.operations {
                operations.put(operation.name(), column, row.verdict.id());
            }
            for row in &handed.report.requirements {
                requirements.put(&row.id, column, row.verdict.id());
            }
            for row in &handed.report.open_points {
                open_points.put(&row.id, column, &row.observed);
            }
        }
        let [operations, requirements, open_points] = table;
        let several = |cells: &[Option<String>]| cells.iter().flatten().collect::<BTreeSet<_>>().len() > 1;
        // Whether a ledger knows of it makes no difference between targets; what was not asked tells nothing.
        let kept_and_broken = |cells: &[Option<String>]| {
            let any =
                |verdicts: &[&str]| cells.iter().flatten().any(|cell| verdicts.contains(&cell.as_str()));
            any(&["pass"]) && any(&["fail", "deviates"])
        };
        Self {
            targets: targets.collect(),
            operations: operations.rows(reports.len(), several),
            requirements: requirements.rows(reports.len(), kept_and_broken),
            open_points: open_points.rows(reports.len(), several),
        }
    }

    /// As text: what the targets differ in, and what they have in common.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (number, target) in self.targets.iter().enumerate() {
            let Compared { name, edition, basis, verdict, jobs_end, counts } = target;
            let jobs = jobs_end.map(|how| format!(" · jobs end {how}")).unwrap_or_default();
            let _ = writeln!(
                out,
                "{}  {} · {edition} · {} · {verdict}{jobs}",
                number + 1,
                printable(name),
                basis.id()
            );
            let _ = writeln!(out, "   {}", counts.words());
        }
        for (title, rows) in self.parts() {
            let shown = differing(rows);
            let _ = writeln!(out, "\n{title} ({} of {})", shown.len(), rows.len());
            for row in shown {
                let _ = writeln!(out, "{}", printable(&row.id));
                for (cell, columns) in grouped(row) {
                    let _ = writeln!(out, "  {columns:<8}{}", printable(&cell));
                }
            }
        }
        let alike = self.alike();
        if !alike.is_empty() {
            let _ = writeln!(
                out,
                "\nOperations that fare alike ({})",
                alike.values().map(Vec::len).sum::<usize>()
            );
            for (verdict, operations) in alike {
                let _ = writeln!(out, "{verdict}: {}", operations.join(", "));
            }
        }
        out
    }

    /// As Markdown: the same, as tables.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# AWS Signer conformance, compared\n");
        let head: Vec<String> = self.targets.iter().map(|target| said(&target.name)).collect();
        let rule = "|---".repeat(head.len() + 1);
        let _ = writeln!(out, "\n| | {} |\n{rule}|", head.join(" | "));
        let line = |out: &mut String, what: &str, cells: &dyn Fn(&Compared) -> String| {
            let cells: Vec<String> = self.targets.iter().map(cells).collect();
            let _ = writeln!(out, "| {what} | {} |", cells.join(" | "));
        };
        line(&mut out, "edition", &|target| target.edition.to_string());
        line(&mut out, "basis", &|target| target.basis.id().to_owned());
        line(&mut out, "verdict", &|target| target.verdict.to_string());
        line(&mut out, "operations there", &|target| of(target.counts.operations));
        line(&mut out, "requirements seen", &|target| of(target.counts.covered));
        line(&mut out, "broken of those", &|target| of(target.counts.diverging));
        line(&mut out, "findings", &|target| target.counts.findings.to_string());
        line(&mut out, "jobs end", &|target| target.jobs_end.unwrap_or_default().to_owned());
        for (title, rows) in self.parts() {
            let shown = differing(rows);
            let _ = writeln!(out, "\n## {title} ({} of {})\n", shown.len(), rows.len());
            let _ = writeln!(out, "| | {} |\n{rule}|", head.join(" | "));
            for row in shown {
                let cell = |cell: &Option<String>| cell.as_deref().map(said).unwrap_or_default();
                let cells: Vec<String> = row.cells.iter().map(cell).collect();
                let _ = writeln!(out, "| {} | {} |", said(&row.id), cells.join(" | "));
            }
        }
        let alike = self.alike();
        if !alike.is_empty() {
            let _ = writeln!(out, "\n## Operations that fare alike\n");
            for (verdict, operations) in alike {
                let _ = writeln!(out, "- {verdict}: {}", operations.join(", "));
            }
        }
        out
    }

    /// As JSON: everything.
    pub fn json(&self) -> String {
        visible::json_pretty(self).expect("a comparison has string keys only") + "\n"
    }

    /// The parts, with the titles of what differs in them.
    pub(super) fn parts(&self) -> [(&'static str, &[Row]); 3] {
        [
            ("Operations that fare differently", &self.operations),
            ("Requirements that one keeps and another does not", &self.requirements),
            ("Open points that are answered differently", &self.open_points),
        ]
    }

    /// The operations with one verdict on all targets, by that.
    pub(super) fn alike(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut alike: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in self.operations.iter().filter(|row| !row.differs) {
            let verdict = row.cells.iter().flatten().next().map_or("-", String::as_str);
            alike.entry(verdict).or_default().push(&row.id);
        }
        alike
    }
}

/// The rows that differ, those first that most targets do not keep.
pub(super) fn differing(rows: &[Row]) -> Vec<&Row> {
    let mut shown: Vec<&Row> = rows.iter().filter(|row| row.differs).collect();
    let broken = |row: &Row| {
        row.cells.iter().flatten().filter(|cell| ["fail", "deviates"].contains(&cell.as_str())).count()
    };
    shown.sort_by_key(|row| usize::MAX - broken(row));
    shown
}

pub(super) fn of(reached: Reached) -> String {
    format!("{} of {}", reached.reached, reached.total)
}

/// The different cells of a row, each with the numbers of its columns.
fn grouped(row: &Row) -> Vec<(String, String)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let cell = cell.clone().unwrap_or_else(|| "-".to_owned());
        let number = (column + 1).to_string();
        match groups.iter_mut().find(|(known, _)| *known == cell) {
            Some((_, columns)) => columns.push(number),
            None => groups.push((cell, vec![number])),
        }
    }
    groups.into_iter().map(|(cell, columns)| (cell, columns.join(","))).collect()
}

/// Rows while they are gathered, in the order in which they were met.
struct Table {
    order: Vec<String>,
    cells: BTreeMap<String, BTreeMap<usize, String>>,
}

impl Table {
    const fn new() -> Self {
        Self { order: Vec::new(), cells: BTreeMap::new() }
    }

    fn put(&mut self, id: &str, column: usize, cell: &str) {
        if !self.cells.contains_key(id) {
            self.order.push(id.to_owned());
        }
        self.cells.entry(id.to_owned()).or_default().insert(column, cell.to_owned());
    }

    fn rows(mut self, columns: usize, differ: impl Fn(&[Option<String>]) -> bool) -> Vec<Row> {
        let row = |id: String| {
            let mut cells = self.cells.remove(&id).unwrap_or_default();
            let says =
                requirement(&id).map(|rule| rule.question.clone().unwrap_or_else(|| rule.statement.clone()));
            let cells: Vec<Option<String>> = (0..columns).map(|column| cells.remove(&column)).collect();
            Row { differs: differ(&cells), cells, says: says.unwrap_or_default(), id }
        };
        self.order.into_iter().map(row).collect()
    }
}
