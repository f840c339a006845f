//! What certified targets did: what one never reached, and where two differ.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html as markup};
use signer_conformance::Unreached;
use signer_conformance::report::FindingRow;
use signer_conformance::visible::visible;
use signer_schemas::RequirementId;

use crate::overlay::Overlay;
use crate::page::head::{Title, document};
use crate::page::parts::{counted, finding_line, requirement_link};

/// What a target never reached, by the reason.
pub(crate) fn unreached(overlay: &Overlay, others: &[Overlay], wanted: &str) -> Markup {
    let fits = |one: &&Unreached| {
        let text = format!("{} {} {}", one.transition, one.requirement, one.why.words()).to_lowercase();
        wanted.to_lowercase().split_whitespace().all(|word| text.contains(word))
    };
    let mut by_reason = BTreeMap::<&str, Vec<&Unreached>>::new();
    for one in overlay.report.tour.unreached.iter().filter(fits) {
        by_reason.entry(one.why.words()).or_default().push(one);
    }
    let coverage = &overlay.report.coverage.tour;
    let main = markup! {
        h1 { "What " (overlay.name) " never reached" }
        p { (coverage.reached) " of " (coverage.total) " transitions of the model were reached. Each of the \
            others leads to the case that goes there." }
        @if let [one, other, ..] = others {
            p { a href="/differences" { "Where " (one.name) " and " (other.name) " differ" } }
        }
        form.search method="get" action="/unreached" role="search" {
            input type="hidden" name="report" value=(overlay.name);
            label for="q" { "Search" }
            input #q type="search" name="q" value=(wanted) autocomplete="off";
            button type="submit" { "Search" }
        }
        @for (reason, all) in &by_reason {
            details.fold data-key=(reason) open[by_reason.len() == 1 || !wanted.is_empty()] {
                summary { (reason) " " span.count { (all.len()) } }
                ul.transitions {
                    @for one in all {
                        li { a href=(case(&one.case, one.step)) { (visible(&one.transition)) } " " (requirement_link(&one.requirement)) }
                    }
                }
            }
        }
        @if by_reason.is_empty() { p { "Nothing that fits." } }
    };
    document(&Title::Plain(&format!("What {} never reached", overlay.name)), &main)
}

/// The link that opens a case after one of its steps.
fn case(name: &str, step: usize) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("case", name)
        .append_pair("step", &step.to_string())
        .finish();
    format!("/open?{query}")
}

/// Where two targets differ.
pub(crate) fn differences(one: &Overlay, other: &Overlay) -> Markup {
    let only = |here: &Overlay, there: &Overlay| -> Vec<Unreached> {
        let missed =
            |name: &str| here.report.tour.unreached.iter().any(|unreached| unreached.transition == name);
        there
            .report
            .tour
            .unreached
            .iter()
            .filter(|unreached| !missed(&unreached.transition))
            .cloned()
            .collect()
    };
    let (only_one, only_other) = (only(one, other), only(other, one));
    let answers = |overlay: &Overlay| -> BTreeMap<RequirementId, String> {
        overlay.report.open_points.iter().map(|row| (row.id.clone(), row.observed.clone())).collect()
    };
    let (mine, theirs) = (answers(one), answers(other));
    let (mut points, mut asked_once) = (Vec::<(&RequirementId, &str, &str)>::new(), Vec::new());
    for id in mine.keys().chain(theirs.keys().filter(|id| !mine.contains_key(*id))) {
        match (mine.get(id), theirs.get(id)) {
            (Some(mine), Some(theirs)) if mine == theirs => {}
            (Some(mine), Some(theirs)) => points.push((id, mine, theirs)),
            (mine, theirs) => asked_once.push((
                id,
                mine.map_or("not asked", String::as_str),
                theirs.map_or("not asked", String::as_str),
            )),
        }
    }
    let main = markup! {
        h1 { "Where " (one.name) " and " (other.name) " differ" }
        @if one.report.edition != other.report.edition {
            p.notice.doubt { "They were certified for different editions, so there is little to compare." }
        }
        p {
            "What was never reached: "
            @for overlay in [one, other] {
                a href=(format!("/unreached?report={}", overlay.name)) { "by " (overlay.name) } " "
            }
        }
        section #reached {
            h2 { "What one alone reached" }
            (reached(&one.name, &only_one))
            (reached(&other.name, &only_other))
        }
        section #points {
            h2 { "Open points that both answer, each otherwise " span.count { (points.len()) } }
            (answers_table(one, other, &points))
            @if !asked_once.is_empty() {
                details.fold data-key="asked-once" {
                    summary { (counted(asked_once.len(), "open point")) " that only one of them was asked about" }
                    (answers_table(one, other, &asked_once))
                }
            }
        }
        section #findings {
            h2 { "What one alone departs from" }
            (departures(one, other))
            (departures(other, one))
        }
    };
    document(&Title::Plain("Where reports differ"), &main)
}

fn answers_table(one: &Overlay, other: &Overlay, points: &[(&RequirementId, &str, &str)]) -> Markup {
    markup! {
        @if !points.is_empty() {
            div.wide-table tabindex="0" role="region" aria-label="Open points" {
                table {
                    thead { tr { th scope="col" { "Requirement" } th scope="col" { (one.name) } th scope="col" { (other.name) } } }
                    tbody { @for (id, mine, theirs) in points { tr { th scope="row" { (requirement_link(id)) } td { (visible(mine)) } td { (visible(theirs)) } } } }
                }
            }
        }
    }
}

/// The findings of a target that the other one does not have.
fn departures(here: &Overlay, there: &Overlay) -> Markup {
    let root = |row: &FindingRow| (row.requirement.clone(), row.operation, row.crashed_by.clone());
    let theirs: BTreeSet<_> = there.report.findings.iter().map(root).collect();
    let (shared, alone): (Vec<_>, Vec<_>) =
        here.report.findings.iter().partition(|row| theirs.contains(&root(row)));
    markup! {
        details.fold data-key=(format!("departs-{}", here.name)) {
            summary {
                (here.name) " alone departs in " span.count { (alone.len()) } " of its "
                (counted(here.report.findings.len(), "finding")) ", and shares " (shared.len())
            }
            ul { @for finding in alone { li { (finding_line(&here.name, finding)) } } }
        }
    }
}

fn reached(name: &str, transitions: &[Unreached]) -> Markup {
    markup! {
        details.fold data-key=(name) {
            summary { (name) " alone reached " (counted(transitions.len(), "transition")) }
            ul.transitions {
                @for one in transitions {
                    li { a href=(case(&one.case, one.step)) { (visible(&one.transition)) } " " (requirement_link(&one.requirement)) }
                }
            }
        }
    }
}
