//! The first page: what there is to walk through, and what can be opened.

use maud::{Markup, html as markup};

use crate::page::head::{Title, document};
use crate::page::next::finding_link;
use crate::page::parts::grouped;
use crate::site::Site;
use crate::view::start::{Row, Start};

/// The page.
pub(crate) fn start(start: &Start, site: &Site) -> Markup {
    let main = markup! {
        h1 { "The model of AWS Signer" }
        p {
            "A definition of what the API may answer, in every state, by which requirement. Walk through a \
             scope and see why; check "
            "what holds in it; ask a service beside."
        }
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
        @for overlay in &site.overlays {
            section {
                h2 { "Report " (overlay.name) }
                p { "Certified: " strong { (overlay.report.verdict.id()) } ", edition " (overlay.report.edition) ". What it reached is marked in Walk." }
                @if !overlay.report.findings.is_empty() {
                    details.fold open {
                        summary { "Findings " span.count { (overlay.report.findings.len()) } }
                        ul { @for finding in &overlay.report.findings {
                            li { a href=(finding_link(&overlay.name, &finding.id)) { (finding.id) " " (finding.requirement) } " " (finding.summary) }
                        } }
                    }
                }
                @if site.overlays.len() > 1 { p { a href="/differences" { "Where the reports differ" } } }
                p { a href=(format!("/unreached?report={}", overlay.name)) { "What it never reached" } }
            }
        }
        section #wrong {
            h2 { "Wrong definitions" }
            p.faint { "Each has one wrong rule, on purpose, so that the properties are known to notice." }
            ul.two { @for row in &start.wrong {
                @if let Some(what) = row.wrong { li { a href=(format!("/{}/check", row.name)) { (row.name) } ": " (what) } }
            } }
        }
    };
    document(&Title::Plain("Scopes"), &main)
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
