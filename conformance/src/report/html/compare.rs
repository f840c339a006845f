//! Several reports side by side, as a page.

use maud::html as markup;

use crate::report::compare::{Comparison, differing, of};
use crate::report::html::page;

impl Comparison {
    /// As one HTML file.
    pub fn html(&self) -> String {
        let title = "AWS Signer conformance, compared";
        let body = markup! {
            header { p.kind { "AWS Signer API · certification" } h1 { "Compared" } }
            main id="main" {
                div.wide-table tabindex="0" role="region" aria-label="Targets" {
                    table {
                        thead { tr {
                            th scope="col" { "Target" } th scope="col" { "Edition" } th scope="col" { "Basis" } th scope="col" { "Verdict" }
                            th.n scope="col" { "Operations there" } th.n scope="col" { "Requirements seen" } th.n scope="col" { "Broken of those" }
                            th.n scope="col" { "Findings" } th scope="col" { "Jobs end" }
                        } }
                        tbody { @for target in &self.targets {
                            tr {
                                th scope="row" { (target.name) } td { (target.edition) } td { (target.basis.id()) } td { (target.verdict) }
                                td.n { (of(target.counts.operations)) } td.n { (of(target.counts.covered)) } td.n { (of(target.counts.diverging)) }
                                td.n { (target.counts.findings) } td { (target.jobs_end.unwrap_or("–")) }
                            }
                        } }
                    }
                }
                @for (part, rows) in self.parts() {
                    @let shown = differing(rows);
                    section {
                        h2 { (part) }
                        p.faint { (shown.len()) " of " (rows.len()) "." }
                        @if !shown.is_empty() {
                            div.wide-table tabindex="0" role="region" aria-label=(part) {
                                table.matrix {
                                    thead { tr { td {} @for target in &self.targets { th scope="col" { (target.name) } } } }
                                    tbody { @for row in shown {
                                        tr.differs {
                                            th scope="row" { (row.id) @if !row.says.is_empty() { p.faint { (row.says) } } }
                                            @for cell in &row.cells { td { @if let Some(cell) = cell { (cell) } @else { "–" } } }
                                        }
                                    } }
                                }
                            }
                        }
                    }
                }
                section {
                    h2 { "Operations that fare alike" }
                    @for (verdict, operations) in self.alike() { p { strong { (verdict) } ": " (operations.join(", ")) } }
                }
            }
        };
        page(title, &body, None)
    }
}
