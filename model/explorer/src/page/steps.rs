//! The trace as a list, and what a service says beside it.

use maud::{Markup, html as markup};

use crate::live::{Asked, Departure};
use crate::page::parts::{carried, counted, requirement, wire};
use crate::view::frame::{Branch, TraceLine};
use crate::view::live::LiveView;

/// The steps as a list.
pub(super) fn steps(
    lines: &[TraceLine],
    live: Option<&LiveView>,
    branches: &[Branch],
    start: &str,
    at: usize,
) -> Markup {
    markup! {
        ol.steps {
            li.here[at == 0] value="0" {
                a href=(start) aria-current=[(at == 0).then_some("step")] { "the beginning" }
                (self::branches(branches))
            }
            @for line in lines {
                li.here[line.is_here].ahead[line.is_ahead] value=(line.number) {
                    a href=(line.link) aria-current=[line.is_here.then_some("step")] { (line.words) }
                    span.reply { span aria-hidden="true" { " → " } (line.reply) }
                    @if line.is_ahead { " " span.faint { "(undone)" } }
                    @if line.worlds > 1 { " " span.faint { "(" (line.worlds) " worlds)" } }
                    @if let Some(told) = live.and_then(|live| live.told.as_ref()).and_then(|told| told.step(line.number)) {
                        div { (asked(told.0, told.1)) }
                    }
                    (self::branches(&line.branches))
                }
            }
        }
    }
}

fn branches(branches: &[Branch]) -> Markup {
    markup! {
        @for branch in branches {
            p.branch { "otherwise: " a href=(branch.link) { (branch.words) } " · " a href=(branch.beside) { "side by side" } }
        }
    }
}

/// What a service answered, and how that stands to the trace.
pub(super) fn asked(asked: &Asked, follow: Option<&str>) -> Markup {
    let (sign, words) = asked.verdict.words();
    markup! {
        span.told.(words.replace(' ', "-")) {
            span.mark aria-hidden="true" { (sign) } " " strong { (words) }
            @if !asked.answer.is_empty() { ": " (asked.answer) }
        }
        @if let Some(link) = follow { " " a href=(link) { "follow it" } }
        @if let Some(departure) = &asked.departure { (self::departure(departure)) }
        @if !asked.exchanges.is_empty() {
            details.why { summary { "request and response" } (wire(&asked.exchanges)) }
        }
    }
}

fn departure(departure: &Departure) -> Markup {
    markup! {
        div.departure {
            @if let Some(member) = &departure.member { p { "at " code { (member) } } }
            p { (departure.summary) }
            dl {
                div { dt { "permitted" } dd { (if departure.permitted.is_empty() { "nothing that can be named".to_owned() } else { departure.permitted.join(" or ") }) } }
                div { dt { "observed" } dd { (departure.observed) } }
            }
            @if let Some(rule) = &departure.rule { (requirement(rule)) } @else { code { (departure.requirement) } }
        }
    }
}

/// Who is asked, and what is to be done for it.
pub(super) fn panel(live: Option<&LiveView>, query: &str, scope: &str, view: &str, token: &str) -> Markup {
    let here = if query.is_empty() { String::new() } else { format!("?{query}") };
    markup! {
        section.live #live {
            h2 { "Live" }
            @match live {
                None => p { "The trace is sent to nobody. " a href=(format!("/{scope}/targets{here}")) { "Choose a live endpoint" } }
                Some(live) => {
                    p { "Beside: " strong { (live.target) } " · " a href=(format!("/{scope}/targets{here}")) { "another" } }
                    @if let Some(failed) = &live.failed { p.bad { (failed) } }
                    @if live.requests == 0 { p.faint { "Nothing is sent yet: take a step first." } }
                    @if let Some(told) = live.told.as_ref().filter(|_| live.requests > 0) {
                        @if let Some(reason) = &told.live.reason { p.doubt { (reason) } }
                        p.faint { (counted(told.live.requests, "request")) " sent." }
                    }
                    @if !live.is_free && live.requests > 0 {
                        form method="post" action=(format!("/{scope}/live")) {
                            (carried(query, &[]))
                            input type="hidden" name="token" value=(token);
                            input type="hidden" name="view" value=(view);
                            button type="submit" id="ask" aria-keyshortcuts="l" { "Ask now" }
                            " " span.faint { "sends the whole trace: at least " (counted(live.requests, "request")) ", under fresh names" }
                        }
                    }
                }
            }
        }
    }
}
