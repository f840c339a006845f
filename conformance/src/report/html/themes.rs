//! What to mend first, a line for each theme.

use maud::{Markup, html as markup};

use crate::report::html::{cases, grouped};
use crate::report::{Report, ThemeRow};

/// So many themes stand on the first screen; the others are headings among the findings.
const FIRST: usize = 9;

pub(super) fn first(report: &Report) -> Markup {
    let all_known = report.new_findings().next().is_none();
    let hiding = report.themes.iter().skip(FIRST).find(|theme| theme.hides);
    markup! {
        @if !report.themes.is_empty() {
            section id="themes" {
                h2 { (if all_known { "Known deviations, by theme" } else { "What to mend first" }) }
                p.lead { "By what a client notices first. In " (grouped(report.failing.into())) " of " (cases(report.cases.len() as u64)) " something was found that counts." }
                ol.themes {
                    @for theme in report.themes.iter().take(FIRST - usize::from(hiding.is_some())).chain(hiding) { (line(report, theme)) }
                }
            }
        }
    }
}

fn line(report: &Report, theme: &ThemeRow) -> Markup {
    markup! {
        li {
            a href={ "#" (theme.id) } { (theme.heading()) }
            " " span.faint {
                @if theme.rule().is_none() { "such as " }
                a href={ "#" (theme.example) } { (theme.example) }
                " " (theme.rule().map_or_else(|| theme.such_as.clone(), |rule| format!("breaks the rule: {rule}")))
                " · " (theme.weight(report.failing))
            }
        }
    }
}
