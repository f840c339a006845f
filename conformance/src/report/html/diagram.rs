//! A life cycle as inline SVG, drawn downwards so that it fits a phone; the same as a list for those who do
//! not see it.

use std::collections::BTreeMap;

use maud::{Markup, html as markup};
use signer_model::BEGIN;

use crate::report::Reached;
use crate::report::html::{cases, grouped};
use crate::report::shown::{EdgeRow, LifeCycleRow};

const WIDTH: i32 = 450;
/// What skips a rank passes on the left, with its label.
const MARGIN: i32 = 100;
const NODE_WIDTH: i32 = 120;
const NODE_HEIGHT: i32 = 44;
const RANK_HEIGHT: i32 = 138;
const TOP: i32 = 12;
/// How many characters of a label stand on a line.
const LINE: usize = 18;

/// As far as a run followed it: what it did not take is dashed.
pub fn life_cycle(life: &LifeCycleRow) -> Markup {
    let taken = life.edges.iter().filter(|edge| edge.cases > 0).count();
    let title = format!("Life cycle of a {}: {taken} of {} steps were taken", life.name, life.edges.len());
    drawn(life, &title, Followed::ByRun)
}

/// As the model has it: what no source settles is dashed.
pub fn life_cycle_of_model(life: &LifeCycleRow) -> Markup {
    drawn(life, &format!("Life cycle of a {}", life.name), Followed::ByNobody)
}

/// What a solid arrow stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Followed {
    ByRun,
    ByNobody,
}

impl Followed {
    fn is_solid(self, edge: &EdgeRow) -> bool {
        match self {
            Self::ByRun => edge.cases > 0,
            Self::ByNobody => !edge.open,
        }
    }
}

fn drawn(life: &LifeCycleRow, title: &str, followed: Followed) -> Markup {
    let places = Places::of(life);
    let height = TOP * 2 + NODE_HEIGHT + RANK_HEIGHT * places.last_rank();
    let id = format!("life-{}", life.name.replace(' ', "-"));
    markup! {
        figure {
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-labelledby=(id) {
                title id=(id) { (title) }
                defs {
                    marker id=(format!("{id}-tip")) viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                        path d="M0 0 10 5 0 10z" {}
                    }
                }
                @for ((from, to), edges) in arrows(life) { (places.arrow(from, to, &edges, &id, followed)) }
                @for (place, status) in life.statuses.iter().enumerate() { (places.node(place, status, life.tour.get(place))) }
            }
            figcaption {
                strong { "A " (life.name) } " begins as " (life.begins) "."
                ul {
                    @for edge in &life.edges {
                        li {
                            (status_words(&edge.from)) " → " (edge.to) ": " (edge.by)
                            @if edge.open { " (open)" }
                            span.faint {
                                @if edge.cases > 0 { ", in " (cases(edge.cases.into())) }
                                @else if followed == Followed::ByRun { ", not taken" }
                                @if let Some(share) = share(&edge.tour) { "; " (share) " transitions" }
                            }
                        }
                    }
                    @for (status, tour) in life.statuses.iter().zip(&life.tour) {
                        @if let Some(share) = share(tour) {
                            li { (status_words(status)) " stays" span.faint { ", in " (share) " transitions" } }
                        }
                    }
                }
            }
        }
    }
}

fn status_words(status: &str) -> &str {
    if status == BEGIN { "●" } else { status }
}

/// How many of the tour's transitions were reached; none if the tour has none there.
fn share(tour: &Reached) -> Option<String> {
    (tour.total > 0).then(|| format!("{} / {}", grouped(tour.reached.into()), grouped(tour.total.into())))
}

/// The steps by the places of the statuses before and after.
fn arrows(life: &LifeCycleRow) -> BTreeMap<(usize, usize), Vec<&EdgeRow>> {
    let place = |status: &str| life.statuses.iter().position(|known| known == status);
    let mut arrows = BTreeMap::<_, Vec<_>>::new();
    for edge in &life.edges {
        if let (Some(from), Some(to)) = (place(&edge.from), place(&edge.to)) {
            arrows.entry((from, to)).or_default().push(edge);
        }
    }
    arrows
}

/// Where each status stands: its rank is the longest way to it, and those of a rank share the width.
struct Places {
    ranks: Vec<i32>,
    middles: Vec<i32>,
}

impl Places {
    fn of(life: &LifeCycleRow) -> Self {
        let mut ranks = vec![0; life.statuses.len()];
        let arrows = arrows(life);
        // A status moves down once for each that comes before it; a cycle would move it without end.
        for _ in 0..life.statuses.len() {
            for (from, to) in arrows.keys() {
                ranks[*to] =
                    ranks[*to].max(ranks[*from] + 1).min(i32::try_from(ranks.len()).unwrap_or(i32::MAX) - 1);
            }
        }
        let middle = |place: usize| {
            let same = |other: &usize| ranks[*other] == ranks[place];
            let before = i32::try_from((0..place).filter(same).count()).unwrap_or(0);
            let all = i32::try_from((0..ranks.len()).filter(same).count()).unwrap_or(1);
            MARGIN + (WIDTH - MARGIN) * (2 * before + 1) / (2 * all)
        };
        Self { middles: (0..ranks.len()).map(middle).collect(), ranks }
    }

    fn last_rank(&self) -> i32 {
        self.ranks.iter().copied().max().unwrap_or(0)
    }

    fn top(&self, place: usize) -> i32 {
        TOP + RANK_HEIGHT * self.ranks[place]
    }

    fn node(&self, place: usize, status: &str, tour: Option<&Reached>) -> Markup {
        let (x, y) = (self.middles[place], self.top(place));
        let middle = y + NODE_HEIGHT / 2;
        let share = tour.and_then(share);
        markup! {
            @if status == BEGIN {
                circle.begin cx=(x) cy=(middle) r="9" {}
                @if let Some(share) = share { text.share x=(x + 18) y=(middle + 4) { (share) } }
            } @else {
                rect.status x=(x - NODE_WIDTH / 2) y=(y) width=(NODE_WIDTH) height=(NODE_HEIGHT) rx="8" {}
                text.status x=(x) y=(if share.is_some() { middle - 3 } else { middle + 5 }) { (status) }
                @if let Some(share) = share { text.share x=(x) y=(middle + 15) text-anchor="middle" { (share) } }
            }
        }
    }

    fn arrow(&self, from: usize, to: usize, edges: &[&EdgeRow], id: &str, followed: Followed) -> Markup {
        let (x1, x2) = (self.middles[from], self.middles[to]);
        let (y1, y2) = (self.top(from) + NODE_HEIGHT, self.top(to));
        let steps = (y2 - y1) > RANK_HEIGHT;
        let (path, x, y, anchor) = if steps {
            let (left1, left2) = (x1 - NODE_WIDTH / 2, x2 - NODE_WIDTH / 2 - 2);
            let (middle1, middle2) = (y1 - NODE_HEIGHT / 2, y2 + NODE_HEIGHT / 2);
            let start = if self.ranks[from] == 0 { x1 - 9 } else { left1 };
            let bend = left1.min(left2) - 70;
            let path = format!("M{start} {middle1}C{bend} {middle1} {bend} {middle2} {left2} {middle2}");
            // Half way along the curve.
            (path, (start + 6 * bend + left2) / 8 - 8, i32::midpoint(y1, y2), "end")
        } else {
            let start = if self.ranks[from] == 0 { y1 - NODE_HEIGHT / 2 + 9 } else { y1 };
            let path = format!("M{x1} {start}L{x2} {}", y2 - 2);
            let right = x2 >= x1;
            (
                path,
                i32::midpoint(x1, x2) + if right { 10 } else { -10 },
                i32::midpoint(y1, y2),
                if right { "start" } else { "end" },
            )
        };
        let taken = edges.iter().any(|edge| followed.is_solid(edge));
        let lines: Vec<String> = edges.iter().flat_map(|edge| label(edge)).collect();
        let first = y + 4 - 8 * (i32::try_from(lines.len()).unwrap_or(1) - 1);
        markup! {
            path.arrow.taken[taken] d=(path) marker-end=(format!("url(#{id}-tip)")) {}
            text.label y=(first) text-anchor=(anchor) {
                @for (index, line) in lines.iter().enumerate() { tspan x=(x) dy=(if index == 0 { 0 } else { 16 }) { (line) } }
            }
        }
    }
}

/// What moves, on short lines.
fn label(edge: &EdgeRow) -> Vec<String> {
    let words = format!("{}{}", edge.by, if edge.open { " (open)" } else { "" });
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.extend(share(&edge.tour));
    lines
}
