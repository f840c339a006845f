//! Operations, open points, requirements, and what is counted.

use std::collections::BTreeMap;

use maud::{Markup, html as markup};
use signer_schemas::{Requirement, requirement};

use crate::data::finding::Verdict;
use crate::data::tour::Why;
use crate::report::folder::LEDGER;
use crate::report::html::{badge, cases, grouped};
use crate::report::{Known, Report, RequirementRow};

/// So many transitions are named for a reason; the rest is in `report.json`.
const NAMED: usize = 40;

pub(super) fn operations(report: &Report) -> Markup {
    let hiding = report
        .themes
        .iter()
        .find(|theme| theme.hides && report.operations.values().any(|row| row.failed > 0));
    let told = report.has_deviating();
    markup! {
        section id="operations" {
            h2 { "Operations" }
            table {
                thead {
                    tr {
                        th scope="col" { "Operation" }
                        th scope="col" { "Verdict" }
                        th.n scope="col" { "Cases" }
                        @if told { th.n scope="col" { "Known" } }
                        th.n scope="col" { (if told { "New" } else { "Failed" }) }
                        @if let Some(theme) = hiding {
                            th.n scope="col" { "Without " a href={ "#" (theme.id) } { (theme.id) } }
                        }
                    }
                }
                tbody {
                    @for (operation, row) in &report.operations {
                        tr {
                            th scope="row" { (operation) @if let Some(known) = &row.known { (self::known(known)) } }
                            td { (badge(row.verdict)) }
                            td.n { (grouped(row.cases.into())) }
                            @if told { td.n { (grouped(row.deviating.unwrap_or_default().into())) } }
                            td.n { (grouped(row.failed.into())) }
                            @if hiding.is_some() { td.n { (grouped(row.beside.unwrap_or(row.failed).into())) } }
                        }
                    }
                }
            }
        }
    }
}

/// The ledger line that foresaw it.
pub(super) fn known(known: &Known) -> Markup {
    markup! { p.known { "Known since " (known.date) " (" code { (LEDGER) ":" (known.line) } "): " (known.reason) } }
}

pub(super) fn open_points(report: &Report) -> Markup {
    markup! {
        section id="open-points" {
            h2 { "What it does where nobody says" }
            p.lead {
                "The documents leave these points open. No answer is wrong; together they tell what this \
                 implementation is like."
            }
            @if report.open_points.is_empty() { p { "None was asked." } }
            dl.points {
                @for row in &report.open_points {
                    div {
                        dt { (row.question) }
                        dd {
                            p.answer { (row.observed) }
                            p.faint { "Admitted: " (row.admits.join(" · ")) " · " code { (row.id) } }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn witnesses(report: &Report) -> Markup {
    markup! {
        @if !report.witnesses.is_empty() {
            h3 { "What a full run must have seen" }
            ul.witnesses {
                @for row in &report.witnesses {
                    li {
                        span.mark aria-hidden="true" { (if row.cases > 0 { "✓" } else { "✕" }) } " " (row.what)
                        span.faint {
                            @if row.cases > 0 { ", in " (cases(row.cases.into())) } @else { ", not seen" }
                            @if let Some(finding) = &row.excused { ": " (finding) " may be why" }
                        }
                    }
                }
            }
        }
    }
}

/// The declared errors that were not provoked, apart by whether a full run provokes them.
pub(super) fn errors(report: &Report) -> Markup {
    let (sure, unsure) = report.missed_errors();
    let kinds = [
        ("that a full run provokes", sure),
        (
            "that no client is sure to provoke: trouble of the service, too many requests, or nobody says \
             when",
            unsure,
        ),
    ];
    markup! {
        @if !report.coverage.errors_missed.is_empty() { h3 { "Declared errors that were not provoked" } }
        @for (words, errors) in kinds.iter().filter(|(_, errors)| !errors.is_empty()) {
            details {
                summary { span.count { (grouped(errors.len() as u64)) } " " (words) }
                ul.transitions { @for error in errors { li { code { (error) } } } }
            }
        }
    }
}

pub(super) fn unreached(report: &Report) -> Markup {
    let mut reasons = BTreeMap::<&str, Vec<_>>::new();
    for unreached in &report.tour.unreached {
        reasons.entry(unreached.why.words()).or_default().push(unreached);
    }
    markup! {
        @if !reasons.is_empty() { h3 { "Transitions that the tour did not reach" } }
        @for (words, rows) in reasons {
            details {
                summary { span.count { (grouped(rows.len() as u64)) } " " (words) }
                ul.transitions {
                    @for row in rows.iter().take(NAMED) {
                        li { code { (row.transition) } " " span.faint { (particulars(&row.why)) } }
                    }
                    @if rows.len() > NAMED { li.faint { "and " (grouped((rows.len() - NAMED) as u64)) " more, in report.json" } }
                }
            }
        }
    }
}

fn particulars(why: &Why) -> String {
    match why {
        Why::OpenPoint { point, answered } => format!("{point}: {answered}"),
        Why::ServiceChose { answered } => answered.clone(),
        Why::Unimplemented { operation } => operation.to_string(),
        Why::Finding { departs_from } => departs_from.to_string(),
        Why::Parted { at, because } => format!("at step {}: {because}", at + 1),
        Why::NotRun { because } => because.clone(),
    }
}

pub(super) fn distribution(report: &Report) -> Markup {
    let seen = &report.distribution;
    let calls: Vec<(&str, u64)> =
        seen.calls.iter().map(|(operation, count)| (operation.name(), *count)).collect();
    markup! {
        section id="distribution" {
            h2 { "What was called and seen" }
            @if let Some(how) = seen.jobs_end() { p { "Jobs end " (how) "." } }
            div.counts {
                (counted("Calls", &calls))
                (counted("Answers that tell a profile’s status", &named(&seen.profile_statuses)))
                (counted("Answers that tell a job’s status", &named(&seen.job_statuses)))
                (counted("Cases that saw an error", &named(&seen.errors)))
            }
        }
    }
}

fn named(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    counts.iter().map(|(name, count)| (name.as_str(), *count)).collect()
}

fn counted(title: &str, counts: &[(&str, u64)]) -> Markup {
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(1);
    markup! {
        table.bars {
            caption { (title) }
            @for (name, count) in counts {
                tr {
                    th scope="row" { (name) }
                    td.n { (grouped(*count)) }
                    td.bar aria-hidden="true" { svg viewBox="0 0 100 6" preserveAspectRatio="none" { rect width=(share(*count, most)) height="6" {} } }
                }
            }
            @if counts.is_empty() { tr { td { "none" } } }
        }
    }
}

/// In hundredths of the most, at least one.
fn share(count: u64, most: u64) -> u64 {
    (count.saturating_mul(100) / most.max(1)).max(1)
}

pub(super) fn requirements(report: &Report) -> Markup {
    let mut groups: Vec<(&str, Vec<&RequirementRow>)> = Vec::new();
    for row in &report.requirements {
        let group = row.id.split('/').next().unwrap_or_default();
        match groups.last_mut() {
            Some((last, rows)) if *last == group => rows.push(row),
            _ => groups.push((group, vec![row])),
        }
    }
    let mut verdicts = BTreeMap::<Verdict, u64>::new();
    for row in &report.requirements {
        *verdicts.entry(row.verdict).or_default() += 1;
    }
    markup! {
        section id="requirements" {
            h2 { "Requirements" }
            p.lead { "Every rule that a client can test, with what it rests on. The verdict tells whether \
                the target keeps the rule, whether or not that counts here." }
            form.filter id="filter" hidden {
                label { "Text " input type="search" name="text" autocomplete="off" placeholder="tag, NotFound, …"; }
                fieldset {
                    legend { "Verdict" }
                    @for (verdict, count) in &verdicts {
                        label { input type="checkbox" name="verdict" value=(verdict.id()) checked; " " (verdict.id()) " " span.faint { (grouped(*count)) } }
                    }
                }
                p role="status" id="shown" {}
            }
            @for (group, rows) in groups {
                details.group {
                    summary { span.name { (group) } " " span.faint { (tally(&rows)) } }
                    ul.rules { @for row in rows { (rule(row)) } }
                }
            }
        }
    }
}

fn rule(row: &RequirementRow) -> Markup {
    let rule = requirement(&row.id);
    let text = |of: fn(&Requirement) -> &str| rule.map_or("", of);
    let name = row.id.split_once('/').map_or(row.id.as_str(), |(_, name)| name);
    markup! {
        li data-verdict=(row.verdict.id()) {
            p.rule { (badge(row.verdict)) " " code title=(row.id) { (name) } " " span.basis { (row.basis.id()) }
                " " span.faint { @if row.is_unseen() { "answered " (grouped(row.exercised.into())) "×, and no answer could tell" } @else if row.exercised > 0 { "exercised " (grouped(row.exercised.into())) "×" } @else { "not exercised" } } }
            p { (text(|rule| &rule.statement)) }
            p.source { (text(|rule| &rule.source)) }
        }
    }
}

/// `12 pass · 1 fail`
fn tally(rows: &[&RequirementRow]) -> String {
    let mut verdicts = BTreeMap::<Verdict, usize>::new();
    for row in rows {
        *verdicts.entry(row.verdict).or_default() += 1;
    }
    verdicts
        .iter()
        .map(|(verdict, count)| format!("{count} {}", verdict.id()))
        .collect::<Vec<_>>()
        .join(" · ")
}
