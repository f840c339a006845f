//! The lives of things: every step of every toured scope, seen from one kind of resource.

pub(crate) mod lives;

use std::collections::{BTreeMap, BTreeSet};

use signer_schemas::Edition;

use crate::environment::expected;
use crate::explore::Move;
use crate::explore::search::{Place, Search, Transition, Visitor};
use crate::outcome::Admission;
use crate::reply::Reply;
use crate::request::{Call, Request};
use crate::rules::permits;
use crate::scopes::certification;
use crate::state::State;
use crate::tour::transition::TransitionClass;

/// The status of what is not there yet: where each life begins.
pub const BEGIN: &str = "[*]";

/// What a step is called that no call makes.
const TIME: &str = "time passes";

/// A kind of thing that has a life.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// What it is called.
    pub name: &'static str,
    /// The edition whose rules it follows.
    pub edition: Edition,
    /// What [`BEGIN`] stands for.
    pub begins: &'static str,
    /// The statuses that each thing of that kind may have; more than one only where a state leaves it open.
    statuses: fn(&State) -> Vec<Vec<String>>,
    /// The step, with the argument that matters.
    step: fn(&State, &Move) -> String,
    /// The place, among the statuses, of the thing that a request is about.
    about: fn(&Request) -> Option<usize>,
    /// The status that an answer shows.
    shows: fn(&Reply) -> Option<String>,
}

/// The statuses of a kind of thing, and the steps between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeCycle {
    /// The statuses, [`BEGIN`] first.
    pub statuses: Vec<String>,
    /// The steps after which the status is another, in the order of the statuses.
    pub arrows: Vec<Arrow>,
}

/// From one status to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The place of the status before.
    pub from: usize,
    /// The place of the status after.
    pub to: usize,
    /// What moves, and how strongly the sources stand behind it at best.
    pub by: BTreeMap<String, Admission>,
}

/// A status that was another before one step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passage {
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
    /// What moved, as an [`Arrow`] names it.
    pub by: String,
}

/// Where in a cycle something happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// At that status, which stays.
    Status(String),
    /// On the way from one status to another.
    Passage(Passage),
}

impl Life {
    /// What the model permits, in every step of the edition's toured scopes.
    pub fn cycle(self) -> LifeCycle {
        let [cycle] = cycles([self]);
        cycle
    }

    /// What a call has moved, by the place of the thing, if the service was in one of the states before, and
    /// is in one of those after, and if `cycle` explains it in one way only. A thing that may have been moved
    /// in several ways is left out.
    pub fn passages(
        &self,
        cycle: &LifeCycle,
        before: &[State],
        call: &Call,
        after: &[State],
    ) -> BTreeMap<usize, Passage> {
        let operation = call.request.operation().to_string();
        let (before, after) = (self.possible(before), self.possible(after));
        let mut passages = BTreeMap::new();
        for (thing, (before, after)) in before.into_iter().zip(after).enumerate() {
            let [to] = after.iter().collect::<Vec<_>>()[..] else { continue };
            let ways = cycle.arrows.iter().filter(|arrow| {
                let (from, into) = (&cycle.statuses[arrow.from], &cycle.statuses[arrow.to]);
                into == to && before.contains(from)
            });
            let ways = ways.flat_map(|arrow| {
                let by = arrow.by.keys().filter(|by| **by == operation || by.starts_with(TIME));
                by.map(|by| Passage {
                    from: cycle.statuses[arrow.from].clone(),
                    to: to.clone(),
                    by: by.clone(),
                })
            });
            let ways: Vec<_> = ways.collect();
            if let [only] = ways.as_slice() {
                passages.insert(thing, only.clone());
            }
        }
        passages
    }

    /// The place of the thing whose status an answer shows, and that status.
    pub fn shown(&self, call: &Call, reply: &Reply) -> Option<(usize, String)> {
        Some(((self.about)(&call.request)?, (self.shows)(reply)?))
    }

    /// Where in the cycle a transition of a tour lies; none if its call is about nothing of this kind.
    pub fn spot(&self, transition: &TransitionClass) -> Option<Spot> {
        let (before, call) = (transition.situation(), transition.call());
        let thing = (self.about)(&call.request)?;
        let outcomes = permits(self.edition, before, call);
        let outcome =
            outcomes.iter().find(|one| TransitionClass::of(before, call, &one.reply) == *transition)?;
        let status = |state: &State| Some((self.statuses)(&expected(state)).get(thing)?.join(" or "));
        let (from, to) = (status(before)?, status(&before.after(&outcome.change))?);
        let by = || (self.step)(before, &Move::Call(*call, outcome.reply));
        Some(if from == to { Spot::Status(from) } else { Spot::Passage(Passage { from, to, by: by() }) })
    }

    /// The statuses that each thing may have in one of the states.
    fn possible(&self, states: &[State]) -> Vec<BTreeSet<String>> {
        let mut possible = Vec::<BTreeSet<String>>::new();
        for state in states {
            // What only the documents would admit of a job is not in a cycle either.
            let statuses = (self.statuses)(&expected(state));
            possible.resize(possible.len().max(statuses.len()), BTreeSet::new());
            for (known, more) in possible.iter_mut().zip(statuses) {
                known.extend(more);
            }
        }
        possible
    }

    /// The status of each thing, in words.
    pub fn status(&self, state: &State) -> Vec<String> {
        (self.statuses)(state).into_iter().map(|statuses| statuses.join(" or ")).collect()
    }
}

/// The cycles of several lives of one edition, in one search.
pub fn cycles<const N: usize>(lives: [Life; N]) -> [LifeCycle; N] {
    let mut drawings =
        lives.map(|life| Drawing { life, statuses: vec![BEGIN.to_owned()], arrows: BTreeMap::new() });
    for scope in lives.first().map(|life| certification(life.edition)).unwrap_or_default() {
        Search::run(&scope, &mut drawings, |_| {});
    }
    drawings.map(|drawing| LifeCycle {
        statuses: drawing.statuses,
        arrows: drawing.arrows.into_iter().map(|((from, to), by)| Arrow { from, to, by }).collect(),
    })
}

/// The steps from one status to another, as a search meets them.
struct Drawing {
    life: Life,
    /// In the order in which they were met.
    statuses: Vec<String>,
    /// By the places of the statuses before and after.
    arrows: BTreeMap<(usize, usize), BTreeMap<String, Admission>>,
}

impl Drawing {
    fn place(&mut self, status: String) -> usize {
        self.statuses.iter().position(|known| *known == status).unwrap_or_else(|| {
            self.statuses.push(status);
            self.statuses.len() - 1
        })
    }
}

impl Visitor for Drawing {
    fn step(&mut self, _: Place, step: &Transition<'_>) {
        if step.before == step.after {
            return;
        }
        let (before, after) = (self.life.status(step.before), self.life.status(step.after));
        for (before, after) in before.into_iter().zip(after).filter(|(before, after)| before != after) {
            let arrow = (self.place(before), self.place(after));
            let words = (self.life.step)(step.before, &step.by);
            let admission = self.arrows.entry(arrow).or_default().entry(words).or_insert(step.admission);
            *admission = step.admission.min(*admission);
        }
    }
}
