//! The board: what several products, versions and runs came to, from their reports alone.

use std::collections::BTreeMap;

use serde::Serialize;
use signer_schemas::{Basis, Edition};

use crate::data::visible;
use crate::report::compare::Handed;
use crate::report::counts::Counts;
use crate::report::ledger_lines::day;
use crate::report::themes::ThemeRow;
use crate::report::words::counted;
use crate::report::{Conclusion, Report};

/// Products in the order of their names, each with its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// The products.
    pub products: Vec<Product>,
}

/// One product.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Its runs, the newest first.
    pub runs: Vec<BoardRun>,
}

/// One report of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardRun {
    /// The version of the product; empty if nobody said which.
    pub version: String,
    /// The day of the run, `YYYY-MM-DD`; empty if its report does not say.
    pub day: String,
    /// The folder that it was handed in from.
    pub folder: String,
    /// The file of its page, relative to the board.
    pub page: String,
    /// What it came to.
    pub counts: Counts,
    /// The report.
    pub report: Report,
}

impl Board {
    /// Puts reports on a board. `NAME@VERSION` is a version of a product.
    pub fn new(reports: Vec<Handed>) -> Self {
        let mut products: BTreeMap<String, Vec<BoardRun>> = BTreeMap::new();
        for handed in reports {
            let called = handed.name().to_owned();
            let (name, version) = called.split_once('@').unwrap_or((&called, ""));
            let Handed { folder, report, .. } = handed;
            let day = day(&report).unwrap_or_default();
            let run = BoardRun {
                version: version.to_owned(),
                day,
                folder,
                page: String::new(),
                counts: Counts::of(&report),
                report,
            };
            products.entry(name.to_owned()).or_default().push(run);
        }
        let mut taken: Vec<String> = Vec::new();
        let mut board = Self { products: Vec::new() };
        for (name, mut runs) in products {
            runs.sort_by(|one, other| {
                began(&other.report).cmp(&began(&one.report)).then_with(|| one.folder.cmp(&other.folder))
            });
            for run in &mut runs {
                run.page = page_name(&format!("{name} {}", run.version), &mut taken);
            }
            board.products.push(Product { name, runs });
        }
        board
    }

    /// How much is on it.
    pub fn words(&self) -> String {
        let runs: usize = self.products.iter().map(|product| product.runs.len()).sum();
        format!("{} of {}", counted(runs, "run"), counted(self.products.len(), "product"))
    }

    /// What each run came to, and what is to be mended first.
    pub fn summary(&self) -> String {
        let line = |product: &Product, run: &BoardRun| {
            let name = format!("{} {}", product.name, run.version);
            let first = run.report.themes.first().map_or_else(|| "nothing".to_owned(), ThemeRow::heading);
            format!("{}: {}\n  to mend first: {first}\n", name.trim(), run.counts.words())
        };
        self.products
            .iter()
            .flat_map(|product| product.runs.iter().map(move |run| line(product, run)))
            .collect()
    }

    /// The figures as a JSON document.
    pub fn json(&self) -> String {
        let rows: Vec<BoardRow<'_>> = self
            .products
            .iter()
            .flat_map(|product| product.runs.iter().map(move |run| BoardRow::new(&product.name, run)))
            .collect();
        visible::json_pretty(&rows).expect("rows have string keys only") + "\n"
    }
}

/// The time of the first case.
fn began(report: &Report) -> Option<jiff::Timestamp> {
    report.cases.iter().filter_map(|case| case.began).min()
}

/// A name of a file that none of those before has, and that leads nowhere else.
fn page_name(text: &str, taken: &mut Vec<String>) -> String {
    let plain =
        |character: char| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' };
    let slug: String = text.trim().to_lowercase().chars().map(plain).collect();
    let slug = slug.trim_matches(['.', '-']);
    // The board itself is the index.
    let slug = if slug.is_empty() || slug == "index" { "target" } else { slug };
    let mut name = format!("{slug}.html");
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{slug}-{number}.html");
        number += 1;
    }
    taken.push(name.clone());
    name
}

/// A run in `board.json`.
#[derive(Serialize)]
struct BoardRow<'a> {
    product: &'a str,
    version: &'a str,
    day: &'a str,
    page: &'a str,
    edition: Edition,
    basis: Basis,
    suite_version: &'a str,
    verdict: Conclusion,
    counts: Counts,
    themes: Vec<&'a str>,
    log: Option<&'a str>,
}

impl<'a> BoardRow<'a> {
    fn new(product: &'a str, run: &'a BoardRun) -> Self {
        let report = &run.report;
        Self {
            product,
            version: &run.version,
            day: &run.day,
            page: &run.page,
            edition: report.edition,
            basis: report.basis,
            suite_version: &report.suite_version,
            verdict: report.verdict,
            counts: run.counts,
            themes: report.themes.iter().map(|theme| theme.says.as_str()).collect(),
            log: report.hashes.log.as_deref(),
        }
    }
}
