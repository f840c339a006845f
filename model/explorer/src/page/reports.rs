//! What certified targets did: what one never reached, and where two differ.

use std::collections::BTreeMap;

use maud::{Markup, html as markup};
use signer_conformance::Unreached;
use signer_conformance::visible::visible;

use crate::overlay::Overlay;
use crate::page::head::{Title, document};
use crate::page::next::{counted, finding_link};
use crate::page::parts::requirement_link;

/// What a target never reached, by the reason.
pub(crate) fn unreached(overlay: &Overlay, wanted: &str) -> Markup {
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
    let answers = |overlay: &Overlay| -> BTreeMap<String, String> {
        overlay.report.open_points.iter().map(|row| (row.id.clone(), row.observed.clone())).collect()
    };
    let (mine, theirs) = (answers(one), answers(other));
    let points: Vec<(&String, &str, &str)> = mine
        .keys()
        .chain(theirs.keys().filter(|id| !mine.contains_key(*id)))
        .map(|id| {
            (
                id,
                mine.get(id).map_or("not asked", String::as_str),
                theirs.get(id).map_or("not asked", String::as_str),
            )
        })
        .filter(|(_, mine, theirs)| mine != theirs)
        .collect();
    let main = markup! {
        h1 { "Where " (one.name) " and " (other.name) " differ" }
        @if one.report.edition != other.report.edition {
            p.notice.doubt { "They were certified for different editions, so there is little to compare." }
        }
        section #points {
            h2 { "Open points " span.count { (points.len()) } }
            div.wide-table tabindex="0" role="region" aria-label="Open points" {
                table {
                    thead { tr { th scope="col" { "Requirement" } th scope="col" { (one.name) } th scope="col" { (other.name) } } }
                    tbody { @for (id, mine, theirs) in &points { tr { th scope="row" { (requirement_link(id)) } td { (visible(mine)) } td { (visible(theirs)) } } } }
                }
            }
        }
        section #findings {
            h2 { "Findings" }
            @for overlay in [one, other] {
                h3 { (overlay.name) ": " (counted(overlay.report.findings.len(), "finding")) }
                ul { @for finding in &overlay.report.findings {
                    li { a href=(finding_link(&overlay.name, &finding.id)) { (finding.id) " " (finding.requirement) } " " (visible(&finding.summary)) }
                } }
            }
        }
        (reached(&one.name, &only_one))
        (reached(&other.name, &only_other))
    };
    document(&Title::Plain("Where reports differ"), &main)
}

fn reached(name: &str, transitions: &[Unreached]) -> Markup {
    markup! {
        section {
            h2 { "Reached by " (name) " alone " span.count { (transitions.len()) } }
            details.fold data-key=(name) {
                summary { (counted(transitions.len(), "transition")) }
                ul.transitions {
                    @for one in transitions {
                        li { a href=(case(&one.case, one.step)) { (visible(&one.transition)) } " " (requirement_link(&one.requirement)) }
                    }
                }
            }
        }
    }
}
