//! The page of Trace: steps down, things across.

use maud::{Markup, html as markup};

use crate::page::beside::choose;
use crate::page::head::{Title, document};
use crate::page::parts::{counted, requirement, requirement_link, wire};
use crate::page::steps::{asked, panel};
use crate::page::walk::Surroundings;
use crate::view::frame::TraceLine;
use crate::view::live::LiveView;
use crate::view::trace::{Departure, Row, Trace};

/// The page.
pub(crate) fn trace(trace: &Trace, around: &Surroundings<'_>) -> Markup {
    let query = around.query.to_string();
    let main = markup! {
        h1 { "Trace through " (trace.frame.scope) }
        p.undo {
            a.button href=(trace.walk) { "Walk on from here" }
            @for (title, link) in &trace.exports { " " a.button href=(link) download { (title) } }
        }
        @if trace.rows.is_empty() {
            p { "No step was taken yet. " a href=(trace.walk) { "Walk" } " a few, or " a href="/#open" { "open a counterexample or a program" } "." }
        } @else { (table(trace, around.live)) }
        @if !trace.exchanges.is_empty() {
            details.fold data-key="wire" {
                summary { "What went over the wire where the file was made: " (counted(trace.exchanges.len(), "request")) }
                (wire(&trace.exchanges))
            }
        }
        @if !trace.rows.is_empty() { (choose(trace.frame.scope, &query)) }
        (panel(around.live, &query, trace.frame.scope, "trace", around.token))
    };
    document(&Title::View("Trace", &trace.frame), &main)
}

fn table(trace: &Trace, live: Option<&LiveView>) -> Markup {
    markup! {
        div.wide-table tabindex="0" role="region" aria-label="Steps" {
            table.trace {
                thead {
                    tr {
                        th.n scope="col" { "#" }
                        th scope="col" { "Step" }
                        @for lane in &trace.lanes { th scope="col" { (lane) } }
                        @if let Some(live) = live { th scope="col" { "live: " (live.target) } }
                    }
                }
                tbody { @for row in &trace.rows { (self::row(row, trace, live)) } }
            }
        }
    }
}

fn row(row: &Row, trace: &Trace, live: Option<&LiveView>) -> Markup {
    let is_here =
        row.step.as_ref().is_some_and(|step| step.is_here) || row.departure.is_some() && row.step.is_none();
    let is_ahead = row.step.as_ref().is_some_and(|step| step.is_ahead);
    markup! {
        tr.here[is_here].ahead[is_ahead].departs[row.departure.is_some() || !row.broken.is_empty()] {
            td.n { @if let Some(step) = &row.step { (step.number) } }
            th scope="row" { (step(row)) }
            @for (lane, name) in row.lanes.iter().zip(&trace.lanes) {
                @match lane {
                    Some(lane) => td data-lane=(name) { strong { (lane) } },
                    None => td.same { span.faint aria-hidden="true" { "·" } span.visually-hidden { "unchanged" } },
                }
            }
            @if let Some(live) = live {
                td data-lane="live" {
                    @let told = row.step.as_ref().and_then(|step| live.told.as_ref()?.step(step.number));
                    @if let Some((one, follow)) = told { (asked(one, follow)) }
                }
            }
        }
        @if row.departure.is_some() || !row.broken.is_empty() || is_here { (unfolded(row, trace, live.is_some())) }
    }
}

fn step(row: &Row) -> Markup {
    markup! {
        @if let Some((words, why)) = &row.beyond { (words) br; span.faint { (why) } }
        @if let Some(step) = &row.step { (line(step)) }
        @if row.departure.is_some() { " · " span.standing.contradicted { "departs" } }
        @if !row.broken.is_empty() { " · " span.standing.contradicted { "breaks a property" } }
    }
}

fn line(step: &TraceLine) -> Markup {
    markup! {
        a href=(step.link) aria-current=[step.is_here.then_some("step")] { (step.words) }
        span.reply { span aria-hidden="true" { " → " } (step.reply) }
        @if !step.standing.is_empty() { " " span.standing.(step.admission) { (step.standing) } }
        @if step.worlds > 1 { " " span.faint { "(" (step.worlds) " worlds)" } }
    }
}

/// The requirement, what would have been permitted, and what departs.
fn unfolded(row: &Row, trace: &Trace, live: bool) -> Markup {
    let width = 2 + trace.lanes.len() + usize::from(live);
    markup! {
        tr.unfolded {
            td colspan=(width) {
                @if let Some(departure) = &row.departure { (departs(departure)) }
                @for property in &row.broken {
                    p.bad { strong { "Broken: " } (property.name) " " (requirement_link(property.requirement)) }
                }
                @if let Some(rule) = &row.requirement { (requirement(rule)) }
                @if !row.permitted.is_empty() {
                    details.why data-key="permitted" open[row.departure.is_some()] {
                        summary { "what is permitted here" }
                        ul {
                            @for one in &row.permitted {
                                li {
                                    (one.reply) ": "
                                    @if one.changes.is_empty() { "nothing changes" } @else { (one.changes.join("; ")) } " "
                                    @if let Some(id) = one.requirement { (requirement_link(id)) }
                                }
                            }
                        }
                    }
                }
                @if let Some(otherwise) = &row.otherwise { p { a href=(otherwise) { "Go on otherwise from before this step" } } }
            }
        }
    }
}

fn departs(departure: &Departure) -> Markup {
    markup! {
        div.departure {
            p { strong { (departure.finding) } " " (departure.summary) }
            dl {
                div { dt { "permitted" } dd { (if departure.permitted.is_empty() { "nothing that can be named".to_owned() } else { departure.permitted.join(" or ") }) } }
                div { dt { "observed" } dd { (departure.observed) } }
            }
            @if let Some(rule) = &departure.rule {
                p { code { (rule.id) } ": " (rule.statement) }
                p.source { (rule.source) " (" (rule.basis) ")" }
            } @else { p { code { (departure.requirement) } } }
        }
    }
}
