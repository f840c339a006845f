//! What a search through each scope shows: its size, its properties, the requirements at work, what is left
//! open, and what each deliberately wrong definition breaks.

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::Instant;

use signer_conformance_cli::check::checked::Checked;
use signer_conformance_cli::check::open::open_text;
use signer_conformance_cli::check::witnesses_text;
use signer_model::{
    CheckOptions, Move, PropertyKind, PropertyReport, Scope, certification, check_with, mutants, scopes, tour,
};
use signer_schemas::Edition;

use crate::golden::golden;
use crate::markdown::{Columns, NOTHING};

const FOLDER: &str = "tables";

/// The golden files of this module.
pub(crate) const NAMES: [&str; 4] = ["scopes", "witnesses", "ambiguities", "mutants"];

/// Every scope, checked once for all tests.
static CHECKED: LazyLock<Vec<Checked>> = LazyLock::new(|| {
    let checked = |scope: Scope| {
        let begin = Instant::now();
        let report = check_with(&scope, options(false), |_| {});
        Checked { name: scope.name, scope, report, seconds: begin.elapsed().as_secs_f64() }
    };
    scopes().into_iter().map(checked).collect()
});

fn options(symmetry: bool) -> CheckOptions {
    CheckOptions { threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get), symmetry }
}

#[test]
fn scopes_are_as_reviewed() {
    let toured: Vec<&str> =
        Edition::ALL.into_iter().flat_map(certification).map(|scope| scope.name).collect();
    let mut sizes = Columns::new([
        "scope",
        "edition",
        "calls",
        "states",
        "steps",
        "depth",
        "states up to renaming",
        "tour: cases",
        "tour: transitions",
    ]);
    for Checked { name, scope, report, .. } in CHECKED.iter() {
        let tour = toured.contains(name).then(|| tour(scope));
        let count =
            |number: Option<usize>| number.map_or_else(|| NOTHING.to_owned(), |number| number.to_string());
        sizes.row([
            (*name).to_owned(),
            scope.edition.to_string(),
            scope.calls.len().to_string(),
            report.unique.to_string(),
            report.generated.to_string(),
            report.depth.to_string(),
            check_with(scope, options(true), |_| {}).unique.to_string(),
            count(tour.as_ref().map(|tour| tour.cases.len())),
            count(tour.as_ref().map(|tour| tour.transitions.len())),
        ]);
    }
    let text =
        format!("{}\n## What holds\n\n{}\n## What can be reached\n\n{}", sizes.text(), safety(), reachable());
    golden(FOLDER, "scopes", &text);
}

/// The properties that are asked of every scope: where they fail, and how.
fn safety() -> String {
    let mut table = Columns::new(["property", "kind", "requirement", "fails in"]);
    let asked = CHECKED.iter().take(1).flat_map(|first| &first.report.properties);
    for asked in asked.filter(|property| property.kind != PropertyKind::Sometimes) {
        let in_scope = |checked: &Checked| {
            let property = checked.report.properties.iter().find(|property| property.name == asked.name);
            let property =
                property.unwrap_or_else(|| panic!("{} is not asked of {}", asked.name, checked.name));
            (!property.holds).then(|| format!("{}: {}", checked.name, shown_by(property)))
        };
        let fails: Vec<_> = CHECKED.iter().filter_map(in_scope).collect();
        table.row([
            asked.name.to_owned(),
            asked.kind.id().to_owned(),
            asked.requirement.to_owned(),
            if fails.is_empty() { "no scope".to_owned() } else { fails.join("; ") },
        ]);
    }
    table.text()
}

/// What some scopes must be able to come to, and a shortest way there.
fn reachable() -> String {
    let mut table = Columns::new(["property", "scope", "holds", "requirement", "shown by"]);
    for Checked { name, report, .. } in CHECKED.iter() {
        for property in report.properties.iter().filter(|property| property.kind == PropertyKind::Sometimes) {
            table.row([
                property.name.to_owned(),
                (*name).to_owned(),
                if property.holds { "yes" } else { "NO" }.to_owned(),
                property.requirement.to_owned(),
                shown_by(property),
            ]);
        }
    }
    table.text()
}

/// The example, or the counterexample and what repeats without end after it.
fn shown_by(property: &PropertyReport) -> String {
    let in_words = |moves: &[Move]| moves.iter().map(Move::to_string).collect::<Vec<_>>().join("; ");
    match &property.witness {
        None => NOTHING.to_owned(),
        Some(path) if property.kind == PropertyKind::Eventually => {
            format!("{}; and then for ever: {}", in_words(path), in_words(&property.lasso))
        }
        Some(path) if path.is_empty() => "nothing done yet".to_owned(),
        Some(path) => in_words(path),
    }
}

#[test]
fn witnesses_are_as_reviewed() {
    golden(FOLDER, "witnesses", &witnesses_text(&CHECKED));
}

#[test]
fn ambiguities_are_as_reviewed() {
    let text = open_text(&CHECKED);
    let titled =
        |(tone, text): (Option<_>, &str)| if tone.is_some() { format!("## {text}") } else { text.to_owned() };
    golden(FOLDER, "ambiguities", &text.pieces().map(titled).collect::<String>());
}

#[test]
fn mutants_are_as_reviewed() {
    let mut text = String::new();
    for mutant in mutants() {
        let report = check_with(&mutant.scope, options(false), |_| {});
        write!(text, "## {}: {}\n\n", mutant.name, mutant.what).expect("text");
        writeln!(text, "Scope {}, {} states. It breaks:\n", mutant.scope.name, report.unique).expect("text");
        for property in report.properties.iter().filter(|property| !property.holds) {
            writeln!(text, "- {} [{}]", property.name, property.requirement).expect("text");
            let never = property.kind == PropertyKind::Sometimes;
            let shown =
                if never { "no state of the scope is like that".to_owned() } else { shown_by(property) };
            writeln!(text, "  {shown}").expect("text");
        }
        text.push('\n');
    }
    golden(FOLDER, "mutants", &text);
}
