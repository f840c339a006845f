//! Walk: the state, what can come next, and the trace that led here.

use serde::Serialize;
use signer_model::{PropertyKind, Transition, standings};

use crate::cards::{Card, cards};
use crate::goto::places;
use crate::position::{Position, View};
use crate::site::Site;
use crate::steps::By;
use crate::view::frame::{Branch, Frame, TraceLine, branches, lines};
use crate::view::next::{Next, next};

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Walk {
    /// What every page shows.
    pub(crate) frame: Frame,
    /// How many steps were taken.
    pub(crate) at: usize,
    /// What the last step did, in a sentence.
    pub(crate) said: String,
    /// In how many states the service may be.
    pub(crate) worlds: usize,
    /// The steps whose answers left it open.
    pub(crate) why: Vec<Why>,
    /// The state, or what the states have in common and where they differ.
    pub(crate) cards: Vec<Card>,
    /// Each world by itself, where there are several.
    pub(crate) apart: Vec<Vec<Card>>,
    /// What can come next.
    pub(crate) next: Next,
    /// The trace.
    pub(crate) trace: Vec<TraceLine>,
    /// Other continuations from the beginning.
    pub(crate) branches: Vec<Branch>,
    /// The links one step back and one step on, where there are such steps.
    pub(crate) undo: Option<String>,
    /// See `undo`.
    pub(crate) redo: Option<String>,
    /// The link to the beginning.
    pub(crate) start: String,
    /// What the properties say of this state.
    pub(crate) properties: Vec<Property>,
    /// What can be looked for.
    pub(crate) places: Vec<(String, String)>,
}

/// A step after which more worlds are possible than before it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Why {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// What moved, and the answer, in words.
    pub(crate) words: String,
    /// How many worlds were possible before it.
    pub(crate) before: usize,
    /// How many are possible after it.
    pub(crate) after: usize,
    /// The link to the position after it.
    pub(crate) link: String,
}

/// What a property says here.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Property {
    /// The property.
    pub(crate) name: &'static str,
    /// What it speaks about.
    pub(crate) kind: &'static str,
    /// The requirement that it stands for.
    pub(crate) requirement: &'static str,
    /// Whether it holds here.
    pub(crate) holds: bool,
}

/// The page where one stands.
pub(crate) fn walk(site: &Site, position: &Position) -> Walk {
    let worlds = position.worlds();
    let apart = if worlds.len() > 1 {
        worlds.iter().map(|world| cards(None, std::slice::from_ref(world))).collect()
    } else {
        Vec::new()
    };
    let to = |at: usize| position.link(View::Walk, &position.query.at(at));
    Walk {
        frame: Frame::new(site, position, View::Walk),
        at: position.at,
        said: said(position),
        worlds: worlds.len(),
        why: why(position),
        cards: cards(position.before(), worlds),
        apart,
        next: next(site, position),
        trace: lines(position, View::Walk),
        branches: branches(position, 0),
        undo: position.at.checked_sub(1).map(to),
        redo: (position.at < position.steps.len()).then(|| to(position.at + 1)),
        start: to(0),
        properties: properties(position, position.at),
        places: places(position.subject),
    }
}

/// The steps that left open in which state the service is, as far as that matters here.
fn why(position: &Position) -> Vec<Why> {
    if position.worlds().len() < 2 {
        return Vec::new();
    }
    let taken = lines(position, View::Walk).into_iter().take(position.at);
    let counted = taken.map(|line| (position.worlds_at(line.number - 1).len(), line));
    let grown = counted.filter(|(before, line)| line.worlds > *before).map(|(before, line)| Why {
        number: line.number,
        words: format!("{} → {}", line.words, line.reply),
        before,
        after: line.worlds,
        link: line.link,
    });
    grown.collect()
}

/// What the last step did, in a sentence.
fn said(position: &Position) -> String {
    let Some(step) = position.last() else { return "The beginning: nothing was done yet.".to_owned() };
    let before = position.before().map_or(1, <[_]>::len);
    let what = match (step.after.len(), step.changes.as_slice()) {
        (1, []) if before > 1 => "of several worlds one is left".to_owned(),
        (1, []) => "nothing changes".to_owned(),
        (_, [_, ..]) => step.changes.join("; "),
        (many, []) => format!("{many} worlds are possible"),
    };
    format!("Step {}: {what}.", position.at)
}

/// What the properties say of the state after so many steps; where worlds differ, a property holds if it does
/// in all of them.
pub(crate) fn properties(position: &Position, at: usize) -> Vec<Property> {
    let scope = &position.subject.scope;
    let step = at.checked_sub(1).and_then(|index| position.steps.get(index));
    let before = match at.checked_sub(1).map(|index| position.worlds_at(index)) {
        Some([before]) => Some(*before),
        Some(_) | None => None,
    };
    let mut all: Vec<Property> = Vec::new();
    for world in position.worlds_at(at) {
        let last = step.zip(before.as_ref());
        let by = last.and_then(|(step, _)| match (step.by, step.reply) {
            (By::Call(call), Some(reply)) => Some(signer_model::Move::Call(call, reply)),
            (By::Ends(job, status), _) => Some(signer_model::Move::Ends(job, status)),
            (By::Call(_), None) | (By::Settles(_), _) => None,
        });
        let admission = step.and_then(|step| step.admission);
        let transition = by.zip(before.as_ref()).zip(admission);
        let transition = transition.map(|((by, before), admission)| Transition {
            edition: scope.edition,
            before,
            by,
            after: world,
            admission,
        });
        for (place, standing) in standings(scope, transition.as_ref(), world).into_iter().enumerate() {
            // That something can be reached is said where it is.
            if standing.kind == PropertyKind::Sometimes && !standing.holds {
                continue;
            }
            match all.iter_mut().find(|known| known.name == standing.name) {
                Some(known) => known.holds &= standing.holds,
                None => all.insert(
                    place.min(all.len()),
                    Property {
                        name: standing.name,
                        kind: standing.kind.id(),
                        requirement: standing.requirement,
                        holds: standing.holds,
                    },
                ),
            }
        }
    }
    all
}
