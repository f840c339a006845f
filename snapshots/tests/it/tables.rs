//! The whole in numbers and lists: scopes, ledger, operations, open points, plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use signer_conformance::{RunOptions, plan};
use signer_conformance_cli::certify::SEQUENCES;
use signer_model::{Scope, check, mutants, scopes, tour};
use signer_schemas::{Basis, Edition, ErrorDoc, Operation, Requirement, common_errors, operations, requirements};

use crate::golden::{golden, nothing_left_over};
use crate::kill_matrix::options;

const FOLDER: &str = "tables";

/// A table's head and the line below it.
fn head(columns: &[&str]) -> String {
    format!("{}\n{}\n", columns.join(" | "), vec!["---"; columns.len()].join(" | "))
}

#[test]
fn a_scope_has_other_states_or_a_property_another_witness() {
    let mut text = head(&["scope", "edition", "states", "steps", "depth", "tour: cases", "tour: transitions"]);
    let mut properties = String::new();
    let scopes: Vec<Scope> = scopes().into_iter().chain([upsert()]).collect();
    for scope in &scopes {
        let report = check(scope);
        let tour = tour(scope);
        let (cases, transitions) = (tour.cases.len(), tour.transitions.len());
        let (name, edition) = (scope.name, scope.edition);
        let (unique, generated, depth) = (report.unique, report.generated, report.depth);
        writeln!(text, "{name} | {edition} | {unique} | {generated} | {depth} | {cases} | {transitions}").expect("text");
        write!(properties, "\n## {name}\n\n{}", head(&["property", "kind", "holds", "requirement", "shown by"])).expect("text");
        for property in &report.properties {
            let holds = if property.holds { "yes" } else { "NO" };
            let witness = property.witness.as_ref().map_or_else(|| "–".to_owned(), |steps| steps.join(" → "));
            let (name, kind, requirement) = (property.name, property.kind.id(), property.requirement);
            writeln!(properties, "{name} | {kind} | {holds} | {requirement} | {witness}").expect("text");
        }
    }
    golden(FOLDER, "scopes", &format!("{text}{properties}"));
}

#[test]
fn the_ledger_has_other_numbers() {
    let mut text = String::new();
    for edition in Edition::ALL {
        write!(text, "## {edition}\n\n").expect("text");
        text.push_str(&head(&["operation", "documented", "modelled", "observed", "open", "all", "testable"]));
        let mut rows: BTreeMap<Option<Operation>, Vec<&Requirement>> = BTreeMap::new();
        for row in requirements().iter().filter(|row| row.editions.contains(&edition)) {
            rows.entry(row.operation).or_default().push(row);
        }
        for (operation, rows) in &rows {
            text.push_str(&counts(operation.map_or("every operation", Operation::name), rows));
        }
        text.push_str(&counts("all", &rows.into_values().flatten().collect::<Vec<_>>()));
        text.push('\n');
    }
    golden(FOLDER, "ledger", &text);
}

fn counts(name: &str, rows: &[&Requirement]) -> String {
    let mut text = name.to_owned();
    for basis in Basis::ALL {
        write!(text, " | {}", rows.iter().filter(|row| row.basis == basis).count()).expect("text");
    }
    let testable = rows.iter().filter(|row| row.testable).count();
    format!("{text} | {} | {testable}\n", rows.len())
}

#[test]
fn an_operation_has_another_route_or_other_errors() {
    let mut text = String::new();
    let list = |errors: &[ErrorDoc]| {
        let errors: Vec<_> = errors.iter().map(|error| format!("{} {}", error.status, error.name)).collect();
        errors.join(", ")
    };
    for edition in Edition::ALL {
        write!(text, "## {edition}\n\n{}", head(&["operation", "request", "success", "errors"])).expect("text");
        for document in operations(edition) {
            let body = if document.output.is_some() { "" } else { ", empty" };
            let (operation, method, uri, status) = (document.operation, &document.method, &document.uri, document.status);
            writeln!(text, "{operation} | {method} {uri} | {status}{body} | {}", list(&document.errors)).expect("text");
        }
        write!(text, "\nErrors that any operation may answer with: {}\n\n", list(common_errors(edition))).expect("text");
    }
    golden(FOLDER, "operations", &text);
}

#[test]
fn an_open_point_is_put_or_answered_otherwise() {
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
fn the_plan_has_other_cases() {
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
        let mut text = head(&["suite", "cases"]);
        for (suite, cases) in &suites {
            writeln!(text, "{suite} | {cases}").expect("text");
        }
        write!(text, "all | {}\n\n{}\n", names.len(), names.join("\n")).expect("text");
        golden(FOLDER, &format!("plan-{edition}"), &text);
    }
}

#[test]
fn a_golden_table_is_left_that_nobody_renders() {
    let tables = ["scopes", "ledger", "operations", "open-points"].map(str::to_owned);
    nothing_left_over(
        FOLDER,
        tables
            .into_iter()
            .chain(Edition::ALL.map(|edition| format!("plan-{edition}")).into_iter().chain(["kill-matrix".to_owned()])),
    );
}
