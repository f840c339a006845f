//! Several reports side by side, as a page.

use maud::html as markup;

use crate::report::compare::Comparison;
use crate::report::html::page;

impl Comparison {
    /// As one HTML file.
    pub fn html(&self) -> String {
        let title = "AWS Signer conformance, compared";
        let body = markup! {
            header { p.kind { "AWS Signer API · certification" } h1 { "Compared" } }
            main id="main" {
                table {
                    thead { tr { th scope="col" { "Target" } th scope="col" { "Edition" } th scope="col" { "Basis" } th scope="col" { "Verdict" } th scope="col" { "Jobs end" } } }
                    tbody { @for target in &self.targets {
                        tr { th scope="row" { (target.name) } td { (target.edition) } td { (target.basis.id()) } td { (target.verdict) } td { (target.jobs_end.unwrap_or("–")) } }
                    } }
                }
                @for (part, rows, all) in self.parts() {
                    section {
                        h2 { (part) }
                        p.faint { (rows.iter().filter(|row| !row.is_unanimous()).count()) " of " (rows.len()) " differ." }
                        div.wide-table tabindex="0" role="region" aria-label=(part) {
                            table.matrix {
                                thead { tr { td {} @for target in &self.targets { th scope="col" { (target.name) } } } }
                                tbody { @for row in rows.iter().filter(|row| all || !row.is_unanimous()) {
                                    tr.differs[!row.is_unanimous()] {
                                        th scope="row" { (row.id) @if !row.says.is_empty() { p.faint { (row.says) } } }
                                        @for cell in &row.cells { td { @if let Some(cell) = cell { (cell) } @else { "–" } } }
                                    }
                                } }
                            }
                        }
                    }
                }
            }
        };
        page(title, &body, None)
    }
}
