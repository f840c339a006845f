//! The page of Map: a table, since hundreds of arrows are no picture.

use maud::{Markup, html as markup};
use signer_conformance::report::{life_cycle, life_cycle_of_model};
use signer_model::BEGIN;

use crate::page::head::{Title, document};
use crate::page::pair::pair;
use crate::page::parts::{grouped, progress};
use crate::view::grid::{CellView, Grid};
use crate::view::map::{LifeView, Map};

/// The page.
pub(crate) fn map(map: &Map, token: &str) -> Markup {
    let running = map.progress.is_some_and(|progress| !progress.ended);
    let scope = map.frame.scope;
    let main = markup! {
        h1 { "Map of " (scope) }
        section #groups {
            @if let Some(why) = map.cannot { p { (why) } }
            @else if let Some(grid) = &map.grid { (self::grid(map, grid)) }
            @else if running {
                @if let Some(progress) = map.progress { (self::progress("Searching", progress)) }
                p.faint #watched data-events=(format!("/{scope}/map/events?axis={}", chosen(map))) {
                    "The page follows the search, and shows what it finds." noscript { " " a href=(format!("/{scope}/map")) { "See how far it is" } }
                }
            } @else {
                form.inline method="post" action=(format!("/{scope}/map")) {
                    input type="hidden" name="token" value=(token);
                    input type="hidden" name="axis" value=(chosen(map));
                    button type="submit" { "Search all states" }
                }
            }
        }
        section #lives {
            h2 { "Life cycles" }
            div.lives { @for life in &map.lives { (self::life(life)) } }
        }
    };
    document(&Title::View("Map", &map.frame), &main)
}

fn chosen(map: &Map) -> &'static str {
    map.axes.iter().find(|(_, _, is_chosen)| *is_chosen).map_or("jobs", |(name, ..)| *name)
}

fn grid(map: &Map, grid: &Grid) -> Markup {
    markup! {
        p {
            (grouped(grid.states)) " states in " (grid.groups) " groups: " (axis_words(grid.axis)) ". A cell leads to its nearest state."
        }
        p.axes {
            "Columns: "
            @for (name, link, is_chosen) in &map.axes { a href=(link) aria-current=[is_chosen.then_some("true")] { (name) } " " }
        }
        table.grid {
            caption.visually-hidden { "States by profiles and " (grid.axis) }
            thead {
                tr {
                    th scope="col" { span.long { "profiles \\ " (grid.axis) } }
                    @for column in &grid.columns {
                        th scope="col" { span.long { (column.words) } span.short aria-hidden="true" { (column.short) } }
                    }
                }
            }
            tbody {
                @for row in &grid.rows {
                    tr {
                        th scope="row" { span.long { (row.name.words) } span.short aria-hidden="true" { (row.name.short) } }
                        @for (cell, column) in row.cells.iter().zip(&grid.columns) {
                            @match cell {
                                Some(cell) => (self::cell(cell, &row.name.words, &column.words)),
                                None => td.none { span aria-hidden="true" { "·" } span.visually-hidden { "no state" } },
                            }
                        }
                    }
                }
            }
        }
        @if grid.rows.iter().flat_map(|row| row.cells.iter().flatten()).any(|cell| !cell.shares.is_empty()) {
            p.faint { "Below the states: how many of the transitions that a run goes for from there each \
                certified target reached." }
        }
        @if !grid.arrows.is_empty() { (pair(grid)) }
        @if !grid.ways.is_empty() {
            h2 { "From here" }
            ul { @for way in &grid.ways { li { (way.by) @if way.open { " (open)" } ": " (way.to) } } }
        } @else { p { "Nothing leads from this group to another one." } }
    }
}

const fn axis_words(axis: &str) -> &str {
    match axis.as_bytes() {
        b"jobs" => {
            "a row for each set of statuses that profiles have, a column for each set of statuses that jobs \
             have"
        }
        b"permissions" => {
            "a row for each set of statuses that profiles have, a column for each number of permissions"
        }
        b"tags" => "a row for each set of statuses that profiles have, a column for each number of tags",
        b"pair" => {
            "a row for each status of the profile p0, a column for each status of the job j0, whatever the \
             others are"
        }
        _ => {
            "a row for each set of statuses that profiles have, a column for each number of revoked \
             signatures"
        }
    }
}

fn cell(cell: &CellView, row: &str, column: &str) -> Markup {
    let open = cell.by.as_ref().is_some_and(|(_, open)| *open);
    markup! {
        td.(format!("tint-{}", cell.tint)).here[cell.is_here].near[cell.by.is_some()].open[open] {
            a href=(cell.link) aria-current=[cell.is_here.then_some("location")] {
                span.visually-hidden { (row) ", " (column) ": " }
                span.long { (grouped(cell.states)) span.visually-hidden { " states" } }
                span.short aria-hidden="true" { (short(cell.states)) }
                @if cell.is_here { span.you { "here" } }
                @for share in &cell.shares { span.share { (share.name) ": " (share.reached) " of " (share.total) } }
                @if let Some((by, open)) = &cell.by { span.by { "< " (by) @if *open { " (open)" } } }
            }
        }
    }
}

/// A number in few characters.
fn short(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        1000..10_000 => format!("{}.{}k", number / 1000, number % 1000 / 100),
        _ => format!("{}k", number / 1000),
    }
}

fn life(life: &LifeView) -> Markup {
    markup! {
        div.life {
            @if !life.is_drawn { (listed(life)) }
            @else if life.is_of_run { (life_cycle(&life.row)) }
            @else { (life_cycle_of_model(&life.row)) }
            @if life.here.is_empty() { p.faint { "Nothing here has this life yet." } }
            @for (thing, status) in &life.here { p { strong { (thing) } " is at " strong { (status) } "." } }
        }
    }
}

/// A life that goes in circles, or whose statuses are sentences, as a list.
fn listed(life: &LifeView) -> Markup {
    markup! {
        p { strong { "A " (life.row.name) } " begins as " (life.row.begins) "." }
        ul { @for edge in &life.row.edges { li { (if edge.from == BEGIN { "●" } else { &edge.from }) " → " (edge.to) ": " (edge.by) @if edge.open { " (open)" } } } }
    }
}
