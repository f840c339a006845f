//! Each finding, explained.

use maud::{Markup, html as markup};

use crate::report::html::{cases, tables};
use crate::report::scripts::Scripts;
use crate::report::{FindingRow, Report, ThemeRow};

pub(super) fn findings(report: &Report, scripts: &dyn Fn(&str) -> Option<Scripts>) -> Markup {
    let (known, rest): (Vec<_>, Vec<_>) = report.findings.iter().partition(|row| row.known.is_some());
    let (new, weaker): (Vec<_>, Vec<_>) = rest.into_iter().partition(|row| row.counts);
    let classes = [
        ("That count", new, true),
        ("Known to its ledger", known, false),
        ("That do not count here", weaker, false),
    ];
    markup! {
        section id="findings" {
            h2 { "Findings" }
            @if report.findings.is_empty() { p { "None: every answer is one that the sources permit." } }
            @for (title, rows, open) in classes {
                @if !rows.is_empty() {
                    h3 { (title) " " span.count { (rows.len()) } }
                    @for (theme, rows) in by_theme(report, rows) {
                        @if let Some(theme) = theme { h4 id=[begins(theme, &rows).then_some(&theme.id)] { (theme.heading()) " " span.count { (rows.len()) } } }
                        @for row in rows {
                            @let best = theme.is_none_or(|theme| theme.example == row.id);
                            (finding(row, scripts(&row.id), &report.target.replay, open && best))
                        }
                    }
                }
            }
        }
    }
}

/// Whether the first findings of the theme are these: it may have known ones, too.
fn begins(theme: &ThemeRow, rows: &[&FindingRow]) -> bool {
    rows.first().map(|row| &row.id) == theme.findings.first()
}

/// The findings of each theme, and those that have none, in the order of the report.
fn by_theme<'a>(
    report: &'a Report,
    rows: Vec<&'a FindingRow>,
) -> Vec<(Option<&'a ThemeRow>, Vec<&'a FindingRow>)> {
    let mut parts: Vec<(Option<&ThemeRow>, Vec<&FindingRow>)> = Vec::new();
    for row in rows {
        let theme = report.themes.iter().find(|theme| row.theme.as_ref() == Some(&theme.id));
        match parts.last_mut() {
            Some((last, rows)) if *last == theme => rows.push(row),
            _ => parts.push((theme, vec![row])),
        }
    }
    parts
}

fn finding(row: &FindingRow, scripts: Option<Scripts>, replay_options: &str, open: bool) -> Markup {
    markup! {
        details.finding id=(row.id) open[open && row.cause.is_none()] {
            summary {
                span.id { (row.id) } " "
                span.what { (row.summary) @if let Some(call) = row.telling_call() { " Called: " (call) } }
                " " span.faint { (row.places()) " · " (row.basis.id()) } @if let Some(doubt) = row.doubt() { " " span.flaky { (doubt) } }
            }
            @if let Some(known) = &row.known { (tables::known(known)) }
            @if let Some(cause) = &row.cause {
                p.faint {
                    "Its cause is that of " a href={ "#" (cause) } { (cause) }
                    @if let Some(looks) = row.looks() { ": it is " (looks) "." } @else { ": it vanishes when that one is put right." }
                }
            } @else if let Some(looks) = row.looks() { p.faint { "It looks " (looks) ": no answer of the run speaks against it." } }
            dl.explained {
                dt { "Called" }
                dd {
                    ol { @for (index, call) in row.called.iter().enumerate() {
                        li { (call) @if index == row.step { " " span.faint { "← this answer departs" } } }
                    } }
                }
                @if let Some(sent) = &row.sent {
                    dt { "Sent" }
                    dd { pre.observed { (sent) } }
                }
                dt { "Before" }
                dd { (before(row)) }
                dt { "Permitted" }
                dd { @if row.permitted.is_empty() { "nothing that the report can name" } ul { @for one in &row.permitted { li { (one) } } } }
                @if !row.effects.is_empty() {
                    dt { "After" }
                    dd { ul { @for effect in &row.effects { li { (effect) } } } }
                }
                dt { "Observed" }
                dd { pre.observed { (row.observed) } }
                dt { "By" }
                dd {
                    p { (row.says()) }
                    p.source {
                        code { (row.requirement) } " · " (row.basis.id()) " · "
                        @match row.address() {
                            Some(address) => a href=(address) rel="noreferrer" { (row.source) },
                            None => (row.source),
                        }
                    }
                }
                dt { "Seen" }
                dd { "by " (row.by) " in " (cases(row.cases.into())) ", first in " code { (row.case) } "; " span.n { (row.again()) } (row.where_again()) }
                dt { "Replay" }
                dd {
                    pre { (format!("signer-conformance replay {} {replay_options}", row.counterexample).trim_end()) }
                    @if let Some(scripts) = scripts {
                        @for (language, _, text) in scripts.named() {
                            details.script { summary { (language) } pre tabindex="0" { (text) } }
                        }
                    }
                }
            }
        }
    }
}

/// The model's state before the step that departs.
fn before(row: &FindingRow) -> Markup {
    markup! {
        @if row.before.is_empty() && row.alternatives.is_empty() { p { "nothing made yet, as far as this \
            call is concerned" } }
        @else { ul { @for line in &row.before { li { (line) } } } }
        @if !row.alternatives.is_empty() {
            p { "and one of these, which no answer has told apart:" }
            ul { @for lines in &row.alternatives { li { (if lines.is_empty() { "nothing more".to_owned() } else { lines.join("; ") }) } } }
        }
    }
}
