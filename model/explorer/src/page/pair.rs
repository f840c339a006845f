//! One profile and one job, drawn: rows and columns as in the table, so every arrow goes along one of them.

use maud::{Markup, html as markup};

use crate::page::parts::grouped;
use crate::view::grid::{Arrow, CellView, Grid};

const LEFT: i32 = 70;
const TOP: i32 = 40;
const COLUMN: i32 = 230;
const ROW: i32 = 110;
const WIDTH: i32 = 130;
const HEIGHT: i32 = 42;

/// The picture, and the same as a list.
pub(super) fn pair(grid: &Grid) -> Markup {
    let count = |many: usize| i32::try_from(many).unwrap_or(i32::MAX);
    let (width, height) = (LEFT + COLUMN * count(grid.columns.len()), TOP + ROW * count(grid.rows.len()));
    markup! {
        figure.pair tabindex="0" {
            svg viewBox=(format!("0 0 {width} {height}")) role="img" aria-labelledby="pair-title" {
                title #pair-title { "One profile and one job: " (grid.groups) " groups of states, and what \
                    leads from one to another" }
                defs {
                    marker id="pair-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                        path d="M0 0 10 5 0 10z" {}
                    }
                }
                @for arrow in &grid.arrows { (self::arrow(arrow)) }
                @for (at_row, row) in grid.rows.iter().enumerate() {
                    @for (at_column, (cell, column)) in row.cells.iter().zip(&grid.columns).enumerate() {
                        @if let Some(cell) = cell { (node((at_row, at_column), cell, &row.name.words, &column.words)) }
                    }
                }
            }
            figcaption {
                details.fold data-key="pair" {
                    summary { "The same as a list " span.count { (grid.crossings.len()) } }
                    ul { @for way in &grid.crossings { li { (way.from) " → " (way.to) ": " (way.by) @if way.open { " (open)" } } } }
                }
            }
        }
    }
}

/// The corner of a node.
fn corner((row, column): (usize, usize)) -> (i32, i32) {
    let place = |place: usize, step: i32| i32::try_from(place).unwrap_or(0) * step;
    (LEFT + place(column, COLUMN), TOP + place(row, ROW))
}

fn node(at: (usize, usize), cell: &CellView, row: &str, column: &str) -> Markup {
    let (x, y) = corner(at);
    let middle = x + WIDTH / 2;
    markup! {
        g.here[cell.is_here] {
            rect x=(x) y=(y) width=(WIDTH) height=(HEIGHT) rx="6" {}
            text x=(middle) y=(y + 17) { (row) ", " (column) }
            text.count x=(middle) y=(y + 34) { (grouped(cell.states)) " states" @if cell.is_here { ", here" } }
        }
    }
}

fn arrow(arrow: &Arrow) -> Markup {
    let ((from_x, from_y), (to_x, to_y)) = (corner(arrow.from), corner(arrow.to));
    let (across, down) = (arrow.from.1.abs_diff(arrow.to.1), arrow.from.0.abs_diff(arrow.to.0));
    let (path, x, y) = match (down, across) {
        (0, 1) => {
            let (start, end, y) = (from_x + WIDTH, to_x, from_y + HEIGHT / 2);
            (format!("M{start} {y}H{end}"), i32::midpoint(start, end), y - 6)
        }
        // Over the node between.
        (0, _) => {
            let (start, end, y) = (from_x + WIDTH / 2, to_x + WIDTH / 2, from_y);
            let middle = i32::midpoint(start, end);
            (format!("M{start} {y}C{start} {0} {end} {0} {end} {y}", y - 34), middle, y - 28)
        }
        (1, 0) => {
            let (x, start, end) = (from_x + WIDTH / 2, from_y + HEIGHT, to_y);
            (format!("M{x} {start}V{end}"), x + 30, i32::midpoint(start, end) + 4)
        }
        // Past the node between, on its left.
        _ => {
            let (x, start, end) = (from_x, from_y + HEIGHT / 2, to_y + HEIGHT / 2);
            (
                format!("M{x} {start}C{0} {start} {0} {end} {to_x} {end}", x - 46),
                x - 40,
                i32::midpoint(start, end) + 4,
            )
        }
    };
    let by = arrow.by.iter().map(|by| short(by)).collect::<Vec<_>>().join(", ");
    markup! {
        path.way.open[arrow.open] d=(path) marker-end="url(#pair-tip)" {}
        text x=(x) y=(y) { (by) @if arrow.open { " (open)" } }
    }
}

/// The verb of an operation; the list has it in full.
fn short(by: &str) -> &str {
    let end = by.char_indices().skip(1).find(|(_, letter)| letter.is_ascii_uppercase());
    end.map_or(by, |(end, _)| &by[..end])
}
