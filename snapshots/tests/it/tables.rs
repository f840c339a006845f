//! The whole in numbers and lists: ledger, operations, open points, plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use signer_conformance::{RunOptions, plan};
use signer_conformance_cli::certify::SEQUENCES;
use signer_schemas::{
    Basis, Edition, ErrorDoc, Operation, Requirement, common_errors, operations, requirements,
};

use crate::golden::{golden, nothing_left_over};
use crate::kill_matrix::options;
use crate::markdown::Columns;
use crate::{checked, life_cycle};

const FOLDER: &str = "tables";

#[test]
fn the_requirements_in_numbers_are_as_reviewed() {
    let mut text = String::new();
    for edition in Edition::ALL {
        write!(text, "## {edition}\n\n").expect("text");
        let mut table = Columns::new([
            "operation",
            "documented",
            "inferred",
            "modelled",
            "observed",
            "open",
            "all",
            "testable",
        ]);
        let mut rows: BTreeMap<Option<Operation>, Vec<&Requirement>> = BTreeMap::new();
        for row in requirements().iter().filter(|row| row.editions.contains(&edition)) {
            rows.entry(row.operation).or_default().push(row);
        }
        for (operation, rows) in &rows {
            table.row(counts(operation.map_or("every operation", Operation::name), rows));
        }
        table.row(counts("all", &rows.into_values().flatten().collect::<Vec<_>>()));
        writeln!(text, "{}", table.text()).expect("text");
    }
    golden(FOLDER, "ledger", &text);
}

fn counts(name: &str, rows: &[&Requirement]) -> Vec<String> {
    let bases = Basis::ALL.map(|basis| rows.iter().filter(|row| row.basis == basis).count());
    let testable = rows.iter().filter(|row| row.testable).count();
    let numbers = bases.into_iter().chain([rows.len(), testable]).map(|number| number.to_string());
    [name.to_owned()].into_iter().chain(numbers).collect()
}

#[test]
fn routes_and_errors_are_as_reviewed() {
    let mut text = String::new();
    let list = |errors: &[ErrorDoc]| {
        let errors: Vec<_> = errors.iter().map(|error| format!("{} {}", error.status, error.name)).collect();
        errors.join(", ")
    };
    for edition in Edition::ALL {
        let mut table = Columns::new(["operation", "request", "success", "errors"]);
        for document in operations(edition) {
            let body = if document.output.is_some() { "" } else { ", empty" };
            let (operation, method, uri, status) =
                (document.operation, &document.method, &document.uri, document.status);
            table.row([
                operation.to_string(),
                format!("{method} {uri}"),
                format!("{status}{body}"),
                list(&document.errors),
            ]);
        }
        let common = list(common_errors(edition));
        write!(
            text,
            "## {edition}\n\n{}\nErrors that any operation may answer with: {common}\n\n",
            table.text()
        )
        .expect("text");
    }
    golden(FOLDER, "operations", &text);
}

#[test]
fn open_points_are_as_reviewed() {
    let mut text = String::new();
    for row in requirements().iter().filter(|row| row.basis == Basis::Open) {
        let editions: Vec<_> = row.editions.iter().map(|edition| edition.id()).collect();
        let question = row.question.as_deref().expect("an open point has a question");
        write!(text, "## {} ({})\n\n{question}\n\n", row.id, editions.join(", ")).expect("text");
        for answer in &row.admits {
            writeln!(text, "- {answer}").expect("text");
        }
        if let Some(reason) = &row.untestable_because {
            write!(text, "\nNo client can find out: {reason}\n").expect("text");
        }
        text.push('\n');
    }
    golden(FOLDER, "open-points", &text);
}

#[test]
fn the_plan_is_as_reviewed() {
    for edition in Edition::ALL {
        let programs = plan(&RunOptions { sequences: SEQUENCES, ..options(edition) });
        let mut suites: BTreeMap<&str, usize> = BTreeMap::new();
        let mut names: Vec<&str> = programs.iter().map(|program| program.name.as_str()).collect();
        for program in &programs {
            *suites.entry(program.suite()).or_default() += 1;
        }
        names.sort_unstable();
        if let Some([twice, ..]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            panic!("{edition}: two cases are called {twice}. A report could not tell them apart.");
        }
        let mut table = Columns::new(["suite", "cases"]);
        for (suite, cases) in suites.into_iter().chain([("all", names.len())]) {
            table.row([suite.to_owned(), cases.to_string()]);
        }
        golden(FOLDER, &format!("plan-{edition}"), &format!("{}\n{}\n", table.text(), names.join("\n")));
    }
}

#[test]
fn every_golden_table_is_rendered_by_a_test() {
    let named = ["changes", "ledger", "operations", "open-points", "kill-matrix", "order"]
        .into_iter()
        .chain(checked::NAMES)
        .chain(life_cycle::NAMES);
    let plans = Edition::ALL.map(|edition| format!("plan-{edition}"));
    nothing_left_over(FOLDER, named.map(str::to_owned).chain(plans));
}
