//! The report as one HTML file that asks nothing of a network: readable light and dark, on paper and on a
//! phone, and, but for the filter of requirements, without its script.
//!
//! All text is escaped, and on the whole page what turns or hides text is made visible. The page's policy
//! admits its own style and script, by their hashes, and nothing else, so that even markup which escaped
//! would do nothing.

mod board;
mod compare;
mod diagram;
mod findings;
mod tables;
mod themes;

pub(crate) use board::{board_page, run_page};
pub use diagram::{life_cycle, life_cycle_of_model};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use sha2::{Digest as _, Sha256};

use crate::data::finding::Verdict;
use crate::data::visible::visible;
use crate::report::scripts::Scripts;
use crate::report::words::counted;
use crate::report::{Conclusion, Report};

/// The style sheet, for pages that are to look like a report.
pub const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report as the file `report.html` has it; `scripts` gives the ways to repeat a finding, by its id.
pub fn html(report: &Report, scripts: &dyn Fn(&str) -> Option<Scripts>) -> String {
    let title = format!("{}: {}", name(report), report.verdict);
    let body = markup! {
        (head(report))
        main id="main" {
            (themes::first(report))
            (tables::operations(report))
            (findings::findings(report, scripts))
            (tables::open_points(report))
            (coverage(report))
            (tables::distribution(report))
            (tables::requirements(report))
        }
        (foot(report))
    };
    page(&title, &body, Some(SCRIPT))
}

/// A whole page. Its policy admits the style and the script, and nothing else.
fn page(title: &str, body: &Markup, script: Option<&str>) -> String {
    let admitted = script.map_or_else(|| "none".to_owned(), hash);
    let policy =
        format!("default-src 'none'; style-src '{}'; script-src '{admitted}'; base-uri 'none'", hash(STYLE));
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "To the report" }
                (body)
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
    };
    visible(&page.into_string())
}

/// A source, as a content security policy names it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn name(report: &Report) -> &str {
    let target = &report.target;
    if target.name.is_empty() { &target.endpoint } else { &target.name }
}

fn head(report: &Report) -> Markup {
    let capabilities = report.target.capabilities.named();
    markup! {
        header {
            p.kind { "AWS Signer API · certification" }
            h1 { (name(report)) }
            p.verdict.(report.verdict.id()) {
                span.mark aria-hidden="true" { (sign(report.verdict)) }
                strong { (conclusion(report)) } " "
                (why(report))
                @if let Some(unasked) = &report.unasked { " " (capital(unasked)) "." }
            }
            @if let Some(caution) = report.target.caution() {
                p { strong { (capital(caution)) "." } }
            }
            @if report.because.len() > 1 {
                ul.because { @for reason in &report.because { li { (reason) } } }
            }
            dl.facts {
                div { dt { "Endpoint" } dd { code { (report.target.endpoint) } } }
                div { dt { "Edition" } dd { (report.edition) } }
                div { dt { "Basis" } dd { (report.basis.id()) } }
                div { dt { "Cases" } dd { (grouped(report.cases.len() as u64)) } }
                div { dt { "Requests" } dd { (grouped(report.exchanges)) } }
                @if report.unanswered > 0 { div { dt { "Without an answer" } dd { (grouped(report.unanswered)) } } }
                div { dt { "Time" } dd { (format!("{:.1} s", report.elapsed_s)) } }
                div { dt { "Seed" } dd { (report.seed) } }
                div { dt { "Suite" } dd { (report.suite_version) } }
                @if let Some(shard) = &report.selection.shard { div { dt { "Shard" } dd { (shard.number) " of " (shard.of) } } }
                div.wide { dt { "There" } dd {
                    @for (index, (what, has)) in capabilities.iter().enumerate() {
                        @if index > 0 { " · " }
                        @if *has { (what) } @else { s { (what) } " (not there)" }
                    }
                } }
            }
            nav aria-label="Parts of the report" {
                @if !report.themes.is_empty() { a href="#themes" { "Mend first" } }
                a href="#operations" { "Operations" }
                a href="#findings" { "Findings " (report.findings.len()) }
                a href="#open-points" { "Open points " (report.open_points.len()) }
                a href="#coverage" { "Coverage" }
                a href="#distribution" { "Distribution" }
                a href="#requirements" { "Requirements " (report.requirements.len()) }
            }
        }
    }
}

const fn sign(verdict: Conclusion) -> &'static str {
    match verdict {
        Conclusion::Conforms => "✓",
        Conclusion::Nonconforming => "✕",
        Conclusion::Inconclusive => "?",
    }
}

fn conclusion(report: &Report) -> String {
    let ledger = report.allowed_for().map(|_| " to its ledger").unwrap_or_default();
    match (report.verdict, report.extent()) {
        (Conclusion::Conforms, None) => format!("It conforms{ledger}."),
        (Conclusion::Conforms, Some(words)) => format!("It conforms{ledger}, {words}."),
        (Conclusion::Nonconforming, _) => "It does not conform.".to_owned(),
        (Conclusion::Inconclusive, _) => "It could not be told.".to_owned(),
    }
}

/// The verdict's reason in one sentence.
fn why(report: &Report) -> String {
    match report.because.as_slice() {
        [] => {
            let ran = report.cases.iter().filter(|case| case.verdict != Verdict::Skipped).count();
            let ran = cases(ran as u64);
            match report.allowed_for() {
                Some(words) => format!("In {ran}: {words}."),
                None => format!("In {ran} nothing departs from what counts here."),
            }
        }
        [only] => capital(only) + ".",
        [first, rest @ ..] => format!("{}, and {} more.", capital(first), rest.len()),
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// A number with a thin space before each three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

fn cases(number: u64) -> String {
    if number == 1 { "1 case".to_owned() } else { format!("{} cases", grouped(number)) }
}

/// A verdict as a mark and a word, so that it is legible without colour.
fn badge(verdict: Verdict) -> Markup {
    let mark = match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✕",
        Verdict::Deviates => "≈",
        Verdict::Unimplemented => "∅",
        Verdict::Skipped => "–",
        Verdict::Inconclusive => "?",
        Verdict::Error => "!",
    };
    markup! { span.badge.(verdict.id()) { span.mark aria-hidden="true" { (mark) } (verdict.id()) } }
}

fn coverage(report: &Report) -> Markup {
    let coverage = &report.coverage;
    let shares = [
        ("Requirements exercised", coverage.requirements.exercised, coverage.requirements.testable),
        ("Steps of the model taken by the tour", coverage.tour.reached, coverage.tour.total),
        ("Declared errors provoked", coverage.errors.reached, coverage.errors.total),
    ];
    markup! {
        section id="coverage" {
            h2 { "Coverage" }
            div.shares {
                @for (what, reached, total) in shares {
                    div {
                        meter min="0" max=(total) value=(reached) aria-label=(what) {}
                        p { strong { (grouped(reached.into())) } " of " (grouped(total.into())) br; span.faint { (what) } }
                    }
                }
            }
            @if !report.life_cycles.is_empty() {
                h3 { "The life cycle, as far as the run followed it" }
                p.faint {
                    "Derived from the model. A solid arrow was taken, and an answer showed the status after \
                     it; a dashed one was not. “Open” means that nobody says whether the step is there. The \
                     numbers are transitions of the tour, reached / all: those that take the step, and at a \
                     status those that leave it as it is."
                }
                div.lives { @for life in &report.life_cycles { (diagram::life_cycle(life)) } }
            }
            (tables::witnesses(report))
            (tables::errors(report))
            (tables::unreached(report))
        }
    }
}

fn foot(report: &Report) -> Markup {
    markup! {
        footer {
            @if let Some(ledger) = &report.ledger {
                p { "Ledger of " (ledger.name) ": " (counted(ledger.matched, "matching line")) "." }
                @for words in ledger.unmatched.iter().chain(&ledger.untold) { p { (words) } }
            }
            dl.hashes {
                @for (what, hash) in [("Plan", Some(&report.hashes.plan)), ("Model", Some(&report.hashes.model)), ("Log", report.hashes.log.as_ref())] {
                    @if let Some(hash) = hash { div { dt { (what) } dd { code { (hash) } } } }
                }
            }
            p {
                "Written by signer-conformance " (report.suite_version) " from " code { "report.json" } ". "
                code { "signer-conformance verify" } " derives every verdict again from " code { "exchanges.ndjson.gz" } ", offline."
            }
        }
    }
}
