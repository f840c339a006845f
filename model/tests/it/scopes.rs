//! The scopes: how large they are, what holds in them, and the tours through them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use signer_model::*;
use signer_schemas::Edition;
use stateright::{Checker, Model};

/// Scope, states, steps, depth, cases of the tour, transitions that the tour covers.
const SIZES: [(&str, usize, usize, usize, usize, usize); 9] = [
    ("lifecycle", 169, 9222, 4, 227, 346),
    ("permissions", 122, 4651, 7, 208, 319),
    ("cross-account", 184, 6737, 9, 166, 252),
    ("jobs", 364, 18752, 11, 161, 353),
    ("iot", 11, 176, 5, 37, 64),
    ("revocation", 143, 4613, 9, 150, 242),
    ("tags", 19, 485, 4, 99, 176),
    ("lifecycle-2019", 15, 375, 4, 53, 74),
    ("jobs-2019", 124, 3051, 9, 82, 166),
];

#[test]
fn a_rule_or_a_scope_changed_its_size() {
    let sizes = scopes().into_iter().map(|scope| {
        let report = check(&scope);
        let tour = tour(&scope);
        (report.scope, report.unique, report.generated, report.depth, tour.cases.len(), tour.transitions)
    });
    assert_eq!(sizes.collect::<Vec<_>>(), SIZES);
}

#[test]
fn a_property_fails() {
    for scope in scopes() {
        let report = check(&scope);
        let failed = report.properties.iter().filter(|property| !property.holds).collect::<Vec<_>>();
        assert!(failed.is_empty(), "{}: {failed:#?}", scope.name);
    }
}

#[test]
fn a_property_has_no_requirement_or_is_never_asked() {
    let mut asked = BTreeMap::<&str, usize>::new();
    for scope in scopes() {
        for property in check(&scope).properties {
            let id = property.requirement;
            assert!(signer_schemas::requirement(id).is_some(), "{}: {id} is not in the ledger", property.name);
            *asked.entry(property.name).or_default() += 1;
        }
    }
    assert_eq!(asked.len(), 29, "{asked:?}");
}

#[test]
fn a_service_that_replaces_profiles_passes() {
    let report = check(&upsert());
    assert!(!report.holds());
    let failed = |name: &str| {
        let property = report.properties.iter().find(|property| property.name == name).expect("the property");
        assert!(!property.holds, "{name}");
        property.witness.clone().unwrap_or_default()
    };
    assert_eq!(
        failed("a profile never becomes Active again"),
        [
            "PutSigningProfile p0 on Lambda → created",
            "CancelSigningProfile p0 → done",
            "PutSigningProfile p0 on Lambda → created"
        ]
    );
    assert_eq!(failed("a profile is never made anew").len(), 2);
    assert_eq!(failed("a revoked profile stays revoked").len(), 3);
}

#[test]
fn a_witness_is_longer_than_it_need_be() {
    let lengths = |name: &str| {
        let report = check(&scope(name).expect("the scope"));
        let witnesses = report.properties.into_iter().filter(|property| property.kind == PropertyKind::Sometimes);
        witnesses.map(|property| (property.name, property.witness.map_or(0, |path| path.len()))).collect::<Vec<_>>()
    };
    assert_eq!(lengths("lifecycle"), [("a profile is canceled", 2), ("a profile is revoked", 2)]);
    assert_eq!(
        lengths("jobs"),
        [
            ("a profile is canceled", 2),
            ("a job succeeds", 2),
            ("a job fails", 3),
            ("a signature is revoked", 3),
            ("a canceled profile's job succeeds", 4)
        ]
    );
    assert_eq!(
        lengths("cross-account"),
        [
            ("a profile is canceled", 2),
            ("a job succeeds", 3),
            ("a signature is revoked", 5),
            ("a canceled profile's job succeeds", 4),
            ("another account's job succeeds", 3),
            ("the permissions are empty again", 3)
        ]
    );
}

#[test]
fn stateright_disagrees_with_our_own_graph() {
    for name in ["permissions", "iot", "tags", "lifecycle-2019"] {
        let report = check(&scope(name).expect("the scope"));
        let checker = Exploration { scope: scope(name).expect("the scope") }.checker().spawn_bfs().join();
        assert_eq!(checker.unique_state_count(), report.unique, "{name}");
        // Stateright counts the first state as generated, too.
        assert_eq!(checker.state_count(), report.generated + 1, "{name}");
        checker.assert_properties();
    }
    let wrong = Exploration { scope: upsert() };
    assert_eq!(wrong.properties().len(), 9, "a scope of no name in the table has the safety properties alone");
}

#[test]
fn a_state_of_a_scope_has_no_answer_for_a_call() {
    for scope in scopes() {
        let graph = Graph::build(&scope);
        for state in &graph.states {
            for call in &scope.calls {
                let outcomes = permits(scope.edition, state, call);
                let sound = outcomes.iter().any(|outcome| outcome.admission != Admission::Contradicted);
                assert!(sound, "{}: {call} in\n{state}", scope.name);
            }
        }
    }
}

#[test]
fn a_call_is_in_a_scope_twice_or_never_answered() {
    for scope in scopes() {
        let mut calls = scope.calls.clone();
        calls.sort_unstable();
        calls.dedup();
        assert_eq!(calls.len(), scope.calls.len(), "{}: a call is there twice", scope.name);
        let graph = Graph::build(&scope);
        let made = graph.edges.iter().filter_map(|edge| match edge.by {
            Move::Call(call, _) => Some(call),
            Move::Ends(..) => None,
        });
        assert_eq!(made.collect::<BTreeSet<_>>().len(), calls.len(), "{}: a call is never made", scope.name);
    }
}

#[test]
fn an_operation_is_in_no_scope() {
    for edition in Edition::ALL {
        let scopes = certification(edition);
        let toured = scopes.iter().flat_map(|scope| scope.calls.iter().map(|call| call.request.operation()));
        let toured = toured.collect::<HashSet<_>>();
        for document in signer_schemas::operations(edition) {
            assert!(toured.contains(&document.operation), "{edition}: {}", document.operation);
        }
    }
}

/// An answer without what does not matter to a tour: which of two equals are listed, which value a tag has, and which of the
/// platforms whose keys the customer holds it is.
fn kind(reply: Reply) -> Reply {
    match reply {
        Reply::Profiles(profiles) if !profiles.is_empty() => Reply::Profiles(ProfileSet::ALL),
        Reply::Jobs(jobs) if !jobs.is_empty() => Reply::Jobs(JobSet::ALL),
        Reply::Profile(view) => Reply::Profile(ProfileView {
            platform: view.platform.map(|platform| if platform.is_managed() { platform } else { Platform::IotDeviceManagement }),
            tags: alike(view.tags),
            ..view
        }),
        Reply::Tags(tags) => Reply::Tags(alike(tags)),
        Reply::Permissions { statements, revision } => {
            let many = statements.iter().flatten().count();
            let grant = Grant { principal: Principal::Role, action: Action::GetSigningProfile, version: None };
            let mut statements = [None; STATEMENTS];
            statements[..many].fill(Some(grant));
            Reply::Permissions { statements, revision }
        }
        other => other,
    }
}

fn alike(tags: [TagValue; TAGS]) -> [TagValue; TAGS] {
    tags.map(|tag| if tag == TagValue::None { tag } else { TagValue::A })
}

/// The states in which the service may be after a step, all answers but the contradicted ones admitted.
fn follow(scope: &Scope, states: &HashSet<State>, step: Step, seen: &mut HashSet<(Call, Reply)>) -> HashSet<State> {
    match step {
        Step::Call(call) => {
            let outcomes = states.iter().flat_map(|state| permits(scope.edition, state, &call));
            let admitted = outcomes.filter(|outcome| outcome.admission != Admission::Contradicted);
            admitted
                .map(|outcome| {
                    seen.insert((call, kind(outcome.reply)));
                    expected(&outcome.next)
                })
                .collect()
        }
        Step::Settle(job) => {
            let ended = |state: &State| {
                let mut ends = steps(state).filter(|(ending, _, _)| *ending == job).map(|(_, _, next)| next).collect::<Vec<_>>();
                if ends.is_empty() {
                    ends.push(*state);
                }
                ends
            };
            states.iter().flat_map(ended).collect()
        }
    }
}

#[test]
fn a_tour_leaves_out_an_answer() {
    for scope in scopes() {
        let mut seen = HashSet::new();
        for case in tour(&scope).cases {
            let mut states = HashSet::from([scope.initial]);
            for step in &case.steps {
                states = follow(&scope, &states, *step, &mut seen);
            }
        }
        for edge in Graph::build(&scope).edges {
            let Move::Call(call, reply) = edge.by else { continue };
            assert!(seen.contains(&(call, kind(reply))), "{}: {call} → {reply}", scope.name);
        }
    }
}

#[test]
fn a_tour_is_long_winded() {
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
                let Some(Step::Call(last)) = case.steps.last() else { panic!("{} ends with no call", case.name) };
                assert!(last.request.is_read(), "{}: the last call could do something unseen", case.name);
            }
            for (shorter, longer) in first.cases.iter().flat_map(|one| first.cases.iter().map(move |other| (one, other))) {
                let begins = longer.steps.starts_with(&shorter.steps);
                assert!(!begins || shorter == longer, "{} begins with {}", longer.name, shorter.name);
            }
        }
        assert!(total < 1100, "{edition}: {total} cases are too many to run often");
    }
}
