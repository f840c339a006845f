//! The page of two traces side by side.

use maud::{Markup, html as markup};

use crate::page::head::{Title, document};
use crate::page::parts::{cards, cards_of, carried};
use crate::view::beside::{Beside, Mark, Row};
use crate::view::frame::TraceLine;

/// The page.
pub(crate) fn beside(beside: &Beside, query: &str) -> Markup {
    let scope = beside.frame.scope;
    let main = markup! {
        h1 { "Two traces through " (scope) }
        @if let Some(after) = beside.parts_after {
            p.notice.doubt { "The model has only the first " (after) " steps of the other trace." }
        }
        @if beside.rows.is_empty() { p { "Neither trace has a step." } }
        @else {
            p.said {
                @match beside.first {
                    None => "They are the same.",
                    Some(row) => { "They differ from " a href="#first" { "row " (row + 1) } " on." }
                }
            }
            (table(beside))
            section.ends {
                div { h2 { "This one ends with" } (cards(&beside.end)) }
                div { h2 { "The other ends with" } p.faint { "Marked is what is not as in this one." } (cards_of("the other's ", &beside.other_end)) }
            }
        }
        p.undo { a.button href=(beside.swapped) { "Swap them" } a.button href=(beside.other) { "The other alone" } }
        @for branch in &beside.branches { p { "Compare with the continuation " a href=(branch.beside) { (branch.words) } } }
        (choose(scope, query))
    };
    document(&Title::View("Side by side", &beside.frame), &main)
}

/// The form that takes another link.
pub(super) fn choose(scope: &str, query: &str) -> Markup {
    markup! {
        form.jump method="get" action=(format!("/{scope}/beside")) {
            (carried(query, &["b"]))
            label for="link" { "Compare with the trace of another link" }
            input #link type="text" name="link" required autocomplete="off" placeholder=(format!("/{scope}/walk?t=…"));
            button type="submit" { "Side by side" }
        }
    }
}

fn table(beside: &Beside) -> Markup {
    markup! {
        div.wide-table tabindex="0" role="region" aria-label="Steps of both" {
            table.sides {
                thead { tr { th scope="col" { "This trace" } th scope="col" { "The other" } th scope="col" { "Compared" } } }
                tbody {
                    @for (place, row) in beside.rows.iter().enumerate() { (self::row(row, beside.first == Some(place))) }
                }
            }
        }
    }
}

fn row(row: &Row, first: bool) -> Markup {
    markup! {
        tr.first[first].other[row.mark != Mark::Same] id=[first.then_some("first")] {
            th scope="row" { (line(row.here.as_ref())) }
            td { (line(row.there.as_ref())) }
            td { (row.mark.words()) @if first { ": " strong { "the first difference" } } }
        }
    }
}

fn line(line: Option<&TraceLine>) -> Markup {
    markup! {
        @match line {
            Some(line) => {
                (line.number) ". " a href=(line.link) { (line.words) } span.reply { span aria-hidden="true" { " → " } (line.reply) }
                @if !line.changes.is_empty() { br; span.faint { (line.changes.join("; ")) } }
            }
            None => { span.faint aria-hidden="true" { "·" } span.visually-hidden { "nothing" } }
        }
    }
}
