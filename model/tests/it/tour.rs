//! The tours: what they cover, and how long they are.

use std::collections::{BTreeSet, HashSet};

use signer_model::*;
use signer_schemas::Edition;

use crate::every_call::requests;

/// The states in which the service may be after a step, all answers but the contradicted ones admitted.
fn follow(
    scope: &Scope,
    states: &HashSet<State>,
    step: Step,
    seen: &mut HashSet<TransitionClass>,
) -> HashSet<State> {
    match step {
        Step::Call(call) => {
            let mut after = HashSet::new();
            for state in states {
                let outcomes = permits(scope.edition, state, &call).into_iter();
                for outcome in outcomes.filter(|outcome| outcome.admission != Admission::Contradicted) {
                    seen.insert(TransitionClass::of(state, &call, &outcome.reply));
                    after.insert(expected(&state.after(&outcome.change)));
                }
            }
            after
        }
        Step::Settle(job) => {
            let ended = |state: &State| {
                let ends = steps(state).into_iter().filter(|(ending, _, _)| *ending == job);
                let mut ends = ends.map(|(_, _, next)| next).collect::<Vec<_>>();
                if ends.is_empty() {
                    ends.push(*state);
                }
                ends
            };
            states.iter().flat_map(ended).collect()
        }
    }
}

/// The scopes that are toured.
fn toured() -> impl Iterator<Item = Scope> {
    Edition::ALL.into_iter().flat_map(certification)
}

#[test]
fn each_transition_is_made_at_the_step_that_the_tour_names() {
    for scope in toured() {
        let tour = tour(&scope);
        for (place, case) in tour.cases.iter().enumerate() {
            let mut states = HashSet::from([scope.initial]);
            for (index, step) in case.steps.iter().enumerate() {
                let mut seen = HashSet::new();
                states = follow(&scope, &states, *step, &mut seen);
                let due = tour
                    .transitions
                    .iter()
                    .filter(|transition| (transition.case, transition.step) == (place, index));
                for transition in due {
                    assert!(seen.contains(&transition.transition), "{} in {}", transition.name, case.name);
                    assert_eq!(
                        transition.way.len(),
                        index,
                        "{}: an answer for each step before",
                        transition.name
                    );
                }
            }
        }
    }
}

#[test]
fn a_situation_names_every_status_that_a_job_may_have() {
    let start = |source| {
        let (job, profile) = (Job(0), Profile(0));
        Request::StartSigningJob {
            job,
            profile,
            owner: OwnerArg::Omitted,
            source,
            destination: Destination::A,
        }
        .by_owner()
    };
    let put = scope("jobs").expect("the scope").calls[0];
    let describe = Request::DescribeSigningJob { job: Job(0) }.by_owner();
    let tour = tour(&scope("jobs").expect("the scope"));
    for (sent, views) in [(Source::Present, 2), (Source::Missing, 2), (Source::Unverified, 3)] {
        let mut worlds = Worlds::new(Edition::Current, State::new());
        worlds.observe(&put, &Reply::Created).expect("made");
        worlds.observe(&start(sent), &Reply::Started(Job(0))).expect("started");
        let admitted = worlds
            .permitted(&describe)
            .into_iter()
            .filter(|permitted| permitted.admission == Admission::Required);
        let made = admitted
            .flat_map(|permitted| TransitionClass::possible(worlds.states(), &describe, &permitted.reply));
        let made = made.collect::<BTreeSet<_>>();
        let told = tour.transitions.iter().filter(|planned| made.contains(&planned.transition));
        let told = told.map(|planned| planned.outcome.reply).collect::<BTreeSet<_>>();
        assert_eq!(told.len(), views, "{sent}: {told:?}");
    }
}

#[test]
fn a_tour_covers_every_transition() {
    for scope in toured() {
        let tour = tour(&scope);
        let covered =
            tour.transitions.iter().map(|transition| transition.transition).collect::<BTreeSet<_>>();
        assert_eq!(covered.len(), tour.transitions.len(), "{}: a transition is there twice", scope.name);
        let answered = tour
            .transitions
            .iter()
            .map(|transition| (*transition.transition.call(), transition.transition.class()));
        let answered = answered.collect::<BTreeSet<_>>();
        let graph = Graph::build(&scope);
        for edge in &graph.edges {
            let Move::Call(call, reply) = edge.by else { continue };
            let made = TransitionClass::of(&graph.states[edge.from()], &call, &reply);
            let compound = is_compound(&call, made.situation());
            assert!(
                compound || covered.contains(&made),
                "{}: {call} → {reply} in\n{}",
                scope.name,
                graph.states[edge.from()]
            );
            let answered = compound || answered.contains(&(*made.call(), made.class()));
            assert!(answered, "{}: {call} → {reply}", scope.name);
        }
    }
}

/// Whether the situation is made of simpler ones, each of which the tour is in.
fn is_compound(call: &Call, situation: &State) -> bool {
    match call.request {
        // A filtered list of more than two kinds of jobs is known from lists of two.
        Request::ListSigningJobs { filter, .. } => {
            filter != JobFilter::default() && situation.jobs.iter().filter(|job| job.exists()).count() > 2
        }
        // A call with a fault of its own on a revoked profile is known from one without, and from one on an
        // Active profile.
        Request::AddProfilePermission { .. } | Request::RemoveProfilePermission { .. } => {
            situation.profiles.iter().any(|profile| profile.status == ProfileStatus::Revoked)
        }
        _ => false,
    }
}

#[test]
fn a_tour_is_short() {
    for edition in Edition::ALL {
        let mut names = HashSet::new();
        let mut total = 0;
        for scope in certification(edition) {
            let first = tour(&scope);
            assert_eq!(first, tour(&scope), "{}: two tours differ", scope.name);
            let mut length = 0;
            for case in &first.cases {
                assert!(case.steps.len() >= length, "{}: a longer case comes first", case.name);
                assert!(case.steps.len() <= 9, "{} has {} steps", case.name, case.steps.len());
                length = case.steps.len();
                assert!(names.insert(case.name.clone()), "{} is there twice", case.name);
                total += 1;
                let Some(Step::Call(last)) = case.steps.last() else {
                    panic!("{} ends with no call", case.name)
                };
                assert!(last.request.is_read(), "{}: the last call could do something unseen", case.name);
            }
            for transition in &first.transitions {
                assert!(names.insert(transition.name.clone()), "{} is there twice", transition.name);
            }
            for (shorter, longer) in
                first.cases.iter().flat_map(|one| first.cases.iter().map(move |other| (one, other)))
            {
                let begins = longer.steps.starts_with(&shorter.steps);
                assert!(!begins || shorter == longer, "{} begins with {}", longer.name, shorter.name);
            }
        }
        assert!(total < 1600, "{edition}: {total} cases are too many to run often");
    }
}

/// The name of the first profile for the second, and the other way round; the same for the second and fourth
/// job.
fn swapped() -> Renaming {
    let swaps = |names: &Renaming| {
        let profiles = [0, 1, 2].map(|name| names.profile(Profile(name)).0);
        let jobs = [0, 1, 2, 3].map(|name| names.job(Job(name)).0);
        profiles == [1, 0, 2] && jobs == [0, 3, 2, 1]
    };
    Renaming::all().find(swaps).expect("every renaming is there")
}

#[test]
fn a_call_under_another_name_makes_no_tour_longer() {
    for name in ["cross-account", "iot"] {
        let narrow = scope(name).expect("the scope");
        let mut wide = narrow.clone();
        wide.calls.extend(narrow.calls.iter().map(|call| call.renamed(&swapped())));
        wide.calls.sort_unstable();
        wide.calls.dedup();
        assert!(wide.calls.len() > narrow.calls.len(), "{name} names nothing");
        // Lists alone can tell how many profiles and jobs there are.
        let apart = |tour: &Tour| {
            let transitions = tour.transitions.iter().map(|transition| transition.transition);
            let single = transitions.filter(|transition| {
                !transition.call().request.operation().name().starts_with("ListSigningJobs")
            });
            single.collect::<BTreeSet<_>>()
        };
        let both = apart(&tour(&wide));
        assert!(apart(&tour(&narrow)).is_subset(&both), "{name}");
        let renamed = |transition: &TransitionClass| {
            TransitionClass::of(transition.situation(), transition.call(), transition.class()) == *transition
        };
        assert!(both.iter().all(renamed), "{name}: a transition is not in its least form");
    }
}

/// Every outcome, in an order that does not depend on names.
fn outcomes(
    edition: Edition,
    state: &State,
    call: &Call,
    names: &Renaming,
) -> Vec<(Reply, State, Rule, Admission)> {
    let mut outcomes = permits(edition, state, call)
        .into_iter()
        .map(|outcome| {
            (
                outcome.reply.renamed(names),
                state.after(&outcome.change).renamed(names),
                outcome.rule,
                outcome.admission,
            )
        })
        .collect::<Vec<_>>();
    outcomes.sort_unstable();
    outcomes
}

#[test]
fn rules_treat_names_alike() {
    let renamings = Renaming::all().collect::<Vec<_>>();
    assert_eq!(renamings.iter().collect::<BTreeSet<_>>().len(), 6 * 24);
    let mut next = 0;
    for scope in toured() {
        let every =
            requests(3, 4, 1, 1).into_iter().flat_map(|request| [request.by_owner(), request.by_other()]);
        let calls = every.chain(scope.calls.clone()).collect::<Vec<_>>();
        for state in Graph::build(&scope).states.iter().step_by(11) {
            for call in &calls {
                // Each pair meets another renaming.
                next = (next + 1) % renamings.len();
                let names = &renamings[next];
                assert_eq!(
                    outcomes(scope.edition, &state.renamed(names), &call.renamed(names), &Renaming::IDENTITY),
                    outcomes(scope.edition, state, call, names),
                    "{}: {call} in\n{state}",
                    scope.name
                );
            }
        }
    }
}
