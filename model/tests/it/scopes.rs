//! The scopes: how large they are, and what holds in them.

mod pinned;

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use signer_model::*;
use signer_schemas::Edition;
use stateright::{Checker, Model};

/// Every scope, checked.
pub(crate) static REPORTS: LazyLock<Vec<(Scope, ScopeReport)>> = LazyLock::new(|| {
    let options = CheckOptions { threads: 2, symmetry: false };
    scopes().into_iter().map(|scope| (scope.clone(), check_with(&scope, options, |_| {}))).collect()
});

/// The scopes that are checked again in other ways; the joint one takes seconds each time.
fn small() -> impl Iterator<Item = &'static (Scope, ScopeReport)> {
    REPORTS.iter().filter(|(scope, _)| scope.name != "joint")
}

#[test]
fn every_property_holds() {
    for (scope, report) in REPORTS.iter() {
        let failed = report.properties.iter().filter(|property| !property.holds).collect::<Vec<_>>();
        assert!(failed.is_empty(), "{}: {failed:#?}", scope.name);
    }
}

#[test]
fn every_property_has_a_requirement_and_is_asked() {
    let mut asked = BTreeSet::<&str>::new();
    for (_, report) in REPORTS.iter() {
        for property in &report.properties {
            let id = property.requirement;
            assert!(
                signer_schemas::requirement(id).is_some(),
                "{}: {id} is not in the ledger",
                property.name
            );
            asked.insert(property.name);
        }
    }
    assert_eq!(asked.len(), 31, "{asked:?}");
}

#[test]
fn every_wrong_definition_breaks_a_property_and_every_property_can_fail() {
    let mut broken = BTreeSet::new();
    for mutant in mutants() {
        let report = check(&mutant.scope);
        let failed =
            report.properties.iter().filter(|property| !property.holds).map(|property| property.name);
        assert_eq!(failed.collect::<Vec<_>>(), mutant.breaks, "{}: {}", mutant.name, mutant.what);
        for property in report.properties.iter().filter(|property| !property.holds) {
            // What cannot be reached has no way to it; all else has.
            assert_eq!(
                property.witness.is_none(),
                property.kind == PropertyKind::Sometimes,
                "{}",
                property.name
            );
            assert_eq!(
                property.lasso.is_empty(),
                property.kind != PropertyKind::Eventually,
                "{}",
                property.name
            );
            broken.insert(property.name);
        }
    }
    let kinds = [PropertyKind::Always, PropertyKind::Step, PropertyKind::Eventually];
    for property in
        REPORTS.iter().flat_map(|(_, report)| &report.properties).filter(|one| kinds.contains(&one.kind))
    {
        assert!(broken.contains(property.name), "no mutant breaks: {}", property.name);
    }
}

#[test]
fn counterexamples_are_shortest() {
    let mutants = mutants();
    let wrong = |mutant: &str, property: &str| {
        let mutant = mutants.iter().find(|known| known.name == mutant).expect("the mutant");
        let report = check(&mutant.scope);
        let property =
            report.properties.into_iter().find(|known| known.name == property).expect("the property");
        let steps = property.witness.unwrap_or_default().into_iter().chain(property.lasso);
        steps.map(|step| step.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        wrong("upsert", "a profile never becomes Active again"),
        [
            "PutSigningProfile p0 on Lambda → created",
            "CancelSigningProfile p0 → done",
            "PutSigningProfile p0 on Lambda → created"
        ]
    );
    assert_eq!(wrong("no-record", "a profile has a revocation record exactly when it is revoked").len(), 2);
    let stuck = wrong("canceled-stops", "a job that was started ends");
    assert_eq!(
        stuck[..3],
        [
            "PutSigningProfile p0 on IoT Device Management with signingMaterial → created",
            "StartSigningJob j0 with p0 over an object → j0",
            "CancelSigningProfile p0 → done"
        ]
    );
    assert_eq!(
        stuck.len(),
        4,
        "three steps to where the job is stuck, and one that leads back there: {stuck:?}"
    );
}

#[test]
fn the_report_is_the_same_on_any_number_of_threads() {
    for (scope, report) in small() {
        let alone = check_with(scope, CheckOptions { threads: 1, symmetry: false }, |_| {});
        assert_eq!(&alone, report, "{}", scope.name);
    }
}

#[test]
fn symmetry_changes_no_verdict() {
    /// All that is said but for the names of profiles and jobs, and but for the numbers.
    fn verdicts(report: &ScopeReport) -> impl PartialEq + std::fmt::Debug {
        let properties = report.properties.iter().map(|property| {
            (property.name, property.holds, property.witness.as_ref().map(Vec::len), property.lasso.len())
        });
        let witnesses =
            report.witnesses.iter().map(|witness| (witness.rule, witness.path.len(), witness.admission));
        let open = report.ambiguities.iter().map(|open| (open.open, open.rules.clone(), open.path.len()));
        let open = open.collect::<BTreeSet<_>>();
        (report.depth, properties.collect::<Vec<_>>(), witnesses.collect::<Vec<_>>(), open)
    }
    struct Nothing;
    impl Visitor for Nothing {}
    let wrong =
        mutants().into_iter().map(|mutant| (mutant.scope.clone(), check(&mutant.scope))).collect::<Vec<_>>();
    let mut reduced = 0;
    let both = small()
        .map(|(scope, report)| (scope, report))
        .chain(wrong.iter().map(|(scope, report)| (scope, report)));
    for (scope, report) in both {
        let symmetry = Symmetry::of(scope);
        let less = check_with(scope, CheckOptions { threads: 1, symmetry: true }, |_| {});
        assert_eq!(verdicts(&less), verdicts(report), "{}", scope.name);
        reduced += usize::from(less.unique < report.unique);
        // One state of each orbit, neither more nor fewer.
        let all = Search::run(scope, &mut [Nothing], |_| {});
        let states = (0..all.unique()).filter_map(|place| all.state(place));
        let orbits = states.map(|state| symmetry.representative(&state)).collect::<HashSet<_>>();
        assert_eq!(orbits.len(), less.unique, "{}", scope.name);
    }
    assert!(reduced >= 4, "{reduced} scopes have interchangeable names");
}

#[test]
fn the_search_and_the_graph_agree() {
    struct Nothing;
    impl Visitor for Nothing {}
    for (scope, report) in small() {
        let graph = Graph::build(scope);
        let search = Search::run(scope, &mut [Nothing, Nothing], |_| {});
        let states = (0..search.unique()).filter_map(|place| search.state(place)).collect::<HashSet<_>>();
        assert_eq!(
            states,
            graph.states.iter().copied().collect(),
            "{}: a state was lost or made up in packing",
            scope.name
        );
        assert_eq!(
            (report.generated, report.depth),
            (graph.edges.len() as u64, graph.depth),
            "{}",
            scope.name
        );
        for (place, state) in graph.states.iter().enumerate() {
            let path = search.path(search.place(state).expect("a state of both"));
            assert_eq!(path.end, *state, "{}: a path leads elsewhere", scope.name);
            assert_eq!(
                path.moves.len(),
                graph.path(place).len(),
                "{}: a path is not the shortest to\n{state}",
                scope.name
            );
        }
    }
}

#[test]
fn stateright_counts_the_same_states_and_steps() {
    for (scope, report) in small() {
        let checker = Exploration { scope: scope.clone() }.checker().spawn_bfs().join();
        assert_eq!(checker.unique_state_count(), report.unique, "{}", scope.name);
        // Stateright counts the first state as generated, too.
        assert_eq!(checker.state_count() as u64, report.generated + 1, "{}", scope.name);
        checker.assert_properties();
    }
}

/// The calls that were answered, and that each was answered soundly.
#[derive(Default)]
struct Answered(HashSet<Call>);

impl Visitor for Answered {
    fn call(&mut self, _: Place, state: &State, call: &Call, outcomes: &[Outcome]) {
        let sound = outcomes.iter().any(|outcome| outcome.admission != Admission::Contradicted);
        assert!(sound, "{call} in\n{state}");
        self.0.insert(*call);
    }
}

#[test]
fn each_call_is_in_a_scope_once_and_has_an_answer() {
    for (scope, _) in small() {
        let mut calls = scope.calls.clone();
        calls.sort_unstable();
        calls.dedup();
        assert_eq!(calls.len(), scope.calls.len(), "{}: a call is there twice", scope.name);
        let mut answered = [Answered::default()];
        Search::run(scope, &mut answered, |_| {});
        assert_eq!(answered[0].0.len(), calls.len(), "{}: a call is never made", scope.name);
    }
}

#[test]
fn every_operation_is_in_a_scope() {
    for edition in Edition::ALL {
        let scopes = certification(edition);
        let toured = scopes.iter().flat_map(|scope| scope.calls.iter().map(|call| call.request.operation()));
        let toured = toured.collect::<HashSet<_>>();
        for document in signer_schemas::operations(edition) {
            assert!(toured.contains(&document.operation), "{edition}: {}", document.operation);
        }
    }
}
