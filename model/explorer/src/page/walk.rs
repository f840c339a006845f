//! The page of Walk: state, what can come next, trace. In this order on every screen, so that Tab follows the
//! eye.

use maud::{Markup, html as markup};

use crate::page::head::{Title, document};
use crate::page::next::next;
use crate::page::parts::{cards, carried, requirement_link};
use crate::page::steps::{panel, steps};
use crate::view::live::LiveView;
use crate::view::walk::Walk;

/// What the page needs beside its view.
pub(crate) struct Surroundings<'a> {
    /// The query of the page's own link.
    pub(crate) query: &'a crate::query::Query,
    /// What forms have to know.
    pub(crate) token: &'a str,
    /// What a service says beside.
    pub(crate) live: Option<&'a LiveView>,
}

/// The page.
pub(crate) fn walk(walk: &Walk, around: &Surroundings<'_>) -> Markup {
    let query = around.query.to_string();
    let as_target = around.query.as_target.as_deref();
    let main = markup! {
        h1.visually-hidden { "Walk through " (walk.frame.scope) }
        (thumb(walk))
        div.columns {
            section #state aria-labelledby="state-title" {
                h2 #state-title { @if walk.at == 0 { "State at the beginning" } @else { "State after step " (walk.at) } }
                p.said { (walk.said) }
                (state(walk))
                (jump(walk, around))
            }
            section #next aria-labelledby="next-title" {
                h2 #next-title { "What can come next" }
                (tools(walk, around, &query))
                (next(&walk.next, around.query.all, as_target))
            }
            section #trace aria-labelledby="trace-title" {
                h2 #trace-title { "Trace" }
                p.undo {
                    @if let Some(undo) = &walk.undo { a.button href=(undo) id="undo" aria-keyshortcuts="u" { "Undo" } }
                    @else { span.button.off { "Undo" } }
                    @if let Some(redo) = &walk.redo { a.button href=(redo) id="redo" aria-keyshortcuts="r" { "Redo" } }
                    @else { span.button.off { "Redo" } }
                }
                (steps(&walk.trace, around.live, &walk.branches, &walk.start, walk.at))
                (panel(around.live, &query, walk.frame.scope, "walk", around.token))
            }
        }
    };
    document(&Title::View("Walk", &walk.frame), &main)
}

/// What the thumb reaches on a phone; larger screens have it at hand elsewhere.
fn thumb(walk: &Walk) -> Markup {
    let map = walk.frame.views.iter().find(|(title, ..)| *title == "Map").map(|(_, link, _)| link);
    markup! {
        nav.thumb aria-label="Steps" {
            @if let Some(undo) = &walk.undo { a href=(undo) { "Undo" } } @else { span.faint { "Undo" } }
            span { "step " (walk.at) " of " (walk.trace.len()) }
            @if let Some(redo) = &walk.redo { a href=(redo) { "Redo" } } @else { span.faint { "Redo" } }
            @if let Some(map) = map { a href=(map) { "Map" } }
            a href="#live" { "Live" }
        }
    }
}

fn state(walk: &Walk) -> Markup {
    let (holding, failing): (Vec<_>, Vec<_>) = walk.properties.iter().partition(|property| property.holds);
    markup! {
        @if walk.worlds > 1 {
            p.doubt { strong { (walk.worlds) " worlds" } " are possible: what was not heard may have gone \
                either way." }
            ul.why-worlds {
                @for why in &walk.why {
                    li { a href=(why.link) { "Step " (why.number) } " left " (why.after) " of what were " (why.before) ": " (why.words) }
                }
            }
        }
        @if walk.cards.is_empty() { p { "Nothing was made yet. Each call beside makes something." } }
        (cards(&walk.cards))
        @if !walk.apart.is_empty() {
            details.fold data-key="worlds" {
                summary { "Each world by itself" }
                @for (number, world) in walk.apart.iter().enumerate() {
                    h3 { "World " (number + 1) }
                    @if world.is_empty() { p { "Nothing was made." } }
                    (cards(world))
                }
            }
        }
        details.fold.bad[!failing.is_empty()] data-key="properties" open[!failing.is_empty()] {
            summary {
                @if failing.is_empty() { "Properties: all hold here" } @else { "Properties: " (failing.len()) " broken here" }
            }
            ul.properties {
                @for property in failing.iter().chain(&holding) {
                    li.broken[!property.holds] {
                        span.mark aria-hidden="true" { (if property.holds { "✓" } else { "✕" }) } " "
                        strong { (if property.holds { "holds" } else { "broken" }) } ": " (property.name) " "
                        (requirement_link(property.requirement))
                    }
                }
            }
        }
    }
}

/// The shortest way to what somebody looks for.
fn jump(walk: &Walk, around: &Surroundings<'_>) -> Markup {
    markup! {
        form.jump method="get" action=(format!("/{}/goto", walk.frame.scope)) {
            label for="to" { "Shortest way to a state where" }
            select #to name="to" {
                @for (place, words) in &walk.places { option value=(place) selected[around.query.goal.as_deref() == Some(place)] { (words) } }
            }
            button type="submit" { "Go" }
        }
    }
}

fn tools(walk: &Walk, around: &Surroundings<'_>, query: &str) -> Markup {
    let toggled = |name: &str| {
        let as_target = (around.query.as_target.as_deref() != Some(name)).then(|| name.to_owned());
        let query = crate::query::Query { as_target, ..around.query.clone() }.to_string();
        format!("/{}/walk?{query}", walk.frame.scope)
    };
    markup! {
        div.tools {
            form.search method="get" action=(format!("/{}/walk", walk.frame.scope)) role="search" {
                (carried(query, &["q", "all"]))
                label for="q" { "Search" }
                input #q type="search" name="q" value=(around.query.search) aria-keyshortcuts="/" autocomplete="off";
                label.check { input #all type="checkbox" name="all" value="1" checked[around.query.all]; " unfold all" }
                button type="submit" { "Search" }
            }
            @for (name, _) in &walk.frame.reports {
                @let on = around.query.as_target.as_deref() == Some(name);
                a.button.on[on] href=(toggled(name)) aria-current=[on.then_some("true")] { @if on { "not only" } @else { "walk" } " as " (name) " answers" }
            }
        }
    }
}
