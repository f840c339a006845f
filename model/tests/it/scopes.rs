//! The scopes: how large they are, and what holds in them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use signer_model::*;
use signer_schemas::Edition;
use stateright::{Checker, Model};

/// Scope, states, steps, depth, cases of the tour, transitions that the tour covers.
const SIZES: [(&str, usize, usize, usize, usize, usize); 9] = [
    ("lifecycle", 169, 9222, 4, 224, 284),
    ("permissions", 122, 4651, 7, 213, 309),
    ("cross-account", 184, 6737, 9, 167, 252),
    ("jobs", 364, 18752, 11, 151, 270),
    ("iot", 11, 176, 5, 37, 64),
    ("revocation", 143, 4613, 9, 142, 225),
    ("tags", 19, 485, 4, 108, 187),
    ("lifecycle-2019", 15, 375, 4, 49, 55),
    ("jobs-2019", 124, 3051, 9, 73, 126),
];

#[test]
fn a_rule_or_a_scope_changed_its_size() {
    let sizes = scopes().into_iter().map(|scope| {
        let report = check(&scope);
        let tour = tour(&scope);
        (report.scope, report.unique, report.generated, report.depth, tour.cases.len(), tour.transitions.len())
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
