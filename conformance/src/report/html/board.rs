//! The pages of the board: all products, and one page for each run of a version.

use maud::{Markup, html as markup};

use crate::report::Reached;
use crate::report::board::{Board, BoardRun, Product};
use crate::report::html::{cases, conclusion, grouped, page, sign, tables};
use crate::report::shell::shell_word;
use crate::report::words::counted;

/// The page of all products.
pub(crate) fn board_page(board: &Board) -> String {
    let body = markup! {
        header {
            p.kind { "AWS Signer API · conformance" }
            h1 { "The board" }
            p.lead {
                "What each product does with the documented API of AWS Signer, from the logs of runs alone. \
                 Coverage says how many rules an answer could have shown to be broken; divergence, how many \
                 of those are. They are never added up: what a product does not have is no mistake of it."
            }
        }
        main id="main" {
            div.wide-table tabindex="0" role="region" aria-label="Products" {
                table.board {
                    thead { tr {
                        th scope="col" { "Product" } th scope="col" { "Coverage" } th scope="col" { "Divergence" } th.n scope="col" { "Operations" }
                        th scope="col" { "To mend first" } th scope="col" { "Looked at" }
                    } }
                    tbody { @for product in &board.products { @if let Some(run) = product.runs.first() { (row(product, run)) } } }
                }
            }
            section {
                h2 { "How to check it" }
                p { "Every figure is derived from the log of a run. With the folder of a report at hand, \
                    this derives all of it again, offline:" }
                @for product in &board.products { @if let Some(run) = product.runs.first() { pre { (verify_line(run)) } } }
                p.faint { "A report is on the board only if that agrees. The figures are also in " a href="board.json" { "board.json" } "." }
            }
        }
    };
    page("AWS Signer conformance: the board", &body, None)
}

fn row(product: &Product, run: &BoardRun) -> Markup {
    markup! {
        tr {
            th scope="row" { a href=(run.page) { (product.name) @if !run.version.is_empty() { " " (run.version) } } }
            td data-label="Coverage" { (meter("Coverage", run.counts.covered, "seen")) }
            td data-label="Divergence" { (meter("Divergence", run.counts.diverging, "broken")) }
            td.n data-label="Operations" { (run.counts.operations.reached) " of " (run.counts.operations.total) }
            td data-label="To mend first" { @if let Some(theme) = run.report.themes.first() { (theme.heading()) } @else { "nothing" } }
            td.day data-label="Looked at" { @if run.day.is_empty() { "–" } @else { (run.day) } }
        }
    }
}

fn meter(what: &str, share: Reached, verb: &str) -> Markup {
    markup! {
        meter.(what.to_lowercase()) min="0" max=(share.total.max(1)) value=(share.reached) aria-label=(what) {}
        p.figure { strong { (grouped(share.reached.into())) } " of " (grouped(share.total.into())) " " (verb) }
    }
}

/// The page of one run.
pub(crate) fn run_page(board: &Board, product: &Product, run: &BoardRun) -> String {
    let report = &run.report;
    let name = format!("{} {}", product.name, run.version);
    let name = name.trim();
    let body = markup! {
        header {
            p.kind { a href="index.html" { "The board" } " · " (board.words()) }
            h1 { (name) }
            p.verdict.(report.verdict.id()) {
                span.mark aria-hidden="true" { (sign(report.verdict)) }
                strong { (conclusion(report)) } " " (run.counts.words()) "."
            }
            dl.facts {
                div { dt { "Edition" } dd { (report.edition) } }
                div { dt { "Basis" } dd { (report.basis.id()) } }
                @if !run.day.is_empty() { div { dt { "Day" } dd { (run.day) } } }
                div { dt { "Cases" } dd { (grouped(report.cases.len() as u64)) } }
                div { dt { "Requests" } dd { (grouped(report.exchanges)) } }
                div { dt { "Seed" } dd { (report.seed) } }
                div { dt { "Suite" } dd { (report.suite_version) } }
            }
        }
        main id="main" {
            section {
                h2 { "Coverage and divergence" }
                div.shares {
                    div { (meter("Coverage", run.counts.covered, "rules seen")) }
                    div { (meter("Divergence", run.counts.diverging, "of those broken")) }
                    div { (meter("Operations", run.counts.operations, "operations there")) }
                }
            }
            (themes(run))
            (tables::operations(report))
            (tables::open_points(report))
            (history(product, run))
            section {
                h2 { "How to check it" }
                p { "With the folder of this report, this derives every figure on this page again from its \
                    log, offline:" }
                pre { (verify_line(run)) }
                dl.hashes {
                    @for (what, hash) in [("Plan", Some(&report.hashes.plan)), ("Model", Some(&report.hashes.model)), ("Log", report.hashes.log.as_ref())] {
                        @if let Some(hash) = hash { div { dt { (what) } dd { code { (hash) } } } }
                    }
                }
            }
        }
    };
    page(&format!("AWS Signer conformance: {name}"), &body, None)
}

fn themes(run: &BoardRun) -> Markup {
    let report = &run.report;
    markup! {
        section id="themes" {
            h2 { "What to mend first" }
            @if report.themes.is_empty() { p { "Nothing departs from what counts here." } }
            @else { p.lead { "By what a client notices first. In " (grouped(report.failing.into())) " of " (cases(report.cases.len() as u64)) " something was found that counts." } }
            @for theme in &report.themes {
                h3 id=(theme.id) { (theme.heading()) " " span.count { (counted(theme.findings.len(), "finding")) ", " (cases(theme.cases.into())) } }
                @for row in report.findings.iter().filter(|row| row.theme.as_ref() == Some(&theme.id)) {
                    details.finding id=(row.id) {
                        summary { span.id { (row.id) } " " span.what { @if let Some(input) = &row.crashed_by { "It crashes on " (input) } @else { (row.statement) } } " " span.faint { (row.places()) } }
                        @if let Some(known) = &row.known { (tables::known(known)) }
                        @if let Some(cause) = &row.cause { p.faint { "It vanishes when " a href={ "#" (cause) } { (cause) } " is put right." } }
                        dl.explained {
                            dt { "Called" } dd { ol { @for call in &row.called { li { (call) } } } }
                            dt { "Permitted" } dd { ul { @for one in &row.permitted { li { (one) } } } }
                            dt { "Observed" } dd { pre.observed { (row.observed) } }
                            dt { "By" } dd { p.source { code { (row.requirement) } " · " (row.basis.id()) " · " (row.source) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the runs of the product came to, the newest first.
fn history(product: &Product, here: &BoardRun) -> Markup {
    markup! {
        section id="history" {
            h2 { "History" }
            div.wide-table tabindex="0" role="region" aria-label="History" {
                table.board {
                    thead { tr { th scope="col" { "Version" } th scope="col" { "Day" } th scope="col" { "Coverage" } th scope="col" { "Divergence" } th.n scope="col" { "Findings" } } }
                    tbody { @for run in &product.runs {
                        tr {
                            th scope="row" {
                                @let version = if run.version.is_empty() { "–" } else { &run.version };
                                @if run.page == here.page { strong { (version) } } @else { a href=(run.page) { (version) } }
                            }
                            td.day data-label="Day" { @if run.day.is_empty() { "–" } @else { (run.day) } }
                            td data-label="Coverage" { (meter("Coverage", run.counts.covered, "seen")) }
                            td data-label="Divergence" { (meter("Divergence", run.counts.diverging, "broken")) }
                            td.n data-label="Findings" { (run.counts.findings) }
                        }
                    } }
                }
            }
        }
    }
}

/// The command that derives a run's report again.
fn verify_line(run: &BoardRun) -> String {
    format!("signer-conformance verify {}", shell_word(&run.folder))
}
