//! The tour: a short set of call sequences that makes every call of a scope in every situation that matters
//! to it.

mod focus;
mod names;
pub(crate) mod step;
pub(crate) mod transition;
mod ways;

use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use signer_schemas::Edition;

use crate::call::OwnerArg;
use crate::explore::Move;
use crate::explore::graph::Graph;
use crate::filters::{JobFilter, PageSize, ProfileFilter};
use crate::outcome::{Admission, Permitted};
use crate::request::{Call, Request};
use crate::scopes::scope::Scope;
use crate::state::State;
use crate::tour::focus::{focus, is_compound};
use crate::tour::names::{Names, class_words, situation_words, slug};
use crate::tour::step::Step;
use crate::tour::transition::TransitionClass;
use crate::tour::ways::Ways;

/// The sequences of a scope, shortest first, and what they cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// The name of the scope.
    pub scope: &'static str,
    /// The sequences.
    pub cases: Vec<TourCase>,
    /// What they cover, as far as the service gives those answers: in the order of the cost of getting there.
    pub transitions: Vec<TourTransition>,
}

/// One sequence: the shortest way to a situation, a call, and the reads that would show what the call should
/// not have done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TourCase {
    /// The scope, the call and the situation.
    pub name: String,
    /// What to do.
    pub steps: Vec<Step>,
}

/// A transition of a scope, and where the tour provokes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TourTransition {
    /// The scope, the call, the situation and the answer.
    pub name: String,
    /// The transition.
    pub transition: TransitionClass,
    /// The answer, the requirement that admits it, and how it stands to the sources.
    pub outcome: Permitted,
    /// The place of the case in [`Tour::cases`].
    pub case: usize,
    /// The step of the case that makes the call.
    pub step: usize,
    /// The answers on the way there that the case counts on: one for each step before, none where a job is
    /// left to end.
    pub way: Vec<Option<Permitted>>,
}

/// The tour of a scope. The same scope gives the same tour.
pub fn tour(scope: &Scope) -> Tour {
    let graph = Graph::build(scope);
    let ways = Ways::to_all(&graph);
    let mut names = Names::default();
    let mut cases = Vec::new();
    let mut transitions = Vec::new();
    for situation in situations(&graph, &ways) {
        let Situation { nearest, call, transitions: provoked } = situation;
        let state = &graph.states[nearest];
        let (mut steps, way): (Vec<_>, Vec<_>) = ways.path(scope, &graph, nearest).into_iter().unzip();
        let step = steps.len();
        steps.push(Step::Call(call));
        steps.extend(reveals(scope.edition, &call).into_iter().map(|request| Step::Call(request.by_owner())));
        let words = format!("{call} when {}", situation_words(&focus(state, &call), &call));
        let name = names.unused(format!("{}/{}", scope.name, slug(&words)));
        for transition in provoked {
            let Some(outcome) = outcome(scope, state, &call, transition) else { continue };
            let name = names.unused(format!("{name}/{}", slug(&class_words(&outcome.reply))));
            transitions.push((
                steps[..=step].to_vec(),
                TourTransition { name, transition, outcome, case: 0, step, way: way.clone() },
            ));
        }
        cases.push(TourCase { name, steps });
    }
    drop_beginnings(&mut cases);
    cases.sort_by_key(|case| case.steps.len());
    let mut places = FxHashMap::default();
    for (place, case) in cases.iter().enumerate() {
        for end in 1..=case.steps.len() {
            places.entry(&case.steps[..end]).or_insert(place);
        }
    }
    let with_case = transitions.into_iter().filter_map(|(steps, transition)| {
        let case = *places.get(steps.as_slice())?;
        Some(TourTransition { case, ..transition })
    });
    Tour { scope: scope.name, transitions: with_case.collect(), cases }
}

/// A call in a situation, with all its answers.
struct Situation {
    /// The nearest state of this kind.
    nearest: usize,
    /// The call as it is made there.
    call: Call,
    transitions: BTreeSet<TransitionClass>,
}

/// All situations of a graph, the one that is reached most cheaply first.
fn situations(graph: &Graph, ways: &Ways) -> Vec<Situation> {
    let mut known = FxHashMap::<(State, Call), Situation>::default();
    for place in plain(graph, ways) {
        let Some(transition) = made_by(graph, place) else { continue };
        let (nearest, call) = (graph.edges[place].from(), *transition.call());
        if is_compound(transition.situation(), &call) {
            continue;
        }
        let transition = transition.under_any_name();
        let new = || Situation { nearest, call, transitions: BTreeSet::new() };
        let situation = known.entry((*transition.situation(), *transition.call())).or_insert_with(new);
        if (ways.cost(nearest), call) < (ways.cost(situation.nearest), situation.call) {
            situation.nearest = nearest;
            situation.call = call;
        }
        situation.transitions.insert(transition);
    }
    let mut order = known.into_values().collect::<Vec<_>>();
    order.sort_by_key(|situation| {
        let first = situation.transitions.first().copied();
        (ways.cost(situation.nearest), situation.call, first)
    });
    order
}

/// The transition that an edge makes, by the names that things have; none where a job ends.
fn made_by(graph: &Graph, place: usize) -> Option<TransitionClass> {
    let edge = &graph.edges[place];
    let Move::Call(call, reply) = edge.by else { return None };
    Some(TransitionClass::plain(&graph.states[edge.from()], &call, &reply))
}

/// For each transition by the names that things have, the edge that makes it most cheaply, in the order of
/// the graph. Most edges are alike even by their names, so what things may be called is asked of a few.
fn plain(graph: &Graph, ways: &Ways) -> Vec<usize> {
    let nearer = |place: usize, other: usize| {
        if ways.cost(graph.edges[place].from()) < ways.cost(graph.edges[other].from()) {
            place
        } else {
            other
        }
    };
    let share = |edges: Range<usize>| {
        let mut plain = FxHashMap::default();
        for place in edges {
            let Some(transition) = made_by(graph, place) else { continue };
            plain
                .entry(transition.packed())
                .and_modify(|nearest| *nearest = nearer(place, *nearest))
                .or_insert(place);
        }
        plain
    };
    let half = graph.edges.len() / 2;
    let second_half = || share(half..graph.edges.len());
    let (mut plain, others) = thread::scope(|threads| {
        let others = thread::Builder::new().spawn_scoped(threads, second_half);
        let plain = share(0..half);
        // Without threads, as on wasm32, there is one after the other. A thread that panics has a mistake of
        // ours in it, which is not hidden here.
        let others = others.map_or_else(
            |_| second_half(),
            |others| others.join().unwrap_or_else(|panic| resume_unwind(panic)),
        );
        (plain, others)
    });
    for (transition, place) in others {
        plain.entry(transition).and_modify(|nearest| *nearest = nearer(place, *nearest)).or_insert(place);
    }
    let mut places: Vec<usize> = plain.into_values().collect();
    places.sort_unstable();
    places
}

/// The outcome that makes the transition, the one with the strongest sources if there are several.
fn outcome(scope: &Scope, state: &State, call: &Call, transition: TransitionClass) -> Option<Permitted> {
    let outcomes = (scope.permits)(scope.edition, state, call);
    let fitting = outcomes.iter().filter(|outcome| {
        outcome.admission != Admission::Contradicted
            && TransitionClass::of(state, call, &outcome.reply) == transition
    });
    fitting.map(Permitted::from).min_by_key(|permitted| (permitted.admission, permitted.rule))
}

/// Drops each case that another one begins with: the other makes the same calls, and is over at the same step
/// if one fails.
fn drop_beginnings(cases: &mut Vec<TourCase>) {
    let beginnings =
        cases.iter().flat_map(|case| (1..case.steps.len()).map(|end| case.steps[..end].to_vec()));
    let mut known = beginnings.collect::<FxHashSet<_>>();
    cases.retain(|case| known.insert(case.steps.clone()));
}

/// The reads that show what a call may have done unseen.
fn reveals(edition: Edition, call: &Call) -> Vec<Request> {
    let get = |profile| Request::GetSigningProfile { profile, owner: OwnerArg::Omitted };
    let profiles = |include_canceled| Request::ListSigningProfiles {
        filter: ProfileFilter { include_canceled, ..ProfileFilter::default() },
        page: PageSize::Default,
    };
    let jobs = |is_revoked| Request::ListSigningJobs {
        filter: JobFilter { is_revoked, ..JobFilter::default() },
        page: PageSize::Default,
    };
    match call.request {
        Request::CancelSigningProfile { profile } => vec![get(profile), profiles(Some(true)), profiles(None)],
        Request::PutSigningProfile { profile, .. } | Request::RevokeSigningProfile { profile, .. } => {
            vec![get(profile), profiles(None)]
        }
        Request::AddProfilePermission { profile, .. } | Request::RemoveProfilePermission { profile, .. } => {
            vec![Request::ListProfilePermissions { profile }]
        }
        Request::TagResource { profile, .. } | Request::UntagResource { profile, .. } => {
            vec![Request::ListTagsForResource { profile }, get(profile)]
        }
        Request::StartSigningJob { job, .. } | Request::SignPayload { job, .. } => {
            vec![Request::DescribeSigningJob { job }, jobs(None)]
        }
        Request::RevokeSignature { job, .. } => match edition {
            Edition::Current => vec![Request::DescribeSigningJob { job }, jobs(Some(true))],
            Edition::May2019 => vec![Request::DescribeSigningJob { job }],
        },
        Request::DescribeSigningJob { .. }
        | Request::GetRevocationStatus { .. }
        | Request::GetSigningPlatform { .. }
        | Request::GetSigningProfile { .. }
        | Request::ListProfilePermissions { .. }
        | Request::ListSigningJobs { .. }
        | Request::ListSigningPlatforms { .. }
        | Request::ListSigningProfiles { .. }
        | Request::ListTagsForResource { .. } => Vec::new(),
    }
}
