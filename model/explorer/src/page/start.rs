//! The first page: what there is to walk through, and what can be opened.

use maud::{Markup, html as markup};
use signer_conformance::report::FindingRow;

use crate::overlay::Overlay;
use crate::page::head::{Title, document};
use crate::page::parts::{counted, finding_line, grouped};
use crate::site::Site;
use crate::view::start::{Row, Start};

/// The page.
pub(crate) fn start(start: &Start, site: &Site) -> Markup {
    let main = markup! {
        h1 { "The model of AWS Signer" }
        p {
            "A definition of what the API may answer, in every state, by which requirement. Walk through a \
             scope and see why; check "
            "what holds in it; send the same calls to a live endpoint."
        }
        (tasks(site))
        section #scopes {
            h2 { "Scopes" }
            p.faint { "Each is a part of the API, small enough that every state can be visited." }
            div.wide-table tabindex="0" role="region" aria-label="Scopes" {
                table {
                    thead { tr { th scope="col" { "Scope" } th scope="col" { "Edition" } th.n scope="col" { "Calls" } th.n scope="col" { "States" } th scope="col" { "Properties" } } }
                    tbody {
                        @for row in &start.scopes { (scope(row)) }
                    }
                }
            }
            p {
                "All calls of an edition together: "
                @for row in &start.editions { a href=(format!("/{}/walk", row.name)) { (row.name) } " " }
            }
        }
        section #wrong {
            h2 { "Wrong definitions" }
            p.faint { "Each has one wrong rule, on purpose, so that the properties are known to notice." }
            ul.two { @for row in &start.wrong {
                @if let Some(what) = row.wrong { li { a href=(format!("/{}/check", row.name)) { (row.name) } ": " (what) } }
            } }
        }
        @for overlay in &site.overlays { (report(overlay)) }
        section #open {
            h2 { "Open" }
            p { "A counterexample, a program, a regression, or a case of the plan by its name." }
            form method="post" action="/open" {
                input type="hidden" name="token" value=(site.token);
                p { label for="text" { "Paste its JSON" } }
                textarea #text name="text" rows="4" spellcheck="false" {}
                p { label for="file" { "or choose a file " } input #file type="file" accept=".json,application/json" data-into="text"; }
                p { button type="submit" { "Open" } }
            }
            form.jump method="get" action="/open" {
                label for="case" { "Case" }
                input #case type="text" name="case" placeholder="tour/profiles/…" autocomplete="off";
                button type="submit" { "Open" }
            }
        }
    };
    document(&Title::Plain("Scopes"), &main)
}

/// Where to begin with what people come for.
fn tasks(site: &Site) -> Markup {
    let unreached = |overlay: &Overlay| format!("/unreached?report={}", overlay.name);
    markup! {
        nav.tasks aria-label="Tasks" {
            ul {
                li { a href="/revocation/walk?to=property%3Aa+profile+is+revoked#to" { "Find the shortest way to a state" } ", a revoked profile, say" }
                li { a href="/profiles/walk?all=1#idle" { "See why a call may be refused" } ": unfold the name of its rule" }
                li { a href="/profiles/targets" { "Send steps to a live endpoint" } ", or to the reference with a mistake in it" }
                li { a href="#wrong" { "See a wrong definition fail" } ", with its counterexample" }
                @if site.overlays.is_empty() {
                    li { a href="#open" { "Open a counterexample" } " and go on otherwise from one of its steps" }
                } @else {
                    li {
                        "Open a finding and go on otherwise from one of its steps: "
                        @for overlay in &site.overlays { a href=(format!("#report-{}", overlay.name)) { (overlay.name) } " " }
                    }
                    li {
                        "See what a certified target never reached: "
                        @for overlay in &site.overlays { a href=(unreached(overlay)) { (overlay.name) } " " }
                    }
                }
                @if let [one, other, ..] = site.overlays.as_slice() {
                    li { a href="/differences" { "See where " (one.name) " and " (other.name) " differ" } }
                }
            }
        }
    }
}

/// A report, with its findings: first those that can be walked on from.
fn report(overlay: &Overlay) -> Markup {
    let (scenes, walks): (Vec<_>, Vec<_>) =
        overlay.report.findings.iter().partition(|finding| finding.is_scene());
    let known = overlay.report.findings.iter().filter(|finding| finding.known.is_some()).count();
    markup! {
        section #(format!("report-{}", overlay.name)) {
            h2 { "Report " (overlay.name) }
            p {
                "Certified: " strong { (overlay.report.verdict.id()) } ", edition " (overlay.report.edition) ". "
                @if known > 0 { (known) " of its " (counted(overlay.report.findings.len(), "finding")) " are known deviations, named in its ledger. " }
                "What it reached is marked in Walk."
            }
            (findings(overlay, &walks, "Findings to walk on from", true))
            (findings(overlay, &scenes, "Findings of conversations written by hand, shown and not walked", false))
        }
    }
}

fn findings(overlay: &Overlay, findings: &[&FindingRow], title: &str, is_open: bool) -> Markup {
    markup! {
        @if !findings.is_empty() {
            details.fold data-key=(format!("{}-{title}", overlay.name)) open[is_open] {
                summary { (title) " " span.count { (findings.len()) } }
                ul { @for finding in findings { li { (finding_line(&overlay.name, finding)) } } }
            }
        }
    }
}

fn scope(row: &Row) -> Markup {
    markup! {
        tr {
            th scope="row" { a href=(format!("/{}/walk", row.name)) { (row.name) } }
            td { (row.edition) }
            td.n { (row.calls) }
            td.n { @if let Some(states) = row.states { (grouped(states)) } @else { span.faint { "not counted" } } }
            td {
                a href=(format!("/{}/check", row.name)) {
                    @if let Some((holding, all)) = row.properties { (holding) " of " (all) " hold" } @else { "check" }
                }
            }
        }
    }
}
