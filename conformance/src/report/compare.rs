//! Several reports side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use signer_schemas::{Basis, Edition, requirement};

use crate::data::visible;
use crate::data::visible::printable;
use crate::report::markdown::said;
use crate::report::{Conclusion, Report};

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
}

impl Row {
    /// Whether all targets that speak of it say the same.
    pub fn is_unanimous(&self) -> bool {
        self.cells.iter().flatten().collect::<BTreeSet<_>>().len() <= 1
    }
}

impl Comparison {
    /// Puts reports side by side, each with the folder that it lies in.
    pub fn new(reports: &[(String, Report)]) -> Self {
        let name = |report: &Report| match report.target.name.as_str() {
            "" => report.target.endpoint.clone(),
            name => name.to_owned(),
        };
        let targets = reports.iter().map(|(folder, report)| {
            let own = name(report);
            let alone = reports.iter().filter(|(_, other)| name(other) == own).count() == 1;
            let name = if alone { own } else { format!("{own} ({folder})") };
            Compared {
                name,
                edition: report.edition,
                basis: report.basis,
                verdict: report.verdict,
                jobs_end: report.distribution.jobs_end(),
            }
        });
        let mut table = [const { Table::new() }; 3];
        for (column, (_, report)) in reports.iter().enumerate() {
            let [operations, requirements, open_points] = &mut table;
            for (operation, row) in &report.operations {
                operations.put(operation.name(), column, row.verdict.id());
            }
            for row in &report.requirements {
                requirements.put(&row.id, column, row.verdict.id());
            }
            for row in &report.open_points {
                open_points.put(&row.id, column, &row.observed);
            }
        }
        let [operations, requirements, open_points] = table.map(|table| table.rows(reports.len()));
        Self { targets: targets.collect(), operations, requirements, open_points }
    }

    /// As text: every operation, and what the targets differ in.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (number, target) in self.targets.iter().enumerate() {
            let Compared { name, edition, basis, verdict, jobs_end } = target;
            let jobs = jobs_end.map(|how| format!(" · jobs end {how}")).unwrap_or_default();
            let _ = writeln!(out, "{}  {} · {edition} · {} · {verdict}{jobs}", number + 1, printable(name), basis.id());
        }
        for (title, rows, all) in self.parts() {
            let shown: Vec<&Row> = rows.iter().filter(|row| all || !row.is_unanimous()).collect();
            let _ = writeln!(out, "\n{title} ({}{})", shown.len(), if all { String::new() } else { of_all(rows) });
            for row in shown {
                let _ = writeln!(out, "{}", printable(&row.id));
                for (cell, columns) in grouped(row) {
                    let _ = writeln!(out, "  {columns:<8}{}", printable(&cell));
                }
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
        line(&mut out, "jobs end", &|target| target.jobs_end.unwrap_or_default().to_owned());
        for (title, rows, all) in self.parts() {
            let shown: Vec<&Row> = rows.iter().filter(|row| all || !row.is_unanimous()).collect();
            let _ = writeln!(out, "\n## {title} ({}{})\n", shown.len(), if all { String::new() } else { of_all(rows) });
            let _ = writeln!(out, "| | {} |\n{rule}|", head.join(" | "));
            for row in shown {
                let cell = |cell: &Option<String>| cell.as_deref().map(said).unwrap_or_default();
                let cells: Vec<String> = row.cells.iter().map(cell).collect();
                let _ = writeln!(out, "| {} | {} |", said(&row.id), cells.join(" | "));
            }
        }
        out
    }

    /// As JSON: everything.
    pub fn json(&self) -> String {
        visible::json_pretty(self).expect("a comparison has string keys only") + "\n"
    }

    /// The parts, with their titles, and whether each line is shown where all say the same.
    pub(super) fn parts(&self) -> [(&'static str, &[Row], bool); 3] {
        [
            ("Operations", &self.operations, true),
            ("Requirements that not all keep alike", &self.requirements, false),
            ("Open points that not all answer alike", &self.open_points, false),
        ]
    }
}

fn of_all(rows: &[Row]) -> String {
    format!(" of {}", rows.len())
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

    fn rows(mut self, columns: usize) -> Vec<Row> {
        let row = |id: String| {
            let mut cells = self.cells.remove(&id).unwrap_or_default();
            let says = requirement(&id).map(|rule| rule.question.clone().unwrap_or_else(|| rule.statement.clone()));
            Row { cells: (0..columns).map(|column| cells.remove(&column)).collect(), says: says.unwrap_or_default(), id }
        };
        self.order.into_iter().map(row).collect()
    }
}
